"""A report beside a corpus as tables: its targets among the others', what it lacks, what else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from policydiff.output.office.table import Cell, Table, heads, numbered, some
from policydiff.output.places import (
    Entry,
    holder_text,
    is_main,
    median_text,
    place_text,
    rank_text,
)
from policydiff.output.words import Words

#: Columns: name, width in Excel, share of a page's width.
_RANKS: Final = (
    *(("indicator", 22, 14), ("this target", 28, 20), ("among", 12, 10), ("rank", 18, 12)),
    *(("highest", 34, 20), ("median", 10, 8), ("lowest", 34, 20), ("rank number", 8, 0)),
    *(("numbers", 10, 0), ("ties", 10, 0), ("highest of", 18, 0), ("lowest of", 18, 0)),
)
_MISSING: Final = (
    *(("no", 6, 4), ("words in common", 24, 14), ("commitment", 44, 26), ("reports", 8, 6)),
    *(("of reports", 10, 6), ("share of reports", 10, 0), ("weighted share", 10, 6)),
    *(("where", 24, 12), ("wordings", 60, 26), ("doubts", 10, 6)),
)
_IN_SHORT: Final = (
    *(("no", 6, 4), ("commitment", 60, 70), ("place", 10, 8), ("reports", 8, 8)),
    *(("similar", 12, 8),),
)
_SHARED: Final = (
    *(("no", 6, 4), ("section", 22, 12), ("commitment", 44, 30), ("place", 10, 7)),
    *(("reports", 8, 6), ("own region", 34, 18), ("elsewhere", 54, 30), ("how it differs", 20, 10)),
)
_ALONE: Final = (
    *(("no", 6, 4), ("section", 22, 20), ("commitment", 60, 60), ("place", 10, 8)),
    *(("similar", 12, 8),),
)
#: So many places of a commitment are written into a cell.
_MOST_PLACES: Final = 10


def corpus_tables(result: Entry, words: Words) -> list[Table]:
    """A table for each question, from the result's ``to_dict``; those with no rows are left out."""
    commitments = result["commitments"]
    ranked = [(rank, is_main(rank, entry)) for entry in commitments for rank in _ranks(entry)]
    shared = [entry for entry in commitments if entry["reports"]]
    alone = [entry for entry in commitments if not entry["reports"]]
    made = (
        ("main among", _RANKS, [_rank(rank, words) for rank, main in ranked if main]),
        ("others among", _RANKS, [_rank(rank, words) for rank, main in ranked if not main]),
        ("missing", _MISSING, numbered(_missing(result.get("missing", ()), words))),
        ("rarest", _IN_SHORT, numbered(_in_short(result.get("rarest", ()), words))),
        ("commonest", _IN_SHORT, numbered(_in_short(result.get("commonest", ()), words))),
        ("shared", _SHARED, numbered(_shared(entry, words) for entry in shared)),
        ("alone", _ALONE, numbered(_alone(entry, words) for entry in alone)),
    )
    return [
        Table(words.of("corpus tables", name), heads(columns, words), rows)
        for name, columns, rows in made
        if rows
    ]


def _ranks(entry: Entry) -> Sequence[Entry]:
    ranks: Sequence[Entry] = entry.get("ranks", ())
    return ranks


def _rank(rank: Entry, words: Words) -> list[Cell]:
    highest, lowest = rank["highest"], rank["lowest"]
    return [
        rank["indicator"],
        rank["here"],
        words.of("among", rank["among"]),
        rank_text(rank, words),
        holder_text(highest, words),
        median_text(rank),
        holder_text(lowest, words),
        rank.get("rank"),
        rank["of"],
        rank.get("tied", 0) if "rank" in rank else None,
        *(f"{number['region']} {number['year']}" for number in (highest, lowest)),
    ]


def _missing(missing: Sequence[Entry], words: Words) -> Iterator[list[Cell]]:
    for entry in missing:
        of = entry["of"]
        wordings = [place_text(place, words) for place in entry.get("wordings", ())]
        yield [
            words("and").join(entry.get("words", ())),
            entry["text"],
            entry["reports"],
            of,
            round(100 * entry["reports"] / of) if of else None,
            f"{entry['share']:.0%}",
            words("place of", **{key: entry[key] for key in ("region", "year", "line")}),
            some(wordings, _MOST_PLACES, words),
            "" if entry["sure"] else words("to check"),
        ]


def _in_short(commitments: Sequence[Entry], words: Words) -> Iterator[list[Cell]]:
    for entry in commitments:
        place = words("line", n=entry["line"])
        yield [entry["text"], place, entry["reports"], entry["similar"]]


def _shared(entry: Entry, words: Words) -> list[Cell]:
    own, others = entry.get("own_region", ()), entry.get("other_regions", ())
    first: Entry = next(iter((*own, *others)), {})
    return [
        entry["section"].replace(" > ", " › "),
        entry["text"],
        words("line", n=entry["line"]),
        entry["reports"],
        some([place_text(place, words) for place in own], _MOST_PLACES, words),
        some([place_text(place, words) for place in others], _MOST_PLACES, words),
        words("and").join(words.of("kinds", kind) for kind in first.get("kinds", ())),
    ]


def _alone(entry: Entry, words: Words) -> list[Cell]:
    section, place = entry["section"].replace(" > ", " › "), words("line", n=entry["line"])
    return [section, entry["text"], place, entry.get("similar", 0)]
