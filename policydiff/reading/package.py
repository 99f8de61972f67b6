"""The zip container of an office file and the XML in it, read with every size bounded.

The file is not trusted: sizes are counted while unpacking, and a document type is refused, so that
no entity can expand or reach out.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Final, Protocol
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from policydiff.errors import ReadError, TooLargeError

#: Numbering and styles are held in memory as trees; in real files they stay below 1 MB.
MAX_PART_BYTES: Final = 8 * 1024 * 1024
_CHUNK_BYTES: Final = 1 << 16
_ENCRYPTED: Final = 0x1  # bit of a zip entry's flags
_REPAIR: Final = "open it in Word or WPS and save it again as .docx"


class XmlTarget(Protocol):
    """What an XML parser reports to."""

    def start(self, tag: str, attrs: dict[str, str], /) -> object: ...
    def end(self, tag: str, /) -> object: ...
    def data(self, data: str, /) -> object: ...


class Package:
    """The zip container of a Word file, read with every size bounded."""

    def __init__(self, data: bytes, where: str) -> None:
        self._where = where
        try:
            self._zip = ZipFile(BytesIO(data))
        except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise self._damaged("cut off or damaged zip container") from error

    def tree(self, part: str) -> ElementTree.Element:
        """Return an optional part as a tree; an empty element where the file has no such part."""
        builder = ElementTree.TreeBuilder()
        if part not in self._zip.namelist():
            return ElementTree.Element("none")
        self.feed(part, builder, limit=MAX_PART_BYTES)
        return builder.close()

    def feed(self, part: str, target: XmlTarget, *, limit: int) -> str:
        """Parse a part into ``target`` and return the encoding that its bytes begin in."""
        parser = ElementTree.XMLParser(target=_WithoutDoctype(target, self._refuse_doctype))
        encoding = ""
        try:
            for chunk in self._chunks(part, limit):
                encoding = encoding or _xml_encoding(chunk)
                parser.feed(chunk)
            parser.close()
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise self._damaged(f"{part} is no well-formed XML: {error}") from error
        return encoding

    def _chunks(self, part: str, limit: int) -> Iterator[bytes]:
        try:
            entry = self._zip.getinfo(part)
        except KeyError:
            raise ReadError(
                where=self._where,
                what=f"is a zip container without {part}, so no Word document",
                remedy="give the report itself, as .docx or .txt",
            ) from None
        if entry.flag_bits & _ENCRYPTED:
            raise ReadError(
                where=self._where, what="is encrypted", remedy="remove the password in Word or WPS"
            )
        # The standard allows no other methods; those unpack without a bound on what comes out.
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise self._damaged(f"{part} is packed by a method that Word does not use")
        # What the directory says may be a lie, so what comes out is counted too.
        size = entry.file_size
        self._refuse_size(part, size, limit)
        try:
            with self._zip.open(entry) as stream:
                size = 0
                while chunk := stream.read(_CHUNK_BYTES):
                    size += len(chunk)
                    self._refuse_size(part, size, limit)
                    yield chunk
        except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise self._damaged(f"{part} cannot be unpacked: {error}") from error

    def _refuse_size(self, part: str, size: int, limit: int) -> None:
        if size > limit:
            raise TooLargeError(
                where=self._where,
                what=f"unpacks to at least {size:,} bytes in {part}, the limit is {limit:,}",
                remedy="save the text of the report alone as .docx or .txt",
            )

    def _refuse_doctype(self) -> None:
        raise ReadError(
            where=self._where,
            what="has a document type declaration in its XML, which no Word file has",
            remedy=_REPAIR,
        )

    def _damaged(self, what: str) -> ReadError:
        return ReadError(where=self._where, what=f"is a damaged Word file ({what})", remedy=_REPAIR)


class _WithoutDoctype:
    """Passes an XML parser's reports on, but refuses a document type: it could define entities."""

    def __init__(self, target: XmlTarget, refuse: Callable[[], None]) -> None:
        self.start = target.start
        self.end = target.end
        self.data = target.data
        self._refuse = refuse

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        self._refuse()

    def close(self) -> None:
        """Nothing to do: the target is closed by its owner."""


def _xml_encoding(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    return "utf-16-be" if head.startswith(codecs.BOM_UTF16_BE) else "utf-8"


def local_name(tag: str) -> str:
    """Return a tag without its namespace, of which there are two (transitional and strict)."""
    return tag.rpartition("}")[2]


def attribute(attributes: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in attributes.items() if local_name(key) == name), None)
