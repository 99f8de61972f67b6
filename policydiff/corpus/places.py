"""Where else a commitment stands, in order, and how its targets rank among those there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from statistics import median

from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.analysis.documents import language_of
from policydiff.analysis.units import magnitude
from policydiff.changes.indicators import measures_same
from policydiff.changes.targets import same_targets
from policydiff.corpus.index import Entry, Index
from policydiff.corpus.result import Among, Places, Relation, Shared, Spot, Standing
from policydiff.language.language import Language
from policydiff.models import Clause, Target


class OtherReports:
    """The reports that one is compared with, by ``Entry.id``, and how each relates to it.

    ``clauses``: their commitments, which are there when the index is closed already; ``entries``:
    what each is, and its relation; ``away``: how many years; ``own``: those of the same region.
    """

    def __init__(
        self, index: Index, others: Sequence[Entry], region: str | None, year: int | None
    ) -> None:
        """``region`` and ``year``: of the report that is compared."""
        self.clauses = index.all_commitments([entry.id for entry in others])
        self.entries = {entry.id: (entry, _relation(entry, region, year)) for entry in others}
        self.away = {
            report: abs((entry.year or 0) - (year or entry.year or 0))
            for report, (entry, _) in self.entries.items()
        }
        self.own = {k for k, (_, relation) in self.entries.items() if relation != "other region"}

    def places(self, spots: Sequence[Spot]) -> Places:
        """The places that some spots stand for, in their order."""
        return Places(spots, [self.entries[spot.report] for spot in spots], self.clauses)

    def clause(self, spot: Spot) -> AnalysedClause:
        """What stands at a spot."""
        return self.clauses[spot.report][spot.position]

    def targets(self, spot: Spot) -> tuple[Target, ...]:
        """The targets of what stands at a spot."""
        return self.clauses[spot.report].targets(spot.position)


def _relation(entry: Entry, region: str | None, year: int | None) -> Relation:
    if region is None or entry.region != region:
        return "other region"
    if year is None or entry.year is None or entry.year == year:
        return "same year"
    return "earlier year" if entry.year < year else "later year"


def shared(clause: Clause, spots: Sequence[Spot], others: OtherReports) -> Shared:
    """A commitment with its places in order: own region from the nearest year, then the others.

    ``spots`` are in the order of the reports' names, and of their commitments.
    """
    near = [spot for spot in spots if spot.report in others.own]
    near.sort(key=lambda spot: (others.away[spot.report], -spot.score))
    far = [spot for spot in spots if spot.report not in others.own]
    far.sort(key=lambda spot: -spot.score)
    standings = tuple(_standings(clause, near, far, others))
    return Shared(clause, others.places([*near, *far]), standings)


# --- how targets rank -----------------------------------------------------------------------------


def _standings(
    clause: Clause, near: Sequence[Spot], far: Sequence[Spot], others: OtherReports
) -> Iterator[Standing]:
    """Each target against the others': one of each region, its nearest year; and own years.

    ``near``: the spots of the own region, ``far``: those of other regions.
    """
    measured = [t for t in clause.targets if t.value is not None]
    if not measured:
        return
    nearest = sorted(far, key=lambda spot: others.away[spot.report])
    for target in measured:
        among: Among
        for among, spots in (("other regions", nearest), ("own years", near)):
            counterparts = _same_in(target, clause, spots, others)
            if counterparts:
                yield _standing(target, among, counterparts, others, language_of((clause,)))


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
    """The target that stands at a spot and measures the same in a comparable unit."""
    language = language_of((clause,))
    same = [t for t in others.targets(spot) if measures_same(target, t, language)]
    for there in same:
        if there.unit == target.unit:
            return there
    if not same:
        return None
    old, new = analysed((clause, others.clause(spot)), language)
    return next((t for s, t, _ in same_targets(old, new) if s is target and t in same), None)


def _standing(
    target: Target,
    among: Among,
    counterparts: list[tuple[Target, Spot]],
    others: OtherReports,
    language: Language,
) -> Standing:
    ordered = sorted(counterparts, key=lambda pair: -amount(pair[0], language))
    amounts = [amount(t, language) for t, _ in ordered]
    here = amount(target, language)
    return Standing(
        target,
        among,
        rank=1 + sum(value > here for value in amounts),
        of=len(amounts) + 1,
        highest=(ordered[0][0], others.places([ordered[0][1]])[0]),
        middle=median(amounts) / magnitude(target.unit or "", language)[0],
        lowest=(ordered[-1][0], others.places([ordered[-1][1]])[0]),
    )


def amount(target: Target, language: Language) -> Decimal:
    """The number in single units, the middle of a range; the target must have a value."""
    if target.value is None:
        raise ValueError(f"no value: {target.text}")
    middle = target.value if target.upper is None else (target.value + target.upper) / 2
    return middle * magnitude(target.unit or "", language)[0]
