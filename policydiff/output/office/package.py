"""What both Office formats share (ECMA-376): XML that is safe to put together, in a zip file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from policydiff.language.patterns import compile_pattern

HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MIME: Final = "application/vnd.openxmlformats-officedocument."
#: What XML 1.0 cannot hold in any form, and what turns the direction of all text behind it.
_FORBIDDEN: Final = compile_pattern(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
#: The time that every part of the file is given: the same input makes the same bytes.
_TIME: Final = (1980, 1, 1, 0, 0, 0)


def text(value: object) -> str:
    """A value as text of an XML document; what XML cannot hold becomes U+FFFD.

    >>> text("3 < 4\\x00")
    '3 &lt; 4\ufffd'
    """
    return escape(_FORBIDDEN.sub("\ufffd", str(value)))


def attribute(value: object) -> str:
    """A value as an attribute, with its quotes."""
    return quoteattr(_FORBIDDEN.sub("\ufffd", str(value)))


def zipped(parts: Mapping[str, str]) -> bytes:
    """A zip file of texts by their names, in their order; the same bytes every time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, content.encode("utf-8"))
    return made.getvalue()


def content_types(parts: Iterable[tuple[str, str]]) -> str:
    """[Content_Types].xml; parts are names and types, the latter without what all begin with."""
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{_MIME}{kind}+xml"/>' for name, kind in parts
    )
    return (
        f'{HEAD}<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def relations(targets: Iterable[tuple[str, str]]) -> str:
    """A part of relationships: types (of office documents) and targets, named rId1, rId2, …"""
    related = "".join(
        f'<Relationship Id="rId{k}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for k, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{_RELATIONS}">{related}</Relationships>'
