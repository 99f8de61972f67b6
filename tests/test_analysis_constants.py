"""A case on either side of every length and threshold of the analysis."""

from __future__ import annotations

import pytest
from one_clause import commits

from policydiff import parse
from policydiff.analysis.commitments import case_against, cues
from policydiff.analysis.folded import FoldedText
from policydiff.analysis.keys import weight_of
from policydiff.analysis.targets import FoundTarget, find_targets
from policydiff.language.zh import CHINESE

#: A name of any length that means nothing to any table.
FILL = "钟鼓楼旧址西侧檐廊彩绘藻井木雕窗棂砖瓦脊兽石狮牌坊影壁照墙"


def name(length: int) -> str:
    return (FILL * 3)[:length]


def folded(text: str) -> FoldedText:
    return FoldedText(CHINESE.fold(text), CHINESE)


def only_target(text: str) -> FoundTarget:
    (target,) = find_targets(folded(text))
    return target


# --- lengths of names -----------------------------------------------------------------------------


def test_a_name_is_sixty_characters_at_most() -> None:
    assert only_target(f"{name(58)}3.5%").indicator == name(58)
    assert only_target(f"{name(70)}3.5%").indicator == name(70)[-60:]


def test_a_noun_behind_a_number_is_twenty_four_characters_at_most() -> None:
    assert only_target(f"5家{name(22)}").indicator == name(22)
    assert only_target(f"5家{name(30)}").indicator == name(24)


@pytest.mark.parametrize(("length", "taken"), [(17, True), (22, False)])
def test_the_part_before_names_an_indicator_only_where_it_is_short(
    length: int, taken: bool
) -> None:
    indicator = only_target(f"{name(length)}，增长3.5%").indicator
    assert (indicator == name(length)) is taken


@pytest.mark.parametrize(("length", "stated"), [(42, True), (50, False)])
def test_a_relative_goal_is_short(length: int, stated: bool) -> None:
    goal = f"{name(length - 7)}与经济增长同步"
    assert len(goal) == length
    assert [t.bound for t in find_targets(folded(goal))] == ["relative"] * stated


# --- numerals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("between", "counts"), [(20, True), (25, False)])
def test_a_verb_makes_a_numeral_count_from_twenty_four_characters_on(
    between: int, counts: bool
) -> None:
    assert bool(find_targets(folded(f"新建{name(between)}三所。"))) is counts


def test_from_ten_thousand_on_a_magnitude_belongs_to_the_unit() -> None:
    small, large = only_target("新增三千家。"), only_target("新增两万亩。")
    assert (str(small.value), small.unit) == ("3000", "家")
    assert (str(large.value), large.unit) == ("2", "万亩")


@pytest.mark.parametrize("text", ["达到或超过了八所学校", "办好了十件实事", "新建改建两所学校"])
def test_the_longest_words_before_a_numeral_are_seen_whole(text: str) -> None:
    assert len(find_targets(folded(text))) == 1


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("由" + name(16) + "2%提高到3%", ["3"]),
        ("由" + name(17) + "2%提高到3%", ["2", "3"]),
    ],
)
def test_where_a_rise_starts_is_seen_through_sixteen_characters(
    text: str, promised: list[str]
) -> None:
    assert [str(t.value) for t in find_targets(folded(text))] == promised


# --- commitments ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "commit"),
    [("推进园区扩建意味着投资增加", True), ("推进园区扩建意味着投资必将增加", False)],
)
def test_a_clause_commits_as_long_as_less_speaks_against_it_than_for_it(
    text: str, commit: bool
) -> None:
    assert (case_against(folded(text), has_target=False) < 0) is commit
    assert commits(folded(text), title=False, has_target=False) is commit


@pytest.mark.parametrize(("text", "commit"), [("加快竹编业。", False), ("加快竹编产业。", True)])
def test_a_clause_of_six_characters_names_no_object(text: str, commit: bool) -> None:
    assert commits(folded(text), title=False, has_target=False) is commit
    assert commits(folded(text), title=False, has_target=True)


@pytest.mark.parametrize(("length", "short"), [(14, True), (18, False)])
def test_a_motto_is_shorter_than_sixteen_characters(length: int, short: bool) -> None:
    *_, none, none_and_short, _ = cues(folded(name(length)), has_target=False)
    assert (none, none_and_short) == (True, short)


@pytest.mark.parametrize(("length", "opens"), [(22, True), (27, False)])
def test_an_object_before_its_verb_has_twenty_four_characters_at_most(
    length: int, opens: bool
) -> None:
    structure = cues(folded(f"对{name(length)}实行清单管理"), has_target=False)[-7:]
    assert structure[0] is opens


@pytest.mark.parametrize(("length", "whole"), [(4_900, True), (5_100, False)])
def test_what_is_longer_than_any_sentence_is_damaged(length: int, whole: bool) -> None:
    text = "建设" + "园区道路，" * ((length - 3) // 5)
    (clause,) = parse(f"一、2031年工作安排\n{text}。").clauses
    assert clause.damaged is not whole
    assert clause.commits is whole


# --- keys -----------------------------------------------------------------------------------------


def test_weights_are_counted_in_quarters_of_a_square_nat() -> None:
    """The rarity of a gram never counted is that of one in as many clauses as there are."""
    assert [weight_of(gram, CHINESE) for gram in ("发展", "竹", "缠绕")] == [11, 275, 392]
