"""What holds for every comparison: nothing lost, mirrors, self-comparison, edits seen as edits."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import policydiff
from policydiff import Comparison
from policydiff.models import Change, Document, Kind
from tests import ready

ROOT = Path(__file__).resolve().parent.parent
CORPORA = sorted((ROOT / "corpora").glob("*/*.txt"))
SEED = next((ROOT / "seeds").glob("*.txt"))
SHARED = ROOT.parent / "shared" / "reports"
#: A sample of every level: all of them against each other would take minutes.
REAL = [
    path
    for level in ("national/*.txt", "provincial/*.txt", "county/*/*.txt")
    for path in sorted(SHARED.glob(level))[::20]
]
needs_reports = pytest.mark.skipif(not REAL, reason="the real reports are not beside the project")

MIRROR: dict[str, str] = {
    "dropped": "added",
    "added": "dropped",
    "target raised": "target lowered",
    "target lowered": "target raised",
    "target added": "target removed",
    "target removed": "target added",
    "deadline added": "deadline removed",
    "deadline removed": "deadline added",
    "content added": "content removed",
    "content removed": "content added",
    "strength strengthened": "strength weakened",
    "strength weakened": "strength strengthened",
    "split": "merged",
    "merged": "split",
}


def signature(change: Change, *, mirrored: bool = False) -> tuple[object, ...]:
    old, new = (tuple(c.start for c in side) for side in (change.old, change.new))
    if not mirrored:
        return change.outcome, old, new, frozenset(change.kinds), change.score, change.sure
    kinds = frozenset(MIRROR.get(kind, kind) for kind in change.kinds)
    outcome = MIRROR.get(change.outcome, change.outcome)
    return outcome, new, old, kinds, change.score, change.sure


def assert_sound(result: Comparison) -> None:
    """Every commitment is linked or alone, never both, never lost; no change is without one."""
    for side, alone in (("old", result.dropped), ("new", result.added)):
        document: Document = getattr(result, side)
        linked = {c.start for x in (*result.kept, *result.changed) for c in getattr(x, side)}
        single = {c.start for x in alone for c in getattr(x, side)}
        assert single <= {c.start for c in document.commitments} <= linked | single
        assert not linked & single
        for clause in document.clauses:
            assert document.source[clause.start : clause.end].strip()
    assert all(any(c.commits for c in (*x.old, *x.new)) for x in result.changes)


def assert_mirrored(forth: Comparison, back: Comparison) -> None:
    assert {signature(c) for c in forth.changes} == {
        signature(c, mirrored=True) for c in back.changes
    }


def assert_same(result: Comparison) -> None:
    assert (result.added, result.dropped, result.changed) == ((), (), ())
    kept = {(c.start, d.start) for x in result.kept for c in x.old for d in x.new}
    assert {(c.start, c.start) for c in result.old.commitments} <= kept


@pytest.mark.parametrize("path", [*CORPORA, SEED], ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_report_against_itself_is_all_kept(path: Path) -> None:
    document = ready.document(path)
    result = policydiff.compare(document, document)
    assert_same(result)
    assert result.notes == ("both reports have the same text",)


@pytest.mark.parametrize(("a", "b"), list(pairwise([*CORPORA, SEED])), ids=lambda p: p.stem)
def test_backwards_is_the_mirror_image(a: Path, b: Path) -> None:
    old, new = ready.document(a), ready.document(b)
    forth = ready.comparison(a, b)
    assert_sound(forth)
    assert_mirrored(forth, policydiff.compare(new, old))


@needs_reports
def test_real_reports_against_themselves_and_backwards() -> None:
    documents = [ready.document(p) for p in REAL]
    for document in documents:
        assert_same(policydiff.compare(document, document))
    for old, new in pairwise(documents):
        forth = policydiff.compare(old, new)
        assert_sound(forth)
        assert_mirrored(forth, policydiff.compare(new, old))


# --- edits of a report are seen as what they are --------------------------------------------------

PLAN = """一、2024年工作回顾
过去一年，全县工业经济稳中向好。
二、2025年工作安排
（一）稳住工业运行
规上工业增加值增长7%以上，工业投资增长10%左右。
建成标准厂房12万平方米，年底前全部投用。
（二）培育企业主体
新增专精特新企业15家，推动8家企业登陆区域性股权市场。
探索建立企业信用修复制度。
支持链主企业牵头组建创新联合体，攻关竹基复合材料关键技术。
（三）优化营商环境
推行惠企政策免申即享，兑现周期压缩到10个工作日以内。
确保拖欠中小企业账款动态清零。
"""


TWICE = """一、今年工作安排
（一）建设东部新区
新建污水处理站{}座。
（二）建设西部新区
新建污水处理站{}座。
"""


@pytest.mark.parametrize(
    ("before", "after", "pairs"),
    [
        # What has another number goes with its own section, though a copy stands elsewhere.
        ((4, 4), (3, 4), {(4, 3): "changed", (4, 4): "kept"}),
        ((4, 4), (4, 6), {(4, 4): "kept", (4, 6): "changed"}),
        ((3, 4), (4, 4), {(3, 4): "changed", (4, 4): "kept"}),
        ((5, 8), (6, 7), {(5, 6): "changed", (8, 7): "changed"}),
        # Copies that nothing tells apart stay in their order.
        ((4, 4), (4, 4), {(4, 4): "kept"}),
        ((5, 8), (5, 8), {(5, 5): "kept", (8, 8): "kept"}),
        # What changed places is the same all the same.
        ((5, 8), (8, 5), {(5, 5): "kept", (8, 8): "kept"}),
    ],
)
def test_the_same_words_in_two_sections(
    before: tuple[int, int], after: tuple[int, int], pairs: dict[tuple[int, int], str]
) -> None:
    result = policydiff.compare(*(policydiff.parse(TWICE.format(*n)) for n in (before, after)))
    seen = {
        (int(old.targets[0].value or 0), int(new.targets[0].value or 0)): change.outcome
        for change in result.changes
        for old in change.old
        for new in change.new
    }
    assert seen == pairs
    assert not result.dropped
    assert not result.added


def test_what_is_said_once_more_goes_with_its_copy() -> None:
    once = "一、今年工作安排\n（一）修路\n新建农村公路5公里。\n（二）治水\n清淤河道9公里。\n"
    result = policydiff.compare(
        policydiff.parse(once), policydiff.parse(once + "新建农村公路5公里。")
    )
    assert [change.outcome for change in result.changes] == ["kept", "kept"]


def changed_by(before: str, after: str) -> Change:
    """The one change that replacing ``before`` by ``after`` in the plan makes."""
    assert PLAN.count(before) == 1
    result = policydiff.compare(
        policydiff.parse(PLAN), policydiff.parse(PLAN.replace(before, after))
    )
    (change,) = (c for c in result.changes if c.outcome != "kept")
    return change


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("增长7%以上", "增长8%以上", {"target raised"}),
        ("增长7%以上", "增长6%以上", {"target lowered"}),
        ("增长7%以上", "增长7%左右", {"bound changed"}),
        ("增长7%以上", "增长6%-7%", {"range changed", "target lowered"}),
        ("标准厂房12万平方米", "标准厂房20万平方米", {"target raised"}),
        ("年底前全部投用", "6月底前全部投用", {"deadline moved"}),
        ("探索建立企业信用", "建立企业信用", {"strength strengthened"}),
        ("确保拖欠", "力争拖欠", {"strength weakened"}),
        ("新增专精特新企业15家", "新增专精特新企业三十家", {"target raised"}),
        ("压缩到10个工作日以内", "压缩到5个工作日以内", {"target lowered"}),
    ],
)
def test_an_edit_is_named_for_what_it_is(before: str, after: str, kinds: set[Kind]) -> None:
    change = changed_by(before, after)
    assert change.outcome == "changed"
    assert set(change.kinds) - {"reworded"} == kinds
    assert any("→" in detail for detail in change.details)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("增长7%以上", "增长x%以上"),
        ("标准厂房12万平方米", "标准厂房xx万平方米"),
        ("专精特新企业15家", "专精特新企业××家"),
        ("8家企业登陆", "**家企业登陆"),
    ],
)
def test_a_masked_number_is_unknown_not_changed(before: str, after: str) -> None:
    result = policydiff.compare(
        policydiff.parse(PLAN), policydiff.parse(PLAN.replace(before, after))
    )
    assert (result.changed, result.dropped, result.added) == ((), (), ())


def test_a_clause_taken_out_is_dropped_and_one_put_in_is_added() -> None:
    line = "推行惠企政策免申即享，兑现周期压缩到10个工作日以内。\n"
    shorter = policydiff.parse(PLAN.replace(line, ""))
    result = policydiff.compare(policydiff.parse(PLAN), shorter)
    assert [c.old[0].text for c in result.dropped] == [line.strip()]
    assert (result.added, result.changed) == ((), ())
    assert [c.new[0].text for c in policydiff.compare(shorter, policydiff.parse(PLAN)).added] == [
        line.strip()
    ]


def test_a_clause_in_another_section_has_moved() -> None:
    line = "建成标准厂房12万平方米，年底前全部投用。\n"
    after = PLAN.replace(line, "") + line
    result = policydiff.compare(policydiff.parse(PLAN), policydiff.parse(after))
    assert (result.dropped, result.added, result.changed) == ((), (), ())
    assert ["moved" in c.kinds for c in result.kept if "标准厂房" in c.new[0].text] == [True]


def test_other_script_and_other_widths_change_nothing() -> None:
    after = PLAN.replace("，", ",").replace("规上工业增加值增长7%", "規上工業增加值增長７％")
    result = policydiff.compare(policydiff.parse(PLAN), policydiff.parse(after))
    assert (result.dropped, result.added, result.changed) == ((), (), ())


@given(st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_shuffled_paragraphs_are_all_found_again(dice: random.Random) -> None:
    """Reports reorder: alignment does not depend on order."""
    head, _, plan = PLAN.partition("（一）")
    lines = [line for line in plan.splitlines() if line and "）" not in line[:4]]
    dice.shuffle(lines)
    after = policydiff.parse(head + "（一）各项工作\n" + "\n".join(lines))
    result = policydiff.compare(policydiff.parse(PLAN), after)
    assert (result.dropped, result.added, result.changed) == ((), (), ())


@given(
    st.lists(st.sampled_from(PLAN.splitlines()), max_size=12),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40),
)
@settings(max_examples=40, deadline=None)
def test_any_mixture_of_lines_compares_soundly(lines: list[str], rubbish: str) -> None:
    after = policydiff.parse("二、2025年工作安排\n新增就业200人。\n" + "\n".join(lines) + rubbish)
    assume(after.commitments)
    result = policydiff.compare(policydiff.parse(PLAN), after)
    assert_sound(result)
    assert_mirrored(result, policydiff.compare(after, policydiff.parse(PLAN)))


OUTLOOK = """云岭县2031年政府工作报告
一、2030年工作回顾
完成技改投资3亿元，改造老旧小区12个。新增规上企业9家。
二、今后五年的奋斗目标
今后五年，要建成云岭高铁新城和白岭水库，新建学校9所。
要打通北环路，让群众出行更方便。
三、2031年工作安排
新建停车场3座。改造供水管网20公里。
"""


def test_what_is_planned_for_a_term_is_told_apart() -> None:
    """A plan for five years is made once: that the next report is silent is no surprise."""
    before = policydiff.parse(OUTLOOK)
    after = policydiff.parse(
        "云岭县2032年政府工作报告\n一、2031年工作回顾\n新建停车场3座。\n"
        "二、2032年工作安排\n改造供水管网30公里。"
    )
    assert [c.outlook for c in before.commitments] == [True, True, False, False]
    result = policydiff.compare(before, after)
    assert [c.old[0].outlook for c in result.dropped] == [True, True, False]
    assert result.notes == (
        "of what is dropped, 2 stand in an outlook for several years, and may run on",
    )
    entry = next(c for c in result.to_dict(all=True)["dropped"] if "高铁" in c["old"][0]["text"])
    assert entry["old"][0]["outlook"] is True
    backwards = policydiff.compare(after, before)
    assert "of what is added, 2 stand in an outlook for several years" in backwards.notes
