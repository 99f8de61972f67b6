"""What a target says besides its number: measure, base units, horizon, headline, main indicator."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policydiff import parse
from policydiff.analysis.folded import FoldedText
from policydiff.analysis.main_indicators import main_indicator
from policydiff.analysis.measures import base_of
from policydiff.analysis.targets import find_targets
from policydiff.analysis.units import in_base
from policydiff.language.zh import CHINESE
from policydiff.language.zh.data import load
from policydiff.language.zh.folding import fold
from policydiff.models import Target


def targets(text: str) -> list[Target]:
    return [t for clause in parse(text, "栖溪县.txt").commitments for t in clause.targets]


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("地区生产总值增长6%以上", ["growth"]),
        ("地区生产总值6%以上", ["growth"]),
        ("地区生产总值增长 6%左右", ["growth"]),
        ("单位GDP能耗下降　3%", ["cut"]),
        ("森林覆盖率达到 61%", ["level"]),
        ("医保补助再提高30元、达到510元", ["increment", "level"]),
        ("护林员补贴提高到每月900元", ["level"]),
        ("单位GDP能耗下降3%", ["cut"]),
        ("万元GDP能耗降低率3%", ["cut"]),
        ("失业率降至4.8%以下", ["level"]),
        ("居民消费价格涨幅控制在2.5%左右", ["growth"]),
        ("森林覆盖率提高0.6个百分点", ["increment"]),
        ("森林覆盖率达到61%", ["level"]),
        ("压减地下水开采120万立方米", ["cut"]),
        ("新增民宿20家、露营地6处", ["increment", "increment"]),
        ("新能源汽车保有量达到3000辆", ["level"]),
        ("新建和改造绿道9公里", ["level"]),
        ("油茶综合产值翻一番", ["growth"]),
        ("游客量增长一倍", ["growth"]),
        ("游客量达到2倍", ["level"]),
        ("营商环境考核进入全省前十", ["rank"]),
        ("工业增速位居全市前列", ["rank"]),
        ("居民收入与经济增长基本同步", ["relative"]),
        ("审批时间减半", ["cut"]),
        ("行政村快递服务全覆盖", ["level"]),
        ("城镇、农村居民收入分别增长5%、6%", ["growth", "growth"]),
        ("新增研发中心10个，国家高新技术企业突破260家", ["increment", "level"]),
        ("新增装配建筑、绿色建筑各90万平方米", ["increment", "increment"]),
        ("出生率、自然增长率分别控制在9‰和5‰以内", ["level", "level"]),
        ("进出口总额保持正增长", ["growth"]),
        ("违建零增长", ["level"]),
    ],
)
def test_what_a_number_says_of_its_indicator(text: str, measures: list[str]) -> None:
    assert [t.measure for t in find_targets(FoldedText(fold(text), CHINESE))] == measures


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("流转土地1500亩", "流转土地100公顷"),
        ("粮食产量达到30万公斤", "粮食产量达到300吨"),
        ("粮食产量达到485亿斤", "粮食产量达到2425万吨"),
        ("投入5000万元", "投入0.5亿元"),
        ("投入2亿3000万元", "投入23000万元"),
        ("产值翻一番", "产值增长一倍"),
        ("产值翻一番", "产值增长100%"),
        ("并网光伏300兆瓦", "并网光伏三十万千瓦"),
        ("发病率控制在千分之二以内", "发病率控制在0.2%以内"),
        ("铺设管网12千米", "铺设管网12公里"),
        ("占比提高5个点", "占比提高5个百分点"),
    ],
)
def test_the_same_amount_has_the_same_base(one: str, other: str) -> None:
    (first,), (second,) = (find_targets(FoldedText(fold(t), CHINESE)) for t in (one, other))
    assert (first.base, first.base_unit) == (second.base, second.base_unit)
    assert first.base is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("增长5%", "提高5个百分点"),
        ("接待游客20万人", "接待游客20万人次"),
        ("办结时限5天", "办结时限5个工作日"),
        ("投资3亿元", "投资3亿美元"),
        ("增长两倍", "达到两倍"),
    ],
)
def test_other_things_have_other_bases(one: str, other: str) -> None:
    (first,), (second,) = (find_targets(FoldedText(fold(t), CHINESE)) for t in (one, other))
    assert (first.base, first.base_unit) != (second.base, second.base_unit)


UNITS = [word for entry in load("units")["bases"] for word in entry["words"]]
MAGNITUDES = ["", *(entry["word"] for entry in load("targets")["magnitudes"])]


@given(
    st.decimals(min_value=0, max_value=10**7, places=3),
    st.sampled_from(UNITS),
    st.sampled_from(MAGNITUDES),
)
def test_base_units_convert_both_ways(value: Decimal, unit: str, magnitude: str) -> None:
    base, base_unit = in_base(value, magnitude + unit, CHINESE)
    one, same = in_base(Decimal(1), magnitude + unit, CHINESE)
    assert base_unit == same
    assert base / one == value
    assert in_base(base, base_unit, CHINESE) == (base, base_unit)


@given(st.decimals(min_value=1, max_value=10**6, places=2), st.sampled_from(UNITS))
def test_a_base_keeps_the_order_of_values(value: Decimal, unit: str) -> None:
    lower, _ = base_of(value, unit, "level", CHINESE)
    higher, _ = base_of(value + 1, unit, "level", CHINESE)
    assert lower < higher


PLAN = """栖溪县2030年政府工作报告
{heading}
{text}
加强档案数字化管理，办好第七届柑橘文化旅游节，唱响地方文旅品牌。"""
YEAR = "二、2030年工作安排"
TERM = "二、今后五年的奋斗目标"


@pytest.mark.parametrize(
    ("heading", "text", "horizons"),
    [
        (YEAR, "新建公厕12座。", ["annual"]),
        (YEAR, "到年底新建公厕12座。", ["annual"]),
        (YEAR, "2030年底前新建公厕12座。", ["annual"]),
        (YEAR, "6月底前新建公厕12座。", ["dated"]),
        (YEAR, "2031年底前新建公厕12座。", ["dated"]),
        (YEAR, "到2034年新建公厕60座。", ["five_year"]),
        (YEAR, "地区生产总值年均增长6%。", ["five_year"]),
        (YEAR, "到“十七五”末，林业产值达到8亿元。", ["five_year"]),
        (TERM, "地区生产总值突破90亿元。", ["five_year"]),
        (TERM, "到2035年，地区生产总值达到90亿元；税收收入达到5亿元。", ["five_year"] * 2),
        (TERM, "今年新建公厕12座。", ["annual"]),
        (YEAR, "做好五年规划编制，新建公厕12座。", ["annual"]),
    ],
)
def test_by_when_a_target_holds(heading: str, text: str, horizons: list[str]) -> None:
    found = targets(PLAN.format(heading=heading, text=text))
    assert [t.horizon for t in found] == horizons


def test_a_date_that_opens_a_sentence_holds_up_to_its_end() -> None:
    text = "到2035年，生产总值达到90亿元；税收收入达到5亿元。今年新建公厕12座。"
    found = targets(PLAN.format(heading=TERM, text=text))
    assert [t.deadline for t in found] == ["到2035年", "到2035年", None]


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("主要预期目标是：生产总值增长6%；税收收入增长5%。新建公厕12座。", [True, True, False]),
        ("主要目标是：生产总值增长6%。固定资产投资增长8%。重点建好12座公厕。", [True, True, False]),
        ("上年增速回落，今年预期目标为：生产总值增长6%。\n税收收入增长5%。", [True, False]),
        ("生产总值增长6%；税收收入增长5%。", [False, False]),
        ("围绕上述目标，新建公厕12座。", [False]),
        ("今年经济增长预期目标为6%左右，是稳妥的。", [True]),
        ("上年投资下滑，今年投资增长3%，主要预期目标是：就业增长2%。", [False, True]),
    ],
)
def test_what_stands_among_the_main_targets(text: str, headline: list[bool]) -> None:
    assert [t.headline for t in targets(PLAN.format(heading=YEAR, text=text))] == headline


def test_the_goals_of_a_term_are_no_targets_of_the_year() -> None:
    text = "今后五年的主要目标是：生产总值年均增长6%；税收收入达到5亿元。"
    found = targets(PLAN.format(heading=TERM, text=text))
    assert [(t.headline, t.horizon) for t in found] == [(False, "five_year")] * 2


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("GDP", "地区生产总值"),
        ("全县地区生产总值", "地区生产总值"),
        ("经济增长预期目标", "地区生产总值"),
        ("规上工业增加值增速", "规模以上工业增加值"),
        ("社零总额", "社会消费品零售总额"),
        ("农民人均纯收入", "农村居民人均可支配收入"),
        ("新增城镇就业人数", None),
        ("单位GDP能耗降低率", "单位地区生产总值能耗"),
        ("林业产值", None),
        ("旅游业增加值", None),
        ("增长", None),
        ("", None),
    ],
)
def test_main_indicators_have_one_name(name: str, one: str | None) -> None:
    known = main_indicator(fold(name), CHINESE)
    assert (known and known.id) == one


def test_each_name_stands_for_one_main_indicator() -> None:
    entries = load("main_indicators")["indicators"]
    names = Counter(fold(n) for e in entries for n in (e["id"], *e["names"]))
    assert [name for name, times in names.items() if times > 1] == []
    assert all(main_indicator(fold(e["id"]), CHINESE) is not None for e in entries)


def test_what_relative_goals_end_with_is_what_their_patterns_can_end_with() -> None:
    """The last characters only save work: without them the same goals are found."""

    goals = [
        *("收入与经济增长同步", "增速高于全省平均水平", "耕地面积只增不减", "警情保持下降趋势"),
        *("综合考核进入全市前三", "水质保持Ⅱ类及以上", "产量占全市的1/4以上", "规模翻番"),
        *("时限压缩一半", "投诉零发生", "进出口稳中提质", "国际收支基本平衡", "救助应保尽保"),
        *("完成市下达的减排任务", "浓度达到国家标准", "空气质量持续改善", "增速保持在合理区间"),
    ]
    for goal in goals:
        rules = [e for e in load("targets")["relative"] if re.search(e["pattern"], goal)]
        assert rules
        assert all(e["ends"] == "any" or goal[-1] in e["ends"] for e in rules), goal


REVIEW = """栖溪县2030年政府工作报告
一、2029年工作回顾
{text}
二、2030年工作安排
新建公厕12座。"""


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("城镇新增就业2130人，完成年度任务的104%。", ["2130人 annual", "104% annual"]),
        ("城镇化率比上年提高2个百分点，达到65%。", ["2个百分点 annual", "65% annual"]),
        ("目前已建成公厕30座。", ["30座 annual"]),
        ("一般公共预算收入5.6亿元，同比增长8.3%。", ["5.6亿元 annual", "8.3% annual"]),
        ("五年来累计新增就业3.2万人。", ["3.2万人 five_year"]),
        ("粮食产量由2025年的21万吨增加到23万吨。", ["23万吨 annual"]),
        ("获评省级示范县，连续两届入围。", []),
        ("第三届竹文化节成功举办。", []),
        ("惠及65岁以上老年人。", []),
        ("获“12345”热线先进单位。", []),
        ("带动投资数十亿元。", []),
    ],
)
def test_what_the_review_reports_was_reached(text: str, results: list[str]) -> None:
    document = parse(REVIEW.format(text=text), "栖溪县.txt")
    reached = [t for c in document.clauses if c.part == "review" for t in c.targets]
    assert [f"{t.value}{t.unit} {t.horizon}" for t in reached] == results
    planned = [t for c in document.commitments for t in c.targets]
    assert [(t.indicator, t.value) for t in planned] == [("新建公厕", 12)]


@pytest.mark.parametrize("part", ["review", "plan"])
def test_the_words_of_a_target_lie_in_its_clause(part: str) -> None:
    text = "城镇新增就业2130人，完成任务的104%；比上年提高2个百分点，达到65%。"
    document = parse(REVIEW.format(text=text), "栖溪县.txt")
    for clause in document.clauses:
        for target in clause.targets if clause.part == part else ():
            assert clause.start <= target.start < target.end <= clause.end
            assert document.source[target.start : target.end] == target.text


REPORT = "栖溪县2031年政府工作报告\n一、2031年工作安排\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A list goes on behind a colon and behind each of its items, from paragraph to paragraph.
        (
            "今年主要目标是：\n——地区生产总值90亿元；\n——完成实事20件；\n——失业率4%以内。\n"
            "新建公厕8座。",
            [("annual", True)] * 3 + [("annual", False)],
        ),
        ("预定目标是：地区生产总值增长6%。", [("annual", True)]),
        ("今年主要工作是：\n——新建公厕8座；\n——修路9公里。", [("annual", False)] * 2),
        # A later year that opens the words of a target holds for those behind it too.
        ("2035年城区面积达到18平方公里，人口15万人。", [("five_year", False)] * 2),
        ("城区面积达到18平方公里，用地执行2030年标准。", [("annual", False)]),
        ("地区生产总值达到90亿元，年均增长7%。", [("five_year", False)] * 2),
        ("地区生产总值达到90亿元，增长7%。", [("annual", False)] * 2),
        # An average over the year is of the year.
        ("PM2.5年均浓度控制在30微克/立方米以内。", [("annual", False)]),
        ("PM2.5年均浓度年均下降3%。", [("five_year", False)]),
    ],
)
def test_where_a_target_stands_says_for_when_it_is_set(
    text: str, expected: list[tuple[str, bool]]
) -> None:
    assert [(t.horizon, t.headline) for t in targets(REPORT + text)] == expected


def test_a_heading_of_the_tenth_plan_speaks_of_a_term() -> None:
    text = REPORT + "二、“十五”时期的奋斗目标\n工业总产值达到50亿元。"
    assert [t.horizon for t in targets(text)] == ["five_year"]
    assert [t.horizon for t in targets(text.replace("“十五”时期", "十五项"))] == ["annual"]


@pytest.mark.parametrize(
    ("heading", "below", "horizons"),
    [
        (
            "二、“十七五”时期主要目标任务和2030年工作安排",
            "（一）加快城市建设",
            ["five_year", "annual"],
        ),
        (
            "二、“十七五”时期主要目标任务和2030年工作安排",
            "（一）“十七五”时期主要目标",
            ["five_year"] * 2,
        ),
        ("二、“十七五”时期主要目标任务", "（一）加快城市建设", ["five_year"] * 2),
        ("二、2030年工作安排", "（一）加快城市建设", ["annual"] * 2),
    ],
)
def test_below_a_heading_of_a_term_and_a_year_the_topics_are_of_the_year(
    heading: str, below: str, horizons: list[str]
) -> None:
    text = f"栖溪县2030年政府工作报告\n{heading}\n柑橘产值达到8亿元。\n{below}\n新建公厕12座。\n"
    text += "（二）加快乡村建设\n做好垃圾分类。"
    assert [t.horizon for t in targets(text)] == horizons
