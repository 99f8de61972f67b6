"""The command line. What it does depends on how many reports it is given."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from typing import NoReturn, TextIO

from policydiff.analysis.documents import build, read
from policydiff.comparison import compare
from policydiff.corpus.folder import DEFAULT_CORPUS
from policydiff.errors import PolicydiffError, ReadError, UsageError, WriteError
from policydiff.models import Document
from policydiff.output.files import reason, write_whole, writer_for
from policydiff.output.result import Result
from policydiff.reading.source import read_stream


class Exit(IntEnum):
    """Exit statuses, as of diff."""

    DONE = 0
    DIFFERENT = 1  # with --exit-code only
    TROUBLE = 2
    INTERRUPTED = 130  # 128 + SIGINT, as shells report it


#: Stands for standard input among the reports, and for standard output behind -o.
_STREAM = "-"
_STDIN = "standard input"
_STDOUT = "standard output"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status. Errors are one line on standard error."""
    try:
        return _run(_options(arguments))
    except PolicydiffError as error:
        _tell(f"policydiff: {error}")
        return Exit.TROUBLE
    except KeyboardInterrupt:
        return Exit.INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    if options.help:
        _show(_parser().format_help())
        return Exit.DONE
    if options.version:
        _show(f"policydiff {_version()}\n")
        return Exit.DONE
    _check(options)
    result, differs = _MODES.get(len(options.reports), _follow)(options)
    write = writer_for(f".{options.format}")
    data = write(result, all=options.all, repairs=options.explain_repairs)
    if options.output in (None, _STREAM):
        _show(data.decode("utf-8"))
    else:
        write_whole(data, options.output)
    if not options.quiet:
        _tell(result.summary())
    return Exit.DIFFERENT if options.exit_code and differs else Exit.DONE


# --- what is done, by the number of reports -------------------------------------------------------


def _look_up(options: argparse.Namespace) -> tuple[Result, bool]:
    """One report: against the corpus."""
    # Comparing two reports, the commonest use, does without sqlite and the rest of it.
    from policydiff.cli.progress import bar
    from policydiff.corpus.comparison import compare_corpus

    report = _report(options.reports[0])
    with bar("reading the corpus", None if options.quiet else sys.stderr) as progress:
        result = compare_corpus(
            report,
            options.corpora or DEFAULT_CORPUS,
            gap=options.gap,
            cached=not options.no_cache,
            progress=progress,
            tell=lambda line: _tell(f"policydiff: {line}"),
        )
    return result, bool(result.missing)


def _compare(options: argparse.Namespace) -> tuple[Result, bool]:
    """Two reports: the old one and the new one."""
    old, new = (_report(name) for name in options.reports)
    result = compare(old, new)
    return result, bool(result.dropped or result.changed or result.added)


def _follow(options: argparse.Namespace) -> tuple[Result, bool]:
    """Three reports or more: the years."""
    from policydiff.years.threads import trajectory

    result = trajectory([_report(name) for name in options.reports])
    return result, any(t.fates for t in result.threads)


_MODES = {1: _look_up, 2: _compare}


# --- what is wanted -------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other trouble is said; argparse takes several."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(
            where="command line", what=message, remedy="see policydiff --help for what there is"
        )


def _parser() -> _Parser:
    parser = _Parser(
        prog="policydiff",
        usage="policydiff [options] REPORT | OLD NEW | YEAR YEAR YEAR...",
        description="Compare work reports. One: with every report of the corpus. Two: commitments"
        " dropped, changed, added and kept. Three or more: each commitment through the years.",
        epilog="Exit status: 0 done, 1 differences found (with --exit-code), 2 trouble.",
        allow_abbrev=False,
        # Not argparse's own --help and --version: those leave by SystemExit, and their output
        # would bypass what _show does about closed pipes.
        add_help=False,
    )
    parser.add_argument(
        "reports",
        nargs="*",
        metavar="REPORT",
        help="reports: .txt .md .html .docx; - is standard input",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write the result there, whole or not at all"
    )
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml", help="default: yaml")
    parser.add_argument(
        "--all", action="store_true", help="list everything, the kept commitments too"
    )
    parser.add_argument(
        "--corpora",
        metavar="DIR",
        help=f"with one report: the reports to compare it with; default: {DEFAULT_CORPUS}",
    )
    parser.add_argument(
        "--gap",
        metavar="K",
        type=_count,
        help="with one report: what K of the others make is missing here; default: a quarter",
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="with one report: keep no index of the corpus"
    )
    parser.add_argument(
        "--explain-repairs", action="store_true", help="list every repair of damaged text"
    )
    parser.add_argument(
        "--exit-code", action="store_true", help="exit with 1 when there are differences"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no summary on standard error")
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    parser.add_argument("-h", "--help", action="store_true", help="print this and exit")
    return parser


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line; options may stand between the reports, up to a ``--``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # argparse, when it allows options in between, forgets that a -- was there.
    end = given.index("--") if "--" in given else len(given)
    options = _parser().parse_intermixed_args(given[:end])
    options.reports += given[end + 1 :]
    return options


def _version() -> str:
    # Asked for rarely, and slow to import.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("policydiff")
    except PackageNotFoundError:
        return "(not installed)"


def _count(written: str) -> int:
    """A whole number from 1; argparse says what is wrong with any other."""
    if not written.isdecimal() or int(written) < 1:
        raise argparse.ArgumentTypeError(f"{written!r} is no number from 1")
    return int(written)


def _check(options: argparse.Namespace) -> None:
    """Refuse what makes no sense before any work is done."""
    reports, output = options.reports, options.output
    if not reports:
        raise UsageError(
            where="command line",
            what="no report given",
            remedy="give one to compare with the corpus, two to compare with each other,"
            " or those of several years",
        )
    for option in ("corpora", "gap", "no_cache"):
        if len(reports) > 1 and getattr(options, option):
            raise UsageError(
                where="command line",
                what=f"--{option.replace('_', '-')} goes with one report, and there are"
                f" {len(reports)}",
                remedy="leave it out, or give the one report to compare with the corpus",
            )
    if list(reports).count(_STREAM) > 1:
        raise UsageError(
            where="command line",
            what="standard input can be only one of the reports",
            remedy="save one of them to a file",
        )
    if output not in (None, _STREAM) and any(_same_file(output, r) for r in reports):
        raise UsageError(
            where=output,
            what="is one of the reports and would be overwritten",
            remedy="give another name to -o",
        )


def _same_file(output: str, report: str) -> bool:
    # Devices and pipes (/dev/stdin, /dev/null) may well be both.
    with contextlib.suppress(OSError, ValueError):
        return os.path.isfile(output) and os.path.samefile(output, report)
    return False


def _report(name: str) -> Document:
    if name != _STREAM:
        return read(name)
    if sys.stdin is None:
        raise _unread("is closed")
    try:
        source = read_stream(sys.stdin.buffer, name=_STDIN)
    except (OSError, ValueError) as error:  # a folder, or a closed stream
        raise _unread(f"cannot be read ({reason(error)})") from error
    return build(
        source.text,
        name=source.name,
        encoding=source.encoding,
        digest=source.sha256,
        marks=source.marks,
    )


def _unread(what: str) -> ReadError:
    return ReadError(where=_STDIN, what=what, remedy="pass the report by its file name")


# --- standard streams -----------------------------------------------------------------------------


def _show(text: str) -> None:
    """Write to standard output, as UTF-8 with plain newlines whatever the locale says."""
    stream = sys.stdout
    if stream is None:
        raise _unshown("is closed")
    try:
        binary = getattr(stream, "buffer", None)  # a stand-in, as in notebooks, may have none
        if binary is None:
            stream.write(text)
        else:
            binary.write(text.encode("utf-8"))
        stream.flush()
    except BrokenPipeError:
        _discard(stream)  # The reader has seen enough (| head): no trouble of ours.
    except (OSError, ValueError) as error:
        _discard(stream)
        raise _unshown(f"cannot be written ({reason(error)})") from error


def _unshown(what: str) -> WriteError:
    return WriteError(where=_STDOUT, what=what, remedy="name a file with -o")


def _tell(text: str) -> None:
    """Write to standard error. Where that is closed or full, there is nobody to be told."""
    stream = sys.stderr
    if stream is None:  # print() would take standard output instead
        return
    try:
        print(text, file=stream, flush=True)
    except (OSError, ValueError):
        _discard(stream)


def _discard(stream: TextIO) -> None:
    """Send what ``stream`` still holds nowhere; Python would fail on it again when it exits."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)
