"""From an Excel workbook (.xlsx) to its text, sheet by sheet, each row a row of a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from policydiff.language.patterns import compile_pattern
from policydiff.reading.docx_styles import child, children
from policydiff.reading.marks import Content
from policydiff.reading.package import Package
from policydiff.reading.page import Page
from policydiff.reading.xlsx_cells import (
    CellStyle,
    RichText,
    SharedStrings,
    number_text,
    read_cell_styles,
)
from policydiff.reading.xml import attribute, local_name, whole_number

#: A report in a workbook has some hundred rows; this many cells are a database.
_MAX_CELLS: Final = 400_000
_MAX_MERGES: Final = 20_000
#: Merged cells further right are not repeated in the rows below.
_MOST_COLUMNS: Final = 64
_REFERENCE: Final = compile_pattern(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(slots=True)
class _Merge:
    first_row: int
    last_row: int
    first_column: int
    width: int


@dataclass(slots=True)
class _Sheet:
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[_Merge] = field(default_factory=list)


def read_xlsx(package: Package) -> Content:
    """The text of a workbook with its tables. Hidden sheets and rows are left out, and so are the
    names of sheets, which are mostly made up by the program.

    Raises ``ReadError`` and ``TooLargeError`` as for Word files.
    """
    page = Page()
    for _, sheet in _sheets(package, hidden=False):
        _write(page, sheet)
    text, marks = page.finish()
    return Content(text, "utf-8", marks)


def read_cells(package: Package) -> dict[str, dict[int, dict[int, str]]]:
    """The texts of all cells, hidden ones too: by the name of the sheet, row from 1, column from 0.

    Raises ``ReadError`` and ``TooLargeError`` as ``read_xlsx`` does.
    """
    return {name: sheet.rows for name, sheet in _sheets(package, hidden=True)}


def _sheets(package: Package, *, hidden: bool) -> list[tuple[str, _Sheet]]:
    """The sheets with their names, in order; hidden sheets and rows only where they are wanted."""
    main = package.main_part("xl/workbook.xml")
    related = package.related(main)
    parts = dict(related.values())
    strings = SharedStrings()
    if (shared := parts.get("sharedStrings", "")) in package:
        package.feed(shared, strings)
    styles = read_cell_styles(package.tree(parts.get("styles", "xl/styles.xml")))
    shown = []
    cells_left = _MAX_CELLS
    sheets = child(package.tree(main), "sheets")
    for element in [] if sheets is None else children(sheets, "sheet"):
        part = related.get(attribute(element.attrib, "id") or "", ("", ""))[1]
        visible = attribute(element.attrib, "state") in (None, "visible")
        if (visible or hidden) and part in package:
            reader = _SheetReader(strings.values, styles, cells_left, hidden=hidden)
            package.feed(part, reader)
            cells_left = reader.cells_left
            shown.append((attribute(element.attrib, "name") or "", reader.sheet))
    return shown


class _SheetReader:
    """Collects the filled cells of one sheet, by row and column."""

    def __init__(
        self, strings: list[str], styles: list[CellStyle], cells_left: int, *, hidden: bool
    ) -> None:
        self.sheet = _Sheet()
        self.cells_left = cells_left
        self._strings, self._styles = strings, styles
        self._row = self._column = 0
        self._hidden_row, self._takes_hidden = False, hidden
        self._kind, self._style = "n", CellStyle()
        self._value: list[str] | None = None
        self._inline = RichText()

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        name = local_name(tag)
        if name == "row":
            self._row = whole_number(attrs.get("r"), default=self._row + 1, most=2_000_000)
            self._column = -1
            is_hidden = attrs.get("hidden") in ("1", "true")
            self._hidden_row = is_hidden and not self._takes_hidden
        elif name == "c":
            place = _REFERENCE.fullmatch(attrs.get("r", ""))
            self._column = _column(place[1]) if place else self._column + 1
            self._kind = attrs.get("t", "n")
            number = whole_number(attrs.get("s"))
            self._style = self._styles[number] if number < len(self._styles) else CellStyle()
            self._inline, self._value = RichText(), None
        elif name == "v":
            self._value = []
        elif name == "mergeCell" and len(self.sheet.merges) < _MAX_MERGES:
            self._merge(attrs.get("ref", ""))
        else:
            self._inline.start(name, attrs)

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if name == "c":
            self._end_cell()
        else:
            self._inline.end(name)

    def data(self, data: str) -> None:
        if self._value is not None:
            self._value.append(data)
        self._inline.data(data)

    def _end_cell(self) -> None:
        value = "".join(self._value or ()).strip()
        self._value = None
        text = self._shown(value)
        if text.strip() and not self._hidden_row and not self._style.is_struck and self.cells_left:
            self.cells_left -= 1
            self.sheet.rows.setdefault(self._row, {})[self._column] = text.strip()

    def _shown(self, value: str) -> str:
        if self._kind == "s":
            number = whole_number(value, default=len(self._strings))
            return self._strings[number] if number < len(self._strings) else ""
        if self._kind == "inlineStr":
            return self._inline.value()
        if self._kind in ("str", "d"):
            return value
        if self._kind in ("e", "b"):
            return ""
        return number_text(value, self._style)

    def _merge(self, reference: str) -> None:
        ends = [_REFERENCE.fullmatch(end) for end in reference.split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:
            first, last = _column(ends[0][1]), _column(ends[1][1])
            merge = _Merge(int(ends[0][2]), int(ends[1][2]), first, max(1, last - first + 1))
            self.sheet.merges.append(merge)


def _column(letters: str) -> int:
    """The number of a column, from 0.

    >>> _column("A"), _column("AB")
    (0, 27)
    """
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _write(page: Page, sheet: _Sheet) -> None:
    """The rows of one sheet, as one table."""
    begins = {(m.first_row, m.first_column): m for m in sheet.merges}
    reaching = sorted(
        (m for m in sheet.merges if m.last_row > m.first_row and m.first_column < _MOST_COLUMNS),
        key=lambda m: m.first_row,
    )
    open_merges: dict[int, _Merge] = {}  # those that reach into the row, by column
    at = 0
    page.open_table()
    for number in sorted(sheet.rows):
        while at < len(reaching) and reaching[at].first_row < number:
            open_merges[reaching[at].first_column] = reaching[at]
            at += 1
        open_merges = {c: m for c, m in open_merges.items() if m.last_row >= number}
        page.open_row()
        row = sheet.rows[number]
        for column in sorted(row.keys() | open_merges.keys()):
            if column in open_merges:
                page.continue_cell(column=column, width=open_merges[column].width)
            else:
                merge = begins.get((number, column))
                page.open_cell(column=column, width=merge.width if merge else 1)
            for line in row.get(column, "").split("\n"):
                page.write(line.strip())
        page.close_row()
    page.close_table()
