"""The tables of a corpus and of several years: for people, a sheet for each question."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import policydiff
from policydiff.output.columns import columns
from policydiff.output.markdown import markdown_file
from tests import ready
from tests.ready import YEARS, result, trajectory

openpyxl = pytest.importorskip("openpyxl", reason="needs the extra 'dev'")
docx = pytest.importorskip("docx", reason="needs the extra 'dev'")

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("corpus", "trajectory")
SHEETS = {
    "corpus": [
        *("主要指标", "其他指标", "别处普遍提、本报告未提", "最少见的", "最常见的"),
        *("别处也提的", "别处没有的"),
    ],
    "trajectory": ["主要指标", "其他指标", "力度变化", "不再提", "新提和重提", "一直未变"],
}


def book(kind: str, folder: Path, **options: object) -> dict[str, list[dict[str, object]]]:
    """Each sheet as rows by the words over the columns."""
    result(kind).save(folder / "a.xlsx", **options)  # type: ignore[arg-type]
    sheets = {}
    for sheet in openpyxl.load_workbook(folder / "a.xlsx"):
        heads, *rows = sheet.iter_rows(values_only=True)
        sheets[sheet.title] = [dict(zip(heads, row, strict=True)) for row in rows]
    return sheets


@pytest.mark.parametrize("kind", KINDS)
def test_a_sheet_for_each_question_and_the_rows_for_programs(kind: str, tmp_path: Path) -> None:
    sheets = book(kind, tmp_path, all=False)
    names = [name for name in sheets if name not in ("说明", "数据", "逐年表述")]
    assert names == SHEETS[kind]
    assert list(sheets)[-2:] == ["说明", "数据"]
    data, rows = sheets["数据"], result(kind).rows(all=False)
    assert list(data[0]) == [column.name for column in columns(kind)]
    assert [list(row.values()) for row in data] == [
        [None if value == "" else value for value in row.values()] for row in rows
    ]
    # No word of a program stands where people read.
    for name in names:
        assert not any(re.search("[a-z]{3}", str(head)) for head in sheets[name][0])


@pytest.mark.parametrize("kind", KINDS)
def test_english_words_on_demand(kind: str, tmp_path: Path) -> None:
    sheets = book(kind, tmp_path, lang="en")
    assert next(iter(sheets)) == "Main indicators"
    assert not any(
        re.search("[\u4e00-\u9fff]", str(h)) for rows in sheets.values() for h in rows[0]
    )


def test_main_indicators_by_year(tmp_path: Path) -> None:
    first, second = book("trajectory", tmp_path, all=False)["主要指标"][:2]
    assert first["指标"] == "规上工业增加值"
    assert [first[f"{year}目标"] for year in (2023, 2024, 2025)] == ["8%以上", "6.5—7%", "6%以上"]
    assert [first[f"{year}完成"] for year in (2023, 2024)] == ["5.9%", "6.6%"]
    assert [first[f"{year}数值"] for year in (2023, 2024, 2025)] == [8, 6.5, 6]
    assert (first["变化"], first["单位"], first["最近位置"]) == ("下调", "%", "2025年第27行")
    assert second["指标"] == "规上工业总产值"


def test_every_commitment_of_the_report_stands_once(tmp_path: Path) -> None:
    one = result("corpus")
    assert isinstance(one, policydiff.CorpusComparison)
    sheets = book("corpus", tmp_path)
    told = [row["承诺"] for name in SHEETS["corpus"][-2:] for row in sheets[name]]
    assert sorted(map(str, told)) == sorted(shared.clause.text for shared in one.shared)
    missing = sheets["别处普遍提、本报告未提"]
    assert [row["份数"] for row in missing] == [entry.reports for entry in one.missing]
    assert all(isinstance(row["占比（%）"], int) for row in missing)


def test_what_stands_in_one_year_only_is_listed_on_demand(tmp_path: Path) -> None:
    everything = book("trajectory", tmp_path, all=True)
    alone = sum(len(t.steps) == 1 for t in trajectory().threads)
    assert len(everything["只提一年"]) == alone
    assert "只提一年" not in book("trajectory", tmp_path, all=False)


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_fits_is_printed(kind: str, tmp_path: Path) -> None:
    result(kind).save(tmp_path / "a.xlsx", all=False)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["主要指标"]
    (area,) = sheet.print_area.replace("'", "").split(",")
    last = re.search(r":\$([A-Z]+)\$", area)
    assert last
    heads = [cell.value for cell in sheet[1]]
    printed = heads[: openpyxl.utils.column_index_from_string(last[1])]
    assert "2023数值" not in printed
    assert "名次" not in printed
    assert len(printed) < len(heads)
    assert sheet.page_setup.orientation == "landscape"


@pytest.mark.parametrize("kind", KINDS)
def test_the_word_file_has_a_table_for_each_question(kind: str, tmp_path: Path) -> None:
    result(kind).save(tmp_path / "a.docx", all=False)
    document = docx.Document(str(tmp_path / "a.docx"))
    said = [paragraph.text for paragraph in document.paragraphs]
    assert [text for text in said if text in SHEETS[kind]] == SHEETS[kind]
    assert len(document.tables) == len(SHEETS[kind])
    assert said[-1].endswith(".txt，SHA-256 " + ready.document(YEARS[2]).sha256)
    made = markdown_file(result(kind), all=False, repairs=False).decode("utf-8")
    assert [line for line in made.splitlines() if line.startswith("## ")] == [
        f"## {name}" for name in SHEETS[kind]
    ]


def test_many_years_stand_in_one_column_of_a_page(tmp_path: Path) -> None:
    reports = [
        policydiff.parse(
            f"一、{year}年工作安排\n新建农村中心学校{year - 2000}所。\n", f"{year}.txt"
        )
        for year in range(2030, 2040)
    ]
    policydiff.trajectory(reports).save(tmp_path / "a.docx")
    (table,) = docx.Document(str(tmp_path / "a.docx")).tables
    heads = [cell.text for cell in table.rows[0].cells]
    assert heads == ["指标", "历年数值", "变化", "最近位置"]
    assert table.rows[1].cells[1].text.startswith("30所 (2030) → 31所 (2031)")
