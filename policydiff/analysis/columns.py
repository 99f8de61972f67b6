"""What the columns of a table hold, by their headings: names, units, years, bodies, deadlines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple, get_args

from policydiff.analysis.units import is_unit
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Part
from policydiff.reading.marks import Row, Table

Role = Literal["number", "unit", "body", "deadline", "note", "name", "task", "value"]
_ROLES = frozenset(get_args(Role))

#: A table may have a title across its columns, and headings in two rows.
_HEADER_WITHIN = 3
_HEADER_ROWS = 3
#: Headings of columns are short; a longer cell is content.
_LONGEST_HEADING = 16
#: This share of the headings in a row must be known for it to be a header.
_KNOWN = 0.6
_YEAR = compile_pattern(r"20[0-9]{2}")
_WHITE = compile_pattern(r"\s+")


class Column(NamedTuple):
    """One column. ``kind``, ``year`` and ``growth`` are those of numbers: 'target' or 'actual', the
    year as written or counted from the plan's (0, -1), and the word that the number is a rate by.
    ``unit`` is one that stands in brackets in the heading.
    ``part``: the part of the report that its cells belong to; None where that of the text around
    them holds.
    """

    role: Role
    kind: str | None = None
    year: int | None = None
    growth: str = ""
    unit: str = ""
    part: Part | None = None


class Header(NamedTuple):
    """The columns of a table by their numbers, and its first row below the headings.

    ``first``: the row in which the headings begin; above it is a title.
    """

    columns: Mapping[int, Column]
    first: int
    end: int


def header_of(source: str, table: Table, language: Language) -> Header | None:
    """The header of a table, or None where its headings say nothing that is known."""
    for first, row in enumerate(table.rows[:_HEADER_WITHIN]):
        if _is_header(source, row, language):
            end = first + 1
            while end < min(len(table.rows) - 1, first + _HEADER_ROWS) and _is_header(
                source, table.rows[end], language
            ):
                end += 1
            columns = _columns(source, table.rows[first:end], language)
            return Header(columns, first, end) if _says_enough(columns) else None
    return None


def heading_text(text: str, language: Language) -> str:
    """The text of a heading as the table of roles knows it: folded, without blanks."""
    return _WHITE.sub("", language.fold(text)).lower()


def _is_header(source: str, row: Row, language: Language) -> bool:
    cells = [heading_text(source[c.start : c.end], language) for c in row.cells]
    if len(cells) < 2 or max(map(len, cells)) > _LONGEST_HEADING:
        return False
    times = language.tables.role("columns", "cells", "time")
    if any(map(str.isdigit, times.sub("", "".join(cells)))):
        return False
    known = sum(_role(cell, language) is not None for cell in cells)
    return known >= _KNOWN * len(cells) and known >= 2


@cache
def _patterns(
    language: Language, section: str, key: str
) -> tuple[tuple[re.Pattern[str], str], ...]:
    entries = language.tables.load("columns")[section]
    return tuple((compile_pattern(e["pattern"]), str(e[key])) for e in entries)


def _role(heading: str, language: Language) -> Role | None:
    for pattern, role in _patterns(language, "columns", "role"):
        if pattern.fullmatch(heading):
            if role not in _ROLES:
                raise ValueError(f"columns: no such role: {role}")
            return role  # type: ignore[return-value]
    return None


def _columns(source: str, rows: Sequence[Row], language: Language) -> dict[int, Column]:
    """The columns by their numbers; headings above one another are read together."""
    headings: dict[int, list[str]] = {}
    for row in rows:
        for cell in row.cells:
            text = heading_text(source[cell.start : cell.end], language)
            for number in range(cell.column, cell.column + cell.width):
                if text not in headings.setdefault(number, []):
                    headings[number].append(text)
    columns = {number: _column(texts, language) for number, texts in headings.items()}
    return _with_parts({number: column for number, column in columns.items() if column is not None})


def _column(headings: Sequence[str], language: Language) -> Column | None:
    whole = "".join(headings)
    role = _role(whole, language) or _role(headings[-1], language) or _role(headings[0], language)
    if role is None:
        return None
    if role in ("name", "task") and _YEAR.search(whole):
        role = "value"  # 2025年目标任务
    if role != "value":
        return Column(role)
    year = _YEAR.search(whole)
    said = next((d for p, d in _patterns(language, "years", "distance") if p.search(whole)), None)
    distance = None if said is None else int(said)
    return Column(
        role,
        kind=_first(whole, "kinds", "kind", language),
        year=int(year[0]) if year else distance,
        growth=_first(whole, "growth", "said", language) or "",
        unit=_unit(headings, language),
    )


def _unit(headings: Sequence[str], language: Language) -> str:
    """The unit that stands in brackets behind one of the headings; '' where none does."""
    pattern = language.tables.role("columns", "cells", "unit in brackets")
    bracketed = (m[1] for text in headings for m in pattern.finditer(text))
    return next((unit for unit in bracketed if is_unit(unit, language)), "")


def _first(text: str, section: str, key: str, language: Language) -> str | None:
    return next((v for p, v in _patterns(language, section, key) if p.search(text)), None)


def _with_parts(columns: dict[int, Column]) -> dict[int, Column]:
    """Say of each column with numbers which part of the report they belong to.

    What was reached belongs to the review, and so does an earlier year beside a later one. A target
    belongs to the plan, unless beside it stands what was reached in its year.
    """
    values = [c for c in columns.values() if c.role == "value"]
    latest = max((c.year for c in values if c.year is not None), default=None)
    reached = {c.year for c in values if c.kind == "actual"}

    def part(column: Column) -> Part | None:
        if column.kind == "actual":
            return "review"
        if column.kind == "target":
            return "other" if column.year is not None and column.year in reached else "plan"
        is_earlier = column.year is not None and latest is not None and column.year < latest
        return "review" if is_earlier else None

    return {
        number: column._replace(part=part(column)) if column.role == "value" else column
        for number, column in columns.items()
    }


def _says_enough(columns: Mapping[int, Column]) -> bool:
    """Whether something is said about a name, or a task stands in words, and the words are those of
    headings alone: 名称 beside 完成 may be anything."""
    roles = {column.role for column in columns.values()}
    sure = bool(roles & {"number", "unit", "body", "deadline", "task"}) or any(
        column.year is not None or column.kind == "target" for column in columns.values()
    )
    return sure and ("task" in roles or ("name" in roles and len(roles) > 1))
