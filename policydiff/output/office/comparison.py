"""The 对照表 of two reports: as an Excel workbook and as a Word table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from policydiff.models import Change, Clause
from policydiff.output.compared import Compared, report_name
from policydiff.output.files import Plain, Savable
from policydiff.output.groups import Entry, entries
from policydiff.output.office.letter import letter
from policydiff.output.office.workbook import Column, Sheet, workbook
from policydiff.output.words import Words, amount, words_in

#: The columns that the office fills in, which a second run keeps.
OFFICE: Final = ("leader", "lead body", "other bodies", "verdict", "checked by", "note")
#: The columns of the sheet of commitments, with their widths in characters.
_COLUMNS: Final = (
    *(("no", 6), ("section", 20), ("outcome", 12), ("old text", 44), ("new text", 44)),
    *(("indicator", 18), ("last target", 14), ("this target", 14), ("difference", 14)),
    *(("deadline", 16), ("strength", 14), ("old place", 12), ("new place", 12)),
    ("doubts", 22),
)
_OFFICE_WIDTHS: Final = (12, 14, 14, 14, 10, 20)
#: The columns of the Word table, with their shares of its width.
_LETTER: Final = (
    *(("no", 4), ("outcome", 8), ("old text", 28), ("new text", 28), ("change", 18)),
    *(("lead body", 10), ("note", 8)),
)


def xlsx_file(result: Savable, *, all: bool, repairs: bool) -> bytes:
    """The bytes of an .xlsx file: of two reports the 对照表, else the rows of the result."""
    words = words_in("zh")
    if not isinstance(result, Compared):
        rows = result.rows(all=all)
        heads = [Column(name, 16) for name in (rows[0] if rows else ("-",))]
        return workbook([Sheet(words("rows"), heads, [list(row.values()) for row in rows])])
    shown = entries(result.changes)
    sheets = [
        Sheet(
            words("indicators table"),
            [Column(words(name), 20) for name in ("indicator", "last target", "this target")]
            + [Column(words("difference"), 14), Column(words("change"), 20)],
            [row for entry in shown for row in _indicators(entry.change, words)],
        ),
        _commitments(shown, words),
        Sheet(
            words("about"),
            [Column(words("about"), 100)],
            [[line] for line in _about(result, words)],
        ),
    ]
    return workbook(sheets)


def docx_file(result: Savable, *, all: bool, repairs: bool) -> bytes:
    """The bytes of a .docx file: of two reports the 对照表, else the rows of the result."""
    words = words_in("zh")
    if not isinstance(result, Compared):
        plain = result.rows(all=all)
        names = [(name, 1) for name in (plain[0] if plain else ("-",))]
        lines = [[_shown(value) for value in row.values()] for row in plain]
        return letter(words("rows"), (), names, lines)
    title = words("title", old=report_name(result.old), new=report_name(result.new))
    doubtful = sum(not change.sure for change in result.changes)
    rows = (
        [
            str(k),
            words.of("groups", entry.group),
            _texts(entry.change.old),
            _texts(entry.change.new),
            "\n".join(_changed(entry.change, words)),
            words("and").join(_bodies(entry.change)),
            "" if entry.change.sure else words("to check"),
        ]
        for k, entry in enumerate(shown_in_letter(result, all=all), 1)
    )
    heads = [(words(name), share) for name, share in _LETTER]
    return letter(title, [words("warning", n=doubtful)], heads, rows)


def shown_in_letter(result: Compared, *, all: bool) -> list[Entry]:
    """What goes into the Word table: what is kept only with ``all``."""
    return [entry for entry in entries(result.changes) if all or entry.group != "kept"]


def _shown(value: Plain) -> str:
    return "" if value is None else str(value)


def _commitments(shown: Sequence[Entry], words: Words) -> Sheet:
    columns = [Column(words(name), width) for name, width in _COLUMNS]
    verdicts = tuple(words.sections["verdicts"].values())
    columns += [
        Column(words(name), width, verdicts if name == "verdict" else ())
        for name, width in zip(OFFICE, _OFFICE_WIDTHS, strict=True)
    ]
    columns.append(Column(words("key"), 10, hidden=True))
    return Sheet(words("commitments"), columns, [_row(k, e, words) for k, e in enumerate(shown, 1)])


def _row(number: int, entry: Entry, words: Words) -> list[Plain]:
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
        _places(change.old, words),
        _places(change.new, words),
        words("then").join(words.of("doubts", doubt) for doubt in change.unsure),
        *("", words("and").join(_bodies(change)), "", "", change.decided or "", ""),
        entry.id,
    ]


def _both(change: Change) -> tuple[Clause, ...]:
    return (*change.old, *change.new)


def _texts(clauses: Sequence[Clause]) -> str:
    return "\n".join(clause.text for clause in clauses)


def _places(clauses: Sequence[Clause], words: Words) -> str:
    return words("and").join(words("line", n=clause.line) for clause in clauses)


def _bodies(change: Change) -> Iterator[str]:
    """The responsible bodies that the new text names, else the old one."""
    return iter(dict.fromkeys(c.body for c in (change.new or change.old) if c.body))


def _changed(change: Change, words: Words) -> Iterator[str]:
    yield from (words.of("kinds", kind) for kind in change.kinds)
    for target in change.targets:
        if target.kinds:
            sides = (amount(t, words) if t else "—" for t in (target.old, target.new))
            named = target.new or target.old
            said = (named.indicator if named else "", " → ".join(sides), target.difference or "")
            yield " ".join(filter(None, said))


def _indicators(change: Change, words: Words) -> Iterator[list[Plain]]:
    """A row for each number of a change that was set against another, came or went."""
    for target in change.targets:
        named = target.new or target.old
        if named is None or named.value is None:
            continue
        sides = [amount(t, words) if t else None for t in (target.old, target.new)]
        kinds = words("and").join(words.of("kinds", kind) for kind in target.kinds)
        yield [named.indicator, *sides, target.difference, kinds]


def _about(result: Compared, words: Words) -> Iterator[str]:
    for side, document in (("old text", result.old), ("new text", result.new)):
        yield " · ".join(
            (words(side), document.name, report_name(document), f"SHA-256 {document.sha256}")
        )
        yield from document.warnings
    yield from result.notes
    yield words("warning", n=sum(not change.sure for change in result.changes))
