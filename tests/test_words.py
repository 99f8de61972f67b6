"""Words for people in Chinese and English: whole, in the language asked for, on any console."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import webbrowser
from pathlib import Path, PureWindowsPath

import pytest

import policydiff
from policydiff.analysis import doubts, parts
from policydiff.cli import main as cli
from policydiff.cli.files import quoted
from policydiff.cli.help import wide
from policydiff.cli.options import make_parser
from policydiff.cli.speech import language
from policydiff.output.files import check_suffix, suffix_of
from policydiff.output.words import words_in
from tests import ready

ROOT = Path(__file__).resolve().parents[1]
YEARS = [str(ROOT / "corpora" / "栖川县" / f"{year}.txt") for year in (2023, 2024, 2025)]
ZH = words_in("zh")
CHINESE = re.compile("[一-龥]")


def test_all_help_is_there_in_chinese() -> None:
    english, chinese = make_parser(), make_parser("zh")
    assert chinese.description
    assert CHINESE.search(chinese.description)
    for there, here in zip(english._actions, chinese._actions, strict=True):
        assert CHINESE.search(here.help or ""), there.help


@pytest.mark.parametrize(
    "warning",
    [
        doubts.NO_YEAR,
        doubts.LITTLE_CHINESE.format(share=0.25),
        doubts.NO_REPORT.format(share=0.9),
        parts.NO_PLAN,
        parts.GUESSED,
        parts.TWICE.format(line=31),
    ],
)
def test_a_warning_of_a_report_has_chinese_words(warning: str) -> None:
    said = ZH.say(warning)
    assert said != warning
    assert re.findall(r"\d+", said) == re.findall(r"\d+", warning)


def test_notes_have_chinese_words() -> None:
    def plan(year: int, text: str = "新建农村学校3所。") -> policydiff.Document:
        return policydiff.parse(f"一、{year}年工作安排\n{text}", f"{year}.txt")

    pairs = [(plan(2030), plan(2030)), (plan(2031), plan(2030)), (plan(2030), plan(2035))]
    notes = [n for pair in pairs for n in policydiff.compare(*pair).notes]
    assert len(notes) >= 3
    assert all(CHINESE.search(ZH.say(note)) for note in notes)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_summary_is_all_chinese(number: int) -> None:
    reports = YEARS[:number]
    if number == 1:
        result = policydiff.compare_corpus(reports[0], ROOT / "corpora", cached=False)
    else:
        result = ready.comparison() if number == 2 else ready.trajectory()
    for line in result.summary().splitlines():
        assert ZH.say(line) != line or re.match(r"  [^ ]+: .* \(\d{4}", line), line


def test_what_has_no_words_is_said_as_it_is() -> None:
    assert ZH.say("something new: 3") == "something new: 3"
    assert words_in("en").say("check the path") == "check the path"


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.GBK", "LC_ALL": "C"}, "en"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "de_DE"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
    ],
)
def test_the_system_says_which_language(
    variables: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language([]) == named
    assert language(["--lang", "en"]) == "en"
    assert language(["--lang", "xx"]) == named


def test_an_error_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--lang", "zh", "gone.txt", "gone.txt"]) == 2
    assert capsys.readouterr().err == "policydiff: gone.txt: 不存在; 请检查路径\n"


def test_a_page_in_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or True)
    page = tmp_path / "a b.html"
    assert cli.main(["-q", "--lang", "en", "--open", "-o", str(page), *YEARS[:2]]) == 0
    assert opened == [page.as_uri()]
    text = page.read_text("utf-8")
    assert '<html lang="en">' in text
    assert "Not mentioned again" in text
    assert "未再提及" not in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["--open", *YEARS[:2]],
        ["--open", "-o", "a.csv", *YEARS[:2]],
        ["--tasks", YEARS[0]],
        ["--tasks", "-o", "a.xlsx", *YEARS[:2]],
        ["--tasks", "-o", "a.csv", YEARS[0]],
    ],
)
def test_options_that_lack_something(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["--lang", "en", *arguments]) == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".xlsx", ".docx", ".md"])
def test_tasks_of_a_report(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"任务{suffix}"
    assert cli.main(["--tasks", "-o", str(path), YEARS[2]]) == 0
    again = tmp_path / f"again{suffix}"
    assert cli.main(["--tasks", "-o", str(again), YEARS[2]]) == 0
    assert path.read_bytes() == again.read_bytes()
    if suffix == ".md":
        lines = path.read_text("utf-8").splitlines()
        rows = [line for line in lines if line.startswith("| ")]
        assert len(rows) == 2 + len(policydiff.read(YEARS[2]).commitments)
        assert "工作任务" in rows[0]


def test_nothing_fails_on_a_console_of_gbk(tmp_path: Path) -> None:
    report = tmp_path / "去年😀.txt"
    report.write_bytes("一、2030年工作安排\r\n新建学校𠀀3所。\r\n".encode())
    for lang in ("zh", "en"):
        done = subprocess.run(
            [sys.executable, "-m", "policydiff", "--lang", lang, str(report), YEARS[0]],
            capture_output=True,
            check=False,
            timeout=60,
            env=os.environ | {"PYTHONIOENCODING": "gbk", "PYTHONPATH": str(ROOT)},
        )
        assert done.returncode == 0, done.stderr
        assert "学校" in done.stderr.decode("gbk")
        done.stdout.decode("utf-8")


def test_paths_of_windows() -> None:
    path = PureWindowsPath(r"D:\年度材料\2024 年\对照.XLSX")
    check_suffix(path)
    assert suffix_of(path) == ".xlsx"
    assert quoted(str(path), windows=True) == r'"D:\年度材料\2024 年\对照.XLSX"'
    assert quoted(r"年度材料\去年.docx", windows=True) == r"年度材料\去年.docx"
    assert {quoted(f"a{mark}b", windows=True) for mark in "&%^();,='"} == {
        f'"a{mark}b"' for mark in "&%^();,='"
    }


def _texts(node: ast.expr) -> list[str]:
    """The strings that an expression makes, with 7 for what varies in them."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        parts = (v.value if isinstance(v, ast.Constant) else "7" for v in node.values)
        return ["".join(map(str, parts))]
    if isinstance(node, ast.BinOp):
        return [a + b for a in _texts(node.left) for b in _texts(node.right)]
    return _texts(node.body) + _texts(node.orelse) if isinstance(node, ast.IfExp) else []


#: What is met from Python only, where errors are in English.
FROM_PYTHON = ("many.py", "saved.py", "columns.py", "words.py", "panel/levels.py", "vectors.py")
ONLY_THERE = re.compile("is no model|give True for|lone surrogate|decode the bytes strictly|bug")
#: What is put together from parts that are looked at by themselves.
IN_PARTS = re.compile(r"7.*|.*[a-z]7")


def test_all_trouble_of_the_command_line_is_said_in_chinese() -> None:
    told = {
        said
        for file in (ROOT / "policydiff").rglob("*.py")
        if not file.as_posix().endswith(FROM_PYTHON)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg in ("what", "remedy")
        for said in _texts(node.value)
        if len(re.findall("[a-z]{2,}", said)) > 1
    }
    assert len(told) > 100
    untold = {said for said in told if not CHINESE.search(ZH.say(said))}
    assert {s for s in untold if not (ONLY_THERE.search(s) or IN_PARTS.fullmatch(s))} == set()


def test_what_begins_with_words_is_said_before_what_begins_with_a_blank() -> None:
    assert ZH.say("note: d.yaml: 6 decisions used").startswith("提示：已采用d.yaml")
    stale = "note: d.yaml, line 5: stale, its text is in the reports no more (not linked)"
    assert ZH.say(stale) == "提示：d.yaml，第5行：失效，需重新核对（不是一回事）"


@pytest.mark.parametrize(
    "command", [["--help"], ["targets", "--help"], ["levels", "--help"], ["indicators", "--help"]]
)
def test_help_in_chinese_fits_the_terminal(
    command: list[str], capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert cli.main(["--lang", "zh", *command]) == 0
    lines = capsysbinary.readouterr().out.decode("utf-8").splitlines()
    assert lines[0].startswith("用法：")
    assert all(wide(line) <= 80 for line in lines)
    assert not any("\0" in line or line.strip() in ("options:", "选项") for line in lines)
    # The words of every option begin in the same column.
    column = {
        wide(re.match(r"( +--?\S.*? {2,})", line)[0])
        for line in lines
        if line.startswith("  --force")
    }
    assert len(column) == 1


def test_what_was_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, tasks = tmp_path / "对照.html", tmp_path / "任务.xlsx"
    assert cli.main(["--lang", "zh", *YEARS[:2], "-o", str(page)]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == f"已写出 {page}"
    assert cli.main(["--lang", "zh", YEARS[1], "--tasks", "-o", str(tasks)]) == 0
    assert re.fullmatch(r"已写出 .*任务\.xlsx：\d+项任务\n", capsys.readouterr().err)
    assert cli.main(["-q", "--lang", "zh", YEARS[1], "--tasks", "-o", str(tasks)]) == 0
    assert capsys.readouterr().err == ""
