"""The result as plain data, YAML and JSON, and as a few lines for people. No judgement here."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from importlib import resources
from typing import Any, Final

import yaml

from policydiff.errors import visible
from policydiff.models import STRENGTHS, Change, Clause, Document, Outcome, Target

#: Of the result's layout; raised when a key changes its meaning or goes away.
FORMAT = 1
#: Lines are never folded: a fold in the middle of Chinese text shows as a space.
_WIDTH = 10**9
#: What the reviewer asks for first stands first.
_ORDER: tuple[Outcome, ...] = ("dropped", "changed", "added", "kept")


def to_dict(
    old: Document,
    new: Document,
    changes: Sequence[Change],
    notes: Sequence[str],
    *,
    kept: bool,
    repairs: bool = False,
) -> dict[str, Any]:
    """The result in the layout that schema.json describes; ``repairs`` lists every one."""
    shown = {outcome: [c for c in changes if c.outcome == outcome] for outcome in _ORDER}
    result: dict[str, Any] = {
        "policydiff": FORMAT,
        "old": document_entry(old, repairs=repairs),
        "new": document_entry(new, repairs=repairs),
        "summary": {outcome: len(shown[outcome]) for outcome in _ORDER}
        | {"unsure": sum(not c.sure for c in changes)},
    }
    if notes:
        result["notes"] = [visible(note) for note in notes]  # notes name files, see document_entry
    for outcome in _ORDER:
        if kept or outcome != "kept":
            result[outcome] = [_change(c) for c in shown[outcome]]
    return result


def document_entry(document: Document, *, repairs: bool = False) -> dict[str, Any]:
    """What is said of a report; with ``repairs`` every repair of it."""
    counts: dict[str, int] = {}
    for repair in document.repairs:
        counts[repair.kind] = counts.get(repair.kind, 0) + 1
    entry: dict[str, Any] = {
        # A file name may hold what no text may: bytes that are no UTF-8, line breaks.
        "name": visible(document.name),
        "title": document.title,
        "region": document.region,
        "year": document.year,
        "encoding": document.encoding,
        "commitments": len(document.commitments),
        "repairs": dict(sorted(counts.items())),
    }
    if repairs:
        entry["mended"] = _mended(document)
    return entry


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


def _change(change: Change) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if change.kinds:
        entry["kinds"] = list(change.kinds)
    if change.details:
        entry["details"] = list(change.details)
    if change.old:
        entry["old"] = [clause_entry(c) for c in change.old]
    if change.new:
        entry["new"] = [clause_entry(c) for c in change.new]
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


def clause_entry(clause: Clause) -> dict[str, Any]:
    """A clause with its place; plain strength and an empty list of targets are left out."""
    entry: dict[str, Any] = {
        "text": clause.text,
        "section": " > ".join(clause.section),
        "line": clause.line,
        "span": [clause.start, clause.end],
    }
    if clause.strength != "plain":
        entry["strength"] = clause.strength
    if clause.targets:
        entry["targets"] = [target_entry(t) for t in clause.targets]
    return entry


def target_entry(target: Target) -> dict[str, Any]:
    """A target without what it does not have."""
    entry: dict[str, Any] = {"indicator": target.indicator}
    if target.masked:
        entry["masked"] = True
    elif target.value is not None:
        entry["value"] = plain_number(target.value)
        if target.upper is not None:
            entry["upper"] = plain_number(target.upper)
    if target.unit is not None:
        entry["unit"] = target.unit
    entry["bound"] = target.bound
    if target.deadline:
        entry["deadline"] = target.deadline
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


# --- text -----------------------------------------------------------------------------------------

#: Line breaks of any kind. Quoted once, PyYAML would put them into the text as they are: over
#: several lines, and U+0085 comes back as something else.
_BREAKS: Final = re.compile("[\n\r\x85\u2028\u2029]")
#: Strings that PyYAML, which follows YAML 1.1, leaves bare, and other readers take for something
#: else: numbers of YAML 1.2 (1e5, 0o17), and the one-letter booleans of YAML 1.1.
_AMBIGUOUS: Final = re.compile(
    r"[-+]?(?:0o[0-7]+|0x[0-9a-fA-F]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)|[yYnN]"
)
#: Characters over which libyaml and PyYAML's own emitter agree to the byte: ASCII, Chinese
#: characters and marks. Beyond the basic plane, for one, they do not.
_COMMON: Final = re.compile("[ -~\u4e00-\u9fff，。、；：！？（）《》〈〉【】“”‘’…—－～·→％]*")
#: Characters that JSON allows in strings as they are, and that terminals or programs mistake for
#: commands and line ends.
_UNSAFE_IN_JSON: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


class _Dumper(yaml.SafeDumper):
    """Plain block style: no anchors, short lists of numbers in one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _QuickDumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """The same by libyaml, where PyYAML was built with it: some ten times faster."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _list(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    short = all(isinstance(x, int) for x in data)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=short)


def _string(dumper: yaml.SafeDumper, data: str) -> yaml.Node:
    style = None
    if _BREAKS.search(data):
        style = '"'
    elif _AMBIGUOUS.fullmatch(data):
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


for _dumper in (_Dumper, _QuickDumper):
    _dumper.add_representer(list, _list)
    _dumper.add_representer(str, _string)


def _is_common(data: object) -> bool:
    """Whether all text in some data is made of characters that both emitters write alike."""
    if isinstance(data, str):
        return _COMMON.fullmatch(data) is not None
    if isinstance(data, dict):
        return all(_is_common(k) and _is_common(v) for k, v in data.items())
    return all(map(_is_common, data)) if isinstance(data, list) else True


def to_yaml(result: dict[str, Any]) -> str:
    """YAML text of the result; reading it back gives the same data.

    The same bytes on every machine: the quick emitter is used only for text that PyYAML's own
    would write alike.
    """
    dumper = _QuickDumper if _is_common(result) else _Dumper
    text: str = yaml.dump(result, Dumper=dumper, allow_unicode=True, width=_WIDTH, sort_keys=False)
    return text


def to_json(result: dict[str, Any]) -> str:
    """JSON text of the result; reading it back gives the same data."""
    text = json.dumps(result, ensure_ascii=False, allow_nan=False, indent=2)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def schema(of: str = "comparison") -> dict[str, Any]:
    """The JSON Schema (2020-12) of a ``to_dict``, and so of the YAML and the JSON.

    ``of`` is 'comparison', 'corpus' or 'trajectory'.

    >>> schema()["properties"]["policydiff"]["const"] == FORMAT
    True
    """
    name = "schema.json" if of == "comparison" else f"schema-{of}.json"
    loaded: dict[str, Any] = json.loads(
        (resources.files("policydiff.output") / name).read_text(encoding="utf-8")
    )
    return loaded


# --- a few lines for people -----------------------------------------------------------------------

#: A summary has at most this many lines, of which so many show what was dropped.
_SUMMARY_LINES: Final = 12
_SUMMARY_DROPPED: Final = 5
#: Of a clause, in characters; Chinese ones take two columns each.
_SUMMARY_TEXT: Final = 34


def summary(result: dict[str, Any]) -> str:
    """At most 12 lines for people, of a result's dict; one printable line each.

    The dropped commitments that a reader will ask about first are shown: the sure ones, those with
    numbers, those in firm words; ``line`` is their line in the old report.

    >>> old = {"name": "a.txt", "region": "甲县", "year": 2024, "commitments": 7}
    >>> new = {"name": "b.txt", "region": "甲县", "year": None, "commitments": 9}
    >>> clause = {"text": "新建学校3所。", "line": 12, "targets": []}
    >>> counts = {"dropped": 1, "changed": 2, "added": 3, "kept": 4, "unsure": 5}
    >>> print(summary({"old": old, "new": new, "summary": counts,
    ...     "dropped": [{"old": [clause], "sure": True}]}))
    old: a.txt (甲县 2024), 7 commitments
    new: b.txt (甲县), 9 commitments
    dropped 1, changed 2, added 3, kept 4; not sure of 5
    dropped:
      line 12: 新建学校3所。
    """
    counts = result["summary"]
    outcomes = ", ".join(f"{outcome} {counts[outcome]}" for outcome in _ORDER)
    lines = [
        summed_up("old", result["old"]),
        summed_up("new", result["new"]),
        f"{outcomes}; not sure of {counts['unsure']}",
        *(f"note: {note}" for note in result.get("notes", [])),
    ]
    room = min(_SUMMARY_DROPPED, _SUMMARY_LINES - len(lines) - 1)
    dropped = sorted(result["dropped"], key=_importance)
    if dropped and room > 0:
        hidden = len(dropped) - room
        lines.append(f"dropped, {room} of {len(dropped)}:" if hidden > 0 else "dropped:")
        lines += [_shown_briefly(change) for change in dropped[:room]]
    return "\n".join(visible(line) for line in lines[:_SUMMARY_LINES])


def summed_up(side: str, document: dict[str, Any]) -> str:
    """A report in one line: what it is here, its name, region, year and size."""
    about = " ".join(str(document[key]) for key in ("region", "year") if document[key] is not None)
    number = document["commitments"]
    return (
        f"{side}: {document['name']}{f' ({about})' if about else ''}, "
        f"{number} commitment{'' if number == 1 else 's'}"
    )


def _importance(change: dict[str, Any]) -> tuple[bool, bool, int]:
    """What is to be shown first has the smallest; equals stay in the order of the report."""
    clause = change["old"][0]
    numbers = any(target["bound"] != "relative" for target in clause.get("targets", ()))
    return (not change["sure"], not numbers, STRENGTHS.index(clause.get("strength", "plain")))


def _shown_briefly(change: dict[str, Any]) -> str:
    clause = change["old"][0]
    doubt = "" if change["sure"] else " (not sure)"
    return f"  line {clause['line']}: {shortened(clause['text'])}{doubt}"


def shortened(text: str, room: int = _SUMMARY_TEXT) -> str:
    """At most ``room`` characters of a text.

    >>> shortened("新建农村学校30所。", 7)
    '新建农村学校…'
    """
    return text if len(text) <= room else text[: room - 1] + "…"
