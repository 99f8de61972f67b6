"""Each commitment through the years."""
