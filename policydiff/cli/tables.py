"""The commands that make a table of many reports: ``targets``, ``levels`` and ``indicators``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from policydiff.cli.files import refuse_to_overwrite
from policydiff.cli.options import Parser, whole_number
from policydiff.cli.progress import bar
from policydiff.cli.speech import error_said, said
from policydiff.cli.streams import STREAM, read_standard_input, show, tell
from policydiff.errors import PolicydiffError, UsageError, visible
from policydiff.output.files import suffix_of, write_whole
from policydiff.output.languages import LANGUAGES

if TYPE_CHECKING:
    from policydiff.models import Document
    from policydiff.output.files import Plain
    from policydiff.panel.reading import ReadResult

    Rows = list[dict[str, Plain]]

#: How many files that could not be read are named on standard error.
_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what it does, in words; the suffixes that ``-o`` may have, the first is that of
    standard output; and its maker: documents, suffix and language → bytes of the file, and a line
    that says how much is in it."""

    about: str
    suffixes: tuple[str, ...]
    make: Callable[[list[Document], str, str], tuple[bytes, str]]


def _targets(documents: list[Document], suffix: str, lang: str) -> tuple[bytes, str]:
    from policydiff.panel.targets import targets

    rows = targets(documents)
    main = sum(row["headline"] is True for row in rows)
    regions = len({document.region for document in documents})
    return _table(rows, "targets", suffix), (
        f"{len(documents)} reports of {regions} regions: {len(rows)} targets, {main} of them main"
    )


def _levels(documents: list[Document], suffix: str, lang: str) -> tuple[bytes, str]:
    from policydiff.panel.levels import levels

    made = levels(documents)
    rows = made.rows()
    heights = len({document.level for document in documents})
    indicators = len({(row["year"], row["indicator"], row["measure"]) for row in rows})
    return made.file(suffix, lang), (
        f"{len(documents)} reports of {heights} levels: {len(rows)} targets of {indicators}"
        " indicators on more than one level"
    )


def _indicators(documents: list[Document], suffix: str, lang: str) -> tuple[bytes, str]:
    from policydiff.panel.indicators import indicators

    rows = indicators(documents)
    tables = len(
        {(row["year"], row["indicator"], row["measure"], row["base_unit"]) for row in rows}
    )
    regions = len({document.region for document in documents})
    return _table(rows, "indicators", suffix), (
        f"{len(documents)} reports of {regions} regions: {len(rows)} main targets in"
        f" {tables} tables"
    )


def _table(rows: Rows, table: str, suffix: str) -> bytes:
    if suffix == ".json":
        return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    from policydiff.output.columns import columns
    from policydiff.output.tables import csv_bytes

    return csv_bytes(rows, [column.name for column in columns(table)])


COMMANDS: Final[dict[str, Command]] = {
    "targets": Command(
        "A row for each target of each report, as a table.", (".csv", ".json"), _targets
    ),
    "levels": Command(
        "For each main indicator the targets of one year from the nation down, and what each level"
        " adds.",
        (".csv", ".html"),
        _levels,
    ),
    "indicators": Command(
        "For each main indicator and year who aims at what, in which words, what was reached of the"
        " aim before, and whether it was raised or lowered.",
        (".csv", ".json"),
        _indicators,
    ),
}


def run(name: str, arguments: Sequence[str], lang: str) -> bool:
    """Run a command of ``COMMANDS``; False where a report that was named could not be read, or
    none could. Raises PolicydiffError."""
    command = COMMANDS[name]
    parser = _parser(name, command, lang)
    options = parser.parse_intermixed_args(list(arguments))
    if options.help:
        show(parser.format_help().encode("utf-8"))
        return True
    suffix = _checked(options, name, command)
    read = _read(options, lang)
    documents = [done.document for done in read if done.document is not None and done.counts]
    passed = sum(done.document is not None and not done.counts for done in read)
    data, counted = command.make(documents, suffix, options.lang or LANGUAGES[0])
    if options.output is None:
        show(data)
    else:
        write_whole(data, options.output)
        if not options.quiet:
            tell(said(f"wrote {visible(options.output)}", lang))
    failed = [done for done in read if done.error is not None]
    if not options.quiet:
        tell(said(counted, lang))
        if passed:
            tell(said(f"passed over {passed}: no report, or of no known year", lang))
    for done in failed[:_NAMED]:
        if done.error is not None:
            tell(f"policydiff: {error_said(done.error, lang)}")
    if len(failed) > _NAMED:
        tell(said(f"not read: {len(failed) - _NAMED} more files", lang))
    return bool(documents) and not any(done.asked for done in failed)


def _parser(name: str, command: Command, lang: str) -> argparse.ArgumentParser:
    parser = Parser(
        lang,
        prog=f"policydiff {name}",
        usage=f"policydiff {name} [options] REPORT...",
        description=command.about,
        epilog="Exit status: 0 done, 2 trouble: a report that was named cannot be read.",
        allow_abbrev=False,
        add_help=False,
    )
    add = parser.add_argument
    add("reports", nargs="*", metavar="REPORT", help="reports, and folders of reports")
    add(
        *("-o", "--output"),
        metavar="FILE",
        help=f"write the table there, whole or not at all: {' '.join(command.suffixes)}",
    )
    add("--jobs", metavar="N", type=whole_number, help="how many to read at the same time")
    add("--force", action="store_true", help="let -o overwrite a report")
    add("--lang", choices=LANGUAGES, help="language of messages and pages")
    add("-q", "--quiet", action="store_true", help="no summary on standard error")
    add("--debug", action="store_true", help="show where in policydiff an error came from")
    add("-h", "--help", action="store_true", help="print this and exit")
    return parser.translated()


def _checked(options: argparse.Namespace, name: str, command: Command) -> str:
    """The suffix of what is written. Raises UsageError for what makes no sense."""
    reports = options.reports
    if not reports:
        raise UsageError(
            where=f"policydiff {name}",
            what="no report given",
            remedy="give reports, or folders of reports",
        )
    if reports.count(STREAM) > 1:
        raise UsageError(
            where=f"policydiff {name}",
            what="standard input can be only one of the reports",
            remedy="save one of them to a file",
        )
    if options.output in (None, STREAM):
        options.output = None
        return command.suffixes[0]
    if not options.force:
        folders = [report for report in reports if os.path.isdir(report)]
        files = [report for report in reports if report not in folders]
        refuse_to_overwrite(options.output, files, folders)
    suffix = suffix_of(options.output)
    if suffix not in command.suffixes:
        raise UsageError(
            where=options.output,
            what=f"has no suffix that policydiff {name} writes",
            remedy=f"end the name in one of {', '.join(command.suffixes)}",
        )
    return suffix


def _read(options: argparse.Namespace, lang: str) -> list[ReadResult]:
    """Every file, read or not. Raises PolicydiffError where a worker process died."""
    from policydiff.panel.reading import listed, read_files

    files = listed(read_standard_input() if r == STREAM else r for r in options.reports)
    jobs = min(options.jobs or os.cpu_count() or 1, len(files))
    workers: AbstractContextManager[Executor | None] = (
        ProcessPoolExecutor(jobs) if jobs > 1 else nullcontext()
    )
    read: list[ReadResult] = []
    try:
        with (
            bar(said("reading", lang), None if options.quiet else sys.stderr) as progress,
            workers as executor,
        ):
            for done in read_files(files, executor):
                read.append(done)
                progress(len(read), len(files))
    except BrokenExecutor as error:
        raise PolicydiffError(
            where=visible(files[min(len(read), len(files) - 1)].name),
            what="or a report near it ended a worker process, perhaps for want of memory",
            remedy="use fewer --jobs",
        ) from error
    return read
