"""Word files in one XML file: that of Word 2003, and the flat form of .docx (Open Packaging)."""

from __future__ import annotations

from xml.etree import ElementTree

from policydiff.errors import ReadError
from policydiff.reading.docx import WordBody
from policydiff.reading.docx_numbers import Labels, read_lists
from policydiff.reading.docx_styles import read_styles
from policydiff.reading.encoding import SAVE_AS
from policydiff.reading.marks import Content
from policydiff.reading.xml import Inside, NotXmlError, Subtrees, chunked, feed_xml


def read_wordxml(data: bytes, *, where: str) -> Content:
    """The text of such a file with its headings and tables.

    Raises ``ReadError`` where it is no well-formed XML.
    """
    none = ElementTree.Element("none")
    try:
        parts = Subtrees(("styles", "numbering"))
        feed_xml(chunked(data), parts)
        styles = read_styles(parts.trees.get("styles", none))
        lists = read_lists(parts.trees.get("numbering", none))
        body = WordBody(styles, Labels(lists, styles), lambda identifier: None)
        encoding = feed_xml(chunked(data), Inside("body", body))
    except NotXmlError as error:
        what = f"is a damaged Word file ({error})"
        raise ReadError(where=where, what=what, remedy=SAVE_AS) from error
    text, marks = body.finish()
    return Content(text, encoding, marks)
