"""The numbers of lists in OpenDocument texts, which are not stored with the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from policydiff.language.zh.numbering import NUMBER_WRITERS
from policydiff.reading.docx_numbers import number_text
from policydiff.reading.xml import attribute, local_name, whole_number

#: Formats of numbers as the file names them; others are named by their first number: "一, 二, 三".
_FORMATS: Final = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
_CIRCLED: Final = "decimalEnclosedCircle"
#: The format has ten levels.
_MAX_LEVELS: Final = 10


@dataclass(frozen=True, slots=True)
class _Level:
    format: str | None  # as Word names it; None for bullets and levels without numbers
    prefix: str
    suffix: str
    start: int


ListStyles = dict[str, dict[int, _Level]]


def read_list_styles(root: ElementTree.Element) -> ListStyles:
    """The list styles right inside ``root``, by name, with their levels from 1."""
    styles: ListStyles = {}
    for element in root:
        name = attribute(element.attrib, "name")
        if local_name(element.tag) == "list-style" and name is not None:
            styles[name] = dict(_level(inner) for inner in element)
    return styles


def _level(element: ElementTree.Element) -> tuple[int, _Level]:
    name = attribute(element.attrib, "num-format") or ""
    is_numbered = local_name(element.tag) == "list-level-style-number" and name
    level = _Level(
        format=_format(name) if is_numbered else None,
        prefix=attribute(element.attrib, "num-prefix") or "",
        suffix=attribute(element.attrib, "num-suffix") or "",
        start=whole_number(attribute(element.attrib, "start-value"), default=1),
    )
    return whole_number(attribute(element.attrib, "level"), default=1), level


def _format(name: str) -> str:
    if name in _FORMATS:
        return _FORMATS[name]
    first = name.split(",")[0].strip()
    candidates = [*NUMBER_WRITERS, _CIRCLED]
    return next((word for word in candidates if number_text(1, word) == first), "decimal")


class ListCounter:
    """Counts the items of the open lists; a list goes on where one of its style stopped."""

    def __init__(self, styles: ListStyles) -> None:
        self._styles = styles
        self._open: list[str] = []  # the style of each open list
        self._counts: dict[tuple[str, int], int] = {}
        self._label = ""

    def begin(self, name: str, attrs: dict[str, str]) -> None:
        """An element begins: a list, or an item of one."""
        if name == "list":
            outer = self._open[-1] if self._open else ""
            self._open.append(attribute(attrs, "style-name") or outer)
            goes_on = attribute(attrs, "continue-numbering") == "true"
            goes_on = goes_on or attribute(attrs, "continue-list") is not None
            if not goes_on:
                self._counts.pop((self._open[-1], len(self._open)), None)
        elif name == "list-item" and self._open and len(self._open) <= _MAX_LEVELS:
            self._label = self._next(attribute(attrs, "start-value"))

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "list" and self._open:
            self._open.pop()
        if name in ("list", "list-item"):
            self._label = ""

    def take_label(self) -> str:
        """What stands in front of the first paragraph of an item; '' for any other."""
        label, self._label = self._label, ""
        return label

    def _next(self, start: str | None) -> str:
        style, depth = self._open[-1], len(self._open)
        level = self._styles.get(style, {}).get(depth)
        if level is None or level.format is None:
            return ""
        number = self._counts.get((style, depth), level.start - 1) + 1
        number = number if start is None else whole_number(start, default=number)
        self._counts[style, depth] = number
        for deeper in range(depth + 1, _MAX_LEVELS + 1):
            self._counts.pop((style, deeper), None)
        text = f"{level.prefix}{number_text(number, level.format)}{level.suffix}"
        return text if not text.isascii() else f"{text} "
