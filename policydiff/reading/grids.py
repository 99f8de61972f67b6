"""Tables on printed pages: cells are what lines that are drawn close in.

Merged cells need no rule of their own: where a line is not drawn, a cell goes on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from policydiff.reading.marks import Content
from policydiff.reading.page import Page
from policydiff.reading.printed_lines import Line, Piece, joined_lines, lines_of

#: Lines that are drawn closer than this, in points, are meant to meet.
_TOUCH: Final = 3.0
#: More comparisons than this are not made on one page: it is a drawing, not a table.
_MOST_WORK: Final = 3_000_000

#: A line across: left, right, height. A line down: bottom, top, place from the left.
Rule = tuple[float, float, float]
_Box = tuple[float, float, float, float]  # left, right, bottom, top


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell with its text, which may have several lines; rows and columns count from 0."""

    text: str
    row: int
    column: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on a page, with its cells in reading order."""

    top: float
    bottom: float
    columns: int
    cells: tuple[GridCell, ...]


def grids_of(
    pieces: Sequence[Piece], across: Sequence[Rule], down: Sequence[Rule]
) -> tuple[list[Grid], list[Piece]]:
    """The tables that some lines make, and the pieces of text that stand outside of them."""
    across, down = _merged(across), _merged(down)
    few = len(across) < 3 or len(down) < 3
    if few or len(pieces) * (len(across) + len(down)) > _MOST_WORK:
        return [], list(pieces)
    boxes: dict[_Box, list[Piece]] = defaultdict(list)
    outside: list[Piece] = []
    box: _Box | None = None
    for piece in pieces:
        x, y = (piece.left + piece.right) / 2, piece.bottom + piece.size / 4
        if box is None or not (box[0] <= x < box[1] and box[2] <= y < box[3]):
            box = _box_around(x, y, across, down)
        (outside if box is None else boxes[box]).append(piece)
    grids = []
    for table in _tables(boxes):
        grid = _grid(table, boxes)
        if grid is None:
            outside += [piece for each in table for piece in boxes[each]]
        else:
            grids.append(grid)
    return grids, outside


def _box_around(x: float, y: float, across: Sequence[Rule], down: Sequence[Rule]) -> _Box | None:
    """The nearest lines on all four sides of a place, if they meet; else None."""
    passing = [rule for rule in across if rule[0] - _TOUCH <= x <= rule[1] + _TOUCH]
    standing = [rule for rule in down if rule[0] - _TOUCH <= y <= rule[1] + _TOUCH]
    left = max((r for r in standing if r[2] <= x), key=_place, default=None)
    right = min((r for r in standing if r[2] > x), key=_place, default=None)
    bottom = max((r for r in passing if r[2] <= y), key=_place, default=None)
    top = min((r for r in passing if r[2] > y), key=_place, default=None)
    if left is None or right is None or bottom is None or top is None:
        return None
    meet = all(_spans(rule, bottom[2], top[2]) for rule in (left, right))
    meet = meet and all(_spans(rule, left[2], right[2]) for rule in (bottom, top))
    return (left[2], right[2], bottom[2], top[2]) if meet else None


def _place(rule: Rule) -> float:
    return rule[2]


def _spans(rule: Rule, start: float, end: float) -> bool:
    return rule[0] <= start + _TOUCH and rule[1] >= end - _TOUCH


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """The lines, with those made one that lie in line and touch: programs draw cell by cell."""
    merged: list[Rule] = []
    for start, end, place in sorted(rules, key=lambda rule: (round(rule[2]), rule[0])):
        last = merged[-1] if merged else None
        if last and abs(last[2] - place) <= _TOUCH / 2 and start <= last[1] + _TOUCH:
            merged[-1] = (last[0], max(last[1], end), last[2])
        else:
            merged.append((start, end, place))
    return merged


def _tables(boxes: Iterable[_Box]) -> list[list[_Box]]:
    """The boxes by table, from the top: those of one table stand beside or below one another."""
    tables: list[list[_Box]] = []
    reach = 0.0
    for box in sorted(boxes, key=lambda b: (-b[3], b[0])):
        if tables and box[3] >= reach - _TOUCH:
            tables[-1].append(box)
            reach = min(reach, box[2])
        else:
            tables.append([box])
            reach = box[2]
    return tables


def _grid(table: list[_Box], boxes: dict[_Box, list[Piece]]) -> Grid | None:
    """A table of its boxes, or None where they have no two rows or columns: a frame around text."""
    lefts = _places(box[0] for box in table)
    tops = _places(-box[3] for box in table)
    if len(lefts) < 2 or len(tops) < 2:
        return None
    cells = []
    for box in table:
        left, right, bottom, top = box
        column, row = _index(lefts, left), _index(tops, -top)
        width = max(1, _index(lefts, right - 2 * _TOUCH) - column + 1)
        height = max(1, _index(tops, -bottom - 2 * _TOUCH) - row + 1)
        text = joined_lines(lines_of(boxes[box]), right=right)
        cells.append(GridCell(text, row, column, height, width))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    top, bottom = max(box[3] for box in table), min(box[2] for box in table)
    return Grid(top, bottom, len(lefts), tuple(cells))


def _places(values: Iterable[float]) -> list[float]:
    """The different places among some, each by its first; those that touch are one."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _TOUCH:
            places.append(value)
    return places


def _index(places: Sequence[float], value: float) -> int:
    """The number of the last place that is not beyond ``value``."""
    return max((n for n, place in enumerate(places) if place <= value + _TOUCH), default=0)


def write_pages(items: Sequence[str | Grid], *, encoding: str) -> Content:
    """Paragraphs and tables in their order. A table that goes on at the top of the next page, with
    as many columns, is one with that above."""
    page = Page()
    before: Grid | None = None
    for item in items:
        if isinstance(item, str):
            _close(page, before)
            before = None
            page.write(item)
            continue
        if before is None or before.columns != item.columns:
            _close(page, before)
            page.open_table()
        before = item
        _write(page, item)
    _close(page, before)
    text, marks = page.finish()
    return Content(text, encoding, marks)


def _close(page: Page, grid: Grid | None) -> None:
    if grid is not None:
        page.close_table()


def _write(page: Page, grid: Grid) -> None:
    rows: dict[int, list[GridCell]] = defaultdict(list)
    for cell in grid.cells:
        rows[cell.row].append(cell)
    for _, cells in sorted(rows.items()):
        page.open_row()
        for cell in cells:
            # The page itself keeps the place of cells that reach down into a row.
            page.open_cell(column=cell.column, width=cell.width, height=cell.height)
            for line in cell.text.split("\n"):
                page.write(line)
        page.close_row()


def items_in_order(lines: Sequence[Line], grids: Sequence[Grid]) -> list[Line | Grid]:
    """The lines and tables of a page from the top."""
    placed: list[tuple[float, Line | Grid]] = [(-line.bottom, line) for line in lines]
    placed += [(-grid.top, grid) for grid in grids]
    return [item for _, item in sorted(placed, key=lambda entry: entry[0])]
