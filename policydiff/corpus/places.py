"""Where else a commitment stands, in order, and how its targets rank among those there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from decimal import Decimal
from statistics import median
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.documents import language_of
from policydiff.changes.indicators import measures_same
from policydiff.corpus.index import Entry, Index
from policydiff.corpus.own import has_works, own_works
from policydiff.corpus.records import (
    RANKED_FROM,
    SURE_ELSEWHERE,
    Among,
    Places,
    Relation,
    Shared,
    Spot,
    Standing,
)
from policydiff.language.language import Language
from policydiff.models import Clause, Target

#: A number is set beside those of other regions for years at most so far away: what was aimed at
#: in other times tells nothing of a place.
_RANKED_YEARS: Final = 2


class OtherReports:
    """The reports that one is compared with, by ``Entry.id``, and how each relates to it.

    ``clauses``: their commitments, which are there when the index is closed already; ``entries``:
    what each is, and its relation; ``away``: how many years; ``own``: those of the same region;
    ``ranked``: those whose numbers can be set beside the report's, of its level and years near it.
    """

    def __init__(
        self,
        index: Index,
        others: Sequence[Entry],
        region: str | None,
        year: int | None,
        level: str | None = None,
    ) -> None:
        """``region``, ``year`` and ``level``: of the report that is compared."""
        self.clauses = index.all_commitments([entry.id for entry in others])
        self.entries = {entry.id: (entry, _relation(entry, region, year)) for entry in others}
        self.away = {
            report: abs((entry.year or 0) - (year or entry.year or 0))
            for report, (entry, _) in self.entries.items()
        }
        self.own = {k for k, (_, relation) in self.entries.items() if relation != "other region"}
        self.ranked = {
            k
            for k, (entry, _) in self.entries.items()
            if self.away[k] <= _RANKED_YEARS
            and (entry.level == level or not (entry.level and level))
        }

    def places(self, spots: Sequence[Spot]) -> Places:
        """The places that some spots stand for, in their order."""
        return Places(spots, [self.entries[spot.report] for spot in spots], self.clauses)

    def owner(self, report: int) -> str:
        """Whose report it is: its region, or its name where that is not known."""
        entry, _ = self.entries[report]
        return entry.region or entry.name

    def clause(self, spot: Spot) -> AnalysedClause:
        """What stands at a spot."""
        return self.clauses[spot.report][spot.position]

    def text(self, spot: tuple[int, int]) -> str:
        """The words of a commitment: number of its report, position in it."""
        report, position = spot
        return self.clauses[report][position].text

    def folded(self, spot: tuple[int, int]) -> str:
        """The same as rules see them."""
        report, position = spot
        return self.clauses[report][position].folded

    def targets(self, spot: Spot) -> tuple[Target, ...]:
        """The targets of what stands at a spot."""
        return self.clauses[spot.report].targets(spot.position)


def _relation(entry: Entry, region: str | None, year: int | None) -> Relation:
    if region is None or entry.region != region:
        return "other region"
    if year is None or entry.year is None or entry.year == year:
        return "same year"
    return "earlier year" if entry.year < year else "later year"


#: From this score on a link with another region's report is taken to carry the same commitment,
#: about the same object; below, one of its kind. Against a hundred reports there are a hundred
#: chances of a wrong one: of some 110 such links of real counties that were read, without those
#: of works, nine in ten were right from here on, and seven in ten of the next lower ones.
SAME_ELSEWHERE: Final = 0.98


def shared(clause: AnalysedClause, spots: Sequence[Spot], others: OtherReports) -> Shared:
    """A commitment with its places in order: own region from the nearest year, then the others.

    ``spots`` are in the order of the reports' names, and of their commitments.
    """
    near = [spot for spot in spots if spot.report in others.own]
    near.sort(key=lambda spot: (others.away[spot.report], -spot.score))
    works, main = has_works(clause), main_of(clause.targets)
    far = []
    for spot in (spot for spot in spots if spot.report not in others.own):
        score = spot.score
        if main and same_main(main, others.targets(spot)):
            score = max(score, SURE_ELSEWHERE)  # the same object, whatever else is said
        if score >= SAME_ELSEWHERE and not (works and own_works(clause, others.clause(spot))):
            far.append(spot._replace(score=score))
    far.sort(key=lambda spot: -spot.score)
    similar = {spot.report for spot in spots} - {spot.report for spot in far} - others.own
    standings = tuple(_standings(clause, near, far, others))
    return Shared(clause, others.places([*near, *far]), standings, len(similar))


def main_of(targets: Iterable[Target]) -> set[tuple[str, str | None]]:
    """The main indicators of some targets, with what each number says of them."""
    return {(t.indicator_id, t.measure) for t in targets if t.indicator_id is not None}


def same_main(main: Set[tuple[str, str | None]], there: Iterable[Target]) -> bool:
    """Whether two linked clauses set a number for the same main indicator: then no likeness of
    their words need tell that they are about the same."""
    return not main.isdisjoint(main_of(there))


# --- how targets rank -----------------------------------------------------------------------------


def _standings(
    clause: Clause, near: Sequence[Spot], far: Sequence[Spot], others: OtherReports
) -> Iterator[Standing]:
    """Each target against the others': one of each region, its nearest year; and own years.

    ``near``: the spots of the own region, ``far``: those of other regions.
    """
    language = language_of((clause,))
    unranked = language.tables.one_of("works", "unranked")
    measured = [
        target
        for target in clause.targets
        if target.value is not None and not _describes(target, unranked)
    ]
    if not measured:
        return
    nearest = sorted(
        (spot for spot in far if spot.report in others.ranked),
        key=lambda spot: others.away[spot.report],
    )
    for target in measured:
        among: Among
        for among, spots in (("other regions", nearest), ("own years", near)):
            counterparts = _same_in(target, clause, spots, others)
            if counterparts:
                yield _standing(target, among, counterparts, others)


def _describes(target: Target, unranked: re.Pattern[str]) -> bool:
    """Whether a number is the amount that one place's projects cost."""
    named = target.indicator_id is not None
    return not named and target.measure == "level" and bool(unranked.search(target.indicator))


def _same_in(
    target: Target, clause: Clause, spots: Iterable[Spot], others: OtherReports
) -> list[tuple[Target, Spot]]:
    """The counterpart of a target in the first spot of each region, or own year, that has one with
    a value."""
    counterparts: dict[str | int | None, tuple[Target, Spot]] = {}
    for spot in spots:
        entry, _ = others.entries[spot.report]
        owner = entry.year if spot.report in others.own else entry.region or entry.name
        if owner not in counterparts:
            other = _counterpart(target, clause, spot, others)
            if other is not None and other.value is not None:
                counterparts[owner] = (other, spot)
    return list(counterparts.values())


def _counterpart(target: Target, clause: Clause, spot: Spot, others: OtherReports) -> Target | None:
    """The target that stands at a spot and says the same of the same indicator, in the same base
    unit and for the same time: growth is not set beside an amount, a year not beside five."""
    language = language_of((clause,))
    return next(
        (
            there
            for there in others.targets(spot)
            if _comparable(target, there) and _same_indicator(target, there, language)
        ),
        None,
    )


def _comparable(target: Target, there: Target) -> bool:
    return target.base is not None and (target.measure, target.horizon, target.base_unit) == (
        *(there.measure, there.horizon, there.base_unit),
    )


def _same_indicator(target: Target, there: Target, language: Language) -> bool:
    said, also = (language.fold(t.indicator + t.text) for t in (target, there))
    apart = language.tables.patterns("works", "apart")
    if any(bool(pattern.search(said)) != bool(pattern.search(also)) for pattern in apart):
        return False
    if target.indicator_id is not None and target.indicator_id == there.indicator_id:
        return True
    return measures_same(target, there, language)


def _standing(
    target: Target,
    among: Among,
    counterparts: list[tuple[Target, Spot]],
    others: OtherReports,
) -> Standing:
    ordered = sorted(counterparts, key=lambda pair: -amount(pair[0]))
    amounts = [amount(t) for t, _ in ordered]
    here = amount(target)
    of = len(amounts) + 1
    return Standing(
        target,
        among,
        rank=1 + sum(value > here for value in amounts) if of >= RANKED_FROM else None,
        of=of,
        tied=amounts.count(here) if of >= RANKED_FROM else 0,
        highest=(ordered[0][0], others.places([ordered[0][1]])[0]),
        middle=median(amounts) / _unit_of(target),
        lowest=(ordered[-1][0], others.places([ordered[-1][1]])[0]),
    )


def amount(target: Target) -> Decimal:
    """The number in base units, the middle of a range; the target must have a value."""
    if target.value is None or target.base is None:
        raise ValueError(f"no value: {target.text}")
    if target.upper is None:
        return target.base
    return (target.value + target.upper) / 2 * _unit_of(target)


def _unit_of(target: Target) -> Decimal:
    """How many base units the unit of a target has."""
    return target.base / target.value if target.base and target.value else Decimal(1)
