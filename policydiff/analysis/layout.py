"""The lines of a report: markers, headings, items, furniture of the page, tables of contents.

Works on folded text; every span is an offset into it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from policydiff.analysis.levels import KnownLines
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import alternatives, words
from policydiff.language.text import trim

#: The level of what stands over a count of level 1: the words of the heading name a part.
OUTERMOST = 0
#: Levels of marks that structure the report; beyond them are items inside a paragraph, and titles.
STRUCTURE = 4
ITEM = 5

#: A line with more characters is no heading; measured, the longest real one has 46.
LONGEST_HEADING = 48
#: A numbered line of the two outermost levels may be longer; the longest real one has 55.
_LONGEST_NUMBERED = 64
_NUMBERED_LONG = (1, 2)
#: Items of one list are as long, but for so many characters.
_AS_LONG = 3
#: Licences are the longest lines of a page that are no text of the report.
_LONGEST_FURNITURE = 440
#: An unnumbered heading is shorter than a numbered one; the longest measured has under 40.
_LONGEST_BARE_HEADING = 38
#: What ends an entry in a table of contents: dots and a page number.
_LEADERS = compile_pattern(r"[.…·_]{3,} ?[0-9]{1,3}$")


class Line(NamedTuple):
    """A line that holds text. ``body``: where the text behind the marker begins.

    ``level``: of the marker, None without one; OUTERMOST of one over a count of level 1.
    ``heading``: it stands over other text.
    ``furniture``: it belongs to the page, not to the report.
    """

    start: int
    end: int
    body: int
    level: int | None
    furniture: bool = False
    heading: bool = False

    def has_body(self) -> bool:
        """Whether more than a marker stands in the line."""
        return self.body < self.end


@cache
def _markers(language: Language) -> tuple[re.Pattern[str], tuple[int, ...]]:
    """One pattern with a group for each entry of the table, and the levels of the groups."""
    entries = language.tables.load("outline")["markers"]
    pattern = compile_pattern("|".join(f"({e['pattern']})" for e in entries))
    return pattern, tuple(e["level"] for e in entries)


@cache
def _furniture(language: Language) -> re.Pattern[str]:
    entries = language.tables.load("outline")["furniture"]
    alternatives_ = "|".join(f"(?:{e['pattern']})" for e in entries)
    return compile_pattern(rf"\s*(?:{alternatives_})\s*")


@cache
def shows(language: Language, role: str) -> re.Pattern[str]:
    """The pattern by which a sentence shows that it has this role."""
    entries = language.tables.load("outline")["sentences"]
    return compile_pattern(next(e["pattern"] for e in entries if e["role"] == role))


def mark_pattern(language: Language, role: str) -> re.Pattern[str]:
    """The pattern of what the marks at the end of a line or sentence say."""
    return language.tables.role("outline", "marks", role)


def without_tail(text: str, language: Language) -> str:
    """The text of a heading without the marks and blanks at its end.

    >>> from policydiff.language.zh import CHINESE
    >>> without_tail("工作安排；。 ", CHINESE)
    '工作安排'
    """
    tail = mark_pattern(language, "tail")
    end = len(text)
    while end and tail.match(text[end - 1]):
        end -= 1
    return text[:end]


@cache
def _verb_led(language: Language) -> re.Pattern[str]:
    """A line that opens with a verb of doing: with a number or siblings it is a thing to do."""
    return compile_pattern(alternatives(words(language.tables.load("verbs")["action"])))


def parts_named(heading: str, language: Language) -> set[str]:
    """The parts that the words of a heading name: review, problems, plan, other.

    >>> from policydiff.language.zh import CHINESE
    >>> sorted(parts_named("2030年工作回顾和2031年工作安排", CHINESE))
    ['plan', 'review']
    """
    return {part for rule, part in _part_rules(language) if rule.search(heading)}


@cache
def _part_rules(language: Language) -> tuple[tuple[re.Pattern[str], str], ...]:
    entries = language.tables.load("outline")["parts"]
    return tuple((compile_pattern(e["pattern"]), e["part"]) for e in entries)


def marker(text: str, start: int, end: int, language: Language) -> tuple[int, int] | None:
    """The end and level of the marker at ``start``, or None.

    >>> from policydiff.language.zh import CHINESE
    >>> marker("（一）稳增长", 0, 6, CHINESE)
    (3, 2)
    >>> marker("3.5%", 0, 4, CHINESE) is None
    True
    """
    pattern, levels = _markers(language)
    m = pattern.match(text, start, end)
    return (m.end(), levels[m.lastindex - 1]) if m and m.lastindex else None


def lines_of(text: str, language: Language, known: KnownLines | None = None) -> list[Line]:
    """The lines of ``text`` that hold text, in order, with headings and furniture marked.

    ``known``: what the file says of some lines.
    """
    lines = [_line(text, *span, language) for span in language.paragraphs(text)]
    lines = _without_contents(text, lines, language)
    if not any(line.level == OUTERMOST + 1 for line in lines):
        lines = [x._replace(level=x.level + 1) if x.level == OUTERMOST else x for x in lines]
    headings = [False] * len(lines)
    follower: Line | None = None
    heads = False
    for i in range(len(lines) - 1, -1, -1):
        if lines[i].furniture:
            continue
        if follower is not None:
            headings[i] = _is_heading(text, lines[i], follower, language, heads=heads)
        follower, heads = lines[i], headings[i]
    _unmark_siblings(text, lines, headings, language)
    marked = [
        line._replace(heading=True) if heading else line
        for line, heading in zip(lines, headings, strict=True)
    ]
    return (
        marked if known is None else _with_captions(text, _as_known(marked, known), known, language)
    )


def _as_known(lines: list[Line], known: KnownLines) -> list[Line]:
    """The lines with what the file says of them.

    Where it has headings without numbers, numbers are counted from the deepest of these.
    """
    in_file = [line for line in lines if line.start in known.levels]
    unnumbered = [known.levels[line.start] for line in in_file if line.level is None]
    numbered = [known.levels[line.start] for line in in_file if line.level is not None]
    above = max((level for level in unnumbered if level < min(numbered, default=9)), default=0)
    changed = []
    for line in lines:
        level = line.level
        if line.start in known.levels and (unnumbered or level is None):
            level = known.levels[line.start]
        elif level is not None and level <= STRUCTURE and not numbered:
            level += above
        heading = line.heading or line.start in known.levels
        changed.append(
            line._replace(level=level, heading=heading and line.start not in known.running)
        )
    return changed


def _with_captions(
    text: str, lines: list[Line], known: KnownLines, language: Language
) -> list[Line]:
    """Mark what stands right above the first row of a table, and names it, as a heading."""
    captioned = list(lines)
    for i, (line, below) in enumerate(pairwise(lines)):
        above = below.start in known.written and line.start not in known.running
        named = above and not line.furniture and _is_bare(text, line, language)
        if named and not _verb_led(language).match(text, line.start, line.end):
            captioned[i] = line._replace(heading=True)
    return captioned


def _line(text: str, start: int, end: int, language: Language) -> Line:
    start, end = trim(text, start, end)
    # Furniture is short: long lines are not worth a search through every alternative.
    furniture = (
        end - start <= _LONGEST_FURNITURE
        and _furniture(language).fullmatch(text, start, end) is not None
    )
    mark = None if furniture else marker(text, start, end, language)
    body, level = mark if mark else (start, None)
    body, _ = trim(text, body, end)
    return Line(start, end, body, level, furniture)


def _without_contents(text: str, lines: list[Line], language: Language) -> list[Line]:
    """Mark the entries of a table of contents as furniture.

    An entry repeats a later line and ends in a page number, or stands in a block of such lines
    under the word for contents.
    """
    contents = shows(language, "contents")
    bare = [_squeezed(text, line) for line in lines]
    left = Counter(bare)
    inside = False
    marked = list(lines)
    for i, line in enumerate(lines):
        left[bare[i]] -= 1
        if line.furniture:
            continue
        if contents.fullmatch(bare[i]):
            inside = True
        elif line.end - line.start > LONGEST_HEADING * 2:
            inside = False
            continue
        else:
            entry = mark_pattern(language, "page number").sub("", bare[i])
            paged = entry != bare[i]
            repeats = bool(entry) and left[entry] > 0
            if not (_LEADERS.search(bare[i]) or (repeats and (paged or inside))):
                inside = inside and (paged or repeats)
                continue
        marked[i] = line._replace(furniture=True)
    return marked


def _squeezed(text: str, line: Line) -> str:
    return "".join(text[line.start : line.end].split())


def longest_heading(level: int | None) -> int:
    """How many characters a heading of a level has at most; None for one without a number."""
    return _LONGEST_NUMBERED if level in _NUMBERED_LONG else LONGEST_HEADING


def _is_heading(text: str, line: Line, follower: Line, language: Language, *, heads: bool) -> bool:
    """Whether a line is a heading: short, and something stands under it.

    ``heads``: the line below is a heading itself.
    """
    longest = longest_heading(line.level)
    if line.furniture or not line.has_body() or line.end - line.body > longest:
        return False
    if line.level is not None and line.level > STRUCTURE:
        return False
    body = text[line.body : line.end]
    stopped = mark_pattern(language, "stopped").match(body[-1]) is not None
    bare = without_tail(body, language)
    if mark_pattern(language, "inside").search(bare) or not _letter(language).search(bare):
        return False
    numbered = shows(language, "number").search(bare) is not None
    if stopped and (line.level is None or numbered):
        return False
    if line.level is None:
        if any(shows(language, role).match(body) for role in ("assignment", "signature")):
            return False
        # An unnumbered heading stands over text or over numbered headings, not in a list.
        long = follower.end - follower.start > LONGEST_HEADING
        return (
            not mark_pattern(language, "announces").match(body[-1])
            and len(body) <= _LONGEST_BARE_HEADING
            and not (numbered and _verb_led(language).match(body))
            and (
                long
                or follower.level is not None
                or (heads and bool(parts_named(bare, language)))
                or mark_pattern(language, "running text").match(text, follower.end - 1) is not None
            )
        )
    if follower.level is None:
        return True
    return follower.level != line.level and (not stopped or follower.level > line.level)


@cache
def _letter(language: Language) -> re.Pattern[str]:
    return compile_pattern(f"[{language.letters}]")


def _unmark_siblings(
    text: str, lines: Sequence[Line], headings: list[bool], language: Language
) -> None:
    """The last of a list of items is no heading, whatever follows it.

    Its sibling is the line before: short and without stop as well, and each opens with a verb. So
    are two lines before it that are about as long, and of a sentence with a number the numbered
    sentence before it. A line that names a part is one for itself.
    """
    before: tuple[Line, ...] = ()
    for i, line in enumerate(lines):
        if line.furniture:
            continue
        if headings[i] and before and _siblings(text, before, line, language):
            headings[i] = False
        before = () if headings[i] else (*before[-1:], line)


def _siblings(text: str, before: Sequence[Line], line: Line, language: Language) -> bool:
    own = text[line.start : line.end]
    if parts_named(own, language):
        return False
    if line.level is not None:
        # 1.建成公墓。 2.规范价格。: sentences counted on lines of their own, with nothing below.
        return before[-1].level == line.level and all(
            _is_sentence(text, one, language) for one in (before[-1], line)
        )
    verb = _verb_led(language)
    sibling = before[-1]
    if not _is_bare(text, sibling, language):
        return False
    if verb.match(text, sibling.start, sibling.end) and verb.match(own):
        return True
    return len(before) > 1 and all(
        _is_bare(text, a, language) and abs(a.end - a.start - len(own)) <= _AS_LONG for a in before
    )


def _is_sentence(text: str, line: Line, language: Language) -> bool:
    """Whether a line with a marker is one short sentence with its full stop."""
    body = text[line.body : line.end]
    return (
        0 < len(body) <= longest_heading(line.level)
        and mark_pattern(language, "full stop").match(body[-1]) is not None
        and mark_pattern(language, "inside").search(without_tail(body, language)) is None
    )


def _is_bare(text: str, line: Line, language: Language) -> bool:
    """Whether a line is short, and has neither a marker nor a mark at its end."""
    ends = text[line.end - 1]
    return (
        line.level is None
        and line.end - line.start <= LONGEST_HEADING
        and not any(mark_pattern(language, role).match(ends) for role in ("stopped", "announces"))
    )
