"""What the tables of a language say about damage, compiled once for each language."""

from __future__ import annotations

import re
from functools import cache

from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern

TABLE = "repairs"


@cache
def pattern(language: Language, name: str) -> re.Pattern[str]:
    """The pattern of this name. Raises KeyError where the table has none."""
    return compile_pattern(source(language, name))


@cache
def source(language: Language, name: str) -> str:
    """The source of the pattern of this name. Raises KeyError where the table has none."""
    return {e["name"]: str(e["pattern"]) for e in language.tables.load(TABLE)["patterns"]}[name]


@cache
def characters(language: Language, name: str) -> str:
    """The set of characters of this name. Raises KeyError where the table has none."""
    entries = language.tables.load(TABLE)["characters"]
    return {e["name"]: str(e["characters"]) for e in entries}[name]


@cache
def letter(language: Language) -> re.Pattern[str]:
    """Any one of the characters that words of the language are made of."""
    return compile_pattern(f"[{language.letters}]")


@cache
def spelt_numbers(language: Language, highest: int) -> dict[int, str]:
    """The numbers from 1 on as headings of the language count them."""
    return {n: language.spelt(n) for n in range(1, highest + 1)}
