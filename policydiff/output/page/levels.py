"""The page of targets from level to level: a table for each year and indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from policydiff.output.files import Plain
from policydiff.output.page.frame import Frame, page
from policydiff.output.page.markup import table, tag, text
from policydiff.output.words import Words, number_text

_COLUMNS: Final = ("level", "region", "target", "above", "added", "firmness", "text")


def levels_page(rows: Sequence[Mapping[str, Plain]], words: Words) -> str:
    """The page as HTML text, from the rows of ``policydiff.levels``, in their order."""
    sections, tiles = [], []
    heads = [(f"c-{name}", words(f"levels {name}")) for name in _COLUMNS]
    for number, (key, some) in enumerate(groupby(rows, key=_key), 1):
        body = [_row(row, words) for row in some]
        title = words("levels of", year=key[0], indicator=key[1])
        sections.append(
            tag(
                "section",
                tag("h2", text(title)),
                table("t-levels", heads, body),
                class_="group",
                id=f"g-{number}",
            )
        )
        tiles.append((f"g-{number}", title, len(body)))
    years = sorted({str(row["year"]) for row in rows})
    frame = Frame(
        title=words("levels title", years=words("and").join(years)),
        note=words("levels note"),
        old=("", ""),
        new=("", ""),
        tiles=tuple(tiles),
        decides=False,
        sums_up=False,
    )
    return page(frame, words, {}, "\n".join(sections))


def _key(row: Mapping[str, Plain]) -> tuple[Plain, ...]:
    return row["year"], row["indicator"], row["measure"], row["base_unit"]


def _row(row: Mapping[str, Plain], words: Words) -> str:
    added, firmness = row["added"], row["firmness"]
    cells = (
        words.of("levels", str(row["level"])),
        str(row["region"] or "—"),
        _target(row, words),
        str(row["above"] or "—"),
        "—" if added is None else words("points", n=f"{added:+g}"),
        "—" if firmness is None else words.of("firmness", str(firmness)),
        f"{row['text']} ({words('line', n=row['line'])})",
    )
    return tag("tr", *(tag("td", text(cell)) for cell in cells))


def _target(row: Mapping[str, Plain], words: Words) -> str:
    shown = {"value": f"{row['value']:g}", "unit": row["unit"], "bound": row["bound"]}
    if row["upper"] is not None:
        shown["upper"] = f"{row['upper']:g}"
    strength = row["strength"]
    said = number_text(shown, words)
    return said if strength == "plain" else f"{said} ({words.of('strengths', str(strength))})"
