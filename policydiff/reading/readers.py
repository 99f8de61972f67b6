"""Which reader takes which kind of file. Each is imported when it is needed.

Plain text is the ordinary case; zip, XML and markup take longer to import than a report takes to
read.
"""

from __future__ import annotations

from collections.abc import Callable

from policydiff.errors import ReadError
from policydiff.reading.encoding import SAVE_AS, declared_encoding, decode, unix_newlines
from policydiff.reading.kinds import (
    HEAD_BYTES,
    binary_kind,
    is_mime,
    kind_of_container,
    kind_of_markup,
    named_kind,
    text_kind,
)
from policydiff.reading.marks import Content


def read_content(data: bytes, *, name: str, nested: bool = False) -> tuple[str, Content]:
    """The kind of a file, by its content, and its text with marks.

    ``name`` stands for the file in messages. ``nested``: it lies inside another file, so that
    nothing inside it is read in turn. Raises the errors of ``read_bytes``.
    """
    head = data[:HEAD_BYTES]
    kind = binary_kind(head, name=name)
    if kind == "zip":
        return _container(data, name, nested)
    if kind is None and is_mime(head):
        kind = "mht"
    if kind is None:
        kind = kind_of_markup(head)
        kind = None if kind == "html" else kind
    if kind is not None:
        return kind, _READERS[kind](data, name, nested)
    text, encoding = decode(data, where=name, declared=declared_encoding(head))
    text = _unpacked(text, name)
    kind = text_kind(text, name=name)
    return kind, _read_text(unix_newlines(text), kind, encoding, name)


def _unpacked(text: str, name: str) -> str:
    """The text that a file of JSON holds; any other text as it is."""
    if text.lstrip()[:1] not in ("{", "[") or named_kind(name) not in ("text", "html"):
        return text
    from policydiff.reading.json_text import text_of_json

    return text_of_json(text) or text


def _read_text(text: str, kind: str, encoding: str, name: str) -> Content:
    if kind == "html":
        from policydiff.reading.html import read_html

        return read_html(text, encoding=encoding, where=name)
    if kind == "markdown":
        from policydiff.reading.markdown import read_markdown

        return read_markdown(text, encoding=encoding)
    from policydiff.reading.plain import read_csv, read_plain

    return (read_csv if kind == "csv" else read_plain)(text, encoding=encoding)


def _container(data: bytes, name: str, nested: bool) -> tuple[str, Content]:
    from policydiff.reading.package import Package

    package = Package(data, name)
    kind = kind_of_container(package.parts(), name=name)
    if kind == "xlsx":
        from policydiff.reading.xlsx import read_xlsx

        return kind, read_xlsx(package)
    if kind == "odt":
        from policydiff.reading.odt import read_odt

        return kind, read_odt(package)
    if kind == "ofd":
        from policydiff.reading.ofd import read_ofd

        return kind, read_ofd(package)
    from policydiff.reading.docx import read_docx

    def read_part(part: str) -> Content:
        return read_content(package.read(part), name=name, nested=True)[1]

    return kind, read_docx(package, read_part=None if nested else read_part)


def _pdf(data: bytes, name: str, nested: bool) -> Content:
    from policydiff.reading.pdf import read_pdf

    return read_pdf(data, where=name)


def _rtf(data: bytes, name: str, nested: bool) -> Content:
    from policydiff.reading.rtf import read_rtf

    return read_rtf(data, where=name)


def _doc(data: bytes, name: str, nested: bool) -> Content:
    from policydiff.reading.office import read_doc

    return read_doc(data, where=name)


def _mht(data: bytes, name: str, nested: bool) -> Content:
    from policydiff.reading.mht import html_of_mht

    if nested:
        what = "is a saved page or mail inside another"
        raise ReadError(where=name, what=what, remedy=SAVE_AS)
    page = html_of_mht(data, where=name)
    return read_content(page, name=name, nested=True)[1]


def _wordxml(data: bytes, name: str, nested: bool) -> Content:
    from policydiff.reading.wordxml import read_wordxml

    return read_wordxml(data, where=name)


def _fodt(data: bytes, name: str, nested: bool) -> Content:
    from policydiff.reading.odt import read_fodt

    return read_fodt(data, where=name)


_READERS: dict[str, Callable[[bytes, str, bool], Content]] = {
    "pdf": _pdf,
    "rtf": _rtf,
    "doc": _doc,
    "mht": _mht,
    "wordxml": _wordxml,
    "odt": _fodt,
}
