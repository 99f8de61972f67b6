"""What policydiff speaks of: frozen records that cannot be built wrong. No text processing.

Every ``start`` and ``end`` is a half-open pair of code-point offsets into ``Document.source``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, get_args

from policydiff.errors import readable, shortened, visible

Part = Literal["review", "problems", "plan", "other"]
Strength = Literal["firm", "plain", "strive", "explore"]
Bound = Literal["at_least", "at_most", "about", "exact", "range", "relative"]
Measure = Literal["growth", "increment", "level", "cut", "rank", "relative"]
Horizon = Literal["annual", "five_year", "dated"]
Outcome = Literal["kept", "changed", "dropped", "added"]
Level = Literal["nation", "province", "city", "county", "township", "bureau"]
Kind = Literal[
    "target raised",
    "target lowered",
    "target added",
    "target removed",
    "range changed",
    "bound changed",
    "measure changed",
    "deadline moved",
    "deadline added",
    "deadline removed",
    "strength strengthened",
    "strength weakened",
    "phase changed",
    "direction changed",
    "body changed",
    "content added",
    "content removed",
    "reworded",
    "moved",
    "split",
    "merged",
]

KINDS: tuple[Kind, ...] = get_args(Kind)
#: Kinds that say how a commitment is put, not what is promised: a kept commitment may have them.
KINDS_OF_FORM: frozenset[Kind] = frozenset({"reworded", "moved", "split", "merged"})
#: Strength from the firmest to the loosest; the index is the rank.
STRENGTHS: tuple[Strength, ...] = get_args(Strength)

_PARTS = frozenset(get_args(Part))
_STRENGTH_SET = frozenset(STRENGTHS)
_BOUNDS = frozenset(get_args(Bound))
_OUTCOMES = frozenset(get_args(Outcome))


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(what)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``text[start:end]`` by ``after``: what a fixer finds in the text that it is given."""

    start: int
    end: int
    after: str


@dataclass(frozen=True, slots=True)
class Repair:
    """One edit that undoes damage: ``source[start:end] == before`` becomes ``after``.

    ``kind`` is the name of the fixer; ``why`` is one English sentence for people.
    """

    kind: str
    start: int
    end: int
    before: str
    after: str
    why: str

    def __post_init__(self) -> None:
        _require(0 <= self.start <= self.end, "a repair starts before it ends")
        _require(len(self.before) == self.end - self.start, "a repair spans what it replaces")
        _require(self.before != self.after, "a repair changes something")


@dataclass(frozen=True, slots=True)
class Target:
    """A number or a relative goal inside a clause.

    ``value`` and ``upper`` are as written, in ``unit``: 2.6万亿元 is 2.6 of '万亿元'. ``upper`` is
    set for ranges only. A masked number (xx.x%) has ``masked`` true and no value; a relative goal
    (与经济增长同步) has bound 'relative' and neither value nor unit. ``measure`` is what the number
    says of its indicator, ``base`` the value in ``base_unit`` (1.5亿元 is 150000000 of 元),
    ``indicator_id`` one name for all wordings of a main indicator, ``horizon`` by when it holds,
    ``headline`` whether it stands among the year's main targets; None where nothing tells.
    """

    indicator: str
    value: Decimal | None
    upper: Decimal | None
    unit: str | None
    bound: Bound
    deadline: str | None
    masked: bool
    text: str
    start: int
    end: int
    indicator_id: str | None = None
    base: Decimal | None = None
    base_unit: str | None = None
    measure: Measure | None = None
    horizon: Horizon | None = None
    headline: bool = False

    def __post_init__(self) -> None:
        _require(0 <= self.start < self.end, "a target covers some of the source")
        _require(self.bound in _BOUNDS, f"no such bound: {self.bound}")
        _require(self.upper is None or self.value is not None, "a range has a lower end")
        _require(not (self.masked and self.value is not None), "a masked number has no value")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


#: Of a title or a warning, in a table for notebooks.
_LONGEST_SHOWN: Final = 120


def _escaped(text: str) -> str:
    """One line of text, as HTML."""
    from html import escape  # for notebooks alone

    return escape(visible(shortened(readable(text), _LONGEST_SHOWN)))


#: Of a text, in the one line that stands for what holds it.
_SHOWN: Final = 24


@dataclass(frozen=True, slots=True, repr=False)
class Clause:
    """The smallest piece that is compared, with its place in the report.

    ``text`` is repaired and is what people are shown; ``source[start:end]`` is what it came from.
    ``line`` is 1-based. ``section`` holds the headings above, outermost first. ``commits`` says
    whether the reporting body undertakes something in it. ``damaged`` says that a stretch of it
    could not be mended. ``body`` and ``deadline`` are the responsible body and the deadline that a
    table gives for it in columns of their own. ``outlook`` says that it speaks of a term of several
    years (今后五年), not of the year alone.
    """

    text: str
    start: int
    end: int
    line: int
    section: tuple[str, ...]
    part: Part
    strength: Strength = "plain"
    commits: bool = False
    targets: tuple[Target, ...] = ()
    damaged: bool = False
    body: str | None = None
    deadline: str | None = None
    outlook: bool = False

    def __post_init__(self) -> None:
        _require(0 <= self.start < self.end, "a clause covers some of the source")
        _require(self.line >= 1, "lines are counted from 1")
        _require(self.part in _PARTS, f"no such part: {self.part}")
        _require(self.strength in _STRENGTH_SET, f"no such strength: {self.strength}")

    def __repr__(self) -> str:
        text = visible(shortened(self.text, _SHOWN))
        return f"<Clause line {self.line}: {text} {_counted(len(self.targets), 'target')}>"


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """A report read into memory. ``source`` is the decoded text before any repair.

    ``sha256`` is of the file's bytes, or of the text as UTF-8 where it was passed as a string.
    ``level`` is the level of government that it is of. ``warnings`` say what is doubtful about the
    reading, one sentence each.
    """

    name: str
    source: str
    encoding: str
    title: str | None
    region: str | None
    year: int | None
    clauses: tuple[Clause, ...]
    repairs: tuple[Repair, ...]
    sha256: str = ""
    level: Level | None = None
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        end = 0
        for clause in self.clauses:
            _require(end <= clause.start, "clauses stand in order and do not overlap")
            end = clause.end
        _require(end <= len(self.source), "clauses lie inside the source")

    def __repr__(self) -> str:
        about = " ".join(str(part) for part in (self.region, self.year) if part is not None)
        title = visible(readable(f"{self.name} ({about})" if about else self.name))
        counts = (
            _counted(len(self.clauses), "clause"),
            _counted(len(self.commitments), "commitment"),
            _counted(len(self.repairs), "repair"),
        )
        return f"<Document {title}: {', '.join(counts)}>"

    def _repr_html_(self) -> str:
        """For notebooks: what the report is, how much is in it, and what is doubtful about it."""
        cells = {
            "region": self.region,
            "level": self.level,
            "year": self.year,
            "clauses": len(self.clauses),
            "commitments": len(self.commitments),
            "targets": sum(len(clause.targets) for clause in self.commitments),
            "repairs": len(self.repairs),
        }
        heads = "".join(f"<th>{name}</th>" for name in cells)
        row = "".join(f"<td>{'' if v is None else _escaped(str(v))}</td>" for v in cells.values())
        doubts = "".join(f"<li>{_escaped(warning)}</li>" for warning in self.warnings)
        return (
            f"<table><caption>{_escaped(self.title or self.name)}</caption>"
            f"<thead><tr>{heads}</tr></thead><tbody><tr>{row}</tr></tbody></table>"
            + (f"<ul>{doubts}</ul>" if doubts else "")
        )

    @property
    def commitments(self) -> tuple[Clause, ...]:
        """The clauses that commit, in order."""
        return tuple(c for c in self.clauses if c.commits)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why two clauses were linked, or what came nearest to a clause that was not.

    ``old`` and ``new`` are the words that matched; ``rival`` is the clause that came second, or
    None; ``rival_score`` is its score, 0..1.
    """

    old: str = ""
    new: str = ""
    rival: Clause | None = None
    rival_score: float = 0.0


Status = Literal["met", "missed", "reported", "silent"]


@dataclass(frozen=True, slots=True)
class TargetFollowUp:
    """How one number that was promised fared: what the review gives for it, ``status`` 'met',
    'missed' or 'reported', ``completion`` and ``difference`` as in FollowUp."""

    target: Target
    reached: Target
    status: Status
    completion: Decimal | None = None
    difference: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the new report's review says of a commitment of the old plan.

    ``status``: 'met' and 'missed' only by a number or a plain statement, 'reported' where it is
    spoken of and neither is clear, 'silent' where the review does not speak of it. ``evidence``
    are clauses of the review, in order. ``target`` is the number that was promised, ``reached``
    the one that the review gives for it; ``completion`` their ratio in per cent, of counts and
    amounts only, ``difference`` how much more was reached, with its unit. Where several numbers
    were promised, ``targets`` says how each fared that the review gives a number for; ``status`` is
    what most of the evidence comes to. ``score``, 0..1: how surely the review speaks of this
    commitment, or, where silent, how surely it does not.
    """

    old: Clause
    status: Status
    evidence: tuple[Clause, ...]
    target: Target | None = None
    reached: Target | None = None
    completion: Decimal | None = None
    difference: str | None = None
    score: float = 1.0
    unsure: tuple[str, ...] = ()
    targets: tuple[TargetFollowUp, ...] = ()

    def __post_init__(self) -> None:
        _require(self.status in get_args(Status), f"no such status: {self.status}")
        _require((self.status == "silent") == (not self.evidence), "evidence unless silent")
        _require(0.0 <= self.score <= 1.0, "a score lies between 0 and 1")

    @property
    def sure(self) -> bool:
        """False where there is any doubt."""
        return not self.unsure


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """A main indicator in both reports: ``target`` and ``next_target`` as promised in the old and
    the new one, ``reached`` as the new one's review says; ``difference``: how much more the new
    target is, with its unit; ``followup`` tells how the old target fared."""

    indicator: str
    target: Target | None
    reached: Target | None
    next_target: Target | None
    difference: str | None
    followup: FollowUp | None


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a report, as shown, with their place: ``source[start:end]`` is where they stand."""

    text: str
    start: int
    end: int

    def __post_init__(self) -> None:
        _require(0 <= self.start < self.end, "a span covers some of the source")


@dataclass(frozen=True, slots=True)
class Moved:
    """Words that left a commitment and stand in ``clause`` of the other report."""

    span: Span
    clause: Clause


@dataclass(frozen=True, slots=True)
class TargetChange:
    """What became of a target: two that measure the same thing, or one without a partner.

    ``kinds``: how the second differs, none where it does not; ``difference``: by how much the new
    number is more, with its unit ('+0.5个百分点', '-20家'), None where that says nothing.
    """

    old: Target | None
    new: Target | None
    kinds: tuple[Kind, ...]
    difference: str | None = None

    def __post_init__(self) -> None:
        _require(self.old is not None or self.new is not None, "a change concerns a target")
        _require(all(kind in KINDS for kind in self.kinds), "unknown kind of change")


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """What became of one commitment. ``old`` is empty when it was added, ``new`` when dropped.

    ``score`` is 0..1: how likely it is right that the two sides are the same commitment, or, of an
    unlinked one, that it has no partner. ``unsure`` names the reasons for doubt; ``sure`` is their
    absence. ``nearest``: of an unlinked one up to three clauses of the other report that come
    closest, the closest first; they stand in plan, review or problems and need not commit.
    ``details`` says per kind what changed, in the words of the report; ``targets`` are the numbers
    that changed, came or went. ``put_in`` and ``taken_out`` are the objects and measures that stand
    nowhere in the other report's plan, in the new and the old one; ``moved_in`` and ``moved_out``
    those that stand in another clause of it, with that clause. ``decided`` names who decided the
    outcome, None where nobody but policydiff did.
    """

    outcome: Outcome
    old: tuple[Clause, ...]
    new: tuple[Clause, ...]
    kinds: tuple[Kind, ...]
    score: float
    unsure: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    evidence: Evidence = Evidence()
    decided: str | None = None
    targets: tuple[TargetChange, ...] = ()
    put_in: tuple[Span, ...] = ()
    taken_out: tuple[Span, ...] = ()
    moved_in: tuple[Moved, ...] = ()
    moved_out: tuple[Moved, ...] = ()
    nearest: tuple[Clause, ...] = ()

    def __post_init__(self) -> None:
        _require(self.outcome in _OUTCOMES, f"no such outcome: {self.outcome}")
        _require(bool(self.old or self.new), "a change concerns a clause")
        _require(bool(self.old) or self.outcome == "added", "only what was added has no old side")
        _require(
            bool(self.new) or self.outcome == "dropped", "only what was dropped has no new side"
        )
        _require(0.0 <= self.score <= 1.0, "a score lies between 0 and 1")
        _require(all(kind in KINDS for kind in self.kinds), "unknown kind of change")
        _require(
            self.outcome != "kept" or KINDS_OF_FORM.issuperset(self.kinds),
            "what was kept differs in form only",
        )

    def __repr__(self) -> str:
        kinds = f" ({', '.join(self.kinds)})" if self.kinds else ""
        text = visible(shortened((*self.old, *self.new)[0].text, _SHOWN))
        counts = f"{len(self.old)} old, {len(self.new)} new"
        return f"<Change {self.outcome}{kinds}: {text} {counts}, score {self.score:.2f}>"

    @property
    def sure(self) -> bool:
        """False where there is any doubt."""
        return not self.unsure
