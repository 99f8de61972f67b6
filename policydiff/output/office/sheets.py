"""The sheets of numbers: every number beside last year's, and what became of last year's."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from policydiff.models import Change, FollowUp, Target, TargetChange
from policydiff.output.compared import Compared
from policydiff.output.fared import verdict
from policydiff.output.files import Plain
from policydiff.output.groups import beside_each_other
from policydiff.output.office.workbook import Column, Sheet
from policydiff.output.words import Words, amount

Cell = Plain | Decimal
#: Columns with their widths in characters.
_NUMBERS: Final = (
    *(("indicator", 24), ("last target", 16), ("last result", 16), ("this target", 16)),
    *(("difference", 14), ("completion", 24), ("change", 20)),
    *(("old number", 12), ("new number", 12), ("unit", 10)),
)
_COMPLETION: Final = (
    *(("no", 6), ("promise", 44), ("target", 16), ("review text", 44), ("reached", 16)),
    *(("ratio", 16), ("judgement", 24), ("continued", 12), ("place", 16), ("likelihood", 8)),
    *(("duty", 14), ("note", 20)),
)


def numbers_sheet(result: Compared, words: Words) -> Sheet:
    """Main indicators first, then every other number that was set against another, came or went."""
    rows: list[list[Cell]] = []
    shown: set[tuple[int | None, int | None]] = set()
    for row in beside_each_other(result.indicators):
        shown.add(_places(row.target, row.next_target))
        status = verdict(row.followup, words) if row.followup else None
        sides = (row.target, row.reached, row.next_target)
        said = [amount(target, words) if target else None for target in sides]
        end = _numbers(row.target, row.next_target)
        rows.append([row.indicator, *said, row.difference, status, None, *end])
    for change in result.changes:
        for target in change.targets:
            if _places(target.old, target.new) not in shown:
                rows += _number(target, words)
    return Sheet(words("indicators table"), _columns(_NUMBERS, words), rows)


def _columns(named: tuple[tuple[str, int], ...], words: Words) -> list[Column]:
    return [Column(words(name), width) for name, width in named]


def _places(old: Target | None, new: Target | None) -> tuple[int | None, int | None]:
    return old.start if old else None, new.start if new else None


def _number(target: TargetChange, words: Words) -> Iterator[list[Cell]]:
    named = target.new or target.old
    if named is None or named.value is None:
        return
    old, new = (amount(t, words) if t else None for t in (target.old, target.new))
    kinds = words("and").join(words.of("kinds", kind) for kind in target.kinds)
    end = _numbers(target.old, target.new)
    yield [named.indicator, old, None, new, target.difference, None, kinds, *end]


def _numbers(old: Target | None, new: Target | None) -> list[Cell]:
    """Both as numbers that a spreadsheet can add up, with their unit; none where units differ."""
    units = {target.unit for target in (old, new) if target is not None}
    if len(units) != 1:
        return [None, None, None]
    return [old.value if old else None, new.value if new else None, units.pop()]


def completion_sheet(result: Compared, words: Words) -> Sheet:
    """Each commitment of the old report with what the new review says of it."""
    by_clause = {clause.start: change for change in result.changes for clause in change.old}
    rows = [
        _completion(k, followup, by_clause.get(followup.old.start), words)
        for k, followup in enumerate(result.followups, 1)
    ]
    return Sheet(words("completions"), _columns(_COMPLETION, words), rows)


def _completion(number: int, followup: FollowUp, change: Change | None, words: Words) -> list[Cell]:
    target = followup.target or next(iter(followup.old.targets), None)
    places = [followup.old, *followup.evidence]
    return [
        number,
        followup.old.text,
        amount(target, words) if target else None,
        "\n".join(clause.text for clause in followup.evidence),
        amount(followup.reached, words) if followup.reached else None,
        followup.completion if followup.completion is not None else followup.difference,
        verdict(followup, words),
        words.of("outcomes", change.outcome) if change else None,
        " → ".join(words("line", n=clause.line) for clause in places),
        Decimal(round(100 * followup.score)),
        followup.old.body,
        words("then").join(words.of("doubts", doubt) for doubt in followup.unsure),
    ]
