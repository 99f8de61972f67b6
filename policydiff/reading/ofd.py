"""From an OFD file (the Chinese standard for fixed pages) to its text, page by page."""

from __future__ import annotations

import posixpath
from typing import Final

from policydiff.errors import ReadError
from policydiff.reading.marks import Content
from policydiff.reading.package import Package
from policydiff.reading.printed import content_of_pages
from policydiff.reading.printed_lines import Line, Piece, lines_of
from policydiff.reading.xml import attribute, local_name

#: No report has as many pages.
_MOST_PAGES: Final = 2000
#: A page has some hundred pieces of text; each may be a line or a single character.
_MOST_PIECES: Final = 500_000


def read_ofd(package: Package) -> Content:
    """The text of an OFD file, without headers, footers, page numbers and hard line breaks.

    Raises ``ReadError`` where it holds no text, only drawn characters or pictures.
    """
    pages = [_page(package, part) for part in _page_parts(package)]
    if not any(pages):
        raise ReadError(
            where=package.where,
            what="is an OFD file without text in it, only drawn characters or pictures",
            remedy="run text recognition (OCR) over it and save the text as .docx or .txt",
        )
    return content_of_pages([[*page] for page in pages], encoding="utf-8")


def _page_parts(package: Package) -> list[str]:
    """The parts with the pages, in order."""
    roots = [e.text or "" for e in package.tree("OFD.xml").iter() if _is(e.tag, "DocRoot")]
    parts = []
    for root in roots:
        document = root.strip().lstrip("/")
        for element in package.tree(document).iter():
            location = attribute(element.attrib, "BaseLoc")
            if _is(element.tag, "Page") and location is not None:
                base = "" if location.startswith("/") else posixpath.dirname(document)
                parts.append(posixpath.normpath(posixpath.join(base, location.lstrip("/"))))
    return [part for part in parts[:_MOST_PAGES] if part in package]


def _is(tag: object, name: str) -> bool:
    return local_name(tag) == name


def _page(package: Package, part: str) -> list[Line]:
    reader = _PageReader()
    package.feed(part, reader)
    return lines_of(reader.pieces)


class _PageReader:
    """Collects the pieces of text on one page. Measures are millimetres, from the top."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._left = self._top = self._size = self._x = self._y = self._step = 0.0
        self._text: list[str] | None = None

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        name = local_name(tag)
        if name == "TextObject":
            boundary = [_measure(value) for value in attrs.get("Boundary", "").split()]
            self._left, self._top = [*boundary, 0.0, 0.0][:2]
            self._size = _measure(attrs.get("Size", "")) or 1.0
            self._x = self._y = 0.0
        elif name == "TextCode":
            self._x = _measure(attrs.get("X", ""), self._x)
            self._y = _measure(attrs.get("Y", ""), self._y)
            self._step = _step(attrs.get("DeltaX", "")) or self._size
            self._text = []

    def end(self, tag: str) -> None:
        if not _is(tag, "TextCode") or self._text is None:
            return
        text = "".join(self._text).strip()
        self._text = None
        if text and len(self.pieces) < _MOST_PIECES:
            left = self._left + self._x
            bottom = -(self._top + self._y)
            right = left + self._step * (len(text) - 1) + self._size
            self.pieces.append(Piece(text, left, right, bottom, self._size))

    def data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)


def _step(deltas: str) -> float:
    """The usual distance of two characters: 'g 12 3.5' says twelve times 3.5."""
    values = deltas.split()
    if values[:1] == ["g"]:
        return _measure(values[2]) if len(values) > 2 else 0.0
    measures = sorted(map(_measure, values))
    return measures[len(measures) // 2] if measures else 0.0


def _measure(value: str, default: float = 0.0) -> float:
    try:
        number = float(value)
    except ValueError:
        return default
    return number if abs(number) < 1e6 else default
