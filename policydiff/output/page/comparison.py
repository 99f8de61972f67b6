"""The page that compares two reports: groups of changes as tables, then the full texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policydiff.models import FollowUp
from policydiff.output.compared import Compared
from policydiff.output.fared import spoken_of
from policydiff.output.filled import Kept
from policydiff.output.groups import GROUPS, Entry, asked_first, entries
from policydiff.output.page.cells import basis, changed, fared, sides
from policydiff.output.page.frame import Frame, page
from policydiff.output.page.fulltext import full_texts
from policydiff.output.page.indicators import COLUMNS, INDICATORS, indicator_table
from policydiff.output.page.markup import heading, table, tag, text
from policydiff.output.provenance import of_comparison
from policydiff.output.titles import comparison_title
from policydiff.output.words import Words

#: What is folded when the page is opened: long and seldom asked for.
_FOLDED: Final = frozenset({"content", "kept"})
#: What the printed summary shows, and how many rows of each at most: with the main indicators they
#: fill two to four pages.
_SUMMARY: Final = {"numbers": 20, "dropped": 20}
#: Outcomes that rows are marked with.
_MARKED: Final = frozenset({"dropped", "added"})
#: A link to a clause of the full texts.
_LINK: Final = re.compile(r"<a href=#([on]\d+)>")


def comparison_page(result: Compared, words: Words) -> str:
    """The whole page as HTML text; the same text for the same result."""
    shown = entries(result.changes, spoken_of(result.followups))
    by_group = {g: some for g in GROUPS if (some := [e for e in shown if e.group == g])}
    followups = {followup.old.start: followup for followup in result.followups}
    sections = [_section(group, some, result, followups, words) for group, some in by_group.items()]
    if result.indicators:
        sections.insert(0, indicator_table(result, words))
    rows = {
        (side, clause.start): (f"e-{e.id}", e.change.outcome)
        for e in reversed(shown)
        for side, clauses in (("old", e.change.old), ("new", e.change.new))
        for clause in clauses
    }
    wanted = frozenset(_LINK.findall("".join(sections)))
    texts = full_texts({"old": result.old, "new": result.new}, rows, wanted, words)
    return page(
        _frame(result, shown, by_group, words),
        words,
        {
            "table.t-changes": [said for _, said in _columns(words)],
            "table.t-indicators": list(map(words, COLUMNS)),
        },
        "\n".join([*_warnings(result, words), *sections, texts]),
    )


def _frame(
    result: Compared, shown: Sequence[Entry], by_group: Mapping[str, Sequence[Entry]], words: Words
) -> Frame:
    tiles = [
        (f"g-{group}", words.of("groups", group), len(some)) for group, some in by_group.items()
    ]
    if result.indicators:
        tiles.insert(0, (INDICATORS, words("indicators"), len(result.indicators)))
    kept = Kept(result.filled)
    decided = {entry.id: said for entry in shown if (said := _decided(kept.of(entry)))}
    elsewhere = [
        {"id": one.id, "old": one.old, "new": one.new, **_decided(one.cells)}
        for one in kept.left()
        if "verdict" in one.cells
    ]
    return Frame(
        title=comparison_title(result, words),
        note=words("warning", n=sum(not change.sure for change in result.changes)),
        old=(result.old.name, result.old.sha256),
        new=(result.new.name, result.new.sha256),
        tiles=tuple(tiles),
        decided=decided,
        decided_elsewhere=elsewhere,
        made_from=of_comparison(result, words),
    )


def _decided(cells: Mapping[str, str]) -> dict[str, str]:
    """What was filled in beside an entry, as far as the page takes it."""
    names = (("verdict", "verdict"), ("checked by", "by"), ("note", "note"))
    return {name: cells[column] for column, name in names if column in cells}


def _warnings(result: Compared, words: Words) -> Iterator[str]:
    for note in result.notes:
        yield tag("p", text(words.say(note)), class_="note")
    for document in (result.old, result.new):
        if document.warnings:
            said = words("then").join(map(words.say, document.warnings))
            yield tag("p", text(f"{words('warnings')} {document.name}: {said}"), class_="note")


def _section(
    group: str,
    shown: Sequence[Entry],
    result: Compared,
    followups: Mapping[int, FollowUp],
    words: Words,
) -> str:
    heads = [(f"c-{name}", said) for name, said in _columns(words)]
    most = _SUMMARY.get(group, len(shown))
    first = {e.id for e in (sorted(shown, key=asked_first) if group == "dropped" else shown)[:most]}
    rows = (
        _row(k, e, result, followups, words, beyond=e.id not in first)
        for k, e in enumerate(shown, 1)
    )
    only = words("in summary", n=most) if most < len(shown) else ""
    outside = "" if group in _SUMMARY else " not-in-summary"
    return tag(
        "section",
        heading(words.of("groups", group), len(shown), only),
        table("t-changes cards", heads, rows),
        class_=f"group{outside}",
        id=f"g-{group}",
        data_folded="yes" if group in _FOLDED else "no",
    )


def _columns(words: Words) -> list[tuple[str, str]]:
    """The columns of the tables of changes: class and words."""
    names = ("no", "old text", "new text", "change", "basis", "verdict")
    return [(name.replace(" ", "-"), words(name)) for name in names]


def _row(
    number: int,
    entry: Entry,
    result: Compared,
    followups: Mapping[int, FollowUp],
    words: Words,
    *,
    beyond: bool,
) -> str:
    change = entry.change
    # The cells have no classes: there are thousands of them, and each column has its place.
    cells = [tag("td", text(number)), *sides(change, result, words)]
    became = [
        *changed(change, words),
        *(fared(followups[c.start], change, words) for c in change.old if c.start in followups),
    ]
    cells += [tag("td", *became), tag("td", *basis(change, words)), tag("td")]
    kinds = [
        change.outcome if change.outcome in _MARKED else "",
        "" if change.sure else "doubt",
        "beyond" if beyond else "",
    ]
    return tag("tr", *cells, class_=" ".join(filter(None, kinds)) or None, id=f"e-{entry.id}")
