"""Golden rules: which sentences inside paragraphs are titles. Sentences are made up."""

from __future__ import annotations

import pytest

import policydiff
from policydiff.analysis.clause import AnalysedClause

THINGS = ("水利", "交通", "教育", "医疗", "文化", "体育", "养老", "供水", "粮食", "林业")
MARKS = "一二三四五六七八九十"


def titles(*paragraphs: str) -> list[str]:
    document = policydiff.parse("一、2031年工作安排\n" + "\n".join(paragraphs))
    return [c.text for c in document.clauses if isinstance(c, AnalysedClause) and c.title]


def measures(thing: str) -> str:
    return f"年内要新建{thing}设施3处，力争改造老旧的{thing}设施5处。"


def promised(*paragraphs: str) -> list[str]:
    document = policydiff.parse("一、2031年工作安排\n" + "\n".join(paragraphs))
    return [clause.text for clause in document.commitments]


SUMMED_UP = [f"加强{thing}建设。" for thing in THINGS]


def test_short_sentences_that_each_sum_up_a_longer_one_are_titles() -> None:
    paragraph = "今年我们将抓好各项重点工作，确保完成目标任务。" + "".join(
        title + measures(thing) for title, thing in zip(SUMMED_UP, THINGS, strict=True)
    )
    assert titles(paragraph) == SUMMED_UP
    assert not set(SUMMED_UP) & set(promised(paragraph))
    assert len(promised(paragraph)) >= len(THINGS)


def test_short_sentences_among_each_other_are_tasks() -> None:
    paragraph = (
        "今年我们将抓好各项重点工作，确保完成目标任务。" + "".join(SUMMED_UP) + measures("水利")
    )
    assert titles(paragraph) == []
    assert set(promised(paragraph)) >= set(SUMMED_UP)


def test_where_half_of_the_short_sentences_are_tasks_none_is_a_title() -> None:
    paragraph = "今年我们将抓好各项重点工作，确保完成目标任务。" + "".join(
        f"推进{thing}改革。{title}{measures(thing)}"
        for title, thing in zip(SUMMED_UP, THINGS, strict=True)
    )
    assert titles(paragraph) == []
    assert set(promised(paragraph)) >= set(SUMMED_UP)


@pytest.mark.parametrize(("count", "so"), [(10, True), (2, False)])
def test_few_short_sentences_tell_nothing(count: int, so: bool) -> None:
    paragraph = "今年我们将抓好各项重点工作，确保完成目标任务。" + "".join(
        title + measures(thing)
        for title, thing in list(zip(SUMMED_UP, THINGS, strict=True))[:count]
    )
    assert bool(titles(paragraph)) is so


def items(bodies: list[str]) -> str:
    marked = zip(MARKS, bodies, strict=False)
    return "今年我们将抓好各项重点工作，确保完成目标任务。" + "".join(
        f"{m}是{body}" for m, body in marked
    )


def test_items_that_all_open_with_a_title() -> None:
    bodies = [
        title + measures(thing) for title, thing in zip(SUMMED_UP[:9], THINGS[:9], strict=True)
    ]
    assert titles(items(bodies)) == SUMMED_UP[:9]
    assert not set(SUMMED_UP) & set(promised(items(bodies)))


def test_items_of_which_many_are_tasks() -> None:
    bodies = [
        title + measures(thing) if k % 2 else measures(thing)
        for k, (title, thing) in enumerate(zip(SUMMED_UP, THINGS, strict=True))
    ]
    assert titles(items(bodies)) == []
    assert len(promised(items(bodies))) >= len(bodies) + len(bodies) // 2


def test_a_title_with_a_number_promises_it() -> None:
    paragraph = "今年我们将抓好各项重点工作，确保完成目标任务。" + "".join(
        f"新建{thing}站5座。{measures(thing)}" for thing in THINGS
    )
    assert titles(paragraph) == []


PAIRS = ["内强素质，提升服务效能。", "外塑形象，改进办事作风。", "上下联动，健全工作机制。"]


def test_openings_of_one_form_are_titles() -> None:
    paragraphs = [pair + measures(thing) for pair, thing in zip(PAIRS, THINGS, strict=False)]
    assert titles(*paragraphs) == PAIRS


@pytest.mark.parametrize(
    "openings",
    [
        PAIRS[:2],
        ["内强素质，提升服务效能。", "新建公园3个，改造旧街5条。", "种树，修渠，把河岸管起来。"],
        [
            "建成竹文化博物馆并对外开放，完善展陈。",
            "种树，修渠。",
            "办好县中，扩大寄宿规模，招收教师。",
        ],
    ],
)
def test_openings_of_several_forms_are_none(openings: list[str]) -> None:
    paragraphs = [
        opening + measures(thing) for opening, thing in zip(openings, THINGS, strict=False)
    ]
    assert titles(*paragraphs) == []


def test_only_the_plan_has_titles_that_run_on() -> None:
    review = "".join(f"{title}{measures(t)}" for title, t in zip(SUMMED_UP, THINGS, strict=True))
    document = policydiff.parse(
        f"一、2030年工作回顾\n过去一年成绩显著，值得肯定。{review}\n二、2031年工作安排\n新建公园3个。"
    )
    assert [c.text for c in document.clauses if c.title and c.part != "plan"] == []  # type: ignore[attr-defined]
