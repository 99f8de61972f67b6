"""Targets from level to level (层层加码): nation, province, city, county, for one year."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal, get_args

from policydiff.analysis.documents import language_of
from policydiff.comparison import Report, document_of
from policydiff.errors import UsageError
from policydiff.models import STRENGTHS, Document, Level
from policydiff.output.columns import columns
from policydiff.output.files import Plain, suffix_of, write_whole
from policydiff.output.words import words_in
from policydiff.panel.targets import Row, TableKey, number_of, table_of, targets

#: From the highest to the lowest; bureaus and townships set no targets for a place as a whole.
LEVELS: Final[tuple[Level, ...]] = ("nation", "province", "city", "county")
#: A place is taken to lie in another one only where its report names that at least so often: the
#: name of a neighbour comes up once or twice.
_NAMED: Final = 3
#: The ending of a place's name, which reports leave out (深圳 for 深圳市), is one character; what
#: would be left of a shorter name says nothing.
_SHORTEST: Final = 3
#: What leaves room beside a number (左右, a range); a floor, a ceiling or a bare number binds. The
#: literature on growth targets calls these two kinds soft and hard.
_SOFT: Final = frozenset({"about", "range"})
_PER_CENT: Final = "%"

Firmness = Literal["firmer", "same", "softer", "mixed"]
FIRMNESS: Final[tuple[Firmness, ...]] = get_args(Firmness)
_NAMES: Final = tuple(column.name for column in columns("levels"))


@dataclass(frozen=True, eq=False, repr=False)
class Levels:
    """Main indicators from level to level. ``table``: as ``rows()``, which it is not to change."""

    table: tuple[Row, ...]

    def rows(self) -> list[dict[str, Plain]]:
        """A row for each indicator and report, the highest level first; the columns are those of
        ``policydiff.columns("levels")``."""
        return [dict(row) for row in self.table]

    def save(self, path: str | os.PathLike[str], *, lang: str = "zh") -> None:
        """Write it to a file, whole or not at all: .csv, or .html, a page with a table for each
        indicator. Raises UsageError for any other suffix, WriteError where it cannot be written.
        """
        suffix = suffix_of(path)
        if suffix not in LEVEL_WRITERS:
            raise UsageError(
                where=os.fspath(path),
                what="has no suffix that levels are written as",
                remedy=f"end the name in one of {', '.join(LEVEL_WRITERS)}",
            )
        write_whole(self.file(suffix, lang), os.fspath(path))

    def file(self, suffix: str, lang: str = "zh") -> bytes:
        """The bytes of a file of the kind that a suffix of ``LEVEL_WRITERS`` names."""
        if suffix == ".html":
            from policydiff.output.page.levels import levels_page

            return levels_page(self.table, words_in(lang)).encode("utf-8", "replace")
        from policydiff.output.tables import csv_bytes

        return csv_bytes(self.table, _NAMES)

    def __repr__(self) -> str:
        indicators = len({(row["year"], row["indicator"]) for row in self.table})
        return f"<Levels: {len(self.table)} targets of {indicators} indicators>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>"


LEVEL_WRITERS: Final = (".csv", ".html")


def levels(reports: Iterable[Report]) -> Levels:
    """For each year and main indicator the targets from the nation down, and what each level adds.

    ``reports``: of several levels, paths or documents. ``above`` is the report of the same year
    that a target is set against: of the place that its own report names most, of those on the
    nearest higher level, else the nation's. Only targets of the same indicator, measure and base
    unit for the year itself are set against each other, and only rates: an amount of a county is
    no part of a nation's. What stands on one level only is left out. Raises PolicydiffError where
    a report cannot be read.

    >>> from policydiff import parse
    >>> plan = "{0}2030年政府工作报告\\n一、2030年工作安排\\n主要预期目标是：{1}。"
    >>> city = parse(plan.format("栖江市", "地区生产总值增长6%左右"))
    >>> county = parse(plan.format("栖江市澄溪区", "地区生产总值增长7%以上，对标栖江")
    ...                + "栖江机场通航。争取栖江支持。")
    >>> for row in levels([county, city]).rows():
    ...     print(row["level"], row["value"], row["bound"], row["added"], row["firmness"])
    city 6.0 about None None
    county 7.0 at_least 1.0 firmer
    """
    documents = [document_of(report) for report in reports]
    placed = [d for d in documents if d.level in LEVELS and d.year is not None]
    above = {id(document): _above(document, placed) for document in placed}
    tables: dict[TableKey, dict[int, Row]] = {}
    for document in placed:
        for row in targets([document]):
            key = _key(row)
            if key is not None:
                tables.setdefault(key, {}).setdefault(id(document), row)
    made: list[Row] = []
    for key in sorted(tables, key=lambda key: (key[0], *_order(tables, key))):
        by_report = tables[key]
        if len({row["level"] for row in by_report.values()}) > 1:
            made += _table(by_report, placed, above)
    return Levels(tuple(made))


def _order(
    tables: Mapping[TableKey, Mapping[int, Row]], key: TableKey
) -> tuple[int, str, str, str]:
    """Indicators that most reports set come first."""
    return (-len(tables[key]), *key[1:])


def _key(row: Row) -> TableKey | None:
    """What a row is set beside, None for what is no rate of a main indicator for the year."""
    key = table_of(row)
    return key if key is not None and key[-1] == _PER_CENT else None


def _table(
    by_report: Mapping[int, Row],
    placed: Sequence[Document],
    above: Mapping[int, Sequence[Document]],
) -> list[Row]:
    rows = []
    ordered = sorted(
        (d for d in placed if id(d) in by_report),
        key=lambda d: (rank_of(d.level), d.region or "", d.name),
    )
    for document in ordered:
        own = by_report[id(document)]
        higher = next((by_report[id(d)] for d in above[id(document)] if id(d) in by_report), None)
        row = own | {"indicator": own["indicator_id"]} | _set_against(own, higher)
        rows.append({name: row[name] for name in _NAMES})
    return rows


def rank_of(level: object) -> int:
    """0 for the highest level of ``LEVELS``; what is none of them comes last."""
    levels: Sequence[object] = LEVELS
    return levels.index(level) if level in levels else len(levels)


def _set_against(own: Row, higher: Row | None) -> Row:
    """What a target adds to the one above, in percentage points, and how firm its words are."""
    if higher is None:
        return {"above": None, "added": None, "amplified": None, "firmness": None}
    here, there = number_of(own), number_of(higher)
    added = round(here - there, _PLACES)
    ceiling = own["bound"] == "at_most" or higher["bound"] == "at_most" or _less_is_better(own)
    return {
        "above": higher["region"],
        "added": added,
        "amplified": added < 0 if ceiling else added > 0,
        "firmness": _firmness(own, higher),
    }


def _less_is_better(row: Row) -> bool:
    """Whether a lower number asks more, as of prices and unemployment; not of cuts."""
    lower = language_of(()).tables.one_of("followup", "lower")
    return row["measure"] != "cut" and lower.search(str(row["indicator_id"])) is not None


#: Targets are written with fewer decimal places; the difference of two floats has more.
_PLACES: Final = 6


def _firmness(own: Row, higher: Row) -> Firmness:
    steps = {
        _sign(_looseness(higher) - _looseness(own)),
        _sign((higher["bound"] in _SOFT) - (own["bound"] in _SOFT)),
    } - {0}
    if not steps:
        return "same"
    if len(steps) > 1:
        return "mixed"
    return "firmer" if steps == {1} else "softer"


def _looseness(row: Row) -> int:
    names: Sequence[object] = STRENGTHS
    return names.index(row["strength"])


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


# --- which report is above ------------------------------------------------------------------------


def _above(document: Document, placed: Sequence[Document]) -> list[Document]:
    """The reports of the same year on higher levels that a report answers to, nearest first.

    No table of places says which county lies in which city; its report does, by naming it.
    """
    chain = []
    for level in reversed(LEVELS[: rank_of(document.level)]):
        there = [d for d in placed if d.level == level and d.year == document.year]
        if level == LEVELS[0]:
            chain += there[:1]
            continue
        counted = Counter({k: _named(d.region, document) for k, d in enumerate(there)})
        (first, most), (_, second) = [*counted.most_common(2), (0, 0), (0, 0)][:2]
        if most >= _NAMED and most > second:
            chain.append(there[first])
    return chain


def _named(region: str | None, document: Document) -> int:
    """How often a report names a place, with or without its ending."""
    if not region or region == document.region:
        return 0
    bare = region[:-1] if len(region) >= _SHORTEST else region
    return document.source.count(bare)
