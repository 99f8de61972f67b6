"""The corpus is read by several processes: the same index, whatever happens to one of them."""

from __future__ import annotations

import os
import signal
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import policydiff
from policydiff.corpus import index as corpus_index
from policydiff.corpus import links as corpus_links
from policydiff.corpus import shares
from policydiff.corpus import workers as corpus_workers
from policydiff.corpus.judging import Judged
from policydiff.corpus.shares import Share
from policydiff.corpus.workers import Workers
from policydiff.errors import PolicydiffError, UsageError
from tests.corpora import report, write


def size(data: bytes, name: str) -> int:
    """The work of these tests: a file of b'x' ends its process, one of b'e' is a bug."""
    if data == b"x":
        os._exit(1)
    if data == b"e":
        raise KeyError(name)
    return len(data)


def test_a_lost_worker_names_its_file_and_the_others_go_on() -> None:
    with Workers(size, 2) as workers:
        waits = [workers.start(data, "f") for data in (b"1", b"x", b"22", b"e", b"333")]
        assert (waits[0](), waits[2](), waits[4]()) == (1, 2, 3)
        with pytest.raises(PolicydiffError, match="ended the process that worked on it"):
            waits[1]()
        with pytest.raises(KeyError):
            waits[3]()
        assert workers.start(b"4444", "f")() == 4


def test_a_lost_worker_of_an_executor_is_named_too() -> None:
    """Its pool is broken from then on: what is left is read by processes of its own."""
    with ProcessPoolExecutor(2) as pool, Workers(size, pool) as workers:
        waits = [workers.start(data, "f") for data in (b"1", b"x", b"22")]
        assert (waits[0](), waits[2]()) == (1, 2)
        with pytest.raises(PolicydiffError, match="ended the process that worked on it"):
            waits[1]()
        assert workers.start(b"4444", "f")() == 4


def some_reports(folder: Path) -> Path:
    files = {f"第{k}县/2024.txt": report(f"第{k}县", 2024, start=k, count=8) for k in range(7)}
    files |= {"戊县/2024.txt": files["第0县/2024.txt"], "己县/2024.txt": "", "庚县/2024.docx": "甲"}
    return write(folder, files)


def test_the_same_result_with_several_processes(tmp_path: Path) -> None:
    folder = some_reports(tmp_path)
    asked = policydiff.parse(report("辛县", 2024, start=2))
    with ThreadPoolExecutor(3) as pool:
        here, there, anywhere = (
            policydiff.compare_corpus(asked, folder, cached=False, jobs=jobs)
            for jobs in (1, 2, pool)
        )
        assert pool.submit(len, "ab").result() == 2  # it is not shut down
    assert here.to_yaml(all=True) == there.to_yaml(all=True) == anywhere.to_yaml(all=True)
    assert len(here.others) == 7


def judged_elsewhere(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From here on links are handed out two reports at a time; the names of what was."""
    handed: list[str] = []
    start = Workers.start

    def watched(self: Workers[Any, Any], data: Any, name: str) -> Any:
        if isinstance(data, Share):
            handed.append(name)
        return start(self, data, name)

    monkeypatch.setattr(Workers, "start", watched)
    monkeypatch.setattr(corpus_links, "_SHARE", 2)
    monkeypatch.setattr(corpus_links, "_WORTH_DIVIDING", 3)
    return handed


def test_links_are_judged_by_several_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the report and, for what is missing, those among the corpus' own reports."""
    folder = nine_reports(tmp_path)
    # A blanked number may be any, and is settled with the texts at hand.
    asked = policydiff.parse(report("辛县", 2024, start=2) + "新增就业xx人。\n")
    here = policydiff.compare_corpus(asked, folder, cached=False)
    handed = judged_elsewhere(monkeypatch)
    there = policydiff.compare_corpus(asked, folder, cached=False, jobs=2)
    assert here.to_yaml(all=True) == there.to_yaml(all=True)
    assert len(handed) > 5
    assert handed[0] == "第0县/2024.txt … 第1县/2024.txt"
    assert here.missing


class Late(Executor):
    """Does what it is given when it is waited for; ``most``: bytes of rows that it held at once."""

    def __init__(self) -> None:
        self.held = self.most = 0

    def submit(self, work: Any, /, *arguments: Any, **named: Any) -> Any:
        size = sum(map(len, arguments[2].rows)) if isinstance(arguments[2], Share) else 0
        self.held += size
        self.most = max(self.most, self.held)

        def result() -> Any:
            self.held -= size
            return work(*arguments, **named)

        return SimpleNamespace(result=result)


def test_an_executor_is_not_given_more_than_fits_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"第{k}县/2024.txt": report(f"第{k}县", 2024, start=k, count=8) for k in range(12)}
    folder = write(tmp_path, files)
    asked = policydiff.parse(report("辛县", 2024, start=2))
    judged_elsewhere(monkeypatch)
    generous, strict = Late(), Late()
    results = []
    for executor, most in ((generous, 2**20), (strict, 30_000)):
        monkeypatch.setattr(corpus_links, "_HANDED_OUT", most)
        found = policydiff.compare_corpus(asked, folder, cached=False, jobs=executor)
        results.append(found.to_yaml(all=True))
    assert results[0] == results[1]
    assert strict.most <= 30_000 < generous.most


class Elsewhere(Executor):
    """Does its work as a process on another machine would; ``sent``: how many rows it was sent."""

    def __init__(self, cache: Path, *, version: bytes | None = None) -> None:
        self.cache = cache
        self.version = version
        self.sent = 0

    def submit(self, work: Any, /, *arguments: Any, **named: Any) -> Any:
        self.sent += sum(len(each.rows) for each in arguments if isinstance(each, Share))
        with pytest.MonkeyPatch.context() as there:
            there.setenv("XDG_CACHE_HOME", str(self.cache))
            there.setattr(shares, "machine", lambda: "elsewhere")
            if self.version is not None:
                there.setattr(corpus_workers, "stamp", lambda: self.version)
            try:
                done, error = work(*arguments, **named), None
            except PolicydiffError as raised:
                done, error = None, raised

        def result() -> Any:
            if error is not None:
                raise error
            return done

        return SimpleNamespace(result=result)


def nine_reports(folder: Path) -> Path:
    names = (f"第{k}县" for k in range(9))
    return write(
        folder,
        {f"{n}/2024.txt": report(n, 2024, start=k, count=8) for k, n in enumerate(names)},
    )


def test_a_machine_elsewhere_is_sent_each_row_once_and_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = nine_reports(tmp_path / "corpus")
    questions = [policydiff.parse(report(f"{name}县", 2024, start=2, count=9)) for name in "辛壬癸"]
    here = [policydiff.compare_corpus(asked, folder, cached=False) for asked in questions]
    judged_elsewhere(monkeypatch)
    machine = Elsewhere(tmp_path / "cache elsewhere")
    sent, results = [], []
    for asked in questions:
        results.append(policydiff.compare_corpus(asked, folder, jobs=machine))
        sent.append(machine.sent)
    assert [one.to_yaml(all=True) for one in results] == [one.to_yaml(all=True) for one in here]
    assert sent == [9, 9, 9]
    (kept,) = (machine.cache / "policydiff").iterdir()
    assert kept.name.endswith("-elsewhere.sqlite")


def test_a_file_elsewhere_that_is_damaged_or_cannot_be_written_costs_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = nine_reports(tmp_path / "corpus")
    one, other = (policydiff.parse(report(f"{name}县", 2024, start=2)) for name in "辛壬")
    expected = policydiff.compare_corpus(other, folder, cached=False).to_yaml(all=True)
    judged_elsewhere(monkeypatch)
    machine = Elsewhere(tmp_path / "cache elsewhere")
    policydiff.compare_corpus(one, folder, jobs=machine)
    (kept,) = (machine.cache / "policydiff").iterdir()
    kept.write_bytes(b"x" * 8000)
    assert policydiff.compare_corpus(other, folder, jobs=machine).to_yaml(all=True) == expected
    no_folder = tmp_path / "no folder"
    no_folder.write_text("in the way")
    machine = Elsewhere(no_folder)
    third = policydiff.parse(report("癸县", 2024, start=2))
    assert policydiff.compare_corpus(third, folder, jobs=machine).shared
    assert machine.sent == 9


def test_processes_on_this_machine_read_the_index_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = nine_reports(tmp_path)
    asked = policydiff.parse(report("辛县", 2024, start=2))
    here = policydiff.compare_corpus(asked, folder, cached=False)
    judged_elsewhere(monkeypatch)
    late = Late()
    there = policydiff.compare_corpus(asked, folder, jobs=late)
    assert here.to_yaml(all=True) == there.to_yaml(all=True)
    assert late.most == 0


@pytest.mark.parametrize("known", [False, True])
def test_a_process_with_another_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    """While it reads, and while it judges: nothing of it may get into the index."""
    folder = nine_reports(tmp_path / "corpus")
    asked = policydiff.parse(report("辛县", 2024, start=2))
    judged_elsewhere(monkeypatch)
    if known:
        policydiff.compare_corpus(policydiff.parse(report("壬县", 2024)), folder)
    machine = Elsewhere(tmp_path / "cache elsewhere", version=b"another")
    with pytest.raises(UsageError, match="another version of policydiff"):
        policydiff.compare_corpus(asked, folder, jobs=machine)


def test_a_process_that_is_lost_while_it_judges_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = some_reports(tmp_path)
    asked = policydiff.parse(report("辛县", 2024, start=2))
    here = policydiff.compare_corpus(asked, folder, cached=False)
    handed = judged_elsewhere(monkeypatch)
    monkeypatch.setattr(corpus_index, "judged_share", ends_its_process)
    there = policydiff.compare_corpus(asked, folder, cached=False, jobs=2)
    assert handed
    assert [c.places for c in here.shared] == [c.places for c in there.shared]


def ends_its_process(share: Share, name: str) -> list[Judged]:
    """The work of a process that has no memory left."""
    os._exit(1)


@pytest.mark.filterwarnings("default")
def test_on_a_dask_cluster_a_lost_worker_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two worker processes, one of which is killed before it has done anything."""
    distributed = pytest.importorskip("distributed", reason="needs the extra 'dev'")
    folder = some_reports(tmp_path)
    asked = policydiff.parse(report("辛县", 2024, start=2))
    here = policydiff.compare_corpus(asked, folder, cached=False)
    handed = judged_elsewhere(monkeypatch)
    with distributed.Client(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as client:
        os.kill(min(client.run(os.getpid).values()), signal.SIGKILL)
        executor = client.get_executor()
        there = policydiff.compare_corpus(asked, folder, cached=False, jobs=executor)
    assert here.to_yaml(all=True) == there.to_yaml(all=True)
    assert handed
