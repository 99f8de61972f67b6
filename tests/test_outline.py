"""Outline: golden rules as data, and that every word is in a stretch, a heading or a marker."""

from __future__ import annotations

import pytest
from golden_rules import cases
from hypothesis import given
from hypothesis import strategies as st

from policydiff.analysis.layout import marker
from policydiff.analysis.outline import Stretch
from policydiff.analysis.outline import outline as outlined
from policydiff.language.text import paragraphs, trim
from policydiff.language.zh import CHINESE
from policydiff.language.zh.folding import fold

CASES = cases("outline", "text", "expected")
#: Lines that reports are made of, and what damage makes of them.
LINES = st.lists(
    st.sampled_from(
        [
            "一、2030年工作回顾",
            "二、2031年工作安排",
            "（一）做强工业。新增产值3亿元。",
            "（一）做强工业",
            "1.壮大龙头",
            "1、",
            "①扩产能。扩网点。",
            "一是抓招商。二是抓项目。三要",
            "——修渠",
            "建设园区，修好水渠；补齐管网。",
            "同时也要看到还有不少问题和短板。",
            "来源：某网",
            "打印本页",
            "[3]",
            "让我们紧密团结起来，奋力拼搏！",
            "名词解释",
            "2031年民生实事项目",
            "版权所有",
            "第一章 总则",
            "   ",
            "",
        ]
    )
    | st.text("一二是要、。（）1.①—第章甲乙 ", max_size=12),
    max_size=14,
).map("\n".join)
ANY = LINES | st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def outline(folded: str, shown: str) -> list[Stretch]:
    return outlined(folded, CHINESE, shown=shown).stretches


def shown(text: str, stretch: Stretch) -> str:
    """A stretch as the golden file writes it."""
    return f"{stretch.part} | {' / '.join(stretch.section)} | {text[stretch.start : stretch.end]}"


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_golden_rules(text: str, expected: list[str]) -> None:
    assert [shown(text, stretch) for stretch in outline(fold(text), text)] == expected


@given(ANY)
def test_stretches_are_in_order_and_apart(text: str) -> None:
    end = 0
    for start, stop in ((s.start, s.end) for s in outline(fold(text), text)):
        assert end <= start < stop <= len(text)
        end = stop


def _left_over(text: str, line: tuple[int, int], stretches: list[Stretch]) -> str:
    """What of a line is in no stretch, markers taken out."""
    rest = []
    at = line[0]
    inside = [s for s in stretches if s.start < line[1] and s.end > line[0]]
    for start, end in [*((s.start, s.end) for s in inside), (line[1], line[1])]:
        a, b = trim(text, at, start)
        # A marker is told by what follows it, too.
        found = marker(text, a, line[1], CHINESE) if a < b else None
        rest.append(text[found[0] if found else a : b].strip())
        at = end
    return "".join(rest)


@given(ANY)
def test_every_word_is_in_a_stretch_or_is_a_heading_or_a_marker(text: str) -> None:
    folded = fold(text)
    stretches = outline(folded, text)
    for line in paragraphs(folded):
        rest = _left_over(folded, line, stretches)
        if any(c.isalnum() for c in rest):
            # A heading is a line of its own, and nothing of it is in a stretch.
            assert not any(s.start < line[1] and s.end > line[0] for s in stretches), rest
            assert line[1] - line[0] <= 80


@given(ANY)
def test_sections_are_headings_of_the_text(text: str) -> None:
    for stretch in outline(fold(text), text):
        assert all(heading and heading in text for heading in stretch.section)


@pytest.mark.parametrize("torn", ["。", "！", "；。"])
def test_a_mark_without_its_sentence_is_no_heading(torn: str) -> None:
    text = f"二、2031年工作安排\n{torn}新增果园3亩，修缮碉楼2座。改造水渠。\n{torn}\n建成竹编馆。"
    for stretch in outline(fold(text), text):
        assert all(any(map(str.isalnum, heading)) for heading in stretch.section)


def test_the_outline_does_not_depend_on_what_is_shown() -> None:
    text = "二、2031年工作安排\n（一）做強工業。新增產值3億元。"
    stretches = outline(fold(text), text)
    assert [s.section[-1] for s in stretches] == ["二、2031年工作安排", "（一）做強工業"]
