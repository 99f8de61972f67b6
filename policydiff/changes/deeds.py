"""What is done with an object, and how far that gets: the words around it that tell its stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from policydiff.analysis.clause import AnalysedClause, ClausePart
from policydiff.analysis.units import unit_kind
from policydiff.changes.figures import before_number
from policydiff.changes.items import Item
from policydiff.changes.objects import bare_member
from policydiff.changes.setting import sets_out
from policydiff.changes.stages import Pair, stage_of, without_stages
from policydiff.changes.statements import Match, Statement, without_spans
from policydiff.changes.wording import last_word, likeness, one_name
from policydiff.language.language import Language
from policydiff.models import Kind, Target

#: Ranks of stages that are less apart are one stage in two words.
A_STEP: Final = 2
#: Kinds of units that say how dear a thing is or which share of it is meant, not how many.
_NO_COUNT: Final = frozenset({"money", "rate"})


@dataclass(frozen=True, eq=False)
class Deed:
    """``clause.folded[start:end]``: what is done with the members of a list in the comma part
    ``part``, with the parts behind it that only say how far that gets."""

    clause: AnalysedClause
    part: ClausePart
    start: int
    end: int

    @property
    def head(self) -> int:
        """Where its comma part begins, with the verb of the list."""
        return self.part.start

    @cached_property
    def folded(self) -> str:
        """The deed as rules see it. The verb of a list holds for what is joined to it without a
        verb of its own."""
        own = self.clause.folded[self.start : self.end]
        alone = stage_of(own, self.clause.language) is not None
        return own if alone else self.clause.folded[self.head : self.end]

    @property
    def unquoted(self) -> str:
        """The deed as rules see it, without what it quotes: “两个确保” is a name."""
        text, start = self.folded, self.end - len(self.folded)
        for a, b in reversed(self.clause.quotations):
            if start <= a and b <= self.end:
                text = text[: a - start] + text[b - start :]
        return text

    @property
    def measured(self) -> bool:
        """Whether its comma part sets a target."""
        return bool(self.part.targets)

    @property
    def counted(self) -> bool:
        """Whether a number says of how many things."""
        part, language = self.part, self.clause.language
        return any(
            self.start < stop <= self.end
            and unit_kind(target.unit or "", language) not in _NO_COUNT
            for target, (_, stop) in zip(part.targets, part.target_spans, strict=True)
            if target.value is not None and not _in_passing(target, language)
        )

    @cached_property
    def _rank(self) -> int | None:
        """The rank of the stage that its words tell."""
        return stage_of(self.folded, self.clause.language)

    @property
    def stage(self) -> int | None:
        """The rank of the stage that is promised, None where nothing tells: purposes and settings
        are at no stage."""
        beside = sets_out(self.clause, self.part.start, self.part.end)
        return None if beside else self._rank

    @property
    def shown(self) -> str:
        """The deed as written, with the verb of its list, without the stop at its end."""
        text = self.clause.text[self.head : self.end]
        return text[: last_word(text)]

    def apart(self, other: Deed) -> bool:
        """Whether the same object gets to another stage by the other. Of what is counted there is
        more each year; so many of it are at no stage of the whole."""
        # Of most there is no more to ask than the words of stages, which are asked first.
        if self._rank is None or other._rank is None or abs(self._rank - other._rank) < A_STEP:
            return False
        return None not in (self.stage, other.stage) and self.counted == other.counted


def _in_passing(target: Target, language: Language) -> bool:
    """Whether a number does not count what is done, but where or for whom: 在3个乡镇试点."""
    before = before_number(target, language)
    return language.tables.last_word("verbs", "coverbs").search(before) is not None


def deed_of(item: Item) -> Deed:
    """What is done with a member of a list.

    >>> from policydiff import parse
    >>> from policydiff.changes.items import items_of
    >>> plan = "一、2030年工作安排\\n推进北岸等桥梁、加快南岸码头前期工作，力争年内开工。"
    >>> (clause,) = parse(plan).commitments
    >>> [deed_of(item).stage for item in items_of(clause, clause.parts[0])]
    [6, 2]
    """
    clause, part = item.clause, item.part
    rims = _rims(item.members, clause.language)
    start = max(rim for rim in rims if rim <= item.start)
    end = min((rim for rim in rims if rim > item.start), default=part.end)
    if end == part.end:
        end = _goes_on_to(clause, part)
    return Deed(clause, part, start, end)


def _rims(members: Sequence[Item], language: Language) -> list[int]:
    """Where the members begin that do not share the verb of the one before."""
    leads = language.tables.one_of("changes", "leads")
    ends = language.tables.one_of("changes", "group_ends")
    words_of_stages = language.tables.one_of("changes", "stages")
    rims = [members[0].part.start]
    for before, item in pairwise(members):
        text = before.folded
        if (
            ends.search(text, 0, last_word(text))
            or leads.match(item.folded)
            or words_of_stages.match(item.folded)
        ):
            rims.append(item.start)
    return rims


def _goes_on_to(clause: AnalysedClause, part: ClausePart) -> int:
    """Where the comma parts behind one end that only say how far its object gets."""
    end = part.end
    for following in clause.parts:
        if following.start < end:
            continue
        if not _only_predicate(clause, following):
            break
        end = following.end
    return end


def _only_predicate(clause: AnalysedClause, part: ClausePart) -> bool:
    """Whether a comma part names no object of its own, and is no purpose."""
    if any(target.value is not None for target in part.targets):
        return False
    words = part.words
    if part.deadlines:
        text = without_spans(clause.folded, part.start, part.end, part.deadlines)
        words = "".join(clause.language.object_words(text))
    rest = clause.language.tables.word("changes", "predicates")
    while m := rest.search(words):
        words = words[: m.start()] + words[m.end() :]
    return len(words) < _A_WORD and not sets_out(clause, part.start, part.end)


#: An object has so many characters at least.
_A_WORD: Final = 2


def deed_in(statement: Statement) -> Deed:
    """What a statement promises of the object of its longest comma part."""
    clause = statement.clause
    part = max(statement.parts, key=lambda part: (len(part.words), -part.start))
    return Deed(clause, part, part.start, _goes_on_to(clause, part))


#: The same without the words of stages, from which they are of one object: a trial names places.
_ONE_OBJECT: Final = 60


class SameThing(NamedTuple):
    """Two members of lists that name one object, and what is done with it."""

    old: Item
    new: Item
    before: Deed
    after: Deed


def same_things(pairs: Sequence[Pair]) -> list[SameThing]:
    """Of members of lists that share words those that name one object."""
    return [
        SameThing(one, other, deed_of(one), deed_of(other))
        for one, other in pairs
        if same_name(one, other)
    ]


def stage_change(things: Sequence[SameThing], matched: Sequence[Match]) -> tuple[Kind, str] | None:
    """The kind and detail of the first object that stands at another stage, else None.

    ``things``: what members of the two clauses name. ``matched``: the statements that speak of the
    same thing; they are of one object where nothing but the words of stages differs. What they say
    of purpose and setting tells no stage.
    """
    deeds = [(thing.before, thing.after) for thing in things]
    deeds += [
        (deed_in(old), deed_in(new))
        for old, new, _ in matched
        if not speaks_of(old, new, things) and _of_one_object(old, new)
    ]
    for here, there in deeds:
        if here.apart(there):
            return "phase changed", f"{here.shown} → {there.shown}"
    return None


def speaks_of(old: Statement, new: Statement, things: Sequence[SameThing]) -> bool:
    """Whether two statements have two members of lists that name one object."""
    return any(
        old.start <= thing.old.start < old.end and new.start <= thing.new.start < new.end
        for thing in things
    )


def _of_one_object(old: Statement, new: Statement) -> bool:
    """Whether two statements name the same object, whatever their words of stages."""
    names = old.folded, new.folded
    one, other = (without_stages(name, old.clause.language) for name in names)
    return likeness(one, other) >= _ONE_OBJECT and _one_thing(*names, old.clause.language)


def same_name(one: Item, other: Item) -> bool:
    """Whether two members of lists name one object."""
    return _one_thing(_name_of(one), _name_of(other), one.clause.language)


def _one_thing(one: str, other: str, language: Language) -> bool:
    """Whether two folded texts may name one object: none has a word in place of one of the other,
    and neither names another phase of it."""
    (phases,) = language.tables.patterns("changes", "phases")
    here, there = (set(phases.findall(name)) for name in (one, other))
    if here and there and not here & there:
        return False
    return one_name(*(without_stages(name, language) for name in (one, other)))


def _name_of(item: Item) -> str:
    return item.clause.folded[slice(*bare_member(item, item.members))]
