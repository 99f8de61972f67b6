"""What speaks for a pair of clauses, in the light of the two lists that they stand in.

What the two texts say of each other is known (likeness.py); here the rest of the two lists joins
in: rivals, neighbours, paragraphs, sections. Knows nothing of what the clauses are for. Everything
is symmetric in the two sides, so that comparing backwards gives the mirror image.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple, TypeVar

from policydiff.align.bounds import PART_PAIRS, Bounds, level
from policydiff.align.candidates import CandidateIndex, Pair, Query, most_candidates, top_k
from policydiff.align.features import Features, features_of
from policydiff.align.likeness import Likeness, likeness, quantized
from policydiff.align.meaning import LEAST_MEANING, nearer_than_others, nearness
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
    [[0, 1], [0, 1], [2]]
    """
    last = len(lines)
    around = [
        [k for k in range(max(0, i - 1), min(last, i + 2)) if lines[k] == line]
        for i, line in enumerate(lines)
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
    uniqueness = _uniqueness(old, new)
    here, there = old.layout, new.layout
    scores = {pair: like.score for pair, like in likely.items()}
    rows, columns = _two_best(scores)
    parts = _part_mutual(likely)
    contexts = _mutual(_contexts(here, there, scores), LEAST_CONTEXT)
    paragraphs = _group_mutual(here.lines, there.lines, scores)
    sections = _group_mutual(here.sections, there.sections, scores)
    meanings, nearest = _meanings(likely, old, new) if meaning else (_NOTHING, _NOTHING)
    judged = {}
    unique = uniqueness.__getitem__
    for pair, like in likely.items():
        i, j = pair
        lead, other = _lead(like.score, rows[i]), _lead(like.score, columns[j])
        # In the order of the fields: names would take twice as long.
        judged[pair] = LinkEvidence(
            parts[pair],
            like.sequence,
            like.length,
            like.rare,
            max(map(unique, like.shared), default=0.0),
            contexts[pair],
            paragraphs.get((here.lines[i], there.lines[j]), 0.0),
            sections.get((here.sections[i], there.sections[j]), 0.0),
            *((lead, other) if lead < other else (other, lead)),
            like.indicator,
            meanings.get(pair, 0.0),
            nearest.get(pair, 0.0),
        )
    return judged


_NOTHING: Final[Mapping[Pair, float]] = {}


def _meanings(
    pairs: Iterable[Pair], old: ClauseList, new: ClauseList
) -> tuple[dict[Pair, float], dict[Pair, float]]:
    """How near in meaning each pair is, over the nearest of either clause; and how far mutually."""
    here, there = ([one.meaning for one in side.features] for side in (old, new))
    cosines = {(i, j): quantized(nearness(here[i], there[j])) for i, j in pairs}
    nearest = _mutual({pair: max(near, 0.0) for pair, near in cosines.items()}, LEAST_MEANING)
    return nearer_than_others(cosines), nearest


def _uniqueness(old: ClauseList, new: ClauseList) -> dict[str, float]:
    """How rare each gram is that both lists have: logarithms of how few clauses have it."""
    n, m = len(old.features), len(new.features)
    return {
        gram: math.log(n / old.spread[gram]) * math.log(m / count)
        for gram, count in new.spread.items()
        if gram in old.spread
    }


def _mutual(
    scores: Mapping[tuple[Name, Name], float], least: float = 0.0
) -> dict[tuple[Name, Name], float]:
    """Each score relative to the best of either of its two, multiplied: 1 is mutual best.

    A best that is less than ``least`` counts as that.
    """
    left: defaultdict[Name, float] = defaultdict(lambda: least)
    right: defaultdict[Name, float] = defaultdict(lambda: least)
    for (a, b), score in scores.items():
        if score > left[a]:
            left[a] = score
        if score > right[b]:
            right[b] = score
    return {(a, b): score * score / (left[a] * right[b]) for (a, b), score in scores.items()}


def _part_mutual(likely: Mapping[Pair, Likeness]) -> dict[Pair, float]:
    """For each pair of clauses, how far any two of their parts are each other's best."""
    left: defaultdict[Pair, float] = defaultdict(lambda: LEAST_PART)
    right: defaultdict[Pair, float] = defaultdict(lambda: LEAST_PART)
    for (i, j), like in likely.items():
        for p, q, score in like.parts:
            if score > left[i, p]:
                left[i, p] = score
            if score > right[j, q]:
                right[j, q] = score
    return {
        (i, j): max([s * s / (left[i, p] * right[j, q]) for p, q, s in like.parts], default=0.0)
        for (i, j), like in likely.items()
    }


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
    return _mutual(sums)


def _contexts(old: Layout, new: Layout, scores: Mapping[Pair, float]) -> dict[Pair, float]:
    """Each score with those of the neighbours in the two paragraphs added, at a discount."""
    near = {pair: score for pair, score in scores.items() if score > RIVAL}
    contexts = {}
    for (i, j), score in scores.items():
        around = sum([near.get((a, b), 0.0) for a in old.around[i] for b in new.around[j]])
        contexts[i, j] = score + (around - near.get((i, j), 0.0)) * CONTEXT
    return contexts


Best = dict[int, tuple[float, float]]


def _two_best(scores: Mapping[Pair, float]) -> tuple[Best, Best]:
    """The two highest scores of each clause of either side, none lower than a rival's."""
    rows: Best = {}
    columns: Best = {}
    for (i, j), score in scores.items():
        for best, k in ((rows, i), (columns, j)):
            first, second = best.setdefault(k, (RIVAL, RIVAL))
            if score > first:
                best[k] = (score, first)
            elif score > second:
                best[k] = (first, score)
    return rows, columns


def _lead(score: float, top: tuple[float, float]) -> float:
    """How far a score lies before the best other one; negative when it lies behind."""
    return score - (top[0] if top[0] > score else top[1])
