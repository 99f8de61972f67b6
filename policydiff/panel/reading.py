"""Reading many reports, here or on any executor, in order and one by one."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path

from policydiff.comparison import Report, document_of
from policydiff.corpus.folder import Corpus, identify, open_corpus
from policydiff.corpus.overrides import Override
from policydiff.errors import PolicydiffError, ReadError, readable, shortened
from policydiff.many import AHEAD
from policydiff.models import Document

#: How much is said of an unexpected error, in characters.
_MESSAGE = 200


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What became of one file: ``document``, or ``error`` where it could not be read.

    ``name`` is its path as it was given, or was listed. ``asked``: it was named, and not only
    lies in a folder that was.
    """

    name: str
    document: Document | None
    error: PolicydiffError | None
    asked: bool = True

    @property
    def counts(self) -> bool:
        """Whether it is a report to make tables of: of the files of a folder only those with
        commitments and a year are, as in a corpus."""
        document = self.document
        if document is None:
            return False
        return self.asked or (document.year is not None and bool(document.commitments))


@dataclass(frozen=True, slots=True)
class _File:
    """A file to read. ``place``: its path in the folder that was given, and what corpus.yaml says
    of it; None where the file itself was given."""

    report: Report
    name: str
    place: tuple[str, Override] | None = None


def read_many(
    reports: Iterable[Report], executor: Executor | None = None, *, ahead: int = AHEAD
) -> Iterator[ReadResult]:
    """Read reports; the results come in the order of the reports, each as it is ready.

    ``reports``: paths of files, and of folders, in which every file that may be a report is read,
    in the order of their paths; regions and years as ``compare_corpus`` has them, with
    ``corpus.yaml``. ``executor`` is any ``concurrent.futures.Executor``; without one they are read
    here. A file that cannot be read gives an error and does not stop the others; an executor whose
    workers died raises what it raises. Raises ReadError for a folder that cannot be listed.

    >>> [(done.name, str(done.error)) for done in read_many(["missing.txt"])]
    [('missing.txt', 'missing.txt: does not exist; check the path')]
    """
    yield from read_files(listed(reports), executor, ahead=ahead)


def listed(reports: Iterable[Report]) -> Sequence[_File]:
    """The files that are read, those of folders one by one. Raises ReadError."""
    return [file for report in reports for file in _files_of(report)]


def _files_of(report: Report) -> Iterator[_File]:
    if isinstance(report, Document):
        yield _File(report, report.name)
    elif os.path.isdir(report):
        corpus = open_corpus(report)
        yield from (_in_folder(corpus, path) for path in corpus.files)
    else:
        yield _File(report, readable(os.fspath(report)))


def _in_folder(corpus: Corpus, path: str) -> _File:
    name = corpus.names[path]
    shown = readable(os.fspath(corpus.folder / name))
    return _File(corpus.folder / Path(path), shown, (name, corpus.overrides.get(name, Override())))


def read_files(
    files: Iterable[_File], executor: Executor | None = None, *, ahead: int = AHEAD
) -> Iterator[ReadResult]:
    """The same for files as ``listed`` gives them."""
    if executor is None:
        for file in files:
            yield _read(file)
        return
    waiting: deque[tuple[_File, Future[ReadResult]]] = deque()
    try:
        for file in files:
            waiting.append((file, executor.submit(_read, file)))
            if len(waiting) >= ahead:
                yield _finished(*waiting.popleft())
        while waiting:
            yield _finished(*waiting.popleft())
    finally:
        for _, future in waiting:
            future.cancel()


def _read(file: _File) -> ReadResult:
    asked = file.place is None
    try:
        document = document_of(file.report)
        if file.place is not None:
            region, year = identify(*file.place, document.region, document.year)
            document = replace(document, name=file.place[0], region=region, year=year)
        return ReadResult(file.name, document, None, asked)
    except PolicydiffError as error:
        return ReadResult(file.name, None, error, asked)
    except Exception as error:
        # A fault of one file, whatever it is, must not lose the thousand others.
        return ReadResult(file.name, None, _unexpected(file.name, error), asked)


def _unexpected(name: str, error: Exception) -> PolicydiffError:
    return ReadError(
        where=name,
        what=f"failed ({type(error).__name__}: {shortened(str(error), _MESSAGE)})",
        remedy="report this bug, with the file",
    )


def _finished(file: _File, future: Future[ReadResult]) -> ReadResult:
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception as error:
        # Something failed on the way there, or on the way back.
        return ReadResult(file.name, None, _unexpected(file.name, error), file.place is None)
