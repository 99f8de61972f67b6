"""From printed pages to running text: lines, then paragraphs, without what printing added.

Used for PDF and OFD, which know where characters stand and nothing of paragraphs. Heights grow
upwards; all measures are in one unit, whatever it is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import Final

from policydiff.language.zh.layout import (
    PAGE_NUMBER,
    begins_paragraph,
    ends_inside_sentence,
    ends_sentence,
    without_printed_blanks,
)
from policydiff.reading.grids import Grid, write_pages
from policydiff.reading.marks import Content
from policydiff.reading.page import CELL_BREAK
from policydiff.reading.plain import read_plain
from policydiff.reading.printed_lines import FULL, Line

#: A full line has so many characters: pages of the size that offices print have 26 and more.
_SHORTEST_FULL: Final = 20
#: In a text of so many lines this share of them is full, and at least so many; in a shorter one
#: two are enough.
_MANY_LINES: Final = 12
_SHARE_FULL: Final = 0.15
_FEWEST_FULL: Final = 3
#: A line that begins so many characters further right than the others begins a paragraph.
_INDENT: Final = 1.2
#: Lines of one paragraph differ in size by less than this share.
_ONE_SIZE: Final = 0.2
#: Headers and footers stand among so many lines from the top and the bottom of a page,
_EDGE_LINES: Final = 2
#: where a page has so many lines for each of them,
_LINES_FOR_AN_EDGE: Final = 5
#: and on this share of the pages.
_REPEATED: Final = 0.5
#: Notes at the foot of a page are set so much smaller.
_SMALL: Final = 0.9


def content_of_pages(pages: list[list[Line | Grid]], *, encoding: str) -> Content:
    """The running text of some pages: furniture left out, lines joined to paragraphs.

    Where no table has lines around it, those that are set with gaps are looked for.
    """
    pages = _without_furniture(pages)
    body = _body_size(pages)
    items = [item for page in pages for item in _without_notes(page, body)]
    lines = [item for item in items if isinstance(item, Line)]
    written: list[str | Grid] = []
    block = _block(lines) if lines else None
    before: Line | None = None
    for item in items:
        if isinstance(item, Grid):
            written.append(item)
            before = None
            continue
        last = written[-1] if written else None
        if before and block and isinstance(last, str) and _goes_on(before, item, block):
            written[-1] = last + item.text
        else:
            written.append(item.text)
        before = item
    clean = [without_printed_blanks(i).strip() if isinstance(i, str) else i for i in written]
    content = write_pages([item for item in clean if item], encoding=encoding)
    return content if content.marks.tables else read_plain(content.text, encoding=encoding)


@dataclass(frozen=True, slots=True)
class _Block:
    """Where lines of running text begin and end. ``is_set``: enough of them are full to say that a
    full line goes on even behind the end of a sentence."""

    left: float
    right: float
    is_set: bool


def _block(lines: list[Line]) -> _Block:
    size = median(line.size for line in lines)
    begins = Counter(round(line.left / size) for line in lines)
    usual = max(begins.values())
    # The leftmost place where a good part of them begin; first lines are set in.
    left = min(place for place, count in begins.items() if 4 * count >= usual) * size
    right = max(line.right for line in lines)
    full = sum(right - line.right < FULL * line.size for line in lines)
    many = len(lines) >= _MANY_LINES
    enough = max(_FEWEST_FULL, _SHARE_FULL * len(lines)) if many else 2
    return _Block(left, right, full >= enough)


def _goes_on(before: Line, line: Line, block: _Block) -> bool:
    """Whether a paragraph goes on from one line to the next."""
    if CELL_BREAK in before.text or CELL_BREAK in line.text:
        return False
    if ends_inside_sentence(before.text):
        return True
    if begins_paragraph(line.text) or (ends_sentence(before.text) and not block.is_set):
        return False
    is_full = block.right - before.right < FULL * before.size
    is_full = is_full and before.right - block.left > _SHORTEST_FULL * before.size
    is_indented = line.left - block.left > _INDENT * line.size
    return is_full and not is_indented and abs(line.size - before.size) < _ONE_SIZE * before.size


def _without_furniture(pages: list[list[Line | Grid]]) -> list[list[Line | Grid]]:
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
                isinstance(line, Line)
                and id(line) in at_edge
                and (edges[_bare(line)] >= often or PAGE_NUMBER.fullmatch(line.text))
            )
        ])  # fmt: skip
    return kept


def _edge_lines(page: list[Line | Grid]) -> list[Line]:
    lines = [item for item in page if isinstance(item, Line)]
    count = min(_EDGE_LINES, max(1, len(lines) // _LINES_FOR_AN_EDGE))
    return [*lines[:count], *lines[-count:]]


def _bare(line: Line) -> str:
    """A line without its digits: the number of the page may stand in a header."""
    return "".join(c for c in line.text if not c.isdigit() and not c.isspace())


def _body_size(pages: list[list[Line | Grid]]) -> float:
    """The size of most characters."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            if isinstance(line, Line):
                sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _without_notes(page: list[Line | Grid], body: float) -> list[Line | Grid]:
    """The page without the small lines at its foot that begin with a number: notes."""
    end = len(page)
    while end and isinstance(line := page[end - 1], Line) and line.size < _SMALL * body:
        end -= 1
    first = page[end] if end < len(page) else None
    return page[:end] if isinstance(first, Line) and first.text[:1].isdigit() else page
