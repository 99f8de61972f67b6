"""The comma parts that one is laid beside: those of the clauses that its own is linked with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.changes.wording import likenesses

#: Parts less alike than this are about other things, and say nothing of names.
_ALIKE: Final = 50
#: Parts less alike than this are not the same sentence with other words in it.
SAME_SENTENCE: Final = 60
#: How alike two parts are, 0..100, and the folded text of the other one.
Beside = tuple[float, str]
#: Where nothing stands beside a part.
NOTHING: Final[Beside] = (0.0, "")


def parts_of(clauses: Iterable[AnalysedClause]) -> list[str]:
    """The folded texts of all comma parts of some clauses."""
    return [clause.folded[part.start : part.end] for clause in clauses for part in clause.parts]


def alike(text: str, others: Sequence[str]) -> list[Beside]:
    """The folded texts of other comma parts that are like one, and how alike they are, in order.

    >>> alike("修缮古桥5座", ["改造公厕", "修缮古桥3座。"])
    [(76.9..., '修缮古桥3座。')]
    """
    likely = zip(likenesses(text, others), others, strict=True)
    return [beside for beside in likely if beside[0] >= _ALIKE]
