"""Results as plain data, in the layout that schema.json describes. No judgement here."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, overload

from policydiff.errors import readable, visible
from policydiff.models import (
    Change,
    Clause,
    Document,
    FollowUp,
    IndicatorRow,
    Moved,
    Outcome,
    Span,
    Target,
    TargetChange,
    TargetFollowUp,
)
from policydiff.output.files import Plain, ResultKind
from policydiff.output.groups import identifiers
from policydiff.version import __version__

#: Of the results' layout; raised when a key changes its meaning or goes away.
FORMAT: Final = 2
#: What the reviewer asks for first stands first.
ORDER: tuple[Outcome, ...] = ("dropped", "changed", "added", "kept")


def head(kind: ResultKind, **options: bool | int | str | dict[str, str]) -> dict[str, Any]:
    """What every result begins with: format, kind, version, and the options that matter."""
    return {
        "policydiff": {"format": FORMAT, "kind": kind, "version": __version__},
        "options": options,
    }


def made_with(**options: int | str | None) -> dict[str, Plain]:
    """What each row says of its making: the options that matter, and the version.

    >>> made_with(gap=3, semantic=None)["options"]
    'gap: 3'
    """
    told = "; ".join(f"{name}: {value}" for name, value in options.items() if value is not None)
    return {"options": told, "version": __version__}


def comparison_entry(
    old: Document,
    new: Document,
    changes: Sequence[Change],
    notes: Sequence[str],
    followups: Sequence[FollowUp] = (),
    indicators: Sequence[IndicatorRow] = (),
    decisions: tuple[str, str] | None = None,
    semantic: str | None = None,
    *,
    shown: Sequence[Outcome] = ORDER,
    all: bool,
    repairs: bool = False,
) -> dict[str, Any]:
    """A comparison of two reports; the commitments whose outcome is not ``shown`` are only counted.

    ``decisions``: name and SHA-256 of the file of decisions that was applied; ``semantic``: the
    language model that was asked.
    """
    told = {f.old.start: f for f in followups if f.status != "silent"}
    named = list(zip(identifiers(changes), changes, strict=True))
    by_outcome = {outcome: [c for c in changes if c.outcome == outcome] for outcome in ORDER}
    result = head("comparison", all=all, repairs=repairs)
    if decisions is not None:
        name, digest = decisions
        result["options"]["decisions"] = {"name": shown_name(name), "sha256": digest}
    if semantic is not None:
        result["options"]["semantic"] = shown_name(semantic)
    result["old"] = document_entry(old, repairs=repairs)
    result["new"] = document_entry(new, repairs=repairs)
    result["summary"] = {outcome: len(by_outcome[outcome]) for outcome in ORDER}
    if followups:
        result["summary"]["reported_on"] = sum(bool(_told(c, told)) for c in by_outcome["dropped"])
    result["summary"]["unsure"] = sum(not c.sure for c in changes)
    if notes:
        result["notes"] = [visible(note) for note in notes]  # notes name files, see document_entry
    if indicators:
        result["indicators"] = [indicator_entry(row) for row in indicators]
    for outcome in shown:
        result[outcome] = [
            _change(change, _told(change, told)) | {"id": name}
            for name, change in named
            if change.outcome == outcome
        ]
    return result


def _told(change: Change, followups: Mapping[int, FollowUp]) -> list[FollowUp]:
    """What the new review says of the old clauses of a change."""
    return [followups[clause.start] for clause in change.old if clause.start in followups]


def indicator_entry(row: IndicatorRow) -> dict[str, Any]:
    """A main indicator in both reports, without what it does not have."""
    entry: dict[str, Any] = {"indicator": row.indicator}
    sides = ("target", row.target), ("reached", row.reached), ("next_target", row.next_target)
    for name, target in sides:
        if target is not None:
            entry[name] = target_entry(target)
    if row.difference is not None:
        entry["difference"] = row.difference
    if row.followup is not None:
        entry["status"] = row.followup.status
        if row.followup.completion is not None:
            entry["completion"] = plain_number(row.followup.completion)
    return entry


def _fared(one: TargetFollowUp) -> dict[str, Any]:
    """How one of several numbers fared."""
    entry: dict[str, Any] = {
        "target": target_entry(one.target),
        "reached": target_entry(one.reached),
        "status": one.status,
    }
    if one.completion is not None:
        entry["completion"] = plain_number(one.completion)
    if one.difference is not None:
        entry["difference"] = one.difference
    return entry


def followup_entry(followup: FollowUp) -> dict[str, Any]:
    """What the review says of a commitment, with the places where it does."""
    entry: dict[str, Any] = {"status": followup.status}
    if followup.reached is not None:
        entry["reached"] = target_entry(followup.reached)
    if followup.completion is not None:
        entry["completion"] = plain_number(followup.completion)
    if followup.difference is not None:
        entry["difference"] = followup.difference
    if len(followup.targets) > 1:
        entry["targets"] = [_fared(one) for one in followup.targets]
    entry["evidence"] = [{"text": c.text, "line": c.line} for c in followup.evidence]
    entry["score"] = round(followup.score, 2)
    if followup.unsure:
        entry["unsure"] = list(followup.unsure)
    return entry


def document_entry(document: Document, *, repairs: bool = False) -> dict[str, Any]:
    """What is said of a report; with ``repairs`` every repair of it."""
    counts: dict[str, int] = {}
    for repair in document.repairs:
        counts[repair.kind] = counts.get(repair.kind, 0) + 1
    entry: dict[str, Any] = {
        # A file name may hold what no text may: bytes that are no UTF-8, line breaks.
        "name": shown_name(document.name),
        "sha256": document.sha256,
        "title": document.title,
        "region": shown_name(document.region),
        "level": document.level,
        "year": document.year,
        "encoding": document.encoding,
        "commitments": len(document.commitments),
        "repairs": dict(sorted(counts.items())),
    }
    if document.warnings:
        entry["warnings"] = [visible(warning) for warning in document.warnings]
    if repairs:
        entry["mended"] = _mended(document)
    return entry


@overload
def shown_name(name: str) -> str: ...
@overload
def shown_name(name: None) -> None: ...
def shown_name(name: str | None) -> str | None:
    """The name of a file, folder or region as it is shown: one printable line of any name."""
    return None if name is None else visible(readable(name))


def _mended(document: Document) -> list[dict[str, Any]]:
    """Every repair of a report, in order: where, what, and why."""
    breaks = [m.start() for m in re.finditer("\n", document.source)]
    return [
        {
            "kind": repair.kind,
            "line": bisect_left(breaks, repair.start) + 1,
            "span": [repair.start, repair.end],
            "before": repair.before,
            "after": repair.after,
            "why": repair.why,
        }
        for repair in document.repairs
    ]


def _change(change: Change, followups: Sequence[FollowUp] = ()) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if change.kinds:
        entry["kinds"] = list(change.kinds)
    if change.details:
        entry["details"] = list(change.details)
    if change.old:
        entry["old"] = [clause_entry(c) for c in change.old]
    if change.new:
        entry["new"] = [clause_entry(c) for c in change.new]
    if change.targets:
        entry["targets"] = [_target_change(t) for t in change.targets]
    for key, spans in (("put_in", change.put_in), ("taken_out", change.taken_out)):
        if spans:
            entry[key] = [_span(span) for span in spans]
    for key, moves in (("moved_in", change.moved_in), ("moved_out", change.moved_out)):
        if moves:
            entry[key] = [_moved(moved) for moved in moves]
    if followups:
        entry["followup"] = [followup_entry(followup) for followup in followups]
    entry["score"] = round(change.score, 2)
    entry["sure"] = change.sure
    if change.unsure:
        entry["unsure"] = list(change.unsure)
    if change.outcome in ("kept", "changed") and "reworded" in change.kinds:
        # Often the very words stand in both; then they are said once.
        entry["matched"] = list(dict.fromkeys((change.evidence.old, change.evidence.new)))
    if change.nearest:
        entry["nearest"] = [_near(clause) for clause in change.nearest]
    if change.evidence.rival is not None and change.old and change.new and not change.sure:
        entry["rival"] = {
            "text": change.evidence.rival.text,
            "line": change.evidence.rival.line,
            "score": round(change.evidence.rival_score, 2),
        }
    if change.decided is not None:
        entry["decided"] = change.decided
    return entry


def _near(clause: Clause) -> dict[str, Any]:
    """A clause that comes close to a commitment, with the section that it stands in."""
    entry: dict[str, Any] = {"text": clause.text}
    if clause.section:
        entry["section"] = " > ".join(clause.section)
    return entry | {"line": clause.line, "part": clause.part}


def _target_change(change: TargetChange) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if change.old is not None:
        entry["old"] = target_entry(change.old)
    if change.new is not None:
        entry["new"] = target_entry(change.new)
    entry["kinds"] = list(change.kinds)
    if change.difference is not None:
        entry["difference"] = change.difference
    return entry


def _span(span: Span) -> dict[str, Any]:
    return {"text": span.text, "span": [span.start, span.end]}


def _moved(moved: Moved) -> dict[str, Any]:
    """Words, with the clause of the other report in which they stand."""
    clause = {"text": moved.clause.text, "line": moved.clause.line}
    return _span(moved.span) | {"clause": clause}


def clause_entry(clause: Clause) -> dict[str, Any]:
    """A clause with its place; what it does not have and plain strength are left out."""
    entry: dict[str, Any] = {
        "text": clause.text,
        "section": " > ".join(clause.section),
        "line": clause.line,
        "span": [clause.start, clause.end],
    }
    if clause.strength != "plain":
        entry["strength"] = clause.strength
    if clause.body:
        entry["body"] = clause.body
    if clause.deadline and not clause.targets:
        entry["deadline"] = clause.deadline
    if clause.outlook:
        entry["outlook"] = True
    if clause.targets:
        entry["targets"] = [target_entry(t) for t in clause.targets]
    return entry


#: What most numbers of a plan are; it goes without saying.
_USUAL: Final = frozenset({None, "level", "annual"})


def target_entry(target: Target) -> dict[str, Any]:
    """A target without what it does not have, and without what goes without saying."""
    entry: dict[str, Any] = {"indicator": target.indicator}
    if target.indicator_id is not None and target.indicator_id != target.indicator:
        entry["id"] = target.indicator_id
    if target.masked:
        entry["masked"] = True
    elif target.value is not None:
        entry["value"] = plain_number(target.value)
        if target.upper is not None:
            entry["upper"] = plain_number(target.upper)
    if target.unit is not None:
        entry["unit"] = target.unit
    entry["bound"] = target.bound
    if target.measure not in _USUAL and target.measure != target.bound:
        entry["measure"] = target.measure
    if target.deadline:
        entry["deadline"] = target.deadline
    if target.horizon not in _USUAL:
        entry["horizon"] = target.horizon
    if target.headline:
        entry["headline"] = True
    return entry


#: Every decimal number of up to 15 digits survives the way into a float and back (IEEE 754).
_DIGITS: Final = 15


def plain_number(value: Decimal) -> int | float | str:
    """The number, exactly: as int or float; one too long for that as its digits in a string.

    >>> [plain_number(Decimal(written)) for written in ("2.6", "20.0", "0." + "1" * 20)]
    [2.6, 20, '0.11111111111111111111']
    """
    if len(value.as_tuple().digits) > _DIGITS or abs(value.adjusted()) >= _DIGITS:
        return f"{value:f}"
    return int(value) if value == value.to_integral_value() else float(value)


# --- flat ---------------------------------------------------------------------------------------


def document_title(document: Document) -> str:
    """A report in a few words: its name, region and year."""
    about = " ".join(str(part) for part in (document.region, document.year) if part is not None)
    return shown_name(f"{document.name} ({about})" if about else document.name)


def change_row(
    change: Change,
    old: Document,
    new: Document,
    name: str,
    followups: Sequence[FollowUp] = (),
    decisions: str | None = None,
    semantic: str | None = None,
) -> dict[str, Plain]:
    """A change as a flat row. Clauses on one side are joined; the place is that of the first.

    ``name``: what names it in decisions; ``decisions``: the SHA-256 of those that were applied;
    ``semantic``: the language model that was asked.
    """
    told = _told(change, {followup.old.start: followup for followup in followups})
    return {
        "outcome": change.outcome,
        "kinds": "; ".join(change.kinds),
        "details": "; ".join(change.details),
        **_side_cells("old", change.old, old),
        **_side_cells("new", change.new, new),
        "followup": "; ".join(followup.status for followup in told),
        "reached": "; ".join(followup.reached.text for followup in told if followup.reached),
        "score": round(float(change.score), 2),
        "sure": change.sure,
        "unsure": "; ".join(change.unsure),
        "decided": change.decided,
        "id": name,
        "old_sha256": old.sha256,
        "new_sha256": new.sha256,
        "decisions_sha256": decisions,
        **made_with(semantic=shown_name(semantic)),
    }


def _side_cells(side: str, clauses: Sequence[Clause], document: Document) -> dict[str, Plain]:
    cells = clause_cells(*clauses) if clauses else dict.fromkeys(_CLAUSE_CELLS)
    about = {"region": shown_name(document.region), "year": document.year}
    return {f"{side}_{name}": value for name, value in (about | cells).items()}


_CLAUSE_CELLS: Final = ("text", "section", "line", "start", "end", "strength")


def clause_cells(*clauses: Clause) -> dict[str, Plain]:
    """The cells of a clause, or of some that are joined: then texts stand one to a line.

    The rest is said of the first of them.
    """
    first = clauses[0]
    return {
        "text": "\n".join(clause.text for clause in clauses),
        "section": " > ".join(first.section),
        "line": first.line,
        "start": first.start,
        "end": first.end,
        "strength": first.strength,
    }


def target_cells(target: Target | None) -> dict[str, Plain]:
    """The cells of a target, all empty without one."""
    if target is None:
        return dict.fromkeys(_TARGET_CELLS)
    # Of one type in every row: 6 is 6.0, and a number of more than 15 digits the nearest float.
    numbers = (target.value, target.upper, target.base)
    value, upper, base = (None if n is None else float(n) for n in numbers)
    cells = (
        *(target.indicator, target.indicator_id, value, upper, target.unit, base),
        *(target.base_unit, target.bound, target.measure, target.deadline, target.horizon),
        *(target.headline, target.masked),
    )
    return dict(zip(_TARGET_CELLS, cells, strict=True))


_TARGET_CELLS: Final = (
    *("indicator", "indicator_id", "value", "upper", "unit", "base", "base_unit", "bound"),
    *("measure", "deadline", "horizon", "headline", "masked"),
)
