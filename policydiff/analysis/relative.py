"""Relative goals: what is to be reached without a number of its own, such as 与经济增长同步."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from policydiff.analysis.folded import FoldedText
from policydiff.analysis.names import (
    name_joint,
    name_rim,
    only_verbs,
    rims,
    strip_leads,
    subjects_of,
)
from policydiff.language.language import Language, Span
from policydiff.language.patterns import compile_pattern

#: A relative goal is one short statement; longer parts only happen to end in such words.
_LONGEST = 46
#: With the mark that ends the clause.
_LONGEST_PART = _LONGEST + 1
#: One character names nothing.
_SHORTEST = 2


class Goal(NamedTuple):
    """A goal without a number that is a target: what it is about, where it stands, which kind.

    ``role``: that of the rule in the table ``targets``. ``rank``: the place that is named, 3 of
    进入全市前三.
    """

    subject: str
    span: Span
    role: str
    rank: Decimal | None = None


def relative_goals(clause: FoldedText, taken: Sequence[Span]) -> Iterator[Goal]:
    """The relative goals of a clause, in order; of one comma part only those of one statement.

    ``taken``: where targets with numbers stand, in order; a comma part that has one has no other.

    >>> from policydiff.language.zh import CHINESE
    >>> text = "新增就业5万人,居民收入增长与经济增长同步。"
    >>> [(goal.subject, goal.span) for goal in relative_goals(FoldedText(text, CHINESE), [(0, 7)])]
    [('居民收入', (8, 21))]
    >>> text = "工业增加值、固定资产投资均快于全市平均水平"
    >>> [goal.subject for goal in relative_goals(FoldedText(text, CHINESE), [])]
    ['工业增加值', '固定资产投资']
    """
    stop = clause.language.tables.role("targets", "breaks", "end")
    k = 0
    for start, end in clause.comma_parts:
        while k < len(taken) and taken[k][1] <= start:
            k += 1
        if (k < len(taken) and taken[k][0] < end) or end - start > _LONGEST_PART:
            continue
        part = clause.text[start:end]
        if stop.search(part, len(part) - 1):
            part = stop.sub("", part)
        yield from _goals(part, start, clause)


def _goals(part: str, start: int, clause: FoldedText) -> Iterator[Goal]:
    """The goals of one statement, which stands at ``start`` of its clause."""
    language = clause.language
    if len(part) > _LONGEST:
        return
    for rule, role in _rules_for(part[-1:], language):
        m = rule.search(part)
        if m is None or _in_quotes(part[: m.start()], language):
            continue
        groups = m.groupdict()
        subject = groups.get("subject") or strip_leads(part[: m.start()].strip(), language)
        subject = name_rim(language, "relative").sub("", subject) or subject
        subject = language.tables.one_of("targets", "goal_heads").sub("", subject)
        subject = subject.strip(rims(language, "name"))
        if language.tables.one_of("targets", "whole_goals").fullmatch(subject):
            # 完成上级下达的各项约束性指标: which of the targets, is in the words behind.
            subject = part[part.index(subject) :]
        if _names_nothing(subject, language):
            subject = _named_before(clause, start)
        if _names_nothing(subject, language):
            continue
        rank = groups.get("rank")
        place = language.numeral_value(rank) if rank and not rank.isdigit() else rank
        span = (start, start + len(part))
        for name, own_role in _several(subject, language):
            yield Goal(name, span, own_role or role, None if place is None else Decimal(place))
        return


def _names_nothing(subject: str, language: Language) -> bool:
    return (
        len(subject) < _SHORTEST
        or language.tables.word("targets", "empty_nouns").fullmatch(subject) is not None
        or language.tables.one_of("targets", "empty_goals").fullmatch(subject) is not None
        or only_verbs(language).fullmatch(subject) is not None
    )


def _named_before(clause: FoldedText, start: int) -> str:
    """其他约束性指标,确保完成省定任务: the part before that is nothing but the name, or ''."""
    language = clause.language
    before = [span for span in clause.comma_parts if span[1] <= start]
    name = clause.text[slice(*before[-1])].strip(", ") if before else ""
    named = language.tables.one_of("targets", "names_alone").fullmatch(name)
    return strip_leads(name, language) if named and not only_verbs(language).match(name) else ""


def _in_quotes(before: str, language: Language) -> bool:
    """Whether a quotation is open at the end of a text: 落实“十个全覆盖” names a programme."""
    return language.tables.one_of("targets", "open_quotes").search(before) is not None


@cache
def _rules_for(last: str, language: Language) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The rules that can match a part with this last character, each with its role, in order."""
    return tuple(
        (compile_pattern(e["pattern"]), e["role"])
        for e in language.tables.load("targets")["relative"]
        if e["ends"] == "any" or last in e["ends"]
    )


def _several(subject: str, language: Language) -> list[tuple[str, str | None]]:
    """The subjects of a goal, one by one where they are a list, each with the role of a goal of
    its own: 甲全覆盖、乙达到三类.
    """
    tables = language.tables
    closer = tables.role("targets", "several", "closer").search(subject)
    if closer:
        subject = subject[: closer.start()]
    marks = tables.role("targets", "several", "marks").search(subject)
    counted = tables.one_of("targets", "counted_lists").search(subject)
    if counted:
        return [(counted["of"], None)]
    listed = name_joint(language).split(subject)
    if not closer and any(tables.one_of("targets", "scopes").fullmatch(n) for n in listed[:-1]):
        return [(subject, None)]  # 街道、社区长者服务站全覆盖
    if not closer and (not marks or tables.role("targets", "several", "one").search(subject)):
        return [(subject, None)]
    rim = name_rim(language, "relative")  # 甲全覆盖、乙全覆盖
    names = [(name, rim.sub("", name) or name) for name in subjects_of(subject, language)]
    several = [(bare, _own_role(name, language)) for name, bare in names if len(bare) >= _SHORTEST]
    return several or [(subject, None)]


def _own_role(name: str, language: Language) -> str | None:
    """The role of the goal that the member of a list is by itself: 污水管网全覆盖; else None."""
    return next((role for rule, role in _rules_for(name[-1:], language) if rule.search(name)), None)
