"""Which numbers of a clause are targets, and what bounds them.

The language finds the numbers; tables say which words make a number part of a name, a comparison or
a description, and which bound it. Works on folded text; offsets are into it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from policydiff.analysis.folded import FoldedText
from policydiff.analysis.units import unit_kind
from policydiff.language.language import Language, Span, WrittenNumber
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import alternatives, either
from policydiff.language.words import WordPattern
from policydiff.models import Bound

#: How far before a number the words reach that say it is no target: more than the longest phrase in
#: the tables with the words that may stand between, so that search stays short.
_REACH = 24
#: How far before a number a word of bound may stand that a verb and its object follow.
_FAR_REACH = 24


class FarBound(NamedTuple):
    """A word of bound that stands before the verb of a number: ``text[start:end]``."""

    start: int
    end: int
    bound: Bound


class Number(NamedTuple):
    """A number that is a target: ``text[start:end]``, with the words that bound it.

    ``at``: where its digits begin, behind a word of bound before it. ``own_bound``: a word bounds
    it; without one ``bound`` is 'exact'. ``until``: where the next target of the clause begins, or
    the end of the clause.
    """

    start: int
    at: int
    end: int
    value: Decimal | None
    upper: Decimal | None
    unit: str
    bound: Bound
    own_bound: bool
    until: int = 0


def numbers_of(clause: FoldedText, *, reached: bool = False) -> list[Number]:
    """The numbers of a clause that are targets, in order.

    ``reached``: the clause reports; then what is there and how far it is from last year counts too.

    >>> from policydiff.language.zh import CHINESE
    >>> clause = FoldedText("比去年多3家,对30家企业减税,失业率控制在5%以内", CHINESE)
    >>> [(str(n.value), n.unit, n.bound) for n in numbers_of(clause)][-1]
    ('5', '%', 'at_most')
    """
    text, language = clause.text, clause.language
    written = list(language.numbers(text))
    if not written:
        return []
    kept: list[Number] = []
    for one in written:
        if _inside(one.start, clause.quotations) or _inside(one.start, clause.deadlines):
            continue
        last = kept[-1].end if kept else 0
        far = far_bound(text, last, one.start, language)
        if far is not None and _inside(far[0], clause.quotations):
            far = None
        number = _number(text, one, far, language, first=not kept, reached=reached)
        if number is not None:
            if number.bound == "range" and number.upper is None and number.value is not None:
                number = _joined_range(text, kept, number, language)
            kept.append(number)
    ends = [*(number.start for number in kept[1:]), len(text)]
    return [number._replace(until=end) for number, end in zip(kept, ends, strict=False)]


def _inside(at: int, spans: Sequence[Span]) -> bool:
    """Whether ``at`` lies in one of the spans, which are sorted and do not overlap."""
    i = bisect_right(spans, (at, len(spans) and spans[-1][1])) - 1
    return i >= 0 and at < spans[i][1]


def _joined_range(text: str, kept: list[Number], last: Number, language: Language) -> Number:
    """在5%和6%之间: the number before is the lower end."""
    if kept and text[kept[-1].end : last.start] in joints(language, "names and numbers"):
        lower = kept[-1]
        if lower.value is not None and last.value is not None and lower.upper is None:
            kept.pop()
            return last._replace(start=lower.start, value=lower.value, upper=last.value)
    return last._replace(bound="exact", own_bound=False)


@cache
def joints(language: Language, *places: str) -> frozenset[str]:
    """The words that join the members of a list: names and numbers, or numbers alone."""
    entries = language.tables.load("targets")["joints"]
    return frozenset(word for e in entries if e["place"] in places for word in e["words"])


def _number(
    text: str,
    one: WrittenNumber,
    far: FarBound | None,
    language: Language,
    *,
    first: bool,
    reached: bool,
) -> Number | None:
    """The number as a target, unless it is part of a name or describes something.

    ``far``: a word of bound before its verb; ``first``: no target stands before it in the clause.
    """
    if (
        unit_kind(one.unit, language) == "name"
        or language.tables.one_of("targets", "no_targets").match(text, one.start)
        or _describes(text, one, language, first=first, reached=reached)
    ):
        return None
    reach = max(0, one.start - _bound_reach(language))
    before = _before_pattern(language).search(text, reach, one.start)
    bounded = before if before and before["bound"] else None
    if one.doubtful and not bounded:
        return None
    number = _bounded(text, one, bounded, language)
    if far is not None and not number.own_bound:
        number = number._replace(bound=far.bound, own_bound=True)
    return None if _qualifies(text, number, one, language) else number


def _describes(
    text: str, one: WrittenNumber, language: Language, *, first: bool, reached: bool
) -> bool:
    """Whether what stands before the number says that it compares or describes."""
    before = text[max(0, one.start - _REACH) : one.start]
    if _of_earlier(before, one.unit, language):
        return False
    if _compared(language, reached).search(before):
        return True
    repeats = not first and not reached
    if repeats and language.tables.one_of("targets", "repeated").search(before):
        return True
    # What a blank hides cannot be told: it stays a target, of which no change is claimed.
    if language.tables.one_of("targets", "bases").search(before) is None:
        return False
    return not one.masked and any(
        base.search(before) and follows.match(text, one.end) for base, follows in _bases(language)
    )


def _of_earlier(before: str, unit: str, language: Language) -> bool:
    """达到上年的1.5倍: so many times what there was is a goal, though last year is spoken of."""
    entries = language.tables.load("targets")["of_earlier"]
    rules = language.tables.patterns("targets", "of_earlier")
    return any(unit == e["unit"] and p.search(before) for e, p in zip(entries, rules, strict=True))


@cache
def _compared(language: Language, reached: bool) -> re.Pattern[str]:
    """What says that a number is no target; of a report on what was reached, no result."""
    entries = language.tables.load("targets")["compared"]
    return compile_pattern(
        either(e["pattern"] for e in entries if not reached or e["part"] == "any")
    )


@cache
def _bases(language: Language) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    entries = language.tables.load("targets")["bases"]
    return tuple((compile_pattern(e["pattern"]), compile_pattern(e["follows"])) for e in entries)


def _qualifies(text: str, number: Number, one: WrittenNumber, language: Language) -> bool:
    """65岁以上老年人, 过5亿元企业: the bound number belongs to a noun behind it."""
    if number.bound not in ("at_least", "at_most"):
        return False
    rules = _qualifiers(language) if one.behind else _classes(language)
    rule = rules.get(unit_kind(number.unit, language))
    if rule is None or not rule.match(text, one.end):
        return False
    return not deed(language).match(text, one.end)


@cache
def _qualifiers(language: Language) -> dict[str, re.Pattern[str]]:
    entries = language.tables.load("targets")["qualifiers"]
    return {kind: compile_pattern(e["pattern"]) for e in entries for kind in e["kinds"]}


@cache
def _classes(language: Language) -> dict[str, re.Pattern[str]]:
    entries = language.tables.load("targets")["classes"]
    return {kind: compile_pattern(e["pattern"]) for e in entries for kind in e["kinds"]}


@cache
def deed(language: Language) -> WordPattern:
    """A verb of doing, or one that a list of counts shares."""
    return WordPattern(deeds(language))


def deeds(language: Language) -> set[str]:
    """The verbs of doing, and those that a list of counts shares."""
    words = language.tables.words
    return {*words("verbs", "action"), *words("targets", "shared_verbs")}


# --- bounds ---------------------------------------------------------------------------------------


def _bound_words(language: Language, side: str) -> tuple[str, ...]:
    entries = language.tables.load("targets")["bounds"]
    return tuple(word for e in entries if e["side"] == side for word in e["words"])


@cache
def _bound_reach(language: Language) -> int:
    """The length of the longest word of bound with a particle behind it."""
    particles = language.tables.words("targets", "bound_particles")
    return max(map(len, _bound_words(language, "before"))) + max(map(len, particles))


def far_bound(text: str, start: int, end: int, language: Language) -> FarBound | None:
    """The word of bound between two offsets that holds for the number behind them, over verb and
    object between; of the comma part with which the stretch ends.

    >>> from policydiff.language.zh import CHINESE
    >>> far_bound("每个村至少培育带头人3名", 0, 10, CHINESE)
    FarBound(start=3, end=5, bound='at_least')
    >>> far_bound("用工最多的镇建成厂房3座", 0, 10, CHINESE) is None
    True
    """
    if language.tables.one_of("targets", "far_bounds").search(text, start, end) is None:
        return None  # as of most numbers: one search tells
    for m in language.tables.role("targets", "breaks", "part").finditer(text, start, end):
        start = m.end()
    for rule, bound, before_verb in _far_bounds(language):
        word = rule.search(text, max(start, end - _FAR_REACH), end)
        if word and not (before_verb and doing(language).match(text, word.end()) is None):
            return FarBound(word.start(), word.end(), bound)
    return None


@cache
def doing(language: Language) -> WordPattern:
    """Any verb of doing, those with an object of their own included."""
    return WordPattern(deeds(language) | set(language.tables.words("verbs", "deeds")))


@cache
def _far_bounds(language: Language) -> tuple[tuple[re.Pattern[str], Bound, bool], ...]:
    """Each with its bound, and whether a verb of doing must follow."""
    entries = language.tables.load("targets")["far_bounds"]
    return tuple(
        (compile_pattern(e["pattern"]), e["bound"], e["before"] == "a verb") for e in entries
    )


@cache
def _before_pattern(language: Language) -> re.Pattern[str]:
    """A word of bound right before a number, or one that ends like it and bounds nothing."""
    bounds = alternatives(_bound_words(language, "before"))
    nothing = language.tables.any_of("targets", "not_bounds")
    particles = language.tables.any_of("targets", "bound_particles")
    return compile_pattern(f"(?:{nothing}|(?P<bound>{bounds})){particles}?$")


@cache
def _bound_of(language: Language) -> dict[str, Bound]:
    entries = language.tables.load("targets")["bounds"]
    return {word: e["bound"] for e in entries for word in e["words"]}


def _bounded(
    text: str, one: WrittenNumber, before: re.Match[str] | None, language: Language
) -> Number:
    """The number with its bound. ``before``: the word of bound before it."""
    start, end = one.start, one.end
    bounds = _bound_of(language)
    bound: Bound | None = None
    if one.behind:
        bound = bounds[one.behind]
    elif unit_kind(one.unit, language) == "duration":
        words = _bound_words(language, "behind a duration")
        within = next((word for word in words if text.startswith(word, end)), "")
        if within:
            bound, end = bounds[within], end + len(within)
    if before:
        start = before.start()
        bound = bound or bounds[before["bound"]]
    if bound is None and one.approximate:
        bound = "about"
    if one.ranged:
        bound = "range"
    return Number(
        start, one.start, end, one.value, one.upper, one.unit, bound or "exact", bound is not None
    )


def sharing_bounds(group: Sequence[Number]) -> list[Number]:
    """增长5%、6.5%左右: the last bound in a list holds for those without one of their own; so does
    one before the first, as in 不低于70%、60%.
    """
    shared = list(group)
    if shared[0].start < shared[0].at:
        for i in range(1, len(shared)):
            if shared[i].own_bound:
                break
            shared[i] = shared[i]._replace(bound=shared[0].bound, own_bound=True)
    for i in range(len(shared) - 2, -1, -1):
        here, following = shared[i], shared[i + 1]
        if not here.own_bound and following.bound in ("at_least", "at_most", "about"):
            shared[i] = here._replace(bound=following.bound, own_bound=True)
    return shared
