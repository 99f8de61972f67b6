"""Lines of printed pages, put together from pieces of text with places.

Heights grow upwards; all measures are in one unit, whatever it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from policydiff.language.zh.layout import without_printed_blanks
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
FULL: Final = 1.8


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


def joined_lines(lines: list[Line], *, right: float) -> str:
    """The text of a cell, whose right edge is given: lines that fill it go on in the next."""
    text = ""
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else None
        is_full = before is not None and right - before.right < FULL * before.size
        text += line.text if before is None or is_full else "\n" + line.text
    return "\n".join(without_printed_blanks(part).strip() for part in text.split("\n"))
