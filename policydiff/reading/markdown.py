"""From a Markdown file to its text, line by line, in linear time."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Final

from policydiff.reading.page import CELL_BREAK

_FENCE: Final = re.compile(r" {0,3}(?:`{3,}|~{3,})[^`]*$")
_RULE: Final = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE: Final = re.compile(r" {0,3}={3,}[ \t]*$")
_FRONT_MATTER_KEY: Final = re.compile(r"[\w-]+:(?:[ \t]|$)", re.ASCII)
_FRONT_MATTER_MORE: Final = re.compile(r"[ \t]|-[ \t]|$")
_QUOTES: Final = re.compile(r"\A(?: {0,3}>[ \t]?)+")
_BULLETS: Final = re.compile(r"\A(?:[ \t]*[-*+][ \t]+)+")
_HEADING: Final = re.compile(r" {0,3}#{1,6}(?:[ \t\u3000]+|$)")
_HEADING_END: Final = re.compile(r"[ \t]#+[ \t]*$")
_TABLE_RULE: Final = re.compile(r"[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$")
_TABLE_ROW: Final = re.compile(r"[ \t]*\|(.*)\|[ \t]*$")
_TABLE_BAR: Final = re.compile(r"(?<!\\)\|")
_CODE: Final = re.compile(r"(?<![\\`])(`{1,2})(?!`)([^`]+)\1(?!`)")
_IMAGE: Final = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
_LINK: Final = re.compile(r"(?<!\\)\[([^\[\]]*)\]\([^()]*\)")
_AUTOLINK: Final = re.compile(r"<((?:https?://|mailto:)[^<>\s]*)>")
_TAG: Final = re.compile(
    r"</?[a-zA-Z][\w-]*(?:[ \t]+[\w:-]+(?:=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))?)*[ \t]*/?>",
    re.ASCII,
)
_LINE_BREAK_TAG: Final = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
_MARK_RUN: Final = re.compile(r"(?<!\\)(?:\*+|_+|~+)")
_STRONG_RUN: Final = re.compile(r"(?<![\\*])\*{2,3}(?!\*)")
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,9}|#[xX][0-9a-fA-F]{1,8}|[a-zA-Z][a-zA-Z0-9]{1,31});")
#: ``*a*``, ``**a**`` and ``***a***``; more marks than that mean something else.
_EMPHASIS_LENGTHS: Final = {"*": (1, 2, 3), "_": (1, 2, 3), "~": (2,)}
#: These follow a number, so a mark in front of them stands for one and does not end emphasis.
_AFTER_NUMBERS: Final = frozenset("%％‰")
#: A single asterisk often is a footnote sign or a blank, and underscores occur inside names.
_ALWAYS_STRICT: Final = frozenset(("*", "_", "__", "___"))


def text_of_markdown(markup: str) -> str:
    """Return the text of a Markdown file without its marks, line by line.

    Front matter, rules, images, link targets, HTML tags and the marks of headings, quotations,
    bullets, emphasis and tables go; the numbers of ordered lists and blank lines stay; code is kept
    as text, reference links as written. Asterisks that blank out a number (新增**家) stay: only a
    pair directly around text is emphasis. Never fails.

    >>> text_of_markdown("## 一、稳增长\\n\\n- **目标**：新增就业**万人，见[附件](a.html)")
    '一、稳增长\\n\\n目标：新增就业**万人，见附件'
    """
    lines = _without_front_matter(markup.split("\n"))
    return "\n".join(_markdown_lines(lines, strict=_has_masks(lines)))


def _without_front_matter(lines: list[str]) -> list[str]:
    """Drop a block of keys and values between ``---`` lines at the top.

    Any other block there is text between two rules, and stays.
    """
    if lines[0].rstrip() != "---" or _FRONT_MATTER_KEY.match("".join(lines[1:2])) is None:
        return lines
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return lines[number + 1 :]
        if not (_FRONT_MATTER_KEY.match(line) or _FRONT_MATTER_MORE.match(line)):
            break
    return lines


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


def _markdown_lines(lines: list[str], *, strict: bool) -> Iterator[str]:
    fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            yield line
        elif not _is_furniture(line):
            yield _inline(_content(line), strict=strict)


def _is_furniture(line: str) -> bool:
    return any(pattern.match(line) is not None for pattern in (_RULE, _UNDERLINE, _TABLE_RULE))


def _content(line: str) -> str:
    """Strip the marks at the beginning (and for headings and tables, the end) of a line."""
    line = _BULLETS.sub("", _QUOTES.sub("", line))
    heading = _HEADING.match(line)
    if heading is not None:
        return _HEADING_END.sub("", line[heading.end() :])
    row = _TABLE_ROW.match(line)
    if row is not None:
        cells = (cell.strip() for cell in _TABLE_BAR.split(row[1]))
        return CELL_BREAK.join(cell for cell in cells if cell)
    return line.strip(" \t")


def _inline(line: str, *, strict: bool) -> str:
    line = _LINK.sub(r"\1", _IMAGE.sub("", _CODE.sub(r"\2", line)))
    line = _TAG.sub("", _LINE_BREAK_TAG.sub("\n", _AUTOLINK.sub(r"\1", line)))
    line = _ESCAPE.sub(r"\1", _without_emphasis(line, strict=strict))
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), line).replace("\u00a0", " ")


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
