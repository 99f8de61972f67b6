"""Whether two linked clauses have other deadlines, or hold for another time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policydiff.analysis.deadlines import plain_deadline
from policydiff.changes.statements import Match, Statement
from policydiff.models import Kind


def deadline_change(matched: Sequence[Match]) -> tuple[Kind, str] | None:
    """The kind of change and its detail where matched statements differ in deadlines, else None.

    A date that the publisher blanked differs from nothing. What a table gives for the whole clause
    holds where the text names no date.
    """
    old = _deadlines(a for a, _, _ in matched) or _given(a for a, _, _ in matched)
    new = _deadlines(b for _, b, _ in matched) or _given(b for _, b, _ in matched)
    if old == new:
        old, new = _exchanged(matched) if len(old) > 1 else (old, new)
    if old == new or any(_masked(side) for a, b, _ in matched for side in (a, b)):
        return None
    (mark,) = matched[0][0].clause.language.tables.words("changes", "list_mark")
    gone, came = (mark.join(sorted(dates)) for dates in (old - new, new - old))
    kind: Kind = "deadline moved"
    if not (gone and came):
        kind = "deadline removed" if gone else "deadline added"
    return kind, f"{gone or '—'} → {came or '—'}"


def _exchanged(matched: Sequence[Match]) -> tuple[set[str], set[str]]:
    """The deadlines of the first two statements, each the other's likest, that have other ones: of
    two dates each may have gone to the other's task."""
    for a, b, alike in matched:
        rivals = [like for c, d, like in matched if (c is a) != (d is b)]
        old, new = _deadlines([a]), _deadlines([b])
        if old and new and old != new and all(like < alike for like in rivals):
            return old, new
    return set(), set()


def _masked(statement: Statement) -> bool:
    tables = statement.clause.language.tables
    return any(p.search(statement.folded) for p in tables.patterns("deadlines", "masked"))


def _deadlines(statements: Iterable[Statement]) -> set[str]:
    return {date for statement in statements for date in statement.dates}


def _given(statements: Iterable[Statement]) -> set[str]:
    """The deadlines that tables give for the clauses of the statements."""
    given = {
        plain_deadline(language.fold(s.clause.deadline), language)
        for s in statements
        for language in (s.clause.language,)
        if s.clause.deadline
    }
    return given - {""}
