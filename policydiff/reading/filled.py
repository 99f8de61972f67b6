"""What people filled in in a workbook that policydiff wrote: read by a hidden sheet that says which
column is which, so that columns and rows may be moved, and heads stand in any language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policydiff.errors import ReadError
from policydiff.reading.package import Package
from policydiff.reading.xlsx import read_cells

#: The hidden sheet. Its rows: 'sheet' and the name of the sheet to read; 'column', a column's
#: English name and its head; 'verdict', a verdict's English name and its words.
GUIDE: Final = "policydiff"


def filled_rows(data: bytes, where: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and cells of each row, by the English names of the columns; verdicts in English.

    Raises ReadError where it is no workbook of policydiff, or its heads are gone.
    """
    sheets = read_cells(Package(data, where, program="Excel", suffix=".xlsx"))
    guide = [tuple(row.get(k, "") for k in range(3)) for row in sheets.get(GUIDE, {}).values()]
    name = next((said for kind, said, _ in guide if kind == "sheet"), None)
    if name is None or name not in sheets:
        raise ReadError(
            where=where,
            what="is no workbook that policydiff wrote, or a sheet of it was taken out",
            remedy="give the Excel file that -o wrote, with what was filled in",
        )
    roles = {head: role for kind, role, head in guide if kind == "column"}
    verdicts = {said: verdict for kind, verdict, said in guide if kind == "verdict"}
    rows = sheets[name]
    heads = rows.get(1, {})
    columns = {column: roles[head] for column, head in heads.items() if head in roles}
    if "key" not in columns.values():
        raise ReadError(
            where=where,
            what="lacks the hidden column that names the entries",
            remedy="put it back, or fill in the file that -o wrote anew",
        )
    for number, cells in rows.items():
        if number == 1:
            continue
        named = {columns[column]: said for column, said in cells.items() if column in columns}
        if "verdict" in named:
            named["verdict"] = verdicts.get(named["verdict"], named["verdict"])
        yield number, named
