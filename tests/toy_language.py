"""A toy language of a few invented words, to test that all else does without Chinese.

Letters a to z, capitals folded; ``!`` ends a sentence, ``~`` is the comma, ``<…>`` quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from policydiff.language.language import Language, Span, WrittenNumber, register
from policydiff.language.tables import Entry, Table, Tables
from policydiff.language.text import paragraphs
from policydiff.language.zh.data import TABLES

FOLDER = Path(__file__).parent / "toy"
#: A pattern that nothing fits, and letters that no text has, a new one for each word.
_NOTHING = "(?!)"
_UNUSED = map(chr, count(0xF0000))


class ToyTables(Tables):
    """The tables of the toy language; what it does not say is there and fits nothing.

    So a section that only Chinese needs need not be written for the toy.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._joined: dict[str, Table] = {}

    def load(self, name: str) -> Table:
        """The sections of the toy's own table, and those of Chinese without their words."""
        if name not in self._joined:
            self._joined[name] = self._join(name)
        return self._joined[name]

    def _join(self, name: str) -> Table:
        shape = {section: tuple(map(_emptied, of)) for section, of in TABLES.load(name).items()}
        own = super().load(name) if (FOLDER / f"{name}.yaml").exists() else {}
        return {
            section: (*(e for e in of if _adds(e, own.get(section, ()))), *own.get(section, ()))
            for section, of in shape.items()
        }

    def rows(self, name: str) -> tuple[tuple[str, ...], ...]:
        """The rows of the toy's own table; of others, weights and counts, the Chinese."""
        if (FOLDER / f"{name}.tsv").exists():
            return super().rows(name)
        return TABLES.rows(name)

    def counted(self, name: str) -> tuple[int, list[tuple[int, list[str]]]]:
        """The counts of the toy's own table; else the Chinese."""
        if (FOLDER / f"{name}.tsv").exists():
            return super().counted(name)
        return TABLES.counted(name)

    def text(self, file: str) -> str:
        """The text of a file of the toy; '' where there is none."""
        return super().text(file) if (FOLDER / file).exists() else ""


def _emptied(entry: Entry) -> dict[str, Any]:
    """An entry of the Chinese tables that fits nothing in any text."""
    emptied = dict(entry)
    for key, value in entry.items():
        if key in ("pattern", "follows"):
            groups = re.compile(value).groupindex
            emptied[key] = _NOTHING + "".join(f"(?P<{name}>)" for name in groups)
        elif key == "words":
            emptied[key] = [next(_UNUSED) for _ in value]
        elif key == "word":
            emptied[key] = next(_UNUSED)
    return emptied


def _adds(emptied: Entry, own: tuple[Entry, ...]) -> bool:
    """Whether the toy's own section has no entry of the same role."""
    return not any("role" in e and e["role"] == emptied.get("role") for e in own)


def fold(text: str) -> str:
    return re.sub("[A-Z]", lambda m: m[0].lower(), text)


def pieces(text: str, start: int, end: int) -> list[Span]:
    return [m.span() for m in re.compile("[^!]+!*").finditer(text, start, end)]


def comma_parts(text: str) -> list[Span]:
    return [m.span() for m in re.finditer("[^~]+", text)]


def quotations(text: str) -> list[Span]:
    return [m.span() for m in re.finditer("<[^>]*>", text)]


def object_words(text: str) -> list[str]:
    doing = {"mek", "skon", "fonda", "truva", "tilk", "gorr", "rond", "sup", "max", "ef", "zertak"}
    return [word for word in re.findall("[a-z]+", text) if word not in doing]


def numbers(text: str) -> Iterator[WrittenNumber]:
    for m in re.finditer("([0-9]+|x+)(?:-([0-9]+))? (tilk|gorr|rond)(?: (sup))?", text):
        masked = m[1][0] == "x"
        yield WrittenNumber(
            *m.span(),
            None if masked else Decimal(m[1]),
            Decimal(m[2]) if m[2] else None,
            m[3],
            masked=masked,
            ranged=bool(m[2]),
            behind=m[4] or "",
        )


TOY = register(
    Language(
        name="toy",
        tables=ToyTables(FOLDER),
        letters="a-z",
        fold=fold,
        paragraphs=paragraphs,
        pieces=pieces,
        comma_parts=comma_parts,
        quotations=quotations,
        object_words=object_words,
        numbers=numbers,
        numeral_characters="0",
        numeral_value=lambda text: Decimal(text) if text.isdecimal() else None,
        spelt=str,
    )
)
