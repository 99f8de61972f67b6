"""The page of a trajectory: a row for each commitment, a column for each year, and a small line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from policydiff.output.page.frame import Frame, page
from policydiff.output.page.markup import heading, table, tag, text
from policydiff.output.provenance import told
from policydiff.output.steps import heights, is_main, is_measured, step_text
from policydiff.output.titles import title_of
from policydiff.output.words import Words

#: Size of the small line, in pixels, and the room around it.
_WIDTH, _HEIGHT, _RIM = 110, 28, 3
#: What the page opens with: the main targets, other commitments with a number, then the others.
_GROUPS: Final = ("main", "measured", "worded")

#: What is printed in short: what has numbers.
_IN_SUMMARY: Final = frozenset({"main", "measured"})


def years_page(result: Mapping[str, Any], words: Words, *, all: bool) -> str:
    """The page as HTML text, from the result's whole ``to_dict``.

    ``all=False`` leaves out what stands in one year only.
    """
    reports = result["reports"]
    years = [report["year"] for report in reports]
    rows: dict[str, list[str]] = {group: [] for group in _GROUPS}
    for entry in result["commitments"]:
        steps = {step["year"]: step for step in entry["years"]}
        if len(steps) == 1 and not all:
            continue
        rows[_group(entry)].append(_row(entry, steps, years, words))
    heads = [("c-name", words("commitment")), ("c-line", words("course"))]
    heads += [("c-year", _year(report, words)) for report in reports]
    shown = {group: some for group, some in rows.items() if some}
    sections = [
        tag(
            "section",
            heading(words.of("year groups", group), len(some)),
            table("t-years cards", heads, some),
            class_="group" if group in _IN_SUMMARY else "group not-in-summary",
            id=f"g-{group}",
        )
        for group, some in shown.items()
    ]
    first, last = reports[0], reports[-1]
    frame = Frame(
        title=title_of(result, words),
        note=words("years warning", n=sum(map(len, rows.values()))),
        old=(first["name"], first["sha256"]),
        new=(last["name"], last["sha256"]),
        tiles=tuple(
            (f"g-{group}", words.of("year groups", group), len(some))
            for group, some in shown.items()
        ),
        decides=False,
        made_from=[*told(result, words)],
    )
    columns = {"table.t-years": [said for _, said in heads]}
    return page(frame, words, columns, "\n".join([*_notes(result, words), *sections]))


def _year(report: Mapping[str, Any], words: Words) -> str:
    """What stands over the column of a year: its silence tells nothing where the report is cut."""
    year = str(report["year"])
    return year if report["commitments"] else words("without commitments", year=year)


def _notes(result: Mapping[str, Any], words: Words) -> Iterator[str]:
    """What is said of the whole, and what is doubtful about reading a report."""
    said = [words.say(note) for note in result.get("notes", ())]
    said += [
        words("warning of", name=report["name"], text=words.say(doubt))
        for report in result["reports"]
        for doubt in report.get("warnings", ())
    ]
    return (tag("p", text(line), class_="note") for line in said)


def _group(entry: Mapping[str, Any]) -> str:
    if is_measured(entry):
        return "main" if is_main(entry) else "measured"
    return "worded"


def _row(
    entry: Mapping[str, Any],
    steps: Mapping[int, Mapping[str, Any]],
    years: Sequence[int],
    words: Words,
) -> str:
    fates = (
        tag("span", text(words.of("fates", fate)), class_="kind") for fate in entry.get("fates", ())
    )
    cells = [
        tag("td", text(entry["commitment"]), "<br>", *fates),
        tag("td", _line(heights([steps.get(year) for year in years]))),
    ]
    cells += [_cell(steps.get(year), words) for year in years]
    return tag("tr", *cells)


def _cell(step: Mapping[str, Any] | None, words: Words) -> str:
    """What a commitment says in a year, what was reached of it, and where it stands."""
    if step is None:
        return tag("td", "—")
    where = words("line", n=step["line"])
    small = [where]
    if "reached" in step:
        small.insert(0, words("got", n=step_text({"target": step["reached"]}, words)))
    said = [text(step_text(step, words)), " ", tag("small", text(words("then").join(small)))]
    return tag("td", *said, title=f"{step['text']} ({where})")


def _line(numbers: Sequence[float | None]) -> str:
    """A small line through the numbers as SVG; it breaks where a year has none."""
    known = [number for number in numbers if number is not None]
    if len(known) < 2:
        return ""
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = (_WIDTH - 2 * _RIM) / max(1, len(numbers) - 1)
    runs: list[list[str]] = [[]]
    for k, number in enumerate(numbers):
        if number is None:
            runs.append([])
            continue
        height = _HEIGHT - _RIM - (number - low) / span * (_HEIGHT - 2 * _RIM)
        runs[-1].append(f"{_RIM + k * step:.1f},{height:.1f}")
    drawn = "".join(
        f'<polyline points="{" ".join(run)}" fill="none" stroke="#1A56B0" stroke-width="2"/>'
        if len(run) > 1
        else "".join(f'<circle cx="{x}" cy="{y}" r="2" fill="#1A56B0"/>' for x, y in _points(run))
        for run in runs
    )
    return f'<svg width="{_WIDTH}" height="{_HEIGHT}" aria-hidden="true">{drawn}</svg>'


def _points(run: Sequence[str]) -> list[list[str]]:
    return [point.split(",") for point in run]
