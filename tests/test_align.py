"""Keys, evidence and alignment, apart from real reports."""

from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policydiff
from policydiff.align import likeness
from policydiff.align.align import LINKED, SURELY_LINKED, SURELY_NOT, align, bare, weigh
from policydiff.align.evidence import NAMES, Evidence, Side, evidence
from policydiff.align.likeness import SHARED, Held, Likeness, Words, cosine, threshold, words_of
from policydiff.analysis.keys import SQUARE_NAT, Key, key_of
from policydiff.language.zh.data import load
from policydiff.language.zh.wording import object_words
from policydiff.models import Clause

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
    assert object_words("进一步加快推进") == []
    assert key_of("建成标准厂房12万平方米").text == key_of("建成标准厂房20万平方米").text
    assert key_of("").norm == 1.0


def test_rare_words_weigh_more_than_common_ones() -> None:
    grams = key_of("竹缠绕管材发展").grams
    assert grams["缠绕"] > 2 * grams["发展"]


def alike(one: Words, other: Words) -> Likeness | None:
    return dict(Held([one]).alike(other)).get(0)


TEXTS = st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=3).map("".join) | st.text(
    st.sampled_from("".join(CLAUSES)), min_size=1, max_size=40
)


@given(TEXTS, TEXTS)
def test_likeness_is_what_a_slow_and_obvious_way_gives(one: str, other: str) -> None:
    a, b = (Words(key_of(text), (), frozenset()) for text in (one, other))
    shared = {g: w for g, w in a.key.grams.items() if g in b.key.grams}
    found = alike(a, b)
    # What is enough is the product of a whole number of each.
    assert (found is not None) == (sum(shared.values()) >= threshold(a.key) * threshold(b.key))
    for key in (a.key, b.key):
        assert abs(threshold(key) - math.sqrt(SHARED * math.sqrt(SQUARE_NAT) * key.norm)) <= 0.5
    if found is not None:
        assert found.shared == shared.keys()
        assert found.rare == sum(w > math.log(1000) ** 2 * SQUARE_NAT for w in shared.values())
        best = max((value for _, _, value in found.parts), default=0.0)
        assert found.score == pytest.approx(cosine(a.key, b.key) + best, abs=1 / likeness.SCORE)
        for p, q, value in found.parts:
            both = set(a.key.parts[p]) & set(b.key.parts[q])
            product = a.key.part_norms[p] * b.key.part_norms[q]
            assert best / 2 <= value < sum(map(shared.__getitem__, both)) / product


@given(TEXTS, TEXTS)
def test_likeness_is_the_same_from_both_sides(one: str, other: str) -> None:
    a, b = (Words(key_of(text), (), frozenset()) for text in (one, other))
    forth, back = alike(a, b), alike(b, a)
    assert (forth is None) == (back is None)
    if forth is not None and back is not None:
        assert forth._replace(parts=()) == back._replace(parts=())
        assert sorted(forth.parts) == sorted((p, q, value) for q, p, value in back.parts)


def test_however_many_are_held_each_is_as_alike_as_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """More clauses than are packed into one number."""
    monkeypatch.setattr(likeness, "_BLOCK", 16)
    words = [words_of(clause) for clause in clauses(CLAUSES)]
    found = dict(Held(words * 10).alike(words[0]))
    assert set(range(0, len(words) * 10, len(words))) <= set(found)
    for i, like in found.items():
        assert like == alike(words[i % len(words)], words[0])


def test_of_very_many_only_the_likest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """In either direction, so that comparing backwards gives the mirror image."""
    monkeypatch.setattr(likeness, "_MOST", 3)
    monkeypatch.setattr(likeness, "_SOME", 3)
    places = "东南西北中前后左右上下"
    old = Side(clauses([f"推进{place}片区老旧小区改造。" for place in places]))
    new = Side(clauses([f"加快{place}片区老旧小区改造，惠及居民。" for place in places[::-1]]))
    forth, back = evidence(old, new), evidence(new, old)
    assert {(j, i) for i, j in forth} == set(back)
    assert len(places) <= len(forth) <= 6 * len(places)
    last = len(places) - 1
    assert {(k, last - k) for k in range(len(places))} <= set(forth)


@given(st.lists(st.sampled_from(CLAUSES), min_size=1, unique=True))
def test_every_clause_is_worth_a_look_for_itself(texts: list[str]) -> None:
    words = [words_of(clause) for clause in clauses(texts)]
    held = Held(words)
    assert all(i in dict(held.alike(words[i])) for i in range(len(words)))


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
