"""Lines and spans of any text, whatever its language."""

from __future__ import annotations

from collections.abc import Iterator

Span = tuple[int, int]


def paragraphs(text: str) -> Iterator[Span]:
    """The spans of the lines of ``text`` that hold more than white space.

    >>> list(paragraphs("一\\n\\n二"))
    [(0, 1), (3, 4)]
    """
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield at, at + len(line)
        at += len(line) + 1


def trim(text: str, start: int, end: int) -> Span:
    """The span without white space at its rims; ``start == end`` where nothing is left.

    >>> trim(" 甲 ", 0, 3)
    (1, 2)
    """
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
