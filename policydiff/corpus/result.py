"""What comparing a report with a corpus gives: the records, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, Final, Literal, NamedTuple, overload

from policydiff.align.align import Alignment, Link
from policydiff.changes.judge import changes
from policydiff.corpus.index import Entry, Unread
from policydiff.errors import visible
from policydiff.models import KINDS_OF_FORM, Change, Clause, Document, Target
from policydiff.output.data import (
    clause_entry,
    document_entry,
    plain_number,
    shortened,
    summed_up,
    to_json,
    to_yaml,
)

#: Of the layout; raised when a key changes its meaning or goes away.
FORMAT: Final = 1
#: Unless all is asked for: places shown of the own region, and of others; wordings of what is
#: missing; names of files that are no reports.
_OWN_PLACES: Final = 1
_OTHER_PLACES: Final = 3
_WORDINGS: Final = 2
_FILES: Final = 10

Among = Literal["other regions", "own years"]
Relation = Literal["earlier year", "later year", "same year", "other region"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a commitment stands in the corpus: a clause of the report ``entry``, with its score.

    ``relation`` tells other reports of the same region from those of other regions.
    """

    entry: Entry
    relation: Relation
    clause: Clause
    score: float

    def change_to(self, clause: Clause) -> Change:
        """How a clause differs from the one that stands here."""
        link = Alignment((Link(0, 0, self.score, None),), {}, {})
        return changes((self.clause,), (clause,), link)[0]


class Spot(NamedTuple):
    """A commitment of the corpus: the number of its report, its position there, and a score."""

    report: int
    position: int
    score: float


class Places(Sequence[Place]):
    """Places in order. Each is looked up in the index when it is asked for: there may be very many.

    ``entries`` says of which reports they are, and how these are related, without a look.
    """

    def __init__(
        self,
        spots: Sequence[Spot],
        entries: Sequence[tuple[Entry, Relation]],
        look_up: Callable[[Spot], Clause],
    ) -> None:
        self._spots = spots
        self.entries = entries
        self._look_up = look_up

    def __len__(self) -> int:
        return len(self._spots)

    @overload
    def __getitem__(self, at: int) -> Place: ...
    @overload
    def __getitem__(self, at: slice) -> Places: ...
    def __getitem__(self, at: int | slice) -> Place | Places:
        if isinstance(at, slice):
            return Places(self._spots[at], self.entries[at], self._look_up)
        spot = self._spots[at]
        return Place(*self.entries[at], self._look_up(spot), round(spot.score, 6))

    def __reduce__(self) -> tuple[Any, ...]:
        """Elsewhere there is no index: what is sent there takes all clauses along."""
        clauses = {spot[:2]: self._look_up(spot) for spot in self._spots}
        return Places, (self._spots, self.entries, _Known(clauses))

    @property
    def reports(self) -> int:
        """Of how many reports they are."""
        return len({spot.report for spot in self._spots})

    @property
    def own(self) -> int:
        """How many of them are of the report's own region."""
        return sum(relation != "other region" for _, relation in self.entries)

    def regions(self) -> int:
        """Of how many other regions they are."""
        return len({e.region for e, relation in self.entries if relation == "other region"})


@dataclass(frozen=True, slots=True)
class _Known:
    """Looks clauses up among some that are known."""

    clauses: Mapping[tuple[int, int], Clause]

    def __call__(self, spot: Spot) -> Clause:
        return self.clauses[spot.report, spot.position]


@dataclass(frozen=True, slots=True)
class Standing:
    """A target beside the others' targets for the same indicator, in comparable units.

    ``rank`` 1 is the highest of ``of``, this one counted; equal ones share a rank. ``highest`` and
    ``lowest`` are the others' with their places; ``middle`` is the others' median in the unit of
    ``target``. Of a range the middle counts. Masked numbers are left out.
    """

    target: Target
    among: Among
    rank: int
    of: int
    highest: tuple[Target, Place]
    middle: Decimal
    lowest: tuple[Target, Place]


@dataclass(frozen=True, slots=True)
class Shared:
    """A commitment of the report and where else it stands, own region first, likest first.

    ``reports`` is the number of other reports that make it.
    """

    clause: Clause
    places: Places
    standings: tuple[Standing, ...]

    @property
    def reports(self) -> int:
        return self.places.reports


@dataclass(frozen=True, slots=True)
class Missing:
    """A commitment that others make and the report does not; ``places`` are all its wordings.

    The first place has the wording that most others are linked with. ``sure`` is False where one
    of the others' clauses is linked with the report, though most are not.
    """

    places: Places
    sure: bool

    @property
    def reports(self) -> int:
        return self.places.reports


@dataclass(frozen=True, slots=True)
class CorpusComparison:
    """The result of comparing a report with a corpus.

    ``region`` and ``year`` are the report's, as the corpus has it where it lies in there.
    ``shared`` holds every commitment of the report, in order; ``missing`` what at least ``gap`` of
    the ``others`` make, most common first. ``unread`` are files that could not be read,
    ``passed_over`` files in which no commitment, or of which no year was found.

    What stands in the corpus is looked up in its index, which stays open as long as this exists.
    """

    report: Document
    region: str | None
    year: int | None
    folder: str
    others: tuple[Entry, ...] = field(repr=False)
    gap: int
    shared: tuple[Shared, ...] = field(repr=False)
    missing: tuple[Missing, ...] = field(repr=False)
    unread: tuple[Unread, ...] = ()
    passed_over: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self, *, all: bool = True, repairs: bool = False) -> dict[str, Any]:
        """The result as dicts, lists, strings and numbers.

        ``all=False`` keeps it short; ``repairs=True`` lists every repair of the report.
        """
        return _result(self, everything=all, repairs=repairs)

    def to_yaml(self, *, all: bool = True) -> str:
        """The result as YAML text: the same bytes for the same input."""
        return to_yaml(self.to_dict(all=all))

    def to_json(self, *, all: bool = True) -> str:
        """The result as JSON text with the same content as the YAML."""
        return to_json(self.to_dict(all=all))


def _result(result: CorpusComparison, *, everything: bool, repairs: bool) -> dict[str, Any]:
    """The layout that schema-corpus.json describes."""
    report = document_entry(result.report, repairs=repairs) | {
        "region": result.region,
        "year": result.year,
    }
    relations = [{relation for _, relation in s.places.entries} for s in result.shared]
    entry: dict[str, Any] = {
        "policydiff_corpus": FORMAT,
        "report": report,
        "corpus": {
            "folder": visible(result.folder),
            "reports": len(result.others),
            "regions": len({e.region for e in result.others}),
            "commitments": sum(e.commitments for e in result.others),
        },
        "summary": {
            "in_earlier_years": sum("earlier year" in found for found in relations),
            "in_other_regions": sum("other region" in found for found in relations),
            "nowhere_else": sum(not found for found in relations),
            "missing": len(result.missing),
        },
        "gap": result.gap,
    }
    if result.notes:
        entry["notes"] = [visible(note) for note in result.notes]
    if result.unread:
        entry["unread"] = [
            {"name": visible(u.name), "what": visible(u.what), "remedy": visible(u.remedy)}
            for u in result.unread
        ]
    if result.passed_over:
        names = result.passed_over if everything else result.passed_over[:_FILES]
        entry["passed_over"] = {
            "files": len(result.passed_over),
            "names": [visible(name) for name in names],
        }
    entry["missing"] = [_missing(m, everything) for m in result.missing]
    entry["commitments"] = [_shared(s, everything) for s in result.shared]
    return entry


def _shared(shared: Shared, everything: bool) -> dict[str, Any]:
    own = shared.places.own
    entry = clause_entry(shared.clause)
    entry["reports"] = shared.reports
    if shared.standings:
        entry["ranks"] = [_standing(s) for s in shared.standings]
    for key, places, limit in (
        ("own_region", shared.places[:own], _OWN_PLACES),
        ("other_regions", shared.places[own:], _OTHER_PLACES),
    ):
        if places:
            shown = places if everything else places[:limit]
            entry[key] = [_place(p, shared.clause) for p in shown]
    return entry


def _where(place: Place) -> dict[str, Any]:
    return {"region": place.entry.region, "year": place.entry.year}


def _place(place: Place, clause: Clause) -> dict[str, Any]:
    """A place, and how the clause of the report differs from what stands there."""
    entry = _where(place) | {"text": place.clause.text, "line": place.clause.line}
    if place.clause.strength != "plain":
        entry["strength"] = place.clause.strength
    entry["score"] = round(place.score, 2)
    change = place.change_to(clause)
    kinds = [kind for kind in change.kinds if kind not in KINDS_OF_FORM]
    if kinds:
        entry["kinds"] = kinds
    if change.details:
        entry["details"] = list(change.details)
    return entry


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "indicator": standing.target.indicator,
        "among": standing.among,
        "rank": standing.rank,
        "of": standing.of,
        "here": standing.target.text,
        "highest": _extreme(*standing.highest),
        "median": plain_number(standing.middle),
        "lowest": _extreme(*standing.lowest),
    }


def _extreme(target: Target, place: Place) -> dict[str, Any]:
    return _where(place) | {"text": target.text}


def _missing(missing: Missing, everything: bool) -> dict[str, Any]:
    places = missing.places
    first = places[0]
    entry: dict[str, Any] = {
        "text": first.clause.text,
        **_where(first),
        "line": first.clause.line,
        "reports": missing.reports,
        "regions": places.regions(),
    }
    years = sorted({e.year or 0 for e, relation in places.entries if relation == "earlier year"})
    if years:
        entry["own_years"] = years
    entry["sure"] = missing.sure
    rest = places[1:]
    shown = list(rest if everything else islice(_one_each(rest), _WORDINGS))
    if shown:
        entry["wordings"] = [
            _where(p) | {"text": p.clause.text, "line": p.clause.line} for p in shown
        ]
    return entry


def _one_each(places: Places) -> Iterator[Place]:
    """The first place of each report, unless an earlier one has the same text."""
    reports: set[int] = set()
    texts: set[str] = set()
    for k, (entry, _) in enumerate(places.entries):
        if entry.id not in reports:
            reports.add(entry.id)
            place = places[k]
            if place.clause.text not in texts:
                texts.add(place.clause.text)
                yield place


# --- a few lines for people -----------------------------------------------------------------------

#: What is missing and what could not be read, as far as shown.
_SUMMARY_ENTRIES: Final = 5
_SUMMARY_UNREAD: Final = 3


def corpus_summary(result: dict[str, Any]) -> str:
    """A dozen lines for people, of a result's dict; one printable line each."""
    corpus, counts = result["corpus"], result["summary"]
    missing, unread = result["missing"], result.get("unread", [])
    passed = result.get("passed_over", {}).get("files", 0)
    lines = [
        summed_up("report", result["report"]),
        f"corpus: {corpus['folder']}, {corpus['reports']} reports of {corpus['regions']} regions",
        f"in earlier years {counts['in_earlier_years']},"
        f" in other regions {counts['in_other_regions']},"
        f" nowhere else {counts['nowhere_else']}; missing {counts['missing']}",
        *(f"note: {note}" for note in result.get("notes", [])),
        *([f"passed over {passed}: no report, or of no known year"] if passed else ()),
        *(f"not read: {file['name']}: {file['what']}" for file in unread[:_SUMMARY_UNREAD]),
    ]
    if len(unread) > _SUMMARY_UNREAD:
        lines.append(f"not read: {len(unread) - _SUMMARY_UNREAD} more files")
    if missing:
        lines.append(f"missing here, made by at least {result['gap']} of the others:")
        lines += [
            f"  {entry['reports']} of {corpus['reports']}: {shortened(entry['text'])}"
            f"{'' if entry['sure'] else ' (not sure)'}"
            for entry in missing[:_SUMMARY_ENTRIES]
        ]
    return "\n".join(visible(line) for line in lines)
