"""Warnings about the reading of a report, and what follows from them. Made-up reports."""

from __future__ import annotations

from dataclasses import replace

import pytest

import policydiff
from policydiff.analysis.doubts import GUESSED

REVIEW = "一、2030年工作回顾\n" + "".join(
    f"（{n}）产业提质\n完成技改投资{k}亿元，新增规上企业{k}家，改造了{k}个老旧小区。\n"
    for k, n in enumerate("一二三四五六七八", start=3)
)
PLAN = "二、2031年工作安排\n" + "".join(
    f"（{n}）做强产业\n今年要新增规上企业{k}家，力争引进{k}个亿元以上项目，建成{w}水厂。\n"
    for k, (n, w) in enumerate(zip("一二三四五六七八", "东南西北上下左右", strict=True), start=3)
)
TITLE = "云岭县2031年政府工作报告\n"


def beginnings(text: str) -> list[str]:
    return [warning.split(":")[0] for warning in policydiff.parse(text).warnings]


@pytest.mark.parametrize(
    "more",
    [
        "",
        "上一页 下一页\n",  # to other articles
        "上一篇：平林县2031年政府工作报告\n下一篇：澜溪县2031年政府工作报告\n",
        "年内印发9 12页和下一页的办法。\n",  # no numbers one after the other
    ],
)
def test_a_sound_report_has_no_warnings(more: str) -> None:
    assert beginnings(TITLE + REVIEW + PLAN + more) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TITLE + REVIEW, ["no plan found"]),
        (TITLE + REVIEW + PLAN + TITLE + REVIEW + PLAN, ["report twice"]),
        ("一、今年工作安排\n建设园区。", ["no year"]),
        (TITLE + REVIEW + "上一页\n1\n2\n3\n下一页\n", ["pages missing", "no plan found"]),
        (TITLE + REVIEW + PLAN + "[1] [2] 下页\n", ["pages missing"]),
        ("二、2031年工作安排\n建设园区。" + "abc def 123\n" * 40, ["little Chinese"]),
        ("首页 新闻 2031年\n" + "\n".join(f"友情链接之{k}" for k in range(60)), ["no report"]),
    ],
)
def test_what_is_doubtful_is_said(text: str, expected: list[str]) -> None:
    assert set(expected) <= set(beginnings(text))


#: A text that only says what was done, whatever stands over it.
DONE = "".join(
    f"全县完成技改投资{k}亿元，增长{k}%，改造了{k}个老旧小区，群众满意度提高了。\n"
    for k in range(3, 18)
)


@pytest.mark.parametrize(
    ("text", "parts", "expected"),
    [
        # A heading that names the plan, and none that names anything else, is believed.
        ("2031年重点工作任务\n" + DONE, {"plan"}, ["parts guessed"]),
        ("一、2031年工作安排\n" + DONE, {"plan"}, ["parts guessed"]),
        ("一、2031年工作安排\n完成技改投资3亿元，增长了5%。", {"plan"}, []),
        # Not where another names the review or the problems, or where no heading does.
        ("一、2030年工作回顾\n" + DONE + "工作要求\n", {"review"}, ["no plan found"]),
        ("云岭县2030年工作总结\n" + DONE, {"review"}, ["no plan found"]),
        ("请各位委员提出意见和建议。\n" + DONE, {"review"}, ["no plan found"]),
        (DONE, {"review"}, ["no plan found"]),
    ],
)
def test_a_heading_that_names_the_plan_is_believed(
    text: str, parts: set[str], expected: list[str]
) -> None:
    document = policydiff.parse(text, "2031.txt")
    assert parts == {c.part for c in document.clauses} - {"other"}
    assert [w.split(":")[0] for w in document.warnings] == expected


def test_the_second_copy_is_no_part_of_the_report() -> None:
    once = policydiff.parse(TITLE + REVIEW + PLAN)
    twice = policydiff.parse(TITLE + REVIEW + PLAN + TITLE + REVIEW + PLAN)
    assert [c.text for c in twice.commitments] == [c.text for c in once.commitments]


def test_a_list_that_repeats_a_line_is_no_second_copy() -> None:
    text = TITLE + REVIEW + PLAN + "（九）保障\n" + "落实党政机关习惯过紧日子的各项要求。\n" * 3
    assert "report twice" not in beginnings(text)


def test_nothing_is_sure_where_the_plan_is_a_guess() -> None:
    old = policydiff.parse(TITLE + REVIEW + PLAN)
    sure = policydiff.compare(old, policydiff.parse(TITLE + REVIEW + PLAN + "建设新的园区。"))
    assert any(change.sure for change in sure.changes)
    new = replace(policydiff.parse(TITLE + PLAN), warnings=(GUESSED,))
    guessed = policydiff.compare(old, new)
    assert guessed.changes
    assert not any(change.sure for change in guessed.changes)
    assert all("parts guessed" in change.unsure for change in guessed.changes)


def test_an_error_for_want_of_a_plan_names_the_missing_pages() -> None:
    half = policydiff.parse(TITLE + REVIEW + "上一页\n1\n2\n3\n下一页\n")
    with pytest.raises(policydiff.EmptyReportError, match="one page of 3"):
        policydiff.compare(half, policydiff.parse(TITLE + REVIEW + PLAN))
