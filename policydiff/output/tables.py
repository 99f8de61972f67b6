"""The rows of a result as a .csv file that spreadsheets open as it is meant."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final

from policydiff.language.patterns import compile_pattern
from policydiff.output.files import Plain, Savable

#: A cell that begins so is run as a formula by spreadsheets; an apostrophe before it, which they do
#: not show, makes it text (OWASP, CSV injection).
_FORMULA: Final = compile_pattern(r"[=+\-@\t\r]")


def csv_file(result: Savable, *, all: bool, repairs: bool, lang: str = "zh") -> bytes:
    """The bytes of a .csv file (RFC 4180) of a result's rows; repairs have no rows.

    It begins with a mark (BOM) without which spreadsheets take Chinese text for another encoding.
    """
    return csv_bytes(result.rows(all=all))


def csv_bytes(rows: Sequence[Mapping[str, Plain]], names: Sequence[str] = ()) -> bytes:
    """The bytes of a .csv file of some rows; ``names``: of the columns, where there are no rows."""
    return b"\xef\xbb\xbf" + to_csv(rows, names).encode("utf-8")


def to_csv(rows: Sequence[Mapping[str, Plain]], names: Sequence[str] = ()) -> str:
    r"""Rows as CSV text: a line of names, then a line for each row; None is an empty cell.

    ``names`` are those of the columns; unless given, the keys of the first row.

    >>> to_csv([{"text": "=1+1", "line": 3}])
    "text,line\r\n'=1+1,3\r\n"
    """
    written = io.StringIO()
    names = list(rows[0]) if rows else names
    if names:
        writer = csv.DictWriter(written, fieldnames=names)
        writer.writeheader()
        for row in rows:
            writer.writerow({name: _cell(value) for name, value in row.items()})
    return written.getvalue()


def _cell(value: Plain) -> Plain:
    if isinstance(value, str) and _FORMULA.match(value):
        return "'" + value
    return value
