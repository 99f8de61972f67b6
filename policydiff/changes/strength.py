"""Whether two wordings differ in how firmly they promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.commitments import strength_of, strength_rank
from policydiff.changes.deeds import Deed, SameThing, deed_in, speaks_of
from policydiff.changes.setting import frame_of
from policydiff.changes.statements import Match, same_number
from policydiff.models import Kind, Strength

#: Statements less alike than this (cosine of rarity weights) may well promise different things,
#: unless they set the same number or name the same object.
_THE_SAME: Final = 0.44


def strength_changes(
    matched: Sequence[Match], things: Sequence[SameThing] = ()
) -> tuple[Kind, str] | None:
    """The kind and detail of the likest matched statements that differ in strength, else of the
    first object that is promised with another one, else None.

    Only statements count of which each is the likest of the other. ``things``: what members of
    lists of the two clauses name.
    """
    deeds = [
        (deed_in(a), deed_in(b))
        for a, b, alike in sorted(matched, key=lambda match: -match[2])
        if alike >= max(like for c, d, like in matched if c is a or d is b)
        and not speaks_of(a, b, things)
        and (alike >= _THE_SAME or same_number(a, b))
    ]
    deeds += [(thing.before, thing.after) for thing in things]
    changes = (_between(before, after) for before, after in deeds)
    return next((change for change in changes if change), None)


def _between(before: Deed, after: Deed) -> tuple[Kind, str] | None:
    """How two deeds with the same object differ in strength.

    坚决 or 努力 with a number is a change of strength, without one the tone of the speech: it makes
    no difference, nor does it hide that 力争 says the same as 努力. The setting of a measure
    promises nothing itself, and nothing is promised in a quotation.
    """
    language = before.clause.language
    old, new = (strength_of(deed.unquoted, language) for deed in (before, after))
    if old != new and not (before.measured or after.measured):
        old, new = (
            strength_of(deed.unquoted, language, exhortation=False) for deed in (before, after)
        )
    if old == new or any(frame_of(deed.folded, language) is not None for deed in (before, after)):
        return None
    return _told(old, new)


def strength_change(a: AnalysedClause, b: AnalysedClause) -> tuple[Kind, str] | None:
    """How the second of two clauses differs in strength, with both; None where it does not."""
    measured = bool(a.targets or b.targets)
    old, new = (strength_of(c.folded, c.language, exhortation=measured) for c in (a, b))
    return _told(old, new)


def _told(old: Strength, new: Strength) -> tuple[Kind, str] | None:
    if old == new:
        return None
    stronger = strength_rank(new) < strength_rank(old)
    return "strength strengthened" if stronger else "strength weakened", f"{old} → {new}"
