"""Which clauses of the other report come closest to a commitment that has no partner there.

A person then decides in seconds. Plan, review and problems are looked at, commitments and what
commits to nothing; a heading is named by the first clause under it. What stands before and behind
the report, menus of a page among it, is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from itertools import chain
from typing import Final

from policydiff.align.bounds import Bounds
from policydiff.align.candidates import CandidateIndex, Query
from policydiff.align.features import Features, features_of
from policydiff.align.likeness import score
from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.keys import key_of

#: So many are named at most.
_MOST: Final = 3
#: So many that share most words are looked at more closely.
_CLOSER_LOOK: Final = 8
#: Clauses less like than this (``Likeness.score``, 0..2) have no more than stock phrases in common.
_LEAST: Final = 0.25
#: What a unit of nearness by a language model adds to that.
_MEANT: Final = 4.0


def nearest(
    asked: Sequence[AnalysedClause],
    clauses: Sequence[AnalysedClause],
    meant: Sequence[Mapping[int, float]] = (),
    bounds: Bounds | None = None,
) -> list[tuple[AnalysedClause, ...]]:
    """For each of some clauses those of another report that come closest.

    ``clauses``: all of the other report; ``meant``: for each of those asked, the clauses that are
    closest by a language model, by where they begin, and how near; nothing without a model. The
    closest stands first; of equals the first there. ``bounds`` is told where there is too much to
    look at all of it.
    """
    if not asked:
        return []
    queries = [features_of(clause) for clause in asked]
    named = list(_named(clauses))
    # Only what is asked for is indexed: a report has many more words than a few clauses of another.
    asked_for = Counter(chain.from_iterable(query.key.grams for query in queries))
    index = CandidateIndex([features for features, _ in named], asked_for, len(queries))
    if bounds:
        bounds.met |= index.bounded
    places = {clause.start: i for i, (_, clause) in enumerate(named)}
    none: Sequence[Mapping[int, float]] = [{}] * len(queries)
    return [
        _closest(
            index.candidates(query := index.query(features), at),
            index,
            named,
            query,
            {places[start]: value for start, value in near.items()},
        )
        for at, (features, near) in enumerate(zip(queries, meant or none, strict=True))
    ]


_Named = tuple[Features, AnalysedClause]


def _named(clauses: Iterable[AnalysedClause]) -> Iterator[_Named]:
    """Each clause of the report proper, and each heading with the first clause under it."""
    above: tuple[str, ...] = ()
    for clause in clauses:
        if clause.part == "other":
            continue
        if clause.section != above:
            above = clause.section
            for heading in above[-1:]:
                yield Features(key_of(heading, clause.language), ()), clause
        yield features_of(clause), clause


def _closest(
    candidates: Sequence[tuple[int, int]],
    index: CandidateIndex,
    named: Sequence[_Named],
    query: Query,
    meant: Mapping[int, float],
) -> tuple[AnalysedClause, ...]:
    """``candidates``: of the query; ``meant``: by place among the ``named``."""
    closer = dict(
        nsmallest(_CLOSER_LOOK, candidates, key=lambda c: (-c[1] / named[c[0]][0].key.norm, c[0]))
    )
    for i in meant.keys() - closer.keys():
        closer[i] = sum(index.weights[gram] for gram in index.clauses[i].grams & query.grams)
    scores: dict[int, float] = {}
    near: dict[int, AnalysedClause] = {}
    for i, total in closer.items():
        clause = named[i][1]
        near[clause.start] = clause
        like = score(index, i, query, total) + _MEANT * meant.get(i, 0.0)
        scores[clause.start] = max(like, scores.get(clause.start, 0.0))
    best = sorted(scores, key=lambda start: (-scores[start], start))[:_MOST]
    return tuple(near[start] for start in best if scores[start] >= _LEAST)
