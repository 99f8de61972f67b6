"""Which commitments of a corpus carry the same commitments as some clauses.

The one place that says how a corpus is searched. As it stands, it aligns the clauses with every
report in turn, exactly as ``compare`` does; time grows with the number of reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policydiff.align import align
from policydiff.index import Entry, Index
from policydiff.models import Clause


@dataclass(frozen=True, slots=True)
class CorpusLink:
    """Clause ``query`` of those asked for and commitment ``position`` of report ``report``.

    ``report`` is the number that ``Entry.id`` and ``Index.clause`` use; ``score`` is 0..1.
    """

    query: int
    report: int
    position: int
    score: float


def links_to(
    clauses: Sequence[Clause], index: Index, reports: Sequence[Entry]
) -> Iterator[CorpusLink]:
    """The links between some clauses, all commitments of one report, and those of a corpus.

    Only ``reports`` are searched. The links come report by report in the order given, and within
    a report by clause, then by position.
    """
    for entry in reports:
        for link in align(clauses, index.commitments(entry.id)).links:
            yield CorpusLink(link.old, entry.id, link.new, link.score)
