"""From the bytes of a file to its source text: what kind of file, which encoding, which text.

Nothing is guessed silently. Bytes are decoded strictly or refused with the place of the first bad
byte; replacement characters are never made up.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePath
from typing import BinaryIO, Final, NoReturn

from policydiff.errors import EmptyReportError, EncodingError, ReadError, TooLargeError
from policydiff.reading.encoding import (
    SAVE_AS,
    declared_encoding,
    decode,
    sound_text,
    unix_newlines,
)

#: The longest provincial report known has about 35 000 characters (96 kB). Fifty times that leaves
#: room for anything that is one report, and keeps a wrong file from occupying the machine.
MAX_CHARACTERS: Final = 2_000_000
#: No encoding that is read needs more than four bytes a character; the rest is for a BOM.
MAX_BYTES: Final = 4 * MAX_CHARACTERS + 16

#: What stands at the beginning tells the format. 1024 bytes are where browsers look for a charset;
#: pages that are generated from Word put more in front of it.
_HEAD_BYTES: Final = 4096

#: Halves of UTF-16 pairs; strict decoding never yields one, careless programs do.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_MEDIA: Final = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
}
#: What a zip container begins with (a file, or the end of an empty directory), and how large one
#: may be: Word files and saved pages carry pictures.
_ZIP_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_MAX_CONTAINER_BYTES: Final = 64 * 1024 * 1024
#: Formats that reports come in and that are not read, by the bytes that they begin with.
_FOREIGN: Final = (
    (b"%PDF", "is a PDF file"),
    (b"\xd0\xcf\x11\xe0", "is an old binary Office file (.doc, .wps) or protected by a password"),
    (b"{\\rtf", "is an RTF file"),
    (b"\x89PNG", "is a picture (PNG)"),
    (b"\xff\xd8\xff", "is a picture (JPEG)"),
    (b"\x1f\x8b", "is a compressed file (gzip)"),
    (b"Rar!\x1a\x07", "is a compressed file (RAR)"),
    (b"7z\xbc\xaf\x27\x1c", "is a compressed file (7z)"),
)
_HTML: Final = re.compile(
    r"\s*(?:<\?xml\b[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)

_SPLIT: Final = "pass one report per file, as text without pictures"


@dataclass(frozen=True, slots=True)
class Source:
    """A report as text, with what was found out about its file.

    ``text`` has newlines as ``\\n`` and no BOM; of an HTML, Word or Markdown file it is what a
    reader sees, one block per line. ``encoding`` is 'utf-8', 'utf-8-sig', 'utf-16-le',
    'utf-16-be', 'gb18030', 'big5', or 'str' for text that was never bytes. ``media`` is 'text',
    'markdown', 'html' or 'docx'. ``name`` is the last component of the file name, as given.
    ``sha256`` is of the file's bytes.
    """

    text: str
    encoding: str
    media: str
    name: str
    sha256: str = field(default="", repr=False, compare=False)


def read_source(path: str | os.PathLike[str]) -> Source:
    """Read the file at ``path``.

    Raises ``ReadError`` where it cannot be opened or its format cannot be read, and whatever
    ``read_bytes`` raises. Never reads more than the limits allow, even from a device.
    """
    where = os.fspath(path)
    return read_bytes(fetch(where), name=where)


def read_stream(stream: BinaryIO, *, name: str) -> Source:
    """Read an open binary stream, such as standard input, up to the limits.

    Raises what ``read_bytes`` raises, and ``OSError`` where the stream itself fails.

    >>> from io import BytesIO
    >>> read_stream(BytesIO("一、稳增长".encode("utf-16")), name="-").encoding
    'utf-16-le'
    """
    return read_bytes(_bounded(stream, where=name), name=name)


def read_bytes(data: bytes, *, name: str) -> Source:
    r"""Turn the content of a file into a ``Source``; ``name`` is its name or path, for messages.

    Raises ``EmptyReportError`` (no text), ``TooLargeError`` (more than ``MAX_CHARACTERS``, or more
    bytes than such a text could have), ``EncodingError`` (binary, or in no known encoding),
    ``ReadError`` (a format that is not read, or a damaged Word file).

    >>> read_bytes("一、稳增长。\r\n".encode("gbk"), name="云南/2019.txt")
    Source(text='一、稳增长。\n', encoding='gb18030', media='text', name='2019.txt')
    """
    head = data[:_HEAD_BYTES]
    _refuse_more_bytes(len(data), _byte_limit(name, head), where=name)
    _refuse_foreign(head, where=name)
    media = _media_of(name, head)
    if media == "docx" and data.strip():
        text, encoding = _docx(data, where=name)
    else:
        text, encoding = decode(data, where=name, declared=declared_encoding(head))
        media = "html" if _HTML.match(text) else media
        text = _text_of(media)(unix_newlines(text))
    text = unix_newlines(text)
    _refuse_empty(text, where=name)
    if len(text) > MAX_CHARACTERS:
        _refuse_size(f"has {len(text):,} characters", f"{MAX_CHARACTERS:,}", where=name)
    return Source(
        text=text,
        encoding=encoding,
        media=media,
        name=PurePath(name).name or name,
        sha256=sha256(data).hexdigest(),
    )


def accept(text: str, *, name: str) -> str:
    """Return a string that was not read from a file as source text: ``\\n`` newlines, no BOM.

    Raises EncodingError for NUL, other binary content and lone surrogates, EmptyReportError and
    TooLargeError, as for a file.

    >>> accept("甲\\r\\n乙", name="text")
    '甲\\n乙'
    """
    text = sound_text(unix_newlines(text), name)
    _refuse_empty(text, where=name)
    if len(text) > MAX_CHARACTERS:
        _refuse_size(f"has {len(text):,} characters", f"{MAX_CHARACTERS:,}", where=name)
    surrogate = _SURROGATE.search(text)
    if surrogate:
        raise EncodingError(
            where=name,
            what=f"holds half a character (a lone surrogate) at offset {surrogate.start()}",
            remedy="decode the bytes strictly before handing the text over",
        )
    return text


# --- fetching -------------------------------------------------------------------------------------


def fetch(where: str) -> bytes:
    """The bytes of the file at ``where``, never more than a report of its format may have.

    Raises ``ReadError`` where it cannot be opened, ``TooLargeError`` where it is larger.
    """
    try:
        with open(where, "rb") as stream:
            status = os.fstat(stream.fileno())
            known_size = status.st_size if stat.S_ISREG(status.st_mode) else 0
            return _bounded(stream, where=where, known_size=known_size)
    except (OSError, ValueError) as error:  # ValueError: a path with NUL or a lone surrogate
        raise _unopened(where, error) from error


def _bounded(stream: BinaryIO, *, where: str, known_size: int = 0) -> bytes:
    """Read ``stream`` to its end, or raise as soon as it is known to be larger than the limit."""
    head = stream.read(_HEAD_BYTES)
    limit = _byte_limit(where, head)
    _refuse_more_bytes(known_size, limit, where=where)
    data = head + stream.read(limit + 1 - len(head))
    if len(data) > limit:
        _refuse_size(f"goes on after {limit:,} bytes", f"{limit:,}", where=where)
    return data


def _byte_limit(name: str, head: bytes) -> int:
    # Word files and saved pages carry pictures and markup along with their text.
    start = head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
    begins_as_page = _HTML.match(start) is not None
    large = begins_as_page or _media_of(name, head) in ("docx", "html")
    return _MAX_CONTAINER_BYTES if large else MAX_BYTES


def _unopened(where: str, error: OSError | ValueError) -> ReadError:
    """Say why ``where`` could not be opened, and what to do about it."""
    what = f"cannot be read ({getattr(error, 'strerror', None) or error})"
    remedy = "check the path"
    if isinstance(error, ValueError):
        what = "is no possible file name"
    elif os.path.isdir(where):
        what, remedy = "is a folder, not a file", "name the report inside it"
    elif isinstance(error, FileNotFoundError):
        what = "is a link to a missing file" if os.path.islink(where) else "does not exist"
    elif isinstance(error, PermissionError):
        what, remedy = "may not be read", "change its permissions or copy it elsewhere"
    return ReadError(where=where, what=what, remedy=remedy)


# --- format ---------------------------------------------------------------------------------------


def is_readable_name(name: str) -> bool:
    """Whether a file of this name is one that policydiff reads, as far as its name says.

    >>> is_readable_name("2026-安徽省.TXT"), is_readable_name("map.pdf")
    (True, False)
    """
    return PurePath(name).suffix.lower() in _MEDIA


def _media_of(name: str, head: bytes) -> str:
    if head.startswith(_ZIP_MAGIC):
        return "docx"
    return _MEDIA.get(PurePath(name).suffix.lower(), "text")


def _docx(data: bytes, *, where: str) -> tuple[str, str]:
    if not data.startswith(_ZIP_MAGIC):
        raise ReadError(
            where=where,
            what="is called .docx but is no Word file (it does not begin as a zip container)",
            remedy=SAVE_AS,
        )
    # Plain text is the ordinary case; zip, XML and markup take longer to import than a report
    # takes to read.
    from policydiff.reading.docx import text_of_docx

    return text_of_docx(data, where=where)


def _text_of(media: str) -> Callable[[str], str]:
    """The function that takes the marks of a format out of a decoded text."""
    if media == "text":
        return str
    from policydiff.reading.html import text_of_html
    from policydiff.reading.markdown import text_of_markdown

    return {"markdown": text_of_markdown, "html": text_of_html}.get(media, str)


# --- refusals -------------------------------------------------------------------------------------


def _refuse_foreign(head: bytes, *, where: str) -> None:
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise ReadError(where=where, what=what, remedy=SAVE_AS)


def _refuse_empty(text: str, *, where: str) -> None:
    if not text.replace("\ufeff", "").strip():
        raise EmptyReportError(
            where=where, what="has no text in it", remedy="check that the right file was saved"
        )


def _refuse_more_bytes(size: int, limit: int, *, where: str) -> None:
    if size > limit:
        _refuse_size(f"has {size:,} bytes", f"{limit:,}", where=where)


def _refuse_size(what: str, limit: str, *, where: str) -> NoReturn:
    raise TooLargeError(where=where, what=f"{what}, the limit is {limit}", remedy=_SPLIT)
