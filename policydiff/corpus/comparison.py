"""One report against a corpus: where else its commitments stand, and which ones it lacks."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from policydiff.analysis.clause import analysed
from policydiff.analysis.documents import language_of
from policydiff.comparison import Report, document_of
from policydiff.corpus.database import DamagedIndex, UnusableIndex
from policydiff.corpus.folder import DEFAULT_CORPUS, Corpus, Unread, open_corpus
from policydiff.corpus.index import Entry, Index, Warn, log, with_index
from policydiff.corpus.kept import links_of_asked
from policydiff.corpus.links import ReportLinks
from policydiff.corpus.missing import Wanted, missing_from
from policydiff.corpus.places import OtherReports, shared
from policydiff.corpus.records import Missing, Spot
from policydiff.corpus.result import CorpusComparison
from policydiff.corpus.update import Progress, content_hash, failure
from policydiff.corpus.workers import Jobs
from policydiff.errors import UsageError
from policydiff.models import Document

#: A commitment is missing where at least this share of the other reports makes it, and of their
#: regions, and at least two of them do, unless told.
_GAP_SHARE = 4
#: What is missing is asked of reports at most so many years away, the span of a five-year plan:
#: what was promised long before is not promised again. But only where there are enough of them.
_NEAR_YEARS: Final = 5
_ENOUGH: Final = 8
#: So many reports are named in a note.
_NAMED: Final = 5


def compare_corpus(
    report: Report,
    corpus: str | os.PathLike[str] = DEFAULT_CORPUS,
    *,
    gap: int | None = None,
    cached: bool = True,
    progress: Progress | None = None,
    warn: Warn = log,
    jobs: Jobs = 1,
) -> CorpusComparison:
    """Compare a report with every report of a corpus, a folder.

    ``gap``: how many of the others make what counts as missing here; a quarter of them, and at
    least two, unless told. ``cached=False`` keeps the index of the corpus in memory. ``progress``,
    ``warn`` and ``jobs`` (a number, or any executor) as in ``with_index``. Raises PolicydiffError
    where the report or the folder cannot be read; files of the corpus that cannot be read are
    listed in the result.
    """
    if gap is not None and (not isinstance(gap, int) or gap < 1):
        raise UsageError(
            where="gap", what=f"is {gap!r}", remedy="give a whole number of reports, 1 or more"
        )
    document = document_of(report)
    opened = open_corpus(corpus)
    return with_index(
        opened,
        lambda index: _compared(document, opened, index, gap),
        cached=cached,
        progress=progress,
        warn=warn,
        jobs=jobs,
    )


def _compared(
    document: Document, corpus: Corpus, index: Index, gap: int | None
) -> CorpusComparison:
    entries, own, passed, notes = _others(document, index)
    region, year = (own.region, own.year) if own else (document.region, document.year)
    links, failed = _links(document, index, entries)
    entries = tuple(entry for entry in entries if entry.id not in failed)
    alike, levels = _alike(entries, document)
    alike, years = _near(alike, year)
    wanted = gap if gap is not None else max(2, -(-len(alike) // _GAP_SHARE))
    others = OtherReports(index, entries, region, year, document.level)
    commitments = analysed(document.commitments, language_of(document.commitments))
    spots: list[list[Spot]] = [[] for _ in commitments]
    for report, some, _ in links:
        for i, position, score in some:
            spots[i].append(Spot(report, position, score))
    regions = {others.owner(entry.id) for entry in alike}
    missing, note = _missing(
        index,
        alike,
        links,
        Wanted(wanted, 1 if gap is not None else -(-len(regions) // _GAP_SHARE)),
        others,
        language_of(commitments).fold(document.source),
    )
    return CorpusComparison(
        report=document,
        region=region,
        year=year,
        folder=os.fspath(corpus.folder),
        others=entries,
        gap=wanted,
        shared=tuple(
            shared(clause, each, others) for clause, each in zip(commitments, spots, strict=True)
        ),
        missing=missing,
        unread=tuple(sorted((*index.unread, *failed.values()), key=lambda file: file.name)),
        passed_over=passed,
        notes=(*corpus.notes, *notes, *_bounded(links, index), *levels, *years, *note),
    )


# --- a bug that one report brings out must not lose the others ------------------------------------


def _links(
    document: Document, index: Index, entries: Sequence[Entry]
) -> tuple[list[ReportLinks], dict[int, Unread]]:
    """The links with each report, and the reports that made policydiff fail, by ``Entry.id``.

    Raises the first error where every report does: then none of them is at fault.
    """
    try:
        return links_of_asked(document.commitments, index, entries), {}
    except (DamagedIndex, UnusableIndex, UsageError):
        raise
    except Exception as error:
        first = error
    links: list[ReportLinks] = []
    failed: dict[int, Unread] = {}
    for entry in entries:
        try:
            links += links_of_asked(document.commitments, index, [entry])
        except (DamagedIndex, UnusableIndex, UsageError):
            raise
        except Exception as error:
            failed[entry.id] = failure(entry.name, error)
    if not links:
        raise first
    return links, failed


def _missing(
    index: Index,
    entries: Sequence[Entry],
    links: Sequence[ReportLinks],
    wanted: Wanted,
    others: OtherReports,
    own_text: str,
) -> tuple[tuple[Missing, ...], tuple[str, ...]]:
    try:
        return missing_from(index, entries, links, wanted, others, own_text)
    except (DamagedIndex, UnusableIndex, UsageError):
        raise
    except Exception as error:
        what = failure("", error).what
        return (), (f"looking for what is missing {what}; report this bug, with the corpus",)


# --- which reports are compared -------------------------------------------------------------------


def _others(
    document: Document, index: Index
) -> tuple[tuple[Entry, ...], Entry | None, tuple[str, ...], tuple[str, ...]]:
    """The reports to compare with; the report's own entry, if it is there; what is passed over."""
    notes: list[str] = []
    passed = list(index.without)
    own = None
    itself = content_hash(document)
    first: dict[str, Entry] = {}
    kept = []
    for entry in index.reports:
        if entry.content == itself:
            own = own or entry
            notes.append(f"{entry.name} is the report itself and was left out")
        elif entry.year is None:
            passed.append(entry.name)
        elif entry.content in first:
            notes.append(
                f"{entry.name} has the same text as {first[entry.content].name} and was left out"
            )
        else:
            first[entry.content] = entry
            kept.append(entry)
    notes += _doubled(kept)
    if not kept:
        notes.append("the corpus holds no other report to compare with")
    return tuple(kept), own, tuple(sorted(passed)), tuple(notes)


def _alike(
    entries: tuple[Entry, ...], document: Document
) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The reports of the same level of government, which can be asked what is missing; notes.

    One that does not tell its level counts. Where no other is of this level, all have to do.
    """
    level = document.level
    if level is None:
        return entries, ()
    alike = tuple(entry for entry in entries if entry.level in (level, None))
    left = len(entries) - len(alike)
    if not left:
        return entries, ()
    if not alike:
        return entries, (
            f"no other report is of this level ({level}): what is missing was looked for among"
            " reports of other levels, which promise other things",
        )
    return alike, (
        f"{left} reports are of another level than this one ({level}), and were not asked what is"
        " missing",
    )


def _near(
    entries: tuple[Entry, ...], year: int | None
) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The reports of years near one, where there are enough of them; a note of how many are not."""
    if year is None:
        return entries, ()
    near = tuple(entry for entry in entries if abs((entry.year or year) - year) <= _NEAR_YEARS)
    left = len(entries) - len(near)
    if not left or len(near) < _ENOUGH:
        return entries, ()
    return near, (
        f"{left} reports are more than {_NEAR_YEARS} years away, and were not asked what is"
        " missing",
    )


def _bounded(links: Sequence[ReportLinks], index: Index) -> Iterable[str]:
    """A note where so much is alike in the report and others that not all of it was looked at."""
    names = [index.reports[one.report].name for one in links if one.bounded]
    if names:
        shown = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
        yield (
            f"so much in the report and in {len(names)} others is alike that not all of it was set"
            f" against each other, and links may be missing: {shown}"
        )


def _doubled(entries: Iterable[Entry]) -> Iterable[str]:
    """A note for each region and year with several reports."""
    names: defaultdict[tuple[str, int | None], list[str]] = defaultdict(list)
    for entry in entries:
        if entry.region is not None:
            names[entry.region, entry.year].append(entry.name)
    for (region, year), several in names.items():
        if len(several) > 1:
            yield (
                f"{', '.join(several)} are all for {region} {year}, and each was counted;"
                " corpus.yaml can correct or skip them"
            )
