"""What a number says of its indicator: how much it grows, how much there is, or its rank."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Literal

from policydiff.analysis.main_indicators import MainIndicator
from policydiff.analysis.units import in_base, magnitude, unit_kind
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Measure

#: How numbers differ in what the words before them say: per cent, percentage points, the rest.
_Class = Literal["rate", "points", "other"]
#: How far before the number the words reach that say what is done to the indicator: the longest
#: verb with the words of bound and effort that may follow it.
_REACH = 16


def measure_of(
    before: str,
    name: str,
    unit: str,
    main: MainIndicator | None,
    language: Language,
    behind: str = "",
) -> Measure:
    """What a number says. ``before``, ``behind``: the folded words around it; ``name``: of what it
    measures.

    >>> from policydiff.language.zh import CHINESE
    >>> for before, name, unit in [
    ...     ("能耗下降", "能耗", "%"),
    ...     ("补助再提高", "补助", "元"),
    ...     ("补助提高到", "补助", "元"),
    ...     ("经济增长", "经济增长", "%"),
    ...     ("新增企业", "新增企业", "家"),
    ... ]:
    ...     print(measure_of(before, name, unit, None, CHINESE))
    cut
    increment
    level
    growth
    increment
    >>> measure_of("提高", "农民供水水平", "万", None, CHINESE, behind="农民供水水平")
    'level'
    >>> measure_of("生产总值", "生产总值", "%", None, CHINESE, behind="的增长")
    'growth'
    """
    before = before.rstrip()  # 增长 8%: a space that somebody set before a number says nothing
    kind = _class_of(unit, language)
    if _grows(unit, language):
        kind = "rate"
    named = _first(_rules("names", kind, language), name) if kind == "rate" else None
    named = named or _first(_rules("behind", kind, language), behind[:_REACH])
    if named is not None:
        return named
    said = _first(_rules("words", kind, language), before[-_REACH:])
    if said is not None:
        return said
    if kind == "points":
        return "increment"
    if kind == "rate":
        if unit in _always(language):
            return "growth"
        bare = main is not None and before.endswith(name)
        return main.rate if main is not None and bare else "level"
    return _first(_rules("names", kind, language), name) or "level"


def _first(rules: tuple[tuple[re.Pattern[str], Measure], ...], text: str) -> Measure | None:
    return next((measure for rule, measure in rules if rule.search(text)), None)


@cache
def _rules(
    section: str, kind: _Class, language: Language
) -> tuple[tuple[re.Pattern[str], Measure], ...]:
    entries = language.tables.load("measures")[section]
    return tuple(
        (compile_pattern(e["pattern"]), e["measure"]) for e in entries if e["unit"] in (kind, "any")
    )


@cache
def _class_of(unit: str, language: Language) -> _Class:
    if in_base(Decimal(1), unit, language)[1] == _percent(language):
        return "rate"
    return "points" if unit_kind(unit, language) == "rate" else "other"


@cache
def _percent(language: Language) -> str:
    """The base unit of rates: that of the first of the ratios."""
    return str(language.tables.load("targets")["ratios"][0]["unit"])


@cache
def _multiples(language: Language) -> Mapping[str, tuple[Decimal, bool]]:
    """Units of growth by multiples: per cent for each, and whether each doubles what was before."""
    entries = language.tables.load("units")["multiples"]
    return {w: (Decimal(e["percent"]), e["doubles"]) for e in entries for w in e["words"]}


def _grows(unit: str, language: Language) -> bool:
    return unit in _multiples(language)


@cache
def _always(language: Language) -> frozenset[str]:
    """The units that say growth whatever stands before them: 翻两番."""
    return frozenset(word for word, (_, doubles) in _multiples(language).items() if doubles)


def base_of(value: Decimal, unit: str, measure: Measure, language: Language) -> tuple[Decimal, str]:
    """The value in base units; growth by multiples in per cent. Exact.

    >>> from policydiff.language.zh import CHINESE
    >>> for value, unit in [(1, "番"), (2, "番"), (1, "倍"), (15, "公顷"), (3, "‰")]:
    ...     base, base_unit = base_of(Decimal(value), unit, "growth", CHINESE)
    ...     print(f"{base:f}", base_unit)
    100 %
    300 %
    100 %
    225 亩
    0.3 %
    """
    factor, bare = magnitude(unit, language)
    if measure == "growth" and bare in _multiples(language):
        percent, doubles = _multiples(language)[bare]
        grown = (2**value - 1) if doubles else value
        return grown * percent * factor, _percent(language)
    return in_base(value, unit, language)


def measure_of_goal(role: str, language: Language) -> Measure:
    """What a goal without a number says, by the role of the rule that it follows."""
    return _goals(language).get(role, "relative")


@cache
def _goals(language: Language) -> Mapping[str, Measure]:
    return {e["role"]: e["measure"] for e in language.tables.load("measures")["goals"]}
