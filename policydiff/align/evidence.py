"""What speaks for a pair of clauses, in the light of the two reports they stand in.

What the two texts say of each other is known (likeness.py); here the rest of the two reports joins
in: rivals, neighbours, paragraphs, sections. Knows nothing of what the clauses are for. Everything
is symmetric in the two sides, so that comparing backwards gives the mirror image.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, TypeVar

from policydiff.align.likeness import Held, Likeness, Theirs, likest, most_of, words_of
from policydiff.models import Clause

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

Pair = tuple[int, int]
Name = TypeVar("Name", bound=Hashable)


class Evidence(NamedTuple):
    """What speaks for a pair; every field is 0 where nothing does. See ``weigh`` in align.py."""

    part_mutual: float  # 1 when two comma parts are each other's best in the whole reports
    sequence: float  # longest common subsequence of the keys, relative to the shorter
    length: float  # and absolute, as a logarithm
    rare: float  # how many rare grams they share
    unique: float  # the rarest shared gram, by its spread in both reports
    context_rank: float  # with the neighbours counted in, 1 when each is the other's best
    paragraph: float  # whether the two paragraphs correspond, as seen from both
    section: float  # whether the two sections correspond
    margin_less: float  # lead over the next candidate, on the side where it is smaller
    margin_more: float  # and where it is larger
    indicator: float  # likeness of the names of their targets
    conflict: float  # 1 where both have numbers and none of one kind of unit


NAMES: tuple[str, ...] = Evidence._fields


@dataclass(frozen=True, slots=True)
class Place:
    """Where the clauses of one list stand: for each its paragraph, its section, and which clauses
    stand around it in the paragraph, itself among them."""

    lines: Sequence[int]
    sections: Sequence[Hashable]
    around: Sequence[Sequence[int]]


def place_of(lines: Sequence[int], sections: Sequence[Hashable]) -> Place:
    """The places of clauses of which paragraph and section are known."""
    last = len(lines)
    return Place(
        lines,
        sections,
        [
            [k for k in range(max(0, i - 1), min(last, i + 2)) if lines[k] == line]
            for i, line in enumerate(lines)
        ],
    )


class Side:
    """One list of clauses with what is computed once for each."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.words = [words_of(c) for c in clauses]
        self.places = place_of([c.line for c in clauses], [c.section[:2] for c in clauses])
        self.spread = Counter(chain.from_iterable(w.key.grams for w in self.words))


def evidence(old: Side, new: Side) -> dict[Pair, Evidence]:
    """The pairs worth a look, each with what speaks for it."""
    held = Held(old.words, new.spread)
    theirs = [held.theirs(words) for words in new.words]
    found = {
        (i, j): held.likeness(i, theirs[j], total)
        for (i, j), total in _touching(held, theirs, len(old.words)).items()
    }
    return in_context(found, old.places, new.places, old.spread, new.spread)


def _touching(held: Held, theirs: Sequence[Theirs], number: int) -> dict[Pair, int]:
    """The pairs of clauses that touch, with what they share; of very many the likest of either.

    ``number``: how many clauses are held.
    """
    chosen: dict[Pair, int] = {}
    rows: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    most = 4 * most_of(len(theirs))  # a row is cut now and then, lest it hold nearly all
    for j, some in enumerate(theirs):
        column = held.touching(some)
        for i, total in column:
            row = rows[i]
            row.append((j, total))
            if len(row) > most:
                row[:] = likest(row, len(theirs))
        chosen |= {(i, j): total for i, total in likest(column, number)}
    for i, row in rows.items():
        chosen |= {(i, j): total for j, total in likest(row, len(theirs))}
    return chosen


def in_context(
    found: Mapping[Pair, Likeness],
    old: Place,
    new: Place,
    old_spread: Mapping[str, int],
    new_spread: Mapping[str, int],
) -> dict[Pair, Evidence]:
    """Add what the rest of the two reports says of each pair.

    The spreads say in how many clauses of each report a gram stands, for all that pairs share.
    """
    n, m = len(old.lines), len(new.lines)
    uniqueness = {
        gram: math.log(n / old_spread[gram]) * math.log(m / count)
        for gram, count in new_spread.items()
        if gram in old_spread
    }
    scores = {pair: like.score for pair, like in found.items()}
    rows, columns = _two_best(scores)
    parts = _part_mutual(found)
    contexts = _mutual(_contexts(old, new, scores), LEAST_CONTEXT)
    paragraphs = _group_mutual(old.lines, new.lines, scores)
    sections = _group_mutual(old.sections, new.sections, scores)
    judged = {}
    for (i, j), like in found.items():
        lead, other = _lead(like.score, rows[i]), _lead(like.score, columns[j])
        judged[i, j] = Evidence(
            part_mutual=parts[i, j],
            sequence=like.sequence,
            length=like.length,
            rare=like.rare,
            unique=max(map(uniqueness.__getitem__, like.shared), default=0.0),
            context_rank=contexts[i, j],
            paragraph=paragraphs.get((old.lines[i], new.lines[j]), 0.0),
            section=sections.get((old.sections[i], new.sections[j]), 0.0),
            margin_less=min(lead, other),
            margin_more=max(lead, other),
            indicator=like.indicator,
            conflict=like.conflict,
        )
    return judged


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


def _part_mutual(found: Mapping[Pair, Likeness]) -> dict[Pair, float]:
    """For each pair of clauses, how far any two of their parts are each other's best."""
    left: defaultdict[Pair, float] = defaultdict(lambda: LEAST_PART)
    right: defaultdict[Pair, float] = defaultdict(lambda: LEAST_PART)
    for (i, j), like in found.items():
        for p, q, score in like.parts:
            if score > left[i, p]:
                left[i, p] = score
            if score > right[j, q]:
                right[j, q] = score
    return {
        (i, j): max((s * s / (left[i, p] * right[j, q]) for p, q, s in like.parts), default=0.0)
        for (i, j), like in found.items()
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


def _contexts(old: Place, new: Place, scores: Mapping[Pair, float]) -> dict[Pair, float]:
    """Each score with those of the neighbours in the two paragraphs added, at a discount."""
    near = {pair: score for pair, score in scores.items() if score > RIVAL}
    contexts = {}
    for (i, j), score in scores.items():
        around = sum(near.get((a, b), 0.0) for a in old.around[i] for b in new.around[j])
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
