"""The result as plain data, YAML and JSON, and as a few lines for people. No judgement here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import yaml

from policydiff.models import Change, Clause, Document, Outcome, Target

#: Of the result's layout; raised when a key changes its meaning or goes away.
FORMAT = 1
#: Lines are never folded: a fold in the middle of Chinese text shows as a space.
_WIDTH = 10**9
#: What the reviewer asks for first stands first.
_ORDER: tuple[Outcome, ...] = ("dropped", "changed", "added", "kept")


def to_dict(
    old: Document, new: Document, changes: Sequence[Change], notes: Sequence[str], *, kept: bool
) -> dict[str, Any]:
    """The result in the layout that schema.json describes."""
    shown = {outcome: [c for c in changes if c.outcome == outcome] for outcome in _ORDER}
    result: dict[str, Any] = {
        "policydiff": FORMAT,
        "old": _document(old),
        "new": _document(new),
        "summary": {outcome: len(shown[outcome]) for outcome in _ORDER}
        | {"unsure": sum(not c.sure for c in changes)},
    }
    if notes:
        result["notes"] = list(notes)
    for outcome in _ORDER:
        if kept or outcome != "kept":
            result[outcome] = [_change(c) for c in shown[outcome]]
    return result


def _document(document: Document) -> dict[str, Any]:
    repairs: dict[str, int] = {}
    for repair in document.repairs:
        repairs[repair.kind] = repairs.get(repair.kind, 0) + 1
    return {
        "name": document.name,
        "title": document.title,
        "region": document.region,
        "year": document.year,
        "encoding": document.encoding,
        "commitments": len(document.commitments),
        "repairs": dict(sorted(repairs.items())),
    }


def _change(change: Change) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if change.kinds:
        entry["kinds"] = list(change.kinds)
    if change.details:
        entry["details"] = list(change.details)
    if change.old:
        entry["old"] = [_clause(c) for c in change.old]
    if change.new:
        entry["new"] = [_clause(c) for c in change.new]
    entry["score"] = round(change.score, 2)
    entry["sure"] = change.sure
    if change.unsure:
        entry["unsure"] = list(change.unsure)
    if change.outcome in ("kept", "changed") and "reworded" in change.kinds:
        entry["matched"] = [change.evidence.old, change.evidence.new]
    if change.evidence.rival is not None and not change.sure:
        entry["rival"] = {
            "text": change.evidence.rival.text,
            "line": change.evidence.rival.line,
            "score": round(change.evidence.rival_score, 2),
        }
    return entry


def _clause(clause: Clause) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "text": clause.text,
        "section": " > ".join(clause.section),
        "line": clause.line,
        "span": [clause.start, clause.end],
    }
    if clause.strength != "plain":
        entry["strength"] = clause.strength
    if clause.targets:
        entry["targets"] = [_target(t) for t in clause.targets]
    return entry


def _target(target: Target) -> dict[str, Any]:
    entry: dict[str, Any] = {"indicator": target.indicator}
    if target.masked:
        entry["masked"] = True
    elif target.value is not None:
        entry["value"] = _number(target.value)
        if target.upper is not None:
            entry["upper"] = _number(target.upper)
    if target.unit is not None:
        entry["unit"] = target.unit
    entry["bound"] = target.bound
    if target.deadline:
        entry["deadline"] = target.deadline
    return entry


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


class _Dumper(yaml.SafeDumper):
    """Plain block style: no anchors, lists indented under their key, short lists in one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _list(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    short = all(isinstance(x, int) for x in data)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=short)


_Dumper.add_representer(list, _list)


def to_yaml(result: dict[str, Any]) -> str:
    """YAML text of the result; reading it back gives the same data."""
    return yaml.dump(result, Dumper=_Dumper, allow_unicode=True, width=_WIDTH, sort_keys=False)


def to_json(result: dict[str, Any]) -> str:
    """JSON text of the result."""
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"


def summary(result: dict[str, Any]) -> str:
    """A few lines for people, of a result's dict.

    >>> counts = {"dropped": 1, "changed": 2, "added": 3, "kept": 4, "unsure": 5}
    >>> print(summary({"old": {"name": "a.txt", "commitments": 7}, "new": {"name": "b.txt",
    ...     "commitments": 9}, "summary": counts}))
    a.txt: 7 commitments; b.txt: 9 commitments
    dropped 1, changed 2, added 3, kept 4; 5 of them not sure
    """
    old, new, counts = result["old"], result["new"], result["summary"]
    lines = [
        f"{old['name']}: {old['commitments']} commitments; "
        f"{new['name']}: {new['commitments']} commitments",
        ", ".join(f"{outcome} {counts[outcome]}" for outcome in _ORDER)
        + f"; {counts['unsure']} of them not sure",
    ]
    lines += [f"note: {note}" for note in result.get("notes", [])]
    return "\n".join(lines)
