"""What makes two indicators the same: the one place that judges it, at two thresholds.

Between two clauses that are linked the link has said already that they carry one commitment, and
the name only has to tell one number of the clause from another; a low likeness is enough. Between
clauses of any two reports nothing but the name speaks for it; the likeness has to be high.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from functools import cache, lru_cache
from typing import Final

from policydiff.analysis.keys import key_of
from policydiff.changes.wording import likeness
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Target

#: Likeness (rapidfuzz ratio, 0..100) of two indicators' names from which they are one in two linked
#: clauses. Among linked clauses of real reports numbers below mostly measure something else.
LINKED_NAMES: Final = 55
#: The same for any two clauses. Among real reports pairs below mostly measure another thing of the
#: same kind: cities' or farmers' incomes.
SAME_NAMES: Final = 85


@lru_cache(maxsize=10_000)
def headline(indicator: str, language: Language) -> str | None:
    """The one name of an indicator that reports call by several; None for all others.

    >>> from policydiff.language.zh import CHINESE
    >>> names = ("提出国内生产总值", "经济增长", "单位国内生产总值能耗")
    >>> [headline(name, CHINESE) for name in names]
    ['国内生产总值', '国内生产总值', None]
    """
    entries = language.tables.load("indicators")["same"]
    patterns = language.tables.patterns("indicators", "same")
    names = zip(entries, patterns, strict=True)
    return next((str(e["to"]) for e, pattern in names if pattern.fullmatch(indicator)), None)


def name_likeness(s: Target, t: Target, language: Language) -> float:
    """How alike the names of two targets' indicators are, 0..100."""
    return likeness(_words(s.indicator, language), _words(t.indicator, language))


@lru_cache(maxsize=20_000)
def _words(indicator: str, language: Language) -> str:
    """The words of a name that are compared. More are remembered than whole keys: each name may be
    set against all of another report."""
    return key_of(indicator, language).text


def stand_apart(s: Target, t: Target, language: Language) -> bool:
    """Whether two targets are of two main indicators, of which the wider one is not the narrower
    one, or of two sorts of a kind.

    >>> from policydiff import parse
    >>> from policydiff.language.zh import CHINESE
    >>> plan = "一、2030年工作安排\\n固定资产投资增长8%，工业固定资产投资增长9%，固投完成20亿元。"
    >>> a, b, c = parse(plan).commitments[0].targets
    >>> stand_apart(a, b, CHINESE), stand_apart(a, c, CHINESE)
    (True, False)
    >>> plan = "一、2030年工作安排\\n种植小麦8万亩、玉米9万亩，推广冬小麦7万亩。"
    >>> a, b, c = parse(plan).commitments[0].targets
    >>> stand_apart(a, b, CHINESE), stand_apart(a, c, CHINESE)
    (True, False)
    """
    known = {s.indicator_id, t.indicator_id} - {None}
    if len(known) > 1:
        return True
    return of_two_sorts(s.indicator, t.indicator, language)


def of_two_sorts(one: str, other: str, language: Language) -> bool:
    """Whether two names are of two sorts of a kind: of wheat and of maize."""
    here, there = _sorts(one, language), _sorts(other, language)
    return any(here[kind].isdisjoint(there[kind]) for kind in here.keys() & there.keys())


@lru_cache(maxsize=20_000)
def _sorts(indicator: str, language: Language) -> Mapping[str, Set[str]]:
    """The sorts that a name has of each kind, of those kinds of which it has any."""
    name = language.fold(indicator)
    found = {
        kind: {pattern.pattern for pattern in patterns if pattern.search(name)}
        for kind, patterns in _kinds(language)
    }
    return {kind: sorts for kind, sorts in found.items() if sorts}


@cache
def _kinds(language: Language) -> tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]:
    return tuple(
        (entry["kind"], tuple(map(compile_pattern, entry["patterns"])))
        for entry in language.tables.load("indicators")["sorts"]
    )


def measures_same(s: Target, t: Target, language: Language) -> bool:
    """Whether two targets of any two clauses, in comparable units, measure the same indicator in
    the same way.

    >>> from policydiff import parse
    >>> from policydiff.language.zh import CHINESE
    >>> plan = "一、2030年工作安排\\n新增科技企业20家，科技企业达到300家，新增科技企业25家。"
    >>> a, b, c = parse(plan).commitments[0].targets
    >>> measures_same(a, b, CHINESE), measures_same(a, c, CHINESE)
    (False, True)
    """
    if stand_apart(s, t, language):
        return False
    one, other = headline(s.indicator, language), headline(t.indicator, language)
    same = s.indicator == t.indicator or (one is not None and one == other)
    if not same and name_likeness(s, t, language) < SAME_NAMES:
        return False
    said, also = (language.fold(x.indicator + x.text) for x in (s, t))
    return all(
        bool(pattern.search(said)) == bool(pattern.search(also))
        for pattern in language.tables.patterns("indicators", "apart")
    )
