"""What many reports of a corpus promise and one report does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush

from policydiff.corpus.index import Entry, Index
from policydiff.corpus.kept import sure_links
from policydiff.corpus.links import ReportLinks
from policydiff.corpus.places import SAME_ELSEWHERE, OtherReports
from policydiff.corpus.result import Missing, Spot

#: To find what is missing, so many pairs of the corpus' own reports are aligned at most: a minute
#: of work, done once for a corpus. Within it every report is set against every other; beyond, as
#: many as fit against all others, and what none of those makes is not seen.
_MAX_PAIRS = 2_000

#: A commitment is made where a link with the report has at least one in so many of its wordings:
#: these are as good as the same, and what is called missing wrongly accuses somebody.
_MADE = 4

#: A commitment of the corpus: number of the report, position in it.
_At = tuple[int, int]


def missing_from(
    index: Index,
    entries: Sequence[Entry],
    links: Iterable[ReportLinks],
    wanted: int,
    others: OtherReports,
) -> tuple[tuple[Missing, ...], tuple[str, ...]]:
    """What at least ``wanted`` others make and the report does not, most common first.

    A commitment is a clause of one report with all clauses of other reports that are linked with
    it, so that its wordings make one entry. The largest are taken first; a clause belongs to one.
    ``links``: those of the report with each of ``entries``. Gives the notes about it, too.
    """
    if len(entries) < wanted:
        return (), ()
    here = {(report, position) for report, some in links for _, position, _ in some}
    hubs, note = _hubs(entries, others)
    foreign = _foreign_names(others)
    stars = _stars(index, hubs, entries, here)
    missing = []
    for _, members in _largest_first(stars, wanted):
        linked = sum(spot in here for spot in members)
        if _MADE * linked >= len(members):
            continue  # enough of the wordings are linked with the report: it does make it
        # The shortest wording names the fewest things of one place; one that names the place
        # itself comes last.
        own = {spot: bool(foreign.search(others.text(spot))) for spot in members}
        spots = sorted(
            (spot for spot in members if spot not in here),
            key=lambda spot: (own[spot], len(others.text(spot)), -members[spot], spot),
        )
        places = others.places([Spot(*spot, members[spot]) for spot in spots])
        entry = Missing(places, sure=not linked, of=len(entries))
        if entry.reports >= wanted:
            missing.append(entry)
    missing.sort(key=lambda m: (-m.reports, m.places[0].entry.name, m.places[0].clause.start))
    return tuple(missing), note


#: What is left of a place's name without its ending is at least two characters, or says nothing.
_SHORTEST = 3


def _foreign_names(others: OtherReports) -> re.Pattern[str]:
    """The names of the corpus' other places, with and without their endings."""
    regions = {
        entry.region
        for entry, relation in others.entries.values()
        if relation == "other region" and entry.region and entry.level != "nation"
    }
    names = {name[:-1] if len(name) >= _SHORTEST else name for name in regions}
    return re.compile("|".join(sorted(map(re.escape, names))) or r"(?!)")


def _hubs(
    entries: Sequence[Entry], reports: OtherReports
) -> tuple[Sequence[Entry], tuple[str, ...]]:
    """The reports from which commitments are looked for: all, or as many as there is time for.

    Then those of the nearest years, of each region one before a second.
    """
    others = entries
    n = len(others)
    if n * (n - 1) // 2 <= _MAX_PAIRS:
        return others, ()
    number = max(1, _MAX_PAIRS // n)
    seen: Counter[str | None] = Counter()
    turns = []
    for entry in sorted(others, key=lambda entry: (reports.away[entry.id], entry.name)):
        turns.append((seen[entry.region], reports.away[entry.id], entry.name, entry))
        seen[entry.region] += 1
    turns.sort(key=lambda turn: turn[:3])
    nearest = {entry.id for *_, entry in turns[:number]}
    return [entry for entry in others if entry.id in nearest], (
        f"what is missing was looked for in {number} of the {n} reports, those of the nearest"
        " years, for want of time, and counted in all",
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
    # Only sure links count: who says that others make a commitment has to be able to show it.
    for hub, other, links in sure_links(index, hubs, others, SAME_ELSEWHERE):
        for i, position, score in links:
            a, b = (hub.id, i), (other.id, position)
            if a in stars:
                stars[a][b] = score
            if b in stars:
                stars[b][a] = score
    return stars


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
