"""What people filled in beside entries: found again for the entries of a second run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from policydiff.decisions import Filled
from policydiff.output.groups import Entry

#: Columns that say something of a verdict.
_OF_THE_VERDICT: Final = frozenset({"verdict", "partner", "checked by", "note"})


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
