"""Links that were found before and are kept in the index: between two texts they never change.

A report goes by a key that its content decides, and so does the one that is asked about. So a file
that changed costs its own links and no others, and who asks again is answered at once.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policydiff.align.packed import IndexedLink
from policydiff.analysis.clause import analysed
from policydiff.analysis.documents import language_of
from policydiff.corpus.index import ASKED, Entry, Index
from policydiff.corpus.links import ReportLinks, links_to
from policydiff.corpus.rows import content_key
from policydiff.models import Clause

#: Scores are kept as whole numbers of so many to one; they have no more digits.
_SCORE: Final = 1_000_000

#: By the key of each other report the links with it, and whether not all was looked at.
Links = Mapping[int, tuple[Sequence[IndexedLink], bool]]


def links_of_asked(
    clauses: Sequence[Clause], index: Index, reports: Sequence[Entry]
) -> list[ReportLinks]:
    """As ``links_to``; what was found when these very clauses were asked about before is kept."""
    ready = analysed(clauses, language_of(clauses))
    name = ASKED + content_key(ready)
    known = {report: (links, bounded) for report, links, bounded in _read(index, name)}
    fresh = [entry for entry in reports if index.key(entry) not in known]
    if fresh:
        for report, links, bounded in links_to(ready, index, fresh):
            known[index.key(index.reports[report])] = links, bounded
        _keep(index, name, known)
    return [ReportLinks(entry.id, *known[index.key(entry)]) for entry in reports]


def sure_links(
    index: Index, hubs: Sequence[Entry], others: Sequence[Entry], least: float
) -> Iterator[tuple[Entry, Entry, Sequence[IndexedLink]]]:
    """The links from a score of ``least`` on of each hub with each of the others, in their order;
    two hubs once."""
    names = {entry.id: b"%d" % index.key(entry) for entry in (*hubs, *others)}
    known = {
        entry: {report: (links, bounded) for report, links, bounded in _read(index, name)}
        for entry, name in names.items()
    }
    pairs = []
    done: set[int] = set()
    for hub in hubs:
        done.add(hub.id)
        pairs += [(hub, other) for other in others if other.id not in done]
    waiting: dict[int, dict[int, Entry]] = {entry: {} for entry in names}
    for hub, other in pairs:
        if index.key(other) not in known[hub.id] and index.key(hub) not in known[other.id]:
            waiting[hub.id][other.id] = other
            waiting[other.id][hub.id] = hub
    # Whoever lacks most is set against all of them in one go: a file that changed, above all.
    while any(waiting.values()):
        most = max(waiting, key=lambda entry: (len(waiting[entry]), -entry))
        asked, rest = index.reports[most], list(waiting[most].values())
        for report, links, bounded in links_to(index.keyed_commitments(asked), index, rest):
            sure = [link for link in links if link[2] >= least]
            known[most][index.key(index.reports[report])] = sure, bounded
            del waiting[report][most]
        waiting[most] = {}
        _keep(index, names[most], known[most])
    for hub, other in pairs:
        there = known[hub.id].get(index.key(other))
        if there is not None:
            yield hub, other, there[0]
        else:
            turned = [(j, i, score) for i, j, score in known[other.id][index.key(hub)][0]]
            yield hub, other, sorted(turned, key=lambda link: (link[1], link[0]))


def _read(index: Index, name: bytes) -> Iterator[tuple[int, Sequence[IndexedLink], bool]]:
    numbers = index.kept(name)
    at = 1  # behind the time
    while at < len(numbers):
        report, several, bounded = numbers[at : at + 3]
        at += 3
        each = iter(numbers[at : at + 3 * several])
        links = [(i, j, score / _SCORE) for i, j, score in zip(each, each, each, strict=True)]
        yield report, links, bool(bounded)
        at += 3 * several


def _keep(index: Index, name: bytes, known: Links) -> None:
    """Links with reports that the corpus does not hold any more are forgotten."""
    numbers = array("q", [time.time_ns()])
    for report, (links, bounded) in known.items():
        if report in index.keys:
            numbers.extend((report, len(links), bounded))
            for i, j, score in links:
                numbers.extend((i, j, round(score * _SCORE)))
    index.keep(name, numbers)
