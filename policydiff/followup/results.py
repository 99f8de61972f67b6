"""The numbers of a review: what was reached in its year, and what only adds up over years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.language.language import Language
from policydiff.models import Target

#: The last number in digits, and what stands behind it.
_LAST_NUMBER: Final = re.compile(r"[0-9][0-9.,]*[^0-9]*$")
#: How far before a number the words stand that say of which time it is.
_REACH = 16


@dataclass(frozen=True, slots=True)
class Result:
    """A number of a review with the folded words of its comma part, up to and with the number."""

    target: Target
    words: str

    @property
    def before_number(self) -> str:
        """The words up to the last number."""
        return _LAST_NUMBER.sub("", self.words)


def results(clause: AnalysedClause) -> tuple[Result, ...]:
    """The numbers that a clause of a review reports for its year, in order.

    Totals since some year and numbers of a year that is compared with are left out. A number of
    which only words like 同比 tell what it is takes the name of the one before it.

    >>> from policydiff import parse
    >>> from policydiff.analysis.clause import analysed
    >>> from policydiff.language.zh import CHINESE
    >>> text = "一、2030年工作回顾\\n零售总额12亿元，同比下降2%。累计建成管网30公里。"
    >>> for clause in analysed(parse(text).clauses, CHINESE):
    ...     print([(r.target.indicator, str(r.target.value)) for r in results(clause)])
    [('零售总额', '12'), ('零售总额', '2')]
    []
    """
    return tuple(_results(clause))


def _results(clause: AnalysedClause) -> Iterator[Result]:
    language = clause.language
    bare, others = (language.tables.one_of("followup", s) for s in ("bare_names", "other_years"))
    year = language.tables.one_of("followup", "of_the_year").search(clause.folded)
    name: tuple[str, str | None] = "", None
    for part in clause.parts:
        for target, (start, end) in zip(part.targets, part.target_spans, strict=True):
            known = target
            if name[0] and (not target.indicator or bare.fullmatch(target.indicator)):
                known = replace(target, indicator=name[0], indicator_id=name[1])
            name = known.indicator, known.indicator_id
            if others.search(clause.folded[max(0, min(start, end - _REACH)) : end]):
                continue
            result = Result(known, clause.folded[part.start : end])
            if target.horizon != "five_year" or year or is_stock(result, language):
                yield result


def is_stock(result: Result, language: Language) -> bool:
    """Whether a number is how much there is, not how much came or went."""
    stock = language.tables.one_of("followup", "stock").search(result.before_number)
    return result.target.measure == "level" and stock is not None
