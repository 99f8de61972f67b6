"""Fixers for paragraphs: other line ends than newlines, and reports in one single line."""

from __future__ import annotations

import re

from policydiff.language.language import Language
from policydiff.models import Edit
from policydiff.repair.context import Context
from policydiff.repair.knowledge import pattern
from policydiff.repair.lines import is_numbered

#: Ends of a line inside a paragraph: the soft break of Word (VT), LINE SEPARATOR.
_SOFT = "\x0b\u2028"
#: Ends of a page or paragraph: FF, the separators of ASCII, NEL, PARAGRAPH SEPARATOR.
_HARD = "\x0c\x1c-\x1e\x85\u2029"
_CONTROLS = re.compile(f"[{_SOFT}{_HARD}]+")
#: Line ends written out as two characters each, as a program shows them in its source.
_WRITTEN = re.compile(r"(?:\\r\\n|\\n|\\r)+")
_WRITTEN_ONE = re.compile(r"\\r\\n|\\n|\\r")
#: A single one may belong to a path (D:\new) or a formula.
_WRITTEN_AT_LEAST = 3
_PATH = re.compile(r"[A-Za-z:\\]")
_WORD = re.compile("[a-z]")
_NEAR_NEWLINE = re.compile(r"[ \u3000\t]*\n")


def line_ends(text: str, context: Context) -> list[Edit]:
    r"""Other line ends than newlines: control characters, separators, and written-out ones.

    One that stands beside a newline is no line of its own. Where newlines end the paragraphs, a
    soft break inside a number or behind the beginning of a sentence is taken out.

    >>> from policydiff.language.zh import CHINESE
    >>> line_ends("甲县\u2028一、回顾", Context(CHINESE))
    [Edit(start=2, end=3, after='\n')]
    >>> line_ends(r"甲\r\n乙\r\n\r\n丙\r\n丁", Context(CHINESE))[:2]
    [Edit(start=1, end=5, after='\n'), Edit(start=6, end=14, after='\n\n')]
    """
    edits = []
    soft_only = len(re.findall(f"[{_SOFT}]", text)) > text.count("\n")
    for m in _CONTROLS.finditer(text):
        is_soft = not soft_only and m.group() in _SOFT
        if is_soft and _is_inside(text, m.start(), m.end(), context.language):
            edits.append(Edit(*m.span(), ""))
        else:
            edits.append(_newlines(text, m, 1))
    return sorted([*edits, *_written(text)], key=lambda e: e.start)


def _newlines(text: str, m: re.Match[str], count: int) -> Edit:
    """The edit that makes newlines of what ``m`` matched, or nothing beside a newline."""
    beside = text[m.start() - 1 : m.start()] in ("", "\n")
    beside = beside or _NEAR_NEWLINE.match(text, m.end()) is not None
    return Edit(*m.span(), "" if beside else "\n" * count)


def _written(text: str) -> list[Edit]:
    """The edits for written-out line ends, where there are so many that they are no slips."""
    if "\\" not in text:
        return []
    ends = [
        m
        for m in _WRITTEN.finditer(text)
        if m.group().startswith("\\r\\n")
        or not (_PATH.match(text, max(0, m.start() - 1)) or _WORD.match(text, m.end()))
    ]
    if len(ends) < _WRITTEN_AT_LEAST:
        return []
    return [_newlines(text, m, len(_WRITTEN_ONE.findall(m.group()))) for m in ends]


def _is_inside(text: str, start: int, end: int, language: Language) -> bool:
    """Whether a soft break stands inside a number, or a sentence that has begun before it."""
    line = re.split(f"[\n{_SOFT}{_HARD}]", text[max(0, start - _LINE) : start])[-1]
    rest = text[end : end + _LINE]
    cut = pattern(language, "ends in a number").search(line) and (
        pattern(language, "rest of a number").match(rest)
    )
    return bool(
        cut
        or (
            pattern(language, "inside a sentence").search(line)
            and not pattern(language, "ends with a stop").search(line)
            and pattern(language, "starts with a word").match(rest)
            and not is_numbered(line, language)
            and not is_numbered(rest, language)
        )
    )


#: So much of the lines before and behind a break is looked at.
_LINE = 200


# --- reports in one line --------------------------------------------------------------------------

#: No line of a report with blanks between its paragraphs is shorter, and no paragraph of a report
#: has so many runs of blanks.
_LONG_LINE = 300
_MANY_RUNS = 3
_RUN = re.compile("(?<=[^ \u3000\t])[ \u3000\t]{2,}(?=[^ \u3000\t])")
_BLANKS = re.compile("(?<=[^ \u3000\t])[ \u3000\t]+(?=[^ \u3000\t])")
#: Where paragraphs are set apart by a single blank, so many stand behind a stop.
_MANY_BLANKS = 5


def lost_line_breaks(text: str, context: Context) -> list[Edit]:
    """Runs of blanks in a line that holds a whole report, where its line breaks were.

    Where each is a single blank, those count that stand behind a stop, before a numbered heading
    and behind one.

    >>> from policydiff.language.zh import CHINESE
    >>> paragraph = "新增规模以上工业企业二十家，完成技术改造投资三亿元，培育专精特新企业十家。"
    >>> edits = lost_line_breaks("  ".join([paragraph] * 9), Context(CHINESE))
    >>> len(edits), edits[0]
    (8, Edit(start=37, end=39, after='\\n'))
    >>> lost_line_breaks("  ".join([paragraph] * 2), Context(CHINESE))
    []
    """
    edits: list[Edit] = []
    at = 0
    for line in text.split("\n"):
        if len(line) >= _LONG_LINE:
            breaks = list(_RUN.finditer(line))
            if len(breaks) < _MANY_RUNS:
                breaks = []
            if not breaks and 2 * len(line) > len(text):  # hardly anything stands in other lines
                breaks = _single_blanks(line, context.language)
            edits += (Edit(at + m.start(), at + m.end(), "\n") for m in breaks)
        at += len(line) + 1
    return edits


def _single_blanks(line: str, language: Language) -> list[re.Match[str]]:
    """The blanks of a line that part its paragraphs."""
    stop = pattern(language, "ends a sentence")
    blanks = list(_BLANKS.finditer(line))
    if sum(stop.match(line, m.start() - 1) is not None for m in blanks) < _MANY_BLANKS:
        return []
    parting: list[re.Match[str]] = []
    heads = is_numbered(line[:_LINE], language)
    for m in blanks:
        ahead = is_numbered(line[m.end() : m.end() + _LINE], language)
        if heads or ahead or stop.match(line, m.start() - 1):
            parting.append(m)
            heads = ahead
    return parting
