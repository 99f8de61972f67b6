"""An Excel workbook from plain tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from policydiff.output.files import Plain
from policydiff.output.office.package import (
    HEAD,
    attribute,
    content_types,
    relations,
    text,
    zipped,
)

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: Excel takes no more characters in a cell.
MOST_IN_CELL: Final = 32_767
#: Places in _STYLES.
_PLAIN, _HEAD_STYLE, _NUMBER = 0, 1, 2
_STYLES: Final = (
    f'{HEAD}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="SimSun"/></font>'
    '<font><b/><sz val="11"/><name val="SimSun"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE7EAF0"/></patternFill></fill></fills>'
    '<borders count="2"><border/><border><left style="thin"/><right style="thin"/>'
    '<top style="thin"/><bottom style="thin"/></border></borders>'
    '<cellStyleXfs count="1"><xf fontId="0"/></cellStyleXfs><cellXfs count="3">'
    '<xf fontId="0" borderId="1" applyFont="1" applyBorder="1" applyAlignment="1" quotePrefix="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf fontId="1" fillId="2" borderId="1" applyFont="1" applyFill="1" applyBorder="1"'
    ' applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    '<xf fontId="0" borderId="1" applyFont="1" applyBorder="1" applyAlignment="1">'
    '<alignment vertical="top"/></xf>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its width in characters, and what may be chosen in it, if not all."""

    head: str
    width: int = 12
    choices: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: rows with a cell for each column. Texts stay texts, whatever they begin with.

    ``on_paper``: how many columns, from the first, are printed; all unless told.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Plain | Decimal]]
    hidden: bool = False
    on_paper: int | None = None


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The bytes of an .xlsx file; the same for the same sheets."""
    names = [f"xl/worksheets/sheet{k}.xml" for k in range(1, len(sheets) + 1)]
    kinds = [(name, "spreadsheetml.worksheet") for name in names]
    parts = {
        "[Content_Types].xml": content_types(
            [
                ("xl/workbook.xml", "spreadsheetml.sheet.main"),
                ("xl/styles.xml", "spreadsheetml.styles"),
                *kinds,
            ]
        ),
        "_rels/.rels": relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": relations(
            [("worksheet", name.removeprefix("xl/")) for name in names] + [("styles", "styles.xml")]
        ),
        "xl/styles.xml": _STYLES,
    }
    parts |= {name: _sheet(sheet) for name, sheet in zip(names, sheets, strict=True)}
    return zipped(parts)


def _book(sheets: Sequence[Sheet]) -> str:
    listed = "".join(
        f'<sheet name={attribute(sheet.name)} sheetId="{k}"'
        f'{" state=" + attribute("hidden") if sheet.hidden else ""} r:id="rId{k}"/>'
        for k, sheet in enumerate(sheets, 1)
    )
    quoted = [sheet.name.replace("'", "''") for sheet in sheets]
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{k}">'
        + f"'{text(name)}'!$A:$A," * _is_wide(sheet)
        + f"'{text(name)}'!$1:$1</definedName>"
        for k, (name, sheet) in enumerate(zip(quoted, sheets, strict=True))
    )
    areas = "".join(
        f'<definedName name="_xlnm.Print_Area" localSheetId="{k}">'
        f"'{text(name)}'!$A$1:${letters(sheet.on_paper)}${len(sheet.rows) + 1}</definedName>"
        for k, (name, sheet) in enumerate(zip(quoted, sheets, strict=True))
        if sheet.on_paper
    )
    return (
        f'{HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{listed}</sheets>'
        f"<definedNames>{areas}{titles}</definedNames></workbook>"
    )


def _sheet(sheet: Sheet) -> str:
    last = f"{letters(len(sheet.columns))}{len(sheet.rows) + 1}"
    columns = "".join(
        f'<col min="{k}" max="{k}" width="{c.width}" customWidth="1"'
        f"{' hidden=' + attribute(1) if c.hidden else ''}/>"
        for k, c in enumerate(sheet.columns, 1)
    )
    heads = "".join(
        _cell(column.head, f"{letters(k)}1", _HEAD_STYLE)
        for k, column in enumerate(sheet.columns, 1)
    )
    return (
        f'{HEAD}<worksheet xmlns="{_MAIN}">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols>{columns}</cols><sheetData><row r="1">{heads}</row>{"".join(_rows(sheet))}'
        f'</sheetData><autoFilter ref="A1:{last}"/>{_choices(sheet)}'
        f"{_paper(sheet)}"
        "<headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
    )


#: So many characters are read with ease on a page of A4, landscape.
_A4_WIDTH: Final = 200
#: Numbers of paper sizes (ECMA-376, 18.3.1.63).
_A4, _A3 = 9, 8


def _paper(sheet: Sheet) -> str:
    """A page across on A4; what is too wide to be read so, two pages across on A3."""
    size, across = (_A3, 2) if _is_wide(sheet) else (_A4, 1)
    return (
        f'<pageSetup paperSize="{size}" orientation="landscape" '
        f'fitToWidth="{across}" fitToHeight="0"/>'
    )


def _is_wide(sheet: Sheet) -> bool:
    """Whether it is printed on two pages across, each with the first column, which numbers rows."""
    printed = sheet.columns[: sheet.on_paper]
    return sum(column.width for column in printed if not column.hidden) > _A4_WIDTH


def _rows(sheet: Sheet) -> Iterator[str]:
    for n, row in enumerate(sheet.rows, 2):
        cells = "".join(_cell(value, f"{letters(k)}{n}", _PLAIN) for k, value in enumerate(row, 1))
        height = min(_MOST_HEIGHT, _LINE * max(map(_lines, row, sheet.columns), default=1))
        yield f'<row r="{n}" ht="{height}" customHeight="1">{cells}</row>'


#: In points: a line of text, and the tallest row that Excel takes.
_LINE, _MOST_HEIGHT = 15, 409


def _lines(value: Plain | Decimal, column: Column) -> int:
    """How many lines a text takes in a column: not every program works it out when it opens."""
    if not isinstance(value, str) or column.hidden:
        return 1
    # Chinese characters are two wide; a line ends a little before the cell does.
    widths = (sum(1 + (character > "\u2e80") for character in said) for said in value.split("\n"))
    return sum(max(1, -(-width // max(1, column.width - 1))) for width in widths)


def _choices(sheet: Sheet) -> str:
    """The drop-down lists."""
    rules = [
        f'<dataValidation type="list" allowBlank="1" showErrorMessage="1" '
        f'sqref="{letters(k)}2:{letters(k)}{len(sheet.rows) + 1}">'
        f"<formula1>{text(chr(34) + ','.join(column.choices) + chr(34))}</formula1>"
        "</dataValidation>"
        for k, column in enumerate(sheet.columns, 1)
        if column.choices and sheet.rows
    ]
    return f'<dataValidations count="{len(rules)}">{"".join(rules)}</dataValidations>' * bool(rules)


def _cell(value: Plain | Decimal, place: str, style: int) -> str:
    if value is None or value == "":
        return f'<c r="{place}" s="{style}"/>'
    if isinstance(value, bool):
        return f'<c r="{place}" s="{style}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal):
        return f'<c r="{place}" s="{_NUMBER}"><v>{value}</v></c>'
    said = f'<t xml:space="preserve">{text(value[:MOST_IN_CELL])}</t>'
    return f'<c r="{place}" s="{style}" t="inlineStr"><is>{said}</is></c>'


def letters(column: int) -> str:
    """The name of a column, counted from 1.

    >>> letters(1), letters(26), letters(27)
    ('A', 'Z', 'AA')
    """
    name = ""
    while column:
        column, k = divmod(column - 1, 26)
        name = chr(ord("A") + k) + name
    return name
