"""Units: what they measure, and the magnitude before the bare measure."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final

from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import alternatives

#: Longer numbers stay as they are: decimal arithmetic rounds behind 28 digits.
_DIGITS: Final = 27
#: So many units are remembered; a report has some dozens, which come again and again.
_UNITS: Final = 1000


@lru_cache(maxsize=_UNITS)
def unit_kind(unit: str, language: Language) -> str:
    """What a unit measures: 'money' for 亿元, 'count' for 家; magnitudes alone are 'count'.

    >>> from policydiff.language.zh import CHINESE
    >>> unit_kind("万亿元", CHINESE), unit_kind("万", CHINESE)
    ('money', 'count')
    """
    m = _magnitude_pattern(language).match(unit)
    return _measure_kinds(language).get(unit[m.end() :] if m else unit, "count")


@lru_cache(maxsize=_UNITS)
def magnitude(unit: str, language: Language) -> tuple[Decimal, str]:
    """The factor and the bare measure of a unit, so that 9000万 and 0.9亿 can be compared.

    >>> from policydiff.language.zh import CHINESE
    >>> magnitude("万亿元", CHINESE)
    (Decimal('1000000000000'), '元')
    """
    m = _magnitude_pattern(language).match(unit)
    if not m or unit in _measure_kinds(language):
        # 千瓦时 and 千伏安 are measures of their own.
        return Decimal(1), unit
    return Decimal(10) ** powers(language)[m.group()], unit[m.end() :]


@cache
def powers(language: Language) -> dict[str, int]:
    """The words of magnitude, each with its power of ten."""
    return {e["word"]: e["power"] for e in language.tables.load("targets")["magnitudes"]}


@cache
def _magnitude_pattern(language: Language) -> re.Pattern[str]:
    return compile_pattern(alternatives(powers(language)))


@cache
def _measure_kinds(language: Language) -> dict[str, str]:
    entries = language.tables.load("targets")["measures"]
    return {word: entry["kind"] for entry in entries for word in entry["words"]}


def in_base(value: Decimal, unit: str, language: Language) -> tuple[Decimal, str]:
    """A value in the base unit of what its unit measures, and that unit. Exact.

    A unit that the language's table ``units`` does not know is its own base, without its magnitude.

    >>> from policydiff.language.zh import CHINESE
    >>> for value, unit in [("1500", "亩"), ("100", "公顷"), ("485", "亿斤"), ("2.6", "万亿元")]:
    ...     base, base_unit = in_base(Decimal(value), unit, CHINESE)
    ...     print(f"{base:f} {base_unit}")
    1500 亩
    1500 亩
    24250000 吨
    2600000000000 元
    """
    magnitude_of_unit, bare = magnitude(unit, language)
    factor, base = _bases(language).get(bare, (Decimal(1), bare))
    return _trimmed(value * (magnitude_of_unit * factor)), base


def _trimmed(value: Decimal) -> Decimal:
    """The value without zeros behind its point."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1)) if value.adjusted() < _DIGITS else value
    return value.normalize()


@cache
def _bases(language: Language) -> dict[str, tuple[Decimal, str]]:
    entries = language.tables.load("units")["bases"]
    return {word: (Decimal(e["factor"]), e["base"]) for e in entries for word in e["words"]}


def is_unit(text: str, language: Language) -> bool:
    """Whether a text is the name of a unit.

    >>> from policydiff.language.zh import CHINESE
    >>> is_unit("万吨", CHINESE), is_unit("含农村", CHINESE)
    (True, False)
    """
    return magnitude(language.fold(text), language)[1] in _measure_kinds(language)
