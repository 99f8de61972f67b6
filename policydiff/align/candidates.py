"""Which pairs of clauses are worth a closer look: an inverted index from grams to clauses.

A gram is a character, a pair of neighbouring characters or a topic (analysis/keys.py). Every gram
has a weight, a whole number, so that sums of weights are the same in any order.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice
from typing import Final, NamedTuple

from policydiff.align.bounds import reaches, window
from policydiff.align.features import Features
from policydiff.analysis.keys import Grams, Key
from policydiff.language.rarity import SQUARE_NAT

#: A gram is rare whose weight is above this: it stands in fewer clauses than one of a thousand,
#: over many reports.
RARE = math.log(1000) ** 2 * SQUARE_NAT

Pair = tuple[int, int]

#: Two clauses are candidates from this on: the summed weights of the grams they share, in square
#: nats, over the geometric mean of their norms, in nats. Lower values, down to 1.9, find no better
#: links; 1.3 times as much loses half a point of F1.
SHARED = 2.37
#: The same for weights in parts of a square nat, as they are counted.
FLOOR: Final = SHARED * math.sqrt(SQUARE_NAT)
#: About so many pairs are looked at from either side, so that time and memory stay in bounds where
#: a report repeats itself all over: of 600 clauses each has 50 candidates at most. Real reports
#: hardly get there.
MOST_PAIRS = 30_000


#: Of clauses that may not have been counted in full, so many times as many are counted again.
_AGAIN: Final = 4


class Query(NamedTuple):
    """A clause as an index sees it: its features, and those of its grams that the index holds."""

    features: Features
    grams: Set[str]


class CandidateIndex:
    """Some clauses, ready to be asked which of them share enough with any other.

    ``bounded``: whether there is so much to look through that very common grams are only looked
    for around the same place in the list.
    """

    def __init__(
        self,
        features: Sequence[Features],
        asked: Mapping[str, int] | None = None,
        queries: int = 0,
    ) -> None:
        """``asked``: the only grams to hold, where it is known what the ``queries`` can have, and
        in how many of them each stands."""
        weights: Grams = {}
        for one in features:
            weights |= one.key.grams
        if asked is not None:
            weights = {gram: weight for gram, weight in weights.items() if gram in asked}
        self.weights = weights
        self.clauses = [self.query(one) for one in features]
        self.rare = {gram for gram, weight in weights.items() if weight > RARE}
        self._floors = [floor(one.key) for one in features]
        self._least = min(self._floors, default=0.0)
        self._postings: defaultdict[str, list[int]] = defaultdict(list)
        for i, clause in enumerate(self.clauses):
            for gram in clause.grams:
                self._postings[gram].append(i)
        self._sizes = len(features), queries
        counts = {gram: len(places) for gram, places in self._postings.items()}
        self._reaches = reaches(counts, asked or {}, self._sizes)
        self.bounded = self._reaches is not None

    def query(self, features: Features) -> Query:
        """The query for a clause with these features."""
        return Query(features, self.weights.keys() & features.key.grams.keys())

    def candidates(self, query: Query, place: int = 0) -> Sequence[tuple[int, int]]:
        """The clauses that share enough with a query, in order, and the weight of it.

        ``place``: that of the query among all.
        """
        if self._reaches is not None:
            return self._around(query, place, self._reaches)
        floors = self._floors
        totals = [0] * len(floors)
        for gram in query.grams:
            weight = self.weights[gram]
            for i in self._postings[gram]:
                totals[i] += weight
        ours = floor(query.features.key)
        least = math.ceil(ours * self._least)  # most are less: whole numbers compare faster
        return [(i, t) for i, t in enumerate(totals) if t >= least and t >= ours * floors[i]]

    def _around(
        self, query: Query, place: int, far: Mapping[str, int]
    ) -> Sequence[tuple[int, int]]:
        """The same, as far as clauses can be told by the grams that are looked for."""
        totals: Counter[int] = Counter()
        for gram in query.grams:
            weight, postings = self.weights[gram], self._postings[gram]
            near: Iterable[int] = postings
            if gram in far:
                first, end = window(place, far[gram], self._sizes)
                near = islice(postings, bisect_left(postings, first), bisect_left(postings, end))
            for i in near:
                totals[i] += weight
        ours = floor(query.features.key)
        number = _AGAIN * most_candidates(len(self.clauses))
        most = top(sorted(totals.items()), number)
        weight_of = self.weights.__getitem__
        again = ((i, sum(map(weight_of, query.grams & self.clauses[i].grams))) for i, _ in most)
        return [(i, total) for i, total in again if total >= ours * self._floors[i]]


def floor(key: Key) -> float:
    """What a clause adds to the threshold: two clauses share enough from the product of theirs."""
    return math.sqrt(FLOOR * key.norm)


def most_candidates(clauses: int) -> int:
    """How many of so many clauses are looked at for one other.

    >>> most_candidates(300), most_candidates(3000)
    (100, 10)
    """
    return max(1, MOST_PAIRS // max(1, clauses))


def top_k(candidates: Sequence[tuple[int, int]], clauses: int) -> Sequence[tuple[int, int]]:
    """Those of so many clauses that share most, of equals the first; in their order."""
    return top(candidates, most_candidates(clauses))


def top(candidates: Sequence[tuple[int, int]], most: int) -> Sequence[tuple[int, int]]:
    """So many candidates that share most, of equals the first; in their order.

    >>> top([(1, 5), (2, 9), (3, 5), (4, 7)], 3)
    [(1, 5), (2, 9), (4, 7)]
    """
    if len(candidates) <= most:
        return candidates
    least = sorted([total for _, total in candidates], reverse=True)[most - 1]
    equals = most - sum(total > least for _, total in candidates)
    best = []
    for i, total in candidates:
        if total == least:
            equals -= 1
        if total > least or (total == least and equals >= 0):
            best.append((i, total))
    return best
