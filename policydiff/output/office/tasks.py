"""The 任务分解表: the commitments of one report as tasks to hand out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.analysis.documents import language_of
from policydiff.changes.bodies import bodies_of
from policydiff.models import Document
from policydiff.output.compared import report_name
from policydiff.output.markdown import escaped, to_markdown
from policydiff.output.office.letter import letter
from policydiff.output.office.workbook import Column, Sheet, workbook
from policydiff.output.provenance import of_report
from policydiff.output.words import Words, amount, words_in

#: The columns with their widths in characters.
_COLUMNS: Final = (
    *(("no", 6), ("section", 22), ("task", 50), ("measured target", 24), ("lead leader", 12)),
    *(("lead body", 16), ("duty", 16), ("due", 16), ("progress", 16), ("note", 16)),
)


def tasks_xlsx(report: Document, lang: str) -> bytes:
    """The bytes of an .xlsx file with a row for each commitment."""
    words = words_in(lang)
    columns = [Column(words(name), width) for name, width in _COLUMNS]
    rows: list[list[int | str]] = [[int(row[0]), *row[1:]] for row in _rows(report, words)]
    about = [[_title(report, words)], *([line] for line in _made_from(report, words))]
    return workbook(
        [
            Sheet(words("tasks"), columns, rows),
            Sheet(words("about"), [Column(words("about"), 100)], about),
        ]
    )


def tasks_docx(report: Document, lang: str) -> bytes:
    """The same as a .docx file."""
    words = words_in(lang)
    table = ("", _heads(words), _rows(report, words))
    return letter(_title(report, words), (), [table], _made_from(report, words))


def tasks_markdown(report: Document, lang: str) -> bytes:
    """The same as a .md file."""
    words = words_in(lang)
    lines = to_markdown(_title(report, words), _heads(words), _rows(report, words))
    ending = [escaped(line) + "  " for line in _made_from(report, words)]
    return "\n".join([*lines, "", *ending, ""]).encode("utf-8", "replace")


def _made_from(report: Document, words: Words) -> list[str]:
    """Version, file and hash, and what is doubtful about the reading."""
    doubts = [f"{report.name}: {words.say(doubt)}" for doubt in report.warnings]
    return [*doubts, *of_report(report.name, report.sha256, words)]


def _title(report: Document, words: Words) -> str:
    return f"{report_name(report)} {words('tasks')}"


def _heads(words: Words) -> list[tuple[str, int]]:
    return [(words(name), width) for name, width in _COLUMNS]


def _rows(report: Document, words: Words) -> list[list[str]]:
    clauses = analysed(report.commitments, language_of(report.clauses))
    return [_row(k, clause, words) for k, clause in enumerate(clauses, 1)]


def _row(number: int, clause: AnalysedClause, words: Words) -> list[str]:
    targets = "\n".join(f"{t.indicator} {amount(t, words)}" for t in clause.targets)
    dates = [t.deadline for t in clause.targets if t.deadline] or [clause.deadline or ""]
    due = words("then").join(dict.fromkeys(dates))
    section = " › ".join(clause.section)
    bodies = words("and").join(bodies_of(clause))
    return [str(number), section, clause.text, targets, "", bodies, "", due, "", ""]


#: By the suffix of the file.
TASK_WRITERS: Final[dict[str, Callable[[Document, str], bytes]]] = {
    ".xlsx": tasks_xlsx,
    ".docx": tasks_docx,
    ".md": tasks_markdown,
}
