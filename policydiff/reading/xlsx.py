"""From an Excel workbook (.xlsx) to its text, sheet by sheet, each row a row of a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree import ElementTree

from policydiff.language.zh.data import letters_of_reports
from policydiff.reading.docx_styles import child, children, is_on, value_of
from policydiff.reading.marks import Content
from policydiff.reading.package import Package
from policydiff.reading.page import Page
from policydiff.reading.xml import attribute, local_name, whole_number

#: A report in a workbook has some hundred rows; this many cells are a database.
_MAX_CELLS: Final = 400_000
_MAX_MERGES: Final = 20_000
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
#: Formats of numbers that come with Excel and show a share of a hundred.
_PERCENT_FORMATS: Final = frozenset((9, 10))
#: Text in quotes behind the number: 0.0"亿元".
_UNIT_IN_FORMAT: Final = re.compile(r'[0#?.,]+"([^"]*)"')
#: Digits that a calculation leaves behind the ones that were meant.
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class _CellStyle:
    is_percent: bool = False
    unit: str = ""
    is_struck: bool = False


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
    """The text of a workbook with its tables. Hidden sheets and rows are left out.

    Raises ``ReadError`` and ``TooLargeError`` as for Word files.
    """
    main = package.main_part("xl/workbook.xml")
    related = package.related(main)
    parts = dict(related.values())
    strings = _Strings()
    if (shared := parts.get("sharedStrings", "")) in package:
        package.feed(shared, strings)
    styles = _cell_styles(package.tree(parts.get("styles", "xl/styles.xml")))
    shown = []
    cells_left = _MAX_CELLS
    sheets = child(package.tree(main), "sheets")
    for element in [] if sheets is None else children(sheets, "sheet"):
        part = related.get(attribute(element.attrib, "id") or "", ("", ""))[1]
        if attribute(element.attrib, "state") in (None, "visible") and part in package:
            reader = _SheetReader(strings.values, styles, cells_left)
            package.feed(part, reader)
            cells_left = reader.cells_left
            if reader.sheet.rows:
                shown.append((attribute(element.attrib, "name") or "", reader.sheet))
    page = Page()
    for name, sheet in shown:
        if len(shown) > 1 and letters_of_reports(name):
            page.write(name)
        _write(page, sheet)
    text, marks = page.finish()
    return Content(text, "utf-8", marks)


class _Strings:
    """The shared strings; readings above characters and struck-out runs are left out."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._text = _RichText()

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        if local_name(tag) == "si":
            self._text = _RichText()
        else:
            self._text.start(local_name(tag), attrs)

    def end(self, tag: str) -> None:
        if local_name(tag) == "si":
            self.values.append(self._text.value())
        else:
            self._text.end(local_name(tag))

    def data(self, data: str) -> None:
        self._text.data(data)


class _RichText:
    """Text in one or several runs."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._in_text = self._is_struck = False
        self._phonetic = 0

    def start(self, name: str, attrs: dict[str, str]) -> None:
        if name == "rPh":
            self._phonetic += 1
        elif name == "r":
            self._is_struck = False
        elif name == "strike":
            self._is_struck = is_on(attrs.get("val"))
        elif name == "t":
            self._in_text = True

    def end(self, name: str) -> None:
        if name == "rPh":
            self._phonetic -= 1
        elif name == "t":
            self._in_text = False

    def data(self, data: str) -> None:
        if self._in_text and not self._phonetic and not self._is_struck:
            self._pieces.append(data)

    def value(self) -> str:
        return "".join(self._pieces)


class _SheetReader:
    """Collects the filled cells of one sheet, by row and column."""

    def __init__(self, strings: list[str], styles: list[_CellStyle], cells_left: int) -> None:
        self.sheet = _Sheet()
        self.cells_left = cells_left
        self._strings, self._styles = strings, styles
        self._row = self._column = 0
        self._hidden_row = False
        self._kind, self._style = "n", _CellStyle()
        self._value: list[str] | None = None
        self._inline = _RichText()

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        name = local_name(tag)
        if name == "row":
            self._row = whole_number(attrs.get("r"), default=self._row + 1, most=2_000_000)
            self._column = -1
            self._hidden_row = attrs.get("hidden") in ("1", "true")
        elif name == "c":
            place = _REFERENCE.fullmatch(attrs.get("r", ""))
            self._column = _column(place[1]) if place else self._column + 1
            self._kind = attrs.get("t", "n")
            number = whole_number(attrs.get("s"))
            self._style = self._styles[number] if number < len(self._styles) else _CellStyle()
            self._inline, self._value = _RichText(), None
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
        return _number_text(value, self._style)

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


def _number_text(value: str, style: _CellStyle) -> str:
    """A number as the sheet shows it.

    >>> _number_text("5.5000000000000007E-2", _CellStyle(is_percent=True))
    '5.5%'
    """
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS:
        return value
    if style.is_percent:
        number *= 100
    number = number.quantize(Decimal(1).scaleb(number.adjusted() - _DIGITS + 1)).normalize()
    return f"{number:f}{'%' if style.is_percent else style.unit}"


def _cell_styles(root: ElementTree.Element) -> list[_CellStyle]:
    custom = {}
    formats = child(root, "numFmts")
    for element in [] if formats is None else children(formats, "numFmt"):
        custom[whole_number(attribute(element.attrib, "numFmtId"))] = (
            attribute(element.attrib, "formatCode") or ""
        )
    fonts = child(root, "fonts")
    struck = [
        child(font, "strike") is not None and is_on(value_of(font, "strike"))
        for font in ([] if fonts is None else children(fonts, "font"))
    ]
    styles = []
    xfs = child(root, "cellXfs")
    for xf in [] if xfs is None else children(xfs, "xf"):
        identifier = whole_number(attribute(xf.attrib, "numFmtId"))
        code = custom.get(identifier, "")
        font = whole_number(attribute(xf.attrib, "fontId"))
        unit = _UNIT_IN_FORMAT.search(code)
        styles.append(
            _CellStyle(
                is_percent=identifier in _PERCENT_FORMATS or "%" in code,
                unit=unit[1] if unit else "",
                is_struck=font < len(struck) and struck[font],
            )
        )
    return styles


def _write(page: Page, sheet: _Sheet) -> None:
    """The rows of one sheet, as one table."""
    begins = {(m.first_row, m.first_column): m for m in sheet.merges}
    reaching = sorted(
        (m for m in sheet.merges if m.last_row > m.first_row), key=lambda m: m.first_row
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
