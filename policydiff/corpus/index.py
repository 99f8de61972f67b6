"""The index of a corpus: every commitment of every report in one SQLite file, or in memory.

A report is known by the hash of its bytes, so only new content is read; a file that was moved is
not. The index lies in the user's cache folder and holds plain columns and JSON: whoever can write
there can change what is found, and nothing more. All of it can be made again from the reports.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import time
import weakref
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from importlib import resources
from importlib.resources.abc import Traversable
from operator import itemgetter
from pathlib import Path, PurePath
from typing import Any, Final, TypeVar

from policydiff.align.features import Features
from policydiff.analysis.documents import build
from policydiff.comparison import document_of
from policydiff.corpus.folder import Corpus, Override, identify
from policydiff.corpus.rows import (
    SELECT_CLAUSE,
    BrokenIndex,
    Sketch,
    clause_of,
    clause_row,
    packed,
    sketch_of,
    targets_of,
    wording_number,
    words_from,
)
from policydiff.errors import PolicydiffError, visible
from policydiff.models import Clause, Document, Target
from policydiff.reading.source import fetch, read_bytes

#: Reports are written so many at a time: a build that is killed loses no more, and another
#: process never waits longer than it takes to write them.
_BATCH: Final = 32
#: How long to wait for another process that writes, in seconds.
_PATIENCE: Final = 30.0
#: How many values one statement is given at most; some builds of SQLite take no more than 999.
_VALUES: Final = 500
#: A file that changed so shortly before it was read, in seconds, may change again within the same
#: tick of the clock: its content is looked at again the next time.
_SETTLED: Final = 2.0

#: ``report``: ``hash`` is of the file, ``content`` of the text without white space ('' where it
#: cannot be read, and ``what`` and ``remedy`` say why); title, region and year are the text's own;
#: ``sketch``: see ``Sketch``. ``clause``: the commitments of a report in order. ``wording``: every
#: text once, bare of marks. ``words``: what texts are compared by, once, however many numbers
#: they differ in; ``digest`` is of all of it. ``made``: see ``Index.made``.
_LAYOUT: Final = (
    "create table stamp (policydiff text not null)",
    """create table report (
        id integer primary key, hash text not null unique, content text not null,
        title text, region text, year integer, encoding text, commitments integer not null,
        what text, remedy text, sketch blob not null)""",
    """create table file (path blob primary key, seen text not null, hash text not null)
        without rowid""",
    """create table words (
        id integer primary key, digest blob not null unique, named text not null,
        parts text not null, norms text not null, indicators text not null)""",
    """create table wording (
        id integer primary key, text text not null unique, words integer not null)""",
    """create table clause (
        report integer not null references report on delete cascade, position integer not null,
        text text not null, start integer not null, "end" integer not null, line integer not null,
        section text not null, part text not null, strength text not null,
        damaged integer not null, targets text not null, wording integer not null,
        primary key (report, position)) without rowid""",
    "create table made (name text primary key, value blob not null) without rowid",
)

#: What reading rows that somebody damaged ends in.
_UNREADABLE: Final = (sqlite3.DatabaseError, ValueError, TypeError, ArithmeticError)
#: What SQLite says of a file that is no index, or not one any more.
_BROKEN: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}

T = TypeVar("T")
Progress = Callable[[int, int], None]
Tell = Callable[[str], None]
#: Where nobody asks to be told, Python's logging prints it on standard error.
log: Final[Tell] = logging.getLogger("policydiff").warning


@dataclass(frozen=True, slots=True)
class Entry:
    """A report of the corpus. ``id`` is its number in this index, ``name`` its path in the corpus;
    ``commitments`` is how many it has, ``content`` tells equal texts."""

    id: int = field(compare=False)
    name: str
    region: str | None
    year: int | None
    title: str | None
    commitments: int
    content: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A file of the corpus that could not be read, and why."""

    name: str
    what: str
    remedy: str


class Index:
    """An index as it was when it was opened; other processes may go on writing to it.

    ``reports`` are in order of their names; ``unread`` are files that could not be read,
    ``without`` those that hold no commitment and so are no reports.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        corpus: Corpus,
        unread: list[Unread],
        path: Path | None = None,
    ):
        """``path``: where it is stored, if it is."""
        self.connection = connection
        self._path = path
        self._words: dict[int, Features] = {}
        self._closed = weakref.finalize(self, connection.close)
        reports: list[Entry] = []
        without: list[str] = []
        columns = "path, id, hash, title, region, year, commitments, content, what, remedy"
        # A transaction that goes on to the end: what is read later belongs to the same state.
        connection.execute("begin")
        rows = connection.execute(f"select {columns} from file join report using (hash)")
        self._hashes: dict[int, str] = {}
        for path, number, key, title, region, year, count, content, what, remedy in rows:
            name = os.fsdecode(path)
            self._hashes[number] = key
            if what is not None:
                unread.append(Unread(name, what, remedy))
            elif not count:
                without.append(name)
            else:
                override = corpus.overrides.get(name, Override())
                region, year = identify(name, override, region, year)
                reports.append(Entry(number, name, region, year, title, count, content))
        self.reports = tuple(sorted(reports, key=lambda entry: entry.name))
        self.unread = tuple(sorted(unread, key=lambda file: file.name))
        self.without = tuple(sorted(without))

    def commitments(self, report: int) -> tuple[Clause, ...]:
        """The commitments of the report with this number, in order."""
        return self._clauses("where report = ? order by position", report)

    def clause(self, report: int, position: int) -> Clause:
        """One commitment: the ``position``-th of a report, counted from 0."""
        found = self._clauses("where report = ? and position = ?", report, position)
        if not found:
            raise BrokenIndex(f"report {report} has no commitment {position}")
        return found[0]

    def targets(self, report: int, position: int) -> tuple[Target, ...]:
        """The targets of one commitment."""
        select = "select targets from clause where report = ? and position = ?"
        found = self._rows(select, (report, position), lambda row: targets_of(row[0]))
        return found[0] if found else ()

    def sketches(self, reports: Sequence[Entry]) -> Iterator[Sketch]:
        """The sketch of each of some reports, in their order."""
        found = dict(self._rows("select id, sketch from report", (), tuple))
        for report in reports:
            yield sketch_of(report.id, report.commitments, found.get(report.id, b""))

    def words(self, numbers: Set[int]) -> dict[int, Features]:
        """The words with these numbers; what was asked for last is remembered."""
        if not numbers <= self._words.keys():
            select = "select id, named, parts, norms, indicators from words where id"
            found = self._among(select, sorted(numbers), lambda row: (row[0], words_from(row)))
            self._words = dict(found)
        return {number: self._words[number] for number in numbers}

    def wordings(self, texts: Sequence[str]) -> dict[str, int]:
        """The numbers of those of some texts, bare of marks, that stand in the corpus."""
        select = "select text, id from wording where text"
        return dict(self._among(select, list(dict.fromkeys(texts)), tuple))

    def blanked(self) -> dict[int, str]:
        """The wordings that hold an x, which may stand for a digit that was blanked."""
        return dict(self._rows("select id, text from wording where instr(text, 'x')", (), tuple))

    def texts(self, report: int) -> list[str]:
        """The wording of each commitment of a report, in order."""
        select = "select wording.text from clause join wording on wording.id = wording"
        return self._rows(f"{select} where report = ? order by position", (report,), itemgetter(0))

    def made(self, of: Sequence[Entry], make: Callable[[], bytes]) -> bytes:
        """What was made of these very reports before, or is made now, and kept where possible.

        Only what was made last is kept.
        """
        told = "\n".join(f"{entry.id} {self._hashes[entry.id]}" for entry in of)
        name = blake2b(told.encode(), digest_size=16).hexdigest()
        select = "select value from made where name = ?"
        kept = self._rows(select, (name,), lambda row: memoryview(row[0]).tobytes())
        if kept:
            return kept[0]
        value = make()
        # By a connection of its own, since this one goes on reading the state that it began with.
        if self._path is not None:
            with (
                contextlib.suppress(sqlite3.Error, _OtherVersion),
                contextlib.closing(
                    sqlite3.connect(self._path, timeout=0, isolation_level=None)
                ) as connection,
                _transaction(connection),
            ):
                connection.execute("delete from made")
                connection.execute("insert into made values (?, ?)", (name, value))
        return value

    def _rows(self, select: str, values: Sequence[object], made: Callable[[Any], T]) -> list[T]:
        try:
            return [made(row) for row in self.connection.execute(select, values)]
        except _UNREADABLE as error:
            raise BrokenIndex(str(error)) from error

    def _among(
        self, select: str, values: Sequence[object], made: Callable[[Any], T]
    ) -> Iterator[T]:
        """The rows of which the last column named is one of some values, however many."""
        for at in range(0, len(values), _VALUES):
            some = values[at : at + _VALUES]
            marks = ", ".join("?" * len(some))
            yield from self._rows(f"{select} in ({marks})", some, made)

    def _clauses(self, which: str, *values: int) -> tuple[Clause, ...]:
        return tuple(self._rows(f"{SELECT_CLAUSE} {which}", values, clause_of))

    def close(self) -> None:
        """Close it; happens by itself when nobody has it any more."""
        self._closed()


#: What working with rows that somebody damaged ends in, where nothing has found it before.
_BROKEN_ROWS: Final = (BrokenIndex, *_UNREADABLE, LookupError, AttributeError, RecursionError)


def with_index(
    corpus: Corpus,
    work: Callable[[Index], T],
    *,
    cached: bool = True,
    progress: Progress | None = None,
    tell: Tell = log,
    keep: bool = False,
) -> T:
    """Do some work with the index of a corpus, which is brought up to date first.

    ``cached=False`` keeps it in memory. ``keep=True`` leaves it open for what the work gives.
    ``progress`` is told how many files of how many are done; ``tell`` is given one line when
    something was wrong with the stored index. Whatever it was, the result is the same as without
    one: an index that turns out to be broken while ``work`` reads it is made anew, and the work
    done again.
    """
    shown = progress or (lambda done, total: None)
    index = _opened(corpus, cached, shown, tell)
    done = False
    try:
        try:
            result = work(index)
        except _BROKEN_ROWS:
            if not cached:
                raise
            index.close()
            _discard(index_path(corpus), tell)
            index = _opened(corpus, cached, shown, tell)
            result = work(index)
        done = True
        return result
    finally:
        if not (keep and done):
            index.close()


def _discard(path: Path, tell: Tell) -> None:
    tell(f"{visible(str(path))}: was broken and is made anew")
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _opened(corpus: Corpus, cached: bool, progress: Progress, tell: Tell) -> Index:
    if not cached:
        return _in_memory(corpus, progress)
    where = "the index"
    try:
        path = index_path(corpus)
        where = str(path)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _on_disk(path, corpus, progress, tell)
    except (OSError, RuntimeError, sqlite3.Error, _OtherVersion) as error:
        tell(f"{visible(where)}: cannot be used ({_reason(error)}); going on without it")
        return _in_memory(corpus, progress)


def _on_disk(path: Path, corpus: Corpus, progress: Progress, tell: Tell) -> Index:
    """The stored index; made anew where it is broken, finished in memory where the disk is full."""
    try:
        return _stored(path, corpus, progress, tell)
    except sqlite3.DatabaseError as error:
        if _code(error) not in _BROKEN:
            raise
    _discard(path, tell)
    return _stored(path, corpus, progress, tell)


def _stored(path: Path, corpus: Corpus, progress: Progress, tell: Tell) -> Index:
    connection = _connect(path)
    try:
        return _updated(_prepared(connection), corpus, progress, path)
    except sqlite3.OperationalError as error:
        with contextlib.closing(connection):
            if _code(error) != sqlite3.SQLITE_FULL:
                raise
            tell(f"{visible(str(path))}: the disk is full; going on in memory")
            copy = _connect(":memory:")
            connection.backup(copy)
        return _updated(_prepared(copy), corpus, progress)
    except BaseException:
        connection.close()
        raise


def _in_memory(corpus: Corpus, progress: Progress) -> Index:
    connection = _connect(":memory:")
    return _updated(_prepared(connection), corpus, progress)


def _connect(path: Path | str) -> sqlite3.Connection:
    # A result that keeps its index may be read in another thread than it was made in; SQLite
    # itself takes turns.
    return sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    # Readers see one state while another process writes; a killed writer leaves whole batches.
    with contextlib.suppress(sqlite3.OperationalError):  # a file system that cannot do it
        connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma foreign_keys = on")
    return connection


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error)


def _code(error: BaseException) -> int:
    """SQLite's primary result code of an error."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


# --- where it lies, and which policydiff made it --------------------------------------------------


def index_path(corpus: Corpus) -> Path:
    """Where the index of a corpus is stored: in the user's cache folder, one file per corpus.

    Raises RuntimeError where the user has no home.
    """
    home = os.environ.get("XDG_CACHE_HOME")
    base = Path(home) if home and os.path.isabs(home) else Path.home() / ".cache"
    place = blake2b(os.fsencode(os.path.realpath(corpus.folder)), digest_size=8).hexdigest()
    return base / "policydiff" / f"{place}.sqlite"


class _OtherVersion(Exception):
    """Another version of policydiff took the index over while this one was writing to it."""

    def __str__(self) -> str:
        return "another version of policydiff is using it"


@cache
def _stamp() -> str:
    """Tells whether policydiff would read a report as it did: a hash of its code and tables."""
    digest = blake2b(digest_size=16)
    for file in _sources(resources.files("policydiff")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir() and item.name != "__pycache__":
            yield from _sources(item)
        elif item.name.endswith((".py", ".yaml", ".tsv", ".txt")):
            yield item


# --- bringing it up to date -----------------------------------------------------------------------


def _updated(
    connection: sqlite3.Connection, corpus: Corpus, progress: Progress, path: Path | None = None
) -> Index:
    if not _is_ours(connection):
        with _transaction(connection, check=False):
            _lay_out(connection)
    unread = _read_changes(connection, corpus, progress)
    return Index(connection, corpus, unread, path)


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection, *, check: bool = True) -> Iterator[None]:
    """All or nothing, and only in an index of this very version."""
    connection.execute("begin immediate")
    try:
        if check and not _is_ours(connection):
            raise _OtherVersion
        yield
        connection.execute("commit")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # gone with some errors already
            connection.execute("rollback")
        raise


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the tables are there, and made by this version of policydiff."""
    there = connection.execute("select 1 from sqlite_master where name = 'stamp'").fetchone()
    return bool(there) and connection.execute("select * from stamp").fetchall() == [(_stamp(),)]


def _lay_out(connection: sqlite3.Connection) -> None:
    """Make empty tables, unless another process has just done so."""
    if _is_ours(connection):
        return
    for name in ("made", "clause", "wording", "words", "file", "report", "stamp"):
        connection.execute(f"drop table if exists {name}")
    for statement in _LAYOUT:
        connection.execute(statement)
    connection.execute("insert into stamp values (?)", (_stamp(),))


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it is to be stored. ``row`` is for the table report, None where it is there."""

    path: bytes
    seen: str
    hash: str
    row: tuple[object, ...] | None
    clauses: tuple[Clause, ...] = ()


def _read_changes(
    connection: sqlite3.Connection, corpus: Corpus, progress: Progress
) -> list[Unread]:
    """Read what is new, forget what is gone; returns the files that cannot even be opened."""
    known = {path: (seen, key) for path, seen, key in connection.execute("select * from file")}
    stored = {key for (key,) in connection.execute("select hash from report")}
    unread: list[Unread] = []
    batch: list[_Read] = []
    gone = set(known)
    for done, name in enumerate(corpus.files, 1):
        path, where = os.fsencode(name), corpus.folder / name
        try:
            seen = _seen(where)
            was, key = known.get(path, ("", ""))
            if seen and was == seen and key in stored:
                gone.discard(path)
            else:
                data = fetch(os.fspath(where))
                key = _file_hash(data, name)
                gone.discard(path)
                if key in stored:
                    batch.append(_Read(path, seen, key, None))
                else:
                    batch.append(_analysed(data, name, path, seen, key))
                    stored.add(key)
        except (PolicydiffError, OSError) as error:
            unread.append(_unread(name, error))
        if len(batch) >= _BATCH:
            _store(connection, batch)
            batch.clear()
        progress(done, len(corpus.files))
    if batch or gone:
        _store(connection, batch, gone)
    return unread


def _seen(path: Path) -> str:
    """What tells without reading it that a file is as it was; '' where nothing does yet."""
    status = path.stat()
    if time.time() - max(status.st_mtime, status.st_ctime) < _SETTLED:
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def _file_hash(data: bytes, name: str) -> str:
    """Of the bytes, and of the ending of the name, which tells the format."""
    ending = os.fsencode(PurePath(name).suffix.lower())
    return blake2b(ending + b"\0" + data, digest_size=16).hexdigest()


def content_hash(document: Document) -> str:
    """Tells whether two reports have the same text, whatever their encoding and white space."""
    return blake2b("".join(document.source.split()).encode(), digest_size=16).hexdigest()


def _unread(name: str, error: PolicydiffError | OSError) -> Unread:
    if isinstance(error, PolicydiffError):
        return Unread(name, error.what, error.remedy)
    return Unread(name, f"cannot be read ({error.strerror})", "check the file")


def _analysed(data: bytes, name: str, path: bytes, seen: str, key: str) -> _Read:
    """Read a report. Its name is kept out of it: title, region and year are the text's own."""
    try:
        source = read_bytes(data, name=name)
        document = document_of(
            build(source.text, name="", encoding=source.encoding, marks=source.marks)
        )
    except PolicydiffError as error:
        empty = (key, "", None, None, None, None, 0, error.what, error.remedy)
        return _Read(path, seen, key, empty)
    clauses = document.commitments
    row = (
        key, content_hash(document), document.title, document.region, document.year,
        document.encoding, len(clauses), None, None,
    )  # fmt: skip
    return _Read(path, seen, key, row, clauses)


def _store(
    connection: sqlite3.Connection, batch: Sequence[_Read], gone: set[bytes] | None = None
) -> None:
    """Write some files in one go, unless another process did; forget files that are gone."""
    with _transaction(connection):
        for read in batch:
            if read.row is not None:
                wordings = [wording_number(connection, clause) for clause in read.clauses]
                made = connection.execute(
                    "insert or ignore into report (hash, content, title, region, year, encoding,"
                    " commitments, what, remedy, sketch) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (*read.row, packed(read.clauses, wordings)),
                )
                if made.rowcount:
                    connection.executemany(
                        "insert into clause values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        (
                            (*clause_row(made.lastrowid, i, clause), wording)
                            for i, (clause, (wording, _)) in enumerate(
                                zip(read.clauses, wordings, strict=True)
                            )
                        ),
                    )
            connection.execute(
                "insert or replace into file values (?, ?, ?)", (read.path, read.seen, read.hash)
            )
        if gone is not None:
            connection.executemany("delete from file where path = ?", ((path,) for path in gone))
            connection.execute("delete from report where hash not in (select hash from file)")
            connection.execute("delete from wording where id not in (select wording from clause)")
            connection.execute("delete from words where id not in (select words from wording)")
