"""How Word and web pages write the numbers of a list in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

_DIGITS: Final = "〇一二三四五六七八九"
_FORMAL_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_FORMAL_DIGITS_TRADITIONAL: Final = "零壹貳參肆伍陸柒捌玖"
#: The units of a four-digit number, highest first; larger ones do not number paragraphs.
_UNITS: Final = ("千", "百", "十", "")
_FORMAL_UNITS: Final = ("仟", "佰", "拾", "")


def _spelt(number: int, digits: str = _DIGITS, units: tuple[str, ...] = _UNITS) -> str:
    """Spell 1 to 9999 with units and one zero for each gap: 一千零五, 一百一十."""
    zero = "零"
    spelt = ""
    for digit, unit in zip(f"{number:04d}", units, strict=True):
        if digit != "0":
            spelt += digits[int(digit)] + unit
        elif spelt and not spelt.endswith(zero):
            spelt += zero
    return spelt.rstrip(zero)


def _thousand(number: int) -> str:
    """Spell as Chinese is counted: like ``_spelt``, but 10 to 19 begin with 十."""
    spelt = _spelt(number)
    return spelt[1:] if 10 <= number < 20 else spelt


def _counting(number: int) -> str:
    """Spell up to 99; Word writes larger numbers digit by digit."""
    return _thousand(number) if number < 100 else _digit_by_digit(number)


def _japanese(number: int) -> str:
    """Spell without zeros and without 一 in front of a unit."""
    spelt = _spelt(number).replace("零", "")
    return re.sub("一(?=[千百十])", "", spelt)


def _digit_by_digit(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _formal(number: int) -> str:
    return _spelt(number, _FORMAL_DIGITS, _FORMAL_UNITS)


def _formal_traditional(number: int) -> str:
    return _spelt(number, _FORMAL_DIGITS_TRADITIONAL, _FORMAL_UNITS)


def _from(first: str, count: int) -> Callable[[int], str]:
    """Return a writer for a run of ``count`` characters in Unicode; beyond it, decimal."""
    return lambda number: chr(ord(first) + number - 1) if number <= count else str(number)


def _from_series(series: str) -> Callable[[int], str]:
    return lambda number: series[number - 1] if number <= len(series) else str(number)


#: By the names that Word gives to the formats of numbers; each takes a number from 1 to 9999.
NUMBER_WRITERS: Final[Mapping[str, Callable[[int], str]]] = {
    "chineseCounting": _counting,
    "chineseCountingThousand": _thousand,
    "taiwaneseCounting": _counting,
    "taiwaneseCountingThousand": _thousand,
    "japaneseCounting": _japanese,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "ideographDigital": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "chineseLegalSimplified": _formal,
    "ideographLegalTraditional": _formal_traditional,
    "ideographTraditional": _from_series("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _from_series("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _from("㊀", 10),
}
