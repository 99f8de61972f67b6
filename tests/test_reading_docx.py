"""Word files to text: what a reader sees, the numbers that Word makes up, untrusted containers."""

from __future__ import annotations

import random
import struct
import zipfile
from io import BytesIO

import pytest

from policydiff.errors import EmptyReportError, PolicydiffError, ReadError, TooLargeError
from policydiff.reading.docx_numbers import number_text
from policydiff.reading.source import read_bytes

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def xml(root: str, inner: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f"{head}<w:{root} {NAMESPACES}>{inner}</w:{root}>".encode()


def pack(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def docx(body: str, *, numbering: str = "", styles: str = "") -> bytes:
    parts = {"word/document.xml": xml("document", f"<w:body>{body}</w:body>")}
    if numbering:
        parts["word/numbering.xml"] = xml("numbering", numbering)
    if styles:
        parts["word/styles.xml"] = xml("styles", styles)
    return pack(parts)


def text_of(body: str, *, numbering: str = "", styles: str = "") -> str:
    return read_bytes(docx(body, numbering=numbering, styles=styles), name="a.docx").text


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def par(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


class TestBody:
    @pytest.mark.parametrize(
        ("body", "text"),
        [
            (par("一、") + par("二、"), "一、\n二、"),
            (f"<w:p>{run('稳')}{run('增长')}</w:p>", "稳增长"),
            (par("甲") + par("") + par("  ") + par("乙"), "甲\n乙"),
            ("<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r></w:p>",
             "甲 乙\n丙"),
            (par("甲", '<w:tabs><w:tab w:val="left"/></w:tabs>'), "甲"),
            ("<w:p><w:r><w:t>5</w:t><w:noBreakHyphen/><w:t>6%</w:t><w:cr/></w:r></w:p>", "5-6%"),
            (par("甲\u00a0乙"), "甲 乙"),
            (
                f"<w:p><w:del>{run('旧')}<w:r><w:delText>旧</w:delText></w:r></w:del>"
                f"<w:ins>{run('新')}</w:ins><w:moveFrom>{run('旧')}</w:moveFrom>"
                f"<w:moveTo>{run('处')}</w:moveTo></w:p>",
                "新处",
            ),
            (f"<w:p><w:hyperlink>{run('链')}</w:hyperlink><w:sdt><w:sdtPr><w:alias/></w:sdtPr>"
             f"<w:sdtContent>{run('控')}</w:sdtContent></w:sdt></w:p>", "链控"),
            ("<w:p><w:r><w:instrText>PAGE</w:instrText></w:r>"
             f"{run('文')}<w:r><w:footnoteReference w:id='1'/></w:r></w:p>", "文"),
            ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>"
             "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>见</w:t></w:r></w:p>", "见"),
            (par("见", "<w:rPr><w:vanish/></w:rPr>"), "见"),
            (par("甲", "<w:rPr><w:del/></w:rPr>") + par("乙") + par("丙"), "甲乙\n丙"),
            (par("甲") + par("乙", "<w:rPr><w:del/></w:rPr>"), "甲\n乙"),
            (f"<w:p><w:r><w:ruby><w:rubyPr/><w:rt>{run('tǒng')}</w:rt><w:rubyBase>{run('统')}"
             "</w:rubyBase></w:ruby></w:r></w:p>", "统"),
            ("<w:p><m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath></w:p>", "x=1"),
        ],
    )  # fmt: skip
    def test_what_a_reader_sees(self, body: str, text: str) -> None:
        assert text_of(body) == text

    def test_text_box_once_and_after_its_paragraph(self) -> None:
        box = f"<w:txbxContent>{par('框')}{par('内')}</w:txbxContent>"
        body = (
            f"<w:p>{run('上')}<w:r><mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice>"
            f"<mc:Choice Requires='x'>{box}</mc:Choice>"
            f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
            f"{run('文')}</w:p>"
        )
        assert text_of(body) == "上文\n框\n内"

    def test_fallback_where_nothing_else_is_offered(self) -> None:
        inner = f"<mc:AlternateContent><mc:Fallback>{run('文')}</mc:Fallback></mc:AlternateContent>"
        assert text_of(f"<w:p>{inner}</w:p>") == "文"

    def test_tables_row_by_row(self) -> None:
        def row(*cells: str) -> str:
            return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"

        body = (
            par("表")
            + f"<w:tbl><w:tblPr/>{row(par('指标'), par('目标'))}{row(par('增长'), par('6%'))}"
            + f"{row(par('一') + par('二'), par('三'))}</w:tbl>"
            + par("后")
        )
        assert text_of(body) == "表\n指标\t目标\n增长\t6%\n一\n二\n三\n后"

    def test_strict_namespace(self) -> None:
        data = xml("document", par("文")).replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        assert read_bytes(pack({"word/document.xml": data}), name="a.docx").text == "文"

    @pytest.mark.parametrize(
        ("codec", "mark", "encoding"),
        [
            ("utf-8", b"", "utf-8"),
            ("utf-16-le", b"\xff\xfe", "utf-16-le"),
            ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ],
    )
    def test_encoding_of_the_xml(self, codec: str, mark: bytes, encoding: str) -> None:
        body = f"<w:document {NAMESPACES}>{par('工作报告')}</w:document>"
        data = pack({"word/document.xml": mark + body.encode(codec)})
        source = read_bytes(data, name="dir/a.txt")
        assert (source.text, source.encoding, source.media) == ("工作报告", encoding, "docx")
        assert source.name == "a.txt"

    def test_nothing_in_it(self) -> None:
        with pytest.raises(EmptyReportError):
            text_of(par(""))

    def test_deep_nesting(self) -> None:
        depth = 20_000
        for tag in ("w:sdt", "w:p", "w:tbl", "w:tr", "w:del"):
            data = docx(f"<{tag}>" * depth + f"</{tag}>" * depth + par("文"))
            assert read_bytes(data, name="a.docx").text == "文"


def level(number: int, form: str, pattern: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def abstract(levels: str, identifier: int = 7, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{identifier}">{more}{levels}</w:abstractNum>'


def num(identifier: int, target: int = 7, more: str = "") -> str:
    return f'<w:num w:numId="{identifier}"><w:abstractNumId w:val="{target}"/>{more}</w:num>'


def item(text: str, at: int = 0, numbering: int = 1) -> str:
    return par(text, f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{numbering}"/></w:numPr>')


CHINESE = abstract(
    level(0, "chineseCountingThousand", "%1、")
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
)


class TestNumbers:
    def test_headings_of_a_report(self) -> None:
        body = "".join(
            [
                item("回顾"), par("正文"), item("经济", 1), item("民生", 1), item("就业", 2),
                item("安排"), item("产业", 1), item("工业", 2), item("农业", 2), item(""),
                item("附则", 0),
            ]
        )  # fmt: skip
        assert text_of(body, numbering=CHINESE + num(1)).split("\n") == [
            "一、回顾", "正文", "（一）经济", "（二）民生", "1. 就业",
            "二、安排", "（一）产业", "1. 工业", "2. 农业", "四、附则",
        ]  # fmt: skip

    def test_lists_of_one_definition_count_together_unless_one_starts_anew(self) -> None:
        restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/></w:lvlOverride>'
        body = item("甲") + item("乙", 0, 2) + item("丙", 0, 3) + item("丁", 0, 3) + item("戊")
        numbers = CHINESE + num(1) + num(2) + num(3, more=restart)
        assert text_of(body, numbering=numbers).split("\n") == [
            "一、甲", "二、乙", "三、丙", "四、丁", "五、戊",
        ]  # fmt: skip

    def test_level_of_an_override(self) -> None:
        override = f'<w:lvlOverride w:ilvl="0">{level(0, "decimal", "第%1条")}</w:lvlOverride>'
        assert text_of(item("文"), numbering=CHINESE + num(1, more=override)) == "第1条 文"

    def test_levels_shown_together(self) -> None:
        levels = level(0, "chineseCounting", "%1") + level(1, "decimal", "%1.%2")
        legal = level(2, "decimal", "%1.%2.%3", "<w:isLgl/>")
        numbers = abstract(levels + legal) + num(1)
        body = item("甲") + item("乙", 1) + item("丙", 2)
        assert text_of(body, numbering=numbers).split("\n") == ["一 甲", "一.1 乙", "1.1.1 丙"]

    def test_level_that_never_restarts(self) -> None:
        levels = level(0, "decimal", "%1、") + level(
            1, "decimal", "（%2）", '<w:lvlRestart w:val="0"/>'
        )
        body = item("甲") + item("乙", 1) + item("丙") + item("丁", 1)
        text = text_of(body, numbering=abstract(levels) + num(1))
        assert text == "1、甲\n（1）乙\n2、丙\n（2）丁"

    def test_nothing_between_number_and_text(self) -> None:
        tight = abstract(level(0, "decimal", "%1.", '<w:suff w:val="nothing"/>'))
        assert text_of(item("文"), numbering=tight + num(1)) == "1.文"

    def test_bullets_and_none_show_no_number(self) -> None:
        levels = level(0, "bullet", "\uf0b7") + level(1, "none", "")
        body = item("甲") + item("乙", 1)
        assert text_of(body, numbering=abstract(levels) + num(1)) == "甲\n乙"

    def test_by_style_and_its_base(self) -> None:
        levels = level(0, "chineseCounting", "%1、", '<w:pStyle w:val="H1"/>') + level(
            1, "chineseCounting", "（%2）", '<w:pStyle w:val="H2"/>'
        )
        has_list = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        styles = (
            f'<w:style w:styleId="H1">{has_list}</w:style>'
            f'<w:style w:styleId="H2">{has_list}</w:style>'
            '<w:style w:styleId="Own"><w:basedOn w:val="H1"/></w:style>'
            '<w:style w:styleId="A"><w:basedOn w:val="B"/></w:style>'
            '<w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>'
        )
        body = "".join(
            par(text, f'<w:pStyle w:val="{style}"/>{more}')
            for text, style, more in [
                ("甲", "H1", ""),
                ("乙", "H2", ""),
                ("丙", "Own", ""),
                ("丁", "H1", '<w:numPr><w:numId w:val="0"/></w:numPr>'),
                ("戊", "A", ""),
                ("己", "Missing", ""),
            ]
        )
        text = text_of(body, numbering=abstract(levels) + num(1), styles=styles)
        assert text == "一、甲\n（一）乙\n二、丙\n丁\n戊\n己"

    def test_by_list_style(self) -> None:
        named = abstract(level(0, "decimal", "%1、"), 8, '<w:styleLink w:val="L"/>')
        link = abstract("", 9, '<w:numStyleLink w:val="L"/>')
        assert text_of(item("文"), numbering=named + link + num(1, 9)) == "1、文"

    def test_format_that_stands_in_an_alternative(self) -> None:
        formats = (
            '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom"/></mc:Choice>'
            '<mc:Fallback><w:numFmt w:val="chineseCounting"/></mc:Fallback></mc:AlternateContent>'
        )
        levels = f'<w:lvl w:ilvl="0">{formats}<w:lvlText w:val="%1、"/></w:lvl>'
        assert text_of(item("文"), numbering=abstract(levels) + num(1)) == "一、文"

    def test_deleted_paragraph_is_not_counted(self) -> None:
        numbered = '<w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr>'
        gone = f"<w:p><w:pPr>{numbered}</w:pPr><w:del>{run('旧')}</w:del></w:p>"
        assert text_of(gone + item("新"), numbering=CHINESE + num(1)) == "一、新"

    def test_former_numbering_is_ignored(self) -> None:
        former = "<w:pPrChange><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:pPrChange>"
        assert text_of(par("文", former), numbering=CHINESE + num(1)) == "文"

    @pytest.mark.parametrize(
        "numbers",
        [
            num(1),
            abstract("") + num(1),
            abstract(level(0, "decimal", "%9、")) + num(1, 99),
            '<w:abstractNum/><w:num/><w:num w:numId="1"/>',
            abstract('<w:lvl w:ilvl="-1"><w:start w:val="9999999999999"/></w:lvl>') + num(1),
        ],
    )
    def test_numbering_that_makes_no_sense_is_left_out(self, numbers: str) -> None:
        assert text_of(item("文"), numbering=numbers) == "文"

    @pytest.mark.parametrize(
        ("form", "expected"),
        [
            ("chineseCounting", "一 九 十 十一 二十 九十九 一〇〇"),
            ("chineseCountingThousand", "一 九 十 十一 二十 九十九 一百"),
            ("japaneseCounting", "一 九 十 十一 二十 九十九 百"),
            ("ideographDigital", "一 九 一〇 一一 二〇 九九 一〇〇"),
            ("chineseLegalSimplified", "壹 玖 壹拾 壹拾壹 贰拾 玖拾玖 壹佰"),
            ("ideographTraditional", "甲 壬 癸 11 20 99 100"),
            ("decimal", "1 9 10 11 20 99 100"),
            ("decimalZero", "01 09 10 11 20 99 100"),
            ("decimalFullWidth", "１ ９ １０ １１ ２０ ９９ １００"),
            ("decimalEnclosedCircle", "① ⑨ ⑩ ⑪ ⑳ 99 100"),
            ("decimalEnclosedParen", "⑴ ⑼ ⑽ ⑾ ⒇ 99 100"),
            ("lowerRoman", "i ix x xi xx xcix c"),
            ("upperLetter", "A I J K T UUUU VVVV"),
            ("unheardOf", "1 9 10 11 20 99 100"),
        ],
    )
    def test_formats(self, form: str, expected: str) -> None:
        numbers = (1, 9, 10, 11, 20, 99, 100)
        assert " ".join(number_text(number, form) for number in numbers) == expected

    def test_large_numbers(self) -> None:
        spelt = [number_text(n, "chineseCountingThousand") for n in (101, 110, 1005, 2010, 9999)]
        assert spelt == ["一百零一", "一百一十", "一千零五", "二千零一十", "九千九百九十九"]
        assert number_text(0, "chineseCounting") == "0"
        assert number_text(10_000, "chineseCountingThousand") == "10000"


SOUND = docx(par("加快推进产业升级") * 50, numbering=CHINESE + num(1))
BOMB = "<!DOCTYPE a [<!ENTITY b '十'><!ENTITY c '&b;&b;&b;&b;'>]>"


class TestDistrust:
    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (SOUND[: len(SOUND) // 2], "damaged"),
            (SOUND[:-30], "damaged"),
            (b"PK\x03\x04", "damaged"),
            (pack({}), "without word/document.xml"),
            (pack({"word/document.xml": b""}), "no well-formed XML"),
            (pack({"word/document.xml": b"<a><b></a>"}), "no well-formed XML"),
            (pack({"word/document.xml": b"<a>\x00</a>"}), "no well-formed XML"),
            (
                pack({"word/document.xml": b"<?xml version='1.0' encoding='x'?><a/>"}),
                "no well-formed XML",
            ),
            (pack({"word/document.xml": b"<a/>"}, zipfile.ZIP_BZIP2), "Word does not use"),
            (pack({"word/document.xml": b"<a/>"}, zipfile.ZIP_LZMA), "Word does not use"),
        ],
    )
    def test_damaged(self, data: bytes, says: str) -> None:
        with pytest.raises(ReadError) as caught:
            read_bytes(data, name="a.docx")
        assert says in str(caught.value)

    @pytest.mark.parametrize("part", ["document", "numbering", "styles"])
    @pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
    @pytest.mark.parametrize(
        "doctype", [BOMB, "<!DOCTYPE a>", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'>"]
    )
    def test_document_type(self, part: str, codec: str, doctype: str) -> None:
        parts = {"word/document.xml": xml("document", par("文"))}
        parts[f"word/{part}.xml"] = f"{doctype}<a>&c;</a>".encode(codec)
        with pytest.raises(ReadError, match="document type declaration"):
            read_bytes(pack(parts), name="a.docx")

    def test_bad_checksum(self) -> None:
        data = pack({"word/document.xml": xml("document", par("文"))}, zipfile.ZIP_STORED)
        with pytest.raises(ReadError, match="CRC"):
            read_bytes(data.replace("文".encode(), "丈".encode()), name="a.docx")

    def test_encrypted(self) -> None:
        data = bytearray(pack({"word/document.xml": b"<a/>"}))
        for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(signature) + offset] |= 1
        with pytest.raises(ReadError, match="encrypted"):
            read_bytes(bytes(data), name="a.docx")

    @pytest.mark.parametrize(("part", "size"), [("document", 65 << 20), ("numbering", 9 << 20)])
    def test_zip_bomb(self, part: str, size: int) -> None:
        parts = {"word/document.xml": xml("document", par("文"))}
        parts[f"word/{part}.xml"] = b"<a>" + b" " * size + b"</a>"
        with pytest.raises(TooLargeError, match="unpacks to"):
            read_bytes(pack(parts), name="a.docx")

    def test_zip_bomb_that_lies_about_its_size(self) -> None:
        data = bytearray(pack({"word/document.xml": b"<a>" + b" " * (9 << 20) + b"</a>"}))
        for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
            struct.pack_into("<I", data, data.index(signature) + offset, 100)
        with pytest.raises(ReadError):
            read_bytes(bytes(data), name="a.docx")

    def test_flipped_bytes_never_raise_anything_else(self) -> None:
        random_source = random.Random(1)
        for _ in range(400):
            data = bytearray(SOUND)
            for _ in range(random_source.randint(1, 4)):
                data[random_source.randrange(len(data))] = random_source.randrange(256)
            try:
                read_bytes(bytes(data), name="a.docx")
            except PolicydiffError as error:
                assert str(error)  # noqa: PT017

    def test_the_largest_text_is_read(self) -> None:
        body = par("加快推进产业升级，新增就业三万人") * 100_000
        assert text_of(body).count("\n") == 99_999
