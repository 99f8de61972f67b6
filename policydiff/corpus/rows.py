"""Rows of the index, and what they stand for: clauses, words, wordings, sketches.

Plain columns, JSON and numbers; nothing in them is executed when it is read.
"""

from __future__ import annotations

import json
import math
import sqlite3
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Any, Final

from policydiff.align.features import Features, features_of
from policydiff.align.identical import bare
from policydiff.analysis.clause import analysed
from policydiff.analysis.documents import language_of
from policydiff.analysis.keys import Key
from policydiff.models import Clause, Target


class BrokenIndex(Exception):
    """What is stored is not what was stored."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """All commitments of a report in short: four numbers each, in order.

    ``words`` and ``wordings`` are numbers of the index; ``lines`` are lines of the report,
    ``sections`` the two outermost headings, as numbers that mean something in this report alone.
    """

    report: int
    words: Sequence[int]
    wordings: Sequence[int]
    lines: Sequence[int]
    sections: Sequence[int]


# --- clauses as rows ------------------------------------------------------------------------------

SELECT_CLAUSE: Final = (
    'select text, start, "end", line, section, part, strength, damaged, targets from clause'
)


def clause_row(report: int | None, position: int, clause: Clause) -> tuple[object, ...]:
    """A clause as a row of the table clause, but for its wording."""
    return (
        report, position, clause.text, clause.start, clause.end, clause.line,
        _section_row(clause.section), clause.part, clause.strength, clause.damaged,
        json.dumps([_target_row(t) for t in clause.targets], ensure_ascii=False)
        if clause.targets else "[]",
    )  # fmt: skip


@lru_cache(maxsize=64)
def _section_row(section: tuple[str, ...]) -> str:
    return json.dumps(section, ensure_ascii=False)


def _target_row(target: Target) -> list[object]:
    numbers = (None if n is None else str(n) for n in (target.value, target.upper))
    return [
        target.indicator, *numbers, target.unit, target.bound, target.deadline, target.masked,
        target.text, target.start, target.end,
    ]  # fmt: skip


def clause_of(row: tuple[Any, ...]) -> Clause:
    """The clause that a row of ``SELECT_CLAUSE`` stands for."""
    text, start, end, line, section, part, strength, damaged, targets = row
    return Clause(
        text, start, end, line, tuple(json.loads(section)), part, strength, True,
        targets_of(targets), bool(damaged),
    )  # fmt: skip


def targets_of(written: str) -> tuple[Target, ...]:
    """The targets that a column stands for."""
    return tuple(map(_target, json.loads(written))) if written != "[]" else ()


def _target(values: list[Any]) -> Target:
    indicator, value, upper, *rest = values
    return Target(indicator, _decimal(value), _decimal(upper), *rest)


def _decimal(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


# --- wordings, words and sketches as rows ---------------------------------------------------------


def wording_number(connection: sqlite3.Connection, clause: Clause) -> tuple[int, int]:
    """The number of a clause's wording and of its words, which are added where they are new."""
    (ready,) = analysed([clause], language_of([clause]))
    text = bare(ready.folded)
    select = "select id, words from wording where text = ?"
    known = connection.execute(select, (text,)).fetchone()
    if known:
        return int(known[0]), int(known[1])
    words = _number_of(connection, features_of(ready))
    made = connection.execute("insert into wording (text, words) values (?, ?)", (text, words))
    return int(made.lastrowid or 0), words


def _number_of(connection: sqlite3.Connection, words: Features) -> int:
    key = words.key
    row = (
        key.text,
        "\t".join(map(" ".join, key.parts)),
        json.dumps([key.norm, *key.part_norms]),
        json.dumps(words.indicators, ensure_ascii=False),
    )
    digest = blake2b("\n".join(row).encode(), digest_size=16).digest()
    known = connection.execute("select id from words where digest = ?", (digest,)).fetchone()
    if known:
        return int(known[0])
    insert = "insert into words (digest, named, parts, norms, indicators) values (?, ?, ?, ?, ?)"
    return int(connection.execute(insert, (digest, *row)).lastrowid or 0)


def words_from(row: tuple[Any, ...]) -> Features:
    """The words that a row stands for. Raises ValueError where it can't have been written so."""
    _, named, joined, written, indicators = row
    parts = tuple([tuple(part.split(" ")) for part in joined.split("\t")]) if joined else ()
    norms = json.loads(written)
    norm, *part_norms = norms
    if len(parts) != len(part_norms) or not 0 < min(norms) <= max(norms) < math.inf:
        raise ValueError(f"{named}: its norms are {written}")
    return Features(
        Key(named, parts, norm, tuple(part_norms)),
        tuple(json.loads(indicators)) if indicators != "[]" else (),
    )


#: Numbers in a sketch: unsigned, 32 bits, the least significant byte first.
_NUMBER: Final = 4


def packed(clauses: Sequence[Clause], wordings: Sequence[tuple[int, int]]) -> bytes:
    """The sketch of a report."""
    sections: dict[tuple[str, ...], int] = {}
    numbers = [
        (words, wording, clause.line, sections.setdefault(clause.section[:2], len(sections)))
        for clause, (wording, words) in zip(clauses, wordings, strict=True)
    ]
    columns = chain.from_iterable(zip(*numbers, strict=True))
    return b"".join(number.to_bytes(_NUMBER, "little") for number in columns)


def sketch_of(report: int, commitments: int, packed: bytes) -> Sketch:
    """The sketch that was packed. Raises BrokenIndex where it is of another length."""
    if len(packed) != 4 * _NUMBER * commitments:
        raise BrokenIndex(f"report {report} has {commitments} commitments, and not so in short")
    numbers = array("I", packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return Sketch(report, *(numbers[k * commitments : (k + 1) * commitments] for k in range(4)))
