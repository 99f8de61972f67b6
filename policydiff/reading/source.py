"""From the bytes of a file to its source text: what kind of file, which encoding, which text.

Nothing is guessed silently. Bytes are decoded strictly or refused with the place of the first bad
byte; replacement characters are never made up.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import PurePath
from typing import BinaryIO, Final, NoReturn

from policydiff.errors import EmptyReportError, EncodingError, ReadError, TooLargeError

#: The longest provincial report known has about 35 000 characters (96 kB). Fifty times that leaves
#: room for anything that is one report, and keeps a wrong file from occupying the machine.
MAX_CHARACTERS: Final = 2_000_000
#: No encoding that is read needs more than four bytes a character; the rest is for a BOM.
MAX_BYTES: Final = 4 * MAX_CHARACTERS + 16

#: Share of frequent characters among those beyond ASCII from which bytes count as decoded rightly.
#: Measured on 37 reports in both scripts: right 0.84 and more (0.6 in single paragraphs), wrong
#: 0.07 and less (0.43 in a paragraph of 12 characters).
_PLAUSIBLE: Final = 0.4
#: Share of control characters above which a text is binary. Text saved from Word has a few
#: (bells that end table cells); random bytes have ten times as many.
_MAX_CONTROLS: Final = 0.01
#: White space, and the end-of-file mark of DOS, are not counted as control characters.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
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
#: UTF-32 before UTF-16: the little-endian mark of one begins with that of the other.
_UTF_32_MARKS: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
#: Encodings without a mark, with the codecs that read them; where two are equally plausible the
#: earlier one wins, so the commonest comes first. Big5 files are written by Windows as cp950
#: (which alone has the full-width tilde and yuan sign); Hong Kong adds characters.
_UNMARKED: Final = {
    "gb18030": ("gb18030",),
    "big5": ("cp950", "big5hkscs"),
    "utf-16-le": ("utf-16-le",),
    "utf-16-be": ("utf-16-be",),
}
#: What an HTML page may declare, as Python's codec registry calls it. Others, such as
#: iso-8859-1, accept any bytes and so prove nothing.
_DECLARABLE: Final = {
    "utf-8": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "cp950": "big5",
    "big5hkscs": "big5",
}
_CHARSET: Final = re.compile(
    rb"<(?:meta\b[^>]{0,500}?\bcharset|\?xml\b[^>]{0,200}?\bencoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})",
    re.IGNORECASE,
)
_HTML: Final = re.compile(
    r"\s*(?:<\?xml\b[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
_NEWLINE: Final = re.compile(r"\r\n?")

_SAVE_AS: Final = "open it in Word or WPS and save it as .docx or .txt"
_RE_SAVE: Final = "open it in an editor and save it again as UTF-8"
_SPLIT: Final = "pass one report per file, as text without pictures"


@dataclass(frozen=True, slots=True)
class Source:
    """A report as text, with what was found out about its file.

    ``text`` has newlines as ``\\n`` and no BOM; of an HTML, Word or Markdown file it is what a
    reader sees, one block per line. ``encoding`` is 'utf-8', 'utf-8-sig', 'utf-16-le',
    'utf-16-be', 'gb18030', 'big5', or 'str' for text that was never bytes. ``media`` is 'text',
    'markdown', 'html' or 'docx'. ``name`` is the last component of the file name, as given.
    """

    text: str
    encoding: str
    media: str
    name: str


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
        text, encoding = decode(data, where=name, declared=_declared(head))
        media = "html" if _HTML.match(text) else media
        text = _text_of(media)(_unix_newlines(text))
    text = _unix_newlines(text)
    _refuse_empty(text, where=name)
    if len(text) > MAX_CHARACTERS:
        _refuse_size(f"has {len(text):,} characters", f"{MAX_CHARACTERS:,}", where=name)
    return Source(text=text, encoding=encoding, media=media, name=PurePath(name).name or name)


def accept(text: str, *, name: str) -> str:
    """Return a string that was not read from a file as source text: ``\\n`` newlines, no BOM.

    Raises EncodingError for NUL, other binary content and lone surrogates, EmptyReportError and
    TooLargeError, as for a file.

    >>> accept("甲\\r\\n乙", name="text")
    '甲\\n乙'
    """
    text = _sound(_unix_newlines(text), name)
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


def decode(data: bytes, *, where: str, declared: str | None = None) -> tuple[str, str]:
    """Decode ``data`` strictly and return its text, without BOM, and the encoding's name.

    In this order: a BOM; the ``declared`` encoding (of an HTML page) if it gives Chinese; UTF-8;
    then whichever of GB18030, Big5 and UTF-16 without BOM gives the most plausible Chinese.
    ``where`` names the input in messages.

    Raises ``EncodingError`` where the bytes are binary, UTF-32, or not text in any of these.

    >>> decode("繼續實施就業優先政策，穩步推進。".encode("big5"), where="a.txt")
    ('繼續實施就業優先政策，穩步推進。', 'big5')
    """
    if data.startswith(_UTF_32_MARKS):
        raise EncodingError(where=where, what="is in UTF-32", remedy=_RE_SAVE)
    for mark, encoding, codec in _MARKS:
        if data.startswith(mark):
            return _sound(_decode_marked(data, mark, codec, where), where), encoding
    if declared in _DECLARABLE and (promised := _best(data, [_DECLARABLE[declared]])) is not None:
        return promised
    text = _attempt(data, "utf-8")
    if text is not None and "\0" not in text:  # UTF-16 of mostly ASCII is valid UTF-8 with NULs
        return _sound(text, where), "utf-8"
    guess = _best(data, _UNMARKED)
    if guess is None:
        _refuse_bytes(data, where)
    return guess


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
            remedy=_SAVE_AS,
        )
    # Plain text is the ordinary case; zip, XML and markup take longer to import than a report
    # takes to read.
    from policydiff.reading.docx import text_of_docx

    return text_of_docx(data, where=where)


def _text_of(media: str) -> Callable[[str], str]:
    """The function that takes the marks of a format out of a decoded text."""
    if media == "text":
        return str
    from policydiff.reading.markup import text_of_html, text_of_markdown

    return {"markdown": text_of_markdown, "html": text_of_html}.get(media, str)


def _declared(head: bytes) -> str | None:
    """Return the encoding that an HTML page declares, if it is one that could be proved."""
    found = _CHARSET.search(head)
    if found is None:
        return None
    try:
        label = codecs.lookup(found[1].decode("latin-1")).name
    except (LookupError, ValueError):
        return None
    return label if label in _DECLARABLE else None


def _unix_newlines(text: str) -> str:
    return _NEWLINE.sub("\n", text)


# --- encoding -------------------------------------------------------------------------------------


def _attempt(data: bytes, encoding: str) -> str | None:
    for codec in _UNMARKED.get(encoding, (encoding,)):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return None


def _decode_marked(data: bytes, mark: bytes, codec: str, where: str) -> str:
    try:
        return data[len(mark) :].decode(codec)
    except UnicodeDecodeError as error:
        raise _broken(data, codec, error.start + len(mark), where) from error


def _best(data: bytes, encodings: Iterable[str]) -> tuple[str, str] | None:
    """Return the text that looks most like Chinese, and its encoding; None if none looks so."""
    best, best_plausibility = None, 0.0
    for encoding in encodings:
        text = _attempt(data, encoding)
        if text is None or _is_binary(text):
            continue
        plausibility = _plausibility(text)
        if plausibility >= _PLAUSIBLE and plausibility > best_plausibility:
            best, best_plausibility = (text.lstrip("\ufeff"), encoding), plausibility
    return best


def _sound(text: str, where: str) -> str:
    if _is_binary(text):
        raise _binary(where)
    return text.lstrip("\ufeff")


def _is_binary(text: str) -> bool:
    return "\0" in text or len(_CONTROLS.findall(text)) > _MAX_CONTROLS * len(text)


def _plausibility(text: str) -> float:
    """Return the share, 0 to 1, of frequent Chinese characters among those beyond ASCII.

    A text that is ASCII throughout is just plausible: any reading with Chinese in it is better.
    """
    counts = Counter(text)
    beyond = {
        character: count
        for character, count in counts.items()
        if not character.isascii() and not character.isspace()
    }
    if not beyond:
        return _PLAUSIBLE
    frequent = _frequent()
    hits = sum(count for character, count in beyond.items() if character in frequent)
    return hits / sum(beyond.values())


@cache
def _frequent() -> frozenset[str]:
    table = resources.files("policydiff.language.zh") / "frequent.txt"
    lines = table.read_text(encoding="utf-8").splitlines()
    return frozenset("".join(line.strip() for line in lines if not line.startswith("#")))


def _refuse_bytes(data: bytes, where: str) -> NoReturn:
    """Raise the error for bytes that no encoding reads: binary, or text broken at some byte."""
    if _is_binary(data.decode("latin-1")):
        raise _binary(where)
    # The encoding that comes nearest when bad bytes are stepped over is the one that was meant;
    # where none comes near, UTF-8 is what most tools would have tried.
    likeness = {
        codec: _plausibility(data.decode(codec, errors="replace"))
        for codec in ("utf-8", "gb18030", "cp950")
    }
    nearest = max(likeness, key=likeness.__getitem__)
    is_near = likeness[nearest] >= _PLAUSIBLE
    codec = nearest if is_near else "utf-8"
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        raise _broken(data, codec, error.start, where, is_certain=is_near) from error
    raise _binary(where)  # It decodes to Chinese: only its control characters stood against it.


def _broken(
    data: bytes, codec: str, offset: int, where: str, *, is_certain: bool = True
) -> EncodingError:
    line = _unix_newlines(data[:offset].decode(codec, errors="ignore")).count("\n") + 1
    name = "Big5" if codec == "cp950" else codec.upper()
    place = f"bad byte at offset {offset}, line {line}"
    what = f"is damaged {name} text ({place})"
    if not is_certain:
        what = f"is not Chinese text in GB18030, Big5, UTF-16 or {name} ({place})"
    return EncodingError(where=where, what=what, remedy=_RE_SAVE)


def _binary(where: str) -> EncodingError:
    return EncodingError(where=where, what="is binary, not text", remedy=_SAVE_AS)


# --- refusals -------------------------------------------------------------------------------------


def _refuse_foreign(head: bytes, *, where: str) -> None:
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise ReadError(where=where, what=what, remedy=_SAVE_AS)


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
