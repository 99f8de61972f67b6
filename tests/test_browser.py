"""The page in a real browser: chromium driven by Playwright, skipped where either is missing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import policydiff
from policydiff.output.fared import spoken_of
from policydiff.output.groups import entries
from tests import ready

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright (extra 'dev')")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

YEARS = ready.YEARS
#: Nothing of the browser's own may reach for the network.
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--renderer-process-limit=1",
]
Page = Any


@pytest.fixture(scope="module")
def result() -> policydiff.Comparison:
    return ready.comparison()


@pytest.fixture(scope="module")
def folder(result: policydiff.Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("pages")
    result.save(made / "pair.html")
    result.save(made / "english.html", lang="en")
    ready.trajectory().save(made / "years.html")
    ready.corpus().save(made / "corpus.html")
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def context(browser: Any) -> Iterator[Any]:
    """One for all tests: a context of its own costs a test more than what it looks at."""
    made = browser.new_context(
        viewport={"width": 1920, "height": 1080}, accept_downloads=True, permissions=[]
    )
    made.new_page()  # as long as one is open, the next one costs half
    yield made
    made.close()


@pytest.fixture
def page(context: Any) -> Iterator[Page]:
    """A page on a projector, to which nothing is left of the tests before."""
    made = context.new_page()
    yield made
    made.evaluate("localStorage.clear()")
    made.close()


@pytest.fixture
def opened(page: Page, folder: Path) -> Iterator[Page]:
    """The page of the pair; it may ask for nothing and complain of nothing."""
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((folder / "pair.html").as_uri())
    yield page
    own = (folder / "pair.html").as_uri()
    assert all(url.partition("#")[0] == own or url.startswith("blob:") for url in asked), asked
    assert not complaints


def shown(page: Page, what: str = ".t-changes tbody tr") -> int:
    return int(page.locator(f"{what}:visible").count())


def test_tiles_filter(opened: Page, result: policydiff.Comparison) -> None:
    every = entries(result.changes, spoken_of(result.followups))
    for group in {entry.group for entry in every}:
        tile = opened.locator(f".tiles a[href='#g-{group}']")
        number = sum(entry.group == group for entry in every)
        assert tile.locator("b").inner_text() == str(number)
        tile.click()
        assert shown(opened) == number
        assert shown(opened, ".group") == 1
        tile.click()
    assert shown(opened, ".group") > 1


def test_search_and_doubtful(opened: Page, result: policydiff.Comparison) -> None:
    opened.fill("#search", "转贷应急资金池")
    assert shown(opened) == 1
    opened.fill("#search", "没有这样的话")
    assert shown(opened) == 0
    opened.fill("#search", "")
    opened.check("#doubtful")
    assert shown(opened) == sum(not change.sure for change in result.changes)


def test_everything_by_keyboard(opened: Page) -> None:
    opened.keyboard.press("/")
    assert opened.evaluate("document.activeElement.id") == "search"
    opened.keyboard.type("学校")
    assert 0 < shown(opened) < 20
    for key in ("Control+A", "Delete", "Escape", "j", "j"):
        opened.keyboard.press(key)
    rows = opened.locator(".group tbody tr:visible")
    assert "here" in rows.nth(1).get_attribute("class")
    opened.keyboard.press("k")
    assert "here" in rows.nth(0).get_attribute("class")
    tile = opened.locator(".tiles a[href='#g-dropped']")
    tile.focus()
    opened.keyboard.press("Enter")
    opened.keyboard.press("j")
    opened.keyboard.press("3")
    select = opened.locator("#g-dropped tr.here select")
    assert select.input_value() == "not linked"
    opened.keyboard.press("0")
    assert select.input_value() == ""
    # Tab reaches every control.
    opened.locator("#search").focus()
    reached = set()
    for _ in range(8):
        opened.keyboard.press("Tab")
        reached.add(opened.evaluate("document.activeElement.id"))
    assert {"doubtful", "print-summary", "print-all", "export"} <= reached


def test_verdicts_stay_and_bind_the_next_run(opened: Page, tmp_path: Path) -> None:
    row = opened.locator("#g-dropped .t-changes tbody tr").first
    name = row.get_attribute("id")[1:]
    row.locator("select").select_option("confirmed")
    row.locator("textarea").fill('已与 "住建局" 核对\n# 属实: 是')
    row.locator("textarea").blur()
    odd = opened.locator("#g-numbers .t-changes tbody tr").first
    odd.locator("select").select_option("not linked")
    opened.reload()
    row = opened.locator("#g-dropped .t-changes tbody tr").first
    assert row.locator("select").input_value() == "confirmed"
    assert "2" in opened.locator("#decided").inner_text()
    with opened.expect_download() as download:
        opened.click("#export")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    decisions = policydiff.read_decisions(path)
    assert {d.verdict for d in decisions.made} == {"confirmed", "not linked"}
    (confirmed,) = (d for d in decisions.made if d.id == name)
    assert confirmed.note == '已与 "住建局" 核对\n# 属实: 是'
    again = policydiff.compare(*YEARS[:2], decisions=path)
    assert [note for note in again.notes if "stale" in note] == []
    assert any(c.decided and c.old[0].text == confirmed.old[0] for c in again.dropped)
    (apart,) = (d for d in decisions.made if d.verdict == "not linked")
    linked = [c for c in again.changes if c.old and c.new and c.old[0].text == apart.old[0]]
    assert all(apart.new[0] not in [n.text for n in c.new] for c in linked)


def download(page: Page, path: Path) -> Path:
    with page.expect_download() as got:
        page.click("#export")
    got.value.save_as(path)
    return path


def test_keys_work_after_a_click_on_the_box_and_numbers_follow(opened: Page) -> None:
    opened.check("#doubtful")
    opened.keyboard.press("j")
    opened.keyboard.press("1")
    assert opened.locator("tr.here select").input_value() == "confirmed"
    tile = opened.locator(".tiles a[href='#g-added'] b").inner_text()
    rows = opened.locator("#g-added .t-changes tbody tr")
    assert tile == f"{rows.locator('visible=true').count()} / {rows.count()}"
    assert opened.locator("#g-added h2 b").inner_text() == tile
    opened.fill("#search", "没有这样的话")
    assert shown(opened, ".group") == 0


def test_what_is_still_there_is_linked_to_what_somebody_chose(opened: Page, tmp_path: Path) -> None:
    row = opened.locator(".t-changes tbody tr", has=opened.locator("button.pick")).first
    row.locator("select").select_option("linked")
    name = row.get_attribute("id")
    assert "就是这条" in row.locator(".partner").text_content()
    row.locator("button.pick").first.click()
    near = row.locator("q span:has(button.pick)").first.text_content()
    chosen = row.locator(".partner").text_content().removeprefix("对应：")
    assert chosen[:12] in near
    # Another one is chosen in the full text.
    row.locator("button.seek").click()
    side, other_kind = ("old", "d") if name.startswith("a") else ("new", "a")
    clause = opened.locator(f"#text-{side} a[href^='#{other_kind}']").first
    clause.click()
    assert "here" in opened.locator(f"#{name}").get_attribute("class")
    other = row.locator(".partner").text_content().removeprefix("对应：")
    assert other[:8] in clause.text_content()
    row.locator("button.pick").first.click()
    path = download(opened, tmp_path / "d.yaml")
    (made,) = policydiff.read_decisions(path).made
    assert (made.verdict, bool(made.old), bool(made.new)) == ("linked", True, True)
    again = policydiff.compare(*YEARS[:2], decisions=path)
    (change,) = (c for c in again.changes if c.decided)
    assert {c.text for c in change.old} >= set(made.old)
    assert {c.text for c in change.new} >= set(made.new)


def test_verdicts_of_a_file_are_in_the_page_and_in_its_download(
    page: Page, result: policydiff.Comparison, tmp_path: Path
) -> None:
    one, two = (result.dropped[k].old[0].text for k in (0, 1))
    given = tmp_path / "d.yaml"
    given.write_text(
        "policydiff_decisions: 1\ndecisions:\n"
        f"- {{id: a, verdict: confirmed, old: [{one}], by: 张三, note: 已问}}\n"
        f"- {{id: b, verdict: not a commitment, old: [{two}]}}\n"
        "- {id: c, verdict: open, old: [这一条已经没有了。]}\n",
        encoding="utf-8",
    )
    policydiff.compare(*YEARS[:2], decisions=given).save(tmp_path / "again.html")
    page.goto((tmp_path / "again.html").as_uri())
    row = page.locator(".t-changes tbody tr", has_text=one).first
    assert row.locator("select").input_value() == "confirmed"
    assert row.locator("textarea").input_value() == "已问"
    page.locator("#g-added .t-changes tbody tr select").first.select_option("open")
    made = policydiff.read_decisions(download(page, tmp_path / "next.yaml")).made
    assert [(d.verdict, d.by, d.note) for d in made if one in d.old] == [
        ("confirmed", "张三", "已问")
    ]
    assert sorted(d.verdict for d in made) == ["confirmed", "not a commitment", "open", "open"]
    row.locator("select").select_option("")
    page.reload()
    assert (
        page.locator(".t-changes tbody tr", has_text=one).first.locator("select").input_value()
        == ""
    )
    assert len(policydiff.read_decisions(download(page, tmp_path / "last.yaml")).made) == 3


def test_what_stands_beside_a_clause_is_not_downloaded_as_its_words(
    page: Page, tmp_path: Path
) -> None:
    """Lines, and that something is planned for five years, are told beside the words."""
    old = policydiff.parse(
        "云岭县2031年政府工作报告\n一、2030年工作回顾\n改造老旧小区12个。\n"
        "二、今后五年的奋斗目标\n今后五年，要建成云岭高铁新城，新建学校9所。\n"
        "三、2031年工作安排\n新建停车场3座。\n"
    )
    new = policydiff.parse("云岭县2032年政府工作报告\n二、2032年工作安排\n改造供水管网30公里。")
    result = policydiff.compare(old, new)
    assert any(clause.outlook for clause in old.commitments)
    result.save(tmp_path / "term.html")
    page.goto((tmp_path / "term.html").as_uri())
    for select in page.locator(".t-changes select").all():
        select.select_option("confirmed")
    made = policydiff.read_decisions(download(page, tmp_path / "d.yaml")).made
    told = {clause.text for clause in (*old.commitments, *new.commitments)}
    assert {text for one in made for text in (*one.old, *one.new)} == told


def test_a_jump_shows_both_sides_and_the_way_back(opened: Page) -> None:
    row = opened.locator("#g-numbers .t-changes tbody tr").nth(2)
    row.locator("td:nth-child(3) p a").first.click()
    for side, column in (("old", 2), ("new", 3)):
        place = row.locator(f"td:nth-child({column}) p a").first.get_attribute("href")
        clause = opened.locator(f"#text-{side} {place}")
        pane, box = opened.locator(f"#text-{side}").bounding_box(), clause.bounding_box()
        assert pane["y"] <= box["y"] < pane["y"] + pane["height"]
        assert "at" in clause.get_attribute("class").split()
    # The way back is not hidden behind what stays on top.
    opened.wait_for_timeout(200)
    back, head = (opened.locator(at).bounding_box() for at in ("#texts h2 button", "header"))
    assert back["y"] >= head["y"] + head["height"]
    opened.click("#texts h2 button")
    assert "here" in row.get_attribute("class")
    assert row.is_visible()


def test_to_the_full_text_and_back(opened: Page) -> None:
    link = opened.locator("#g-numbers .t-changes tbody tr td:nth-child(2) p a").first
    place = link.get_attribute("href")
    link.click()
    clause = opened.locator(place)
    assert clause.is_visible()
    box = clause.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 1080
    row = clause.get_attribute("href")
    clause.click()
    assert "here" in opened.locator(row).get_attribute("class")
    # A clause of a folded group opens it.
    kept = opened.locator("#g-kept tbody tr").first.get_attribute("id")
    assert not opened.locator(f"#{kept}").is_visible()
    opened.locator(f".text a[href='#{kept}']").first.click()
    assert opened.locator(f"#{kept}").is_visible()


def test_paper(opened: Page) -> None:
    whole = opened.pdf(prefer_css_page_size=True)
    opened.evaluate("document.body.classList.add('print-summary')")
    summary = opened.pdf(prefer_css_page_size=True)
    pages = [len(re.findall(rb"/Type\s*/Page\b", pdf)) for pdf in (summary, whole)]
    assert 2 <= pages[0] <= 4
    assert pages[0] < pages[1]


def test_verdicts_are_printed(opened: Page) -> None:
    row = opened.locator("#g-dropped .t-changes tbody tr").first
    row.locator("select").select_option("confirmed")
    row.locator("textarea").fill("已问")
    row.locator("textarea").blur()
    opened.emulate_media(media="print")
    told = "(cell) => getComputedStyle(cell, '::after').content"
    assert "属实 已问" in row.locator("td").nth(3).evaluate(told)
    assert not row.locator("select").is_visible()
    opened.evaluate("document.body.classList.add('print-summary')")
    assert "属实 已问" in row.locator("td").nth(1).evaluate(told)
    assert not row.locator("td").nth(3).is_visible()
    # An entry to check says so in the summary, until somebody has said something of it.
    doubtful = opened.locator("tr.doubt:not([data-said])").first
    assert "待核" in "".join(doubtful.locator("td").evaluate_all(f"(all) => all.map({told})"))
    opened.emulate_media(media="screen")


@pytest.mark.parametrize("name", ["pair", "english"])
def test_controls_stay_in_their_cells(name: str, page: Page, folder: Path) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    page.locator("#g-dropped select").first.wait_for(state="attached")
    page.locator("#g-dropped").scroll_into_view_if_needed()
    for row in page.locator("#g-dropped tbody tr").all()[:3]:
        cell, select = row.locator("td").last.bounding_box(), row.locator("select").bounding_box()
        assert select["x"] + select["width"] <= cell["x"] + cell["width"]


def test_a_tile_leads_to_the_full_texts(opened: Page) -> None:
    groups = shown(opened, ".group")
    opened.click(".tiles a[href='#texts']")
    opened.wait_for_timeout(200)
    box = opened.locator("#texts h2").bounding_box()
    assert 0 <= box["y"] < 1080
    assert shown(opened, ".group") == groups


def test_what_comes_near_is_longer_with_the_script(opened: Page) -> None:
    near = opened.locator("#g-dropped tr", has=opened.locator("q")).first.locator("q")
    begins = near.text_content()
    near.click(position={"x": 2, "y": 2})
    assert len(near.text_content()) > len(begins)
    assert near.locator("span").count() == near.locator("a").count()


@pytest.mark.parametrize("name", ["years", "corpus"])
def test_less_than_all_is_printed_of_other_pages(name: str, page: Page, folder: Path) -> None:
    page.goto((folder / f"{name}.html").as_uri())
    whole = page.pdf(prefer_css_page_size=True)
    page.evaluate(
        "window.print = () => document.body.setAttribute('data-printed', document.body.className)"
    )
    page.click("#print-summary")
    assert page.evaluate("document.body.dataset.printed") == "print-summary"
    page.evaluate("document.body.classList.add('print-summary')")
    summary = page.pdf(prefer_css_page_size=True)
    pages = [len(re.findall(rb"/Type\s*/Page\b", pdf)) for pdf in (summary, whole)]
    assert pages[0] < pages[1]


@pytest.mark.parametrize("name", ["pair", "english", "years", "corpus"])
@pytest.mark.parametrize("size", [(1920, 1080), (390, 844)])
def test_nothing_runs_out_at_the_side(
    name: str, size: tuple[int, int], page: Page, folder: Path
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto((folder / f"{name}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert shown(page, ".group tbody tr") > 5


def test_it_reads_without_a_script(browser: Any, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "pair.html").as_uri())
    rows = page.locator(".t-changes tbody tr")
    assert rows.count() == page.locator(".t-changes tbody tr:visible").count() > 50
    assert not page.locator("#search").is_visible()
    context.close()


@pytest.mark.parametrize("name", ["pair", "english", "years", "corpus"])
def test_everybody_can_use_it(name: str, page: Page, folder: Path) -> None:
    """No rule of axe-core is broken: names of controls, headings, landmarks, contrast.

    Rows and paragraphs are alike: the first few of each table and text tell.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
    page.goto((folder / f"{name}.html").as_uri())
    page.evaluate(
        """() => document.querySelectorAll(
      ".group tbody tr:nth-child(n+6), .text p:nth-of-type(n+12)").forEach((one) => one.remove())"""
    )
    broken = axe.Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in broken] == []


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of an rgb() colour."""
    parts = [int(n) / 255 for n in re.findall(r"\d+", colour)[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", ["pair", "years", "corpus"])
def test_contrast(name: str, page: Page, folder: Path) -> None:
    """Every text stands out from its ground by 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    page.goto((folder / f"{name}.html").as_uri())
    pairs = page.evaluate(
        """() => {
      const seen = new Set();
      for (const element of document.querySelectorAll("body *")) {
        if (![...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
        let ground = element;
        const clear = "rgba(0, 0, 0, 0)";
        const colour = (one) => getComputedStyle(one).backgroundColor;
        while (ground && colour(ground) === clear) ground = ground.parentElement;
        const under = ground ? colour(ground) : "rgb(255, 255, 255)";
        seen.add(getComputedStyle(element).color + "|" + under);
      }
      return [...seen];
    }"""
    )
    assert len(pairs) > 3
    for pair in pairs:
        light, dark = sorted(map(_luminance, pair.split("|")), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, pair


def grown(page: str, times: int) -> str:
    """A page with each row of its changes so many times, each time by another name."""
    lines = []
    for line in page.splitlines():
        row = re.match(r"<tr.*? id=[kcda](?=[0-9a-f]{8})", line)
        copies = (f"{row[0]}{k}{line[row.end() :]}" for k in range(1, times)) if row else ()
        lines += [line, *copies]
    return "\n".join(lines)


def test_a_thousand_rows_are_filtered_in_one_go(page: Page, folder: Path, tmp_path: Path) -> None:
    """How often it is laid out does not grow with the rows; how long is no matter of a test."""
    path = tmp_path / "large.html"
    path.write_text(grown((folder / "pair.html").read_text("utf-8"), 10), "utf-8")
    page.goto(path.as_uri())
    assert page.locator(".t-changes tbody tr").count() > 1000
    meter = page.context.new_cdp_session(page)
    meter.send("Performance.enable")

    def layouts() -> float:
        told = meter.send("Performance.getMetrics")["metrics"]
        return float({one["name"]: one["value"] for one in told}["LayoutCount"])

    page.locator(".t-changes select").nth(1000).wait_for(state="attached", timeout=60_000)
    before = layouts()
    page.fill("#search", "企业")
    page.check("#doubtful")
    assert 10 <= shown(page) < 1000
    assert layouts() - before < 100
