"""A result as Markdown tables, for notes and wikis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from policydiff.language.patterns import compile_pattern
from policydiff.output.files import Savable
from policydiff.output.office.document import pieces
from policydiff.output.words import words_in

#: What Markdown or the HTML in it would read as markup.
_MARKUP: Final = compile_pattern(r"([\\`*_{}\[\]<>#|~&$])")


def markdown_file(result: Savable, *, all: bool, repairs: bool, lang: str = "zh") -> bytes:
    """The bytes of a .md file (tables as of GitHub): the same as the Word file holds."""
    made = pieces(result, words_in(lang), all=all)
    head = [f"# {escaped(made.title)}", "", *map(escaped, made.lines), ""]
    tables = [part for table in made.tables for part in (*to_markdown(*table), "")]
    ending = [escaped(line) + "  " for line in made.ending]
    return "\n".join([*head, *tables, *ending, ""]).encode("utf-8", "replace")


def to_markdown(
    name: str, heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]
) -> list[str]:
    r"""A table with its name over it, as lines.

    >>> to_markdown("", [("a", 1), ("b", 1)], [["1|2", "x\ny"]])
    ['| a | b |', '| --- | --- |', '| 1\\|2 | x<br>y |']
    """
    return [
        *([f"## {escaped(name)}", ""] if name else ()),
        _row(escaped(head) for head, _ in heads),
        _row(["---"] * len(heads)),
        *(_row(map(escaped, row)) for row in rows),
    ]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is; lines of a cell are broken as HTML breaks them."""
    return _MARKUP.sub(r"\\\1", text).replace("\n", "<br>")
