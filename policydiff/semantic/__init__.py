"""Vectors of a language model as evidence for links (the extra ``semantic``), when asked for."""
