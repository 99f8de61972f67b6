"""What a review says of a commitment: golden rules as data."""

from __future__ import annotations

from typing import Any

import pytest
from golden_rules import cases

import policydiff
from policydiff.analysis.clause import analysed
from policydiff.followup.followup import verdict
from policydiff.language.zh import CHINESE


def judged(plan: str, review: str) -> dict[str, Any]:
    """The verdict on the first commitment of a plan by all clauses of a review."""
    old = policydiff.parse(f"一、2030年工作安排\n{plan}\n推进林场建设。\n", "2030.txt")
    new = policydiff.parse(
        f"一、2030年工作回顾\n{review}\n二、2031年工作安排\n推进林场建设。\n", "2031.txt"
    )
    evidence = analysed([c for c in new.clauses if c.part == "review"], CHINESE)
    status, given, _ = verdict(analysed(old.commitments, CHINESE)[0], evidence, old.year)
    told: dict[str, Any] = {"status": status, "each": [answer.status for answer in given]}
    if given:
        answer = next((a for a in given if a.status == status), given[0])
        completion = answer.completion
        told["completion"] = None if completion is None else str(completion)
        told |= {"difference": answer.difference, "reached": answer.reached.text}
    return told


@pytest.mark.parametrize("case", cases("followup"))
def test_golden_rules(case: dict[str, Any]) -> None:
    told = judged(case["plan"], case["review"])
    if "not" in case:
        assert told["status"] != case["not"]
    wanted = {k: v for k, v in case.items() if k not in ("plan", "review", "not")}
    assert {k: told.get(k) for k in wanted} == wanted
