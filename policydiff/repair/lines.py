"""Fixers for line breaks: at a fixed width, or inside a word, a title or a long sentence."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise

from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Edit
from policydiff.repair.context import Context
from policydiff.repair.knowledge import characters, pattern, source

#: Headings and titles end without a stop; text longer than any of them does not.
_LONGER_THAN_HEADINGS = 60
#: Where blank lines set paragraphs apart, at most half of the lines have a neighbour right below;
#: where they do not, nearly all have (measured: 0.06-0.53 and 0.98-1.0). Fewer lines tell nothing.
_PARTED = 0.7
_ENOUGH_LINES = 20
#: The innermost level of the table of markers that numbers headings; deeper ones number items.
_HEADINGS = 4
#: So many characters at the end of a line tell whether it goes on.
_LINE_END = 2


@cache
def _heading_markers(language: Language) -> re.Pattern[str]:
    """The numbers that stand before headings, with some words of a heading behind them."""
    markers = language.tables.load("outline")["markers"]
    marks = (e["pattern"] for e in markers if e["level"] <= _HEADINGS)
    return compile_pattern(r"\s*(?:" + "|".join(f"(?:{mark})" for mark in marks) + r")\s*\S")


def is_numbered(line: str, language: Language) -> bool:
    """Whether a line is numbered as headings are."""
    opening, closing = tuple(characters(language, "heading brackets"))
    line = line.replace("(", opening).replace(")", closing)
    return _heading_markers(language).match(line) is not None


@cache
def _only_noughts(language: Language) -> re.Pattern[str]:
    measures = language.tables.any_of("targets", "measures")
    return compile_pattern(source(language, "only noughts").replace("<measures>", measures))


class _Gluing:
    """What is known of the lines before, while lines are glued one after the other."""

    def __init__(self, lines: list[str], language: Language) -> None:
        self._lines = lines
        self._language = language
        self._spaced = _are_spaced(lines)
        # Of the line before only the end matters, and how long it has become by gluing.
        self._line_end, self._length, self._number = "", 0, -2
        self._dangling = self._heads = False

    def add(self, number: int, line: str) -> bool:
        """Take the next filled line; whether it belongs to the one before."""
        subscript = self._is("subscript", line) and self._ends("ends with a letter")
        closed = self._is_closed(line)
        glued = bool(self._line_end) and (
            subscript
            or closed
            or self._ends("ends open")
            or self._cuts_a_number(line)
            or (self._may_go_on() and self._goes_on(line))
        )
        # A blank line between is let pass, a paragraph's distance is not.
        glued = glued and number - self._number <= (2 if subscript or closed else 1)
        if glued:
            self._length += len(line)
        else:
            self._length, self._line_end = len(line), ""
            self._heads = self._spaced and is_numbered(line, self._language)
        bare = line.rstrip()
        self._line_end = (self._line_end + bare)[-_LINE_END:] + line[len(bare) : len(bare) + 1]
        self._dangling = subscript
        self._number = number
        return glued

    def _is(self, name: str, line: str) -> bool:
        return pattern(self._language, name).match(line) is not None

    def _ends(self, name: str) -> bool:
        return pattern(self._language, name).search(self._line_end) is not None

    def _is_closed(self, line: str) -> bool:
        if not self._is("starts closed", line):
            return False
        bare_stop = self._is("starts with a stop", line) and bool(self._line_end)
        return not (bare_stop and is_numbered(self._lines[self._number], self._language))

    def _cuts_a_number(self, line: str) -> bool:
        return (
            self._ends("ends in a digit") and _only_noughts(self._language).match(line) is not None
        ) or (self._ends("ends in a decimal point") and self._is("decimals", line))

    def _may_go_on(self) -> bool:
        long = self._length > _LONGER_THAN_HEADINGS
        comma = self._ends("ends with a comma")
        return self._dangling or long or comma or (self._spaced and not self._heads)

    def _goes_on(self, line: str) -> bool:
        """Whether a line without a stop at its end goes on in one that opens with a character."""
        return not self._ends("ends with a stop") and self._is("starts with a word", line)


def broken_lines(text: str, context: Context) -> list[Edit]:
    """Line breaks inside a word: subscripts on lines of their own, links and titles cut out.

    >>> from policydiff.language.zh import CHINESE
    >>> broken_lines("广义货币M\\n2\\n和社会融资规模", Context(CHINESE))
    [Edit(start=5, end=6, after=''), Edit(start=7, end=8, after='')]
    >>> broken_lines("浓度下降。\\n2\\n三、", Context(CHINESE))
    []
    """
    edits: list[Edit] = []
    lines = text.split("\n")
    gluing = _Gluing(lines, context.language)
    at = end = 0
    for number, line in enumerate(lines):
        start, at = at, at + len(line) + 1
        if not line.strip():
            continue
        if gluing.add(number, line):
            edits.append(Edit(end, start, ""))
        end = start + len(line)
    return edits


def _are_spaced(lines: list[str]) -> bool:
    """Whether blank lines set the paragraphs apart, so that any other break is inside one."""
    filled = [bool(line.strip()) for line in lines]
    count = sum(filled)
    return count >= _ENOUGH_LINES and sum(a and b for a, b in pairwise(filled)) < _PARTED * count


#: Lines that were broken at a fixed width are nearly all as long as it, counted in characters;
#: paragraphs of reports are not. Fewer lines tell nothing.
_WIDTHS = range(16, 61)
_RAGGED = 2
_WRAPPED_SHARE = 0.5
_ENOUGH_WRAPPED = 8
#: Slogans over paragraphs are alike in length too, and the paragraphs are longer.
_LONGER_SHARE = 0.05
_INDENTED_SHARE = 0.05


def hard_wraps(text: str, context: Context) -> list[Edit]:
    """Line breaks at a fixed width, as in text that was taken out of PDF files.

    A full line goes on in the next, unless that is numbered. Where paragraphs are indented, the
    indent tells where one begins; where not, a full line that ends with a stop ends one.

    >>> from policydiff.language.zh import CHINESE
    >>> line = "全县经济运行总体平稳，新增规模以上工业企业二十家"
    >>> len(hard_wraps("\\n".join([line] * 9), Context(CHINESE)))
    8
    >>> hard_wraps("\\n".join([line + "。"] * 9), Context(CHINESE))
    []
    """
    lines = text.split("\n")
    lengths = [len(line.strip()) for line in lines]
    filled = Counter(length for length in lengths if length)
    full = _full_lengths(filled, filled.total())
    if not full:
        full = _full_lengths(filled, _going_on(lines, max(filled, default=0), context.language))
    if not full:
        return []
    indented = sum(line[0].isspace() for line in lines if line.strip())
    paragraphs_tell = indented > filled.total() * _INDENTED_SHARE
    stop = pattern(context.language, "ends with a stop")
    edits = []
    at = 0
    for (line, length), following in pairwise([*zip(lines, lengths, strict=True), ("", 0)]):
        end = at + len(line)
        follower = following[0]
        if (
            length in full
            and following[1]
            and (paragraphs_tell or not stop.search(line))
            and not follower[0].isspace()
            and not is_numbered(follower, context.language)
        ):
            edits.append(Edit(at + len(line.rstrip()), end + 1, ""))
        at = end + 1
    return edits


def _going_on(lines: list[str], longest: int, language: Language) -> int:
    """How many lines have neither a stop nor the number of a heading; 0 where the longest is no
    full line of them.

    Paragraphs of a line or two leave few full lines. Then these tell: no line is longer, and most
    of those without a stop are full.
    """
    stop = pattern(language, "ends with a stop")
    bare = [line.strip() for line in lines if line.strip() and not stop.search(line)]
    going_on = [line for line in bare if not is_numbered(line, language)]
    full = sum(len(line) >= longest - _RAGGED for line in going_on)
    return len(going_on) if full >= max(_ENOUGH_WRAPPED, _WRAPPED_SHARE * len(going_on)) else 0


def _full_lengths(filled: Counter[int], of: int) -> range:
    """The lengths of full lines; empty where the lines were not broken at a fixed width.

    ``filled``: how many lines have each length; ``of``: of how many lines so many must be full.
    """
    if of < _ENOUGH_WRAPPED or filled.total() < _ENOUGH_WRAPPED:
        return range(0)
    width, _ = max(filled.items(), key=lambda item: (item[1], item[0]))
    full = range(width - _RAGGED, width + _RAGGED + 1)
    wrapped = width in _WIDTHS and sum(filled[n] for n in full) >= of * _WRAPPED_SHARE
    longer = sum(count for length, count in filled.items() if length >= full.stop)
    return full if wrapped and longer <= filled.total() * _LONGER_SHARE else range(0)
