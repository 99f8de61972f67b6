"""The fictional reports of corpora/ against what was planted in them (tests/truth/*.yaml)."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import policydiff
from policydiff.models import KINDS, KINDS_OF_FORM
from tests.written import from_yaml

ROOT = Path(__file__).resolve().parent.parent
TRUTHS = sorted((ROOT / "tests" / "truth").glob("*.yaml"))


@cache
def _truth(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = from_yaml(path.read_text(encoding="utf-8"))
    return loaded


@cache
def _result(path: Path) -> policydiff.Comparison:
    truth = _truth(path)
    return policydiff.compare(ROOT / truth["old"], ROOT / truth["new"])


def _clause(document: policydiff.Document, quote: str) -> policydiff.Clause:
    """The clause that a quote names; it must name exactly one."""
    assert document.source.count(quote) == 1, quote
    at = document.source.find(quote)
    return next(c for c in document.clauses if c.start <= at < c.end)


def _links(result: policydiff.Comparison) -> dict[tuple[int, int], policydiff.Change]:
    return {(a.start, b.start): c for c in result.changes for a in c.old for b in c.new}


def _planted(path: Path) -> list[tuple[str, dict[str, Any], int, int, str, str]]:
    result = _result(path)
    return [
        (outcome, entry, a.start, b.start, a.text, b.text)
        for outcome in ("kept", "changed")
        for entry in _truth(path)[outcome]
        for a in (_clause(result.old, q) for q in entry["old"])
        for b in (_clause(result.new, q) for q in entry["new"])
    ]


@pytest.fixture(params=TRUTHS, ids=lambda p: p.stem)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_every_planted_link_is_found_and_no_other(path: Path) -> None:
    result = _result(path)
    links = _links(result)
    planted = {(start, end): (a, b) for _, _, start, end, a, b in _planted(path)}
    missed = [planted[pair] for pair in planted.keys() - links.keys()]
    others = (links[pair] for pair in links.keys() - planted.keys())
    wrong = [
        (change.old[0].text, change.new[0].text)
        for change in others
        if not (_is_title(change.old[0], result.old) and _is_title(change.new[0], result.new))
    ]
    assert (missed, wrong) == ([], [])


def test_kept_and_changed_are_told_apart(path: Path) -> None:
    links = _links(_result(path))
    wrong = [
        (links[start, end].outcome, outcome, a, b)
        for outcome, _, start, end, a, b in _planted(path)
        if links[start, end].outcome != outcome
    ]
    assert wrong == []


def test_the_kinds_of_change_are_named(path: Path) -> None:
    """What was planted is reported; what is of form only (reworded, moved) is not held to it."""
    links = _links(_result(path))
    missing = []
    for _, entry, start, end, a, b in _planted(path):
        want = set(entry["kinds"]) - KINDS_OF_FORM
        have = set(links[start, end].kinds) - KINDS_OF_FORM
        if want != have:
            missing.append((sorted(want), sorted(have), a, b))
    assert missing == []


@pytest.mark.parametrize(("outcome", "side"), [("dropped", "old"), ("added", "new")])
def test_what_has_no_partner_is_reported(path: Path, outcome: str, side: str) -> None:
    result = _result(path)
    alone = {getattr(c, side)[0].start for c in getattr(result, outcome)}
    planted = [
        _clause(getattr(result, side), quote)
        for entry in _truth(path)[outcome]
        for quote in entry[side]
    ]
    assert [c.text for c in planted if c.start not in alone] == []


@pytest.mark.parametrize("side", ["old", "new"])
def test_only_commitments_commit(path: Path, side: str) -> None:
    document = getattr(_result(path), side)
    for quote in _truth(path)["not_commitments"][side]:
        assert not _clause(document, quote).commits, quote


def _is_title(clause: policydiff.Clause, document: policydiff.Document) -> bool:
    """Whether a clause is the title of its paragraph or item; truth files leave titles open."""
    title = clause.text.rstrip("。")
    heads = any(c.section and c.section[-1].endswith(title) for c in document.clauses)
    first = next(c for c in document.clauses if c.line == clause.line)
    return heads or (first is clause and len(title) <= 6)


def test_every_commitment_is_in_the_truth(path: Path) -> None:
    """Nothing that the reports promise is left unjudged, and nothing else is reported."""
    result, truth = _result(path), _truth(path)
    for side, alone in (("old", "dropped"), ("new", "added")):
        document = getattr(result, side)
        entries = truth["kept"] + truth["changed"] + truth[alone]
        quoted = {_clause(document, q).start for e in entries for q in e[side]}
        unjudged = [c for c in document.commitments if c.start not in quoted]
        assert [c.text for c in unjudged if not _is_title(c, document)] == []


def test_truth_files_are_sound(path: Path) -> None:
    truth = _truth(path)
    assert {kind for k in ("kept", "changed") for e in truth[k] for kind in e["kinds"]} <= set(
        KINDS
    )
    assert all(set(e["kinds"]) <= KINDS_OF_FORM for e in truth["kept"])
    assert all(set(e["kinds"]) - KINDS_OF_FORM for e in truth["changed"])


def test_reports_are_long_enough_and_say_that_they_are_fictional() -> None:
    reports = sorted((ROOT / "corpora").glob("*/*.txt"))
    assert Counter(p.parent.name for p in reports) == {"栖川县": 3, "澜溪县": 1}
    for report in reports:
        text = report.read_text(encoding="utf-8")
        assert "虚构" in text.splitlines()[0]
        assert sum("\u4e00" <= c <= "\u9fff" for c in text) >= 6000
