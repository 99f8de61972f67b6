"""What became of linked clauses; a case beside each threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policydiff
from policydiff.align.align import Link
from policydiff.align.bounds import Bounds
from policydiff.analysis.clause import AnalysedClause, analyse
from policydiff.changes import content, counts, groups, indicators, items, stages, targets
from policydiff.changes.content import content_missing
from policydiff.changes.deeds import A_STEP
from policydiff.changes.figures import kinds_between, measure_of
from policydiff.changes.items import items_of, same_objects
from policydiff.changes.reports import Report
from policydiff.changes.stages import stage_of
from policydiff.changes.statements import matches, statements_of
from policydiff.changes.strength import strength_changes
from policydiff.changes.verdicts import LinkedClause
from policydiff.language.zh import CHINESE
from policydiff.models import Change, Clause, Kind, Target, TargetChange


def plan(year: int, lines: str | Sequence[str]) -> policydiff.Document:
    text = lines if isinstance(lines, str) else "\n".join(lines)
    return policydiff.parse(f"一、{year}年工作安排\n{text}", name=f"{year}.txt")


def changes(old: str | Sequence[str], new: str | Sequence[str]) -> tuple[Change, ...]:
    """The changes between two plans of these lines."""
    return policydiff.compare(plan(2030, old), plan(2031, new)).changes


def kinds(old: str | Sequence[str], new: str | Sequence[str]) -> set[str]:
    return {kind for change in changes(old, new) for kind in change.kinds} - {"reworded", "moved"}


def target_changes(old: str, new: str) -> list[TargetChange]:
    return [target for change in changes(old, new) for target in change.targets]


def clause(text: str, section: tuple[str, ...] = ()) -> AnalysedClause:
    return analyse(Clause(text, 0, len(text), 1, section, "plan"), CHINESE)


def planned(text: str) -> AnalysedClause:
    """The one clause of a plan, with its targets."""
    (commitment,) = plan(2030, text).commitments
    return analyse(commitment, CHINESE)


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("规上工业增加值增长6%。", "规上工业增加值增长6.5%。", "+0.5个百分点"),
        ("新建公共充电桩600个。", "新建公共充电桩480个。", "-120个"),
        ("完成工业技改投资9000万元。", "完成工业技改投资1.2亿元。", "+0.3亿元"),
        ("新增城镇就业8000人。", "新增城镇就业1万人。", "+0.2万人"),
        ("完成工业投资1.2345678亿元。", "完成工业投资2亿元。", "+0.765432亿元"),
        ("固定资产投资增长5%-6%。", "固定资产投资增长6%-7%。", None),
        ("税收收入完成3亿元。", "税收收入增长6%。", None),
    ],
)
def test_a_changed_number_tells_by_how_much(old: str, new: str, difference: str | None) -> None:
    (target,) = target_changes(old, new)
    assert target.old is not None
    assert target.new is not None
    assert target.difference == difference


def test_an_unchanged_number_is_not_listed() -> None:
    (target,) = target_changes("新建公厕20座，绿化道路8公里。", "新建公厕25座，绿化道路8公里。")
    assert target.kinds == ("target raised",)
    assert target.difference == "+5座"


def test_a_target_change_concerns_a_target() -> None:
    with pytest.raises(ValueError, match="concerns a target"):
        TargetChange(None, None, ())
    target = plan(2030, "新建公厕20座。").commitments[0].targets[0]
    with pytest.raises(ValueError, match="unknown kind"):
        TargetChange(target, None, ("target doubled",))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "want"),
    [
        # A number on one side only is said, wherever in the sentence it stands.
        ("新建公厕20座，绿化道路8公里。", "新建公厕20座。", {"target removed"}),
        ("新建公厕20座。", "新建公厕20座，绿化道路8公里。", {"target added"}),
        # Bounds, whatever verbs and names hold bound words.
        ("民生支出占比不低于80%。", "民生支出占比不超过80%。", {"bound changed"}),
        ("工业总产值达到220亿元以上。", "工业总产值达到220亿元左右。", {"bound changed"}),
        ("水质达标率90%以上。", "水质达标率90%左右。", {"bound changed"}),
        ("登记失业率不超过5%。", "登记失业率达到5%。", {"bound changed"}),
        ("工业总产值突破200亿元。", "工业总产值达到200亿元。", set()),
        ("森林覆盖率62%以上。", "森林覆盖率不低于62%。", set()),
        # Measures and directions.
        ("税收收入完成3亿元。", "税收收入增长6%。", {"measure changed"}),
        ("高新技术企业达到45家。", "新增高新技术企业8家。", {"measure changed"}),
        ("治污投入增长5%。", "治污投入下降5%。", {"direction changed"}),
        ("重点排污企业减少20家。", "重点排污企业减少到20家。", {"measure changed"}),
        # 100% in words.
        ("垃圾分类覆盖率达到100%。", "垃圾分类全覆盖。", set()),
        ("垃圾分类覆盖率达到90%。", "垃圾分类全覆盖。", {"target removed"}),
    ],
)
def test_what_became_of_a_number(old: str, new: str, want: set[str]) -> None:
    assert kinds(old, new) == want


def test_a_number_goes_with_its_project() -> None:
    """投资33亿元的甲项目 and 投资11.9亿元的乙项目 are no lowered target."""
    assert "target lowered" not in kinds(
        "抓好总投资33亿元的抽水蓄能电站项目，加快征迁。",
        "抓好总投资11.9亿元的竹产业园项目，加快抽水蓄能电站建设。",
    )
    assert "target lowered" in kinds(
        "抓好总投资33亿元的抽水蓄能电站项目，加快征迁。",
        "抓好总投资11.9亿元的抽水蓄能电站项目，加快征迁。",
    )


def test_the_same_object_goes_before_the_nearest_number() -> None:
    (target, added) = target_changes(
        "争取专项债券2亿元，支持水利建设。",
        "争取一般债券5000万元，争取专项债券2.6亿元，支持水利建设。",
    )
    assert target.kinds == ("target raised",)
    assert target.difference == "+0.6亿元"
    assert added.kinds == ("target added",)


def test_a_target_said_twice_is_said_once() -> None:
    result = changes(
        ["经济增长8%。", "加快工业转型升级，确保经济增长8%。"],
        ["经济增长7.5%。", "加快工业转型升级。"],
    )
    assert [c.outcome for c in result] == ["changed", "kept"]


def test_a_number_that_moved_to_another_sentence_is_not_removed() -> None:
    result = changes(
        ["新建公厕20座，绿化道路8公里。", "建设口袋公园。"],
        ["新建公厕20座。", "建设口袋公园，绿化道路8公里。"],
    )
    assert {change.outcome for change in result} == {"kept"}
    target = planned("新建公厕20座，绿化道路8公里。").targets[1]
    there = [planned(text) for text in ("绿化道路9公里。", "建设公园，绿化道路8公里。")]
    assert Report(there).amounts.holder(target, Bounds()) is there[1]
    assert Report(there[:1]).amounts.holder(target, Bounds()) is None


def two_targets(old: str, new: str) -> tuple[Target, Target]:
    return planned(old).targets[0], planned(new).targets[0]


@pytest.mark.parametrize(
    ("old", "new", "measure"),
    [
        ("城镇居民收入增长6%。", "农村居民收入增长7%。", True),  # likeness 67
        ("规上工业增加值增长6%。", "服务业增加值增长7%。", False),  # 53
    ],
)
def test_names_of_indicators_in_linked_clauses(old: str, new: str, measure: bool) -> None:
    s, t = two_targets(old, new)
    assert (targets._likeness(s, t, False, 0, CHINESE) is not None) == measure


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("城区污水管网改造60公里。", "污水管网改造70公里。", True),  # likeness 86
        # Two main indicators, the one part of the other; also 86.
        ("固定资产投资增长6%。", "工业固定资产投资增长7%。", False),
        ("污水管网改造60公里。", "供水管网改造70公里。", False),  # 83
    ],
)
def test_names_of_indicators_anywhere(old: str, new: str, same: bool) -> None:
    s, t = two_targets(old, new)
    assert indicators.measures_same(s, t, CHINESE) == same


@pytest.mark.parametrize(
    ("likeness", "together", "bonus", "equal", "one"),
    [
        (21, True, 0, False, True),
        (19, True, 0, False, False),
        (16, False, 0, True, True),
        (14, False, 0, True, False),
        (41, False, targets._PARALLEL, False, True),
        (39, False, targets._PARALLEL, False, False),
    ],
)
def test_what_adds_to_the_likeness_of_names(
    monkeypatch: pytest.MonkeyPatch,
    likeness: float,
    together: bool,
    bonus: int,
    equal: bool,
    one: bool,
) -> None:
    monkeypatch.setattr(targets, "name_likeness", lambda *_: likeness)
    s, t = two_targets("新建公厕20座。", "新建公厕20座。" if equal else "新建公厕30座。")
    assert (targets._likeness(s, t, together, bonus, CHINESE) is not None) == one


def test_targets_in_the_same_place_need_less() -> None:
    assert targets._PARALLEL == 15
    s, t = two_targets("税收完成20亿元。", "税收增长6%。")
    # Other units: like goes with like first.
    assert targets._likeness(s, t, True, 0, CHINESE) == 100 - 50


@pytest.mark.parametrize(("had", "same"), [(0.45, True), (0.35, False)])
def test_whose_number_it_is(monkeypatch: pytest.MonkeyPatch, had: float, same: bool) -> None:
    monkeypatch.setattr(targets, "share", lambda *_: had)
    old, new = planned("抓好总投资33亿元的电站项目。"), planned("抓好总投资9亿元的园区项目。")
    assert targets._same_owner(old.targets[0], new.targets[0], old, new) == same


def test_what_is_counted_is_shown() -> None:
    (change,) = changes("建设农业产业园。", "建成1个省级现代农业产业园。")
    assert "— → 建成1个省级现代农业产业园" in change.details
    long = "建成1个集种植养殖加工物流研发培训旅游于一体的省级农业产业园。"
    old = planned(long)
    (shown,) = targets.details([TargetChange(old.targets[0], None, ())], old, old)
    assert shown == "建成1个 → —"
    shorter = planned("建成1个集种植加工物流于一体的省级现代农业产业园区。")
    (shown,) = targets.details([TargetChange(shorter.targets[0], None, ())], shorter, shorter)
    assert shown == "建成1个集种植加工物流于一体的省级现代农业产业园区 → —"


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("经济增长6%。", "growth"),
        ("能耗下降3%。", "cut"),
        ("补助标准再提高30元。", "increment"),
        ("补助标准提高到450元。", "level"),
        ("高新技术企业达到45家。", "level"),
        ("新增高新技术企业8家。", "increment"),
        ("覆盖率提高2个百分点。", "growth"),
        ("新建公厕20座。", None),
    ],
)
def test_what_a_number_measures(text: str, measure: str | None) -> None:
    assert measure_of(planned(text).targets[0], CHINESE) == measure


def test_a_masked_number_differs_from_nothing() -> None:
    s, t = two_targets("新建公厕xx座。", "新建公厕20座。")
    assert list(kinds_between(s, t, CHINESE)) == []


# --- statements, places ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("建成竹海大道北段，年底前绿化亮化。", 1),  # four characters beside the date
        ("建成竹海大道北段，年底前绿化亮化桥。", 2),  # five
        ("到2035年，建成竹海大道北段。", 1),
    ],
)
def test_what_names_nothing_belongs_to_its_neighbour(text: str, count: int) -> None:
    assert len(statements_of(clause(text))) == count


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("推进栖河综合治理工程", "完成栖河城区段清淤", True),  # cosine 0.33
        ("推进城乡供水一体化改造", "改造老旧供水管网", False),  # 0.26
    ],
)
def test_statements_that_speak_of_the_same_thing(old: str, new: str, match: bool) -> None:
    other = "发展油茶精深加工"
    a, b = (statements_of(clause(f"{text}，{other}。")) for text in (old, new))
    pairs = {(s.text, t.text) for s, t, _ in matches(a, b)}
    assert ((old, new) in pairs) == match


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ("（七）扩大有效投资", "（八）抓好项目投资", False),  # likeness 50
        ("（七）提升城市品质", "（八）打造宜居城市", True),  # 40
    ],
)
def test_like_headings_are_one_place(old: str, new: str, moved: bool) -> None:
    here, there = clause("建设口袋公园。", ("计划", old)), clause("建设口袋公园。", ("计划", new))
    links = [Link(0, 0, 1.0, None)]
    assert bool(groups.moved([here], [there], links)) == moved


def test_two_links_make_two_sections_one_place() -> None:
    old = [clause(text, ("计划", "（七）提升城市品质")) for text in ("建设公园。", "改造管网。")]
    new = [clause(text, ("计划", "（八）打造宜居城市")) for text in ("建设公园。", "改造管网。")]
    one, two = Link(0, 0, 1.0, None), Link(1, 1, 1.0, None)
    assert groups.moved(old, new, [one]) == {(0, 0)}
    assert groups.moved(old, new, [one, two]) == set()


def test_two_headings_make_a_section() -> None:
    old = clause("建设公园。", ("计划", "（七）提升城市品质", "1.打造宜居城市"))
    new = clause("建设公园。", ("计划", "（七）提升城市品质", "2.做强工业经济"))
    assert groups.moved([old], [new], [Link(0, 0, 1.0, None)]) == set()


# --- strength, stage, direction, body -------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("建设县级中医馆", "力争推进乡镇卫生院中医馆建设", True),  # cosine 0.45
        ("发展油茶精深加工", "力争建设油茶加工园区", False),  # 0.40, short of it
    ],
)
def test_strength_is_that_of_the_partner(old: str, new: str, change: bool) -> None:
    a, b = (statements_of(clause(f"{text}。")) for text in (old, new))
    assert bool(strength_changes(matches(a, b))) == change


def test_strength_of_a_statement_that_sets_the_same_number() -> None:
    assert kinds("全年储备重点项目不少于80个。", "力争项目库储备不少于80个。") == {
        "strength weakened"
    }


@pytest.mark.parametrize(
    ("old", "new", "want"),
    [
        (
            "谋划环城路东段建设。",
            "启动环城路东段建设。",
            {"phase changed", "strength strengthened"},
        ),
        (
            "启动环城路东段建设。",
            "确保环城路东段建成通车。",
            {"phase changed", "strength strengthened"},
        ),
        ("加快变电站前期工作。", "启动变电站建设。", {"phase changed"}),
        ("制定工业园区发展规划。", "实施工业园区发展规划。", {"phase changed"}),
        ("推进环城路东段建设。", "加快环城路东段建设。", set()),
        ("实施技改行动。", "启动实施技改行动。", set()),
        ("完成档案馆新馆建设。", "启动档案馆新馆建设。", {"phase changed"}),
        ("推进净水厂扩建，确保按期投运。", "推进净水厂扩建，确保按期投用。", set()),
        ("推进净水厂扩建工程。", "确保净水厂扩建工程完工。", {"phase changed"}),
        ("出台一河一策治理方案。", "实施“一河一策”整治。", {"phase changed"}),
        ("放宽企业用地审批，优化服务。", "收紧企业用地审批，优化服务。", {"direction changed"}),
        ("逐步取消货车限行。", "逐步实行货车限行。", {"direction changed"}),
        ("提高养老服务质量。", "降低企业用电成本。", set()),
        ("由县住建局牵头，改造危桥9座。", "由县交通局牵头，改造危桥9座。", {"body changed"}),
        ("由县住建局牵头，改造危桥9座。", "由县住建局牵头，改造危旧桥梁9座。", set()),
    ],
)
def test_stages_directions_and_bodies(old: str, new: str, want: set[str]) -> None:
    found = kinds(old, new)
    assert found & {"phase changed", "direction changed", "body changed"} == want & {
        "phase changed",
        "direction changed",
        "body changed",
    }
    if want:
        assert want <= found


def test_goals_of_a_year_and_of_a_term_are_not_set_against_each_other() -> None:
    assert kinds("生产总值年均增长12%以上。", "生产总值增长9%。") == {
        "target added",
        "target removed",
    }
    assert kinds("生产总值年均增长12%以上。", "生产总值年均增长9%以上。") == {"target lowered"}


def test_a_number_that_is_said_alone_is_named() -> None:
    (change,) = changes(
        "城乡居民人均可支配收入增长10%。", "城乡居民人均可支配收入分别增长9.5%和11%。"
    )
    assert "— → 农村居民人均可支配收入11%" in change.details


def test_numbers_of_joint_names_are_told_apart() -> None:
    (change,) = changes(
        "城镇居民收入和农民收入可比增长13%和12%。", "城镇居民收入和农民收入可比增长11%和12.5%。"
    )
    assert change.details == (
        "城镇居民收入13% → 城镇居民收入11%",
        "农民收入12% → 农民收入12.5%",
    )
    (change,) = changes("财政收入和税收增长8%。", "财政收入和税收增长7%。")
    assert change.details == ("财政收入和税收增长8% → 财政收入和税收增长7%",)


def test_words_of_two_numbers_are_told_once() -> None:
    (change,) = changes("对9个村21公里道路进行改造。", "对7个村15公里道路进行改造。")
    assert change.details == ("对9个村21公里道路进行改造 → 对7个村15公里道路进行改造",)
    assert len(change.targets) == 2


def test_what_joins_a_number_is_not_told() -> None:
    (change,) = changes("推进25个重点项目建设。", "推进总投资9亿元的30个重点项目建设。")
    assert not any("→ 的" in detail or detail.startswith("的") for detail in change.details)


def test_stages_that_are_told_apart() -> None:
    assert A_STEP == 2
    ranks = [stage_of(text, CHINESE) for text in ("实施技改", "推进技改", "启动技改", "技改")]
    assert ranks == [5, 6, 4, None]


def test_opposites_turn_only_what_is_else_the_same() -> None:
    assert "direction changed" in kinds("扩大油茶种植补贴范围。", "压缩油茶种植补贴范围。")
    assert "direction changed" not in kinds("扩大油茶种植补贴范围。", "压缩油茶加工用电成本。")
    assert stages._ELSE_THE_SAME == 75


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("加快农村供水管网建设", "完成农村供水管网改造提升工程", True),  # 0.80 and 0.70
        ("加快农村供水管网建设", "完善城乡供水管网", False),  # 0.60 and 0.55
    ],
)
def test_members_that_name_the_same_object(old: str, new: str, same: bool) -> None:
    a, b = (
        [item for part in whole.parts for item in items_of(whole, part)]
        for whole in (clause(old), clause(new))
    )
    assert bool(same_objects(a, b)) == same


@pytest.mark.parametrize(("is_had", "same"), [(0.42, True), (0.38, False)])
def test_how_much_of_the_longer_member_is_had(
    monkeypatch: pytest.MonkeyPatch, is_had: float, same: bool
) -> None:
    monkeypatch.setattr(items, "_shares", lambda *_: (1.0, is_had))
    whole = clause("建设竹海大道")
    (item,) = items_of(whole, whole.parts[0])
    assert bool(same_objects([item], [item])) == same


# --- counts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("三条产业链各由一名县领导任链长。", "四条产业链各由一名县领导任链长。", True),
        ("对产值前50名企业实行一企一档。", "对产值前80名企业实行一企一档。", True),
        ("推行企业开办一日办结。", "推行企业开办半日办结。", True),
        ("对产值前xx名企业实行一企一档。", "对产值前80名企业实行一企一档。", False),
        ("安排债券2亿元，比去年增加3000万元。", "安排债券2亿元，比去年增加5000万元。", False),
    ],
)
def test_counts_that_are_no_targets(old: str, new: str, said: bool) -> None:
    assert ({"content added", "content removed"} <= kinds(old, new)) == said


@pytest.mark.parametrize(("alike", "said"), [(86, True), (84, False)])
def test_only_the_count_differs(monkeypatch: pytest.MonkeyPatch, alike: float, said: bool) -> None:
    monkeypatch.setattr(counts, "likeness", lambda *_: alike)
    a, b = (statements_of(clause(f"{n}条产业链各有链长")) for n in "三四")
    assert bool(counts.other_counts([(a[0], b[0], 1.0)])) == said


# --- content --------------------------------------------------------------------------------------


def spans(change: Change) -> tuple[list[str], list[str]]:
    return [s.text for s in change.taken_out], [s.text for s in change.put_in]


@pytest.mark.parametrize(
    ("old", "new", "out", "came"),
    [
        # whole measures
        (
            "建设竹产业交易中心，降低企业用电成本。",
            "建设竹产业交易中心，培育竹制品品牌。",
            ["降低企业用电成本"],
            ["培育竹制品品牌"],
        ),
        # members of a list
        ("建设图书馆、文化馆、美术馆、体育馆。", "建设图书馆、文化馆、体育馆。", ["美术馆"], []),
        # names and quotations
        ("在青溪镇建设冷链物流中心。", "在白石镇建设冷链物流中心。", ["青溪镇"], ["白石镇"]),
        (
            "实施“青云”育才计划，培养技术工人。",
            "实施“蓝海”育才计划，培养技术工人。",
            ["“青云”育才计划"],
            ["“蓝海”育才计划"],
        ),
        (
            "实施“百企百亿”培育行动，扶持链主企业。",
            "实施“千企千亿”培育行动，扶持链主企业。",
            ["实施“百企百亿”培育行动"],
            ["实施“千企千亿”培育行动"],
        ),
        # what is done to a building
        ("新建城东小学。", "扩建城东小学。", ["新建城东小学"], ["扩建城东小学"]),
        # another object in like words
        (
            "新建县人民医院门诊大楼。",
            "新建县人民法院审判大楼。",
            ["新建县人民医院门诊大楼"],
            ["新建县人民法院审判大楼"],
        ),
    ],
)
def test_content_is_said_in_words(old: str, new: str, out: list[str], came: list[str]) -> None:
    (change,) = changes(old, new)
    assert change.outcome == "changed"
    assert spans(change) == (out, came)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # purposes, settings and effort
        ("加快竹产业交易中心建设。", "加快竹产业交易中心建设，让群众得到更多实惠。"),
        ("加快竹产业交易中心建设。", "围绕高质量发展要求，加快竹产业交易中心建设。"),
        ("加快竹产业交易中心建设。", "大力推进竹产业交易中心建设，促进产业融合发展。"),
        ("按照县委部署，建设竹产业交易中心。", "建设竹产业交易中心，着力解决企业交易难问题。"),
        # synonyms and order
        ("推进规上工业企业技改。", "推进规模以上工业企业技术改造。"),
        ("政策讲解、手续代办、问题转办一人管到底。", "讲政策、办手续、转问题一人管到底。"),
        ("遏制高耗能、高排放、低水平项目上马。", "遏制“两高一低”项目上马。"),
        ("检查做到一家不漏。", "做到检查全覆盖。"),
        # only when
        ("建设竹产业交易中心，年底前上线运行。", "年底前建设竹产业交易中心。"),
    ],
)
def test_wording_is_no_content(old: str, new: str) -> None:
    for there, here in ((old, new), (new, old)):
        for change in changes(there, here):
            assert spans(change) == ([], [])


def test_content_in_another_clause_is_not_taken_out() -> None:
    (first, second) = changes(
        ["建设竹产业交易中心，降低企业用电成本。", "培育竹制品品牌。"],
        ["建设竹产业交易中心。", "培育竹制品品牌，降低企业用电成本。"],
    )
    assert (first.outcome, second.outcome) == ("kept", "kept")
    assert [(m.span.text, m.clause.text) for m in first.moved_out] == [
        ("降低企业用电成本", "培育竹制品品牌，降低企业用电成本。")
    ]


def test_a_sentence_divided_anew_stays_kept() -> None:
    old = "建设竹产业交易中心，降低企业用电成本，培育竹制品品牌。"
    new = ["建设竹产业交易中心。", "降低企业用电成本。", "培育竹制品品牌。"]
    assert {change.outcome for change in changes(old, new)} == {"kept"}


def test_what_the_review_tells_is_promised_no_longer() -> None:
    old = policydiff.parse("一、2030年工作安排\n建设竹产业交易中心，降低企业用电成本。", "2030.txt")
    new = policydiff.parse(
        "一、2030年工作回顾\n降低企业用电成本。\n二、2031年工作安排\n建设竹产业交易中心。",
        "2031.txt",
    )
    (change,) = policydiff.compare(old, new).changes
    assert spans(change) == (["降低企业用电成本"], [])


def test_spans_point_into_the_source() -> None:
    old = plan(2030, "建设竹产业交易中心，进一步降低企业用电成本。")
    new = plan(2031, "建设竹产业交易中心，培育竹制品品牌。")
    (change,) = policydiff.compare(old, new).changes
    for words, source in ((change.taken_out[0], old.source), (change.put_in[0], new.source)):
        assert source[words.start : words.end] == words.text


def test_spans_point_into_the_source_behind_a_repair() -> None:
    old = plan(2030, "建设竹产业交易中心，降低企业[12]用电成本。\n培育竹制品品牌，扩大销售渠道。")
    new = plan(2031, "建设竹产业交易中心。\n培育竹制品品牌，扩大销售渠道。")
    change = policydiff.compare(old, new).changes[0]
    (words,) = change.taken_out
    assert words.text == "降低企业用电成本"
    assert old.source[words.start : words.end] == "降低企业[12]用电成本"


def test_conditions_count_where_the_rest_goes_on() -> None:
    (change,) = changes("为适龄女生免费接种疫苗2万人。", "为适龄女生接种疫苗2万人。")
    assert spans(change) == (["免费"], [])
    assert content._GOES_ON == 0.5
    assert gone("一律按规定压减一般性支出。", "建设竹产业交易中心。") == [
        "一律按规定压减一般性支出"
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("划定生态空间保护红线。", "抓紧划定并严守生态保护红线。"),
        ("采取综合措施，降低企业用电成本。", "通过深化改革，降低企业用电成本。"),
        ("建设竹产业交易中心，缓解交通拥堵现状。", "建设竹产业交易中心。"),
    ],
)
def test_more_wording_that_is_no_content(old: str, new: str) -> None:
    for there, here in ((old, new), (new, old)):
        for change in changes(there, here):
            assert spans(change) == ([], [])


def missing(
    monkeypatch: pytest.MonkeyPatch, partner_has: float, report_has: float, pairs: float = 1.0
) -> content.Content:
    """What is missing of a clause when shares are as given."""
    old, new = clause("降低企业用电成本。"), clause("建设竹产业交易中心。")
    elsewhere = clause("培育竹制品品牌。")

    def share(grams: Mapping[str, int], others: Mapping[str, int] | frozenset[str]) -> float:
        return partner_has if isinstance(others, frozenset) else pairs

    monkeypatch.setattr(content, "share", share)
    monkeypatch.setattr(Report, "likest", lambda *_: (elsewhere, report_has))
    return content_missing(old, LinkedClause(old).listed, [new], Report([new, elsewhere]))


@given(
    st.lists(st.sets(st.sampled_from("甲乙丙丁戊己"), min_size=1), min_size=1, max_size=6),
    st.dictionaries(st.sampled_from("甲乙丙丁戊己庚"), st.integers(1, 9), min_size=1),
    st.sampled_from([0.0, 0.3, 0.6, 1.0]),
)
def test_the_clause_that_holds_most_is_found_though_few_are_looked_at(
    clauses: list[set[str]], grams: dict[str, int], least: float
) -> None:
    held = [
        SimpleNamespace(part="plan", grams_of_parts=[tuple(sorted(grams_of))])
        for grams_of in clauses
    ]
    report: Any = Report(cast(Any, held))
    shares = [sum(w for g, w in grams.items() if g in c) / sum(grams.values()) for c in clauses]
    where, share = report.likest(grams, least)
    if max(shares) > 0 and max(shares) >= least:
        assert (where, share) == (held[shares.index(max(shares))], max(shares))
    else:
        assert (where, share) == (None, 0.0)


@pytest.mark.parametrize(("had", "gone"), [(0.28, True), (0.32, False)])
def test_how_little_partners_have_of_what_is_gone(
    monkeypatch: pytest.MonkeyPatch, had: float, gone: bool
) -> None:
    assert bool(missing(monkeypatch, had, 0.0).gone) == gone


@pytest.mark.parametrize(("had", "gone"), [(0.58, True), (0.62, False)])
def test_how_much_another_clause_has_of_what_stands_there(
    monkeypatch: pytest.MonkeyPatch, had: float, gone: bool
) -> None:
    assert bool(missing(monkeypatch, 0.0, had).gone) == gone


@pytest.mark.parametrize(("pairs", "told"), [(0.77, True), (0.73, False)])
def test_when_a_clause_says_it(monkeypatch: pytest.MonkeyPatch, pairs: float, told: bool) -> None:
    assert bool(missing(monkeypatch, 0.0, 1.0, pairs).moved) == told


def gone(old: str, new: str) -> list[str]:
    one, other = clause(old), clause(new)
    found = content_missing(one, LinkedClause(one).listed, [other], Report([other])).gone
    return [one.text[slice(*span)] for span in found]


@pytest.mark.parametrize(("had", "want"), [(0.68, ["政策讲解"]), (0.72, [])])
def test_a_short_member_may_be_said_in_another_order(
    monkeypatch: pytest.MonkeyPatch, had: float, want: list[str]
) -> None:
    def share(grams: Mapping[str, int], others: Mapping[str, int] | frozenset[str]) -> float:
        return had if all(len(gram) == 1 for gram in grams) else 0.0

    monkeypatch.setattr(content, "share", share)
    monkeypatch.setattr(Report, "likest", lambda *_: (None, 0.0))
    assert gone("政策讲解。", "组织干部讲政策。") == want
    # Of which the other has too few characters, it is another member.
    assert gone("政策讲解。", "建设竹产业交易中心。") == ["政策讲解"]


def test_longer_members_are_in_their_own_order() -> None:
    assert content._SHORT == 6
    assert content._WORDS == 4
    assert content._NO_OBJECT == 4


@pytest.mark.parametrize(("weight", "want"), [(240, []), (260, ["降低企业用电成本"])])
def test_what_is_too_light_names_no_object(
    monkeypatch: pytest.MonkeyPatch, weight: float, want: list[str]
) -> None:
    def weights(item: items.Item) -> dict[str, float]:
        grams = items.grams_of_text(item.folded, item.clause.language)
        return dict.fromkeys(grams, weight / len(grams))

    monkeypatch.setattr(items.Item, "grams", property(weights))
    assert gone("降低企业用电成本。", "建设竹产业交易中心。") == want


def test_a_member_of_one_character_is_none() -> None:
    whole = clause("建设图书馆、咸和航天基地、文化馆和体育馆。")
    folded = [item.folded for item in items_of(whole, whole.parts[0])]
    assert folded == ["建设图书馆", "咸和航天基地", "文化馆", "体育馆。"]
    short = clause("建设公园、绿地和广场。")
    assert len(items_of(short, short.parts[0])) == 3


@pytest.mark.parametrize(
    ("old", "new", "two"),
    [
        ("建设县级中医馆。", "推进乡镇卫生院中医馆建设。", True),  # cosine 0.45
        ("加快农村供水管网建设。", "改造老旧供水管网。", False),  # 0.52
    ],
)
def test_linked_statements_of_two_objects(old: str, new: str, two: bool) -> None:
    found: set[Kind] = {kind for change in changes(old, new) for kind in change.kinds}
    assert ("content removed" in found and "content added" in found) == two


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("完成6条配套道路和2条堤顶路", "— → 2条堤顶路"),
        ("完成6条配套道路，引进创新中心3个、1-2家研发机构", "— → 引进1-2家研发机构"),
        ("完成6条配套道路，培训人数达到9000人", "— → 培训人数达到9000人"),
    ],
)
def test_what_is_counted_is_said_once(new: str, said: str) -> None:
    plan = "一、{0}年工作安排\n完善园区道路，{1}。\n"
    old = policydiff.parse(plan.format(2030, "完成6条配套道路"), "old.txt")
    (change,) = policydiff.compare(old, policydiff.parse(plan.format(2031, new), "new.txt")).changes
    assert said in change.details
