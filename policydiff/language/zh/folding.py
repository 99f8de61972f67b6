"""Fold a text for analysis, one character for one, so that every offset stays what it was.

Full-width forms become half-width, traditional characters and variants become simplified ones,
and the spellings of a few marks are made one. People are shown the text as written; rules and
comparison keys look at the folded one.
"""

from __future__ import annotations

import re
from functools import cache

from policydiff.language.patterns import compile_pattern
from policydiff.language.zh.data import TABLES

#: Where the full-width block starts, where it ends, and how far it lies from ASCII (Unicode).
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_FULL_WIDTH_SHIFT = 0xFEE0
#: Marks that are structure in Chinese text keep their full-width form when written so.
_KEEP = "（）"
#: Spellings of the same mark. A fold must not change what ends a sentence or closes a quotation.
_MARKS = {
    "\u3000": " ",
    "\u00a0": " ",
    "\u1680": " ",
    **{chr(code): " " for code in range(0x2000, 0x200B)},
    "\u202f": " ",
    "\u205f": " ",
    "\t": " ",
    "(": "（",
    ")": "）",
    "－": "-",
    "–": "-",
    "−": "-",
    "‐": "-",
    "～": "~",
    "〜": "~",
    "﹪": "%",
    "٪": "%",
    "×": "x",
    "X": "x",
    "Х": "x",
    "х": "x",
    "╳": "x",
    "✕": "x",
    "〔": "（",
    "〕": "）",
    "「": "“",
    "」": "”",
    "『": "‘",
    "』": "’",
    "・": "·",
    "･": "·",
    "‧": "·",
    "﹑": "、",
    "､": "、",
    "｡": "。",
    "〇": "零",
    "︰": ":",
    "∶": ":",
}


#: A range of all characters but those of the basic plane (Unicode).
_HIGHER_PLANES = "\U00010000-\U0010ffff"
#: Stars that blank a number, as x does; before white space and at the end they are bullets or
#: close bold print.
_MASK = compile_pattern(r"\*+(?=[^\s*])")
#: A year spelt digit by digit: 二〇二七年 is 2027年.
_FIGURES = "零一二三四五六七八九"
_YEAR = compile_pattern(f"(?<![{_FIGURES}十百千万亿])(?:二[零○]|一九)[{_FIGURES}○]{{2}}(?=年)")
_DIGITS = {ord(c): str(i) for i, c in enumerate(_FIGURES)} | {ord("○"): "0"}


@cache
def _folded() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern that fits any character that is folded, and what each of them becomes."""
    wide = {chr(code): chr(code - _FULL_WIDTH_SHIFT) for code in _FULL_WIDTH}
    folded = {c: narrow for c, narrow in wide.items() if c not in _KEEP}
    variants = TABLES.pairs("variants")
    folded |= zip(variants[::2], variants[1::2], strict=True)
    folded |= _MARKS
    # A full-width letter x masks a number as a half-width one does.
    folded["Ｘ"] = "x"
    # A few hundred lie in the planes above. All of these stand for them, as Python looks through
    # single ones for each character of a text.
    common = "".join(c for c in folded if c < _HIGHER_PLANES[0])
    return compile_pattern(f"[{common}{_HIGHER_PLANES}]"), folded


def fold(text: str) -> str:
    """Return ``text`` folded; the result has the same length.

    >>> fold("規模以上工業增長８．５％，"), fold("新增**家")
    ('规模以上工业增长8.5%,', '新增xx家')
    >>> fold("**重点工作**")
    'xx重点工作**'
    >>> fold("到二〇二七年末")
    '到2027年末'
    """
    # ``str.translate`` looks up every character, and takes seven times as long.
    pattern, to = _folded()
    plain = pattern.sub(lambda m: to.get(m[0], m[0]), text)
    if "年" in plain:
        plain = _YEAR.sub(lambda m: m[0].translate(_DIGITS), plain)
    return _MASK.sub(lambda m: "x" * len(m[0]), plain) if "*" in plain else plain
