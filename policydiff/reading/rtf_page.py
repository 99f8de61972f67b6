"""The paragraphs and tables of an RTF file, as its words begin and end them."""

from __future__ import annotations

from policydiff.language.zh.layout import without_soft_breaks
from policydiff.reading.marks import Marks
from policydiff.reading.notes import shown_raised
from policydiff.reading.page import Page

_Lines = list[tuple[str, int | None]]


class RtfPage:
    """Collects text, puts it together to paragraphs, and these to the cells of rows."""

    def __init__(self) -> None:
        self._page = Page()
        self._paragraph: list[str] = []
        self._cell: _Lines = []
        self._cells: list[_Lines] = []
        self._merged: list[bool] = []  # by cell: it goes on from above
        self._next_merged = False
        self._level: int | None = None  # of the heading that the paragraph is
        self._in_table = self._table_open = False
        self._outside: list[tuple[list[str], int | None, bool]] = []  # of each open text box
        self._boxed: _Lines = []  # lines of text boxes, which follow the paragraph around them

    def write(self, text: str, *, raised: bool) -> None:
        """Add text to the paragraph."""
        if raised:
            text = shown_raised(text, self._paragraph[-1] if self._paragraph else "")
        if text:
            self._paragraph.append(text)

    def word(self, word: bytes, number: int | None) -> None:
        """Take a word that ends or describes paragraphs, cells and rows; others change nothing."""
        if word in (b"par", b"sect"):
            self.end_paragraph()
        elif word == b"pard":
            self._level, self._in_table = None, False
        elif word == b"outlinelevel":
            self._level = (number or 0) + 1
        elif word == b"intbl":
            self._in_table = True
        elif word in (b"cell", b"nestcell"):
            self.end_paragraph(in_cell=True)
            self._cells.append(self._cell)
            self._cell = []
        elif word == b"row":
            self._end_row()
        elif word == b"trowd":
            self._merged, self._next_merged = [], False
        elif word == b"clvmrg":
            self._next_merged = True
        elif word == b"cellx":
            self._merged.append(self._next_merged)
            self._next_merged = False

    def begin_box(self) -> None:
        """A text box begins inside the paragraph."""
        self._outside.append((self._paragraph, self._level, self._in_table))
        self._paragraph, self._level, self._in_table = [], None, False

    def end_box(self) -> None:
        """The text box ends, and the paragraph around it goes on."""
        self.end_paragraph()
        self._paragraph, self._level, self._in_table = self._outside.pop()

    def finish(self) -> tuple[str, Marks]:
        """The text of what was collected, and its marks."""
        self.end_paragraph()
        self._close_table()
        return self._page.finish()

    def end_paragraph(self, *, in_cell: bool = False) -> None:
        """The paragraph ends, in a cell or outside of tables."""
        text = without_soft_breaks("".join(self._paragraph).replace("\u00a0", " "))
        self._paragraph.clear()
        lines = [(line.strip(" "), self._level) for line in text.split("\n")]
        if self._outside:
            self._boxed += lines
            return
        lines += self._boxed
        self._boxed = []
        if self._in_table or in_cell:
            self._cell += lines
            return
        self._close_table()
        for line, level in lines:
            self._page.write(line, level=level)

    def _close_table(self) -> None:
        if self._table_open:
            self._page.close_table()
            self._table_open = False

    def _end_row(self) -> None:
        if not self._table_open:
            self._page.open_table()
            self._table_open = True
        self._page.open_row()
        merged = [*self._merged, *([False] * len(self._cells))]
        for lines, continues in zip(self._cells, merged, strict=False):
            if continues:
                self._page.continue_cell()
            else:
                self._page.open_cell()
            for line, level in lines:
                self._page.write(line, level=level)
        self._page.close_row()
        self._cells = []
