"""Bytes to source text: formats, encodings, limits, and what is said when it does not work."""

from __future__ import annotations

import copy
import io
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policydiff.errors import (
    EmptyReportError,
    EncodingError,
    PolicydiffError,
    ReadError,
    TooLargeError,
    UsageError,
)
from policydiff.language.zh.data import frequent_characters
from policydiff.reading import encoding
from policydiff.reading import source as reading
from policydiff.reading.encoding import decode
from policydiff.reading.html import text_of_html
from policydiff.reading.markdown import text_of_markdown
from policydiff.reading.source import MAX_BYTES, MAX_CHARACTERS, read_bytes, read_source

SIMPLIFIED = (
    "一、明年工作安排\n（一）推进产业升级。力争规模以上工业增加值增长6％左右，新增企业××家。\n"
    "（二）改善民生。确保城镇新增就业2.1万人以上；新建学校３所，完成农村公路建设“十件实事”。\n"
)
TRADITIONAL = (
    "一、明年工作安排\n（一）推進產業升級。力爭規模以上工業增加值增長6％左右，新增企業××家。\n"
    "（二）改善民生。確保城鎮新增就業2.1萬人以上；新建學校３所，完成農村公路建設「十件實事」。\n"
)


class TestErrors:
    def test_is_one_line_even_for_an_odd_file_name(self) -> None:
        error = ReadError(where="a\nb\x1b[31m\udc80\u2028.txt", what="is\tgone", remedy="look")
        assert str(error) == r"a\nb\x1b[31m\udc80\u2028.txt: is\tgone; look"

    @pytest.mark.parametrize(
        "kind", [ReadError, EncodingError, EmptyReportError, TooLargeError, UsageError]
    )
    def test_survives_pickle_and_copy(self, kind: type[PolicydiffError]) -> None:
        error = kind(where="报告.txt", what="is gone", remedy="look elsewhere")
        for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
            assert type(twin) is kind
            assert str(twin) == str(error) == "报告.txt: is gone; look elsewhere"
            assert (twin.where, twin.what, twin.remedy) == (error.where, error.what, error.remedy)


class TestEncodings:
    @pytest.mark.parametrize(
        ("codec", "mark", "encoding"),
        [
            ("utf-8", b"", "utf-8"),
            ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"),
            ("utf-16-le", b"\xff\xfe", "utf-16-le"),
            ("utf-16-be", b"\xfe\xff", "utf-16-be"),
            ("utf-16-le", b"", "utf-16-le"),
            ("utf-16-be", b"", "utf-16-be"),
            ("gb18030", b"", "gb18030"),
            ("gb18030", b"\x84\x31\x95\x33", "gb18030"),
        ],
    )
    @pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL])
    def test_round_trip(self, codec: str, mark: bytes, encoding: str, text: str) -> None:
        assert decode(mark + text.encode(codec), where="a") == (text, encoding)

    @pytest.mark.parametrize("codec", ["big5", "cp950", "big5hkscs"])
    def test_big5(self, codec: str) -> None:
        assert decode(TRADITIONAL.encode(codec), where="a") == (TRADITIONAL, "big5")

    def test_big5_of_windows_keeps_the_range_sign(self) -> None:
        text = "經濟增長5～6％，投資￥100億。"
        assert decode(text.encode("cp950"), where="a") == (text, "big5")

    @pytest.mark.parametrize("codec", ["gb2312", "gbk"])
    def test_subsets_of_gb18030(self, codec: str) -> None:
        text = SIMPLIFIED.replace("×", "某")
        assert decode(text.encode(codec), where="a") == (text, "gb18030")

    def test_ascii_in_utf_16_without_mark(self) -> None:
        assert decode("GDP 6%\n".encode("utf-16-le"), where="a") == ("GDP 6%\n", "utf-16-le")

    @pytest.mark.parametrize("line", ["一", "一一一", "第一章\n", "稳增长"])
    def test_short_utf_16(self, line: str) -> None:
        assert decode(line.encode("utf-16-le"), where="a") == (line, "utf-16-le")

    def test_replacement_character_in_the_source_is_legal(self) -> None:
        assert decode("企业\ufffd家".encode(), where="a") == ("企业\ufffd家", "utf-8")

    def test_one_bad_byte_is_named_with_its_line(self) -> None:
        head = (SIMPLIFIED * 5).encode()
        with pytest.raises(EncodingError) as caught:
            decode(head + b"\xff" + SIMPLIFIED.encode(), where="a.txt")
        line = SIMPLIFIED.count("\n") * 5 + 1
        assert f"bad byte at offset {len(head)}, line {line}" in str(caught.value)
        assert "UTF-8" in caught.value.what
        assert "UTF-8" in caught.value.remedy

    def test_bad_byte_after_a_mark_counts_from_the_start_of_the_file(self) -> None:
        with pytest.raises(EncodingError, match="offset 6, line 2"):
            decode(b"\xef\xbb\xbfa\r\n\xff", where="a")

    def test_bad_byte_in_gb18030_is_named_as_such(self) -> None:
        head = SIMPLIFIED.encode("gb18030")
        with pytest.raises(EncodingError, match=rf"GB18030 .*offset {len(head)}, line 4"):
            decode(head + b"\xff" + head, where="a")

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"\x00\x01\x02\x03" * 50, "binary"),
            ("工作\0报告".encode(), "binary"),
            (b"abc\x00def", "binary"),
            (bytes(range(1, 32)) * 20, "binary"),
            (b"\xef\xbb\xbf\x00", "binary"),
            (("的工作" * 10 + "\x01\x02").encode("gb18030"), "binary"),
            (("的工作" * 33 + "\x01").encode("gb18030") + b"\x02", "binary"),
            ("我们".encode("utf-32"), "UTF-32"),
            (b"\xff\xfea", "offset 2"),
            ("Olá, relatório de ação".encode("latin-1"), "UTF-8"),
            (b"\xe5\xae\xb6" * 3 + b"\xe5", "damaged UTF-8"),
            (b"GDP\n\xff6%", "offset 4, line 2"),
            ("丨亅凵冂".encode("gb18030") * 20, "not Chinese text"),
        ],
    )
    def test_refused(self, data: bytes, says: str) -> None:
        with pytest.raises(EncodingError) as caught:
            decode(data, where="a.txt")
        assert says in str(caught.value)

    def test_a_few_control_characters_are_not_binary(self) -> None:
        text = SIMPLIFIED * 5 + "\x07\x0c\x1a"
        assert read_bytes(text.encode("gb18030"), name="a").text == text


FREQUENT = sorted(frequent_characters())


def chinese(codec: str) -> st.SearchStrategy[str]:
    """Texts of frequent characters that the codec has; varied enough to be told from chance."""
    alphabet = [c for c in FREQUENT if c.encode(codec, errors="ignore")]
    varied = st.lists(st.sampled_from(alphabet), min_size=40, max_size=80, unique=True)
    return st.tuples(varied, st.text(alphabet=[*alphabet, "\n", "6", "%"])).map(
        lambda parts: "".join(parts[0]) + parts[1]
    )


class TestProperties:
    @pytest.mark.parametrize(
        ("codec", "encoding"),
        [
            ("utf-8", "utf-8"),
            ("utf-8-sig", "utf-8-sig"),
            ("utf-16-le", "utf-16-le"),
            ("utf-16-be", "utf-16-be"),
            ("gb18030", "gb18030"),
            ("cp950", "big5"),
        ],
    )
    @given(data=st.data())
    def test_what_is_encoded_is_decoded(
        self, codec: str, encoding: str, data: st.DataObject
    ) -> None:
        text = data.draw(chinese(codec))
        assert decode(text.encode(codec), where="a") == (text, encoding)

    @given(st.lists(st.sampled_from(["一、", "加快", "\r", "\n", "\r\n"]), min_size=1))
    def test_newlines(self, pieces: list[str]) -> None:
        text = "".join(["工作", *pieces])
        expected = text.replace("\r\n", "\n").replace("\r", "\n")
        assert read_bytes(text.encode(), name="a.txt").text == expected
        assert "\r" not in read_bytes(text.encode(), name="a.md").text

    @pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.docx", "-"])
    @given(data=st.binary(max_size=300))
    @example(data=b"")
    @example(data=b"PK\x03\x04")
    @example(data=b"\xff\xfe")
    @example(data=b"&#" + b"9" * 5000 + b";<![CDATA[<!x")
    def test_random_bytes_are_read_or_refused(self, name: str, data: bytes) -> None:
        try:
            source = read_bytes(data, name=name)
        except PolicydiffError as error:
            said = str(error)
        else:
            said = source.text
        assert said.strip()

    @given(st.text(alphabet="<>/!-?&#;=\"' \n天abdivpretscrh*_`[]()|\\0123x", max_size=200))
    def test_markup_never_fails(self, markup: str) -> None:
        for convert in (text_of_html, text_of_markdown):
            assert isinstance(convert(markup), str)


class TestMedia:
    @pytest.mark.parametrize(
        ("name", "media"),
        [
            ("a.txt", "text"),
            ("a.TEXT", "text"),
            ("报告", "text"),
            ("报告.2019", "text"),
            ("-", "text"),
            ("a.md", "markdown"),
            ("a.Markdown", "markdown"),
            ("a.htm", "html"),
            ("a.HTML", "html"),
            ("a.xhtml", "html"),
        ],
    )
    def test_by_suffix(self, name: str, media: str) -> None:
        assert read_bytes("工作报告".encode(), name=name).media == media

    @pytest.mark.parametrize(
        "page",
        [
            "<!DOCTYPE html><p>工作报告</p>",
            "\n<HTML><p>工作报告</p>",
            '<?xml version="1.0"?><html><p>工作报告</p></html>',
        ],
    )
    @pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "gb18030"])
    def test_a_page_is_a_page_whatever_its_name(self, page: str, codec: str) -> None:
        source = read_bytes(page.encode(codec), name="a.txt")
        assert (source.media, source.text) == ("html", "工作报告")

    @pytest.mark.parametrize(
        "magic",
        [b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1", b"\x89PNG", b"\x1f\x8b"],
    )
    @pytest.mark.parametrize("suffix", ["txt", "doc", "docx", "pdf", "wps"])
    def test_foreign_formats(self, magic: bytes, suffix: str) -> None:
        with pytest.raises(ReadError, match=r"save it as \.docx or \.txt"):
            read_bytes(magic + b"\x00" * 100, name=f"a.{suffix}")

    def test_docx_that_is_none(self) -> None:
        with pytest.raises(ReadError, match=r"called \.docx but is no Word file"):
            read_bytes("工作报告".encode(), name="a.docx")

    @pytest.mark.parametrize("label", ["gb2312", "GBK", "gb18030", "utf-8", "nonsense", "latin1"])
    def test_declared_charset(self, label: str) -> None:
        page = f'<html><meta http-equiv="Content-Type" content="text/html; charset={label}">工作'
        assert read_bytes(page.encode("gb18030"), name="a.html").text == "工作"
        assert read_bytes(page.encode("utf-8"), name="a.html").text == "工作"

    def test_declared_charset_settles_a_doubtful_case(self) -> None:
        # These two bytes are one frequent character in GB18030 and another in Big5.
        twins = [
            (c, d)
            for c in FREQUENT
            if (d := encoding._attempt(c.encode("gb18030"), "big5")) in FREQUENT and d != c
        ]
        character, other = twins[0]
        data = b"<meta charset='%s'>" + character.encode("gb18030")
        assert decode(data % b"gbk", where="a", declared="gbk")[0].endswith(character)
        assert other is not None
        assert decode(data % b"big5", where="a", declared="big5")[0].endswith(other)


class TestEmpty:
    @pytest.mark.parametrize(
        "data", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", "\u3000\n".encode()]
    )
    @pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "-"])
    def test_nothing_in_it(self, data: bytes, name: str) -> None:
        with pytest.raises(EmptyReportError):
            read_bytes(data, name=name)

    @pytest.mark.parametrize(
        ("data", "name"),
        [
            (b"", "a.docx"),
            (b"<html><script>x</script></html>", "a.html"),
            (b"---\n", "a.md"),
        ],
    )
    def test_nothing_to_see(self, data: bytes, name: str) -> None:
        with pytest.raises(EmptyReportError):
            read_bytes(data, name=name)


class TestFiles:
    def test_reads_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "2019 云南省.txt"
        path.write_bytes(SIMPLIFIED.replace("\n", "\r\n").encode("gb18030"))
        for given_path in (path, str(path)):
            source = read_source(given_path)
            assert source == reading.Source(SIMPLIFIED, "gb18030", "text", "2019 云南省.txt")

    def test_reads_a_stream(self) -> None:
        source = reading.read_stream(io.BytesIO(SIMPLIFIED.encode("utf-16")), name="-")
        assert source == reading.Source(SIMPLIFIED, "utf-16-le", "text", "-")

    def test_reads_a_pipe(self) -> None:
        reader, writer = os.pipe()
        with os.fdopen(writer, "wb") as stream:
            stream.write(SIMPLIFIED.encode())
        assert read_source(f"/dev/fd/{reader}").text == SIMPLIFIED
        os.close(reader)

    @pytest.mark.parametrize(
        ("name", "says"),
        [
            ("missing.txt", "does not exist"),
            ("folder", "is a folder"),
            ("dangling", "link to a missing file"),
            ("loop", "cannot be read"),
            ("with\0nul", "no possible file name"),
            ("x" * 5000, "cannot be read"),
            ("\ud800", "no possible file name"),
            ("file.txt/below", "cannot be read"),
        ],
    )
    def test_cannot_be_opened(self, tmp_path: Path, name: str, says: str) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "file.txt").write_text("x")
        (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        with pytest.raises(ReadError) as caught:
            read_source(os.path.join(tmp_path, name))
        assert says in str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.remedy

    def test_no_name(self) -> None:
        with pytest.raises(ReadError):
            read_source("")

    def test_no_permission(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("builtins.open", refuse)  # root may read everything, so play it
        with pytest.raises(ReadError, match="may not be read"):
            read_source("a.txt")


class TestSize:
    def test_the_largest_text_is_read(self) -> None:
        text = ("加快推进产业升级，新增就业**万人。\n" * 120_000)[:MAX_CHARACTERS]
        for codec in ("utf-8", "gb18030", "utf-16-le"):
            assert read_bytes(text.encode(codec), name="a.txt").text == text
        assert len(read_bytes(text.encode(), name="a.md").text) >= MAX_CHARACTERS - 1

    def test_one_character_more_is_refused(self) -> None:
        with pytest.raises(TooLargeError, match="2,000,001 characters, the limit is 2,000,000"):
            read_bytes(b"a" * (MAX_CHARACTERS + 1), name="a.txt")

    def test_too_many_bytes(self) -> None:
        with pytest.raises(TooLargeError, match="limit"):
            read_bytes(b"a" * (MAX_BYTES + 1), name="a.txt")

    def test_a_page_may_have_more_bytes(self) -> None:
        page = b"<html><img src='" + b"A" * MAX_BYTES + "'><p>工作</p>".encode()
        assert read_bytes(page, name="a.txt").text == "工作"

    def test_a_large_file_is_refused_by_its_size(self, tmp_path: Path) -> None:
        path = tmp_path / "large.txt"
        with path.open("wb") as stream:
            stream.truncate(10**12)  # a sparse file: nothing is written
        with pytest.raises(TooLargeError, match="1,000,000,000,000 bytes"):
            read_source(path)

    @pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs an endless device")
    def test_an_endless_device_is_refused(self) -> None:
        with pytest.raises(TooLargeError, match="goes on after"):
            read_source("/dev/zero")
