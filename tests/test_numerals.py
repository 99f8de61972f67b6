"""Chinese numerals, read back from a small renderer."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policydiff.language.zh.numerals import CHARACTERS, chinese_number

DIGITS = "零一二三四五六七八九"


def _section(n: int) -> str:
    """A number below ten thousand, every place spelled out."""
    out, gap = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // power % 10
        if digit:
            out += ("零" if gap and out else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return out


def render(n: int) -> str:
    """A number below ten to the twelfth, as it is written out in full."""
    if n == 0:
        return "零"
    out, gap = "", False
    for power, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section = n // power % 10**4
        if section:
            out += ("零" if out and (gap or section < 1000) else "") + _section(section) + name
            gap = False
        else:
            gap = bool(out)
    return out


@given(st.integers(0, 10**12 - 1))
def test_what_is_written_out_is_read_back(n: int) -> None:
    assert chinese_number(render(n)) == n


@given(st.integers(10, 19))
def test_teens_need_no_one(n: int) -> None:
    assert chinese_number(render(n).removeprefix("一")) == n


@given(st.integers(0, 9999), st.text(DIGITS, min_size=1, max_size=6))
def test_decimals(n: int, digits: str) -> None:
    fraction = "".join(str(DIGITS.index(c)) for c in digits)
    assert chinese_number(f"{render(n)}点{digits}") == Decimal(f"{n}.{fraction}")


@pytest.mark.parametrize(
    "text", ["", "点", "百", "万亿", "二零二五", "三五", "八点", "八点十", "甲", "一点点"]
)
def test_what_is_no_number(text: str) -> None:
    assert chinese_number(text) is None


@given(st.text(CHARACTERS + "点", max_size=30))
def test_any_run_of_numerals_gives_a_number_or_none(text: str) -> None:
    value = chinese_number(text)
    assert value is None or value >= 0
