"""What two plans say of one commitment: golden rules as data."""

from __future__ import annotations

from typing import Any

import pytest
from golden_rules import cases

import policydiff

#: A commitment of both plans, so that neither is empty.
ALSO = "推进林场防火道维护。"


def judged(old: str, new: str) -> list[policydiff.Change]:
    """The changes between two plans, without what stands in both."""
    before, after = (
        policydiff.parse(f"一、{year}年工作安排\n{text}\n{ALSO}\n", f"{year}.txt")
        for year, text in ((2030, old), (2031, new))
    )
    every = policydiff.compare(before, after).changes
    return [c for c in every if ALSO not in (clause.text for clause in (*c.old, *c.new))]


@pytest.mark.parametrize("case", cases("changes"))
def test_golden_rules(case: dict[str, Any]) -> None:
    for old, new in ((case["old"], case["new"]), (case["new"], case["old"])):
        told = judged(old, new)
        kinds = {kind for change in told for kind in change.kinds}
        spans = {s.text for change in told for s in (*change.put_in, *change.taken_out)}
        if "outcome" in case:
            assert sorted({c.outcome for c in told}) == sorted(case["outcome"].split(", "))
        assert set(case.get("kinds", ())) <= kinds
        assert "either" not in case or set(case["either"]) & kinds
        assert not set(case.get("not", ())) & kinds
        assert set(case.get("content", ())) <= spans
        assert not set(case.get("torn", ())) & spans
