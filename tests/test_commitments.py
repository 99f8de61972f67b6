"""Golden rules: what commits and how firmly. Sentences are made up."""

from __future__ import annotations

import pytest
from golden_rules import cases
from one_clause import commits

import policydiff
from policydiff.analysis.commitments import case_against, strength_of
from policydiff.analysis.folded import FoldedText
from policydiff.analysis.targets import find_targets
from policydiff.language.zh import CHINESE
from policydiff.language.zh.folding import fold


def judged(text: str, *, title: bool = False) -> bool:
    clause = FoldedText(fold(text), CHINESE)
    return commits(clause, title=title, has_target=bool(find_targets(clause)))


@pytest.mark.parametrize(
    "text",
    [
        "新增规上企业20家以上。",
        "加快推进产业园二期建设。",
        "对连续三年亏损的企业实行清单管理，逐户制定帮扶措施。",
        "把技能培训办到车间里，全年培训3000人次。",
        "居民收入增长与经济增长基本同步。",
        "不得向企业摊派任何费用。",
        "今年经济社会发展的主要预期目标是：地区生产总值增长6%左右。",
        "研究制定竹产业扶持办法。",
        "企业反映的问题要在五个工作日内答复。",
        "去年立项的检测中心项目，年内必须开工。",
    ],
)
def test_these_commit(text: str) -> None:
    assert judged(text)


@pytest.mark.parametrize(
    "text",
    [
        "各位代表！",
        "今年是“十五五”规划的开局之年。",
        "制造业是县域经济的根基。",
        "当前，外部环境更加复杂严峻，企业订单不足的问题比较突出。",
        "这既能稳住就业，也有利于扩大消费。",
        "上述目标考虑了发展基础和现实可能。",
        "重点抓好以下六项工作：",
        "只要上下同心，就一定能够实现目标。",
        "我们坚信，家乡的明天会更加美好！",
        "招商引资，贵在落地。",
        "向全体干部职工表示衷心的感谢！",
        "让我们携手奋斗，共创美好未来！",
    ],
)
def test_these_do_not(text: str) -> None:
    assert not judged(text)


@pytest.mark.parametrize(
    ("text", "commits_as_title"),
    [
        ("培育龙头企业。", False),
        ("优化营商环境。", False),
        ("实施质量强县行动。", True),
        ("推进技术改造升级工程。", True),
        ("开展“碧水清风”行动。", True),
        ("推进老旧厂区改造试点。", True),
        # What is called so inside the title, or is no name of a programme.
        ("坚持政治引领，把稳行动方向。", False),
        ("推进项目建设攻坚。", False),
        ("巩固深化脱贫攻坚成果。", False),
        ("加快农业发展战略性转移。", False),
        ("实施工业倍增计划，做强县域经济支撑。", False),
    ],
)
def test_a_title_commits_only_when_it_names_a_programme(text: str, commits_as_title: bool) -> None:
    assert judged(text, title=True) is commits_as_title


@pytest.mark.parametrize("text", cases("commitments", "text", sides=("examples",)))
def test_golden_commitments(text: str) -> None:
    assert judged(text)


@pytest.mark.parametrize("text", cases("commitments", "text", sides=("counters",)))
def test_golden_clauses_that_do_not_commit(text: str) -> None:
    assert not judged(text)


def test_only_the_plan_commits() -> None:
    document = policydiff.parse(
        "一、2024年工作回顾\n新增规上企业20家。\n二、2025年工作安排\n新增规上企业25家。\n"
        "各位代表！让我们更加紧密地团结起来，为美好未来而努力奋斗！\n来源：某某日报\n"
    )
    assert [(c.text, c.part) for c in document.commitments] == [("新增规上企业25家。", "plan")]


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("确保年底前建成投用", "firm"),
        ("严禁新增落后产能", "firm"),
        ("建成投用检测中心", "plain"),
        ("力争引进亿元项目10个", "strive"),
        ("逐步扩大覆盖范围", "strive"),
        ("探索建立信用修复制度", "explore"),
        ("鼓励企业上云用云", "explore"),
        ("要研究出台扶持政策", "explore"),
        # Nouns that hold such a word say nothing of the strength.
        ("加强基础研究", "plain"),
        ("建设深空探索中心", "plain"),
    ],
)
def test_strength(text: str, strength: str) -> None:
    assert strength_of(fold(text), CHINESE) == strength


def test_a_statement_among_statements_is_one_of_them() -> None:
    """The same words commit among deeds, and do not among sentences on the situation."""
    plan = "一、2031年工作安排\n{0}园区承载企业的能力持续增强。{0}\n各位代表！\n"
    deeds, situation = (
        "新建厂房3栋。改造管网8公里。",
        "当前，外部环境复杂严峻。企业订单不足。市场需求偏弱。",
    )
    committing = [
        any(c.commits for c in policydiff.parse(plan.format(beside)).clauses if "承载" in c.text)
        for beside in (deeds, situation)
    ]
    assert committing == [True, False]


def test_a_paragraph_of_few_characters_commits_and_a_sentence_of_few_does_not() -> None:
    texts = ("植树造林。", "植树造林。新建林场2处，补植疏林。")
    plans = [policydiff.parse(f"一、2031年工作安排\n{text}") for text in texts]
    assert [plan.clauses[0].commits for plan in plans] == [True, False]


def test_evidence_against_a_clause_adds_up() -> None:
    bare, more = (
        case_against(FoldedText(text, CHINESE), has_target=has_target)
        for text, has_target in (
            ("竹子是本县的根基。", False),
            ("竹子是本县的根基,要建成三个竹产业园。", True),
        )
    )
    assert bare > more
