"""From a Markdown file to its text, line by line, with headings and tables, in linear time."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from itertools import pairwise
from typing import Final

from policydiff.language.patterns import compile_pattern
from policydiff.reading.marks import Cell, Content, Heading, Marks, Row, Table
from policydiff.reading.notes import shown_raised
from policydiff.reading.page import CELL_BREAK

_FENCE: Final = compile_pattern(r" {0,3}(?:`{3,}+|~{3,}+)[^`]*$")
_RULE: Final = compile_pattern(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE: Final = compile_pattern(r" {0,3}={3,}[ \t]*$")
_FRONT_MATTER_KEY: Final = compile_pattern(r"[\w-]+:(?:[ \t]|$)", re.ASCII)
_FRONT_MATTER_MORE: Final = compile_pattern(r"[ \t]|-[ \t]|$")
_QUOTES: Final = compile_pattern(r"\A(?: {0,3}>[ \t]?)+")
_BULLETS: Final = compile_pattern(r"\A(?:[ \t]*[-*+][ \t]+)+")
_HEADING: Final = compile_pattern(r" {0,3}(#{1,6})(?:[ \t\u3000]+|$)")
_HEADING_END: Final = compile_pattern(r"[ \t]#+[ \t]*$")
_TABLE_RULE: Final = compile_pattern(r"[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$")
#: The same, where the bars at the ends are left out.
_BARE_TABLE_RULE: Final = compile_pattern(
    r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*"
)
_TABLE_ROW: Final = compile_pattern(r"[ \t]*\|(.*)\|[ \t]*$")
_TABLE_BAR: Final = compile_pattern(r"(?<!\\)\|")
_CODE: Final = compile_pattern(r"(?<![\\`])(`{1,2})(?!`)([^`]+)\1(?!`)")
_IMAGE: Final = compile_pattern(r"!\[[^\[\]]*\]\([^()]*\)")
_LINK: Final = compile_pattern(r"(?<!\\)\[([^\[\]]*)\]\([^()]*\)")
_AUTOLINK: Final = compile_pattern(r"<((?:https?://|mailto:)[^<>\s]*)>")
_TAG: Final = compile_pattern(
    r"</?[a-zA-Z][\w-]*(?:[ \t]+[\w:-]+(?:=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))?)*[ \t]*/?>",
    re.ASCII,
)
_LINE_BREAK_TAG: Final = compile_pattern(r"<br[ \t]*/?>", re.IGNORECASE)
_MARK_RUN: Final = compile_pattern(r"(?<!\\)(?:\*+|_+)")
_STRIKE_RUN: Final = compile_pattern(r"(?<![\\~])~~(?!~)")
_STRUCK_TAG: Final = compile_pattern(r"<(del|s|strike)>[^<>]*</\1>", re.IGNORECASE)
_RAISED_TAG: Final = compile_pattern(r"<sup>([^<>]*)</sup>", re.IGNORECASE)
_STRONG_RUN: Final = compile_pattern(r"(?<![\\*])\*{2,3}(?!\*)")
_ESCAPE: Final = compile_pattern(r"\\([!-/:-@\[-`{-~])")
_ENTITY: Final = compile_pattern(
    r"&(?:#[0-9]{1,9}|#[xX][0-9a-fA-F]{1,8}|[a-zA-Z][a-zA-Z0-9]{1,31});"
)
#: ``*a*``, ``**a**`` and ``***a***``; more marks than that mean something else.
_EMPHASIS_LENGTHS: Final = {"*": (1, 2, 3), "_": (1, 2, 3)}
#: These follow a number, so a mark in front of them stands for one and does not end emphasis.
_AFTER_NUMBERS: Final = frozenset("%％‰")
#: A single asterisk often is a footnote sign or a blank, and underscores occur inside names.
_ALWAYS_STRICT: Final = frozenset(("*", "_", "__", "___"))


def text_of_markdown(markup: str) -> str:
    """Return the text of a Markdown file without its marks, line by line.

    Front matter, rules, images, link targets, HTML tags and the marks of headings, quotations,
    bullets, emphasis and tables go, and so does what is struck out; the numbers of ordered lists
    and blank lines stay; code is kept as text, reference links as written. Asterisks that blank out
    a number (新增**家) stay: only a pair directly around text is emphasis. Never fails.

    >>> text_of_markdown("## 一、稳增长\\n\\n- **目标**：新增就业**万人，见[附件](a.html)")
    '一、稳增长\\n\\n目标：新增就业**万人，见附件'
    >>> text_of_markdown("新增企业~~12~~16家")
    '新增企业16家'
    """
    return read_markdown(markup, encoding="str").text


def read_markdown(markup: str, *, encoding: str) -> Content:
    """The text of a Markdown file with headings, tables and the title of its front matter."""
    lines = markup.split("\n")
    begin = _end_of_front_matter(lines)
    title = _front_matter_title(lines[:begin])
    written = _Written()
    strict = _has_masks(lines[begin:])
    fenced = in_table = False
    for line, below in pairwise([*lines[begin:], ""]):
        in_table = "|" in line and (in_table or _BARE_TABLE_RULE.fullmatch(below) is not None)
        if in_table and not fenced:
            if _BARE_TABLE_RULE.fullmatch(line):
                written.header_above()
            else:
                written.row(_cells(line.strip().removeprefix("|").removesuffix("|"), strict))
        elif _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            written.line(line)
        elif _UNDERLINE.match(line):
            written.underline()
        elif not _is_furniture(line):
            _write(written, line, strict)
        elif _TABLE_RULE.match(line):
            written.header_above()
    text, marks = written.finish()
    return Content(text, encoding, marks._replace(title=title))


def _write(written: _Written, line: str, strict: bool) -> None:
    """One line that is not furniture, without its marks."""
    line = _BULLETS.sub("", _QUOTES.sub("", line))
    heading, row = _HEADING.match(line), _TABLE_ROW.match(line)
    if heading is not None:
        text = _HEADING_END.sub("", line[heading.end() :])
        written.line(_inline(text, strict=strict), level=len(heading[1]))
    elif row is not None:
        written.row(_cells(row[1], strict))
    else:
        written.line(_inline(line.strip(" \t"), strict=strict))


def _cells(row: str, strict: bool) -> list[str]:
    return [_inline(cell.strip(), strict=strict) for cell in _TABLE_BAR.split(row)]


class _Written:
    """The lines of a text as they are written, with headings and tables marked."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._at = 0
        self._headings: list[Heading] = []
        self._rows: list[Row] = []  # of the open table
        self._tables: list[Table] = []

    def line(self, text: str, *, level: int | None = None) -> None:
        """One line; ``level``: it is a heading."""
        self._close_table()
        if level is not None and text.strip():
            self._headings.append(Heading(self._at, self._at + len(text), level))
        self._add(text)

    def underline(self) -> None:
        """The line above is underlined, so it is a heading of the first level."""
        if self._lines and self._lines[-1].strip():
            start = self._at - len(self._lines[-1]) - 1
            self._headings.append(Heading(start, self._at - 1, 1))

    def row(self, texts: list[str]) -> None:
        """One row of a table."""
        cells, at = [], self._at
        for column, text in enumerate(texts):
            if text:
                cells.append(Cell(at, at + len(text), column))
                at += len(text) + len(CELL_BREAK)
        if cells:
            self._rows.append(Row(tuple(cells)))
        self._add(CELL_BREAK.join(text for text in texts if text))

    def header_above(self) -> None:
        """The row above is the header of its table."""
        if self._rows:
            self._rows[-1] = self._rows[-1]._replace(heads=True)

    def finish(self) -> tuple[str, Marks]:
        """The text and its marks."""
        self._close_table()
        headings, tables = tuple(self._headings), tuple(self._tables)
        return "\n".join(self._lines), Marks(headings=headings, tables=tables)

    def _add(self, text: str) -> None:
        self._lines.append(text)
        self._at += len(text) + 1

    def _close_table(self) -> None:
        if self._rows:
            self._tables.append(Table(tuple(self._rows)))
            self._rows = []


def _end_of_front_matter(lines: list[str]) -> int:
    """How many lines a block of keys and values between ``---`` lines at the top takes; 0: none.

    Any other block there is text between two rules, and stays.
    """
    if lines[0].rstrip() != "---" or _FRONT_MATTER_KEY.match("".join(lines[1:2])) is None:
        return 0
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return number + 1
        if not (_FRONT_MATTER_KEY.match(line) or _FRONT_MATTER_MORE.match(line)):
            break
    return 0


def _front_matter_title(lines: list[str]) -> str | None:
    """The value of the key ``title``, without quotation marks around it."""
    for line in lines:
        key, _, value = line.partition(":")
        if key == "title":
            return value.strip().strip("\"'").strip() or None
    return None


def _has_masks(lines: list[str]) -> bool:
    """Tell whether asterisks stand for numbers somewhere.

    They do if a line holds an odd number of ``**`` or ``***``, or one in front of a per cent sign:
    those are not all emphasis.
    """
    for line in lines:
        runs = list(_STRONG_RUN.finditer(line)) if "**" in line else []
        counts = Counter(run[0] for run in runs)
        if any(count % 2 for count in counts.values()) or any(map(_stands_for_number, runs)):
            return True
    return False


def _is_furniture(line: str) -> bool:
    return any(pattern.match(line) is not None for pattern in (_RULE, _TABLE_RULE))


def _inline(line: str, *, strict: bool) -> str:
    line = _LINK.sub(r"\1", _IMAGE.sub("", _CODE.sub(r"\2", line)))
    line = _LINE_BREAK_TAG.sub("\n", _AUTOLINK.sub(r"\1", line))
    line = _RAISED_TAG.sub(_shown_raised, _STRUCK_TAG.sub("", line))
    line = _TAG.sub("", _without_struck(line))
    line = _ESCAPE.sub(r"\1", _without_emphasis(line, strict=strict))
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), line).replace("\u00a0", " ")


def _shown_raised(raised: re.Match[str]) -> str:
    return shown_raised(raised[1], _before(raised))


def _without_struck(line: str) -> str:
    """Remove what stands between pairs of ``~~``, unless both stand for ranges of numbers."""
    opening: re.Match[str] | None = None
    struck: list[tuple[int, int]] = []
    for mark in _STRIKE_RUN.finditer(line):
        if opening is None:
            opening = mark if not _after(mark).isspace() else None
        elif not _before(mark).isspace() and not (_is_range(opening) and _is_range(mark)):
            struck.append((opening.start(), mark.end()))
            opening = None
        else:
            opening = mark
    return _without_spans(line, struck)


def _is_range(mark: re.Match[str]) -> bool:
    """Whether a mark stands between two numbers: 5~~6%."""
    return _before(mark).isdigit() and _after(mark).isdigit()


def _without_emphasis(line: str, *, strict: bool) -> str:
    """Remove the pairs of marks that are emphasis; each mark is looked at once."""
    waiting: dict[str, re.Match[str]] = {}  # the last mark of each kind that may open
    dropped: list[tuple[int, int]] = []
    for mark in _MARK_RUN.finditer(line):
        kind = mark[0]
        if len(kind) not in _EMPHASIS_LENGTHS[kind[0]]:
            continue
        opening = waiting.pop(kind, None)
        if opening is not None and _is_emphasis(opening, mark, strict=strict):
            dropped += [opening.span(), mark.span()]
        else:
            waiting[kind] = mark
    return _without_spans(line, sorted(dropped))


def _is_emphasis(opening: re.Match[str], closing: re.Match[str], *, strict: bool) -> bool:
    """Tell whether two equal marks enclose emphasised text rather than stand for numbers.

    The marks must touch text on the inside and, on the outside, punctuation, white space or an end
    of the line: one of them where the document uses pairs of asterisks for emphasis only, otherwise
    both.
    """
    if _after(opening).isspace() or _before(closing).isspace():
        return False
    if _stands_for_number(opening) or _stands_for_number(closing):
        return False
    edges = (_is_edge(_before(opening)), _is_edge(_after(closing)))
    return all(edges) if strict or opening[0] in _ALWAYS_STRICT else any(edges)


def _is_edge(character: str) -> bool:
    if not character or character.isspace():
        return True
    return unicodedata.category(character)[0] == "P"


def _stands_for_number(mark: re.Match[str]) -> bool:
    return _after(mark) in _AFTER_NUMBERS


def _without_spans(line: str, spans: list[tuple[int, int]]) -> str:
    kept, position = [], 0
    for start, end in spans:
        kept.append(line[position:start])
        position = end
    return "".join([*kept, line[position:]])


def _before(mark: re.Match[str]) -> str:
    """Return the character in front of a match, or nothing at the beginning."""
    return mark.string[max(0, mark.start() - 1) : mark.start()]


def _after(mark: re.Match[str]) -> str:
    """Return the character behind a match, or nothing at the end."""
    return mark.string[mark.end() : mark.end() + 1]
