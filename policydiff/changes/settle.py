"""What became of the numbers and the content of linked clauses, seen over all their links.

A number that one link compares is not removed in another, and what one new clause does not carry on
may stand in the next: where a clause was divided anew, nothing was lost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.documents import language_of
from policydiff.analysis.units import unit_kind
from policydiff.changes.content import content_missing, is_told, other_words
from policydiff.changes.figures import same_goal
from policydiff.changes.reports import Report
from policydiff.changes.setting import without_openers
from policydiff.changes.statements import Statement, same_number
from policydiff.changes.targets import (
    Amounts,
    candidates,
    changed,
    chosen,
    place,
    same_names,
)
from policydiff.changes.verdicts import Verdict, words_at
from policydiff.language.language import Language, Span
from policydiff.models import Moved, Target, TargetChange
from policydiff.models import Span as Words

#: Where the likest statements of two linked clauses share less than this (cosine), the clauses may
#: be of one kind and of two objects. Set on labelled links: best accuracy of same against changed.
_SAME_SCOPE: Final = 0.5


def settle(verdicts: Sequence[Verdict], old: Report, new: Report) -> None:
    """Fill in what became of targets and content. ``old``, ``new``: the reports they are from."""
    paired_old, paired_new = _pair_targets(verdicts)
    for of, paired, other in (
        (_old_clause, paired_old, new),
        (_new_clause, paired_new, old),
    ):
        again = _Paired(paired, language_of([verdict.old.clause for verdict in verdicts]))
        for group in _by_clause(verdicts, of):
            if any(verdict.damaged for verdict in group):
                continue
            _leftover_targets(group, of, again, other)
            _content(group, of, other)
    for verdict in _alone_on_both_sides(verdicts):
        _other_whole(verdict, old, new)
    best = _likest(verdicts)
    for verdict in verdicts:
        if not (verdict.damaged or verdict.put_in or verdict.taken_out):
            _another_object(verdict, best, old, new)


_Of = Callable[[Verdict], AnalysedClause]


def _old_clause(verdict: Verdict) -> AnalysedClause:
    return verdict.old.clause


def _new_clause(verdict: Verdict) -> AnalysedClause:
    return verdict.new.clause


def _by_clause(verdicts: Iterable[Verdict], of: _Of) -> Iterable[list[Verdict]]:
    """The verdicts of each clause of a side, the surest first."""
    groups: defaultdict[int, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[of(verdict).start].append(verdict)
    for group in groups.values():
        yield sorted(group, key=lambda v: (-v.link.score, v.link.old, v.link.new))


# --- numbers --------------------------------------------------------------------------------------


class _Paired:
    """The targets of a side that have a partner: their places, and their amounts."""

    def __init__(self, targets: Sequence[Target], language: Language) -> None:
        self.places = {place(target) for target in targets}
        self.amounts = Amounts(((target, target) for target in targets), language)


def _pair_targets(verdicts: Sequence[Verdict]) -> tuple[list[Target], list[Target]]:
    """Set targets against each other, each against one; returns those that have a partner."""
    found = {}
    for verdict in verdicts:
        if verdict.matched and not verdict.damaged:
            judged = same_names if verdict.coarse else candidates
            for candidate in judged(verdict.matched, verdict.old.clause, verdict.new.clause):
                found[place(candidate.old), place(candidate.new)] = candidate, verdict
    paired_old, paired_new = [], []
    for candidate in chosen(candidate for candidate, _ in found.values()):
        _, verdict = found[place(candidate.old), place(candidate.new)]
        paired_old.append(candidate.old)
        paired_new.append(candidate.new)
        change = changed(candidate.old, candidate.new, verdict.old.clause.language)
        if change.kinds:
            verdict.targets.append(change)
    return paired_old, paired_new


def _leftover_targets(group: Sequence[Verdict], of: _Of, paired: _Paired, other: Report) -> None:
    """Say what became of the numbers of a clause that have no partner in any linked clause."""
    clause = of(group[0])
    if not any(verdict.matched for verdict in group):
        return
    for target, span in zip(clause.targets, clause.target_spans, strict=True):
        if place(target) in paired.places:
            continue
        if target.value is None:
            if _says_share(target, clause.language) and not other.with_words(
                clause.folded[slice(*span)]
            ):
                _nearest(target, group).targets.append(_alone(target, of))
            continue
        # The report may set the same target twice, and the other mention has a partner.
        if paired.amounts.holder(target, other.bounds) is not None or _said_as_whole(
            target, group, of
        ):
            continue
        verdict = _nearest(target, group)
        where = other.amounts.holder(target, other.bounds)
        if of is _old_clause:
            if where is not None:
                verdict.moved_out.append(Moved(words_at(clause, span), where))
            else:
                verdict.targets.append(_alone(target, of))
        elif where is not None:
            verdict.moved_in.append(Moved(words_at(clause, span), where))
        else:
            verdict.targets.append(_alone(target, of))


def _alone(target: Target, of: _Of) -> TargetChange:
    """What became of a target that has no partner."""
    if of is _old_clause:
        return TargetChange(target, None, ("target removed",))
    return TargetChange(None, target, ("target added",))


def _says_share(target: Target, language: Language) -> bool:
    """Whether a goal without a value says a number in words: 压减一半."""
    (share,) = language.tables.patterns("changes", "shares")
    return not target.masked and share.search(language.fold(target.text)) is not None


#: A share of 100% may be said in words.
_WHOLE: Final = 100


def _said_as_whole(target: Target, group: Sequence[Verdict], of: _Of) -> bool:
    """Whether a share of 100% is said by a linked clause in words: 全覆盖."""
    language = of(group[0]).language
    if target.value != _WHOLE or unit_kind(target.unit or "", language) != "rate":
        return False
    theirs = _new_clause if of is _old_clause else _old_clause
    words = language.tables.words("changes", "whole")
    return any(word in theirs(verdict).folded for verdict in group for word in words)


def _nearest(target: Target, group: Sequence[Verdict]) -> Verdict:
    """The surest link of which a matched statement has the target, else the surest."""
    for verdict in group:
        if any(target in side.targets for a, b, _ in verdict.matched for side in (a, b)):
            return verdict
    return group[0]


# --- content --------------------------------------------------------------------------------------


def _content(group: Sequence[Verdict], of: _Of, other: Report) -> None:
    """Say with the surest link of a clause which of its content left or came."""
    verdict = group[0]
    if any(v.old.wording == v.new.wording for v in group):
        return
    linked, theirs = (verdict.old, _new_clause) if of is _old_clause else (verdict.new, _old_clause)
    clause = linked.clause
    content = content_missing(clause, linked.listed, [theirs(v) for v in group], other)
    moved = [Moved(words_at(clause, span), where) for span, where in content.moved]
    if of is _old_clause:
        verdict.moved_out += moved
        for span in content.gone:
            verdict.take_out(clause, span)
    else:
        verdict.moved_in += moved
        for span in content.gone:
            verdict.put(clause, span)


def _alone_on_both_sides(verdicts: Sequence[Verdict]) -> Iterable[Verdict]:
    """The links of two clauses of one comma part each that are linked with nothing else."""
    counts = Counter((of, of(v).start) for v in verdicts for of in (_old_clause, _new_clause))
    for verdict in verdicts:
        ends = (_old_clause(verdict), _new_clause(verdict))
        alone = all(
            counts[of, of(verdict).start] == 1 and len(of(verdict).parts) == 1
            for of in (_old_clause, _new_clause)
        )
        if alone and not verdict.damaged and not any(end.targets for end in ends):
            yield verdict


def _other_whole(verdict: Verdict, old: Report, new: Report) -> None:
    """Where all that one clause says is gone, nothing is left of it in the other: that came.

    What the other says is no wording of the one then, as far as it stands nowhere else.
    """
    a, b = verdict.old.whole, verdict.new.whole
    gone, came = (without_openers(side.clause, 0, len(side.clause.text)) for side in (a, b))
    if not verdict.put_in and _told_whole(verdict.taken_out, a, gone) and is_told(b, old):
        verdict.put(b.clause, came)
    elif not verdict.taken_out and _told_whole(verdict.put_in, b, came) and is_told(a, new):
        verdict.take_out(a.clause, gone)


def _told_whole(told: Sequence[Words], statement: Statement, span: Span) -> bool:
    return any(words.text == words_at(statement.clause, span).text for words in told)


#: A statement, by the places of its clause and its own.
_Place = tuple[int, int]


def _likest(verdicts: Iterable[Verdict]) -> dict[tuple[bool, _Place], float]:
    """How alike the likest partner of each matched statement is; those of the old side first."""
    best: dict[tuple[bool, _Place], float] = {}
    for verdict in verdicts:
        for a, b, alike in verdict.matched:
            for key in ((False, _place(a)), (True, _place(b))):
                best[key] = max(alike, best.get(key, 0.0))
    return best


def _place(statement: Statement) -> _Place:
    return statement.clause.start, statement.start


def _another_object(
    verdict: Verdict, best: Mapping[tuple[bool, _Place], float], old: Report, new: Report
) -> None:
    """Say that the statements of a link are of two objects, where even the likest share little.

    ``best``: how alike each statement is to its likest partner in any link, where it is carried on.
    """
    if not verdict.matched or verdict.old.wording == verdict.new.wording:
        return
    a, b, alike = max(verdict.matched, key=lambda match: match[2])
    if alike >= _SAME_SCOPE or same_number(a, b):
        return
    if alike < max(best[False, _place(a)], best[True, _place(b)]):
        return
    if same_goal(a.targets, b.targets, a.clause.language):
        return
    if any(t.old in a.targets and t.new in b.targets for t in verdict.targets):
        return  # their numbers are said to be of one thing
    if other_words(a, b) and is_told(a, new) and is_told(b, old):
        if not _lists_numbers(a, [change.old for change in verdict.targets]):
            verdict.take_out(a.clause, without_openers(a.clause, a.start, a.end))
        if not _lists_numbers(b, [change.new for change in verdict.targets]):
            verdict.put(b.clause, without_openers(b.clause, b.start, b.end))


#: Of how many numbers a list is at least.
_A_LIST: Final = 2


def _lists_numbers(statement: Statement, told: Sequence[Target | None]) -> bool:
    """Whether a statement is a list of numbers and of what they count, and of each it is told what
    became of it: the list as a whole would tell it again."""
    if len(statement.targets) < _A_LIST:
        return False
    fold, rest = statement.clause.language.fold, statement.folded
    for target in statement.targets:
        if target not in told:
            return False
        rest = rest.replace(fold(target.text), " ", 1)
    names = " ".join(fold(target.indicator) for target in statement.targets)
    pieces = "".join(c if c.isalnum() else " " for c in rest).split()
    return all(piece in names for piece in pieces)
