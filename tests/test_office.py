"""The Excel and Word tables, read by other programs: whole, numbers as numbers, texts as texts."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

import policydiff
from policydiff.decisions import OFFICE
from policydiff.output.fared import spoken_of
from policydiff.output.groups import entries
from policydiff.output.office.tasks import tasks_xlsx
from policydiff.output.office.workbook import MOST_IN_CELL, Column, Sheet, letters, workbook
from policydiff.output.result import Result
from tests.ready import YEARS, comparison, corpus, trajectory

ROOT = Path(__file__).resolve().parents[1]
openpyxl = pytest.importorskip("openpyxl", reason="needs the extra 'dev'")
docx = pytest.importorskip("docx", reason="needs the extra 'dev'")


@pytest.fixture(scope="module")
def result() -> policydiff.Comparison:
    return comparison()


def test_the_workbook_holds_every_change(result: policydiff.Comparison, tmp_path: Path) -> None:
    result.save(tmp_path / "对照.xlsx")
    book = openpyxl.load_workbook(tmp_path / "对照.xlsx")
    assert book.sheetnames == ["指标对照", "承诺对照", "去年承诺完成情况", "说明", "policydiff"]
    assert book["policydiff"].sheet_state == "hidden"
    sheet = book["承诺对照"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    shown = entries(result.changes, spoken_of(result.followups))
    assert [row[0] for row in rows] == list(range(1, len(shown) + 1))
    assert [row[-1] for row in rows] == [entry.id for entry in shown]
    assert [row[3] for row in rows] == [
        "\n".join(c.text for c in entry.change.old) or None for entry in shown
    ]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:{letters(sheet.max_column)}{len(rows) + 1}"
    assert sheet.print_title_rows == "$1:$1"
    # It is two pages wide: both have the numbers of the rows.
    assert sheet.print_title_cols == "$A:$A"
    assert book["指标对照"].print_title_cols is None
    assert sheet.column_dimensions[letters(sheet.max_column)].hidden
    (choices,) = sheet.data_validations.dataValidation
    heads = [cell.value for cell in sheet[1]]
    assert heads[-1 - len(OFFICE) : -1] == [
        *("责任领导", "牵头单位", "配合单位", "核对", "对应条款（填序号或原文）", "核对人", "备注")
    ]
    assert str(choices.sqref).startswith(letters(heads.index("核对") + 1))


def test_the_word_table_has_a_row_for_each(result: policydiff.Comparison, tmp_path: Path) -> None:
    result.save(tmp_path / "对照.docx")
    document = docx.Document(str(tmp_path / "对照.docx"))
    _, table = document.tables
    assert len(table.rows) == 1 + len(result.changes)
    assert table.rows[0].cells[2].text == "去年表述"
    result.save(tmp_path / "短.docx", all=False)
    _, short = docx.Document(str(tmp_path / "短.docx")).tables
    assert len(short.rows) == 1 + len(result.changes) - len(result.kept)
    section = document.sections[0]
    assert section.page_width > section.page_height


def test_what_is_said_twice_of_merged_clauses_is_told_once(tmp_path: Path) -> None:
    plan = "一、2030年工作安排\n新建农村中心学校3所。\n新建农村中心幼儿园2所。"
    new = (
        "一、2030年工作回顾\n新建农村中心学校和幼儿园，进展顺利。\n"
        "二、2031年工作安排\n新建农村中心学校5所、农村中心幼儿园4所。"
    )
    reports = [policydiff.parse(text, f"{year}.txt") for year, text in enumerate((plan, new), 2030)]
    result = policydiff.compare(*reports)
    result.save(tmp_path / "a.docx")
    result.save(tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["承诺对照"]
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2, values_only=True):
        for name in ("去年完成情况", "去年位置", "今年位置"):
            lines = (row[heads.index(name)] or "").replace("、", "\n").splitlines()
            assert len(lines) == len(set(lines))
    table = docx.Document(str(tmp_path / "a.docx")).tables[-1]
    told = " ".join(cell.text for row in table.rows for cell in row.cells)
    assert "▲2所" in told
    assert "+2所" not in told


def test_what_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    odd = ["=1+1", "+1", "-1", "@SUM(A1)", "a\x00b\x0b\ufffe\ud800<&>", "\u202e", "x" * 40_000]
    rows = [[said] for said in (*odd, 3, 2.5, None)]
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook([Sheet("a & 'b'", [Column("=head")], rows)]))
    sheet = openpyxl.load_workbook(path)["a & 'b'"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells[:4]] == odd[:4]
    assert all(cell.data_type in ("s", "inlineStr") for cell in cells[:7])
    assert cells[4].value == "a\ufffdb\ufffd\ufffd\ufffd<&>"
    assert len(cells[6].value) == MOST_IN_CELL
    assert [cell.value for cell in cells[7:]] == [3, 2.5, None]


@pytest.mark.parametrize("suffix", [".xlsx", ".docx"])
def test_all_results_and_the_same_bytes(
    suffix: str, result: policydiff.Comparison, tmp_path: Path
) -> None:
    for name, one in {"pair": result, **several()}.items():
        for copy in "ab":
            one.save(tmp_path / f"{name}{copy}{suffix}", all=False)
        first, second = (tmp_path / f"{name}{copy}{suffix}" for copy in "ab")
        assert first.read_bytes() == second.read_bytes()
        with zipfile.ZipFile(first) as package:
            for part in package.namelist():
                ElementTree.fromstring(package.read(part))


@cache
def several() -> dict[str, Result]:
    return {"years": trajectory(), "corpus": corpus()}


def fill(path: Path, sheet: str, rows: dict[int, dict[str, str]]) -> None:
    """Fill in cells by row (from 2) and head, as a person does in Excel."""
    book = openpyxl.load_workbook(path)
    heads = {cell.value: cell.column for cell in book[sheet][1]}
    for row, cells in rows.items():
        for head, said in cells.items():
            book[sheet].cell(row, heads[head], said)
    book[sheet].row_dimensions[2].hidden = True  # as a filter does
    book.save(path)


def test_the_office_says_in_which_clause_it_is_still_there(
    result: policydiff.Comparison, tmp_path: Path
) -> None:
    reports = (result.old, result.new)
    path = tmp_path / "a.xlsx"
    result.save(path)
    sheet = openpyxl.load_workbook(path)["承诺对照"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    plan = {c.text for d in (result.old, result.new) for c in d.commitments}
    row, change, near = next(
        (row, change, change.nearest[0].text)
        for change in (*result.dropped, *result.added)
        for row in range(2, sheet.max_row + 1)
        if change.nearest and change.nearest[0].text in plan
        if sheet.cell(row, heads["编号"]).value == entries([change])[0].id
    )
    shown = sheet.cell(row, heads["最接近的条款"]).value
    assert shown.splitlines()[0] == f"1. {near}"
    mine = (change.old or change.new)[0].text
    others = result.added if change.old else result.dropped
    theirs = next(t for c in others if (t := (c.old or c.new)[0].text) != near)
    for said, chosen in ((1, near), ("1", near), (f" {near[:-1]}", near), (theirs, theirs)):
        result.save(path)
        fill(path, "承诺对照", {row: {"核对": "其实还在", "对应条款（填序号或原文）": said}})
        again = policydiff.compare(*reports, decisions=path)
        (linked,) = (c for c in again.changes if c.decided)
        assert {mine, chosen} <= {c.text for c in (*linked.old, *linked.new)}
    again.save(path)
    assert policydiff.compare(*reports, decisions=path).changes == again.changes
    # A number that no clause has is told as stale.
    result.save(path)
    fill(path, "承诺对照", {row: {"核对": "其实还在", "对应条款（填序号或原文）": "9"}})
    assert "stale" in policydiff.compare(*reports, decisions=path).notes[-1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_office_filled_in_survives_and_binds(lang: str, tmp_path: Path) -> None:
    head = {
        "zh": ("牵头单位", "核对", "核对人", "备注"),
        "en": ("Lead body", "Verdict", "Checked by", "Note"),
    }
    verdicts = {"zh": ("不是一回事", "不是承诺"), "en": ("not the same", "not a commitment")}
    body, verdict, by, note = head[lang]
    old = policydiff.parse(
        "一、2030年工作安排\n新建农村学校3所。\n整治背街小巷。\n举办技能大赛。", "2030.txt"
    )
    new = policydiff.parse("一、2031年工作安排\n新建农村学校5所。\n整治背街小巷。\n", "2031.txt")
    path = tmp_path / "a.xlsx"
    policydiff.compare(old, new).save(path, lang=lang)
    sheet = {"zh": "承诺对照", "en": "Commitments"}[lang]
    fill(
        path,
        sheet,
        {
            2: {verdict: verdicts[lang][0], by: "张三", note: "-1 <已问>"},
            3: {verdict: verdicts[lang][1]},
            4: {body: "县住建局"},
        },
    )
    for _ in range(3):  # a third run still knows what the first was told
        result = policydiff.compare(old, new, decisions=path)
        assert not [c for c in result.changes if c.old and c.new and "学校" in c.old[0].text]
        assert "举办技能大赛。" not in [c.text for change in result.changes for c in change.old]
        result.save(path, lang=lang)
        rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
        table = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        told = [row for row in table if row[by] == "张三"]
        assert [row[verdict] for row in told] == [verdicts[lang][0]]
        assert {row[note] for row in told} == {"-1 <已问>"}
        assert [row[verdict] for row in table].count(verdicts[lang][1]) == 1
        assert [row[body] for row in table].count("县住建局") == 1


def test_a_workbook_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook([Sheet("a", [Column("b")], [["c"]])]))
    plan = policydiff.parse("一、2030年工作安排\n新建农村学校3所。")
    with pytest.raises(policydiff.DecisionsError, match="no workbook that policydiff wrote"):
        policydiff.compare(plan, plan, decisions=path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(policydiff.DecisionsError, match="zip"):
        policydiff.compare(plan, plan, decisions=path)


def test_a_verdict_that_is_none_is_refused_with_its_row(tmp_path: Path) -> None:
    plan = policydiff.parse("一、2030年工作安排\n新建农村学校3所。")
    path = tmp_path / "a.xlsx"
    policydiff.compare(plan, plan).save(path)
    fill(path, "承诺对照", {2: {"核对": "也许"}})
    with pytest.raises(policydiff.DecisionsError, match="也许") as caught:
        policydiff.compare(plan, plan, decisions=path)
    assert caught.value.where == f"{path}, line 2"


def test_nothing_to_show(tmp_path: Path) -> None:
    plan = policydiff.parse("一、2030年工作安排\n新建农村学校3所。")
    same = policydiff.compare(plan, plan)
    for suffix in (".xlsx", ".docx"):
        same.save(tmp_path / f"a{suffix}", all=False)
    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["承诺对照"].max_row == 2


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_both(result: policydiff.Comparison, tmp_path: Path) -> None:
    files = [tmp_path / "sheet.xlsx", tmp_path / "letter.docx"]
    for file in files:
        result.save(file)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=300)
    made = [file for file in files if file.with_suffix(".pdf").exists()]
    if not made:
        pytest.skip("LibreOffice is installed without Calc and Writer")
    for file in made:
        assert file.with_suffix(".pdf").stat().st_size > 10_000


def test_tasks_are_numbered_with_numbers() -> None:
    report = policydiff.read(YEARS[0])
    sheet = openpyxl.load_workbook(io.BytesIO(tasks_xlsx(report, "zh"))).active
    numbers = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert numbers == list(range(1, len(report.commitments) + 1))


def test_tasks_name_the_bodies_that_the_text_names() -> None:
    report = policydiff.parse(
        "一、2030年工作安排\n由县住建局牵头，改造老旧小区6个。新建公厕8座（县城管局负责）。新建学校3所。\n"
    )
    sheet = openpyxl.load_workbook(io.BytesIO(tasks_xlsx(report, "zh"))).active
    bodies = [row[5] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert bodies == ["县住建局", "县城管局", None]
