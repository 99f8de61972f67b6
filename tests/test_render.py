"""The result as data, YAML and JSON: the schema, exact round trips, the lines for people."""

from __future__ import annotations

import json
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import policydiff
from policydiff import models
from policydiff.comparison import Comparison
from policydiff.errors import PolicydiffError, visible
from policydiff.output import data as render
from policydiff.output.lines import comparison_lines
from policydiff.output.schema import schema
from policydiff.output.text import to_json, to_yaml
from policydiff.reading import encoding as reading
from tests import ready
from tests.written import from_yaml, validator

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT / "corpora"
PLAN = "一、{year}年工作安排\n"

Result = dict[str, Any]


def report(*clauses: str, year: int = 2025, name: str = "text") -> policydiff.Document:
    return policydiff.parse(PLAN.format(year=year) + "\n".join(clauses), name)


def compared(old: list[str], new: list[str]) -> Result:
    return policydiff.compare(report(*old, year=2024), report(*new)).to_dict()


@cache
def real() -> tuple[Comparison, ...]:
    """Comparisons of the reports that ship with the project."""
    years = sorted((CORPORA / "栖川县").glob("*.txt"))
    paths = [*years, CORPORA / "澜溪县" / "2025.txt"]
    return tuple(ready.comparison(*pair) for pair in [*pairwise(paths), (paths[0],) * 2])


@cache
def small() -> dict[str, Result]:
    """Results that hold what reports seldom hold."""
    return {
        "masked": compared(["新增规上企业xx家，投资增长x.x%。"], ["新增规上企业××家。"]),
        "range": compared(["生产总值增长5%—6%。"], ["生产总值增长5.5%至6.5%。"]),
        "relative": compared(
            ["居民收入增长与经济增长同步。"], ["居民收入增长与经济增长基本同步。"]
        ),
        "strength": compared(["确保年底前建成5个园区。"], ["力争2026年6月底前建成5个园区。"]),
        "body": compared(["任务\t责任单位", "新建驿站9个\t县交通局"], ["新建驿站9个。"]),
        "deadline": compared(
            ["任务\t完成时限", "完善城区路网\t9月底"], ["新建驿站9个。", "新建水厂3座。"]
        ),
        "nothing kept": policydiff.compare(
            report("加快园区建设。"), report("办好农村学校。")
        ).to_dict(all=False),
        "decided": replace(
            policydiff.compare(report("办好农村学校。"), report("办好农村学校。")),
            decisions=("decisions.yaml", "0" * 64),
            semantic="a model",
        ).to_dict(),
        "repaired": policydiff.compare(
            report("加快园\u200b区基础设施建设。"), report("加快园区基础设施建设。")
        ).to_dict(repairs=True),
    }


@cache
def doubtful() -> Result:
    """A result that holds every outcome both sure and not, made by hand."""
    here = report("确保新增规上企业20家。").commitments[0]
    long = replace(
        here.targets[0], value=Decimal("12345" * 4), deadline="年底前", indicator_id="规上企业数",
        measure="increment", horizon="dated", headline=True,
    )  # fmt: skip
    wide = replace(here.targets[0], upper=Decimal(30), bound="range")
    masked = replace(here.targets[0], value=None, masked=True)
    here = replace(here, targets=(long, wide, masked))
    change = models.Change
    evidence = models.Evidence("新增", "净增", rival=here, rival_score=0.4)
    raised = models.TargetChange(long, wide, ("target raised",), "+5家")
    words = models.Span("规上企业", 14, 18)
    moved = (models.Moved(words, here),)
    changes: list[models.Change] = []
    for doubts in ((), ("weak match", "close rival")):
        changes += [
            change("dropped", (here,), (), (), 0.5, doubts, evidence=evidence),
            change("added", (), (here,), (), 0.5, doubts, evidence=evidence),
            change(
                "kept", (here,), (here, here), ("reworded", "split"), 0.5, doubts, (), evidence,
                moved_in=moved, moved_out=moved,
            ),
            change(
                "changed", (here,), (here,), ("target raised", "reworded"), 0.5, doubts,
                ("20家 → 25家",), evidence, targets=(raised,), put_in=(words,), taken_out=(words,),
                moved_in=moved, moved_out=moved,
            ),
        ]  # fmt: skip
    document = report("确保新增规上企业20家。")
    warned = replace(document, level="county", warnings=("tells no year",))
    decided = tuple(replace(change, decided="the analyst") for change in changes[:4])
    return Comparison(warned, warned, (*decided, *changes), ("a note",)).to_dict()


def results() -> list[Result]:
    shown = [comparison.to_dict() for comparison in real()]
    return [*shown, real()[0].to_dict(all=False), *small().values(), doubtful()]


def problems(result: object) -> list[str]:
    return [
        f"{error.json_path}: {error.message[:200]}" for error in validator().iter_errors(result)
    ]


# --- the schema -----------------------------------------------------------------------------------


SCHEMA = schema()


def objects(node: object, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every subschema that lists properties of an object, with its place."""
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield path, node
        for key, below in node.items():
            yield from objects(below, f"{path}/{key}")


def of_comparisons() -> list[tuple[str, dict[str, Any]]]:
    """The subschemas of objects that stand in a comparison, each with its place."""
    defs = schema()["$defs"]
    reached = {"comparison"}
    todo = ["comparison"]
    while todo:
        written = json.dumps(defs[todo.pop()])
        more = set(re.findall(r'"#/\$defs/(\w+)"', written)) - reached
        reached |= more
        todo += more
    return [pair for name in reached for pair in objects(defs[name], f"/$defs/{name}")]


def resolved(node: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """A subschema and its place, behind its reference if it has one."""
    if "$ref" not in node:
        return node, path
    path = node["$ref"].removeprefix("#")
    found = SCHEMA
    for step in path.split("/")[1:]:
        found = found[step]
    return found, path


def keys_in(node: dict[str, Any], value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """The keys of ``value``, each with the place of the subschema that names it."""
    node, path = resolved(node, path)
    if isinstance(value, dict):
        for key, below in value.items():
            yield path, key
            named = node.get("properties", {}).get(key, {})
            yield from keys_in(named, below, f"{path}/properties/{key}")
    elif isinstance(value, list):
        for below in value:
            yield from keys_in(node.get("items", {}), below, f"{path}/items")


class TestSchema:
    def test_is_a_schema(self) -> None:
        jsonschema.Draft202012Validator.check_schema(schema())
        assert schema() is not schema()

    def test_results_are_valid(self) -> None:
        for result in results():
            assert problems(result) == []

    def test_yaml_and_json_are_valid(self) -> None:
        for comparison in real()[:2]:
            assert problems(from_yaml(comparison.to_yaml(all=False))) == []
            assert problems(json.loads(comparison.to_json())) == []

    def test_is_strict_and_described(self) -> None:
        for path, node in objects(schema()["$defs"], "/$defs"):
            if path.endswith("/repairs"):  # kinds of repair are named by the fixers
                assert node["additionalProperties"] == {"type": "integer", "minimum": 1}
                continue
            assert node["additionalProperties"] is False, path
            assert set(node["required"]) <= set(node["properties"]), path
            for key, below in node["properties"].items():
                found, _ = resolved(below, path)
                assert "description" in found | below, f"{path}/{key}"

    def test_enums_are_those_of_the_models(self) -> None:
        defs = schema()["$defs"]
        assert defs["kind"]["enum"] == list(models.KINDS)
        assert set(defs["kind_of_form"]["enum"]) == models.KINDS_OF_FORM
        for key, kinds in (
            ("bound", models.Bound), ("measure", models.Measure), ("horizon", models.Horizon)
        ):  # fmt: skip
            assert defs["target"]["properties"][key]["enum"] == list(get_args(kinds))
        # plain is what most clauses are, and left out
        strengths = [s for s in models.STRENGTHS if s != "plain"]
        assert defs["strength"]["enum"] == strengths
        outcomes = set(get_args(models.Outcome))
        keys = defs["comparison"]["properties"]
        assert outcomes <= set(keys)
        assert outcomes | {"unsure", "reported_on"} == set(keys["summary"]["properties"])
        assert defs["document"]["properties"]["level"]["enum"] == [*get_args(models.Level), None]

    def test_encodings_are_those_that_are_read(self) -> None:
        marked = {encoding for _, encoding, _ in reading.MARKS}
        known = {"utf-8", "str"} | marked | set(reading.UNMARKED) | set(reading.SEVEN_BIT)
        assert set(schema()["$defs"]["document"]["properties"]["encoding"]["enum"]) == known

    def test_every_key_occurs(self) -> None:
        whole = {"$ref": "#/$defs/comparison"}
        seen = {pair for result in results() for pair in keys_in(whole, result)}
        for path, node in of_comparisons():
            for key in node.get("properties", {}):
                assert (path, key) in seen, f"{path}: no test result has {key!r}"

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            (["policydiff"], 1),
            (["policydiff", "format"], 1),
            (["policydiff", "kind"], "corpus"),
            (["options", "all"], "yes"),
            (["extra"], 1),
            (["dropped"], None),
            (["notes"], []),
            (["old", "year"], "2024"),
            (["old", "encoding"], "latin-1"),
            (["old", "sha256"], "abc"),
            (["old", "level"], "village"),
            (["old", "warnings"], []),
            (["old", "repairs"], {"pinyin_glosses": 0}),
            (["summary", "kept"], -1),
            (["changed", 0, "kinds"], ["reworded"]),
            (["changed", 0, "kinds"], ["target vanished"]),
            (["changed", 0, "score"], 1.5),
            (["changed", 0, "old"], []),
            (["changed", 0, "sure"], False),
            (["changed", 0, "unsure"], ["close rival"]),
            (["changed", 0, "old", 0, "strength"], "plain"),
            (["changed", 0, "old", 0, "span"], [1]),
            (["changed", 0, "old", 0, "line"], 0),
            (["changed", 0, "old", 0, "targets", 0, "bound"], "roughly"),
            (["changed", 0, "old", 0, "targets", 0, "value"], "many"),
            (["changed", 0, "old", 0, "targets", 0, "masked"], True),
            (["changed", 0, "old", 0, "targets", 0, "note"], ""),
        ],
    )
    def test_a_wrong_result_fails(self, path: list[str | int], value: object) -> None:
        result: Any = compared(["新增规上企业20家。"], ["新增规上企业25家。"])
        assert problems(result) == []
        assert result["changed"][0]["sure"]
        place = result
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        assert problems(result)

    @pytest.mark.parametrize("key", ["policydiff", "old", "summary", "added"])
    def test_an_incomplete_result_fails(self, key: str) -> None:
        result = compared(["新增规上企业20家。"], ["新增规上企业25家。"])
        del result[key]
        assert problems(result)


# --- round trips ----------------------------------------------------------------------------------


def in_one_line(text: str) -> dict[str, object]:
    """Data that holds the text where mappings and lists stand in one line."""
    return {"span": [text, text], "targets": [{"indicator": text, "unit": text, "value": 1}]}


def assert_round_trip(result: Result) -> None:
    """YAML and JSON hold the same data, in plain and printable text that any reader can take."""
    as_yaml, as_json = to_yaml(result), to_json(result)
    assert from_yaml(as_yaml) == result
    assert json.loads(as_json) == result
    for text in (as_yaml, as_json):
        assert text.encode("utf-8").decode("utf-8") == text
        assert text.endswith("\n")
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]", text)
    assert not re.search(r"^\s*(?:- )?(?:\w+: )?[&*!|>]", as_yaml, re.MULTILINE)


#: Texts that some writer or reader of YAML gets wrong.
ODD = (
    "yes", "No", "null", "~", "", " ", "on", "y", "N", "2024", "007", "1.5", "1e5", "1_000", "0x1F",
    "0o17", "0b1", "12:30:45", "2024-01-01", ".inf", ".nan", "=", "<<", "- 甲", "甲: 乙", "甲 # 乙",
    "# 甲", "? 甲", "&甲", "*甲", "!甲", "|", ">", "%甲", "@甲", "`甲", "'甲'", '"甲"', "甲'乙\"丙",
    "[甲]", "{甲}", "甲, 乙", "---", "...", "甲:", ":甲", " 甲", "甲 ", "甲\t乙", "\t", "甲\n乙",
    "甲\n", "\n甲", "甲\r\n乙", "甲\x85乙", "\x85", "甲\u2028乙", "甲\u2029", "\ufeff甲",
    "甲\ufeff乙",
    "\u200b", "\u202e甲", "甲\x07乙", "\x1b[31m甲", "\x7f", "\x9b31m", "😀", "甲😀 乙", "𠮷野家",
    "\ufffd", "\ufffe", "\uffff", "\U0010ffff", "甲\\n乙", "\\", "甲　乙", "e\u0301",
    "甲 乙 " * 500,
)  # fmt: skip


class TestRoundTrip:
    @pytest.mark.parametrize("number", range(4))
    def test_real_results(self, number: int) -> None:
        assert_round_trip(real()[number].to_dict())

    def test_a_long_text_is_the_same_to_both_readers(self) -> None:
        """Elsewhere a long one is read by the fast one alone."""
        comparison = real()[0]
        assert yaml.safe_load(comparison.to_yaml()) == comparison.to_dict()

    def test_shortcuts(self) -> None:
        comparison = real()[3]
        for everything in (True, False):
            result = comparison.to_dict(all=everything)
            assert comparison.to_yaml(all=everything) == to_yaml(result)
            assert comparison.to_json(all=everything) == to_json(result)

    def test_small_results(self) -> None:
        for result in small().values():
            assert_round_trip(result)

    def test_doubtful_results(self) -> None:
        assert_round_trip(doubtful())

    @pytest.mark.parametrize("text", ODD)
    def test_odd_texts(self, text: str) -> None:
        assert_round_trip({"text": text, "list": [text, text], "deep": [{"text": text}]})
        assert_round_trip(in_one_line(text))

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    @example("企?")
    def test_any_text(self, text: str) -> None:
        assert_round_trip({"text": text, "list": [{"text": text}]})
        assert_round_trip(in_one_line(text))

    @pytest.mark.parametrize("sign", string.punctuation)
    def test_signs_at_every_place(self, sign: str) -> None:
        for text in (sign, f"企{sign}", f"{sign}业", f"企{sign}业", f"企{sign} 业", f"企 {sign}业"):
            assert_round_trip({"text": text, "list": [text]})
            assert_round_trip(in_one_line(text))

    def test_one_line_for_each_text(self) -> None:
        text = "推进 A B 工程，" * 2000
        lines = to_yaml({"a": text, "b": "甲\n\n乙" + text}).splitlines()
        assert len(lines) == 2
        assert lines[0] == f"a: {text}"

    def test_chinese_stands_as_it_is(self) -> None:
        assert (
            to_yaml({"甲": "新增“乙”　5%，（丙）；𠮷😀。"}) == "甲: 新增“乙”　5%，（丙）；𠮷😀。\n"
        )

    @pytest.mark.parametrize(
        "text",
        [
            *("1e5", "0o17", "y", "N", "1E+3", "2024", "007", "null", ".", "0:0", "2002-1-1"),
            *("e5", "5e", "0.2.0", "1_000", "+1", "12:30:45.5", "Yes", "OFF", "~", ".NaN"),
            *("2001-12-14 21:59:43", "0x1F", "Infinity", "913d723d", "=", "<<", "1,000"),
        ],
    )
    def test_other_readers_take_strings_for_strings(self, text: str) -> None:
        assert to_yaml({"a": [text]}) == f"a:\n- '{text}'\n"
        assert to_yaml({"span": [text]}) == f"span: ['{text}']\n"

    def test_no_anchors_for_what_occurs_twice(self) -> None:
        shared = {"text": ["甲"]}
        assert to_yaml({"a": shared, "b": shared}).count("甲") == 2

    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
    @given(
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=3),
        st.lists(st.sampled_from(ODD), max_size=3),
        st.text(st.characters(), max_size=12),
    )
    @example(["\x85", "甲\u2028乙"], ["\x1b[31m甲"], "a\udc80\n.txt")
    def test_whole_results_of_odd_reports(self, some: list[str], odd: list[str], name: str) -> None:
        clauses = [f"新增{text}企业{i + 5}家。" for i, text in enumerate([*some, *odd])]
        try:
            old = report("确保新增规上企业20家。", *clauses, name=name)
            new = report(*(c.replace("新增", "力争新增") for c in clauses), "办好学校3所。")
        except PolicydiffError:
            return
        result = policydiff.compare(old, new).to_dict()
        assert_round_trip(result)
        assert problems(result) == []
        lines = comparison_lines(result).split("\n")
        assert len(lines) <= 12
        assert all(visible(line) == line for line in lines)

    def test_the_same_bytes_on_every_run(self) -> None:
        pair = [str(CORPORA / "栖川县" / f"{year}.txt") for year in (2024, 2025)]
        for form, seeds in (("yaml", "12"), ("json", "3")):
            for seed in seeds:
                done = subprocess.run(
                    [sys.executable, "-m", "policydiff", "--all", "--format", form, *pair],
                    env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
                    capture_output=True,
                    check=True,
                )
                comparison = real()[1]
                text = comparison.to_yaml() if form == "yaml" else comparison.to_json()
                assert done.stdout == text.encode()


# --- numbers --------------------------------------------------------------------------------------


def exactly(number: object) -> Decimal:
    return Decimal(number if isinstance(number, str) else repr(number))


class TestNumbers:
    @given(st.decimals(min_value=0, allow_nan=False, allow_infinity=False))
    @example(Decimal("0.1"))
    @example(Decimal("999999999999999"))
    @example(Decimal("1000000000000000"))
    @example(Decimal("0." + "0" * 400 + "1"))
    @example(Decimal("1" * 5000))
    @example(Decimal("0.00000001"))
    def test_any_value_survives(self, value: Decimal) -> None:
        result = {"value": render.plain_number(value)}
        assert_round_trip(result)
        assert exactly(result["value"]) == value
        assert not list(
            jsonschema.Draft202012Validator(
                {"$ref": "#/$defs/number", "$defs": schema()["$defs"]}
            ).iter_errors(result["value"])
        )

    @given(st.decimals(min_value=0, max_value=10**13, places=1))
    def test_numbers_of_reports_are_numbers(self, value: Decimal) -> None:
        assert isinstance(render.plain_number(value), int | float)

    @given(st.integers(1, 10**9), st.integers(0, 10**4))
    @settings(max_examples=30, deadline=None)
    def test_from_the_text_to_the_yaml(self, whole: int, fraction: int) -> None:
        written = f"{whole}.{fraction}"
        result = compared([f"完成投资{written}亿元。"], ["办好农村学校。"])
        shown = from_yaml(to_yaml(result))["dropped"][0]["old"][0]["targets"][0]
        assert exactly(shown["value"]) == Decimal(written)
        assert shown["unit"] == "亿元"

    def test_long_numbers_are_strings_in_the_result(self) -> None:
        assert f"value: '{'12345' * 4}', " in to_yaml(doubtful())
        assert f'"value": "{"12345" * 4}",\n' in to_json(doubtful())


# --- the lines for people -------------------------------------------------------------------------


class TestSummary:
    def test_of_a_real_comparison(self) -> None:
        result = real()[0].to_dict(all=False)
        lines = comparison_lines(result).split("\n")
        assert lines[0].startswith("old: 2023.txt (栖川县 2023), ")
        assert lines[1].startswith("new: 2024.txt (栖川县 2024), ")
        counts = result["summary"]
        assert lines[2].startswith(
            f"dropped {counts['dropped']} ({counts['reported_on']} reported on),"
            f" changed {counts['changed']}, "
        )
        # Main indicators stand before the list of what was dropped, which they are no part of.
        for line in lines[3:6]:
            assert re.fullmatch(r"\S+: target \S+, reached \S+ \((met|missed|reported)\)", line)
        assert lines[6] == f"dropped, 5 of {counts['dropped']}:"
        assert len(lines) == 12
        source = ready.document(CORPORA / "栖川县" / "2023.txt").source.split("\n")
        for line in lines[7:]:
            found = re.fullmatch(r"  line (\d+): (.{1,33}?)…?", line)
            assert found is not None
            assert found[2] in source[int(found[1]) - 1]

    def test_the_sure_ones_with_numbers_come_first(self) -> None:
        def entry(text: str, sure: bool = True, **keys: object) -> Result:
            return {"old": [{"text": text, "line": 1, **keys}], "sure": sure}

        number = [{"bound": "exact"}]
        entries = [
            entry("unsure", sure=False, targets=number),
            entry("plain"),
            entry("relative", targets=[{"bound": "relative"}]),
            entry("firm", strength="firm"),
            entry("number", targets=number),
            entry("loose number", strength="explore", targets=number),
        ]
        shown = comparison_lines(self.result(dropped=entries)).split("\n")[3:]
        assert [line.partition(": ")[2] for line in shown] == [
            "", "number", "loose number", "firm", "plain", "relative",
        ]  # fmt: skip
        only_unsure = comparison_lines(self.result(dropped=entries[:1])).split("\n")[-1]
        assert only_unsure == "  line 1: unsure (not sure)"

    def test_nothing_dropped(self) -> None:
        lines = comparison_lines(self.result()).split("\n")
        assert lines[2:] == ["dropped 0, changed 0, added 0, kept 0; not sure of 0"]

    def test_notes_take_the_room_of_the_dropped(self) -> None:
        entries = [{"old": [{"text": "甲", "line": 1}], "sure": True}] * 9
        for notes in range(20):
            result = self.result(dropped=entries) | {"notes": ["n"] * notes}
            assert len(comparison_lines(result).split("\n")) <= 12

    def test_nothing_in_it_commands_a_terminal(self) -> None:
        entries = [{"old": [{"text": "\x1b[31m甲\n乙\x9b\u202e", "line": 1}], "sure": True}]
        shown = comparison_lines(self.result(dropped=entries, name="a\x1b]0;x\x07\udc80.txt"))
        assert all(line.isprintable() for line in shown.split("\n"))
        assert r"\x1b[31m甲\n乙\x9b\u202e" in shown

    def result(self, dropped: list[Result] | None = None, name: str = "a.txt") -> Result:
        document = {"name": name, "region": None, "year": None, "commitments": 1}
        counts = dict.fromkeys(("dropped", "changed", "added", "kept", "unsure"), 0)
        return {"old": document, "new": document, "summary": counts, "dropped": dropped or []}
