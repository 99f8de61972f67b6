"""The 对照表 of two reports: as an Excel workbook and as a Word table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policydiff.analysis.clause import analysed
from policydiff.analysis.documents import language_of
from policydiff.changes.bodies import bodies_of
from policydiff.decisions import OFFICE, Filled
from policydiff.models import Change, Clause, FollowUp, IndicatorRow
from policydiff.output.compared import Compared
from policydiff.output.fared import difference, each_of_several, signed, spoken_of, verdict
from policydiff.output.files import Plain
from policydiff.output.filled import Kept
from policydiff.output.groups import Entry, beside_each_other, entries, kinds_told
from policydiff.output.office.office_columns import GUIDE_SHEET, cells, guide_rows
from policydiff.output.office.sheets import completion_sheet, numbers_sheet
from policydiff.output.office.table import Pieces, Printed
from policydiff.output.office.workbook import Column, Sheet
from policydiff.output.provenance import of_comparison
from policydiff.output.titles import comparison_title
from policydiff.output.words import Words, amount

#: The columns of the sheet of commitments, with their widths in characters.
_COLUMNS: Final = (
    *(("no", 6), ("section", 20), ("outcome", 12), ("old text", 44), ("new text", 44)),
    *(("indicator", 18), ("last target", 14), ("this target", 14), ("difference", 14)),
    *(("deadline", 16), ("strength", 14), ("completed", 20), ("old place", 12)),
    *(("new place", 12), ("doubts", 22), ("nearest clauses", 60)),
)
_OFFICE_WIDTHS: Final = (12, 14, 14, 14, 20, 10, 20)
#: The columns of the Word table, with their shares of its width.
_LETTER: Final = (
    *(("no", 5), ("outcome", 8), ("old text", 23), ("new text", 23), ("change", 17)),
    *(("completed", 11), ("lead body", 8), ("note", 5)),
)
#: The columns of its table of main indicators.
_MAIN: Final = (
    *(("indicator", 20), ("last target", 14), ("last result", 18), ("this target", 14)),
    *(("difference", 14), ("completion", 20)),
)


def comparison_sheets(result: Compared, words: Words) -> list[Sheet]:
    """The sheets of the workbook: numbers, commitments, completion, and what it was made from."""
    shown = entries(result.changes, spoken_of(result.followups))
    followups = {followup.old.start: followup for followup in result.followups}
    about = Sheet(
        words("about"), [Column(words("about"), 100)], [[line] for line in _about(result, words)]
    )
    sheets = [numbers_sheet(result, words), _commitments(shown, followups, result.filled, words)]
    if result.followups:
        sheets.append(completion_sheet(result, words))
    guide = guide_rows(words("commitments"), words)
    hidden = Sheet(GUIDE_SHEET, [Column("", 12)] * 3, list(guide), hidden=True)
    return [*sheets, about, hidden]


def comparison_pieces(result: Compared, words: Words, *, all: bool) -> Pieces:
    """What the Word and the Markdown file hold; what is kept only with ``all``."""
    followups = {followup.old.start: followup for followup in result.followups}
    shown = entries(result.changes, spoken_of(result.followups))
    rows = [
        [
            str(k),
            words.of("groups", entry.group),
            _texts(entry.change.old),
            _texts(entry.change.new),
            "\n".join(_changed(entry.change, words)),
            _fared(entry.change, followups, words),
            words("and").join(_bodies(entry.change)),
            "" if entry.change.sure else words("to check"),
        ]
        for k, entry in enumerate((e for e in shown if all or e.group != "kept"), 1)
    ]
    tables: list[Printed] = []
    if result.indicators:
        main = [_indicator(row, words) for row in beside_each_other(result.indicators)]
        tables.append((words("indicators"), [(words(n), w) for n, w in _MAIN], main))
    tables.append((words("commitments"), [(words(n), w) for n, w in _LETTER], rows))
    return Pieces(
        comparison_title(result, words),
        [
            words("warning", n=sum(not change.sure for change in result.changes)),
            *map(words.say, result.notes),
        ],
        tables,
        of_comparison(result, words),
    )


def _indicator(row: IndicatorRow, words: Words) -> list[str]:
    sides = (row.target, row.reached, row.next_target)
    return [
        row.indicator,
        *(amount(target, words) if target else "—" for target in sides),
        difference(row, words),
        verdict(row.followup, words) if row.followup else "—",
    ]


def _fared(change: Change, followups: Mapping[int, FollowUp], words: Words) -> str:
    """What the new review says of the old side, a line for each of its clauses."""
    told = (followups[c.start] for c in change.old if c.start in followups)
    lines = []
    for followup in told:
        where = _places(followup.evidence, words)
        each = [
            f"{one.target.indicator} {amount(one.reached, words)} {verdict(one, words)}"
            for one in each_of_several(followup)
        ]
        lines += each[:-1]
        said = each[-1] if each else verdict(followup, words)
        lines.append(" ".join(filter(None, (said, where))))
    return "\n".join(dict.fromkeys(lines))


def _commitments(
    shown: Sequence[Entry],
    followups: Mapping[int, FollowUp],
    filled: Sequence[Filled],
    words: Words,
) -> Sheet:
    columns = [Column(words(name), width) for name, width in _COLUMNS]
    verdicts = tuple(words.sections["verdicts"].values())
    columns += [
        Column(words(name), width, verdicts if name == "verdict" else ())
        for name, width in zip(OFFICE, _OFFICE_WIDTHS, strict=True)
    ]
    columns.append(Column(words("key"), 10, hidden=True))
    kept = Kept(filled)
    rows = [_row(k, e, followups, kept.of(e), words) for k, e in enumerate(shown, 1)]
    rows += [_left_row(k, one, words) for k, one in enumerate(kept.left(), len(rows) + 1)]
    return Sheet(words("commitments"), columns, rows)


def _left_row(number: int, filled: Filled, words: Words) -> list[Plain]:
    """What was filled in beside an entry that is no more: kept, so that a third run has it too."""
    values: dict[str, Plain] = {"no": number, "outcome": words("not in the comparison")}
    values |= {"old text": "\n".join(filled.old), "new text": "\n".join(filled.new)}
    row = [values.get(name, "") for name, _ in _COLUMNS]
    return [*row, *cells(filled.cells, words), filled.id]


def _row(
    number: int,
    entry: Entry,
    followups: Mapping[int, FollowUp],
    filled: Mapping[str, str],
    words: Words,
) -> list[Plain]:
    change = entry.change
    changed = [t for t in change.targets if t.kinds] or list(change.targets)
    sides = [[t.old for t in changed], [t.new for t in changed]]
    named = [(t.new or t.old) for t in changed]
    amounts = ["\n".join(amount(t, words) if t else "—" for t in side) for side in sides]
    clauses = change.new or change.old
    return [
        number,
        " › ".join(clauses[0].section),
        words.of("groups", entry.group),
        _texts(change.old),
        _texts(change.new),
        "\n".join(t.indicator for t in named if t),
        *amounts,
        "\n".join(t.difference or "" for t in changed),
        "\n".join(dict.fromkeys(t.deadline for c in clauses for t in c.targets if t.deadline)),
        " → ".join(dict.fromkeys(words.of("strengths", c.strength) for c in _both(change))),
        _fared(change, followups, words),
        _places(change.old, words),
        _places(change.new, words),
        words("then").join(words.of("doubts", doubt) for doubt in change.unsure),
        _nearest(change),
        *_office(change, filled, words),
        entry.id,
    ]


def _nearest(change: Change) -> str:
    """The clauses that come nearest to what has no partner, with numbers to name them by."""
    alone = not (change.old and change.new)
    return "\n".join(f"{k}. {c.text}" for k, c in enumerate(change.nearest, 1)) if alone else ""


def _office(change: Change, filled: Mapping[str, str], words: Words) -> list[str]:
    """What was filled in; where nothing was, the bodies that the report names."""
    said = dict(zip(OFFICE, cells(filled, words), strict=True))
    said["lead body"] = said["lead body"] or words("and").join(_bodies(change))
    return list(said.values())


def _both(change: Change) -> tuple[Clause, ...]:
    return (*change.old, *change.new)


def _texts(clauses: Sequence[Clause]) -> str:
    return "\n".join(clause.text for clause in clauses)


def _places(clauses: Sequence[Clause], words: Words) -> str:
    return words("and").join(dict.fromkeys(words("line", n=clause.line) for clause in clauses))


def _bodies(change: Change) -> Iterator[str]:
    """The responsible bodies that the new text names, else the old one."""
    clauses = change.new or change.old
    named = (body for c in analysed(clauses, language_of(clauses)) for body in bodies_of(c))
    return iter(dict.fromkeys(named))


def _changed(change: Change, words: Words) -> Iterator[str]:
    kinds = [words.of("kinds", kind) for kind in kinds_told(change)]
    if kinds:
        yield words("and").join(kinds)
    for target in change.targets:
        if target.kinds:
            sides = (amount(t, words) if t else "—" for t in (target.old, target.new))
            named = target.new or target.old
            said = (named.indicator if named else "", " → ".join(sides), signed(target.difference))
            yield " ".join(filter(None, said))


def _about(result: Compared, words: Words) -> Iterator[str]:
    yield comparison_title(result, words)
    yield words("warning", n=sum(not change.sure for change in result.changes))
    yield from map(words.say, result.notes)
    for document in (result.old, result.new):
        yield from (f"{document.name}: {words.say(doubt)}" for doubt in document.warnings)
    yield words("about lines")
    yield from of_comparison(result, words)
