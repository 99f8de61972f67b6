"""Characters whose GBK bytes were read at the wrong place, behind a mark in running text.

Some program looked for the bytes of a mark (。 is A1 A3, ； is A3 BB) without minding where
characters begin, and found them across the border of two. What it left reads one byte too early:
the mark is made of two halves, and all behind it is shifted until a byte below 80 or a lost one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from policydiff.language.language import Language
from policydiff.models import Edit
from policydiff.repair.context import Context
from policydiff.repair.gbk import bytes_of
from policydiff.repair.knowledge import characters, letter, pattern
from policydiff.repair.likelihood import usage
from policydiff.repair.rereading import Rereader, run_end

#: First bytes of the characters that a shifted quotation mark leaves behind ！: “ is A1 B0.
_QUOTE_TAILS = (b"\xb0", b"\xb1")


@cache
def _marks(language: Language) -> dict[str, bytes]:
    """The marks, full-width and half-width, and their two bytes."""
    marks = characters(language, "shifted marks")
    pairs = zip(marks[::2], marks[1::2], strict=True)
    return {c: bytes_of(wide) for wide, narrow in pairs for c in (wide, narrow)}


def _suspicious(text: str, language: Language) -> Iterator[int]:
    """Where a mark has something behind it that sound text does not have there."""
    for m in pattern(language, "shifted mark").finditer(text):
        behind = text[m.end()]
        if (
            m["certain"]
            or not _is_used(behind, language)
            or (m["call"] and bytes_of(behind)[:1] in _QUOTE_TAILS)
        ):
            yield m.start()


def _is_used(c: str, language: Language) -> bool:
    """Whether reports use a letter, or that of which it is a variant."""
    is_letter, used = letter(language).fullmatch, usage(language).characters
    return (c in used and is_letter(c) is not None) or (
        (plain := language.fold(c)) in used and is_letter(plain) is not None
    )


def byte_shifts(text: str, context: Context) -> list[Edit]:
    """A run in which bytes were read one too early, read again at the right place.

    Where bytes were lost, what stood there is filled in only if one reading is far likelier than
    all others by the characters and pairs that reports use; else the run stays as it is.

    >>> from policydiff.language.zh import CHINESE
    >>> byte_shifts("企業規;、招引精準化", Context(CHINESE))
    [Edit(start=3, end=4, after='模化')]
    >>> byte_shifts("做得好！八个县都来了。", Context(CHINESE))
    []
    """
    edits: list[Edit] = []
    marks = _marks(context.language)
    if not any(mark in text for mark in marks):
        return edits
    reread = None
    for start in _suspicious(text, context.language):
        if edits and start < edits[-1].end:
            continue
        if context.budget.spent:
            break
        reread = reread or Rereader(text, context)
        best = reread.behind_mark(start, marks[text[start]])
        if best is not None:
            edits.append(Edit(start, start + 1 + best.at, best.text))
    return edits


def suspicious_runs(text: str, language: Language) -> list[tuple[int, int]]:
    """The spans of all marks that ``byte_shifts`` looks at, with the runs behind them.

    >>> from policydiff.language.zh import CHINESE
    >>> suspicious_runs("企業規;、招引", CHINESE)
    [(3, 7)]
    """
    if not any(mark in text for mark in _marks(language)):
        return []
    return [(start, run_end(text, start + 1)) for start in _suspicious(text, language)]
