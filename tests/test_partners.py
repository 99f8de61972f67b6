"""Partners that do not commit, the clauses that come nearest, and how sure a claim is."""

from __future__ import annotations

import sys

import pytest

import policydiff
from policydiff.align.align import Alignment, Fixed, Link
from policydiff.analysis.clause import AnalysedClause
from policydiff.changes import partners
from policydiff.changes.nearest import nearest
from policydiff.changes.partners import comparable, partners_of_the_lonely
from policydiff.changes.sureness import Sureness, sureness
from policydiff.language.zh import CHINESE

nearest_module = sys.modules[nearest.__module__]

#: A report whose items open with titles, as it takes eight for a title to be seen as one.
TITLED = "一、今年工作安排\n" + "".join(
    f"加强{thing}建设。新建{thing}设施三处，改造老旧的{thing}设施五处。\n"
    for thing in ("水利", "交通", "医疗", "文化", "体育", "养老", "供水", "环卫")
)


def clause(text: str, *, commits: bool, title: bool = False, part: str = "plan") -> AnalysedClause:
    return AnalysedClause(
        text,
        0,
        len(text),
        1,
        (),
        part,  # type: ignore[arg-type]
        commits=commits,
        language=CHINESE,
        target_spans=(),
        title=title,
    )


class TestPartners:
    def test_who_may_be_one(self) -> None:
        promise = clause("我们要大力发展乡村旅游。", commits=True)
        lead = clause("发展是第一要务。", commits=False)
        title = clause("大力发展" * 7 + "乡村旅游。", commits=False, title=True)
        told = clause("乡村旅游蓬勃发展。", commits=False, part="review")
        assert comparable([promise, lead, title, told]) == [promise, lead, title]

    @pytest.mark.parametrize(("length", "may"), [(24, True), (25, False)])
    def test_long_sentences_tell_of_the_situation(self, length: int, may: bool) -> None:
        assert comparable([clause("旅" * length, commits=False)]) == (
            [clause("旅" * length, commits=False)] if may else []
        )

    @pytest.mark.parametrize(
        ("commits", "links", "want"),
        [
            # (old commits, new commits), links with their likelihoods, those that stay
            (((True,), (False,)), {(0, 0): 0.51}, {(0, 0)}),
            (((True,), (False,)), {(0, 0): 0.49}, set()),
            (((False,), (True,)), {(0, 0): 0.51}, {(0, 0)}),
            (((False,), (False,)), {(0, 0): 1.0}, set()),
            (((True,), (True,)), {(0, 0): 0.41}, {(0, 0)}),
            (((True,), (True, False)), {(0, 0): 0.41, (0, 1): 0.99}, {(0, 0)}),
            (((True, False), (True,)), {(0, 0): 0.41, (1, 0): 0.99}, {(0, 0)}),
            (((True, True), (True, False)), {(0, 0): 0.9, (1, 1): 0.9}, {(0, 0), (1, 1)}),
        ],
    )
    def test_only_of_those_who_have_no_other(
        self,
        commits: tuple[tuple[bool, ...], tuple[bool, ...]],
        links: dict[tuple[int, int], float],
        want: set[tuple[int, int]],
    ) -> None:
        old, new = ([clause("句子。", commits=c) for c in side] for side in commits)
        given = Alignment(tuple(Link(*pair, p, None) for pair, p in links.items()), {}, {})
        left = partners_of_the_lonely(given, old, new, Fixed())
        assert {(link.old, link.new) for link in left.links} == want

    def test_what_somebody_decided_stays(self) -> None:
        old = [clause("句子。", commits=True)]
        new = [clause("句子。", commits=True), clause("句子。", commits=False)]
        given = Alignment((Link(0, 0, 0.9, None), Link(0, 1, 1.0, None)), {}, {})
        fixed = Fixed(linked=frozenset({(0, 1)}))
        assert partners_of_the_lonely(given, old, new, fixed).links == given.links

    def test_a_promise_that_became_a_title_is_not_dropped(self) -> None:
        old = policydiff.parse("一、今年工作安排\n我们要加强水利建设。\n要新建学校三所。")
        result = policydiff.compare(old, policydiff.parse(TITLED))
        (partner,) = (c.new for c in result.changes if c.old and "水利" in c.old[0].text)
        assert [c.text for c in partner] == ["加强水利建设。"]
        assert not partner[0].commits

    def test_titles_are_neither_dropped_nor_added(self) -> None:
        one = policydiff.parse("一、今年工作安排\n要新建学校三所。")
        for result in (
            policydiff.compare(one, policydiff.parse(TITLED)),
            policydiff.compare(policydiff.parse(TITLED), one),
        ):
            alone = [c for x in (*result.dropped, *result.added) for c in (*x.old, *x.new)]
            assert alone
            assert all(c.commits for c in alone)


class TestNearest:
    REVIEW = "一、去年工作回顾\n新建县中医院康复楼一栋。修好了东门大桥。\n二、今年工作安排\n"

    def near(self, old: str, new: str) -> list[str]:
        before = policydiff.parse("一、今年工作安排\n" + old)
        (dropped,) = policydiff.compare(before, policydiff.parse(new)).dropped
        return [c.text for c in dropped.nearest]

    def test_the_review_is_looked_at(self) -> None:
        near = self.near("建成县中医院康复楼。", self.REVIEW + "要抓好春耕生产。")
        assert near == ["新建县中医院康复楼一栋。"]

    def test_a_heading_is_named_by_what_stands_under_it(self) -> None:
        new = "一、今年工作安排\n（一）保护好古树名木\n要抓好春耕生产。\n（二）其他\n要办好学校。"
        assert self.near("保护古树名木。", new) == ["要抓好春耕生产。"]

    def test_three_at_most_and_the_closest_first(self) -> None:
        lines = "".join(f"要在{town}镇种植油茶。\n" for town in "甲乙丙丁")
        report = policydiff.parse("一、今年工作安排\n" + lines + "要在戊镇种植油茶三百亩。")
        others = [c for c in report.clauses if isinstance(c, AnalysedClause)]
        asked = clause("在戊镇种植油茶五百亩。", commits=True)
        near = nearest([asked], others)[0]
        assert len(near) == 3
        assert near[0].text == "要在戊镇种植油茶三百亩。"
        assert [c.start for c in near[1:]] == sorted(c.start for c in near[1:])

    def test_what_stands_around_the_report_is_left_out(self) -> None:
        asked = clause("扩大城区学位供给。", commits=True)
        menu, told = (clause("城区。", commits=False, part=part) for part in ("other", "review"))
        assert nearest([asked], [menu]) == [()]
        assert nearest([asked], [told]) == [(told,)]

    def test_nothing_where_nothing_is_near(self) -> None:
        assert self.near("保护古树名木。", "一、今年工作安排\n要抓好春耕生产。") == []

    def test_faint_likeness_is_left_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        report = policydiff.parse(self.REVIEW + "要抓好春耕生产。")
        others = [c for c in report.clauses if isinstance(c, AnalysedClause)]
        asked = clause("建成县中医院康复楼。", commits=True)
        assert len(nearest([asked], others)[0]) == 1
        assert nearest_module._LEAST == 0.25
        monkeypatch.setattr(nearest_module, "_LEAST", 2.0)
        assert nearest([asked], others)[0] == ()

    def test_so_many_are_looked_at(self) -> None:
        assert (nearest_module._MOST, nearest_module._CLOSER_LOOK) == (3, 8)


class TestSureness:
    def test_a_formula(self) -> None:
        numbers = Sureness(odds=1.0, several=2.0, offset=-1.0, sure=0.9)
        assert numbers.score(0.5) == pytest.approx(0.268941)
        assert numbers.score(0.5, several=True) == pytest.approx(0.731059)
        # Beyond one of a thousand likelihoods say nothing more.
        assert numbers.score(1e-9) == numbers.score(0.001) < numbers.score(0.002)
        assert numbers.score(1.0) == numbers.score(0.999) > numbers.score(0.998)

    def test_a_likelier_link_makes_one_claim_likelier_and_the_other_not(self) -> None:
        shares = (0.0, 0.01, 0.1, 0.3, 0.5, 0.8, 0.99)
        linked, alone = (
            [sureness(CHINESE, c).score(p) for p in shares] for c in ("linked", "alone")
        )
        assert linked == sorted(linked)
        assert alone == sorted(alone, reverse=True)

    def test_what_is_said_is_said_with_a_reason(self) -> None:
        old = policydiff.parse("一、今年工作安排\n要加快铁路行业改革。\n要新建学校三所。")
        new = policydiff.parse("一、今年工作安排\n要加快推进垄断行业改革。\n要新建学校三所。")
        for change in policydiff.compare(old, new).changes:
            claim = sureness(CHINESE, "linked" if change.old and change.new else "alone")
            assert change.sure == (change.score >= claim.sure)


def test_constants() -> None:
    assert partners._LONGEST == 24
    assert partners._LINKED == 0.5
