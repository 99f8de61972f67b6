"""The noun behind a number: how far it reaches, and what of it names what is counted.

Works on folded text; offsets are into it. What the words mean stands in the tables of the language.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from policydiff.analysis.names import name_joint, only_verbs, rims, strip_predicates
from policydiff.analysis.numbers import Number, deed, joints
from policydiff.analysis.units import unit_kind
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import alternatives

#: How far the name of what is counted reaches behind the number; a list reaches farther.
_LONGEST_NOUN: Final = 24
_LONGEST_LIST: Final = 36
#: Later names of such a list are as short as this, unless the first is a mere attribute.
_LONGEST_ITEM: Final = 12
_ATTRIBUTE: Final = 3
#: Units of what is counted by the noun right behind the number.
_COUNTED: Final = frozenset({"count", "length", "area"})
#: A head so short names nothing by itself, and a noun so short is one of a kind: 队伍, 线路.
_SHORT_HEAD: Final = 6
_GENERIC: Final = 2
#: A longer subject is a sentence of its own and names nothing that a later number is of.
LONGEST_OWNER: Final = 16
#: Digits, and blanks for them.
DIGIT: Final = compile_pattern("[0-9x]")


class Noun(NamedTuple):
    """The noun behind a number and where it ends; ``text`` is '' where there is none."""

    text: str
    end: int


def part_break(language: Language) -> re.Pattern[str]:
    """The marks between the parts of a sentence."""
    return language.tables.role("targets", "breaks", "part")


def noun_behind(text: str, number: Number, language: Language) -> Noun:
    """The noun that follows a number directly.

    >>> from policydiff.analysis.folded import FoldedText
    >>> from policydiff.analysis.numbers import numbers_of
    >>> from policydiff.language.zh import CHINESE
    >>> for text in ("新建6个市政、社区公园,修路", "改造2座10千伏变电站", "建设3所学校、新增床位"):
    ...     (number,) = numbers_of(FoldedText(text, CHINESE))
    ...     print(noun_behind(text, number, CHINESE).text)
    市政、社区公园
    10千伏变电站
    学校
    """
    tables = language.tables
    behind = text[number.end : _noun_end(text, number, language)]
    cut, goes_on = _before_number(behind, number.until - number.end, language)
    while goes_on and (joint := _joint_at_end(cut, language)):
        cut = cut.removesuffix(joint)
    up_to_next = text[number.end : max(number.end, number.until)]
    others = tables.one_of("targets", "among_others").search(up_to_next)
    if others and not part_break(language).search(up_to_next):
        # 修缮7条道路和河东、柳湾等50条村道: behind the joint the next number begins.
        cut = _joined(language).split(cut)[0]
    attributes = tables.one_of("targets", "attribute_lists").match(text, number.end, number.until)
    if attributes:
        return Noun(attributes["of"], attributes.end())  # 20个吸引力强、带动面广的场景
    noun = cut.strip(rims(language, "noun"))
    kept = tables.word("targets", "kept_heads").match(noun)
    if not noun or (not kept and _effort(language).match(noun)):
        return Noun("", number.end)
    # 20家企业总产值达到50亿元: with a predicate it belongs to the next number as well.
    shared = goes_on and tables.word("targets", "own_predicates").search(cut)
    end = number.end if shared else number.end + len(cut)
    noun = tables.one_of("targets", "noun_cuts").sub("", noun)
    if shared:
        noun = strip_predicates(noun, language) or noun
    if goes_on and (tail := dependent_tail(language).search(noun)):
        # 12项工程投资300亿元: what stands before the next number is of that number.
        noun, end = noun[: tail.start()] or noun, number.end
    return Noun(noun, end)


def _joint_at_end(noun: str, language: Language) -> str:
    """What joins a noun to the number behind it, or nothing: 2条示范线以及58个村."""
    words = joints(language, "names and numbers")
    return max((word for word in words if noun.endswith(word)), key=len, default="")


@cache
def _joined(language: Language) -> re.Pattern[str]:
    """The words that join the last member of a list to the others."""
    _mark, *words = language.tables.load("targets")["joints"][0]["words"]
    return compile_pattern(f"(?<=..)(?:{alternatives(words)})(?=..)")


def _before_number(behind: str, until: int, language: Language) -> tuple[str, bool]:
    """What stands behind a number up to the next one, and whether there is one. ``until``: where
    the next target begins; a year or another item ends a noun too, while 10千伏 is part of it.
    """
    if until < len(behind):
        return behind[: max(0, until)], True
    other = language.tables.one_of("targets", "other_numbers").search(behind)
    return (behind[: other.start()], True) if other else (behind, False)


def _noun_end(text: str, number: Number, language: Language) -> int:
    """Where the noun behind a number ends at the latest: at a mark that is no part of it."""
    start = number.end
    limit = min(len(text), start + _LONGEST_NOUN)
    marks = language.tables.role("targets", "breaks", "item")
    whole = language.tables.one_of("targets", "inside_nouns")
    at = start
    while at < limit:
        m = marks.search(text, at, limit)
        quoted = whole.search(text, at, limit)
        if quoted and (
            m is None or quoted.start() <= m.start()
        ):  # “示范路、特色街”建设, 国际（化）学校
            at = quoted.end()
            continue
        if m is None:
            m = marks.search(text, limit, start + _LONGEST_LIST)  # no word is cut in two
            return m.start() if m else limit
        end = _list_end(text, number, m.start(), language) if m.start() > start else 0
        return end or m.start()
    return at


def _list_end(text: str, number: Number, at: int, language: Language) -> int:
    """Where a list of nouns ends that all belong to the number, whose first mark stands ``at``;
    0 where what follows is something else.
    """
    (mark, *_) = language.tables.load("targets")["joints"][0]["words"]
    stop = part_break(language).search(text, at)
    end = stop.start() if stop else len(text)
    if text[at] != mark or end > number.until or end - number.end > _LONGEST_LIST:
        return 0
    if language.tables.one_of("targets", "noun_tails").search(text[number.end : at]):
        return 0
    items = text[at + 1 : end].split(mark)
    if at - number.end > _ATTRIBUTE and max(map(len, items)) > _LONGEST_ITEM:
        return 0
    acts = any(_acts(item, language) for item in items)
    return 0 if acts else end


def _acts(item: str, language: Language) -> bool:
    """Whether a member of a list begins with a verb; 低成本 begins with a mere character."""
    verbs = only_verbs(language).match(item)
    return (verbs is not None and verbs.end() > 1) or deed(language).match(item) is not None


def counted(name: str, noun: str, number: Number, language: Language) -> str:
    """What a number of things, a length or an area is of, where a noun stands right behind it and
    other words before it: 柳庄、东港2个文化站 counts stations. '' where the noun names nothing.

    A short name, or that of what has a length or an area, says which of the things are meant.
    """
    kind, one_of = unit_kind(number.unit, language), language.tables.one_of
    of_rate = one_of("targets", "rate_nouns").match(noun) if kind == "rate" else None
    if of_rate:
        return name + of_rate.group()
    noun = without_tail(noun, language)
    if kind not in _COUNTED or one_of("targets", "behind_names").match(noun):
        return ""
    verb = verb_of(name, language)
    bare = name[len(verb) :]
    says_which = (
        one_of("targets", "each").match(bare)
        or len(bare) <= _SHORT_HEAD
        or kind != "count"
        or len(noun) <= _GENERIC
    )
    begun = deed(language).match(bare)
    measured = bare[begun.end() :] if begun else bare
    if kind != "count" and noun and _dependent(language).fullmatch(measured):
        return verb + noun + measured  # 启动占地90亩的公园建设
    listed = len(name_joint(language).split(bare)) > 1
    if says_which and not listed and len(bare) + len(noun) <= LONGEST_OWNER:
        return name + noun
    return verb + noun


def without_tail(noun: str, language: Language) -> str:
    """The noun without what becomes of it: 重点项目年内全部开工; a general noun keeps it."""
    bare = language.tables.one_of("targets", "noun_tails").sub("", noun)
    general = language.tables.word("targets", "general_nouns").fullmatch(bare)
    return noun if general or not bare else bare


def verb_of(head: str, language: Language) -> str:
    """The verbs at the beginning of a head that tell a flow from a stock, or ''."""
    word = language.tables.word
    verb = word("targets", "shared_verbs").match(head)
    # 完成 is only a lead to its object; 新增 tells a flow from a stock.
    if not verb or word("targets", "leads").fullmatch(verb.group()):
        return ""
    if word("targets", "suffixes").match(head, verb.end()):
        return ""  # 建设局
    end = verb.end()
    if head[end : end + 1] in joints(language, "names and numbers"):
        end += 1  # 新建和改造公园4个
    second = word("targets", "second_verbs").match(head, end)
    return head[: second.end() if second else verb.end()]


@cache
def _effort(language: Language) -> re.Pattern[str]:
    """Words of time and effort, with which no noun begins."""
    entries = language.tables.load("targets")["leads"]
    return compile_pattern(
        alternatives(w for e in entries if e["role"] != "place" for w in e["words"])
    )


# --- what a number behind 投资 and the like is of ------------------------------------------------


@cache
def _dependent(language: Language) -> re.Pattern[str]:
    return language.tables.one_of("targets", "dependent")


@cache
def dependent_tail(language: Language) -> re.Pattern[str]:
    """The end of a name that says nothing without what it is of: 完成投资."""
    return compile_pattern(f"(?:{_dependent(language).pattern})$")


def owner_behind(text: str, number: Number, language: Language) -> Noun:
    """投资3亿元的热电项目: the noun behind the number, where a particle joins the two."""
    if not language.tables.word("targets", "belonging").match(text, number.end):
        return Noun("", number.end)
    if number.end + 1 == number.until:  # 总投资3亿元的15个重点项目
        at = language.tables.one_of("targets", "counted_first").match(text, number.until)
        of_those = number._replace(end=at.end() if at else number.until, until=len(text))
        noun = noun_behind(text, of_those, language)
        return Noun(without_tail(noun.text, language) if at else "", number.end)
    noun = noun_behind(text, number, language)
    among = language.tables.one_of("targets", "among_others").search(noun.text)
    if among:  # 投资3亿元的粮油加工等8个项目
        return Noun(noun.text[: among.start()], noun.end)
    whole = language.tables.one_of("targets", "undertakings").match(noun.text)
    if whole:
        return Noun(whole.group(), text.index(noun.text, number.end) + whole.end())
    goes_on = DIGIT.match(text, noun.end)  # 投资5亿元的年出栏20万只肉羊项目
    return Noun("", number.end) if goes_on else noun


def fund_behind(text: str, number: Number, language: Language, *, bare: bool = False) -> str:
    """筹措7亿元实施就业惠民工程: the money for what stands behind it, or ''.

    ``bare``: also behind a comma, as of ``purpose_behind``.
    """
    spent = language.tables.words("targets", "spent")[0]
    purpose = purpose_behind(text, number, spent, language, bare=bare)
    (fund,) = language.tables.words("targets", "funds")
    return purpose + fund if purpose else ""


def purpose_behind(text: str, number: Number, tail: str, language: Language, *, bare: bool) -> str:
    """投资6亿元启动游客中心建设: what the money behind 投资 is spent on, or ''.

    ``tail``: the word for the money. Behind a comma only where the next part has no number and the
    word stands ``bare`` before the amount: 完成投资6亿元,推进招商 are two things.
    """
    if not language.tables.word("targets", "spent").fullmatch(tail):
        return ""
    lead = language.tables.one_of("targets", "purposes").match(text, number.end)
    at = lead.end() if lead else number.end
    while verb := deed(language).match(text, at):
        at = verb.end()
        if text[at : at + 1] in joints(language, "names and numbers"):
            at += 1  # 更新和购置设备
            continue
        break
    stop = part_break(language).search(text, at)
    end = stop.start() if stop else len(text)
    if verb is None or (lead and lead["comma"] and (not bare or number.until < end)):
        return ""
    thing = text[at : number.until].strip(rims(language, "noun"))
    if len(thing) > 1 and number.until < end:
        return thing  # 投资2亿元建设标准地300亩
    purpose = text[at:end]
    if len(purpose) > _LONGEST_NOUN:
        purpose = name_joint(language).split(purpose)[0]
    number_first = language.tables.one_of("targets", "counted_first").match(purpose)
    purpose = purpose[number_first.end() :] if number_first else purpose
    return purpose.strip(rims(language, "noun")) if len(purpose) <= _LONGEST_NOUN else ""
