"""What became of last year's promises: by numbers and plain statements, never by silence."""

from __future__ import annotations

import pytest

import policydiff

PLAN = (
    "一、2030年工作安排\n"
    "全县地区生产总值增长6%以上。新建农村公路80公里。完成县中医院康复楼建设。"
    "城镇登记失业率控制在4%以内。推进沙河灌区续建配套改造。举办首届山楂节。\n"
)
NEXT = "二、2031年工作安排\n推进沙河灌区信息化建设。新建农村公路60公里。\n"


def followed(review: str, plan: str = PLAN, year: int = 2031) -> dict[str, policydiff.FollowUp]:
    old = policydiff.parse(plan, "2030.txt")
    new = policydiff.parse(f"一、{year - 1}年工作回顾\n{review}\n{NEXT}", f"{year}.txt")
    return {f.old.text: f for f in policydiff.compare(old, new).followups}


def test_numbers_decide() -> None:
    found = followed(
        "全县地区生产总值增长6.4%。新建农村公路72公里。城镇登记失业率控制在3.6%。"
        "县中医院康复楼建成投用。沙河灌区续建配套改造顺利推进。"
    )
    growth = found["全县地区生产总值增长6%以上。"]
    assert (growth.status, growth.difference, growth.completion) == ("met", "+0.4个百分点", None)
    roads = found["新建农村公路80公里。"]
    assert (roads.status, str(roads.completion), roads.difference) == ("missed", "90.0", "-8公里")
    assert roads.reached is not None
    assert roads.reached.text.endswith("72公里")
    assert found["城镇登记失业率控制在4%以内。"].status == "met"
    assert found["完成县中医院康复楼建设。"].status == "met"
    assert found["推进沙河灌区续建配套改造。"].status == "reported"
    silent = found["举办首届山楂节。"]
    assert (silent.status, silent.evidence) == ("silent", ())


@pytest.mark.parametrize(
    "review",
    [
        "新建农村公路xx公里。",  # masked
        "新建农村公路7 2公里。",  # damaged
        "农村公路建设扎实推进。",  # no number
    ],
)
def test_no_verdict_without_a_number_that_can_be_read(review: str) -> None:
    assert followed(review)["新建农村公路80公里。"].status in ("reported", "silent")


def test_every_commitment_once_and_its_evidence_in_the_review() -> None:
    found = followed("全县地区生产总值增长6.4%。新建农村公路72公里。")
    assert len(found) == len(policydiff.parse(PLAN).commitments)
    for followup in found.values():
        assert all(clause.part == "review" for clause in followup.evidence)


def test_a_review_of_another_year_says_nothing() -> None:
    old = policydiff.parse(PLAN, "2030.txt")
    new = policydiff.parse(
        "一、2032年工作回顾\n新建农村公路72公里。\n" + NEXT.replace("2031", "2033"), "2033.txt"
    )
    result = policydiff.compare(old, new)
    assert result.followups == ()
    assert any("not consecutive" in note for note in result.notes)


def test_swapped_years_are_said() -> None:
    old, new = policydiff.parse(PLAN, "2030.txt"), policydiff.parse(NEXT, "2031.txt")
    result = policydiff.compare(new, old)
    assert any("swapped" in note for note in result.notes)
    assert result.followups == ()


def test_without_a_review_and_of_itself() -> None:
    old, new = policydiff.parse(PLAN, "2030.txt"), policydiff.parse(NEXT, "2031.txt")
    assert policydiff.compare(old, new).followups == ()
    assert policydiff.compare(old, old).followups == ()


def test_a_new_report_without_a_review_is_said() -> None:
    old = policydiff.parse(PLAN, "2030.txt")
    without = policydiff.compare(old, policydiff.parse(NEXT, "2031.txt"))
    assert without.followups == ()
    assert without.notes == ("the new report holds no review: nothing is followed up",)
    review = "一、2030年工作回顾\n新建农村公路72公里。\n"
    assert policydiff.compare(old, policydiff.parse(review + NEXT, "2031.txt")).notes == ()


def test_a_review_that_is_only_a_heading_is_none() -> None:
    old = policydiff.parse(PLAN, "2030.txt")
    result = policydiff.compare(old, policydiff.parse("一、2030年工作回顾\n\n" + NEXT, "2031.txt"))
    assert result.followups == ()
    assert result.notes == ("the new report holds no review: nothing is followed up",)


def test_the_same_report_twice_is_said() -> None:
    report = policydiff.parse(f"一、2029年工作回顾\n新建农村公路72公里。\n{PLAN}", "2030.txt")
    result = policydiff.compare(report, report)
    assert result.followups == ()
    assert result.notes == ("both reports have the same text",)


def test_an_old_report_without_a_plan_is_refused() -> None:
    old = policydiff.parse("一、2029年工作回顾\n新建农村公路72公里。\n", "2030.txt")
    with pytest.raises(policydiff.PolicydiffError, match="holds no commitment"):
        policydiff.compare(old, policydiff.parse(NEXT, "2031.txt"))


FIVE_YEARS = "一、过去五年工作回顾\n五年来，新建农村公路480公里。\n"


@pytest.mark.parametrize(
    ("review", "status"),
    [
        ("刚刚过去的2030年，我们稳中求进。新建农村公路72公里。\n", "missed"),
        ("2030年，新建农村公路83公里。\n", "met"),
        ("2030年，我们稳中求进。\n新建农村公路72公里。\n", "reported"),  # another paragraph
    ],
)
def test_a_review_of_five_years(review: str, status: str) -> None:
    old = policydiff.parse(PLAN, "2030.txt")
    new = policydiff.parse(f"{FIVE_YEARS}{review}{NEXT}", "2031.txt")
    told = {f.old.text: f for f in policydiff.compare(old, new).followups}
    assert told["新建农村公路80公里。"].status == status


def test_a_heading_since_last_year_is_of_one_year() -> None:
    old = policydiff.parse("一、2030年工作安排\n地区生产总值增长6%以上。\n", "2030.txt")
    review = "一、2030年以来工作回顾\n地区生产总值210亿元，增长6.4%。\n"
    result = policydiff.compare(old, policydiff.parse(review + NEXT, "2031.txt"))
    assert [row.followup and row.followup.status for row in result.indicators] == ["met"]


def test_results_of_a_quarter_in_a_plan_are_no_targets() -> None:
    plan = "一、2030年工作安排\n今年一季度，固定资产投资增长40%，要乘势而上。新建水厂1座。\n"
    result = policydiff.compare(
        policydiff.parse(plan, "2030.txt"), policydiff.parse(NEXT, "2031.txt")
    )
    assert result.indicators == ()


def test_numbers_take_the_name_before_them() -> None:
    old = policydiff.parse(
        "一、2030年工作安排\n税收收入增长12%，城乡居民人均可支配收入分别增长7%和8%。\n", "2030.txt"
    )
    review = (
        "一、2030年工作回顾\n税收收入迈入百亿元台阶，达103亿元，增长11%。"
        "城乡居民人均可支配收入分别达到3万元、1万元，分别增长7.5%、8.2%。\n"
    )
    result = policydiff.compare(old, policydiff.parse(review + NEXT, "2031.txt"))
    reached = {row.indicator: row.reached and str(row.reached.value) for row in result.indicators}
    assert reached["税收收入"] == "11"
    assert [reached[f"{who}居民人均可支配收入"] for who in ("城镇", "农村")] == ["7.5", "8.2"]


def test_the_dropped_say_that_they_are_reported_on() -> None:
    old = policydiff.parse(PLAN, "2030.txt")
    review = "一、2030年工作回顾\n县中医院康复楼建成投用。\n"
    result = policydiff.compare(old, policydiff.parse(review + NEXT, "2031.txt"))
    data = result.to_dict()
    (dropped,) = (e for e in data["dropped"] if "康复楼" in e["old"][0]["text"])
    assert dropped["followup"][0]["status"] == "met"
    assert data["summary"]["reported_on"] == 1
    assert "(1 reported on)" in result.summary()


def test_a_table_of_main_indicators() -> None:
    old = policydiff.parse(PLAN, "2030.txt")
    review = "一、2030年工作回顾\n全县地区生产总值增长5.8%。\n"
    plan = "二、2031年工作安排\n全县地区生产总值增长5.5%左右。\n"
    rows = policydiff.compare(old, policydiff.parse(review + plan, "2031.txt")).indicators
    row = next(row for row in rows if "生产总值" in row.indicator)
    assert [t and str(t.value) for t in (row.target, row.reached, row.next_target)] == [
        *("6", "5.8", "5.5")
    ]
    assert row.followup is not None
    assert row.followup.status == "missed"
    assert row.difference == "-0.5个百分点"


@pytest.mark.parametrize(
    ("plan", "wanted"),
    [
        ("实施就业创业工程，确保城镇登记失业率控制在4%以内。", ["城镇登记失业率"]),
        ("新增规上工业企业20家，规模以上工业增加值增长8%。", ["规模以上工业增加值"]),
        ("全年完成新增就业人数3800人。", ["城镇新增就业"]),
        # Of a part of the place, or of a project: no main indicator.
        ("推进六大片区建设，完成固定资产投资50亿元。", []),
        ("园区重点工程完成固定资产投资5亿元。", []),
    ],
)
def test_what_a_plan_sets_for_the_whole_place_is_a_main_indicator(
    plan: str, wanted: list[str]
) -> None:
    old = policydiff.parse(f"一、2030年工作安排\n{plan}\n推进林场建设。\n", "2030.txt")
    new = policydiff.parse(
        "一、2030年工作回顾\n林场建成。\n二、2031年工作安排\n推进林场建设。\n", "2031.txt"
    )
    assert [row.indicator for row in policydiff.compare(old, new).indicators] == wanted


def test_an_indicator_that_is_due_later_is_not_missed() -> None:
    review = "一、2030年工作回顾\n常住人口城镇化率达到61%。\n二、2031年工作安排\n推进林场建设。\n"
    new = policydiff.parse(review, "2031.txt")
    for due, status in (("", "missed"), ("到2031年底，", "reported")):
        plan = f"一、2030年工作安排\n{due}常住人口城镇化率达到64%。\n"
        result = policydiff.compare(policydiff.parse(plan, "2030.txt"), new)
        (row,) = result.indicators
        assert row.followup is not None
        assert row.followup.status == status
        assert result.followups[0].status == status


@pytest.mark.parametrize(
    ("plan", "review", "status"),
    [
        ("建成城北水厂。", "城北水厂建成通水，惠及群众6万人。", {"met"}),
        ("年内建成市民活动中心。", "市民活动中心主体完工。", {"reported"}),
        ("新建农村公路80公里。", "新建农村公路92公里，群众出行更便捷。", {"met"}),
        ("坚决杜绝重特大安全事故。", "全年未发生重特大安全事故。", {"met"}),
        # Another thing of the kind, or another thing that is done for it.
        ("完成石门水库除险加固。", "完成龙潭水库除险加固，恢复库容20万立方米。", {"silent"}),
        ("建成白河镇污水处理厂。", "柳林镇污水处理厂建成投用。", {"silent"}),
        ("新建农村公路80公里。", "农村公路两侧绿化提档升级。", {"silent", "reported"}),
        ("建成城北水厂。", "城北水厂管网向乡镇延伸。", {"silent", "reported"}),
    ],
)
def test_short_reports_name_the_thing_itself(plan: str, review: str, status: set[str]) -> None:
    beside = "全县地区生产总值增长6%以上。推进沙河灌区续建配套改造。"
    told = followed(
        f"沙河灌区完成续建配套改造。\n{review}", f"一、2030年工作安排\n{beside}\n{plan}\n"
    )
    assert told[plan].status in status


@pytest.mark.parametrize(
    ("plan", "told", "status"),
    [
        ("完成省道218线改造。", "省道103线改造全面完成。", "silent"),
        ("完成3号泵站改造。", "5号泵站改造完成。", "silent"),
        ("推进国道318线改建。", "国道108线改建完工。", "silent"),
        ("完成省道218线改造。", "省道218线改造全面完成。", "met"),
        ("完成3号泵站改造。", "3号、5号泵站改造完成。", "met"),
        ("完成G228线松溪段改造。", "国道228线松溪段改造完成。", "met"),
    ],
)
def test_a_thing_with_a_number_for_a_name(plan: str, told: str, status: str) -> None:
    assert followed(told, f"一、2030年工作安排\n{plan}推进林场建设。\n")[plan].status == status
