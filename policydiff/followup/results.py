"""The numbers of a review: what was reached, and what only compares or adds up over years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.folded import FoldedText
from policydiff.analysis.targets import find_targets
from policydiff.language.language import Language
from policydiff.models import Target

#: How far before a number the words stand that say of which time it is.
_REACH = 16


def results(clause: AnalysedClause) -> tuple[Target, ...]:
    """The numbers that a clause of a review reports for its year, as targets, in order.

    Numbers of a year that is compared with, and totals since some year, are left out.
    """
    return tuple(t for t in _numbers(clause) if not _of_other_years(t, clause))


def _numbers(clause: AnalysedClause) -> Iterator[Target]:
    if clause.targets:
        yield from clause.targets
        return
    for number in find_targets(FoldedText(clause.folded, clause.language)):
        start, end = clause.in_source(number.start, number.end)
        yield Target(
            indicator=number.indicator,
            value=number.value,
            upper=number.upper,
            unit=number.unit,
            bound=number.bound,
            deadline=number.deadline,
            masked=number.masked,
            text=clause.text[number.start : number.end],
            start=start,
            end=end,
            indicator_id=number.indicator_id,
            base=number.base,
            base_unit=number.base_unit,
            measure=number.measure,
        )


def _of_other_years(target: Target, clause: AnalysedClause) -> bool:
    at = clause.text.find(target.text)
    before = clause.folded[max(0, at - _REACH) : at] + clause.language.fold(target.text)
    return _other_years(clause.language).search(before) is not None


@cache
def _other_years(language: Language) -> re.Pattern[str]:
    return re.compile(
        "|".join(e["pattern"] for e in language.tables.load("followup")["other_years"])
    )
