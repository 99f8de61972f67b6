"""Links into a corpus: those that comparing in pairs makes, by whichever way they are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policydiff
from policydiff.align import candidates
from policydiff.align.align import align, link_model
from policydiff.align.candidates import most_candidates
from policydiff.align.evidence import listed
from policydiff.align.lanes import LaneJudge
from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.corpus import judging as corpus_judging
from policydiff.corpus.folder import open_corpus
from policydiff.corpus.index import Index, with_index
from policydiff.corpus.judging import links_of
from policydiff.corpus.links import links_to
from policydiff.corpus.rows import Sketch, sketch_of, sketch_row
from policydiff.language.zh import CHINESE
from policydiff.models import Clause
from tests.corpora import many, report, write

if TYPE_CHECKING:
    from policydiff.align.arrays import ArrayJudge

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT / "corpora"
needs_numpy = pytest.mark.skipif(find_spec("numpy") is None, reason="needs the extra 'fast'")

Links = list[tuple[str, int, int, float]]


def links(clauses: Sequence[Clause], folder: Path) -> Links:
    """The links into a corpus: report, clause, position, score."""

    def work(index: Index) -> Links:
        names = {entry.id: entry.name for entry in index.reports}
        return [
            (names[found.report], *link)
            for found in links_to(clauses, index, index.reports)
            for link in found.links
        ]

    return with_index(open_corpus(folder), work, cached=False)


def in_pairs(clauses: Sequence[Clause], folder: Path) -> Links:
    """The same by comparing with one report after another."""
    made = []
    for name in open_corpus(folder).files:
        other = analysed(policydiff.read(folder / name).commitments, CHINESE)
        found = align(analysed(clauses, CHINESE), other)
        made += [
            (name, link.old, link.new, link.score)
            for link in sorted(found.links, key=lambda k: (k.new, k.old))
        ]
    return made


@pytest.fixture(params=["numpy", "lanes"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Either way to find links."""
    if request.param == "lanes":
        monkeypatch.setattr(corpus_judging, "find_spec", lambda name: None)
    elif find_spec("numpy") is None:
        pytest.skip("needs the extra 'fast'")
    return str(request.param)


@pytest.mark.usefixtures("way")
class TestLinks:
    def test_those_of_comparing_in_pairs(self) -> None:
        clauses = policydiff.read(CORPORA / "栖川县" / "2025.txt").commitments
        assert links(clauses, CORPORA) == in_pairs(clauses, CORPORA)

    def test_whatever_is_judged_together(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
    ) -> None:
        folder = many(tmp_path, 9)
        clauses = policydiff.parse(report("戊县", 2030, count=30)).commitments
        whole = links(clauses, folder)
        if way == "numpy":
            monkeypatch.setattr("policydiff.align.arrays._CELLS", 300)
        assert whole == links(clauses, folder) == in_pairs(clauses, folder)

    def test_the_same_words_settle_each_other_and_blanks_are_like_any_number(
        self, tmp_path: Path
    ) -> None:
        write(
            tmp_path,
            {
                "甲县/2024.txt": "一、今年工作安排\n新建图书馆3座。\n改造危桥xx座。\n改造危桥。\n",
                "乙县/2024.txt": "一、2024年工作安排\n新建图书馆5座；改造危桥7座。\n",
            },
        )
        plan = "一、2025年工作安排\n新建图书馆3座。\n改造危桥9座。\n新建图书馆xx座。\n"
        clauses = policydiff.parse(plan).commitments
        assert links(clauses, tmp_path) == in_pairs(clauses, tmp_path)

    def test_no_clauses_and_no_links(self, tmp_path: Path) -> None:
        folder = many(tmp_path, 3)
        assert links((), folder) == []
        alien = policydiff.parse("一、2024年工作安排\n举办龙舟赛。").commitments
        assert links(alien, folder) == in_pairs(alien, folder) == []


# --- the fast way is the slow one -----------------------------------------------------------------

PHRASES = [
    "新增规模以上工业企业20家", "推进老旧小区改造", "惠及居民3000户", "扩建城区水厂",
    "日供水能力提高到5万吨", "建成竹木产业检测中心", "开展拖欠中小企业账款清理", "工业增加值增长6%",
    "加快发展", "选派企业服务员", "解决企业用工难题", "整治河道采砂乱象", "GEP核算",
]  # fmt: skip
CLAUSES = st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3, unique=True).map("，".join)
REPORTS = st.lists(st.lists(CLAUSES, min_size=1, max_size=4), min_size=1, max_size=6)


def plan_of(paragraphs: list[list[str]]) -> list[AnalysedClause]:
    lines = ["一、2025年工作安排", *("。".join(clauses) + "。" for clauses in paragraphs)]
    return analysed(policydiff.parse("\n".join(lines)).commitments, CHINESE)


def sketched(reports: Sequence[Sequence[AnalysedClause]]) -> list[Sketch]:
    """Reports as an index has them."""
    return [
        sketch_of(k, sketch_row(clauses, [""] * len(clauses))) for k, clauses in enumerate(reports)
    ]


@pytest.fixture(params=["lanes", pytest.param("arrays", marks=needs_numpy)])
def same(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Checks that either fast way gives what ``align`` gives."""
    return partial(same_by, request.param)


def same_by(
    way: str,
    asked: Sequence[AnalysedClause],
    reports: Sequence[Sequence[AnalysedClause]],
    left: int = 0,
) -> None:
    """``left``: how many reports are left to be judged alone."""
    sketches, model = sketched(reports), link_model(CHINESE)
    slow = [sorted(links_of(listed(asked), sketch, model, CHINESE)) for sketch in sketches]
    fast = list(judge_by(way, asked).links(sketches))
    assert fast.count(None) == left
    assert [a for a, b in zip(slow, fast, strict=True) if b is not None] == [
        sorted(b) for b in fast if b is not None
    ]


def judge_by(way: str, asked: Sequence[AnalysedClause]) -> ArrayJudge | LaneJudge:
    if way == "lanes":
        return LaneJudge(listed(asked), link_model(CHINESE))
    from policydiff.align.arrays import ArrayJudge

    return ArrayJudge(listed(asked), link_model(CHINESE))


@settings(max_examples=60, deadline=None)
@given(REPORTS, st.lists(REPORTS, min_size=1, max_size=3))
def test_the_fast_ways_give_what_align_gives(
    asked: list[list[str]], others: list[list[list[str]]]
) -> None:
    reports = [clauses for other in others if (clauses := plan_of(other))]
    same_by("lanes", plan_of(asked), reports)
    if find_spec("numpy"):
        same_by("arrays", plan_of(asked), reports)


def test_the_fast_ways_give_what_align_gives_where_there_is_nothing(
    same: Callable[..., None],
) -> None:
    same(plan_of([["推进老旧小区改造"]]), [])
    same((), [plan_of([["推进老旧小区改造"]])])
    same(plan_of([["推进老旧小区改造"]]), [()])


def test_the_fast_ways_give_what_align_gives_for_whole_reports(
    same: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = [
        analysed(policydiff.read(path).commitments, CHINESE)
        for path in sorted(CORPORA.rglob("*.txt"))
    ]
    same(reports[0], reports)
    if find_spec("numpy"):
        monkeypatch.setattr("policydiff.align.arrays._CELLS", 20_000)
    same(reports[-1], reports)


def test_lanes_are_as_wide_as_they_need_to_be_and_not_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paths = sorted(CORPORA.rglob("*.txt"))[:3]
    reports = [analysed(policydiff.read(path).commitments, CHINESE) for path in paths]
    monkeypatch.setattr("policydiff.align.lanes._MOST_NARROW", 500)
    same_by("lanes", reports[0], reports)
    monkeypatch.setattr("policydiff.align.lanes._MOST", 1000)
    same_by("lanes", reports[0], reports, left=3)


@pytest.mark.parametrize("name", ["unique", "sequence"])
def test_what_speaks_against_a_link_is_not_taken_for_granted(name: str) -> None:
    """Lanes take what they have not found yet for as much as it can be: with a weight below 0 that
    is nothing."""
    paths = sorted(CORPORA.rglob("*.txt"))[:4]
    reports = [analysed(policydiff.read(path).commitments, CHINESE) for path in paths]
    model = link_model(CHINESE)
    weights = model.weights._replace(**{name: {"unique": -0.4, "sequence": -2.0}[name]})
    sketches = sketched(reports)
    against = model._replace(weights=weights)
    slow = [sorted(links_of(listed(reports[0]), one, against, CHINESE)) for one in sketches]
    fast = LaneJudge(listed(reports[0]), against).links(sketches)
    assert [sorted(links or ()) for links in fast] == slow


@pytest.mark.parametrize("bound", ["PART_PAIRS", "WORK"])
def test_what_is_too_much_is_left_to_align(monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    paths = sorted(CORPORA.rglob("*.txt"))[:2]
    reports = [analysed(policydiff.read(path).commitments, CHINESE) for path in paths]
    monkeypatch.setattr(f"policydiff.align.lanes.{bound}", 20)
    same_by("lanes", reports[0], reports, left=2)


@needs_numpy
@pytest.mark.parametrize(
    ("name", "value"), [("_COMMON", 0), ("_COMMON", 3), ("_SLICE", 1), ("_EXACT", 1)]
)
def test_arrays_give_the_same_wherever_common_grams_end(
    monkeypatch: pytest.MonkeyPatch, name: str, value: int
) -> None:
    """How many grams go into the product, how it is cut, and how exact its numbers are."""
    from policydiff.align import postings

    monkeypatch.setattr(postings, name, value)
    paths = sorted(CORPORA.rglob("*.txt"))[:3]
    reports = [analysed(policydiff.read(path).commitments, CHINESE) for path in paths]
    same_by("arrays", reports[0], reports)


def test_the_fast_ways_leave_what_repeats_itself_all_over_to_align(
    same: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where so many pairs are candidates that only the best are looked at."""
    monkeypatch.setattr(candidates, "MOST_PAIRS", 12)
    texts = [f"推进{place}片区老旧小区改造" for place in "东南西北中前"]
    crowd, one = plan_of([[text] for text in texts]), plan_of([["实施老旧小区改造"]])
    other = plan_of([["扩建城区水厂，更新管网"], ["发展竹木产业"]])
    assert most_candidates(len(crowd)) < len(crowd)
    same(crowd, [one, other], left=1)
    same(one, [crowd, other], left=1)
    same(other, [crowd, one, other])
    write(tmp_path, {"甲县/2024.txt": "一、2024年工作安排\n" + "。\n".join(texts) + "。\n"})
    reworded = plan_of([[f"加快{text}，惠及居民"] for text in texts])
    assert links(reworded, tmp_path) == in_pairs(reworded, tmp_path) != []
