"""The comma part that one is laid beside: the likest of the clauses that its own is linked with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.changes.wording import likeness

#: Parts less alike than this are not the same sentence with other words in it.
SAME_SENTENCE: Final = 60


def likest_part(text: str, partners: Sequence[AnalysedClause]) -> tuple[float, str]:
    """How alike the likest part is, 0..100, and its folded text; of equals the first. Nothing is
    laid beside a part that a clause has word by word.

    >>> from policydiff import parse
    >>> plan = "一、2030年工作安排\\n改造公厕，修缮古桥3座。"
    >>> likest_part("修缮古桥5座", parse(plan).commitments)[1]
    '修缮古桥3座。'
    """
    if any(text in partner.folded for partner in partners):
        return 0.0, ""
    likest, beside = 0.0, ""
    for partner in partners:
        for other in partner.parts:
            theirs = partner.folded[other.start : other.end]
            alike = likeness(text, theirs)
            if alike > likest:
                likest, beside = alike, theirs
    return likest, beside
