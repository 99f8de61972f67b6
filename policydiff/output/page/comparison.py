"""The page that compares two reports: groups of changes as tables, then the full texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from policydiff.errors import shortened
from policydiff.models import Change, Clause, Document, TargetChange
from policydiff.output.compared import Compared, report_name
from policydiff.output.groups import GROUPS, Entry, entries
from policydiff.output.page.frame import Frame, page
from policydiff.output.page.fulltext import anchor, full_texts
from policydiff.output.page.markup import table, tag, text
from policydiff.output.page.sentences import Mark, sentence
from policydiff.output.words import Words, amount

#: What is folded when the page is opened: long and seldom asked for.
_FOLDED: Final = frozenset({"content", "kept"})
#: What the printed summary shows, and how many of what was not mentioned again.
_SUMMARY: Final = frozenset({"numbers", "dropped"})
_SUMMARY_DROPPED: Final = 20
#: So many characters of the nearest clause of the other side are shown.
_NEAREST: Final = 40
_UP, _DOWN = "▲", "▼"


def comparison_page(result: Compared, words: Words) -> str:
    """The whole page as HTML text; the same text for the same result."""
    shown = entries(result.changes)
    by_group = {group: [e for e in shown if e.group == group] for group in GROUPS}
    doubtful = sum(not change.sure for change in result.changes)
    names = {side: report_name(d) for side, d in (("old", result.old), ("new", result.new))}
    frame = Frame(
        title=words("title", **names),
        note=words("warning", n=doubtful),
        old=(result.old.name, result.old.sha256),
        new=(result.new.name, result.new.sha256),
        tiles=tuple(
            (f"g-{group}", words.of("groups", group), len(some))
            for group, some in by_group.items()
            if some
        ),
    )
    sections = (_section(group, some, result, words) for group, some in by_group.items() if some)
    rows = {
        (side, clause.start): (f"e-{e.id}", e.change.outcome)
        for e in reversed(shown)
        for side, clauses in (("old", e.change.old), ("new", e.change.new))
        for clause in clauses
    }
    texts = full_texts({"old": result.old, "new": result.new}, rows, words)
    return page(
        frame,
        words,
        [said for _, said in _columns(words)],
        "\n".join([*_warnings(result, words), *sections, texts]),
    )


def _warnings(result: Compared, words: Words) -> Iterator[str]:
    for note in result.notes:
        yield tag("p", text(note), class_="note")
    for document in (result.old, result.new):
        if document.warnings:
            said = "; ".join(document.warnings)
            yield tag("p", text(f"{words('warnings')} {document.name}: {said}"), class_="note")


def _section(group: str, shown: Sequence[Entry], result: Compared, words: Words) -> str:
    heads = [(f"c-{name}", said) for name, said in _columns(words)]
    most = _SUMMARY_DROPPED if group == "dropped" else len(shown)
    rows = (_row(k, e, result, words, beyond=k > most) for k, e in enumerate(shown, 1))
    outside = "" if group in _SUMMARY else " not-in-summary"
    return tag(
        "section",
        tag("h2", text(f"{words.of('groups', group)} {len(shown)}")),
        table("t-changes", heads, rows),
        class_=f"group{outside}",
        id=f"g-{group}",
        data_folded="yes" if group in _FOLDED else "no",
    )


def _columns(words: Words) -> list[tuple[str, str]]:
    """The columns of the tables of changes: class and words."""
    names = ("no", "old text", "new text", "change", "basis", "verdict")
    return [(name.replace(" ", "-"), words(name)) for name in names]


def _row(number: int, entry: Entry, result: Compared, words: Words, *, beyond: bool) -> str:
    change = entry.change
    # The cells have no classes: there are thousands of them, and each column has its place.
    cells = [tag("td", text(number)), *_sides(change, result, words)]
    cells += [
        tag("td", *_changed(change, words)),
        tag("td", *_basis(change, words)),
        tag("td"),
    ]
    kinds = [change.outcome, "" if change.sure else "doubt", "beyond" if beyond else ""]
    return tag("tr", *cells, class_=" ".join(filter(None, kinds)), id=f"e-{entry.id}")


def _sides(change: Change, result: Compared, words: Words) -> Iterator[str]:
    """The cells of the old and the new clauses; a new text that is the old one is not repeated."""
    same = [c.text for c in change.new] == [c.text for c in change.old]
    taken_out = [Mark(s.start, s.end, s.text, "del") for s in change.taken_out]
    put_in = [Mark(s.start, s.end, s.text, "ins") for s in change.put_in]
    old_marks = taken_out + _numbers(change, "old")
    new_marks = None if same else put_in + _numbers(change, "new")
    old = (_clause("old", c, result.old, old_marks, words) for c in change.old)
    new = (_clause("new", c, result.new, new_marks, words) for c in change.new)
    for clauses in (old, new):
        yield tag("td", "".join(clauses) or "—")


def _numbers(change: Change, side: str) -> list[Mark]:
    """Marks of the numbers that changed, each with its unit and bound."""
    targets = (t.old if side == "old" else t.new for t in change.targets if t.kinds)
    return [Mark(t.start, t.end, t.text, "n") for t in targets if t is not None]


def _clause(
    side: str, clause: Clause, document: Document, marks: Iterable[Mark] | None, words: Words
) -> str:
    """A clause with its place; without ``marks`` it is said to be the same as the other side's."""
    said = words("same") if marks is None else sentence(clause, document, marks, words)
    place = tag("a", words("line", n=clause.line), href=f"#{anchor(side, clause)}")
    return tag("p", said, " ", place)


def _changed(change: Change, words: Words) -> Iterator[str]:
    for kind in change.kinds:
        yield tag("span", text(words.of("kinds", kind)), class_="kind")
    for target in change.targets:
        if target.kinds:
            yield tag("span", *_token(target, words), class_="token")
    # What is no number: deadlines, strength, stages, in the words of the report.
    numbers = {_arrow(target) for target in change.targets}
    for detail in change.details:
        if detail not in numbers:
            sides = [words.of("strengths", part) for part in detail.split(" → ")]
            yield tag("span", text(" → ".join(sides)), class_="token")
    for name, moved in (("stands at", change.moved_out), ("came from", change.moved_in)):
        for m in moved:
            said = words(name, text=m.span.text, line=m.clause.line)
            yield tag("span", text(said), class_="token")


def _arrow(target: TargetChange) -> str:
    return " → ".join(side.text if side else "—" for side in (target.old, target.new))


def _token(change: TargetChange, words: Words) -> list[str]:
    """3%左右 → 2%左右 ▼1个百分点: each number with its unit and bound as one piece."""
    named = change.new or change.old
    sides = (tag("b", text(amount(t, words))) if t else "—" for t in (change.old, change.new))
    pieces = [text(named.indicator + " ") if named else "", " → ".join(sides)]
    if change.difference:
        sign = _DOWN if change.difference.startswith("-") else _UP
        pieces.append(text(f" {sign}{change.difference.lstrip('+-')}"))
    return pieces


def _basis(change: Change, words: Words) -> Iterator[str]:
    yield tag("span", text(words("likelihood", n=round(100 * change.score))))
    for doubt in change.unsure:
        reason = words("because", reason=words.of("doubts", doubt))
        yield tag("span", text(reason), class_="reason")
    rival = change.evidence.rival
    if rival is not None and not change.sure:
        said = words("nearest", line=rival.line, text=shortened(rival.text, _NEAREST))
        yield tag("span", text(said), class_="nearest")
