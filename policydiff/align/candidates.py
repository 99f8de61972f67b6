"""Which pairs of clauses are worth a closer look: an inverted index from grams to clauses.

A gram is a character, a pair of neighbouring characters or a topic (analysis/keys.py). Every gram
has a weight, a whole number, so that sums of weights are the same in any order.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Sequence, Set
from typing import NamedTuple

from policydiff.align.features import Features
from policydiff.analysis.keys import SQUARE_NAT, Grams, Key

#: A gram is rare whose weight is above this: it stands in fewer clauses than one of a thousand,
#: over many reports.
RARE = math.log(1000) ** 2 * SQUARE_NAT

Pair = tuple[int, int]

#: Two clauses are candidates from this on: the summed weights of the grams they share, in square
#: nats, over the geometric mean of their norms, in nats. Lower values, down to 1.9, find no better
#: links; 1.3 times as much loses half a point of F1.
SHARED = 2.37
#: About so many pairs are looked at from either side, so that time and memory stay in bounds where
#: a report repeats itself all over: of 600 clauses each has 50 candidates at most. Real reports
#: hardly get there.
MOST_PAIRS = 30_000


class Query(NamedTuple):
    """A clause as an index sees it: its features, and those of its grams that the index holds."""

    features: Features
    grams: Set[str]


class CandidateIndex:
    """Some clauses, ready to be asked which of them share enough with any other."""

    def __init__(self, features: Sequence[Features], grams: Container[str] | None = None) -> None:
        """``grams``: the only ones to hold, where it is known what queries can have."""
        weights: Grams = {}
        for one in features:
            weights |= one.key.grams
        if grams is not None:
            weights = {gram: weight for gram, weight in weights.items() if gram in grams}
        self.weights = weights
        self.clauses = [self.query(one) for one in features]
        self.rare = {gram for gram, weight in weights.items() if weight > RARE}
        self._floors = [floor(one.key) for one in features]
        self._least = min(self._floors, default=0.0)
        self._postings: defaultdict[str, list[int]] = defaultdict(list)
        for i, clause in enumerate(self.clauses):
            for gram in clause.grams:
                self._postings[gram].append(i)

    def query(self, features: Features) -> Query:
        """The query for a clause with these features."""
        return Query(features, self.weights.keys() & features.key.grams.keys())

    def candidates(self, query: Query) -> list[tuple[int, int]]:
        """The clauses that share enough with a query, in order, and the weight of it."""
        floors = self._floors
        totals = [0] * len(floors)
        for gram in query.grams:
            weight = self.weights[gram]
            for i in self._postings[gram]:
                totals[i] += weight
        ours = floor(query.features.key)
        least = math.ceil(ours * self._least)  # most are less: whole numbers compare faster
        return [(i, t) for i, t in enumerate(totals) if t >= least and t >= ours * floors[i]]


def floor(key: Key) -> float:
    """What a clause adds to the threshold: two clauses share enough from the product of theirs."""
    return math.sqrt(SHARED * math.sqrt(SQUARE_NAT) * key.norm)


def most_candidates(clauses: int) -> int:
    """How many of so many clauses are looked at for one other.

    >>> most_candidates(300), most_candidates(3000)
    (100, 10)
    """
    return max(1, MOST_PAIRS // max(1, clauses))


def top_k(candidates: Sequence[tuple[int, int]], clauses: int) -> Sequence[tuple[int, int]]:
    """Those of so many clauses that share most, of equals the first; in their order."""
    most = most_candidates(clauses)
    if len(candidates) <= most:
        return candidates
    return sorted(sorted(candidates, key=lambda pair: (-pair[1], pair[0]))[:most])
