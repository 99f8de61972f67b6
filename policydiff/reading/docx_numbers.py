"""The automatic numbers of a Word file: counted as Word counts, written as Word writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from policydiff.language.patterns import compile_pattern
from policydiff.language.zh.numbering import NUMBER_WRITERS
from policydiff.reading.docx_styles import Styles, child, children, is_on, value_of
from policydiff.reading.xml import attribute, local_name, whole_number

#: Longer label patterns are not Word's, and would multiply with every paragraph.
_MAX_PATTERN: Final = 32
_PLACEHOLDER: Final = compile_pattern(r"%([1-9])")
#: Word has nine levels.
_MAX_LEVELS: Final = 9

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


class Labels:
    """Counts the paragraphs of each list and says what Word shows in front of them."""

    def __init__(self, lists: Mapping[str, _List], styles: Styles) -> None:
        self._lists = lists
        self._styles = styles
        self._counts: dict[str, dict[int, int]] = {}
        self._used: set[str] = set()

    def next_label(self, style: str | None, numbering: str | None, level: int | None) -> str:
        """Count one more paragraph and return its label, '' where it is not numbered."""
        styled = self._styles.named(style)
        number = numbering if numbering is not None else styled.numbering
        listed = self._lists.get(number) if number is not None else None
        if number is None or listed is None:  # list 0, which never exists, switches numbers off
            return ""
        if level is None:
            own = styled.list_level
            level = _level_of_style(listed, style) if own is None else own
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


def _level_of_style(listed: _List, style: str | None) -> int:
    """Return the level that a style stands for in a list; the first where it stands for none."""
    named = (at for at, level in listed.levels.items() if style and level.style == style)
    return next(named, 0)


# --- the parts that define automatic numbers ------------------------------------------------------


def read_lists(root: ElementTree.Element) -> dict[str, _List]:
    """Read the lists; a definition that only names a list style stands for that style's levels.

    Each definition is read once, however many lists refer to it.
    """
    definitions = {
        attribute(element.attrib, "abstractNumId") or "": element
        for element in children(root, "abstractNum")
    }
    of_style = {
        style: name
        for name, element in definitions.items()
        if (style := value_of(element, "styleLink")) is not None
    }
    standing_for = {
        name: of_style.get(value_of(element, "numStyleLink") or "", name)
        for name, element in definitions.items()
    }
    levels = {name: _levels(definitions[name]) for name in set(standing_for.values())}
    lists = {}
    for element in children(root, "num"):
        identifier = attribute(element.attrib, "numId")
        shared = standing_for.get(value_of(element, "abstractNumId") or "")
        if identifier is not None and shared is not None:
            lists[identifier] = _list(element, levels[shared], shared)
    return lists


def _levels(element: ElementTree.Element) -> dict[int, _Level]:
    """The levels that a definition or an override holds, by their numbers."""
    numbered = ((_level_number(lvl), lvl) for lvl in children(element, "lvl"))
    return {number: _level(lvl) for number, lvl in numbered if number < _MAX_LEVELS}


def _list(element: ElementTree.Element, levels: dict[int, _Level], shared: str) -> _List:
    own: dict[int, _Level] = {}
    restarts = {}
    for override in children(element, "lvlOverride"):
        own |= _levels(override)
        start, level = value_of(override, "startOverride"), _level_number(override)
        if start is not None and level < _MAX_LEVELS:
            restarts[level] = whole_number(start)
    return _List(shared=shared, levels={**levels, **own} if own else levels, restarts=restarts)


def _level_number(element: ElementTree.Element) -> int:
    return whole_number(attribute(element.attrib, "ilvl"))


def _level(element: ElementTree.Element) -> _Level:
    legal = child(element, "isLgl")
    # A format that Word added later stands in an alternative, with an old one after it.
    formats = [inner for inner in element.iter() if local_name(inner.tag) == "numFmt"]
    format_name = attribute(formats[-1].attrib, "val") if formats else None
    restart = value_of(element, "lvlRestart")
    return _Level(
        start=whole_number(value_of(element, "start"), default=1),
        format=format_name or "decimal",
        pattern=(value_of(element, "lvlText") or "")[:_MAX_PATTERN],
        restart=None if restart is None else whole_number(restart),
        is_legal=legal is not None and is_on(attribute(legal.attrib, "val")),
        is_tight=value_of(element, "suff") == "nothing",
        style=value_of(element, "pStyle"),
    )
