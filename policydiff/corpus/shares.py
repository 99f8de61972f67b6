"""Shares of a corpus, judged by other processes, each machine with a file of its own.

Reports are named by their keys. A process on the machine of the corpus reads their rows from the
index itself. One elsewhere keeps a file in its own cache folder: it says that it lacks some, is
sent these, and keeps them. So who asks a corpus again moves few bytes, however large it is.
"""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from policydiff.corpus.cache import keep_few, stamp
from policydiff.corpus.database import DamagedIndex, Database, UnusableIndex, delete
from policydiff.corpus.judging import Judged, Question, judged, question_of
from policydiff.corpus.rows import sketch_of
from policydiff.folders import cache_folder
from policydiff.language.language import language_named

#: A file of rows that were sent is begun anew when it is larger: those of 100,000 reports. Rows of
#: reports that changed are never asked for again, and nobody says so.
_MOST_BYTES: Final = 16 * 2**30


class Home(NamedTuple):
    """Where an index lies: the path of its file, and the name of the machine."""

    path: Path
    machine: str


class Share(NamedTuple):
    """Some reports of a corpus and what they are set against.

    ``asked``: the value of the sketch of the report that is asked about; ``keys``: of the reports;
    ``rows``: the values of their sketches, in the same order, or none where whoever judges them is
    to look for them; ``home`` is None where the index is in memory.
    """

    language: str
    asked: bytes
    keys: Sequence[int]
    rows: Sequence[bytes]
    home: Home | None


def home_of(path: Path) -> Home:
    """What is said of an index on this machine."""
    return Home(path, machine())


def machine() -> str:
    """The name of this machine."""
    return platform.node()


def judged_share(share: Share, name: str) -> list[Judged] | None:
    """The links of each report of a share; None where rows are lacking, and have to be sent.

    ``name`` says for people which reports they are.
    """
    rows: Sequence[bytes] | None = share.rows
    if share.home is not None:
        if rows:
            _keep(share, share.home)
        else:
            rows = _rows(share.keys, share.home)
    if rows is None:
        return None
    sketches = (sketch_of(k, row) for k, row in enumerate(rows))
    question = _asked_before(share.language, share.asked)
    return list(judged(question, sketches, language_named(share.language)))


@lru_cache(maxsize=1)
def _asked_before(language: str, row: bytes) -> Question:
    """The question that a value stands for. A process gets many shares of one, and making it ready
    takes as long as ten reports."""
    return question_of(sketch_of(0, row), language_named(language))


# --- rows -----------------------------------------------------------------------------------------


def _rows(keys: Sequence[int], home: Home) -> list[bytes] | None:
    """The values with these keys, in order, where this machine has all of them."""
    with contextlib.suppress(DamagedIndex, UnusableIndex, RuntimeError, OSError):
        path = home.path if _is_here(home) else _own_file(home)
        if path.exists():
            with contextlib.closing(Database(path, stamp())) as database:
                rows = dict(database.some("sketch", set(keys)))
            return [rows[key] for key in keys]
    return None


def _keep(share: Share, home: Home) -> None:
    """Keep rows that were sent, where that is possible: they can be sent again."""
    if _is_here(home):
        return
    with contextlib.suppress(UnusableIndex, RuntimeError, OSError):
        path = _own_file(home)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size > _MOST_BYTES:
            delete(path)
        try:
            with contextlib.closing(Database(path, stamp())) as database, database.writing():
                database.put("sketch", zip(share.keys, share.rows, strict=True))
            keep_few(path)
        except DamagedIndex:
            delete(path)


def _is_here(home: Home) -> bool:
    """Whether this process can open the index itself. Elsewhere a path that is the same may lie on
    a network file system, where SQLite's files must not be shared."""
    return home.machine == machine() and home.path.exists()


def _own_file(home: Home) -> Path:
    """The file of this machine for an index that lies elsewhere."""
    return cache_folder() / f"{home.path.stem}-{machine()}.sqlite"
