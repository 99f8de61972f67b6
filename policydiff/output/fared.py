"""How commitments of the old report fared, and by how much numbers differ, in words for people."""

from __future__ import annotations

from collections.abc import Sequence

from policydiff.models import Clause, FollowUp, IndicatorRow, TargetFollowUp
from policydiff.output.words import Words, amount


def spoken_of(followups: Sequence[FollowUp]) -> list[Clause]:
    """The commitments of the old report that the new review speaks of."""
    return [followup.old for followup in followups if followup.status != "silent"]


def each_of_several(followup: FollowUp) -> Sequence[TargetFollowUp]:
    """How each number fared of a commitment with several; a number alone would not say which."""
    return followup.targets if len(followup.old.targets) > 1 else ()


def verdict(followup: FollowUp | TargetFollowUp, words: Words) -> str:
    """What the review says of a commitment, or of one number of it; how far off it was where a
    target was missed.

    More than a target asked for is said only where more is surely better: of no bound from above
    and of nothing that is only about so much.
    """
    status, by = followup.status, followup.difference or ""
    bound = followup.target.bound if followup.target else None
    if status == "met" and by.startswith("+") and bound in ("at_least", "exact", "range"):
        return words.of("statuses", "exceeded")
    said = words.of("statuses", status)
    if status == "missed" and by:
        side = "below" if by.startswith("-") else "above"
        return words(side, status=said, by=by.lstrip("+-"))
    return said


def gap(followup: FollowUp) -> str:
    """How much of a count or amount was reached, in per cent; of rates the difference."""
    if followup.completion is not None:
        return f"{followup.completion:f}%"
    return followup.difference or ""


def difference(row: IndicatorRow, words: Words) -> str:
    """By how much this year's target is more; that it is the same, or a dash."""
    if row.difference:
        return signed(row.difference)
    both = row.target and row.next_target
    told = {amount(t, words) for t in (row.target, row.next_target) if t}
    return words("as before") if both and len(told) == 1 else "—"


def signed(difference: str | None) -> str:
    """A difference with an arrow for its sign.

    >>> signed("-3个百分点"), signed("+20家"), signed(None)
    ('▼3个百分点', '▲20家', '')
    """
    if not difference:
        return ""
    return ("▼" if difference.startswith("-") else "▲") + difference.lstrip("+-")
