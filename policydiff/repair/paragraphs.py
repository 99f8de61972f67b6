"""Fixers for paragraphs: other line ends than newlines, and reports in one single line."""

from __future__ import annotations

import re
from collections import Counter

from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Edit
from policydiff.repair.context import Context
from policydiff.repair.knowledge import pattern
from policydiff.repair.lines import is_numbered

#: Ends of a line inside a paragraph: the soft break of Word (VT), LINE SEPARATOR.
_SOFT = "\x0b\u2028"
#: Ends of a page or paragraph: FF, the separators of ASCII, NEL, PARAGRAPH SEPARATOR.
_HARD = "\x0c\x1c-\x1e\x85\u2029"
_CONTROLS = compile_pattern(f"[{_SOFT}{_HARD}]+")
_SOFT_BREAK = compile_pattern(f"(?<![{_SOFT}{_HARD}])[{_SOFT}]")
_ANY_END = compile_pattern(f"[\n{_SOFT}{_HARD}]")
#: So much of the lines before and behind a break is looked at.
_LINE = 200
#: Soft breaks are those of the paragraphs where there are hardly any newlines, or so many to each
#: newline that no paragraph has them.
_FEW_NEWLINES = 3
_MANY_BREAKS = 20
#: Lines that were broken at a fixed width are as long as it, give or take so much.
_LEAST_WIDTH = 12
_RAGGED = 2
#: Of paragraphs that were wrapped, most have several breaks; behind a heading stands one.
_BREAKS_OF_A_PARAGRAPH = 1.5
#: Headings are often of one length; of the full lines of paragraphs fewer are numbered.
_HEADINGS_SHARE = 0.3
_ENOUGH_WRAPPED = 8
_WRAPPED_SHARE = 0.5
#: Line ends written out as two characters each, as a program shows them in its source.
_WRITTEN = compile_pattern(r"(?:\\r\\n|\\n|\\r)+")
_WRITTEN_ONE = compile_pattern(r"\\r\\n|\\n|\\r")
#: A single one may belong to a path (D:\new) or a formula.
_WRITTEN_AT_LEAST = 3
_PATH = compile_pattern(r"[A-Za-z:\\]")
_WORD = compile_pattern("[a-z]")
_NEAR_NEWLINE = compile_pattern(r"[ \u3000\t]*\n")


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
    controls = list(_CONTROLS.finditer(text))
    inside = _soft_breaks_inside(text, context.language) if controls else set()
    for m in controls:
        edits.append(Edit(*m.span(), "") if m.start() in inside else _newlines(text, m, 1))
    return sorted([*edits, *_written(text)], key=lambda e: e.start)


def _soft_breaks_inside(text: str, language: Language) -> set[int]:
    """The offsets of the soft breaks that stand inside a sentence.

    None do where soft breaks end the paragraphs. Where they break lines at a fixed width, all do
    that stand behind a full line.
    """
    breaks = [m for m in _SOFT_BREAK.finditer(text) if not _CONTROLS.match(text, m.end())]
    newlines = text.count("\n")
    if not breaks or newlines < _FEW_NEWLINES or newlines * _MANY_BREAKS < len(breaks):
        return set()
    full = _behind_full_lines(text, breaks, language)
    return {
        m.start()
        for m in breaks
        if _is_inside(text, m.start(), m.end(), language, full=m.start() in full)
    }


def _behind_full_lines(text: str, breaks: list[re.Match[str]], language: Language) -> set[int]:
    """The offsets of the breaks behind full lines; none where no fixed width is seen."""
    lines = [text[_line_start(text, m.start()) : m.start()] for m in breaks]
    width, _ = Counter(map(len, lines)).most_common(1)[0]
    full = [
        (m.start(), is_numbered(line, language))
        for m, line in zip(breaks, lines, strict=True)
        if abs(len(line) - width) <= _RAGGED
    ]
    paragraphs = sum(any(c in line for c in _SOFT) for line in text.split("\n"))
    wrapped = (
        width >= _LEAST_WIDTH
        and len(full) >= max(_ENOUGH_WRAPPED, len(breaks) * _WRAPPED_SHARE)
        and len(breaks) >= paragraphs * _BREAKS_OF_A_PARAGRAPH
    )
    headings = sum(numbered for _, numbered in full)
    return {at for at, _ in full} if wrapped and headings < len(full) * _HEADINGS_SHARE else set()


def _line_start(text: str, at: int) -> int:
    """Where the line begins that holds ``at``, or so much before it as is looked at."""
    begins = max(0, at - _LINE)
    ends = list(_ANY_END.finditer(text, begins, at))
    return ends[-1].end() if ends else begins


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


def _is_inside(text: str, start: int, end: int, language: Language, *, full: bool) -> bool:
    """Whether a soft break stands inside a number, or a sentence that has begun before it."""
    line = text[_line_start(text, start) : start]
    rest = text[end : end + _LINE]
    if pattern(language, "ends in a number").search(line) and (
        pattern(language, "rest of a number").match(rest)
    ):
        return True
    if full or is_numbered(rest, language) or is_numbered(line, language):
        return full and not is_numbered(rest, language)
    return bool(
        pattern(language, "inside a sentence").search(line)
        and not pattern(language, "ends with a stop").search(line)
        and pattern(language, "starts with a word").match(rest)
    )


# --- reports in one line --------------------------------------------------------------------------

#: No line of a report with blanks between its paragraphs is shorter, and no paragraph of a report
#: has so many runs of blanks.
_LONG_LINE = 300
_MANY_RUNS = 3
_BLANK = " \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_RUN = compile_pattern(f"(?<=[^{_BLANK}])[{_BLANK}]{{2,}}(?=[^{_BLANK}])")
_BLANKS = compile_pattern(f"(?<=[^{_BLANK}])[{_BLANK}]+(?=[^{_BLANK}])")
#: Where more of them stand behind a comma, they are not where paragraphs end.
_INSIDE_SHARE = 0.05
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
    comma = pattern(context.language, "ends with a comma")
    edits: list[Edit] = []
    inside = at = 0  # inside: how many runs stand behind a comma, where no paragraph ends
    for line in text.split("\n"):
        if len(line) >= _LONG_LINE:
            breaks = list(_RUN.finditer(line))
            if len(breaks) < _MANY_RUNS:
                breaks = []
            if 2 * len(line) > len(text):  # hardly anything stands in other lines
                breaks = _single_blanks(line, context.language) or breaks
            inside += sum(comma.search(line, m.start() - 1, m.start()) is not None for m in breaks)
            edits += (Edit(at + m.start(), at + m.end(), "\n") for m in breaks)
        at += len(line) + 1
    return edits if inside <= len(edits) * _INSIDE_SHARE else []


def _single_blanks(line: str, language: Language) -> list[re.Match[str]]:
    """The blanks of a line that part its paragraphs, if most of them are single."""
    stop, opening = pattern(language, "ends a sentence"), pattern(language, "starts a paragraph")
    blanks = list(_BLANKS.finditer(line))
    stopped = {m.start() for m in blanks if stop.search(line, max(0, m.start() - _END), m.start())}
    if sum(len(m.group()) == 1 and m.start() in stopped for m in blanks) < _MANY_BLANKS:
        return []
    parting: list[re.Match[str]] = []
    heads = is_numbered(line[:_LINE], language)
    for m in blanks:
        begins = parting[-1].end() if parting else 0
        if heads and not is_numbered(line[begins : m.start()], language):
            continue  # the blank between the number of a heading and its words
        ahead = is_numbered(line[m.end() : m.end() + _LINE], language)
        parts = m.start() in stopped or len(m.group()) > 1 or opening.match(line, m.end())
        if heads or ahead or parts:
            parting.append(m)
            heads = ahead
    return parting


#: So much of the end of a paragraph tells that it is one.
_END = 4
