"""Characters whose GBK bytes were read at the wrong place, behind a mark in running text.

Some program looked for the bytes of a mark (。 is A1 A3, ； is A3 BB) without minding where
characters begin, and found them across the border of two. What it left reads one byte too early:
the mark is made of two halves, and all behind it is shifted until a byte below 80 or a lost one.
"""

from __future__ import annotations

import re
from functools import cache

from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Edit
from policydiff.repair.context import Context
from policydiff.repair.gbk import bytes_of, double_bytes
from policydiff.repair.knowledge import characters, letter, source
from policydiff.repair.likelihood import usage
from policydiff.repair.rereading import Rereader, run_end

#: First bytes of the characters that a shifted quotation mark leaves behind ！: “ is A1 B0.
_QUOTE_TAILS = (0xB0, 0xB1)


@cache
def _marks(language: Language) -> dict[str, bytes]:
    """The marks, full-width and half-width, and their two bytes."""
    marks = characters(language, "shifted marks")
    pairs = zip(marks[::2], marks[1::2], strict=True)
    return {c: bytes_of(wide) for wide, narrow in pairs for c in (wide, narrow)}


@cache
def _suspicious(language: Language) -> re.Pattern[str]:
    """A mark with something behind it that sound text does not have there."""
    used = dict.fromkeys(filter(letter(language).fullmatch, usage(language).characters))
    variants = language.tables.pairs("variants")
    written = (
        left for left, right in zip(variants[::2], variants[1::2], strict=True) if right in used
    )
    both = "".join((*used, *written))
    quoted = "".join(double_bytes(language).led_by(lead) for lead in _QUOTE_TAILS)
    form = source(language, "shifted mark")
    return compile_pattern(form.replace("<used>", both).replace("<quoted>", quoted))


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
    for m in _suspicious(context.language).finditer(text):
        start = m.start()
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
    starts = (m.start() for m in _suspicious(language).finditer(text))
    return [(start, run_end(text, start + 1)) for start in starts]
