"""What a pair of linked clauses comes to: kinds of change, details, the words that matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from policydiff.align.align import Link
from policydiff.analysis.clause import AnalysedClause
from policydiff.changes.deadlines import deadline_changes
from policydiff.changes.scope import scope_differs, wording
from policydiff.changes.statements import Match, Statement, matches, statements_of
from policydiff.changes.strength import strength_changes
from policydiff.changes.targets import detail, target_changes
from policydiff.models import KINDS_OF_FORM, Kind, Outcome, TargetChange


class LinkedClause:
    """A clause that is linked, with what is computed of it once, however many links it has."""

    def __init__(self, clause: AnalysedClause) -> None:
        self.clause = clause

    @cached_property
    def statements(self) -> list[Statement]:
        """Its statements, in order."""
        return statements_of(self.clause)

    @cached_property
    def wording(self) -> str:
        """Its words without its numbers and marks."""
        return wording(self.clause.text)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a pair of linked clauses comes to.

    ``words``: of each side the statement that matches best; ``targets``: those of both sides that
    were compared, and those that found no partner.
    """

    link: Link
    kinds: frozenset[Kind]
    details: tuple[str, ...]
    words: tuple[str, str]
    targets: tuple[TargetChange, ...]

    @property
    def outcome(self) -> Outcome:
        """Kept where only the form differs."""
        return "kept" if self.kinds <= KINDS_OF_FORM else "changed"


def verdict(link: Link, old: LinkedClause, new: LinkedClause, *, moved: bool) -> Verdict:
    """Judge one pair by itself; ``settled`` says then what became of its targets."""
    kinds: set[Kind] = set()
    details: list[str] = []
    words = (old.clause.text, new.clause.text)
    targets: tuple[TargetChange, ...] = ()
    if link.evidence is not None or old.clause.targets != new.clause.targets:
        matched = matches(old.statements, new.statements)
        best = max(matched, key=lambda match: match[2])
        words = (best[0].text, best[1].text)
        # A number with damage near it, or one that damage may have eaten, proves nothing.
        damaged = old.clause.damaged or new.clause.damaged
        if not damaged:
            targets = tuple(target_changes(matched, old.clause, new.clause))
        for change in _worded(matched, damaged=damaged):
            kinds.add(change[0])
            details.append(change[1])
        if scope_differs(matched, counts=not damaged):
            kinds.add("scope changed")
    if old.wording != new.wording:
        kinds.add("reworded")
    if moved:
        kinds.add("moved")
    return Verdict(link, frozenset(kinds), tuple(details), words, targets)


def _worded(matched: Sequence[Match], *, damaged: bool) -> list[tuple[Kind, str]]:
    """Changes of deadline and strength, each with its detail."""
    changes = (None if damaged else deadline_changes(matched), strength_changes(matched))
    return [change for change in changes if change]


def settled(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts with what became of their targets.

    A target that one link compares is not 'removed' or 'added' in another: where a clause was
    split, each of its numbers went to one of the new clauses.
    """
    compared = [t for v in verdicts for t in v.targets if t.old and t.new]
    compared_old = {(t.old.start, t.old.end) for t in compared if t.old}
    compared_new = {(t.new.start, t.new.end) for t in compared if t.new}
    result = []
    for v in verdicts:
        targets = tuple(
            t
            for t in v.targets
            if (t.old and t.new)
            or (t.old and (t.old.start, t.old.end) not in compared_old)
            or (t.new and (t.new.start, t.new.end) not in compared_new)
        )
        changed = tuple(t for t in targets if t.kinds)
        kinds = v.kinds | {kind for t in changed for kind in t.kinds}
        details = dict.fromkeys([*map(detail, changed), *v.details])
        result.append(replace(v, kinds=kinds, details=tuple(details), targets=changed))
    return result
