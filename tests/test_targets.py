"""Targets: golden rules as data, and what must hold for any text."""

from __future__ import annotations

from typing import Any

import pytest
from golden_rules import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from policydiff.analysis.deadlines import deadline_spans
from policydiff.analysis.folded import FoldedText
from policydiff.analysis.targets import FoundTarget, find_targets
from policydiff.analysis.units import magnitude, unit_kind
from policydiff.language.zh import CHINESE
from policydiff.language.zh.folding import fold

CASES = cases("targets", "text", "expected")


def shown(target: FoundTarget) -> str:
    """A target as the golden file writes it."""
    if target.bound == "relative":
        return f"{target.indicator}: relative"
    number = "?" if target.masked else str(target.value)
    if target.upper is not None:
        number += f"..{target.upper}"
    by = f" by {target.deadline}" if target.deadline else ""
    return f"{target.indicator}: {target.bound} {number} {target.unit}{by}"


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_golden_rules(text: str, expected: list[str]) -> None:
    assert [shown(target) for target in find_targets(FoldedText(fold(text), CHINESE))] == expected


SCRAPS = [
    *("新增", "增长", "分别", "5%", "6.5%-7%", "x家", "xx.x%", "百分之八", "翻两番"),
    *("20家", "以上", "左右", "不低于", "控制在", "从", "提高到", "、", "和", ",", "，"),
    *("。", "；", "“", "”", "（", "）", "年底前", "到2031年", "企业", "城乡居民收入"),
    *("与经济增长同步", "1,200", "3·5", "亿元", "人", "比去年", "第3届", "十", "万"),
    *("点", "一", "至", "之间", "*", "/", "内", "都", "均"),
]
TEXTS = st.lists(st.sampled_from(SCRAPS), max_size=16).map("".join) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=60
)


@given(TEXTS)
@settings(max_examples=300)
def test_targets_lie_inside_the_clause_and_make_sense(text: str) -> None:
    found = find_targets(FoldedText(fold(text), CHINESE))
    assert [f.start for f in found] == sorted(f.start for f in found)
    for f in found:
        assert 0 <= f.start < f.end <= len(text)
        assert f.indicator
        assert f.masked == (f.value is None and f.bound != "relative")
        assert f.upper is None or f.bound == "range"
        assert (f.unit is None) == (f.bound == "relative")


@given(TEXTS)
def test_deadlines_are_in_order_and_apart(text: str) -> None:
    folded = fold(text)
    end = 0
    for start, stop in deadline_spans(folded, CHINESE):
        assert end <= start < stop <= len(folded)
        end = stop


@pytest.mark.parametrize(
    "text", ["新增规上企业20家以上", "失业率控制在5%以内", "投入约2亿元", "增长6%至7%"]
)
def test_a_target_covers_its_number_and_what_bounds_it(text: str) -> None:
    (found,) = find_targets(FoldedText(text, CHINESE))
    assert text[found.end :] == ""
    bounds = ("控制在", "约")
    assert all(found.start <= text.index(word) for word in bounds if word in text)


@pytest.mark.parametrize(
    ("one", "other"), [("9000万", "0.9亿"), ("2万亿元", "20000亿元"), ("3千人", "3000人")]
)
def test_magnitudes_make_units_comparable(one: str, other: str) -> None:
    def plain(text: str) -> tuple[Any, str]:
        (found,) = find_targets(FoldedText(f"累计达到{text}", CHINESE))
        assert found.value is not None
        assert found.unit is not None
        factor, bare = magnitude(found.unit, CHINESE)
        return found.value * factor, bare

    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("万千瓦时", "power"),
        ("个百分点", "rate"),
        ("元/人", "count"),
        ("千伏", "name"),
        ("亿", "count"),
    ],
)
def test_unit_kinds(unit: str, kind: str) -> None:
    assert unit_kind(unit, CHINESE) == kind
