"""From a PDF file to its text, with pypdfium2 (the extra ``pdf``): the only module that uses it.

A PDF knows where characters stand and nothing of paragraphs; printed does the rest.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from policydiff.errors import ReadError, TooLargeError
from policydiff.reading.encoding import SAVE_AS
from policydiff.reading.grids import Grid, Rule, grids_of, items_in_order
from policydiff.reading.marks import Content
from policydiff.reading.printed import content_of_pages
from policydiff.reading.printed_lines import Line, Piece, lines_of

_INSTALL: Final = "install policydiff with its extra 'pdf' (pip install 'policydiff[pdf]')"
_OCR_REMEDY: Final = "run text recognition (OCR) over it and save the text as .docx or .txt"
#: A report has a hundred pages at most, and no page more characters than a newspaper's.
_MOST_PAGES: Final = 2000
_MOST_CHARACTERS: Final = 2_000_000
#: A page with fewer characters than this is a picture with a number on it.
_FEWEST_ON_A_PAGE: Final = 12
#: What a line that strikes out looks like: this thin, and so far above the foot of a character, as
#: shares of its height. A line under text lies lower, the rules of tables between lines.
_THIN: Final = 0.2
_STRIKES_FROM: Final = 0.12
_STRIKES_TO: Final = 0.6
_MOST_RULES: Final = 20_000


def read_pdf(data: bytes, *, where: str) -> Content:
    """The text of a PDF, without headers, footers, page numbers, notes and hard line breaks.

    Raises ``ReadError`` where pypdfium2 is missing, and for files that are damaged, locked by a
    password or scanned; ``TooLargeError`` for more pages or characters than a report has.
    """
    try:
        import pypdfium2
    except ImportError:
        remedy = f"{_INSTALL}, or {SAVE_AS}"
        raise ReadError(where=where, what="is a PDF file", remedy=remedy) from None
    try:
        with pypdfium2.PdfDocument(data) as document:
            pages = _pages(document, where)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        what = "is encrypted with a password" if locked else f"is a damaged PDF file ({error})"
        raise ReadError(where=where, what=what, remedy=SAVE_AS) from error
    empty = [number for number, (_, size) in enumerate(pages, 1) if size < _FEWEST_ON_A_PAGE]
    if len(empty) == len(pages):
        raise ReadError(where=where, what="is a scanned PDF, without text", remedy=_OCR_REMEDY)
    content = content_of_pages([items for items, _ in pages], encoding="utf-8")
    if not empty:
        return content
    named = ", ".join(map(str, empty[:5])) + (" and more" if len(empty) > 5 else "")
    warning = f"page {named} of the PDF holds no text: scanned, or a picture"
    return Content(content.text, content.encoding, content.marks, (warning,))


def _pages(document: Any, where: str) -> list[tuple[list[Line | Grid], int]]:
    """The lines and tables of each page, and how many characters it has."""
    if len(document) > _MOST_PAGES:
        raise TooLargeError(where=where, what=f"has {len(document):,} pages", remedy=SAVE_AS)
    pages, total = [], 0
    for page in document:
        text_page = page.get_textpage()
        total += text_page.count_chars()
        if total > _MOST_CHARACTERS:
            what = f"has more than {_MOST_CHARACTERS:,} characters"
            raise TooLargeError(where=where, what=what, remedy=SAVE_AS)
        across, down = _rules(page)
        pieces = _without_struck(list(_pieces(text_page)), across)
        grids, outside = grids_of(pieces, across, down)
        pages.append((items_in_order(lines_of(outside), grids), len(pieces)))
        text_page.close()
        page.close()
    return pages


def _pieces(text_page: Any) -> Iterator[Piece]:
    """The characters of a page with their places; blanks that only stand for gaps are left out."""
    from pypdfium2 import raw

    x, y = ctypes.c_double(), ctypes.c_double()
    box = raw.FS_RECTF()
    surrogate = 0
    for number in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, number)
        if raw.FPDFText_IsGenerated(text_page, number) or code < ord(" ") or code == 0xFFFE:
            continue
        if 0xD800 <= code < 0xDC00:
            surrogate = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((surrogate - 0xD800) << 10) + code - 0xDC00 if surrogate else 0xFFFD
            surrogate = 0
        if not raw.FPDFText_GetLooseCharBox(text_page, number, box):
            continue
        raw.FPDFText_GetCharOrigin(text_page, number, x, y)
        size = abs(box.top - box.bottom) or 1.0
        yield Piece(chr(code), box.left, box.right, y.value, size)


def _rules(page: Any) -> tuple[list[Rule], list[Rule]]:
    """The thin lines that are drawn on a page: across, and down."""
    from pypdfium2 import raw

    across, down = [], []
    for drawn in islice(page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,)), _MOST_RULES):
        left, bottom, right, top = drawn.get_bounds()
        if top - bottom < _THIN * (right - left):
            across.append((left, right, (top + bottom) / 2))
        elif right - left < _THIN * (top - bottom):
            down.append((bottom, top, (left + right) / 2))
        else:  # the frame of a cell, or its ground
            across += [(left, right, bottom), (left, right, top)]
            down += [(bottom, top, left), (bottom, top, right)]
    return across, down


def _without_struck(pieces: list[Piece], rules: list[Rule]) -> list[Piece]:
    """The pieces, emptied where a line is drawn through them: their place stays taken."""
    if not rules:
        return pieces
    by_height: dict[int, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_height[round(rule[2])].append(rule)
    return [replace(p, text="") if _is_struck(p, by_height) else p for p in pieces]


def _is_struck(piece: Piece, by_height: dict[int, list[Rule]]) -> bool:
    low = piece.bottom + _STRIKES_FROM * piece.size
    high = piece.bottom + _STRIKES_TO * piece.size
    middle = (piece.left + piece.right) / 2
    return any(
        left <= middle <= right and low <= height <= high
        for key in range(int(low) - 1, min(int(high), int(low) + 100) + 2)
        for left, right, height in by_height.get(key, ())
    )
