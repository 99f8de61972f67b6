"""XML that is not trusted: no document type, no endless tags, every error with a place in it.

A document type could define entities that expand without end or reach out of the file.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn, Protocol
from xml.etree import ElementTree

#: The longest tag with its attributes; in real files they stay below 10 kB. The parser keeps what
#: it has read of a tag in memory and says nothing until its end.
_MAX_TAG_BYTES: Final = 1024 * 1024
_CHUNK_BYTES: Final = 1 << 16
#: Elements of styles and numbers that are kept in memory; real files have some ten thousand.
_MAX_ELEMENTS: Final = 200_000
#: How much of a message from a library is passed on: some repeat what they read.
_MAX_REASON: Final = 120


class XmlTarget(Protocol):
    """What an XML parser reports to."""

    def start(self, tag: str, attrs: dict[str, str], /) -> object: ...
    def end(self, tag: str, /) -> object: ...
    def data(self, data: str, /) -> object: ...


class NotXmlError(Exception):
    """The bytes are no well-formed XML, or of a kind that no office file holds. The reason is its
    text."""


def chunked(data: bytes) -> Iterable[bytes]:
    """The bytes in pieces, as ``feed_xml`` takes them."""
    return (data[at : at + _CHUNK_BYTES] for at in range(0, len(data), _CHUNK_BYTES))


def feed_xml(chunks: Iterable[bytes], target: XmlTarget) -> str:
    """Parse ``chunks`` into ``target`` and return the encoding that the bytes begin in.

    Raises NotXmlError; whatever ``chunks`` or ``target`` raise goes through.
    """
    watched = _Watched(target)
    parser = ElementTree.XMLParser(target=watched)
    encoding, silent = "", 0
    try:
        for chunk in chunks:
            encoding = encoding or xml_encoding(chunk)
            before = watched.events
            parser.feed(chunk)
            silent = silent + len(chunk) if watched.events == before else 0
            if silent > _MAX_TAG_BYTES:
                raise NotXmlError(f"a tag or comment of more than {_MAX_TAG_BYTES:,} bytes")
        parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise NotXmlError(f"no well-formed XML: {shortened(error)}") from error
    return encoding


class _Watched:
    """Passes a parser's reports on and counts them; refuses a document type."""

    def __init__(self, target: XmlTarget) -> None:
        self._target = target
        self.events = 0

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        self.events += 1
        self._target.start(tag, attrs)

    def end(self, tag: str) -> None:
        self.events += 1
        self._target.end(tag)

    def data(self, data: str) -> None:
        self.events += 1
        self._target.data(data)

    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:
        raise NotXmlError("a document type declaration, which no office file has")

    def close(self) -> None:
        """Nothing to do: the target is closed by its owner."""


class Inside:
    """Passes on only what is inside elements of some local name."""

    def __init__(self, name: str, target: XmlTarget) -> None:
        self._name, self._target = name, target
        self._depth = 0  # of open elements, from the first of that name

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        if self._depth:
            self._target.start(tag, attrs)
        if self._depth or local_name(tag) == self._name:
            self._depth += 1

    def end(self, tag: str) -> None:
        self._depth = max(0, self._depth - 1)
        if self._depth:
            self._target.end(tag)

    def data(self, data: str) -> None:
        if self._depth:
            self._target.data(data)


class Subtrees:
    """Keeps the elements of some local names as trees, the first of each name."""

    def __init__(self, names: Iterable[str]) -> None:
        self._wanted = set(names)
        self._builder: ElementTree.TreeBuilder | None = None
        self._depth = self._size = 0
        self.trees: dict[str, ElementTree.Element] = {}

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        if self._builder is None and local_name(tag) in self._wanted:
            self._builder = ElementTree.TreeBuilder()
        if self._builder is not None:
            self._depth += 1
            self._size += 1
            if self._size > _MAX_ELEMENTS:
                raise NotXmlError(f"more than {_MAX_ELEMENTS:,} elements of styles and numbers")
            self._builder.start(tag, attrs)

    def end(self, tag: str) -> None:
        if self._builder is None:
            return
        self._builder.end(tag)
        self._depth -= 1
        if not self._depth:
            self._wanted.discard(local_name(tag))
            self.trees[local_name(tag)] = self._builder.close()
            self._builder = None

    def data(self, data: str) -> None:
        """Text in between says nothing of styles and numbers."""


def xml_encoding(head: bytes) -> str:
    """The name of the encoding that the bytes of XML begin in, as far as a BOM says."""
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    return "utf-16-be" if head.startswith(codecs.BOM_UTF16_BE) else "utf-8"


def local_name(tag: Any) -> str:
    """Return a tag without its namespace; Word alone has two for the same (transitional, strict).

    >>> local_name("{urn:x}p")
    'p'
    """
    return str(tag).rpartition("}")[2]


def attribute(attributes: Mapping[str, str], name: str) -> str | None:
    """The value of the attribute with this local name, or None.

    >>> attribute({"{urn:x}val": "1"}, "val")
    '1'
    """
    return next((value for key, value in attributes.items() if local_name(key) == name), None)


def whole_number(value: str | None, *, default: int = 0, most: int = 999_999) -> int:
    """A number from an attribute; ``default`` where it is none, and never above ``most``.

    >>> whole_number("12"), whole_number("-1"), whole_number("9" * 5000, most=64)
    (12, 0, 64)
    """
    if value is None or not (value.isascii() and value.isdigit()):
        return default
    digits = value.lstrip("0")
    return most if len(digits) > len(str(most)) else min(int(digits or "0"), most)


def shortened(reason: object) -> str:
    """A message of a library in one short line.

    >>> shortened("x" * 1000) == "x" * 119 + "…"
    True
    """
    text = " ".join(str(reason).split())
    return text if len(text) <= _MAX_REASON else text[: _MAX_REASON - 1] + "…"
