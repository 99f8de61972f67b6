"""Results as files: which kind a suffix names, who writes it, and writing it whole or not at all.

A new kind of file is a module of this room with a function that makes its bytes, and a line in
``WRITERS``.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path, PurePath
from typing import Any, ClassVar, Final, Literal, Protocol, cast

from policydiff.errors import UsageError, WriteError

#: The three results, as the head of each names them.
ResultKind = Literal["comparison", "corpus", "trajectory"]
#: What a table holds in a cell.
Plain = str | int | float | bool | None


class Savable(Protocol):
    """What a writer is given: any of the three results."""

    kind: ClassVar[ResultKind]

    def to_dict(self, *, all: bool = True, repairs: bool = False) -> dict[str, Any]: ...

    def rows(self, *, all: bool = True) -> Sequence[Mapping[str, Plain]]: ...


class Writer(Protocol):
    """Makes the bytes of a file. ``all=False`` leaves out what a reader seldom wants.

    ``lang`` is the language of the words for people, as words.yaml has them; data has none.
    """

    def __call__(self, result: Savable, *, all: bool, repairs: bool, lang: str = ...) -> bytes: ...


#: Suffix, in small letters → module and function of this room; imported when they are wanted.
WRITERS: Final[dict[str, tuple[str, str]]] = {
    ".yaml": ("text", "yaml_file"),
    ".yml": ("text", "yaml_file"),
    ".json": ("text", "json_file"),
    ".csv": ("tables", "csv_file"),
    ".html": ("page.document", "html_file"),
    ".xlsx": ("office.document", "xlsx_file"),
    ".docx": ("office.document", "docx_file"),
    ".md": ("markdown", "markdown_file"),
}


def suffix_of(path: str | os.PathLike[str]) -> str:
    """The suffix that names the kind of a file, in small letters; '' for a name without one.

    >>> suffix_of("对照表.XLSX"), suffix_of("result")
    ('.xlsx', '')
    """
    return PurePath(os.fspath(path)).suffix.lower()


def check_suffix(path: str | os.PathLike[str]) -> None:
    """Raises UsageError where no kind of file that policydiff writes has this suffix."""
    suffix = suffix_of(path)
    if suffix in WRITERS:
        return
    if suffix:
        what = f"ends in {suffix}, which names no kind of file that policydiff writes"
    else:
        what = "has no suffix that says what kind of file to write"
    raise UsageError(
        where=os.fspath(path),
        what=what,
        remedy=f"end the name in one of {', '.join(s for s in WRITERS if s != '.yml')}",
    )


def writer_for(suffix: str) -> Writer:
    """The writer of the kind that a suffix of ``WRITERS`` names."""
    module, function = WRITERS[suffix]
    return cast(Writer, getattr(import_module(f"policydiff.output.{module}"), function))


def save(
    result: Savable,
    path: str | os.PathLike[str],
    *,
    all: bool = True,
    repairs: bool = False,
    lang: str = "zh",
) -> None:
    """Write a result to a file of the kind that the suffix names, whole or not at all.

    Raises UsageError for a suffix that names no kind and for an unknown language, before any work;
    WriteError where the file cannot be written.
    """
    check_suffix(path)
    write = writer_for(suffix_of(path))
    write_whole(write(result, all=all, repairs=repairs, lang=lang), os.fspath(path))


# --- whole or not at all --------------------------------------------------------------------------


def write_whole(data: bytes, name: str) -> None:
    """Write to a file in one step: it holds the whole result, or what it held before.

    Raises WriteError, which says why it cannot be written and what to do about it.
    """
    path = Path(name)
    try:
        if name.endswith(os.sep) or path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # A device or pipe cannot be replaced.
        else:
            _replace(path, data)
    except (OSError, ValueError) as error:  # ValueError: a name with NUL or a lone surrogate
        raise unsaved(name, error) from error


def _replace(path: Path, data: bytes) -> None:
    """Write a new file beside ``path`` and put it in its place; on failure the old one stays."""
    import tempfile  # slow to import, for what most runs do without

    target = Path(os.path.realpath(path))  # A link stays a link; what it points to is replaced.
    exists = target.exists()
    if exists and not os.access(target, os.W_OK):
        # Only the folder's rights decide on replacing; a write-protected file is meant to stay.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".policydiff.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes private files; the result gets the rights that the user's files have.
        os.chmod(temporary, target.stat().st_mode & 0o777 if exists else 0o666 & ~_umask())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def reason(error: Exception) -> str:
    """Why the system refused, in its own words."""
    return getattr(error, "strerror", None) or str(error)


def unsaved(name: str, error: OSError | ValueError) -> WriteError:
    """Say why a file could not be written, and what to do about it."""
    what = f"cannot be written ({reason(error)})"
    remedy = "choose a file in a folder that you may write to, on a disk with room"
    if not name or isinstance(error, ValueError):
        what, remedy = "is not a valid file name", "give another name"
    elif isinstance(error, IsADirectoryError):
        what, remedy = "is a folder, not a file", "name a file inside it"
    elif isinstance(error, FileNotFoundError):
        what, remedy = "lies in a folder that does not exist", "make that folder first"
    elif isinstance(error, PermissionError):
        what, remedy = "may not be written", "change the permissions or choose another place"
    return WriteError(where=name or "output file", what=what, remedy=remedy)
