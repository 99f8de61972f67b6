"""The page of a report beside a corpus: its targets among the others', and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policydiff.output.page.frame import Frame, page
from policydiff.output.page.markup import heading, table, tag, text
from policydiff.output.words import Words


def corpus_page(result: Mapping[str, Any], words: Words) -> str:
    """The page as HTML text, from the result's ``to_dict``."""
    report = result["report"]
    tables = {
        "ranks": list(_ranks(result, words)),
        "missing": list(_missing(result, words)),
        "shared": list(_shared(result, words)),
    }
    heads = {
        "ranks": ("indicator", "this target", "among", "rank", "highest", "median", "lowest"),
        "missing": ("commitment", "reports", "where"),
        "shared": ("commitment", "reports", "own region", "elsewhere"),
    }
    sections = [
        tag(
            "section",
            heading(words.of("corpus groups", group), len(rows)),
            table(
                "t-corpus cards",
                [(f"c-{h.replace(' ', '-')}", words(h)) for h in heads[group]],
                rows,
            ),
            class_="group",
            id=f"g-{group}",
        )
        for group, rows in tables.items()
        if rows
    ]
    notes = [tag("p", text(words.say(note)), class_="note") for note in result.get("notes", ())]
    about = " ".join(str(report[k]) for k in ("region", "year") if report[k] is not None)
    frame = Frame(
        title=words("corpus title", name=about or report["name"]),
        note=words("corpus warning", n=result["corpus"]["reports"]),
        old=(report["name"], report["sha256"]),
        new=("", ""),
        tiles=tuple(
            (f"g-{group}", words.of("corpus groups", group), len(rows))
            for group, rows in tables.items()
            if rows
        ),
        decides=False,
    )
    columns = {f"#g-{group}": list(map(words, names)) for group, names in heads.items()}
    return page(frame, words, columns, "\n".join([*notes, *sections]))


def _ranks(result: Mapping[str, Any], words: Words) -> Iterator[str]:
    for entry in result["commitments"]:
        for rank in entry.get("ranks", ()):
            cells = [
                rank["indicator"],
                rank["here"],
                words.of("among", rank["among"]),
                _place_among(rank, words),
                _holder(rank["highest"], words),
                rank["median"],
                _holder(rank["lowest"], words),
            ]
            yield tag("tr", *(tag("td", text(cell)) for cell in cells))


def _place_among(rank: Mapping[str, Any], words: Words) -> str:
    """A rank; of few numbers only how many there are."""
    if "rank" not in rank:
        return words("of few", n=rank["of"])
    said = f"{rank['rank']} / {rank['of']}"
    return said + words("tied", n=rank["tied"]) if "tied" in rank else said


def _holder(entry: Mapping[str, Any], words: Words) -> str:
    return words("text of", text=entry["text"], region=entry["region"], year=entry["year"])


def _missing(result: Mapping[str, Any], words: Words) -> Iterator[str]:
    for entry in result.get("missing", ()):
        places = [entry, *entry.get("wordings", ())]
        yield tag(
            "tr",
            tag("td", text(entry["text"])),
            tag("td", text(f"{entry['reports']} / {entry['of']}"), class_="num"),
            tag("td", *(_place(place, words) for place in places)),
            class_=None if entry["sure"] else "doubt",
        )


def _place(place: Mapping[str, Any], words: Words) -> str:
    said = {key: place[key] for key in ("region", "year", "line", "text")}
    return tag("p", text(words("text at", **said)))


def _shared(result: Mapping[str, Any], words: Words) -> Iterator[str]:
    for entry in result["commitments"]:
        own, others = entry.get("own_region", ()), entry.get("other_regions", ())
        yield tag(
            "tr",
            tag("td", text(entry["text"]), " ", text(words("line", n=entry["line"]))),
            tag("td", text(entry["reports"]), class_="num"),
            tag("td", *(_place(place, words) for place in own)),
            tag("td", *(_place(place, words) for place in others)),
        )
