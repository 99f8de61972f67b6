"""What vectors of a language model say of a pair of clauses. Needs no numpy: only names."""

from __future__ import annotations

from typing import NamedTuple


class SemanticEvidence(NamedTuple):
    """What speaks for a link by the vectors of two clauses; 0 where nothing does."""

    semantic: float  # cosine over the mean of the nearest that either clause has
    semantic_mutual: float  # 1 when each is the other's nearest
    semantic_context: float  # the same with the neighbours in the two paragraphs counted in


NAMES: tuple[str, ...] = SemanticEvidence._fields
