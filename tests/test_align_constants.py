"""A case on either side of every threshold of the aligner, and a snapshot for its weights.

Moving any of them by a quarter turns one of these red.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policydiff.align import candidates
from policydiff.align.align import SURELY_LINKED, LinkModel, align, link_model
from policydiff.align.candidates import CandidateIndex, Pair, floor, most_candidates
from policydiff.align.evidence import (
    NAMES,
    LinkEvidence,
    clause_list,
    evidence,
    in_context,
    layout_of,
    listed,
)
from policydiff.align.features import Features
from policydiff.align.likeness import SCORE, Likeness, cosine, likeness, pair_features, quantized
from policydiff.analysis.keys import key_of, weight_of
from policydiff.language.rarity import SQUARE_NAT
from policydiff.language.zh import CHINESE
from tests.align_cases import CLAUSES, clauses
from tests.fixed_lists import fixed_list, recorded, scores, texts

# --- what two texts say of each other -------------------------------------------------------------


def features(text: str, *indicators: str) -> Features:
    return Features(key_of(text, CHINESE), indicators)


def alike(one: Features, other: Features) -> Likeness | None:
    """The likeness of two texts, None where they are no candidates."""
    index = CandidateIndex([one])
    query = index.query(other)
    totals = dict(index.candidates(query))
    return likeness(index, 0, query, totals[0]) if totals else None


@pytest.mark.parametrize(
    ("one", "other", "candidates"),
    [
        # 1.08 and 1.12 times as much as is needed, then 0.83 and 0.85 times.
        ("抓好技改", "攻关技术", True),
        ("四是攻关技术", "四是资金链紧", True),
        ("建好平台", "底盘不稳", False),
        ("扶持中小企业", "提升企业家队伍", False),
    ],
)
def test_who_is_a_candidate(one: str, other: str, candidates: bool) -> None:
    assert (alike(features(one), features(other)) is not None) is candidates


@pytest.mark.parametrize(
    ("gram", "rare"), [("航道", True), ("电梯", True), ("港口", False), ("账款", False)]
)
def test_which_grams_are_rare(gram: str, rare: bool) -> None:
    index = CandidateIndex([features(gram)])
    assert (gram in index.rare) is rare


def test_a_short_part_is_trusted_by_half_at_eleven_nats() -> None:
    one = features("办好职业学校")
    found = alike(one, one)
    # 24.2 half nats: the part is as alike as 24.2 / (24.2 + 22), the whole entirely.
    assert one.key.norm == pytest.approx(24.207, abs=0.001)
    assert found is not None
    assert found.score == pytest.approx(1 + 0.5239, abs=0.0001)


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        ("城区供水管网更新", "更新供水管网", True),  # 0.55 of the best
        ("改造老旧小区", "老旧小区加装电梯", False),  # 0.47
    ],
)
def test_parts_that_are_nearly_as_alike_as_the_best_are_kept(
    one: str, other: str, kept: bool
) -> None:
    same = "办好县职业学校数控加工专业"
    found = alike(features(f"{same}，{one}"), features(f"{same}，{other}"))
    assert found is not None
    assert ((1, 1) in {(p, q) for p, q, _ in found.parts}) is kept


def test_scores_are_whole_numbers_of_a_millionth_part() -> None:
    """A power of two, and sums of a few scores are exact in the 24 bits of a short float."""
    assert SCORE == 2**20
    assert quantized(1 / 3) * 2**20 == round(2**20 / 3)


@pytest.mark.parametrize(("clauses", "most"), [(300, 100), (1000, 30), (3000, 10), (99_999, 1)])
def test_how_many_candidates_a_clause_has_at_most(clauses: int, most: int) -> None:
    assert most_candidates(clauses) == most


def test_indicators_of_the_same_name_speak_for_a_pair() -> None:
    one, other = features("推进技改", "技改投资"), features("推进技改", "技改投资额", "产值")
    turned = features("推进技改", "投资技改")

    def named_alike(there: Features) -> float:
        return pair_features(one.key.text, one.names, there.key.text, there.names)[2]

    assert named_alike(other) == pytest.approx(0.889, abs=0.001)
    assert named_alike(turned) == 1.0
    assert named_alike(features("推进技改")) == 0.0


TEXTS = st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=3).map("".join) | st.text(
    st.sampled_from("".join(CLAUSES)), min_size=1, max_size=40
)


@given(TEXTS, TEXTS)
def test_likeness_is_what_a_slow_and_obvious_way_gives(one: str, other: str) -> None:
    a, b = features(one), features(other)
    shared = {g: w for g, w in a.key.grams.items() if g in b.key.grams}
    found = alike(a, b)
    assert (found is not None) == (
        bool(shared) and sum(shared.values()) >= floor(a.key) * floor(b.key)
    )
    if found is not None:
        assert found.shared == shared.keys()
        assert found.rare == sum(w > candidates.RARE for w in shared.values())
        best = 0.0
        for p, left in enumerate(a.key.parts):
            for q, right in enumerate(b.key.parts):
                dot = sum(weight_of(gram, CHINESE) for gram in set(left) & set(right))
                short, long = sorted((a.key.part_norms[p], b.key.part_norms[q]))
                value = dot / ((short + 11 * SQUARE_NAT**0.5) * long)
                best = max(best, value)
                if (p, q, value) in found.parts:
                    assert value > 0
        assert best == max((value for _, _, value in found.parts), default=0.0)
        assert found.score == pytest.approx(cosine(a.key, b.key) + best, abs=1 / SCORE)


@given(TEXTS, TEXTS)
def test_likeness_is_the_same_from_both_sides(one: str, other: str) -> None:
    forth, back = alike(features(one), features(other)), alike(features(other), features(one))
    assert (forth is None) == (back is None)
    if forth is not None and back is not None:
        assert forth._replace(parts=()) == back._replace(parts=())
        assert sorted(forth.parts) == sorted((p, q, value) for q, p, value in back.parts)


@given(st.lists(st.sampled_from(CLAUSES), min_size=1, unique=True))
def test_every_clause_is_a_candidate_for_itself(some: list[str]) -> None:
    index = CandidateIndex([features(text) for text in some])
    for i, text in enumerate(some):
        assert i in dict(index.candidates(index.query(features(text))))


def test_of_very_many_candidates_the_best_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """In either direction, so that comparing backwards gives the mirror image."""
    places = "东南西北中前后左右上下"
    monkeypatch.setattr(candidates, "MOST_PAIRS", 3 * len(places))
    old = listed(clauses([f"推进{place}片区老旧小区改造。" for place in places]))
    new = listed(clauses([f"加快{place}片区老旧小区改造，惠及居民。" for place in places[::-1]]))
    forth, back = evidence(old, new), evidence(new, old)
    assert {(j, i) for i, j in forth} == set(back)
    assert len(places) <= len(forth) <= 6 * len(places)
    last = len(places) - 1
    assert {(k, last - k) for k in range(len(places))} <= set(forth)


# --- what the rest of the lists says --------------------------------------------------------------


def in_lists(
    scores: Mapping[Pair, float],
    *,
    old: list[int] | None = None,
    new: list[int] | None = None,
    part: float = 1.0,
) -> dict[Pair, LinkEvidence]:
    """The evidence for pairs of such scores; ``old`` and ``new``: the paragraph of each clause.

    Every pair has one part in common, so like. Each clause is a paragraph unless told.
    """
    likely = {
        pair: Likeness(score, [(0, 0, part)], frozenset(), 0, 0.0, 0.0, 0.0)
        for pair, score in scores.items()
    }
    sides = []
    for lines in (old or list(range(9)), new or list(range(9))):
        some = [features(text) for text in (CLAUSES * 2)[: len(lines)]]
        sides.append(clause_list(some, layout_of(lines, ["plan"] * len(lines))))
    return in_context(likely, *sides)


@pytest.mark.parametrize(("rival", "lead"), [(0.5, 0.5), (0.17, 0.83), (0.13, 0.85), (None, 0.85)])
def test_a_lead_counts_from_what_is_more_than_faintly_alike(
    rival: float | None, lead: float
) -> None:
    scores = {(0, 0): 1.0} if rival is None else {(0, 0): 1.0, (0, 1): rival}
    found = in_lists(scores)[0, 0]
    assert (found.margin_less, found.margin_more) == pytest.approx((lead, 0.85))


def test_a_clause_behind_another_has_a_negative_lead() -> None:
    found = in_lists({(0, 0): 1.0, (0, 1): 0.5})[0, 1]
    assert (found.margin_less, found.margin_more) == pytest.approx((-0.5, 0.35))


def test_paragraphs_correspond_by_what_is_above_a_quarter() -> None:
    # Two clauses of different paragraphs come from one: 0.5 and 0.25 above a quarter.
    found = in_lists({(0, 0): 0.75, (1, 1): 0.5}, old=[1, 2], new=[7, 7])
    assert found[0, 0].paragraph == 1.0
    assert found[1, 1].paragraph == 0.5
    assert found[0, 0].section == 1.0
    faint = in_lists({(0, 0): 0.24})[0, 0]
    assert (faint.paragraph, faint.section) == (0.0, 0.0)


@pytest.mark.parametrize(("part", "mutual"), [(0.3, 1.0), (0.11, 1.0), (0.08, 0.64)])
def test_parts_hardly_alike_are_not_each_others_best(part: float, mutual: float) -> None:
    assert in_lists({(0, 0): 0.5}, part=part)[0, 0].part_mutual == pytest.approx(mutual)


@pytest.mark.parametrize(("score", "mutual"), [(0.9, 1.0), (0.55, 1.0), (0.4, 0.64)])
def test_clauses_hardly_alike_are_not_each_others_best(score: float, mutual: float) -> None:
    assert in_lists({(0, 0): score})[0, 0].context_rank == pytest.approx(mutual)


@pytest.mark.parametrize(
    ("neighbour", "rank"),
    [
        (0.5, ((0.6 + 0.7 * 0.5) / 1.0) ** 2),
        (0.17, ((0.6 + 0.7 * 0.17) / 1.0) ** 2),
        (0.13, 0.6**2),  # faint likeness counts for nothing
    ],
)
def test_neighbours_in_the_paragraph_add_to_a_pair(neighbour: float, rank: float) -> None:
    # Clause 0 has a better pair elsewhere, as has new clause 0.
    found = in_lists(
        {(0, 0): 0.6, (1, 1): neighbour, (0, 3): 1.0, (3, 0): 1.0},
        old=[1, 1, 2, 3],
        new=[1, 1, 2, 3],
    )
    assert found[0, 0].context_rank == pytest.approx(rank)


# --- thresholds and weights -----------------------------------------------------------------------


@pytest.mark.parametrize(("odds", "linked"), [(0.1, True), (0.02, True), (-0.05, False)])
def test_what_is_likely_enough_is_linked(odds: float, linked: bool) -> None:
    """Likelihoods 0.525, 0.505 and 0.488."""
    weightless = LinkEvidence(**dict.fromkeys(NAMES, 0.0))
    old, new = clauses(["推进老旧小区改造。"]), clauses(["推进老旧小区改造，惠及居民。"])
    assert bool(align(old, new, LinkModel(weightless, odds)).links) is linked


def test_what_is_sure() -> None:
    assert SURELY_LINKED == 0.7


def test_the_scores_of_the_fictional_lists_are_those_last_looked_at() -> None:
    """Where a change is meant: python -m tests.fixed_lists, and look at what it changes."""
    assert scores(link_model(CHINESE)) == recorded()


@pytest.mark.parametrize("factor", [0.75, 1.25])
@pytest.mark.parametrize("name", NAMES)
def test_the_snapshot_shows_every_weight(name: str, factor: float) -> None:
    model = link_model(CHINESE)
    weights = model.weights._replace(**{name: getattr(model.weights, name) * factor})
    assert scores(model._replace(weights=weights)) != recorded()


def test_every_list_of_the_snapshot_has_links_and_doubts() -> None:
    model = link_model(CHINESE)
    for number in (0, 1):
        values = [score for k, *_, score in recorded() if k == number]
        assert sum(value >= SURELY_LINKED for value in values) >= 40
        assert sum(model.linked <= value < SURELY_LINKED for value in values) >= 15
        assert sum(0.2 <= value < model.linked for value in values) >= 15


def test_the_fixed_lists_hold_what_they_are_made_for() -> None:
    one = fixed_list("栖川县/2023.txt")
    assert len(one.features) == len(texts("栖川县/2023.txt")) > 150
    assert sum(bool(f.indicators) for f in one.features) > 30
