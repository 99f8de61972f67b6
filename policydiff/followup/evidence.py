"""What speaks for a clause of a review reporting on a commitment, beside the aligner's evidence.

A plan says what is to be done, a review what was done: names and numbers stay, the words around
them change; and one clause of a review often reports on several commitments.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from policydiff.align.bounds import Bounds
from policydiff.align.candidates import MOST_PAIRS, Pair
from policydiff.align.evidence import ClauseList, LinkEvidence, in_context, likenesses, listed
from policydiff.align.likeness import Likeness
from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.keys import topic_grams, weight_of
from policydiff.followup.results import indicators
from policydiff.followup.statements import says_done
from policydiff.language.language import Language
from policydiff.language.rarity import SQUARE_NAT

if TYPE_CHECKING:
    from policydiff.semantic.vectors import Nearness  # needs numpy

#: The kinds of the aligner's evidence that say something of a report on a commitment. With the
#: others (sequence, section, margin_less) F1 of pairs that were left out is 0.003 lower.
LINK_NAMES: Final = (
    *("part_mutual", "length", "rare", "unique", "context_rank", "paragraph", "margin_more"),
    "indicator",
)
_of_link: Final = itemgetter(*[LinkEvidence._fields.index(name) for name in LINK_NAMES])
#: So many clauses at the head of a review sum up the year, of a short one one in so many.
_OPENING: Final = 3
_OPENING_SHARE: Final = 20
#: Two reports of fewer clauses are taken for extracts: their words are rarer than they look.
_WHOLE: Final = 200
#: So many of the words that two clauses share count for ``local``: a name is about as long.
_NAME: Final = 3


class ReportEvidence(NamedTuple):
    """What speaks for a report on a commitment; every field is 0 where nothing does."""

    topics: float  # 1 where both speak of a topic, in whatever words
    number: float  # 1 where both hold a number with the same unit
    same_indicator: float  # 1 where both hold a number of the same main indicator
    quoted: float  # how many names in quotation marks both hold
    local: float  # how few clauses of the two reports have the words that both share
    rank: float  # 1 where no other clause of the review is as like the commitment
    inside: float  # 1 unless the clause of the review opens its paragraph without any number
    behind_opening: float  # 1 unless the clause stands at the head of the review
    order: float  # 1 where both stand equally far from the beginning of plan and review
    done: float  # 1 where the clause of the review says that something is done


#: The kinds of evidence, in the order in which ``report_evidence`` gives them, and the same where a
#: language model is asked. Being each other's nearest, and the neighbours, add nothing to F1 there.
NAMES: tuple[str, ...] = (*LINK_NAMES, *ReportEvidence._fields)
SEMANTIC_NAMES: tuple[str, ...] = (*NAMES, "semantic")


class _Traits(NamedTuple):
    """What of a clause the evidence needs, worked out once."""

    topics: frozenset[str]
    numbers: frozenset[str]
    quoted: frozenset[str]
    indicators: frozenset[str]


def report_evidence(
    plan: Sequence[AnalysedClause],
    review: Sequence[AnalysedClause],
    near: Nearness | None = None,
    bounds: Bounds | None = None,
) -> Iterator[tuple[Pair, tuple[float, ...]]]:
    """The pairs of a commitment and a clause of a review that are worth a look, by their places,
    each with its evidence in the order of ``NAMES``; with ``near`` of ``SEMANTIC_NAMES``."""
    here, there = [_traits(c) for c in plan], [_traits(c) for c in review]
    old, new = listed(plan), listed(review)
    likely = likenesses(old, new, _same_indicators(here, there, bounds or Bounds()), bounds)
    highest = _highest(likely)
    few = _few(old, new, plan[0].language)
    inside = _inside(review)
    done = [float(says_done(c)) for c in review]
    opening = min(_OPENING, len(review) // _OPENING_SHARE)
    for (i, j), link in in_context(likely, old, new, meaning=False).items():
        one, other, like = here[i], there[j], likely[i, j]
        shared = sorted([few[gram] for gram in like.shared if gram in few], reverse=True)
        said = ReportEvidence(
            topics=float(not one.topics.isdisjoint(other.topics)),
            number=float(not one.numbers.isdisjoint(other.numbers)),
            same_indicator=float(not one.indicators.isdisjoint(other.indicators)),
            quoted=len(one.quoted & other.quoted),
            local=sum(shared[:_NAME]),
            rank=like.score / (highest[i] or 1.0),
            inside=inside[j],
            behind_opening=float(j >= opening),
            order=1 - abs(i / len(plan) - j / len(review)),
            done=done[j],
        )
        nearer = (near.evidence(i, j).semantic,) if near else ()
        yield (i, j), (*_of_link(link), *said, *nearer)


def _traits(clause: AnalysedClause) -> _Traits:
    return _Traits(
        frozenset(topic_grams(clause.language) & clause.key.grams.keys()),
        frozenset(_pattern("numbers", clause.language).findall(clause.folded)),
        frozenset(_pattern("quoted", clause.language).findall(clause.text)),
        indicators(clause),
    )


def _same_indicators(
    plan: Sequence[_Traits], review: Sequence[_Traits], bounds: Bounds
) -> Iterator[Pair]:
    """The pairs with numbers of one main indicator, in however different words; of very many the
    first for each commitment."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for j, traits in enumerate(review):
        for indicator in traits.indicators:
            places[indicator].append(j)
    most = max(1, MOST_PAIRS // max(1, len(plan)))
    for i, traits in enumerate(plan):
        for indicator in sorted(traits.indicators):
            bounds.met |= len(places[indicator]) > most
            yield from ((i, j) for j in places[indicator][:most])


def _highest(likely: Mapping[Pair, Likeness]) -> dict[int, float]:
    """How like a commitment is the likest clause of the review, by its place."""
    highest: dict[int, float] = {}
    for (i, _), like in likely.items():
        highest[i] = max(like.score, highest.get(i, 0.0))
    return highest


def _few(old: ClauseList, new: ClauseList, language: Language) -> dict[str, float]:
    """How few clauses of both reports have each word that both know: a logarithm. Characters and
    topics are no words."""
    topics = topic_grams(language)
    told = len(old.features) + len(new.features)
    clauses = max(told, _WHOLE)
    spread: dict[str, float] = {
        gram: old.spread[gram] + count
        for gram, count in new.spread.items()
        if len(gram) > 1 and gram in old.spread and gram not in topics
    }
    if told < clauses:  # what is missing of the two reports would have the words that reports have
        for gram, count in spread.items():
            nats = math.sqrt(weight_of(gram, language) / SQUARE_NAT)
            spread[gram] = count + (clauses - told) * math.exp(-nats)
    return {gram: math.log(clauses / count) for gram, count in spread.items()}


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
def _pattern(section: str, language: Language) -> re.Pattern[str]:
    return language.tables.one_of("followup", section)
