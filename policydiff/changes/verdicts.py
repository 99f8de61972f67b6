"""What a pair of linked clauses comes to: kinds of change, details, the words that matched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Final

from policydiff.align.align import Link
from policydiff.analysis.clause import AnalysedClause
from policydiff.changes.counts import other_counts
from policydiff.changes.deadlines import deadline_change
from policydiff.changes.deeds import same_things, stage_change
from policydiff.changes.items import Item, items_of, same_objects
from policydiff.changes.stages import (
    alternative_pairs,
    body_change,
    direction_change,
)
from policydiff.changes.statements import Match, Statement, matches, statements_of
from policydiff.changes.strength import strength_changes
from policydiff.changes.targets import details
from policydiff.changes.wording import last_word, with_whole_brackets, wording
from policydiff.language.language import Span
from policydiff.models import KINDS_OF_FORM, Kind, Moved, Outcome, TargetChange
from policydiff.models import Span as Words


class LinkedClause:
    """A clause that is linked, with what is computed of it once, however many links it has."""

    def __init__(self, clause: AnalysedClause) -> None:
        self.clause = clause

    @cached_property
    def statements(self) -> list[Statement]:
        """Its statements, in order."""
        return statements_of(self.clause)

    @cached_property
    def listed(self) -> list[tuple[Item, ...]]:
        """The members of the lists in each of its comma parts, in order."""
        return [items_of(self.clause, part) for part in self.clause.parts]

    @property
    def items(self) -> list[Item]:
        """The members of all its lists, in order."""
        return list(chain.from_iterable(self.listed))

    @property
    def pieces(self) -> int:
        """How many members of lists and targets it has."""
        return sum(map(len, self.listed)) + len(self.clause.targets)

    @cached_property
    def whole(self) -> Statement:
        """All of it as one statement."""
        return Statement(self.clause, 0, len(self.clause.text), self.clause.parts)

    @cached_property
    def wording(self) -> str:
        """Its words without its numbers and marks."""
        return wording(self.clause.folded)


#: What stands behind words that left, and before words that came.
GONE: Final = " → —"
COME: Final = "— → "


@dataclass
class Verdict:
    """What a pair of linked clauses comes to, filled step by step.

    ``matched``: the statements that speak of the same thing, none where the texts are the same;
    ``coarse``: whether each clause is taken as one statement.
    """

    link: Link
    old: LinkedClause
    new: LinkedClause
    matched: Sequence[Match] = ()
    kinds: set[Kind] = field(default_factory=set)
    details: list[str] = field(default_factory=list)
    targets: list[TargetChange] = field(default_factory=list)
    taken_out: list[Words] = field(default_factory=list)
    put_in: list[Words] = field(default_factory=list)
    moved_out: list[Moved] = field(default_factory=list)
    moved_in: list[Moved] = field(default_factory=list)
    coarse: bool = False

    @property
    def outcome(self) -> Outcome:
        """Kept where only the form differs."""
        return "kept" if self.all_kinds <= KINDS_OF_FORM else "changed"

    @property
    def damaged(self) -> bool:
        """Whether damage may have eaten or made up what seems to differ."""
        return self.old.clause.damaged or self.new.clause.damaged

    @property
    def words(self) -> tuple[str, str]:
        """Of each side the statement that matches best, or the whole text."""
        if not self.matched:
            return self.old.clause.text, self.new.clause.text
        best = max(self.matched, key=lambda match: match[2])
        return best[0].text, best[1].text

    @property
    def all_kinds(self) -> set[Kind]:
        """The kinds of change, those of targets and content too."""
        kinds = self.kinds | {kind for target in self.targets for kind in target.kinds}
        if self.put_in:
            kinds.add("content added")
        if self.taken_out:
            kinds.add("content removed")
        return kinds

    @property
    def all_details(self) -> list[str]:
        """What changed, in the words of the reports; a dash for what is missing on a side."""
        return [
            *details(self.targets, self.old.clause, self.new.clause),
            *self.details,
            *(f"{words.text}{GONE}" for words in self.taken_out),
            *(f"{COME}{words.text}" for words in self.put_in),
        ]

    def take_out(self, clause: AnalysedClause, span: Span) -> None:
        """Say that a stretch of the old clause stands nowhere in the new report."""
        _add(self.taken_out, words_at(clause, span))

    def put(self, clause: AnalysedClause, span: Span) -> None:
        """Say that a stretch of the new clause stands nowhere in the old report."""
        _add(self.put_in, words_at(clause, span))


def _add(listed: list[Words], words: Words) -> None:
    """List a stretch, each place once: a longer stretch says what is in it too."""
    if not any(_inside(words, other) for other in listed):
        listed[:] = [other for other in listed if not _inside(other, words)]
        listed.append(words)


def _inside(words: Words, other: Words) -> bool:
    return other.start <= words.start and words.end <= other.end and words.text in other.text


def words_at(clause: AnalysedClause, span: Span) -> Words:
    """A stretch of a clause's text with its place in the source: without the marks at its end, with
    brackets and quotations whole."""
    start, end = with_whole_brackets(clause.text, *span)
    text = clause.text[start:end]
    text = text[: last_word(text)] or text
    return Words(text, *clause.in_source(start, start + len(text)))


def verdict(
    link: Link, old: LinkedClause, new: LinkedClause, *, moved: bool, coarse: bool = False
) -> Verdict:
    """Judge the words of one pair; targets and content wait for the other links.

    ``coarse``: take each clause as one statement, as it has too many to look at all of them.
    """
    result = Verdict(link, old, new, coarse=coarse)
    clauses = old.clause, new.clause
    given = [(clause.targets, clause.deadline, clause.body) for clause in clauses]
    if link.evidence is not None or given[0] != given[1]:
        result.matched = matches(
            *([side.whole] if coarse else side.statements for side in (old, new))
        )
        for kind, what in _worded(result):
            result.kinds.add(kind)
            result.details.append(what)
        if not result.damaged:
            for before, after in other_counts(result.matched):
                result.take_out(old.clause, before)
                result.put(new.clause, after)
    if old.wording != new.wording:
        result.kinds.add("reworded")
    if moved:
        result.kinds.add("moved")
    return result


def _worded(result: Verdict) -> Iterator[tuple[Kind, str]]:
    """Changes of deadline, strength, stage, direction and body, each with its detail."""
    old, new = result.old, result.new
    if not result.damaged:
        deadline = deadline_change(result.matched)
        if deadline:
            yield deadline
    same = old.wording == new.wording
    pairs = [] if result.coarse or same else same_objects(old.items, new.items)
    things = same_things(pairs)
    strength = strength_changes(result.matched, things)
    if strength:
        yield strength
    body = body_change(old.clause, new.clause)
    if body:
        yield body
    if same:
        return
    for change in (stage_change(things, result.matched), direction_change(result.matched)):
        if change:
            yield change
    for before, after in alternative_pairs(pairs):
        result.take_out(old.clause, (before.part.start, before.part.end))
        result.put(new.clause, (after.part.start, after.part.end))
