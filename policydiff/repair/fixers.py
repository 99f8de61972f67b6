"""Fixers: one for each kind of damage, from a text to edits on that text.

Each looks for a form that sound text hardly has, and looks first whether there is any. Those that
are a pattern and nothing else stand in the table ``repairs``, which also orders all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, cached_property
from typing import NamedTuple

from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import Entry
from policydiff.models import Edit
from policydiff.repair.characters import look_alikes
from policydiff.repair.contents import contents
from policydiff.repair.context import Context
from policydiff.repair.entities import entities
from policydiff.repair.glued import glued_paragraphs
from policydiff.repair.knowledge import TABLE, letter, pattern
from policydiff.repair.line_marks import line_marks
from policydiff.repair.lines import broken_lines, hard_wraps
from policydiff.repair.mojibake import wrong_decoding
from policydiff.repair.numbers import spaced_numbers
from policydiff.repair.paragraphs import line_ends, lost_line_breaks
from policydiff.repair.shifted_headings import byte_shifted_headings
from policydiff.repair.shifted_marks import byte_shifts

#: A character, or a number that was left whole.
_APART = r"(?:[0-9][0-9.]*%?|\S)"
_SPACED_LETTERS = compile_pattern(rf"(?<!\S){_APART}([ \u3000])(?:{_APART}\1){{3,}}{_APART}(?!\S)")
#: One of them, behind another: what is looked for first.
_SPACED_LETTER = compile_pattern(r"([ \u3000])\S\1\S\1")
#: Where a text sets so many of its letters apart, and so many of those that stand side by side, it
#: does so with all of them, short words and the ends of runs included. Sound reports: two in a
#: hundred at most.
_EVERYWHERE = 20
_SHARE_APART = 0.5
#: Of what is set apart, the half at least are letters of the language, and half are blanks.
_LETTER_SHARE = 0.25


def letter_spacing(text: str, context: Context) -> list[Edit]:
    """Characters set apart by one blank each, five or more in a row, as PDF files give them.

    Where a text does so everywhere, as text recognition does, every blank beside a letter goes.

    >>> from policydiff.language.zh import CHINESE
    >>> context = Context(CHINESE)
    >>> [edit.start for edit in letter_spacing("新 增 就 业 8 0 人 。", context)]
    [1, 3, 5, 7, 9, 11, 13]
    >>> [letter_spacing(t, context) for t in ("张三 李四 王五", "目 录", "A B C D E F")]
    [[], [], []]
    """
    counting, letters = pattern(context.language, "counting"), letter(context.language)
    everywhere = _set_apart_everywhere(text, letters.pattern)
    if everywhere:
        return everywhere
    if not _SPACED_LETTER.search(text):
        return []
    return [
        Edit(at, at + 1, "")
        for m in _SPACED_LETTERS.finditer(text)
        if not counting.fullmatch(m.group())
        and len(letters.findall(m.group())) > len(m.group()) * _LETTER_SHARE
        for at in range(m.start() + 1, m.end())
        if text[at] == m[1]
    ]


def _set_apart_everywhere(text: str, letters: str) -> list[Edit]:
    """The blanks beside letters of a text that sets most of them apart."""
    apart = sum(1 for _ in _between(letters, " ").finditer(text)) if " " in text else 0
    if apart < _EVERYWHERE:
        return []
    together = sum(1 for _ in _between(letters, "").finditer(text))
    if apart < _SHARE_APART * (apart + together):
        return []
    return [Edit(*m.span(), "") for m in _beside(letters).finditer(text)]


@cache
def _between(letters: str, blank: str) -> re.Pattern[str]:
    return compile_pattern(f"(?<={letters}){blank}(?={letters})")


@cache
def _beside(letters: str) -> re.Pattern[str]:
    """Blanks inside a line behind a letter or before one."""
    return compile_pattern(f"(?<=\\S) (?:(?<={letters} )|(?={letters}))(?=\\S)")


Finder = Callable[[str, Context], list[Edit]]
_FINDERS: dict[str, Finder] = {
    finder.__name__: finder
    for finder in (
        wrong_decoding,
        entities,
        line_ends,
        line_marks,
        lost_line_breaks,
        glued_paragraphs,
        look_alikes,
        spaced_numbers,
        contents,
        byte_shifted_headings,
        byte_shifts,
        letter_spacing,
        hard_wraps,
        broken_lines,
    )
}


class Fixer(NamedTuple):
    """What finds one kind of damage, and what people are told of it."""

    kind: str
    why: str
    find: Finder


@cache
def fixers(language: Language) -> tuple[Fixer, ...]:
    """The fixers for a language, in the order in which they run."""
    kinds = language.tables.load(TABLE)["kinds"]
    return tuple(
        Fixer(e["kind"], e["why"], _FINDERS.get(e["kind"]) or _by_pattern(language, e["kind"]))
        for e in kinds
    )


def _by_pattern(language: Language, kind: str) -> Finder:
    """What finds the patterns of the table for this kind of damage."""
    table = language.tables.load(TABLE)
    entries = [e for section in ("removals", "replacements") for e in table.get(section, ())]
    own = [_Form(e) for e in entries if e["kind"] == kind]
    assert own, f"{TABLE}: no function and no pattern for {kind}"

    def find(text: str, context: Context) -> list[Edit]:
        edits = sorted((e for form in own for e in form.edits(text)), key=lambda e: e.start)
        return edits if len(own) == 1 else _apart(edits)

    return find


def _apart(edits: list[Edit]) -> list[Edit]:
    """Sorted edits without those that overlap one before them."""
    kept: list[Edit] = []
    for edit in edits:
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


class _Form:
    """One pattern, and what takes the place of what it finds."""

    def __init__(self, entry: Entry) -> None:
        self._source: str = entry["pattern"]
        self._needs: list[str] = entry["needs"]
        self._after: str | None = entry.get("after")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Compiled when a text first has what it needs: most reports are without most damage."""
        return compile_pattern(self._source)

    def edits(self, text: str) -> list[Edit]:
        if self._needs and not any(sign in text for sign in self._needs):
            return []
        return [Edit(*m.span(), self._made_of(m)) for m in self._pattern.finditer(text)]

    def _made_of(self, m: re.Match[str]) -> str:
        if self._after is not None:
            return m.expand(self._after)
        return (m["kept"] or "") if "kept" in m.re.groupindex else ""
