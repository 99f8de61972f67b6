"""Damage: golden rules as data, and that nothing built on it counts as sure."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import policydiff
from policydiff.damage import damaged_spans
from policydiff.folding import fold

GOLDEN = yaml.safe_load((Path(__file__).parent / "golden" / "damage.yaml").read_text("utf-8"))
CASES = [
    pytest.param(case["text"], case["damaged"], id=f"{rule['id']}-{side}-{n}")
    for rule in GOLDEN
    for side in ("examples", "counters")
    for n, case in enumerate(rule[side])
]
ANY = st.text("甲路;、）?1 “\ufffdㄊ袑嵶龊鞤嚬硎", max_size=40) | st.text(max_size=60)


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_golden_rules(text: str, expected: list[str]) -> None:
    folded = fold(text)
    assert [folded[a:b] for a, b in damaged_spans(folded)] == [fold(piece) for piece in expected]


@given(ANY)
def test_stretches_are_in_order_and_apart(text: str) -> None:
    at = -1
    for start, end in damaged_spans(fold(text)):
        assert at < start < end <= len(text)
        at = end


def test_the_reports_at_hand_are_sound() -> None:
    for path in Path("corpora").rglob("*.txt"):
        assert not any(clause.damaged for clause in policydiff.read(path).clauses), path


@pytest.mark.parametrize(
    "hurt",
    [
        "新建农村学校5 0所。",
        "新建农村?学校50所。",
        "新建农村\ufffd学校50所。",
        "新建;、农村学校50所。",
    ],
)
def test_a_change_with_damage_near_is_never_sure(hurt: str) -> None:
    before = policydiff.parse("一、2030年工作安排\n新建农村学校30所。")
    sound, damaged = (
        policydiff.compare(before, policydiff.parse("一、2031年工作安排\n" + text)).changed
        for text in ("新建农村学校50所。", hurt)
    )
    assert [change.sure for change in sound] == [True]
    assert damaged
    assert all("damage near" in change.unsure for change in damaged)
    assert not any(change.sure for change in damaged)


def test_damage_in_the_dropped_and_the_added() -> None:
    before = policydiff.parse("一、2030年工作安排\n新建\ufffd水厂2座。\n改造管网30公里。")
    after = policydiff.parse("一、2031年工作安排\n培训教师\ufffd300人。\n改造管网30公里。")
    result = policydiff.compare(before, after)
    for change in (*result.dropped, *result.added):
        assert "damage near" in change.unsure
    assert [change.sure for change in result.kept] == [True]
