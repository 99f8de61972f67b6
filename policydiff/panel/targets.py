"""The targets of many reports as rows, with what the next year's report says was reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.analysis.commitments import strength_before
from policydiff.analysis.documents import language_of
from policydiff.analysis.units import magnitude
from policydiff.comparison import Report, document_of
from policydiff.errors import visible
from policydiff.followup.indicators import Figure, Key, answer_to, reached_figures
from policydiff.followup.results import named
from policydiff.followup.verdicts import Answer
from policydiff.models import Document, Target
from policydiff.output.columns import columns
from policydiff.output.data import clause_cells, shown_name, target_cells
from policydiff.output.files import Plain
from policydiff.version import __version__

Row = dict[str, Plain]

_NAMES: Final = tuple(column.name for column in columns("targets"))
_RESULT_CELLS: Final = tuple(name for name in _NAMES if name.startswith("result"))


def targets(reports: Iterable[Report]) -> list[Row]:
    """A row for each target of each report's plan, in the order of the reports and of their texts.

    ``reports``: paths, or documents that were read or parsed before. The rows are flat dicts of
    plain values with the columns that ``policydiff.columns("targets")`` lists, so that
    ``pandas.DataFrame(rows)`` works; numbers are floats, ``words`` has them as written.
    ``result`` is what the report of the next year and the same region says was reached, where it
    is among ``reports``. Raises PolicydiffError where a report cannot be read.

    >>> from policydiff import parse
    >>> plan = parse("甲县2030年政府工作报告\\n一、2030年工作安排\\n地区生产总值增长6%左右。")
    >>> then = parse("甲县2031年政府工作报告\\n一、2030年工作回顾\\n地区生产总值增长5.4%。\\n"
    ...              "二、2031年工作安排\\n地区生产总值增长5%以上。")
    >>> for row in targets([plan, then]):
    ...     print(row["year"], row["value"], row["bound"], row["result"], row["result_status"])
    2030 6.0 about 5.4 missed
    2031 5.0 at_least None None
    """
    documents = [document_of(report) for report in reports]
    following = _following(documents)
    return [
        row
        for document in documents
        for row in _rows(document, following.get((document.region, document.year), {}))
    ]


#: What the report of the next year says was reached, by the region and year that planned it.
_Told = Mapping[tuple[str | None, int | None], Mapping[Key, Figure]]


def _following(documents: Sequence[Document]) -> _Told:
    told: dict[tuple[str | None, int | None], Mapping[Key, Figure]] = {}
    for document in documents:
        if document.region is not None and document.year is not None:
            planned = document.region, document.year - 1
            if planned not in told:  # of several reports of one year the first counts
                told[planned] = reached_figures(_analysed(document), document.year - 1)
    return told


def _analysed(document: Document) -> list[AnalysedClause]:
    return analysed(document.clauses, language_of(document.clauses))


def _rows(document: Document, reached: Mapping[Key, Figure]) -> Iterator[Row]:
    of_report = _report_cells(document)
    for clause in _analysed(document):
        if not clause.commits:
            continue
        of_clause = clause_cells(clause) | {"damaged": clause.damaged}
        ends = [part.end for part in clause.parts for _ in part.targets]
        for result, end in zip(named(clause), ends, strict=True):
            answer = answer_to(result, clause, reached, document.year)
            cells = _target_cells(result.target) | _result_cells(answer)
            # 力争 governs what follows it; 在实际工作中争取更好结果 behind a number does not.
            cells["strength"] = strength_before(
                clause.folded, clause.comma_parts, end, clause.language
            )
            row = of_report | of_clause | cells
            yield {name: row[name] for name in _NAMES}


def _report_cells(document: Document) -> Row:
    return {
        "region": shown_name(document.region),
        "level": document.level,
        "year": document.year,
        "name": shown_name(document.name),
        "warnings": "; ".join(map(visible, document.warnings)),
        "sha256": document.sha256,
        "version": __version__,
    }


def _target_cells(target: Target) -> Row:
    return target_cells(target) | {"words": target.text}


def _result_cells(answer: Answer | None) -> Row:
    if answer is None:
        return dict.fromkeys(_RESULT_CELLS)
    return {
        "result": _in_unit_of(answer.target, answer.reached, answer.clause),
        "result_status": answer.status,
        "result_text": answer.clause.text,
        "result_line": answer.clause.line,
    }


def _in_unit_of(target: Target, reached: Target, clause: AnalysedClause) -> float | None:
    """What was reached, in the unit of the target; what went the other way is less than nothing."""
    if reached.value is None:
        return None
    number = reached.value
    if target.unit == reached.unit:
        pass
    elif target.base_unit == reached.base_unit and target.value and target.base and reached.base:
        # 4.7亿吨 planned and 4564亿公斤 reached: by what both are in one unit.
        number = reached.base * target.value / target.base
    else:
        language = clause.language
        there, here = (magnitude(t.unit or "", language)[0] for t in (reached, target))
        number = number * there / here
    if {target.measure, reached.measure} == {"growth", "cut"}:
        number = -number
    return float(number)


# --- tables of main indicators --------------------------------------------------------------------

#: What tells a table of a main indicator: year, indicator, what its numbers say, base unit.
TableKey = tuple[int, str, str, str]


def table_of(row: Row) -> TableKey | None:
    """Which table of a main indicator a row of ``targets`` stands in; None for what is no number
    that a report sets among its main targets for the year itself."""
    year, indicator = row["year"], row["indicator_id"]
    if row["horizon"] == "five_year" or row["base"] is None or not row["headline"]:
        return None
    if not isinstance(year, int) or not isinstance(indicator, str):
        return None
    return year, indicator, str(row["measure"]), str(row["base_unit"])


def number_of(row: Row) -> float:
    """The number in base units of a row that has one: of a range its lower end, which is what is
    promised."""
    base = row["base"]
    assert isinstance(base, float)
    return base
