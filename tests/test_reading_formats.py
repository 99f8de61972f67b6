"""Every format that is read: small files made here hold the same text, or are refused by name."""

from __future__ import annotations

import base64
import html
import io
import json
import quopri
import shutil
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policydiff.errors import EmptyReportError, PolicydiffError, ReadError, TooLargeError
from policydiff.reading.kinds import is_readable_name
from policydiff.reading.source import MAX_CHARACTERS, Source, read_bytes

LINES = [
    "青岭县人民政府2031年工作报告",
    "一、2031年工作安排",
    "新建乡村驿站9个，改造山塘26座。",
    "力争建成储能电站2座；",
    "推行“早办”事项40项以上。",
]
TEXT = "\n".join(LINES)


def pack(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARAGRAPHS = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in LINES)
DOCUMENT = f"<w:document {W} {R}><w:body>{PARAGRAPHS}</w:body></w:document>"
PAGE = "<p>" + "</p><p>".join(LINES) + "</p>"


def relations(*entries: tuple[str, str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for key, kind, target in entries
    )
    return f'<Relationships xmlns="{RELS}">{inner}</Relationships>'


def renamed_docx() -> bytes:
    return pack({
        "_rels/.rels": relations(("a", "officeDocument", "word/document2.xml")),
        "word/document2.xml": DOCUMENT,
    })  # fmt: skip


def backslashed_docx() -> bytes:
    return pack({"[Content_Types].xml": "<a/>", "word\\document.xml": DOCUMENT})


def docx_with_page() -> bytes:
    body = f'<w:p><w:r><w:t>{LINES[0]}</w:t></w:r></w:p><w:altChunk r:id="h"/>'
    return pack({
        "_rels/.rels": relations(("a", "officeDocument", "/word/document.xml")),
        "word/_rels/document.xml.rels": relations(("h", "aFChunk", "/word/chunk.htm")),
        "word/document.xml": f"<w:document {W} {R}><w:body>{body}</w:body></w:document>",
        "word/chunk.htm": "<html><body><p>" + "</p><p>".join(LINES[1:]) + "</p></body></html>",
    })  # fmt: skip


def xlsx(rows: str = "", *, strings: str = "", styles: str = "", more: str = "") -> bytes:
    rows = rows or "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{line}</t></is></c></row>'
        for n, line in enumerate(LINES, 1)
    )
    parts: dict[str, str | bytes] = {
        "_rels/.rels": relations(("a", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook {R}><sheets><sheet name="S" r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("s", "worksheet", "worksheets/sheet1.xml"),
            ("t", "sharedStrings", "sharedStrings.xml"),
            ("u", "styles", "styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData>{more}</worksheet>",
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f"<sst>{strings}</sst>"
    if styles:
        parts["xl/styles.xml"] = f"<styleSheet>{styles}</styleSheet>"
    return pack(parts)


ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)


def odf_body(inner: str, styles: str = "") -> str:
    return (
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{inner}</office:text></office:body>"
    )


ODF_LINES = "".join(f"<text:p>{line}</text:p>" for line in LINES)


def odt(inner: str = ODF_LINES, styles: str = "") -> bytes:
    body = odf_body(inner, styles)
    return pack({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {ODF}>{body}</office:document-content>",
    })  # fmt: skip


def fodt() -> bytes:
    body = odf_body(ODF_LINES)
    return f'<?xml version="1.0"?><office:document {ODF}>{body}</office:document>'.encode()


def mht(encoding: str = "quoted-printable", charset: str = "gb2312") -> bytes:
    body = f"<html><head></head><body>{PAGE}</body></html>".encode("gb18030")
    packed = quopri.encodestring(body) if encoding != "base64" else base64.encodebytes(body)
    head = (
        "From: <Saved by Browser>\r\nSubject: report\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="==b=="\r\n\r\n'
        f'--==b==\r\nContent-Type: text/html; charset="{charset}"\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    picture = "\r\n--==b==\r\nContent-Type: image/png\r\n\r\nxxxx\r\n--==b==--\r\n"
    return head.encode() + packed + picture.encode()


def word2003(inner: str = PARAGRAPHS) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Word.Document"?>'
        '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"'
        ' xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"'
        ' xmlns:aml="http://schemas.microsoft.com/aml/2001/core">'
        f"<w:body><wx:sect>{inner}</wx:sect></w:body></w:wordDocument>"
    ).encode()


def flat_docx() -> bytes:
    return (
        '<?xml version="1.0"?><pkg:package'
        ' xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        '<pkg:part pkg:name="/word/header1.xml"><pkg:xmlData>'
        f"<w:hdr {W}><w:p><w:r><w:t>眉</w:t></w:r></w:p></w:hdr></pkg:xmlData></pkg:part>"
        f'<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>{DOCUMENT}</pkg:xmlData></pkg:part>'
        "</pkg:package>"
    ).encode()


def rtf(body: str = "", *, codec: str = "") -> bytes:
    def escaped(text: str) -> str:
        if codec:
            return "".join(f"\\'{byte:02x}" for byte in text.encode(codec))
        return "".join(
            c if c.isascii() else f"\\u{ord(c) - 65536 if ord(c) > 32767 else ord(c)}?"
            for c in text
        )

    body = body or "".join(f"\\pard {escaped(line)}\\par\r\n" for line in LINES)
    fonts = r"{\fonttbl{\f0\fnil\fcharset134 \'cb\'ce\'cc\'e5;}}"
    return f"{{\\rtf1\\ansi\\ansicpg936\\uc1{fonts}\\f0 {body}}}".encode("latin-1")


def ofd(pages: list[list[str]] | None = None) -> bytes:
    parts: dict[str, str | bytes] = {
        "OFD.xml": "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>"
    }
    listed = ""
    for number, lines in enumerate(pages or [LINES]):
        listed += f'<Page ID="{number}" BaseLoc="Pages/P{number}/Content.xml"/>'
        objects = "".join(
            f'<TextObject Boundary="20 {20 + 8 * n} 170 6" Size="4">'
            f'<TextCode X="0" Y="5" DeltaX="g {len(line)} 4">{line}</TextCode></TextObject>'
            for n, line in enumerate(lines)
        )
        parts[f"Doc_0/Pages/P{number}/Content.xml"] = f"<Page><Content>{objects}</Content></Page>"
    parts["Doc_0/Document.xml"] = f"<Document><Pages>{listed}</Pages></Document>"
    return pack(parts)


def pdf(pages: list[list[tuple[float, float, float, str]]], *, rules: str = "") -> bytes:
    """A PDF with lines of text at (x, y, size); characters are numbered as Unicode has them."""
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /I def "
        "/CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange "
        "1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"
    )
    count = len(pages)
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(count))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>",
        "<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H"
        "/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)"
        "/Ordering(Identity)/Supplement 0>>/DW 1000/FontDescriptor<</Type/FontDescriptor"
        "/FontName/Song/Flags 4/Ascent 880/Descent -120/CapHeight 700/StemV 80/ItalicAngle 0"
        "/FontBBox[0 -120 1000 880]>>>>",
        f"<</Length {len(cmap)}>>stream\n{cmap}\nendstream",
    ]
    for number, lines in enumerate(pages):
        content = "".join(
            f"BT /F {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET "
            for x, y, size, text in lines
        )
        content += rules
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {7 + 2 * number} 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>",
            f"<</Length {len(content)}>>stream\n{content}\nendstream",
        ]
    body, offsets = "%PDF-1.7\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj{text}endobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    ).encode("latin-1")


SAME: list[tuple[str, str, Callable[[], bytes]]] = [
    ("a.docx", "docx", renamed_docx),
    ("a.docx", "docx", backslashed_docx),
    ("a.docx", "docx", docx_with_page),
    ("a.wps", "docx", renamed_docx),
    ("a.xlsx", "xlsx", xlsx),
    ("a.odt", "odt", odt),
    ("a.txt", "odt", odt),
    ("a.fodt", "odt", fodt),
    ("a.mht", "mht", mht),
    ("a.doc", "mht", lambda: mht("base64")),
    ("a.doc", "wordxml", word2003),
    ("a.xml", "wordxml", flat_docx),
    ("a.doc", "html", lambda: f"<html><body>{PAGE}</body></html>".encode("gb18030")),
    ("a.txt", "html", lambda: PAGE.encode()),
    ("a.doc", "rtf", rtf),
    ("a.rtf", "rtf", lambda: rtf(codec="gb18030")),
    ("a.ofd", "ofd", ofd),
    (
        "a.txt",
        "html",
        lambda: "<br>".join("".join(f"&#{ord(c)};" for c in x) for x in LINES).encode(),
    ),
    ("a.txt", "text", lambda: TEXT.encode("hz")),
    ("a.txt", "text", lambda: TEXT.encode("utf-7")),
]


@pytest.mark.parametrize(("name", "media", "make"), SAME)
def test_the_same_text(name: str, media: str, make: Callable[[], bytes]) -> None:
    source = read_bytes(make(), name=name)
    assert source.text == TEXT
    assert source.media == media


def spans(source: Source) -> list[list[list[str]]]:
    return [
        [[source.text[cell.start : cell.end] for cell in row.cells] for row in table.rows]
        for table in source.marks.tables
    ]


class TestWordFiles:
    def test_tables_of_contents_are_left_out(self) -> None:
        entry = '<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr><w:r><w:t>一、安排 1</w:t></w:r></w:p>'
        control = (
            '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
            "</w:docPartObj></w:sdtPr><w:sdtContent><w:p><w:r><w:t>二、建设 3</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        )
        kept = "<w:p><w:r><w:t>留</w:t></w:r></w:p>"
        other = f"<w:sdt><w:sdtPr/><w:sdtContent>{kept}</w:sdtContent></w:sdt>"
        body = f"<w:document {W}><w:body>{entry}{control}{other}{PARAGRAPHS}</w:body></w:document>"
        text = read_bytes(pack({"word/document.xml": body}), name="a.docx").text
        assert text == "留\n" + TEXT


class TestWorkbook:
    def test_shared_strings_percent_units_and_floats(self) -> None:
        strings = (
            "<si><t>增速</t><rPh><t>zeng</t></rPh></si>"
            "<si><r><t>产量</t></r><r><rPr><strike/></rPr><t>旧</t></r></si>"
        )
        styles = (
            '<numFmts><numFmt numFmtId="170" formatCode="0.0&quot;万吨&quot;"/>'
            '<numFmt numFmtId="171" formatCode="0&quot;day&quot;"/></numFmts>'
            "<fonts><font/><font><strike/></font></fonts><cellXfs>"
            '<xf numFmtId="0" fontId="0"/><xf numFmtId="10"/><xf numFmtId="170"/>'
            '<xf numFmtId="0" fontId="1"/><xf numFmtId="31"/><xf numFmtId="171"/></cellXfs>'
        )
        rows = (
            '<row r="1"><c r="A1" t="s"><v>0</v></c>'
            '<c r="C1" s="1"><v>5.5000000000000007E-2</v></c></row>'
            '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="C2" s="2"><v>12.6</v></c>'
            '<c r="D2" s="3"><v>7</v></c></row>'
            '<row r="3"><c r="A3" s="4"><v>48152</v></c><c r="B3" s="5"><v>48152</v></c></row>'
            '<row r="4" hidden="1"><c r="A4"><v>9</v></c></row>'
        )
        source = read_bytes(xlsx(rows, strings=strings, styles=styles), name="a.xlsx")
        assert source.text == "增速\t5.5%\n产量\t12.6万吨\n2031年10月31日\t48152day"
        assert [c.column for c in source.marks.tables[0].rows[0].cells] == [0, 2]

    def test_merged_cells_are_in_each_of_their_rows(self) -> None:
        def cell(place: str, text: str) -> str:
            return f'<c r="{place}" t="str"><v>{text}</v></c>'

        rows = (
            f'<row r="1">{cell("A1", "工业")}{cell("B1", "甲")}</row>'
            f'<row r="2">{cell("B2", "乙")}</row><row r="3">{cell("B3", "丙")}</row>'
        )
        more = '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>'
        source = read_bytes(xlsx(rows, more=more), name="a.xlsx")
        assert source.text == "工业\t甲\n乙\n丙"
        assert spans(source) == [[["工业", "甲"], ["工业", "乙"], ["丙"]]]


class TestOpenDocument:
    def test_what_a_reader_sees(self) -> None:
        styles = (
            '<style:style style:name="X" style:family="text"><style:text-properties'
            ' style:text-line-through-style="solid"/></style:style>'
            '<style:style style:name="U" style:family="text"><style:text-properties'
            ' style:text-position="super 58%"/></style:style>'
        )
        inner = (
            "<text:tracked-changes><text:p>删</text:p></text:tracked-changes>"
            '<text:h text:outline-level="2">建园区</text:h>'
            '<text:p>新增<text:span text:style-name="X">12</text:span>16<text:s text:c="2"/>家'
            '<text:span text:style-name="U">3</text:span><text:note><text:p>注</text:p></text:note>'
            "，<text:line-break/>投产2家</text:p>"
        )
        source = read_bytes(odt(inner, styles), name="a.odt")
        assert source.text == "建园区\n新增16  家，投产2家"
        assert [(h.start, h.end, h.level) for h in source.marks.headings] == [(0, 3, 2)]

    def test_numbers_of_lists(self) -> None:
        styles = (
            '<text:list-style style:name="L"><text:list-level-style-number text:level="1"'
            ' style:num-format="一, 二, 三, ..." style:num-suffix="、"/>'
            '<text:list-level-style-number text:level="2" style:num-format="1"'
            ' style:num-suffix="."/></text:list-style>'
        )
        nested = "<text:list><text:list-item><text:p>丙</text:p></text:list-item></text:list>"
        inner = (
            '<text:list text:style-name="L"><text:list-item><text:p>甲</text:p></text:list-item>'
            f"<text:list-item><text:p>乙</text:p>{nested}</text:list-item></text:list>"
        )
        assert read_bytes(odt(inner, styles), name="a.odt").text == "一、甲\n二、乙\n1. 丙"

    def test_encrypted(self) -> None:
        data = pack({
            "content.xml": b"\x00\x01",
            "META-INF/manifest.xml": "<m><encryption-data/></m>",
        })  # fmt: skip
        with pytest.raises(ReadError, match="encrypted"):
            read_bytes(data, name="a.odt")


class TestWordXml:
    def test_deletions_and_stored_numbers_of_2003(self) -> None:
        inner = (
            '<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><wx:t wx:val="一、"/></w:listPr></w:pPr>'
            "<w:r><w:t>工作安排</w:t></w:r></w:p><w:p>"
            '<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:t>旧</w:t></w:r>'
            '</aml:content></aml:annotation><aml:annotation w:type="Word.Insertion"><aml:content>'
            "<w:r><w:t>新</w:t></w:r></aml:content></aml:annotation></w:p>"
        )
        assert read_bytes(word2003(inner), name="a.doc").text == "一、工作安排\n新"

    def test_damaged(self) -> None:
        with pytest.raises(ReadError, match="damaged Word file"):
            read_bytes(word2003()[:-20], name="a.doc")


class TestRtf:
    def test_struck_hidden_raised_and_skipped(self) -> None:
        body = (
            r"\pard 16{\strike 12}{\v 9}{\deleted 8} {\super 3}{\field{\*\fldinst PAGE}"
            r"{\fldrslt 7}}{\footnote \pard note}{\*\unheard x}\emdash\par"
        )
        assert read_bytes(rtf(body + r"\u25991?\par"), name="a.rtf").text == "16 7—\n文"

    def test_tables_and_headings(self) -> None:
        body = (
            r"\pard\outlinelevel1 H\par\trowd\cellx1\cellx2\pard\intbl a\cell b\cell\row"
            r"\trowd\cellx1\cellx2\pard\intbl c\cell d\par e\cell\row\pard z\u25991?\par"
        )
        source = read_bytes(rtf(body), name="a.rtf")
        assert source.text == "H\na\tb\nc\nd\ne\nz文"
        assert spans(source) == [[["a", "b"], ["c", "d\ne"]]]
        assert [h.level for h in source.marks.headings] == [2]

    def test_text_boxes_follow_the_paragraph_around_them(self) -> None:
        box = r"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt \pard box\par}}{\shprslt no}}"
        source = read_bytes(rtf(rf"\pard be{box}fore\u25991?\par after\par"), name="a.rtf")
        assert source.text == "before文\nbox\nafter"

    def test_too_deep(self) -> None:
        with pytest.raises(TooLargeError, match="groups inside"):
            read_bytes(rtf("{" * 20_000), name="a.rtf")


class TestPrinted:
    def test_ofd_pages_lose_numbers_headers_and_hard_breaks(self) -> None:
        long = "推进城乡供水一体化改造工程建设二十处并完成管网延伸工程"
        pages = [
            ["青岭县文件", "　　" + long, "验收。", "—1—"],
            ["青岭县文件", "　　" + long, "运行。", "—2—"],
        ]
        assert read_bytes(ofd(pages), name="a.ofd").text == f"{long}验收。\n{long}运行。"

    def test_ofd_of_glyphs_only(self) -> None:
        with pytest.raises(ReadError, match="only drawn characters"):
            read_bytes(ofd([[]]), name="a.ofd")


pdfium = pytest.mark.skipif(
    not __import__("importlib.util").util.find_spec("pypdfium2"), reason="needs the extra pdf"
)


@pdfium
class TestPdf:
    def test_lines_are_joined_and_furniture_goes(self) -> None:
        full = "实施农村电网改造升级工程十五项并提升供电可靠率" * 2
        pages = [
            [(50, 760, 9, "青岭县文件"), (74, 700, 12, full[:40]), (50, 680, 12, full[40:] + "。"),
             (74, 660, 12, "新建学校 2 所。"), (280, 30, 9, f"— {number} —")]
            for number in (1, 2)
        ]  # fmt: skip
        text = read_bytes(pdf(pages), name="a.pdf").text
        assert text == "\n".join([full + "。", "新建学校2所。"] * 2)

    def test_struck_text_raised_marks_and_cells(self) -> None:
        lines = [
            (50, 700, 12, "新增企业1216家以上"),
            (50, 680, 12, "完成治理二十处"),
            (134, 685, 6, "12"),
            (146, 680, 12, "，见效。"),
            (50, 660, 12, "指标"),
            (200, 660, 12, "目标"),
            (50, 640, 12, "增长"),
            (200, 640, 12, "6%"),
            (50, 60, 8, "1 说明见附件"),
        ]
        source = read_bytes(pdf([lines], rules="98 704 m 121 704 l S "), name="a.pdf")
        assert source.text == "新增企业16家以上\n完成治理二十处，见效。\n指标\t目标\n增长\t6%"
        assert spans(source) == [[["指标", "目标"], ["增长", "6%"]]]

    def test_tables_with_lines_around_their_cells(self) -> None:
        across = [(50, 350, y) for y in (720, 700, 640, 620)] + [(120, 350, 680)]
        rules = "".join(f"{a} {y} m {b} {y} l S " for a, b, y in across)
        rules += "".join(f"{x} 620 m {x} 720 l S " for x in (50, 120, 250, 350))
        rules += "20 30 m 20 790 l S 60 595 m 200 595 l S "  # a bar at the edge, an underline
        lines = [
            (55, 705, 12, "领域"), (125, 705, 12, "任务"), (255, 705, 12, "责任单位"),
            (55, 662, 12, "交通"), (125, 685, 12, "新建驿站9个"), (255, 685, 12, "交通局"),
            (125, 662, 12, "改造山塘二十六座以上"), (125, 645, 12, "并验收"),
            (255, 662, 12, "水利局"), (55, 625, 12, "教育"), (125, 625, 12, "新增学位900个"),
            (50, 600, 12, "表后的话"),
        ]  # fmt: skip
        source = read_bytes(pdf([[(float(x), float(y), float(s), t) for x, y, s, t in lines]],
                                rules=rules), name="a.pdf")  # fmt: skip
        assert spans(source) == [[
            ["领域", "任务", "责任单位"],
            ["交通", "新建驿站9个", "交通局"],
            ["交通", "改造山塘二十六座以上并验收", "水利局"],
            ["教育", "新增学位900个"],
        ]]  # fmt: skip
        assert source.text.endswith("\n表后的话")

    def test_scanned_and_damaged(self) -> None:
        with pytest.raises(ReadError, match=r"scanned PDF.*OCR"):
            read_bytes(pdf([[]]), name="a.pdf")
        with pytest.raises(ReadError, match="damaged PDF"):
            read_bytes(b"%PDF-1.7 nothing", name="a.pdf")

    def test_a_page_without_text_is_said(self) -> None:
        line = (50.0, 700.0, 12.0, "实施农村电网改造升级工程十五项")
        assert "page 2" in read_bytes(pdf([[line], []]), name="a.pdf").warnings[0]


def test_pdf_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pypdfium2", None)
    with pytest.raises(ReadError, match=r"policydiff\[pdf\]"):
        read_bytes(b"%PDF-1.7", name="a.pdf")


class TestOldWord:
    DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "WordDocument".encode("utf-16-le")

    def test_without_libreoffice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shutil, "which", lambda name: None)
        with pytest.raises(ReadError, match="install LibreOffice"):
            read_bytes(self.DOC, name="a.doc")

    @pytest.mark.parametrize(
        ("stream", "says"),
        [("EncryptedPackage", "encrypted"), ("Workbook", r"\.xls\)"), ("Other", "without a Word")],
    )
    def test_other_files_of_office(self, stream: str, says: str) -> None:
        with pytest.raises(ReadError, match=says):
            read_bytes(self.DOC[:-24] + stream.encode("utf-16-le"), name="a.doc")

    @pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
    def test_through_libreoffice(self) -> None:
        # LibreOffice goes by content as well, so that it takes RTF by the name of .doc.
        from policydiff.reading.office import _converted

        program = shutil.which("soffice")
        assert program is not None
        converted = _converted(rtf(), program)
        assert converted is not None
        assert read_bytes(converted, name="a.docx").text == TEXT


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "name", "says"),
        [
            (b"x", "~$报告.docx", "lock file, which Word"),
            (b"x", ".~报告.docx", "lock file, which WPS"),
            (b",a", ".~lock.报告.docx#", "lock file, which LibreOffice"),
            (b"CAJ\x00" + b"x" * 50, "a.pdf", "CAJ file; open it in CAJViewer"),
            (b"x", "a.caj", "CAJ file"),
            (b"\x89PNG", "a.pdf", "picture"),
            (pack({"a.txt": "x", "b.txt": "y"}), "a.zip", "archive of other files; unpack"),
            (pack({"ppt/presentation.xml": "x"}), "a.pptx", "PowerPoint"),
            (pack({"xl/workbook.bin": "x"}), "a.xlsb", "binary Excel"),
            (TEXT.encode(), "a.pdf", r"called \.pdf but is no PDF"),
            (TEXT.encode(), "a.xlsx", r"called \.xlsx but is no Excel"),
            (b"<?xml version='1.0'?><feed>x</feed>", "a.txt", "begins as XML"),
            (f"<w:p>{TEXT}</w:p>".encode(), "a.txt", "begins as XML"),
            (b"The report of the county government. " * 20, "a.txt", "hardly any Chinese"),
            (TEXT.encode("unicode_escape") * 3, "a.txt", "hardly any Chinese"),
            (base64.b64encode(TEXT.encode()) * 3, "a.txt", "hardly any Chinese"),
            (b"MIME-Version: 1.0\r\n\r\n", "a.mht", "without text"),
            (f"<div id=app>加载</div><script>x='{TEXT * 9}'</script>".encode(), "a.html", "script"),
            (f"<p>加载<script>x={json.dumps(TEXT * 9)}</script>".encode(), "a.html", "script"),
            ("<p>首页<noscript>请启用JavaScript</noscript>".encode(), "a.html", "script"),
        ],
    )
    def test_by_name_and_with_a_way_out(self, data: bytes, name: str, says: str) -> None:
        with pytest.raises(ReadError, match=says) as caught:
            read_bytes(data, name=name)
        assert caught.value.remedy
        assert len(str(caught.value)) < 300

    @pytest.mark.parametrize(
        "text",
        [
            "<转发>" + TEXT,
            "PM2.5<35，x < y；" + TEXT,
            "Content 12\n" + TEXT,
            "注：" + TEXT,
            "GDP、AI、5G、CBD、PPP；" * 9 + TEXT * 3,
            "标题<b>一\n" + TEXT,
            "~{}~" + TEXT,
            "A+B-C\n" + TEXT,
        ],
    )
    def test_must_not_touch(self, text: str) -> None:
        source = read_bytes(text.encode(), name="a.txt")
        assert (source.text, source.media) == (text, "text")


class TestPages:
    @pytest.mark.parametrize(
        "page",
        [
            "<h1>某县发布</h1><div style='visibility: hidden; opacity: 0'><p>{}</p></div>",
            "<p>加载中<section hidden><p>{}</p></section>",
            "<p>加载中<textarea style='display:none'>&lt;p&gt;{}&lt;/p&gt;</textarea>",
        ],
    )
    def test_what_a_script_would_show_is_read(self, page: str) -> None:
        body = "</p><p>".join(TEXT.split("\n")) * 9
        escaped = html.escape(body) if "textarea" in page else body
        source = read_bytes(page.format(escaped).encode(), name="a.html")
        assert source.text.count(TEXT.split("\n")[0]) == 9

    @pytest.mark.parametrize("hidden", ["藏" * 40, "展开阅读"])
    def test_what_is_hidden_beside_a_report_stays_hidden(self, hidden: str) -> None:
        page = f"<p>{TEXT}</p><p style='visibility:hidden'>{hidden}</p>"
        assert hidden not in read_bytes(page.encode(), name="a.html").text

    def test_a_short_page_with_a_script_is_read(self) -> None:
        page = f"<p>{TEXT}<script>var a = 1</script><noscript>请登录</noscript>"
        assert "请登录" not in read_bytes(page.encode(), name="a.html").text


class TestCsv:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_cells_and_a_title_over_them(self, delimiter: str) -> None:
        rows = ["某县任务表,,", "序号,任务,目标", '1,"新建公厕,含改建",3座', "2,造林,2万亩"]
        data = "\r\n".join(rows).replace(",", delimiter).replace(f"厕{delimiter}", "厕,")
        source = read_bytes(data.encode("gb18030"), name="a.CSV")
        assert source.media == "csv"
        assert source.text.split("\n")[2:] == ["1\t新建公厕,含改建\t3座", "2\t造林\t2万亩"]
        assert len(source.marks.tables[0].rows[0].cells) == 1

    @pytest.mark.parametrize(
        "text", [TEXT, "新建公厕,改造公厕,造林。\n修渠。\n建桥,修路。", ",,\n"]
    )
    def test_what_is_no_table_stays_as_it_is(self, text: str) -> None:
        assert read_bytes(text.encode(), name="a.csv").text == text


class TestStored:
    PARAGRAPHS = TEXT.strip().split("\n")

    @pytest.mark.parametrize(
        "data",
        [
            json.dumps({"code": 0, "data": {"paragraphs": PARAGRAPHS}}),
            json.dumps(PARAGRAPHS, ensure_ascii=False, indent=1),
            "\n".join(json.dumps({"p": p}, ensure_ascii=False) for p in PARAGRAPHS),
            json.dumps({"title": "工作报告", "time": "1月", "content": TEXT}),
            json.dumps({"html": "".join(f"<p>{p}</p>" for p in PARAGRAPHS)}),
        ],
    )
    def test_json_holds_the_text(self, data: str) -> None:
        read = read_bytes(data.encode(), name="a.json").text
        assert [line.strip() for line in read.strip().split("\n")] == [
            line.strip() for line in self.PARAGRAPHS
        ]

    @pytest.mark.parametrize(
        "data", ["[转发]" + TEXT, "{" + TEXT, '{"policydiff": {"format": 2}, "a": "甲乙"}', "[1]甲"]
    )
    def test_what_is_no_json_stays(self, data: str) -> None:
        assert read_bytes(data.encode(), name="a.txt").text == data

    def test_bold_lines_of_a_text_are_markdown(self) -> None:
        bold = "\n".join(f"**{n}、做强工业**\n新建园区。" for n in "一二三")
        assert read_bytes(bold.encode(), name="a.txt").media == "markdown"
        masked = "增长**%，产值**亿元。\n**.*亿元\n**家企业投产，新增**人\n" * 3
        assert read_bytes(masked.encode(), name="a.txt").text == masked


def test_text_decoded_wrongly_as_a_whole_is_left_to_the_repairs() -> None:
    wrong = (TEXT * 3).encode().decode("latin-1")
    assert read_bytes(wrong.encode(), name="a.txt").text.strip() == wrong.strip()


class TestHostile:
    def numbered(self, lists: int, levels: int) -> bytes:
        level = "".join(
            f'<w:lvl w:ilvl="{n}"><w:lvlText w:val="%1"/></w:lvl>' for n in range(levels)
        )
        lvls = f'<w:abstractNum w:abstractNumId="7">{level}</w:abstractNum>'
        nums = "".join(
            f'<w:num w:numId="{n}"><w:abstractNumId w:val="7"/></w:num>' for n in range(lists)
        )
        return pack({
            "word/document.xml": DOCUMENT,
            "word/numbering.xml": f"<w:numbering {W}>{lvls}{nums}</w:numbering>",
        })  # fmt: skip

    def test_levels_are_read_once_for_all_lists(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from policydiff.reading import docx_numbers

        made = []
        real = docx_numbers._level
        monkeypatch.setattr(docx_numbers, "_level", lambda e: made.append(e) or real(e))
        assert read_bytes(self.numbered(10_000, 20_000), name="a.docx").text == TEXT
        assert len(made) == 9

    def test_long_chains_of_styles(self) -> None:
        count = 20_000
        styles = "".join(
            f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{n + 1}"/></w:style>'
            for n in range(count)
        )
        body = "".join(
            f'<w:p><w:pPr><w:pStyle w:val="s{n}"/></w:pPr><w:r><w:t>文</w:t></w:r></w:p>'
            for n in range(0, count, 2)
        )
        data = pack({
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
        })  # fmt: skip
        assert read_bytes(data, name="a.docx").text.count("文") == count // 2

    @pytest.mark.parametrize(
        "make",
        [
            lambda inner: pack({"word/document.xml": f"<w:document {W}>{inner}</w:document>"}),
            lambda inner: pack({"content.xml": f"<d>{inner}</d>"}),
            lambda inner: pack({"OFD.xml": f"<d>{inner}</d>"}),
            lambda inner: word2003(inner),
        ],
    )
    def test_endless_attributes(self, make: Callable[[str], bytes]) -> None:
        with pytest.raises(ReadError, match="a tag or comment of more than"):
            read_bytes(make(f'<a b="{"x" * 3_000_000}"/>'), name="a.docx")

    def test_more_parts_than_any_document(self) -> None:
        data = pack({f"word/{n:080}": "" for n in range(12_000)})
        with pytest.raises(TooLargeError, match="more parts"):
            read_bytes(data, name="a.docx")

    def test_long_reasons_are_cut(self) -> None:
        data = bytearray(pack({"word/document.xml": DOCUMENT}))
        name = b"word/document.xml"
        data[data.index(name) : data.index(name) + len(name)] = b"x" * len(name)
        with pytest.raises(ReadError) as caught:
            read_bytes(bytes(data), name="a.docx")
        assert len(str(caught.value)) < 300

    def test_entities_in_every_kind_of_xml(self) -> None:
        bomb = "<!DOCTYPE a [<!ENTITY b 'xxxxxxxx'>]>"
        for data in (
            pack({"content.xml": f"{bomb}<a>&b;</a>"}),
            pack({"xl/workbook.xml": f"{bomb}<a>&b;</a>"}),
            pack({"OFD.xml": f"{bomb}<a>&b;</a>"}),
            word2003().replace(b"<?mso", bomb.encode() + b"<?mso"),
            fodt().replace(b"<office:document ", bomb.encode() + b"<office:document ", 1),
        ):
            with pytest.raises(ReadError, match="document type declaration"):
                read_bytes(data, name="a.docx")

    @pytest.mark.parametrize("tail", ["", "`", "x`"])
    def test_fences_of_markdown_take_linear_time(self, tail: str) -> None:
        for mark in "~`*_#|>-":
            read_bytes((mark * 100_000 + tail + "\n文").encode(), name="a.md")

    def test_a_string_that_is_repeated_without_end(self) -> None:
        rows = "".join('<row><c t="s"><v>0</v></c></row>' for _ in range(100_000))
        data = xlsx(rows, strings=f"<si><t>{'文' * 30_000}</t></si>")
        with pytest.raises(TooLargeError, match="more characters than a report"):
            read_bytes(data, name="a.xlsx")

    @pytest.mark.parametrize("piece", ["<td>", "a<p>"])
    def test_cells_and_lines_without_end(self, piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("policydiff.reading.page._MAX_HELD", 1000)
        page = f"<table><tr>{piece * 1100}"
        with pytest.raises(TooLargeError, match="more characters than a report"):
            read_bytes(page.encode(), name="a.html")

    def test_tables_without_end(self) -> None:
        cell = "<td rowspan=60000 colspan=99999>文"
        page = "<table><tr>" + cell * 2000 + "<tr><td>文" * 2000 + "</table>"
        assert read_bytes(page.encode(), name="a.html").text.count("文") == 4000


@given(st.binary(max_size=300), st.sampled_from([make for _, _, make in SAME]), st.data())
@settings(max_examples=120, deadline=None)
def test_any_bytes_give_a_source_or_one_clear_line(
    noise: bytes, make: Callable[[], bytes], data: st.DataObject
) -> None:
    sound = make()
    at = data.draw(st.integers(0, len(sound)))
    cut = data.draw(st.integers(0, 40))
    name = data.draw(st.sampled_from(["a.txt", "a.docx", "a.md", "a.html", "a.doc", "a.xlsx"]))
    for broken in (noise, sound[:at] + noise[:8] + sound[at + cut :]):
        try:
            source = read_bytes(broken, name=name)
        except PolicydiffError as error:
            assert "\n" not in str(error)  # noqa: PT017
            assert len(str(error)) < 400  # noqa: PT017
        else:
            assert len(source.text) <= MAX_CHARACTERS
            check_marks(source)


def check_marks(source: Source) -> None:
    size = len(source.text)
    for heading in source.marks.headings:
        assert 0 <= heading.start < heading.end <= size
    for table in source.marks.tables:
        for row in table.rows:
            assert row.cells
            for cell in row.cells:
                assert 0 <= cell.start < cell.end <= size


def test_readable_names() -> None:
    named = [
        "a.docx",
        "a.xlsx",
        "a.odt",
        "a.fodt",
        "a.mht",
        "a.mhtml",
        "a.doc",
        "a.wps",
        "a.rtf",
        "a.ofd",
        "a.PDF",
        "a.txt",
    ]
    assert all(map(is_readable_name, named))
    assert not any(map(is_readable_name, ["a.png", "a.zip", "a", "corpus.yaml", "a.py"]))


def test_an_empty_file_of_any_kind() -> None:
    for name in ("a.docx", "a.pdf", "a.doc", "a.xlsx", "a.rtf"):
        with pytest.raises(EmptyReportError):
            read_bytes(b"", name=name)
