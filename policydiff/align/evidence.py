"""What speaks for a pair of clauses, in the light of the two lists that they stand in.

What the two texts say of each other is known (likeness.py); here the rest of the two lists joins
in: rivals, neighbours, paragraphs, sections. Knows nothing of what the clauses are for. Everything
is symmetric in the two sides, so that comparing backwards gives the mirror image.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from operator import eq
from typing import NamedTuple, TypeVar

from policydiff.align.bounds import PART_PAIRS, Bounds, level
from policydiff.align.candidates import CandidateIndex, Pair, Query, most_candidates, top_k
from policydiff.align.features import Features, features_of
from policydiff.align.likeness import Likeness, PartPair, likeness, quantized
from policydiff.align.meaning import LEAST_MEANING, Meaning, nearer_than_others, nearness
from policydiff.analysis.clause import AnalysedClause

#: A clause less like than this (``Likeness.score``) is neither a rival nor a neighbour worth
#: counting, and one less than that says nothing of the paragraphs and sections around: faint
#: likeness is everywhere. Without them F1 of links is 0.001 lower, and small changes of what is
#: looked at at all change many more links.
RIVAL = 0.15
RELATED = 0.25
#: Two parts, and two clauses with their neighbours, are each other's best only as far as they are
#: at least so like: that nothing else is like them at all is no merit. F1 is 0.001 higher, and two
#: wrong links of the fictional reports go.
LEAST_PART = 0.1
LEAST_CONTEXT = 0.5
#: How much the neighbours add to what a pair of clauses itself says.
CONTEXT = 0.7

Name = TypeVar("Name", bound=Hashable)


class LinkEvidence(NamedTuple):
    """What speaks for a link; every field is 0 where nothing does. See ``LinkModel``."""

    part_mutual: float  # 1 when two comma parts are each other's best in the whole lists
    sequence: float  # longest common subsequence of the keys, relative to the shorter
    length: float  # and absolute, as a logarithm
    rare: float  # how many rare grams they share
    unique: float  # the rarest shared gram, by how few clauses of both lists have it
    context_rank: float  # with the neighbours counted in, 1 when each is the other's best
    paragraph: float  # whether the two paragraphs correspond, as seen from both
    section: float  # whether the two sections correspond
    margin_less: float  # lead over the next candidate, on the side where it is smaller
    margin_more: float  # and where it is larger
    indicator: float  # likeness of the names of their targets
    meaning: float  # how near in meaning, over the nearest of either clause
    meaning_mutual: float  # 1 when each is the other's nearest


NAMES: tuple[str, ...] = LinkEvidence._fields


class Layout(NamedTuple):
    """Where the clauses of one list stand: for each its paragraph, its section, and which clauses
    stand around it in the paragraph, itself among them."""

    lines: Sequence[int]
    sections: Sequence[Hashable]
    around: Sequence[Sequence[int]]


def layout_of(lines: Sequence[int], sections: Sequence[Hashable]) -> Layout:
    """The layout of clauses of which paragraph and section are known.

    >>> layout_of([7, 7, 9], ["a", "a", "a"]).around
    [range(0, 2), range(0, 2), range(2, 3)]
    """
    goes_on = [False, *map(eq, lines, lines[1:]), False]
    around = [
        range(i - before, i + 1 + after) for i, (before, after) in enumerate(pairwise(goes_on))
    ]
    return Layout(lines, sections, around)


class ClauseList(NamedTuple):
    """One of the two lists that are aligned, with what is computed once for each clause.

    ``spread``: in how many clauses each gram stands.
    """

    features: Sequence[Features]
    layout: Layout
    spread: Mapping[str, int]


def clause_list(features: Sequence[Features], layout: Layout) -> ClauseList:
    """The list of clauses with these features, which stand so."""
    return ClauseList(
        features, layout, Counter(chain.from_iterable(one.key.grams for one in features))
    )


def listed(clauses: Sequence[AnalysedClause]) -> ClauseList:
    """Clauses as a list to align. A section is told by its two outermost headings."""
    lines, sections = [c.line for c in clauses], [c.section[:2] for c in clauses]
    return clause_list([features_of(c) for c in clauses], layout_of(lines, sections))


def evidence(
    old: ClauseList,
    new: ClauseList,
    also: Iterable[Pair] = (),
    bounds: Bounds | None = None,
) -> dict[Pair, LinkEvidence]:
    """The candidate pairs of two lists, each with what speaks for it; ``also`` as there.

    ``bounds`` is told where there is too much to look at all of it.
    """
    return in_context(likenesses(old, new, also, bounds), old, new)


def likenesses(
    old: ClauseList,
    new: ClauseList,
    also: Iterable[Pair] = (),
    bounds: Bounds | None = None,
) -> dict[Pair, Likeness]:
    """The candidate pairs of two lists, and pairs that are candidates ``also`` for another reason,
    each with what the two texts say of each other. ``bounds`` as in ``evidence``."""
    index = CandidateIndex(old.features, new.spread, len(new.features))
    queries = [index.query(features) for features in new.features]
    bounds = bounds or Bounds()
    totals = _candidate_pairs(index, queries, bounds)
    for i, j in also:
        if (i, j) not in totals:
            shared = index.clauses[i].grams & queries[j].grams
            totals[i, j] = sum(map(index.weights.__getitem__, shared))
    # Of clauses of very many comma parts not all parts can be set against each other.
    sizes = [[len(one.key.parts) for one in side.features] for side in (old, new)]
    most_parts = level((sizes[0][i] * sizes[1][j] for i, j in totals), PART_PAIRS)
    bounds.met |= index.bounded or most_parts is not None
    return {
        (i, j): likeness(index, i, queries[j], total, most_parts)
        for (i, j), total in totals.items()
    }


def _candidate_pairs(
    index: CandidateIndex, queries: Sequence[Query], bounds: Bounds
) -> dict[Pair, int]:
    """The pairs that share enough, with the weight of it; of very many those best for either."""
    number, several = len(index.clauses), len(queries)
    chosen: dict[Pair, int] = {}
    rows: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    least: dict[int, int] = {}  # what a row that was cut has at least
    most = 4 * most_candidates(several)  # a row is cut now and then, lest it hold nearly all
    for j, query in enumerate(queries):
        column = index.candidates(query, j)
        for i, total in column:
            if i in least and total <= least[i]:
                continue
            row = rows[i]
            row.append((j, total))
            if len(row) > most:
                row[:] = top_k(row, several)
                least[i] = min(total for _, total in row)
        best = top_k(column, number)
        bounds.met |= len(best) < len(column)
        chosen |= {(i, j): total for i, total in best}
    for i, row in rows.items():
        chosen |= {(i, j): total for j, total in top_k(row, several)}
    return chosen


def in_context(
    likely: Mapping[Pair, Likeness], old: ClauseList, new: ClauseList, *, meaning: bool = True
) -> dict[Pair, LinkEvidence]:
    """Add what the rest of the two lists says of each pair.

    ``meaning=False`` leaves out what is near in meaning, for models that give it no weight.
    """
    likes = likely.values()
    unique = uniqueness(old, new).__getitem__
    parts = {pair: like.parts for pair, like in likely.items()}
    columns = context(
        {pair: like.score for pair, like in likely.items()}, parts, old.layout, new.layout
    )
    if meaning:
        here, there = ([one.meaning for one in side.features] for side in (old, new))
        columns |= meanings(likely, here, there)
    else:
        columns |= dict.fromkeys(("meaning", "meaning_mutual"), [0.0] * len(likely))
    columns |= {
        "sequence": [like.sequence for like in likes],
        "length": [like.length for like in likes],
        "rare": [like.rare for like in likes],
        "unique": [max(map(unique, like.shared)) if like.shared else 0.0 for like in likes],
        "indicator": [like.indicator for like in likes],
    }
    return dict(zip(likely, together(columns), strict=True))


#: Kinds of evidence by their names in ``LinkEvidence``, each for the same pairs in the same order.
Columns = dict[str, Sequence[float]]


def together(columns: Columns) -> Iterator[LinkEvidence]:
    """The evidence of each pair, one after the other, from columns of all kinds."""
    return map(LinkEvidence._make, zip(*map(columns.__getitem__, NAMES), strict=True))


def context(
    scores: Mapping[Pair, float],
    parts: Mapping[Pair, Sequence[PartPair]],
    old: Layout,
    new: Layout,
) -> Columns:
    """What rivals, neighbours, paragraphs and sections say of each pair, from ``Likeness.score``
    and ``Likeness.parts`` of the same pairs."""
    leads = _leads(scores)
    paragraphs, sections = (
        _group_mutual(here, there, scores)
        for here, there in ((old.lines, new.lines), (old.sections, new.sections))
    )
    return {
        "part_mutual": _part_mutual(parts),
        "context_rank": _mutual(_contexts(old, new, scores), LEAST_CONTEXT),
        "paragraph": [paragraphs.get((old.lines[i], new.lines[j]), 0.0) for i, j in scores],
        "section": [sections.get((old.sections[i], new.sections[j]), 0.0) for i, j in scores],
        # `min` and `max` of two numbers would take several times as long.
        "margin_less": [here if here < there else there for here, there in leads],
        "margin_more": [there if here < there else here for here, there in leads],
    }


def meanings(pairs: Iterable[Pair], here: Sequence[Meaning], there: Sequence[Meaning]) -> Columns:
    """How near in meaning each pair is, over the nearest of either clause; and how far mutually."""
    cosines = {(i, j): quantized(nearness(here[i], there[j])) for i, j in pairs}
    positive = {pair: near if near > 0 else 0.0 for pair, near in cosines.items()}
    return {
        "meaning": list(nearer_than_others(cosines).values()),
        "meaning_mutual": _mutual(positive, LEAST_MEANING),
    }


def uniqueness(old: ClauseList, new: ClauseList) -> dict[str, float]:
    """How rare each gram is that both lists have: logarithms of how few clauses have it."""
    here, there = rarities(len(old.features)), rarities(len(new.features))
    return {
        gram: here[old.spread[gram]] * there[count]
        for gram, count in new.spread.items()
        if gram in old.spread
    }


def rarities(clauses: int) -> Sequence[float]:
    """How rare a gram is that one, two, … of so many clauses have, behind a 0: the logarithm."""
    return [0.0, *(math.log(clauses / count) for count in range(1, clauses + 1))]


def _mutual(scores: Mapping[tuple[Name, Name], float], least: float = 0.0) -> list[float]:
    """Each score relative to the best of either of its two, multiplied: 1 is mutual best.

    A best that is less than ``least`` counts as that.
    """
    left: dict[Name, float] = {}
    right: dict[Name, float] = {}
    for (a, b), score in scores.items():
        if score > left.get(a, least):
            left[a] = score
        if score > right.get(b, least):
            right[b] = score
    return [
        score * score / (left.get(a, least) * right.get(b, least))
        for (a, b), score in scores.items()
    ]


def _part_mutual(parts: Mapping[Pair, Sequence[PartPair]]) -> list[float]:
    """For each pair of clauses, how far any two of their parts are each other's best."""
    left: defaultdict[int, defaultdict[int, float]] = defaultdict(_no_parts)
    right: defaultdict[int, defaultdict[int, float]] = defaultdict(_no_parts)
    for (i, j), some in parts.items():
        ours, theirs = left[i], right[j]
        for p, q, score in some:
            if score > ours[p]:
                ours[p] = score
            if score > theirs[q]:
                theirs[q] = score
    mutual = []
    for (i, j), some in parts.items():
        ours, theirs, most = left[i], right[j], 0.0
        for p, q, score in some:
            value = score * score / (ours[p] * theirs[q])
            if value > most:
                most = value
        mutual.append(most)
    return mutual


def _no_parts() -> defaultdict[int, float]:
    return defaultdict(lambda: LEAST_PART)


def _group_mutual(
    old: Sequence[Name], new: Sequence[Name], scores: Mapping[Pair, float]
) -> dict[tuple[Name, Name], float]:
    """How far two groups of clauses (paragraphs, sections) are each other's best.

    ``old`` and ``new`` name the group of each clause. What speaks for two groups is how like their
    clauses are, as far as it is more than faintly.
    """
    sums: defaultdict[tuple[Name, Name], float] = defaultdict(float)
    for (i, j), score in scores.items():
        if score > RELATED:
            sums[old[i], new[j]] += score - RELATED
    return dict(zip(sums, _mutual(sums), strict=True))


def _contexts(old: Layout, new: Layout, scores: Mapping[Pair, float]) -> dict[Pair, float]:
    """Each score with those of the neighbours in the two paragraphs added, at a discount."""
    # For each old clause, what the new ones around one are like it: sums of scores are exact.
    near: defaultdict[int, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
    for (i, j), score in scores.items():
        if score > RIVAL:
            row = near[i]
            for b in new.around[j]:
                row[b] += score
    contexts = {}
    for (i, j), score in scores.items():
        around = -score if score > RIVAL else 0.0
        for a in old.around[i]:
            if a in near and j in near[a]:
                around += near[a][j]
        contexts[i, j] = score + around * CONTEXT
    return contexts


def _leads(scores: Mapping[Pair, float]) -> list[tuple[float, float]]:
    """How far each score lies before the best other one of the old clause, and of the new one;
    negative when it lies behind. None of these is lower than a rival's."""
    rows: dict[int, tuple[float, float]] = {}
    columns: dict[int, tuple[float, float]] = {}
    faint = RIVAL, RIVAL
    for (i, j), score in scores.items():
        if score > RIVAL:
            for two_best, k in ((rows, i), (columns, j)):
                first, second = two_best.get(k, faint)
                if score > first:
                    two_best[k] = score, first
                elif score > second:
                    two_best[k] = first, score
    leads = []
    for (i, j), score in scores.items():
        (here, other_here), (there, other_there) = rows.get(i, faint), columns.get(j, faint)
        leads.append(
            (
                score - (here if here > score else other_here),
                score - (there if there > score else other_there),
            )
        )
    return leads
