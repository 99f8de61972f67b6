"""One report against a corpus: where else its commitments stand, and which ones it lacks."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from heapq import heapify, heappop, heappush
from statistics import median

from policydiff.align import SURELY_LINKED
from policydiff.changes import same_targets
from policydiff.comparison import Report, document_of
from policydiff.corpus import DEFAULT_CORPUS, Corpus, open_corpus
from policydiff.corpus_links import CorpusLink, links_to
from policydiff.corpus_result import (
    Among,
    CorpusComparison,
    Missing,
    Place,
    Relation,
    Shared,
    Standing,
)
from policydiff.index import Entry, Index, Progress, Tell, content_hash, log, with_index
from policydiff.indicators import measures_same
from policydiff.models import Clause, Document, Target
from policydiff.targets import magnitude

#: A commitment is missing where at least this share of the other reports makes it, and at least
#: two of them do, unless told.
_GAP_SHARE = 4
#: To find what is missing, so many pairs of the corpus' own reports are aligned at most. Within it
#: every report is set against every other; beyond, as many as fit against all others, and what
#: none of those makes is not seen.
_MAX_PAIRS = 60


def compare_corpus(
    report: Report,
    corpus: str | os.PathLike[str] = DEFAULT_CORPUS,
    *,
    gap: int | None = None,
    cached: bool = True,
    progress: Progress | None = None,
    tell: Tell = log,
) -> CorpusComparison:
    """Compare a report with every report of a corpus, a folder.

    ``gap``: how many of the others make what counts as missing here; a quarter of them, and at
    least two, unless told. ``cached=False`` keeps the index of the corpus in memory. ``progress``
    and ``tell`` as in ``with_index``. Raises PolicydiffError where the report or the folder cannot
    be read; files of the corpus that cannot be read are listed in the result.
    """
    document = document_of(report)
    found = open_corpus(corpus)
    return with_index(
        found,
        lambda index: _compared(document, found, index, gap),
        cached=cached,
        progress=progress,
        tell=tell,
    )


def _compared(
    document: Document, corpus: Corpus, index: Index, gap: int | None
) -> CorpusComparison:
    others, own, passed, notes = _others(document, index)
    region, year = (own.region, own.year) if own else (document.region, document.year)
    wanted = gap if gap is not None else max(2, -(-len(others) // _GAP_SHARE))
    links = list(links_to(document.commitments, index, others))
    place = _Places(index, others, region, year)
    by_clause: defaultdict[int, list[CorpusLink]] = defaultdict(list)
    for link in links:
        by_clause[link.query].append(link)
    shared = tuple(
        _shared(clause, [place.of(link) for link in by_clause[i]], year)
        for i, clause in enumerate(document.commitments)
    )
    missing, note = _missing(index, others, links, wanted, place)
    return CorpusComparison(
        report=document,
        region=region,
        year=year,
        folder=os.fspath(corpus.folder),
        others=others,
        gap=wanted,
        shared=shared,
        missing=missing,
        unread=index.unread,
        passed_over=passed,
        notes=(*corpus.notes, *notes, *note),
    )


def _others(
    document: Document, index: Index
) -> tuple[tuple[Entry, ...], Entry | None, tuple[str, ...], tuple[str, ...]]:
    """The reports to compare with; the report's own entry, if it is there; what is passed over."""
    notes: list[str] = []
    passed = list(index.without)
    own = None
    itself = content_hash(document)
    first: dict[str, Entry] = {}
    kept = []
    for entry in index.reports:
        if entry.content == itself:
            own = own or entry
            notes.append(f"{entry.name} is the report itself and was left out")
        elif entry.year is None:
            passed.append(entry.name)
        elif entry.content in first:
            notes.append(
                f"{entry.name} has the same text as {first[entry.content].name} and was left out"
            )
        else:
            first[entry.content] = entry
            kept.append(entry)
    notes += _doubled(kept)
    if not kept:
        notes.append("the corpus holds no other report to compare with")
    return tuple(kept), own, tuple(sorted(passed)), tuple(notes)


def _doubled(entries: Iterable[Entry]) -> Iterable[str]:
    """A note for each region and year with several reports."""
    names: defaultdict[tuple[str, int | None], list[str]] = defaultdict(list)
    for entry in entries:
        if entry.region is not None:
            names[entry.region, entry.year].append(entry.name)
    for (region, year), several in names.items():
        if len(several) > 1:
            yield (
                f"{', '.join(several)} are all for {region} {year}, and each was counted;"
                " corpus.yaml can correct or skip them"
            )


# --- places ---------------------------------------------------------------------------------------


class _Places:
    """Looks up where links lead; every clause is fetched once."""

    def __init__(
        self, index: Index, others: Sequence[Entry], region: str | None, year: int | None
    ) -> None:
        self.index = index
        self.entries = {entry.id: entry for entry in others}
        self.relations = {entry.id: _relation(entry, region, year) for entry in others}
        self.clauses: dict[tuple[int, int], Clause] = {}

    def at(self, report: int, position: int, score: float) -> Place:
        where = (report, position)
        if where not in self.clauses:
            self.clauses[where] = self.index.clause(report, position)
        return Place(self.entries[report], self.relations[report], self.clauses[where], score)

    def of(self, link: CorpusLink) -> Place:
        return self.at(link.report, link.position, link.score)


def _relation(entry: Entry, region: str | None, year: int | None) -> Relation:
    if region is None or entry.region != region:
        return "other region"
    if year is None or entry.year is None or entry.year == year:
        return "same year"
    return "earlier year" if entry.year < year else "later year"


def _shared(clause: Clause, places: list[Place], year: int | None) -> Shared:
    """A commitment with its places in order: own region from the nearest year, then the others."""

    def order(place: Place) -> tuple[bool, int, float, str, int]:
        own = place.relation != "other region"
        away = _years_away(place, year) if own else 0
        return (not own, away, -place.score, place.entry.name, place.clause.start)

    ordered = tuple(sorted(places, key=order))
    return Shared(clause, ordered, tuple(_standings(clause, ordered, year)))


def _years_away(place: Place, year: int | None) -> int:
    return abs((place.entry.year or 0) - (year or place.entry.year or 0))


# --- how targets rank -----------------------------------------------------------------------------


def _standings(clause: Clause, places: Sequence[Place], year: int | None) -> Iterable[Standing]:
    """Each target against the others': one of each region, its nearest year; and own years."""
    measured = [t for t in clause.targets if t.value is not None]
    if not measured:
        return
    own = [p for p in places if p.relation != "other region"]
    others = [p for p in places if p.relation == "other region"]
    others.sort(key=lambda p: (_years_away(p, year), -p.score))
    for target in measured:
        found = _same_in(target, clause, others, lambda p: p.entry.region or p.entry.name)
        if found:
            yield _standing(target, "other regions", found)
        found = _same_in(target, clause, own, lambda p: str(p.entry.year))
        if found:
            yield _standing(target, "own years", found)


def _same_in(
    target: Target, clause: Clause, places: Iterable[Place], owner: Callable[[Place], str]
) -> list[tuple[Target, Place]]:
    """The counterpart of a target in the first place of each owner that has one with a value."""
    found: dict[str, tuple[Target, Place]] = {}
    for place in places:
        if owner(place) in found:
            continue
        other = _counterpart(target, clause, place.clause)
        if other is not None and other.value is not None:
            found[owner(place)] = (other, place)
    return list(found.values())


def _counterpart(target: Target, clause: Clause, other: Clause) -> Target | None:
    """The target of the other clause that measures the same in a comparable unit."""
    if not other.targets:
        return None
    for there in other.targets:
        if there.unit == target.unit and measures_same(target, there):
            return there
    same = (t for s, t, _ in same_targets(clause, other) if s is target)
    return next((t for t in same if measures_same(target, t)), None)


def _standing(
    target: Target,
    among: Among,
    others: list[tuple[Target, Place]],
) -> Standing:
    ordered = sorted(others, key=lambda pair: -amount(pair[0]))
    amounts = [amount(t) for t, _ in ordered]
    here = amount(target)
    return Standing(
        target,
        among,
        rank=1 + sum(value > here for value in amounts),
        of=len(amounts) + 1,
        highest=ordered[0],
        middle=median(amounts) / magnitude(target.unit or "")[0],
        lowest=ordered[-1],
    )


def amount(target: Target) -> Decimal:
    """The number in single units, the middle of a range; the target must have a value."""
    if target.value is None:
        raise ValueError(f"no value: {target.text}")
    middle = target.value if target.upper is None else (target.value + target.upper) / 2
    return middle * magnitude(target.unit or "")[0]


# --- what is missing ------------------------------------------------------------------------------

#: A commitment of the corpus: number of the report, position in it.
_Spot = tuple[int, int]


def _missing(
    index: Index,
    others: Sequence[Entry],
    links: Iterable[CorpusLink],
    wanted: int,
    place: _Places,
) -> tuple[tuple[Missing, ...], tuple[str, ...]]:
    """What at least ``wanted`` others make and the report does not, most common first.

    A commitment is a clause of one report with all clauses of other reports that are linked with
    it, so that its wordings make one entry. The largest are taken first; a clause belongs to one.
    """
    if len(others) < wanted:
        return (), ()
    here = {(link.report, link.position) for link in links}
    hubs, note = _hubs(others)
    stars = _stars(index, hubs, others, here)
    missing = []
    for centre, members in _largest_first(stars, wanted):
        linked = sum(spot in here for spot in members)
        if 2 * linked >= len(members):
            continue  # most of the wordings are linked with the report: it does make it
        spots = sorted(
            (spot for spot in members if spot not in here),
            key=lambda spot: (spot != centre, -members[spot], spot),
        )
        places = tuple(place.at(*spot, members[spot]) for spot in spots)
        entry = Missing(places, sure=not linked)
        if entry.reports >= wanted:
            missing.append(entry)
    missing.sort(key=lambda m: (-m.reports, m.places[0].entry.name, m.places[0].clause.start))
    return tuple(missing), note


def _hubs(others: Sequence[Entry]) -> tuple[Sequence[Entry], tuple[str, ...]]:
    """The reports from which commitments are looked for: all, or as many as there is time for."""
    n = len(others)
    if n * (n - 1) // 2 <= _MAX_PAIRS:
        return others, ()
    number = max(1, _MAX_PAIRS // n)
    step = n / number
    hubs = [others[int(i * step)] for i in range(number)]
    return hubs, (
        f"what is missing was looked for in {number} of the {n} reports, and counted in all",
    )


def _stars(
    index: Index, hubs: Sequence[Entry], others: Sequence[Entry], here: set[_Spot]
) -> dict[_Spot, dict[_Spot, float]]:
    """For each commitment of the hubs that is not linked: what is linked with it, and how surely.

    Itself included. Only sure links count: who says that others make a commitment has to be able
    to show it. Two hubs are aligned once.
    """
    stars: defaultdict[_Spot, dict[_Spot, float]] = defaultdict(dict)
    done: set[int] = set()
    numbers = {hub.id for hub in hubs}
    for hub in hubs:
        done.add(hub.id)
        rest = [entry for entry in others if entry.id not in done]
        clauses = index.commitments(hub.id)
        for position in range(len(clauses)):
            if (hub.id, position) not in here:
                stars[hub.id, position][hub.id, position] = 1.0
        for link in links_to(clauses, index, rest):
            if link.score < SURELY_LINKED:
                continue
            ends = (hub.id, link.query), (link.report, link.position)
            for a, b in (ends, ends[::-1]):
                if a[0] in numbers and a not in here:
                    stars[a][b] = link.score
    return dict(stars)


def _largest_first(
    stars: Mapping[_Spot, Mapping[_Spot, float]], wanted: int
) -> Iterator[tuple[_Spot, dict[_Spot, float]]]:
    """Stars by the number of reports in them, without what larger ones have taken already."""
    taken: set[_Spot] = set()

    def size(members: Iterable[_Spot]) -> int:
        return len({report for report, _ in members})

    queue = [(-size(star), -sum(star.values()), centre) for centre, star in stars.items()]
    heapify(queue)
    while queue:
        was, _, centre = heappop(queue)
        if centre in taken:
            continue
        left = {spot: score for spot, score in stars[centre].items() if spot not in taken}
        if size(left) < wanted:
            continue
        if size(left) < -was:  # no longer the largest, perhaps
            heappush(queue, (-size(left), -sum(left.values()), centre))
            continue
        taken.update(left)
        yield centre, left
