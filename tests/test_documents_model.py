"""Documents: what holds for a report read from any text, and how long it may take."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policydiff import Document, PolicydiffError, parse
from policydiff.language.zh.folding import fold
from tests.ready import document

REPORTS = Path(__file__).parents[2] / "shared" / "reports"
SCRAPS = [
    *("一、2030年工作回顾", "二、2031年工作安排", "（一）做强工业。"),
    *("新增规上企业20家以上", "一是", "——", "1.", "系統(tǒng)", "\u200b", "\n", "\n\n"),
    *("。", "；", "，", "“", "”", "（", "）", "《", "》", "xx.x%", "来源：某网"),
    *("让我们紧密团结起来！", "问题和短板", "分别增长5%、6%", "M\n2\n", "。ㄒ唬", " "),
    *("\u3000", "到2031年"),
]
TEXTS = (
    st.lists(st.sampled_from(SCRAPS), max_size=24).map("".join)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
    | st.text(max_size=20)
)


def parsed(text: str) -> Document | None:
    """None where the text is refused, which only a PolicydiffError may do."""
    try:
        return parse(text)
    except PolicydiffError:
        return None


@given(TEXTS)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_clauses_are_cut_from_the_source_without_loss(text: str) -> None:
    doc = parsed(text)
    if doc is None:
        return
    rebuilt, at = [], 0
    for clause in doc.clauses:
        assert at <= clause.start < clause.end
        rebuilt += (doc.source[at : clause.start], doc.source[clause.start : clause.end])
        assert clause.line == doc.source.count("\n", 0, clause.start) + 1
        at = clause.end
    assert "".join((*rebuilt, doc.source[at:])) == doc.source
    repaired = [(r.start, r.end) for r in doc.repairs]
    for clause in doc.clauses:
        if not any(a <= clause.end and b >= clause.start for a, b in repaired):
            assert doc.source[clause.start : clause.end] == clause.text


@given(TEXTS)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_targets_lie_inside_their_clause(text: str) -> None:
    doc = parsed(text)
    for clause in doc.clauses if doc else ():
        for target in clause.targets:
            assert clause.start <= target.start < target.end <= clause.end


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_a_sentence_without_end_is_damaged_and_promises_nothing() -> None:
    doc = parse("一、2031年工作安排\n" + "新增企业1家，" * 2000)
    (clause,) = doc.clauses
    assert (clause.damaged, clause.commits, clause.targets) == (True, False, ())


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the real reports are not part of the project")
def test_real_reports_have_every_part() -> None:
    files = (
        sorted(REPORTS.glob("provincial/*.txt"))[:4] + sorted(REPORTS.glob("national/201*.txt"))[:4]
    )
    for path in files:
        doc = document(path)
        parts = [c.part for c in doc.clauses]
        assert parts.count("plan") > 100, path
        assert parts.count("review") > 30, path
        assert doc.year is not None, path
