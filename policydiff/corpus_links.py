"""Which commitments of a corpus carry the same commitments as some clauses.

What two texts say of each other is found once, however many reports hold them; then each report is
judged as ``align`` judges it, except that pairs of which the texts promise too little are left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from policydiff.align import LINKED, bare, promise, settled, weigh
from policydiff.index import Entry, Index, Spot, Wording
from policydiff.keys import SQUARE_NAT, weight_of
from policydiff.models import Clause
from policydiff.scores import (
    ENOUGH_VOTES,
    Likeness,
    Side,
    in_context,
    likeness,
    place_of,
    voters,
    votes_for,
)

#: So many reports are judged together, their texts' likeness kept: several hundred bytes for each
#: pair of texts worth a look.
_BLOCK = 200
#: A wording is held against the clauses that share most votes (scores.py) with it: the first few
#: candidates, and all with many votes.
_FIRST = 7
_MANY = 11
#: Pairs of less promise are left out. These three were set where 97 of 100 links that ``align``
#: makes between real reports are found; more takes more time than it finds links.
_PROMISE = -5.6


@dataclass(frozen=True, slots=True)
class CorpusLink:
    """Clause ``query`` of those asked for and commitment ``position`` of report ``report``.

    ``report`` is the number that ``Entry.id`` and ``Index.clause`` use; ``score`` is 0..1.
    """

    query: int
    report: int
    position: int
    score: float


@dataclass(frozen=True, slots=True)
class _Known:
    """A wording of the corpus as the clauses asked for see it."""

    text: str
    shared: tuple[str, ...]  # the grams it has in common with any of them
    alike: tuple[tuple[int, Likeness], ...]  # the clauses it may be linked with


def links_to(
    clauses: Sequence[Clause], index: Index, reports: Sequence[Entry]
) -> Iterator[CorpusLink]:
    """The links between some clauses, all commitments of one report, and those of a corpus.

    Only ``reports`` are searched. The links come report by report in the order given, and within
    a report by clause, then by position.
    """
    asked = _Asked(clauses)
    rest = iter(reports)
    while block := list(islice(rest, _BLOCK)):
        known = {
            wording.id: asked.seen(wording)
            for wording in index.wordings([entry.id for entry in block])
        }
        for entry in block:
            for query, position, score in _links(asked, known, index.spots(entry.id)):
                yield CorpusLink(query, entry.id, position, score)


class _Asked:
    """The clauses asked for, ready to be held against any number of wordings."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.texts = [bare(clause.text) for clause in clauses]
        self.side = Side(clauses)
        self.places = [(clause.line, clause.section[:2]) for clause in clauses]
        self._voters = voters(self.side)
        self._grams = {gram: gram for gram in self.side.spread}
        n = len(clauses)
        self._unique = {
            gram: math.log(n / count) * math.log(n / _expected(gram, n))
            for gram, count in self.side.spread.items()
        }

    def seen(self, wording: Wording) -> _Known:
        """What a wording of the corpus has in common with the clauses."""
        grams = wording.words.key.grams.keys()
        votes = votes_for(wording.words.key, self._voters)
        words = self.side.words
        best = sorted(
            (
                (count / words[i].key.norm, -i)
                for i, count in votes.items()
                if count >= ENOUGH_VOTES
            ),
            reverse=True,
        )
        alike = []
        for rank, (_, i) in enumerate(best):
            if rank < _FIRST or votes[-i] >= _MANY:
                like = likeness(words[-i], wording.words)
                unique = max(map(self._unique.__getitem__, like.shared), default=0.0)
                if promise(like, unique) >= _PROMISE:
                    alike.append((-i, like))
        # These very strings, so that a thousand reports do not hold a thousand copies.
        shared = tuple(map(self._grams.__getitem__, grams & self._grams.keys()))
        return _Known(wording.text, shared, tuple(alike))


def _expected(gram: str, clauses: int) -> float:
    """In how many clauses of a report that holds a gram it stands, by its rarity."""
    rate = math.exp(-math.sqrt(weight_of(gram) / SQUARE_NAT))
    return 1 + (clauses - 1) * rate


def _links(
    asked: _Asked, known: Mapping[int, _Known], spots: Sequence[Spot]
) -> list[tuple[int, int, float]]:
    """The links between the clauses asked for and those of one report, in order."""
    texts = [known[spot.wording].text for spot in spots]
    same = settled(asked.texts, texts)
    done_old, done_new = ({pair[side] for pair in same} for side in (0, 1))
    here = {k: n for n, k in enumerate(k for k in range(len(asked.texts)) if k not in done_old)}
    there = {k: n for n, k in enumerate(k for k in range(len(spots)) if k not in done_new)}
    found = {
        (here[i], there[j]): like
        for j in there
        for i, like in known[spots[j].wording].alike
        if i in here
    }
    lines, sections = zip(*(asked.places[i] for i in here), strict=True) if here else ((), ())
    evidence = in_context(
        found,
        place_of(lines, sections),
        place_of([spots[j].line for j in there], [spots[j].heading for j in there]),
        asked.side.spread,
        Counter(chain.from_iterable(known[spots[j].wording].shared for j in there)),
    )
    back_old, back_new = list(here), list(there)
    links = [(i, j, 1.0) for i, j in same]
    for (i, j), what in evidence.items():
        score = weigh(what)
        if score >= LINKED:
            links.append((back_old[i], back_new[j], score))
    return sorted(links)
