"""The command line. What it does depends on how many reports it is given."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from policydiff.cli.files import quoted, write_example
from policydiff.cli.options import COMMANDS, DEFAULT_CORPUS, check, make_parser, parse
from policydiff.cli.speech import error_said, language, said
from policydiff.cli.streams import STREAM, read_standard_input, show, tell
from policydiff.errors import PolicydiffError, UsageError, shortened, visible
from policydiff.output.files import write_whole, writer_for
from policydiff.output.languages import LANGUAGES
from policydiff.version import __version__

if TYPE_CHECKING:
    from policydiff.models import Document
    from policydiff.output.result import Result

# What reading and comparing needs is imported when it is wanted: --help does without, comparing two
# reports without the corpus, and an interrupt in the meantime ends as any other.


class Exit(IntEnum):
    """Exit statuses, as of diff."""

    DONE = 0
    DIFFERENT = 1  # with --exit-code only
    TROUBLE = 2
    INTERRUPTED = 130  # 128 + SIGINT, as shells report it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status. Errors are one line on standard error."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = language(given)
    try:
        command, others = _command(given)
        if command is not None:
            done = _run_table(command, others, lang)
            return Exit.DONE if done else Exit.TROUBLE
        return _run(parse(given), lang)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Exception as error:
        if "--debug" in given:
            import traceback

            tell(traceback.format_exc().rstrip("\n"))
        tell(f"policydiff: {_said(error, lang)}")
        return Exit.TROUBLE


def _command(given: list[str]) -> tuple[str | None, list[str]]:
    """The command that the first argument names, if any, and the others; --lang may stand first."""
    first = 0
    if given[:1] == ["--lang"]:
        first = 2
    elif given and given[0].startswith("--lang="):
        first = 1
    if given[first : first + 1] and given[first] in COMMANDS:
        return given[first], [*given[:first], *given[first + 1 :]]
    return None, given


def _run_table(name: str, arguments: Sequence[str], lang: str) -> bool:
    from policydiff.cli.tables import run

    return run(name, arguments, lang)


def _said(error: Exception, lang: str) -> str:
    """An error in one line. One that nobody foresaw is a fault of policydiff, and says so."""
    if isinstance(error, PolicydiffError):
        return error_said(error, lang)
    if isinstance(error, MemoryError):
        return said("there is not enough memory; give fewer or smaller reports", lang)
    why = visible(f"{type(error).__name__}: {shortened(str(error), 200)}")
    return said(
        f"an error that should not happen ({why});"
        " please report this with the command and the report; --debug shows where it came from",
        lang,
    )


def _run(options: argparse.Namespace, lang: str) -> int:
    if options.help:
        show(make_parser(lang).format_help().encode("utf-8"))
        return Exit.DONE
    if options.version:
        show(f"policydiff {__version__}\n".encode())
        return Exit.DONE
    if options.example is not None:
        return _write_example(options, lang)
    check(options)
    if options.tasks:
        return _write_tasks(options, lang)
    result, differs = _MODES.get(len(options.reports), _follow)(options, lang)
    write = writer_for(options.suffix)
    shown_in = options.lang or LANGUAGES[0]
    data = write(result, all=options.all, repairs=options.explain_repairs, lang=shown_in)
    if options.output is None:
        show(data)
    else:
        write_whole(data, options.output)
    if not options.quiet:
        tell(said(result.summary(), lang))
        if options.output is not None:
            tell(said(f"wrote {visible(options.output)}", lang))
    if options.open:
        import webbrowser

        webbrowser.open(Path(options.output).resolve().as_uri())
    return Exit.DIFFERENT if options.exit_code and differs else Exit.DONE


def _write_tasks(options: argparse.Namespace, lang: str) -> int:
    """One report: its commitments as tasks to hand out."""
    from policydiff.output.office.tasks import TASK_WRITERS

    report = _report(options.reports[0])
    write = TASK_WRITERS[options.suffix]
    write_whole(write(report, options.lang or LANGUAGES[0]), options.output)
    if not options.quiet:
        tell(said(f"wrote {visible(options.output)}: {len(report.commitments)} tasks", lang))
    return Exit.DONE


def _write_example(options: argparse.Namespace, lang: str) -> int:
    if options.reports:
        raise UsageError(
            where="command line",
            what="--example goes without reports",
            remedy="write the example first, then compare its reports",
        )
    written = write_example(options.example, force=options.force)
    reports = [path for path in written if path.endswith(".txt")]
    if not options.quiet:
        wrote = f"wrote {len(reports)} reports to {visible(options.example)}; now try:"
        tell(said(wrote, lang))
        tell(visible(f"  policydiff {' '.join(map(quoted, reports[:2]))}"))
        folder = quoted(os.path.normpath(options.example))
        tell(visible(f"  policydiff {quoted(reports[-1])} --corpora {folder}"))
    return Exit.DONE


# --- what is done, by the number of reports -------------------------------------------------------


def _look_up(options: argparse.Namespace, lang: str) -> tuple[Result, bool]:
    """One report: against the corpus."""
    from policydiff.cli.progress import bar
    from policydiff.corpus.comparison import compare_corpus

    report = _report(options.reports[0])
    with bar(said("reading the corpus", lang), None if options.quiet else sys.stderr) as progress:
        result = compare_corpus(
            report,
            options.corpora or DEFAULT_CORPUS,
            gap=options.gap,
            cached=not options.no_cache,
            jobs=options.jobs or 1,
            progress=progress,
            warn=lambda line: tell(f"policydiff: {said(line, lang)}"),
        )
    return result, bool(result.missing)


def _compare(options: argparse.Namespace, lang: str) -> tuple[Result, bool]:
    """Two reports: the old one and the new one."""
    from policydiff.cli.progress import bar
    from policydiff.comparison import compare

    old, new = (_report(name) for name in options.reports)
    asking = said("asking the language model", lang)
    with bar(asking, None if options.quiet else sys.stderr) as progress:
        result = compare(
            old, new, decisions=options.decisions, semantic=options.semantic, progress=progress
        )
    if options.export_labels is not None:
        _export_labels(options, old, new)
    return result, bool(result.dropped or result.changed or result.added)


def _export_labels(options: argparse.Namespace, old: Document, new: Document) -> None:
    """Write what persons decided as labels, with the reports as they were given."""
    from policydiff.decisions import as_labels, read_decisions
    from policydiff.output.text import to_yaml

    labels = as_labels(read_decisions(options.decisions), old, new)
    labels |= dict(zip(("old", "new"), options.reports, strict=True))
    write_whole(to_yaml(labels).encode("utf-8"), options.export_labels)


def _follow(options: argparse.Namespace, lang: str) -> tuple[Result, bool]:
    """Three reports or more: the years."""
    from policydiff.years.threads import trajectory

    result = trajectory([_report(name) for name in options.reports])
    return result, any(t.fates for t in result.threads)


_MODES = {1: _look_up, 2: _compare}


def _report(name: str) -> Document:
    from policydiff.analysis.documents import read

    return read_standard_input() if name == STREAM else read(name)
