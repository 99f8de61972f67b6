"""Lines in reading order, with headings and tables marked: what the readers of formats write to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Final

from policydiff.reading.marks import (
    Cell,
    Content,
    Heading,
    Marks,
    Row,
    Table,
    TooMuchTextError,
)

#: Between two cells of a table row that fits on one line.
CELL_BREAK: Final = "\t"
#: Rows nested deeper than this are not laid out, only kept as lines: every level copies its lines,
#: and pages that nest tables this deep use them for nothing that matters.
_MAX_ROW_DEPTH: Final = 16
#: Tables of reports have a dozen columns; a merged cell wider than this is a line across the page.
_MAX_COLUMNS: Final = 64
#: Merged cells are repeated in every row that they reach into, up to so many in one document.
_MAX_REPEATED: Final = 100_000
#: Twice what is read of any file, so that what is too large is not put together first.
_MAX_TEXT: Final = 4_000_000
#: Lines and cells that are held in memory; no report has as many.
_MAX_HELD: Final = 1_000_000


@dataclass(slots=True, eq=False)
class _OpenCell:
    """A cell while its lines are being collected; where it stands is known at the end."""

    column: int
    width: int = 1
    lines: list[_Line] = field(default_factory=list)
    start: int = -1
    end: int = -1


@dataclass(slots=True, eq=False)
class _Line:
    """A line with the cells whose text it holds, as offsets into it."""

    text: str
    level: int | None = None
    cells: list[tuple[_OpenCell, int, int]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _OpenRow:
    cells: list[_OpenCell] = field(default_factory=list)
    heads: bool = False
    column: int = 0  # of the next cell


@dataclass(slots=True, eq=False)
class _OpenTable:
    rows: list[_OpenRow] = field(default_factory=list)
    # For each column that a cell above reaches into: that cell, and for how many rows still.
    reaching: dict[int, tuple[_OpenCell, int]] = field(default_factory=dict)


class Page:
    """Lines in reading order, with table rows put on one line where each cell has only one.

    A row with a longer cell follows cell by cell, line by line. ``marks`` says of both what is a
    cell. Of cells that are merged downwards the text stands in their first row.

    >>> page = Page()
    >>> page.open_table(); page.open_row()
    >>> page.open_cell(); page.write("指标")
    >>> page.open_cell(); page.write("6%左右")
    >>> page.close_row(); page.close_table()
    >>> text, marks = page.finish()
    >>> text, [(cell.start, cell.end) for cell in marks.tables[0].rows[0].cells]
    ('指标\\t6%左右', [(0, 2), (3, 7)])
    """

    def __init__(self) -> None:
        self._lines: list[_Line] = []
        self._rows: list[_OpenRow] = []  # open rows, outermost first
        self._depth = 0
        self._tables: list[_OpenTable] = []  # open tables, outermost first
        self._done: list[_OpenTable] = []
        self._repeated = 0
        self._left = _MAX_TEXT
        self._held = 0

    def write(self, line: str, *, level: int | None = None) -> None:
        """Add one line at the current place. ``level``: it is a heading (0: the title)."""
        self._add(_Line(line.replace("\r\n", "\n").replace("\r", "\n"), level))

    def open_table(self) -> None:
        """Begin a table, possibly inside a cell of another."""
        table = _OpenTable()
        self._tables.append(table)
        self._done.append(table)

    def close_table(self) -> None:
        """End the current table; outside any table nothing happens."""
        if self._tables:
            self._tables.pop()

    def open_row(self, *, heads: bool = False) -> None:
        """Begin a table row. ``heads``: the file calls it a header."""
        self._depth += 1
        if self._depth <= _MAX_ROW_DEPTH:
            self._rows.append(_OpenRow(heads=heads))

    def mark_header(self) -> None:
        """The file calls the current row a header."""
        if 0 < self._depth <= _MAX_ROW_DEPTH:
            self._rows[-1].heads = True

    def open_cell(
        self,
        *,
        width: int = 1,
        height: int = 1,
        heads: bool | None = None,
        column: int | None = None,
    ) -> None:
        """Begin a cell of the current row; outside any row nothing happens.

        ``width`` and ``height``: how many columns and rows it covers. ``column``: where it stands,
        if not behind the one before. ``heads``: whether it is a
        header cell; the row is a header as long as all of its cells are.
        """
        if not 0 < self._depth <= _MAX_ROW_DEPTH:
            return
        row = self._rows[-1]
        if heads is not None:
            row.heads = heads and (row.heads or not row.cells)
        self._take_reaching(row)
        row.column = row.column if column is None else column
        cell = _OpenCell(row.column, max(1, min(width, _MAX_COLUMNS)))
        self._hold()
        row.cells.append(cell)
        if height > 1 and self._tables and row.column < _MAX_COLUMNS:
            self._tables[-1].reaching[row.column] = (cell, height)
        row.column += cell.width

    def continue_cell(self, *, width: int = 1, column: int | None = None) -> None:
        """Begin a cell that the one above it reaches into, as Word's tables have it."""
        if not 0 < self._depth <= _MAX_ROW_DEPTH:
            return
        row = self._rows[-1]
        row.column = row.column if column is None else column
        above = self._tables[-1].rows[-1].cells if self._tables and self._tables[-1].rows else []
        merged = next((cell for cell in above if cell.column == row.column), None)
        if merged is not None and self._repeated < _MAX_REPEATED:
            self._repeated += 1
            row.cells.append(merged)
        # What is written into it is kept, behind the cells that are shown.
        row.cells.append(_OpenCell(row.column, 1))
        row.column += max(1, min(width, _MAX_COLUMNS))

    def close_row(self) -> None:
        """End the current row; outside any row nothing happens."""
        if 0 < self._depth <= _MAX_ROW_DEPTH:
            row = self._rows.pop()
            self._take_reaching(row)
            if self._tables:
                self._end_reaching(self._tables[-1])
                if row.cells:
                    self._tables[-1].rows.append(row)
            for line in _row_lines(row):
                self._add(line)
        self._depth = max(0, self._depth - 1)

    def embed(self, content: Content) -> None:
        """Add the lines of another text at the current place, with its headings and tables."""
        lines, starts, at = [], [], 0
        for text in content.text.split("\n"):
            lines.append(_Line(text))
            starts.append(at)
            at += len(text) + 1

        def touched(start: int, end: int) -> range:
            return range(bisect_right(starts, start) - 1, bisect_left(starts, end))

        for heading in content.marks.headings:
            lines[touched(heading.start, heading.end)[0]].level = heading.level
        for table in content.marks.tables:
            taken = _OpenTable()
            self._done.append(taken)
            seen: dict[Cell, _OpenCell] = {}
            for row in table.rows:
                cells = [seen.setdefault(c, _OpenCell(c.column, c.width)) for c in row.cells]
                taken.rows.append(_OpenRow(cells, row.heads))
            for cell, open_cell in seen.items():
                for number in touched(cell.start, cell.end):
                    line, start = lines[number], starts[number]
                    span = (max(0, cell.start - start), min(len(line.text), cell.end - start))
                    line.cells.append((open_cell, *span))
        for line in lines:
            self._add(line)

    def finish(self) -> tuple[str, Marks]:
        """End all open rows; return everything written, without empty lines, and its marks."""
        while self._depth:
            self.close_row()
        at = 0
        texts, headings = [], []
        for line in self._lines:
            if not line.text:
                continue
            texts.append(line.text)
            end = at + len(line.text)
            if line.level is not None:
                headings.append(Heading(at, end, line.level))
            for cell, start, stop in line.cells:
                cell.start = at + start if cell.start < 0 else cell.start
                cell.end = at + stop
            at = end + 1
        tables = (_table(table) for table in self._done)
        marks = Marks(
            headings=tuple(headings),
            tables=tuple(table for table in tables if table.rows),
        )
        return "\n".join(texts), marks

    def text(self) -> str:
        """End all open rows and return everything written, without empty lines."""
        return self.finish()[0]

    def _add(self, line: _Line) -> None:
        self._left -= 0 if line.cells else len(line.text)
        self._hold()
        if not self._rows:
            self._lines.append(line)
            return
        if not self._rows[-1].cells:
            self._rows[-1].cells.append(_OpenCell(0))
        self._rows[-1].cells[-1].lines.append(line)

    def _hold(self) -> None:
        """One line or cell more is held."""
        self._held += 1
        if self._left < 0 or self._held > _MAX_HELD:
            raise TooMuchTextError

    def _take_reaching(self, row: _OpenRow) -> None:
        """Put the cells that reach into the row from above where it has come to."""
        if not self._tables:
            return
        reaching = self._tables[-1].reaching
        while row.column in reaching and self._repeated < _MAX_REPEATED:
            cell, _ = reaching[row.column]
            self._repeated += 1
            row.cells.append(cell)
            row.column += cell.width

    def _end_reaching(self, table: _OpenTable) -> None:
        table.reaching = {
            column: (cell, rows - 1) for column, (cell, rows) in table.reaching.items() if rows > 1
        }


def _row_lines(row: _OpenRow) -> list[_Line]:
    """The lines of a row: one, where each cell that begins in it has one at most."""
    filled = []
    for cell in row.cells:
        lines = [line for line in cell.lines if line.text]
        cell.lines = []  # a merged cell is written once
        if lines:
            filled.append((cell, lines))
    for cell, lines in filled:
        for line in lines:
            line.cells.append((cell, 0, len(line.text)))
    if not filled or any(len(lines) != 1 for _, lines in filled):
        return [line for _, lines in filled for line in lines]
    joined = _Line("")
    texts, at = [], 0
    for _, (line,) in filled:
        texts.append(line.text)
        joined.cells += [(cell, at + start, at + end) for cell, start, end in line.cells]
        at += len(line.text) + len(CELL_BREAK)
    joined.text = CELL_BREAK.join(texts)
    if len(filled) == 1:
        joined.level = filled[0][1][0].level
    return [joined]


def _table(table: _OpenTable) -> Table:
    rows = []
    for row in table.rows:
        cells = [Cell(c.start, c.end, c.column, c.width) for c in row.cells if c.start >= 0]
        if cells:
            rows.append(Row(tuple(sorted(cells, key=lambda cell: cell.column)), row.heads))
    return Table(tuple(rows))
