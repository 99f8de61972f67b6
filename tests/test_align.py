"""Alignment: which clauses are linked, whatever the order and the side; apart from real reports."""

from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policydiff
from policydiff.align.align import SURELY_LINKED, Link, LinkModel, align, link_model, model_from
from policydiff.align.evidence import NAMES, LinkEvidence, evidence, listed
from policydiff.align.identical import bare, settled
from policydiff.align.likeness import cosine
from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.analysis.keys import Key, key_of
from policydiff.language.zh import CHINESE
from policydiff.language.zh.wording import object_words
from tests.align_cases import CLAUSES, clauses


def pairs(links: tuple[Link, ...]) -> set[tuple[int, int]]:
    return {(link.old, link.new) for link in links}


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
    assert cosine(key_of(one, CHINESE), key_of(other, CHINESE)) > 0.8


def test_verbs_and_padding_weigh_nothing_and_numbers_are_apart() -> None:
    assert object_words("进一步加快推进") == []
    one, other = (key_of(f"建成标准厂房{n}万平方米", CHINESE) for n in (12, 20))
    assert one.text == other.text
    assert key_of("", CHINESE).norm == 1.0


def test_rare_words_weigh_more_than_common_ones() -> None:
    grams = key_of("竹缠绕管材发展", CHINESE).grams
    assert grams["缠绕"] > 2 * grams["发展"]


def test_a_cosine_lies_between_0_and_1_and_is_1_for_the_same() -> None:
    keys: list[Key] = [key_of(t, CHINESE) for t in CLAUSES]
    assert all(math.isclose(cosine(k, k), 1.0) for k in keys)
    assert all(-1e-9 <= cosine(a, b) < 1 for a, b in permutations(keys, 2))


# --- the same words -------------------------------------------------------------------------------


def test_the_identical_settle_each_other_whatever_their_marks() -> None:
    assert bare("建成厂房,投入使用。") == bare("建成厂房,投入使用;")
    found = align(clauses(CLAUSES), clauses([t.replace("，", ",") for t in CLAUSES]))
    assert [(k.old, k.new, k.score, k.evidence) for k in found.links] == [
        (i, i, 1.0, None) for i in range(len(CLAUSES))
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["建厂", "建厂"], ["建厂"], {(0, 0), (1, 0)}),
        (["建厂"], ["修路"], set()),
        (["新建学校x所"], ["新建学校3所"], {(0, 0)}),
        (["新建学校3所"], ["新建学校5所"], set()),
        # A blank that could be either number is left to the evidence.
        (["新建学校x所"], ["新建学校3所", "新建学校5所"], set()),
        (["新建学校x所,增加学位20个"], ["新建学校3所,增加学位30个"], set()),
        # Without a number there is nothing that could be blanked.
        (["支持xx企业"], ["支持企业"], set()),
    ],
)
def test_what_settles_each_other(
    old: list[str], new: list[str], expected: set[tuple[int, int]]
) -> None:
    assert set(settled(old, new)) == expected
    assert set(settled(new, old)) == {(j, i) for i, j in expected}


def test_who_is_settled_looks_for_nobody_else() -> None:
    old = clauses(["推进老旧小区改造，惠及居民3000户。"])
    new = clauses(["推进老旧小区改造，惠及居民3000户。", "推进老旧小区改造，惠及居民5000户。"])
    assert pairs(align(old, new).links) == {(0, 0)}
    assert pairs(align(old, new[1:]).links) == {(0, 0)}


# --- links ----------------------------------------------------------------------------------------


def test_crossing_links_are_found() -> None:
    old = clauses(CLAUSES)
    new = clauses([t.replace("。", "，抓紧落实。") for t in CLAUSES[::-1]])
    last = len(CLAUSES) - 1
    assert pairs(align(old, new).links) == {(i, last - i) for i in range(len(CLAUSES))}


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


def test_different_objects_stay_apart_and_the_nearest_is_named() -> None:
    found = align(clauses(CLAUSES[:4]), clauses(CLAUSES[4:]))
    assert found.links == ()
    assert all(rival.score < 0.4 for rival in found.old_rivals.values())


@pytest.mark.parametrize(("old", "new"), [([], []), (CLAUSES, []), ([], CLAUSES)])
def test_empty_sides_align_to_nothing(old: list[str], new: list[str]) -> None:
    sides = [clauses(texts) if texts else [] for texts in (old, new)]
    assert align(*sides).links == ()


@settings(max_examples=25, deadline=None)
@given(st.permutations(CLAUSES), st.integers(1, len(CLAUSES)))
def test_order_decides_nothing(shuffled: list[str], take: int) -> None:
    """A slow, obvious oracle: whoever has the same words is found, wherever it stands."""
    old, new = clauses(CLAUSES), clauses(shuffled[:take])
    linked = {(old[k.old].text, new[k.new].text) for k in align(old, new).links}
    assert linked == {(t, t) for t in shuffled[:take]}


PHRASES = st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=3, unique=True).map(
    lambda some: "，".join(text.rstrip("。") for text in some) + "。"
)


@settings(max_examples=40, deadline=None)
@given(*[st.lists(PHRASES, min_size=1, max_size=6)] * 2)
def test_backwards_gives_the_mirror_image(old: list[str], new: list[str]) -> None:
    forth, back = align(clauses(old), clauses(new)), align(clauses(new), clauses(old))
    turned = sorted((k.new, k.old, k.score, k.evidence) for k in back.links)
    assert [(k.old, k.new, k.score, k.evidence) for k in forth.links] == turned
    assert (forth.old_rivals, forth.new_rivals) == (back.new_rivals, back.old_rivals)


def test_evidence_is_the_same_from_both_sides() -> None:
    old, new = (
        listed(clauses(texts))
        for texts in (CLAUSES, [*CLAUSES[::-1], "推进城区老旧小区电梯加装。"])
    )
    forth, back = evidence(old, new), evidence(new, old)
    assert forth == {(i, j): found for (j, i), found in back.items()}


def test_a_longer_list_next_to_it_changes_no_text_alone() -> None:
    """What stands around a pair changes its score, never whether it is a candidate."""
    few = evidence(listed(clauses(CLAUSES[:3])), listed(clauses(CLAUSES[:3])))
    many = evidence(listed(clauses(CLAUSES)), listed(clauses(CLAUSES)))
    assert few.keys() <= many.keys()


# --- the model ------------------------------------------------------------------------------------


def test_the_weights_of_the_language_never_speak_against_a_link() -> None:
    model = link_model(CHINESE)
    assert all(weight > 0 for weight in model.weights)
    assert model.likelihood(LinkEvidence(**dict.fromkeys(NAMES, 0.0))) < 0.01
    assert 0 < model.linked < SURELY_LINKED < 1


def test_another_model_makes_other_links() -> None:
    """The aligner serves other purposes with weights of their own."""
    entries = [{"evidence": name, "weight": 0.0, "why": "-"} for name in NAMES]
    offset = [{"evidence": "offset", "weight": 9.0, "why": "-"}]
    old, new = clauses(CLAUSES), clauses(CLAUSES[::-1])
    every = align(old, new, model_from([*entries, *offset]))
    # Whatever is a candidate is linked; who has the same words still settles each other.
    assert len(every.links) == len(CLAUSES)
    linked = LinkModel(link_model(CHINESE).weights, link_model(CHINESE).offset, linked=1.1)
    other = clauses([t.replace("。", "，抓紧落实。") for t in CLAUSES])
    assert align(old, other).links
    assert not align(old, other, linked).links


@pytest.mark.parametrize("wrong", [{"evidence": "mood", "weight": 1.0}, None])
def test_a_table_that_does_not_fit_the_evidence_is_refused(wrong: dict[str, object] | None) -> None:
    entries = list(CHINESE.tables.load("weights")["links"])
    entries = [*entries, wrong] if wrong else entries[1:]
    with pytest.raises(ValueError, match="do not fit the kinds of evidence"):
        model_from(entries)


def test_clauses_from_elsewhere_are_aligned_as_well() -> None:
    """Clauses of any document will do: the aligner does not ask whether they commit."""
    text = "一、2024年工作回顾\n建成竹木产业检测中心。\n新增规模以上工业企业20家。"
    review = policydiff.parse(text).clauses
    ready: list[AnalysedClause] = analysed([c for c in review if c.part == "review"], CHINESE)
    found = align(clauses(CLAUSES[:2]), ready)
    assert pairs(found.links) == {(0, 0), (1, 1)} or len(ready) != 2
