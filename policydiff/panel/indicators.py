"""A table for each main indicator of a year: who aims at what, in which words, and what was
reached of the aim before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from policydiff.comparison import Report
from policydiff.output.columns import columns
from policydiff.panel.levels import rank_of
from policydiff.panel.targets import Row, TableKey, number_of, table_of, targets

_NAMES: Final = tuple(column.name for column in columns("indicators"))
#: What is told of the report of the year before, and the column of its row that has it.
_LAST: Final = {
    "last_value": "value",
    "last_unit": "unit",
    "last_result": "result",
    "last_status": "result_status",
}


def indicators(reports: Iterable[Report]) -> list[Row]:
    """For each year and main indicator a row for each report that sets a number for it.

    ``reports``: of several places and years, paths or documents. Only numbers of the same measure
    and base unit, for the year itself, stand in one table; the indicators that most reports set
    come first, in each the highest level, then the highest number. ``last_…`` is what the report of
    the year before and the same region aimed at, and what was reached of it, where both are among
    ``reports``. The columns are those of ``policydiff.columns("indicators")``. Raises
    PolicydiffError where a report cannot be read.

    >>> from policydiff import parse
    >>> goal = "主要预期目标是：地区生产总值增长{2}%左右。"
    >>> plan = "{0}{1}年政府工作报告\\n一、{1}年工作安排\\n" + goal
    >>> some = [("甲县", 2030, 7), ("甲县", 2031, 6), ("乙县", 2031, 8)]
    >>> for row in indicators([parse(plan.format(*one)) for one in some]):
    ...     print(row["year"], row["region"], row["value"], row["last_value"], row["step"])
    2030 甲县 7.0 None None
    2031 乙县 8.0 None None
    2031 甲县 6.0 7.0 lowered
    """
    tables: dict[TableKey, dict[object, Row]] = {}
    for row in targets(reports):
        key = table_of(row)
        if key is not None:  # of several numbers of one report the first counts
            tables.setdefault(key, {}).setdefault((row["region"], row["name"]), row)
    made: list[Row] = []
    for key in sorted(tables, key=lambda key: (key[0], -len(tables[key]), *key[1:])):
        last = _by_region(tables.get((key[0] - 1, *key[1:]), {}))
        for row in sorted(tables[key].values(), key=_place):
            made.append(_row(row, last.get(row["region"])))
    return made


def _by_region(table: Mapping[object, Row]) -> dict[object, Row]:
    """The rows of a table by region; none for reports whose region is not known."""
    by_region: dict[object, Row] = {}
    for row in table.values():
        if row["region"] is not None:
            by_region.setdefault(row["region"], row)
    return by_region


def _place(row: Row) -> tuple[int, float, str, str]:
    return rank_of(row["level"]), -number_of(row), str(row["region"]), str(row["name"])


def _row(row: Row, last: Row | None) -> Row:
    before: Row = {name: last[column] if last else None for name, column in _LAST.items()}
    step = _step(row, last) if last else None
    told = row | before | {"indicator": row["indicator_id"], "step": step}
    return {name: told[name] for name in _NAMES}


def _step(row: Row, last: Row) -> str:
    """How this year's number stands to last year's."""
    here, there = number_of(row), number_of(last)
    return "same" if here == there else "raised" if here > there else "lowered"
