"""Fictional clauses for the tests of the aligner."""

from __future__ import annotations

from collections.abc import Sequence

import policydiff
from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.language.zh import CHINESE

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


def clauses(texts: Sequence[str]) -> list[AnalysedClause]:
    """The commitments of a plan with these paragraphs."""
    plan = policydiff.parse("二、2025年工作安排\n" + "\n".join(texts))
    return analysed(plan.commitments, CHINESE)
