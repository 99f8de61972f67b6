"""Bringing an index up to date: what is new in the folder is read, what is gone is forgotten.

A report is known by the hash of its bytes, so only new content is read; a file that was moved is
not.
"""

from __future__ import annotations

import os
import stat
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path, PurePath
from typing import Final

from policydiff.analysis.documents import build
from policydiff.comparison import document_of
from policydiff.corpus.database import Database
from policydiff.corpus.folder import Corpus, Unread
from policydiff.corpus.overrides import kind_of
from policydiff.corpus.rows import (
    Rows,
    StoredReport,
    number_of,
    report_rows,
    unread_rows,
)
from policydiff.corpus.workers import Jobs, Workers
from policydiff.errors import PolicydiffError, ReadError, UsageError, shortened
from policydiff.models import Document
from policydiff.reading.source import fetch, read_bytes

#: Reports are written so many at a time: a build that is killed loses no more, and another
#: process never waits longer than it takes to write them.
_BATCH: Final = 32
#: A file that changed so shortly before it was read, in seconds, may change again within the same
#: tick of the clock: its content is looked at again the next time.
_SETTLED: Final = 2.0

#: How much is said of an unexpected error, in characters.
_MESSAGE: Final = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What the index knows of a file: ``seen`` tells without reading that it is as it was, ''
    where nothing does; ``report`` is the key of what it holds."""

    seen: str
    report: int

    def row(self) -> bytes:
        """The value of the table file."""
        return f"{self.report} {self.seen}".encode()


def stored_files(database: Database) -> dict[str, StoredFile]:
    """The files that the index knows, by their paths in the corpus."""
    known = {}
    for path, row in database.all("file"):
        report, _, seen = row.decode().partition(" ")
        known[os.fsdecode(path)] = StoredFile(seen, int(report))
    return known


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it is to be stored. ``rows`` is None where its content is in the index already."""

    path: str
    file: StoredFile
    rows: Rows | None


@dataclass(frozen=True, slots=True)
class _Started:
    """A file whose content is known. ``rows`` waits for what is to be stored of it."""

    path: str
    file: StoredFile
    rows: Callable[[], Rows] | None


def update(
    database: Database, corpus: Corpus, progress: Progress, jobs: Jobs = 1
) -> tuple[Unread, ...]:
    """Bring an index up to date with a folder; returns the files that cannot even be opened.

    ``progress`` is told how many files of how many are done; ``jobs``: how many processes read, or
    an executor. Whatever goes wrong with one file, the others are read.
    """
    known = stored_files(database)
    unread: list[Unread] = []
    batch: list[_Read] = []
    changed = False
    with Workers(_analysed, jobs) as workers:
        reads = _reads(corpus, known, database.keys("report"), workers)
        for done, read in enumerate(reads, 1):
            if isinstance(read, Unread):
                unread.append(read)
            elif read is not None:
                batch.append(read)
            if len(batch) >= _BATCH or (batch and done == len(corpus.files)):
                _store(database, batch)
                changed = True
                batch.clear()
            progress(done, len(corpus.files))
    # Files that are there and not in this list are left: another process may have found them since.
    gone = [p for p in known.keys() - set(corpus.files) if not os.path.lexists(corpus.folder / p)]
    if changed or gone:
        _forget(database, gone)
    return tuple(unread)


def _reads(
    corpus: Corpus, known: Mapping[str, StoredFile], stored: set[int], workers: Workers[bytes, Rows]
) -> Iterator[_Read | Unread | None]:
    """Each file as it is now, in order; None where it is known and as it was."""
    failed: dict[int, Exception] = {}
    waiting: deque[_Started | Unread | None] = deque()
    for path in corpus.files:
        started = _looked_at(corpus, path, known.get(path), stored, workers)
        if isinstance(started, _Started):
            stored.add(started.file.report)
        waiting.append(started)
        while len(waiting) >= workers.ahead:
            yield _finished(corpus, waiting.popleft(), stored, failed)
    while waiting:
        yield _finished(corpus, waiting.popleft(), stored, failed)


def _finished(
    corpus: Corpus,
    started: _Started | Unread | None,
    stored: set[int],
    failed: dict[int, Exception],
) -> _Read | Unread | None:
    """A file that was handed out, as it is to be stored. ``failed``: which reports could not be
    read, though others that hold the same were not read for their sake."""
    if not isinstance(started, _Started):
        return started
    report, name = started.file.report, corpus.names[started.path]
    try:
        if started.rows is None and report in failed:
            raise failed[report]
        rows = None if started.rows is None else started.rows()
        return _Read(started.path, started.file, rows)
    except UsageError:  # no fault of the file
        raise
    except PolicydiffError as error:
        said: Exception = error
        unread = Unread(name, error.what, error.remedy)
    except Exception as error:
        # It is not stored: another version may well read the file.
        said, unread = error, failure(name, error)
    failed[report] = said
    stored.discard(report)
    return unread


def _looked_at(
    corpus: Corpus,
    path: str,
    known: StoredFile | None,
    stored: set[int],
    workers: Workers[bytes, Rows],
) -> _Started | Unread | None:
    """A file as it is now; None where it is known and as it was."""
    name = corpus.names[path]
    try:
        where = corpus.folder / path
        seen = _seen(where)
        if known and seen and known.seen == seen and known.report in stored:
            return None
        data = fetch(os.fspath(where))
        report = _report_key(data, name)
        rows = None if report in stored else workers.start(data, name)
        return _Started(path, StoredFile(seen, report), rows)
    except PolicydiffError as error:
        return Unread(name, error.what, error.remedy)
    except OSError as error:
        return Unread(name, f"cannot be read ({error.strerror})", "check the file")
    except Exception as error:
        return failure(name, error)


def failure(name: str, error: Exception) -> Unread:
    """What is said of a file that brings out a bug of ours.

    >>> failure("a.txt", KeyError("x")).what
    "made policydiff fail (KeyError: 'x')"
    """
    said = shortened(str(error), _MESSAGE)
    kind = type(error).__name__
    what = f"made policydiff fail ({kind}: {said})" if said else f"made policydiff fail ({kind})"
    return Unread(name, what, "report this bug, with the file")


def _seen(path: Path) -> str:
    """What tells without reading it that a file is as it was; '' where nothing does yet.

    Raises ReadError for what is no regular file: opening a pipe may take for ever.
    """
    try:
        status = path.stat()
    except OSError:
        return ""  # opening it says what is wrong, and what to do
    if not stat.S_ISREG(status.st_mode):
        raise ReadError(
            where=str(path),
            what=f"is {kind_of(status.st_mode)}, not a file",
            remedy="take it out of the corpus",
        )
    if time.time() - max(status.st_mtime, status.st_ctime) < _SETTLED:
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def _report_key(data: bytes, name: str) -> int:
    """Of the bytes, and of the ending of the name, which tells the format."""
    return number_of(os.fsencode(PurePath(name).suffix.lower()) + b"\0" + data)


def content_hash(document: Document) -> str:
    """Tells whether two reports have the same text, whatever their encoding and white space."""
    return blake2b("".join(document.source.split()).encode(), digest_size=16).hexdigest()


def _analysed(data: bytes, name: str) -> Rows:
    """Read a report. Its name is kept out of it: title, region and year are the text's own."""
    try:
        source = read_bytes(data, name=name)
        document = document_of(
            build(source.text, name="", encoding=source.encoding, marks=source.marks)
        )
    except PolicydiffError as error:
        return unread_rows(error.what, error.remedy)
    report = StoredReport(
        content_hash(document),
        document.title,
        document.region,
        document.year,
        level=document.level,
    )
    return report_rows(report, document.commitments)


# --- storing --------------------------------------------------------------------------------------


def _store(database: Database, batch: Sequence[_Read]) -> None:
    """Write some files in one go."""
    new = {read.file.report: read.rows for read in batch if read.rows is not None}
    with database.writing():
        for table in ("clauses", "sketch", "report"):
            database.put(table, [(key, getattr(rows, table)) for key, rows in new.items()])
        database.put("file", [(os.fsencode(read.path), read.file.row()) for read in batch])


def _forget(database: Database, gone: Iterable[str]) -> None:
    """Delete files that are gone, and the reports that no file holds."""
    with database.writing():
        database.delete("file", map(os.fsencode, gone))
        held = {file.report for file in stored_files(database).values()}
        lost = database.keys("report") - held
        if lost:
            for table in ("report", "sketch", "clauses"):
                database.delete(table, lost)
