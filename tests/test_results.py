"""What the three results share, and the public names."""

from __future__ import annotations

import csv
import importlib
import inspect
import io
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import policydiff
from policydiff.errors import PolicydiffError, UsageError
from policydiff.output import files
from policydiff.output.result import Result
from tests.ready import CORPORA, YEARS, result
from tests.written import from_yaml, validate

ROOT = Path(__file__).resolve().parents[1]

#: Each made anew, to be compared with the one that is at hand.
MAKE: dict[str, Callable[[], Result]] = {
    "comparison": lambda: policydiff.compare(*YEARS[:2]),
    "corpus": lambda: policydiff.compare_corpus(YEARS[2], CORPORA, cached=False),
    "trajectory": lambda: policydiff.trajectory(YEARS),
}
KINDS = pytest.mark.parametrize("kind", MAKE)


def reports(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [data[key] for key in ("old", "new", "report") if key in data] + data.get("reports", [])


@KINDS
def test_head(kind: str) -> None:
    data = result(kind).to_dict()
    assert list(data)[:2] == ["policydiff", "options"]
    assert data["policydiff"] == {
        "format": 2, "kind": kind, "version": policydiff.__version__
    }  # fmt: skip
    assert data["options"] | {"all": True, "repairs": False} == data["options"]
    for report in reports(data):
        assert list(report)[:7] == [
            "name", "sha256", "title", "region", "level", "year", "encoding"
        ]  # fmt: skip
        assert re.fullmatch("[0-9a-f]{64}", report["sha256"])


@KINDS
@pytest.mark.parametrize("options", [{}, {"all": False}, {"repairs": True}])
def test_all_forms_take_the_same_options_and_hold_the_same(
    kind: str, options: dict[str, bool]
) -> None:
    one = result(kind)
    data = one.to_dict(**options)
    assert from_yaml(one.to_yaml(**options)) == data
    assert json.loads(one.to_json(**options)) == data
    validate(data)
    assert all(("mended" in r) == options.get("repairs", False) for r in reports(data))


def test_the_schema_tells_the_kinds_apart() -> None:
    data = result("comparison").to_dict()
    with pytest.raises(jsonschema.ValidationError):
        validate(data | {"policydiff": data["policydiff"] | {"kind": "corpus"}})


@KINDS
def test_rows_are_flat_and_alike(kind: str) -> None:
    rows = result(kind).rows()
    assert rows
    for row in rows:
        assert list(row) == list(rows[0])
        assert all(isinstance(v, str | int | float | bool | None) for v in row.values())
    assert len(result(kind).rows(all=False)) < len(rows)


def test_rows_say_what_the_result_says() -> None:
    comparison = result("comparison")
    assert isinstance(comparison, policydiff.Comparison)
    rows = comparison.rows()
    assert [row["outcome"] for row in rows] == [
        outcome
        for outcome in ("dropped", "changed", "added", "kept")
        for _ in getattr(comparison, outcome)
    ]
    dropped, added = rows[0], next(row for row in rows if row["outcome"] == "added")
    clause = comparison.dropped[0].old[0]
    assert (dropped["old_text"], dropped["old_line"]) == (clause.text, clause.line)
    assert (
        comparison.old.source[clause.start : clause.end]
        == (
            comparison.old.source[dropped["old_start"] : dropped["old_end"]]  # type: ignore[misc]
        )
    )
    assert dropped["new_text"] is None
    assert added["old_text"] is None
    assert (added["new_region"], added["new_year"]) == ("栖川县", 2024)


@KINDS
def test_equality_is_by_value(kind: str) -> None:
    again = MAKE[kind]()
    assert again is not result(kind)
    assert again == result(kind)
    assert pickle.loads(pickle.dumps(result(kind))) == result(kind)
    assert hash(again) == hash(result(kind))
    assert policydiff.compare(YEARS[0], YEARS[2]) != result("comparison")


@KINDS
def test_one_line_for_a_result(kind: str) -> None:
    one = result(kind)
    shown = repr(one)
    assert shown.startswith(f"<{type(one).__name__} ")
    assert shown.isprintable()
    assert len(shown) < 200
    assert re.search(r"\d+ (dropped|commitments)", shown)
    page = one._repr_html_()
    assert page.count("<table>") == page.count("</table>") == 1
    assert len(page) < 2000
    lines = one.summary().splitlines()
    assert 3 <= len(lines) <= 12
    assert all(line.isprintable() for line in lines)


def test_one_line_for_a_document_a_clause_and_a_change() -> None:
    document = policydiff.parse("一、2030年工作安排\n新增规上企业20家。", "a\n\u202eb.txt")
    assert repr(document) == (
        r"<Document a\n\u202eb.txt (2030): 1 clause, 1 commitment, 0 repairs>"
    )
    assert repr(document.commitments[0]) == "<Clause line 2: 新增规上企业20家。 1 target>"
    change = policydiff.compare(document, document).changes[0]
    assert repr(change) == "<Change kept: 新增规上企业20家。 1 old, 1 new, score 1.00>"


def test_markup_in_a_name_is_no_markup() -> None:
    document = policydiff.parse("一、2030年工作安排\n新增规上企业20家。", "<b>.txt")
    assert "<b>" not in policydiff.compare(document, document)._repr_html_()


# --- files ----------------------------------------------------------------------------------------


@KINDS
@pytest.mark.parametrize("everything", [True, False])
def test_save(kind: str, everything: bool, tmp_path: Path) -> None:
    one = result(kind)
    for suffix in files.WRITERS:
        one.save(tmp_path / f"a{suffix.upper()}", all=everything)
    assert (tmp_path / "a.YAML").read_text("utf-8") == one.to_yaml(all=everything)
    assert (tmp_path / "a.YML").read_bytes() == (tmp_path / "a.YAML").read_bytes()
    assert (tmp_path / "a.JSON").read_text("utf-8") == one.to_json(all=everything)
    table = (tmp_path / "a.CSV").read_bytes().decode("utf-8-sig")
    rows = one.rows(all=everything)
    read = list(csv.DictReader(io.StringIO(table, newline="")))
    assert read == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]


@pytest.mark.parametrize("name", ["a.txt", "a", "a.yaml.bak", ".yaml"])
def test_an_unknown_suffix_is_an_error_before_any_work(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Result, "to_yaml", lambda *_: pytest.fail("worked"))
    with pytest.raises(UsageError, match=r"\.yaml, \.json, \.csv"):
        result("comparison").save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_table_runs_nothing(tmp_path: Path) -> None:
    old = policydiff.parse("一、2030年工作安排\n办好农村学校。")
    new = policydiff.parse("一、2031年工作安排\n=1+1新增规上企业20家。")
    policydiff.compare(old, new).save(tmp_path / "a.csv")
    table = (tmp_path / "a.csv").read_bytes().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    assert [cell for cell in cells if cell.startswith("'=1+1")]


def test_every_writer_is_there() -> None:
    for suffix in files.WRITERS:
        assert callable(files.writer_for(suffix))


# --- the sha -------------------------------------------------------------------------------------


def test_sha256_is_of_the_bytes_or_of_the_text(tmp_path: Path) -> None:
    text = "一、2030年工作安排\r\n新增规上企业20家。"
    for codec in ("utf-8", "gb18030", "utf-16"):
        path = tmp_path / f"{codec}.txt"
        path.write_bytes(text.encode(codec))
        shown = subprocess.run(["sha256sum", path], capture_output=True, check=True).stdout
        assert policydiff.read(path).sha256 == shown.decode().split()[0].lstrip("\\")
    assert policydiff.parse(text).sha256 == policydiff.read(tmp_path / "utf-8.txt").sha256


# --- public names ---------------------------------------------------------------------------------


def test_dir_shows_the_public_names_and_nothing_else() -> None:
    assert dir(policydiff) == sorted([*policydiff.__all__, "__version__"])
    assert len(set(policydiff.__all__)) == len(policydiff.__all__)
    for name in policydiff.__all__:
        assert getattr(policydiff, name).__doc__
    with pytest.raises(AttributeError):
        policydiff.nothing  # noqa: B018


def test_errors_and_results_are_public() -> None:
    errors = importlib.import_module("policydiff.errors")
    kinds = [e for _, e in inspect.getmembers(errors, inspect.isclass)
             if issubclass(e, PolicydiffError)]  # fmt: skip
    assert all(getattr(policydiff, kind.__name__) is kind for kind in kinds)
    for kind in MAKE:
        assert type(result(kind)).__name__ in policydiff.__all__


def test_importing_the_package_is_light() -> None:
    code = (
        "import sys, policydiff; policydiff.__version__;"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('yaml', 'rapidfuzz', 'numpy')"
        " or m.startswith('policydiff.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['policydiff.version']"
