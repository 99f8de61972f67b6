"""What is nobody else's: a place's own works, rivers and regions; what is nothing: slogans."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden_rules import cases

import policydiff
from corpora import write
from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.corpus.common import common_words, is_slogan, names_nothing
from policydiff.corpus.own import own_works
from policydiff.language.zh import CHINESE

HEAD = "{0}{1}年工作报告\n一、{1}年工作安排\n"


def clause(text: str) -> AnalysedClause:
    return analysed(policydiff.parse(f"一、2030年工作安排\n{text}").clauses, CHINESE)[-1]


@pytest.mark.parametrize("pair", cases("own", sides=("examples",)))
def test_works_of_one_kind_are_two(pair: list[str]) -> None:
    here, there = map(clause, pair)
    assert own_works(here, there)
    assert own_works(there, here)


@pytest.mark.parametrize("pair", cases("own", sides=("counters",)))
def test_what_may_be_the_same_stays(pair: list[str]) -> None:
    here, there = map(clause, pair)
    assert not own_works(here, there)
    assert not own_works(there, here)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("坚持以人民为中心的发展思想，不断增强群众获得感。", True),
        ("不断提高政治判断力、政治领悟力、政治执行力。", True),
        ("大力弘扬真抓实干的作风。", True),
        ("坚持以人民为中心，新增公办学位800个。", False),
        ("推进殡葬改革。", False),
        ("开展政治督查问题整改。", False),
    ],
)
def test_slogans(text: str, expected: bool) -> None:
    assert is_slogan(clause(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("马上着手谋划，加紧推进实施；", True),
        ("抓紧启动。", True),
        ("抓紧启动竹编馆建设。", False),
        ("提升4座。", False),
    ],
)
def test_clauses_that_name_nothing(text: str, expected: bool) -> None:
    assert names_nothing(clause(text)) is expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (
            ["完善八字守则及其实施办法。"] * 2 + ["落实八字守则及其实施办法，少开会。"],
            ("八字守则及其实施办法",),
        ),
        (
            ["投资于路和投资于桥。", "促进投资于路和投资于桥结合。", "投资于路和投资于桥并举。"],
            ("投资于路和投资于桥",),
        ),
        (
            ["扩大义务教育学位供给。", "新增义务教育学位900个。", "优化义务教育学位配置。"],
            ("义务教育学位",),
        ),
        (
            ["治理水土流失9平方公里。", "新增水土流失治理面积6平方公里。", "做好水土流失防治。"],
            ("水土流失",),
        ),
        (
            ["规模以上工业增加值增长8%。", "规上工业增加值增长7%。", "规上工业增加值增长5%左右。"],
            ("规模以上工业增加值",),
        ),
        (["新建步道3万平方米。", "翻修屋顶2万平方米。", "清理河滩4万平方米。"], ()),
    ],
)
def test_words_in_common_are_whole(texts: list[str], expected: tuple[str, ...]) -> None:
    assert common_words([[clause(text)] for text in texts], CHINESE) == expected


def corpus(folder: Path, *lines: str, year: int = 2030) -> Path:
    """Five counties that each say all the lines, and something of their own."""
    own = ("举办龙舟赛。", "修复古城墙。", "整治砂石场。", "培训乡村兽医。", "新增公交车30辆。")
    for name, line in zip("甲乙丙丁戊", own, strict=True):
        text = HEAD.format(f"{name}县", year) + "\n".join([line, *lines])
        write(folder, {f"{name}县/{year}.txt": text})
    return folder


def asked(folder: Path, *lines: str, year: int = 2030) -> policydiff.CorpusComparison:
    report = policydiff.parse(HEAD.format("己县", year) + "\n".join(lines))
    return policydiff.compare_corpus(report, folder, cached=False)


class TestMissing:
    def test_another_s_river_is_no_gap(self, tmp_path: Path) -> None:
        folder = corpus(tmp_path, "加强黄河滩区生态修复，种植护岸林。")
        assert asked(folder, "开展敬老活动。").missing == ()
        (missing,) = asked(folder, "开展敬老活动。", "把黄河景观廊道建成群众乐园。").missing
        assert missing.reports == 5

    def test_nor_are_slogans(self, tmp_path: Path) -> None:
        folder = corpus(tmp_path, "坚持以人民为中心的发展思想，永远与群众心连心。")
        assert asked(folder, "开展敬老活动。").missing == ()

    def test_nor_what_one_region_says_year_after_year(self, tmp_path: Path) -> None:
        folder = corpus(tmp_path, "开展敬老活动。")
        for year in range(2026, 2030):
            text = HEAD.format("甲县", year) + f"推广草编手艺，开办草编讲堂。\n整修第{year}号档案。"
            write(folder, {f"甲县/{year}.txt": text})
        assert asked(folder, "开展敬老活动。").gap == 3
        assert asked(folder, "开展敬老活动。").missing == ()

    def test_a_place_of_many_years_counts_once(self, tmp_path: Path) -> None:
        folder = corpus(tmp_path, "推广草编手艺，开办草编讲堂。")
        one = asked(folder, "开展敬老活动。").missing[0].share
        for year in range(2027, 2030):
            write(folder, {f"甲县/{year}.txt": HEAD.format("甲县", year) + "更换井盖。"})
        assert one == 1.0
        assert asked(folder, "开展敬老活动。").missing[0].share == 0.85


class TestElsewhere:
    def test_own_works_are_of_one_kind_only(self, tmp_path: Path) -> None:
        folder = corpus(tmp_path, "加快漕川变电站建设。", "推广草编手艺，开办讲堂。")
        result = asked(folder, "加快西坪变电站建设。", "推广草编手艺，开办讲堂。")
        station, straw = result.shared
        assert (straw.reports, straw.similar) == (5, 0)
        assert all(place.sure for place in straw.places)
        assert station.reports == 0


class TestRanks:
    goal = "主要预期目标是：地区生产总值增长{}%左右。"

    def test_years_far_away_do_not_rank(self, tmp_path: Path) -> None:
        folder = corpus(tmp_path, self.goal.format(6))
        (rank,) = asked(folder, self.goal.format(7), year=2032).shared[0].standings
        assert rank.of == 6
        assert asked(folder, self.goal.format(7), year=2033).shared[0].standings == ()

    def test_nor_do_other_levels(self, tmp_path: Path) -> None:
        folder = corpus(tmp_path, self.goal.format(6))
        text = HEAD.format("栖江市", 2030) + self.goal.format(9)
        write(folder, {"栖江市/2030.txt": text})
        (rank,) = asked(folder, self.goal.format(7)).shared[0].standings
        assert (rank.of, rank.highest[0].value) == (6, 6)

    def test_what_projects_cost_does_not_rank(self, tmp_path: Path) -> None:
        line = "全年实施重点项目{}个，总投资{}亿元。"
        folder = corpus(tmp_path, line.format(20, 80))
        ranks = asked(folder, line.format(30, 90)).shared[0].standings
        assert not any("投资" in rank.target.indicator for rank in ranks)

    def test_grades_stand_apart(self, tmp_path: Path) -> None:
        folder = corpus(tmp_path, "打造省级美丽乡村9个。")
        assert asked(folder, "打造市级美丽乡村7个。").shared[0].standings == ()
        (rank,) = asked(folder, "打造省级美丽乡村7个。").shared[0].standings
        assert rank.of == 6
