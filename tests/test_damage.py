"""Damage: golden rules as data, and that nothing built on it counts as sure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from golden_rules import cases
from hypothesis import given
from hypothesis import strategies as st

import policydiff
from policydiff.language.zh import CHINESE
from policydiff.language.zh.folding import fold
from policydiff.repair.damage import damaged_spans
from tests import ready

CASES = cases("damage", "text", "damaged")
ROOT = Path(__file__).resolve().parents[1]
REPORTS = sorted((ROOT / "corpora").rglob("*.txt"))
#: The national and provincial ones are sound text; county reports and raw web texts are not all.
REAL = sorted(
    path
    for level in ("national", "provincial")
    for path in (ROOT.parent / "shared" / "reports" / level).glob("*.txt")
)
ANY = st.text("甲路;、）?1 “\ufffdㄊ袑嵶龊鞤嚬硎", max_size=40) | st.text(max_size=60)


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_golden_rules(text: str, expected: list[str]) -> None:
    folded = fold(text)
    assert [folded[a:b] for a, b in damaged_spans(folded, CHINESE)] == [
        fold(piece) for piece in expected
    ]


@given(ANY)
def test_stretches_are_in_order_and_apart(text: str) -> None:
    at = -1
    for start, end in damaged_spans(fold(text), CHINESE):
        assert at < start < end <= len(text)
        at = end


@pytest.mark.parametrize("path", REPORTS, ids=[path.stem for path in REPORTS])
def test_the_fictional_reports_are_sound(path: Path) -> None:
    assert not any(clause.damaged for clause in policydiff.read(path).clauses)


def test_one_place_of_the_seed_could_not_be_mended() -> None:
    (seed,) = (ROOT / "seeds").glob("*.txt")
    hurt = [clause for clause in policydiff.read(seed).clauses if clause.damaged]
    assert [clause.line for clause in hurt] == [44]
    assert "巡察\ufffd\ufffd工作" in hurt[0].text


#: What may be taken out of a sound report: line breaks inside words, marks without width, numbers
#: of notes, the sign of a subscript, one of two commas.
_TAKEN_OUT = re.compile("[\\s\u200b-\u200f\ufeff\u202a-\u202e]+|［[0-9]+］|_|，")

#: What is wrong in the files themselves: 25l亿元 for 251.
_MISPRINTS = {("2006.txt", "l", "1")}


@pytest.mark.skipif(not REAL, reason="real reports lie beside the project: ../shared/reports")
def test_real_reports_are_sound_and_no_word_of_them_is_touched() -> None:
    hurt, objectionable = [], []
    for path in REAL:
        document = ready.document(path)
        hurt += [(path.name, clause.text) for clause in document.clauses if clause.damaged]
        objectionable += [
            (path.name, repair)
            for repair in document.repairs
            if (path.name, repair.before, repair.after) not in _MISPRINTS
            and (repair.after or not _TAKEN_OUT.fullmatch(repair.before))
        ]
    assert not hurt
    assert not objectionable


@pytest.mark.parametrize(
    "hurt",
    [
        "新建农村学校5 0所。",
        "新建农村?学校50所。",
        "新建农村\ufffd学校50所。",
        "新建;、农村学校50所。",
    ],
)
def test_a_number_with_damage_near_is_flagged_and_never_changed(hurt: str) -> None:
    before = policydiff.parse("一、2030年工作安排\n新建农村学校30所。")
    sound, damaged = (
        policydiff.compare(before, policydiff.parse("一、2031年工作安排\n" + text))
        for text in ("新建农村学校50所。", hurt)
    )
    assert [(change.kinds, change.sure) for change in sound.changed] == [(("target raised",), True)]
    assert not damaged.changed
    assert damaged.changes
    assert all("damage near" in change.unsure for change in damaged.changes)


@pytest.mark.parametrize(
    ("plain", "masked"),
    [
        ("新建农村学校30所。", "新建农村学校xx所。"),
        ("新建农村学校30所。", "新建农村学校××所。"),
        ("新建农村学校30所。", "新建农村学校**所。"),
        ("财政收入增长6.5%。", "财政收入增长xx.x%。"),
        ("财政收入增长6.5%。", "财政收入增长x%。"),
        ("到2030年底前新建农村学校30所。", "到20xx年底前新建农村学校30所。"),
        ("到2030年底前新建农村学校30所。", "到xxxx年底前新建农村学校xx所。"),
        ("为50条产业链配备链长。", "为xx条产业链配备链长。"),
        ("财政收入增长6.5%-7%。", "财政收入增长x.x%-x%。"),
        ("实施“1269”行动计划，壮大产业集群。", "实施“xxxx”行动计划，壮大产业集群。"),
    ],
)
def test_a_masked_number_is_like_any_other(plain: str, masked: str) -> None:
    """And never a change, whichever of the reports masks it."""
    old, new = (policydiff.parse("一、2030年工作安排\n" + text) for text in (plain, masked))
    for pair in ((old, new), (new, old)):
        result = policydiff.compare(*pair)
        assert [change.outcome for change in result.changes] == ["kept"]


def test_damage_in_the_dropped_and_the_added() -> None:
    before = policydiff.parse("一、2030年工作安排\n新建\ufffd水厂2座。\n改造管网30公里。")
    after = policydiff.parse("一、2031年工作安排\n培训教师\ufffd300人。\n改造管网30公里。")
    result = policydiff.compare(before, after)
    for change in (*result.dropped, *result.added):
        assert "damage near" in change.unsure
    assert [change.sure for change in result.kept] == [True]
