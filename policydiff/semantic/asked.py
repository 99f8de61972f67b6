"""A language model as a comparison asks it: how near clauses are, or nothing without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from policydiff.analysis.clause import AnalysedClause

if TYPE_CHECKING:
    from policydiff.semantic.vectors import Nearness, Vectors  # needs numpy


class AskedModel:
    """The model that is asked, or none; what vectors need is imported only where one is."""

    def __init__(
        self, semantic: object = False, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """``semantic``: False or None for none, True for that of the extra, else a model.

        Raises UsageError where the extra is missing, or the model is none.
        """
        self._vectors: Vectors | None = None
        if semantic is None or semantic is False:
            return
        from policydiff.semantic.encoders import encoder_from
        from policydiff.semantic.vectors import Vectors

        encoder = encoder_from(semantic)

        self._vectors = Vectors(encoder, progress=progress)

    @property
    def name(self) -> str | None:
        """The name of the model, None for none."""
        return self._vectors.model if self._vectors else None

    def prepare(self, *sides: Sequence[AnalysedClause]) -> None:
        """Make all vectors that are needed later at once."""
        if self._vectors:
            self._vectors.make(clause.folded for side in sides for clause in side)

    def nearness(
        self, old: Sequence[AnalysedClause], new: Sequence[AnalysedClause]
    ) -> Nearness | None:
        """How near the clauses of two lists are; None without a model, or where one is empty."""
        if self._vectors is None or not old or not new:
            return None
        from policydiff.semantic.vectors import Side, nearness

        here, there = (Side([c.folded for c in s], [c.line for c in s]) for s in (old, new))
        return nearness(self._vectors, here, there)


#: No model.
NOT_ASKED: Final = AskedModel()
