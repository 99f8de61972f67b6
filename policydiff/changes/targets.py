"""Which targets of linked clauses belong together, and what became of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from policydiff.align.bounds import Bounds
from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.units import unit_kind
from policydiff.changes.figures import before_number, difference, ends, kinds_between, same_unit
from policydiff.changes.indicators import (
    LINKED_NAMES,
    SAME_NAMES,
    measures_same,
    name_likeness,
    stand_apart,
)
from policydiff.changes.items import grams_of_text, items_of, share
from policydiff.changes.statements import Match, matches, statements_of
from policydiff.changes.wording import last_word, said_in
from policydiff.language.language import Language, Span
from policydiff.models import Kind, Target, TargetChange

T = TypeVar("T")

#: What standing in matched statements, and having the same value, add to the likeness of names.
_TOGETHER: Final = 35
_EQUAL: Final = 40
#: The same name in all words outweighs an equal number: 新开工10个、竣工12个 may change places.
_SAME_NAME: Final = 50
#: What it adds that both clauses have as many targets and the two stand in the same place.
_PARALLEL: Final = 15
#: What is taken off where the units cannot be compared: like goes with like first.
_OTHER_UNIT: Final = 50
#: Names less alike than this are of two things, where they are counted by other words too.
_COUNTED_OTHERWISE: Final = 75
#: Two owners that share this much of their weight are one: the project that a number describes.
_SAME_OWNER: Final = 0.4


class Candidate(NamedTuple):
    """An old and a new target of two linked clauses that may be one, and how likely they are."""

    likeness: float
    old: Target
    new: Target


def candidates(
    matched: Sequence[Match], old: AnalysedClause, new: AnalysedClause
) -> Iterator[Candidate]:
    """The targets of two linked clauses that may be one."""
    together = {(place(s), place(t)) for a, b, _ in matched for s in a.targets for t in b.targets}
    as_many = len(old.targets) == len(new.targets)
    for i, s in enumerate(old.targets):
        for j, t in enumerate(new.targets):
            bonus = _PARALLEL if as_many and i == j else 0
            if stand_apart(s, t, old.language):
                continue
            likeness = _likeness(s, t, (place(s), place(t)) in together, bonus, old.language)
            if likeness is not None and _same_term(s, t) and _same_owner(s, t, old, new):
                named = _SAME_NAME if s.indicator == t.indicator else 0
                yield Candidate(likeness + named, s, t)


def _likeness(s: Target, t: Target, together: bool, bonus: int, language: Language) -> float | None:
    """How likely two targets are one, None where they cannot be."""
    likeness = name_likeness(s, t, language)
    if not same_unit(s, t, language):
        known = s.value is not None and t.value is not None
        return likeness - _OTHER_UNIT if known and together and likeness >= SAME_NAMES else None
    equal = same_amount(s, t, language)
    if not equal and likeness < _COUNTED_OTHERWISE and _counts_otherwise(s, t, language):
        return None
    likeness += bonus
    if together:
        likeness += _TOGETHER
    if equal:
        likeness += _EQUAL
    return likeness if likeness >= LINKED_NAMES else None


def _counts_otherwise(s: Target, t: Target, language: Language) -> bool:
    """Whether two numbers count things by other words: 600套 are flats and 13个 may be quarters.

    One without such a word, 2680万 beside 3000万元, does not tell.
    """
    if s.unit == t.unit or s.unit is None or t.unit is None or "" in (s.base_unit, t.base_unit):
        return False
    return "count" in (unit_kind(s.unit, language), unit_kind(t.unit, language))


def _same_term(s: Target, t: Target) -> bool:
    """Whether neither or both are set for a term of years: a yearly one is no part of the other.

    What is masked does not tell.
    """
    return s.masked or t.masked or (s.horizon == "five_year") == (t.horizon == "five_year")


def same_amount(s: Target, t: Target, language: Language) -> bool:
    """Whether two targets have the same number."""
    return (
        s.value is not None
        and t.value is not None
        and same_unit(s, t, language)
        and ends(s, language) == ends(t, language)
    )


#: Where a target stands, and of what it is.
Place = tuple[int, int, str]


def place(target: Target) -> Place:
    """Where a target stands in its source, and of what it is: what tells it from others of its
    report. 城镇和农村居民收入增长9% are two in one place."""
    return target.start, target.end, target.indicator


def chosen(found: Iterable[Candidate]) -> list[Candidate]:
    """Of candidates those in which no target stands twice, the likeliest first."""
    taken_old: set[Place] = set()
    taken_new: set[Place] = set()
    best = []
    for candidate in sorted(found, key=lambda c: (-c.likeness, place(c.old), place(c.new))):
        old, new = place(candidate.old), place(candidate.new)
        if old not in taken_old and new not in taken_new:
            taken_old.add(old)
            taken_new.add(new)
            best.append(candidate)
    return best


def changed(s: Target, t: Target, language: Language) -> TargetChange:
    """What became of a target that has a partner."""
    return TargetChange(s, t, tuple(kinds_between(s, t, language)), difference(s, t, language))


def same_targets(
    a: AnalysedClause, b: AnalysedClause
) -> list[tuple[Target, Target, tuple[Kind, ...]]]:
    """The targets of two linked clauses that measure the same thing, and how the second differs."""
    matched = matches(statements_of(a), statements_of(b))
    return [
        (c.old, c.new, tuple(kinds_between(c.old, c.new, a.language)))
        for c in chosen(candidates(matched, a, b))
        if same_unit(c.old, c.new, a.language)
    ]


#: Of targets with the same number so many names are set against one name at most.
_NAMES: Final = 100


class Amounts(Generic[T]):
    """Targets with a number, each with what holds it, ready to be asked who sets the same."""

    def __init__(self, targets: Iterable[tuple[Target, T]], language: Language) -> None:
        self._language = language
        self._by_ends: defaultdict[object, list[tuple[Target, T]]] = defaultdict(list)
        for target, holder in targets:
            if target.value is not None:
                self._by_ends[ends(target, language)].append((target, holder))

    def holder(self, target: Target, bounds: Bounds) -> T | None:
        """What holds the first target of the same indicator at the same number, else None.

        ``bounds`` is told where there are too many to look at.
        """
        language = self._language
        seen: dict[tuple[str, str, str | None], None] = {}
        for other, holder in self._by_ends.get(ends(target, language), ()):
            said = other.indicator, other.text, other.unit
            if said in seen:
                continue
            if same_unit(target, other, language) and measures_same(target, other, language):
                return holder
            seen[said] = None
            if len(seen) >= _NAMES:
                bounds.met = True
                break
        return None


def same_names(
    matched: Sequence[Match], old: AnalysedClause, new: AnalysedClause
) -> Iterator[Candidate]:
    """The targets of two linked clauses that have the same name, one after the other: where there
    are too many to set each against each."""
    waiting: defaultdict[tuple[str, str | None], list[Target]] = defaultdict(list)
    for t in reversed(new.targets):
        waiting[t.indicator, t.unit].append(t)
    for s in old.targets:
        same = waiting[s.indicator, s.unit]
        if same and _same_term(s, same[-1]):
            yield Candidate(_ALIKE, s, same.pop())


#: How alike two names are that are the same.
_ALIKE: Final = 100


def details(
    changes: Sequence[TargetChange], old: AnalysedClause, new: AnalysedClause
) -> Iterator[str]:
    """Both targets of each change with what is counted, a dash for one that is missing; none whose
    words stand in those of another: 17个村21公里道路 are two numbers."""
    told = [
        tuple(
            _with_noun(target, clause) if target else "—"
            for target, clause in ((change.old, old), (change.new, new))
        )
        for change in changes
    ]
    for i, (before, after) in enumerate(told):
        if not any(
            before in longer and after in other and ((before, after) != (longer, other) or j < i)
            for j, (longer, other) in enumerate(told)
            if j != i
        ):
            yield f"{before} → {after}"


#: A longer stretch behind a number is more than the name of what is counted.
_LONGEST_NOUN: Final = 24


def _with_noun(target: Target, clause: AnalysedClause) -> str:
    """A target as written, with the noun behind its number: 建成1个省级现代农业产业园.

    One of which the words are but a number is named: 分别增长9%和11%.
    """
    for part in clause.parts:
        for k, (inside, span) in enumerate(zip(part.targets, part.target_spans, strict=True)):
            if place(inside) == place(target):
                following = part.target_spans[k + 1 : k + 2]
                if following and _is_dealt_out(clause, span, *following):
                    return _number_of(target, clause.language)
                ends = (item.end for item in items_of(clause, part) if item.end >= span[1])
                behind = clause.text[span[1] : min(ends, default=span[1])]
                behind = behind[: last_word(behind)]
                if len(behind) > _LONGEST_NOUN:
                    return _named(target, clause.language)
                return _said_once(target, behind, clause.language)
    return _named(target, clause.language)


def _said_once(target: Target, behind: str, language: Language) -> str:
    """A target with the words ``behind`` its number. Where these are what is counted, only the verb
    of its name is put before it: 引进6家研发机构."""
    told, bare = language.fold(behind), _unjoined(target, language)
    named = _named(target, language)
    if named != bare and said_in(target.indicator, told):
        return bare + behind
    if not told or named == bare or told not in target.indicator:
        return named + behind
    verb = target.indicator.removesuffix(told)
    return (verb if verb != target.indicator else "") + bare + behind


def _is_dealt_out(clause: AnalysedClause, span: Span, following: Span) -> bool:
    """Whether nothing but a joint stands between two numbers: A和B增长9%和11%."""
    between = clause.folded[span[1] : following[0]]
    joint = clause.language.tables.one_of("changes", "loose").fullmatch(between)
    return joint is not None and clause.folded[following[0]].isdigit()


def _number_of(target: Target, language: Language) -> str:
    """A number with the name of what it counts, without what is said of others beside it."""
    return target.indicator + target.text[len(before_number(target, language)) :]


def _named(target: Target, language: Language) -> str:
    """A target as written; one that is but a number is named."""
    text = _unjoined(target, language)
    bare = target.text[:1].isdigit() and len(text) <= _BARE
    return target.indicator + text if bare else text


def _unjoined(target: Target, language: Language) -> str:
    """A target as written, without what joins it to the words before."""
    loose = language.tables.one_of("changes", "loose").match(target.text)
    return target.text[loose.end() :] if loose else target.text


#: A target of so few characters that begins with a digit is a number and no more.
_BARE: Final = 8


# --- what a number describes ----------------------------------------------------------------------


def _same_owner(s: Target, t: Target, old: AnalysedClause, new: AnalysedClause) -> bool:
    """Whether two numbers describe one project, where one of them describes a project at all.

    投资33亿元的甲项目: the number belongs to the project behind it, and the other number has to
    stand beside the same one.
    """
    owner, other = _owner(s, old), _owner(t, new)
    if owner is None and other is None:
        return True
    language = old.language
    if owner is not None and other is not None:
        here, there = grams_of_text(owner, language), grams_of_text(other, language)
        return min(share(here, there), share(there, here)) >= _SAME_OWNER
    named = grams_of_text(owner or other or "", language)
    beside = new if owner is not None else old
    return share(named, beside.key.grams) >= _SAME_OWNER


def _owner(target: Target, clause: AnalysedClause) -> str | None:
    """What a number describes: the words behind it to the end of its comma part."""
    for part in clause.parts:
        for inside, (_, stop) in zip(part.targets, part.target_spans, strict=True):
            if inside is target:
                joints = clause.language.tables.words("changes", "attributive")
                behind = clause.folded[stop : part.end]
                return next((behind[len(w) :] for w in joints if behind.startswith(w)), None)
    return None
