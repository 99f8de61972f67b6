"""What a program set around the lines of a text: marks of a mail, numbers, quotation marks."""

from __future__ import annotations

from collections.abc import Sized
from itertools import pairwise
from typing import Final

from policydiff.language.patterns import compile_pattern
from policydiff.models import Edit
from policydiff.repair.context import Context

#: So many lines at least, and such a share of them, carry what no person wrote.
_ENOUGH: Final = 8
_NEARLY_ALL: Final = 0.9
_LINE: Final = compile_pattern(r"[^\n]*[^\s][^\n]*")
_QUOTED: Final = compile_pattern(r"[ \t]*(?:>[ \t]?)+")
_NUMBERED: Final = compile_pattern(r"[ \t]*([0-9]{1,4})(?: {2,4}(?=\S)|: ?(?=\S)| (?=[^\s\d]))")
_ENCLOSED: Final = compile_pattern(r'[ \t]*"([^\n]*)"[ \t]*')


def line_marks(text: str, _: Context) -> list[Edit]:
    """What nearly every line carries: '> ' of a quoted mail, its own number, a pair of straight
    quotation marks.

    Numbers must count the lines one by one, so that those of items stay.

    >>> from policydiff.language.zh import CHINESE
    >>> mail = "> 新建公厕3座。\\n" * 8
    >>> [edit.after for edit in line_marks(mail, Context(CHINESE))] == [""] * 8
    True
    >>> line_marks("> 新建公厕3座。\\n改造水厂。\\n" * 8, Context(CHINESE))
    []
    """
    if not ('"' in text or ">" in text or text.lstrip()[:1].isdigit()):
        return []
    lines = [m.span() for m in _LINE.finditer(text)]
    if len(lines) < _ENOUGH:
        return []
    return _quoted(text, lines) or _numbered(text, lines) or _enclosed(text, lines)


def _quoted(text: str, lines: list[tuple[int, int]]) -> list[Edit]:
    marks = [m for start, end in lines if (m := _QUOTED.match(text, start, end))]
    return [Edit(*m.span(), "") for m in marks] if _are_most(marks, lines) else []


def _numbered(text: str, lines: list[tuple[int, int]]) -> list[Edit]:
    marks = [m for start, end in lines if (m := _NUMBERED.match(text, start, end))]
    numbers = [int(m[1]) for m in marks]
    # A blank line may have been counted and left out.
    counts = sum(after - before in (1, 2) for before, after in pairwise(numbers))
    if not _are_most(marks, lines) or counts < _NEARLY_ALL * (len(lines) - 1):
        return []
    return [Edit(*m.span(), "") for m in marks]


def _enclosed(text: str, lines: list[tuple[int, int]]) -> list[Edit]:
    marks = [m for start, end in lines if (m := _ENCLOSED.fullmatch(text, start, end))]
    if not _are_most(marks, lines):
        return []
    spans = [span for m in marks for span in ((m.start(), m.start(1)), (m.end(1), m.end()))]
    return [Edit(*span, "") for span in spans]


def _are_most(marks: Sized, lines: Sized) -> bool:
    return len(marks) >= _NEARLY_ALL * len(lines)
