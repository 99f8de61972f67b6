"""Whether two statements are the same but for a number that is no target: whom a rule is for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from policydiff.align.identical import bare
from policydiff.changes.statements import Match, Statement
from policydiff.changes.wording import likeness
from policydiff.language.language import Language, Span

#: Likeness (rapidfuzz ratio) of two statements without their counts from which only these differ.
_SAME_BUT_FOR_COUNT: Final = 85


def other_counts(matched: Sequence[Match]) -> list[tuple[Span, Span]]:
    """The statements that are the same but for a count, as spans of the clauses' texts.

    三条产业链 and 四条产业链, 前50名企业 and 前80名企业.
    """
    return [
        ((a.start, a.end), (b.start, b.end)) for a, b, _ in matched if _only_a_count_differs(a, b)
    ]


def _only_a_count_differs(a: Statement, b: Statement) -> bool:
    count = _count(a.clause.language)
    text_a, text_b = (_without_targets(statement) for statement in (a, b))
    counts_a, counts_b = count.findall(text_a), count.findall(text_b)
    return (
        len(counts_a) == len(counts_b)
        and any(s != t and not _masked(s + t) for s, t in zip(counts_a, counts_b, strict=True))
        and likeness(count.sub("", bare(text_a)), count.sub("", bare(text_b)))
        >= _SAME_BUT_FOR_COUNT
    )


def _masked(number: str) -> bool:
    """Whether the publisher blanked digits of a folded number, which then may be any number."""
    return "x" in number or "*" in number


def _without_targets(statement: Statement) -> str:
    """The folded text of a statement without its numbered targets, deadlines and asides."""
    text = statement.folded
    fold = statement.clause.language.fold
    for aside in statement.clause.language.tables.patterns("changes", "asides"):
        text = aside.sub("", text)
    named = [fold(t.text) for t in statement.targets if t.bound != "relative"]
    for counted in (*named, *statement.deadlines):
        text = text.replace(counted, "", 1)
    return text


@cache
def _count(language: Language) -> re.Pattern[str]:
    return language.tables.patterns("changes", "counts")[0]
