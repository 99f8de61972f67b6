"""Where the text is damaged and was not mended: what a judgement must not be built on.

Works on folded text; every span is an offset into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from policydiff.language.language import Language, Span
from policydiff.language.patterns import compile_pattern
from policydiff.language.rarity import rarity_of

#: Bytes read at the wrong place give characters that no report uses. Names use a rare one here and
#: there, 脊髓灰质炎 three at once; six of them within ten characters are debris.
_RARE_TOGETHER = 6
_WITHIN = 10


def damaged_spans(text: str, language: Language, given_up: Iterable[Span] = ()) -> list[Span]:
    """The damaged stretches of a folded text, in order and apart from each other.

    ``given_up``: stretches of it that are damaged for certain, as ``Repaired.given_up``.

    >>> from policydiff.language.zh import CHINESE
    >>> damaged_spans("培育龙头企业,新增规上企业20家。", CHINESE)
    []
    >>> damaged_spans("企业规;、招引精准化", CHINESE)
    [(3, 6)]
    >>> damaged_spans("支撑不断增大?h“一区两园”", CHINESE)
    [(6, 9)]
    >>> damaged_spans("党史学习教育顒樱袑嵶龊醚惨曆膊煺墓工作", CHINESE)
    [(6, 16)]
    """
    marked = [
        m.span()
        for pattern in language.tables.patterns("damage", "stretches")
        for m in pattern.finditer(text)
    ]
    merged: list[Span] = []
    for start, end in sorted([*marked, *_debris(text, language), *given_up]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _debris(text: str, language: Language) -> list[Span]:
    """Every run of characters in which those that no report uses crowd; runs may overlap."""
    rare = [m.start() for m in _unused(language).finditer(text)]
    ends = zip(rare, rare[_RARE_TOGETHER - 1 :], strict=False)
    return [(first, last + 1) for first, last in ends if last - first < _WITHIN]


@cache
def _unused(language: Language) -> re.Pattern[str]:
    """A letter that no report uses."""
    used = "".join(gram for gram in rarity_of(language) if len(gram) == 1)
    return compile_pattern(f"[^{re.escape(used)}](?<=[{language.letters}])")
