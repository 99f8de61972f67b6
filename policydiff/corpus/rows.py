"""What the index stores of a report, as bytes: JSON, lines of JSON, and rows of numbers.

Nothing in it is executed when it is read. Values come here proved (database.py), so what cannot be
read back is a bug and no damage.
"""

from __future__ import annotations

import contextlib
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

from policydiff.align.features import features_of
from policydiff.align.identical import bare
from policydiff.align.packed import COUNTS, FLOATS, SIGNED, PackedFeatures, Vocabulary, packed
from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.analysis.documents import language_of
from policydiff.language.language import language_named
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


# --- sketches -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sketch:
    """All commitments of a report as they are compared, in order.

    ``report`` is its ``Entry.id``. ``wordings`` tell equal texts, marks aside; ``lines`` are lines
    of the report, ``sections`` the two outermost headings, as numbers that mean something in this
    report alone.
    """

    report: int
    features: PackedFeatures
    wordings: Sequence[int]
    lines: Sequence[int]
    sections: Sequence[int]


def wording_number(wording: str) -> int:
    """The number of a wording, a text bare of marks."""
    return number_of(wording.encode())


#: Numbers of wordings, lines and sections: signed, 64 bits.
_NUMBER: Final = "q"
#: How many numbers each row of a sketch has, and of which type each is.
_SIZES: Final = struct.Struct("<10I10s")
#: The types in which whole numbers can be stored, the narrowest first.
_NARROWER: Final = {COUNTS: "BHI", SIGNED: "bhi"}


def sketch_row(clauses: Sequence[AnalysedClause], wordings: Sequence[str]) -> bytes:
    """The value that stands for the sketch of a report.

    How many numbers there are in each row, and of which type; the rows, the least significant byte
    first; and lines of text: the indicators as JSON, the three kinds of grams, the texts of the
    clauses.
    """
    features = packed([features_of(clause) for clause in clauses])
    sections: dict[tuple[str, ...], int] = {}
    columns = [_narrow(getattr(features, name), kind) for name, kind in _COLUMNS]
    columns.append(
        array(
            _NUMBER,
            chain(
                map(wording_number, wordings),
                (clause.line for clause in clauses),
                (sections.setdefault(clause.section[:2], len(sections)) for clause in clauses),
            ),
        )
    )
    characters, pairs, others = features.vocabulary
    indicators = _json(list(features.indicators.items())).decode()
    lines = (indicators, characters, pairs, " ".join(others), *features.texts)
    return b"".join(
        (
            _SIZES.pack(*map(len, columns), "".join(each.typecode for each in columns).encode()),
            *(_little(column).tobytes() for column in columns),
            "\n".join(lines).encode(),
        )
    )


#: The rows of numbers of packed features, and of what kind each is.
_COLUMNS: Final = (
    ("grams", COUNTS),
    ("several_grams", COUNTS),
    ("parts", COUNTS),
    ("several_places", COUNTS),
    ("several_parts", COUNTS),
    ("norms", FLOATS),
    ("part_norms", FLOATS),
    ("meanings", SIGNED),
    ("meaning_norms", FLOATS),
)


def _narrow(column: array[Any], kind: str) -> array[Any]:
    """A row of numbers in the narrowest type that holds them: half the index, and of the time to
    read it.

    >>> _narrow(array(COUNTS, [7, 300]), COUNTS).typecode
    'H'
    """
    for narrow in _NARROWER.get(kind, ""):
        with contextlib.suppress(OverflowError):
            return array(narrow, column)
    return column


def sketch_of(report: int, row: bytes) -> Sketch:
    """The sketch that a value stands for."""
    *sizes, kinds = _SIZES.unpack_from(row)
    at = _SIZES.size
    columns: list[array[Any]] = []
    for size, kind in zip(sizes, kinds.decode(), strict=True):
        column: array[Any] = array(kind)
        end = at + size * column.itemsize
        column.frombytes(row[at:end])
        columns.append(_little(column))
        at = end
    indicators, characters, pairs, others, *texts = row[at:].decode().split("\n")
    *packed_columns, placed = columns
    each = len(placed) // 3
    features = PackedFeatures(
        **dict(zip((name for name, _ in _COLUMNS), packed_columns, strict=True)),
        vocabulary=Vocabulary(characters, pairs, others.split(" ") if others else ()),
        texts=texts[:each],
        indicators={i: tuple(names) for i, names in json.loads(indicators)},
    )
    return Sketch(report, features, *(placed[k * each : (k + 1) * each] for k in range(3)))


def numbers_row(numbers: array[int]) -> bytes:
    """The value that stands for some whole numbers of 64 bits."""
    return _little(numbers).tobytes()


def numbers_from(row: bytes) -> array[int]:
    """The numbers that a value stands for."""
    return _little(array(_NUMBER, row))


def content_key(clauses: Sequence[AnalysedClause]) -> bytes:
    """A hash of all that decides which links some clauses, all commitments of a report, have."""
    row = sketch_row(clauses, [bare(clause.folded) for clause in clauses])
    return blake2b(row, digest_size=16).digest()


def _little(numbers: array[Any]) -> array[Any]:
    """Numbers with the least significant byte first, or back."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers


# --- a report as it is stored ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rows:
    """All values that stand for one report."""

    report: bytes
    sketch: bytes
    clauses: bytes


def unread_rows(what: str, remedy: str) -> Rows:
    """The values for a file that cannot be read."""
    return Rows(report_row(StoredReport(what=what, remedy=remedy)), b"", clauses_row(()))


def report_rows(report: StoredReport, clauses: Sequence[Clause]) -> Rows:
    """The values for a report with these commitments. What they say together is filled in."""
    ready = analysed(clauses, language_of(clauses))
    wordings = [bare(clause.folded) for clause in ready]
    blanked = tuple(dict.fromkeys(wording for wording in wordings if "x" in wording))
    full = StoredReport(
        *(report.content, report.title, report.region, report.year, len(clauses), blanked),
        level=report.level,
    )
    return Rows(report_row(full), sketch_row(ready, wordings), clauses_row(ready))
