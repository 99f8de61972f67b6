"""What the index stores of a report, as bytes: JSON, lines of JSON, and rows of numbers.

Nothing in it is executed when it is read. Values come here proved (database.py), so what cannot be
read back is a bug and no damage.
"""

from __future__ import annotations

import json
import struct
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from hashlib import blake2b
from itertools import chain
from typing import Any, Final, overload

from policydiff.align.features import Features, features_of
from policydiff.align.identical import bare
from policydiff.align.meaning import meaning_from
from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.analysis.documents import language_of
from policydiff.analysis.keys import Key
from policydiff.language.language import Language, language_named
from policydiff.models import Clause, Level, Target


def number_of(data: bytes) -> int:
    """A hash of some bytes as a whole number that SQLite can hold."""
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)


def _json(data: object) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_digits)
    return text.encode()


def _digits(number: object) -> list[str]:
    if not isinstance(number, Decimal):
        raise TypeError(f"cannot be stored: {number!r}")
    return [str(number)]


# --- reports --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredReport:
    """What is known of a file by its content alone.

    ``content`` tells equal texts. ``title``, ``region``, ``year`` and ``level`` are the text's own.
    ``commitments`` is how many it has; ``blanked`` are the wordings among them that hold an x,
    which may stand for a digit that was blanked. Of a file that cannot be read, ``what`` and
    ``remedy`` say why, and the rest is empty.
    """

    content: str = ""
    title: str | None = None
    region: str | None = None
    year: int | None = None
    commitments: int = 0
    blanked: tuple[str, ...] = ()
    what: str | None = None
    remedy: str = ""
    level: Level | None = None


def report_row(report: StoredReport) -> bytes:
    """The value that stands for a report."""
    return _json(
        (
            report.content, report.title, report.region, report.year, report.commitments,
            report.blanked, report.what, report.remedy, report.level,
        )
    )  # fmt: skip


def report_of(row: bytes) -> StoredReport:
    """The report that a value stands for."""
    content, title, region, year, commitments, blanked, *rest = json.loads(row)
    return StoredReport(content, title, region, year, commitments, tuple(blanked), *rest)


# --- commitments ----------------------------------------------------------------------------------


#: The fields of clauses and targets, in the order in which they are stored. What is stored of a
#: section is its number among the sections of the report.
_CLAUSE: Final = tuple(field.name for field in fields(Clause))
_TARGET: Final = tuple(field.name for field in fields(Target))
_SECTION: Final = _CLAUSE.index("section")
_TARGETS: Final = _CLAUSE.index("targets")


class StoredClauses(Sequence[AnalysedClause]):
    """The commitments of a report, in order; each is made when it is asked for.

    There may be hundreds of thousands in the reports that a result speaks of, and few are looked
    at. ``row`` is the value of the table clauses: a line with the language and the sections, and a
    line for each commitment.
    """

    __slots__ = ("_language", "_lines", "_sections")

    def __init__(self, row: bytes) -> None:
        head, *self._lines = row.split(b"\n")
        language, sections = json.loads(head)
        self._language = language_named(language)
        self._sections = [tuple(section) for section in sections]

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, at: int) -> AnalysedClause: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[AnalysedClause, ...]: ...
    def __getitem__(self, at: int | slice) -> AnalysedClause | tuple[AnalysedClause, ...]:
        if isinstance(at, slice):
            return tuple(map(self._clause, self._lines[at]))
        return self._clause(self._lines[at])

    def targets(self, at: int) -> tuple[Target, ...]:
        """The targets of one commitment, without the rest of it: many are looked at to rank one."""
        targets = json.loads(self._lines[at].decode())[1 + _TARGETS]
        return tuple([Target(*map(_number, each)) for each in targets])

    def _clause(self, line: bytes) -> AnalysedClause:
        spans, *values = json.loads(line.decode())
        values[_SECTION] = self._sections[values[_SECTION]]
        values[_TARGETS] = tuple([Target(*map(_number, each)) for each in values[_TARGETS]])
        return AnalysedClause(
            *values, language=self._language, target_spans=tuple([tuple(span) for span in spans])
        )

    def __reduce__(self) -> tuple[Any, ...]:
        head = _json((self._language.name, self._sections))
        return StoredClauses, (b"\n".join([head, *self._lines]),)


def clauses_row(clauses: Sequence[AnalysedClause]) -> bytes:
    """The value that stands for the commitments of a report. JSON has no line breaks of its own."""
    sections: dict[tuple[str, ...], int] = {}
    lines = []
    for clause in clauses:
        values = [getattr(clause, name) for name in _CLAUSE]
        values[_SECTION] = sections.setdefault(clause.section, len(sections))
        values[_TARGETS] = [[getattr(t, name) for name in _TARGET] for t in clause.targets]
        lines.append(_json([clause.target_spans, *values]))
    return b"\n".join([_json((language_of(clauses).name, list(sections))), *lines])


def _number(value: Any) -> Any:
    """A field of a target, read back: numbers are stored as their digits in a list."""
    return Decimal(value[0]) if type(value) is list else value


# --- words ----------------------------------------------------------------------------------------


def words_row(words: Features) -> tuple[int, bytes]:
    """The key and the value that stand for what a clause is compared by; equal words have one.

    The meaning, as numbers of 32 bits behind how many they are; then lines: the text; the grams,
    behind a blank in each part and a tab between parts; the norms; and as JSON, where there are
    any, the indicators. A query reads tens of thousands of these: all of it as JSON takes twice as
    long.
    """
    key = words.key
    lines = (
        key.text,
        "\t".join(map(" ".join, key.parts)),
        " ".join(map(repr, (key.norm, *key.part_norms))),
        json.dumps(words.indicators) if words.indicators else "",
    )
    vector = _little(array(_SHORTER, words.meaning.vector))
    value = struct.pack(_COUNT, len(vector)) + vector.tobytes() + "\n".join(lines).encode()
    return number_of(value), value


def words_from(row: bytes, language: Language) -> Features:
    """The words that a value stands for. ``language``: of the report that they are of."""
    (several,) = struct.unpack_from(_COUNT, row)
    begin = struct.calcsize(_COUNT)
    end = begin + several * array(_SHORTER).itemsize
    text, joined, norms, indicators = row[end:].decode().split("\n")
    norm, *part_norms = map(float, norms.split(" "))
    features = Features(
        Key(
            text,
            tuple([tuple(part.split(" ")) for part in joined.split("\t")]) if joined else (),
            norm,
            tuple(part_norms),
            language,
        ),
        tuple(json.loads(indicators)) if indicators else (),
    )
    # Adding it up anew takes longer than all the rest.
    vars(features)["meaning"] = meaning_from(tuple(_little(array(_SHORTER, row[begin:end]))))
    return features


#: Numbers of a meaning: signed, 32 bits; and how many they are.
_SHORTER: Final = "i"
_COUNT: Final = "<H"


# --- sketches -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sketch:
    """All commitments of a report in short: four numbers each, in order.

    ``report`` is its ``Entry.id``. ``words`` are keys of the table words; ``wordings`` tell equal
    texts, marks aside; ``lines`` are lines of the report, ``sections`` the two outermost headings,
    as numbers that mean something in this report alone.
    """

    report: int
    words: Sequence[int]
    wordings: Sequence[int]
    lines: Sequence[int]
    sections: Sequence[int]


def wording_number(wording: str) -> int:
    """The number of a wording, a text bare of marks."""
    return number_of(wording.encode())


#: Numbers in a sketch: signed, 64 bits, the least significant byte first.
_NUMBER: Final = "q"


def sketch_row(clauses: Sequence[Clause], words: Sequence[int], wordings: Sequence[str]) -> bytes:
    """The value that stands for the sketch of a report; see ``Sketch``."""
    sections: dict[tuple[str, ...], int] = {}
    numbers = array(
        _NUMBER,
        chain(
            words,
            map(wording_number, wordings),
            (clause.line for clause in clauses),
            (sections.setdefault(clause.section[:2], len(sections)) for clause in clauses),
        ),
    )
    return numbers_row(numbers)


def numbers_row(numbers: array[int]) -> bytes:
    """The value that stands for some whole numbers of 64 bits."""
    return _little(numbers[:]).tobytes()


def numbers_from(row: bytes) -> array[int]:
    """The numbers that a value stands for."""
    return _little(array(_NUMBER, row))


def content_key(clauses: Sequence[AnalysedClause]) -> bytes:
    """A hash of all that decides which links some clauses, all commitments of a report, have."""
    words = [words_row(features_of(clause))[0] for clause in clauses]
    row = sketch_row(clauses, words, [bare(clause.folded) for clause in clauses])
    return blake2b(row, digest_size=16).digest()


def sketch_of(report: int, row: bytes) -> Sketch:
    """The sketch that a value stands for."""
    numbers = numbers_from(row)
    each = len(numbers) // 4
    return Sketch(report, *(numbers[k * each : (k + 1) * each] for k in range(4)))


def _little(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


# --- a report as it is stored ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rows:
    """All values that stand for one report; ``words`` by their keys."""

    report: bytes
    sketch: bytes
    clauses: bytes
    words: dict[int, bytes]


def unread_rows(what: str, remedy: str) -> Rows:
    """The values for a file that cannot be read."""
    return Rows(report_row(StoredReport(what=what, remedy=remedy)), b"", clauses_row(()), {})


def report_rows(report: StoredReport, clauses: Sequence[Clause]) -> Rows:
    """The values for a report with these commitments. What they say together is filled in."""
    ready = analysed(clauses, language_of(clauses))
    wordings = [bare(clause.folded) for clause in ready]
    words = [words_row(features_of(clause)) for clause in ready]
    blanked = tuple(dict.fromkeys(wording for wording in wordings if "x" in wording))
    full = StoredReport(
        *(report.content, report.title, report.region, report.year, len(clauses), blanked),
        level=report.level,
    )
    return Rows(
        report_row(full),
        sketch_row(clauses, [key for key, _ in words], wordings),
        clauses_row(ready),
        dict(words),
    )
