"""The scripts of benchmarks/ on made-up data; the real labels lie outside the project."""

from __future__ import annotations

import doctest
import importlib
import json
import re
import sys
from collections.abc import Iterator
from difflib import SequenceMatcher
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import policydiff

np = pytest.importorskip("numpy", reason="needs the extra 'bench'")
if find_spec("sklearn") is None:  # imported where it is used: it takes a second
    pytest.skip("needs the extra 'bench'", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[1]

OLD = (
    "一、2024年工作安排\n"
    "新增规模以上工业企业20家以上。新建改建农村公路100公里。"
    "举办全县职工技能大赛。推进城区供水管网改造。\n"
)
NEW = (
    "一、2025年工作安排\n"
    "新增规模以上工业企业20家以上。新建改建农村公路100公里。"
    "推进城区供水管网改造。开展村级财务专项审计。\n"
)
#: The same by number of sentence, the heading being 0: word for word, so that what is tested here
#: does not hang on how well policydiff judges.
LINKS = [(1, 1), (2, 2), (4, 3)]

#: What benchmarks/peers.py uses of the labels' score.py, in small.
SCORE = """
import json, re
def units(text):
    return [(m.start(), m.end(), m.group()) for m in re.finditer("[^。\\\\n]+。?", text)]
def overlap_units(spans, start, end):
    return [i for i, (a, b, _) in enumerate(spans) if min(b, end) > max(a, start)]
def prf(found, acceptable, certain):
    p = len(found & acceptable) / len(found) if found else 0.0
    r = len(found & certain) / len(certain) if certain else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0
def load_gold(path):
    links = {tuple(link) for link in json.loads(path.read_text(encoding="utf-8"))["links"]}
    gold = {"acceptable": links, "certain": links}
    for side in ("old", "new"):
        gold[side] = path.parent / f"{side}.txt"
        gold[f"{side}_any"] = gold[f"{side}_certain"] = {1, 2, 3, 4}
    return gold
"""


def _module(name: str) -> ModuleType:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)


peers = _module("peers")
speed = _module("speed")
damage = _module("damage")
corpus = _module("corpus")
made_up = _module("made_up")
cluster = _module("cluster")
sizes = _module("sizes")


@pytest.fixture
def labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of labels with one pair, beside its own score.py; records go beside it too."""
    folder = tmp_path / "labels"
    folder.mkdir()
    (tmp_path / "score.py").write_text(SCORE, encoding="utf-8")
    (folder / "old.txt").write_text(OLD, encoding="utf-8")
    (folder / "new.txt").write_text(NEW, encoding="utf-8")
    pair = {"old": {"plan": []}, "new": {"plan": []}, "links": LINKS}
    (folder / "2024-2025.json").write_text(json.dumps(pair), encoding="utf-8")
    # What is labelled beside pairs is not taken for one.
    for name in ("followup-2024-2025", "kinds-2024-2025"):
        other = {"old": "old.txt", "new": "new.txt", "links": LINKS}
        (folder / f"{name}.json").write_text(json.dumps(other), encoding="utf-8")
    (folder / "county-targets.json").write_text("[]", encoding="utf-8")
    for name, file in (("RESULTS", ""), ("LINKS", "links.json"), ("QUALITY", "quality.md")):
        monkeypatch.setattr(peers, name, tmp_path / "results" / file)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "score", raising=False)
    yield folder
    sys.modules.pop("score", None)


@pytest.mark.parametrize("module", [peers, speed], ids=["peers", "speed"])
def test_examples_in_docstrings_are_true(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed


class TestPeers:
    def test_mutual_best_needs_both_sides(self) -> None:
        matrix = np.array([[0.9, 0.8, 0.0], [0.95, 0.1, 0.0], [0.0, 0.0, 0.0]])
        assert peers.mutual_best(matrix) == {(1, 0): 0.95}

    def test_mutual_best_keeps_ties(self) -> None:
        assert peers.mutual_best(np.array([[0.5], [0.5]])) == {(0, 0): 0.5, (1, 0): 0.5}

    @pytest.mark.parametrize("method", peers.PEERS)
    def test_every_peer_finds_the_identical(self, method: str) -> None:
        texts = ["新建改建农村公路100公里。", "举办全县职工技能大赛。", "推进供水管网改造。"]
        for scored in peers.PEERS[method](texts, texts[::-1]).values():
            top = sorted(scored, key=lambda pair: -scored[pair])[:3]
            assert sorted(top) == [(0, 2), (1, 1), (2, 0)]

    def test_difflib_shortcut_changes_nothing(self) -> None:
        old, new = (text.replace("\n", "。").split("。")[:-1] for text in (OLD, NEW))
        matrix = np.array(
            [[SequenceMatcher(None, a, b, autojunk=False).ratio() for b in new] for a in old]
        )
        assert peers.by_difflib(old, new)["mutual best"] == peers.mutual_best(matrix)

    def test_best_cut_takes_equal_values_together(self) -> None:
        scored = {(0, 0): 0.9, (1, 1): 0.5, (2, 2): 0.5, (3, 3): 0.1}
        right = {(0, 0), (1, 1)}
        f1, cut = peers.best_cut(scored, right, right)
        assert cut == 0.5
        assert f1 == pytest.approx(0.8)  # 3 links, 2 of them right, 2 of 2 found

    def test_best_cut_of_nothing(self) -> None:
        assert peers.best_cut({}, {(0, 0)}, {(0, 0)}) == (0.0, 0.0)

    def test_means_go_by_method(self) -> None:
        rows = [
            peers.Row("a", "x", "s", (1.0, 0.5, 0.6), 0.2, 0.4),
            peers.Row("b", "x", "t", (0.0, 0.5, 0.2), 0.4, 0.0),
            peers.Row("b", "y", "t", (1.0, 1.0, 1.0), 1.0, 1.0),
        ]
        x, y = peers.means(rows)
        assert (x.pair, x.method, y.method) == ("mean", "x", "y")
        assert x.links == pytest.approx((0.5, 0.5, 0.4))
        assert (x.dropped, x.added) == pytest.approx((0.3, 0.2))
        assert peers.table([y]).splitlines()[-1] == (
            "| mean | y |  | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 |"
        )

    def test_gains_and_losses(self) -> None:
        before = peers.Made({(1, 1), (2, 2)}, {(3, 3)})
        now = peers.Made({(2, 2), (4, 4), (5, 5)}, {(6, 6)})
        diff = peers.compare_links(before, now)
        assert diff == peers.Diff({(4, 4), (5, 5)}, {(1, 1)}, {(6, 6)}, {(3, 3)})
        assert peers.gains_table({"p": diff}).splitlines() == [
            "| pair | gained | lost | new wrong | wrong gone |",
            "| --- | ---: | ---: | ---: | ---: |",
            "| p | 2 | 1 | 1 | 1 |",
        ]

    def test_links_survive_the_record(self) -> None:
        links = {
            "a": peers.Made({(1, 2), (1, 10), (11, 0)}, set()),
            "b": peers.Made(set(), {(0, 0)}),
        }
        text = peers.dump_links(links)
        assert peers.parse_links(text) == links
        assert '"1": [2, 10]' in text

    def test_from_labels_to_record(self, labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
        peers.main([str(labels), "--record"])
        first = capsys.readouterr().out
        assert "No run of these pairs is on record." in first
        perfect = " | ".join(["1.000"] * 5)
        assert f"| 2024-2025 | policydiff | as shipped | {perfect} |" in first.splitlines()
        assert all(f"| 2024-2025 | {method} |" in first for method in peers.PEERS)
        assert "followup" not in first
        assert first.split("\n\n")[0] in peers.QUALITY.read_text(encoding="utf-8")
        recorded = peers.LINKS.read_text(encoding="utf-8")
        assert peers.parse_links(recorded) == {"2024-2025": peers.Made(set(LINKS), set())}

        peers.LINKS.write_text(
            peers.dump_links({"2024-2025": peers.Made(set(LINKS[1:]), {(3, 4)})})
        )
        peers.main([str(labels), "--texts"])
        second = capsys.readouterr().out
        assert "| 2024-2025 | 1 | 0 | 0 | 1 |" in second
        assert "GAINED  1: 新增规模以上工业企业20家以上。\n    -> 1: " in second
        assert "WRONG GONE  3: 举办全县职工技能大赛。" in second
        assert "2: 新建改建农村公路" not in second  # was found before, so nothing to tell

    def test_says_when_there_is_nothing_to_score(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit):
            peers.main([str(tmp_path)])
        assert "no labelled pairs" in capsys.readouterr().err


class TestSpeed:
    def test_table_shows_medians_and_ratios(self) -> None:
        times = {
            "align": [0.004, 0.002, 0.009],
            speed.CDIST_ALL: [0.002],
            speed.CDIST_COMMITMENTS: [0.001],
            speed.PROCESS_WALL: [0.1, 0.3],
        }
        assert speed.table(times).splitlines() == [
            "| step | median | min | max | / cdist every | / cdist commitments |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
            "| align | 4.0 | 2.0 | 9.0 | 2.0 | 4.0 |",
            f"| {speed.CDIST_ALL} | 2.0 | 2.0 | 2.0 | 1.0 | 2.0 |",
            f"| {speed.CDIST_COMMITMENTS} | 1.0 | 1.0 | 1.0 | 0.5 | 1.0 |",
            f"| {speed.PROCESS_WALL} | 200.0 | 100.0 | 300.0 |  |  |",
        ]

    def test_measures_every_step(self) -> None:
        reports = [ROOT / "corpora" / "栖川县" / f"{year}.txt" for year in (2023, 2024)]
        measured = speed.measure(*reports, runs=1)
        assert list(measured.times) == [
            "read OLD",
            "read NEW",
            "align",
            "changes",
            "follow-up",
            "to_yaml",
            "page",
            speed.WHOLE,
            speed.CDIST_ALL,
            speed.CDIST_COMMITMENTS,
            speed.PROCESS_WALL,
            speed.PROCESS_CPU,
            *([speed.USUAL_CPU] if measured.usual_peak else []),
        ]
        assert all(len(runs) == 1 for runs in measured.times.values())
        assert 10 * 2**20 < measured.peak < 2**30
        page = speed.page(measured, grows=speed.markdown(("characters",), [["10"]], names=0))
        assert speed.COMMAND in page
        assert "| 10 |" in page
        assert str(ROOT) not in page


class TestDamage:
    def test_a_report_survives_pinyin(self) -> None:
        path = ROOT / "corpora" / "栖川县" / "2024.txt"
        count = damage.count(path, damage.OPERATORS["pinyin and traditional"])
        assert count.kept == count.commitments > 0
        assert (count.changed, count.dropped, count.flagged) == (0, 0, 0)

    def test_the_page_holds_both_tables(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        names = ("old.txt", "new.txt")
        for name in names:
            (tmp_path / name).write_text(OLD, encoding="utf-8")
        monkeypatch.setattr(damage, "RECORD", tmp_path / "damage.md")
        damage.main([*(str(tmp_path / name) for name in names), "--runs", "1", "--record"])
        page = (tmp_path / "damage.md").read_text("utf-8")
        assert capsys.readouterr().out == page
        assert damage.COMMAND in page
        assert all(f"| {name} | 1.000 |" in page for name in damage.generator.MENDED)
        assert "| old, new | clean |" in page


def test_corpus_measures_real_reports_and_made_up_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(corpus, "_CHECKED", 2)
    monkeypatch.setattr(corpus, "RECORD", tmp_path / "results" / "corpus.md")
    monkeypatch.setattr(corpus, "measure_years", lambda reports, runs: [1.25])
    monkeypatch.setattr(corpus, "cost_of", lambda command: (2.5, 2**20))  # that of the cluster
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    corpus.main([str(ROOT / "corpora"), "--sizes", "2", "--runs", "1", "--record"])
    shown = capsys.readouterr().out
    assert shown.strip() in (tmp_path / "results" / "corpus.md").read_text(encoding="utf-8")
    assert "| step, ms | 2 real reports | 2 made up | a report |" in shown
    for step in (corpus.BUILD, corpus.UPDATE, corpus.NEW, corpus.CHANGED, corpus.PLAIN_ALL):
        assert f"| {step} |" in shown
    recall = re.search(r"\| recall of links \| ([01]\.[0-9]+) \| ([01]\.[0-9]+) \|", shown)
    assert recall
    assert min(map(float, recall.groups())) >= 0.97
    assert "15 national reports, from files to result: 1.25 s" in shown


@pytest.fixture(scope="module")
def units() -> Any:
    return made_up.units_of(sorted((ROOT / "corpora").rglob("*.txt")))


def test_made_up_reports_are_the_same_for_the_same_seed(units: Any) -> None:
    first, again, other = (
        [next(reports) for _ in range(2)]
        for reports in (made_up.made_up(units, seed) for seed in (1, 1, 2))
    )
    assert first == again != other
    # Hardly a sentence of a report is in another.
    here, there = (set(re.findall("[^。]{12,}。", text)) for _, text in first)
    assert len(here & there) < 0.2 * len(here)


def test_made_up_reports_are_like_real_ones_of_other_places(units: Any) -> None:
    reports = list(islice(made_up.made_up(units, 1), 30))
    names = {name.partition("/")[0] for name, _ in reports}
    assert len(names) == 3
    for name, text in reports[::7]:
        document = policydiff.parse(text)
        assert name == f"{document.region}/{document.year}.txt"
        assert document.level == "county"
        assert len(document.commitments) > made_up.LEAST / 2
        assert "栖川" not in text
        assert "澜溪" not in text


def test_the_cluster_tells_whether_all_ways_give_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The ways that need Dask are run by hand."""
    monkeypatch.setattr(cluster, "WAYS", (cluster.ONE,))
    monkeypatch.setattr(cluster, "RECORD", tmp_path / "results" / "cluster.md")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cluster.main([str(ROOT / "corpora"), "--size", "3", "--record"])
    shown = capsys.readouterr().out
    assert shown.strip() in (tmp_path / "results" / "cluster.md").read_text(encoding="utf-8")
    assert f"| {cluster.ONE} |" in shown
    one = cluster.Run(cluster.ONE, 1.0, 2.0, 0.5, 3.0, 2**20, "a", 2**20)
    assert "same bytes" in cluster.page([one, one], 3, 10)
    assert "DIFFER" in cluster.page([one, one._replace(result="b")], 3, 10)


def test_an_index_of_very_many_reports_is_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sizes, "RECORD", tmp_path / "results" / "sizes.md")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    sizes.main([str(ROOT / "corpora"), "--made", "2", "--sizes", "5", "--record"])
    shown = capsys.readouterr().out
    assert shown.strip() in (tmp_path / "results" / "sizes.md").read_text(encoding="utf-8")
    assert "| 5 | 0.00 |" in shown


def test_vectors_of_grams_are_learned_and_the_same_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a module that encodes at random, but each text alike."""
    pytest.importorskip("scipy", reason="needs the extra 'bench'")
    make_meanings = _module("make_meanings")

    def encode(texts: list[str]) -> list[list[float]]:
        return [np.random.default_rng([ord(c) for c in t]).normal(size=80).tolist() for t in texts]

    encoder = ModuleType("random_encoder")
    encoder.encode = encode  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "random_encoder", encoder)
    made = []
    for name in ("one.bin", "two.bin"):
        report, output = ROOT / "corpora/栖川县/2023.txt", tmp_path / name
        arguments = [report, "--texts", "120", "--encode", "random_encoder", "-o", output]
        monkeypatch.setattr(sys, "argv", ["make_meanings.py", *map(str, arguments)])
        make_meanings.main()
        made.append(output.read_bytes())
    assert made[0] == made[1]
    origin, size, grams, numbers = made[0].split(b"\n", 3)
    assert origin == make_meanings.ORIGIN.encode()
    assert len(numbers) == int(size) * len(grams.decode().split(" ")) > 0
    assert "wrote" in capsys.readouterr().out
