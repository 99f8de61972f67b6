"""The zip container of an office file, read with every size bounded: nothing in it is trusted."""

from __future__ import annotations

import posixpath
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final
from urllib.parse import unquote
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from policydiff.errors import ReadError, TooLargeError
from policydiff.reading.xml import (
    NotXmlError,
    XmlTarget,
    attribute,
    feed_xml,
    local_name,
    shortened,
)

#: Word writes about ten bytes of markup for each of text; the longest text that is read has 6 MB.
MAX_BODY_BYTES: Final = 64 * 1024 * 1024
#: Numbering and styles are held in memory as trees; in real files they stay below 1 MB.
MAX_PART_BYTES: Final = 8 * 1024 * 1024
#: All that is unpacked of one file: a body, and what it refers to.
_MAX_UNPACKED: Final = 2 * MAX_BODY_BYTES
#: The directory of a container: some 100 bytes a part, and office files have a hundred parts.
_MAX_DIRECTORY_BYTES: Final = 1024 * 1024
_CHUNK_BYTES: Final = 1 << 16
_ENCRYPTED: Final = 0x1  # bit of a zip entry's flags
_END_OF_DIRECTORY: Final = b"PK\x05\x06"
_LOCATOR_64: Final = b"PK\x06\x07"
_LOCATOR_BYTES: Final = 20


class Package:
    """A zip container with parts. ``program`` names the kind of file in messages: 'Word'."""

    def __init__(self, data: bytes, where: str, *, program: str = "Word", suffix: str = ".docx"):
        self.where = where
        self._program, self._suffix = program, suffix
        self._left = _MAX_UNPACKED
        self._refuse_large_directory(data)
        try:
            self._zip = ZipFile(BytesIO(data))
        except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise self.damaged("cut off or damaged zip container") from error
        # Some programs on Windows write backslashes, and names count without regard to case.
        self._entries = {_plain(entry.filename): entry for entry in self._zip.infolist()}

    def __contains__(self, part: str) -> bool:
        return _plain(part) in self._entries

    def parts(self) -> list[str]:
        """The names of all parts: lower case, with forward slashes."""
        return list(self._entries)

    def tree(self, part: str) -> ElementTree.Element:
        """Return an optional part as a tree; an empty element where the file has no such part."""
        builder = ElementTree.TreeBuilder()
        if part not in self:
            return ElementTree.Element("none")
        self.feed(part, builder, limit=MAX_PART_BYTES)
        return builder.close()

    def feed(self, part: str, target: XmlTarget, *, limit: int = MAX_BODY_BYTES) -> str:
        """Parse a part into ``target`` and return the encoding that its bytes begin in."""
        try:
            return feed_xml(self._chunks(part, limit), target)
        except NotXmlError as error:
            raise self.damaged(f"{shortened(part)}: {error}") from error

    def read(self, part: str, *, limit: int = MAX_BODY_BYTES) -> bytes:
        """The bytes of a part."""
        return b"".join(self._chunks(part, limit))

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to inside the container: type (its last word) and name, by its id.

        ``part`` is '' for the container itself.
        """
        folder, name = posixpath.split(part)
        relations = {}
        for element in self.tree(posixpath.join(folder, "_rels", f"{name}.rels")):
            target = attribute(element.attrib, "Target")
            if local_name(element.tag) != "Relationship" or target is None:
                continue
            if attribute(element.attrib, "TargetMode") == "External":
                continue
            target = unquote(target.replace("\\", "/"))
            target = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            kind = (attribute(element.attrib, "Type") or "").rpartition("/")[2]
            relations[attribute(element.attrib, "Id") or ""] = (kind, posixpath.normpath(target))
        return relations

    def main_part(self, default: str) -> str:
        """The part that the container names as its document, else ``default``."""
        main = (name for kind, name in self.related("").values() if kind == "officeDocument")
        return next((name for name in main if name in self), default)

    def damaged(self, what: str) -> ReadError:
        """The error for a file that its program would not have written."""
        return ReadError(
            where=self.where,
            what=f"is a damaged {self._program} file ({what})",
            remedy=f"open it in Word or WPS and save it again as {self._suffix}",
        )

    def _chunks(self, part: str, limit: int) -> Iterator[bytes]:
        entry = self._entry(part)
        # What the directory says may be a lie, so what comes out is counted too.
        size = entry.file_size
        self._refuse_size(part, size, limit)
        try:
            with self._zip.open(entry) as stream:
                size = 0
                while chunk := stream.read(_CHUNK_BYTES):
                    size += len(chunk)
                    self._left -= len(chunk)
                    self._refuse_size(part, size, limit)
                    yield chunk
        except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            reason = f"{shortened(part)} cannot be unpacked: {shortened(error)}"
            raise self.damaged(reason) from error

    def _entry(self, part: str) -> ZipInfo:
        entry = self._entries.get(_plain(part))
        if entry is None:
            raise ReadError(
                where=self.where,
                what=f"is a zip container without {part}, so no {self._program} document",
                remedy="give the report itself, as .docx or .txt",
            )
        if entry.flag_bits & _ENCRYPTED:
            raise ReadError(
                where=self.where, what="is encrypted", remedy="remove the password in Word or WPS"
            )
        # The standard allows no other methods; those unpack without a bound on what comes out.
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise self.damaged(f"{part} is packed by a method that {self._program} does not use")
        return entry

    def _refuse_size(self, part: str, size: int, limit: int) -> None:
        if size > limit or self._left < 0:
            raise TooLargeError(
                where=self.where,
                what=f"unpacks to at least {size:,} bytes in {shortened(part)},"
                f" the limit is {limit:,}",
                remedy="save the text of the report alone as .docx or .txt",
            )

    def _refuse_large_directory(self, data: bytes) -> None:
        """Refuse more parts than an office file has, before they are listed."""
        end = data.rfind(_END_OF_DIRECTORY)
        if end < 0 or len(data) < end + 22:
            return  # damaged; opening it says so
        (size,) = struct.unpack_from("<I", data, end + 12)
        has_64 = data[max(0, end - _LOCATOR_BYTES) : end].startswith(_LOCATOR_64)
        if size > _MAX_DIRECTORY_BYTES or has_64:
            raise TooLargeError(
                where=self.where,
                what="holds more parts than any document",
                remedy="give the report itself, as .docx or .txt",
            )


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
