"""The rows of tables as clauses: each number under its year with its name, each task by itself.

A row is written out by edits on the source that are recorded like repairs, so that every clause
still leads back to its cell: 粮食产量 | 12.1万吨 | 12.6万吨 becomes two lines, 粮食产量12.1万吨 and
粮食产量12.6万吨. Headings of columns, row numbers, units, bodies and deadlines are taken out of the
text; bodies and deadlines are kept beside it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from policydiff.analysis.columns import Column, Header, header_of
from policydiff.analysis.units import is_unit
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Edit, Part
from policydiff.reading.marks import Cell, Marks, Row, Table
from policydiff.repair.given import Given

#: The kind under which these edits are listed among the repairs, and why.
KIND = "table_rows"
WHY = "the rows of a table, written out as lines"

Span = tuple[int, int]

#: Roles of cells that say nothing by themselves.
_BESIDE = frozenset({"number", "unit", "body", "deadline", "note"})
_NUMBER_END = compile_pattern(r"[0-9](?![0-9.,]*[0-9])")
_WHITE = compile_pattern(r"\s+")


class RowPiece(NamedTuple):
    """A stretch of the source that is one line of a written-out row.

    ``part``: the part of the report it belongs to; None leaves it to the text around the table.
    ``section``: the names that stand over or beside it in the table.
    """

    start: int
    end: int
    part: Part | None = None
    body: str | None = None
    deadline: str | None = None
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenRows:
    """The edits that write out the tables of a source, and what is known of the lines they make.

    ``lines``: the rows of any table that stand on one line, written out or not.
    """

    edits: tuple[Edit, ...] = ()
    pieces: tuple[RowPiece, ...] = ()
    lines: tuple[Span, ...] = ()
    _starts: tuple[int, ...] = field(default=(), repr=False)

    def piece_at(self, start: int, end: int) -> RowPiece | None:
        """The piece of a row that ``source[start:end]`` belongs to, or None."""
        at = bisect_right(self._starts, end - 1) - 1
        if at >= 0 and self.pieces[at].end > start:
            return self.pieces[at]
        return None


def write_rows(source: str, marks: Marks, language: Language) -> WrittenRows:
    """Write out the rows of all tables of which the headings are known; others stay as they are."""
    edits: list[Edit] = []
    pieces: list[RowPiece] = []
    read_to = 0
    for table in marks.tables:
        header = header_of(source, table, language)
        span = _span(table)
        # A table inside a cell of another: the outer one was read.
        if header is None or span[0] < read_to:
            continue
        read_to = span[1]
        for row in table.rows[: header.first]:  # a title over the table
            start, end = min(c.start for c in row.cells), max(c.end for c in row.cells)
            pieces.append(RowPiece(start, end, "other"))
        heads = table.rows[header.first : header.end]
        for row in heads:
            edits += _removal(source, row, row.cells)
        said = {_texts(source, row) for row in heads}
        over: tuple[str, ...] = ()  # what a row of one cell says of those below it
        for number in range(header.end, len(table.rows)):
            if _texts(source, table.rows[number]) in said:  # repeated on the next page
                edits += _removal(source, table.rows[number], table.rows[number].cells)
                continue
            above = table.rows[number - 1] if number else None
            writer = _RowWriter(source, table.rows[number], above, header, language, over)
            over = writer.write()
            edits += writer.edits
            pieces += writer.pieces
    pieces.sort(key=lambda piece: piece.start)
    edits = [edit for edit in edits if source[edit.start : edit.end] != edit.after]
    edits.sort(key=lambda edit: (edit.start, edit.end))
    starts = tuple(piece.start for piece in pieces)
    return WrittenRows(tuple(edits), tuple(pieces), _lines(source, marks), starts)


def _lines(source: str, marks: Marks) -> tuple[Span, ...]:
    """The rows that stand on one line; a longer one may be the layout of a whole page."""
    spans = set()
    for table in marks.tables:
        for row in table.rows:
            start = min(cell.start for cell in row.cells)
            end = source.find("\n", start)
            end = len(source) if end < 0 else end
            if len(row.cells) > 1 and all(start <= c.start < c.end <= end for c in row.cells):
                spans.add((start, max(cell.end for cell in row.cells)))
    return tuple(sorted(spans))


def _span(table: Table) -> tuple[int, int]:
    cells = [cell for row in table.rows for cell in row.cells]
    return min(cell.start for cell in cells), max(cell.end for cell in cells)


def _texts(source: str, row: Row) -> tuple[str, ...]:
    return tuple(source[cell.start : cell.end] for cell in row.cells)


def _removal(source: str, row: Row, cells: tuple[Cell, ...]) -> Iterator[Edit]:
    """Take a whole row out, but for the line break behind it."""
    start, end = min(c.start for c in cells), max(c.end for c in cells)
    if start > 0 or end < len(source):
        yield Edit(start, end, "")


def given_by(marks: Marks, rows: WrittenRows) -> Given:
    """What repair is told: the edits that write out rows, and the lines that stay whole."""
    whole = [(heading.start, heading.end) for heading in marks.headings]
    whole += rows.lines
    return Given(rows.edits, KIND, WHY, tuple(sorted(whole)))


class _RowWriter:
    """Writes out one row: which of its cells stay, and what stands between them."""

    def __init__(
        self,
        source: str,
        row: Row,
        above: Row | None,
        header: Header,
        language: Language,
        over: tuple[str, ...],
    ) -> None:
        self._source, self._language, self._over = source, language, over
        self._columns = header.columns
        # A cell that reaches into the row from above stands among the text of an earlier row.
        carried = set(above.cells) if above is not None else set()
        standing = [cell for cell in row.cells if cell not in carried]
        self._start = min((cell.start for cell in standing), default=0)
        self._end = max((cell.end for cell in standing), default=0)
        self._own = [cell for cell in standing if not self._is_empty(cell)]
        self._all = [cell for cell in row.cells if not self._is_empty(cell)]
        self._moved = self._columns_lost(carried)
        self.edits: list[Edit] = []
        self.pieces: list[RowPiece] = []
        self._body = self._beside("body")
        self._deadline = self._beside("deadline")

    def write(self) -> tuple[str, ...]:
        """Fill ``edits`` and ``pieces``; return what is said over the rows below.

        A row of which nothing is known stays as it is.
        """
        if self._is_across():
            self.edits.append(Edit(self._start, self._end, ""))
            return (self._text(self._own[0]),)
        values = [c for c in self._own if self._role(c) == "value"]
        tasks = [c for c in self._own if self._role(c) == "task"]
        names = [c for c in self._all if self._role(c) == "name"]
        subjects = names or [c for c in self._all if self._role(c) == "task"]
        if values and subjects:
            self._write_values(subjects[-1], values, tasks if names else [])
        elif tasks or any(c in self._own for c in names):
            if not tasks:  # nothing but names: what is named is what is to be done
                tasks = [c for c in names if c in self._own][-1:]
                names = [c for c in names if c not in tasks]
            self._write_lines(names, tasks)
        elif all(self._role(c) in _BESIDE for c in self._own):
            self.edits.append(Edit(self._start, self._end, ""))  # nothing that they belong to
        return self._over

    def _columns_lost(self, carried: set[Cell]) -> int:
        """By how many columns the cells of the row must be moved to the right.

        Some programs leave out the cells that are merged with those above, and do not say so. A row
        that is too short is moved to the end of the header where its cells fit better there.
        """
        if carried & set(self._all) or len(self._own) < 2:
            return 0
        self._moved = 0
        width = max(self._columns) + 1
        lost = width - max(cell.column + cell.width for cell in self._own)
        at_start = sum(map(self._fits, self._own))
        self._moved = lost
        return lost if lost > 0 and sum(map(self._fits, self._own)) > at_start else 0

    def _fits(self, cell: Cell) -> int:
        """Whether a cell holds what its column should hold: 1, -1 where it does not, else 0."""
        text = self._text(cell)
        role = self._role(cell)
        if role in ("unit", "number"):
            holds = is_unit(text, self._language) if role == "unit" else text.isdigit()
            return 1 if holds else -1
        return 0 if role != "value" or any(map(str.isdigit, text)) else -1

    def _is_across(self) -> bool:
        """Whether the row holds a single cell that names the rows below it."""
        if len(self._all) != 1 or self._all != self._own:
            return False
        (cell,) = self._own
        return 2 * cell.width > len(self._columns) or (
            cell.width == 1 and self._role(cell) == "number"
        )

    def _role(self, cell: Cell) -> str | None:
        column = self._column(cell)
        return None if column is None else column.role

    def _column(self, cell: Cell) -> Column | None:
        return self._columns.get(cell.column + self._moved)

    def _text(self, cell: Cell) -> str:
        return _WHITE.sub("", self._source[cell.start : cell.end])

    def _is_empty(self, cell: Cell) -> bool:
        text = self._text(cell)
        return not text or self._cells("empty").fullmatch(text) is not None

    def _cells(self, role: str) -> re.Pattern[str]:
        return self._language.tables.role("columns", "cells", role)

    def _beside(self, role: str) -> str | None:
        """What the cells of a role say, or None."""
        said = [self._source[c.start : c.end] for c in self._all if self._role(c) == role]
        return " ".join(_WHITE.sub(" ", text) for text in said) or None

    def _write_lines(self, names: list[Cell], tasks: list[Cell]) -> None:
        """Each task on a line of its own, under its names."""
        section = tuple(dict.fromkeys(map(self._text, names)))
        for cell in tasks:
            self._add(cell, None, section=section)
        self._between(tasks, ["\n"] * (len(tasks) - 1))

    def _write_values(self, subject: Cell, values: list[Cell], tasks: list[Cell]) -> None:
        """A line for each number, with the name that all of them belong to, and for each task."""
        name, unit = self._name_and_unit(subject)
        shown = sorted([*values, *tasks], key=lambda cell: cell.start)
        leads = ["" if c in tasks else self._said(name, c, with_name=True) for c in shown]
        kept, between = list(shown), ["\n" + lead for lead in leads[1:]]
        named = shown[0] in values and subject in self._own and subject.start < shown[0].start
        if named:
            kept.insert(0, subject)
            between.insert(0, self._said(name, shown[0], with_name=False))
            self._unbroken(subject)
        self._between(kept, between, before="" if named else leads[0])
        for cell in tasks:
            self._add(cell, None, section=(name,))
        for cell in values:
            self._unbroken(cell)
            column = self._column(cell)
            self._with_unit(cell, (column and column.unit) or unit)
            first = subject.start if named and cell is shown[0] else cell.start
            self._add(cell, None if column is None else column.part, start=first)

    def _name_and_unit(self, subject: Cell) -> tuple[str, str]:
        """The name of an indicator, and the unit of its row: in a column, or behind the name."""
        name, unit = self._text(subject), self._beside("unit")
        bracketed = self._cells("unit in brackets").search(name)
        if unit is None and bracketed and is_unit(bracketed[1], self._language):
            cut = self._source.rindex(bracketed[0][0], subject.start, subject.end)
            if subject in self._own:
                self.edits.append(Edit(cut, subject.end, ""))
            name, unit = name[: bracketed.start()], bracketed[1]
        return self._cells("count").sub("", name), unit or ""

    def _said(self, name: str, cell: Cell, *, with_name: bool) -> str:
        """What stands in front of a number: the name, and that it is a rate where it is one."""
        column = self._column(cell)
        growth = "" if column is None else column.growth
        said = name if with_name else ""
        is_said = not growth or growth in self._text(cell) or name.endswith(growth)
        return said if is_said else said + growth

    def _with_unit(self, cell: Cell, unit: str) -> None:
        """Put the unit of the row behind the last figure of a number that has none."""
        text = self._source[cell.start : cell.end]
        figures = list(_NUMBER_END.finditer(text))
        if unit and figures and unit not in text and "%" not in text:
            at = cell.start + figures[-1].end()
            # An edit holds a character, so that what it makes has a place in the source.
            self.edits.append(Edit(at - 1, at, self._source[at - 1] + unit))

    def _unbroken(self, cell: Cell) -> None:
        """Take out the white space that a narrow column put into a name or a number."""
        for white in _WHITE.finditer(self._source, cell.start, cell.end):
            self.edits.append(Edit(white.start(), white.end(), ""))

    def _between(self, kept: list[Cell], between: list[str], *, before: str = "") -> None:
        """Replace what stands between the cells that stay, and take out the rest of the row."""
        first = kept[0].start
        if self._start < first or not before:
            self.edits.append(Edit(self._start, first, before))
        else:
            self.edits.append(Edit(first, first + 1, before + self._source[first]))
        for left, right, text in zip(kept, kept[1:], between, strict=False):
            self.edits.append(Edit(left.end, right.start, text))
        self.edits.append(Edit(kept[-1].end, self._end, ""))

    def _add(
        self,
        cell: Cell,
        part: Part | None,
        *,
        start: int | None = None,
        section: tuple[str, ...] = (),
    ) -> None:
        begin = cell.start if start is None else start
        names = (*self._over, *section)
        self.pieces.append(RowPiece(begin, cell.end, part, self._body, self._deadline, names))
