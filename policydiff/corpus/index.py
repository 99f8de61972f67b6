"""The index of a corpus: every commitment of every report, read once and looked up often.

It lies in the user's cache folder, or in memory, and all of it can be made again from the reports.
Whatever happened to the file, what is read is what the reports hold: see database.py.
"""

from __future__ import annotations

import contextlib
import logging
from array import array
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar

from policydiff.align.features import with_features
from policydiff.align.identical import bare
from policydiff.align.packed import unpacked
from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.documents import language_of
from policydiff.corpus.cache import index_path, keep_few, stamp
from policydiff.corpus.database import DamagedIndex, Database, UnusableIndex, delete
from policydiff.corpus.folder import Corpus, Unread, identify
from policydiff.corpus.judging import Judged
from policydiff.corpus.overrides import Override
from policydiff.corpus.rows import (
    Sketch,
    StoredClauses,
    StoredReport,
    numbers_from,
    numbers_row,
    report_of,
    sketch_of,
    wording_number,
)
from policydiff.corpus.shares import Home, Share, home_of, judged_share
from policydiff.corpus.update import Progress, stored_files, update
from policydiff.corpus.workers import Jobs, Workers
from policydiff.errors import visible
from policydiff.models import Level

#: What the names of what is kept for reports that are asked about begin with. The links of so many
#: are kept, those that were asked about last.
ASKED: Final = b"asked"
_MOST_ASKED: Final = 16
#: So many sketches are read at a time: about 10 MiB.
_SKETCHES: Final = 100

T = TypeVar("T")
Warn = Callable[[str], None]
#: Where nobody asks for warnings, Python's logging prints them on standard error.
log: Final[Warn] = logging.getLogger("policydiff").warning


@dataclass(frozen=True, slots=True)
class Entry:
    """A report of the corpus. ``id`` is its place among ``Index.reports``, ``name`` its path in the
    corpus; ``commitments`` is how many it has, ``content`` tells equal texts; ``level`` is that of
    the government that it is of."""

    id: int = field(compare=False)
    name: str
    region: str | None
    year: int | None
    title: str | None
    commitments: int
    content: str
    level: Level | None = None


class Index:
    """An index as it was when it was opened; other processes may go on writing to it.

    ``reports`` are in order of their names; ``unread`` are files that could not be read,
    ``without`` those that hold no commitment and so are no reports. Its methods raise DamagedIndex
    where something is not there as it was stored.
    """

    def __init__(
        self,
        database: Database,
        corpus: Corpus,
        unread: Sequence[Unread],
        workers: Workers[Share, list[Judged] | None],
    ) -> None:
        """``unread``: the files of the corpus that could not be opened. The others are there.

        ``workers``: who judges which commitments are the same.
        """
        self.workers = workers
        self._database = database
        self._clauses: dict[int, StoredClauses] = {}
        self._kept: dict[bytes, array[int]] = {}
        failed = {*corpus.unread, *unread}
        without: list[str] = []
        reports: list[tuple[str, int, StoredReport]] = []
        for name, key, report in _stored(database, corpus, {file.name for file in failed}):
            if report.what is not None:
                failed.add(Unread(name, report.what, report.remedy))
            elif not report.commitments:
                without.append(name)
            else:
                reports.append((name, key, report))
        reports.sort(key=lambda each: each[0])
        self._keys = [key for _, key, _ in reports]
        self._reports = [report for _, _, report in reports]
        self.reports = tuple(
            _entry(number, name, report, corpus.overrides.get(name, Override()))
            for number, (name, _, report) in enumerate(reports)
        )
        self.unread = tuple(sorted(failed, key=lambda file: file.name))
        self.without = tuple(sorted(without))

    def commitments(self, report: int) -> StoredClauses:
        """The commitments of the report with this ``Entry.id``, in order."""
        return self.all_commitments([report])[report]

    def all_commitments(self, reports: Sequence[int]) -> dict[int, StoredClauses]:
        """The commitments of each of some reports, by their ``Entry.id``; good for ever."""
        missing = {self._keys[report] for report in reports} - self._clauses.keys()
        for key, row in self._database.some("clauses", missing):
            self._clauses[key] = StoredClauses(row)
        return {report: self._clauses[self._keys[report]] for report in reports}

    def keyed_commitments(self, entry: Entry) -> list[AnalysedClause]:
        """The commitments of a report with what they are compared by, which is stored, too."""
        (sketch,) = self.sketches([entry])
        clauses = self.commitments(entry.id)
        features = unpacked(sketch.features, language_of(()))
        return [with_features(clause, one) for clause, one in zip(clauses, features, strict=True)]

    def sketches(self, reports: Sequence[Entry]) -> Iterator[Sketch]:
        """The sketch of each of some reports, in their order; a few at a time are read."""
        for entry, row in zip(reports, self.sketch_rows(reports), strict=True):
            yield sketch_of(entry.id, row)

    def sketch_rows(self, reports: Sequence[Entry]) -> Iterator[bytes]:
        """The values that stand for these sketches."""
        for at in range(0, len(reports), _SKETCHES):
            keys = [self._keys[entry.id] for entry in reports[at : at + _SKETCHES]]
            rows = dict(self._database.some("sketch", set(keys)))
            yield from map(rows.__getitem__, keys)

    def wordings(self, texts: Sequence[str]) -> dict[str, int]:
        """The numbers of some texts, bare of marks, as sketches have them."""
        return {text: wording_number(text) for text in texts}

    def blanked(self) -> dict[int, str]:
        """The wordings that hold an x, which may stand for a digit that was blanked."""
        texts = (text for report in self._reports for text in report.blanked)
        return {wording_number(text): text for text in texts}

    def texts(self, report: int) -> list[str]:
        """The wording of each commitment of a report, in order."""
        return [bare(clause.folded) for clause in self.commitments(report)]

    def key(self, entry: Entry) -> int:
        """What tells the content of a report: the same in every index of it."""
        return self._keys[entry.id]

    @property
    def home(self) -> Home | None:
        """Where it lies; None for one in memory."""
        path = self._database.path
        return None if path is None else home_of(path)

    @cached_property
    def keys(self) -> Set[int]:
        """The keys of all reports."""
        return set(self._keys)

    def kept(self, name: bytes) -> array[int]:
        """Numbers that were kept under a name, or none."""
        if name in self._kept:
            return self._kept[name]
        row = self._database.get("made", name)
        return array("q") if row is None else numbers_from(row)

    def keep(self, name: bytes, numbers: array[int]) -> None:
        """Keep some numbers, where possible; the first says when, as ``time.time_ns``."""
        self._kept[name] = numbers

    def store_kept(self) -> None:
        """Store what is to be kept. Where that fails now it is made again the next time."""
        if self._kept:
            with (
                contextlib.suppress(UnusableIndex, DamagedIndex),
                self._database.writing(patient=False),
            ):
                rows = [(name, numbers_row(numbers)) for name, numbers in self._kept.items()]
                self._database.put("made", rows)
                self._database.delete("made", self._outlived())

    def _outlived(self) -> Sequence[bytes]:
        """The names of what belongs to reports that are gone, and to asked ones of long ago."""
        here = {b"%d" % key for key in self._keys}
        asked = [name for name in self._database.keys("made") if name.startswith(ASKED)]
        gone = self._database.keys("made") - here - set(asked)
        if len(asked) > _MOST_ASKED:
            kept = self._database.some("made", asked)
            times = {name: numbers_from(row)[0] for name, row in kept}
            gone |= set(sorted(asked, key=times.__getitem__)[:-_MOST_ASKED])
        return sorted(gone)


def _stored(
    database: Database, corpus: Corpus, unread: Set[str]
) -> Iterator[tuple[str, int, StoredReport]]:
    """Each file of a corpus that could be opened: its name, its key, and what it holds."""
    files = stored_files(database)
    keys = {}
    for path in corpus.files:
        name = corpus.names[path]
        if name not in unread:
            if path not in files:
                raise DamagedIndex(f"{name} was stored, and is not there")
            keys[name] = files[path].report
    rows = dict(database.some("report", set(keys.values())))
    for name, key in keys.items():
        yield name, key, report_of(rows[key])


def _entry(number: int, name: str, report: StoredReport, override: Override) -> Entry:
    region, year = identify(name, override, report.region, report.year)
    return Entry(
        *(number, name, region, year, report.title, report.commitments, report.content),
        report.level,
    )


# --- opening one ----------------------------------------------------------------------------------


def with_index(
    corpus: Corpus,
    work: Callable[[Index], T],
    *,
    cached: bool = True,
    progress: Progress | None = None,
    warn: Warn = log,
    jobs: Jobs = 1,
) -> T:
    """Do some work with the index of a corpus, which is brought up to date first.

    ``cached=False`` keeps it in memory. ``progress`` is told how many files of how many are done,
    and files are read, and links judged, by so many processes as ``jobs`` says, or by those of an
    executor; ``warn`` is given one line when something was wrong with the stored index. Whatever it
    was, the result is the same as without one: an index that turns out to be damaged, even while
    ``work`` reads it, is made anew, and the work done again. Any other error passes, and leaves the
    index alone. What ``work`` gives must not need the index any more: it is closed then.
    """
    shown = progress or (lambda done, total: None)
    if cached:
        where = "the index"
        try:
            path = _path(corpus)
            where = visible(str(path))
            try:
                return _on_disk(path, corpus, work, shown, warn, jobs)
            except DamagedIndex:
                _discard(path)
                warn(f"{where}: was damaged and is made anew")
                return _on_disk(path, corpus, work, shown, warn, jobs)
        except (UnusableIndex, DamagedIndex) as error:
            warn(f"{where}: cannot be used ({error}); going on without it")
    with contextlib.closing(Database(None, stamp())) as database:
        return _with(database, update(database, corpus, shown, jobs), corpus, work, jobs)


def _path(corpus: Corpus) -> Path:
    """Where the index is stored; its folder is made. Raises UnusableIndex where that fails."""
    try:
        path = index_path(corpus)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (OSError, RuntimeError) as error:
        raise UnusableIndex(getattr(error, "strerror", None) or str(error)) from error
    return path


def _discard(path: Path) -> None:
    try:
        delete(path)
    except OSError as error:
        raise UnusableIndex(f"it is damaged, and cannot be deleted: {error.strerror}") from error


def _on_disk(
    path: Path,
    corpus: Corpus,
    work: Callable[[Index], T],
    progress: Progress,
    warn: Warn,
    jobs: Jobs,
) -> T:
    with contextlib.closing(Database(path, stamp())) as database:
        try:
            unread = update(database, corpus, progress, jobs)
        except UnusableIndex as error:
            if not error.full:
                raise
            warn(f"{visible(str(path))}: the disk is full; going on in memory")
            with contextlib.closing(database.copy()) as copy:
                return _with(copy, update(copy, corpus, progress, jobs), corpus, work, jobs)
        keep_few(path)
        return _with(database, unread, corpus, work, jobs)


def _with(
    database: Database,
    unread: Sequence[Unread],
    corpus: Corpus,
    work: Callable[[Index], T],
    jobs: Jobs,
) -> T:
    with Workers(judged_share, jobs) as workers, database.reading():
        index = Index(database, corpus, unread, workers)
        result = work(index)
    index.store_kept()
    return result
