"""Fixers for characters that look like others."""

from __future__ import annotations

import re
from functools import cache
from unicodedata import normalize

from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Edit
from policydiff.repair.context import Context
from policydiff.repair.knowledge import TABLE, pattern


@cache
def _look_alikes(language: Language) -> tuple[re.Pattern[str], dict[str, str]]:
    """The pattern of such characters, and what those mean of which Unicode does not say it."""
    entries = language.tables.load(TABLE)["look_alikes"]
    meant = {a: b for e in entries for a, b in zip(e["written"], e["meant"], strict=True)}
    form = pattern(language, "compatibility forms").pattern
    return compile_pattern(f"{form}|[{''.join(meant)}]"), meant


def look_alikes(text: str, context: Context) -> list[Edit]:
    """Radicals and compatibility forms in place of the characters that they look like.

    PDF files give them where a font has one glyph for both. Their meaning is that of Unicode's
    compatibility mappings (NFKC), and of the table for the radicals that have none.

    >>> from policydiff.language.zh import CHINESE
    >>> look_alikes("\u2f2f作\u2f08员", Context(CHINESE))
    [Edit(start=0, end=1, after='工'), Edit(start=2, end=3, after='人')]
    """
    if text.isascii():
        return []
    form, meant = _look_alikes(context.language)
    edits = []
    for m in form.finditer(text):
        c = m.group()
        after = meant.get(c) or normalize("NFKC", c)
        if after != c:
            edits.append(Edit(*m.span(), after))
    return edits
