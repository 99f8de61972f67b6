"""The tables of Chinese, each read when it is first asked for."""

from __future__ import annotations

from functools import cache
from importlib import resources

from policydiff.language.tables import Tables

TABLES = Tables(resources.files("policydiff.language.zh"))
load, rows, patterns = TABLES.load, TABLES.rows, TABLES.patterns


@cache
def frequent_characters() -> frozenset[str]:
    """The characters that make up most of any Chinese text, in both scripts."""
    lines = TABLES.text("frequent.txt").splitlines()
    return frozenset("".join(line.strip() for line in lines if not line.startswith("#")))
