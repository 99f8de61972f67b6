"""Numbers as written in Chinese: the grammar apart from what makes a number a target."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policydiff.language.language import WrittenNumber
from policydiff.language.zh import CHINESE


def shown(number: WrittenNumber) -> str:
    value = "?" if number.masked else str(number.value)
    value += f"..{number.upper}" if number.upper is not None else ""
    marks = [name for name in ("ranged", "approximate", "doubtful") if getattr(number, name)]
    return " ".join([f"{value} {number.unit}", *([number.behind] if number.behind else []), *marks])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("增长8.5%左右", ["8.5 % 左右"]),
        ("增长百分之八", ["8 %"]),
        ("完成百分之百", ["100 %"]),
        ("增长百分之五至百分之六", ["5..6 % ranged"]),
        ("增长6.5%-7%", ["6.5..7 % ranged"]),
        ("投资1,200万元以上", ["1200 万元 以上"]),
        ("发电3·5亿千瓦时", ["3.5 亿千瓦时"]),
        ("增长xx.x%", ["? %"]),
        ("引进x-5家", ["? 家 ranged"]),
        ("投资5000-1万元", ["0.5..1 万元 ranged"]),
        ("投资5000元-1万元", ["0.5..1 万元 ranged"]),
        ("新增20多家", ["20 家 approximate"]),
        ("补助20元/亩", ["20 元/亩"]),
        ("种植两万亩", ["2 万亩"]),
        ("帮扶三百户以上", ["300 户 以上"]),
        ("翻两番", ["2 番"]),
        ("翻番", ["1 番"]),
        ("新建学校三所", ["3 所"]),
        ("办好十件实事", ["10 件"]),
        # Names, which count only behind a word of bound.
        ("落实八项规定", ["8 项 doubtful"]),
        ("完成五个方面", ["5 个"]),
        # An article, a magnitude alone, a numeral that goes on, a serial number, no unit.
        ("建设一个园区", []),
        ("千家万户", []),
        ("两个园区", []),
        ("二零二五个", []),
        ("编号1234567890123456789012元", []),
        ("增长8.5", []),
        # A letter for what goes with the net, not a blank for a number.
        ("推进x+个", []),
        ("推进x个", ["? 个"]),
    ],
)
def test_written_numbers(text: str, expected: list[str]) -> None:
    assert [shown(number) for number in CHINESE.numbers(text)] == expected


SCRAPS = [
    *("5", "1,200", "3·5", "x", "xx.x", "百分之", "八", "三百", "两", "万", "亿", "-", "至", "多"),
    *(
        "%",
        "家",
        "元",
        "/亩",
        "亩",
        "以上",
        "左右",
        "翻",
        "番",
        "点",
        "新增",
        "增长",
        "年",
        ",",
        "。",
    ),
]


@given(st.lists(st.sampled_from(SCRAPS), max_size=14).map("".join))
@settings(max_examples=300)
def test_numbers_are_in_order_apart_and_consistent(text: str) -> None:
    end = 0
    for number in CHINESE.numbers(text):
        assert end <= number.start < number.end <= len(text)
        end = number.end
        assert number.unit
        assert number.masked == (number.value is None)
        assert number.upper is None or (number.ranged and not number.masked)
        assert text[: number.end].endswith(number.behind)
