"""A fixer for the table of contents of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Edit
from policydiff.repair.context import Context
from policydiff.repair.knowledge import characters, pattern

#: Fewer lines than these are no table of contents.
_ENOUGH = 3
#: Of the lines of one whose page numbers are set apart by blanks or tabs, so many come again as
#: lines of the text; the rows of a table do not.
_AGAIN = 0.5
#: So many blanks set a number apart; with its marks it has no more characters than these.
_SET_APART = 2
_PAGE = 8
#: No title is longer, with the blank lines below it.
_TITLE = 20
_LINE = compile_pattern(".*\n")
_DIGITS = "0123456789"
_BLANKS = compile_pattern(r"\s+")


class _Line(NamedTuple):
    """A line that may stand in a table of contents; ``end`` is that behind its newline."""

    start: int
    end: int
    heading: str
    page: int
    dotted: bool


def contents(text: str, context: Context) -> list[Edit]:
    """A table of contents: lines of headings, dots or a tab, and page numbers that never fall.

    Its title is taken out with it. Where no dots lead to the numbers, the headings must come again;
    so they must where a title and no page numbers tell.

    >>> from policydiff.language.zh import CHINESE
    >>> toc = "一、工作回顾\\t1\\n二、工作安排\\t3\\n三、自身建设\\t7\\n"
    >>> contents(toc + "一、工作回顾\\n新增就业。\\n二、工作安排\\n", Context(CHINESE))
    [Edit(start=0, end=27, after='')]
    >>> contents(toc, Context(CHINESE))
    []
    """
    return _titled(text, context.language) or _paged(text, context.language)


def _paged(text: str, language: Language) -> list[Edit]:
    """Lines with page numbers."""
    blocks = list(_blocks(text, language))
    if not blocks:
        return []
    edits: list[Edit] = []
    others = {_plain(line, language) for line in text.split("\n")}
    for block in blocks:
        again = sum(_plain(line.heading, language) in others for line in block)
        dotted = sum(line.dotted for line in block)
        if 2 * dotted > len(block) or again >= len(block) * _AGAIN:
            start = _title(text, block[0].start, language)
            edits.append(Edit(start, block[-1].end, ""))
    return edits


def _titled(text: str, language: Language) -> list[Edit]:
    """Lines below a title of a table of contents that come again, with or without a page number."""
    titles = list(pattern(language, "title of contents").finditer(text))
    if not titles:
        return []
    counts = Counter(_plain(line, language) for line in text.split("\n"))
    edits: list[Edit] = []
    for title in titles:
        end, headings = title.end(), set[str]()
        for m in _LINE.finditer(text, title.end()):
            line = _plain(m.group(), language)
            heading = line if counts[line] > 1 else line.rstrip(_DIGITS)
            again = counts[heading] > (heading == line)
            if line and (not again or heading in headings):
                break
            if line:
                headings.add(heading)
                end = m.end()
        if len(headings) >= _ENOUGH and end > (edits[-1].end if edits else 0):
            edits.append(Edit(title.start(), end, ""))
    return edits


def _plain(line: str, language: Language) -> str:
    return _BLANKS.sub("", language.fold(line))


def _blocks(text: str, language: Language) -> Iterator[list[_Line]]:
    """The runs of so many lines of this form at least, with numbers that never fall."""
    block: list[_Line] = []
    at = 0
    for line in [*text.split("\n"), "."]:
        start, at = at, at + len(line) + 1
        bare = line.strip()
        if not bare:
            continue
        new = _line(bare, start, min(at, len(text)), language)
        if block and (new is None or new.page < block[-1].page):
            if len(block) >= _ENOUGH:
                yield block
            block = []
        if new is not None:
            block.append(new)


def _line(bare: str, start: int, end: int, language: Language) -> _Line | None:
    """A line of a table of contents, if ``bare``, which is the line without its margins, is one."""
    page = pattern(language, "page of contents").search(bare, max(0, len(bare) - _PAGE))
    if page is None:
        return None
    dots = characters(language, "dots of contents")
    before = bare[: page.start()]
    heading = before.rstrip(" \t\u3000" + dots)
    leader = before[len(heading) :]
    dotted = pattern(language, "dots before a page").search(leader) is not None
    enclosed = page["opens"] and page["closes"]
    set_apart = enclosed or "\t" in leader or len(leader) >= _SET_APART
    if not heading or not (dotted or set_apart):
        return None
    return _Line(start, end, heading, int(page["page"]), dotted)


def _title(text: str, start: int, language: Language) -> int:
    """Where a table begins of which the first line begins at ``start``: with its title, if any."""
    before = max(0, start - _TITLE)
    title = pattern(language, "title of contents").search(text, before, start)
    return title.start() if title and not text[title.end() : start].strip() else start
