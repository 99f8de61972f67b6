"""Tables up to the clauses, and the levels of headings that files know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policydiff import compare
from policydiff.analysis.columns import header_of
from policydiff.analysis.documents import build, parse
from policydiff.language.zh import CHINESE
from policydiff.models import Document
from policydiff.reading.source import read_bytes
from policydiff.repair.repair import replay
from tests.written import from_yaml

CASES = from_yaml((Path(__file__).parent / "golden" / "rows.yaml").read_text("utf-8"))["cases"]
#: A plan around a table, long enough not to be taken for anything else.
BEFORE = (
    "青岭县2031年政府工作报告\n一、2030年工作回顾\n一年来，完成投资12亿元。\n一、2031年工作安排\n"
)
BEFORE = BEFORE.replace("\n一、2031", "\n二、2031")
AFTER = "\n（一）推进城乡融合\n新建水厂3座，改造管网60公里。\n"


def document(table: str) -> Document:
    return parse(BEFORE + table.replace("|", "\t").rstrip("\n") + AFTER, "a.txt")


def of_table(doc: Document) -> list[Any]:
    begin, end = len(BEFORE), len(doc.source) - len(AFTER)
    return [clause for clause in doc.clauses if begin <= clause.start and clause.end <= end]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_golden_rows(case: dict[str, Any]) -> None:
    doc = document(case["table"])
    clauses = of_table(doc)
    assert [f"{c.part}: {c.text}" for c in clauses] == case["clauses"]
    if "bodies" in case:
        assert [c.body for c in clauses] == case["bodies"]
    if "deadlines" in case:
        assert [t.deadline for c in clauses for t in c.targets] == case["deadlines"]
    if "given" in case:
        assert [c.deadline for c in clauses] == case["given"]
    if "commits" in case:
        assert [c.commits for c in clauses] == case["commits"]
    replayed = replay(doc.source, doc.repairs)
    assert all(clause.text in replayed for clause in doc.clauses)


def test_every_number_leads_back_to_its_cell() -> None:
    doc = document("指标|单位|2030年|2031年目标\n水产品产量|万吨|3.4|3.6左右\n")
    (_, plan) = of_table(doc)
    (target,) = plan.targets
    assert (target.indicator, target.value, target.unit) == ("水产品产量", target.value, "万吨")
    assert "3.6" in doc.source[target.start : target.end]
    assert "3.4" not in doc.source[plan.start : plan.end]


def test_a_deadline_of_a_row_that_moved_is_a_change() -> None:
    table = "重点任务|责任单位|完成时限\n完善城区路网|县交通局|{}\n打通断头路|县住建局|12月底\n"
    old, new = (document(table.format(date)) for date in ("9月底", "11月底前"))
    moved, *others = compare(old, new).changes
    assert (moved.outcome, moved.kinds) == ("changed", ("deadline moved",))
    assert [change.outcome for change in others] == ["kept", "kept"]


def test_a_tab_inside_a_line_says_that_it_is_an_item() -> None:
    doc = document("推进老城更新|住建局\n各部门要通力协作，把这项工作做好。\n")
    assert of_table(doc)[0].text == "推进老城更新\t住建局"
    headed = document("1.|推进老城更新\n各部门要通力协作，把这项工作做好。\n")
    assert [c.text for c in of_table(headed)] == ["各部门要通力协作，把这项工作做好。"]
    assert of_table(headed)[0].section[-1] == "1.\t推进老城更新"


def test_a_header_in_two_rows_and_merged_cells() -> None:
    page = (
        f"<p>{'</p><p>'.join(BEFORE.split())}</p><table>"
        "<tr><td rowspan=2>领域</td><td rowspan=2>指标</td><td colspan=2>2031年</td></tr>"
        "<tr><td>目标</td><td>增速</td></tr>"
        "<tr><td rowspan=2>工业</td><td>工业产值</td><td>90亿元</td><td>7%</td></tr>"
        "<tr><td>技改投资</td><td>9亿元</td><td>8%</td></tr></table>"
        "<p>（一）推进城乡融合</p><p>新建水厂3座。</p>"
    )
    source = read_bytes(page.encode(), name="a.html")
    doc = build(source.text, name="a.html", encoding="utf-8", marks=source.marks)
    texts = [c.text for c in doc.commitments]
    assert texts == [
        "工业产值90亿元", "工业产值增长7%", "技改投资9亿元", "技改投资增长8%", "新建水厂3座。",
    ]  # fmt: skip


def test_names_of_rows_stand_over_what_is_in_the_cells_beside_them() -> None:
    def row(*cells: str) -> str:
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"

    page = (
        f"<p>{'</p><p>'.join(BEFORE.split())}</p><table>"
        + row("民生实事项目", "内容", "责任单位")
        + row("扩优学位", "<p>新增公办学位900个。</p><p>建成宿舍1栋。</p>", "县教育局")
        + row("敬老", "新建助餐点12个。", "县民政局")
        + f"</table><p>实施道路改造60公里。</p><p>{'</p><p>'.join(AFTER.split())}</p>"
    )
    source = read_bytes(page.encode(), name="a.html")
    doc = build(source.text, name="a.html", encoding="utf-8", marks=source.marks)
    assert [(c.text, c.section[-1], c.body) for c in doc.commitments] == [
        ("新增公办学位900个。", "扩优学位", "县教育局"),
        ("建成宿舍1栋。", "扩优学位", "县教育局"),
        ("新建助餐点12个。", "敬老", "县民政局"),
        ("实施道路改造60公里。", "二、2031年工作安排", None),
        ("新建水厂3座，改造管网60公里。", "（一）推进城乡融合", None),
    ]
    assert all(c.section[0] == "二、2031年工作安排" for c in doc.commitments)


def test_a_title_across_the_table_is_no_header() -> None:
    source = read_bytes("任务分解表\t\n序号\t任务\n1\t新建驿站9个\n".encode(), name="a.txt")
    (table,) = read_bytes("表\t甲\n指标\t目标\n产值\t9亿元".encode(), name="a.txt").marks.tables
    assert source.text
    header = header_of("表\t甲\n指标\t目标\n产值\t9亿元", table, CHINESE)
    assert header is not None
    assert (header.first, header.end) == (1, 2)


def test_headings_of_a_file_keep_their_levels() -> None:
    markup = (
        "---\ntitle: 青岭县2031年政府工作报告\n---\n# 2030年工作回顾\n一年来，完成投资12亿元。\n"
        "# 2031年工作安排\n## 建园区\n新增企业9家。\n## 办实事\n### 学位\n新增学位900个。\n"
    )
    source = read_bytes(markup.encode(), name="a.md")
    doc = build(source.text, name="a.md", encoding="utf-8", marks=source.marks)
    assert doc.title == "青岭县2031年政府工作报告"
    assert [(c.text, c.section) for c in doc.commitments] == [
        ("新增企业9家。", ("2031年工作安排", "建园区")),
        ("新增学位900个。", ("2031年工作安排", "办实事", "学位")),
    ]


def test_a_file_that_calls_everything_a_heading_is_not_believed() -> None:
    lines = ["一、2031年工作安排", "新增企业9家。", "新建水厂3座。", "改造管网60公里。"]
    source = read_bytes("".join(f"<h2>{line}</h2>" for line in lines).encode(), name="a.html")
    doc = build(source.text, name="a.html", encoding="utf-8", marks=source.marks)
    assert [c.text for c in doc.commitments] == lines[1:]


HEADINGS = st.sampled_from(
    ["指标", "2030年", "2031年目标", "单位", "序号", "任务", "责任单位", "甲"]
)
CELLS = st.sampled_from(
    ["产值", "建成12个村", "9亿元", "12.5", "%", "1", "新建驿站9个", "县交通局", "—", "", "a\tb"]
)


@given(
    st.integers(2, 4).flatmap(
        lambda n: st.tuples(
            st.lists(HEADINGS, min_size=n, max_size=n),
            st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=4),
        )
    )
)
@settings(max_examples=80, deadline=None)
def test_any_table_keeps_the_promises_of_a_document(table: tuple[Any, Any]) -> None:
    heads, rows = table
    doc = document("\n".join("|".join(row) for row in [heads, *rows]) + "\n")
    replayed = replay(doc.source, doc.repairs)
    repaired = [(r.start, r.end) for r in doc.repairs]
    end = 0
    for clause in doc.clauses:
        assert end <= clause.start < clause.end <= len(doc.source)
        end = clause.end
        assert clause.text in replayed
        assert all(clause.start <= t.start < t.end <= clause.end for t in clause.targets)
        if not any(a < clause.end and clause.start < b for a, b in repaired):
            assert doc.source[clause.start : clause.end] == clause.text


def test_what_is_doubtful_about_the_file_is_said_of_the_document() -> None:
    source = read_bytes(BEFORE.encode(), name="a.txt")
    doc = build(source.text, name="a.txt", encoding="utf-8", warnings=("page 2 holds no text",))
    assert doc.warnings[0] == "page 2 holds no text"


def test_a_table_between_bars_is_one_in_plain_text_too() -> None:
    table = "| 任务 | 目标 |\n| --- | :--: |\n| 新建书屋 | 9个 |\n| 改造泵站 | 4座 |"
    doc = parse(BEFORE + table + AFTER, "a.txt")
    assert [c.text for c in of_table(doc) if c.commits] == ["新建书屋9个", "改造泵站4座"]


def test_bars_without_a_row_of_dashes_are_no_table() -> None:
    doc = parse(BEFORE + "首页 | 新闻 | 公开\n新建书屋 | 9个" + AFTER, "a.txt")
    assert "新建书屋9个" not in [clause.text for clause in doc.clauses]
