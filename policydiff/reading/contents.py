"""A table of contents in the text: headings with page numbers that stand again further down."""

from __future__ import annotations

import re
from typing import Final

from policydiff.language.zh.layout import CONTENTS_TITLE

Span = tuple[int, int]

#: An entry: a heading, then dots, tabs or blanks, then the page.
_ENTRY: Final = re.compile(
    r"\s*(?P<title>\S.{0,78}?)\s*?(?:[\t \u3000]|[.．·…•⋯]{2,})[\s.．·…•⋯]*(?P<page>[0-9]{1,3})\s*"
)
_WHITE: Final = re.compile(r"\s+")
#: Fewer entries may be anything.
_FEWEST: Final = 3
#: Share of the entries that must stand again as a line of their own.
_SHARE: Final = 0.5
#: No heading is longer.
_LONGEST: Final = 80


def contents_of(text: str) -> tuple[Span, ...]:
    """The lines of a table of contents and of its title, as spans of ``text``.

    >>> body = "目　录\\n一、回顾\\t1\\n二、安排\\t3\\n三、建设 9\\n一、回顾\\n二、安排"
    >>> [body[a:b] for a, b in contents_of(body)]
    ['目　录', '一、回顾\\t1', '二、安排\\t3', '三、建设 9']
    """
    lines = _filled_lines(text)
    last = {_bare(text[a:b]): number for number, (a, b) in enumerate(lines) if b - a <= _LONGEST}
    spans: list[Span] = []
    number = 0
    while number < len(lines):
        titled = _is_title(text[slice(*lines[number])])
        first = number + titled
        end, again = _entries(text, lines, first, last, titled)
        if end - first >= _FEWEST and again >= _SHARE * (end - first):
            spans += lines[number:end]
        number = max(end, number + 1)
    return tuple(spans)


def _is_title(line: str) -> bool:
    return len(line) <= _LONGEST and CONTENTS_TITLE.fullmatch(line.strip()) is not None


def _filled_lines(text: str) -> list[Span]:
    spans, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans


def _bare(line: str) -> str:
    return _WHITE.sub("", line)


def _entries(
    text: str, lines: list[Span], first: int, last: dict[str, int], titled: bool
) -> tuple[int, int]:
    """The number of the line behind the entries that begin at ``first``; how many stand again."""
    page = again = 0
    number = first
    while number < len(lines):
        line = text[slice(*lines[number])]
        may_be = len(line) <= _LONGEST and line.rstrip()[-1:].isdigit()
        entry = _ENTRY.fullmatch(line) if may_be else None
        stands_again = last.get(_bare(entry["title"] if entry else line), -1) > number
        # Under its title a table of contents need not name the pages.
        if entry is None and not (titled and stands_again):
            break
        if entry is not None:
            if int(entry["page"]) < page:
                break
            page = int(entry["page"])
        again += stands_again
        number += 1
    return number, again
