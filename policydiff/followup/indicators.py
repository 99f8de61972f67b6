"""The main indicators of two reports in a table: last target, last result, this target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policydiff.analysis.documents import language_of
from policydiff.changes.indicators import headline
from policydiff.language.language import Language
from policydiff.models import Change, FollowUp, IndicatorRow, Target, TargetChange


def indicator_rows(
    changes: Sequence[Change], followups: Sequence[FollowUp]
) -> tuple[IndicatorRow, ...]:
    """A row for each main indicator that either plan sets a number for, in the reports' order.

    An indicator that is written about several times has one row, the first with most in it.
    """
    by_clause = {followup.old.start: followup for followup in followups}
    rows: dict[tuple[str, str], IndicatorRow] = {}
    for change in changes:
        language = language_of((*change.old, *change.new))
        for pair in _pairs(change):
            named = pair.new or pair.old
            if named is None or named.value is None or not _is_main(named, language):
                continue
            row = _row(pair, change, by_clause, language)
            # A growth and an amount of one indicator are two rows.
            key = row.indicator, _kind(named)
            if key not in rows or _filled(row) > _filled(rows[key]):
                rows[key] = row
    return tuple(rows.values())


def _pairs(change: Change) -> Iterator[TargetChange]:
    """The targets of a change, those that did not change too."""
    yield from change.targets
    said_old = {t.old.start for t in change.targets if t.old}
    said_new = {t.new.start for t in change.targets if t.new}
    olds = [t for c in change.old for t in c.targets if t.start not in said_old]
    news = [t for c in change.new for t in c.targets if t.start not in said_new]
    for old in olds:
        same = next((t for t in news if t.indicator == old.indicator and t.unit == old.unit), None)
        if same is not None:
            news.remove(same)
        yield TargetChange(old, same, ())
    for new in news:
        yield TargetChange(None, new, ())


def _is_main(target: Target, language: Language) -> bool:
    return target.headline or headline(target.indicator, language) is not None


def _kind(target: Target) -> str:
    return (target.unit or "").endswith("%") * "rate" or "amount"


def _row(
    pair: TargetChange, change: Change, by_clause: dict[int, FollowUp], language: Language
) -> IndicatorRow:
    named = pair.new or pair.old
    name = "" if named is None else named.indicator_id or headline(named.indicator, language)
    followup = None
    for clause in change.old:
        found = by_clause.get(clause.start)
        if (
            pair.old is not None
            and found is not None
            and clause.start <= pair.old.start < clause.end
        ):
            followup = found
    reached = None
    if followup is not None and followup.target is not None and pair.old is not None:
        reached = followup.reached if followup.target.start == pair.old.start else None
    return IndicatorRow(
        indicator=name or (named.indicator if named else ""),
        target=pair.old,
        reached=reached,
        next_target=pair.new,
        difference=pair.difference,
        followup=followup if reached is not None else None,
    )


def _filled(row: IndicatorRow) -> int:
    return sum(side is not None for side in (row.target, row.reached, row.next_target))
