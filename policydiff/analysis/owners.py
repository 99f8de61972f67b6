"""What a number is of whose own words, such as 完成投资 or 竣工, say nothing alone.

The words stand before it: of the number before, or of the part of the sentence before.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from policydiff.analysis.names import cleaned, name_joint, only_verbs, shared_head, strip_leads
from policydiff.analysis.nouns import (
    DIGIT,
    LONGEST_OWNER,
    dependent_tail,
    owner_behind,
    part_break,
    purpose_behind,
    without_tail,
)
from policydiff.analysis.numbers import Number, deeds, doing, joints
from policydiff.analysis.units import magnitude, unit_kind
from policydiff.language.language import Language
from policydiff.language.words import WordPattern, WordRun

#: Units that say how much there is of things that are counted.
MEASURED = frozenset({"area", "length", "volume", "power"})
#: One character names nothing.
_SHORTEST = 2
#: A part of a sentence that names the indicator of the next part is short: 地区生产总值,确保增长6%.
_LONGEST_SUBJECT = 20


class Named(NamedTuple):
    """A number, what it counts, where the words for it begin, and where those behind it end."""

    number: Number
    name: str
    start: int
    end: int


def of_an_owner(
    text: str, named: Sequence[Named], number: Number, own: Named, language: Language
) -> Named | None:
    """A number whose own name, such as 完成投资 or 人均, says nothing without what it is of, with
    that; None where the name says enough or nothing tells.
    """
    name = own.name
    average = _average(name, language) if named else ""
    if average:  # 生产总值90亿元,人均4.6万元
        return own._replace(name=average + without_verbs(named[-1].name, language))
    share = language.tables.word("targets", "share_of").match(name)
    rate = unit_kind(number.unit, language) == "rate"
    if named and share and (rate or share.end() == len(name)):  # not 占地60亩
        return own._replace(name=without_verbs(named[-1].name, language) + name)
    lent = named and _measure_lent(text, named[-1], number, own, language)
    if lent:
        return own._replace(name=name + lent)
    tail = dependent_tail(language).search(name)
    if tail is None:
        return None
    described = language.tables.word("targets", "belonging").match(text, number.end)
    verbs = only_verbs(language).fullmatch(name[: tail.start()]) or not tail.start()
    if not described and not verbs:
        return None
    owner = owner_behind(text, number, language)
    if owner.text:
        return own._replace(name=owner.text + tail.group(), end=owner.end)
    listed = text[: own.start].rstrip()[-1:] in joints(language, "names and numbers")
    bare = text[own.start : number.start].strip() == tail.group() and not listed
    purpose = purpose_behind(text, number, tail.group(), language, bare=bare)
    if purpose:
        return own._replace(name=purpose + tail.group())
    before = part_break(language).split(text[: max(0, own.start - 1)])[-1]
    of = shared_head(before, name, language)  # 万元GDP能耗完成市定任务,水耗下降3%
    per_output = language.tables.one_of("targets", "per_output").fullmatch(name)
    joined = text[number.end : number.end + 1] in joints(language, "names and numbers")
    of_next = joined and number.until == number.end + 1  # 总投资60亿元、12个重点项目
    if not of and not tail.start() and not per_output and not of_next:
        of = owner_of(text, named, own.start, language)
        of = "" if tail.group() in of else of  # 扩大投资需求,五年投资1万亿元
    return own._replace(name=of + name) if of else None


def _average(name: str, language: Language) -> str:
    """人均 for a name that says only by whom or what a number is divided, else ''."""
    entries = language.tables.load("targets")["per_head"]
    rules = zip(entries, language.tables.patterns("targets", "per_head"), strict=True)
    return next((str(e["name"]) for e, rule in rules if rule.fullmatch(name)), "")


def _measure_lent(text: str, last: Named, number: Number, own: Named, language: Language) -> str:
    """食品加工业产值达到30亿元,建材业达到20亿元: what is measured of the next trade too, or ''."""
    trade = language.tables.one_of("targets", "trades").search(own.name)
    measured = language.tables.one_of("targets", "measured").search(last.name)
    between = text[last.end : own.start].strip(" ")
    beside = between in {",", ";"} | joints(language, "names and numbers")
    same = last.number.unit == number.unit and unit_kind(number.unit, language) == "money"
    return measured.group() if trade and measured and beside and same else ""


def things_before(
    text: str, named: Sequence[Named], number: Number, head_start: int, language: Language
) -> str:
    """The things to which a verb alone does something: those of the number right before, or what
    closes the part before that has no number: 推进道路等项目征拆,完成6万平方米. Else ''.
    """
    listed = text[number.end : number.end + 1] in joints(language, "names and numbers")
    if listed and doing(language).match(text, number.end + 1) is None:
        return ""  # 建成121公里、3.3万亩林带: the noun follows
    if not named:
        before = part_break(language).split(text[:head_start].rstrip(", "))[-1]
        closing = language.tables.one_of("targets", "closing_objects").search(before)
        of = closing and (closing["of"] or closing["some"])
        if not of or DIGIT.search(of):
            return ""
        return language.tables.one_of("targets", "works").sub("", of) or of
    last = named[-1]
    near = text[last.end : head_start].strip(" ,")
    things = without_tail(things_of(last.name, language), language)
    things = language.tables.one_of("targets", "works").sub("", things) or things
    mark = language.tables.load("targets")["joints"][0]["words"][0]
    same = magnitude(last.number.unit, language)[1] == magnitude(number.unit, language)[1]
    measured = unit_kind(number.unit, language) in MEASURED
    if not (same or measured) or near not in ("", *joints(language, "names and numbers")):
        return ""
    return "" if mark in things or only_acts(things, language) else things


def things_of(name: str, language: Language) -> str:
    """The things in a name, without what is done to them at its head or its end."""
    things = language.tables.one_of("targets", "done_tails").sub("", name) or name
    return without_verbs(things, language)


def only_acts(name: str, language: Language) -> bool:
    """Whether a name is nothing but verbs: 供应分配, 筹集和建设."""
    (joint, *_) = name_joint(language).split(name, maxsplit=1)
    if 1 < len(joint) < len(name) - 1 and only_acts(joint, language):
        return only_acts(name[len(joint) + 1 :], language)
    return bool(only_verbs(language).fullmatch(name) or _doings(language).fullmatch(name))


@cache
def _doings(language: Language) -> WordRun:
    """Verbs of doing, one after the other: 供应分配."""
    return WordRun(deeds(language) | set(language.tables.words("verbs", "deeds")))


def owner_of(text: str, named: Sequence[Named], head_start: int, language: Language) -> str:
    """What a name such as 完成投资 is of: what the number before counts, or the part before it."""
    if named:
        last = _parts_of_total(text, named, head_start, language) or named[-1].name
        m = dependent_tail(language).search(last)
        owner = without_verbs(last[: m.start()] if m else last, language)
    else:
        owner = without_verbs(earlier_subject(text, head_start, language), language)
    short = 1 < len(owner) <= LONGEST_OWNER
    return owner if short and not DIGIT.search(owner) else ""


def _parts_of_total(text: str, named: Sequence[Named], head_start: int, language: Language) -> str:
    """项目26个,其中省级4个、市级22个,总投资300亿元: the whole of which the numbers right before
    are parts, or what is the same in their names; '' where a total is of the last one alone.
    """
    one_of = language.tables.one_of
    counts = 0
    for one in reversed(named):
        if unit_kind(one.number.unit, language) != "count":
            break
        counts += 1
        if one_of("targets", "among_which").match(text, one.start):
            return named[-counts - 1].name if 1 < counts < len(named) else ""
    if counts < _SHORTEST or not one_of("targets", "totals").match(text, head_start):
        return ""
    one, other = named[-2], named[-1]
    near = text[one.end : other.start].strip(" ")
    if near not in {","} | joints(language, "names and numbers"):
        return ""
    return _same_end(one.name, other.name)


def _same_end(one: str, other: str) -> str:
    """The characters with which both of two names end, '' for fewer than three.

    >>> _same_end("省重点项目", "市重点项目"), _same_end("公园", "学校")
    ('重点项目', '')
    """
    length = next(
        (k for k, (a, b) in enumerate(zip(one[::-1], other[::-1], strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return one[len(one) - length :] if length > _SHORTEST else ""


def earlier_subject(text: str, head_start: int, language: Language) -> str:
    """The short part of the sentence before a part that has a predicate only, or ''."""
    before = text[max(0, head_start - _LONGEST_SUBJECT - 1) : head_start].rstrip(", ")
    part = part_break(language).split(before)[-1]
    closing = language.tables.one_of("targets", "closing_objects").search(part)
    if closing and not DIGIT.search(part):
        mark = language.tables.load("targets")["joints"][0]["words"][0]
        last = part[: closing.start()].rpartition(mark)[2]
        of: str = closing["of"] or closing["some"]
        # 启动道路、管线等改造,完成40%: a verb alone is of the last member.
        return (last if only_acts(of, language) else "") + of
    if language.tables.word("targets", "papers").match(strip_leads(part, language)):
        return ""
    if len(part) >= _LONGEST_SUBJECT:
        return ""
    whole = language.tables.one_of("targets", "undertakings").match(part)
    return cleaned(whole.group() if whole and DIGIT.search(part) else part, language)


@cache
def _opening_verb(language: Language) -> WordPattern:
    """A verb or a word of manner before a noun, unless it says which: 重点项目."""
    tables = language.tables
    manner = {*tables.words("verbs", "padding"), *tables.words("targets", "manner")}
    attributive = set(tables.words("targets", "attributive"))
    doings = deeds(language) | set(tables.words("verbs", "deeds"))
    return WordPattern(doings | manner - attributive)


def without_verbs(name: str, language: Language) -> str:
    """A name without the verbs that it begins with; 保障房 keeps what would leave 房."""
    rest = name
    while verb := _opening_verb(language).match(rest):
        ahead = rest[verb.end() :]
        if ahead[:1] in joints(language, "names and numbers"):
            ahead = ahead[1:]  # 新开工及筹集公寓
        if len(ahead) < _SHORTEST or language.tables.word("targets", "suffixes").match(ahead):
            break
        rest = ahead
    return rest
