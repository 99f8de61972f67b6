"""What became of each commitment."""
