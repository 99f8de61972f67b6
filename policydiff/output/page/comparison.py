"""The page that compares two reports: groups of changes as tables, then the full texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policydiff.language.patterns import compile_pattern
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
#: Groups of what stands on one side only: it has not changed, and one of them has no review.
_ALONE: Final = frozenset({"dropped", "added"})
#: Where the cells of a group's columns are, for style: of most groups, and of the others.
_LABELLED: Final = {
    "table.t-changes": "numbers",
    "table.alone": "dropped",
    "#g-reported table": "reported",
}
#: A link to a clause of the full texts.
_LINK: Final = compile_pattern(r"<a href=#([on][0-9a-z]+)>")


def comparison_page(result: Compared, words: Words) -> str:
    """The whole page as HTML text; the same text for the same result."""
    shown = entries(result.changes, spoken_of(result.followups))
    by_group = {g: some for g in GROUPS if (some := [e for e in shown if e.group == g])}
    followups = {followup.old.start: followup for followup in result.followups}
    sections = [_section(group, some, result, followups, words) for group, some in by_group.items()]
    if result.indicators:
        sections.insert(0, indicator_table(result, words))
    rows = {
        (side, clause.start): _anchor(e)
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
            **{
                where: [said for _, said in _columns(group, words)]
                for where, group in _LABELLED.items()
            },
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
    decided = {e.id: said for e in shown if (said := _decided(kept.of(e)))}
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
        has_texts=True,
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
            yield tag("p", text(words("warning of", name=document.name, text=said)), class_="note")


def _section(
    group: str,
    shown: Sequence[Entry],
    result: Compared,
    followups: Mapping[int, FollowUp],
    words: Words,
) -> str:
    heads = [(f"c-{name}", said) for name, said in _columns(group, words)]
    # The column of verdicts is put in by the script: without it nothing could be said there.
    heads.pop()
    most = _SUMMARY.get(group, len(shown))
    first = {e.id for e in (sorted(shown, key=asked_first) if group == "dropped" else shown)[:most]}
    rows = (
        _row(k, e, result, followups, words, beyond=e.id not in first)
        for k, e in enumerate(shown, 1)
    )
    note = group if followups or group != "dropped" else "dropped without review"
    how = "chosen first" if group == "dropped" else "in summary"
    only = words(how, n=most) if most < len(shown) else ""
    outside = "" if group in _SUMMARY else " not-in-summary"
    return tag(
        "section",
        heading(words.of("groups", group), len(shown), only),
        tag("p", text(words.of("group notes", note)), class_="note"),
        table("t-changes cards alone" if group in _ALONE else "t-changes cards", heads, rows),
        class_=f"group{outside}",
        id=f"g-{group}",
        data_folded="yes" if group in _FOLDED else "no",
    )


def _columns(group: str, words: Words) -> list[tuple[str, str]]:
    """The columns of a table of changes: class and words."""
    became = {"change": words("review" if group == "reported" else "change")}
    said = {
        **{name: words(name) for name in ("no", "old text", "new text")},
        **({} if group in _ALONE else became),
        **{name: words(name) for name in ("basis", "verdict")},
    }
    return [(name.replace(" ", "-"), word) for name, word in said.items()]


def _anchor(entry: Entry) -> str:
    """The name of an entry's row: it begins with the letter of its outcome, as style wants it."""
    return f"{entry.change.outcome[0]}{entry.id}"


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
    told = [followups[c.start] for c in change.old if c.start in followups]
    review = [clause for followup in told for clause in followup.evidence]
    cells = [tag("td", text(number)), *sides(change, result, words, review)]
    if entry.group not in _ALONE:
        # Clauses that were merged may be told of in the same words.
        said = dict.fromkeys(fared(followup, change, result, words) for followup in told)
        cells.append(tag("td", *changed(change, words), *said))
    cells.append(tag("td", *basis(change, result, words)))
    kinds = ["" if change.sure else "doubt", "beyond" if beyond else ""]
    return tag("tr", *cells, class_=" ".join(filter(None, kinds)) or None, id=_anchor(entry))
