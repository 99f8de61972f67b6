"""Whether two linked clauses differ in what or whom they cover."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from rapidfuzz import fuzz

from policydiff.align.align import bare
from policydiff.changes.indicators import LINKED_NAMES
from policydiff.changes.statements import Match, Statement
from policydiff.changes.targets import relations_in
from policydiff.language.language import Language

#: Where matched statements share less than this, something was taken out or put in that a reader
#: would call a change of scope. Set on labelled links: best accuracy of same against changed.
_SAME_SCOPE: Final = 0.5
#: Likeness (rapidfuzz ratio) of two statements without their counts from which only these differ.
_SAME_BUT_FOR_COUNT: Final = 85

_DIGITS = re.compile(r"[0-9x*]+(?:[.·][0-9x*]+)?")


def wording(text: str) -> str:
    """A text without its numbers and marks."""
    return _DIGITS.sub("", bare(text))


def scope_differs(matched: Sequence[Match], *, counts: bool) -> bool:
    """Whether the matched statements differ in what or whom they cover.

    They do when even the likest share too few words, or, with ``counts``, when two are the same
    but for a count that is no target: 三条产业链 and 四条产业链.
    """
    a, b, likeness = max(matched, key=lambda match: match[2])
    if likeness < _SAME_SCOPE and not _same_goal(a, b):
        return wording(a.text) != wording(b.text)
    return counts and any(_only_a_count_differs(a, b) for a, b, _ in matched)


def _same_goal(a: Statement, b: Statement) -> bool:
    """Whether two statements set the same relative goal: 与财政收入同步增长 in other words."""
    language = a.clause.language
    return any(
        s.bound == t.bound == "relative"
        and fuzz.ratio(s.indicator, t.indicator) >= LINKED_NAMES
        and relations_in(s, language) == relations_in(t, language) != []
        for s in a.targets
        for t in b.targets
    )


def _only_a_count_differs(a: Statement, b: Statement) -> bool:
    """Whether two statements are the same but for numbers that are no targets: whom a rule is
    for."""
    count = _count(a.clause.language)
    text_a, text_b = (_without_targets(statement) for statement in (a, b))
    counts_a, counts_b = count.findall(text_a), count.findall(text_b)
    return (
        len(counts_a) == len(counts_b)
        and any(s != t and not _masked(s + t) for s, t in zip(counts_a, counts_b, strict=True))
        and fuzz.ratio(count.sub("", bare(text_a)), count.sub("", bare(text_b)))
        >= _SAME_BUT_FOR_COUNT
    )


def _masked(number: str) -> bool:
    """Whether the publisher blanked digits of a folded number, which then may be any number."""
    return "x" in number or "*" in number


def _without_targets(statement: Statement) -> str:
    """The folded text of a statement without its numbered targets and its deadlines."""
    text = statement.folded
    fold = statement.clause.language.fold
    named = [fold(t.text) for t in statement.targets if t.bound != "relative"]
    for counted in (*named, *statement.deadlines):
        text = text.replace(counted, "", 1)
    return text


@cache
def _count(language: Language) -> re.Pattern[str]:
    return re.compile(f"[0-9x*][0-9x*.]*|[{language.numeral_characters}]+")
