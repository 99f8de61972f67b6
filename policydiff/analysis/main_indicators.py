"""The main indicators of plans: one name for all that reports call them by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from policydiff.analysis.names import name_joint, strip_predicates, subjects_of
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import either
from policydiff.models import Measure


class MainIndicator(NamedTuple):
    """A main indicator. ``rate``: what a rate behind its bare name says of it."""

    id: str
    rate: Measure


def main_indicator(name: str, language: Language) -> MainIndicator | None:
    """The main indicator that a folded name stands for, or None.

    Names and their sources: the table ``main_indicators`` of the language.

    >>> from policydiff.language.zh import CHINESE
    >>> for name in ("GDP", "全市生产总值增速", "今年经济增长预期目标", "单位GDP能耗", "油茶产量"):
    ...     one = main_indicator(name, CHINESE)
    ...     print(one and one.id)
    地区生产总值
    地区生产总值
    地区生产总值
    单位地区生产总值能耗
    None
    """
    known = _known(language)
    if name in known:
        return known[name]
    head, tail = _rims(language)
    bare = head.sub("", name)
    while bare not in known:
        m = tail.search(bare)
        if m is None:
            return None
        bare = bare[: m.start()]
    return known[bare]


def main_subjects(head: str, language: Language) -> list[str]:
    """The main indicators of a list that a single rate stands behind; [] for any other head.

    >>> from policydiff.language.zh import CHINESE
    >>> main_subjects("全部财政收入和一般预算收入增长", CHINESE)
    ['全部财政收入', '一般预算收入']
    >>> main_subjects("居民收入和经济增长", CHINESE), main_subjects("电视和广播综合覆盖率", CHINESE)
    ([], [])
    """
    if name_joint(language).search(head) is None or strip_predicates(head, language) == head:
        return []
    subjects = subjects_of(head, language)
    main = len(subjects) > 1 and all(main_indicator(one, language) for one in subjects)
    return subjects if main else []


@cache
def _known(language: Language) -> Mapping[str, MainIndicator]:
    named = [
        (name, MainIndicator(entry["id"], entry["rate"]))
        for entry in language.tables.load("main_indicators")["indicators"]
        for name in (entry["id"], *entry["names"])
    ]
    folded = language.fold("\n".join(name for name, _ in named)).split("\n")
    return dict(zip(folded, (indicator for _, indicator in named), strict=True))


@cache
def _rims(language: Language) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What may stand before a name and behind it."""
    entries = language.tables.load("main_indicators")["rims"]
    head, tail = (
        either(e["pattern"] for e in entries if e["role"] == role) for role in ("head", "tail")
    )
    return compile_pattern(head), compile_pattern(tail)
