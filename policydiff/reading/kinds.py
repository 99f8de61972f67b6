"""What kind of file it is: by its content first, by the ending of its name second."""

from __future__ import annotations

import codecs
import re
from itertools import islice
from pathlib import PurePath
from typing import Final, NoReturn

from policydiff.errors import ReadError
from policydiff.language.patterns import compile_pattern
from policydiff.reading.encoding import SAVE_AS

#: How much of the beginning tells the kind. 1024 bytes are where browsers look for a charset; pages
#: that are generated from Word put more in front of it.
HEAD_BYTES: Final = 4096

#: Kinds that are read, by the endings of names. The content overrules the ending.
_BY_SUFFIX: Final = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".docm": "docx",
    ".xlsx": "xlsx",
    ".odt": "odt",
    ".fodt": "odt",
    ".mht": "mht",
    ".mhtml": "mht",
    ".rtf": "rtf",
    ".ofd": "ofd",
    ".pdf": "pdf",
    ".doc": "doc",
    ".wps": "doc",
    ".xls": "doc",
}
#: A table as text. It is read when it is named; in a folder such a file is rather a result.
_TABLE_SUFFIX: Final = ".csv"
#: Kinds that are never plain text, with the program that writes them: a text by such a name is
#: something that went wrong, not a report.
_NEVER_TEXT: Final = {
    "docx": "Word",
    "xlsx": "Excel",
    "odt": "OpenDocument",
    "ofd": "OFD",
    "pdf": "PDF",
}
#: Formats that reports come in and that are not read, by the bytes that they begin with.
_FOREIGN: Final = (
    (b"\x89PNG", "is a picture (PNG)"),
    (b"\xff\xd8\xff", "is a picture (JPEG)"),
    (b"GIF8", "is a picture (GIF)"),
    (b"II*\x00", "is a picture (TIFF)"),
    (b"MM\x00*", "is a picture (TIFF)"),
    (b"\x1f\x8b", "is a compressed file (gzip)"),
    (b"Rar!\x1a\x07", "is a compressed file (RAR)"),
    (b"7z\xbc\xaf\x27\x1c", "is a compressed file (7z)"),
)
#: CAJ files of the China National Knowledge Infrastructure, in their four variants.
_CAJ: Final = (b"CAJ\x00", b"HN\xc8\x00", b"KDH ", b"TEB")
_CAJ_REMEDY: Final = (
    "open it in CAJViewer, print it as PDF, and give that, or copy its text to a .txt"
)
_OCR_REMEDY: Final = "run text recognition (OCR) over it and save the text as .docx or .txt"
_UNPACK_REMEDY: Final = "unpack it and give the report inside"
#: What a zip container begins with: a file, or the end of an empty directory.
ZIP_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_PDF: Final = b"%PDF-"
#: Readers of PDF look for its mark in so many bytes from the beginning.
_PDF_MARK_WITHIN: Final = 1024
#: The container of old Office files.
_OLE: Final = b"\xd0\xcf\x11\xe0"
#: A zip container is known by the parts it has.
_BY_PART: Final = (
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb"),
    ("ofd.xml", "ofd"),
    ("content.xml", "odt"),
    ("ppt/presentation.xml", "pptx"),
)

#: Header lines of a mail or a saved page.
_MIME: Final = re.compile(
    rb"\s*(?:[A-Za-z][\w-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)*?(?:MIME-Version|Content-Type):",
    re.IGNORECASE,
)
_HTML: Final = compile_pattern(
    r"\s*(?:<\?xml\b[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_ROOT: Final = compile_pattern(r"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)")
_BEGINS_AS_XML: Final = compile_pattern(
    r"\s*<(?:\?xml\b|!--|!\[|!doctype\b|[A-Za-z/])", re.IGNORECASE
)
#: Kinds of XML files, by the name of their outermost element.
_BY_ROOT: Final = {
    "wordDocument": "wordxml",
    "package": "wordxml",
    "document": "odt",
    "html": "html",
}
#: Tags of running text. A file with some of these is a page or a piece of one.
_TEXT_TAG: Final = compile_pattern(
    r"</?(?:p|div|span|br|b|strong|font|table|tbody|tr|td|ul|ol|li|h[1-6]|section|article|center"
    r"|meta|style|head|title|body|html)(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
#: A line that is emphasised as a whole, as Markdown writes it; stars alone stand for a number.
_BOLD_LINE: Final = compile_pattern(
    r"^[ \t]*(\*\*|__)(?=[^\s*_])[^*_\n]*[\u3400-\u9fff][^*_\n]*\1[ \t]*$", re.MULTILINE
)
_BOLD_LINES: Final = 3
#: Chinese characters written as numbers.
_ESCAPED: Final = compile_pattern(r"&#(?:[2-4][0-9]{4}|x[4-9][0-9a-f]{3});", re.IGNORECASE)
#: So many such tags are no accident.
_TAGS_OF_A_PAGE: Final = 3


def is_readable_name(name: str) -> bool:
    """Whether a file of this name is of a kind that policydiff reads, as far as its name says.

    >>> is_readable_name("2026-安徽省.TXT"), is_readable_name("map.png")
    (True, False)
    """
    return PurePath(name).suffix.lower() in _BY_SUFFIX


def named_kind(name: str) -> str:
    """The kind that the ending of a name stands for; plain text where it says nothing.

    >>> named_kind("报告.DOCX"), named_kind("报告.2019")
    ('docx', 'text')
    """
    return _BY_SUFFIX.get(PurePath(name).suffix.lower(), "text")


#: How the names of lock files begin, and which program keeps them.
_LOCKS: Final = {"~$": "Word", ".~lock.": "LibreOffice", ".~": "WPS"}


def binary_kind(head: bytes, *, name: str) -> str | None:
    """The kind of a file that is no text, by the bytes that it begins with; None for text.

    'zip' stands for any container, see ``kind_of_container``. Raises ``ReadError`` for files of
    known kinds that are not read, and for lock files.

    >>> binary_kind(b"%PDF-1.7", name="a.txt"), binary_kind(b"{\\\\rtf1", name="a.doc")
    ('pdf', 'rtf')
    """
    base = PurePath(name).name
    lock = next((mark for mark in _LOCKS if base.startswith(mark)), None)
    if lock is not None:
        itself = base.removeprefix(lock).removesuffix("#") or f"the file without {lock}"
        raise ReadError(
            where=name,
            what=f"is a lock file, which {_LOCKS[lock]} keeps beside a file that is open",
            remedy=f"give the report itself, {itself}",
        )
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            remedy = _OCR_REMEDY if "picture" in what else _UNPACK_REMEDY
            raise ReadError(where=name, what=what, remedy=f"{remedy}; or {SAVE_AS}")
    if head.startswith(_CAJ) or base.lower().endswith(".caj"):
        raise ReadError(where=name, what="is a CAJ file", remedy=_CAJ_REMEDY)
    if head.startswith(ZIP_MAGIC):
        return "zip"
    if _PDF in head[:_PDF_MARK_WITHIN]:
        return "pdf"
    if head.startswith(_OLE):
        return "doc"
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{\\rtf"):
        return "rtf"
    return None


def kind_of_container(parts: list[str], *, name: str) -> str:
    """The kind of a zip container with these ``parts`` (lower case); 'docx' unless one tells.

    Raises ``ReadError`` for containers of known kinds that are not read.
    """
    for part, kind in _BY_PART:
        if part in parts and "word/document.xml" not in parts:
            if kind in ("pptx", "xlsb"):
                what = (
                    "is a PowerPoint file" if kind == "pptx" else "is a binary Excel file (.xlsb)"
                )
                raise ReadError(where=name, what=what, remedy="save its text as .docx or .xlsx")
            return kind
    has_office = any(part in parts for part in ("[content_types].xml", "_rels/.rels"))
    if parts and not has_office and not any(part.startswith("word/") for part in parts):
        inside = "a zip archive of other files" if named_kind(name) != "docx" else None
        if inside is not None:
            raise ReadError(where=name, what=f"is {inside}", remedy=_UNPACK_REMEDY)
    return "docx"


def is_mime(head: bytes) -> bool:
    """Whether a file begins as a saved page (.mht) or a mail does.

    >>> is_mime(b"From: <Blink>\\r\\nMIME-Version: 1.0\\r\\n"), is_mime(b"<p>Content-Type:")
    (True, False)
    """
    return _MIME.match(head) is not None


def kind_of_markup(head: bytes) -> str | None:
    """The kind of an XML file by its outermost element, or None where that tells nothing."""
    text = _as_text(head)
    if not _BEGINS_AS_XML.match(text):
        return None
    bare = re.sub(r"<[!?][^<>]*>", "", text)
    root = _ROOT.search(bare)
    if root is None:
        return None
    kind = _BY_ROOT.get(root[2])
    if kind == "wordxml" and root[2] == "package" and "xmlPackage" not in text:
        return None
    if kind == "odt" and "opendocument" not in text:
        return None
    return kind


def begins_as_page(head: bytes) -> bool:
    """Whether the first bytes are those of a whole HTML page."""
    return _HTML.match(_as_text(head)) is not None


def text_kind(text: str, *, name: str) -> str:
    """What a decoded text is: 'html', 'markdown', 'csv' or 'text'.

    Raises ``ReadError`` for a plain text by the name of a file that is none, and for XML of a kind
    that is not known.

    >>> text_kind("<p>一、稳增长</p><p>二、</p>", name="a.txt"), text_kind("x<y", name="a.md")
    ('html', 'markdown')
    """
    named = named_kind(name)
    if _HTML.match(text[:HEAD_BYTES]):
        return "html"
    if named in ("html", "markdown"):
        return named
    if _is_page_piece(text):
        return "html"
    if PurePath(name).suffix.lower() == _TABLE_SUFFIX:
        return "csv"
    if named == "text" and sum(1 for _ in islice(_BOLD_LINE.finditer(text), _BOLD_LINES)) >= (
        _BOLD_LINES
    ):
        return "markdown"
    if named in _NEVER_TEXT:
        suffix, program = PurePath(name).suffix.lower(), _NEVER_TEXT[named]
        what = f"is called {suffix} but is no {program} file"
        if named != "pdf":
            what += " (it does not begin as a zip container)"
        raise ReadError(where=name, what=what, remedy=SAVE_AS)
    if _BEGINS_AS_XML.match(text[:HEAD_BYTES]):
        _refuse_markup(text[:HEAD_BYTES], name)
    return "text"


def is_escaped_text(text: str) -> bool:
    """Whether a text without tags has its Chinese characters written as numbers.

    >>> is_escaped_text("&#31283;&#22686;&#38271;"), is_escaped_text("<p>&#31283;&#22686;&#38271;")
    (True, False)
    """
    escapes = sum(1 for _ in islice(_ESCAPED.finditer(text), _TAGS_OF_A_PAGE))
    return escapes >= _TAGS_OF_A_PAGE and _TEXT_TAG.search(text) is None


def _is_page_piece(text: str) -> bool:
    tags = _TEXT_TAG.finditer(text)
    count = sum(1 for _ in islice(tags, _TAGS_OF_A_PAGE))
    if not count:
        return is_escaped_text(text)
    return count >= _TAGS_OF_A_PAGE or _TEXT_TAG.match(text.lstrip()) is not None


def _refuse_markup(head: str, name: str) -> NoReturn:
    root = _ROOT.search(re.sub(r"<[!?][^<>]*>", "", head))
    tag = f" (<{root[0][1:]}>)" if root is not None else ""
    raise ReadError(
        where=name,
        what=f"begins as XML of an unknown kind{tag}",
        remedy=f"{SAVE_AS}; if it is plain text, put its title on the first line",
    )


def _as_text(head: bytes) -> str:
    """The first bytes as text, enough to recognise ASCII in it."""
    if head.startswith(codecs.BOM_UTF16_LE):
        return head[2:].decode("utf-16-le", errors="ignore")
    if head.startswith(codecs.BOM_UTF16_BE):
        return head[2:].decode("utf-16-be", errors="ignore")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
