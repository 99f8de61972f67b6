"""What many reports of a corpus promise and one report does not."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.documents import language_of
from policydiff.corpus.common import common_words, is_slogan
from policydiff.corpus.index import Entry, Index
from policydiff.corpus.kept import sure_links
from policydiff.corpus.links import ReportLinks
from policydiff.corpus.own import has_works, own_works
from policydiff.corpus.places import SAME_ELSEWHERE, OtherReports
from policydiff.corpus.records import Missing, Spot

#: To find what is missing, the corpus' own reports are aligned with each other, once for a corpus:
#: each with every other where these are so many pairs at most, about a minute of work; of more
#: reports so many, drawn by their content, with all others. What a quarter of the reports make
#: stands in none of 32 drawn ones once in 10,000 times.
_MAX_PAIRS = 8_000
_DRAWN = 32
#: What wordings have in common is looked for in so many of them, the likest.
_COMPARED = 60

#: A commitment is made where a link with the report has at least one in so many of its wordings:
#: these are as good as the same, and what is called missing wrongly accuses somebody.
_MADE = 4

#: A commitment of the corpus: number of the report, position in it.
_At = tuple[int, int]


class Wanted(NamedTuple):
    """How many ``reports`` of how many ``regions`` make what counts as missing."""

    reports: int
    regions: int = 1


def missing_from(
    index: Index,
    entries: Sequence[Entry],
    links: Sequence[ReportLinks],
    wanted: Wanted,
    others: OtherReports,
    own_text: str,
) -> tuple[tuple[Missing, ...], tuple[str, ...]]:
    """What at least ``wanted`` others make and the report does not, the highest share first.

    A commitment is a clause of one report with all clauses of other reports that are linked with
    it, so that its wordings make one entry. The largest are taken first; a clause belongs to one.
    ``links``: those of the report with each of ``entries``; ``own_text``: what it says, folded.
    Gives the notes about it, too.
    """
    if len(entries) < wanted.reports:
        return (), ()
    here = {(report, position) for report, some, _ in links for _, position, _ in some}
    alike = _likeness(links, entries, others)
    hubs, note = _hubs(index, entries, wanted.reports)
    regions = _unspoken_regions(own_text)
    unspoken, foreign = _any_of(regions), _any_of([*_other_places(others), *regions])
    stars = _stars(index, hubs, entries, here)
    missing = []
    for centre, members in _largest_first(stars, wanted.reports):
        members = _without_works(centre, members, others)
        linked = sum(spot in here for spot in members)
        if _MADE * linked >= len(members):
            continue  # enough of the wordings are linked with the report: it does make it
        if _elsewhere_only(members, others, unspoken) or _are_slogans(members, others):
            continue
        common = _common(members, others, foreign)
        # One with what the wordings share says what is meant; a short one names the fewest things
        # of one place; one that names the place itself comes last.
        spots = sorted(
            (spot for spot in members if spot not in here),
            key=lambda spot: (
                bool(foreign.search(others.text(spot))),
                -sum(word in others.folded(spot) for word in common),
                len(others.text(spot)),
                -members[spot],
                spot,
            ),
        )
        places = others.places([Spot(*spot, members[spot]) for spot in spots])
        makers = {spot[0] for spot in spots}
        owners = {others.owner(report) for report in makers}
        if len(makers) >= wanted.reports and len(owners) >= wanted.regions:
            share = round(float(sum(map(alike.__getitem__, makers)) / sum(alike.values())), 2)
            missing.append(Missing(places, not linked, len(entries), common, share))
    missing.sort(
        key=lambda m: (-m.share, -m.reports, m.places[0].entry.name, m.places[0].clause.start)
    )
    return tuple(missing), note


def _likeness(
    links: Sequence[ReportLinks], entries: Sequence[Entry], others: OtherReports
) -> dict[int, Fraction]:
    """How much each of some reports counts: as much as it and the report that was asked about are
    alike, by the commitments that have a link there, shared among all reports of its region, so
    that a place of which there are ten years counts no more than one of which there is one."""
    linked = {one.report: len({i for i, _, _ in one.links}) for one in links}
    years = Counter(others.owner(entry.id) for entry in entries)
    return {
        entry.id: Fraction(1 + linked.get(entry.id, 0), years[others.owner(entry.id)])
        for entry in entries
    }


def _without_works(
    centre: _At, members: Mapping[_At, float], others: OtherReports
) -> dict[_At, float]:
    """Wordings of one commitment without those that only build a work of the same kind."""
    clause = others.clauses[centre[0]][centre[1]]
    if not has_works(clause):
        return dict(members)
    own = others.owner(centre[0])
    return {
        (report, position): score
        for (report, position), score in members.items()
        if others.owner(report) == own or not own_works(clause, others.clauses[report][position])
    }


def _elsewhere_only(
    members: Mapping[_At, float], others: OtherReports, unspoken: re.Pattern[str]
) -> bool:
    """Whether more than half of some wordings name a river or region that the report never does:
    then it is nothing that could be asked of it."""
    named = sum(unspoken.search(others.folded(spot)) is not None for spot in members)
    return 2 * named > len(members)


def _are_slogans(members: Mapping[_At, float], others: OtherReports) -> bool:
    """Whether more than half of some wordings are nothing but slogans."""
    clauses = (others.clauses[report][position] for report, position in members)
    return 2 * sum(map(is_slogan, clauses)) > len(members)


def _common(
    members: Mapping[_At, float], others: OtherReports, foreign: re.Pattern[str]
) -> tuple[str, ...]:
    """What most of some wordings have in common, without names of places."""
    likest = sorted(members, key=lambda spot: (-members[spot], spot))[:_COMPARED]
    clauses: defaultdict[int, list[AnalysedClause]] = defaultdict(list)
    for report, position in likest:
        clauses[report].append(others.clauses[report][position])
    words = common_words(clauses.values(), language_of(()))
    return tuple(word for word in words if not foreign.search(word))


#: What is left of a place's name without its ending is at least two characters, or says nothing.
_SHORTEST = 3


def _unspoken_regions(own_text: str) -> list[str]:
    """The names of great rivers and regions that a report does not speak of."""
    names = language_of(()).tables.words("works", "regions")
    return [name for name in names if name not in own_text]


def _other_places(others: OtherReports) -> set[str]:
    """The names of the corpus' other places, with and without their endings."""
    regions = {
        entry.region
        for entry, relation in others.entries.values()
        if relation == "other region" and entry.region and entry.level != "nation"
    }
    return {name[:-1] if len(name) >= _SHORTEST else name for name in regions}


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, names))) or r"(?!)")


def _hubs(
    index: Index, entries: Sequence[Entry], wanted: int
) -> tuple[Sequence[Entry], tuple[str, ...]]:
    """The reports from which commitments are looked for: all, or as many as there is time for.

    Which ones hangs on nothing but what is in the reports, so that what was found for one question
    serves the next, and the same answer comes after a file was added.
    """
    n = len(entries)
    if n * (n - 1) // 2 <= _MAX_PAIRS:
        return entries, ()
    number = max(_DRAWN, _MAX_PAIRS // n)
    drawn = {entry.id for entry in sorted(entries, key=lambda entry: entry.content)[:number]}
    lost = math.prod((n - wanted - k) / (n - k) for k in range(number))
    return [entry for entry in entries if entry.id in drawn], (
        f"what is missing was looked for in {number} of the {n} reports, drawn at random, for want"
        f" of time, and counted in all: of what {wanted} make, {lost:.2%} is overlooked",
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
