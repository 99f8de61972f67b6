"""Ranks and places of a corpus in words for people, from a result's ``to_dict``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policydiff.output.words import Words

Entry = Mapping[str, Any]


def rank_text(rank: Entry, words: Words) -> str:
    """A rank; of few numbers only how many there are."""
    if "rank" not in rank:
        return words("of few", n=rank["of"])
    said = f"{rank['rank']} / {rank['of']}"
    return said + words("tied", n=rank["tied"]) if "tied" in rank else said


def is_main(rank: Entry, entry: Entry) -> bool:
    """Whether a rank of a commitment is of one of the year's main targets."""
    return any(
        target["indicator"] == rank["indicator"] and target.get("headline", False)
        for target in entry.get("targets", ())
    )


def holder_text(number: Entry, words: Words) -> str:
    """The highest or lowest number and whose it is."""
    told = {key: number[key] for key in ("text", "region", "year")}
    return words("text of", **told)


def median_text(rank: Entry) -> str:
    """The median with the unit of the target that it stands beside."""
    return f"{rank['median']}{rank.get('unit', '')}"


def place_text(place: Entry, words: Words) -> str:
    """Where something stands, and its words."""
    told = {key: place[key] for key in ("region", "year", "line", "text")}
    return words("text at", **told)


def corpus_notes(result: Entry, words: Words) -> Iterator[str]:
    """Which reports it was compared with, what could not be read, and what is doubtful."""
    yield words("corpus folder", **result["corpus"])
    yield from map(words.say, result.get("notes", ()))
    report = result["report"]
    for doubt in report.get("warnings", ()):
        yield words("warning of", name=report["name"], text=words.say(doubt))
    if "passed_over" in result:
        number = result["passed_over"]["files"]
        yield words.say(f"passed over {number}: no report, or of no known year")
    for file in result.get("unread", ()):
        yield words.say(f"not read: {file['name']}: {file['what']}")
