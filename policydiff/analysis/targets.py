"""Targets: the numbers and relative goals of a clause, with indicator, bound, unit and deadline.

Works on the folded text of one clause; offsets are relative to it. What words mean stands in the
table targets of the language; here and in the modules for numbers, names and goals stands how they
combine.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal

from policydiff.analysis.folded import FoldedText
from policydiff.analysis.indicators import with_indicators
from policydiff.analysis.numbers import numbers_of
from policydiff.analysis.relative import relative_goals
from policydiff.models import Bound


@dataclass(frozen=True, slots=True)
class FoundTarget:
    """A target in a clause; see models.Target for the fields. Offsets are into the clause."""

    indicator: str
    value: Decimal | None
    upper: Decimal | None
    unit: str | None
    bound: Bound
    deadline: str | None
    masked: bool
    start: int
    end: int


def find_targets(clause: FoldedText) -> tuple[FoundTarget, ...]:
    """The targets of a clause, in order.

    >>> from policydiff.language.zh import CHINESE
    >>> def show(text):
    ...     targets = find_targets(FoldedText(text, CHINESE))
    ...     return [(t.indicator, str(t.value or t.unit), t.unit, t.bound) for t in targets]
    >>> show("城镇新增就业1100万人以上,城镇登记失业率4.5%以内。")
    [('城镇新增就业', '1100', '万人', 'at_least'), ('城镇登记失业率', '4.5', '%', 'at_most')]
    >>> show("城乡居民收入分别增长5%、6.5%左右")
    [('城镇居民收入', '5', '%', 'about'), ('农村居民收入', '6.5', '%', 'about')]
    >>> show("新增国家级企业技术中心3家,省企业技术中心20家")
    [('新增国家级企业技术中心', '3', '家', 'exact'), ('新增省企业技术中心', '20', '家', 'exact')]
    """
    numbered = _numbered(clause)
    goals = [
        FoundTarget(
            indicator=subject,
            value=None,
            upper=None,
            unit=None,
            bound="relative",
            deadline=None,
            masked=False,
            start=start,
            end=end,
        )
        for subject, (start, end) in relative_goals(clause, [(t.start, t.end) for t in numbered])
    ]
    return tuple(sorted(numbered + goals, key=lambda target: (target.start, target.end)))


def _numbered(clause: FoldedText) -> list[FoundTarget]:
    """The targets that have a number, in its order."""
    numbers = numbers_of(clause)
    if not numbers:
        return []
    text = clause.text
    starts = [start for start, _ in clause.deadlines]
    targets = []
    for number, indicator, start in with_indicators(text, numbers, clause.language):
        # The nearest deadline before the number; one behind it belongs to what follows.
        k = bisect_left(starts, number.start) - 1
        targets.append(
            FoundTarget(
                indicator=indicator,
                value=number.value,
                upper=number.upper,
                unit=number.unit,
                bound=number.bound,
                deadline=text[slice(*clause.deadlines[k])] if k >= 0 else None,
                masked=number.value is None,
                start=start,
                end=number.end,
            )
        )
    return targets
