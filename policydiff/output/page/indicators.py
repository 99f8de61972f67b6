"""The table of the main indicators, which a meeting looks at first."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from policydiff.models import Document, IndicatorRow, Target
from policydiff.output.compared import Compared
from policydiff.output.fared import difference, verdict
from policydiff.output.groups import beside_each_other
from policydiff.output.page.fulltext import anchor
from policydiff.output.page.markup import heading, table, tag, text
from policydiff.output.words import Words, amount

#: The name of its place in the page.
INDICATORS: Final = "g-indicators"
#: Its columns, by the names of their heads.
COLUMNS: Final = (
    *("indicator", "last target", "last result", "this target", "difference", "completion"),
)


def indicator_table(result: Compared, words: Words) -> str:
    """The section with a row for each main indicator."""
    heads = [(f"c-{name.replace(' ', '-')}", words(name)) for name in COLUMNS]
    rows = (_row(row, result, words) for row in beside_each_other(result.indicators))
    return tag(
        "section",
        heading(words("indicators"), len(result.indicators)),
        table("t-indicators cards", heads, rows),
        class_="group",
        id=INDICATORS,
    )


def _row(row: IndicatorRow, result: Compared, words: Words) -> str:
    cells = [
        text(row.indicator),
        _number("old", row.target, result.old, words),
        _number("new", row.reached, result.new, words),
        _number("new", row.next_target, result.new, words),
        text(difference(row, words)),
        text(verdict(row.followup, words)) if row.followup else "—",
    ]
    return tag("tr", *(tag("td", cell) for cell in cells))


def _number(side: str, target: Target | None, document: Document, words: Words) -> str:
    """A number that leads to its clause in the full text."""
    if target is None:
        return "—"
    at = bisect_right(document.clauses, target.start, key=lambda clause: clause.start) - 1
    said = text(amount(target, words))
    return (
        tag("a", said, href=f"#{anchor(side, document.clauses[at], document)}") if at >= 0 else said
    )
