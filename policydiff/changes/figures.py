"""How two numbers that belong together differ: value, bound, measure, direction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Final

from policydiff.analysis.units import magnitude, unit_kind
from policydiff.changes.indicators import LINKED_NAMES
from policydiff.changes.wording import likeness
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import alternatives
from policydiff.models import Kind, Measure, Target

#: The measures that only words tell; a count is a level or an increment also where none do, and
#: then nothing is said that could change.
_SAID: Final = frozenset({"growth", "cut", "rank", "relative"})
#: The measures by which a quantity grows.
_RISES: Final = frozenset({"growth", "increment"})
#: The lower and the upper end of a number.
Ends = tuple[Decimal, Decimal]
#: A number in digits, with a decimal point or separators.
_DIGITS: Final = compile_pattern(r"[0-9x*][0-9x*.,·]*")


def kinds_between(s: Target, t: Target, language: Language) -> Iterator[Kind]:
    """How the second of two targets of one indicator differs; a masked one differs from nothing."""
    if s.masked or t.masked:
        return
    if s.value is None or t.value is None:
        before, after = relations_in(s, language), relations_in(t, language)
        if before and after and before != after:
            yield "bound changed"
        return
    turned = _turned(s, t, language)
    if turned is not None:
        yield turned
        return
    old, new = ends_of_both(s, t, language)
    ranged = s.upper is not None or t.upper is not None
    if ranged and old != new:
        yield "range changed"
        # Beside a range, 5%以上 reaches as far up as that: 5%—7% is neither more nor less.
        old, new = _as_open(s, old, new), _as_open(t, new, old)
    (low, high), (new_low, new_high) = old, new
    if _may_be_one(s, t, language):
        pass  # 二十多家 and 25家: no one can say that it is more
    elif new_low >= low and new_high >= high and (low, high) != (new_low, new_high):
        yield "target lowered" if s.measure == t.measure == "rank" else "target raised"
    elif new_low <= low and new_high <= high and (low, high) != (new_low, new_high):
        yield "target raised" if s.measure == t.measure == "rank" else "target lowered"
    if not ranged and _bounds_differ(s, t, language):
        yield "bound changed"


def _as_open(target: Target, own: Ends, other: Ends) -> Ends:
    """The ends of a target, the one that its bound leaves open no nearer than the other's."""
    if target.bound == "at_least" and target.upper is None:
        return own[0], max(own[1], other[1])
    if target.bound == "at_most" and target.upper is None:
        return min(own[0], other[0]), own[1]
    return own


def _turned(s: Target, t: Target, language: Language) -> Kind | None:
    """Whether two numbers say different things of their indicator, so that neither is more."""
    if not same_unit(s, t, language):
        return "measure changed"
    before, after = measure_of(s, language), measure_of(t, language)
    if before == after or before is None or after is None:
        return None
    if "cut" in (before, after) and {before, after} & _RISES:
        return "direction changed"
    return "measure changed"


# --- what a number says ---------------------------------------------------------------------------


def measure_of(target: Target, language: Language) -> Measure | None:
    """What a number says of its indicator, from the words before it; None where they do not tell.

    >>> from policydiff import parse
    >>> from policydiff.language.zh import CHINESE
    >>> plan = "一、2030年工作安排\\n经济增长6%，能耗下降3%，补助再提高30元，高新企业达到45家。"
    >>> [measure_of(t, CHINESE) for t in parse(plan).commitments[0].targets]
    ['growth', 'cut', 'increment', 'level']
    """
    if target.measure in _SAID:
        return target.measure
    text, name = before_number(target, language), language.fold(target.indicator)
    units = ("any", "rate" if unit_kind(target.unit or "", language) == "rate" else "other")
    fitting = [(p, measure) for p, unit, measure in _measures(language) if unit in units]
    told = (measure for pattern, measure in fitting if pattern.search(text))
    # A number in a list has the verb before the first of them, with which its name begins.
    by_name = (measure for pattern, measure in fitting if pattern.match(name))
    return next(told, None) or next(by_name, None)


def before_number(target: Target, language: Language) -> str:
    """The folded words of a target before its number."""
    text = language.fold(target.text)
    numbers = list(_DIGITS.finditer(text)) or list(_numerals(language).finditer(text))
    # The ends of a range are two numbers.
    at = -2 if target.upper is not None and len(numbers) > 1 else -1
    return text[: numbers[at].start()] if numbers else text


@cache
def _numerals(language: Language) -> re.Pattern[str]:
    return compile_pattern(f"[{language.numeral_characters}]+")


@cache
def _measures(language: Language) -> tuple[tuple[re.Pattern[str], str, Measure], ...]:
    entries = language.tables.load("changes")["measures"]
    return tuple((compile_pattern(e["pattern"]), e["unit"], e["measure"]) for e in entries)


def same_unit(s: Target, t: Target, language: Language) -> bool:
    """Whether two numbers are in units of which one can be brought into the other."""
    if s.unit is None or t.unit is None:
        return s.unit is None and t.unit is None
    if s.unit == t.unit or (s.base_unit is not None and s.base_unit == t.base_unit):
        return True
    (_, bare_s), (_, bare_t) = magnitude(s.unit, language), magnitude(t.unit, language)
    kinds = {unit_kind(unit, language) for unit in (s.unit, t.unit)}
    if not bare_s or not bare_t:
        return "rate" not in kinds  # 40万 may be persons or yuan, and is no share
    if bare_s == bare_t:
        return True
    return len(kinds) == 1 and kinds <= _COUNTED


#: Kinds of units that count things: 家 and 户, 人 and 名 can be set against each other.
_COUNTED: Final = frozenset({"people", "count"})


def ends(target: Target, language: Language) -> Ends:
    """The lower and upper end of a target with a value, in single or base units."""
    value = target.value or Decimal(0)
    upper = value if target.upper is None else target.upper
    factor = magnitude(target.unit or "", language)[0]
    if target.base is not None and value:
        factor = target.base / value
    return value * factor, upper * factor


def ends_of_both(s: Target, t: Target, language: Language) -> tuple[Ends, Ends]:
    """The ends of two numbers, of a year where both tell how often they are due, and not alike:
    每人每月560元 beside 每人每年6900元."""
    times = [_times_a_year(target, language) for target in (s, t)]
    before, after = ends(s, language), ends(t, language)
    if None in times or times[0] == times[1]:
        return before, after
    (a, b), (c, d), (m, n) = before, after, (Decimal(often or 1) for often in times)
    return (a * m, b * m), (c * n, d * n)


def _times_a_year(target: Target, language: Language) -> int | None:
    told: tuple[int, int] | None = None
    for pattern, times in _periods(language):
        for m in pattern.finditer(before_number(target, language)):
            told = max(told or (0, 0), (m.end(), times))
    return told[1] if told else None


@cache
def _periods(language: Language) -> tuple[tuple[re.Pattern[str], int], ...]:
    entries = language.tables.load("changes")["periods"]
    return tuple((compile_pattern(e["pattern"]), int(e["times"])) for e in entries)


def _may_be_one(s: Target, t: Target, language: Language) -> bool:
    """Whether two numbers may be the same, as one of them is open: 十几家 are 11 to 19.

    An open number ends before the next round one.
    """
    if not (_is_open(s, language) or _is_open(t, language)):
        return False
    (low, high), (new_low, new_high) = (
        _reach(target, language) if _is_open(target, language) else ends(target, language)
        for target in (s, t)
    )
    below = new_low < high if _is_open(s, language) else new_low <= high
    return below and (low < new_high if _is_open(t, language) else low <= new_high)


def _is_open(target: Target, language: Language) -> bool:
    """Whether a word behind a number says that its last figure is not known: 十几家, 20几户."""
    if target.bound != "about" or target.value is None or target.upper is not None:
        return False
    return _open_number(language).search(language.fold(target.text)) is not None


@cache
def _open_number(language: Language) -> re.Pattern[str]:
    words = language.tables.any_of("targets", "unknown_figures")
    digits = f"{_DIGITS.pattern}|[{language.numeral_characters}]"
    magnitudes = alternatives(e["word"] for e in language.tables.load("targets")["magnitudes"])
    return compile_pattern(f"(?:{digits})(?:{magnitudes})?{words}")


def _reach(target: Target, language: Language) -> tuple[Decimal, Decimal]:
    """From where an open number may be and below what: 20几 from 20 to 30."""
    low = ends(target, language)[0]
    written = (target.value or Decimal(0)).normalize()
    if not written:
        return low, low
    return low, low + low / written * Decimal(10) ** int(written.as_tuple().exponent)


def difference(s: Target, t: Target, language: Language) -> str | None:
    """By how much the second of two numbers is more, in its unit; None where that says nothing."""
    if s.value is None or t.value is None or s.upper is not None or t.upper is not None:
        return None
    bare = {magnitude(target.unit or "", language)[1] for target in (s, t)}
    same_base = s.base_unit is not None and s.base_unit == t.base_unit
    if (len(bare) > 1 and not same_base) or _turned(s, t, language) or not t.value:
        return None
    if _may_be_one(s, t, language):
        return None
    old, new = ends(s, language)[0], ends(t, language)[0]
    if old == new or ends_of_both(s, t, language)[0][0] != old:
        return None  # of a month and of a year: the difference is of neither
    amount = (new - old) / (new / t.value)
    shown = {e["unit"]: e["shown"] for e in language.tables.load("changes")["differences"]}
    unit = t.unit or ""
    return f"{round(amount, _DECIMALS).normalize():+f}{shown.get(unit, unit)}"


#: Digits behind the point of a difference: more than any report writes.
_DECIMALS: Final = 6


# --- what bounds it -------------------------------------------------------------------------------


def relations_in(target: Target, language: Language) -> list[str]:
    """The words by which a relative goal is bound, in order: [同步], [高于]."""
    return _relations(language).findall(language.fold(target.text))


def same_goal(old: Iterable[Target], new: Iterable[Target], language: Language) -> bool:
    """Whether two sides set the same relative goal: 与财政收入同步增长 in other words."""
    there = tuple(new)
    return any(
        s.bound == t.bound == "relative"
        and likeness(s.indicator, t.indicator) >= LINKED_NAMES
        and relations_in(s, language) == relations_in(t, language) != []
        for s in old
        for t in there
    )


@cache
def _relations(language: Language) -> re.Pattern[str]:
    return compile_pattern(language.tables.any_of("relations", "words"))


def _bounds_differ(s: Target, t: Target, language: Language) -> bool:
    """Whether two numbers are bounded differently: 突破200亿元 and 达到200亿元 ask the same."""
    if s.bound == t.bound:
        return False
    if "exact" in (s.bound, t.bound) and {s.bound, t.bound} & {"at_least", "at_most"}:
        return not (_reaches(s, language) or _reaches(t, language)) or _opposed(s, t, language)
    return True


def _opposed(s: Target, t: Target, language: Language) -> bool:
    """Whether one number is to be reached and the other is a plain ceiling."""
    bounded, exact = (s, t) if t.bound == "exact" else (t, s)
    return (
        bounded.bound == "at_most" and not _reaches(bounded, language) and _reaches(exact, language)
    )


def _reaches(target: Target, language: Language) -> bool:
    """Whether a verb of reaching stands right before the number."""
    return _reaching(language).search(before_number(target, language)) is not None


@cache
def _reaching(language: Language) -> re.Pattern[str]:
    words = language.tables.any_of("relations", "reaching")
    negations = language.tables.any_of("relations", "negations")
    return compile_pattern(f"(?<!{negations}){words}$")
