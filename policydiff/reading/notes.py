"""Raised figures: the mark of a note is no part of the number in front of it."""

from __future__ import annotations

from typing import Final

from policydiff.language.patterns import compile_pattern

#: Figures of notes, one or several: 3, 2-4, 1,2.
_FIGURES: Final = compile_pattern(r"\s*[0-9]{1,3}(?:\s*[-,，、–~]\s*[0-9]{1,3})*\s*")


def shown_raised(text: str, before: str) -> str:
    """What remains of raised text behind ``before``: all, or nothing where it marks a note.

    Behind a Latin letter figures are an exponent, as in km²; marks in brackets are left to repair,
    which keeps a record.

    >>> shown_raised("3", "引进项目10"), shown_raised("2", "km"), shown_raised("[1]", "治理")
    ('', '2', '[1]')
    """
    is_exponent = before[-1:].isascii() and before[-1:].isalpha()
    return "" if _FIGURES.fullmatch(text) and not is_exponent else text
