"""The command line: the number of reports says what is wanted. Results go to standard output."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Sequence
from enum import IntEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from policydiff.comparison import compare
from policydiff.documents import build, read
from policydiff.errors import PolicydiffError, UsageError, WriteError
from policydiff.models import Document
from policydiff.reading import read_stream
from policydiff.render import summary, to_json, to_yaml


class Exit(IntEnum):
    """Exit statuses, as of diff."""

    DONE = 0
    DIFFERENT = 1  # with --exit-code only
    TROUBLE = 2
    INTERRUPTED = 130  # 128 + SIGINT, as shells report it


#: Stands for standard input among the reports.
_STDIN = "-"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status. Errors are one line on standard error."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except PolicydiffError as error:
        print(f"policydiff: {error}", file=sys.stderr)
        return Exit.TROUBLE
    except BrokenPipeError:
        # The reader went away (| head): not an error of ours, and nothing more can be said.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except KeyboardInterrupt:
        return Exit.INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="policydiff",
        description="Compare two work reports: commitments dropped, changed, added and kept.",
        epilog="Exit status: 0 done, 1 differences found (with --exit-code), 2 trouble.",
    )
    parser.add_argument(
        "reports",
        nargs="+",
        metavar="REPORT",
        help="the old and the new report: .txt .md .html .docx; - is standard input",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write the result there, whole or not at all"
    )
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml", help="default: yaml")
    parser.add_argument("--all", action="store_true", help="list the kept commitments too")
    parser.add_argument(
        "--exit-code", action="store_true", help="exit with 1 when there are differences"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no summary on standard error")
    parser.add_argument("--version", action="version", version=f"policydiff {_version()}")
    return parser


def _version() -> str:
    try:
        return version("policydiff")
    except PackageNotFoundError:
        return "(not installed)"


def _run(options: argparse.Namespace) -> int:
    reports: list[str] = options.reports
    if len(reports) != 2:
        raise UsageError(
            where="command line",
            what=f"{len(reports)} report{'s' if len(reports) > 1 else ''} given",
            remedy="give two: the old one, then the new one",
        )
    if reports.count(_STDIN) > 1:
        raise UsageError(
            where="command line",
            what="standard input can be only one of the reports",
            remedy="save one of them to a file",
        )
    old, new = (_report(name) for name in reports)
    result = compare(old, new)
    shown = result.to_dict(kept=options.all)
    _write((to_json if options.format == "json" else to_yaml)(shown), options.output)
    if not options.quiet:
        print(summary(shown), file=sys.stderr)
    differs = bool(result.dropped or result.changed or result.added)
    return Exit.DIFFERENT if options.exit_code and differs else Exit.DONE


def _report(name: str) -> Document:
    if name != _STDIN:
        return read(name)
    source = read_stream(sys.stdin.buffer, name="standard input")
    return build(source.text, name=source.name, encoding=source.encoding)


def _write(text: str, output: str | None) -> None:
    """Write UTF-8 to standard output, or to a file in one step."""
    data = text.encode("utf-8")
    if output is None or output == _STDIN:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(output)
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # A device or pipe cannot be replaced; a folder says so itself.
        else:
            _replace(path, data)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise WriteError(
            where=output,
            what=f"cannot be written ({reason})",
            remedy="choose a file in a folder that you may write to, on a disk with room",
        ) from error


def _replace(path: Path, data: bytes) -> None:
    """Write a new file beside ``path`` and put it in its place; on failure the old one stays."""
    target = Path(os.path.realpath(path))
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:50]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes private files; the result gets the rights that the user's files have.
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
