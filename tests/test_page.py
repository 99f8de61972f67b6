"""The page: it holds everything, lets nothing in, and says the same every time."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar

import pytest

import policydiff
from policydiff.models import KINDS
from policydiff.output.fared import spoken_of
from policydiff.output.groups import GROUPS, entries, kinds_told
from policydiff.output.page.document import html_file
from policydiff.output.page.fulltext import anchor
from policydiff.output.page.packed import FILES, _stripped, packed
from policydiff.output.words import LANGUAGES, words_in
from tests import ready

ROOT = Path(__file__).resolve().parents[1]
OLD, NEW = (ROOT / "corpora" / "栖川县" / f"{year}.txt" for year in (2023, 2024))


class Outline(HTMLParser):
    """The elements of a page: names, attributes, text; fails on what is not closed.

    Some elements end without a tag, where another begins or their parent ends (HTML, 13.1.2.4).
    """

    VOID = frozenset({"meta", "input", "br"})
    ENDED_BY: ClassVar = {
        "p": {"p"},
        "td": {"p", "td"},
        "th": {"th"},
        "tr": {"p", "td", "th", "tr"},
    }
    UNENDED = frozenset(ENDED_BY)

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        while self.open and self.open[-1] in self.ENDED_BY.get(tag, ()):
            self.open.pop()
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open[-1] != tag and self.open[-1] in self.UNENDED:
            self.open.pop()
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def result() -> policydiff.Comparison:
    return ready.comparison(OLD, NEW)


@pytest.fixture(scope="module")
def page(result: policydiff.Comparison) -> str:
    return html_file(result, all=True, repairs=False).decode("utf-8")


def test_every_change_has_a_row_and_every_link_a_place(
    result: policydiff.Comparison, page: str
) -> None:
    elements = Outline(page).elements
    ids = [attrs["id"] for _, attrs in elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    rows = {i for i in ids if i and re.fullmatch(r"[kcda][0-9a-f]{8}(-\d+)?", i)}
    told = spoken_of(result.followups)
    assert rows == {f"{e.change.outcome[0]}{e.id}" for e in entries(result.changes, told)}
    assert len(rows) == len(result.changes)
    links = {attrs["href"] for tag, attrs in elements if tag == "a" and "href" in attrs}
    assert {f"#{i}" for i in ids} >= links
    assert {f"#{anchor('old', c, result.old)}" for c in result.old.commitments} <= links
    assert {f"#{anchor('new', c, result.new)}" for c in result.new.commitments} <= links


def test_nothing_is_loaded_and_only_its_own_script_runs(page: str) -> None:
    assert not re.search(r"https?://|url\(|@import|<(?:img|link|iframe)\b", page)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    for name in ("style", "script"):
        inline = re.search(rf"<{name}>(.*?)</{name}>", page, re.DOTALL)
        assert inline
        digest = base64.b64encode(hashlib.sha256(inline[1].encode()).digest()).decode()
        allowed = policy[1].replace("&#x27;", "'")
        assert f"{name}-src 'sha256-{digest}'" in allowed
        assert "default-src 'none'" in allowed
    assert not any(name.startswith("on") for _, attrs in Outline(page).elements for name in attrs)


def test_what_a_report_says_stays_text() -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&\u202e"
    old, new = (
        policydiff.parse(f"一、{year}年工作安排\n新建{evil}农村学校{n}所。", f"{evil}{year}.txt")
        for year, n in ((2030, 3), (2031, 5))
    )
    page = html_file(policydiff.compare(old, new), all=True, repairs=False).decode("utf-8")
    tags = [tag for tag, _ in Outline(page).elements]
    assert tags.count("script") == 2
    assert "img" not in tags
    assert "\u202e" not in page


def test_the_same_bytes_every_time(result: policydiff.Comparison, tmp_path: Path) -> None:
    for name in ("a.html", "b.HTML"):
        result.save(tmp_path / name)
    first = (tmp_path / "a.html").read_bytes()
    assert first == (tmp_path / "b.HTML").read_bytes() == html_file(result, all=True, repairs=False)


def test_groups_take_every_change_once(result: policydiff.Comparison) -> None:
    shown = entries(result.changes)
    assert sorted(map(id, (e.change for e in shown))) == sorted(map(id, result.changes))
    assert [GROUPS.index(e.group) for e in shown] == sorted(GROUPS.index(e.group) for e in shown)
    assert len({e.id for e in shown}) == len(shown)


def test_a_name_of_an_entry_survives_marks_and_places() -> None:
    plan = "一、2030年工作安排\n{}新建农村学校3所{}"
    old, moved = policydiff.parse(plan.format("", "。")), policydiff.parse(plan.format("　", "；"))
    other = policydiff.parse(plan.format("", "。").replace("3", "4"))
    new = policydiff.parse("一、2031年工作安排\n植树造林。")
    names = [entries(policydiff.compare(d, new).dropped)[0].id for d in (old, moved, other)]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_is_a_word_for_everything(lang: str) -> None:
    words = words_in(lang)
    assert set(words.sections["kinds"]) == set(KINDS)
    assert list(words.sections["groups"]) == list(GROUPS)
    assert all(said for section in words.sections.values() for said in section.values())


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(policydiff.PolicydiffError, match="give one of zh, en"):
        words_in("fr")


def test_the_summary_holds_what_is_asked_about_first_and_says_so() -> None:
    plan = [f"新建第{k}{name}。" for k in range(1, 31) for name in ("个文化驿站",)]
    odd = "确保建成跨湖大桥2座。"
    old = policydiff.parse("\n".join(["一、2030年工作安排", *plan, odd]), "2030.txt")
    new = policydiff.parse("一、2031年工作安排\n开展河湖清理。", "2031.txt")
    result = policydiff.compare(old, new)
    page = html_file(result, all=True, repairs=False).decode("utf-8")
    rows = re.findall(r"<tr(?: class=\"?([^>]*?)\"?)? id=d\w+>(.*)", page)
    shown = [row for kinds, row in rows if "beyond" not in kinds]
    assert len(result.dropped) == 31
    assert len(shown) == 20
    assert any("跨湖大桥" in row for row in shown)
    assert "摘要先列有把握、有指标、措辞坚决的20条" in page


def test_other_words_are_told_only_where_nothing_heavier_is() -> None:
    old, new = (
        policydiff.parse(f"一、{year}年工作安排\n{said}", f"{year}.txt")
        for year, said in (
            (2030, "新建农村中心学校3所。\n大力整治背街小巷环境卫生。"),
            (2031, "建设农村中心学校5所。\n着力整治背街小巷环境卫生。"),
        )
    )
    told = {kinds_told(change) for change in policydiff.compare(old, new).changes}
    assert told == {("target raised",), ("reworded",)}


def test_an_entry_has_one_name_everywhere(result: policydiff.Comparison) -> None:
    names = {entry.id for entry in entries(result.changes)}
    data = result.to_dict()
    told = [e["id"] for outcome in ("dropped", "changed", "added", "kept") for e in data[outcome]]
    assert len(told) == len(names)
    assert set(told) == names == {row["id"] for row in result.rows()}
    texts = {entry.id: [c.text for c in entry.change.old] for entry in entries(result.changes)}
    for entry in data["changed"]:
        assert [clause["text"] for clause in entry["old"]] == texts[entry["id"]]


def test_a_year_without_commitments_says_so_over_its_column() -> None:
    said = (
        "一、2030年工作安排\n新建学校3所。\n",
        "过去一年，新建学校3所。\n",
        "一、2032年工作安排\n新建学校5所。\n",
    )
    reports = [policydiff.parse(text, f"{year}.txt") for year, text in enumerate(said, 2030)]
    page = html_file(policydiff.trajectory(reports), all=True, repairs=False).decode("utf-8")
    assert ">2031（没有找到承诺）<" in page
    assert "2031.txt：没有找到承诺" in page


def test_the_line_of_a_course_counts_in_one_unit() -> None:
    """1万家, 5500家, 5800家 fall and rise a little: 10000 is more than 5500."""
    said = ("1万家", "5500家", "5800家", "12%")
    reports = [
        policydiff.parse(f"一、{year}年工作安排\n新增高新技术企业{number}以上。", f"{year}.txt")
        for year, number in enumerate(said, 2030)
    ]
    page = html_file(policydiff.trajectory(reports), all=True, repairs=False).decode("utf-8")
    (points,) = re.findall(r'<polyline points="([^"]*)"', page)
    heights = [float(point.split(",")[1]) for point in points.split()]
    # Heights are counted from the top; per cent are another thing, and stand in no line with them.
    assert len(heights) == 3
    assert heights[0] < heights[2] < heights[1]


#: The largest page of two national reports, of 2007 and 2008: bytes of both texts in UTF-8, of the
#: clauses that rows show once more, and rows.
NATIONAL = {"texts": 134_400, "clauses": 95_500, "rows": 580}


def test_a_page_of_national_size_has_400_kb(page: str) -> None:
    """What is said of a clause beside its words is short, measured on the fictional reports."""
    plan = policydiff.parse("一、2030年工作安排\n新建农村学校3所。")
    frame = len(html_file(policydiff.compare(plan, plan), all=True, repairs=False))
    corpora = ROOT / "corpora"
    other = corpora / "澜溪县" / "2025.txt"
    for_each_row = []
    for pair in ((OLD, NEW), (OLD, other), (other, NEW)):
        made = ready.comparison(*pair)
        whole = len(html_file(made, all=True, repairs=False))
        texts = sum(len(document.source.encode()) for document in (made.old, made.new))
        shown = sum(
            len(clause.text.encode())
            for change in made.changes
            for clause in (*change.old, *(() if _same(change) else change.new))
        )
        for_each_row.append((whole - frame - texts - shown) / len(made.changes))
    beside = NATIONAL["rows"] * sum(for_each_row) / len(for_each_row)
    assert frame + NATIONAL["texts"] + NATIONAL["clauses"] + beside < 400_000


def _same(change: policydiff.models.Change) -> bool:
    return [clause.text for clause in change.old] == [clause.text for clause in change.new]


@pytest.mark.parametrize("years", [(2007, 2008), (2008, 2009), (2018, 2019)])
def test_the_page_of_two_national_reports(years: tuple[int, int]) -> None:
    reports = [ROOT.parent / "shared" / "reports" / "national" / f"{year}.txt" for year in years]
    if not all(report.exists() for report in reports):
        pytest.skip("the national reports are not here")
    made = html_file(ready.comparison(*reports), all=True, repairs=False)
    assert len(made) <= 400_000


def test_what_was_reached_of_several_numbers_names_each() -> None:
    old = policydiff.parse(
        "云岭县2030年政府工作报告\n一、2029年工作回顾\n完成投资3亿元。\n"
        "二、2030年工作安排\n新建公园6座，改造供水管网20公里。"
    )
    new = policydiff.parse(
        "云岭县2031年政府工作报告\n一、2030年工作回顾\n新建公园8座，改造供水管网12公里。\n"
        "二、2031年工作安排\n新建公园5座，改造供水管网10公里。"
    )
    result = policydiff.compare(old, new)
    page = html_file(result, all=True, repairs=False).decode()
    told = re.sub("<[^>]+>", "", page)
    assert re.search(r"新建公园\s*8座\s*超额完成；\s*改造供水管网\s*12公里\s*未达目标", told)


def test_a_line_of_the_review_is_named_once_in_a_row() -> None:
    goals = "新建公园6座，改造供水管网20公里，建成停车场3座"
    reached = "新建公园8座；改造供水管网12公里；建成停车场3座"
    old = policydiff.parse(f"云岭县2030年政府工作报告\n二、2030年工作安排\n{goals}。")
    new = policydiff.parse(
        f"云岭县2031年政府工作报告\n一、2030年工作回顾\n{reached}。\n二、2031年工作安排\n{goals}。"
    )
    result = policydiff.compare(old, new)
    assert len(result.followups[0].evidence) > 1
    page = html_file(result, all=True, repairs=False).decode()
    (review,) = re.findall(r"<u>(.*?)</u>", page)
    assert review.count("<a ") == 1


def test_what_is_planned_for_a_term_says_so_in_its_row() -> None:
    old = policydiff.parse(
        "云岭县2031年政府工作报告\n一、2030年工作回顾\n完成技改投资3亿元，改造老旧小区12个。\n"
        "二、今后五年的奋斗目标\n今后五年，要建成云岭高铁新城，新建学校9所。\n"
        "三、2031年工作安排\n新建停车场3座。\n"
    )
    new = policydiff.parse("云岭县2032年政府工作报告\n二、2032年工作安排\n改造供水管网30公里。")
    page = html_file(policydiff.compare(old, new), all=True, repairs=False).decode()
    told = re.sub("<[^>]+>", "", page)
    assert re.search(r"新建学校9所。\s*\d+\s*中长期部署", told)
    assert not re.search(r"新建停车场3座。\s*\d+\s*中长期部署", told)


def test_script_and_style_are_packed() -> None:
    """What is written is what is in the page: whoever edits it packs it again."""
    for name in FILES:
        source = (Path(policydiff.__file__).parent / "output" / "page" / name).read_text("utf-8")
        assert packed(name) != _stripped(source), "python -m policydiff.output.page.packed"
        assert len(packed(name)) < len(source) * 0.95


def columns_of(page: str, group: str) -> list[str]:
    """What stands over the columns of a group."""
    head = re.search(rf"id=g-{group} .*?<thead>(.*?)</thead>", page, re.DOTALL)
    assert head
    return re.findall(r"<th[^>]*>([^<]*)", head[1])


def test_no_column_is_empty_and_each_group_says_what_it_holds(
    result: policydiff.Comparison, page: str
) -> None:
    words = words_in("zh")
    for group in {entry.group for entry in entries(result.changes, spoken_of(result.followups))}:
        assert words.of("group notes", group) in page
    assert "变化" in columns_of(page, "numbers")
    assert "今年回顾" in columns_of(page, "reported")
    # What stands on one side only has not changed; verdicts need the script, which adds theirs.
    for group in ("dropped", "added"):
        assert columns_of(page, group) == ["序号", "去年表述", "今年表述", "把握与依据"]


def test_without_a_review_nothing_is_said_of_it() -> None:
    old = policydiff.parse("一、2030年工作安排\n新建文化驿站3个。", "2030.txt")
    new = policydiff.parse("一、2031年工作安排\n开展河湖清理。", "2031.txt")
    page = html_file(policydiff.compare(old, new), all=True, repairs=False).decode("utf-8")
    assert words_in("zh").of("group notes", "dropped without review") in page
    assert "回顾也没有说到" not in page


def test_a_main_indicator_is_told_as_the_same_and_beside_its_other_numbers() -> None:
    plan = "一、{}年工作安排\n今年主要预期目标是：{}，{}。"
    said = ("地区生产总值增长6%", "一般公共预算收入4.6亿元", "工业投资增长8%")
    texts = (
        plan.format(2030, "，".join(said), "城镇新增就业800人"),
        plan.format(2031, said[0], "一般公共预算收入增长6%，工业投资增长9%"),
    )
    reports = [policydiff.parse(text, f"{year}.txt") for year, text in enumerate(texts, 2030)]
    page = html_file(policydiff.compare(*reports), all=True, repairs=False).decode("utf-8")
    body = re.search(r"id=g-indicators.*?<tbody>(.*?)</tbody>", page, re.DOTALL)
    assert body
    rows = [re.findall(r"<td>(.*?)(?=<td>|$)", row) for row in body[1].strip().splitlines()]
    by_name = [re.sub(r"<[^>]*>", "", row[0]) for row in rows]
    assert by_name[0] == "地区生产总值"
    assert rows[0][4] == "持平"
    same = [k for k, name in enumerate(by_name) if name == "一般公共预算收入"]
    assert same == list(range(same[0], same[0] + len(same)))
    assert not any(cell == "" for row in rows for cell in row)


def test_a_number_is_told_once() -> None:
    """Neither are the words of a goal repeated before it, nor numbers of a list behind them."""
    texts = (
        "一、2030年工作安排\n城乡居民人均可支配收入分别增长10%和12%。\n审批时间再压减一半。",
        "一、2031年工作安排\n城乡居民人均可支配收入分别增长8%和9%。\n审批时间再压减三分之一。",
    )
    reports = [policydiff.parse(text, f"{year}.txt") for year, text in enumerate(texts, 2030)]
    page = html_file(policydiff.compare(*reports), all=True, repairs=False).decode("utf-8")
    shown = re.sub(r"<[^>]*>", "", page[page.index("<main>") : page.index("id=texts")])
    assert "收入10% → " not in shown
    assert "审批时间 审批时间" not in shown
