"""What is particular to a language: an object and its tables."""
