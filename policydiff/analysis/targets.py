"""Targets: the numbers and relative goals of a clause, with indicator, bound, unit and deadline.

Works on the folded text of one clause; offsets are relative to it. What words mean stands in the
tables of the language; here and in the modules for numbers, names, goals and measures stands how
they combine.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from policydiff.analysis.deadlines import deadline_behind, of_targets
from policydiff.analysis.folded import FoldedText
from policydiff.analysis.indicators import with_indicators
from policydiff.analysis.main_indicators import main_indicator
from policydiff.analysis.measures import base_of, measure_of, measure_of_goal
from policydiff.analysis.names import strip_leads
from policydiff.analysis.numbers import numbers_of
from policydiff.analysis.owners import Named
from policydiff.analysis.relative import Goal, relative_goals
from policydiff.analysis.units import unit_kind
from policydiff.language.language import Language, Span
from policydiff.models import Bound, Measure


class FoundTarget(NamedTuple):
    """A target in a clause; see models.Target for the fields. Offsets are into the clause."""

    indicator: str
    value: Decimal | None
    upper: Decimal | None
    unit: str | None
    bound: Bound
    deadline: str | None
    masked: bool
    start: int
    end: int
    measure: Measure
    indicator_id: str | None = None
    base: Decimal | None = None
    base_unit: str | None = None


def find_targets(clause: FoldedText) -> tuple[FoundTarget, ...]:
    """The targets of a clause, in order.

    >>> from policydiff.language.zh import CHINESE
    >>> def show(text):
    ...     targets = find_targets(FoldedText(text, CHINESE))
    ...     return [(t.indicator, str(t.value or t.unit), t.unit, t.bound) for t in targets]
    >>> show("城镇新增就业1100万人以上,城镇登记失业率4.5%以内。")
    [('城镇新增就业', '1100', '万人', 'at_least'), ('城镇登记失业率', '4.5', '%', 'at_most')]
    >>> show("城乡居民收入分别增长5%、6.5%左右")
    [('城镇居民收入', '5', '%', 'about'), ('农村居民收入', '6.5', '%', 'about')]
    >>> show("新增国家级企业技术中心3家,省企业技术中心20家")
    [('新增国家级企业技术中心', '3', '家', 'exact'), ('新增省企业技术中心', '20', '家', 'exact')]
    """
    numbered = _numbered(clause)
    goals = list(relative_goals(clause, [(t.start, t.end) for t in numbered]))
    if (numbered or goals) and _only_tells(clause):
        return ()
    due = of_targets(clause.text, clause.deadlines, clause.language) if goals else ()
    relative = [_goal(goal, due, clause) for goal in goals]
    return tuple(sorted(numbered + relative, key=lambda target: (target.start, target.end)))


def _only_tells(clause: FoldedText) -> bool:
    """Whether a clause of a plan says what is or was, and promises nothing: 去年超收20亿元."""
    one_of = clause.language.tables.one_of
    tells = one_of("targets", "told").match(clause.text) is not None
    return tells and one_of("targets", "promised").search(clause.text) is None


def find_results(clause: FoldedText) -> tuple[FoundTarget, ...]:
    """The numbers of a clause that reports, in order: what was reached.

    >>> from policydiff.language.zh import CHINESE
    >>> text = "城镇新增就业2130人,完成年度任务的104%;目前已建成公厕30座"
    >>> for one in find_results(FoldedText(text, CHINESE)):
    ...     print(one.indicator, one.value, one.unit)
    城镇新增就业 2130 人
    城镇新增就业年度任务 104 %
    建成公厕 30 座
    """
    return tuple(_numbered(clause, reached=True))


def _goal(goal: Goal, due: Sequence[Span], clause: FoldedText) -> FoundTarget:
    """A goal as a target; a rank has a number, which is the lowest place that is enough."""
    language = clause.language
    before = bisect_left(due, (goal.span[1], 0)) - 1
    main = main_indicator(goal.subject, language)
    unit = None if goal.rank is None else language.tables.load("measures")["ranks"][0]["unit"]
    return FoundTarget(
        indicator=goal.subject,
        value=goal.rank,
        upper=None,
        unit=unit,
        bound="relative" if goal.rank is None else "at_most",
        deadline=None if before < 0 else clause.text[slice(*due[before])],
        masked=False,
        start=goal.span[0],
        end=goal.span[1],
        measure=measure_of_goal(goal.role, language),
        indicator_id=None if main is None else main.id,
        base=goal.rank,
        base_unit=unit,
    )


def _numbered(clause: FoldedText, *, reached: bool = False) -> list[FoundTarget]:
    """The targets that have a number, in its order. ``reached``: as of ``numbers_of``."""
    numbers = numbers_of(clause, reached=reached)
    if not numbers:
        return []
    named = with_indicators(clause.text, numbers, clause.language)
    due = () if reached else of_targets(clause.text, clause.deadlines, clause.language)
    targets: list[FoundTarget] = []
    for k, one in enumerate(named):
        last = targets[-1] if targets and one.start == one.number.start else None
        targets.append(_target(clause, one, _deadline(clause, named, k, due), last))
    return targets


def _target(
    clause: FoldedText, one: Named, deadline: str | None, last: FoundTarget | None
) -> FoundTarget:
    """A number as a target. ``last``: the one before it, where the two share what is said."""
    number, language = one.number, clause.language
    main = main_indicator(one.name, language)
    before = clause.text[one.start : number.at]
    behind = clause.text[number.end :]
    measure = measure_of(before, one.name, number.unit, main, language, behind)
    if last is not None and last.unit is not None:
        same_kind = unit_kind(last.unit, language) == unit_kind(number.unit, language)
        # 分别增长5%、6%: what stands before the first holds for all of them.
        measure = last.measure if same_kind else measure
    base: tuple[Decimal | None, str | None] = (None, None)
    if number.value is not None:
        base = base_of(number.value, number.unit, measure, language)
    return FoundTarget(
        indicator=one.name,
        value=number.value,
        upper=number.upper,
        unit=number.unit,
        bound=number.bound,
        deadline=deadline,
        masked=number.value is None,
        start=one.start,
        end=number.end,
        measure=measure,
        indicator_id=None if main is None else main.id,
        base=base[0],
        base_unit=base[1],
    )


def _holds_for(text: str, due: Span, at: int, language: Language) -> bool:
    """Whether a deadline holds for a number behind it: 环城路上半年开工,6条道路完工 has one for
    the first part alone, as its subject stands before it; in 三年内建成公寓900套,今年开工300套 the
    last part names the year of its own number.
    """
    part = language.tables.role("targets", "breaks", "part")
    own_part = max((m.end() for m in part.finditer(text, due[1], at)), default=None)
    if own_part is None:
        return True
    if language.tables.role("horizons", "terms", "annual").search(text, own_part, at):
        return False
    head = part.split(text[: due[0]])[-1].strip()
    own = language.tables.one_of("targets", "done_by").match(text, due[1])
    return not (head and own) or not strip_leads(head, language)


def _deadline(
    clause: FoldedText, named: Sequence[Named], k: int, due: Sequence[Span]
) -> str | None:
    """By when number ``k`` is to be reached: the nearest deadline before it, or one behind it."""
    text, number = clause.text, named[k].number
    before = bisect_left(due, (number.start, 0)) - 1
    if before >= 0 and _holds_for(text, due[before], number.start, clause.language):
        if any(due[before][1] <= start < number.start for start, _ in clause.deadlines):
            return None  # 三年内改造80个,年内改造20个: of these the year is the end
        return text[slice(*due[before])]
    last = next(
        (
            n.number
            for n, m in zip(named[k:], named[k + 1 :], strict=False)
            if clause.language.tables.role("targets", "breaks", "part").search(
                text, n.number.end, m.number.start
            )
        ),
        named[-1].number,
    )
    behind = deadline_behind(text, last.end, due, clause.language)
    return None if behind is None else text[slice(*behind)]
