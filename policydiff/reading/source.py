"""From the bytes of a file to its source text: what kind of file, which encoding, which text.

Nothing is guessed silently. Bytes are decoded strictly or refused with the place of the first bad
byte; replacement characters are never made up.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePath
from typing import BinaryIO, Final, NoReturn

from policydiff.errors import EmptyReportError, EncodingError, ReadError, TooLargeError
from policydiff.language.patterns import compile_pattern
from policydiff.language.zh.data import letters_of_reports
from policydiff.reading.encoding import sound_text, unix_newlines
from policydiff.reading.kinds import (
    HEAD_BYTES,
    begins_as_page,
    binary_kind,
    is_mime,
    kind_of_markup,
    named_kind,
)
from policydiff.reading.marks import Marks

#: The longest provincial report known has about 35 000 characters (96 kB). Fifty times that leaves
#: room for anything that is one report, and keeps a wrong file from occupying the machine.
MAX_CHARACTERS: Final = 2_000_000
#: No encoding that is read needs more than four bytes a character; the rest is for a BOM.
MAX_BYTES: Final = 4 * MAX_CHARACTERS + 16

#: Halves of UTF-16 pairs; strict decoding never yields one, careless programs do.
_SURROGATE: Final = compile_pattern("[\ud800-\udfff]")

#: Word files and saved pages carry pictures and markup along with their text.
_MAX_CONTAINER_BYTES: Final = 64 * 1024 * 1024

#: A text of so many letters and figures has Chinese in it, or it is no report in Chinese.
_ENOUGH_LETTERS: Final = 200
#: The beginning of a text tells its language.
_ENOUGH_TO_TELL: Final = 50_000
#: And of these, so many are asked first.
_AT_ONCE: Final = 1_000
#: In reports nine letters of ten are Chinese, a table of numbers still has a third; a page in
#: English about a Chinese county has some in a hundred, and text in an unknown encoding none.
_HARDLY_ANY: Final = 0.01
#: Letters of Latin-1 beyond ASCII. Of a text in a European language hardly one letter in ten is
#: such a letter; where so many are, the bytes of Chinese were decoded as Latin-1, which the
#: repairs undo.
_LATIN: Final = compile_pattern("[\u00c0-\u00ff]")
_WRONGLY_DECODED: Final = 0.3

_SPLIT: Final = "pass one report per file, as text without pictures"


@dataclass(frozen=True, slots=True)
class Source:
    """A report as text, with what was found out about its file.

    ``text`` has newlines as ``\\n`` and no BOM; where the file is no plain text it is what a reader
    sees, one block per line. ``encoding`` is 'utf-8', 'utf-8-sig', 'utf-16-le', 'utf-16-be',
    'gb18030', 'big5', 'hz', 'utf-7', or 'str' for text that was never bytes. ``media`` is the kind
    of file, by its content: 'text', 'csv', 'markdown', 'html', 'docx', 'xlsx', 'odt', 'mht',
    'wordxml', 'rtf', 'ofd', 'pdf' or 'doc'. ``name`` is the last component of the file name, as
    given.
    ``marks`` are the headings and tables that the file knows of. ``warnings`` say what is
    doubtful, each in one sentence.
    ``sha256`` is of the file's bytes.
    """

    text: str
    encoding: str
    media: str
    name: str
    marks: Marks = field(default_factory=Marks)
    warnings: tuple[str, ...] = ()
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

    >>> source = read_bytes("一、稳增长。\r\n".encode("gbk"), name="云南/2019.txt")
    >>> source.text, source.encoding, source.media, source.name
    ('一、稳增长。\n', 'gb18030', 'text', '2019.txt')
    """
    _refuse_more_bytes(len(data), _byte_limit(name, data[:HEAD_BYTES]), where=name)
    if not data.strip():
        _refuse_empty("", where=name)
    from policydiff.reading.marks import TooMuchTextError
    from policydiff.reading.readers import read_content

    try:
        media, content = read_content(data, name=name)
    except TooMuchTextError:
        _refuse_size("has more characters than a report", f"{MAX_CHARACTERS:,}", where=name)
    _refuse_empty(content.text, where=name)
    if len(content.text) > MAX_CHARACTERS:
        _refuse_size(f"has {len(content.text):,} characters", f"{MAX_CHARACTERS:,}", where=name)
    _refuse_other_language(content.text, where=name)
    return Source(
        text=content.text,
        encoding=content.encoding,
        media=media,
        name=PurePath(name).name or name,
        marks=content.marks,
        warnings=content.warnings,
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
    head = stream.read(HEAD_BYTES)
    limit = _byte_limit(where, head)
    _refuse_more_bytes(known_size, limit, where=where)
    data = head + stream.read(limit + 1 - len(head))
    if len(data) > limit:
        _refuse_size(f"goes on after {limit:,} bytes", f"{limit:,}", where=where)
    return data


def _byte_limit(name: str, head: bytes) -> int:
    plain = (
        named_kind(name) in ("text", "markdown")
        and not (begins_as_page(head) or is_mime(head) or kind_of_markup(head))
        and binary_kind(head, name=name) is None
    )
    return MAX_BYTES if plain else _MAX_CONTAINER_BYTES


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


# --- refusals -------------------------------------------------------------------------------------


def _refuse_other_language(text: str, *, where: str) -> None:
    """Refuse a long text with hardly any Chinese in it: another language, or code."""
    text = text[:_ENOUGH_TO_TELL]
    if letters_of_reports(text[:_AT_ONCE]) >= _HARDLY_ANY * len(text):
        return  # as of any report: its beginning tells
    letters = sum(map(str.isalnum, text))
    if letters < _ENOUGH_LETTERS or letters_of_reports(text) >= _HARDLY_ANY * letters:
        return
    if sum(1 for _ in _LATIN.finditer(text)) < _WRONGLY_DECODED * letters:
        raise ReadError(
            where=where,
            what="holds hardly any Chinese characters",
            remedy="check that the right file was saved, and as text",
        )


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
