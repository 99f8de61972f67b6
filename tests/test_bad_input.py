"""Whatever is given: a right result, or one line that says what, where and what to do about it.

Where a line names a remedy, the test follows it, and it works.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import policydiff
from policydiff.cli import main as cli
from policydiff.errors import EmptyReportError, PolicydiffError
from policydiff.reading.source import MAX_BYTES, MAX_CHARACTERS
from tests.written import from_yaml

OLD = "一、2024年工作安排\n新增规上企业20家。加快农村道路建设，改造危桥。\n"
NEW = "一、2025年工作安排\n新增规上企业25家。加快农村道路建设，改造危桥。\n"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(text: str, *, before: str = "") -> bytes:
    """A Word file as Word or WPS saves it, one paragraph for each line."""
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines())
    document = f'{before}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    return packed({"word/document.xml": document.encode()})


def packed(parts: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a good new report."""
    monkeypatch.chdir(tmp_path)
    Path("new.txt").write_text(NEW, encoding="utf-8")
    return tmp_path


Refused = Callable[[str], str]


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    """Compare a bad report with a good one, either way round, and return the line of trouble."""

    def refuse(name: str) -> str:
        before = set(os.listdir())
        lines = set()
        for pair in ([name, "new.txt"], ["new.txt", name]):
            assert cli.main([*pair, "-o", "out.yaml"]) == 2
            out, err = capsys.readouterr()
            assert out == ""
            assert err.startswith("policydiff: ")
            assert err.endswith("\n")
            assert err.removesuffix("\n").isprintable()
            lines.add(err.removeprefix("policydiff: ").removesuffix("\n"))
        assert set(os.listdir()) == before
        assert len(lines) == 1
        return lines.pop()

    return refuse


def works(name: str) -> None:
    """Comparing the report gives what comparing OLD with NEW gives."""
    assert cli.main(["-q", name, "new.txt", "-o", "out.yaml"]) == 0
    result = from_yaml(Path("out.yaml").read_bytes())
    assert result["summary"] == {"dropped": 0, "changed": 1, "added": 0, "kept": 1, "unsure": 0}
    assert result["changed"][0]["kinds"] == ["target raised"]


class TestPaths:
    def test_missing(self, refused: Refused) -> None:
        assert refused("2024.txt") == "2024.txt: does not exist; check the path"
        Path("2024.txt").write_text(OLD, encoding="utf-8")
        works("2024.txt")

    def test_folder(self, refused: Refused) -> None:
        Path("甲县").mkdir()
        Path("甲县/2024.txt").write_text(OLD, encoding="utf-8")
        assert refused("甲县") == "甲县: is a folder, not a file; name the report inside it"
        works("甲县/2024.txt")

    @pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
    def test_forbidden(self, refused: Refused) -> None:
        Path("a.txt").write_text(OLD, encoding="utf-8")
        os.chmod("a.txt", 0)
        assert "may not be read; change its permissions or copy it elsewhere" in refused("a.txt")
        os.chmod("a.txt", 0o600)
        works("a.txt")

    @pytest.mark.parametrize("name", ["", "a\0b", "甲" * 2000, "new.txt/a", "\ud800"])
    def test_impossible(self, refused: Refused, name: str) -> None:
        assert "; check the path" in refused(name)

    @pytest.mark.parametrize("name", ["甲\n乙.txt", "甲\x1b[31m.txt", " ", "甲\u2028.txt", "é.txt"])
    def test_odd_names_are_fine(self, refused: Refused, name: str) -> None:
        assert "does not exist" in refused(name)
        Path(name).write_text(OLD, encoding="utf-8")
        works(name)

    @pytest.mark.parametrize("form", ["yaml", "json"])
    @pytest.mark.parametrize(
        ("stored", "shown"),
        [
            (b"\xbc\xd7.txt", "甲.txt"),  # GBK, as archives made in China have names
            (b"\xff\xd7.txt", r"\udcff\udcd7.txt"),
        ],
    )
    def test_names_that_are_no_text(
        self, capsysbinary: pytest.CaptureFixture[bytes], form: str, stored: bytes, shown: str
    ) -> None:
        name = os.fsdecode(stored)
        try:
            Path(name).write_text(OLD, encoding="utf-8")
        except OSError:
            pytest.skip("this file system holds no such names")
        assert cli.main([name, "new.txt", "--format", form]) == 0
        out, err = capsysbinary.readouterr()
        assert from_yaml(out)["old"]["name"] == shown
        assert f"old: {shown} (2024), 2 commitments" in err.decode("utf-8")
        Path(name).write_text("。", encoding="utf-8")
        assert cli.main([name, "new.txt"]) == 2
        assert capsysbinary.readouterr().err.decode("utf-8").startswith(f"policydiff: {shown}: ")


class TestNothingInIt:
    @pytest.mark.parametrize("content", ["", " \r\n\t　\n", "\ufeff", "\n" * 1000])
    @pytest.mark.parametrize("suffix", ["txt", "md", "html"])
    def test_no_text(self, refused: Refused, content: str, suffix: str) -> None:
        name = f"a.{suffix}"
        Path(name).write_text(content, encoding="utf-8")
        assert refused(name) == f"{name}: has no text in it; check that the right file was saved"
        Path(name).write_text(OLD.replace("\n", "\n\n"), encoding="utf-8")
        if suffix != "html":
            works(name)

    @pytest.mark.parametrize("content", ["。，；\n——……", "……" * 9999, "“”（）\n《》", "***\n- -\n"])
    def test_no_clause(self, refused: Refused, content: str) -> None:
        Path("a.txt").write_text(content, encoding="utf-8")
        assert refused("a.txt") == "a.txt: holds no clause; give a report with text in it"
        Path("a.txt").write_text(OLD, encoding="utf-8")
        works("a.txt")

    def test_an_empty_word_file(self, refused: Refused) -> None:
        Path("a.docx").write_bytes(word(""))
        assert "has no text in it" in refused("a.docx")

    def test_no_commitment_is_no_comparison(self, refused: Refused) -> None:
        Path("a.txt").write_text("一、2024年工作回顾\n建成道路5公里。\n", encoding="utf-8")
        said = refused("a.txt")
        assert said.startswith("a.txt: holds no commitment (no plan found: ")
        assert said.endswith("; compare reports with a plan in them")

    def test_one_report_twice_is_a_result(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["--all", "--exit-code", "new.txt", "new.txt"]) == 0
        result = from_yaml(capsys.readouterr().out)
        assert result["notes"] == ["both reports have the same text"]
        assert result["dropped"] == result["changed"] == result["added"] == []
        assert [entry["old"] for entry in result["kept"]] == [e["new"] for e in result["kept"]]
        assert result["summary"]["kept"] == result["old"]["commitments"] == 2


class TestBytes:
    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
    def test_any_newline_in_any_encoding(self, newline: str, codec: str) -> None:
        Path("a.txt").write_bytes(OLD.replace("\n", newline).encode(codec))
        works("a.txt")

    def test_one_bad_byte(self, refused: Refused) -> None:
        data = OLD.encode()
        at = data.index("企业".encode())
        data = data[:at] + b"\xff" + data[at:]
        Path("a.txt").write_bytes(data)
        line = refused("a.txt")
        assert line == (
            f"a.txt: is damaged UTF-8 text (bad byte at offset {at}, line 2); "
            "open it in an editor and save it again as UTF-8"
        )
        # An editor shows a replacement character for the byte, which the user deletes or not.
        saved = data.decode("utf-8", errors="replace")
        Path("a.txt").write_text(saved.replace("\ufffd", ""), encoding="utf-8")
        works("a.txt")
        Path("a.txt").write_text(saved, encoding="utf-8")
        assert cli.main(["-q", "a.txt", "new.txt"]) == 0

    def test_no_encoding_at_all(self, refused: Refused) -> None:
        Path("a.txt").write_bytes(bytes(range(128, 256)) * 20)
        assert "open it in an editor and save it again as UTF-8" in refused("a.txt")

    @pytest.mark.parametrize("data", [os.urandom(5000), b"\0" * 100, b"MZ\x90\0\x03\0" * 50])
    @pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md", "a"])
    def test_binary(self, refused: Refused, data: bytes, name: str) -> None:
        Path(name).write_bytes(data)
        assert "binary" in refused(name)

    def test_nul(self, refused: Refused) -> None:
        Path("a.txt").write_bytes(OLD.replace("企", "\0").encode())
        line = refused("a.txt")
        assert (
            line
            == "a.txt: is binary, not text; open it in Word or WPS and save it as .docx or .txt"
        )

    @pytest.mark.parametrize("saved_as", ["docx", "txt"])
    @pytest.mark.parametrize("magic", [b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
    def test_other_formats(self, refused: Refused, magic: bytes, saved_as: str) -> None:
        Path("a.doc").write_bytes(magic + b"\0\1" * 500)
        assert refused("a.doc").endswith("; open it in Word or WPS and save it as .docx or .txt")
        Path(f"a.{saved_as}").write_bytes(word(OLD) if saved_as == "docx" else OLD.encode("gbk"))
        works(f"a.{saved_as}")


class TestWordFiles:
    def test_good(self) -> None:
        Path("a.docx").write_bytes(word(OLD))
        works("a.docx")

    @pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
    def test_cut_off(self, refused: Refused, cut: float) -> None:
        data = word(OLD)
        Path("a.docx").write_bytes(data[: int(len(data) * cut)])
        line = refused("a.docx")
        assert "is a damaged Word file" in line
        assert line.endswith("; open it in Word or WPS and save it again as .docx")
        Path("a.docx").write_bytes(data)
        works("a.docx")

    def test_text_with_that_suffix(self, refused: Refused) -> None:
        Path("a.docx").write_text(OLD, encoding="utf-8")
        assert refused("a.docx").endswith("; open it in Word or WPS and save it as .docx or .txt")
        os.rename("a.docx", "a.txt")
        works("a.txt")

    @pytest.mark.parametrize(
        "doctype",
        [
            "<!DOCTYPE a>",
            "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'>",
            "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
            "<!DOCTYPE a [<!ENTITY e 'eeeeeeeeee'><!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;'>]>",
        ],
    )
    def test_entities(self, refused: Refused, doctype: str) -> None:
        Path("a.docx").write_bytes(word(OLD, before=doctype))
        line = refused("a.docx")
        assert "(word/document.xml: a document type declaration, which no office file has)" in line
        assert line.endswith("; open it in Word or WPS and save it again as .docx")
        Path("a.docx").write_bytes(word(OLD))
        works("a.docx")

    def test_an_undeclared_entity(self, refused: Refused) -> None:
        Path("a.docx").write_bytes(word("新增&e;企业20家。"))
        assert "is a damaged Word file" in refused("a.docx")

    def test_bomb(self, refused: Refused) -> None:
        bomb = packed({"word/document.xml": b"<a>" + b" " * (65 << 20) + b"</a>"})
        assert len(bomb) < 1 << 17
        Path("a.docx").write_bytes(bomb)
        line = refused("a.docx")
        assert "unpacks to at least" in line
        assert line.endswith("; save the text of the report alone as .docx or .txt")
        Path("a.txt").write_text(OLD, encoding="utf-8")
        works("a.txt")

    def test_another_container(self, refused: Refused) -> None:
        Path("a.zip").write_bytes(packed({"a.txt": OLD.encode()}))
        line = refused("a.zip")
        assert "is a zip archive of other files" in line
        assert line.endswith("; unpack it and give the report inside")
        with zipfile.ZipFile("a.zip") as archive:
            archive.extract("a.txt")
        works("a.txt")


class TestSize:
    def test_far_too_much(self, refused: Refused) -> None:
        with open("a.txt", "wb") as file:
            file.truncate(50 << 20)
            file.write((OLD * 100).encode())
        assert refused("a.txt") == (
            f"a.txt: has 52,428,800 bytes, the limit is {MAX_BYTES:,}; "
            "pass one report per file, as text without pictures"
        )

    def test_one_long_line(self, refused: Refused) -> None:
        Path("a.txt").write_bytes(b"x" * 5_000_000)
        assert f"has 5,000,000 characters, the limit is {MAX_CHARACTERS:,}" in refused("a.txt")

    def test_the_longest_line(self) -> None:
        Path("a.txt").write_text(OLD + "甲" * 1_900_000, encoding="utf-8")
        works("a.txt")

    def test_many_sentences_in_one_line(self) -> None:
        sentences = [f"加快推进{chr(0x5E00 + i)}{chr(0x7E00 + i)}项目建设。" for i in range(1500)]
        old = policydiff.parse(OLD.rstrip("\n") + "".join(sentences))
        assert [clause.text for clause in old.commitments[2:]] == sentences
        result = policydiff.compare(old, policydiff.read("new.txt"))
        assert len(result.dropped) == 1500
        assert [change.kinds for change in result.changed] == [("target raised",)]
        assert len(result.kept) == 1

    def test_the_remedy(self, refused: Refused) -> None:
        Path("a.txt").write_text(OLD + "\n" * MAX_CHARACTERS + OLD, encoding="utf-8")
        assert refused("a.txt").endswith("; pass one report per file, as text without pictures")
        first, *_ = Path("a.txt").read_text(encoding="utf-8").partition("\n\n")
        Path("a.txt").write_text(first, encoding="utf-8")
        works("a.txt")


class TestStrings:
    """Text that a script hands over."""

    def test_lone_surrogate(self) -> None:
        data = OLD.encode("gbk")
        with pytest.raises(PolicydiffError) as caught:
            policydiff.parse(data.decode("ascii", errors="surrogateescape"))
        assert str(caught.value) == (
            "text: holds half a character (a lone surrogate) at offset 0; "
            "decode the bytes strictly before handing the text over"
        )
        assert policydiff.parse(data.decode("gbk")).source == OLD

    @pytest.mark.parametrize("text", ["", " ", "\n", "。", "\0", "甲\0乙", "\x01\x02", "\ufeff"])
    def test_refused(self, text: str) -> None:
        with pytest.raises(PolicydiffError) as caught:
            policydiff.parse(text, "某县.txt")
        assert str(caught.value).startswith("某县.txt: ")
        assert caught.value.remedy

    def test_too_long(self) -> None:
        with pytest.raises(PolicydiffError, match=r"has 2,000,001 characters, the limit is"):
            policydiff.parse("甲" * 2_000_001)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(st.text(max_size=60))
    @example("１" * 50 + "家")
    @example("投资一" + "亿" * 50 + "元。")
    @example("新增企业" + "9" * 5000 + "家。")
    @example("增长0.0%，降低000%，翻番，翻零番。")
    @example("一、（一）1.（1）①")
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            document = policydiff.parse("一、2025年工作安排\n" + text)
        except PolicydiffError:
            return
        assert "".join(document.source[c.start : c.end] for c in document.clauses)
        if not document.commitments:
            with pytest.raises(EmptyReportError, match="holds no commitment"):
                policydiff.compare(document, document)
            return
        result = policydiff.compare(document, document)
        assert result.dropped == result.added == result.changed == ()
        result.to_yaml()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)
@given(st.binary(max_size=200), st.sampled_from(["a.txt", "a.md", "a.html", "a.docx"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    Path(name).write_bytes(data)
    assert cli.main(["-q", name, "new.txt", "-o", os.devnull]) in (0, 2)


# --- time -----------------------------------------------------------------------------------------

#: Pieces of which only a hostile hand or a broken program makes a report. Repeated, they are one
#: endless line, word, list, number, or nesting.
PIECES = (
    "甲", "x", "1", "一", "万", "亿", "十万", "*", "×", "1.", "1,", "a,", "%", "1%", "x家",
    "2025年", "，", "、", "：", "。", "；", "？", "…", "——", " ", "\u3000", "\t", "\n",
    "\u200b", "\ufffd", "😀", "（", "）", "(", "“", "”", "‘", '"', "《", "》", "【", "】", "[",
    "“（", "“（《", "甲。）", "（甲。", "“甲。”", "一、", "（一）", "（一）\n", "1.甲\n",
    "第一章 甲\n", "一、甲……1\n", "甲\n", "政府工作报告\n", "（一\n）", "加快推\n进园区\n",
    "- 1 -\n", "甲(jiǎ)", "（指甲）", "注：甲。", "甲\u200b", "同比增长", "人民放心",
    "新增1家，", "新增1家；", "新增1家、", "1亿元、", "到2025年，", "确保", "以上", "分别",
    "hello world ",
    "一是", "5%和", "1,111", "“）", "系(tǒng)", "《\n", "今年", "；\n", "）。", "\u200b甲", "（\n",
)  # fmt: skip
_SHORT, _LONG = 5_000, 20_000
#: Of the processor: what takes less may take it as it likes, what takes more is not waited for.
_FAST, _PATIENCE = 0.15, 20.0


def seconds(text: str) -> float:
    """How long reading takes, of the processor."""
    started = time.process_time()
    with contextlib.suppress(PolicydiffError):
        policydiff.parse(text)
    return time.process_time() - started


def give_up(*_: object) -> None:
    raise TimeoutError


@pytest.mark.parametrize("piece", PIECES)
def test_four_times_the_text_takes_four_times_as_long(piece: str) -> None:
    """Not sixteen times, as where something looks at the whole from each of its places."""
    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, _PATIENCE)
    try:
        # What takes sixteen times as long does so each time; a busy machine disturbs one of three.
        assert any(_in_proportion(piece) for _ in range(3))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _in_proportion(piece: str) -> bool:
    long = _repeated(piece, _LONG)
    return long < _FAST or long < 9 * _repeated(piece, _SHORT)


def _repeated(piece: str, length: int) -> float:
    return seconds("一、2025年工作安排\n" + piece * (length // len(piece)) + "甲。")
