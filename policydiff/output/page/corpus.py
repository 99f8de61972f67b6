"""The page of a report beside a corpus: its targets among the others', and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from policydiff.output.page.frame import Frame, page
from policydiff.output.page.markup import heading, table, tag, text
from policydiff.output.places import (
    corpus_notes,
    holder_text,
    is_main,
    median_text,
    place_text,
    rank_text,
)
from policydiff.output.provenance import told
from policydiff.output.titles import title_of
from policydiff.output.words import Words

#: The columns of each group, by the names of their heads.
_HEADS: Final = {
    "commonest": ("commitment", "reports", "similar"),
    "rarest": ("commitment", "reports", "similar"),
    "main": ("indicator", "this target", "among", "rank", "highest", "median", "lowest"),
    "ranks": ("indicator", "this target", "among", "rank", "highest", "median", "lowest"),
    "missing": ("what others promise", "reports", "weighted share", "where"),
    "shared": ("commitment", "reports", "own region", "elsewhere"),
    "alone": ("commitment", "similar"),
}
#: What is said of how the rows of a group were counted.
_EXPLAINED: Final = {"missing": ("missing note",), "rarest": ("rarest note",)}
#: So many wordings of what is missing are shown at once.
_MOST_PLACES: Final = 3
#: What is folded when the page is opened, and not printed in short: long and seldom asked for.
_FOLDED: Final = frozenset({"shared", "alone"})


def corpus_page(result: Mapping[str, Any], words: Words) -> str:
    """The page as HTML text, from the result's ``to_dict``."""
    report = result["report"]
    of = result["corpus"]["reports"]
    made = {
        "rarest": [_in_short(e, of, words) for e in result.get("rarest", ())],
        "commonest": [_in_short(e, of, words) for e in result.get("commonest", ())],
        "main": [_rank(rank, words) for rank, main in _ranks(result) if main],
        "ranks": [_rank(rank, words) for rank, main in _ranks(result) if not main],
        "missing": list(_missing(result, words)),
        "shared": [_shared(e, words) for e in result["commitments"] if e["reports"]],
        "alone": [_alone(e, words) for e in result["commitments"] if not e["reports"]],
    }
    tables = {group: rows for group, rows in made.items() if rows}
    frame = Frame(
        title=title_of(result, words),
        note=words("corpus warning", n=result["corpus"]["reports"]),
        old=(report["name"], report["sha256"]),
        new=("", ""),
        tiles=tuple(
            (f"g-{group}", words.of("corpus groups", group), len(rows))
            for group, rows in tables.items()
        ),
        decides=False,
        made_from=[*told(result, words)],
    )
    columns = {f"#g-{group}": list(map(words, _HEADS[group])) for group in tables}
    sections = [_section(group, rows, words) for group, rows in tables.items()]
    return page(frame, words, columns, "\n".join([*_notes(result, words), *sections]))


def _section(group: str, rows: Sequence[str], words: Words) -> str:
    heads = [(f"c-{head.replace(' ', '-')}", words(head)) for head in _HEADS[group]]
    return tag(
        "section",
        heading(words.of("corpus groups", group), len(rows)),
        *(tag("p", text(words(note)), class_="note") for note in _EXPLAINED.get(group, ())),
        table("t-corpus cards", heads, rows),
        class_="group not-in-summary" if group in _FOLDED else "group",
        id=f"g-{group}",
        data_folded="yes" if group in _FOLDED else "no",
    )


def _notes(result: Mapping[str, Any], words: Words) -> Iterator[str]:
    """What is said of the whole: what could not be read, what is doubtful."""
    return (tag("p", text(line), class_="note") for line in corpus_notes(result, words))


def _ranks(result: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Each number that was ranked, and whether it is a main target."""
    for entry in result["commitments"]:
        for rank in entry.get("ranks", ()):
            yield rank, is_main(rank, entry)


def _rank(rank: Mapping[str, Any], words: Words) -> str:
    cells = [
        rank["indicator"],
        rank["here"],
        words.of("among", rank["among"]),
        rank_text(rank, words),
        holder_text(rank["highest"], words),
        median_text(rank),
        holder_text(rank["lowest"], words),
    ]
    return tag("tr", *(tag("td", text(cell)) for cell in cells))


def _missing(result: Mapping[str, Any], words: Words) -> Iterator[str]:
    for entry in result.get("missing", ()):
        places = [_place(place, words) for place in (entry, *entry.get("wordings", ()))]
        yield tag(
            "tr",
            tag("td", *_about(entry, words)),
            tag("td", text(f"{entry['reports']} / {entry['of']}"), class_="num"),
            tag("td", text(f"{entry['share']:.0%}"), class_="num"),
            tag("td", *_some(places, words)),
            class_=None if entry["sure"] else "doubt",
        )


def _some(places: Sequence[str], words: Words) -> Iterator[str]:
    """The first places, and the others folded away."""
    yield from places[:_MOST_PLACES]
    if rest := places[_MOST_PLACES:]:
        yield tag("details", tag("summary", text(words("and more", n=len(rest)))), *rest)


def _about(entry: Mapping[str, Any], words: Words) -> Iterator[str]:
    """What is missing: the words that its wordings share, else one of them."""
    common = entry.get("words")
    yield tag("b", text(words("and").join(common))) if common else text(entry["text"])
    if not entry["sure"]:
        yield " " + tag("small", text(words("to check")))


def _in_short(entry: Mapping[str, Any], of: int, words: Words) -> str:
    """One of the commonest or rarest commitments, and how many of all reports make it."""
    return tag(
        "tr",
        tag("td", text(entry["text"]) + " ", tag("small", text(words("line", n=entry["line"])))),
        tag("td", text(f"{entry['reports']} / {of}"), class_="num"),
        tag("td", text(entry["similar"]), class_="num"),
    )


def _place(place: Mapping[str, Any], words: Words) -> str:
    return tag("p", text(place_text(place, words)))


def _shared(entry: Mapping[str, Any], words: Words) -> str:
    own, others = entry.get("own_region", ()), entry.get("other_regions", ())
    return tag(
        "tr",
        tag("td", *_own(entry, words)),
        tag("td", text(entry["reports"]), class_="num"),
        tag("td", *(_place(place, words) for place in own)),
        tag("td", *(_place(place, words) for place in others)),
    )


def _alone(entry: Mapping[str, Any], words: Words) -> str:
    return tag(
        "tr",
        tag("td", *_own(entry, words)),
        tag("td", text(entry.get("similar", 0)), class_="num"),
    )


def _own(entry: Mapping[str, Any], words: Words) -> Iterator[str]:
    """A commitment of the report itself, with its line and the headings above it."""
    yield text(entry["text"]) + " "
    where = words("then").join(filter(None, (words("line", n=entry["line"]), entry["section"])))
    yield tag("small", text(where))
