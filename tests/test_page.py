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
from policydiff.output.words import LANGUAGES, words_in

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
    return policydiff.compare(OLD, NEW)


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


#: Bytes of a page without a report, and of each byte of both reports in UTF-8. Two national reports
#: have 120,000 bytes, and more of their commitments are alone: three times as much makes 400 KB.
FRAME, FOR_EACH_BYTE = 30_000, 2.3


def test_a_page_is_a_little_more_than_its_texts(result: policydiff.Comparison, page: str) -> None:
    """What is said of a clause is short; what all rows have in common stands in style or script."""
    plan = policydiff.parse("一、2030年工作安排\n新建农村学校3所。")
    frame = len(html_file(policydiff.compare(plan, plan), all=True, repairs=False))
    assert frame < FRAME
    texts = sum(len(document.source.encode()) for document in (result.old, result.new))
    assert len(page.encode()) < frame + FOR_EACH_BYTE * texts


@pytest.mark.parametrize("years", [(2017, 2018), (2018, 2019)])
def test_the_page_of_two_national_reports(years: tuple[int, int]) -> None:
    reports = [ROOT.parent / "shared" / "reports" / "national" / f"{year}.txt" for year in years]
    if not all(report.exists() for report in reports):
        pytest.skip("the national reports are not here")
    made = html_file(policydiff.compare(*reports), all=True, repairs=False)
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
