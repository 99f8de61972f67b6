"""Which words of a clause name what each of its numbers counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from policydiff.analysis.names import (
    cleaned,
    dealt,
    dealt_silently,
    listed_under,
    name_joint,
    name_rim,
    only_verbs,
    rims,
    strip_leads,
    strip_predicates,
)
from policydiff.analysis.numbers import Number, deeds, joints
from policydiff.analysis.units import unit_kind
from policydiff.language.language import Language
from policydiff.language.tables import alternatives
from policydiff.language.words import LastWord

#: How far the name of what is counted reaches back from the number, and on behind it.
_LONGEST_HEAD = 60
_LONGEST_NOUN = 24
#: A part of a sentence that names the indicator of the next part is short: 地区生产总值,确保增长6%.
_LONGEST_SUBJECT = 20
#: Units of what is counted by the noun right behind the number.
_COUNTED: Final = frozenset({"count", "length", "area"})
#: A head so short names nothing by itself, and a noun so short is one of a kind: 队伍, 线路.
_SHORT_HEAD: Final = 6
_GENERIC: Final = 2
#: A longer subject is a sentence of its own and names nothing that a later number is of.
_LONGEST_OWNER = 16


class Named(NamedTuple):
    """A number, what it counts, where the words for it begin, and where those behind it end."""

    number: Number
    name: str
    start: int
    end: int


class _Noun(NamedTuple):
    """The noun behind a number and where it ends; ``text`` is '' where there is none."""

    text: str
    end: int


def with_indicators(text: str, numbers: Sequence[Number], language: Language) -> list[Named]:
    """Each number with the name of what it counts and where the words for it begin."""
    named: list[Named] = []
    carried = ""  # the verb that a list of counts shares
    i = 0
    while i < len(numbers):
        number = numbers[i]
        head_start = _head_start(text, numbers, i, named, language)
        head = text[head_start : number.start]
        subjects, in_turn = dealt(head, language)
        group = _listed_group(text, numbers, i, language) if in_turn or not subjects else [number]
        if not subjects:
            subjects = dealt_silently(head, len(group), language)
            group = group if subjects else [number]
        if len(group) > 1:
            subjects = listed_under(head, subjects, len(group), language)
            for k, n in enumerate(_sharing_bounds(group)):
                name = subjects[min(k, len(subjects) - 1)]
                named.append(Named(n, name, head_start if k == 0 else n.start, n.end))
            i += len(group)
            continue
        i += 1
        if len(subjects) > 1:
            # 分别下降3%, 都要减少2%: one number for several subjects; 各1条 shares the verb too.
            bare = strip_predicates(head, language) == head
            if not (
                bare and named and _same_list(text, named[-1].number, number, head_start, language)
            ):
                carried = ""
            named += [Named(number, carried + name, head_start, number.end) for name in subjects]
            continue
        one, carried = _single(text, named, number, head_start, carried, language)
        named.append(one)
    return _lent_forward(text, named, language)


def _single(
    text: str,
    named: Sequence[Named],
    number: Number,
    head_start: int,
    carried: str,
    language: Language,
) -> tuple[Named, str]:
    """A number of its own with what it counts, and the verb that the next of its list shares.

    ``carried``: the verb that the list shared so far.
    """
    name, end = _indicator(text, head_start, number, language)
    if not name:
        name = named[-1].name if named else _earlier_subject(text, head_start, language)
        head = text[head_start : number.start]
        noun = _noun_behind(text, number, language).text
        name = name or noun or head.strip() or text[number.start : number.end]
        return Named(number, name, head_start, end), carried
    tail = _dependent_tail(language).search(name)
    described = tail and language.tables.word("targets", "belonging").match(text, number.end)
    if tail and (
        described or not tail.start() or only_verbs(language).fullmatch(name[: tail.start()])
    ):
        owner = _owner_behind(text, number, language)
        if owner.text:
            return Named(number, owner.text + tail.group(), head_start, owner.end), ""
        owned = not tail.start() and _owner(text, named, head_start, language)
        if owned:
            return Named(number, owned + name, head_start, end), ""
    if language.tables.one_of("targets", "each").fullmatch(name):
        counted = _noun_behind(text, number, language)
        if counted.text:  # 每个社区安排200万元经费
            return Named(number, name + counted.text, head_start, counted.end), carried
        if named:  # 基金5亿元(每个社区200万元)
            return Named(number, named[-1].name, head_start, end), carried
    verb = language.tables.word("targets", "shared_verbs").match(name)
    if verb:
        if (
            verb.end() == len(name)
            and named
            and _same_list(text, named[-1].number, number, head_start, language)
        ):
            # 新开工公寓900套、竣工200套: the verb alone, of what the number before counts.
            name += _without_verbs(named[-1].name, language)
        elif verb.end() == len(name):
            # 便民药店,力争新建2家: of what the part before names.
            name += _owner(text, (), head_start, language)
        return Named(number, name, head_start, end), verb.group()
    listed = carried and not _has_verb(text[head_start : number.start], name, language)
    if listed and named and _same_list(text, named[-1].number, number, head_start, language):
        return Named(number, carried + name, head_start, end), carried
    return Named(number, name, head_start, end), ""


def _has_verb(head: str, name: str, language: Language) -> bool:
    """Whether a head has a verb of its own, as in 修缮6所: then it shares that of no other."""
    names = (name, cleaned(head, language))
    if any(only_verbs(language).fullmatch(one) for one in names if one):
        return True
    return language.tables.word("targets", "shared_verbs").search(name) is not None


def _lent_forward(text: str, named: list[Named], language: Language) -> list[Named]:
    """开工6座、建成2座过街天桥: a verb or a level alone is of the noun behind the next number."""
    for k in reversed(range(len(named) - 1)):
        here, following = named[k], named[k + 1]
        attribute = language.tables.one_of("targets", "attributes")
        of_next = _dependent(language).fullmatch(here.name) and here.end == following.start - 1
        if of_next and unit_kind(following.number.unit, language) != "rate":
            # 投资6亿元,完成8万户气代煤改造
            named[k] = here._replace(name=_without_verbs(following.name, language) + here.name)
            continue
        if (
            following.end > following.number.end
            and (only_verbs(language).fullmatch(here.name) or attribute.search(here.name))
            and _same_list(text, here.number, following.number, following.start, language)
        ):
            noun = text[following.number.end : following.end].strip(rims(language, "noun"))
            named[k] = here._replace(name=here.name + attribute.sub("", noun))
    return named


def _break(language: Language, role: str) -> re.Pattern[str]:
    return language.tables.role("targets", "breaks", role)


def _head_start(
    text: str, numbers: Sequence[Number], i: int, named: Sequence[Named], language: Language
) -> int:
    """Where the words that belong to number ``i`` begin: behind the last break, the number before,
    and the noun that names that number.
    """
    start, at = numbers[i - 1].end if i else 0, numbers[i].start
    if named and named[-1].end <= at:
        start = max(start, named[-1].end)
    for m in _break(language, "part").finditer(text, start, at):
        start = m.end()
    start = max(start, at - _LONGEST_HEAD)
    between = joints(language, "names and numbers")
    while start < at and (text[start] == " " or text[start] in between):
        start += 1
    return start


def _listed_group(
    text: str, numbers: Sequence[Number], i: int, language: Language
) -> Sequence[Number]:
    """The numbers that follow each other with nothing but a joint between them."""
    between = joints(language, "names and numbers", "numbers")
    end = i + 1
    while end < len(numbers):
        # 每人每月800元和每人每年7000元: whom a number is for does not end the list.
        gap = name_rim(language, "number").sub("", text[numbers[end - 1].end : numbers[end].start])
        if gap.strip() not in between:
            break
        end += 1
    return numbers[i:end]


def _sharing_bounds(group: Sequence[Number]) -> list[Number]:
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


def _same_list(text: str, last: Number, here: Number, head_start: int, language: Language) -> bool:
    """Whether two counts are members of one list, so that the verb of the first holds for both."""
    between = text[last.end : head_start].strip(" ,")
    head = text[head_start : here.start]
    joint = between[-1:] if between else ""
    listed = not between or between in joints(language, "names and numbers")
    # A noun behind the first number belongs to it: 2个示范区、20个示范村.
    listed = listed or joint in joints(language, "names and numbers")
    return (
        listed
        and _break(language, "part").search(between) is None
        and unit_kind(last.unit, language) == unit_kind(here.unit, language)
        and not language.tables.word("targets", "own_predicates").search(head)
    )


def _indicator(text: str, head_start: int, number: Number, language: Language) -> tuple[str, int]:
    """What the number counts, and where the words for it behind the number end.

    The words before it, or, where none are, the noun behind it.
    """
    word = language.tables.word
    head = text[head_start : number.start]
    name = cleaned(head, language)
    noun = _noun_behind(text, number, language)
    names_something = noun.text and not word("targets", "empty_nouns").fullmatch(noun.text)
    if names_something and name and _only_modifies(head, language):
        return _verb_of(name, language) + _without_tail(noun.text, language), noun.end
    if not name or only_verbs(language).fullmatch(name):
        if not names_something:
            return name, number.end
        verb = _verb_of(strip_leads(head.strip(), language), language)
        return verb + _without_tail(noun.text, language), noun.end
    place = word("targets", "places").fullmatch(_without_verbs(name, language))
    of_noun = place or unit_kind(number.unit, language) == "power"
    if names_something and of_noun:
        # 城区35条街 counts streets; 北山50兆瓦风电 says how large a plant is.
        return name + noun.text, noun.end
    counted = names_something and _counted(name, noun.text, number, language)
    if counted:
        return counted, noun.end
    verb_at_end = _last_deed(language).search(name)
    rate = unit_kind(number.unit, language) == "rate"
    opened = word("targets", "object_openers").match(name)
    if names_something and verb_at_end and opened and not rate:
        # 支持某厂改造4000吨热模锻生产线 counts the line.
        shared = word("targets", "shared_verbs").fullmatch(verb_at_end.group())
        return (verb_at_end.group() if shared else "") + noun.text, noun.end
    return name, number.end


def _counted(name: str, noun: str, number: Number, language: Language) -> str:
    """What a number of things, a length or an area is of, where a noun stands right behind it and
    other words before it: 柳庄、东港2个文化站 counts stations. '' where the noun names nothing.

    A short name, or that of what has a length or an area, says which of the things are meant.
    """
    kind, one_of = unit_kind(number.unit, language), language.tables.one_of
    of_rate = one_of("targets", "rate_nouns").match(noun) if kind == "rate" else None
    if of_rate:
        return name + of_rate.group()
    noun = _without_tail(noun, language)
    if kind not in _COUNTED or one_of("targets", "behind_names").match(noun):
        return ""
    verb = _verb_of(name, language)
    bare = name[len(verb) :]
    says_which = (
        one_of("targets", "each").match(bare)
        or len(bare) <= _SHORT_HEAD
        or kind != "count"
        or len(noun) <= _GENERIC
    )
    listed = len(name_joint(language).split(bare)) > 1
    if says_which and not listed and len(bare) + len(noun) <= _LONGEST_OWNER:
        return name + noun
    return verb + noun


def _without_tail(noun: str, language: Language) -> str:
    """The noun without what becomes of it: 重点项目年内全部开工; a general noun keeps it."""
    bare = language.tables.one_of("targets", "noun_tails").sub("", noun)
    general = language.tables.word("targets", "general_nouns").fullmatch(bare)
    return noun if general or not bare else bare


def _verb_of(head: str, language: Language) -> str:
    """The verb at the beginning of a head that tells a flow from a stock, or ''."""
    verb = language.tables.word("targets", "shared_verbs").match(head)
    # 完成 is only a lead to its object; 新增 tells a flow from a stock.
    keeps = verb and not language.tables.word("targets", "leads").fullmatch(verb.group())
    return verb.group() if verb and keeps else ""


def _only_modifies(head: str, language: Language) -> bool:
    """Whether a head says which of the things behind the number are meant: 打通环城路等10条."""
    return language.tables.one_of("targets", "modifying").fullmatch(head.strip()) is not None


@cache
def _last_deed(language: Language) -> LastWord:
    return LastWord(deeds(language))


#: Digits, and blanks for them, end a noun.
_DIGIT = re.compile("[0-9x]")


def _noun_behind(text: str, number: Number, language: Language) -> _Noun:
    """The noun that follows a number directly."""
    tables = language.tables
    limit = min(len(text), number.end + _LONGEST_NOUN)
    m = _break(language, "item").search(text, number.end, limit)
    behind = text[number.end : m.start() if m else limit]
    cut = _DIGIT.split(behind, maxsplit=1)[0]
    while cut and cut[-1] in joints(language, "names and numbers") and len(cut) < len(behind):
        cut = cut[:-1]
    noun = cut.strip(rims(language, "noun"))
    lead = _effort(language).match(noun)
    if lead or not noun:
        return _Noun("", number.end)
    # 20家企业总产值达到50亿元: with a predicate it belongs to the next number as well.
    shared = len(cut) < len(behind) and tables.word("targets", "own_predicates").search(cut)
    end = number.end if shared else number.end + len(cut)
    noun = tables.one_of("targets", "noun_cuts").sub("", noun)
    if len(cut) < len(behind) and (tail := _dependent_tail(language).search(noun)):
        # 12项工程投资300亿元: what stands before the next number is of that number.
        noun, end = noun[: tail.start()] or noun, number.end
    return _Noun(noun, end)


@cache
def _effort(language: Language) -> re.Pattern[str]:
    """Words of time and effort, with which no noun begins."""
    entries = language.tables.load("targets")["leads"]
    return re.compile(alternatives(w for e in entries if e["role"] != "place" for w in e["words"]))


def _earlier_subject(text: str, head_start: int, language: Language) -> str:
    """The short part of the sentence before a part that has a predicate only, or ''."""
    before = text[max(0, head_start - _LONGEST_SUBJECT - 1) : head_start].rstrip(", ")
    part = _break(language, "part").split(before)[-1]
    return cleaned(part, language) if len(part) < _LONGEST_SUBJECT else ""


# --- names that say nothing without what they are of ----------------------------------------------


@cache
def _dependent(language: Language) -> re.Pattern[str]:
    return language.tables.one_of("targets", "dependent")


def _owner(text: str, named: Sequence[Named], head_start: int, language: Language) -> str:
    """What a name such as 完成投资 is of: what the number before counts, or the part before it."""
    if named:
        last = named[-1].name
        m = _dependent_tail(language).search(last)
        owner = _without_verbs(last[: m.start()] if m else last, language)
    else:
        owner = _without_verbs(_earlier_subject(text, head_start, language), language)
    short = 1 < len(owner) <= _LONGEST_OWNER
    return owner if short and not _DIGIT.search(owner) else ""


def _owner_behind(text: str, number: Number, language: Language) -> _Noun:
    """投资3亿元的热电项目: the noun behind the number, where a particle joins the two."""
    if not language.tables.word("targets", "belonging").match(text, number.end):
        return _Noun("", number.end)
    noun = _noun_behind(text, number, language)
    whole = language.tables.one_of("targets", "undertakings").match(noun.text)
    if whole:
        return _Noun(whole.group(), text.index(noun.text, number.end) + whole.end())
    goes_on = _DIGIT.match(text, noun.end)  # 投资5亿元的年出栏20万只肉羊项目
    return _Noun("", number.end) if goes_on else noun


@cache
def _dependent_tail(language: Language) -> re.Pattern[str]:
    return re.compile(f"(?:{_dependent(language).pattern})$")


def _without_verbs(name: str, language: Language) -> str:
    """A name without the verbs that it begins with."""
    verbs = only_verbs(language).match(name)
    rest = name[verbs.end() :] if verbs else name
    if language.tables.word("targets", "suffixes").match(rest):
        verb = language.tables.word("targets", "shared_verbs").match(name)
        return name[verb.end() :] if verb else name
    return rest
