"""YAML and JSON: strings stay strings in every reader, and nothing in them is hidden."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policydiff.output.text import to_json, to_yaml

#: What YAML 1.2 resolves plain scalars to, by its core schema (chapter 10.3.2), and what readers
#: of YAML 1.1 do (yaml.org/type): written down from the two specifications, not from the code.
CORE = (
    r"null|Null|NULL|~|",
    r"true|True|TRUE|false|False|FALSE",
    r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?",
    r"[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN",
)
YAML_1_1 = (
    r"y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF",
    r"~|null|Null|NULL|",
    r"[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+",
    r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+",
    r"[-+]?([0-9][0-9_]*)?\.[0-9.]*([eE][-+][0-9]+)?",
    r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*",
    r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}",
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?"
    r"([ \t]*(Z|[-+][0-9]{1,2}(:[0-9]{2})?))?",
    r"<<|=",
)
OTHER_TYPES = re.compile("|".join(f"(?:{p})" for p in (*CORE, *YAML_1_1)))

#: Pieces of which numbers, dates and the like are made, among others.
PIECES = st.sampled_from(
    [
        *"0123456789.:-+_eExXobTtZ ,~=<",
        *"abfy甲年%",
        "no",
        "on",
        "off",
        "yes",
        "null",
        "true",
        ".inf",
    ]
)
LIKELY = st.lists(PIECES, min_size=1, max_size=9).map("".join)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)

#: Turns the direction of text, or is not seen at all.
HIDDEN = [chr(c) for c in (*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070))]
HIDDEN += ["\xad", "\u061c", "\ufeff", "\x7f", "\x9b", "\x1b", "\U000e0041"]


def scalar(text: str) -> str:
    """A text as it is written as the value of a key."""
    return to_yaml({"k": text}).removeprefix("k: ").removesuffix("\n")


@settings(max_examples=400)
@given(LIKELY | ANY)
@example(".")
@example("0:0")
@example("2002-1-1")
@example("e5")
@example("1e5")
def test_a_bare_string_is_nothing_else_in_any_reader(text: str) -> None:
    written = scalar(text)
    if written[0] not in "'\"":
        assert written == text
        assert not OTHER_TYPES.fullmatch(text)
        assert not re.fullmatch(r"[-+.,:_0-9]*", text)


@settings(max_examples=300)
@given(st.lists(LIKELY | ANY, max_size=3), LIKELY | ANY)
def test_both_readers_of_pyyaml_give_back_what_was_written(some: list[str], text: str) -> None:
    target = {"indicator": text, "value": 2.5, "masked": True}
    data = {"a": text, "list": some, "kinds": some, "deep": [{"x": text, "y": [target]}, target]}
    for reader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        assert yaml.load(to_yaml(data), reader) == data
    assert json.loads(to_json(data)) == data


DATA: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | LIKELY,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["a", "kinds", "span", "indicator", "no", "1"]), inner),
    max_leaves=15,
)  # fmt: skip


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(["a", "kinds", "options", "old"]), DATA))
def test_any_data_is_read_back(data: dict[str, Any]) -> None:
    assert yaml.safe_load(to_yaml(data)) == data
    assert json.loads(to_json(data)) == data


@pytest.mark.parametrize("character", HIDDEN, ids=[f"{ord(c):04X}" for c in HIDDEN])
def test_what_is_not_seen_is_escaped(character: str) -> None:
    data = {"text": f"甲{character}乙"}
    for written, read in ((to_yaml(data), yaml.safe_load), (to_json(data), json.loads)):
        assert character not in written
        assert read(written) == data


@pytest.mark.parametrize(
    "text", ["Ⅱ级", "5×8小时", "37℃", "二〇三〇", "3‰", "…", "𠮷野家", "甲　乙", "“甲”"]
)
def test_what_reports_are_written_with_stays_as_it_is(text: str) -> None:
    assert scalar(text) == text
    assert text in to_json({"k": text})


@pytest.mark.parametrize(
    ("data", "written"),
    [
        ({}, "{}\n"),
        ({"a": []}, "a: []\n"),
        ({"a": {}}, "a: {}\n"),
        ({"a": [[1, 2], ["甲"]]}, "a:\n- [1, 2]\n- - 甲\n"),
        ({"a": [{"b": {"c": 1}}]}, "a:\n- b:\n    c: 1\n"),
        ({"kinds": ["a, b", "c"]}, "kinds: ['a, b', c]\n"),
        ({"a": 1e-8, "b": 1e20, "c": None}, "a: 1.0e-08\nb: 1.0e+20\nc: null\n"),
    ],
)
def test_layout(data: dict[str, Any], written: str) -> None:
    assert to_yaml(data) == written
    assert yaml.safe_load(written) == data
