"""Chinese: folding, boundaries, numerals, words of objects, and the tables."""

from __future__ import annotations

from policydiff.language.language import Language, register
from policydiff.language.text import paragraphs
from policydiff.language.zh.boundaries import comma_parts, pieces, quotations
from policydiff.language.zh.data import TABLES
from policydiff.language.zh.folding import fold
from policydiff.language.zh.numbers import numbers
from policydiff.language.zh.numerals import CHARACTERS, chinese_number, spelt
from policydiff.language.zh.wording import object_words

CHINESE = register(
    Language(
        name="zh",
        tables=TABLES,
        letters="\u4e00-\u9fff",
        fold=fold,
        paragraphs=paragraphs,
        pieces=pieces,
        comma_parts=comma_parts,
        quotations=quotations,
        object_words=object_words,
        numbers=numbers,
        numeral_characters=CHARACTERS,
        numeral_value=chinese_number,
        spelt=spelt,
    )
)
