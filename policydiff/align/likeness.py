"""How alike the texts of two clauses are, whatever stands around them.

Symmetric in the two. This is where the aligner uses rapidfuzz: the longest common subsequence of
two keys, and the ratio of two indicators' names.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from operator import itemgetter
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from policydiff.align.candidates import CandidateIndex, Query
from policydiff.align.features import Features
from policydiff.analysis.keys import Key
from policydiff.language.rarity import SQUARE_NAT

#: The length (``Key.norm``) at which a comma part is trusted by half: half that of the middle part
#: in national and provincial reports, which is 21 to 22 nats. Longer parts are trusted more.
HALF_TRUST = 11.0 * math.sqrt(SQUARE_NAT)
#: Parts less like than this share of the best two are left out: they hardly ever decide. F1 of
#: links changes by 0.002 at most, and of four pairs of parts one and a half are left.
NEAR_BEST = 0.5
#: Scores are whole numbers of so many to one, a power of two: sums of them are exact in any order.
SCORE = 1 << 20

#: Two comma parts by their places, and how alike they are.
PartPair = tuple[int, int, float]


class Likeness(NamedTuple):
    """What two texts say of each other.

    ``score``: the cosine of the whole and that of the best two parts, added; ``parts``: those two
    parts and others nearly as alike; ``shared``: the grams in common, so many of them ``rare``;
    the rest as in ``LinkEvidence``.
    """

    score: float
    parts: Sequence[PartPair]
    shared: Set[str]
    rare: int
    sequence: float
    length: float
    indicator: float


def likeness(
    index: CandidateIndex, i: int, query: Query, total: int, most_parts: int | None = None
) -> Likeness:
    """How alike clause ``i`` of an index and a query are; ``total`` as ``candidates`` gives it.

    Where there are more than ``most_parts`` pairs of comma parts, each text is taken as one part.
    """
    ours = index.clauses[i]
    one, other = ours.features, query.features
    shared = ours.grams & query.grams
    if most_parts is not None and len(one.key.parts) * len(other.key.parts) > most_parts:
        parts = [(0, 0, _discounted(total, one.key.norm, other.key.norm))]
    else:
        parts = _part_pairs(one, other, shared, index.weights)
    best = _likest(parts)
    if len(parts) > 1:
        enough = best * NEAR_BEST
        parts = [part for part in parts if part[2] >= enough]
    return Likeness(
        _score(one, other, total, best),
        parts,
        shared,
        len(shared & index.rare),
        *pair_features(one.key.text, one.names, other.key.text, other.names),
    )


def score(index: CandidateIndex, i: int, query: Query, total: int) -> float:
    """The ``score`` of ``likeness`` alone, which costs less."""
    ours = index.clauses[i]
    one, other = ours.features, query.features
    parts = _part_pairs(one, other, ours.grams & query.grams, index.weights)
    return _score(one, other, total, _likest(parts))


def _score(one: Features, other: Features, total: int, best: float) -> float:
    """The cosine of two wholes and that of their best two parts, added."""
    return quantized(total / (one.key.norm * other.key.norm) + best)


def _likest(parts: Sequence[PartPair]) -> float:
    return max(parts, key=itemgetter(2))[2] if parts else 0.0


def _discounted(dot: int, left: float, right: float) -> float:
    """The cosine for a product and two lengths; the shorter is taken for longer than it is."""
    return dot / (left * (right + HALF_TRUST) if right < left else (left + HALF_TRUST) * right)


def _part_pairs(
    one: Features, other: Features, shared: Iterable[str], weights: Mapping[str, int]
) -> list[PartPair]:
    """The pairs of comma parts that have any of the shared grams, and how alike each is."""
    ours, theirs = one.places, other.places
    lefts, rights = one.key.part_norms, other.key.part_norms
    width = len(rights)
    dots = [0] * (len(lefts) * width)  # of the first part with each other one, of the second, ...
    for gram in shared:
        weight, there = weights[gram], theirs[gram]
        for p in ours[gram]:
            at = p * width
            for q in there:
                dots[at + q] += weight
    parts = []
    for at, dot in enumerate(dots):
        if dot:
            p, q = divmod(at, width)
            parts.append((p, q, _discounted(dot, lefts[p], rights[q])))
    return parts


def quantized(score: float) -> float:
    """A score without digits that mean nothing."""
    return round(score * SCORE) / SCORE


def pair_features(
    text: str, names: Sequence[str], other_text: str, other_names: Sequence[str]
) -> tuple[float, float, float]:
    """See sequence, length and indicator of ``LinkEvidence``, of the texts of two keys and the
    ``Features.names`` of their indicators."""
    common = LCSseq.similarity(text, other_text)
    return (
        common / (min(len(text), len(other_text)) or 1),
        math.log1p(common),
        same_indicator(names, other_names),
    )


def in_common(texts: Iterable[str], others: Iterable[str]) -> list[int]:
    """The length of the longest common subsequence of each text and the other in its place."""
    return list(map(LCSseq.similarity, texts, others))


def same_indicator(here: Sequence[str], there: Sequence[str]) -> float:
    """The highest likeness of two names, 0..1; 0 where one side has none.

    Names are given with their characters in order: the words of one indicator change places from
    year to year.

    >>> same_indicator(["就业城增新镇"], ["产粮量", "就业城增新镇"])
    1.0
    """
    if not here or not there:
        return 0.0
    return max([fuzz.ratio(s, t) / 100 for s in here for t in there])


def cosine(a: Key, b: Key) -> float:
    """The cosine of two keys' rarity weights, 0..1."""
    shared = a.grams.keys() & b.grams.keys()
    return sum(map(a.grams.__getitem__, shared)) / (a.norm * b.norm)
