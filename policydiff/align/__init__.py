"""Which clauses of two lists belong together."""
