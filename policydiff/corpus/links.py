"""Which commitments of a corpus carry the same commitments as some clauses.

The links are those that ``align`` makes with each report. Where numpy is installed, many reports
are judged at once (align/arrays.py), else one after the other (align/lanes.py); one that repeats
itself all over is judged by ``align``'s own functions. Many reports are divided among processes,
where there are several. All give the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Final, NamedTuple

from policydiff.align.align import best_of_either
from policydiff.align.bounds import Bounds
from policydiff.align.evidence import listed
from policydiff.align.identical import bare, settled, without_numbers
from policydiff.align.packed import IndexedLink
from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.analysis.documents import language_of
from policydiff.corpus.index import Entry, Index
from policydiff.corpus.judging import Judged, judged, question
from policydiff.corpus.rows import sketch_row
from policydiff.corpus.shares import Share
from policydiff.corpus.workers import Workers
from policydiff.language.language import Language
from policydiff.models import Clause

#: So many reports are handed to another process at a time: some tenths of a second of work, which
#: takes a hundredth to send.
_SHARE: Final = 32
#: Bytes that are handed out and not done yet, at most: some ten shares with their rows. An executor
#: would take in all that it is given, and holds it twice.
_HANDED_OUT: Final = 32 * 2**20
#: Reports whose shares are handed out together: what is lacking of them is sent when all others are
#: done. What is found of them is held meanwhile, some 10 KB a report.
_TOGETHER: Final = 64 * _SHARE
#: Fewer than so many are judged here: to start processes takes as long.
_WORTH_DIVIDING: Final = 48


class ReportLinks(NamedTuple):
    """The links of one report: ``report`` is the number that ``Entry.id`` and ``Index.clause`` use.

    ``links`` are in order of the positions, then of the clauses; ``bounded``: whether so much is
    alike that not all of it was looked at.
    """

    report: int
    links: Sequence[IndexedLink]
    bounded: bool = False


def links_to(
    clauses: Sequence[Clause], index: Index, reports: Sequence[Entry]
) -> Iterator[ReportLinks]:
    """The links between some clauses, all commitments of one report, and those of a corpus.

    Only ``reports`` are searched; they come in the order given.
    """
    language = language_of(clauses)
    ready = analysed(clauses, language)
    same = _Same([bare(clause.folded) for clause in ready], index)
    answers = _judged(ready, index, reports, language)
    for entry, (links, bounded, wordings) in zip(reports, answers, strict=True):
        bounds = Bounds(bounded)
        several = max(len(clauses), len(wordings))
        links = _with_settled(links, same.in_report(entry.id, wordings), several, bounds)
        yield ReportLinks(entry.id, links, bounds.met)


def _judged(
    asked: Sequence[AnalysedClause], index: Index, reports: Sequence[Entry], language: Language
) -> Iterator[Judged]:
    """The links with each report, settled or not: judged here, or by several processes."""
    if index.workers.here or len(reports) < _WORTH_DIVIDING:
        yield from judged(question(listed(asked), language), index.sketches(reports), language)
        return
    row = sketch_row(asked, [bare(clause.folded) for clause in asked])
    for at in range(0, len(reports), _TOGETHER):
        some = reports[at : at + _TOGETHER]
        shares = [some[k : k + _SHARE] for k in range(0, len(some), _SHARE)]
        yield from _divided(shares, row, index, language)


def _divided(
    shares: Sequence[Sequence[Entry]], asked: bytes, index: Index, language: Language
) -> Iterator[Judged]:
    """The links with the reports of some shares. Rows are sent for those shares alone that nobody
    has judged without. ``asked``: the value of a sketch."""
    home = index.home

    def share_of(reports: Sequence[Entry], *, with_rows: bool) -> tuple[Share, str]:
        rows = list(index.sketch_rows(reports)) if with_rows else []
        share = Share(language.name, asked, list(map(index.key, reports)), rows, home)
        return share, f"{reports[0].name} … {reports[-1].name}"

    answers: list[list[Judged] | None] = [None] * len(shares)
    for with_rows in (True,) if home is None else (False, True):
        lacking = [k for k, answer in enumerate(answers) if answer is None]
        wanted = (share_of(shares[k], with_rows=with_rows) for k in lacking)
        for k, answer in zip(lacking, _answers(index.workers, wanted), strict=True):
            answers[k] = answer
    return chain.from_iterable(answer or () for answer in answers)


def _answers(
    workers: Workers[Share, list[Judged] | None], shares: Iterable[tuple[Share, str]]
) -> Iterator[list[Judged] | None]:
    """What comes of each of some shares, with their names, in order: not too many are handed out at
    a time."""
    waiting: deque[tuple[int, Callable[[], list[Judged] | None]]] = deque()
    handed_out = 0
    for share, name in shares:
        size = len(share.asked) + sum(map(len, share.rows))
        while waiting and (len(waiting) > workers.ahead or handed_out + size > _HANDED_OUT):
            done, wait = waiting.popleft()
            yield wait()
            handed_out -= done
        waiting.append((size, workers.start(share, name)))
        handed_out += size
        del share
    for _, wait in waiting:
        yield wait()


def _with_settled(
    links: list[IndexedLink], same: Sequence[tuple[int, int]], several: int, bounds: Bounds
) -> list[IndexedLink]:
    """The links of a report in order; pairs with the same words look for nobody else.

    ``several``: how many clauses the longer of the two has; ``bounds`` is told where not all links
    are kept.
    """
    done_old, done_new = ({pair[side] for pair in same} for side in (0, 1))
    scores = {(i, j): p for i, j, p in links if i not in done_old and j not in done_new}
    links = [(i, j, scores[i, j]) for i, j in best_of_either(scores, several)]
    bounds.met |= len(links) < len(scores)
    links += ((i, j, 1.0) for i, j in same)
    return sorted(links, key=itemgetter(1, 0))


class _Same:
    """Which commitments have the same words as those asked for, marks aside; see ``settled``.

    A sentence that a report repeats goes with all its copies, whatever heading they stand under:
    who else makes a commitment does not hang on that.
    """

    def __init__(self, texts: Sequence[str], index: Index) -> None:
        """``texts``: those asked for, bare of marks."""
        self._texts = texts
        self._index = index
        numbers = index.wordings(texts)
        self._wordings = [numbers.get(text) for text in texts]
        self._common = set(numbers.values())
        # Blanked numbers are like any number: then all texts have to be looked at.
        self._asks_for_blanks = any("x" in text for text in texts)
        forms = set(map(without_numbers, texts))
        self._blanked = {k for k, t in index.blanked().items() if without_numbers(t) in forms}

    def in_report(self, report: int, wordings: Sequence[int]) -> list[tuple[int, int]]:
        """The pairs of a clause asked for and a commitment of a report that settle each other.

        ``report``: its ``Entry.id``; ``wordings``: those of its commitments, in order.
        """
        if self._asks_for_blanks or not self._blanked.isdisjoint(wordings):
            return settled(self._texts, self._index.texts(report))
        common = self._common.intersection(wordings)
        if not common:
            return []
        here = [(i, str(k)) for i, k in enumerate(self._wordings) if k in common]
        there = [(j, str(k)) for j, k in enumerate(wordings) if k in common]
        pairs = settled([text for _, text in here], [text for _, text in there])
        return [(here[i][0], there[j][0]) for i, j in pairs]
