"""Tables: all load, every entry has its reason, and slips of the pen are refused."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from policydiff.language import tables
from policydiff.language.zh.data import TABLES
from policydiff.language.zh.folding import fold

FILES = sorted(
    f.name
    for f in resources.files("policydiff.language.zh").iterdir()
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
    monkeypatch.setattr(tables.yaml, "load", lambda text, Loader: {"section": entries})
    with pytest.raises(ValueError, match=what):
        tables.Tables(resources.files("policydiff.language.zh")).load("made_up")


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
