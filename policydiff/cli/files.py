"""What -o may write, and the example reports that come with policydiff."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from policydiff.cli.streams import STREAM
from policydiff.errors import UsageError
from policydiff.language.patterns import compile_pattern
from policydiff.output.files import (
    WRITERS,
    ResultKind,
    check_suffix,
    suffix_of,
    unsaved,
    write_whole,
)

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

#: The file of a corpus that says of which region and year its reports are.
_CORPUS_TABLE: Final = "corpus.yaml"


#: What is made, by the number of reports; of more than two a trajectory.
_RESULTS: Final[dict[int, ResultKind]] = {1: "corpus", 2: "comparison"}


def check_output(
    output: str,
    form: str | None,
    reports: Sequence[str],
    corpus: str,
    *,
    force: bool,
    decisions: str | None = None,
) -> str:
    """The suffix of the kind of file to write: that of ``output``, else of ``form``, else .yaml.

    ``corpus``: the folder that is read where there is one report. Raises UsageError where the
    suffix names no kind that is made of such a result, or another than ``form`` does; and, unless
    ``force``, where a report that is read, the decisions, or a file of the corpus, would be
    overwritten.
    """
    kind = _RESULTS.get(len(reports), "trajectory")
    if not force:
        refuse_to_overwrite(output, reports, [corpus] if kind == "corpus" else [], decisions)
    suffix = suffix_of(output)
    is_device = os.path.exists(output) and not os.path.isfile(output)
    if not suffix or is_device:
        return f".{form or 'yaml'}"
    check_suffix(output)
    if form is not None and WRITERS[suffix] != WRITERS[f".{form}"]:
        raise UsageError(
            where=output,
            what=f"ends in {suffix}, and --format says {form}",
            remedy="leave out --format; the suffix says how a file is written",
        )
    return suffix


def check_labels(output: str, inputs: Sequence[str], *, force: bool) -> None:
    """Raises UsageError where the labels would overwrite what is read, unless ``force``."""
    if not force:
        refuse_to_overwrite(output, inputs, ())


def refuse_to_overwrite(
    output: str, reports: Sequence[str], corpora: Iterable[str], decisions: str | None = None
) -> None:
    """Raises UsageError where a path is one of the reports, a file of a corpus or the decisions."""
    what = None
    if _is_one_of(output, _inputs(reports)):
        what = "is one of the reports"
    elif decisions is not None and _is_one_of(output, [decisions]):
        what = "holds the decisions"
    elif _real_name(output) == _CORPUS_TABLE:
        what = "is what a corpus keeps its regions and years in"
    elif any(_is_one_of(output, _files_of(corpus)) for corpus in corpora):
        what = "is a file of the corpus"
    if what is not None:
        raise UsageError(
            where=output,
            what=f"{what} and would be overwritten",
            remedy="give another name to -o, or --force",
        )


def _real_name(output: str) -> str:
    """The name of what a path leads to; '' where it is not a valid one."""
    with contextlib.suppress(OSError, ValueError):
        return os.path.basename(os.path.realpath(output))
    return ""


def _is_one_of(output: str, files: Iterable[str | int]) -> bool:
    """Whether a path is one of some files, by whatever name or link."""
    # Devices and pipes (/dev/stdin, /dev/null) may well be both.
    if not os.path.isfile(output):
        return False
    here = os.stat(output)
    for file in files:
        with contextlib.suppress(OSError, ValueError):
            if os.path.samestat(here, os.stat(file)):
                return True
    return False


def _inputs(reports: Sequence[str]) -> Iterator[str | int]:
    for report in reports:
        if report != STREAM:
            yield report
        elif sys.stdin is not None:
            with contextlib.suppress(OSError, ValueError, AttributeError):
                yield sys.stdin.fileno()


def _files_of(corpus: str) -> Iterator[str]:
    """The files below a folder that could be reports of a corpus, behind links too."""
    from policydiff.reading.kinds import is_readable_name

    seen: set[str] = set()
    for folder, below, names in os.walk(corpus, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:  # a link that leads back
            below.clear()
            continue
        seen.add(real)
        for name in names:
            if is_readable_name(name):
                yield os.path.join(folder, name)


def quoted(path: str, windows: bool = os.name == "nt") -> str:
    r"""A path as a command line takes it.

    cmd knows double quotes alone, and PowerShell takes them too; no path of Windows holds one.

    >>> quoted("my county", windows=True), quoted(r"D:\2024.txt", windows=True)
    ('"my county"', 'D:\\2024.txt')
    >>> quoted("my county", windows=False)
    "'my county'"
    """
    if not windows:
        import shlex  # for the example alone

        return shlex.quote(path)
    return path if _PLAIN_ON_WINDOWS.fullmatch(path) else f'"{path}"'


#: What neither cmd nor PowerShell reads as more than a letter.
_PLAIN_ON_WINDOWS: Final = compile_pattern(r"[\w.:\\/-]+")


# --- the example ----------------------------------------------------------------------------------


#: Two reports that are dropped on it, on Windows, are compared.
_DROP_TWO_REPORTS: Final = "compare.bat"


def write_example(name: str, *, force: bool = False) -> list[str]:
    """Write the reports of two invented counties and what Windows compares two files with into a
    folder, and return their paths.

    Raises UsageError where the folder is there and not empty, unless ``force``; WriteError where
    it cannot be written.
    """
    from importlib import resources

    folder = Path(name)
    try:
        if not force and folder.is_dir() and any(folder.iterdir()):
            raise UsageError(
                where=name,
                what="is a folder with something in it",
                remedy="give the name of a new folder to --example, or --force",
            )
        written = []
        package = resources.files("policydiff")
        drop = (_DROP_TWO_REPORTS,), package / "cli" / _DROP_TWO_REPORTS
        for parts, file in (*_files_in(package / "example"), drop):
            path = folder.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file.read_bytes(), os.fspath(path))
            written.append(os.fspath(path))
    except (OSError, ValueError) as error:
        raise unsaved(name, error) from error
    return written


def _files_in(
    folder: Traversable, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Traversable]]:
    """The files below a folder in order, each with the names that lead to it."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _files_in(item, (*above, item.name))
        else:
            yield (*above, item.name), item
