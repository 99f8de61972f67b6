"""Cells of an Excel workbook: shared strings, and numbers as the sheet shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree import ElementTree

from policydiff.language.patterns import compile_pattern
from policydiff.language.zh.layout import date_text
from policydiff.reading.docx_styles import child, children, is_on, value_of
from policydiff.reading.xml import attribute, local_name, whole_number

#: Formats of numbers that come with Excel and show a share of a hundred.
_PERCENT_FORMATS: Final = frozenset((9, 10))
#: Formats of dates that come with Excel, those of Chinese included.
_DATE_FORMATS: Final = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))
_DATE_CODE: Final = compile_pattern(r"y{2,4}|d{1,4}", re.IGNORECASE)
#: Text in quotes, colours and conditions in a format.
_NO_CODE: Final = compile_pattern(r'"[^"]*"|\[[^\]]*\]')
#: Days are counted from here; the last that there is, by Excel's own limit.
_FIRST_DAY: Final = date(1899, 12, 30)
_LAST_DAY: Final = 2_958_466
#: Text in quotes behind the number: 0.0"亿元".
_UNIT_IN_FORMAT: Final = compile_pattern(r'[0#?.,]+"([^"]*)"')
#: Digits that a calculation leaves behind the ones that were meant.
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class CellStyle:
    """What a style says of the cells that have it. ``unit``: text that follows the number."""

    is_percent: bool = False
    is_date: bool = False
    unit: str = ""
    is_struck: bool = False


class SharedStrings:
    """The shared strings; readings above characters and struck-out runs are left out."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._text = RichText()

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        if local_name(tag) == "si":
            self._text = RichText()
        else:
            self._text.start(local_name(tag), attrs)

    def end(self, tag: str) -> None:
        if local_name(tag) == "si":
            self.values.append(self._text.value())
        else:
            self._text.end(local_name(tag))

    def data(self, data: str) -> None:
        self._text.data(data)


class RichText:
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
        """What was read."""
        return "".join(self._pieces)


def number_text(value: str, style: CellStyle) -> str:
    """A number as the sheet shows it.

    >>> number_text("5.5000000000000007E-2", CellStyle(is_percent=True))
    '5.5%'
    """
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS:
        return value
    if style.is_date and 0 < number < _LAST_DAY:
        day = _FIRST_DAY + timedelta(days=int(number))
        return date_text(day.year, day.month, day.day)
    if style.is_percent:
        number *= 100
    number = number.quantize(Decimal(1).scaleb(number.adjusted() - _DIGITS + 1)).normalize()
    return f"{number:f}{'%' if style.is_percent else style.unit}"


def read_cell_styles(root: ElementTree.Element) -> list[CellStyle]:
    """The styles of cells, by their numbers, from the part that defines them."""
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
            CellStyle(
                is_date=identifier in _DATE_FORMATS or _DATE_CODE.search(_bare(code)) is not None,
                is_percent=identifier in _PERCENT_FORMATS or "%" in code,
                unit=unit[1] if unit else "",
                is_struck=font < len(struck) and struck[font],
            )
        )
    return styles


def _bare(code: str) -> str:
    """The code of a format without what it says in words."""
    return _NO_CODE.sub("", code)
