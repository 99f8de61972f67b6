"""The styles of text in OpenDocument files: which raise it, hide it or strike it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from policydiff.reading.xml import attribute, local_name


@dataclass(frozen=True, slots=True)
class TextStyle:
    """What a style says of text, and the style that it is based on."""

    base: str | None = None
    is_raised: bool = False
    is_hidden: bool = False  # or struck out


PLAIN: Final = TextStyle()


def read_style(element: ElementTree.Element) -> TextStyle:
    """The style that an element defines."""
    text: Mapping[str, str] = {}
    for inner in element:
        if local_name(inner.tag) == "text-properties":
            text = inner.attrib
    return TextStyle(
        base=attribute(element.attrib, "parent-style-name"),
        is_raised=(attribute(text, "text-position") or "").startswith("super"),
        is_hidden=attribute(text, "display") == "none"
        or attribute(text, "text-line-through-style") not in (None, "none"),
    )
