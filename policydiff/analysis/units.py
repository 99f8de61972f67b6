"""Units: what they measure, and the magnitude before the bare measure."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from policydiff.language.language import Language
from policydiff.language.tables import alternatives


def unit_kind(unit: str, language: Language) -> str:
    """What a unit measures: 'money' for 亿元, 'count' for 家; magnitudes alone are 'count'.

    >>> from policydiff.language.zh import CHINESE
    >>> unit_kind("万亿元", CHINESE), unit_kind("万", CHINESE)
    ('money', 'count')
    """
    m = _magnitude_pattern(language).match(unit)
    return _measure_kinds(language).get(unit[m.end() :] if m else unit, "count")


def magnitude(unit: str, language: Language) -> tuple[Decimal, str]:
    """The factor and the bare measure of a unit, so that 9000万 and 0.9亿 can be compared.

    >>> from policydiff.language.zh import CHINESE
    >>> magnitude("万亿元", CHINESE)
    (Decimal('1000000000000'), '元')
    """
    m = _magnitude_pattern(language).match(unit)
    if not m:
        return Decimal(1), unit
    return Decimal(10) ** powers(language)[m.group()], unit[m.end() :]


@cache
def powers(language: Language) -> dict[str, int]:
    """The words of magnitude, each with its power of ten."""
    return {e["word"]: e["power"] for e in language.tables.load("targets")["magnitudes"]}


@cache
def _magnitude_pattern(language: Language) -> re.Pattern[str]:
    return re.compile(alternatives(powers(language)))


@cache
def _measure_kinds(language: Language) -> dict[str, str]:
    entries = language.tables.load("targets")["measures"]
    return {word: entry["kind"] for entry in entries for word in entry["words"]}


def is_unit(text: str, language: Language) -> bool:
    """Whether a text is the name of a unit.

    >>> from policydiff.language.zh import CHINESE
    >>> is_unit("万吨", CHINESE), is_unit("含农村", CHINESE)
    (True, False)
    """
    return magnitude(language.fold(text), language)[1] in _measure_kinds(language)
