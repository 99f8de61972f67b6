"""From printed pages to running text: lines, then paragraphs, without what printing added.

Used for PDF and OFD, which know where characters stand and nothing of paragraphs. Heights grow
upwards; all measures are in one unit, whatever it is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from policydiff.language.zh.layout import (
    PAGE_NUMBER,
    begins_paragraph,
    ends_inside_sentence,
    without_printed_blanks,
)
from policydiff.reading.notes import shown_raised
from policydiff.reading.page import CELL_BREAK

#: Pieces whose baselines differ by less than this share of their size stand on one line.
_SAME_LINE: Final = 0.5
#: A gap of so many characters divides two cells of a table.
_CELL_GAP: Final = 1.2
#: A gap of so many characters divides two words in Latin letters.
_WORD_GAP: Final = 0.15
#: Characters so much smaller than their line are raised: the marks of notes.
_RAISED: Final = 0.75
#: A line that ends within so many characters of the right edge is full, so the next may go on.
_FULL: Final = 1.8
#: and has so many characters: a page of the size that offices print has 26 to a line and more.
_SHORTEST_FULL: Final = 20
#: A line that begins so many characters further right than the others begins a paragraph.
_INDENT: Final = 1.2
#: Headers and footers stand among so many lines from the top and the bottom of a page,
_EDGE_LINES: Final = 2
#: where a page has so many lines for each of them,
_LINES_FOR_AN_EDGE: Final = 5
#: and on this share of the pages.
_REPEATED: Final = 0.5
#: Notes at the foot of a page are set so much smaller.
_SMALL: Final = 0.9


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters on one line."""

    text: str
    left: float
    right: float
    bottom: float
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line."""

    text: str
    left: float
    right: float
    bottom: float
    size: float


def lines_of(pieces: list[Piece]) -> list[Line]:
    """The lines that some pieces make up, from the top; gaps between cells become tabs."""
    lines: list[Line] = []
    together: list[Piece] = []
    size = 0.0
    for piece in sorted(pieces, key=lambda p: -p.bottom):
        size = max(size, piece.size) if together else piece.size
        if together and together[0].bottom - piece.bottom > _SAME_LINE * size:
            lines.append(_line(together))
            together, size = [], piece.size
        together.append(piece)
    if together:
        lines.append(_line(together))
    return lines


def _line(pieces: list[Piece]) -> Line:
    pieces = sorted(pieces, key=lambda p: p.left)
    size = max(p.size for p in pieces)
    texts = [pieces[0].text]
    for before, piece in pairwise(pieces):
        gap = (piece.left - before.right) / size
        is_latin = before.text[-1:].isalnum() and (before.text + piece.text).isascii()
        if gap > _CELL_GAP or (gap > _WORD_GAP and is_latin):
            texts.append(CELL_BREAK if gap > _CELL_GAP else " ")
        is_raised = piece.size < _RAISED * size
        texts.append(shown_raised(piece.text, texts[-1]) if is_raised else piece.text)
    right = max(p.right for p in pieces)
    return Line("".join(texts).strip(), pieces[0].left, right, pieces[0].bottom, size)


def text_of_pages(pages: list[list[Line]]) -> str:
    """The running text of some pages: furniture left out, lines joined to paragraphs."""
    pages = _without_furniture(pages)
    body = _body_size(pages)
    pages = [_without_notes(page, body) for page in pages]
    lines = [line for page in pages for line in page]
    if not lines:
        return ""
    size = median(line.size for line in lines)
    left = _edge(lines, size)
    right = _right_edge(lines, size)
    paragraphs = [lines[0].text]
    for before, line in pairwise(lines):
        if _goes_on(before, line, left=left, right=right):
            paragraphs[-1] += line.text
        else:
            paragraphs.append(line.text)
    return "\n".join(filter(None, (without_printed_blanks(p).strip() for p in paragraphs)))


def _edge(lines: list[Line], size: float) -> float:
    """Where lines begin that go on: the leftmost place where a good part of them begin."""
    begins = Counter(round(line.left / size) for line in lines)
    usual = max(begins.values())
    return min(place for place, count in begins.items() if 4 * count >= usual) * size


def _right_edge(lines: list[Line], size: float) -> float | None:
    """Where full lines end: the rightmost place where several do. None: no line is full."""
    ends = sorted((line.right for line in lines), reverse=True)
    close = (a for a, b in pairwise(ends) if a - b < size)
    return next(close, None)


def _goes_on(before: Line, line: Line, *, left: float, right: float | None) -> bool:
    if CELL_BREAK in before.text or CELL_BREAK in line.text:
        return False
    if ends_inside_sentence(before.text):
        return True
    if right is None or begins_paragraph(line.text):
        return False
    is_full = right - before.right < _FULL * before.size
    is_full = is_full and before.right - left > _SHORTEST_FULL * before.size
    is_indented = line.left - left > _INDENT * line.size
    return is_full and not is_indented and abs(line.size - before.size) < 0.2 * before.size


def _without_furniture(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without page numbers, and without lines that most pages repeat at their edges."""
    edges = Counter(text for page in pages for text in {_bare(line) for line in _edge_lines(page)})
    often = max(2.0, _REPEATED * len(pages))
    kept = []
    for page in pages:
        at_edge = {id(line) for line in _edge_lines(page)}
        kept.append([
            line
            for line in page
            if not (
                id(line) in at_edge
                and (edges[_bare(line)] >= often or PAGE_NUMBER.fullmatch(line.text))
            )
        ])  # fmt: skip
    return kept


def _edge_lines(page: list[Line]) -> list[Line]:
    count = min(_EDGE_LINES, max(1, len(page) // _LINES_FOR_AN_EDGE))
    return page[:count] + page[-count:]


def _bare(line: Line) -> str:
    """A line without its digits: the number of the page may stand in a header."""
    return "".join(c for c in line.text if not c.isdigit() and not c.isspace())


def _body_size(pages: list[list[Line]]) -> float:
    """The size of most characters."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _without_notes(page: list[Line], body: float) -> list[Line]:
    """The page without the small lines at its foot that begin with a number: notes."""
    end = len(page)
    while end and page[end - 1].size < _SMALL * body:
        end -= 1
    notes = page[end:]
    return page[:end] if notes and notes[0].text[:1].isdigit() else page
