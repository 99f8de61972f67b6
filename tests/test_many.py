"""Many pairs: in order, one by one, on any executor; a failing one does not stop the others."""

from __future__ import annotations

import lzma
import pickle
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import policydiff
from policydiff import PairResult, many
from policydiff.many import compare_many
from tests.corpora import report, write

ROOT = Path(__file__).resolve().parents[1]
CORPORA = sorted((ROOT / "corpora").glob("*/*.txt"))
PAIRS = list(pairwise(CORPORA))


def yaml_of(done: PairResult) -> str:
    return done.result.to_yaml() if done.result else str(done.error)


@pytest.fixture
def pairs(tmp_path: Path) -> list[tuple[Path, Path]]:
    """Good ones with two bad ones among them."""
    write(tmp_path, {"binary.txt": bytes(range(256)) * 40, "甲县/2024.txt": report("甲县", 2024)})
    good = tmp_path / "甲县" / "2024.txt"
    return [
        PAIRS[0],
        (good, tmp_path / "missing.txt"),
        (good, good),
        (tmp_path / "binary.txt", good),
        PAIRS[1],
    ]


@cache
def one_by_one(old: Path, new: Path) -> policydiff.Comparison:
    return policydiff.compare(old, new)


def check(results: list[PairResult], pairs: list[tuple[Path, Path]]) -> None:
    """The same as one by one, in order, each with the names of its reports."""
    assert [(r.old, r.new) for r in results] == [(str(a), str(b)) for a, b in pairs]
    assert [r.error is None for r in results] == [True, False, True, False, True]
    assert all((r.error is None) != (r.result is None) for r in results)
    assert "missing.txt: does not exist" in str(results[1].error)
    assert "binary.txt" in str(results[3].error)
    for done, (old, new) in zip(results, pairs, strict=True):
        if done.result:
            alone = one_by_one(old, new)
            assert done.result is not alone
            assert done.result.to_yaml() == alone.to_yaml()
            assert done.result.changes == alone.changes


def test_here(pairs: list[tuple[Path, Path]]) -> None:
    check(list(compare_many(pairs)), pairs)


def test_in_threads(pairs: list[tuple[Path, Path]]) -> None:
    with ThreadPoolExecutor(2) as executor:
        check(list(compare_many(pairs, executor)), pairs)


def test_in_processes(pairs: list[tuple[Path, Path]]) -> None:
    with ProcessPoolExecutor(2) as executor:
        check(list(compare_many(pairs, executor)), pairs)


@pytest.mark.filterwarnings("default")
def test_on_a_dask_cluster_of_two_worker_processes(pairs: list[tuple[Path, Path]]) -> None:
    distributed = pytest.importorskip("distributed", reason="needs the extra 'dev'")
    with distributed.Client(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as client:
        pids = set(client.run(lambda: __import__("os").getpid()).values())
        assert len(pids) == 2
        check(list(compare_many(pairs, client.get_executor())), pairs)


def test_documents_may_be_given() -> None:
    read = [policydiff.read(path) for path in CORPORA[:2]]
    with ProcessPoolExecutor(1) as executor:
        (done,) = compare_many([(read[0], read[1])], executor)
    assert yaml_of(done) == one_by_one(*CORPORA[:2]).to_yaml()
    assert (done.old, done.new) == (read[0].name, read[1].name)


def test_results_travel_small() -> None:
    """With both reports in it, about as large as the two files."""
    old, new = CORPORA[:2]
    packed = many._packed(old, new)
    assert len(packed) < 1.2 * (old.stat().st_size + new.stat().st_size)
    assert len(packed) < len(pickle.dumps(one_by_one(old, new))) / 2
    result, error = pickle.loads(lzma.decompress(packed))
    assert error is None
    assert result.changes == one_by_one(old, new).changes


class _Slow(Executor):
    """Does the work when it is asked for the result; counts what waits."""

    def __init__(self) -> None:
        self.waiting = self.most = 0

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        outer = self
        outer.waiting += 1
        outer.most = max(outer.most, outer.waiting)

        class Later(Future):  # type: ignore[type-arg]
            def result(self, timeout: float | None = None) -> object:
                outer.waiting -= 1
                return fn(*args, **kwargs)

            def cancel(self) -> bool:
                outer.waiting -= 1
                return True

        return Later()


def endless() -> Iterator[tuple[policydiff.Document, policydiff.Document]]:
    document = policydiff.parse(report("甲县", 2024))
    while True:
        yield document, document


def test_an_endless_generator_is_not_read_ahead_without_bound() -> None:
    executor = _Slow()
    results = compare_many(endless(), executor, ahead=3)
    for _ in range(5):
        assert next(results).error is None
    assert executor.most == 3


def test_what_is_not_wanted_any_more_is_cancelled() -> None:
    executor = _Slow()
    results = compare_many(endless(), executor, ahead=3)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert executor.waiting == 0


class Unsendable(Exception):
    """Pickles, and cannot be read back: it is made again from one argument, and wants two."""

    def __init__(self, what: str, number: int) -> None:
        super().__init__(f"{what} {number}")


class Unpicklable(Exception):
    """Holds what cannot be pickled."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.held = lambda: what


class Marked(Exception):
    """Has something on it that is not among its arguments."""

    mark = ""


class Mute(Exception):
    """Has no message: asking for it is an error."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


_FAULTS: dict[str, Exception] = {
    "key.txt": KeyError("x"),
    "unicode.txt": UnicodeEncodeError("cp1252", "×", 0, 1, "no such character"),
    "unsendable.txt": Unsendable("fault", 3),
    "unpicklable.txt": Unpicklable("fault"),
    "mute.txt": Mute(),
    "marked.txt": Marked("fault"),
    "read.txt": policydiff.errors.ReadError(where="a", what="b", remedy="c"),
}
_FAULTS["marked.txt"].mark = "here"  # type: ignore[attr-defined]


def _faulty(
    old: policydiff.comparison.Report, new: policydiff.comparison.Report, **_: object
) -> object:
    """In place of compare: raises what the name of the old report says."""
    if str(old) in _FAULTS:
        raise _FAULTS[str(old)]
    return policydiff.compare(old, new)


_packed = many._packed


def _in_worker(
    old: policydiff.comparison.Report, new: policydiff.comparison.Report, semantic: object
) -> bytes:
    """Like many._packed, in a worker process that has the fault."""
    many.compare = _faulty  # type: ignore[assignment]
    return _packed(old, new, semantic)


class TestFaults:
    """A bug in one pair is that pair's error, with its type, and the others go on."""

    pairs = (
        *((name, "b.txt") for name in _FAULTS),
        (str(CORPORA[0]), str(CORPORA[1])),
    )

    def test_here(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(many, "compare", _faulty)
        *failed, done = compare_many(self.pairs)
        assert done.result is not None
        assert [r.error for r in failed] == list(_FAULTS.values())

    @pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
    def test_on_an_executor(self, kind: type[Executor], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(many, "compare", _faulty)
        if kind is ProcessPoolExecutor:
            monkeypatch.setattr(many, "_packed", _in_worker)
        with kind(1) as executor:  # type: ignore[call-arg]
            *failed, done = compare_many(self.pairs, executor)
        assert done.result is not None
        errors = {r.old: r.error for r in failed}
        assert isinstance(errors["key.txt"], KeyError)
        assert errors["key.txt"].args == ("x",)
        assert isinstance(errors["unicode.txt"], UnicodeEncodeError)
        assert str(errors["unsendable.txt"]) == (
            "unsendable.txt, b.txt: could not be compared (Unsendable: fault 3);"
            " compare the two alone to see more"
        )
        assert "(Unpicklable: fault)" in str(errors["unpicklable.txt"])
        assert isinstance(errors["mute.txt"], Mute)
        assert isinstance(errors["marked.txt"], Marked)
        assert errors["marked.txt"].mark == "here"
        assert isinstance(errors["read.txt"], policydiff.errors.ReadError)
        assert str(errors["read.txt"]) == "a: b; c"

    def test_a_document_that_cannot_be_sent(self) -> None:
        old = policydiff.read(CORPORA[0])
        object.__setattr__(old, "title", lambda: None)
        with ProcessPoolExecutor(1) as executor:
            failed, done = compare_many([(old, old), (CORPORA[0], CORPORA[0])], executor)
        assert failed.old == old.name
        assert isinstance(failed.error, Exception)
        assert done.result is not None

    def test_an_interruption_is_no_fault_of_a_pair(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(old: object, new: object, **_: object) -> object:
            raise KeyboardInterrupt

        monkeypatch.setattr(many, "compare", interrupted)
        with pytest.raises(KeyboardInterrupt):
            next(compare_many(self.pairs))
