"""From a Word file (.docx) to its text: paragraphs as lines, tables row by row.

Only the body is read. What a reader does not see (deleted, struck-out and hidden text, field codes,
notes) and tables of contents are left out; what Word shows but does not store as text (automatic
numbers such as 一、) is rebuilt. The same markup is in the XML of Word 2003 and in flat files, see
wordxml.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from policydiff.language.zh.layout import without_soft_breaks
from policydiff.reading.docx_numbers import Labels, read_lists
from policydiff.reading.docx_styles import Styles, is_on, outline_heading, read_styles
from policydiff.reading.marks import Content, Marks
from policydiff.reading.notes import shown_raised
from policydiff.reading.package import Package
from policydiff.reading.page import Page
from policydiff.reading.xml import attribute, local_name, whole_number

_BODY: Final = "word/document.xml"

#: Elements whose content a reader does not see: deleted or moved away, field codes, the reading
#: aid of a ruby, and former or layout properties.
_UNSEEN: Final = frozenset({
    "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "pPrChange", "rPrChange",
    "sectPr", "sectPrChange", "tblPr", "tblPrEx", "tblGrid", "sdtPr", "rubyPr", "tcPrChange",
    "trPrChange", "binData",
})  # fmt: skip
#: How a content control says that it holds a table of contents.
_CONTENTS_GALLERY: Final = "Table of Contents"
#: How Word 2003 marks what was deleted or moved away.
_DELETIONS: Final = frozenset({"Word.Deletion", "Word.MoveFrom"})
#: Elements that stand for a character or a line break.
_CHARACTERS: Final = {
    "tab": " ",
    "ptab": " ",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
}
#: Elements that hold the properties of what they stand in.
_PROPERTIES: Final = frozenset({"pPr", "rPr", "trPr", "tcPr"})

#: Reads a part that the body takes in as it is (a web page, another Word file).
ReadPart = Callable[[str], Content]


def read_docx(package: Package, *, read_part: ReadPart | None = None) -> Content:
    """The text of a Word file, and the encoding of the XML that it was stored in.

    ``read_part`` reads what an altChunk refers to, by the name of the part; without it such parts
    are left out. Raises ``ReadError`` where the container or its XML is damaged, encrypted, not a
    Word document or has a document type, ``TooLargeError`` where a part unpacks to more than it
    should.
    """
    main = package.main_part(_BODY)
    related = package.related(main)
    parts = dict(related.values())
    styles = read_styles(package.tree(parts.get("styles", "word/styles.xml")))
    lists = read_lists(package.tree(parts.get("numbering", "word/numbering.xml")))
    chunks = {key: name for key, (kind, name) in related.items() if kind == "aFChunk"}

    def part_of(identifier: str) -> Content | None:
        name = chunks.get(identifier, "")
        return None if read_part is None or name not in package else read_part(name)

    body = WordBody(styles, Labels(lists, styles), part_of)
    encoding = package.feed(main, body)
    text, marks = body.finish()
    return Content(text, encoding, marks)


@dataclass(slots=True)
class _Paragraph:
    """A paragraph while it is being read."""

    pieces: list[str] = field(default_factory=list)
    style: str | None = None
    numbering: str | None = None
    level: int | None = None
    heading: int | None = None  # as it says itself; None leaves it to its style
    label: str | None = None  # the number that Word 2003 stored beside the text
    is_joined: bool = False  # the mark at its end was deleted: it runs on into the next one


@dataclass(slots=True)
class _Run:
    """What a run says of its text: not to be seen, or raised above the line."""

    is_hidden: bool = False
    is_struck: bool = False
    is_raised: bool = False


@dataclass(slots=True)
class _TableCell:
    width: int = 1
    continues: bool = False  # the cell above reaches into it
    is_open: bool = False  # its text has begun


class WordBody:
    """Collects the lines of the body as the parser reports them; depth costs no recursion."""

    def __init__(
        self, styles: Styles, labels: Labels, part_of: Callable[[str], Content | None]
    ) -> None:
        self._styles, self._labels, self._part_of = styles, labels, part_of
        self._page = Page()
        self._paragraphs: list[_Paragraph] = []  # a text box stands inside the one that holds it
        self._from_boxes: list[tuple[str, int | None]] = []  # they follow the outer paragraph
        self._carried: list[str] = []  # text of paragraphs that run on
        self._properties: list[str] = []  # open property elements
        self._runs: list[_Run] = []  # open runs
        self._cells: list[_TableCell] = []  # open cells of tables
        self._controls: list[bool] = []  # open content controls: whether it is of contents
        self._chosen: list[bool] = []  # for each open AlternateContent, whether one was taken
        self._unseen_depth = 0
        self._in_text = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if self._unseen_depth:
            self._unseen_depth += 1
            if name == "docPartGallery" and self._controls:
                self._controls[-1] = attribute(attributes, "val") == _CONTENTS_GALLERY
        elif name in _PROPERTIES:
            self._open_properties(name)
        elif self._properties:
            self._property(name, attributes)
        elif name in _UNSEEN or self._is_duplicate(name) or _is_deletion(name, attributes):
            self._unseen_depth = 1
        else:
            self._begin(name, attributes)

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if self._unseen_depth:
            self._unseen_depth -= 1
        elif self._properties:
            if name == self._properties[-1]:
                self._properties.pop()
        elif name == "p":
            self._end_paragraph()
        elif name == "r":
            self._runs.pop()
        elif name == "t":
            self._in_text = False
        elif name == "tc":
            self._open_cell()
            self._cells.pop()
        elif name == "tr":
            self._page.close_row()
        elif name == "tbl":
            self._page.close_table()
        elif name == "AlternateContent":
            self._chosen.pop()
        elif name == "sdt":
            self._controls.pop()

    def data(self, data: str) -> None:
        if self._in_text and not self._unseen_depth:
            self._write(data)

    def finish(self) -> tuple[str, Marks]:
        """Return the text of what was reported, and its marks."""
        self._write_lines("".join(self._carried), None)
        return self._page.finish()

    def _is_duplicate(self, name: str) -> bool:
        """Tell whether an alternative repeats what was taken; the first one offered is taken."""
        if name not in ("Choice", "Fallback") or not self._chosen:
            return False
        taken = self._chosen[-1]
        self._chosen[-1] = True
        return taken

    def _open_properties(self, name: str) -> None:
        """Properties of what is not open are those of a list or a section, and tell nothing."""
        holders = {"pPr": self._paragraphs, "rPr": self._paragraphs, "tcPr": self._cells}
        if name in holders and not holders[name]:
            self._unseen_depth = 1
        else:
            self._properties.append(name)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "p":
            self._open_cell()
            self._paragraphs.append(_Paragraph())
        elif name == "r":
            self._runs.append(_Run())
        elif name == "t":
            self._in_text = True
        elif name == "tbl":
            self._open_cell()
            self._page.open_table()
        elif name == "tr":
            self._page.open_row()
        elif name == "tc":
            self._cells.append(_TableCell())
        elif name == "AlternateContent":
            self._chosen.append(False)
        elif name == "sdt":
            # What is inside a table of contents belongs to it as well.
            self._controls.append(bool(self._controls) and self._controls[-1])
        elif name == "altChunk":
            self._take_in(attribute(attributes, "id") or "")
        elif name in _CHARACTERS:
            self._write(_CHARACTERS[name])

    def _take_in(self, identifier: str) -> None:
        """Put another file where it belongs; it may bring headings and tables of its own."""
        content = self._part_of(identifier)
        if content is not None:
            self._open_cell()
            self._page.embed(content)

    def _open_cell(self) -> None:
        """Begin the current cell on the page, once it is known what its properties say."""
        if not self._cells or self._cells[-1].is_open:
            return
        cell = self._cells[-1]
        cell.is_open = True
        if cell.continues:
            self._page.continue_cell(width=cell.width)
        else:
            self._page.open_cell(width=cell.width)

    def _property(self, name: str, attributes: dict[str, str]) -> None:
        value = attribute(attributes, "val")
        if self._properties[-1] == "rPr":
            self._run_property(name, value, attributes)
        elif self._properties[-1] == "pPr":
            self._paragraph_property(name, value)
        elif self._properties[-1] == "tcPr":
            self._cell_property(name.lower(), value)
        elif name == "tblHeader" and is_on(value):
            self._page.mark_header()
        if name in _UNSEEN:
            self._unseen_depth = 1

    def _run_property(self, name: str, value: str | None, attributes: dict[str, str]) -> None:
        if self._properties == ["pPr", "rPr"]:
            if name in ("del", "moveFrom") or _is_deletion(name, attributes):
                self._paragraphs[-1].is_joined = True
            return
        if self._properties != ["rPr"] or not self._runs:
            return
        run = self._runs[-1]
        if name == "vanish":
            run.is_hidden = is_on(value)
        elif name in ("strike", "dstrike"):
            run.is_struck = is_on(value) or (run.is_struck and name == "dstrike")
        elif name == "vertAlign":
            run.is_raised = value == "superscript"
        elif name == "rStyle":
            style = self._styles.named(value)
            run.is_struck = bool(style.is_struck)
            run.is_raised = bool(style.is_raised)
            run.is_hidden = bool(style.is_hidden)

    def _paragraph_property(self, name: str, value: str | None) -> None:
        paragraph = self._paragraphs[-1]
        if name == "pStyle":
            paragraph.style = value
        elif name == "numId":
            paragraph.numbering = value
        elif name == "ilvl":
            paragraph.level = whole_number(value)
        elif name == "outlineLvl":
            paragraph.heading = outline_heading(value)
        elif name == "t":  # in a list of Word 2003
            paragraph.label = value

    def _cell_property(self, name: str, value: str | None) -> None:
        if name == "gridspan":
            self._cells[-1].width = whole_number(value, default=1)
        elif name == "vmerge":
            self._cells[-1].continues = value != "restart"

    def _write(self, text: str) -> None:
        if not self._paragraphs:
            return
        pieces = self._paragraphs[-1].pieces
        run = self._runs[-1] if self._runs else None
        if run is not None and run.is_raised:
            text = shown_raised(text, pieces[-1] if pieces else "")
        if text and not (run is not None and (run.is_hidden or run.is_struck)):
            pieces.append(text)

    def _end_paragraph(self) -> None:
        paragraph = self._paragraphs.pop()
        text = "".join(paragraph.pieces)
        if paragraph.is_joined:
            self._carried.append(text)
            return
        label = paragraph.label
        if label is None:
            label = self._labels.next_label(paragraph.style, paragraph.numbering, paragraph.level)
        text = "".join([*self._carried, text])
        self._carried.clear()
        text = label + text if text.strip() else ""
        style = self._styles.named(paragraph.style)
        heading = style.heading if paragraph.heading is None else paragraph.heading
        level = None if heading is None or heading < 0 else heading
        if style.is_contents or (self._controls and self._controls[-1]):
            text = ""  # numbered and counted, but no text of the report
        line = (text, level)
        if self._paragraphs:
            self._from_boxes.append(line)
            return
        self._write_lines(*line)
        for boxed in self._from_boxes:
            self._write_lines(*boxed)
        self._from_boxes.clear()

    def _write_lines(self, text: str, level: int | None) -> None:
        text = without_soft_breaks(text.replace("\u00a0", " "))
        for line in text.split("\n"):
            self._page.write(line.strip(" "), level=level)


def _is_deletion(name: str, attributes: dict[str, str]) -> bool:
    return name == "annotation" and attribute(attributes, "type") in _DELETIONS
