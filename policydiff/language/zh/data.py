"""The tables of Chinese, each read when it is first asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import Tables

TABLES = Tables(Path(__file__).parent)
load, rows, patterns = TABLES.load, TABLES.rows, TABLES.patterns


@cache
def frequent_characters() -> frozenset[str]:
    """The characters that make up most of any Chinese text, in both scripts."""
    lines = TABLES.text("frequent.txt").splitlines()
    return frozenset("".join(line.strip() for line in lines if not line.startswith("#")))


#: The characters of Chinese words, and of the numbers and marks that stand for some of them.
_HAN: Final = compile_pattern("[\u3400-\u9fff\uf900-\ufaff\u2e80-\u2fdf\U00020000-\U0003ffff]+")


def letters_of_reports(text: str) -> int:
    """How many characters of a text are such as Chinese reports are written with."""
    return sum(map(len, _HAN.findall(text)))
