"""Which commitments of a corpus carry the same commitments as some clauses.

What two texts say of each other is found once, however many reports hold them; then each report is
judged in its own context, so that the links are those that ``align`` makes with each report.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import chain
from operator import itemgetter
from typing import NamedTuple, Protocol

from policydiff.align.align import LINKED, bare, settled, weigh, without_numbers
from policydiff.align.evidence import Side, in_context, place_of
from policydiff.align.likeness import Held, Likeness, Words
from policydiff.corpus.index import Entry, Index
from policydiff.corpus.rows import Sketch
from policydiff.models import Clause

#: Reports are judged together that have at most so many words, times the clauses asked for: about
#: 100 MiB. A corpus whose reports repeat each other has few words.
_CELLS = 6_000_000


class ReportLinks(NamedTuple):
    """The links of one report: ``report`` is the number that ``Entry.id`` and ``Index.clause`` use.

    Each of ``links`` is a clause asked for, the position of a commitment of the report, and a score
    of 0..1; in order of the positions, then of the clauses.
    """

    report: int
    links: Sequence[tuple[int, int, float]]


def links_to(
    clauses: Sequence[Clause], index: Index, reports: Sequence[Entry]
) -> Iterator[ReportLinks]:
    """The links between some clauses, all commitments of one report, and those of a corpus.

    Only ``reports`` are searched; they come in the order given.
    """
    asked = Side(clauses)
    same = _Same([bare(clause.text) for clause in clauses], index)
    judge = _judge(asked)
    for block in _blocks(index.sketches(reports), _CELLS // max(1, len(clauses))):
        with without_collector():
            words = index.words(set().union(*(sketch.words for sketch in block)))
            found = [
                _with_settled(links, same.in_report(sketch))
                for sketch, links in zip(block, judge.links(block, words), strict=True)
            ]
        for sketch, links in zip(block, found, strict=True):
            yield ReportLinks(sketch.report, links)


@contextmanager
def without_collector() -> Iterator[None]:
    """Do without Python's collector: it would go through all that is made many times, in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _with_settled(
    links: list[tuple[int, int, float]], same: Sequence[tuple[int, int]]
) -> list[tuple[int, int, float]]:
    """The links of a report; pairs with the same words look for nobody else."""
    if not same:
        return links
    done_old, done_new = ({pair[side] for pair in same} for side in (0, 1))
    links = [link for link in links if link[0] not in done_old and link[1] not in done_new]
    links += ((i, j, 1.0) for i, j in same)
    return sorted(links, key=itemgetter(1, 0))


def _blocks(sketches: Iterable[Sketch], most: int) -> Iterator[list[Sketch]]:
    """Reports in their order, so many in a block that they have about so many words."""
    block: list[Sketch] = []
    words: set[int] = set()
    for sketch in sketches:
        block.append(sketch)
        words.update(sketch.words)
        if len(words) >= most:
            yield block
            block, words = [], set()
    if block:
        yield block


class _Same:
    """Which commitments have the same words as those asked for, marks aside; see ``settled``."""

    def __init__(self, texts: Sequence[str], index: Index) -> None:
        self._texts = texts
        self._index = index
        numbers = index.wordings(texts)
        self._wordings = [numbers.get(text) for text in texts]
        self._common = set(numbers.values())
        # Blanked numbers are like any number: then all texts have to be looked at.
        self._asks_for_blanks = any("x" in text for text in texts)
        forms = set(map(without_numbers, texts))
        self._blanked = {k for k, t in index.blanked().items() if without_numbers(t) in forms}

    def in_report(self, sketch: Sketch) -> list[tuple[int, int]]:
        """The pairs of a clause asked for and a commitment of a report that settle each other."""
        if self._asks_for_blanks or not self._blanked.isdisjoint(sketch.wordings):
            return settled(self._texts, self._index.texts(sketch.report))
        common = self._common.intersection(sketch.wordings)
        if not common:
            return []
        here = [(i, str(k)) for i, k in enumerate(self._wordings) if k in common]
        there = [(j, str(k)) for j, k in enumerate(sketch.wordings) if k in common]
        pairs = settled([text for _, text in here], [text for _, text in there])
        return [(here[i][0], there[j][0]) for i, j in pairs]


def _judge(asked: Side) -> Judge:
    """Who finds the links: numpy where it is installed, else one pair after another."""
    if find_spec("numpy") is None:
        return PairJudge(asked)
    from policydiff.align.arrays import ArrayJudge

    return ArrayJudge(asked)


class Judge(Protocol):
    """Finds links to the clauses asked for; all ways to do it find the same."""

    def links(
        self, sketches: Sequence[Sketch], words: Mapping[int, Words]
    ) -> Iterator[list[tuple[int, int, float]]]:
        """The links of each of some reports, by position and clause, settled or not.

        ``words``: all those of the reports, by their numbers in the index.
        """


class _Seen(NamedTuple):
    """Some words of the corpus as the clauses asked for see them."""

    alike: Sequence[tuple[int, Likeness]]
    shared: frozenset[str]  # what grams of theirs the clauses have, too


class PairJudge:
    """Finds links one pair after another."""

    def __init__(self, asked: Side) -> None:
        self._asked = asked
        self._held = Held(asked.words)

    def links(
        self, sketches: Sequence[Sketch], words: Mapping[int, Words]
    ) -> Iterator[list[tuple[int, int, float]]]:
        """See ``Judge``."""
        seen = {number: self._seen(some) for number, some in words.items()}
        for sketch in sketches:
            yield self._judged(sketch, [seen[number] for number in sketch.words])

    def _seen(self, words: Words) -> _Seen:
        theirs = self._held.theirs(words)
        return _Seen(list(self._held.alike(words)), frozenset(theirs.grams))

    def _judged(self, sketch: Sketch, seen: Sequence[_Seen]) -> list[tuple[int, int, float]]:
        asked = self._asked
        evidence = in_context(
            {(i, j): like for j, one in enumerate(seen) for i, like in one.alike},
            asked.places,
            place_of(sketch.lines, sketch.sections),
            asked.spread,
            Counter(chain.from_iterable(one.shared for one in seen)),
        )
        scored = ((i, j, weigh(found)) for (i, j), found in evidence.items())
        return [link for link in scored if link[2] >= LINKED]
