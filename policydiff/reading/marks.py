"""What a file says of its text beside the text: headings with their levels, and tables.

Every span is a half-open pair of code-point offsets into ``Source.text``.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that the file itself calls a heading; ``level`` is 0 for a title, then 1 and deeper.

    Levels are those of the file: h1 is 1, Word's "heading 2" is 2. A report may begin at any.
    """

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell of a table. It may hold several lines.

    ``column`` is the first column that it covers, from 0; ``width`` how many it covers. A cell
    that was merged downwards is in each of its rows, with the span of the row that it stands in.
    """

    start: int
    end: int
    column: int
    width: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its filled cells, by column. ``heads`` says that the file calls it a header."""

    cells: tuple[Cell, ...]
    heads: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table that hold text, in order."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """All that a file says of its text. ``title`` is one that stands outside the text, or None."""

    title: str | None = None
    headings: tuple[Heading, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What was read from one file, before it is checked as a whole.

    ``encoding`` is that of the bytes the text was stored in; ``warnings`` say what is doubtful.
    """

    text: str
    encoding: str
    marks: Marks = field(default_factory=Marks)
    warnings: tuple[str, ...] = ()
