"""The numbers of ordered lists on a web page, which browsers show and the text does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from policydiff.language.patterns import compile_pattern
from policydiff.reading.docx_numbers import number_text
from policydiff.reading.xml import whole_number

_STYLE: Final = compile_pattern(r"list-style(?:-type)?\s*:[^;]*?([\w-]+)\s*(?:;|$)")
#: Kinds of numbers as CSS and the type attribute name them, and as Word names them.
_FORMATS: Final = {
    "cjk-ideographic": "chineseCountingThousand",
    "trad-chinese-informal": "chineseCountingThousand",
    "simp-chinese-informal": "chineseCountingThousand",
    "trad-chinese-formal": "ideographLegalTraditional",
    "simp-chinese-formal": "chineseLegalSimplified",
    "cjk-decimal": "ideographDigital",
    "cjk-heavenly-stem": "ideographTraditional",
    "cjk-earthly-branch": "ideographZodiac",
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
#: Lists nested deeper than this are no outline.
_MAX_DEPTH: Final = 16
_NONE: Final = "none"


@dataclass(slots=True)
class _List:
    format: str  # as Word names it; 'none' where no numbers are shown
    next: int
    bracketed: bool  # a list of this kind is open around it


class OrderedLists:
    """Counts the items of the open lists and says what is written in front of each.

    A list inside another of the same kind is written in brackets, （一） under 一、, as reports do;
    browsers show the same numbers again, set in.

    >>> lists = OrderedLists()
    >>> lists.begin("ol", [("style", "list-style-type: cjk-ideographic")])
    >>> lists.begin("li", []); lists.take_label("工作回顾")
    '一、'
    >>> lists.begin("ol", [("type", "1")]); lists.begin("li", []); lists.take_label("工业")
    '1. '
    """

    def __init__(self) -> None:
        self._open: list[_List | None] = []  # None for a list without numbers
        self._label = ""

    def begin(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        if tag in ("ul", "menu", "dir", "ol"):
            self._label = ""
            self._open.append(self._numbered(dict(attrs)) if tag == "ol" else None)
        elif tag == "li" and self._open and (current := self._open[-1]) is not None:
            value = dict(attrs).get("value")
            number = current.next if value is None else whole_number(value, default=current.next)
            current.next = number + 1
            self._label = _label(number, current)
        elif tag == "li":
            self._label = ""

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag in ("ul", "menu", "dir", "ol") and self._open:
            self._open.pop()
        if tag in ("ul", "menu", "dir", "ol", "li"):
            self._label = ""

    def take_label(self, text: str) -> str:
        """What stands in front of ``text``, the first line of an item; '' where it has a number."""
        label, self._label = self._label, ""
        return "" if text[0].isnumeric() or text[0] in "(（" else label

    def _numbered(self, attrs: dict[str, str | None]) -> _List | None:
        if len(self._open) >= _MAX_DEPTH:
            return None
        style = _STYLE.search((attrs.get("style") or "").lower())
        kind = style[1] if style is not None else attrs.get("type") or ""
        number_format = _NONE if kind == _NONE else _FORMATS.get(kind, "decimal")
        around = any(outer is not None and outer.format == number_format for outer in self._open)
        return _List(number_format, whole_number(attrs.get("start"), default=1), around)


def _label(number: int, current: _List) -> str:
    if current.format == _NONE:
        return ""
    text = number_text(number, current.format)
    if current.bracketed:
        return f"（{text}）"
    return f"{text}. " if text.isascii() else f"{text}、"
