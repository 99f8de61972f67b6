"""From an OpenDocument text (.odt, .fodt) to its text: paragraphs as lines, tables row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from policydiff.errors import ReadError
from policydiff.language.zh.layout import without_soft_breaks
from policydiff.reading.encoding import SAVE_AS
from policydiff.reading.marks import Content, Marks
from policydiff.reading.notes import shown_raised
from policydiff.reading.odt_lists import ListCounter, ListStyles, read_list_styles
from policydiff.reading.odt_styles import PLAIN, TextStyle, read_style
from policydiff.reading.package import Package
from policydiff.reading.page import Page
from policydiff.reading.xml import (
    Inside,
    NotXmlError,
    Subtrees,
    attribute,
    chunked,
    feed_xml,
    local_name,
    whole_number,
)

#: What a reader does not see in the text: deleted text, notes, comments, readings, alternatives.
_UNSEEN: Final = frozenset({
    "tracked-changes", "note", "annotation", "annotation-end", "ruby-text", "forms",
    "sequence-decls", "variable-decls", "user-field-decls", "hidden-text", "hidden-paragraph",
    "table-column", "table-columns", "desc", "title", "index-title-template", "event-listeners",
    "binary-data", "table-of-content-source", "object", "script",
})  # fmt: skip
#: Repeated blanks and columns are written as a number, which need not be true.
_MOST_REPEATED: Final = 64


def read_odt(package: Package) -> Content:
    """The text of an .odt file. Raises ``ReadError`` and ``TooLargeError`` as for Word files."""
    if "meta-inf/manifest.xml" in package:
        manifest = package.tree("META-INF/manifest.xml")
        if any(local_name(element.tag) == "encryption-data" for element in manifest.iter()):
            raise ReadError(where=package.where, what="is encrypted", remedy="remove its password")
    trees = Subtrees(("automatic-styles",))
    package.feed("content.xml", trees)
    common = Subtrees(("styles",))
    if "styles.xml" in package:
        package.feed("styles.xml", common)
    body = _body([*trees.trees.values(), *common.trees.values()])
    encoding = package.feed("content.xml", Inside("text", body))
    text, marks = body.finish()
    return Content(text, encoding, marks)


def read_fodt(data: bytes, *, where: str) -> Content:
    """The text of an OpenDocument text in one XML file."""
    try:
        trees = Subtrees(("automatic-styles", "styles"))
        feed_xml(chunked(data), trees)
        body = _body(list(trees.trees.values()))
        encoding = feed_xml(chunked(data), Inside("text", body))
    except NotXmlError as error:
        what = f"is a damaged OpenDocument file ({error})"
        raise ReadError(where=where, what=what, remedy=SAVE_AS) from error
    text, marks = body.finish()
    return Content(text, encoding, marks)


def _body(trees: list[ElementTree.Element]) -> _Body:
    styles = {}
    lists: ListStyles = {}
    for tree in trees:
        lists |= read_list_styles(tree)
        for element in tree:
            name = attribute(element.attrib, "name")
            if local_name(element.tag) == "style" and name is not None:
                styles[name] = read_style(element)
    return _Body(styles, lists)


@dataclass(slots=True)
class _Paragraph:
    pieces: list[str]
    level: int | None
    label: str


class _Body:
    """Collects the lines of the text as the parser reports them."""

    def __init__(self, styles: Mapping[str, TextStyle], lists: ListStyles) -> None:
        self._styles = styles
        self._lists = ListCounter(lists)
        self._page = Page()
        self._paragraphs: list[_Paragraph] = []  # one in a frame stands inside another
        self._from_frames: list[tuple[str, int | None]] = []
        self._spans: list[TextStyle] = []
        self._hidden = self._raised = 0  # how many of the open spans are
        self._unseen = 0
        self._contents = 0
        self._header_rows = 0

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        name = local_name(tag)
        if self._unseen or name in _UNSEEN:
            self._unseen += 1
        elif name in ("p", "h"):
            self._paragraphs.append(self._paragraph(name, attrs))
        elif name == "span":
            style = self._styles.get(attribute(attrs, "style-name") or "", PLAIN)
            self._spans.append(style)
            self._hidden += style.is_hidden
            self._raised += style.is_raised
        elif name == "s":
            self._write(" " * whole_number(attribute(attrs, "c"), default=1, most=_MOST_REPEATED))
        elif name in ("tab", "line-break"):
            self._write(" " if name == "tab" else "\n")
        elif name == "table-of-content":
            self._contents += 1
        else:
            self._begin_structure(name, attrs)

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if self._unseen:
            self._unseen -= 1
        elif name in ("p", "h"):
            self._end_paragraph()
        elif name == "span":
            style = self._spans.pop()
            self._hidden -= style.is_hidden
            self._raised -= style.is_raised
        elif name == "table-row":
            self._page.close_row()
        elif name == "table":
            self._page.close_table()
        elif name == "table-of-content":
            self._contents -= 1
        elif name == "table-header-rows":
            self._header_rows -= 1
        else:
            self._lists.end(name)

    def data(self, data: str) -> None:
        if not self._unseen:
            self._write(data)

    def finish(self) -> tuple[str, Marks]:
        """The text of what was reported, and its marks."""
        return self._page.finish()

    def _begin_structure(self, name: str, attrs: dict[str, str]) -> None:
        if name == "table":
            self._page.open_table()
        elif name == "table-header-rows":
            self._header_rows += 1
        elif name == "table-row":
            self._page.open_row(heads=bool(self._header_rows))
        elif name == "table-cell":
            repeated = attribute(attrs, "number-columns-repeated")
            for _ in range(whole_number(repeated, default=1, most=_MOST_REPEATED)):
                self._page.open_cell(
                    width=whole_number(attribute(attrs, "number-columns-spanned"), default=1),
                    height=whole_number(attribute(attrs, "number-rows-spanned"), default=1),
                )
        else:
            self._lists.begin(name, attrs)

    def _paragraph(self, name: str, attrs: dict[str, str]) -> _Paragraph:
        level = whole_number(attribute(attrs, "outline-level"), default=1) if name == "h" else None
        style = attribute(attrs, "style-name") or ""
        if level is None and "Title" in (style, getattr(self._styles.get(style), "base", None)):
            level = 0
        return _Paragraph([], level, self._lists.take_label())

    def _write(self, text: str) -> None:
        if not self._paragraphs:
            return
        pieces = self._paragraphs[-1].pieces
        if self._hidden:
            return
        if self._raised:
            text = shown_raised(text, pieces[-1] if pieces else "")
        if text:
            pieces.append(text)

    def _end_paragraph(self) -> None:
        paragraph = self._paragraphs.pop()
        text = without_soft_breaks("".join(paragraph.pieces).replace("\u00a0", " "))
        text = paragraph.label + text if text.strip() else ""
        if self._paragraphs:
            self._from_frames.append((text, paragraph.level))
            return
        for content, level in [(text, paragraph.level), *self._from_frames]:
            for line in [] if self._contents else content.split("\n"):
                self._page.write(line.strip(" "), level=level)
        self._from_frames.clear()
