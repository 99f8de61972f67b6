"""Fixers for blanks inside numbers."""

from __future__ import annotations

import re
from functools import cache

from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Edit
from policydiff.repair.context import Context
from policydiff.repair.knowledge import pattern, source

_BLANK = compile_pattern("[ \u00a0\u2000-\u200a\u202f\u205f\u3000]")
#: The hours of a time behind a date, or a code.
_NO_NUMBER_ENDS = compile_pattern("[:A-Za-z]")
#: Two years or more, one behind the other.
_YEARS = compile_pattern(r"(?:\d{4}.)+\d{4}")
_NARROW = compile_pattern(r"\d{1,3}(?:[\u00a0\u2000-\u200a\u202f]\d{3})+")
_BESIDE_DIGIT = compile_pattern(rf"{_BLANK.pattern}(?:(?<=\d.)|(?=\d))")
_THOUSANDS = compile_pattern(r"\d{1,3}(?:.\d{3})+")
#: A page that sets its numbers apart does so at more than a fifth of them; of 157 sound reports two
#: do, at 28 and 87 in a hundred, and the next at 12. So many at least, that it is no accident.
_SHARE_SET_APART = 0.2
_ENOUGH_SET_APART = 5
#: So many numbers in parts are no accident either; sound reports have one at most.
_ENOUGH_PARTS = 5
#: So much of what stands before a number tells what it is.
_BEFORE = 8
#: No measure is longer.
_LONGEST_MEASURE = 8


@cache
def _measure(language: Language) -> re.Pattern[str]:
    """A measure or the magnitude before it, with a blank before it or not; over folded text."""
    measures = language.tables.any_of("targets", "measures")
    return compile_pattern(source(language, "behind a number").replace("<measures>", measures))


def spaced_numbers(text: str, context: Context) -> list[Edit]:
    """Blanks between the digits of a number, and between it and the sign for per cent.

    Digits with a blank between all of them, between thousands or beside the decimal point, before a
    measure; where a page does so everywhere, any parts that make one number. A single blank between
    the digits of a sound text may stand for a lost one, and stays. Where a page sets its numbers
    apart from the words, the blanks beside them go as well.

    >>> from policydiff.language.zh import CHINESE
    >>> spaced_numbers("投资1 0 0 0 万元，增长8 ％", Context(CHINESE))
    [Edit(start=2, end=9, after='1000'), Edit(start=16, end=17, after='')]
    >>> spaced_numbers("新建农村学校5 0所，序号1 2 3 4", Context(CHINESE))
    []
    """
    language = context.language
    if not _BESIDE_DIGIT.search(text):
        return []
    edits = [Edit(*m.span(), "") for m in pattern(language, "blank before per cent").finditer(text)]
    in_parts = _in_parts(text, language)
    beside = list(pattern(language, "blank beside a number").finditer(text))
    apart = len(beside) >= _ENOUGH_SET_APART and len(beside) >= _SHARE_SET_APART * sum(
        1 for _ in pattern(language, "beside a number").finditer(text)
    )
    if apart:
        rows = {m.end() for m in pattern(language, "number of a row").finditer(text)}
        edits += [Edit(*m.span(), "") for m in beside if m.end() not in rows]
    everywhere = apart or len(in_parts) >= _ENOUGH_PARTS
    for m in in_parts:
        edits += _joined(text, m, language, everywhere=everywhere)
    return sorted(edits, key=lambda e: e.start)


def _in_parts(text: str, language: Language) -> list[re.Match[str]]:
    """The numbers with blanks in them, or rows of numbers, that are no labels."""
    if not pattern(language, "blank in a number").search(text):
        return []
    label = pattern(language, "label of a number")
    return [
        m
        for m in pattern(language, "parts of a number").finditer(text)
        if not label.search(text, max(0, m.start() - _BEFORE), m.start())
    ]


def _behind_a_word(text: str, m: re.Match[str]) -> bool:
    """Whether a number stands behind a letter: behind a stop it may count an item."""
    before = text[max(0, m.start() - _BEFORE) : m.start()].rstrip(" ")
    return before[-1:].isalpha()


def _joined(text: str, m: re.Match[str], language: Language, *, everywhere: bool) -> list[Edit]:
    """The edit that makes one number of the parts of ``m``, if they are one."""
    parts, end = m.group(), m.end()
    if _NO_NUMBER_ENDS.match(text, end):
        return []
    joined = _BLANK.sub("", parts)
    if not pattern(language, "number").fullmatch(joined) or _YEARS.fullmatch(parts):
        return []
    if not everywhere and not _NARROW.fullmatch(parts):
        single = pattern(language, "digits set apart")
        point = pattern(language, "point set apart").fullmatch(parts) and _behind_a_word(text, m)
        if not (point or _THOUSANDS.fullmatch(parts) or single.fullmatch(parts)):
            return []
        if not _measure(language).match(language.fold(text[end : end + _LONGEST_MEASURE])):
            return []
    return [Edit(*m.span(), joined)]
