"""Which targets of two linked clauses belong together, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.units import magnitude, unit_kind
from policydiff.changes.indicators import LINKED_NAMES, name_likeness
from policydiff.changes.statements import Match, matches, statements_of
from policydiff.language.language import Language
from policydiff.models import Kind, Target, TargetChange

#: What standing in matched statements, and having the same value, add to the likeness of names.
_TOGETHER: Final = 35
_EQUAL: Final = 40
#: Kinds of units that count things: 家 and 户, 人 and 名 can be set against each other.
_COUNTED: Final = frozenset({"people", "count"})

#: An old and a new target.
_Pair = tuple[Target, Target]


def target_changes(
    matched: Sequence[Match], old: AnalysedClause, new: AnalysedClause
) -> Iterable[TargetChange]:
    """What became of the targets in the statements that match, the unchanged ones too.

    A target that finds no partner there may have moved to another part of the other clause.
    """
    language = old.language
    here = list(dict.fromkeys(t for a, _, _ in matched for t in a.targets))
    there = list(dict.fromkeys(t for _, b, _ in matched for t in b.targets))
    together = {(s, t) for a, b, _ in matched for s in a.targets for t in b.targets}
    pairs = _paired(here, there, together, language)
    pairs += _paired(_left(here, pairs, 0), _left(new.targets, pairs, 1), set(), language)
    pairs += _paired(_left(old.targets, pairs, 0), _left(there, pairs, 1), set(), language)
    pairs += _namesakes(_left(old.targets, pairs, 0), _left(new.targets, pairs, 1), language)
    for s, t in pairs:
        yield TargetChange(s, t, tuple(_compared(s, t, language)), _difference(s, t, language))
    for s in _left(here, pairs, 0):
        if s.value is not None:
            yield TargetChange(s, None, ("target removed",))
    for t in _left(there, pairs, 1):
        if t.value is not None:
            yield TargetChange(None, t, ("target added",))


def same_targets(
    a: AnalysedClause, b: AnalysedClause
) -> list[tuple[Target, Target, tuple[Kind, ...]]]:
    """The targets of two linked clauses that measure the same thing, and how the second differs."""
    changed = target_changes(matches(statements_of(a), statements_of(b)), a, b)
    return [(t.old, t.new, t.kinds) for t in changed if t.old and t.new]


def detail(change: TargetChange) -> str:
    """Both targets as written, a dash for one that is missing."""
    old, new = (t.text if t else "—" for t in (change.old, change.new))
    return f"{old} → {new}"


# --- which belong together ------------------------------------------------------------------------


def _left(targets: Iterable[Target], pairs: Sequence[_Pair], side: int) -> list[Target]:
    """The targets that stand in no pair yet."""
    return [t for t in targets if all(t is not pair[side] for pair in pairs)]


def _namesakes(old: Sequence[Target], new: Sequence[Target], language: Language) -> list[_Pair]:
    """Targets of the very same name in two linked clauses, wherever they stand in them."""
    pairs: list[_Pair] = []
    for s in old:
        for t in _left(new, pairs, 1):
            if s.indicator and s.indicator == t.indicator and _comparable(s, t, language):
                pairs.append((s, t))
                break
    return pairs


def _paired(
    old: Sequence[Target], new: Sequence[Target], together: set[_Pair], language: Language
) -> list[_Pair]:
    """Targets that measure the same thing: greedily, the likest names first."""
    candidates = []
    for i, s in enumerate(old):
        for j, t in enumerate(new):
            if not _comparable(s, t, language):
                continue
            likeness = name_likeness(s, t, language)
            if (s, t) in together:
                likeness += _TOGETHER
            if s.value is not None and s.value == t.value and s.unit == t.unit:
                likeness += _EQUAL
            if likeness >= LINKED_NAMES:
                candidates.append((-likeness, i, j))
    pairs = []
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for _, i, j in sorted(candidates):
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            pairs.append((old[i], new[j]))
    return pairs


def _comparable(s: Target, t: Target, language: Language) -> bool:
    """Whether two targets can be set against each other: both relative, or of one kind of unit."""
    if s.unit is None or t.unit is None:
        return s.unit is None and t.unit is None
    if s.unit == t.unit:
        return True
    (_, bare_s), (_, bare_t) = magnitude(s.unit, language), magnitude(t.unit, language)
    if bare_s == bare_t or not bare_s or not bare_t:
        return True
    kinds = {unit_kind(unit, language) for unit in (s.unit, t.unit)}
    return len(kinds) == 1 and kinds <= _COUNTED


# --- how they differ ------------------------------------------------------------------------------


def relations_in(target: Target, language: Language) -> list[str]:
    """The words by which a relative goal is bound, in order: [同步], [高于]."""
    return _relations(language).findall(language.fold(target.text))


@cache
def _relations(language: Language) -> re.Pattern[str]:
    return re.compile(language.tables.any_of("relations", "words"))


def _compared(s: Target, t: Target, language: Language) -> Iterable[Kind]:
    """How the second of two comparable targets differs; a masked number differs from nothing."""
    if s.masked or t.masked:
        return
    if s.value is None or t.value is None:
        before, after = relations_in(s, language), relations_in(t, language)
        if before and after and before != after:
            yield "bound changed"
        return
    if s.upper is not None or t.upper is not None:
        yield from _compared_ranges(_ends(s, language), _ends(t, language))
        return
    before_value, after_value = _ends(s, language)[0], _ends(t, language)[0]
    if before_value != after_value:
        yield "target raised" if after_value > before_value else "target lowered"
    if s.bound != t.bound and not _reaches(s, language) and not _reaches(t, language):
        yield "bound changed"


def _compared_ranges(old: tuple[Decimal, Decimal], new: tuple[Decimal, Decimal]) -> Iterable[Kind]:
    if old == new:
        return
    yield "range changed"
    if new[0] >= old[0] and new[1] >= old[1]:
        yield "target raised"
    elif new[0] <= old[0] and new[1] <= old[1]:
        yield "target lowered"


def _ends(target: Target, language: Language) -> tuple[Decimal, Decimal]:
    """The lower and upper end of a target with a value, in single units."""
    factor = magnitude(target.unit or "", language)[0]
    value = target.value or Decimal(0)
    return value * factor, (value if target.upper is None else target.upper) * factor


def _reaches(target: Target, language: Language) -> bool:
    """Whether its bound is only a verb of reaching: 突破200亿元 and 达到200亿元 ask the same."""
    text = language.fold(target.text)
    return any(word in text for word in language.tables.words("relations", "reaching"))


def _difference(s: Target, t: Target, language: Language) -> str | None:
    """By how much the second of two numbers is more, in its unit; None where that says nothing."""
    if s.value is None or t.value is None or s.upper is not None or t.upper is not None:
        return None
    factor_s, bare_s = magnitude(s.unit or "", language)
    factor_t, bare_t = magnitude(t.unit or "", language)
    difference = t.value - s.value * factor_s / factor_t
    if bare_s != bare_t or not difference:
        return None
    shown = {e["unit"]: e["shown"] for e in language.tables.load("changes")["differences"]}
    unit = t.unit or ""
    return f"{difference.normalize():+f}{shown.get(unit, unit)}"
