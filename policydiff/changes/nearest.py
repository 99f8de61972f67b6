"""Which clauses of the other report come closest to a commitment that has no partner there.

A person then decides in seconds. All of the report is looked at: commitments and what commits to
nothing, review and problems; a heading is named by the first clause under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from heapq import nsmallest
from typing import Final

from policydiff.align.candidates import CandidateIndex
from policydiff.align.features import Features, features_of
from policydiff.align.likeness import likeness
from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.keys import key_of

#: So many are named at most.
_MOST: Final = 3
#: So many that share most words are looked at more closely.
_CLOSER_LOOK: Final = 8
#: Clauses less like than this (``Likeness.score``, 0..2) have no more than stock phrases in common.
_LEAST: Final = 0.25


class Nearest:
    """All clauses of a report, ready to be asked which come closest to one of another report."""

    def __init__(self, clauses: Sequence[AnalysedClause]) -> None:
        self._clauses = list(clauses)

    @cached_property
    def _named(self) -> list[tuple[Features, AnalysedClause]]:
        """Each clause, and each heading with the first clause under it."""
        named = []
        above: tuple[str, ...] = ()
        for clause in self._clauses:
            if clause.section != above:
                above = clause.section
                named += [
                    (Features(key_of(heading, clause.language), ()), clause)
                    for heading in above[-1:]
                ]
            named.append((features_of(clause), clause))
        return named

    @cached_property
    def _index(self) -> CandidateIndex:
        return CandidateIndex([features for features, _ in self._named])

    def to(self, clause: AnalysedClause) -> tuple[AnalysedClause, ...]:
        """The clauses that come closest, the closest first; of equals the first in the report."""
        query = self._index.query(features_of(clause))
        candidates = self._index.candidates(query)
        close = nsmallest(
            _CLOSER_LOOK, candidates, key=lambda c: (-c[1] / self._named[c[0]][0].key.norm, c[0])
        )
        scores: dict[int, float] = {}
        clauses: dict[int, AnalysedClause] = {}
        for i, total in close:
            score = likeness(self._index, i, query, total).score
            near = self._named[i][1]
            clauses[near.start] = near
            scores[near.start] = max(score, scores.get(near.start, 0.0))
        best = sorted(scores, key=lambda start: (-scores[start], start))[:_MOST]
        return tuple(clauses[start] for start in best if scores[start] >= _LEAST)
