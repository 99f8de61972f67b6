"""Headings that the file itself knows: their levels, as the outline counts them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from policydiff.analysis.rows import WrittenRows
from policydiff.language.patterns import compile_pattern
from policydiff.reading.marks import Heading, Marks
from policydiff.repair.repair import Repaired

Span = tuple[int, int]

#: Where more than this share of the lines are headings, the file calls everything a heading.
_MOST_HEADINGS = 0.8
#: A longer line is a paragraph by the style of a heading.
_LONGEST_HEADING = 60
#: A tab divides what is to be done from who does it; behind a number it only sets a heading in.
_ITEM = compile_pattern(r"\w{4,}[^\S\t\n]*\t[^\S\n]*\S")
#: The deepest level that structures a report.
_DEEPEST = 4


class KnownLines(NamedTuple):
    """Lines of the repaired text of which the file says what they are, by their first offset.

    ``levels``: of headings, from 1. ``running``: lines that are no headings, whatever they look
    like: titles of the whole, and the rows of tables.
    """

    levels: dict[int, int]
    running: frozenset[int] = frozenset()
    written: frozenset[int] = frozenset()


def known_lines(
    lines: Sequence[Span], repaired: Repaired, marks: Marks, rows: WrittenRows
) -> KnownLines:
    """What the file says of the ``lines`` of a repaired text."""
    tabs = "\t" in repaired.source
    if not marks.headings and not rows.lines and not rows.pieces and not tabs:
        return KnownLines({})
    headings = _usable(marks, len(lines))
    ranks = _ranks(headings)
    starts = [heading.start for heading in headings]
    row_ends = [end for _, end in rows.lines]
    levels: dict[int, int] = {}
    running: set[int] = set()
    written: set[int] = set()
    for start, end in lines:
        source = repaired.span(start, end)
        piece = rows.piece_at(*source)
        at = bisect_right(starts, source[1] - 1) - 1
        if piece is not None or _is_row(rows.lines, row_ends, source):
            running.add(start)
            if piece is not None:
                written.add(start)
        elif at >= 0 and headings[at].end > source[0]:
            rank = ranks[headings[at].level]
            if rank == 0:
                running.add(start)
            elif end - start <= _LONGEST_HEADING:
                levels[start] = rank
        elif tabs and _ITEM.match(repaired.source, *source):
            running.add(start)
    return KnownLines(levels, frozenset(running), frozenset(written))


def _is_row(rows: Sequence[Span], ends: Sequence[int], source: Span) -> bool:
    at = bisect_right(ends, source[0])
    return at < len(rows) and rows[at][0] < source[1]


def _usable(marks: Marks, lines: int) -> tuple[Heading, ...]:
    below_title = [heading for heading in marks.headings if heading.level > 0]
    return () if len(below_title) > _MOST_HEADINGS * lines else marks.headings


def _ranks(headings: Sequence[Heading]) -> dict[int, int]:
    """The level of the outline for each level of the file; 0 for that of the title.

    A file begins at any level, and may skip some. A first heading that is alone on its level, with
    deeper ones below, is the title of the whole.

    >>> _ranks([Heading(0, 2, 1), Heading(3, 5, 2), Heading(6, 8, 4), Heading(9, 12, 2)])
    {1: 0, 2: 1, 4: 2}
    """
    used = sorted({heading.level for heading in headings})
    first = [heading.level for heading in headings[:1]]
    alone = sum(heading.level == used[0] for heading in headings) == 1 if used else False
    titled = len(used) > 1 and first == used[:1] and (alone or used[0] == 0)
    titled = titled or used[:1] == [0]
    return {level: min(rank, _DEEPEST) for rank, level in enumerate(used, start=0 if titled else 1)}
