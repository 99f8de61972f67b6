"""Whether two targets measure the same thing, strictly: for ranking and for following numbers."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from policydiff.analysis.keys import key_of
from policydiff.language.zh.data import load, patterns
from policydiff.language.zh.folding import fold
from policydiff.models import Target

#: Likeness (rapidfuzz ratio, 0..100) of two indicators' keys from which they are one. Among real
#: reports pairs below mostly measure another thing of the same kind: cities' or farmers' incomes.
_ONE_INDICATOR: Final = 85


@lru_cache(maxsize=10_000)
def headline(indicator: str) -> str | None:
    """The one name of an indicator that reports call by several; None for all others.

    >>> headline("提出国内生产总值"), headline("经济增长"), headline("单位国内生产总值能耗")
    ('国内生产总值', '国内生产总值', None)
    """
    names = zip(load("indicators")["same"], patterns("indicators", "same"), strict=True)
    return next((str(e["to"]) for e, pattern in names if pattern.fullmatch(indicator)), None)


def measures_same(s: Target, t: Target) -> bool:
    """Whether two targets in comparable units measure the same indicator in the same way.

    >>> from policydiff import parse
    >>> plan = "一、2030年工作安排\\n新增科技企业20家，科技企业达到300家，新增科技企业25家。"
    >>> a, b, c = parse(plan).commitments[0].targets
    >>> measures_same(a, b), measures_same(a, c)
    (False, True)
    """
    one, other = headline(s.indicator), headline(t.indicator)
    if one is None or one != other:
        likeness = fuzz.ratio(key_of(s.indicator).text, key_of(t.indicator).text)
        if s.indicator != t.indicator and likeness < _ONE_INDICATOR:
            return False
    said, also = fold(s.indicator + s.text), fold(t.indicator + t.text)
    return all(
        bool(pattern.search(said)) == bool(pattern.search(also))
        for pattern in patterns("indicators", "apart")
    )
