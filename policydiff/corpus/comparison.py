"""One report against a corpus: where else its commitments stand, and which ones it lacks."""

from __future__ import annotations

import os
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from heapq import heapify, heappop, heappush
from statistics import median

from policydiff.align.align import SURELY_LINKED
from policydiff.analysis.clause import analysed
from policydiff.analysis.documents import language_of
from policydiff.analysis.units import magnitude
from policydiff.changes.indicators import measures_same
from policydiff.changes.targets import same_targets
from policydiff.comparison import Report, document_of
from policydiff.corpus.folder import DEFAULT_CORPUS, Corpus, open_corpus
from policydiff.corpus.index import Entry, Index, Warn, log, with_index
from policydiff.corpus.links import ReportLinks, links_to
from policydiff.corpus.result import (
    Among,
    CorpusComparison,
    Missing,
    Places,
    Relation,
    Shared,
    Spot,
    Standing,
)
from policydiff.corpus.update import Progress, content_hash
from policydiff.errors import UsageError
from policydiff.language.language import Language
from policydiff.models import Clause, Document, Target

#: A commitment is missing where at least this share of the other reports makes it, and at least
#: two of them do, unless told.
_GAP_SHARE = 4
#: To find what is missing, so many pairs of the corpus' own reports are aligned at most. Within it
#: every report is set against every other; beyond, as many as fit against all others, and what
#: none of those makes is not seen.
_MAX_PAIRS = 300


def compare_corpus(
    report: Report,
    corpus: str | os.PathLike[str] = DEFAULT_CORPUS,
    *,
    gap: int | None = None,
    cached: bool = True,
    progress: Progress | None = None,
    warn: Warn = log,
) -> CorpusComparison:
    """Compare a report with every report of a corpus, a folder.

    ``gap``: how many of the others make what counts as missing here; a quarter of them, and at
    least two, unless told. ``cached=False`` keeps the index of the corpus in memory. ``progress``
    and ``warn`` as in ``with_index``. Raises PolicydiffError where the report or the folder cannot
    be read; files of the corpus that cannot be read are listed in the result.
    """
    if gap is not None and (not isinstance(gap, int) or gap < 1):
        raise UsageError(
            where="gap", what=f"is {gap!r}", remedy="give a whole number of reports, 1 or more"
        )
    document = document_of(report)
    found = open_corpus(corpus)

    return with_index(
        found,
        lambda index: _compared(document, found, index, gap),
        cached=cached,
        progress=progress,
        warn=warn,
    )


def _compared(
    document: Document, corpus: Corpus, index: Index, gap: int | None
) -> CorpusComparison:
    others, own, passed, notes = _others(document, index)
    region, year = (own.region, own.year) if own else (document.region, document.year)
    wanted = gap if gap is not None else max(2, -(-len(others) // _GAP_SHARE))
    links = list(links_to(document.commitments, index, others))
    found = _Finder(index, others, region, year)
    by_clause: list[list[Spot]] = [[] for _ in document.commitments]
    for report, some in links:
        for i, position, score in some:
            by_clause[i].append(Spot(report, position, score))
    shared = tuple(
        _shared(clause, spots, found)
        for clause, spots in zip(document.commitments, by_clause, strict=True)
    )
    missing, note = _missing(index, others, links, wanted, found)
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


class _Finder:
    """Finds places in the corpus; reports are told by their numbers."""

    def __init__(
        self, index: Index, others: Sequence[Entry], region: str | None, year: int | None
    ) -> None:
        #: Places are looked up when the index is closed already.
        self.clauses = index.all_commitments([entry.id for entry in others])
        self.entries = {entry.id: (entry, _relation(entry, region, year)) for entry in others}
        #: How many years each report is away.
        self.away = {
            number: abs((entry.year or 0) - (year or entry.year or 0))
            for number, (entry, _) in self.entries.items()
        }
        self.own = {k for k, (_, relation) in self.entries.items() if relation != "other region"}

    def places(self, spots: Sequence[Spot]) -> Places:
        entries = [self.entries[spot.report] for spot in spots]
        return Places(spots, entries, self.clauses)

    def clause(self, spot: Spot) -> Clause:
        """What stands at a spot."""
        return self.clauses[spot.report][spot.position]


def _relation(entry: Entry, region: str | None, year: int | None) -> Relation:
    if region is None or entry.region != region:
        return "other region"
    if year is None or entry.year is None or entry.year == year:
        return "same year"
    return "earlier year" if entry.year < year else "later year"


def _shared(clause: Clause, spots: Sequence[Spot], found: _Finder) -> Shared:
    """A commitment with its places in order: own region from the nearest year, then the others.

    ``spots`` are in the order of the reports' names, and of their commitments.
    """
    own = [spot for spot in spots if spot.report in found.own]
    own.sort(key=lambda spot: (found.away[spot.report], -spot.score))
    others = [spot for spot in spots if spot.report not in found.own]
    others.sort(key=lambda spot: -spot.score)
    standings = tuple(_standings(clause, own, others, found))
    return Shared(clause, found.places([*own, *others]), standings)


# --- how targets rank -----------------------------------------------------------------------------


def _standings(
    clause: Clause, own: Sequence[Spot], others: Sequence[Spot], found: _Finder
) -> Iterable[Standing]:
    """Each target against the others': one of each region, its nearest year; and own years."""
    measured = [t for t in clause.targets if t.value is not None]
    if not measured:
        return
    nearest = sorted(others, key=lambda spot: found.away[spot.report])
    for target in measured:
        among: Among
        for among, spots in (("other regions", nearest), ("own years", own)):
            counterparts = _same_in(target, clause, spots, found)
            if counterparts:
                yield _standing(target, among, counterparts, found, language_of((clause,)))


def _same_in(
    target: Target, clause: Clause, spots: Iterable[Spot], found: _Finder
) -> list[tuple[Target, Spot]]:
    """The counterpart of a target in the first spot of each region, or own year, that has one with
    a value."""
    counterparts: dict[str | int | None, tuple[Target, Spot]] = {}
    for spot in spots:
        entry, _ = found.entries[spot.report]
        owner = entry.year if spot.report in found.own else entry.region or entry.name
        if owner not in counterparts:
            other = _counterpart(target, clause, found.clause(spot))
            if other is not None and other.value is not None:
                counterparts[owner] = (other, spot)
    return list(counterparts.values())


def _counterpart(target: Target, clause: Clause, other: Clause) -> Target | None:
    """The target of another clause that measures the same in a comparable unit."""
    language = language_of((clause,))
    same = [t for t in other.targets if measures_same(target, t, language)]
    for there in same:
        if there.unit == target.unit:
            return there
    if not same:
        return None
    old, new = analysed((clause, other), language)
    return next((t for s, t, _ in same_targets(old, new) if s is target and t in same), None)


def _standing(
    target: Target,
    among: Among,
    others: list[tuple[Target, Spot]],
    found: _Finder,
    language: Language,
) -> Standing:
    ordered = sorted(others, key=lambda pair: -amount(pair[0], language))
    amounts = [amount(t, language) for t, _ in ordered]
    here = amount(target, language)
    return Standing(
        target,
        among,
        rank=1 + sum(value > here for value in amounts),
        of=len(amounts) + 1,
        highest=(ordered[0][0], found.places([ordered[0][1]])[0]),
        middle=median(amounts) / magnitude(target.unit or "", language)[0],
        lowest=(ordered[-1][0], found.places([ordered[-1][1]])[0]),
    )


def amount(target: Target, language: Language) -> Decimal:
    """The number in single units, the middle of a range; the target must have a value."""
    if target.value is None:
        raise ValueError(f"no value: {target.text}")
    middle = target.value if target.upper is None else (target.value + target.upper) / 2
    return middle * magnitude(target.unit or "", language)[0]


# --- what is missing ------------------------------------------------------------------------------

#: A commitment of the corpus: number of the report, position in it.
_At = tuple[int, int]


def _missing(
    index: Index,
    others: Sequence[Entry],
    links: Iterable[ReportLinks],
    wanted: int,
    found: _Finder,
) -> tuple[tuple[Missing, ...], tuple[str, ...]]:
    """What at least ``wanted`` others make and the report does not, most common first.

    A commitment is a clause of one report with all clauses of other reports that are linked with
    it, so that its wordings make one entry. The largest are taken first; a clause belongs to one.
    """
    if len(others) < wanted:
        return (), ()
    here = {(report, position) for report, some in links for _, position, _ in some}
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
        places = found.places([Spot(*spot, members[spot]) for spot in spots])
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
    index: Index, hubs: Sequence[Entry], others: Sequence[Entry], here: set[_At]
) -> dict[_At, dict[_At, float]]:
    """For each commitment of the hubs that is not linked: what is linked with it, and how surely.

    Itself included.
    """
    stars: dict[_At, dict[_At, float]] = {}
    for hub in hubs:
        for position in range(hub.commitments):
            at = hub.id, position
            if at not in here:
                stars[at] = {at: 1.0}
    # The same for every report that is not itself in the corpus, and so kept.
    made = index.made([*hubs, *others], lambda: _hub_links(index, hubs, others).tobytes())
    for hub_at, i, other_at, position, score in zip(*[iter(array("I", made))] * 5, strict=True):
        a, b = (others[hub_at].id, i), (others[other_at].id, position)
        if a in stars:
            stars[a][b] = score / _SCORE
        if b in stars:
            stars[b][a] = score / _SCORE
    return stars


#: Scores are kept as whole numbers of so many to one.
_SCORE = 1_000_000


def _hub_links(index: Index, hubs: Sequence[Entry], others: Sequence[Entry]) -> array[int]:
    """The sure links of the hubs with all others: hub, position, report, position, score; in a row.

    Reports go by their places in ``others``. Only sure links count: who says that others make a
    commitment has to be able to show it. Two hubs are aligned once.
    """
    place = {entry.id: k for k, entry in enumerate(others)}
    made = array("I")
    done: set[int] = set()
    for hub in hubs:
        done.add(hub.id)
        rest = [entry for entry in others if entry.id not in done]
        for report, links in links_to(index.commitments(hub.id), index, rest):
            for i, position, score in links:
                if score >= SURELY_LINKED:
                    made.extend((place[hub.id], i, place[report], position, round(score * _SCORE)))
    return made


def _largest_first(
    stars: Mapping[_At, Mapping[_At, float]], wanted: int
) -> Iterator[tuple[_At, dict[_At, float]]]:
    """Stars by the number of reports in them, without what larger ones have taken already."""
    taken: set[_At] = set()

    def size(members: Iterable[_At]) -> int:
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
