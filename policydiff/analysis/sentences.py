"""The sentences of a report: where they stand, what they are by themselves.

Works on folded text; every offset is one into it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from typing import NamedTuple

from policydiff.analysis.layout import OUTERMOST, Line, mark_pattern
from policydiff.language.language import Language
from policydiff.language.patterns import Family, compile_pattern

#: The states of a sentence. ``front`` and ``back`` are what stands before and behind the report.
STATES = ("front", "review", "problems", "five_year", "plan", "back")
State = int
FRONT, REVIEW, PROBLEMS, FIVE_YEAR, PLAN, BACK = range(len(STATES))

#: Where a sentence stands; what a change of part costs depends on it.
PLACES = ("part heading", "heading", "paragraph", "sentence")


class Sentence(NamedTuple):
    """A sentence, or a heading: ``body`` is where its text behind a marker begins."""

    start: int
    end: int
    body: int
    level: int | None
    place: str


def sentences(text: str, lines: Iterable[Line], language: Language) -> list[Sentence]:
    """The lines cut into sentences; the first of a line has the line's marker and level."""
    cut: list[Sentence] = []
    stops = mark_pattern(language, "sentence")
    for line in lines:
        at = line.start
        first = True
        while at < line.end:
            stop = stops.search(text, at, line.end)
            end = stop.end() if stop else line.end
            if text[at:end].strip():
                if first:
                    # Below 第一部分 sections count from one, as below a heading without number.
                    level = None if line.level == OUTERMOST else line.level
                    cut.append(Sentence(at, end, max(at, line.body), level, _place(line)))
                else:
                    cut.append(Sentence(at, end, at, None, "sentence"))
                first = False
            at = end
    return cut


def _place(line: Line) -> str:
    if not line.heading:
        return "paragraph"
    return "part heading" if line.level in (None, OUTERMOST, 1) else "heading"


@cache
def signs_of(language: Language, without: Collection[str] = ()) -> tuple[Family, tuple[str, ...]]:
    """What tells by itself what a sentence is, and what it is then; some roles left out."""
    entries = [e for e in language.tables.load("outline")["signs"] if e["role"] not in without]
    return Family(e["pattern"] for e in entries), tuple(e["role"] for e in entries)


@cache
def years_of(language: Language) -> re.Pattern[str]:
    entries = language.tables.load("identity")["year"]
    return compile_pattern(next(e["pattern"] for e in entries if e["role"] == "in text"))
