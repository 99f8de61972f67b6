"""The command line: options, exit statuses, streams, and files that are written whole or not."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import policydiff
from policydiff import comparison
from policydiff.cli import main as cli
from policydiff.cli import progress
from policydiff.corpus.folder import open_corpus
from policydiff.corpus.index import index_path
from policydiff.output.files import WRITERS
from policydiff.output.text import to_json, to_yaml
from tests.written import from_yaml, validate

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT / "corpora"
DROP_TWO_REPORTS = ROOT / "policydiff" / "cli" / "compare.bat"
OLD = (
    "一、2024年工作安排\n新增规上企业20家。确保建成3个园区。\n"
    "开展敬老活动。加快农村道路建设，改造危桥。\n"
)
NEW = "一、2025年工作安排\n新增规上企业25家。加快农村道路建设，改造危桥。\n建设图书馆2座。\n"


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An old and a new report in the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("旧.txt").write_text(OLD, encoding="utf-8")
    Path("new.txt").write_text(NEW, encoding="utf-8")
    return ["旧.txt", "new.txt"]


def run(
    *arguments: str, stdin: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the command as users do."""
    return subprocess.run(
        [sys.executable, "-m", "policydiff", *arguments],
        input=stdin,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | (environment or {}),
        check=False,
        timeout=60,
    )


def shell(script: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a shell script in which ``"$@"`` is the command with ``arguments``."""
    return subprocess.run(
        ["/bin/sh", "-c", script, "sh", sys.executable, "-m", "policydiff", *arguments],
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
        timeout=60,
    )


def expected(pair: list[str]) -> bytes:
    """What comparing the two prints on standard output."""
    return policydiff.compare(*pair).to_yaml(all=False).encode()


def trouble(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run ``arguments``, which must end in exit status 2 and one line; returns the line."""
    assert cli.main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("policydiff: ")
    assert shown.err.count("\n") == 1
    assert shown.err.endswith("\n")
    return shown.err.removeprefix("policydiff: ").rstrip("\n")


class TestResult:
    def test_yaml(self, pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(pair) == 0
        result = policydiff.compare(*pair)
        shown = to_yaml(result.to_dict(all=False))
        assert capsys.readouterr() == (shown, result.summary() + "\n")

    def test_json(self, pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main([*pair, "--format", "json"]) == 0
        out = capsys.readouterr().out
        assert out == to_json(policydiff.compare(*pair).to_dict(all=False))
        assert json.loads(out)["summary"]["kept"] == 1

    @pytest.mark.parametrize("form", ["yaml", "json"])
    def test_all(self, pair: list[str], capsys: pytest.CaptureFixture[str], form: str) -> None:
        assert cli.main(["--all", "--format", form, *pair]) == 0
        result = from_yaml(capsys.readouterr().out)
        assert result == policydiff.compare(*pair).to_dict()
        assert len(result["kept"]) == 1

    @pytest.mark.parametrize(
        ("years", "kind"), [((2025,), "corpus"), ((2023, 2024, 2025), "trajectory")]
    )
    def test_explain_repairs_of_one_report_and_of_years(
        self,
        years: tuple[int, ...],
        kind: str,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        paths = [tmp_path / f"{year}.txt" for year in years]
        for path in paths:
            whole = CORPORA / "栖川县" / path.name
            path.write_text(whole.read_text("utf-8").replace("企业", "企业\u200b", 1), "utf-8")
        shown = [str(path) for path in paths]
        options = ["--corpora", str(CORPORA), "--no-cache"] if kind == "corpus" else []
        assert cli.main(["-q", "--explain-repairs", *options, *shown]) == 0
        result = from_yaml(capsys.readouterr().out)
        validate(result)
        reports = [result["report"]] if kind == "corpus" else result["reports"]
        for report in reports:
            assert [repair["kind"] for repair in report["mended"]] == ["invisible_characters"]

    def test_explain_repairs(self, pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        old = Path(pair[0])
        old.write_text(old.read_text("utf-8") + "\n系統(tǒng)治理\u200b。\n", "utf-8")
        assert cli.main(["--explain-repairs", *pair]) == 0
        result = from_yaml(capsys.readouterr().out)
        source = policydiff.read(old).source
        gloss, mark = result["old"]["mended"]
        assert (gloss["kind"], gloss["before"], gloss["after"]) == ("pinyin_glosses", "(tǒng)", "")
        assert source.splitlines()[gloss["line"] - 1].startswith("系統")
        assert source[slice(*gloss["span"])] == gloss["before"]
        assert mark["kind"] == "invisible_characters"
        assert result["new"]["mended"] == []
        assert cli.main(pair) == 0
        assert "mended" not in from_yaml(capsys.readouterr().out)["old"]

    def test_quiet(self, pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["-q", *pair]) == 0
        assert capsys.readouterr().err == ""

    def test_exit_code(self, pair: list[str]) -> None:
        assert cli.main(["--exit-code", *pair]) == 1
        assert cli.main(["--exit-code", pair[0], pair[0]]) == 0
        assert cli.main([pair[0], pair[0]]) == 0
        assert cli.main(["--exit-code", pair[0], "missing.txt"]) == 2

    def test_is_a_plain_number(self, pair: list[str]) -> None:
        status = cli.main(pair)
        assert isinstance(status, int)
        assert str(int(status)) == "0"

    @pytest.mark.parametrize("at", range(3))
    def test_options_stand_anywhere(self, pair: list[str], at: int) -> None:
        cli.main([*pair[:at], "-o", "out.yaml", *pair[at:]])
        assert from_yaml(Path("out.yaml").read_bytes())["policydiff"]["format"] == 2

    def test_a_name_that_begins_with_a_dash(self, pair: list[str]) -> None:
        os.rename(pair[0], "-old.txt")
        assert cli.main(["-q", "--", "-old.txt", pair[1]]) == 0
        assert cli.main(["-q", "./-old.txt", pair[1]]) == 0

    def test_modules_and_scripts_are_the_same_program(self, pair: list[str]) -> None:
        # What pip writes as the script `policydiff` from pyproject.toml.
        script = "import sys; from policydiff.__main__ import main; sys.exit(main())"
        for command in (["-c", script], ["-m", "policydiff"]):
            done = subprocess.run(
                [sys.executable, *command, "--exit-code", "-q", *pair],
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                capture_output=True,
                check=False,
            )
            assert done.returncode == 1
            assert from_yaml(done.stdout)["old"]["name"] == "旧.txt"
            assert done.stderr == b""


class TestHelp:
    @pytest.mark.parametrize("option", ["-h", "--help"])
    def test_help(self, capsys: pytest.CaptureFixture[str], option: str) -> None:
        assert cli.main([option]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        for said in ("usage: policydiff", "--output", "--exit-code", "Exit status"):
            assert said in out

    def test_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["--version"]) == 0
        assert capsys.readouterr().out.startswith("policydiff ")

    def test_help_needs_no_reader(self) -> None:
        done = shell('"$@" | true', "--help")
        assert (done.returncode, done.stderr) == (0, b"")


class TestUsage:
    def test_no_report(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert trouble([], capsys) == (
            "command line: no report given; give one to compare with the corpus, two to compare"
            " with each other, or those of several years; --example writes some to try"
        )

    @pytest.mark.parametrize("option", [["--corpora", "d"], ["--gap", "3"], ["--no-cache"]])
    @pytest.mark.parametrize("number", [2, 3])
    def test_options_for_one_report(
        self, capsys: pytest.CaptureFixture[str], option: list[str], number: int
    ) -> None:
        assert trouble([*option, *["a.txt"] * number], capsys) == (
            f"command line: {option[0]} goes with one report, and there are {number};"
            " leave it out, or give the one report to compare with the corpus"
        )

    @pytest.mark.parametrize("number", ["0", "-1", "x", "2.5", "٣x"])
    def test_gap_is_a_number(self, capsys: pytest.CaptureFixture[str], number: str) -> None:
        line = trouble([f"--gap={number}", "a.txt"], capsys)
        assert f"--gap: {number!r} must be a whole number, 1 or more" in line

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--bogus", "a", "b"],
            ["--forma", "json", "a", "b"],
            ["a", "b", "--format", "xml"],
            ["a", "b", "-o"],
            ["a", "b", "--bo\ngus\udc80"],
        ],
    )
    def test_options(self, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
        line = trouble(arguments, capsys)
        assert line.startswith("command line: ")
        assert line.endswith("; see policydiff --help for what there is")

    def test_one_stream_is_one_report(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "save one of them to a file" in trouble(["-", "-"], capsys)

    @pytest.mark.parametrize("index", [0, 1])
    def test_a_report_is_not_overwritten(
        self, pair: list[str], capsys: pytest.CaptureFixture[str], index: int
    ) -> None:
        os.link(pair[index], "other name")
        for name in (pair[index], f"./{pair[index]}", "other name"):
            assert "is one of the reports" in trouble([*pair, "-o", name], capsys)
        assert [Path(name).read_text(encoding="utf-8") for name in pair] == [OLD, NEW]


class TestCorpus:
    """One report."""

    @pytest.fixture
    def corpus(self, pair: list[str]) -> list[str]:
        """The arguments to compare the new report with two corpora reports."""
        for name, text in (("甲县/2024.txt", OLD), ("乙县/2025.txt", NEW.replace("25家", "30家"))):
            path = Path("corpora", name)
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
        return [pair[1]]

    def test_the_folder_corpora_unless_told(
        self, corpus: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(corpus) == 0
        shown = capsys.readouterr()
        result = policydiff.compare_corpus(corpus[0])
        assert shown.out == result.to_yaml(all=False)
        assert shown.err.startswith("report: new.txt (2025), 3 commitments\n")
        os.rename("corpora", "elsewhere")
        assert cli.main(["-q", "--corpora", "elsewhere", "--no-cache", "--all", *corpus]) == 0
        expected = policydiff.compare_corpus(corpus[0], "elsewhere").to_yaml()
        assert capsys.readouterr() == (expected, "")

    def test_json(self, corpus: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["--format", "json", *corpus]) == 0
        assert json.loads(capsys.readouterr().out)["corpus"]["reports"] == 2

    def test_gap_and_exit_code(self, corpus: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["-q", "--exit-code", *corpus]) == 0
        assert cli.main(["-q", "--exit-code", "--gap", "1", "-o", "out.yaml", *corpus]) == 1
        missing = from_yaml(Path("out.yaml").read_bytes())["missing"]
        assert [entry["text"] for entry in missing] == ["确保建成3个园区。"]
        assert cli.main(["--exit-code", *corpus, "--corpora", "nowhere"]) == 2

    def test_standard_input(self, corpus: list[str]) -> None:
        done = run("-q", "-", stdin=NEW.encode())
        assert done.returncode == 0
        assert from_yaml(done.stdout)["report"]["name"] == "standard input"

    def test_no_folder(self, pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert trouble(pair[:1], capsys) == (
            "corpora: does not exist; give a folder of reports, region by region, with --corpora"
        )

    def test_a_damaged_index_is_told(
        self, corpus: list[str], cache: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        cli.main(corpus)
        expected = capsys.readouterr()
        path = index_path(open_corpus("corpora"))
        path.write_bytes(b"garbage" * 1000)
        assert cli.main(corpus) == 0
        shown = capsys.readouterr()
        assert shown.out == expected.out
        assert shown.err == f"policydiff: {path}: was damaged and is made anew\n{expected.err}"

    def test_a_bar_on_a_terminal_only(
        self, corpus: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(progress, "_PATIENCE", 0.0)
        monkeypatch.setattr(progress, "_PAUSE", 0.0)
        cli.main(["--no-cache", *corpus])
        assert "\r" not in capsys.readouterr().err
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        cli.main(["--no-cache", *corpus])
        shown = capsys.readouterr().err
        assert "\rreading the corpus [###############...............] 1 of 2" in shown
        assert shown.partition("\r\x1b[K")[2].startswith("report: ")
        cli.main(["-q", "--no-cache", *corpus])
        assert capsys.readouterr().err == ""


class TestYears:
    """Three reports or more."""

    @pytest.fixture
    def years(self, pair: list[str]) -> list[str]:
        """Three years, not in order."""
        Path("2026.txt").write_text(NEW.replace("2025", "2026").replace("25家", "18家"), "utf-8")
        return ["2026.txt", *pair]

    def test_yaml(self, years: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(years) == 0
        shown = capsys.readouterr()
        assert shown.out == policydiff.trajectory(years).to_yaml(all=False)
        assert shown.err.startswith("3 reports, 2024 to 2026\n")
        assert "20家 (2024) → 25家 (2025) → 18家 (2026)" in shown.err
        assert cli.main(["--all", "-q", *years]) == 0
        assert capsys.readouterr() == (policydiff.trajectory(years).to_yaml(), "")

    def test_exit_code(self, years: list[str]) -> None:
        assert cli.main(["-q", *years]) == 0
        assert cli.main(["-q", "--exit-code", *years]) == 1

    def test_two_of_one_year(self, years: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        line = trouble([*years, years[1]], capsys)
        assert line.startswith("旧.txt, 旧.txt: are both of 2024; ")

    def test_unknown_year(self, years: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        Path("plan.txt").write_text("一、今年工作安排\n办好学校。\n", encoding="utf-8")
        assert "plan.txt: tells no year" in trouble([*years, "plan.txt"], capsys)

    def test_a_report_is_not_overwritten(
        self, years: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert "is one of the reports" in trouble([*years, "-o", years[2]], capsys)


class TestStandardInput:
    @pytest.mark.parametrize("place", [0, 1])
    @pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
    def test_is_a_report(self, pair: list[str], place: int, codec: str) -> None:
        text = (OLD, NEW)[place]
        arguments = [*pair]
        arguments[place] = "-"
        done = run("-q", *arguments, stdin=text.replace("\n", "\r\n").encode(codec))
        result = from_yaml(done.stdout)
        shown = policydiff.compare(*pair).to_dict(all=False)
        side = ("old", "new")[place]
        assert result[side]["name"] == "standard input"
        for outcome in ("summary", "dropped", "changed", "added"):
            assert result[outcome] == shown[outcome]

    def test_empty(self, pair: list[str]) -> None:
        done = run("-", pair[1])
        assert done.returncode == 2
        assert done.stderr.startswith(b"policydiff: standard input: has no text in it; ")

    def test_closed(self, pair: list[str]) -> None:
        done = shell('"$@" <&-', "-", pair[1])
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr == (
            b"policydiff: standard input: is closed; pass the report by its file name\n"
        )
        assert shell('"$@" <&-', *pair).returncode == 0

    def test_broken(
        self,
        pair: list[str],
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with open(os.devnull, "wb") as not_for_reading:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO())))
            sys.stdin.close()
            assert "standard input: cannot be read" in trouble(["-", pair[1]], capsys)
            with open(not_for_reading.fileno(), closefd=False, encoding="ascii", mode="w") as wrong:
                monkeypatch.setattr(sys, "stdin", wrong)
                assert "standard input: cannot be read" in trouble(["-", pair[1]], capsys)


class TestStandardOutput:
    def test_reader_goes_away(self, pair: list[str]) -> None:
        # Much more than a pipe holds, so that writing fails in the middle.
        lines = [f"新增{chr(0x4E00 + i)}{chr(0x5E00 + i)}企业{i}家。" for i in range(400)]
        Path("long.txt").write_text("一、2025年工作安排\n" + "\n".join(lines), encoding="utf-8")
        done = shell('{ "$@"; echo $? >&2; } | head -n 1', "-q", pair[0], "long.txt")
        assert done.stdout.startswith(b"policydiff: {format: 2,")
        assert done.stderr == b"0\n"

    def test_the_status_is_the_same_for_a_reader_who_went_away(self, pair: list[str]) -> None:
        done = shell('{ sleep 0.3; "$@"; echo $? >&2; } | true', "-q", "--exit-code", *pair)
        assert done.stderr == b"1\n"

    @pytest.mark.parametrize(
        ("redirection", "says"), [(">&-", "is closed"), ("> /dev/full", "No space left")]
    )
    @pytest.mark.parametrize("arguments", [["--help"], ["旧.txt", "new.txt"]])
    def test_unwritable(
        self, pair: list[str], redirection: str, says: str, arguments: list[str]
    ) -> None:
        if "/dev/full" in redirection and not os.path.exists("/dev/full"):
            pytest.skip("needs /dev/full")
        done = shell(f'"$@" {redirection}', *arguments)
        assert done.returncode == 2
        assert done.stderr.startswith(b"policydiff: standard output: ")
        assert says.encode() in done.stderr
        assert done.stderr.endswith(b"; name a file with -o\n")
        assert done.stderr.count(b"\n") == 1
        if arguments == pair:
            remedied = shell(f'"$@" {redirection}', *pair, "-o", "out.yaml")
            assert remedied.returncode == 0
            assert Path("out.yaml").read_bytes() == expected(pair)

    @pytest.mark.parametrize("redirection", ["2>&-", "2> /dev/full"])
    def test_nobody_to_tell(self, pair: list[str], redirection: str) -> None:
        done = shell(f'"$@" {redirection}', *pair)
        assert done.returncode == 0
        assert done.stdout == expected(pair)
        assert shell(f'"$@" {redirection}', "missing.txt", pair[1]).returncode == 2

    @pytest.mark.parametrize(
        "environment",
        [
            {"PYTHONIOENCODING": "ascii"},
            {"PYTHONIOENCODING": "gb18030"},
            {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
            {"LC_ALL": "C"},
        ],
    )
    def test_is_utf_8_everywhere(self, pair: list[str], environment: dict[str, str]) -> None:
        done = run(*pair, environment=environment)
        assert done.returncode == 0
        # Even where file names are ASCII and other bytes to Python.
        assert done.stdout.decode() == expected(pair).decode()
        assert done.stderr.count(b"\n") > 3
        done = run("没有.txt", pair[1], environment=environment)
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)

    @pytest.mark.parametrize("newline", ["\r\n", "\n"])
    def test_newlines_are_those_of_unix(
        self, pair: list[str], monkeypatch: pytest.MonkeyPatch, newline: str
    ) -> None:
        stream = io.TextIOWrapper(io.BytesIO(), encoding="gbk", newline=newline)  # as on Windows
        monkeypatch.setattr(sys, "stdout", stream)
        assert cli.main(["-q", *pair]) == 0
        assert stream.buffer.getvalue().decode() == expected(pair).decode()
        assert cli.main(["-q", *pair, "-o", "out"]) == 0
        assert b"\r" not in Path("out").read_bytes()

    def test_a_stand_in_without_bytes(
        self, pair: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stream = io.StringIO()
        monkeypatch.setattr(sys, "stdout", stream)
        assert cli.main(["-q", *pair]) == 0
        assert stream.getvalue() == policydiff.compare(*pair).to_yaml(all=False)

    def test_a_dash_is_standard_output(self, pair: list[str]) -> None:
        assert run(*pair, "-o", "-").stdout == expected(pair)
        assert not os.path.exists("-")


class TestSummary:
    def test_is_short_and_plain(self, pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        cli.main(pair)
        lines = capsys.readouterr().err.splitlines()
        commitments = [len(policydiff.read(name).commitments) for name in pair]
        assert lines[0] == f"old: 旧.txt (2024), {commitments[0]} commitments"
        assert lines[1] == f"new: new.txt (2025), {commitments[1]} commitments"
        assert "  line 2: 确保建成3个园区。" in lines
        assert all(line.isprintable() for line in lines)
        assert len(lines) <= 12


class TestOutputFile:
    def names(self) -> set[str]:
        return set(os.listdir())

    def test_holds_what_standard_output_would(
        self, pair: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        cli.main(pair)
        shown = capsys.readouterr()
        assert cli.main([*pair, "--output", "结果.yaml"]) == 0
        assert capsys.readouterr() == ("", shown.err + "wrote 结果.yaml\n")
        assert Path("结果.yaml").read_bytes().decode() == shown.out
        assert self.names() == {*pair, "结果.yaml"}

    def test_gets_the_rights_of_new_files(self, pair: list[str]) -> None:
        mask = os.umask(0o027)
        try:
            cli.main([*pair, "-o", "out"])
        finally:
            os.umask(mask)
        assert stat.S_IMODE(os.stat("out").st_mode) == 0o640

    def test_keeps_the_rights_of_an_old_file(self, pair: list[str]) -> None:
        Path("out").write_text("old")
        os.chmod("out", 0o604)
        cli.main([*pair, "-o", "out"])
        assert stat.S_IMODE(os.stat("out").st_mode) == 0o604
        assert "policydiff: {format: 2," in Path("out").read_text(encoding="utf-8")

    @pytest.mark.parametrize("exists", [True, False])
    def test_a_link_stays_a_link(self, pair: list[str], exists: bool) -> None:
        Path("folder").mkdir()
        if exists:
            Path("folder/target").write_text("old")
        os.symlink("folder/target", "out")
        assert cli.main([*pair, "-o", "out"]) == 0
        assert os.path.islink("out")
        assert "policydiff: {format: 2," in Path("folder/target").read_text(encoding="utf-8")
        assert os.listdir("folder") == ["target"]

    def test_a_long_name(self, pair: list[str]) -> None:
        name = "结" * 85  # 255 bytes, as many as a file name may have
        assert cli.main([*pair, "-o", name]) == 0
        assert self.names() == {*pair, name}

    def test_a_pipe_is_written_to(self, pair: list[str]) -> None:
        reader, writer = os.pipe()
        with os.fdopen(reader, "rb") as stream:
            assert cli.main([*pair, "-o", f"/dev/fd/{writer}"]) == 0
            os.close(writer)
            assert stream.read() == expected(pair)

    @pytest.mark.parametrize(
        ("name", "says", "remedied"),
        [
            ("missing/out", "lies in a folder that does not exist; make that folder first", ""),
            ("folder", "is a folder, not a file; name a file inside it", "folder/out"),
            ("newfolder/", "is a folder, not a file; name a file inside it", ""),
            ("new.txt/out", "cannot be written (Not a directory); choose a file", "folder/out"),
            ("a\0b", "is not a valid file name; give another name", "out"),
            ("", "is not a valid file name; give another name", "out"),
            ("结" * 86, "cannot be written (File name too long); choose a file", "folder/out"),
        ],
    )
    def test_impossible(
        self,
        pair: list[str],
        capsys: pytest.CaptureFixture[str],
        name: str,
        says: str,
        remedied: str,
    ) -> None:
        Path("folder").mkdir()
        before = self.names()
        assert says in trouble([*pair, "-o", name], capsys)
        assert self.names() == before
        assert os.listdir("folder") == []
        if name == "missing/out":
            Path("missing").mkdir()
            remedied = name
        if remedied:
            assert cli.main([*pair, "-o", remedied]) == 0

    def test_full_device(self, pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        if not os.path.exists("/dev/full"):
            pytest.skip("needs /dev/full")
        assert "No space left" in trouble([*pair, "-o", "/dev/full"], capsys)

    @pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
    def test_a_failure_leaves_everything_as_it_was(
        self,
        pair: list[str],
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        step: str,
        number: int,
    ) -> None:
        def fail(*_: object) -> None:
            raise OSError(number, os.strerror(number))

        Path("out").write_text("old")
        before = self.names()
        monkeypatch.setattr(os, step, fail)
        assert trouble([*pair, "-o", "out"], capsys).startswith("out: ")
        assert Path("out").read_text() == "old"
        assert self.names() == before

    def test_an_interrupt_leaves_everything_as_it_was(
        self, pair: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(os, "fsync", interrupt)
        assert cli.main([*pair, "-o", "out"]) == 130
        assert self.names() == set(pair)

    def test_a_protected_file_stays(
        self,
        pair: list[str],
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        Path("out").write_text("old")
        os.chmod("out", 0o444)
        with monkeypatch.context() as patched:
            # The superuser may write everywhere, so play the user.
            patched.setattr(os, "access", lambda path, mode: False)
            says = trouble([*pair, "-o", "out"], capsys)
        assert "may not be written; change the permissions" in says
        assert Path("out").read_text() == "old"
        os.chmod("out", 0o644)
        assert cli.main([*pair, "-o", "out"]) == 0

    @pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
    def test_a_protected_folder(self, pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        Path("folder").mkdir(mode=0o555)
        assert "may not be written" in trouble([*pair, "-o", "folder/out"], capsys)

    def test_nothing_is_written_when_a_report_is_bad(
        self, pair: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("out").write_text("old")
        trouble(["missing.txt", pair[1], "-o", "out"], capsys)
        trouble(["missing.txt", pair[1], "-o", "fresh"], capsys)
        assert Path("out").read_text() == "old"
        assert self.names() == {*pair, "out"}


def test_interrupt(
    pair: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(comparison, "compare", interrupt)
    assert cli.main(pair) == 130
    assert capsys.readouterr() == ("", "")


class TestSuffix:
    @pytest.mark.parametrize(
        ("name", "form"),
        [
            ("a.yaml", "yaml"),
            ("a.JSON", "json"),
            ("a.csv", "csv"),
            ("a.yml", "yaml"),
            ("a", "yaml"),
        ],
    )
    def test_says_how_a_file_is_written(self, pair: list[str], name: str, form: str) -> None:
        assert cli.main(["-q", *pair, "-o", name]) == 0
        assert cli.main(["-q", *pair, "-o", "same", "--format", form]) == 0
        assert Path(name).read_bytes() == Path("same").read_bytes()

    @pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.yaml.bak", "结果.表"])
    def test_an_unknown_one_is_an_error_before_any_work(
        self, capsys: pytest.CaptureFixture[str], name: str
    ) -> None:
        line = trouble(["missing.txt", "missing.txt", "-o", name], capsys)
        suffix = os.path.splitext(name)[1]
        assert line == (
            f"{name}: ends in {suffix}, which names no kind of file that policydiff writes;"
            f" end the name in one of {', '.join(s for s in WRITERS if s != '.yml')}"
        )

    def test_a_page_is_made_of_one_report_and_of_several(
        self, pair: list[str], tmp_path: Path
    ) -> None:
        Path("2026.txt").write_text(NEW.replace("2025", "2026"), encoding="utf-8")
        for reports in ([pair[0], "--corpora", str(CORPORA)], [*pair, "2026.txt"]):
            assert cli.main(["-q", *reports, "-o", "a.html"]) == 0
            assert Path("a.html").read_text("utf-8").startswith("<!DOCTYPE html>")

    def test_of_two_kinds_named_neither_is_written(
        self, pair: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        line = trouble([*pair, "-o", "a.json", "--format", "yaml"], capsys)
        assert line.startswith("a.json: ends in .json, and --format says yaml; ")
        assert cli.main(["-q", *pair, "-o", "a.json", "--format", "json"]) == 0

    def test_a_device_may_have_any(self, pair: list[str]) -> None:
        os.mkfifo("a.fifo")
        reader = os.open("a.fifo", os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(reader, "rb") as stream:
            assert cli.main(["-q", *pair, "-o", "a.fifo"]) == 0
            assert stream.read() == expected(pair)


class TestInputsAreSafe:
    """-o never overwrites what is read, unless forced to."""

    @pytest.fixture
    def corpus(self, pair: list[str]) -> list[str]:
        Path("corpora/甲县").mkdir(parents=True)
        Path("corpora/甲县/2024.txt").write_text(OLD, "utf-8")
        Path("corpora/corpus.yaml").write_text("reports: {}\n", "utf-8")
        Path("elsewhere").mkdir()
        Path("elsewhere/2023.json").write_text("{}", "utf-8")
        Path("elsewhere/2022.md").write_text(OLD, "utf-8")
        os.symlink("../elsewhere", "corpora/乙县")
        os.symlink("..", "corpora/甲县/loop")
        return [pair[1]]

    @pytest.mark.parametrize(
        ("name", "what"),
        [
            ("corpora/甲县/2024.txt", "is a file of the corpus"),
            ("corpora/乙县/2022.md", "is a file of the corpus"),
            ("elsewhere/2022.md", "is a file of the corpus"),
            ("link.yaml", "is a file of the corpus"),
            ("corpora/corpus.yaml", "is what a corpus keeps its regions and years in"),
            ("new.txt", "is one of the reports"),
        ],
    )
    def test_of_a_corpus(
        self, corpus: list[str], name: str, what: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        os.symlink("corpora/甲县/2024.txt", "link.yaml")
        line = trouble([*corpus, "-o", name], capsys)
        assert line == (
            f"{name}: {what} and would be overwritten; give another name to -o, or --force"
        )

    def test_of_a_pair(self, pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        os.rename(pair[1], "new.yaml")
        arguments = [pair[0], "new.yaml", "-o", "new.yaml"]
        assert "is one of the reports" in trouble(arguments, capsys)
        assert Path("new.yaml").read_text("utf-8") == NEW
        assert cli.main(["-q", "--force", *arguments]) == 0
        assert from_yaml(Path("new.yaml").read_bytes())["new"]["name"] == "new.yaml"

    def test_of_a_pair_that_lies_in_a_corpus(
        self, corpus: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        pair = ["corpora/甲县/2024.txt", *corpus]
        assert "keeps its regions" in trouble([*pair, "-o", "corpora/corpus.yaml"], capsys)

    def test_of_standard_input(self, pair: list[str]) -> None:
        os.rename(pair[0], "old.yaml")
        done = shell('"$@" < old.yaml', "-", pair[1], "-o", "old.yaml")
        assert done.returncode == 2
        assert b"old.yaml: is one of the reports" in done.stderr
        assert Path("old.yaml").read_text("utf-8") == OLD

    def test_other_files_may_be_overwritten(self, corpus: list[str]) -> None:
        for name in ("out.yaml", "corpora/out.yaml", "corpora/out.yaml"):
            assert cli.main(["-q", "--no-cache", *corpus, "-o", name]) == 0


class TestEverythingIsWritten:
    """All of the result reaches standard output, or the run ends with 2 and one line."""

    @pytest.fixture
    def long(self, pair: list[str]) -> list[str]:
        """Two reports with a result of more than a pipe holds."""
        lines = [f"新增{chr(0x4E00 + i)}{chr(0x5E00 + i)}企业{i}家。" for i in range(700)]
        Path("long.txt").write_text("一、2025年工作安排\n" + "\n".join(lines), "utf-8")
        return [pair[0], "long.txt"]

    @pytest.mark.parametrize("unbuffered", ["", "1"])
    def test_under_a_limit(self, long: list[str], unbuffered: str) -> None:
        # In blocks of 512 bytes: much less than the result.
        script = f'PYTHONUNBUFFERED={unbuffered} ; export PYTHONUNBUFFERED; ulimit -f 8; "$@" > out'
        done = shell(script, "-q", *long)
        assert done.returncode == 2
        assert done.stderr.startswith(b"policydiff: standard output: cannot be written (File too")
        assert done.stderr.count(b"\n") == 1

    @pytest.mark.parametrize("unbuffered", ["", "1"])
    def test_through_a_pipe_that_does_not_block(self, long: list[str], unbuffered: str) -> None:
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        process = subprocess.Popen(
            [sys.executable, "-m", "policydiff", "-q", *long],
            stdout=writer,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered},
        )
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            time.sleep(0.5)  # let it fill the pipe first
            shown = stream.read()
        assert process.wait(60) == 0
        with process.stderr as errors:  # type: ignore[union-attr]
            assert errors.read() == b""
        assert shown == expected(long)

    def test_unbuffered(self, long: list[str]) -> None:
        done = run("-q", *long, environment={"PYTHONUNBUFFERED": "1"})
        assert (done.returncode, done.stdout) == (0, expected(long))

    @pytest.mark.parametrize("most", [1, 1000, 10**9])
    def test_to_a_stream_that_takes_a_little_at_a_time(
        self, pair: list[str], monkeypatch: pytest.MonkeyPatch, most: int
    ) -> None:
        taken = bytearray()

        class Raw(io.RawIOBase):
            def writable(self) -> bool:
                return True

            def write(self, data: Any) -> int:
                taken.extend(bytes(data[:most]))
                return min(most, len(data))

        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(Raw())))
        assert cli.main(["-q", *pair]) == 0
        assert taken.decode() == expected(pair).decode()

    def test_to_a_stand_in_that_can_do_nothing_but_write(
        self, pair: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        class Bare:
            def __init__(self) -> None:
                self.parts: list[Any] = []

            def write(self, part: Any) -> None:
                self.parts.append(part)

        class Wrapped(Bare):
            @property
            def buffer(self) -> Bare:
                return inner

        inner = Bare()
        for stream, written in ((Bare(), None), (Wrapped(), inner)):
            monkeypatch.setattr(sys, "stdout", stream)
            assert cli.main(["-q", *pair]) == 0
            parts = (written or stream).parts
            assert b"".join(p.encode() if isinstance(p, str) else p for p in parts) == (
                expected(pair)
            )

        class Broken:
            def write(self, part: Any) -> None:
                raise OSError(errno.EIO, "broken")

        monkeypatch.setattr(sys, "stdout", Broken())
        assert cli.main(pair) == 2
        assert capsys.readouterr().err == (
            "policydiff: standard output: cannot be written (broken); name a file with -o\n"
        )


class TestUnexpected:
    @pytest.fixture
    def broken(self, pair: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
        def fail(*_: object, **__: object) -> None:
            raise KeyError("a fault\n" + "x" * 1000)

        monkeypatch.setattr(comparison, "compare", fail)
        return pair

    def test_is_one_line_that_asks_for_a_report(
        self, broken: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        line = trouble(broken, capsys)
        assert line.startswith("an error that should not happen (KeyError: 'a fault")
        assert "; please report this with the command and the report; --debug shows" in line
        assert len(line) < 500

    def test_debug_shows_where(self, broken: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["--debug", *broken]) == 2
        err = capsys.readouterr().err
        assert err.startswith("Traceback (most recent call last):\n")
        assert "in fail" in err
        assert err.splitlines()[-1].startswith("policydiff: an error that should not happen")

    def test_too_little_memory(
        self, pair: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise MemoryError

        monkeypatch.setattr(comparison, "compare", fail)
        assert trouble(pair, capsys).startswith("there is not enough memory; ")

    def test_messages_are_short(self, capsys: pytest.CaptureFixture[str]) -> None:
        name = "很长" * 50_000 + ".txt"
        line = trouble([name, name], capsys)
        assert len(line) < 1200
        assert ".txt: " in line
        assert len(trouble(["--format", "x" * 100_000, "a"], capsys)) < 1200


class TestInterrupt:
    @pytest.mark.parametrize("module", ["policydiff.cli.main", "policydiff.analysis", "rapidfuzz"])
    def test_during_the_imports(self, pair: list[str], module: str) -> None:
        code = (
            "import sys\n"
            "class Finder:\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            f"        if name == {module!r}: raise KeyboardInterrupt\n"
            "sys.meta_path.insert(0, Finder())\n"
            "from policydiff.__main__ import main\n"
            "sys.exit(main())\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, *pair],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


class TestNames:
    """Names that are not UTF-8: zip files from Chinese Windows have them in GBK."""

    @pytest.mark.parametrize("form", ["yaml", "json", "csv"])
    @pytest.mark.parametrize(
        ("folder", "region"), [("栖川县".encode("gbk"), "栖川县"), (b"\xff\xfe", None)]
    )
    def test_are_decoded_or_escaped(
        self, pair: list[str], form: str, folder: bytes, region: str | None
    ) -> None:
        try:
            os.mkdir(folder)
        except OSError:
            pytest.skip("this file system takes no such names")
        names = [os.fsdecode(folder + b"/" + "旧年".encode("gbk") + b"1.txt"), pair[1]]
        Path(names[0]).write_text(OLD, "utf-8")
        done = run("-q", "--format", form, *names)
        assert (done.returncode, done.stderr) == (0, b"")
        text = done.stdout.decode("utf-8")
        assert cli.main(["-q", *names, "-o", f"out.{form}"]) == 0
        assert Path(f"out.{form}").read_bytes() == done.stdout
        if form != "csv":
            old = (json.loads if form == "json" else from_yaml)(text)["old"]
            assert (old["name"], old["region"]) == ("旧年1.txt", region)
        assert cli.main([names[0], "missing.txt"]) == 2

    def test_of_a_corpus(self, pair: list[str]) -> None:
        folder = os.fsdecode("栖川县".encode("gbk"))
        try:
            os.makedirs(os.path.join("corpora", folder))
        except OSError:
            pytest.skip("this file system takes no such names")
        Path("corpora", folder, "2024.txt").write_text(OLD, "utf-8")
        Path("corpora", folder, "2023.txt").write_text("", "utf-8")
        for form in ("yaml", "json"):
            done = run("-q", "--no-cache", "--all", "--format", form, pair[1])
            assert done.returncode == 0
            shown = from_yaml(done.stdout.decode("utf-8"))
            assert shown["commitments"][0]["other_regions"][0]["region"] == "栖川县"
            assert shown["unread"][0]["name"] == "栖川县/2023.txt"


class TestExample:
    def test_can_be_tried_at_once(
        self, pair: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["--example", "my county"]) == 0
        said = capsys.readouterr().err.splitlines()
        assert said[0] == "wrote 4 reports to my county; now try:"
        source = {p.relative_to(CORPORA): p.read_bytes() for p in CORPORA.rglob("*.*")}
        source[Path("compare.bat")] = DROP_TWO_REPORTS.read_bytes()
        assert {
            p.relative_to("my county"): p.read_bytes() for p in Path("my county").rglob("*.*")
        } == source
        for line in said[1:]:
            command = line.strip().removeprefix("policydiff ")
            done = shell(f'"$@" -q {command}')
            assert (done.returncode, done.stderr) == (0, b"")
            assert done.stdout.startswith(b"policydiff: {format: 2")

    def test_two_reports_dropped_on_windows(self, pair: list[str]) -> None:
        """What the batch file calls works; Windows wants its own line ends and plain letters."""
        batch = DROP_TWO_REPORTS.read_bytes()
        assert batch.isascii()
        assert batch.count(b"\n") == batch.count(b"\r\n") > 5
        # The environment of README comes before a Python that may not know policydiff.
        places = [batch.index(said) for said in (b'PYTHON=py"', b"%~dp0..\\.venv", b"%~dp0.venv")]
        assert places == sorted(places)
        (call,) = re.findall(r'"%PYTHON%" -m policydiff (.+) --open', batch.decode())
        for dropped, path in (("%~1", pair[0]), ("%~dpn2", "page"), ("%~2", pair[1])):
            call = call.replace(dropped, path)
        done = shell(f'"$@" -q {call}')
        assert (done.returncode, done.stderr) == (0, b"")
        assert Path("page-compared.html").read_bytes().startswith(b"<!DOCTYPE html>")

    def test_overwrites_nothing(self, pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert trouble(["--example", "."], capsys) == (
            ".: is a folder with something in it; give the name of a new folder to --example,"
            " or --force"
        )
        assert cli.main(["-q", "--force", "--example", "."]) == 0
        assert {*pair, "栖川县", "澜溪县"} < set(os.listdir())
        assert "is a folder with something in it" in trouble(["--example", "栖川县"], capsys)

    @pytest.mark.parametrize("name", ["new.txt", "new.txt/a", "a\0b", ""])
    def test_nowhere_to_write(
        self, pair: list[str], name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        trouble(["--example", name], capsys)
        assert "goes without reports" in trouble(["--example", "a", *pair], capsys)
