"""Standard input, output and error: read as a report, written whole, told quietly."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING, Any, Final, TextIO

from policydiff.errors import ReadError, WriteError
from policydiff.output.files import reason

if TYPE_CHECKING:
    from policydiff.models import Document

#: Stands for standard input among the reports, and for standard output behind -o.
STREAM: Final = "-"
_STDIN: Final = "standard input"
_STDOUT: Final = "standard output"
#: What streams and their stand-ins raise where they cannot do what is asked.
_TROUBLE: Final = (OSError, ValueError, AttributeError)


def read_standard_input() -> Document:
    """The report on standard input. Raises ReadError where there is none."""
    from policydiff.analysis.documents import build
    from policydiff.reading.source import read_stream

    if sys.stdin is None:
        raise _unread("is closed")
    try:
        source = read_stream(sys.stdin.buffer, name=_STDIN)
    except _TROUBLE as error:  # a folder, or a closed stream
        raise _unread(f"cannot be read ({reason(error)})") from error
    return build(
        source.text,
        name=source.name,
        encoding=source.encoding,
        digest=source.sha256,
        marks=source.marks,
        warnings=source.warnings,
    )


def _unread(what: str) -> ReadError:
    return ReadError(where=_STDIN, what=what, remedy="pass the report by its file name")


def show(data: bytes) -> None:
    """Write UTF-8 text to standard output, all of it, whatever the locale says.

    Raises WriteError where that is closed, or cannot take all. A reader who went away (``| head``)
    has seen enough and is no trouble.
    """
    stream = sys.stdout
    if stream is None:
        raise _unshown("is closed")
    try:
        binary = getattr(stream, "buffer", None)  # a stand-in, as in notebooks, may have none
        if binary is None:
            stream.write(data.decode("utf-8"))
            getattr(stream, "flush", bool)()
        else:
            _flush(stream)  # What was printed before comes before.
            _write_all(getattr(binary, "raw", binary), data)
    except BrokenPipeError:
        _discard(stream)
    except _TROUBLE as error:
        _discard(stream)
        raise _unshown(f"cannot be written ({reason(error)})") from error


def _write_all(raw: Any, data: bytes) -> None:
    """Write to a stream that may take less than it is given, or nothing for now (None)."""
    rest = memoryview(data)
    while rest:
        taken = raw.write(rest)
        if taken is None and not isinstance(raw, io.RawIOBase):
            break  # A stand-in that does not say how much it took.
        if taken:
            rest = rest[taken:]
        else:
            _wait(raw)
    getattr(raw, "flush", bool)()


def _flush(stream: TextIO) -> None:
    while True:
        try:
            getattr(stream, "flush", bool)()
            return
        except BlockingIOError:
            _wait(stream)


def _wait(stream: Any) -> None:
    """Wait until a pipe that does not block takes more."""
    import selectors  # wanted so rarely that nobody is to wait for it

    with selectors.DefaultSelector() as selector:
        selector.register(stream.fileno(), selectors.EVENT_WRITE)
        selector.select()


def _unshown(what: str) -> WriteError:
    return WriteError(where=_STDOUT, what=what, remedy="name a file with -o")


def tell(text: str) -> None:
    """Write to standard error. Where that is closed or full, there is nobody to be told."""
    stream = sys.stderr
    if stream is None:  # print() would take standard output instead
        return
    try:
        print(text, file=stream, flush=True)
    except _TROUBLE:
        _discard(stream)


def _discard(stream: TextIO) -> None:
    """Send what ``stream`` still holds nowhere; Python would fail on it again when it exits."""
    with contextlib.suppress(*_TROUBLE):
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, number)
        finally:
            os.close(nowhere)
