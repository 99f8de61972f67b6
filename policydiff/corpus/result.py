"""What comparing a report with a corpus gives, and how it is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar, Final

from policydiff.analysis.clause import analysed
from policydiff.analysis.documents import language_of
from policydiff.corpus.common import is_slogan, names_nothing
from policydiff.corpus.folder import Unread
from policydiff.corpus.index import Entry
from policydiff.corpus.records import Missing, Place, Places, Relation, Shared, Standing
from policydiff.errors import visible
from policydiff.models import KINDS_OF_FORM, Change, Clause, Document, Target
from policydiff.output.data import (
    clause_cells,
    clause_entry,
    document_entry,
    document_title,
    head,
    made_with,
    plain_number,
    shown_name,
)
from policydiff.output.files import Plain, ResultKind
from policydiff.output.lines import corpus_lines
from policydiff.output.result import Result

#: Unless all is asked for: places shown of the own region, and of others; wordings of what is
#: missing; names of files that are no reports.
_OWN_PLACES: Final = 1
_OTHER_PLACES: Final = 3
_WORDINGS: Final = 2
_FILES: Final = 10

#: So many of the commonest and of the rarest commitments are told first.
_EXTREMES: Final = 5


@dataclass(frozen=True, slots=True, repr=False)
class CorpusComparison(Result):
    """The result of comparing a report with a corpus.

    ``region`` and ``year`` are the report's, as the corpus has it where it lies in there.
    ``shared`` holds every commitment of the report, in order; ``missing`` what at least ``gap`` of
    the ``others`` make, the highest share first. ``unread`` are files that could not be read,
    ``passed_over`` files in which no commitment, or of which no year was found.

    It holds all that it speaks of: neither the corpus nor its index are looked at any more.
    """

    kind: ClassVar[ResultKind] = "corpus"

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

    def rows(self, *, all: bool = True) -> list[dict[str, Plain]]:
        """The commitments as a table: those of the report in order, then those missing in it.

        ``all=False`` leaves out commitments that stand nowhere else.
        """
        rows = [_shared_row(s, self) for s in self.shared if all or s.places]
        rows += map(_missing_row, self.missing)
        made: dict[str, Plain] = {"sha256": self.report.sha256, **made_with(gap=self.gap)}
        return [row | made for row in rows]

    def summary(self) -> str:
        """A dozen lines for people, one printable line each."""
        return corpus_lines(_overview(self, everything=False, repairs=False))

    def _title(self) -> str:
        return f"{document_title(self.report)} in {shown_name(self.folder)}"

    def _counts(self) -> dict[str, int]:
        relations = [{relation for _, relation in s.places.entries} for s in self.shared]
        return {
            "commitments": len(self.shared),
            "in earlier years": sum("earlier year" in some for some in relations),
            "in other regions": sum("other region" in some for some in relations),
            "nowhere else": sum(not some for some in relations),
            "missing": len(self.missing),
        }


def _result(result: CorpusComparison, *, everything: bool, repairs: bool) -> dict[str, Any]:
    """A comparison with a corpus in the layout that schema.json describes."""
    entry = _overview(result, everything=everything, repairs=repairs)
    around = _Around(result.shared)
    entry["commitments"] = [_shared(s, everything, around) for s in result.shared]
    return entry


def _overview(result: CorpusComparison, *, everything: bool, repairs: bool) -> dict[str, Any]:
    """The same without the commitments."""
    counts = result._counts()
    entry = head("corpus", all=everything, repairs=repairs, gap=result.gap)
    entry["report"] = document_entry(result.report, repairs=repairs) | {
        "region": shown_name(result.region),
        "year": result.year,
    }
    entry["corpus"] = {
        "folder": shown_name(result.folder),
        "reports": len(result.others),
        "regions": len({e.region for e in result.others}),
        "commitments": sum(e.commitments for e in result.others),
    }
    entry["summary"] = {
        name.replace(" ", "_"): number for name, number in counts.items() if name != "commitments"
    }
    if result.notes:
        entry["notes"] = [shown_name(note) for note in result.notes]
    if result.unread:
        entry["unread"] = [
            {"name": shown_name(u.name), "what": visible(u.what), "remedy": visible(u.remedy)}
            for u in result.unread
        ]
    if result.passed_over:
        names = result.passed_over if everything else result.passed_over[:_FILES]
        entry["passed_over"] = {
            "files": len(result.passed_over),
            "names": [shown_name(name) for name in names],
        }
    for name, some in _extremes(result.shared).items():
        if some:
            entry[name] = [_in_short(shared) for shared in some]
    entry["missing"] = [_missing(m, everything) for m in result.missing]
    return entry


def _extremes(shared: Sequence[Shared]) -> dict[str, list[Shared]]:
    """The commitments that most others make, and those that no other region makes, first those
    of which not even the kind is common, of equals those with a number; without slogans, and
    without what names nothing."""
    clauses = analysed([s.clause for s in shared], language_of([s.clause for s in shared]))
    told = [
        s
        for s, clause in zip(shared, clauses, strict=True)
        if not (is_slogan(clause) or names_nothing(clause))
    ]
    common = sorted((s for s in told if s.reports > 1), key=lambda s: (-s.reports, -s.similar))
    rare = [s for s in told if len(s.places) == s.places.own]
    rare.sort(key=lambda s: (s.similar, s.reports, not s.clause.targets))
    return {"commonest": common[:_EXTREMES], "rarest": rare[:_EXTREMES]}


def _in_short(shared: Shared) -> dict[str, Any]:
    return {
        "text": shared.clause.text,
        "line": shared.clause.line,
        "reports": shared.reports,
        "similar": shared.similar,
    }


class _Around:
    """What else is linked with the same: one report says in a clause what another says in six."""

    def __init__(self, shared: Iterable[Shared]) -> None:
        self._linked: defaultdict[tuple[int, int], list[tuple[Clause, float]]] = defaultdict(list)
        for one in shared:
            for report, position, score in one.places.spots:
                self._linked[report, position].append((one.clause, score))

    def change(self, shared: Shared, at: int) -> Change:
        """How a commitment differs from what stands at one of its places."""
        places = shared.places
        report, position, _ = places.spots[at]
        there = [
            (places.clause(k), spot.score)
            for k, spot in enumerate(places.spots)
            if spot.report == report and spot.position != position
        ]
        here = [link for link in self._linked[report, position] if link[0] is not shared.clause]
        return places[at].change_to(shared.clause, there, here)


def _shared(shared: Shared, everything: bool, around: _Around) -> dict[str, Any]:
    own = shared.places.own
    entry = clause_entry(shared.clause)
    entry["reports"] = shared.reports
    if shared.similar:
        entry["similar"] = shared.similar
    if shared.standings:
        entry["ranks"] = [_standing(s) for s in shared.standings]
    for key, first, end, limit in (
        ("own_region", 0, own, _OWN_PLACES),
        ("other_regions", own, len(shared.places), _OTHER_PLACES),
    ):
        if end > first:
            shown = range(first, end if everything else min(end, first + limit))
            entry[key] = [_place(shared.places[k], around.change(shared, k)) for k in shown]
    return entry


def _where(place: Place) -> dict[str, Any]:
    return {"region": shown_name(place.entry.region), "year": place.entry.year}


def _place(place: Place, change: Change) -> dict[str, Any]:
    """A place, and how the clause of the report differs from what stands there."""
    entry = _where(place) | {"text": place.clause.text, "line": place.clause.line}
    if place.clause.strength != "plain":
        entry["strength"] = place.clause.strength
    entry["score"] = round(place.score, 2)
    entry["sure"] = place.sure
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
        **({} if standing.rank is None else {"rank": standing.rank}),
        "of": standing.of,
        **({"tied": standing.tied} if standing.tied else {}),
        "here": standing.target.text,
        **({"unit": standing.target.unit} if standing.target.unit else {}),
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
        **({"words": [visible(word) for word in missing.words]} if missing.words else {}),
        "text": first.clause.text,
        **_where(first),
        "line": first.clause.line,
        "reports": missing.reports,
        "of": missing.of,
        "share": missing.share,
        "regions": places.regions(),
    }
    years = _years(places, {"earlier year"})
    if years:
        entry["own_years"] = years
    entry["sure"] = missing.sure
    if everything:
        same, *others = _by_text(places)
        if same[1:]:
            entry["also"] = [_spot(place) for place in same[1:]]
        wordings = [_wording(some) for some in others]
    else:
        shown = islice(_one_each(places), 1, 1 + _WORDINGS)
        wordings = [_wording([place]) for place in shown]
    if wordings:
        entry["wordings"] = wordings
    return entry


def _by_text(places: Places) -> list[list[Place]]:
    """The places of each wording, so that a text that many share is said once."""
    groups: dict[str, list[Place]] = {}
    for place in places:
        groups.setdefault(place.clause.text, []).append(place)
    return list(groups.values())


def _wording(places: Sequence[Place]) -> dict[str, Any]:
    """A wording with the first place where it stands, and the others."""
    entry = {"text": places[0].clause.text} | _spot(places[0])
    if places[1:]:
        entry["also"] = [_spot(place) for place in places[1:]]
    return entry


def _spot(place: Place) -> dict[str, Any]:
    return _where(place) | {"line": place.clause.line}


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


def _shared_row(shared: Shared, result: CorpusComparison) -> dict[str, Plain]:
    places = shared.places
    return {
        "outcome": "made elsewhere too" if places else "nowhere else",
        "region": shown_name(result.region),
        "year": result.year,
        **clause_cells(shared.clause),
        "reports": shared.reports,
        "similar": shared.similar,
        "of": None,
        "regions": places.regions(),
        "own_years": "; ".join(map(str, _years(places, {"earlier year", "later year"}))),
        "sure": None,
    }


def _missing_row(missing: Missing) -> dict[str, Plain]:
    first = missing.places[0]
    return {
        "outcome": "missing",
        "region": shown_name(first.entry.region),
        "year": first.entry.year,
        **clause_cells(first.clause),
        "reports": missing.reports,
        "similar": None,
        "of": missing.of,
        "regions": missing.places.regions(),
        "own_years": "; ".join(map(str, _years(missing.places, {"earlier year"}))),
        "sure": missing.sure,
    }


def _years(places: Places, relations: Set[Relation]) -> list[int]:
    """The years of the report's own region that some places are of, in order."""
    return sorted({e.year for e, relation in places.entries if relation in relations and e.year})
