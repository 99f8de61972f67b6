"""The columns that the office fills in: found again for the entries of a second run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from policydiff.decisions import OFFICE, VERDICTS, Filled
from policydiff.output.groups import Entry
from policydiff.output.words import Words
from policydiff.reading.filled import GUIDE

#: Columns that a reader needs besides those of the office.
_NEEDED: Final = ("old text", "new text", "key")

#: Columns that say something of a verdict.
_OF_THE_VERDICT: Final = frozenset({"verdict", "checked by", "note"})


class Kept:
    """What was filled in, by the entry's name and by the texts of its clauses.

    Names change where a clause does, or where two clauses are linked; then a text tells.
    """

    def __init__(self, filled: Sequence[Filled]) -> None:
        self._filled = filled
        self._by_id = {one.id: one for one in filled if one.id}
        self._by_text = {
            (side, _bare(text)): one
            for one in reversed(filled)
            for side, texts in (("new", one.new), ("old", one.old))
            for text in texts
        }
        self._used: set[int] = set()

    def of(self, entry: Entry) -> dict[str, str]:
        """What was filled in beside this entry, by column.

        A verdict is about all of its clauses: beside an entry that lacks some it is left out.
        """
        change = entry.change
        sides = (("old", change.old), ("new", change.new))
        here = [(side, _bare(clause.text)) for side, clauses in sides for clause in clauses]
        matches = (self._by_id.get(entry.id), *map(self._by_text.get, here))
        one = next(filter(None, matches), None)
        if one is None:
            return {}
        wanted = {(side, _bare(text)) for side in ("old", "new") for text in getattr(one, side)}
        whole = wanted.issubset(here)
        if whole or "verdict" not in one.cells:
            self._used.add(id(one))
        return {k: said for k, said in one.cells.items() if whole or k not in _OF_THE_VERDICT}

    def left(self) -> Iterator[Filled]:
        """What belongs to no entry that was asked for: its text is gone, or no commitment."""
        return (one for one in self._filled if id(one) not in self._used)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))


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
