"""Plain text: what its lines say of themselves, tables set with tabs."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from policydiff.reading.marks import Cell, Content, Marks, Row, Table

#: A single line with tabs may be anything; rows of as many cells, one under the other, are a table.
_FEWEST_ROWS: Final = 2
_MOST_COLUMNS: Final = 64


def read_plain(text: str, *, encoding: str) -> Content:
    """Plain text with its tables: neighbouring lines that tabs divide into as many cells.

    >>> content = read_plain("指标\\t目标\\n增长\\t6%\\n后", encoding="str")
    >>> [[text for text in row.cells] for row in content.marks.tables[0].rows][1][1]
    Cell(start=9, end=11, column=1, width=1)
    """
    return Content(text, encoding, Marks(tables=tuple(_tables(text)) if "\t" in text else ()))


def _tables(text: str) -> list[Table]:
    rows: list[tuple[int, int, Row]] = []  # number of the line, of cells, and the row
    at = 0
    for number, line in enumerate(text.split("\n")):
        cells = line.count("\t") + 1
        if 1 < cells <= _MOST_COLUMNS:
            row = _row(line, at)
            if row.cells:
                rows.append((number, cells, row))
        at += len(line) + 1
    tables = []
    # Neighbours in the list that are neighbours in the text have the same difference.
    keyed = ((number - place, cells, row) for place, (number, cells, row) in enumerate(rows))
    for _, group in groupby(keyed, key=lambda entry: entry[:2]):
        neighbours = tuple(row for _, _, row in group)
        # Paragraphs set in with a tab have one cell; so have a few rows of a table.
        filled = sum(len(row.cells) > 1 for row in neighbours)
        if filled >= max(_FEWEST_ROWS, len(neighbours) / 2):
            tables.append(Table(neighbours))
    return tables


def _row(line: str, at: int) -> Row:
    cells = []
    for column, piece in enumerate(line.split("\t")):
        start = at + len(piece) - len(piece.lstrip())
        end = at + len(piece.rstrip())
        if start < end:
            cells.append(Cell(start, end, column))
        at += len(piece) + 1
    return Row(tuple(cells))
