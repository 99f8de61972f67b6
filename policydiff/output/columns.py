"""The columns of the tables that policydiff makes: names, types, units, meanings. Data only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from policydiff.errors import UsageError
from policydiff.language.compiled import load
from policydiff.output.files import Plain

#: The Python type of each type of column.
TYPES: Final[Mapping[str, type]] = {"text": str, "whole": int, "number": float, "truth": bool}
#: Behind the type of a column of which cells may be empty.
_MAY_BE_EMPTY: Final = "?"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: ``type`` is 'text', 'whole', 'number' or 'truth' (str, int, float,
    bool); ``optional``: cells may be None; ``unit``: of numbers, or the words that occur."""

    name: str
    type: str
    optional: bool
    unit: str
    meaning: str

    def holds(self, value: Plain) -> bool:
        """Whether a value is of this column's type.

        >>> column = columns("targets")[8]
        >>> column.name, column.holds(6.5), column.holds(None), column.holds("6.5")
        ('value', True, True, False)
        """
        return self.optional if value is None else type(value) is TYPES[self.type]


@cache
def _tables() -> Mapping[str, tuple[Column, ...]]:
    return {
        table: tuple(
            Column(
                entry["name"],
                entry["type"].removesuffix(_MAY_BE_EMPTY),
                entry["type"].endswith(_MAY_BE_EMPTY),
                entry["unit"],
                entry["meaning"],
            )
            for entry in entries
        )
        for table, entries in load(Path(__file__).parent, "columns").items()
    }


def columns(table: str) -> Sequence[Column]:
    """The columns of a table in their order.

    ``table``: 'targets', 'levels' and 'indicators', of the functions of these names; 'comparison',
    'corpus' and 'trajectory', of the ``rows()`` of the three results. Raises UsageError for any
    other.

    >>> [column.name for column in columns("targets")][:4]
    ['region', 'level', 'year', 'horizon']
    """
    tables = _tables()
    if table not in tables:
        raise UsageError(
            where="columns", what=f"no table {table!r}", remedy=f"give one of {', '.join(tables)}"
        )
    return tables[table]
