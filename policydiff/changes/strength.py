"""Whether two wordings differ in how firmly they promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.commitments import strength_of, strength_rank
from policydiff.changes.statements import Match, Statement, same_number
from policydiff.models import Kind

#: Statements less alike than this (cosine of rarity weights) may well promise different things,
#: unless they set the same number.
_THE_SAME: Final = 0.4


def strength_changes(matched: Sequence[Match]) -> tuple[Kind, str] | None:
    """The kind and detail of the likest matched statements that differ in strength, else None.

    Only statements count of which each is the likest of the other.
    """
    for a, b, alike in sorted(matched, key=lambda match: -match[2]):
        if alike < max(like for c, d, like in matched if c is a or d is b):
            continue
        if alike >= _THE_SAME or same_number(a, b):
            change = strength_change(a, b)
            if change:
                return change
    return None


def strength_change(
    a: AnalysedClause | Statement, b: AnalysedClause | Statement
) -> tuple[Kind, str] | None:
    """How the second of two wordings differs in strength, with both; None where it does not.

    坚决 or 努力 with a number is a change of strength, without one the tone of the speech.
    """
    measured = bool(a.targets or b.targets)
    language = (a if isinstance(a, AnalysedClause) else a.clause).language
    old, new = (strength_of(w.folded, language, exhortation=measured) for w in (a, b))
    if old == new:
        return None
    stronger = strength_rank(new) < strength_rank(old)
    return "strength strengthened" if stronger else "strength weakened", f"{old} → {new}"
