"""Writes the .xlsx and the .docx file of a result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policydiff.output.columns import columns
from policydiff.output.compared import Compared
from policydiff.output.files import Savable
from policydiff.output.office.comparison import comparison_pieces, comparison_sheets
from policydiff.output.office.corpus import corpus_tables
from policydiff.output.office.letter import letter
from policydiff.output.office.table import Pieces, Table
from policydiff.output.office.workbook import Column, Sheet, workbook
from policydiff.output.office.years import years_lines, years_tables
from policydiff.output.places import corpus_notes
from policydiff.output.provenance import told
from policydiff.output.titles import title_of
from policydiff.output.words import Words, words_in

#: Width of the columns of the sheet of data, in characters.
_DATA_WIDTH = 16


def xlsx_file(result: Savable, *, all: bool, repairs: bool, lang: str = "zh") -> bytes:
    """The bytes of an .xlsx file: a sheet for each question, for people.

    Of two reports the 对照表; else the last sheet holds the result's rows, for programs.
    """
    words = words_in(lang)
    if isinstance(result, Compared):
        return workbook(comparison_sheets(result, words))
    data, tables = _tables(result, words, all=all)
    about = [title_of(data, words), *_lines(data, words), words("about lines")]
    about += [*told(data, words), words("about data")]
    lines = Sheet(words("about"), [Column(words("about"), 100)], [[line] for line in about])
    return workbook([*(table.sheet() for table in tables), lines, _data(result, words, all=all)])


def docx_file(result: Savable, *, all: bool, repairs: bool, lang: str = "zh") -> bytes:
    """The bytes of a .docx file: the same tables, as far as a page is wide enough for them."""
    made = pieces(result, words_in(lang), all=all)
    return letter(made.title, made.lines, made.tables, made.ending)


def pieces(result: Savable, words: Words, *, all: bool) -> Pieces:
    """What the Word and the Markdown file of a result hold."""
    if isinstance(result, Compared):
        return comparison_pieces(result, words, all=all)
    data, tables = _tables(result, words, all=all)
    printed = [made for table in tables if (made := table.printed())[1]]
    return Pieces(title_of(data, words), list(_lines(data, words)), printed, [*told(data, words)])


def _tables(result: Savable, words: Words, *, all: bool) -> tuple[dict[str, Any], list[Table]]:
    """The result as data, and its tables."""
    if result.kind == "corpus":
        data = result.to_dict(all=all)
        return data, corpus_tables(data, words)
    # The short form leaves out the years in between, which the tables have columns for.
    data = result.to_dict(all=True)
    return data, years_tables(data, words, all=all)


def _lines(data: dict[str, Any], words: Words) -> Iterable[str]:
    if data["policydiff"]["kind"] == "corpus":
        return [words("corpus warning", n=data["corpus"]["reports"]), *corpus_notes(data, words)]
    return years_lines(data, words)


def _data(result: Savable, words: Words, *, all: bool) -> Sheet:
    """The rows with the names that docs/tables.md explains, numbers as numbers."""
    named = [Column(column.name, _DATA_WIDTH) for column in columns(result.kind)]
    return Sheet(words("data"), named, [list(row.values()) for row in result.rows(all=all)])
