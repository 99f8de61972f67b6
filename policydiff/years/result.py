"""What following commitments through the years gives: the records, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar, Final, Literal, get_args

from policydiff.analysis.documents import language_of
from policydiff.errors import shortened, visible
from policydiff.language.language import Language
from policydiff.models import Clause, Document, Kind, Target
from policydiff.output.data import (
    clause_cells,
    document_entry,
    head,
    made_with,
    target_cells,
    target_entry,
)
from policydiff.output.files import Plain, ResultKind
from policydiff.output.result import Result

#: Unless all is asked for, what is listed stands in this share of the years, and in two.
_FEW_SHARE: Final = 4

#: What becomes of a commitment over the years.
Fate = Literal["ends", "begins", "comes back", "rises", "falls", "hardens", "softens"]
FATES: tuple[Fate, ...] = get_args(Fate)

#: Which kind of change from one year to the next makes which fate.
_FATE_OF: Final[dict[Kind, Fate]] = {
    "target raised": "rises",
    "target lowered": "falls",
    "strength strengthened": "hardens",
    "strength weakened": "softens",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A commitment in one year: the clause, and the target in it that is followed, if any.

    ``kinds`` says how it differs from the step before, ``score`` how surely it is the same
    commitment; the first step has neither (no kinds, score 1). ``reached``: what the report of the
    next year gives for the target, where it is there and gives a number.
    """

    year: int
    clause: Clause
    target: Target | None
    kinds: tuple[Kind, ...] = ()
    score: float = 1.0
    reached: Target | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """One commitment through the years, a step for each year in which it stands.

    ``fates`` are in the order of FATES. ``absent`` are the reports' years between its first and
    last in which it does not stand. ``goes_into`` and ``comes_from`` are set where a clause of
    the next or the former report goes on with it, or led to it, that another thread follows: it
    was merged or split, and neither ends nor begins.
    """

    steps: tuple[Step, ...]
    fates: tuple[Fate, ...] = ()
    absent: tuple[int, ...] = ()
    goes_into: Clause | None = None
    comes_from: Clause | None = None

    @property
    def first(self) -> int:
        """The first year in which it stands."""
        return self.steps[0].year

    @property
    def last(self) -> int:
        """The last year in which it stands."""
        return self.steps[-1].year

    @property
    def name(self) -> str:
        """What it is about: the indicator of its last target, else its last wording."""
        named = [s.target.indicator for s in self.steps if s.target and s.target.indicator]
        return named[-1] if self.is_measured and named else self.steps[-1].clause.text

    @property
    def is_measured(self) -> bool:
        """Whether it has a number in most of its years."""
        return 2 * sum(step.target is not None for step in self.steps) > len(self.steps)

    @property
    def course(self) -> str:
        """Its numbers through the years, '' without any.

        8%左右 (2005-2011) → 7.5% (2012); a dash for years without a number.
        """
        if not any(step.target for step in self.steps):
            return ""
        return _course(self.steps, lambda step: figure(step.target, language_of((step.clause,))))

    @property
    def firmness(self) -> str:
        """Its strength through the years, '' where that never changes."""
        if len({step.clause.strength for step in self.steps}) == 1:
            return ""
        return _course(self.steps, lambda step: step.clause.strength)


def _course(steps: Iterable[Step], shown: Callable[[Step], str]) -> str:
    runs = []
    for what, equal in groupby(steps, key=shown):
        years = [step.year for step in equal]
        span = f"{years[0]}" if len(years) == 1 else f"{years[0]}-{years[-1]}"
        runs.append(f"{what} ({span})")
    return " → ".join(runs)


@dataclass(frozen=True, slots=True, repr=False)
class Trajectory(Result):
    """Commitments followed through reports of several years, the telling ones first.

    ``reports`` are in order of their years.
    """

    kind: ClassVar[ResultKind] = "trajectory"

    reports: tuple[Document, ...]
    threads: tuple[Thread, ...]
    notes: tuple[str, ...] = ()

    def to_dict(self, *, all: bool = True, repairs: bool = False) -> dict[str, Any]:
        """The result as dicts, lists, strings and numbers.

        ``all=False`` leaves out what never changes, what stands in few of the years only, and of
        each commitment the years between the first and the last; ``repairs=True`` lists every
        repair of the reports.
        """
        return _result(self, everything=all, repairs=repairs)

    def rows(self, *, all: bool = True) -> list[dict[str, Plain]]:
        """The commitments as a table, one row for each year in which one stands.

        ``commitment`` numbers them from 1, in their order here. ``all`` as in ``to_dict``.
        """
        listed = {id(thread) for thread in (self.threads if all else _telling(self))}
        digests = {report.year: report.sha256 for report in self.reports}
        return [
            _row(number, thread, step) | {"sha256": digests.get(step.year, "")} | made_with()
            for number, thread in enumerate(self.threads, 1)
            if id(thread) in listed
            for step in thread.steps
        ]

    def summary(self) -> str:
        """A dozen lines for people, one printable line each."""
        return trajectory_lines(self.to_dict(all=False))

    def _title(self) -> str:
        regions = dict.fromkeys(report.region for report in self.reports if report.region)
        years = f"{self.reports[0].year} to {self.reports[-1].year}"
        return visible(" ".join([*regions, years]))

    def _counts(self) -> dict[str, int]:
        lasting = [thread for thread in self.threads if len(thread.steps) > 1]
        return {
            "commitments": len(self.threads),
            "one year only": len(self.threads) - len(lasting),
            "unchanged": sum(not thread.fates for thread in lasting),
        } | {fate: sum(fate in thread.fates for thread in lasting) for fate in FATES}


def fates_of(steps: Sequence[Step], *, ends: bool, begins: bool, back: bool) -> tuple[Fate, ...]:
    """What became of a commitment, from its steps and from where it is missing."""
    found = {_FATE_OF[kind] for step in steps for kind in step.kinds if kind in _FATE_OF}
    found |= {fate for fate, is_so in _missing(ends, begins, back) if is_so}
    return tuple(fate for fate in FATES if fate in found)


def _missing(ends: bool, begins: bool, back: bool) -> Iterable[tuple[Fate, bool]]:
    return ("ends", ends), ("begins", begins), ("comes back", back)


def figure(target: Target | None, language: Language) -> str:
    """A target in short: its number, unit and bound; a dash for none.

    >>> from policydiff import parse
    >>> from policydiff.language.zh import CHINESE
    >>> plan = "一、2030年工作安排\\n新增就业不低于800人。经济增长5%-6%。建成学校xx所。"
    >>> [figure(c.targets[0], CHINESE) for c in parse(plan).commitments]
    ['800人以上', '5%-6%', 'x所']
    """
    if target is None:
        return "—"
    unit = target.unit or ""
    if target.masked:
        return f"x{unit}"
    if target.value is None:
        return target.text
    if target.upper is not None:
        return f"{target.value:f}{unit}-{target.upper:f}{unit}"
    words = {entry["bound"]: entry["word"] for entry in language.tables.load("targets")["shown"]}
    return f"{target.value:f}{unit}{words.get(target.bound, '')}"


# --- as data --------------------------------------------------------------------------------------


def _telling(result: Trajectory) -> list[Thread]:
    """What is listed unless all is asked for: what changes, and stands in enough of the years."""
    few = max(2, -(-len(result.reports) // _FEW_SHARE))
    return [t for t in result.threads if t.fates and len(t.steps) >= few]


def _result(result: Trajectory, *, everything: bool, repairs: bool) -> dict[str, Any]:
    """A trajectory in the layout that schema.json describes."""
    listed = result.threads if everything else _telling(result)
    entry = head("trajectory", all=everything, repairs=repairs)
    entry["reports"] = [document_entry(report, repairs=repairs) for report in result.reports]
    counts = result._counts()
    entry["summary"] = {name.replace(" ", "_"): number for name, number in counts.items()}
    entry["summary"]["listed"] = len(listed)
    if result.notes:
        entry["notes"] = [visible(note) for note in result.notes]
    entry["commitments"] = [_thread(t, everything) for t in listed]
    return entry


def _thread(thread: Thread, everything: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"commitment": thread.name}
    if thread.course:
        entry["course"] = thread.course
    if thread.firmness:
        entry["firmness"] = thread.firmness
    if thread.fates:
        entry["fates"] = list(thread.fates)
    entry["first"] = _year(thread.steps[0])
    if len(thread.steps) > 1:
        entry["last"] = _year(thread.steps[-1])
    if thread.absent:
        entry["absent"] = list(thread.absent)
    for key, clause in (("comes_from", thread.comes_from), ("goes_into", thread.goes_into)):
        if clause is not None:
            entry[key] = {"text": clause.text, "line": clause.line}
    if everything:
        entry["years"] = [_step(step, first=step is thread.steps[0]) for step in thread.steps]
    return entry


def _year(step: Step) -> dict[str, Any]:
    return {"year": step.year, "text": step.clause.text, "line": step.clause.line}


def _step(step: Step, *, first: bool) -> dict[str, Any]:
    entry = _year(step)
    if step.clause.strength != "plain":
        entry["strength"] = step.clause.strength
    if step.target is not None:
        entry["target"] = target_entry(step.target)
    if step.reached is not None:
        entry["reached"] = target_entry(step.reached)
    if step.kinds:
        entry["kinds"] = list(step.kinds)
    if not first:
        entry["score"] = round(step.score, 2)
    return entry


def _row(number: int, thread: Thread, step: Step) -> dict[str, Plain]:
    """A commitment in one year as a flat row."""
    return {
        "commitment": number,
        "name": thread.name,
        "fates": "; ".join(thread.fates),
        "year": step.year,
        **clause_cells(step.clause),
        **target_cells(step.target),
        "reached": step.reached.text if step.reached else "",
        "kinds": "; ".join(step.kinds),
        "score": round(float(step.score), 2),
    }


# --- a few lines for people -----------------------------------------------------------------------

_SUMMARY_ENTRIES: Final = 5
_SUMMARY_NAME: Final = 16


def trajectory_lines(result: dict[str, Any]) -> str:
    """A dozen lines for people, of a result's dict; one printable line each."""
    reports, counts = result["reports"], result["summary"]
    regions = dict.fromkeys(report["region"] for report in reports if report["region"])
    fates = ", ".join(f"{fate} {counts[fate.replace(' ', '_')]}" for fate in FATES)
    lines = [
        f"{len(reports)} reports, {reports[0]['year']} to {reports[-1]['year']}"
        f"{', ' if regions else ''}{', '.join(regions)}",
        f"commitments {counts['commitments']}, in one year only {counts['one_year_only']},"
        f" unchanged {counts['unchanged']}",
        f"of the others: {fates}",
        *(f"note: {note}" for note in result.get("notes", [])),
        *(
            f"  {shortened(entry['commitment'], _SUMMARY_NAME)}: {entry['course']}"
            for entry in [e for e in result["commitments"] if "course" in e][:_SUMMARY_ENTRIES]
        ),
    ]
    return "\n".join(visible(line) for line in lines)
