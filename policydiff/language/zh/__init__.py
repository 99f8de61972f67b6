"""Chinese: folding, boundaries, numerals, and the tables."""
