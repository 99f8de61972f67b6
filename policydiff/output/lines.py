"""A few lines for people: a result's dict as a dozen printable lines."""

from __future__ import annotations

from typing import Any, Final

from policydiff.errors import shortened, visible
from policydiff.models import STRENGTHS
from policydiff.output.data import ORDER

#: A summary has at most this many lines, of which so many show what was dropped.
_SUMMARY_LINES: Final = 12
_SUMMARY_DROPPED: Final = 5
#: And so many of the main indicators.
_SUMMARY_INDICATORS: Final = 3
#: Of a clause, in characters; Chinese ones take two columns each.
SUMMARY_TEXT: Final = 34


def comparison_lines(result: dict[str, Any]) -> str:
    """At most 12 lines for people, of a result's dict; one printable line each.

    The dropped commitments that a reader will ask about first are shown: the sure ones, those with
    numbers, those in firm words; ``line`` is their line in the old report.

    >>> old = {"name": "a.txt", "region": "甲县", "year": 2024, "commitments": 7}
    >>> new = {"name": "b.txt", "region": "甲县", "year": None, "commitments": 9}
    >>> clause = {"text": "新建学校3所。", "line": 12, "targets": []}
    >>> counts = {"dropped": 1, "changed": 2, "added": 3, "kept": 4, "unsure": 5}
    >>> print(comparison_lines({"old": old, "new": new, "summary": counts,
    ...     "dropped": [{"old": [clause], "sure": True}]}))
    old: a.txt (甲县 2024), 7 commitments
    new: b.txt (甲县), 9 commitments
    dropped 1, changed 2, added 3, kept 4; not sure of 5
    dropped:
      line 12: 新建学校3所。
    """
    counts = result["summary"]
    outcomes = ", ".join(f"{outcome} {counts[outcome]}" for outcome in ORDER)
    if counts.get("reported_on"):
        outcomes = outcomes.replace(",", f" ({counts['reported_on']} reported on),", 1)
    lines = [
        summed_up("old", result["old"]),
        summed_up("new", result["new"]),
        f"{outcomes}; not sure of {counts['unsure']}",
        *(f"note: {note}" for note in result.get("notes", [])),
        *warned(result["old"]),
        *warned(result["new"]),
        *map(_indicator, _told(result)),
    ][:_SUMMARY_LINES]
    room = min(_SUMMARY_DROPPED, _SUMMARY_LINES - len(lines) - 1)
    dropped = sorted(result["dropped"], key=_importance)
    if dropped and room > 0:
        hidden = len(dropped) - room
        lines.append(f"dropped, {room} of {len(dropped)}:" if hidden > 0 else "dropped:")
        lines += [_shown_briefly(change) for change in dropped[:room]]
    return "\n".join(map(visible, lines))


def warned(document: dict[str, Any]) -> list[str]:
    """A line for each doubt about the reading of a report."""
    return [f"warning: {document['name']}: {doubt}" for doubt in document.get("warnings", [])]


def _told(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The main indicators of which a target and a result are known, the first few."""
    rows = [row for row in result.get("indicators", ()) if "target" in row and "reached" in row]
    return rows[:_SUMMARY_INDICATORS]


def _indicator(row: dict[str, Any]) -> str:
    numbers = (f"{row[side]['value']}{row[side].get('unit', '')}" for side in ("target", "reached"))
    target, reached = numbers
    return f"{row['indicator']}: target {target}, reached {reached} ({row['status']})"


def summed_up(side: str, document: dict[str, Any]) -> str:
    """A report in one line: what it is here, its name, region, year and size."""
    about = " ".join(str(document[key]) for key in ("region", "year") if document[key] is not None)
    number = document["commitments"]
    return (
        f"{side}: {document['name']}{f' ({about})' if about else ''}, "
        f"{number} commitment{'' if number == 1 else 's'}"
    )


def _importance(change: dict[str, Any]) -> tuple[bool, bool, bool, int]:
    """What is to be shown first has the smallest; equals stay in the order of the report. What was
    planned for a term of years is asked about last."""
    clause = change["old"][0]
    numbers = any(target["bound"] != "relative" for target in clause.get("targets", ()))
    strength = STRENGTHS.index(clause.get("strength", "plain"))
    return clause.get("outlook", False), not change["sure"], not numbers, strength


def _shown_briefly(change: dict[str, Any]) -> str:
    clause = change["old"][0]
    doubt = "" if change["sure"] else " (not sure)"
    return f"  line {clause['line']}: {shortened(clause['text'], SUMMARY_TEXT)}{doubt}"


# --- of a report and a corpus ---------------------------------------------------------------------

#: What is missing and what could not be read, as far as shown.
_SUMMARY_MISSING: Final = 4
_SUMMARY_UNREAD: Final = 3
_SUMMARY_EXTREMES: Final = 1


def corpus_lines(result: dict[str, Any]) -> str:
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
    for name in ("commonest", "rarest"):
        lines += [
            f"{name}, in {entry['reports']} of {corpus['reports']}, its kind in"
            f" {entry['similar']} more: {shortened(entry['text'], SUMMARY_TEXT)}"
            for entry in result.get(name, [])[:_SUMMARY_EXTREMES]
        ]
    if missing:
        lines.append(f"missing here, made by at least {result['options']['gap']} of the others:")
        lines += [
            f"  {entry['reports']} of {entry['of']} ({entry['share']:.0%} weighted):"
            f" {_about(entry)}{'' if entry['sure'] else ' (not sure)'}"
            for entry in missing[:_SUMMARY_MISSING]
        ]
    return "\n".join(visible(line) for line in lines)


def _about(entry: dict[str, Any]) -> str:
    """What is missing: what its wordings have in common, and one of them."""
    words = " / ".join(entry.get("words", ()))
    return shortened(f"{words}: {entry['text']}" if words else entry["text"], SUMMARY_TEXT)
