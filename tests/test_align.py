"""Keys, evidence and alignment, apart from real reports."""

from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policydiff
from policydiff.align import LINKED, SURELY_LINKED, SURELY_NOT, align, bare, weigh
from policydiff.keys import Key, key_of, normal_form
from policydiff.models import Clause
from policydiff.scores import (
    NAMES,
    Evidence,
    Side,
    candidates,
    cosine,
    evidence,
    likeness,
    words_of,
)
from policydiff.tables import load

CLAUSES = [
    "建成竹木产业检测中心，上半年投入使用。",
    "新增规模以上工业企业20家。",
    "推进老旧小区改造，惠及居民3000户。",
    "办好县职业学校数控加工专业。",
    "开展拖欠中小企业账款清理。",
    "整治河道采砂乱象，修复岸线15公里。",
    "选派企业服务员，解决企业用工难题。",
    "扩建城区水厂，日供水能力提高到5万吨。",
]


#: Evidence that speaks against a link.
AGAINST = {"conflict"}


def clauses(texts: list[str]) -> tuple[Clause, ...]:
    return policydiff.parse("二、2025年工作安排\n" + "\n".join(texts)).commitments


# --- keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("加快推进技改", "大力实施技术改造"),
        ("规上工业增加值增长7%", "规模以上工业增加值增长百分之七"),
        ("加快棚改", "推进棚户区改造"),
        ("實現規上企業數字化", "实现规上企业数字化"),
        ("推动“一带一路”建设", "推进丝绸之路经济带和21世纪海上丝绸之路建设"),
    ],
)
def test_the_same_object_has_the_same_key(one: str, other: str) -> None:
    assert cosine(key_of(one), key_of(other)) > 0.8


def test_verbs_and_padding_weigh_nothing_and_numbers_are_apart() -> None:
    assert normal_form("进一步加快推进") == []
    assert key_of("建成标准厂房12万平方米").text == key_of("建成标准厂房20万平方米").text
    assert key_of("").norm == 1.0


def test_rare_words_weigh_more_than_common_ones() -> None:
    grams = key_of("竹缠绕管材发展").grams
    assert grams["缠绕"] > 2 * grams["发展"]


@given(st.sampled_from(CLAUSES), st.sampled_from(CLAUSES))
def test_likeness_part_by_part_is_what_comparing_the_parts_gives(one: str, other: str) -> None:
    """A slow, obvious oracle: the keys of the comma parts, each on its own."""
    found = likeness(*(words_of(clause) for clause in clauses([one, other])))
    for p, a in enumerate(one.split("，")):
        for q, b in enumerate(other.split("，")):
            if (p, q) in found.parts:
                assert 0.0 < found.parts[p, q] <= cosine(key_of(a), key_of(b))
    together = cosine(key_of(one), key_of(other))
    assert bool(found.parts) == bool(together)
    assert found.score == pytest.approx(together + max(found.parts.values(), default=0.0))


@given(st.lists(st.sampled_from(CLAUSES), min_size=1, unique=True))
def test_every_clause_is_a_candidate_for_itself(texts: list[str]) -> None:
    side = Side(clauses(texts))
    assert {(i, i) for i in range(len(side.words))} <= set(candidates(side, side))


def test_a_cosine_lies_between_0_and_1_and_is_1_for_the_same() -> None:
    keys: list[Key] = [key_of(t) for t in CLAUSES]
    assert all(math.isclose(cosine(k, k), 1.0) for k in keys)
    assert all(-1e-9 <= cosine(a, b) < 1 for a, b in permutations(keys, 2))


# --- evidence and weights -------------------------------------------------------------------------


def test_evidence_is_the_same_from_both_sides() -> None:
    old, new = clauses(CLAUSES), clauses([*CLAUSES[::-1], "推进城区老旧小区电梯加装。"])
    forth, back = evidence(Side(old), Side(new)), evidence(Side(new), Side(old))
    assert {(j, i) for i, j in forth} == set(back)
    for (i, j), found in forth.items():
        for name in NAMES:
            other = getattr(back[j, i], name)
            assert math.isclose(getattr(found, name), other, abs_tol=1e-9), name


def test_weights_fit_the_evidence_and_likeness_never_speaks_against() -> None:
    weights = {e["evidence"]: e["weight"] for e in load("weights")["links"]}
    assert set(weights) == {*NAMES, "offset"}
    assert all(weights[name] >= 0 for name in NAMES if name not in AGAINST)
    assert weigh(Evidence(**dict.fromkeys(NAMES, 0.0))) < 0.01
    assert 0 < SURELY_NOT < LINKED < SURELY_LINKED < 1


# --- alignment ------------------------------------------------------------------------------------


def test_crossing_links_are_found() -> None:
    old = clauses(CLAUSES)
    new = clauses([t.replace("。", "，抓紧落实。") for t in CLAUSES[::-1]])
    found = align(old, new)
    assert {(k.old, k.new) for k in found.links} == {
        (i, len(CLAUSES) - 1 - i) for i in range(len(CLAUSES))
    }


def test_a_split_clause_keeps_both_halves() -> None:
    old = clauses(["扩建城区水厂，日供水能力提高到5万吨，更新供水管网60公里。", *CLAUSES[:5]])
    new = clauses(["扩建城区水厂，日供水能力提高到5万吨。", "更新供水管网60公里。", *CLAUSES[:5]])
    result = policydiff.compare(
        policydiff.parse("二、2025年工作安排\n" + "\n".join(c.text for c in old)),
        policydiff.parse("二、2026年工作安排\n" + "\n".join(c.text for c in new)),
    )
    (split,) = (c for c in result.changes if "split" in c.kinds)
    assert [len(split.old), len(split.new)] == [1, 2]
    assert (result.dropped, result.added) == ((), ())


def test_the_identical_settle_each_other_whatever_their_marks() -> None:
    assert bare("建成厂房，投入使用。") == bare("建成厂房,投入使用；")
    found = align(clauses(CLAUSES), clauses([t.replace("，", ",") for t in CLAUSES]))
    assert [(k.old, k.new, k.score, k.evidence) for k in found.links] == [
        (i, i, 1.0, None) for i in range(len(CLAUSES))
    ]


def test_different_objects_stay_apart_and_the_nearest_is_named() -> None:
    found = align(clauses(CLAUSES[:4]), clauses(CLAUSES[4:]))
    assert found.links == ()
    assert all(rival.score < LINKED for rival in found.old_rivals.values())


@pytest.mark.parametrize(("old", "new"), [([], []), (CLAUSES, []), ([], CLAUSES)])
def test_empty_sides_align_to_nothing(old: list[str], new: list[str]) -> None:
    sides = [clauses(texts) if texts else () for texts in (old, new)]
    assert align(*sides).links == ()


@settings(max_examples=25, deadline=None)
@given(st.permutations(CLAUSES), st.integers(1, len(CLAUSES)))
def test_order_decides_nothing(shuffled: list[str], take: int) -> None:
    """A slow, obvious oracle: whoever has the same words is found, wherever it stands."""
    old, new = clauses(CLAUSES), clauses(shuffled[:take])
    linked = {(old[k.old].text, new[k.new].text) for k in align(old, new).links}
    assert linked == {(t, t) for t in shuffled[:take]}
