"""The index: what comes out is what the reports hold, whatever happened to it before."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

import policydiff
from policydiff.corpus import cache, database, update
from policydiff.corpus import index as index_module
from policydiff.corpus.cache import index_path
from policydiff.corpus.database import DamagedIndex
from policydiff.corpus.folder import open_corpus
from policydiff.corpus.index import Entry, Index, with_index
from policydiff.models import Clause
from tests.corpora import many, report, write

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT / "corpora"
Contents = dict[str, tuple[str | None, int | None, tuple[Clause, ...]]]


def contents(index: Index) -> Contents:
    return {e.name: (e.region, e.year, tuple(index.commitments(e.id))) for e in index.reports}


def held(folder: Path, *, cached: bool = True) -> tuple[Contents, list[str]]:
    """What the index of a folder holds, and what was said about it."""
    said: list[str] = []
    return with_index(open_corpus(folder), contents, cached=cached, warn=said.append), said


def stored(folder: Path) -> Path:
    return index_path(open_corpus(folder))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return many(tmp_path / "corpus", 5)


@pytest.fixture
def read_anew(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read from now on."""
    names: list[str] = []
    real = update.read_bytes

    def watched(data: bytes, *, name: str) -> object:
        names.append(name)
        return real(data, name=name)

    monkeypatch.setattr(update, "read_bytes", watched)
    return names


def test_holds_what_reading_gives() -> None:
    held_now, said = held(CORPORA)
    assert said == []
    for name, (_, _, clauses) in held_now.items():
        assert clauses == policydiff.read(CORPORA / name).commitments
    region, year, _ = held_now["栖川县/2024.txt"]
    assert (region, year) == ("栖川县", 2024)


def test_one_clause_alone(folder: Path) -> None:
    def check(index: Index) -> None:
        clauses = index.commitments(2)
        assert [clauses[k] for k in range(-len(clauses), len(clauses))] == [*clauses, *clauses]
        assert clauses[1:] == tuple(clauses)[1:]
        with pytest.raises(IndexError):
            clauses[len(clauses)]

    with_index(open_corpus(folder), check)


def test_only_what_changed_is_read(folder: Path, read_anew: list[str]) -> None:
    held(folder)
    assert len(read_anew) == 5
    read_anew.clear()
    before, _ = held(folder)
    assert read_anew == []
    changed = folder / "第3镇" / "2003.txt"
    changed.write_text(report("第3镇", 2003, start=1, count=3), encoding="utf-8")
    after, _ = held(folder)
    assert read_anew == ["第3镇/2003.txt"]
    assert len(after["第3镇/2003.txt"][2]) == 3
    assert {k: v for k, v in after.items() if "第3镇" not in k} == {
        k: v for k, v in before.items() if "第3镇" not in k
    }


def test_same_size_and_time_do_not_hide_a_change(folder: Path) -> None:
    path = folder / "第3镇" / "2003.txt"
    os.utime(path, (1e9, 1e9))
    before, _ = held(folder)
    path.write_text(path.read_text(encoding="utf-8").replace("新建", "改建"), encoding="utf-8")
    os.utime(path, (1e9, 1e9))
    after, _ = held(folder)
    assert after["第3镇/2003.txt"] != before["第3镇/2003.txt"]


def test_moved_is_not_read_again_and_removed_is_gone(folder: Path, read_anew: list[str]) -> None:
    path = folder / "第2镇" / "2002.txt"
    path.write_text(path.read_text(encoding="utf-8") + "新建龙舟码头9个。\n", encoding="utf-8")
    held(folder)
    read_anew.clear()
    (folder / "第1镇").rename(folder / "石桥镇")
    path.unlink()
    after, _ = held(folder)
    assert read_anew == []
    assert "第2镇/2002.txt" not in after
    assert after["石桥镇/2001.txt"][0] == "石桥镇"
    with sqlite3.connect(stored(folder)) as connection:
        assert connection.execute("select count(*) from report").fetchone() == (4,)
        for table in ("sketch", "clauses"):
            assert connection.execute(f"select count(*) from {table}").fetchone() == (4,)


def test_two_versions_side_by_side_keep_an_index_each(
    folder: Path, read_anew: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = held(folder)
    first, stamp = stored(folder), cache.stamp
    for _ in range(2):
        read_anew.clear()
        monkeypatch.setattr(cache, "stamp", lambda: b"another")
        monkeypatch.setattr(index_module, "stamp", lambda: b"another")
        assert held(folder) == (before, [])
        assert stored(folder) != first
        monkeypatch.setattr(cache, "stamp", stamp)
        monkeypatch.setattr(index_module, "stamp", stamp)
        assert held(folder) == (before, [])
    assert read_anew == []


def test_the_index_of_another_version_is_not_believed(
    folder: Path, read_anew: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where it lies in the place of this one's."""
    before, _ = held(folder)
    read_anew.clear()
    monkeypatch.setattr(index_module, "stamp", lambda: b"another")
    assert held(folder) == (before, [f"{stored(folder)}: was damaged and is made anew"])
    assert len(read_anew) == 5


def _age(path: Path, days: float) -> None:
    then = time.time() - days * 24 * 3600
    os.utime(path, (then, then))


def test_indexes_of_other_versions_are_kept_as_long_as_they_are_used(folder: Path) -> None:
    held(folder)
    here = stored(folder)
    place = here.name.partition("-")[0]
    ages = {"just now": 0.0, "a": 2, "b": 3, "c": 4, "d": 5, "e": 40}
    for name, age in ages.items():
        other = here.with_name(f"{place}-{name}.sqlite")
        other.write_bytes(b"")
        other.with_name(other.name + "-wal").write_bytes(b"")
        _age(other, age)
    other_corpus = here.with_name("0123456789abcdef-a.sqlite")
    other_corpus.write_bytes(b"")
    _age(other_corpus, 400)
    _age(here, 50)
    assert held(folder)[1] == []
    left = {path.name.removeprefix(f"{place}-") for path in here.parent.glob(f"{place}*")}
    kept = {f"{name}.sqlite{end}" for name in ("just now", "a", "b") for end in ("", "-wal")}
    assert left == {here.name.removeprefix(f"{place}-"), *kept}
    assert other_corpus.exists()
    assert time.time() - here.stat().st_mtime < 24 * 3600


def test_the_stamp_is_of_what_decides_what_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = cache.stamp.__wrapped__
    package = shutil.copytree(
        ROOT / "policydiff", tmp_path / "policydiff", ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.setattr(cache.resources, "files", lambda name: package)
    before = stamp()
    assert stamp() == before
    for free in ("cli/main.py", "output/data.py", "many.py", "__init__.py"):
        (package / free).write_text("# another", encoding="utf-8")
        assert stamp() == before, free
    for deciding in ("language/zh/verbs.yaml", "repair/repair.py", "models.py", "corpus/rows.py"):
        known = stamp()
        (package / deciding).write_text("# another", encoding="utf-8")
        assert stamp() != known, deciding


def _garbage(path: Path) -> None:
    path.write_bytes(b"no database at all" * 500)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 : 4096 * 3] = bytes(4096 * 2)
    path.write_bytes(data)


def _other_tables(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("alter table clauses rename column value to other")
    connection.close()


def _a_table_less(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("drop table sketch")
    connection.close()


def _tampered(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("update clauses set value = cast(replace(value, '3', '4') as blob)")
    connection.close()


def _unreadable_name(path: Path) -> None:
    """A byte that is no UTF-8 in the page that describes the tables."""
    data = path.read_bytes()
    at = data.index(b"CREATE TABLE sketch")
    path.write_bytes(data[: at + 14] + b"\x82" + data[at + 15 :])


def _nonsense(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("update report set value = 5")
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        _garbage, _cut, _overwritten, _other_tables, _a_table_less, _tampered, _unreadable_name,
        _nonsense,
    ],
)  # fmt: skip
def test_a_damaged_index_is_made_anew_with_a_word(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    before, _ = held(folder)
    damage(stored(folder))
    after, said = held(folder)
    assert after == before
    assert said == [f"{stored(folder)}: was damaged and is made anew"]
    assert held(folder) == (before, [])


@pytest.mark.parametrize(
    "statement",
    [
        "delete from sketch where key = (select max(key) from sketch)",
        "update sketch set key = key + 1000",
        "update sketch set value = replace(value, '1', '2')",
        "update sketch set value = cast(replace(value, '1', '2') as blob)",
        "update sketch set proof = zeroblob(8)",
        "update sketch set proof = null or 5",
        "update sketch set value = (select value from sketch order by key desc limit 1)",
        "update sketch set value = zeroblob(length(value))",
        "update sketch set value = zeroblob(3)",
        "update sketch set value = 5",
        "delete from sketch",
        "update report set value = (select value from report order by key desc limit 1)",
        "update made set value = zeroblob(7)",
        "update made set value = 3.5",
        "update made set value = 'text'",
        "update made set value = cast(x'ff82' as text)",
        "delete from clauses where key = (select min(key) from clauses)",
        "update clauses set key = key + 1",
    ],
)
def test_a_tampered_index_is_made_anew_with_a_word_when_it_is_asked(
    folder: Path, statement: str
) -> None:
    asked, another = (
        policydiff.parse(f"一、2030年工作安排\n举办龙舟赛。\n新建图书分馆{number}座。\n")
        for number in (3, 4)
    )

    def compared() -> tuple[str, list[str]]:
        said: list[str] = []
        result = policydiff.compare_corpus(asked, folder, gap=2, warn=said.append)
        return result.to_yaml(), said

    before = policydiff.compare_corpus(asked, folder, gap=2, cached=False).to_yaml()
    policydiff.compare_corpus(another, folder, gap=2)  # links of the asked itself would be kept
    assert "missing: []" not in before
    with sqlite3.connect(stored(folder)) as connection:
        assert connection.execute(statement).rowcount
    connection.close()
    after, said = compared()
    assert after == before
    assert said == [f"{stored(folder)}: was damaged and is made anew"]


def test_a_report_that_is_gone_from_the_index_is_read_again(folder: Path) -> None:
    old = time.time() - 100
    for path in folder.rglob("*.txt"):
        os.utime(path, (old, old))
    time.sleep(2.1)
    before, _ = held(folder)
    held(folder)
    with sqlite3.connect(stored(folder)) as connection:
        connection.execute("delete from report where key = (select max(key) from report)")
    connection.close()
    assert held(folder) == (before, [])


def test_what_is_kept_for_a_report_goes_with_it(folder: Path) -> None:
    """Text that differs in its line breaks alone has other clauses, and another key."""
    corpus = open_corpus(folder)
    name = with_index(corpus, lambda index: b"%d" % index.key(index.reports[-1]))
    with_index(corpus, lambda index: index.keep(name, array("q", [1, 7])))
    assert with_index(corpus, lambda index: list(index.kept(name))) == [1, 7]
    path = folder / corpus.files[-1]
    path.write_text(path.read_text("utf-8").replace("负责", "负\n责", 1), "utf-8")

    def other(index: Index) -> bytes:
        index.keep(b"asked", array("q", [2]))
        return b"%d" % index.key(index.reports[-1])

    assert with_index(open_corpus(folder), other) != name
    assert with_index(open_corpus(folder), lambda index: list(index.kept(name))) == []


def test_of_those_that_were_asked_about_the_last_are_kept(folder: Path) -> None:
    corpus = open_corpus(folder)
    for k in range(20):
        with_index(corpus, lambda index, k=k: index.keep(b"asked%d" % k, array("q", [k])))  # type: ignore[misc]
    kept = with_index(
        corpus, lambda index: [k for k in range(20) if len(index.kept(b"asked%d" % k))]
    )
    assert kept == list(range(4, 20))


def test_damaged_in_memory_is_an_error_not_a_loop(folder: Path) -> None:
    def work(index: Index) -> None:
        raise DamagedIndex("always")

    with pytest.raises(DamagedIndex):
        with_index(open_corpus(folder), work, cached=False)


def test_no_cache_leaves_nothing(folder: Path) -> None:
    in_memory, said = held(folder, cached=False)
    assert not stored(folder).exists()
    assert (in_memory, said) == held(folder)


def test_the_corpus_folder_is_not_written_to(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    held(folder)
    assert sorted(folder.rglob("*")) == before


def test_a_cache_that_cannot_be_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, _ = held(folder, cached=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "第0镇" / "2000.txt"))
    found, said = held(folder)
    assert found == expected
    assert len(said) == 1
    assert said[0].endswith("cannot be used (Not a directory); going on without it")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_cache_without_permission(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    monkeypatch.setenv("XDG_CACHE_HOME", str(locked))
    found, said = held(folder)
    assert found == held(folder, cached=False)[0]
    assert "Permission denied" in said[0]


def test_a_locked_index_is_waited_for_and_then_done_without(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(folder)
    write(folder, {"第9镇/2009.txt": report("第9镇", 2009)})
    monkeypatch.setattr(database, "_PATIENCE", 0.1)
    other = sqlite3.connect(stored(folder), isolation_level=None)
    other.execute("begin immediate")
    try:
        found, said = held(folder)
    finally:
        other.close()
    assert "第9镇/2009.txt" in found
    assert said == [f"{stored(folder)}: cannot be used (database is locked); going on without it"]


# --- several processes ----------------------------------------------------------------------------

_BUILD = """
import sys
from policydiff.corpus.folder import open_corpus
from policydiff.corpus.index import with_index
count = with_index(open_corpus(sys.argv[1]), lambda index: len(index.reports))
print(count)
"""


def build(folder: Path, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _BUILD, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        **options,  # type: ignore[call-overload]
    )


def test_two_processes_build_at_once(tmp_path: Path) -> None:
    folder = many(tmp_path / "corpus", 120)
    both = [build(folder), build(folder)]
    for process in both:
        out, err = process.communicate(timeout=60)
        assert (out, err) == (b"120\n", b"")
    with sqlite3.connect(stored(folder)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        assert connection.execute("select count(*) from report").fetchone() == (120,)
    connection.close()
    assert held(folder) == held(folder, cached=False)


def test_killed_half_way(tmp_path: Path, read_anew: list[str]) -> None:
    number = 250  # so many that most are still to be read when the first are stored
    folder = many(tmp_path / "corpus", number)
    process = build(folder)
    deadline = time.monotonic() + 30
    done = 0
    while not done and time.monotonic() < deadline:
        time.sleep(0.01)
        if stored(folder).exists():
            connection = sqlite3.connect(stored(folder))
            try:
                (done,) = connection.execute("select count(*) from report").fetchone()
            except sqlite3.OperationalError:
                done = 0  # the tables are not there yet
            connection.close()
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL, "it was done before it could be killed"
    found, said = held(folder)
    assert said == []
    assert 0 < len(read_anew) <= number - done
    assert found == held(folder, cached=False)[0]


def test_disk_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite is told that there are few pages left, which it reports as it does a full disk."""
    folder = many(tmp_path / "corpus", 100)
    real = database.Database._prepare
    limits = ["pragma max_page_count = 30", "pragma max_page_count = 1000000"]

    def small(self: database.Database) -> None:
        real(self)
        self._run(limits.pop(0))

    monkeypatch.setattr(database.Database, "_prepare", small)
    now_held, said = held(folder)
    assert limits == []
    assert said == [f"{stored(folder)}: the disk is full; going on in memory"]
    monkeypatch.setattr(database.Database, "_prepare", real)
    assert now_held == held(folder, cached=False)[0]
    assert held(folder) == (now_held, [])


def test_no_room_for_the_file(tmp_path: Path) -> None:
    """As above with a real limit, set by the system on the size of files."""
    folder = many(tmp_path / "corpus", 60)
    limit = 60_000

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = build(folder, preexec_fn=limited)
    out, err = process.communicate(timeout=60)
    assert out == b"60\n"
    assert b"going on" in err
    assert err.count(b"\n") == 1
    assert held(folder)[0] == held(folder, cached=False)[0]


def test_entries_are_in_order_of_their_names(folder: Path) -> None:
    entries: tuple[Entry, ...] = with_index(open_corpus(folder), lambda index: index.reports)
    assert [e.name for e in entries] == sorted(e.name for e in entries)
