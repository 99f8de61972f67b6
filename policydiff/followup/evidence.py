"""What speaks for a clause of a review reporting on a commitment, beside the aligner's evidence.

A plan says what is to be done, a review what was done: names and numbers stay, the words around
them change; and one clause of a review often reports on several commitments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from policydiff.align.candidates import Pair
from policydiff.align.evidence import NAMES as LINK_NAMES
from policydiff.align.evidence import evidence, listed
from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.keys import topic_grams
from policydiff.followup.statements import says_done
from policydiff.language.language import Language


class ReportEvidence(NamedTuple):
    """What speaks for a report on a commitment; every field is 0 where nothing does."""

    topics: float  # how many topics both speak of, in whatever words
    number: float  # 1 where both hold a number with the same unit
    inside: float  # 1 unless the clause of the review opens its paragraph without any number
    order: float  # 1 where both stand equally far from the beginning of plan and review
    done: float  # 1 where the clause of the review says that something is done


#: The kinds of evidence, in the order in which ``report_evidence`` gives them.
NAMES: tuple[str, ...] = (*LINK_NAMES, *ReportEvidence._fields)


class _Traits(NamedTuple):
    """What of a clause the evidence needs, worked out once."""

    topics: frozenset[str]
    numbers: frozenset[str]


def report_evidence(
    plan: Sequence[AnalysedClause], review: Sequence[AnalysedClause]
) -> Iterator[tuple[Pair, tuple[float, ...]]]:
    """The pairs of a commitment and a clause of a review that are worth a look, by their places,
    each with its evidence in the order of ``NAMES``."""
    here, there = [_traits(c) for c in plan], [_traits(c) for c in review]
    inside = _inside(review)
    done = [float(says_done(c)) for c in review]
    for (i, j), link in evidence(listed(plan), listed(review)).items():
        one, other = here[i], there[j]
        yield (
            (i, j),
            (
                *link,
                *ReportEvidence(
                    topics=len(one.topics & other.topics),
                    number=float(not one.numbers.isdisjoint(other.numbers)),
                    inside=inside[j],
                    order=1 - abs(i / len(plan) - j / len(review)),
                    done=done[j],
                ),
            ),
        )


def _traits(clause: AnalysedClause) -> _Traits:
    return _Traits(
        topic_grams(clause.language) & clause.key.grams.keys(),
        frozenset(_numbers(clause.language).findall(clause.folded)),
    )


def _inside(review: Sequence[AnalysedClause]) -> list[float]:
    """0 for each clause without numbers that opens a paragraph of several: a summary of it."""
    before = [None, *(clause.line for clause in review)]
    behind = [*(clause.line for clause in review[1:]), None]
    return [
        float(clause.line == last or clause.line != following or bool(clause.targets))
        for clause, last, following in zip(review, before, behind, strict=False)
    ]


def reports_something(clause: AnalysedClause) -> bool:
    """Whether a clause of a review says what was done: not thanks, lessons and introductions.

    >>> from policydiff import parse
    >>> from policydiff.analysis.clause import analysed
    >>> from policydiff.language.zh import CHINESE
    >>> review = "一、2030年工作回顾\\n建成水厂1座。成绩的取得，离不开全县人民的支持。"
    >>> [reports_something(clause) for clause in analysed(parse(review).clauses, CHINESE)]
    [True, False]
    """
    return clause.language.tables.one_of("followup", "asides").search(clause.folded) is None


@cache
def _numbers(language: Language) -> re.Pattern[str]:
    """A number in digits with the first character of its unit; years are none."""
    return language.tables.one_of("followup", "numbers")
