"""Which words of a clause name what each of its numbers counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from policydiff.analysis.main_indicators import main_subjects
from policydiff.analysis.names import (
    as_many,
    cleaned,
    dealt,
    dealt_silently,
    listed_under,
    name_rim,
    only_verbs,
    rims,
    strip_leads,
    strip_predicates,
)
from policydiff.analysis.nouns import (
    counted,
    dependent_tail,
    fund_behind,
    noun_behind,
    part_break,
    verb_of,
    without_tail,
)
from policydiff.analysis.numbers import Number, deed, deeds, doing, joints, sharing_bounds
from policydiff.analysis.owners import (
    MEASURED,
    Named,
    earlier_subject,
    of_an_owner,
    only_acts,
    owner_of,
    things_before,
    things_of,
    without_verbs,
)
from policydiff.analysis.units import unit_kind
from policydiff.language.language import Language
from policydiff.language.words import LastWord

#: One character names nothing.
_SHORTEST = 2
#: Units of what is counted one by one: 新增专家30名、团队5个 share a verb.
_COUNTS = frozenset({"count", "people"})
#: A noun behind an amount of money that is no longer is what the verb before it does.
_SHORT_NOUN = 6
#: How far the name of what is counted reaches back from the number.
_LONGEST_HEAD = 60


def with_indicators(text: str, numbers: Sequence[Number], language: Language) -> list[Named]:
    """Each number with the name of what it counts and where the words for it begin."""
    named: list[Named] = []
    carried = ""  # the verb that a list of counts shares
    numbers = [n for k, n in enumerate(numbers) if not _scopes_next(text, numbers, k, language)]
    i = 0
    while i < len(numbers):
        number = numbers[i]
        head_start = _head_start(text, numbers, i, named, language)
        head = text[head_start : number.start]
        subjects, in_turn = dealt(head, language)
        group = _listed_group(text, numbers, i, language) if in_turn or not subjects else [number]
        if in_turn and not subjects:
            subjects = _dealt_before(head, named, len(group), language)
        if not subjects:
            subjects = dealt_silently(head, len(group), language)
            group = group if subjects else [number]
            if not subjects and unit_kind(number.unit, language) == "rate":
                subjects = main_subjects(head, language)
        if len(group) > 1:
            subjects = _listed_before(text, head, head_start, subjects, len(group), language)
            for k, n in enumerate(sharing_bounds(group)):
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
            rate = unit_kind(number.unit, language) == "rate"
            shared = "" if rate else verb_of(subjects[0], language)
            for k, name in enumerate(subjects):
                verb = shared if k and not verb_of(name, language) else ""
                named.append(Named(number, carried + verb + name, head_start, number.end))
            continue
        one, carried = _single(text, named, number, head_start, carried, language)
        named.append(one)
    polish, lent = language.tables.one_of("targets", "polish"), _lent_forward(text, named, language)
    return [one._replace(name=polish.sub("", one.name) or one.name) for one in lent]


def _dealt_before(head: str, named: Sequence[Named], wanted: int, language: Language) -> list[str]:
    """What the numbers right before count, of which ``wanted`` more numbers are dealt out in turn:
    水稻、小麦产量分别达到9万吨、4万吨,分别增长2%、3%; [] where they count no different things.
    """
    word = language.tables.role("targets", "distributors", "in turn").search(head)
    if word is None or cleaned(head[: word.start()], language):
        return []
    listed = as_many(named[-1].name, wanted, language) if named else []
    if len(listed) == wanted:  # 存款和贷款余额双双翻番,分别达到90亿元、70亿元
        return listed
    names = list(dict.fromkeys(one.name for one in named[-wanted:]))
    return names if len(names) == wanted > 1 else []


def _listed_before(
    text: str, head: str, head_start: int, subjects: list[str], wanted: int, language: Language
) -> list[str]:
    """The names of ``wanted`` numbers, which a list in the head deals out, or in the part before:
    发展玉雕、竹编两大产业,产值分别达到3亿元、2亿元.
    """
    if len(subjects) < _SHORTEST and head_start:
        before = part_break(language).split(text[:head_start].rstrip(", "))[-1]
        listed = as_many(without_verbs(before, language), wanted, language)
        if len(listed) == wanted and subjects:
            measured = subjects[0]
            return [one.removesuffix(measured[:_SHORTEST]) + measured for one in listed]
    return listed_under(head, subjects, wanted, language)


def _scopes_next(text: str, numbers: Sequence[Number], k: int, language: Language) -> bool:
    """Whether number ``k`` only says of which things the next is a rate: 500米站点覆盖率达94%."""
    number = numbers[k]
    if k + 1 == len(numbers) or unit_kind(number.unit, language) == "rate":
        return False
    following = numbers[k + 1]
    between = text[number.end : following.start]
    if unit_kind(following.unit, language) != "rate" or part_break(language).search(between):
        return False
    start = numbers[k - 1].end if k else 0
    head = part_break(language).split(text[start : number.start])[-1]
    rate = language.tables.one_of("targets", "rates_of").search(between)
    only_leads = not head.strip() or language.tables.word("targets", "leads").fullmatch(head)
    return rate is not None and bool(only_leads or not _acts(head, language))


def _acts(head: str, language: Language) -> bool:
    """Whether a head has a verb of doing, whose object a number behind it counts."""
    name = strip_leads(head.strip(), language)
    return deed(language).search(name) is not None or verb_of(name, language) != ""


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
        name = named[-1].name if named else earlier_subject(text, head_start, language)
        if named and unit_kind(number.unit, language) == "rate":
            # 100%达到国家标准,70%以上达到绿色标准
            done, last = language.tables.one_of("targets", "rate_predicates"), named[-1].number
            before, own = done.match(text, last.end), done.match(text, number.end)
            if before and own and name.endswith(before.group()):
                name = name.removesuffix(before.group()) + own.group()
        head = text[head_start : number.start]
        noun = noun_behind(text, number, language).text
        if not name and unit_kind(number.unit, language) == "money":
            name = fund_behind(text, number, language)
        name = name or noun or head.strip() or text[number.start : number.end]
        return Named(number, name, head_start, end), carried
    one = of_an_owner(text, named, number, Named(number, name, head_start, end), language)
    if one is not None:
        return one, ""
    bare = name in language.tables.words("targets", "funds")  # 安排资金1亿元,引进团队
    if unit_kind(number.unit, language) == "money" and (bare or only_acts(name, language)):
        fund = fund_behind(text, number, language, bare=bare)
        if fund:  # 筹措7亿元实施就业惠民工程
            return Named(number, fund, head_start, end), ""
    if language.tables.one_of("targets", "each").fullmatch(name):
        given = noun_behind(text, number, language)
        if given.text:  # 每个社区安排200万元经费
            thing = without_tail(given.text, language)
            return Named(number, name + thing, head_start, given.end), carried
        if named:  # 基金5亿元(每个社区200万元)
            return Named(number, name + named[-1].name, head_start, end), carried
    verb = language.tables.word("targets", "shared_verbs").match(name)
    if verb and not language.tables.word("targets", "suffixes").match(name, verb.end()):
        name = _with_object(text, named, number, head_start, name, language)
        return Named(number, name, head_start, end), verb.group()
    own_object = language.tables.word("targets", "own_objects").fullmatch(name)
    if not own_object and only_acts(name, language):
        things = things_before(text, named, number, head_start, language)
        if things:  # 筹集公寓900套、竣工200套
            return Named(number, name + things, head_start, end), ""
    if carried and named and _shares_verb(text, named[-1], number, head_start, name, language):
        return Named(number, carried + name, head_start, end), carried
    return Named(number, name, head_start, end), ""


def _with_object(
    text: str,
    named: Sequence[Named],
    number: Number,
    head_start: int,
    name: str,
    language: Language,
) -> str:
    """A verb that a list of counts shares, with what it is done to where it stands alone."""
    if not only_acts(name, language):
        return name
    if named and _same_list(text, named[-1].number, number, head_start, language):
        # 新开工公寓900套、竣工200套: of what the number before counts.
        things = things_of(named[-1].name, language)
        return name if only_acts(things, language) else name + things
    # 便民药店,力争新建2家: of what the part before names.
    things = things_before(text, named, number, head_start, language)
    return name + (things or owner_of(text, (), head_start, language))


def _shares_verb(
    text: str, last: Named, number: Number, head_start: int, name: str, language: Language
) -> bool:
    """Whether a count shares the verb of the one before it, of whose list it is."""
    if _has_verb(text[head_start : number.start], name, language):
        return False
    if language.tables.word("targets", "object_verbs").match(name):
        return False  # 新增床位300张、培训护士50人
    if "," in text[last.number.end : head_start]:
        # 改造公厕30座,打通断头路5条: behind a comma only a noun does.
        whole = language.tables.one_of("targets", "complete_names").search(name)
        own = language.tables.word("targets", "own_verbs").match(name)
        if whole or own or doing(language).match(name):
            return False
    return _same_list(text, last.number, number, head_start, language)


def _has_verb(head: str, name: str, language: Language) -> bool:
    """Whether a head has a verb of its own, as in 修缮6所: then it shares that of no other."""
    lead = language.tables.word("targets", "leads").match(head.strip())
    if lead and doing(language).fullmatch(lead.group()):
        return True  # 建成书屋5个,推进3个社区
    if any(only_verbs(language).fullmatch(one) for one in (name, cleaned(head, language)) if one):
        return True
    return language.tables.word("targets", "shared_verbs").search(name) is not None


def _lent_forward(text: str, named: list[Named], language: Language) -> list[Named]:
    """开工6座、建成2座过街天桥: a verb or a level alone is of the noun behind the next number."""
    lent = ""  # the noun that the number behind was lent
    for k in reversed(range(len(named) - 1)):
        here, following = named[k], named[k + 1]
        attribute = language.tables.one_of("targets", "attributes")
        joined = text[here.number.end : following.number.start] + "|"
        if language.tables.word("targets", "belonging").match(text, following.number.end) and (
            len(joined) <= _SHORTEST + _SHORTEST and joined[:-1] in here.name
        ):
            # 完成15个小区575户的老旧小区改造
            tail = dependent_tail(language).search(following.name)
            things = following.name[: tail.start()] if tail and tail.start() else following.name
            named[k] = here._replace(name=verb_of(here.name, language) + things)
            continue
        amount = _amount_of_next(text, here, following, language)
        if amount:
            # 投资6亿元,完成8万户气代煤改造
            named[k] = here._replace(name=without_verbs(following.name, language) + amount)
            continue
        if following.end == following.number.end:
            continue
        level = attribute.search(here.name)
        only_level = level is not None and level.end() == len(here.name)  # 3个市级
        if (only_verbs(language).fullmatch(here.name) or only_level) and _same_list(
            text, here.number, following.number, following.start, language
        ):
            noun = text[following.number.end : following.end].strip(rims(language, "noun"))
            if lent and attribute.search(noun):
                noun = lent  # 培育3个世界级、5个国家级、9个区域级集群
            lent = attribute.sub("", noun)
            named[k] = here._replace(name=here.name + attribute.sub("", noun))
            continue
        if here.end > here.number.end:
            work = _shared_work(text, here, following, language)
            named[k] = here._replace(name=here.name + work) if work else here
    return named


def _amount_of_next(text: str, here: Named, following: Named, language: Language) -> str:
    """The name of an amount that is of what the next number counts: 投资6亿元,完成8万户改造 or
    启动投资3亿元的12公里改线工程; '' where it is of something else.
    """
    belongs = language.tables.word("targets", "belonging").match(text, here.number.end)
    near = here.end == following.start - 1 or (belongs and here.end + 1 >= following.start)
    if not near or unit_kind(following.number.unit, language) == "rate":
        return ""
    amount = without_verbs(here.name, language) if belongs else here.name
    dependent = _dependent(language)
    if dependent.fullmatch(amount) is None or dependent.fullmatch(following.name):
        return ""
    among = language.tables.one_of("targets", "among_which").match(text, following.start)
    return "" if among or following.name.endswith(amount) else amount


def _shared_work(text: str, here: Named, following: Named, language: Language) -> str:
    """推进4所医院、9家社康中心标准化建设: what is done to the things of both numbers, or ''."""
    head = text[here.start : here.number.start].strip()
    between = text[here.end : following.number.start].strip()
    works = language.tables.one_of("targets", "shared_works")
    verbs = language.tables.word("targets", "work_verbs")
    if between and between not in joints(language, "names and numbers"):
        return ""
    manner = language.tables.word("targets", "lead_manner").match(head)
    verb = verbs.match(head) or (manner and verbs.match(head, manner.end()))
    if not verb or not (verb.end() == len(head) or _only_modifies(head, language)):
        return ""
    m = works.search(text[following.number.end : following.end])
    done = language.tables.one_of("targets", "own_works").search(here.name)
    measured = unit_kind(following.number.unit, language) in MEASURED
    # 完成4个车站、2万平方米复绿
    return m.group() if m and (m.start() or measured) and not done else ""


def _head_start(
    text: str, numbers: Sequence[Number], i: int, named: Sequence[Named], language: Language
) -> int:
    """Where the words that belong to number ``i`` begin: behind the last break, the number before,
    and the noun that names that number.
    """
    start, at = numbers[i - 1].end if i else 0, numbers[i].start
    if named and named[-1].end <= at:
        start = max(start, named[-1].end)
    for m in part_break(language).finditer(text, start, at):
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
        # 每月80元和每人每年7000元: whom a number is for ends no list; 80元,比上年增长5% is none.
        told = text[numbers[end - 1].end : numbers[end].start].strip()
        gap = name_rim(language, "number").sub("", told).strip()
        if gap not in between or (part_break(language).match(told) and told != gap):
            break
        end += 1
    return numbers[i:end]


def _same_list(text: str, last: Number, here: Number, head_start: int, language: Language) -> bool:
    """Whether two counts are members of one list, so that the verb of the first holds for both."""
    between = text[last.end : head_start].strip(" ,")
    head = text[head_start : here.at]
    behind_comma = "," in text[last.end : head_start]
    kinds = unit_kind(last.unit, language), unit_kind(here.unit, language)
    joint = between[-1:] if between else ""
    listed = not between or between in joints(language, "names and numbers")
    # A noun behind the first number belongs to it: 2个示范区、20个示范村.
    listed = listed or joint in joints(language, "names and numbers")
    return (
        listed
        and part_break(language).search(between) is None
        and (kinds[0] == kinds[1] or (_COUNTS.issuperset(kinds) and not behind_comma))
        and not language.tables.word("targets", "own_predicates").search(head)
    )


def _indicator(text: str, head_start: int, number: Number, language: Language) -> tuple[str, int]:
    """What the number counts, and where the words for it behind the number end.

    The words before it, or, where none are, the noun behind it.
    """
    word = language.tables.word
    head = text[head_start : number.start]
    name = cleaned(head, language)
    noun = noun_behind(text, number, language)
    names_something = noun.text and not word("targets", "empty_nouns").fullmatch(noun.text)
    if names_something and name and _only_modifies(head, language):
        return verb_of(name, language) + without_tail(noun.text, language), noun.end
    each = language.tables.one_of("targets", "each").match(name)  # 每个村培育2名带头人
    if not name or only_verbs(language).fullmatch(name[each.end() :] if each else name):
        if not names_something:
            return name, number.end
        verb = name if each else verb_of(strip_leads(head.strip(), language), language)
        return verb + without_tail(noun.text, language), noun.end
    place = word("targets", "places").fullmatch(without_verbs(name, language))
    of_noun = place or unit_kind(number.unit, language) == "power"
    if names_something and of_noun:
        # 城区35条街 counts streets; 北山50兆瓦风电 says how large a plant is.
        return name + without_tail(noun.text, language), noun.end
    thing = names_something and counted(name, noun.text, number, language)
    if thing:
        return thing, noun.end
    predicate = _rate_predicate(text, head, name, number, language)
    if predicate:
        return name + predicate, number.end + len(predicate)
    verb_at_end = _last_deed(language).search(name)
    kind = unit_kind(number.unit, language)
    if kind == "money" and names_something and verb_at_end and len(noun.text) <= _SHORT_NOUN:
        return name + without_tail(noun.text, language), noun.end  # 地方发行20亿元债券
    opened = word("targets", "object_openers").match(name)
    if names_something and verb_at_end and opened and kind != "rate":
        # 支持某厂改造4000吨热模锻生产线 counts the line.
        shared = word("targets", "shared_verbs").fullmatch(verb_at_end.group())
        return (verb_at_end.group() if shared else "") + noun.text, noun.end
    return name, number.end


def _rate_predicate(text: str, head: str, name: str, number: Number, language: Language) -> str:
    """What is done to so many of the things that stand right before a rate, or ''."""
    right_before = head.rstrip().endswith(name[-_SHORTEST:])
    if unit_kind(number.unit, language) != "rate" or not right_before:
        return ""
    m = language.tables.one_of("targets", "rate_predicates").match(text, number.end)
    return m.group() if m else ""


def _only_modifies(head: str, language: Language) -> bool:
    """Whether a head says which of the things behind the number are meant: 打通环城路等10条."""
    return language.tables.one_of("targets", "modifying").fullmatch(head.strip()) is not None


@cache
def _last_deed(language: Language) -> LastWord:
    return LastWord(deeds(language))


# --- names that say nothing without what they are of ----------------------------------------------


@cache
def _dependent(language: Language) -> re.Pattern[str]:
    return language.tables.one_of("targets", "dependent")
