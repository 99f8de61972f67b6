"""A Word document with a title, some lines and a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from policydiff.output.office.package import HEAD, content_types, relations, text, zipped

_MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#: A4, landscape, and its margins, in twentieths of a point.
_WIDTH, _HEIGHT, _MARGIN = 16_838, 11_906, 1_000
_FONT: Final = "FangSong"
#: Sizes in half points: body, title, the name of a table, small print.
_BODY, _TITLE, _NAME, _SMALL = 21, 36, 24, 16
_STYLES: Final = (
    f'{HEAD}<w:styles xmlns:w="{_MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>'
    f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{_FONT}"/>'
    f'<w:sz w:val="{_BODY}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/>'
    "</w:rPr></w:rPrDefault></w:docDefaults></w:styles>"
)
_BORDERS: Final = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def letter(
    title: str,
    lines: Iterable[str],
    tables: Iterable[tuple[str, Sequence[tuple[str, int]], Iterable[Sequence[str]]]],
    ending: Iterable[str] = (),
) -> bytes:
    """The bytes of a .docx file; ``ending``: small print below the tables.

    A table is its name, the words over each column with its share of the width, and its rows. The
    row of heads is repeated on every page, no row is broken.
    """
    made = "".join(_table(*table) for table in tables)
    made += "".join(_paragraph(line, size=_SMALL) for line in ending)
    section = (
        f'<w:sectPr><w:footerReference xmlns:r="{_LINKS}" w:type="default" r:id="rId2"/>'
        f'<w:pgSz w:w="{_WIDTH}" w:h="{_HEIGHT}" w:orient="landscape"/>'
        f'<w:pgMar w:top="{_MARGIN}" w:right="{_MARGIN}" w:bottom="{_MARGIN}"'
        f' w:left="{_MARGIN}" w:header="500" w:footer="500" w:gutter="0"/></w:sectPr>'
    )
    paragraphs = _paragraph(title, centred=True, size=_TITLE, bold=True)
    paragraphs += "".join(_paragraph(line) for line in lines)
    return zipped(
        {
            "[Content_Types].xml": content_types(
                [
                    ("word/document.xml", "wordprocessingml.document.main"),
                    ("word/styles.xml", "wordprocessingml.styles"),
                    ("word/footer1.xml", "wordprocessingml.footer"),
                ]
            ),
            "_rels/.rels": relations([("officeDocument", "word/document.xml")]),
            "word/document.xml": f'{HEAD}<w:document xmlns:w="{_MAIN}"><w:body>{paragraphs}{made}'
            f"{section}</w:body></w:document>",
            "word/_rels/document.xml.rels": relations(
                [("styles", "styles.xml"), ("footer", "footer1.xml")]
            ),
            "word/styles.xml": _STYLES,
            "word/footer1.xml": _FOOTER,
        }
    )


def _table(name: str, heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]) -> str:
    room = _WIDTH - 2 * _MARGIN
    whole = sum(share for _, share in heads)
    widths = [room * share // whole for _, share in heads]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row([said for said, _ in heads], widths, head=True)
    body = "".join(_row(row, widths) for row in rows)
    over = _paragraph(name, bold=True, size=_NAME, heading=True) if name else ""
    return (
        f'{over}<w:tbl><w:tblPr><w:tblW w:w="{room}" w:type="dxa"/><w:tblBorders>{_BORDERS}'
        f'</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{head}{body}</w:tbl><w:p/>"
    )


_LINKS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FOOTER: Final = (
    f'{HEAD}<w:ftr xmlns:w="{_MAIN}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)


def _row(cells: Sequence[str], widths: Sequence[int], *, head: bool = False) -> str:
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        + "".join(_paragraph(line, centred=head, bold=head) for line in cell.split("\n"))
        + "</w:tc>"
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * head}</w:trPr>{made}</w:tr>"


def _paragraph(
    said: str,
    *,
    centred: bool = False,
    size: int = _BODY,
    bold: bool = False,
    heading: bool = False,
) -> str:
    """A paragraph; a heading stays with what follows, and stands in the list of headings."""
    inside = "<w:keepNext/>" * heading + '<w:jc w:val="center"/>' * centred
    inside += '<w:outlineLvl w:val="0"/>' * heading
    place = f"<w:pPr>{inside}</w:pPr>" if inside else ""
    weight = "<w:b/>" * bold
    shape = f'<w:rPr><w:rFonts w:eastAsia="{_FONT}"/>{weight}<w:sz w:val="{size}"/></w:rPr>'
    run = f'<w:r>{shape}<w:t xml:space="preserve">{text(said)}</w:t></w:r>'
    return f"<w:p>{place}{run}</w:p>"
