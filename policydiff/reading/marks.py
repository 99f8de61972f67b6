"""What a file says of its text beside the text: headings with their levels, and tables.

Every span is a half-open pair of code-point offsets into ``Source.text``.
"""

from __future__ import annotations

from typing import NamedTuple


class Heading(NamedTuple):
    """A line that the file itself calls a heading; ``level`` is 0 for a title, then 1 and deeper.

    Levels are those of the file: h1 is 1, Word's "heading 2" is 2. A report may begin at any.
    """

    start: int
    end: int
    level: int


class Cell(NamedTuple):
    """A filled cell of a table. It may hold several lines.

    ``column`` is the first column that it covers, from 0; ``width`` how many it covers. A cell
    that was merged downwards is in each of its rows, with the span of the row that it stands in.
    """

    start: int
    end: int
    column: int
    width: int = 1


class Row(NamedTuple):
    """A row with its filled cells, by column. ``heads`` says that the file calls it a header."""

    cells: tuple[Cell, ...]
    heads: bool = False


class Table(NamedTuple):
    """The rows of one table that hold text, in order."""

    rows: tuple[Row, ...]


class Marks(NamedTuple):
    """All that a file says of its text. ``title`` is one that stands outside the text, or None."""

    title: str | None = None
    headings: tuple[Heading, ...] = ()
    tables: tuple[Table, ...] = ()


class Content(NamedTuple):
    """What was read from one file, before it is checked as a whole.

    ``encoding`` is that of the bytes the text was stored in; ``warnings`` say what is doubtful.
    """

    text: str
    encoding: str
    marks: Marks = Marks()
    warnings: tuple[str, ...] = ()


class TooMuchTextError(Exception):
    """A reader wrote more than any report holds: a file that repeats itself without end."""
