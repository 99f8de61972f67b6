"""The outline of a report: which headings each stretch of text stands under, and which part it is.

Works on folded text; every span is an offset into it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from policydiff.analysis.identity import year_of
from policydiff.analysis.layout import (
    ITEM,
    OUTERMOST,
    STRUCTURE,
    Line,
    lines_of,
    longest_heading,
    mark_pattern,
    marker,
    parts_named,
    shows,
    without_tail,
)
from policydiff.analysis.parts import Parts, parts_of
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.language.text import trim
from policydiff.models import Part

#: The level of a heading without number over headings that count from one.
_PART = OUTERMOST
_SECTION = 2
#: The level of a title that opens a paragraph.
_TITLE = 6
#: Opening titles without a mark stay under 30 characters.
_LONGEST_TITLE = 28

#: Places in which a report may set titles; a report is consistent in each, so where fewer than this
#: share of its paragraphs open with one, those that seem to are ordinary sentences.
_TITLE_STYLES = ("paragraph", "item")
_TITLED_SHARE = 0.5

#: How much of a paragraph counts as its opening: a long first sentence.
_OPENING = 90


class Stretch(NamedTuple):
    """Running text under one set of headings. ``title``: a sentence that serves as a heading."""

    start: int
    end: int
    section: tuple[str, ...]
    part: Part
    title: bool = False


class Outline(NamedTuple):
    """The stretches of a report in order, and what is doubtful about its parts."""

    stretches: list[Stretch]
    warnings: tuple[str, ...]


@cache
def _rules(language: Language, section: str, key: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    entries = language.tables.load("outline")[section]
    return tuple((compile_pattern(e["pattern"]), e[key]) for e in entries)


def outline(
    text: str,
    language: Language,
    *,
    shown: str | None = None,
    year: int | None = None,
    lines: Sequence[Line] | None = None,
) -> Outline:
    """The stretches of ``text`` (folded) in order; ``shown`` is the same text as people see it.

    ``year``: the year that the report plans, else what the text says of it; ``lines``: of the text,
    where they are at hand. Headings on lines of their own are in ``section`` only; everything else
    is in a stretch.

    >>> from policydiff.language.zh import CHINESE
    >>> t = "工作安排\\n（一）稳增长。新增就业800人。"
    >>> [(t[s.start:s.end], s.section, s.part) for s in outline(t, CHINESE).stretches]
    [('稳增长。', ('工作安排',), 'plan'), ('新增就业800人。', ('工作安排', '（一）稳增长'), 'plan')]
    """
    lines = lines_of(text, language) if lines is None else lines
    year = year_of(text, lines, language) if year is None else year
    parts = parts_of(text, lines, language, year)
    return Outline(_Outliner(text, shown or text, lines, parts, language).run(), parts.warnings)


class _Sentence(NamedTuple):
    """A sentence of a paragraph, or only the item's mark before one (``start == end``).

    ``level``: of the mark that it opens with; ``marked_at``: where that begins; ``inside``: the
    mark is an item's in the middle of the paragraph; ``back``: it says what was done; ``title``:
    the places in which sentences must be titles here, for it to be one; None: it is none.
    """

    start: int
    end: int
    level: int | None
    marked_at: int
    inside: bool
    back: bool = False
    title: frozenset[str] | None = None


class _Outliner:
    """Cuts the paragraphs into sentences, then goes over the lines; keeps the headings above."""

    def __init__(
        self,
        text: str,
        shown: str,
        lines: Sequence[Line],
        parts: Parts,
        language: Language,
    ) -> None:
        self.cut: dict[int, list[_Sentence]] = {}  # those of the paragraphs, by their line
        self.style: frozenset[str] = frozenset()  # the places in which sentences are titles
        self.openings = {name: [0, 0] for name in _TITLE_STYLES}  # titles, all
        self.text = text
        self.shown = shown
        self.lines = lines
        self.language = language
        self.parts = parts
        self.stack: list[tuple[int, str]] = []
        self.bare: set[int] = set()  # levels on it of headings without a number
        self.out: list[Stretch] = []

    def run(self) -> list[Stretch]:
        self.cut = {
            i: self._sentences(line)
            for i, line in enumerate(self.lines)
            if not line.furniture and not self._is_heading(line)
        }
        self.style = self._title_style()
        for i, line in enumerate(self.lines):
            if line.furniture:
                self._emit(line.start, line.end, part="other")
            else:
                self._line(i, line)
        return self.out

    def _title_style(self) -> frozenset[str]:
        """Where this report opens with titles: most paragraphs or items do, or none count."""
        return frozenset(
            name
            for name, (titles, openings) in self.openings.items()
            if titles and titles >= openings * _TITLED_SHARE
        )

    def _line(self, i: int, line: Line) -> None:
        if self._is_heading(line):
            if self.parts.at(line.start) == "other" and self.parts.in_front(line.start):
                # What stands before the report is no heading of it.
                self._emit(line.start, line.end)
                return
            level = self._unnumbered_level(i) if line.level is None else line.level
            self._pop(level)
            self.stack.append((level, self._heading_text(line.start, line.end)))
            if line.level is None:
                self.bare.add(level)
            return
        if line.level is not None and line.level <= STRUCTURE:
            self._pop(line.level)
        else:
            self._pop(ITEM)
        self._paragraph(self.cut[i])

    def _is_heading(self, line: Line) -> bool:
        return line.heading and self._heading_text(line.start, line.end) != ""

    def _unnumbered_level(self, i: int) -> int:
        if self._count_begins_behind(i):
            return _PART
        body = self.text[self.lines[i].body : self.lines[i].end]
        annex = shows(self.language, "promising annex").search(body)
        if parts_named(body, self.language) or annex or not self.stack:
            return 1
        numbered = any(level >= _SECTION for level, _ in self.stack if level not in self.bare)
        level = _SECTION + numbered
        if self._is_bare_heading(i - 1):
            return level + 1
        below = not self._is_bare_heading(i + 1) and self.stack[-1][0] == level + 1
        return level + 1 if below and level + 1 in self.bare else level

    def _is_bare_heading(self, i: int) -> bool:
        """Whether a line is a heading without a number, and names no part."""
        if not 0 <= i < len(self.lines):
            return False
        line = self.lines[i]
        bare = line.heading and line.level is None
        return bare and not parts_named(self.text[line.body : line.end], self.language)

    def _count_begins_behind(self, i: int) -> bool:
        """Whether the next heading opens a count of the outermost level: 一、 below 工作回顾."""
        behind = (self.lines[k] for k in range(i + 1, len(self.lines)))
        following = next((line for line in behind if line.heading), None)
        if following is None or following.level != 1:
            return False
        mark = self.text[following.start : following.body]
        digits = "".join(c for c in mark if c in self.language.numeral_characters)
        return self.language.numeral_value(digits) == 1

    def _pop(self, level: int) -> None:
        while self.stack and self.stack[-1][0] >= level:
            self.bare.discard(self.stack.pop()[0])

    def _heading_text(self, start: int, end: int) -> str:
        return without_tail(self.shown[start:end], self.language).strip()

    def _looks_back(self, line: Line) -> bool:
        """Whether a paragraph of the plan first says what was done."""
        if self.parts.at(line.start) != "plan":
            return False
        opening = self.text[line.body : min(line.end, line.body + _OPENING)]
        return shows(self.language, "looks back").search(opening) is not None

    def _sentences(self, line: Line) -> list[_Sentence]:
        """The sentences of a paragraph."""
        spans = self.language.pieces(self.text, line.body, line.end)
        level, marked_at = line.level, line.start
        looks_back = self._looks_back(line)
        cut: list[_Sentence] = []
        for k, (start, end) in enumerate(spans):
            start, end = trim(self.text, start, end)
            if start == end:
                continue
            inside = False
            if k:
                level, marked_at = None, start
                mark = marker(self.text, start, end, self.language)
                if mark and mark[1] == ITEM:
                    start, _ = trim(self.text, mark[0], end)
                    level, inside = ITEM, True
            sentence = _Sentence(start, end, level, marked_at, inside)
            if start == end:
                cut.append(sentence)
                continue
            if looks_back:
                ahead = shows(self.language, "looks ahead")
                looks_back = not ahead.search(self.text[start : start + _OPENING])
            followed = k + 1 < len(spans)
            opens = followed and (k == 0 or level is not None) and not looks_back
            # A mark that was torn off its sentence has no text that a heading could have.
            if opens and self._heading_text(marked_at, end):
                title = self._title(start, end, level)
                sentence = sentence._replace(title=title)
            cut.append(sentence._replace(back=True) if looks_back else sentence)
        return cut

    def _paragraph(self, sentences: Sequence[_Sentence]) -> None:
        """Emit the sentences of a paragraph; titles at its head and items become headings."""
        for start, end, level, marked_at, inside, back, title in sentences:
            if inside:
                self._pop(ITEM)
            if start == end:
                continue
            if back:
                self._emit(start, end, part="review")
            elif title is not None and title <= self.style:
                # An item's title is a commitment in its own right as often as not; others rarely.
                self._emit(start, end, title=level != ITEM)
                self._pop(level or _TITLE)
                self.stack.append((level or _TITLE, self._heading_text(marked_at, end)))
            else:
                self._emit(start, end)

    def _title(self, start: int, end: int, level: int | None) -> frozenset[str] | None:
        """Where sentences must be titles, for this one to be one; None if it reads like none."""
        structural = level is not None and level <= STRUCTURE
        longest = longest_heading(level)
        short = end - start <= (longest if structural else _LONGEST_TITLE)
        body = self.text[start : min(end, start + longest)]
        plausible = (
            short
            and mark_pattern(self.language, "full stop").match(body[-1]) is not None
            and not shows(self.language, "number").search(body)
            and not shows(self.language, "no title").search(body)
        )
        if structural:
            return frozenset() if plausible else None
        titled = plausible and "," not in body[:-1]
        name = _TITLE_STYLES[level is not None]
        if self.parts.at(start) == "plan" and not shows(self.language, "salutation").match(body):
            self.openings[name][0] += titled
            self.openings[name][1] += 1
        return frozenset({name}) if titled else None

    def _emit(self, start: int, end: int, *, title: bool = False, part: Part | None = None) -> None:
        section = tuple(text for _, text in self.stack)
        self.out.append(Stretch(start, end, section, part or self.parts.at(start), title))
