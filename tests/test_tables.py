"""Tables: all load, every entry has its reason, and slips of the pen are refused."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policydiff.language import compiled, tables, yaml_text
from policydiff.language.words import LastWord, WordPattern, WordRun, WordsAnywhere, short_runs
from policydiff.language.zh.data import TABLES
from policydiff.language.zh.folding import fold

FILES = sorted(
    f.name
    for f in files("policydiff.language.zh").iterdir()
    if f.name.endswith((".yaml", ".tsv", ".txt"))
)
YAML = [name.removesuffix(".yaml") for name in FILES if name.endswith(".yaml")]
#: Repair comes before folding: its patterns look at the text as written.
AS_WRITTEN = {"repairs"}
TSV = [name.removesuffix(".tsv") for name in FILES if name.endswith(".tsv")]


@pytest.mark.parametrize("name", YAML)
def test_every_entry_has_a_reason(name: str) -> None:
    for section, entries in TABLES.load(name).items():
        assert entries, section
        assert all(str(entry["why"]).strip() for entry in entries)


@pytest.mark.parametrize("name", YAML)
def test_tables_are_compiled_and_sound(name: str) -> None:
    source = files("policydiff.language.zh").joinpath(f"{name}.yaml").read_bytes()
    made = compiled.compiled(files("policydiff.language.zh"), name, source)
    assert made is not None, f"{name}.yaml was edited: run python -m policydiff.language.compiled"
    assert TABLES.load(name) == TABLES.read(name)


def test_words_for_people_are_compiled() -> None:
    folder = files("policydiff.output")
    source = folder.joinpath("words.yaml").read_bytes()
    made = compiled.compiled(folder, "words", source)
    assert made == yaml_text.from_yaml(source.decode("utf-8")), "see above"


def test_a_compiled_table_is_used_for_its_own_text_only(tmp_path: Path) -> None:
    """An edit counts at once, compiled or not; what is no compiled table is passed over."""
    source, table = tmp_path / "made.yaml", tmp_path / "compiled" / "made.json"
    source.write_text("words:\n- {words: [甲], why: x}\n", encoding="utf-8")
    assert compiled.compile_tables(tmp_path) == [table]
    assert compiled.compile_tables(tmp_path) == []
    table.write_text(table.read_text(encoding="utf-8").replace("甲", "乙"), encoding="utf-8")
    assert tables.Tables(tmp_path).words("made", "words") == ("乙",)
    source.write_bytes(source.read_bytes().replace(b"\n", b"\r\n"))
    assert tables.Tables(tmp_path).words("made", "words") == ("乙",)
    source.write_text("words:\n- {words: [丙], why: x}\n", encoding="utf-8")
    assert tables.Tables(tmp_path).words("made", "words") == ("丙",)
    assert compiled.load(tmp_path, "made") == {"words": [{"words": ["丙"], "why": "x"}]}
    for damaged in ("", "[]", "{}", "no JSON"):
        table.write_text(damaged, encoding="utf-8")
        assert tables.Tables(tmp_path).words("made", "words") == ("丙",)


_HAN = re.compile("[\u4e00-\u9fff]+")


@pytest.mark.parametrize("name", YAML)
def test_patterns_compile_and_what_they_look_for_is_folded(name: str) -> None:
    for section, entries in TABLES.load(name).items():
        for entry in entries:
            sought = list(entry.get("words", ()))
            for key in ("pattern", "follows"):
                if key in entry:
                    assert not re.compile(entry[key]).match("\0"), section
                    sought += _HAN.findall(entry[key])
            for word in sought if name not in AS_WRITTEN else ():
                assert fold(word) == word, f"{name}.{section}: {word} is never met in folded text"


@pytest.mark.parametrize("name", TSV)
def test_rows_are_of_one_width(name: str) -> None:
    assert len({len(row) for row in TABLES.rows(name)}) == 1


@pytest.mark.parametrize(
    ("entries", "what"),
    [
        ([{"words": ["甲"], "why": "x"}, {"words": ["甲"], "why": "y"}], "twice"),
        ([{"words": ["甲", "甲"], "why": "x"}], "twice"),
        ([{"words": ["甲"], "why": ""}], "blank"),
        ([{"words": None, "why": "x"}], "blank"),
        ([{"words": ["甲"]}], "other keys"),
        ([{"words": ["甲"], "why": "x"}, {"word": "乙", "why": "y"}], "other keys"),
    ],
)
def test_slips_are_refused(
    entries: list[dict[str, object]], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables.Tables, "text", lambda self, file: "")
    monkeypatch.setattr(yaml_text, "from_yaml", lambda text: {"section": entries})
    with pytest.raises(ValueError, match=what):
        tables.Tables(files("policydiff.language.zh")).read("made_up")


_TEXTS = st.text("甲乙丙", max_size=8)


@given(st.lists(st.text("甲乙丙", min_size=1, max_size=3), min_size=1), _TEXTS, st.integers(0, 8))
def test_words_are_found_as_by_a_regular_expression(listed: list[str], text: str, pos: int) -> None:
    any_of = f"(?:{tables.alternatives(listed)})"
    pairs: list[tuple[Any, str]] = [
        (WordPattern(listed), any_of),
        (LastWord(listed), f"{any_of}$"),
        (WordRun(listed), f"{any_of}+"),
    ]
    for ours, source in pairs:
        compiled_pattern = re.compile(source)
        for method in ("match", "search", "fullmatch"):
            for span in ((pos,), (pos, pos + 3)) if method != "fullmatch" else ((),):
                if not hasattr(ours, method):
                    continue
                got = getattr(ours, method)(text, *span)
                said = getattr(compiled_pattern, method)(text, *span)
                assert (got and (got.start(), got.end(), got.group())) == (
                    said and (said.start(), said.end(), said.group())
                ), (source, method, text, span)


@given(st.lists(st.text("甲乙丙", min_size=1, max_size=3)), _TEXTS)
def test_words_anywhere_are_those_of_the_text(listed: list[str], text: str) -> None:
    in_text = WordsAnywhere(listed).in_text(text)
    assert sorted(in_text) == sorted({word for word in listed if word in text})
    assert sorted(WordsAnywhere(short_runs(text)).in_text(text)) == sorted(short_runs(text))


def test_words_come_longest_first() -> None:
    words = TABLES.words("targets", "measures")
    assert list(words) == sorted(words, key=lambda w: (-len(w), w))


def test_patterns_of_words_and_of_roles() -> None:
    assert TABLES.word("targets", "per").fullmatch("公斤")
    assert TABLES.last_word("targets", "counted_by").search("计划新建")
    assert not TABLES.last_word("targets", "counted_by").search("新建的")
    either = TABLES.one_of("targets", "no_targets")
    assert all(either.match(text) for text in ("三次产业", "两个毫不动摇", "三大类"))
    assert TABLES.role("targets", "breaks", "part").search("甲;乙")
    assert not TABLES.role("targets", "breaks", "part").search("甲、乙")
    with pytest.raises(KeyError):
        TABLES.role("targets", "breaks", "none such")


def test_every_character_is_folded_by_itself() -> None:
    """What a character becomes is not looked up again; in higher planes some stay as they are."""
    variants = TABLES.pairs("variants")
    one_by_one = dict(zip(variants[::2], variants[1::2], strict=True))
    assert fold("".join(one_by_one)) == "".join(one_by_one.values())
    assert fold("\U0001f600建") == "\U0001f600建"
