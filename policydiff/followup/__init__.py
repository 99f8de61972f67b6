"""What became of last year's commitments, by this year's review."""
