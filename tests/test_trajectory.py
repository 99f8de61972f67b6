"""Trajectories: commitments followed through the years, each on its own thread."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import policydiff
from policydiff import Thread, Trajectory
from policydiff.errors import PolicydiffError, UsageError
from policydiff.years.result import trajectory_lines
from tests import ready
from tests.written import from_yaml, validate

ROOT = Path(__file__).resolve().parents[1]
COUNTY = sorted((ROOT / "corpora" / "栖川县").glob("*.txt"))
SHARED = ROOT.parent / "shared"
LABELS = SHARED / "gold" / "labels" / "targets.json"
NATIONAL = sorted((SHARED / "reports" / "national").glob("20*.txt"))


def plan(year: int, *lines: str) -> policydiff.Document:
    text = f"甲县{year}年工作报告\n一、{year}年工作安排\n" + "\n".join(lines)
    return policydiff.parse(text, f"{year}.txt")


def follow(years: dict[int, list[str]]) -> Trajectory:
    return policydiff.trajectory([plan(year, *lines) for year, lines in years.items()])


def thread(result: Trajectory, text: str) -> Thread:
    """The one thread in which a text stands."""
    (found,) = (t for t in result.threads if any(text in s.clause.text for s in t.steps))
    return found


LIBRARY = "新建县级图书馆，免费向群众开放。"
BRIDGE = "完成跨河大桥主体工程。"
GOAL = "规上工业增加值增长{}。"


class TestThreads:
    def test_a_number_through_the_years(self) -> None:
        values = {2020: "8%左右", 2021: "7.5%左右", 2022: "7%左右", 2023: "6.5%-7%"}
        result = follow({year: [GOAL.format(v), LIBRARY] for year, v in values.items()})
        goal = thread(result, "规上工业")
        assert goal.course == "8%左右 (2020) → 7.5%左右 (2021) → 7%左右 (2022) → 6.5%-7% (2023)"
        assert (goal.first, goal.last, goal.fates) == (2020, 2023, ("falls",))
        assert goal.name == "规上工业增加值"

    def test_numbers_that_share_a_sentence_for_a_year_neither_end_nor_begin(self) -> None:
        apart = ["规上工业增加值增长{}%；", "工业固定资产投资增长{}%；", "新增规上工业企业{}家。"]
        joined = "规上工业增加值增长6%，工业固定资产投资增长9%，新增规上工业企业20家。"
        result = follow(
            {
                2020: [line.format(k) for line, k in zip(apart, (8, 7, 30), strict=True)],
                2021: [joined],
                2022: [line.format(k) for line, k in zip(apart, (5, 9, 25), strict=True)],
            }
        )
        assert {t.course for t in result.threads} == {
            "8% (2020) → 6% (2021) → 5% (2022)",
            "7% (2020) → 9% (2021-2022)",
            "30家 (2020) → 20家 (2021) → 25家 (2022)",
        }
        assert not any({"ends", "begins"} & set(t.fates) for t in result.threads)

    def test_ends_and_begins(self) -> None:
        result = follow({2020: [LIBRARY, BRIDGE], 2021: [LIBRARY, BRIDGE], 2022: [LIBRARY]})
        assert thread(result, "大桥").fates == ("ends",)
        assert thread(result, "图书馆").fates == ()
        result = follow({2020: [LIBRARY], 2021: [LIBRARY, BRIDGE], 2022: [LIBRARY, BRIDGE]})
        assert thread(result, "大桥").fates == ("begins",)

    def test_comes_back_after_a_gap_year(self) -> None:
        result = follow(
            {2020: [LIBRARY, BRIDGE], 2021: [LIBRARY], 2022: [LIBRARY, BRIDGE], 2023: [LIBRARY]}
        )
        bridge = thread(result, "大桥")
        assert (bridge.first, bridge.last, bridge.absent) == (2020, 2022, (2021,))
        assert bridge.fates == ("ends", "comes back")

    def test_hardens_and_softens(self) -> None:
        result = follow(
            {
                2020: ["力争完成跨河大桥主体工程。", LIBRARY],
                2021: ["确保完成跨河大桥主体工程。", LIBRARY],
                2022: ["探索完成跨河大桥主体工程。", LIBRARY],
            }
        )
        bridge = thread(result, "大桥")
        assert bridge.firmness == "strive (2020) → firm (2021) → explore (2022)"
        assert bridge.fates == ("hardens", "softens")

    def test_one_clause_split_into_two_makes_no_ending(self) -> None:
        result = follow(
            {
                2020: ["新建县级图书馆和体育馆，免费向群众开放。"],
                2021: ["新建县级图书馆，免费向群众开放。", "新建县级体育馆，免费向群众开放。"],
            }
        )
        assert not any({"ends", "begins"} & set(t.fates) for t in result.threads)
        assert sum(len(t.steps) for t in result.threads) == 3
        (other,) = (t for t in result.threads if len(t.steps) == 1)
        assert other.comes_from is not None

    def test_said_twice_counts_once(self) -> None:
        result = follow(
            {
                2020: ["国内生产总值增长8%左右；", LIBRARY],
                2021: [
                    "国内生产总值增长7%左右；",
                    "提出今年经济增长预期目标为7%左右，兼顾了需要和可能。",
                    LIBRARY,
                ],
            }
        )
        growth = [t for t in result.threads if "7%左右" in t.course]
        assert [t.course for t in growth] == ["8%左右 (2020) → 7%左右 (2021)"]

    def test_masked_numbers_are_followed_and_neither_rise_nor_fall(self) -> None:
        result = follow(
            {y: [GOAL.format(v)] for y, v in ((2020, "8%"), (2021, "x%"), (2022, "6%"))}
        )
        goal = thread(result, "规上工业")
        assert goal.course == "8% (2020) → x% (2021) → 6% (2022)"
        assert goal.fates == ()

    def test_a_number_that_comes_back_as_another_breaks_the_thread(self) -> None:
        result = follow(
            {
                2020: ["实施乡村饮水安全工程，解决3000人饮水问题。"],
                2021: ["实施乡村饮水安全工程，解决群众饮水问题。"],
                2022: ["实施乡村饮水安全工程，铺设管网50公里，解决群众饮水问题。"],
            }
        )
        assert not any("3000人" in t.course and "50公里" in t.course for t in result.threads)

    def test_every_year_counts_whatever_the_order_given(self) -> None:
        years = {2022: [GOAL.format("6%")], 2020: [GOAL.format("8%")], 2021: [GOAL.format("7%")]}
        assert follow(years).to_dict() == follow(dict(sorted(years.items()))).to_dict()


county = ready.trajectory


class TestWhole:
    def test_every_commitment_is_on_a_thread_and_every_step_on_one(self) -> None:
        result = county()
        steps = [(s.year, s.clause.start, s.target) for t in result.threads for s in t.steps]
        assert len(steps) == len(set(steps))
        for report in result.reports:
            there = {start for year, start, _ in steps if year == report.year}
            assert there == {c.start for c in report.commitments}

    def test_years_of_a_thread_rise(self) -> None:
        for t in county().threads:
            years = [s.year for s in t.steps]
            assert years == sorted(set(years))
            assert set(t.absent).isdisjoint(years)

    def test_telling_ones_stand_first(self) -> None:
        lasting = [t for t in county().threads if len(t.steps) > 1]
        assert county().threads[: len(lasting)] == tuple(lasting)
        fates = [bool(t.fates) for t in lasting]
        assert fates == sorted(fates, reverse=True)

    @pytest.mark.parametrize("everything", [True, False])
    def test_schema_and_round_trip(self, everything: bool) -> None:
        data = county().to_dict(all=everything)
        validate(data)
        assert from_yaml(county().to_yaml(all=everything)) == data
        assert json.loads(county().to_json(all=everything)) == data
        assert data["summary"]["listed"] == len(data["commitments"])

    def test_summary(self) -> None:
        lines = trajectory_lines(county().to_dict(all=False)).splitlines()
        assert lines[0] == "3 reports, 2023 to 2025, 栖川县"
        assert len(lines) <= 12

    def test_two_reports_agree_with_comparing_them(self) -> None:
        old, new = (ready.document(path) for path in COUNTY[:2])
        compared = ready.comparison()
        followed = policydiff.trajectory([old, new])
        ended = {t.steps[0].clause.start for t in followed.threads if "ends" in t.fates}
        begun = {t.steps[0].clause.start for t in followed.threads if "begins" in t.fates}
        assert ended == {c.old[0].start for c in compared.dropped}
        assert begun == {c.new[0].start for c in compared.added}


class TestRefused:
    @pytest.mark.parametrize(
        ("years", "says"),
        [
            ([], "trajectory: no reports given; give reports of two years or more"),
            ([2020], "trajectory: 1 report given; give reports of two years or more"),
            (
                [2020, 2021, 2020],
                "2020.txt (甲县), 2020.txt (甲县): are both of 2020; give one report for each"
                " year, or compare the two with each other",
            ),
        ],
    )
    def test_years(self, years: list[int], says: str) -> None:
        with pytest.raises(UsageError) as error:
            policydiff.trajectory([plan(year, LIBRARY) for year in years])
        assert str(error.value) == says

    def test_no_year(self) -> None:
        nameless = policydiff.parse(f"一、今年工作安排\n{LIBRARY}", "report.txt")
        with pytest.raises(UsageError) as error:
            policydiff.trajectory([plan(2020, LIBRARY), nameless])
        assert str(error.value).startswith("report.txt: tells no year")
        assert "2024.txt" in error.value.remedy
        # The remedy works.
        named = policydiff.parse(f"一、今年工作安排\n{LIBRARY}", "2024.txt")
        assert len(policydiff.trajectory([plan(2020, LIBRARY), named]).reports) == 2

    def test_a_report_that_cannot_be_read(self) -> None:
        with pytest.raises(PolicydiffError, match=r"missing\.txt: does not exist"):
            policydiff.trajectory([plan(2020, LIBRARY), "missing.txt"])

    def test_several_regions_are_noted(self) -> None:
        other = policydiff.parse(f"乙县2021年工作报告\n一、2021年工作安排\n{LIBRARY}", "2021.txt")
        result = policydiff.trajectory([plan(2020, LIBRARY), other])
        assert result.notes == ("the reports are of several regions: 甲县, 乙县",)


# --- real reports ---------------------------------------------------------------------------------


@cache
def national() -> Trajectory:
    return policydiff.trajectory([ready.document(path) for path in NATIONAL])


def labelled(names: tuple[str, ...]) -> dict[int, dict[str, Any]]:
    """The headline targets of an indicator by year, as careful readers labelled them."""
    return {
        int(label["file"].removeprefix("national/")): label
        for label in json.loads(LABELS.read_text(encoding="utf-8"))
        if label["file"].startswith("national/20")
        and label["where"] == "headline"
        and label["indicator"] in names
    }


@pytest.mark.skipif(not LABELS.exists(), reason="the real reports are not beside the project")
@pytest.mark.parametrize(
    "names",
    [
        ("经济增长", "国内生产总值"),
        ("新增城镇就业", "城镇新增就业"),
        ("居民消费价格总水平涨幅", "居民消费价格涨幅"),
    ],
    ids=["growth", "jobs", "prices"],
)
def test_every_year_of_an_indicator_as_readers_labelled_it(names: tuple[str, ...]) -> None:
    labels = labelled(names)
    assert len(labels) >= 15
    (found,) = (
        t for t in national().threads if t.is_measured and t.name in names and len(t.steps) > 10
    )
    given = {
        s.year: (str(s.target.value), s.target.upper and str(s.target.upper), s.target.bound)
        for s in found.steps
        if s.target
    }
    assert given == {y: (x["value"], x["upper"], x["bound"]) for y, x in labels.items()}
    assert found.absent == ()


def test_a_report_without_a_plan_ends_nothing() -> None:
    def report(year: int, plan: str) -> policydiff.Document:
        return policydiff.parse(f"一、{year}年工作安排\n{plan}", f"{year}.txt")

    said = "新建农村中心学校{}所。\n整治背街小巷环境卫生。\n"
    cut_off = policydiff.parse("过去一年，新建农村中心学校3所。\n", "2031.txt")
    reports = [report(2030, said.format(3)), cut_off, report(2032, said.format(5))]
    result = policydiff.trajectory(reports)
    assert [thread.fates for thread in result.threads] == [("rises",), ()]
    assert all(thread.absent == () for thread in result.threads)
    assert "2031.txt: no commitment was found" in result.notes
    assert [document.year for document in result.reports] == [2030, 2031, 2032]
