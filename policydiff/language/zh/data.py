"""The tables of Chinese, each read when it is first asked for."""

from __future__ import annotations

from importlib import resources

from policydiff.language.tables import Tables

TABLES = Tables(resources.files("policydiff.language.zh"))
load, rows, patterns = TABLES.load, TABLES.rows, TABLES.patterns
