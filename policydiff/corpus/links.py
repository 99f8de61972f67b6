"""Which commitments of a corpus carry the same commitments as some clauses.

The links are those that ``align`` makes with each report. Where numpy is installed, many reports
are judged at once (align/arrays.py); else, and where a report repeats itself all over, each is
judged by ``align``'s own functions. Many reports are divided among processes, where there are
several. All give the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, tee
from operator import itemgetter
from typing import Final, NamedTuple

from policydiff.align.align import best_of_either
from policydiff.align.bounds import Bounds
from policydiff.align.evidence import listed
from policydiff.align.identical import bare, settled, without_numbers
from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.analysis.documents import language_of
from policydiff.corpus.index import Entry, Index
from policydiff.corpus.judging import IndexedLink, Judged, Rows, judged
from policydiff.corpus.rows import sketch_of, sketch_row, wordings_of
from policydiff.language.language import Language
from policydiff.models import Clause

#: So many reports are handed to another process at a time: some tenths of a second of work, which
#: takes a hundredth to send.
_SHARE: Final = 32
#: Bytes of the rows that are handed out and not done yet, at most: some ten shares. An executor
#: would take in all that it is given, and holds it twice.
_HANDED_OUT: Final = 32 * 2**20
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
    rows, others = tee(index.sketch_rows(reports))
    judged_each = _judged(ready, others, index, reports, language)
    wordings = map(wordings_of, rows)
    for entry, there, (links, bounded) in zip(reports, wordings, judged_each, strict=True):
        bounds = Bounds(bounded)
        several = max(len(clauses), len(there))
        links = _with_settled(links, same.in_report(entry.id, there), several, bounds)
        yield ReportLinks(entry.id, links, bounds.met)


def _judged(
    asked: Sequence[AnalysedClause],
    rows: Iterator[bytes],
    index: Index,
    reports: Sequence[Entry],
    language: Language,
) -> Iterator[Judged]:
    """The links with each report, settled or not: judged here, or by several processes.

    ``rows``: the values of the reports' sketches.
    """
    if index.workers.here or len(reports) < _WORTH_DIVIDING:
        sketches = map(sketch_of, (entry.id for entry in reports), rows)
        yield from judged(listed(asked), sketches, language)
        return
    row = sketch_row(asked, [bare(clause.folded) for clause in asked])
    waiting: deque[tuple[int, Callable[[], list[Judged]]]] = deque()
    handed_out = 0
    for at in range(0, len(reports), _SHARE):
        some = reports[at : at + _SHARE]
        share = Rows(language.name, row, list(islice(rows, len(some))))
        size = sum(map(len, share.reports))
        while waiting and (len(waiting) > index.workers.ahead or handed_out + size > _HANDED_OUT):
            done, wait = waiting.popleft()
            yield from wait()
            handed_out -= done
        waiting.append((size, index.workers.start(share, f"{some[0].name} … {some[-1].name}")))
        handed_out += size
        del share
    for _, wait in waiting:
        yield from wait()


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
