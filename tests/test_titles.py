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


LISTED = {
    "of one length": [
        "抢抓铁路机遇，做强县域经济。",
        "优化城乡布局，建好秀美家园。",
        "强化治污治水，守住碧水蓝天。",
    ],
    "with a refrain": ["竹产业要有新突破。", "城镇污水处理设施要有新突破。", "招商要有新突破。"],
    "with the same beginning": ["坚持依法办事。", "坚持科学民主决策。", "坚持为民。"],
}


#: Paragraphs that open with no title, so that the report as a whole does not use such titles.
UNTITLED = [
    f"今年改造{thing}站所4处，并为其中两处更新设备。对{thing}站所的人员轮训一遍。"
    for thing in THINGS
]


def listed(openings: list[str]) -> list[str]:
    return [
        f"{mark}是{opening}{measures(thing)}"
        for mark, opening, thing in zip(MARKS, openings, THINGS, strict=False)
    ]


@pytest.mark.parametrize("kind", ["of one length", "with a refrain"])
def test_items_that_open_paragraphs_alike_are_titles(kind: str) -> None:
    assert titles(*listed(LISTED[kind])) == LISTED[kind]


@pytest.mark.parametrize(
    "openings",
    [
        # Items of several lengths and forms are tasks, and so are those that name numbers.
        ["优化信贷结构。", "积极扩大企业直接融资的规模和比重。", "加强风险管理，规范金融秩序。"],
        ["新建水厂3座，改造管网。", "新建学校2所，改造校舍。", "新建公园3个，补植绿地。"],
        # Two make no list; a list in which one item does not open with a title is none of titles.
        LISTED["of one length"][:2],
        [*LISTED["of one length"][:2], "推进青石、松溪、白岩三镇的河道治理和农房改造，务求实效。"],
        LISTED["with the same beginning"],
    ],
)  # fmt: skip
def test_items_of_several_forms_are_tasks(openings: list[str]) -> None:
    assert titles(*listed(openings)) == []


@pytest.mark.parametrize(
    "openings",
    [
        ["坚持依法行政。", "坚持担当实干。", "坚持清正廉洁。"],
        [
            "深化扬尘和尾气治理，打赢蓝天保卫战。",
            "更加重视水的治理，打赢碧水保卫战。",
            "管住农药，打赢净土保卫战。",
        ],
    ],
)
def test_openings_that_begin_or_end_alike_are_titles(openings: list[str]) -> None:
    paragraphs = [o + measures(thing) for o, thing in zip(openings, THINGS, strict=False)]
    assert titles(*UNTITLED, *paragraphs) == openings


@pytest.mark.parametrize(
    "openings",
    [
        ["坚持依法行政。", "改进干部作风。", "建设清廉机关。"],
        ["坚持依法行政。", "坚持担当实干。", "改进作风。"],
        ["打赢蓝天保卫战，治理扬尘。", "守护碧水，关停排污口。", "管住农药，改良土壤质量。"],
    ],
)
def test_openings_that_are_merely_short_are_none(openings: list[str]) -> None:
    paragraphs = [o + measures(thing) for o, thing in zip(openings, THINGS, strict=False)]
    assert titles(*UNTITLED, *paragraphs) == []


TASKS = [
    "完成青石镇区划调整。",
    "改造松溪、白岩等处危桥。",
    "启用县殡仪馆新馆。",
    "编制竹海景区提升方案。",
    "举办第三届竹笋美食节。",
]


def test_tasks_among_titles_stay_commitments() -> None:
    """Where a report has both, what names a place or a project is a task."""
    paragraph = "今年我们将抓好各项重点工作，确保完成目标任务。" + "".join(
        title + measures(thing) + (TASKS[k // 2] + "年内还要办好其他各件实事。" if k % 2 else "")
        for k, (title, thing) in enumerate(zip(SUMMED_UP, THINGS, strict=True))
    )
    made = promised(paragraph)
    assert set(TASKS) <= set(made)
    assert set(SUMMED_UP) - set(made) == set(SUMMED_UP)


def test_a_report_may_end_in_what_could_be_a_title() -> None:
    text = "（一）做强工业。（一）做强工业。（一）做强工业。让我们紧密团结起来！"
    assert [c.text for c in policydiff.parse(text).clauses][-1] == "让我们紧密团结起来！"


RHYMED = [
    "深化扬尘和尾气治理，打赢蓝天保卫战。",
    "更加重视水的治理，打赢碧水保卫战。",
    "管住农药，打赢净土保卫战。",
]
BEGIN_ALIKE = [
    "强化政务服务，做到有求必应。",
    "强化招商引资，做到全员上阵。",
    "强化要素供给，做到人等项目。",
]


@pytest.mark.parametrize("pairs", [RHYMED, BEGIN_ALIKE])
def test_pairs_inside_a_paragraph_that_end_or_begin_alike_are_titles(pairs: list[str]) -> None:
    paragraph = measures("河道") + "".join(
        pair + measures(thing) for pair, thing in zip(pairs, THINGS, strict=False)
    )
    assert titles(paragraph) == pairs


@pytest.mark.parametrize(
    "pairs",
    [
        [*RHYMED[:2], "管住农药，改良土壤质量。"],
        ["强化政务服务，做到有求必应。", "强化招商引资，引进大户。", "强化用地供给，盘活旧厂。"],
        [f"新建{thing}所3座，打赢碧水保卫战。" for thing in THINGS[:3]],
    ],
)  # fmt: skip
def test_pairs_of_several_forms_or_with_numbers_are_tasks(pairs: list[str]) -> None:
    paragraph = measures("河道") + "".join(
        pair + measures(thing) for pair, thing in zip(pairs, THINGS, strict=False)
    )
    assert titles(paragraph) == []


@pytest.mark.parametrize("pairs", [RHYMED, BEGIN_ALIKE])
def test_pairs_in_a_row_are_tasks(pairs: list[str]) -> None:
    paragraph = measures("河道") + "".join(pairs) + measures("林业")
    assert titles(paragraph) == []


def test_what_a_short_title_sums_up_is_none_however_alike() -> None:
    paragraph = measures("河道") + "".join(
        f"{title}新建{thing}站所若干处，改造老旧站所若干处。"
        for title, thing in zip(SUMMED_UP, THINGS, strict=True)
    )
    assert titles(paragraph) == SUMMED_UP
