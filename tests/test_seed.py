"""The damaged report of seeds/ against what a reader finds in it (tests/truth/seed)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import policydiff
from policydiff.language.zh.folding import fold
from tests.written import from_yaml

ROOT = Path(__file__).resolve().parents[1]
(SEED,) = (ROOT / "seeds").glob("*.txt")
TRUTH: dict[str, Any] = from_yaml(
    (ROOT / "tests" / "truth" / "seed" / f"{SEED.stem}.yaml").read_text("utf-8")
)
#: Parts, sections and numbered items; what is inside a paragraph lies deeper.
LEVELS = 3


@cache
def report() -> policydiff.Document:
    return policydiff.read(SEED)


def clause(entry: dict[str, Any]) -> policydiff.Clause:
    """The one clause that begins so on that line."""
    (found,) = (
        c for c in report().clauses if c.line == entry["line"] and c.text.startswith(entry["opens"])
    )
    return found


def test_every_heading_is_found_with_its_level_and_no_other() -> None:
    wanted = []
    for part in TRUTH["headings"]:
        wanted.append((part["title"],))
        for section in part["sections"]:
            wanted.append((part["title"], section["title"]))
            wanted += [(part["title"], section["title"], item) for item in section["items"]]
    found = dict.fromkeys(
        c.section[:level]
        for c in report().clauses
        for level in range(1, min(LEVELS, len(c.section)) + 1)
    )
    assert list(found) == wanted


def test_the_parts_are_right() -> None:
    bounds = [(1, "other")]
    for part in TRUTH["headings"]:
        inner = part["sections"]
        bounds.append((part["line"], inner[0]["part"]))
        bounds += [(section["line"], section["part"]) for section in inner]
    bounds.append((45, "other"))  # where the page took the text from
    for c in report().clauses:
        assert c.part == [part for line, part in bounds if line <= c.line][-1], c.text


def test_no_clause_begins_with_debris() -> None:
    for c in report().clauses:
        assert re.match("[\u4e00-\u9fff“《（(x1-9]", c.text), c.text
        assert not re.match("[的和与與之]", c.text), c.text


def test_all_commitments_are_there_and_nothing_else() -> None:
    assert [e["opens"] for e in TRUTH["commitments"] if not clause(e).commits] == []
    assert [e["opens"] for e in TRUTH["not_commitments"] if clause(e).commits] == []
    known = {clause(e).start for e in TRUTH["commitments"] + TRUTH["open"]}
    assert [c.text for c in report().commitments if c.start not in known] == []
    plan = {clause(e).start for e in TRUTH["not_commitments"]} | known
    titles = {path.lstrip("0123456789.") for c in report().clauses for path in c.section}
    assert [
        c.text
        for c in report().clauses
        if c.part == "plan" and c.start not in plan and c.text.rstrip("。") not in titles
    ] == []


@pytest.mark.parametrize(
    "entry", TRUTH["commitments"], ids=[e["opens"][:8] for e in TRUTH["commitments"]]
)
def test_masked_targets(entry: dict[str, Any]) -> None:
    found = [
        re.search(r"[x.]+", fold(target.text))[0] + target.unit  # type: ignore[index,operator]
        for target in clause(entry).targets
        if target.masked
    ]
    assert found == [fold(masked) for masked in entry["masked"]]
    assert all(target.masked or target.value is None for target in clause(entry).targets)


def test_what_was_mended_reads_as_it_was() -> None:
    for entry in TRUTH["mended"]:
        assert any(
            entry["text"] in c.text
            for c in report().clauses
            if (c.line, c.part) == (entry["line"], entry["part"])
        ), entry["text"]


def test_the_repairs_are_counted() -> None:
    counts: dict[str, int] = {}
    for repair in report().repairs:
        counts[repair.kind] = counts.get(repair.kind, 0) + 1
    assert counts == {
        "pinyin_glosses": 797,
        "byte_shifted_headings": 4,
        "byte_shifts": 3,
        "doubled_commas": 1,
    }
