"""Compiled patterns that are kept between runs do what ``re`` does, whatever is wrong with them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policydiff.language import patterns
from policydiff.language.patterns import Family, _Kept, compile_pattern
from policydiff.language.zh import CHINESE

SOURCES = [
    "(?P<number>[0-9]+)(?P<unit>万|亿)?",
    "(?<![零一二])(?:二[零○]|一九)(?=年)",
    "[^,，]{1,12}?(?:底|年)(?:之前|以前)?",
    "万(?:亿元|(?!))?|亿元",
    r"\w+\s*$",
    "",
    # Those for which it is worked out what a match begins with, and the like for which it is not.
    "(?<!二)(?<!一九)[0-9年]+[^万]?",
    "(?:底|(?=[万亿])(?:万|亿|元))(?:年|)",
    "(?=(?:二|))(?:年)?(?:底|前)",
    "(?>二?)(?:○|年)|(?!)零",
    "(?:九|(?i:a))[0-9]?|(?<=年)底",
    r"(?m)^[,，]*\s",
    r"(零)?(?(1)二|年)|(二)\2",
    r"\D(?:二|年)|[^二]年",
    r"(?<!二)\d年|(?<!一)\s+[底前]",
    r"(?a)(?<!二)\d年|(?<!一)\s+[底前]",
    "[一-龥]年|[〇-零]",
]


def spans(pattern: re.Pattern[str], text: str) -> list[tuple[object, ...]]:
    return [(m.span(), m.groups(), m.groupdict(), m.lastgroup) for m in pattern.finditer(text)]


def used_again(path: str, source: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern as a second run has it, which compiles nothing."""
    first = _Kept(path)
    first.pattern(source, int(flags))
    first.save()
    second = _Kept(path)
    pattern = second.pattern(source, int(flags))
    assert not second._new
    return pattern


@given(st.sampled_from(SOURCES), st.text("零一二○九年底前之以,，万亿元5５a \u3000\n", max_size=12))
def test_a_kept_pattern_finds_what_re_finds(tmp_path_factory, source, text):
    path = tmp_path_factory.getbasetemp() / "patterns"
    kept = used_again(str(path), source)
    assert spans(kept, text) == spans(re.compile(source), text)
    assert (kept.pattern, kept.flags, kept.groups) == (
        source,
        re.compile(source).flags,
        kept.groups,
    )


@pytest.mark.parametrize("flags", [re.M, re.IGNORECASE, re.ASCII | re.DOTALL])
def test_flags(tmp_path, flags):
    kept = used_again(str(tmp_path / "patterns"), "^(?:gdp|总量).$", flags)
    plain = re.compile("^(?:gdp|总量).$", flags)
    text = "GDP\n总量\n\ngdp高"
    assert kept.flags == plain.flags
    assert spans(kept, text) == spans(plain, text)


def test_patterns_of_the_tables(tmp_path):
    text = "到2025年底前,新建改建农村公路300公里以上,增长8%左右。力争突破5万亿元。"
    for name, section in (("targets", "deadlines"), ("commitments", "cues")):
        for pattern in CHINESE.tables.patterns(name, section):
            kept = used_again(str(tmp_path / "patterns"), pattern.pattern)
            assert spans(kept, text) == spans(re.compile(pattern.pattern), text)


def test_a_broken_pattern_is_told():
    with pytest.raises(re.error):
        compile_pattern("(?P<open")


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def altered(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("damage", [truncated, altered, lambda _: b"", lambda _: b"\x00" * 9])
def test_a_damaged_file_is_made_anew(tmp_path, damage):
    path = tmp_path / "patterns"
    used_again(str(path), "[0-9]+万")
    path.write_bytes(damage(path.read_bytes()))
    kept = _Kept(str(path))
    assert kept.pattern("[0-9]+万", 0).findall("5万") == ["5万"]
    kept.save()
    again = _Kept(str(path))
    again.pattern("[0-9]+万", 0)
    assert not again._new


def test_the_file_of_another_python_is_not_used(tmp_path, monkeypatch):
    path = str(tmp_path / "patterns")
    used_again(path, "[0-9]+万")
    monkeypatch.setattr(patterns, "_MADE_BY", ("another",))
    kept = _Kept(path)
    kept.pattern("[0-9]+万", 0)
    assert kept._new


def test_other_internals_of_python_cost_only_time(tmp_path, monkeypatch):
    def fails(*_: object) -> None:
        raise TypeError("another signature")

    monkeypatch.setattr(patterns, "_put_together", fails)
    kept = _Kept(str(tmp_path / "patterns"))
    assert kept.pattern("[0-9]+万", 0).findall("5万") == ["5万"]


def test_no_more_than_so_many_are_kept(tmp_path, monkeypatch):
    path = str(tmp_path / "patterns")
    monkeypatch.setattr(patterns, "_AT_MOST", 3)
    for k in range(5):
        used_again(path, f"[0-9]+{k}")
    assert len(patterns._read(path).patterns) <= 3


def test_two_runs_keep_what_either_compiled(tmp_path):
    path = str(tmp_path / "patterns")
    one, other = _Kept(path), _Kept(path)
    one.pattern("甲", 0)
    other.pattern("乙", 0)
    one.save()
    other.save()
    assert {source for source, _ in patterns._read(path).patterns} == {"甲", "乙"}


@pytest.mark.parametrize("source", [r"(?<!二)\d年", r"(?<!一)\s+[底前]"])
def test_classes_of_characters_are_those_of_unicode(tmp_path, source):
    pattern = used_again(str(tmp_path / "patterns"), source)
    assert spans(pattern, "于５年、\u3000底") == spans(re.compile(source), "于５年、\u3000底") != []


def test_the_source_of_words_is_made_once(tmp_path):
    path = str(tmp_path / "patterns")
    first = _Kept(path)
    assert first.source(["万", "亿"], "|".join) == "万|亿"
    first.save()
    second = _Kept(path)
    assert second.source(["万", "亿"], lambda _: "made anew") == "万|亿"
    assert second.source(["万亿"], "|".join) == "万亿"


def test_every_run_asks_for_the_same_sources():
    """Else the file would grow with each, and be written anew."""
    code = """
from policydiff.language import patterns
patterns._kept._path = "no such file"
from policydiff.analysis.documents import parse
parse("一、2031年工作安排\\n新建学校3所、医院2家,培育和引进企业20家以上,增速高于全省平均水平。")
print(sorted(patterns._kept._new_sources))
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 1000


def test_a_program_that_imports_the_package_keeps_them_too(tmp_path):
    code = "import policydiff; policydiff.parse('一、2031年工作安排\\n新建学校3所。')"
    plain = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **plain}, check=True)
    assert len(list(tmp_path.rglob("*.patterns"))) == 1


def run(folder: Path, **more: str) -> list[str]:
    """The files that a run of the command keeps beside those of Python, in a folder of its own."""
    reports = ["--example", str(folder / "example")]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "cache"), **more}
    subprocess.run([sys.executable, "-m", "policydiff", *reports], env=environment, check=True)
    old, new = sorted((folder / "example").rglob("*.txt"))[:2]
    subprocess.run(
        [sys.executable, "-m", "policydiff", str(old), str(new), "-o", str(folder / "a.yaml")],
        env=environment,
        check=True,
        capture_output=True,
    )
    return [path.name for path in (folder / "cache").rglob("*.patterns")]


def test_the_command_keeps_them_where_python_keeps_its_own(tmp_path):
    plain = {"PYTHONDONTWRITEBYTECODE": ""}
    assert len(run(tmp_path, **plain)) == 1
    (tmp_path / "none").mkdir()
    assert run(tmp_path / "none", PYTHONDONTWRITEBYTECODE="1") == []


_ANY_OF = [
    "^今年|将|^本(?:年|[|)届])",
    "年$|^(?:明年|(?:|后)年)",
    r"\|将|^\(",
    "^[]|]|[年(]今",
    "今",
]


@given(st.text("今明后本年将届|()]", max_size=6))
def test_a_family_finds_what_each_of_it_finds(text: str) -> None:
    assert Family(_ANY_OF).in_text(text) == [bool(re.search(one, text)) for one in _ANY_OF]


@pytest.mark.parametrize("section", [("commitments", "cues"), ("outline", "signs")])
def test_the_families_of_the_tables_find_what_each_pattern_finds(section: tuple[str, str]) -> None:
    apart = CHINESE.tables.patterns(*section)
    for text in ("让我们一起努力!", "今年是关键之年,要新建公路3条。", "注:GDP是指总值", ",让我们"):
        expected = [bool(pattern.search(text)) for pattern in apart]
        assert CHINESE.tables.family(*section).in_text(text) == expected
