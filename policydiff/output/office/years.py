"""Reports of several years as tables: numbers by year, and what ends, begins, hardens, stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from policydiff.output.office.table import Cell, Head, Table, heads, numbered
from policydiff.output.steps import Entry, is_main, is_measured, step_text, target_of
from policydiff.output.words import Words

#: Columns: name, width in Excel, share of a page's width.
_FIRMNESS: Final = (
    *(("no", 6, 4), ("commitment", 50, 44), ("fates", 16, 14), ("strength", 32, 26)),
    *(("last place", 14, 12),),
)
_COMING: Final = (
    *(("no", 6, 4), ("commitment", 50, 46), ("fates", 16, 12), ("first year", 8, 6)),
    *(
        ("last year", 8, 6),
        ("numbers by year", 30, 16),
        ("last place", 14, 10),
        ("goes on", 30, 14),
    ),
)
_STEADY: Final = (
    *(("no", 6, 4), ("commitment", 60, 66), ("years", 24, 18), ("last place", 14, 12)),
)
#: More years than this make no columns on a page: there the numbers stand in one.
_MOST_YEARS_ON_A_PAGE: Final = 8

Steps = Mapping[int, Entry]


def years_tables(result: Entry, words: Words, *, all: bool) -> list[Table]:
    """A table for each question, from the result's whole ``to_dict``.

    ``all=False`` leaves out what stands in one year only.
    """
    years = [report["year"] for report in result["reports"]]
    listed = [e for e in result["commitments"] if all or len(e["years"]) > 1]
    lasting = [entry for entry in listed if len(entry["years"]) > 1]
    measured = [entry for entry in listed if is_measured(entry)]
    main = [entry for entry in measured if is_main(entry)]
    others = [entry for entry in measured if not is_main(entry)]
    tables = [_numbers("main by year", main, years, words)]
    tables.append(_numbers("others by year", others, years, words))
    made = (
        ("firmness", _FIRMNESS, _firmness(lasting, words)),
        ("ends", _COMING, [_coming(e, words) for e in _with(lasting, "ends")]),
        ("begins", _COMING, [_coming(e, words) for e in _with(lasting, "begins", "comes back")]),
        ("steady", _STEADY, [_steady(e, words) for e in lasting if not e.get("fates")]),
        ("once", _STEADY, [_steady(e, words) for e in listed if len(e["years"]) == 1]),
    )
    tables += [
        Table(words.of("year tables", name), heads(columns, words), numbered(rows))
        for name, columns, rows in made
    ]
    tables.append(_wordings(listed, years, words))
    return [table for table in tables if table.rows]


def years_lines(result: Entry, words: Words) -> Iterator[str]:
    """What is said before the tables: of the comparison as a whole, and of reading the reports."""
    yield words("years warning", n=result["summary"]["commitments"])
    yield from map(words.say, result.get("notes", ()))
    for report in result["reports"]:
        yield from (f"{report['name']}: {words.say(s)}" for s in report.get("warnings", ()))


def _with(entries: Sequence[Entry], *fates: str) -> list[Entry]:
    return [entry for entry in entries if not set(fates).isdisjoint(entry.get("fates", ()))]


def _fates(entry: Entry, words: Words) -> str:
    return words("and").join(words.of("fates", fate) for fate in entry.get("fates", ()))


# --- numbers --------------------------------------------------------------------------------------


def _numbers(name: str, entries: Sequence[Entry], years: Sequence[int], words: Words) -> Table:
    """A row for each commitment with a number: as worded in each year, what was reached, and the
    bare numbers, where they have the same unit."""
    reached = [year for year in years if any(_reached(entry, year) for entry in entries)]
    by_year = len(years) <= _MOST_YEARS_ON_A_PAGE
    columns = [Head(words("indicator"), 26, 22)]
    columns += [] if by_year else [Head(words("numbers by year"), 60, 60)]
    columns += [Head(words("fates"), 20, 14), Head(words("last place"), 14, 10)]
    columns += [Head(words("target of", year=year), 14, 9 * by_year) for year in years]
    columns += [Head(words("reached of", year=year), 12, 8 * by_year) for year in reached]
    columns += [Head(words("unit"), 8), *(Head(words("number of", year=y), 10) for y in years)]
    rows = [_number_row(entry, years, reached, words) for entry in entries]
    return Table(words.of("year tables", name), columns, rows)


def _number_row(
    entry: Entry, years: Sequence[int], reached: Sequence[int], words: Words
) -> list[Cell]:
    steps = _steps(entry)
    unit = next((u for s in reversed(entry["years"]) if (u := target_of(s).get("unit"))), None)
    targets = [target_of(steps.get(year, {})) for year in years]
    course = _by_year(entry["years"], lambda step: step_text(step, words))
    return [
        entry["commitment"],
        *([] if len(years) <= _MOST_YEARS_ON_A_PAGE else [course]),
        _fates(entry, words),
        _last_place(entry, words),
        *(step_text(steps[year], words) if year in steps else "—" for year in years),
        *(_reached(entry, year, words) for year in reached),
        unit,
        *(target.get("value") if target.get("unit") == unit else None for target in targets),
    ]


def _steps(entry: Entry) -> Steps:
    return {step["year"]: step for step in entry["years"]}


def _reached(entry: Entry, year: int, words: Words | None = None) -> str:
    """What the report of the next year gives for the target of a year; '' for nothing."""
    target = _steps(entry).get(year, {}).get("reached")
    if target is None:
        return ""
    return step_text({"target": target}, words) if words else "reached"


def _by_year(steps: Iterable[Entry], said: Any) -> str:
    """What is said of each year, years with the same together: 8%左右 (2010—2011) → 7.5% (2012)."""
    runs = []
    for what, equal in groupby(steps, key=said):
        years = [step["year"] for step in equal]
        span = f"{years[0]}" if len(years) == 1 else f"{years[0]}—{years[-1]}"
        runs.append(f"{what} ({span})")
    return " → ".join(runs)


def _last_place(entry: Entry, words: Words) -> str:
    last = entry["years"][-1]
    return words("year and line", year=last["year"], line=last["line"])


# --- words ----------------------------------------------------------------------------------------


def _firmness(entries: Sequence[Entry], words: Words) -> list[list[Cell]]:
    """What hardens or softens; the numbers of one clause do so together."""
    rows: dict[tuple[str, str], list[Cell]] = {}
    for entry in _with(entries, "hardens", "softens"):
        text, steps = entry["years"][-1]["text"], entry["years"]
        course = _by_year(steps, lambda step: words.of("strengths", step.get("strength", "plain")))
        fates = [fate for fate in entry["fates"] if fate in ("hardens", "softens")]
        said = words("and").join(words.of("fates", fate) for fate in fates)
        rows.setdefault((text, course), [text, said, course, _last_place(entry, words)])
    return list(rows.values())


def _coming(entry: Entry, words: Words) -> list[Cell]:
    steps = entry["years"]
    measured = [step for step in steps if "value" in target_of(step)]
    goes_on = [
        words(name, text=entry[key]["text"])
        for key, name in (("comes_from", "comes from"), ("goes_into", "goes into"))
        if key in entry
    ]
    return [
        steps[-1]["text"],
        _fates(entry, words),
        steps[0]["year"],
        steps[-1]["year"],
        _by_year(measured, lambda step: step_text(step, words)),
        _last_place(entry, words),
        "\n".join(goes_on),
    ]


def _steady(entry: Entry, words: Words) -> list[Cell]:
    steps = entry["years"]
    years = words("and").join(str(step["year"]) for step in steps)
    return [steps[-1]["text"], years, _last_place(entry, words)]


def _wordings(entries: Sequence[Entry], years: Sequence[int], words: Words) -> Table:
    """Every commitment with its words of each year; in Excel alone, a page is too narrow."""
    columns = [Head(words("no"), 6), Head(words("commitment"), 26), Head(words("fates"), 16)]
    columns += [Head(words("wording of", year=year), 36) for year in years]
    rows = [
        [
            entry["commitment"],
            _fates(entry, words),
            *(_worded(_steps(entry).get(year), words) for year in years),
        ]
        for entry in entries
    ]
    return Table(words.of("year tables", "wordings"), columns, numbered(rows))


def _worded(step: Entry | None, words: Words) -> str:
    return "" if step is None else f"{step['text']} ({words('line', n=step['line'])})"
