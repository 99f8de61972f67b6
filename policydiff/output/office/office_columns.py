"""The columns that the office fills in, and the sheet by which they are read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from policydiff.decisions import OFFICE, VERDICTS
from policydiff.output.words import Words
from policydiff.reading.filled import GUIDE

#: Columns that a reader needs besides those of the office.
_NEEDED: Final = ("old text", "new text", "nearest clauses", "key")


def cells(filled: Mapping[str, str], words: Words) -> list[str]:
    """The cells of the office's columns, verdicts in the words of the language."""
    said = dict(filled)
    if "verdict" in said:
        said["verdict"] = words.of("verdicts", said["verdict"])
    return [said.get(column, "") for column in OFFICE]


def guide_rows(sheet: str, words: Words) -> Iterable[list[str]]:
    """The rows of the hidden sheet by which ``policydiff.reading.filled`` reads the others."""
    yield ["sheet", sheet, ""]
    for column in (*OFFICE, *_NEEDED):
        yield ["column", column, words(column)]
    for verdict in VERDICTS:
        yield ["verdict", verdict, words.of("verdicts", verdict)]


#: The name of the hidden sheet.
GUIDE_SHEET: Final = GUIDE
