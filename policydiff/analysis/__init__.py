"""From source text to a document of analysed clauses."""
