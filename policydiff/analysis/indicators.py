"""Which words of a clause name what each of its numbers counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from policydiff.analysis.names import cleaned, dealt, only_verbs, rims, strip_leads
from policydiff.analysis.numbers import Number, deed, joints
from policydiff.analysis.units import unit_kind
from policydiff.language.language import Language

#: How far the name of what is counted reaches back from the number, and on behind it.
_LONGEST_HEAD = 60
_LONGEST_NOUN = 24
#: A part of a sentence that names the indicator of the next part is short: 地区生产总值,确保增长6%.
_LONGEST_SUBJECT = 20

#: A number, what it counts, and where the words for it begin.
Named = tuple[Number, str, int]


def with_indicators(text: str, numbers: Sequence[Number], language: Language) -> list[Named]:
    """Each number with the name of what it counts and where the words for it begin."""
    named: list[Named] = []
    carried = ""  # the verb that a list of counts shares
    i = 0
    while i < len(numbers):
        number = numbers[i]
        head_start = _head_start(text, numbers, i, language)
        head = text[head_start : number.start]
        subjects, in_turn = dealt(head, language)
        group = _listed_group(text, numbers, i, language) if in_turn and subjects else [number]
        if len(group) > 1:
            for k, n in enumerate(_sharing_bounds(group)):
                name = subjects[min(k, len(subjects) - 1)]
                named.append((n, name, head_start if k == 0 else n.start))
            i += len(group)
            continue
        i += 1
        if len(subjects) > 1:
            # 分别下降3%, 都要减少2%: one number for several subjects.
            named += [(number, name, head_start) for name in subjects]
            continue
        name, carried = _single(text, named, number, head_start, carried, language)
        named.append((number, name, head_start))
    return named


def _single(
    text: str,
    named: Sequence[Named],
    number: Number,
    head_start: int,
    carried: str,
    language: Language,
) -> tuple[str, str]:
    """What a number of its own counts, and the verb that the next of its list shares.

    ``carried``: the verb that the list shared so far.
    """
    name = _indicator(text, head_start, number, language)
    if not name:
        name = named[-1][1] if named else _earlier_subject(text, head_start, language)
        head = text[head_start : number.start]
        return name or head.strip() or text[number.start : number.end], carried
    verb = language.tables.word("targets", "shared_verbs").match(name)
    if verb:
        return name, verb.group()
    listed = carried and not only_verbs(language).fullmatch(name)
    if listed and named and _same_list(text, named[-1][0], number, head_start, language):
        return carried + name, carried
    return name, ""


def _break(language: Language, role: str) -> re.Pattern[str]:
    return language.tables.role("targets", "breaks", role)


def _head_start(text: str, numbers: Sequence[Number], i: int, language: Language) -> int:
    """Where the words that belong to number ``i`` begin: behind the last break or number."""
    start, at = numbers[i - 1].end if i else 0, numbers[i].start
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
        if text[numbers[end - 1].end : numbers[end].start].strip() not in between:
            break
        end += 1
    return numbers[i:end]


def _sharing_bounds(group: Sequence[Number]) -> list[Number]:
    """增长5%、6.5%左右: the last bound in a list holds for those without one of their own."""
    shared = list(group)
    for i in range(len(shared) - 2, -1, -1):
        here, following = shared[i], shared[i + 1]
        if not here.own_bound and following.bound in ("at_least", "at_most", "about"):
            shared[i] = replace(here, bound=following.bound, own_bound=True)
    return shared


def _same_list(text: str, last: Number, here: Number, head_start: int, language: Language) -> bool:
    """Whether two counts are members of one list, so that the verb of the first holds for both."""
    between = text[last.end : head_start].strip(" ,")
    head = text[head_start : here.start]
    return (
        (not between or between in joints(language, "names and numbers"))
        and unit_kind(last.unit, language) == unit_kind(here.unit, language)
        and not language.tables.word("targets", "own_predicates").search(head)
    )


def _indicator(text: str, head_start: int, number: Number, language: Language) -> str:
    """What the number counts: the words before it, or, where none are, the noun behind it."""
    word = language.tables.word
    head = text[head_start : number.start]
    name = cleaned(head, language)
    noun = _noun_behind(text, number, language)
    names_something = noun and not word("targets", "empty_nouns").fullmatch(noun)
    if not name or only_verbs(language).fullmatch(name):
        verb = word("targets", "shared_verbs").match(strip_leads(head.strip(), language))
        # 完成 is only a lead to its object; 新增 tells a flow from a stock.
        keeps = verb and not word("targets", "leads").fullmatch(verb.group())
        return (verb.group() if verb and keeps else "") + noun if names_something else name or noun
    verb = _last_deed(language).search(name)
    rate = unit_kind(number.unit, language) == "rate"
    if names_something and verb and not rate and word("targets", "object_openers").match(name):
        # 支持某厂改造4000吨热模锻生产线 counts the line.
        shared = word("targets", "shared_verbs").fullmatch(verb.group())
        return (verb.group() if shared else "") + noun
    return name


@cache
def _last_deed(language: Language) -> re.Pattern[str]:
    return re.compile(f"{deed(language).pattern}$")


#: Digits, and blanks for them, end a noun.
_DIGIT = re.compile("[0-9x]")


def _noun_behind(text: str, number: Number, language: Language) -> str:
    """The noun that follows a number directly, or ''."""
    limit = min(len(text), number.end + _LONGEST_NOUN)
    m = _break(language, "item").search(text, number.end, limit)
    noun = text[number.end : m.start() if m else limit].strip(rims(language, "noun"))
    noun = _DIGIT.split(noun, maxsplit=1)[0]
    return "" if language.tables.word("targets", "leads").match(noun) else noun


def _earlier_subject(text: str, head_start: int, language: Language) -> str:
    """The short part of the sentence before a part that has a predicate only, or ''."""
    before = text[max(0, head_start - _LONGEST_SUBJECT - 1) : head_start].rstrip(", ")
    part = _break(language, "part").split(before)[-1]
    return cleaned(part, language) if len(part) < _LONGEST_SUBJECT else ""
