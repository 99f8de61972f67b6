"""The styles of a Word file: which are headings, which bring a list, which strike out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final
from xml.etree import ElementTree

from policydiff.language.patterns import compile_pattern
from policydiff.reading.xml import attribute, local_name, whole_number

OFF: Final = frozenset(("0", "false", "off"))
#: Word's own names of styles are English in every language.
_HEADING: Final = compile_pattern(r"heading ([1-9])", re.IGNORECASE)
_CONTENTS_NAME: Final = compile_pattern(r"TOC[1-9]")
_CONTENTS: Final = compile_pattern(r"toc [1-9]", re.IGNORECASE)
#: Outline levels go from 0 to 8; 9 says body text.
_BODY_LEVEL: Final = 9


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says, None where it leaves it to the style that it is based on.

    ``heading``: 0 for a title, 1 to 9, or -1 for a style that says it is none. ``list_level``
    belongs to ``numbering``.
    """

    numbering: str | None = None
    list_level: int | None = None
    heading: int | None = None
    is_contents: bool | None = None
    is_struck: bool | None = None
    is_raised: bool | None = None
    is_hidden: bool | None = None


_PLAIN: Final = Style()
_CONTENTS_ENTRY: Final = Style(is_contents=True)


class Styles:
    """The styles by their names in the file, each with what it takes over from its base."""

    def __init__(self, own: Mapping[str, tuple[Style, str | None]]) -> None:
        self._own = own  # with the name of the style each is based on
        self._whole: dict[str, Style] = {}

    def named(self, name: str | None) -> Style:
        """The style of this name with all it takes over; a plain one where there is none."""
        chain: list[str] = []
        at, seen = name, set[str]()
        while at is not None and at in self._own and at not in self._whole and at not in seen:
            chain.append(at)
            seen.add(at)
            at = self._own[at][1]
        base = self._whole.get(at, _PLAIN) if at is not None else _PLAIN
        for link in reversed(chain):
            base = self._whole[link] = _over(self._own[link][0], base)
        if name in self._whole:
            return self._whole[name]
        # Programs use Word's own styles without defining them.
        return _CONTENTS_ENTRY if name and _CONTENTS_NAME.fullmatch(name) else _PLAIN


def _over(own: Style, base: Style) -> Style:
    values = {f.name: getattr(own, f.name) for f in fields(Style)}
    return Style(**{k: getattr(base, k) if v is None else v for k, v in values.items()})


def read_styles(root: ElementTree.Element) -> Styles:
    """The styles of the part that defines them."""
    own = {}
    for element in children(root, "style"):
        identifier = attribute(element.attrib, "styleId")
        if identifier is None:
            continue
        paragraph, run = child(element, "pPr"), child(element, "rPr")
        numbering = child(paragraph, "numPr")
        if numbering is None:
            numbering = child(paragraph, "listPr")  # as Word 2003 has it
        name = value_of(element, "name") or ""
        style = Style(
            numbering=value_of(numbering, "numId") or value_of(numbering, "ilfo"),
            list_level=_integer(numbering, "ilvl"),
            heading=_heading_level(name, value_of(paragraph, "outlineLvl")),
            is_contents=True if _CONTENTS.fullmatch(name) else None,
            is_struck=_switch(run, "strike", "dstrike"),
            is_raised=value_of(run, "vertAlign") == "superscript" or None,
            is_hidden=_switch(run, "vanish"),
        )
        own[identifier] = (style, value_of(element, "basedOn"))
    return Styles(own)


def _heading_level(name: str, outline: str | None) -> int | None:
    heading = _HEADING.fullmatch(name)
    if heading is not None:
        return int(heading[1])
    if name.lower() == "title":
        return 0
    return None if outline is None else outline_heading(outline)


def outline_heading(outline: str | None) -> int:
    """The heading level that an outline level of Word stands for; -1 for body text.

    >>> outline_heading("0"), outline_heading("9")
    (1, -1)
    """
    level = whole_number(outline, default=_BODY_LEVEL)
    return level + 1 if level < _BODY_LEVEL else -1


def _switch(element: ElementTree.Element | None, *names: str) -> bool | None:
    """Whether one of some on-off properties is on; None where none is named."""
    named = [child(element, name) for name in names]
    states = [is_on(attribute(n.attrib, "val")) for n in named if n is not None]
    return any(states) if states else None


def is_on(value: str | None) -> bool:
    """Whether an on-off property with this value is on; it needs none to be on."""
    return value not in OFF


def children(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    """The elements of this local name right inside another."""
    return [inner for inner in element if local_name(inner.tag) == name]


def child(element: ElementTree.Element | None, name: str) -> ElementTree.Element | None:
    """The first element of this local name right inside another, or None."""
    if element is None:
        return None
    return next((inner for inner in element if local_name(inner.tag) == name), None)


def value_of(element: ElementTree.Element | None, name: str) -> str | None:
    """The value of the first element of this name right inside another, or None."""
    inner = child(element, name)
    return None if inner is None else attribute(inner.attrib, "val")


def _integer(element: ElementTree.Element | None, name: str) -> int | None:
    value = value_of(element, name)
    return None if value is None else whole_number(value)
