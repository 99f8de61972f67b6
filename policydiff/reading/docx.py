"""From a Word file (.docx) to its text: paragraphs as lines, tables row by row.

Only the body is read. What a reader does not see (deleted and hidden text, field codes, notes) is
left out; what Word shows but does not store as text (automatic numbers such as 一、) is rebuilt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from policydiff.reading.docx_numbers import OFF, Labels, integer, read_numbering, read_styles
from policydiff.reading.package import Package, attribute, local_name
from policydiff.reading.page import Page

#: Word writes about ten bytes of markup for each of text; the longest text that is read has 6 MB.
_MAX_BODY_BYTES: Final = 64 * 1024 * 1024

_BODY: Final = "word/document.xml"
_NUMBERING: Final = "word/numbering.xml"
_STYLES: Final = "word/styles.xml"

#: Elements whose content a reader does not see: deleted or moved away, field codes, the reading
#: aid of a ruby, and former or layout properties.
_UNSEEN: Final = frozenset({
    "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "pPrChange", "rPrChange",
    "sectPr", "sectPrChange", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sdtPr", "rubyPr",
})  # fmt: skip
#: Elements that stand for a character or a line break.
_CHARACTERS: Final = {
    "tab": " ",
    "ptab": " ",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
}


def text_of_docx(data: bytes, *, where: str) -> tuple[str, str]:
    """Return the text of a Word file and the encoding of the XML that it was stored in.

    Raises ``ReadError`` where the container or its XML is damaged, encrypted, not a Word document
    or has a document type, ``TooLargeError`` where a part unpacks to more than it should. ``where``
    names the file in messages.
    """
    package = Package(data, where)
    styles = read_styles(package.tree(_STYLES))
    numbering = read_numbering(package.tree(_NUMBERING), styles)
    body = _Body(Labels(numbering))
    encoding = package.feed(_BODY, body, limit=_MAX_BODY_BYTES)
    return body.close(), encoding


@dataclass(slots=True)
class _Paragraph:
    """A paragraph while it is being read."""

    pieces: list[str] = field(default_factory=list)
    style: str | None = None
    numbering: str | None = None
    level: int | None = None
    is_joined: bool = False  # the mark at its end was deleted: it runs on into the next one


class _Body:
    """Collects the lines of the body as the parser reports them; depth costs no recursion."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._page = Page()
        self._paragraphs: list[_Paragraph] = []  # a text box stands inside the one that holds it
        self._from_boxes: list[str] = []  # lines of text boxes, which follow the outer paragraph
        self._carried: list[str] = []  # text of paragraphs that run on
        self._properties: list[str] = []  # open property elements, pPr and rPr
        self._runs: list[bool] = []  # for each open run, whether it is hidden
        self._chosen: list[bool] = []  # for each open AlternateContent, whether one was taken
        self._unseen_depth = 0
        self._in_text = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if self._unseen_depth:
            self._unseen_depth += 1
        elif name in ("pPr", "rPr") and not self._paragraphs:
            self._unseen_depth = 1
        elif name in ("pPr", "rPr"):
            self._properties.append(name)
        elif self._properties:
            self._property(name, attributes)
        elif name in _UNSEEN or self._is_duplicate(name):
            self._unseen_depth = 1
        else:
            self._begin(name)

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
        elif name == "tr":
            self._page.close_row()
        elif name == "AlternateContent":
            self._chosen.pop()

    def data(self, data: str) -> None:
        if self._in_text and not self._unseen_depth:
            self._write(data)

    def close(self) -> str:
        """Return the text of what was reported."""
        self._write_lines("".join(self._carried))
        return self._page.text()

    def _is_duplicate(self, name: str) -> bool:
        """Tell whether an alternative repeats what was taken; the first one offered is taken."""
        if name not in ("Choice", "Fallback") or not self._chosen:
            return False
        taken = self._chosen[-1]
        self._chosen[-1] = True
        return taken

    def _begin(self, name: str) -> None:
        if name == "p":
            self._paragraphs.append(_Paragraph())
        elif name == "r":
            self._runs.append(False)
        elif name == "t":
            self._in_text = True
        elif name == "tr":
            self._page.open_row()
        elif name == "tc":
            self._page.open_cell()
        elif name == "AlternateContent":
            self._chosen.append(False)
        elif name in _CHARACTERS:
            self._write(_CHARACTERS[name])

    def _property(self, name: str, attributes: dict[str, str]) -> None:
        value = attribute(attributes, "val")
        if name in ("del", "moveFrom") and self._properties == ["pPr", "rPr"]:
            self._paragraphs[-1].is_joined = True
        elif name in _UNSEEN:
            self._unseen_depth = 1
        elif name == "vanish" and self._properties == ["rPr"] and self._runs:
            self._runs[-1] = value not in OFF
        elif name == "pStyle":
            self._paragraphs[-1].style = value
        elif name == "numId":
            self._paragraphs[-1].numbering = value
        elif name == "ilvl":
            self._paragraphs[-1].level = integer(value, default=0)

    def _write(self, text: str) -> None:
        if self._paragraphs and not (self._runs and self._runs[-1]):
            self._paragraphs[-1].pieces.append(text)

    def _end_paragraph(self) -> None:
        paragraph = self._paragraphs.pop()
        text = "".join(paragraph.pieces)
        if paragraph.is_joined:
            self._carried.append(text)
            return
        label = self._labels.next_label(paragraph.style, paragraph.numbering, paragraph.level)
        text = "".join([*self._carried, text])
        self._carried.clear()
        text = label + text if text.strip() else ""
        if self._paragraphs:
            self._from_boxes.append(text)
            return
        self._write_lines(text)
        for boxed in self._from_boxes:
            self._write_lines(boxed)
        self._from_boxes.clear()

    def _write_lines(self, text: str) -> None:
        for line in text.replace("\u00a0", " ").split("\n"):
            self._page.write(line.strip(" "))
