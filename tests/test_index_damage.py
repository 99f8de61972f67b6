"""Any byte of a stored index may change: the answer stays right, and the next run is well."""

from __future__ import annotations

import math
import os
import random
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import policydiff
from policydiff import CorpusComparison
from policydiff.corpus import comparison as corpus_comparison
from policydiff.corpus import update
from policydiff.corpus.cache import index_path
from policydiff.corpus.folder import open_corpus
from policydiff.corpus.index import Index, with_index
from tests.corpora import many

ASKED = (
    "一、2030年工作安排\n确保新建农村公路3个，由第2镇农村公路专班负责。\n"
    "新建公共充电桩8个，由第2镇公共充电桩专班负责。\n"
)


class Stored:
    """A small corpus with its index, as it was stored."""

    def __init__(self, place: Path) -> None:
        self.folder = many(place / "corpus", 3)
        self.asked = policydiff.parse(ASKED)
        self.right, _ = self.run()
        self.path = index_path(open_corpus(self.folder))
        self.bytes = self.path.read_bytes()

    def run(self) -> tuple[object, list[str]]:
        """All that a comparison says, and the warnings."""
        said: list[str] = []
        result = policydiff.compare_corpus(self.asked, self.folder, gap=2, warn=said.append)
        return whole(result), said

    def check(self, data: bytes) -> bool:
        """With these bytes for the index, is all well? Gives whether damage was told."""
        self.path.write_bytes(data)
        answer, said = self.run()
        assert answer == self.right
        assert said in ([], [f"{self.path}: was damaged and is made anew"])
        if said:
            assert self.run() == (self.right, [])
        return bool(said)

    def tells_a_newcomer(self, data: bytes) -> bool:
        """Whether damage is told to somebody who asks what nobody asked before."""
        asked = policydiff.parse(ASKED.replace("3", "9"))
        right = whole(policydiff.compare_corpus(asked, self.folder, gap=2, cached=False))
        self.path.write_bytes(data)
        said: list[str] = []
        answer = whole(policydiff.compare_corpus(asked, self.folder, gap=2, warn=said.append))
        assert answer == right
        return bool(said)


def whole(result: CorpusComparison) -> object:
    return (
        [(s.clause, list(s.places), s.standings) for s in result.shared],
        [(m.sure, list(m.places)) for m in result.missing],
        result.others, result.unread, result.passed_over, result.notes,
    )  # fmt: skip


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    with pytest.MonkeyPatch.context() as patch:
        # Files that changed just now are read again each time, whatever the index says of them.
        patch.setattr(update, "_SETTLED", -math.inf)
        yield Stored(tmp_path_factory.mktemp("damage"))


def test_there_is_something_to_damage(stored: Stored) -> None:
    shared, missing, *_ = stored.right  # type: ignore[misc]
    assert all(places for _, places, _ in shared)
    assert missing
    assert not stored.check(stored.bytes)


def test_flipped_bytes(stored: Stored) -> None:
    """The whole head of the file, and places all over it."""
    chosen = random.Random(11)
    places = [*range(100), *(chosen.randrange(len(stored.bytes)) for _ in range(160))]
    told = 0
    for at in places:
        data = bytearray(stored.bytes)
        data[at] ^= chosen.choice((0x01, 0x10, 0x80, 0xFF))
        told += stored.check(bytes(data))
    assert told > 30  # much of a small file is empty


def test_a_digit_changed_in_each_table(stored: Stored) -> None:
    """What SQLite takes for sound: every digit of every value, one after another, some of each."""
    told = 0
    chosen = random.Random(12)
    stored.path.write_bytes(stored.bytes)  # an earlier test may have had it made anew
    connection = sqlite3.connect(stored.path)
    values = [
        value
        for table in ("report", "clauses", "made", "sketch", "file")
        for (value,) in connection.execute(f"select value from {table} limit 2")
    ]
    connection.close()
    for value in values:
        begin = stored.bytes.index(value[:100])
        digits = [k for k, byte in enumerate(value[:1000]) if chr(byte).isdigit()]
        for at in chosen.sample(digits, min(4, len(digits))):
            data = bytearray(stored.bytes)
            data[begin + at] ^= 1  # another digit
            told += stored.check(bytes(data))
    assert told > 20


@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.3, 0.5, 0.77, 0.999])
def test_cut_short(stored: Stored, share: float) -> None:
    data = stored.bytes[: int(share * len(stored.bytes))]
    # Links that are kept answer a question that was asked before, without a look at the reports.
    told = stored.check(data) or stored.tells_a_newcomer(data)
    # Nothing at all is an index that holds nothing yet.
    assert told == (share > 0)


def _zeroed(pages: list[bytes], k: int) -> None:
    pages[k] = bytes(len(pages[k]))


def _swapped(pages: list[bytes], k: int) -> None:
    pages[k], pages[-1 - k] = pages[-1 - k], pages[k]


def _doubled(pages: list[bytes], k: int) -> None:
    pages[k] = pages[(k + 1) % len(pages)]


@pytest.mark.parametrize("change", [_zeroed, _swapped, _doubled])
def test_whole_pages(stored: Stored, change: Callable[[list[bytes], int], None]) -> None:
    size = int.from_bytes(stored.bytes[16:18], "big")
    for k in range(len(stored.bytes) // size):
        pages = [stored.bytes[at : at + size] for at in range(0, len(stored.bytes), size)]
        change(pages, k)
        stored.check(b"".join(pages))


def test_damage_that_shows_up_late(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the result is made: the work is done again, with the index made anew."""
    stored.path.write_bytes(stored.bytes)
    with sqlite3.connect(stored.path) as connection:
        connection.execute("update clauses set value = zeroblob(50)")
    connection.close()
    times = []
    real = corpus_comparison._compared

    def counted(*arguments: object) -> object:
        times.append(arguments)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(corpus_comparison, "_compared", counted)
    answer, said = stored.run()
    assert answer == stored.right
    assert len(said) == 1
    assert len(times) == 2


@pytest.mark.parametrize(
    "error", [KeyError("x"), ValueError("x"), sqlite3.ProgrammingError("x"), OSError("x")]
)
def test_a_bug_passes_and_leaves_the_index_alone(stored: Stored, error: Exception) -> None:
    stored.path.write_bytes(stored.bytes)
    said: list[str] = []
    calls = []

    def work(index: Index) -> None:
        calls.append(index)
        raise error

    with pytest.raises(type(error)) as raised:
        with_index(open_corpus(stored.folder), work, warn=said.append)
    assert raised.value is error
    assert (len(calls), said) == (1, [])
    assert stored.path.read_bytes()[100:] == stored.bytes[100:]
    assert stored.run() == (stored.right, [])


def test_a_result_needs_neither_index_nor_corpus(stored: Stored) -> None:
    stored.path.write_bytes(stored.bytes)
    result = policydiff.compare_corpus(stored.asked, stored.folder, gap=2)
    stored.path.write_bytes(b"gone")
    assert whole(result) == stored.right
    assert not [held for held in Path("/proc/self/fd").glob("*") if ".sqlite" in str(_target(held))]


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:
        return ""
