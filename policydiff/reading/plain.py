"""Plain text: what its lines say of themselves, tables set with tabs, tables as CSV."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Final

from policydiff.language.patterns import compile_pattern
from policydiff.reading.marks import Cell, Content, Marks, Row, Table

#: A single line with tabs may be anything; rows of as many cells, one under the other, are a table.
_FEWEST_ROWS: Final = 2
_MOST_COLUMNS: Final = 64
#: What stands between the cells of a CSV file: a comma, or what Excel writes in some countries.
_DELIMITERS: Final = ",;\t"
#: A table between bars, as Markdown has them: heads, a row of dashes, and rows. No sound text has
#: such dashes. The rows begin behind the first group.
_BARS: Final = compile_pattern(
    r"(?m)^([ \t]*\|[^\n]*\|[ \t]*\n)[ \t]*\|(?:[ \t]*:?-{2,}:?[ \t]*\|)+[ \t]*\n"
    r"((?:[ \t]*\|[^\n]*\|[ \t]*(?:\n|\Z))+)"
)
_DASHES: Final = "--"


def read_csv(text: str, *, encoding: str) -> Content:
    """A table as CSV (RFC 4180), laid out as the table of any other file; where most of its lines
    do not have as many cells, it is plain text by the name of a table.

    >>> read_csv('任务,目标\\n"新建公厕",3座\\n', encoding="str").text
    '任务\\t目标\\n新建公厕\\t3座'
    """
    for delimiter in _DELIMITERS:
        rows = [row for row in _csv_rows(text, delimiter) if any(cell.strip() for cell in row)]
        (cells, often), *_ = Counter(map(len, rows)).most_common(1) or [(0, 0)]
        if 1 < cells <= _MOST_COLUMNS and often >= max(_FEWEST_ROWS, len(rows) / 2):
            return _laid_out(rows, encoding)
    return read_plain(text, encoding=encoding)


def _csv_rows(text: str, delimiter: str) -> list[list[str]]:
    import csv  # few reports are tables

    try:
        return list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    except csv.Error:  # a cell of more than 131,072 characters
        return []


def _laid_out(rows: list[list[str]], encoding: str) -> Content:
    from policydiff.reading.page import Page  # few reports are tables

    page = Page()
    page.open_table()
    for row in rows:
        page.open_row()
        for column, cell in enumerate(row):
            if cell.strip():
                page.open_cell(column=column)
                for line in cell.split("\n"):
                    page.write(line.strip())
        page.close_row()
    page.close_table()
    text, marks = page.finish()
    return Content(text, encoding, marks)


def read_plain(text: str, *, encoding: str) -> Content:
    """Plain text with its tables: neighbouring lines that tabs divide into as many cells.

    >>> content = read_plain("指标\\t目标\\n增长\\t6%\\n后", encoding="str")
    >>> [[text for text in row.cells] for row in content.marks.tables[0].rows][1][1]
    Cell(start=9, end=11, column=1, width=1)
    """
    tables = _tables(text) if "\t" in text else []
    if "|" in text and _DASHES in text:
        tables = sorted([*tables, *_between_bars(text)], key=lambda t: t.rows[0].cells[0].start)
    return Content(text, encoding, Marks(tables=tuple(tables)))


def _between_bars(text: str) -> list[Table]:
    """The tables between bars.

    >>> (table,) = _between_bars("| 任务 | 目标 |\\n| -- | -- |\\n| 建水厂 | 2座 |")
    >>> [cell.column for cell in table.rows[1].cells]
    [1, 2]
    """
    tables = []
    for m in _BARS.finditer(text):
        rows = []
        for group in (1, 2):
            at = m.start(group)
            for line in m[group].split("\n"):
                row = _row(line, at, "|")
                if row.cells:
                    rows.append(row)
                at += len(line) + 1
        if rows:
            tables.append(Table(tuple(rows)))
    return tables


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


def _row(line: str, at: int, mark: str = "\t") -> Row:
    cells = []
    for column, piece in enumerate(line.split(mark)):
        start = at + len(piece) - len(piece.lstrip())
        end = at + len(piece.rstrip())
        if start < end:
            cells.append(Cell(start, end, column))
        at += len(piece) + 1
    return Row(tuple(cells))
