"""A table for people: an Excel sheet, a Word table and a Markdown table are made from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from policydiff.output.files import Plain
from policydiff.output.office.workbook import Column, Sheet
from policydiff.output.words import Words

Cell = Plain | Decimal
#: A table of a document for reading: name, heads with their shares of the width, rows.
Printed = tuple[str, Sequence[tuple[str, int]], Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Head:
    """A column: what stands over it, its width in Excel in characters, and its share of the width
    of a page; columns without a share are in the Excel file alone, behind the others, and left out
    where it is printed."""

    said: str
    width: int
    share: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with a cell for each head. Excel takes numbers as numbers, a page takes all as text."""

    name: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]

    def sheet(self) -> Sheet:
        """The table as a sheet of a workbook."""
        columns = [Column(head.said, head.width) for head in self.heads]
        shared = sum(head.share > 0 for head in self.heads)
        return Sheet(self.name, columns, self.rows, on_paper=shared or None)

    def printed(self) -> Printed:
        """The table as a document shows it: the columns with a share of the page and something in
        them.

        >>> Table("a", [Head("b", 9, 1), Head("c", 9)], [[1.5, "x"], [None, "y"]]).printed()
        ('a', [('b', 1)], [['1.5'], ['']])
        """
        told = [k for k, head in enumerate(self.heads) if head.share]
        shown = [k for k in told if any(row[k] not in (None, "") for row in self.rows)]
        heads = [(self.heads[k].said, self.heads[k].share) for k in shown]
        return self.name, heads, [[_text(row[k]) for k in shown] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a document for reading is made of; ``ending`` stands below the tables."""

    title: str
    lines: Sequence[str]
    tables: Sequence[Printed]
    ending: Sequence[str] = ()


def heads(columns: Iterable[tuple[str, int, int]], words: Words) -> list[Head]:
    """Heads from names of words.yaml with their widths and shares."""
    return [Head(words(name), width, share) for name, width, share in columns]


def numbered(rows: Iterable[Sequence[Cell]]) -> list[list[Cell]]:
    """Rows with their numbers, from 1, before them."""
    return [[k, *row] for k, row in enumerate(rows, 1)]


def some(lines: Sequence[str], most: int, words: Words) -> str:
    """Lines of a cell, the first ``most`` of them, and how many there are more."""
    more = len(lines) - most
    shown = [*lines[:most], words("and more", n=more)] if more > 0 else lines
    return "\n".join(shown)


def _text(value: Cell) -> str:
    return "" if value is None else str(value)
