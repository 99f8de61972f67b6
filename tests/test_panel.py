"""The tables over many reports: a row for each target; columns, files, the command line."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import policydiff
from policydiff.cli import main as cli
from policydiff.cli import options as cli_options
from policydiff.cli.tables import COMMANDS
from policydiff.output.columns import TYPES
from tests import ready

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT / "corpora"
COUNTY = CORPORA / "栖川县"
YEARS = [COUNTY / f"{year}.txt" for year in (2023, 2024, 2025)]
DOCS = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")


def report(year: int, plan: str, review: str = "", region: str = "栖溪县") -> policydiff.Document:
    title = f"{region}{year}年政府工作报告\n"
    past = f"一、{year - 1}年工作回顾\n{review}\n" if review else ""
    return policydiff.parse(f"{title}{past}二、{year}年工作安排\n{plan}", f"{region}{year}.txt")


def rows_of(table: str) -> list[dict[str, str | int | float | bool | None]]:
    if table == "targets":
        return policydiff.targets(YEARS)
    if table == "comparison":
        return ready.comparison().rows()
    if table == "corpus":
        return ready.corpus().rows()
    return ready.trajectory().rows()


@pytest.mark.parametrize("table", ["targets", "comparison", "corpus", "trajectory"])
def test_rows_have_the_columns_that_are_listed_in_their_types(table: str) -> None:
    columns, rows = policydiff.columns(table), rows_of(table)
    assert rows
    for row in rows:
        assert list(row) == [column.name for column in columns]
    wrong = [
        (column.name, row[column.name])
        for row in rows
        for column in columns
        if not column.holds(row[column.name])
    ]
    assert not wrong


@pytest.mark.parametrize(
    "table", ["targets", "levels", "indicators", "comparison", "corpus", "trajectory"]
)
def test_the_docs_list_the_columns(table: str) -> None:
    section = DOCS.partition(f"## `{table}`\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \| (\w+)(\?)? \| (.*) \| (.*) \|$", section, re.MULTILINE)
    assert [tuple(cells) for cells in listed] == [
        (c.name, c.type, "?" if c.optional else "", c.unit.replace("|", r"\|"), c.meaning)
        for c in policydiff.columns(table)
    ]


def test_columns_hold_their_types_and_no_others() -> None:
    by_name = {column.name: column for column in policydiff.columns("targets")}
    assert all(column.type in TYPES for column in by_name.values())
    assert not by_name["line"].holds(True)
    assert not by_name["headline"].holds(1)
    assert not by_name["value"].holds(6)
    assert by_name["year"].holds(None)
    assert not by_name["sha256"].holds(None)
    with pytest.raises(policydiff.UsageError, match="targets"):
        policydiff.columns("nothing")


def test_a_target_stands_with_what_the_next_report_says_was_reached() -> None:
    reports = [
        report(2031, "主要预期目标是：地区生产总值增长6%以上。", "地区生产总值增长5.2%。"),
        report(2030, "主要预期目标是：地区生产总值增长6.5%左右，粮食产量达到12万吨。"),
        report(2032, "全年新建学校3所。", "地区生产总值增长6.4%，粮食产量12.3万吨。"),
        report(2031, "主要预期目标是：地区生产总值增长9%。", "地区生产总值增长8%。", "澄溪县"),
    ]
    told = {
        (row["region"], row["year"], row["indicator"]): (row["result"], row["result_status"])
        for row in policydiff.targets(reports)
    }
    assert told["栖溪县", 2031, "地区生产总值"] == (6.4, "met")
    assert told["栖溪县", 2030, "地区生产总值"] == (5.2, "missed")
    assert told["栖溪县", 2030, "粮食产量"] == (None, None)  # the report of 2031 is silent
    assert told["澄溪县", 2031, "地区生产总值"] == (None, None)  # another county's review
    assert told["栖溪县", 2032, "新建学校"] == (None, None)


def test_a_target_that_is_due_in_a_later_year_is_not_missed_in_the_next() -> None:
    told = report(2032, "推进林场建设。", "常住人口城镇化率达到61%。")
    for due, status in (("", "missed"), ("到2032年底，", "reported")):
        plan = report(2031, f"{due}常住人口城镇化率达到64%。")
        rows = policydiff.targets([plan, told])
        assert [row["result_status"] for row in rows if row["value"] == 64] == [status]


def test_a_result_is_in_the_unit_of_its_target_and_falls_below_nothing() -> None:
    plan = "主要预期目标是：固定资产投资达到1.2亿元，社会消费品零售总额增长5%。"
    review = "固定资产投资9800万元，社会消费品零售总额下降2%。"
    rows = policydiff.targets([report(2030, plan), report(2031, "新建学校3所。", review)])
    assert [(row["unit"], row["result"]) for row in rows[:2]] == [("亿元", 0.98), ("%", -2.0)]
    plan, review = "粮食产量达到12万吨。", "粮食产量达到12400万公斤。"
    (row,) = policydiff.targets([report(2030, plan), report(2031, "新建学校。", review)])[:1]
    assert (row["unit"], row["result"]) == ("万吨", 12.4)


@pytest.mark.parametrize(
    ("goal", "strengths"),
    [
        ("地区生产总值增长6%，在实际工作中争取更好结果。", ["plain"]),
        ("地区生产总值增长6%左右，努力实现粮食产量12万吨。", ["plain", "strive"]),
        ("力争地区生产总值增长6%，粮食产量达到12万吨。", ["strive", "strive"]),
        ("确保地区生产总值增长6%。", ["firm"]),
        ("地区生产总值力争增长6%，粮食产量达到12万吨。", ["strive", "plain"]),
        ("确保地区生产总值增长6%，粮食产量力争12万吨。", ["firm", "strive"]),
        ("探索粮食新机制，粮食产量达到12万吨。", ["plain"]),
    ],
)
def test_words_behind_a_number_do_not_weaken_it(goal: str, strengths: list[str]) -> None:
    rows = policydiff.targets([report(2030, f"主要预期目标是：{goal}")])
    assert [row["strength"] for row in rows] == strengths


def test_rows_make_a_data_frame() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(policydiff.targets(YEARS))
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert kinds["year"] == kinds["line"] == "int64"
    assert kinds["value"] == kinds["base"] == kinds["result"] == "float64"
    assert kinds["headline"] == kinds["masked"] == "bool"
    growth = frame[frame.headline & (frame.indicator_id == "规模以上工业增加值")]
    assert list(growth.value) == [8.0, 6.5, 6.0]


def test_rows_lead_back_to_the_source() -> None:
    document = ready.document(YEARS[0])
    for row in policydiff.targets([document]):
        start, end, words = row["start"], row["end"], row["words"]
        assert isinstance(start, int)
        assert isinstance(end, int)
        assert isinstance(words, str)
        assert document.source[start:end] == row["text"]
        assert words in document.source[start:end]


# --- reading many ---------------------------------------------------------------------------------


def test_many_are_read_in_order_and_one_bad_file_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00")
    given = [YEARS[0], tmp_path / "a.txt", tmp_path / "b.txt", YEARS[1]]
    with ThreadPoolExecutor(2) as executor:
        both = [list(policydiff.read_many(given, where)) for where in (None, executor)]
    here, there = ([(r.name, r.document, str(r.error)) for r in read] for read in both)
    assert here == there
    assert [result.document is not None for result in both[0]] == [True, False, False, True]
    assert all(isinstance(r.error, policydiff.PolicydiffError) for r in both[0][1:3])


def test_a_folder_is_read_as_a_corpus(tmp_path: Path) -> None:
    folder = tmp_path / "榆溪县"
    folder.mkdir()
    for year in (2029, 2030):
        (folder / f"{year}.txt").write_text(f"一、{year}年工作安排\n新建学校3所。", "utf-8")
    (tmp_path / "corpus.yaml").write_text("reports:\n  榆溪县/2029.txt: {year: 2028}\n", "utf-8")
    read = [result.document for result in policydiff.read_many([tmp_path])]
    assert [(d.region, d.year, d.name) for d in read if d] == [
        ("榆溪县", 2028, "榆溪县/2029.txt"), ("榆溪县", 2030, "榆溪县/2030.txt")
    ]  # fmt: skip
    with pytest.raises(policydiff.ReadError):
        policydiff.targets([tmp_path / "none"])


# --- the command ----------------------------------------------------------------------------------


def run(*arguments: object) -> int:
    return cli.main([*map(str, arguments)])


def table(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_every_command_is_known_to_the_command_line() -> None:
    assert tuple(COMMANDS) == cli_options.COMMANDS


def test_a_panel_is_the_same_however_many_processes_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for jobs in (1, 2):
        assert run("targets", CORPORA, "-o", tmp_path / f"{jobs}.csv", "--jobs", jobs) == 0
    told = capsys.readouterr()
    assert not told.out
    assert "4 reports of 2 regions" in told.err
    assert "passed over 1" in told.err  # the README of the folder
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()
    rows = table(tmp_path / "1.csv")
    assert list(rows[0]) == [column.name for column in policydiff.columns("targets")]
    assert {row["name"] for row in rows} == {
        *(f"栖川县/{year}.txt" for year in (2023, 2024, 2025)), "澜溪县/2025.txt"
    }  # fmt: skip


def test_what_cannot_be_read_is_said_and_the_rest_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\xff\xfe\x00")
    out = tmp_path / "a.csv"
    assert run("targets", YEARS[0], bad, tmp_path / "none.txt", "-o", out) == 2
    told = capsys.readouterr().err
    assert "bad.txt" in told
    assert "none.txt: does not exist" in told
    assert len(table(out)) == len(policydiff.targets([YEARS[0]]))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "good.txt").write_bytes(YEARS[0].read_bytes())
    (folder / "bad.txt").write_bytes(bad.read_bytes())
    assert run("targets", folder, "-o", out, "-q") == 0  # nobody asked for that very file
    assert "bad.txt" in capsys.readouterr().err
    assert run("targets", bad, "-o", out) == 2
    assert [list(row) for row in csv.reader(io.StringIO(out.read_text("utf-8-sig")))] == [
        [column.name for column in policydiff.columns("targets")]
    ]


def test_json_and_standard_output(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("targets", YEARS[0], "-q", "-o", tmp_path / "a.json") == 0
    assert json.loads((tmp_path / "a.json").read_text("utf-8")) == policydiff.targets([YEARS[0]])
    assert run("targets", YEARS[0], "-q") == 0
    assert capsys.readouterr().out.lstrip("\ufeff").startswith("region,level,year,")


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    path = tmp_path / "榆溪县2030.txt"
    path.write_text("一、2030年工作安排\n=1+1新增规上企业20家。", "utf-8")
    assert run("targets", path, "-q", "-o", tmp_path / "a.csv") == 0
    (row,) = table(tmp_path / "a.csv")
    assert row["text"].startswith("'=")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["targets"], "no report given"),
        (["targets", "-", "-"], "standard input can be only one"),
        (["targets", YEARS[0], "-o", "a.html"], r"\.csv, \.json"),
        (["targets", YEARS[0], "-o", YEARS[0]], "would be overwritten"),
        (["targets", COUNTY, "-o", YEARS[0]], "would be overwritten"),
        (["targets", YEARS[0], "--jobs", "0"], "whole number, 1 or more"),
        (["targets", YEARS[0], "--gap", "2"], "unrecognized"),
        (["targets", "no-such-folder/"], "does not exist"),
    ],
)
def test_trouble_is_one_line(
    arguments: list[object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert re.search(said, lines[-1])
    assert YEARS[0].read_bytes()


def test_a_file_that_is_called_targets_can_be_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "targets").write_bytes(YEARS[0].read_bytes())
    assert run("./targets", YEARS[1], "-q") == 0
    assert "kind: comparison" in capsys.readouterr().out
    assert run(YEARS[1], "targets", "-q") == 0  # only the first argument can name a command
    assert "kind: comparison" in capsys.readouterr().out


def test_help_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for lang, words in (("en", "A row for each target"), ("zh", "每个指标一行")):
        assert run("targets", "--help", "--lang", lang) == 0
        assert words in capsys.readouterr().out


def test_the_panel_comes_from_a_pipe() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "policydiff", "targets", "-", "-q"],
        input=YEARS[0].read_bytes(), capture_output=True, cwd=ROOT, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.decode("utf-8-sig").count("standard input") > 50


# --- from level to level --------------------------------------------------------------------------


def headline(region: str, goal: str, more: str = "", year: int = 2030) -> policydiff.Document:
    return report(year, f"主要预期目标是：{goal}。{more}", region=region)


def levels_of(*reports: policydiff.Document) -> list[tuple[object, ...]]:
    names = ("region", "above", "value", "added", "amplified", "firmness")
    return [tuple(row[name] for name in names) for row in policydiff.levels(reports).rows()]


CITY = headline("栖江市", "地区生产总值增长6%左右，城镇登记失业率控制在4.5%以内")
NAMING = "对接栖江市规划。融入栖江都市圈。服务栖江发展。"


def test_what_each_level_adds_and_how_firm_the_word() -> None:
    county = headline(
        "栖江市澄溪区", "地区生产总值增长6.5%以上，城镇登记失业率控制在4%以内", NAMING
    )
    assert levels_of(county, CITY) == [
        ("栖江市", None, 6.0, None, None, None),
        (county.region, "栖江市", 6.5, 0.5, True, "firmer"),
        ("栖江市", None, 4.5, None, None, None),
        (county.region, "栖江市", 4.0, -0.5, True, "same"),
    ]


@pytest.mark.parametrize(
    ("goal", "added", "firmness"),
    [
        ("地区生产总值增长6%左右", 0.0, "same"),
        ("地区生产总值增长6%-7%", 0.0, "same"),
        ("地区生产总值增长5.5%", -0.5, "firmer"),
        ("力争地区生产总值增长8%左右", 2.0, "softer"),
        ("力争地区生产总值增长8%以上", 2.0, "mixed"),
    ],
)
def test_words_from_level_to_level(goal: str, added: float, firmness: str) -> None:
    (_, below) = levels_of(CITY, headline("栖江市澄溪区", goal, NAMING))
    assert (below[3], below[5]) == (added, firmness)


def test_of_prices_less_is_more() -> None:
    goals = ("居民消费价格涨幅5%左右", "居民消费价格涨幅4%左右")
    (_, below) = levels_of(headline("栖江市", goals[0]), headline("栖江市澄溪区", goals[1], NAMING))
    assert below[3:] == (-1.0, True, "same")


def test_only_like_is_set_beside_like_and_under_what_its_report_names() -> None:
    county = headline("澄溪县", "地区生产总值增长7%", NAMING)
    assert not levels_of(CITY)  # one level alone
    assert not levels_of(CITY, headline("澄溪县", "地区生产总值增长7%", NAMING, year=2031))
    assert not levels_of(CITY, headline("澄溪县", "地区生产总值达到70亿元", NAMING))
    assert not levels_of(CITY, headline("澄溪县", "固定资产投资增长7%", NAMING))
    assert levels_of(CITY, county)[1][1] == "栖江市"
    stranger = headline("澄溪县", "地区生产总值增长7%", "学习栖江经验。")
    assert levels_of(CITY, stranger)[1][1:4] == (None, 7.0, None)  # named once: no sign of it


def test_a_table_for_each_indicator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reports = {
        "a.txt": ("澄溪县", 2030, "地区生产总值增长7%左右，固定资产投资增长9%"),
        "b.txt": ("澄溪县", 2031, "地区生产总值增长6%以上，固定资产投资30亿元"),
        "c.txt": ("栖江市", 2031, "地区生产总值增长6.5%"),
        "d.txt": ("白石县", 2031, "到2035年，地区生产总值年均增长8%"),
    }
    review = "二〇三〇年，地区生产总值增长7.2%。"
    for name, (region, year, goals) in reports.items():
        (tmp_path / name).write_text(
            f"{region}{year}年政府工作报告\n一、{year - 1}年工作回顾\n{review}\n"
            f"二、{year}年工作安排\n主要预期目标是：{goals}。\n",
            encoding="utf-8",
        )
    paths = [tmp_path / name for name in reports]
    rows = policydiff.indicators(paths)
    shown = [
        tuple(row[name] for name in ("year", "indicator", "measure", "region", "value", "step"))
        for row in rows
        if row["year"] == 2031
    ]
    assert shown == [
        (2031, "地区生产总值", "growth", "栖江市", 6.5, None),
        (2031, "地区生产总值", "growth", "澄溪县", 6.0, "lowered"),
        (
            2031,
            "固定资产投资",
            "level",
            "澄溪县",
            30.0,
            None,
        ),  # another measure than the year before
    ]
    (county,) = [row for row in rows if row["step"]]
    assert (county["last_value"], county["last_result"], county["last_status"]) == (7.0, 7.2, "met")
    assert run("indicators", *paths, "-o", tmp_path / "out.csv") == 0
    assert "4 reports of 3 regions: 5 main targets in 4 tables" in capsys.readouterr().err
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["region"] for row in csv.DictReader(file)] == [row["region"] for row in rows]


def test_levels_as_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = []
    for document in (CITY, headline("澄溪县", "地区生产总值增长7%", NAMING + "<b>1</b>项。")):
        paths.append(tmp_path / document.name)
        paths[-1].write_text(document.source, encoding="utf-8")
    for suffix in (".csv", ".html"):
        assert run("levels", *paths, "-o", tmp_path / f"a{suffix}") == 0
    assert "2 reports of 2 levels: 2 targets of 1 indicators" in capsys.readouterr().err
    rows = table(tmp_path / "a.csv")
    assert [row["added"] for row in rows] == ["", "1.0"]
    page = (tmp_path / "a.html").read_text("utf-8")
    assert "+1个百分点" in page
    assert page.count("<table") == 1
    made = policydiff.levels(paths)
    made.save(tmp_path / "b.html", lang="en")
    assert "+1 points" in (tmp_path / "b.html").read_text("utf-8")
    assert repr(made) == "<Levels: 2 targets of 1 indicators>"
    assert made._repr_html_() == "<p>&lt;Levels: 2 targets of 1 indicators&gt;</p>"
    with pytest.raises(policydiff.UsageError, match=r"\.csv, \.html"):
        made.save(tmp_path / "a.txt")
    columns = policydiff.columns("levels")
    assert all(c.holds(row[c.name]) for row in made.rows() for c in columns)
    assert all(list(row) == [c.name for c in columns] for row in made.rows())
