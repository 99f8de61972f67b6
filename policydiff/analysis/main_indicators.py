"""The main indicators of plans: one name for all that reports call them by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from policydiff.language.language import Language
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


@cache
def _known(language: Language) -> Mapping[str, MainIndicator]:
    entries = language.tables.load("main_indicators")["indicators"]
    return {
        language.fold(name): MainIndicator(entry["id"], entry["rate"])
        for entry in entries
        for name in (entry["id"], *entry["names"])
    }


@cache
def _rims(language: Language) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What may stand before a name and behind it."""
    entries = language.tables.load("main_indicators")["rims"]
    head, tail = (
        either(e["pattern"] for e in entries if e["role"] == role) for role in ("head", "tail")
    )
    return re.compile(head), re.compile(tail)
