"""The automatic numbers of a Word file: counted as Word counts, written as Word writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from policydiff.language.zh.numbering import NUMBER_WRITERS
from policydiff.reading.package import attribute, local_name

OFF: Final = frozenset(("0", "false", "off"))
#: Longer label patterns are not Word's, and would multiply with every paragraph.
_MAX_PATTERN: Final = 32
_PLACEHOLDER: Final = re.compile(r"%([1-9])")
_INTEGER: Final = re.compile(r"[0-9]{1,6}")

_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST_SPELT: Final = 9999


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: how its numbers are counted and shown."""

    start: int
    format: str  # as the file names it: 'decimal', 'chineseCounting', ...
    pattern: str  # '%1、', '（%2）', '%1.%2'
    restart: int | None  # restarts after a level below this one; None: after any level above
    is_legal: bool  # shows every number in it as decimal
    is_tight: bool  # nothing between the number and the text
    style: str | None  # the paragraph style that belongs to the level


@dataclass(frozen=True, slots=True)
class _List:
    """A list as paragraphs name it: counts belong to ``shared``, which several lists may share."""

    shared: str
    levels: Mapping[int, _Level]
    restarts: Mapping[int, int]  # levels that begin anew at a number when the list is first used


@dataclass(frozen=True, slots=True)
class _Style:
    """The list and level that a paragraph style brings; None where it leaves them to its base."""

    based_on: str | None
    numbering: str | None
    level: int | None


@dataclass(frozen=True, slots=True)
class _Numbering:
    lists: Mapping[str, _List]
    styles: Mapping[str, _Style]


class Labels:
    """Counts the paragraphs of each list and says what Word shows in front of them."""

    def __init__(self, numbering: _Numbering) -> None:
        self._numbering = numbering
        self._counts: dict[str, dict[int, int]] = {}
        self._used: set[str] = set()

    def next_label(self, style: str | None, numbering: str | None, level: int | None) -> str:
        """Count one more paragraph and return its label, '' where it is not numbered."""
        styled = _style_numbering(self._numbering.styles, style)
        number = numbering if numbering is not None else styled.numbering
        listed = self._numbering.lists.get(number) if number is not None else None
        if number is None or listed is None:  # list 0, which never exists, switches numbers off
            return ""
        if level is None:
            level = _level_of_style(listed, style) if styled.level is None else styled.level
        if level not in listed.levels:
            return ""
        counts = self._counts.setdefault(listed.shared, {})
        if number not in self._used:
            self._used.add(number)
            counts.update({at: start - 1 for at, start in listed.restarts.items()})
        _count(counts, listed.levels, level)
        return _label(counts, listed.levels, level)


def _count(counts: dict[int, int], levels: Mapping[int, _Level], level: int) -> None:
    """Count a paragraph at ``level`` and forget the numbers of the levels that it restarts."""
    counts[level] = counts.get(level, levels[level].start - 1) + 1
    for deeper in [at for at in counts if at > level and at in levels]:
        restart = levels[deeper].restart
        if restart is None or level < restart:
            del counts[deeper]


def _label(counts: Mapping[int, int], levels: Mapping[int, _Level], level: int) -> str:
    shown = levels[level]
    if shown.format in ("bullet", "none"):
        return ""

    def number(placeholder: re.Match[str]) -> str:
        at = int(placeholder[1]) - 1
        if at not in levels:
            return ""
        kind = "decimal" if shown.is_legal else levels[at].format
        return number_text(counts.get(at, levels[at].start), kind)

    label = _PLACEHOLDER.sub(number, shown.pattern)
    return label if shown.is_tight or _needs_no_space(label) else label + " "


def _needs_no_space(label: str) -> bool:
    # By hand, nothing is written after 一、 or （一）, but a space after "1." or 第一章.
    if not label:
        return True
    return not label[-1].isascii() and unicodedata.category(label[-1])[0] == "P"


def number_text(number: int, format: str) -> str:
    """Write ``number`` (0 or more) in a number format of Word; one that is not known is decimal.

    >>> number_text(12, "chineseCounting"), number_text(105, "chineseCountingThousand")
    ('十二', '一百零五')
    >>> number_text(3, "decimalEnclosedCircleChinese"), number_text(4, "upperRoman")
    ('③', 'IV')
    """
    writer = _WRITERS.get(format, str)
    return writer(number) if 0 < number <= _LARGEST_SPELT else str(number)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        text += letters * times
    return text


def _letters(number: int) -> str:
    """Write a, b, ... z, aa, bb: Word repeats the letter."""
    times, index = divmod(number - 1, 26)
    return chr(ord("a") + index) * (times + 1)


def _from(first: str, count: int) -> Callable[[int], str]:
    """Return a writer for a run of ``count`` characters in Unicode; beyond it, decimal."""
    return lambda number: chr(ord(first) + number - 1) if number <= count else str(number)


def _full_width(number: int) -> str:
    return "".join(chr(ord("０") + int(digit)) for digit in str(number))


_WRITERS: Final[Mapping[str, Callable[[int], str]]] = {
    **NUMBER_WRITERS,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _from("①", 20),
    "decimalEnclosedCircleChinese": _from("①", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
}


def _style_numbering(styles: Mapping[str, _Style], name: str | None) -> _Style:
    """Follow a style to those it is based on until list and level are known."""
    numbering, level, seen = None, None, set()
    while name is not None and name in styles and name not in seen:
        seen.add(name)
        style = styles[name]
        numbering = style.numbering if numbering is None else numbering
        level = style.level if level is None else level
        name = style.based_on
    return _Style(based_on=None, numbering=numbering, level=level)


def _level_of_style(listed: _List, style: str | None) -> int:
    """Return the level that a style stands for in a list; the first where it stands for none."""
    named = (at for at, level in listed.levels.items() if style and level.style == style)
    return next(named, 0)


# --- the parts that define automatic numbers ------------------------------------------------------


def read_styles(root: ElementTree.Element) -> dict[str, _Style]:
    styles = {}
    for element in _children(root, "style"):
        identifier = attribute(element.attrib, "styleId")
        if identifier is not None:
            properties = _child(_child(element, "pPr"), "numPr")
            styles[identifier] = _Style(
                based_on=_value(element, "basedOn"),
                numbering=_value(properties, "numId"),
                level=_integer(properties, "ilvl"),
            )
    return styles


def read_numbering(root: ElementTree.Element, styles: Mapping[str, _Style]) -> _Numbering:
    """Read the lists; a definition that only names a list style stands for that style's levels."""
    definitions = {
        attribute(element.attrib, "abstractNumId") or "": element
        for element in _children(root, "abstractNum")
    }
    of_style = {
        style: element
        for element in definitions.values()
        if (style := _value(element, "styleLink")) is not None
    }
    lists = {}
    for element in _children(root, "num"):
        identifier = attribute(element.attrib, "numId")
        shared = _value(element, "abstractNumId") or ""
        definition = definitions.get(shared)
        definition = of_style.get(_value(definition, "numStyleLink") or "", definition)
        if identifier is not None and definition is not None:
            shared = attribute(definition.attrib, "abstractNumId") or ""
            lists[identifier] = _list(element, definition, shared)
    return _Numbering(lists=lists, styles=styles)


def _list(element: ElementTree.Element, definition: ElementTree.Element, shared: str) -> _List:
    levels = dict(map(_level, _children(definition, "lvl")))
    restarts = {}
    for override in _children(element, "lvlOverride"):
        levels.update(map(_level, _children(override, "lvl")))
        start = _integer(override, "startOverride")
        if start is not None:
            restarts[integer(attribute(override.attrib, "ilvl"), default=0)] = start
    return _List(shared=shared, levels=levels, restarts=restarts)


def _level(element: ElementTree.Element) -> tuple[int, _Level]:
    legal = _child(element, "isLgl")
    # A format that Word added later stands in an alternative, with an old one after it.
    formats = [child for child in element.iter() if local_name(child.tag) == "numFmt"]
    format_name = attribute(formats[-1].attrib, "val") if formats else None
    level = _Level(
        start=integer(_value(element, "start"), default=1),
        format=format_name or "decimal",
        pattern=(_value(element, "lvlText") or "")[:_MAX_PATTERN],
        restart=_integer(element, "lvlRestart"),
        is_legal=legal is not None and attribute(legal.attrib, "val") not in OFF,
        is_tight=_value(element, "suff") == "nothing",
        style=_value(element, "pStyle"),
    )
    return integer(attribute(element.attrib, "ilvl"), default=0), level


def _children(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [child for child in element if local_name(child.tag) == name]


def _child(element: ElementTree.Element | None, name: str) -> ElementTree.Element | None:
    return None if element is None else next(iter(_children(element, name)), None)


def _value(element: ElementTree.Element | None, name: str) -> str | None:
    child = _child(element, name)
    return None if child is None else attribute(child.attrib, "val")


def _integer(element: ElementTree.Element | None, name: str) -> int | None:
    value = _value(element, name)
    return None if value is None else integer(value, default=0)


def integer(value: str | None, *, default: int) -> int:
    return int(value) if value is not None and _INTEGER.fullmatch(value) else default
