"""The analysed clause: equal to a plain one, small in a pickle, each thing worked out once."""

from __future__ import annotations

import copy
import pickle
from dataclasses import fields, replace
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import policydiff
from policydiff.analysis.clause import AnalysedClause, analyse, analysed
from policydiff.analysis.keys import key_of
from policydiff.language.zh import CHINESE
from policydiff.models import Clause

TEXT = "新增规上企业20家以上，年底前建成科技园，进一步加快推进，城乡居民收入分别增长5%、6%。"


def plain(clause: Clause) -> Clause:
    return Clause(**{f.name: getattr(clause, f.name) for f in fields(Clause)})


def clause_of(text: str) -> AnalysedClause:
    (clause,) = policydiff.parse(f"二、2031年工作安排\n{text}").clauses
    assert isinstance(clause, AnalysedClause)
    return clause


def test_equal_both_ways_to_a_plain_clause_and_of_the_same_hash() -> None:
    clause = clause_of(TEXT)
    other = plain(clause)
    assert type(other) is Clause
    assert clause == other
    assert other == clause
    assert hash(clause) == hash(other)
    assert {clause: 1}[other] == 1  # type: ignore[index]
    assert clause == clause_of(TEXT)
    for changed in (replace(other, line=9), replace(other, targets=())):
        assert clause != changed
        assert changed != clause
    assert clause != "a text"


def test_the_repr_is_that_of_a_plain_clause() -> None:
    clause = clause_of(TEXT)
    assert repr(clause) == repr(plain(clause))


def test_a_pickle_or_a_copy_holds_no_more_than_the_fields() -> None:
    fresh, used = clause_of(TEXT), clause_of(TEXT)
    assert used.key
    assert used.parts
    assert pickle.dumps(used) == pickle.dumps(fresh)
    for again in (pickle.loads(pickle.dumps(used)), copy.copy(used)):
        assert again == used
        assert again.language is CHINESE
        assert "key" not in vars(again)
        assert again.parts == used.parts
    assert len(pickle.dumps(used)) < len(pickle.dumps(plain(used))) + 250


def test_a_changed_copy_is_analysed_anew() -> None:
    clause = clause_of("建成科技园。")
    assert clause.key.text
    changed = replace(clause, text="疏浚河道。")
    assert changed.key == key_of("疏浚河道。", CHINESE)


def test_each_part_with_its_deadlines_and_targets() -> None:
    clause = clause_of(TEXT)
    shown = [
        (
            clause.text[p.start : p.end],
            [clause.text[a:b] for a, b in p.deadlines],
            [t.text for t in p.targets],
        )
        for p in clause.parts
    ]
    assert shown == [
        ("新增规上企业20家以上", [], ["新增规上企业20家以上"]),
        ("年底前建成科技园", ["年底前"], []),
        ("进一步加快推进", [], []),
        ("城乡居民收入分别增长5%、6%。", [], ["城乡居民收入分别增长5%", "6%"]),
    ]
    assert clause.parts[2].grams == ()


def test_the_key_is_that_of_its_text() -> None:
    assert clause_of(TEXT).key == key_of(TEXT, CHINESE)


def test_everything_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clause = clause_of(TEXT)
    language = replace(
        CHINESE,
        fold=Mock(side_effect=CHINESE.fold),
        comma_parts=Mock(side_effect=CHINESE.comma_parts),
        object_words=Mock(side_effect=CHINESE.object_words),
    )
    counted = analyse(plain(clause), language)
    for _ in range(2):
        assert counted.key == clause.key
        assert counted.parts == clause.parts
        assert counted.deadlines == clause.deadlines
    assert language.fold.call_count == language.comma_parts.call_count == 1
    assert language.object_words.call_count == len(clause.parts)


SCRAPS = [
    *("新增企业20家", "力争25家", "，", "；", "。", "**", "x家", "系統(tǒng)"),
    *("年底前", "「甲」", "\n"),
]


@given(st.lists(st.sampled_from(SCRAPS), max_size=16).map("".join))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_clauses_of_a_report_carry_what_analysing_them_alone_gives(text: str) -> None:
    for clause in policydiff.parse(f"二、2031年工作安排\n{text}建成园区。").clauses:
        assert isinstance(clause, AnalysedClause)
        assert clause.folded == CHINESE.fold(clause.text)
        assert sum(len(part.targets) for part in clause.parts) == len(clause.targets)
        alone = analyse(plain(clause), CHINESE)
        assert alone.key == clause.key
        for target, (start, end) in zip(clause.targets, clause.target_spans, strict=True):
            assert clause.text[start:end] == target.text


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("新增企业5家，推进系统(tǒng)建设，新增企业6家，再新增企业6家。", True),
        ("新增企业5家，新增企业5家。", False),
    ],
)
def test_places_of_targets_are_known_also_of_a_clause_from_elsewhere(
    text: str, repaired: bool
) -> None:
    clause = clause_of(text)
    assert (len(clause.text) < len(text)) == repaired
    (again,) = analysed([plain(clause)], CHINESE)
    assert again.target_spans == clause.target_spans
    assert analysed([clause], CHINESE)[0] is clause


@pytest.mark.parametrize(
    ("plan", "wanted"),
    [
        ("改造老旧小区6个。（责任单位：县住建局）", [("改造老旧小区6个。", "县住建局")]),
        (
            "改造老旧小区6个。（责任单位：县住建局）新建公厕8座。（县城管局、县住建局负责）",
            [("改造老旧小区6个。", "县住建局"), ("新建公厕8座。", "县城管局、县住建局")],
        ),
        ("推进林场建设。\n责任单位：县林业局", [("推进林场建设。", "县林业局")]),
        # No notes: a sentence that speaks of bodies, an explanation, a note within the sentence.
        (
            "改造老旧小区6个。明确责任单位：各镇要压实责任。",
            [("改造老旧小区6个。", None), ("明确责任单位：各镇要压实责任。", None)],
        ),
        (
            "改造老旧小区6个。（涉及居民800户）",
            [("改造老旧小区6个。", None), ("（涉及居民800户）", None)],
        ),
        ("改造老旧小区6个（县住建局负责）。", [("改造老旧小区6个（县住建局负责）。", None)]),
    ],
)
def test_a_note_on_who_is_responsible_is_of_the_sentence_before(
    plan: str, wanted: list[tuple[str, str | None]]
) -> None:
    clauses = policydiff.parse(f"一、2030年工作安排\n{plan}").clauses
    assert [(clause.text, clause.body) for clause in clauses] == wanted
