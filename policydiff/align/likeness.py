"""How alike two texts are, whatever stands around them; one against many at a time.

Whom a text is held against lies packed in long whole numbers, a field for each clause or part, so
that adding two numbers adds a gram's weight to all the clauses that have it. Everything is
symmetric in the two texts.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from policydiff.analysis.keys import SQUARE_NAT, Grams, Key, key_of
from policydiff.analysis.targets import unit_kind
from policydiff.models import Clause

#: Two texts are worth a look from this on: the squared weights of the grams they share, in square
#: nats, over the root of the product of their norms. Less, down to 1.9, finds no better links.
SHARED = 2.37
#: Of more clauses than this that touch the same one only the likest are looked at; of fewer where
#: there are thousands of clauses, but of some in any case. So time and memory stay in bounds where
#: a report says the same all over; real reports hardly get there.
_MOST, _PAIRS, _SOME = 80, 30_000, 6
#: The length (``Key.norm``) at which a part is trusted by half: half that of the middle part in
#: national and provincial reports, which is 21 to 22 nats. Longer parts are trusted more.
HALF_TRUST = 11.0 * math.sqrt(SQUARE_NAT)
#: Parts less like than this share of the best two are left out: they hardly ever decide. F1 of
#: links changes by 0.002 at most, and of four pairs of parts one and a half are left.
NEAR_BEST = 0.5
#: A gram that stands in fewer clauses than one of a thousand, over many reports, is rare.
RARE = math.log(1000) ** 2 * SQUARE_NAT
#: So many clauses are packed into one number: few enough that memory stays small where a report is
#: long, most grams having a number of their own.
_BLOCK = 512
#: Bytes of a field of a packed number. The highest bit shows whether a threshold was reached; sums
#: have to fit below it. Those of nearly all clauses do; the few long ones are looked at one by one.
_FIELD = 2
_FITS = 1 << (8 * _FIELD - 1)


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


#: Two parts by their places, and how like they are.
PartPair = tuple[int, int, float]


class Likeness(NamedTuple):
    """What two texts say of each other.

    ``score``: cosine of the whole and of the best two parts, added; ``parts``: those two parts and
    others nearly as like; ``shared``: the grams in common, of which so many are ``rare``; the rest
    as in ``Evidence``.
    """

    score: float
    parts: Sequence[PartPair]
    shared: Set[str]
    rare: int
    sequence: float
    length: float
    indicator: float
    conflict: float


class Theirs(NamedTuple):
    """Somebody's words, as far as they matter to those whom they are held against.

    ``parts``: for each comma part its place, grams, norm, and norm with what discounts short ones.
    """

    words: Words
    grams: Set[str]
    parts: Sequence[tuple[int, Set[str], float, float]]


def cosine(a: Key, b: Key) -> float:
    """The cosine of two keys' rarity weights, 0..1."""
    shared = a.grams.keys() & b.grams.keys()
    return sum(map(a.grams.__getitem__, shared)) / (a.norm * b.norm)


class Held:
    """Some clauses' words, ready to be held against any others."""

    def __init__(self, words: Sequence[Words], grams: Container[str] | None = None) -> None:
        """``grams``: those that matter, if not all: what the others may have."""
        weights: Grams = {}
        for one in words:
            weights |= one.key.grams
        if grams is not None:
            weights = {gram: weight for gram, weight in weights.items() if gram in grams}
        self._weights = weights
        self._ours = [self.theirs(one) for one in words]
        self._rare = {gram for gram, weight in weights.items() if weight > RARE}
        numbers = [i for i, one in enumerate(words) if one.key.norm**2 < _FITS]
        self._blocks = [
            _Block({i: self._ours[i] for i in numbers[at : at + _BLOCK]}, weights)
            for at in range(0, len(numbers), _BLOCK)
        ]
        self._long = sorted(set(range(len(words))).difference(numbers))

    def theirs(self, words: Words) -> Theirs:
        """What of somebody's words matters."""
        known = self._weights.keys()
        parts = [
            (place, grams, norm, norm + HALF_TRUST)
            for place, (part, norm) in enumerate(
                zip(words.key.parts, words.key.part_norms, strict=True)
            )
            if (grams := known & part)
        ]
        grams = parts[0][1] if len(parts) == 1 else set().union(*(part[1] for part in parts))
        return Theirs(words, grams, parts)

    def alike(self, words: Words) -> Iterator[tuple[int, Likeness]]:
        """The clauses worth a look for somebody with these words, and how alike."""
        theirs = self.theirs(words)
        for i, total in likest(self.touching(theirs), len(self._ours)):
            yield i, self.likeness(i, theirs, total)

    def touching(self, theirs: Theirs) -> list[tuple[int, int]]:
        """The clauses worth a look, in order, and the squared weights that they share, added."""
        enough = threshold(theirs.words.key)
        found = []
        for block in self._blocks:
            found += block.touching(theirs.grams, enough)
        for i in self._long:
            total = sum(map(self._weights.__getitem__, theirs.grams & self._ours[i].grams))
            if total >= enough * threshold(self._ours[i].words.key):
                found.append((i, total))
        return sorted(found) if self._long else found

    def likeness(self, i: int, theirs: Theirs, total: int) -> Likeness:
        """How alike clause ``i`` and somebody are who share so much; ``total`` as in touching."""
        ours = self._ours[i]
        one, other = ours.words, theirs.words
        shared = ours.grams & theirs.grams
        weigh = self._weights.__getitem__
        best = 0.0
        parts = []
        for q, grams, right, right_more in theirs.parts:
            common = grams & shared
            if common:
                for p, part, left, left_more in ours.parts:
                    both = common & part
                    if both:
                        # The cosine, discounted where the shorter is short.
                        value = sum(map(weigh, both)) / (
                            right * left_more if left < right else left * right_more
                        )
                        parts.append((p, q, value))
                        if value > best:
                            best = value
        if len(parts) > 1:
            enough = best * NEAR_BEST
            parts = [part for part in parts if part[2] >= enough]
        return Likeness(
            quantized(total / (one.key.norm * other.key.norm) + best),
            parts,
            shared,
            len(shared & self._rare),
            *beside(one, other),
        )


#: Scores are whole numbers of so many to one, so that sums of them are the same in any order.
SCORE = 1 << 20


def quantized(score: float) -> float:
    """A score without digits that mean nothing."""
    return round(score * SCORE) / SCORE


def beside(one: Words, other: Words) -> tuple[float, float, float, float]:
    """What else two texts say: see sequence, length, indicator and conflict of ``Evidence``."""
    text, other_text = one.key.text, other.key.text
    common = LCSseq.similarity(text, other_text)
    return (
        common / (min(len(text), len(other_text)) or 1),
        math.log1p(common),
        _same_indicator(one.indicators, other.indicators) if other.indicators else 0.0,
        float(_conflict(one.measured, other.measured)),
    )


def most_of(clauses: int) -> int:
    """How many of so many clauses are looked at for the same one.

    >>> most_of(300), most_of(600), most_of(3000)
    (80, 50, 10)
    """
    return max(_SOME, min(_MOST, _PAIRS // max(1, clauses)))


def likest(touching: list[tuple[int, int]], clauses: int) -> list[tuple[int, int]]:
    """Those of so many clauses that share most, of equals the first; in their order."""
    most = most_of(clauses)
    if len(touching) <= most:
        return touching
    return sorted(sorted(touching, key=lambda pair: (-pair[1], pair[0]))[:most])


class _Block:
    """A few hundred clauses by their numbers, packed."""

    def __init__(self, clauses: Mapping[int, Theirs], weights: Grams) -> None:
        self._numbers = list(clauses)
        fields: defaultdict[str, list[int]] = defaultdict(list)
        for k, clause in enumerate(clauses.values()):
            field = 1 << (8 * _FIELD * k)
            for gram in clause.grams:
                fields[gram].append(field)
        self._sums = {gram: sum(held) * weights[gram] for gram, held in fields.items()}
        self._thresholds = _packed(threshold(clause.words.key) for clause in clauses.values())
        self._top = _packed([_FITS] * len(clauses))

    def touching(self, grams: Set[str], threshold: int) -> list[tuple[int, int]]:
        """The clauses that share enough with some grams, and how much, in order."""
        sums = sum(map(self._sums.__getitem__, self._sums.keys() & grams))
        enough = ((sums | self._top) - self._thresholds * threshold) & self._top
        found = []
        if enough:
            size = len(self._numbers) * _FIELD
            marks = enough.to_bytes(size, "little")[_FIELD - 1 :: _FIELD]
            totals = sums.to_bytes(size, "little")
            k = marks.find(_MARK)
            while k >= 0:
                total = int.from_bytes(totals[k * _FIELD : (k + 1) * _FIELD], "little")
                found.append((self._numbers[k], total))
                k = marks.find(_MARK, k + 1)
        return found


#: The byte in which the highest bit of a field is set, and nothing else.
_MARK = 128


def threshold(key: Key) -> int:
    """The root of what is enough beside a text of the same norm: two multiplied are for a pair."""
    return round(math.sqrt(SHARED * math.sqrt(SQUARE_NAT) * key.norm))


def _packed(values: Iterable[int]) -> int:
    """The fields of clauses in one number, the first lowest."""
    return int.from_bytes(b"".join(v.to_bytes(_FIELD, "little") for v in values), "little")


def _same_indicator(old: Sequence[str], new: Sequence[str]) -> float:
    """The highest likeness of two indicators, 0 where one side has none."""
    return max((fuzz.ratio(s, t) / 100 for s in old for t in new), default=0.0)


def _conflict(old: frozenset[str], new: frozenset[str]) -> bool:
    """Whether two clauses set numbers that measure nothing in common: 增长6% and 新增9家."""
    return bool(old and new and not old & new)
