"""How alike two clauses are: evidence for every pair worth a look.

First the candidates (``candidates``), then what the two texts say of each other (``likeness``),
then what the rest of the two reports says of the pair (``in_context``); ``evidence`` is all three.
Knows nothing of what the clauses are for. Everything is symmetric in the two sides, so that
comparing backwards gives the mirror image.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, TypeVar

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from policydiff.keys import SQUARE_NAT, Key, key_of, weight_of
from policydiff.models import Clause
from policydiff.targets import unit_kind

#: How many candidates each clause keeps for the careful look; four or ten change F1 by 0.002.
SHORTLIST = 6
#: Grams that stand in more clauses of a report than this are too common to find candidates with;
#: they still count once a pair is looked at. Keeps the search linear in the reports' size; twenty
#: more or less change F1 by 0.001.
_COMMON = 30
#: A gram votes once for every so many nats of its rarity: a common character once, most pairs of
#: neighbours twice or three times. Two thirds or twice as many make no difference.
_VOTE = 3.0 * math.sqrt(SQUARE_NAT)
#: With fewer votes two clauses are no candidates.
ENOUGH_VOTES = 4
#: The length (``Key.norm``) at which a part is trusted by half: half that of the middle part in
#: national and provincial reports, which is 21 to 22 nats. Longer parts are trusted more.
_HALF_TRUST = 11.0 * math.sqrt(SQUARE_NAT)
#: Parts less like than this share of the best two are left out: they hardly ever decide. F1 of
#: links changes by 0.002 at most, and of four pairs of parts one and a half are left.
_NEAR_BEST = 0.5
#: A gram that stands in fewer clauses than one of a thousand, over many reports, is rare.
_RARE = math.log(1000) ** 2 * SQUARE_NAT
#: How much the neighbours add to what a pair of clauses itself says.
_CONTEXT = 0.7

Pair = tuple[int, int]
Places = tuple[int, ...]
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
class Words:
    """What a clause is compared by, apart from its place.

    ``indicators``: the names of its targets; ``measured``: the kinds of their units.
    """

    key: Key
    indicators: tuple[str, ...]
    measured: frozenset[str]


def words_of(clause: Clause) -> Words:
    """The words of a clause."""
    return Words(
        key_of(clause.text),
        tuple(t.indicator for t in clause.targets if t.indicator),
        frozenset(unit_kind(t.unit) for t in clause.targets if t.unit),
    )


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


def cosine(a: Key, b: Key) -> float:
    """The cosine of two keys' rarity weights, 0..1."""
    shared = a.grams.keys() & b.grams.keys()
    return sum(map(a.grams.__getitem__, shared)) / (a.norm * b.norm)


def candidates(old: Side, new: Side) -> list[Pair]:
    """The pairs worth a look: the best few of every clause of either side, in order.

    Told by the grams that two clauses share and few others have. Rarer ones have more votes; votes
    are whole numbers, so that counting them is all there is to do.
    """
    holders = voters(new, {gram for gram, n in old.spread.items() if n <= _COMMON})
    columns: list[list[tuple[float, int]]] = [[] for _ in new.words]
    chosen: set[Pair] = set()
    norms = [words.key.norm for words in new.words]
    for i, words in enumerate(old.words):
        key = words.key
        votes = votes_for(key, holders)
        row = [(n / norms[j], -j) for j, n in votes.items() if n >= ENOUGH_VOTES]
        for score, j in row:
            columns[-j].append((score / key.norm, -i))
        chosen.update((i, -j) for _, j in _highest(row))
    for j, column in enumerate(columns):
        chosen.update((-i, j) for _, i in _highest(column))
    return sorted(chosen)


def voters(side: Side, grams: Collection[str] | None = None) -> dict[str, list[int]]:
    """For each gram that is not too common, the clauses that hold it, each as often as it votes.

    ``grams``: the only ones that are wanted.
    """
    holders: dict[str, list[int]] = {
        gram: []
        for gram, n in side.spread.items()
        if n <= _COMMON and (grams is None or gram in grams)
    }
    for i, words in enumerate(side.words):
        for gram in words.key.grams.keys() & holders.keys():
            holders[gram].append(i)
    for gram in holders:
        holders[gram] *= _votes(gram)
    return holders


def votes_for(key: Key, holders: Mapping[str, list[int]]) -> Counter[int]:
    """How many votes each clause gives a key; ``holders`` as from ``voters``."""
    shared = key.grams.keys() & holders.keys()
    return Counter(chain.from_iterable(map(holders.__getitem__, shared)))


def _votes(gram: str) -> int:
    return max(1, round(math.sqrt(weight_of(gram)) / _VOTE))


def _highest(scored: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """The highest of some scores; indices are negative, so that of equals the first come first."""
    return sorted(scored, reverse=True)[:SHORTLIST]


class Likeness(NamedTuple):
    """What two clauses say of each other, whatever stands around them.

    ``score``: cosine of the whole and of the best two parts, added; ``parts``: how like each two
    parts are that share anything, by their places; ``shared``: the grams in common, of which so
    many are ``rare``; the rest as in ``Evidence``.
    """

    score: float
    parts: dict[Pair, float]
    shared: set[str]
    rare: int
    sequence: float
    length: float
    indicator: float
    conflict: float


def likeness(a: Words, b: Words) -> Likeness:
    """Compare two clauses, whole and part by part; a part's cosine is discounted where short."""
    weights, here, there = a.key.grams, a.key.places, b.key.places
    shared = weights.keys() & b.key.grams.keys()
    total = rare = 0
    # Most grams stand in one part of either clause; what stands in the same parts goes together.
    together: dict[tuple[Places, Places], int] = {}
    for gram in shared:
        weight = weights[gram]
        total += weight
        if weight > _RARE:
            rare += 1
        both = here[gram], there[gram]
        together[both] = together.get(both, 0) + weight
    dots: dict[Pair, int] = {}
    for (left_places, right_places), weight in together.items():
        for p in left_places:
            for q in right_places:
                dots[p, q] = dots.get((p, q), 0) + weight
    left, right = a.key.part_norms, b.key.part_norms
    best = 0.0
    parts: dict[Pair, float] = {}
    for places, dot in dots.items():
        one, other = left[places[0]], right[places[1]]
        shorter = one if one < other else other
        value = dot / (one * other) * shorter / (shorter + _HALF_TRUST)
        parts[places] = value
        if value > best:
            best = value
    if len(parts) > 1:
        enough = best * _NEAR_BEST
        parts = {places: value for places, value in parts.items() if value >= enough}
    common = LCSseq.similarity(a.key.text, b.key.text)
    return Likeness(
        score=total / (a.key.norm * b.key.norm) + best,
        parts=parts,
        shared=shared,
        rare=rare,
        sequence=common / (min(len(a.key.text), len(b.key.text)) or 1),
        length=math.log1p(common),
        indicator=_same_indicator(a.indicators, b.indicators) if b.indicators else 0.0,
        conflict=float(_conflict(a.measured, b.measured)),
    )


def evidence(old: Side, new: Side) -> dict[Pair, Evidence]:
    """The pairs worth a look, each with what speaks for it."""
    found = {(i, j): likeness(old.words[i], new.words[j]) for i, j in candidates(old, new)}
    return in_context(found, old.places, new.places, old.spread, new.spread)


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
    contexts = _mutual(_contexts(old, new, scores))
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
            paragraph=paragraphs[old.lines[i], new.lines[j]],
            section=sections[old.sections[i], new.sections[j]],
            margin_less=min(lead, other),
            margin_more=max(lead, other),
            indicator=like.indicator,
            conflict=like.conflict,
        )
    return judged


def _mutual(scores: Mapping[tuple[Name, Name], float]) -> dict[tuple[Name, Name], float]:
    """Each score relative to the best of either of its two, multiplied: 1 is mutual best."""
    left: defaultdict[Name, float] = defaultdict(float)
    right: defaultdict[Name, float] = defaultdict(float)
    for (a, b), score in scores.items():
        if score > left[a]:
            left[a] = score
        if score > right[b]:
            right[b] = score
    return {
        (a, b): score * score / (left[a] * right[b]) if score else 0.0
        for (a, b), score in scores.items()
    }


def _part_mutual(found: Mapping[Pair, Likeness]) -> dict[Pair, float]:
    """For each pair of clauses, how far any two of their parts are each other's best."""
    left: defaultdict[Pair, float] = defaultdict(float)
    right: defaultdict[Pair, float] = defaultdict(float)
    for (i, j), like in found.items():
        for (p, q), score in like.parts.items():
            if score > left[i, p]:
                left[i, p] = score
            if score > right[j, q]:
                right[j, q] = score
    return {
        (i, j): max(
            (s * s / (left[i, p] * right[j, q]) for (p, q), s in like.parts.items()), default=0.0
        )
        for (i, j), like in found.items()
    }


def _group_mutual(
    old: Sequence[Name], new: Sequence[Name], scores: Mapping[Pair, float]
) -> dict[tuple[Name, Name], float]:
    """How far two groups of clauses (paragraphs, sections) are each other's best.

    ``old`` and ``new`` name the group of each clause. What speaks for two groups is how like their
    clauses are; squared, so that one good match says more than many poor ones.
    """
    sums: defaultdict[tuple[Name, Name], float] = defaultdict(float)
    for (i, j), score in scores.items():
        sums[old[i], new[j]] += score * score
    return _mutual(sums)


def _contexts(old: Place, new: Place, scores: Mapping[Pair, float]) -> dict[Pair, float]:
    """Each score with those of the neighbours in the two paragraphs added, at a discount."""
    contexts = {}
    for (i, j), score in scores.items():
        around = sum(scores.get((a, b), 0.0) for a in old.around[i] for b in new.around[j])
        contexts[i, j] = score + (around - score) * _CONTEXT
    return contexts


Best = dict[int, tuple[float, float]]


def _two_best(scores: Mapping[Pair, float]) -> tuple[Best, Best]:
    """The two highest scores of each clause of either side."""
    rows: Best = {}
    columns: Best = {}
    for (i, j), score in scores.items():
        for best, k in ((rows, i), (columns, j)):
            first, second = best.get(k, (0.0, 0.0))
            if score > first:
                best[k] = (score, first)
            elif score > second:
                best[k] = (first, score)
    return rows, columns


def _lead(score: float, top: tuple[float, float]) -> float:
    """How far a score lies before the best other one; negative when it lies behind."""
    return score - (top[0] if top[0] > score else top[1])


def _same_indicator(old: Sequence[str], new: Sequence[str]) -> float:
    """The highest likeness of two indicators, 0 where one side has none."""
    return max((fuzz.ratio(s, t) / 100 for s in old for t in new), default=0.0)


def _conflict(old: frozenset[str], new: frozenset[str]) -> bool:
    """Whether two clauses set numbers that measure nothing in common: 增长6% and 新增9家."""
    return bool(old and new and not old & new)
