"""Lines in reading order: what the readers of formats write to."""

from __future__ import annotations

from typing import Final

#: Between two cells of a table row that fits on one line.
CELL_BREAK: Final = "\t"
#: Rows nested deeper than this are not laid out, only kept as lines: every level copies its lines,
#: and pages that nest tables this deep use them for nothing that matters.
_MAX_ROW_DEPTH: Final = 16


class Page:
    """Lines in reading order, with table rows put on one line where each cell has only one.

    A row with a longer cell is layout, not data: its cells follow one another, line by line.

    >>> page = Page()
    >>> page.open_row()
    >>> page.open_cell(); page.write("指标")
    >>> page.open_cell(); page.write("6%左右")
    >>> page.close_row()
    >>> page.text()
    '指标\\t6%左右'
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._rows: list[list[list[str]]] = []  # open rows, outermost first; cells of lines
        self._depth = 0

    def write(self, line: str) -> None:
        """Add one line at the current place."""
        if not self._rows:
            self._lines.append(line)
            return
        if not self._rows[-1]:
            self._rows[-1].append([])
        self._rows[-1][-1].append(line)

    def open_row(self) -> None:
        """Begin a table row, possibly inside a cell of another."""
        self._depth += 1
        if self._depth <= _MAX_ROW_DEPTH:
            self._rows.append([])

    def open_cell(self) -> None:
        """Begin a cell of the current row; outside any row nothing happens."""
        if 0 < self._depth <= _MAX_ROW_DEPTH:
            self._rows[-1].append([])

    def close_row(self) -> None:
        """End the current row; outside any row nothing happens."""
        if 0 < self._depth <= _MAX_ROW_DEPTH:
            for line in _row_lines(self._rows.pop()):
                self.write(line)
        self._depth = max(0, self._depth - 1)

    def text(self) -> str:
        """End all open rows and return everything written, without empty lines."""
        while self._depth:
            self.close_row()
        return "\n".join(line for line in self._lines if line)


def _row_lines(cells: list[list[str]]) -> list[str]:
    filled = [lines for cell in cells if (lines := [line for line in cell if line])]
    if all(len(lines) == 1 for lines in filled):
        return [CELL_BREAK.join(lines[0] for lines in filled)]
    return [line for lines in filled for line in lines]
