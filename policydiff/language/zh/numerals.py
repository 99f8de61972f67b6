"""Numbers written in Chinese characters."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_WAN, _YI = "万", "亿"
_POWERS = {_WAN: 4, _YI: 8}
#: Characters a Chinese numeral is made of, for regular expressions.
CHARACTERS = "".join(_DIGITS) + "".join(_SMALL) + _WAN + _YI


def chinese_number(text: str) -> Decimal | None:
    """The value of a numeral such as 八, 二十五, 两万, 三点五, 一点二亿; None if it is none.

    >>> [str(chinese_number(t)) for t in ("八", "二十五", "一百零二", "一亿零一万", "三点五")]
    ['8', '25', '102', '100010000', '3.5']
    >>> f"{chinese_number('一点二亿'):f}"
    '120000000'
    >>> chinese_number("万亿") is None
    True
    """
    whole, point, fraction = text.partition("点")
    value = _whole(whole)
    if value is None or not point:
        return value
    power = _POWERS.get(fraction[-1:], 0)
    digits = [_DIGITS.get(c) for c in (fraction[:-1] if power else fraction)]
    if not digits or any(d is None for d in digits):
        return None
    scaled = Decimal(f"{value}.{''.join(str(d) for d in digits)}") * Decimal(10) ** power
    whole_again = power and scaled == scaled.to_integral_value()
    return Decimal(int(scaled)) if whole_again else scaled


def _whole(text: str) -> Decimal | None:
    """万 multiplies what stands before it up to the last 亿, 亿 all that stands before it."""
    total = below = section = digit = 0  # from 亿 on; the 万 below it; thousands; the last digit
    seen = False
    for c in text:
        if c in _DIGITS:
            # 二零二五 is a year read digit by digit, not a number with places.
            if seen and digit:
                return None
            digit, seen = _DIGITS[c], True
        elif c in _SMALL:
            if not seen and c != "十":
                return None
            section += (digit or 1) * _SMALL[c]
            digit, seen = 0, True
        elif not seen or c not in (_WAN, _YI) or (c == _WAN and below):
            return None
        elif c == _WAN:
            below, section, digit = (section + digit) * 10**4, 0, 0
        else:
            total, below, section, digit = (total + below + section + digit) * 10**8, 0, 0, 0
    return Decimal(total + below + section + digit) if seen else None


def spelt(number: int) -> str:
    """A number from 1 to 99 as headings count.

    >>> [spelt(n) for n in (7, 10, 12, 20, 35)]
    ['七', '十', '十二', '二十', '三十五']
    """
    tens, ones = divmod(number, 10)
    characters = {value: c for c, value in _DIGITS.items()} | {0: "", 2: "二"}
    return (characters[tens] if tens > 1 else "") + ("十" if tens else "") + characters[ones]
