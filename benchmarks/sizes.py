"""Simulate an index of very many reports, and ask it.

    python benchmarks/sizes.py REPORTS [--made 250] [--sizes 1000 8000 56000] [--record]

REPORTS is a folder of real reports as for corpus.py; made_up.py makes reports of them, which are
read, and their rows are stored again and again under other keys. 56,000 reports take 8 GiB of disk
in the temporary folder. --record writes results/sizes.md. For Linux and macOS.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice, pairwise
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

from corpus import cost_of, files_of, len_of
from made_up import made_up, units_of, write_corpus
from speed import machine, markdown, record

import policydiff
from policydiff.corpus.cache import stamp
from policydiff.corpus.database import Database
from policydiff.corpus.folder import Corpus, open_corpus
from policydiff.corpus.index import Index, index_path, with_index
from policydiff.corpus.kept import links_of_asked, sure_links
from policydiff.corpus.missing import SAME_ELSEWHERE
from policydiff.corpus.shares import judged_share
from policydiff.corpus.update import StoredFile, stored_files
from policydiff.corpus.workers import Workers

RECORD = Path(__file__).resolve().parent / "results" / "sizes.md"
COMMAND = "python benchmarks/sizes.py REPORTS --record"
#: Rows are written so many reports at a time.
_BATCH = 500
_TABLES = ("report", "sketch", "clauses")

HOW = """\
The rows of made-up reports, each stored many times under other keys: sizes and times are those of
so many reports, whatever they say. Milliseconds of processor time for each report of the index, in
one process, with numpy: `links` of a report that was never asked about with all of them; `again`:
the same once more, when they are kept; `one of them`: the links of one of the reports with all
others, of which what is missing takes 32. `memory`: peak of the process that found all these,
without the commitments that a result holds, some 57 KB a report."""


class Size(NamedTuple):
    """What an index of so many ``reports`` takes: bytes, and seconds for all of them."""

    reports: int
    bytes: int
    links: float
    again: float
    hub: float
    memory: int


# --- the index ------------------------------------------------------------------------------------


def copied(source: Path, target: Path, number: int) -> None:
    """Write an index of so many reports that holds the rows of another under keys 1, 2, …"""
    with closing(Database(source, stamp())) as given, closing(Database(target, stamp())) as made:
        keys = sorted({file.report for file in stored_files(given).values()})
        rows = {table: dict(given.some(table, keys)) for table in _TABLES}
        for first in range(1, number + 1, _BATCH):
            some = range(first, min(first + _BATCH, number + 1))
            with made.writing():
                for table in _TABLES:
                    made.put(table, [(k, rows[table][keys[k % len(keys)]]) for k in some])
                made.put("file", [(_name(k).encode(), StoredFile("", k).row()) for k in some])


def _name(number: int) -> str:
    return f"{number:06}.txt"


def ask(path: Path, number: int, report: Path) -> dict[str, Any]:
    """Ask an index of so many reports: once, again, and for one of its own."""
    names = tuple(map(_name, range(1, number + 1)))
    corpus = Corpus(path.parent, names, dict(zip(names, names, strict=True)))
    clauses = policydiff.read(report).commitments
    with (
        closing(Database(path, stamp())) as database,
        Workers(judged_share, 1) as workers,
        database.reading(),
    ):
        index = Index(database, corpus, (), workers)
        times = [process_time()]
        for _ in range(2):
            links_of_asked(clauses, index, index.reports)
            times.append(process_time())
        for _ in sure_links(index, index.reports[:1], index.reports, SAME_ELSEWHERE):
            pass
        times.append(process_time())
    steps = (b - a for a, b in pairwise(times))
    return dict(zip(("links", "again", "hub"), steps, strict=True))


# --- all of them ----------------------------------------------------------------------------------


def measure(index: Path, number: int, report: Path, place: Path) -> Size:
    """One size; the index is deleted again."""
    path, answer = place / "many.sqlite", place / "answer.json"
    copied(index, path, number)
    this = [sys.executable, str(Path(__file__).resolve()), str(path), "--ask", str(number)]
    _, memory = cost_of([*this, "--report", str(report), "--answer", str(answer)])
    size = path.stat().st_size
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    return Size(number, size, **json.loads(answer.read_text("utf-8")), memory=memory)


def page(sizes: Sequence[Size], made: int) -> str:
    """The table."""
    rows = [
        (
            f"{size.reports:,}",
            f"{size.bytes / 2**30:.2f}",
            *(f"{1000 * s / size.reports:.2f}" for s in (size.links, size.again, size.hub)),
            f"{size.memory / 2**20:,.0f}",
        )
        for size in sizes
    ]
    head = ("reports", "index, GiB", "links", "again", "one of them", "memory, MiB")
    return f"{machine()} Rows of {made:,} made-up reports.\n\n{markdown(head, rows)}"


def _sizes(args: argparse.Namespace, place: Path) -> Iterator[Size]:
    _, files, national = files_of(args.reports)
    units = units_of([*files, *national])
    os.environ["XDG_CACHE_HOME"] = str(place / "cache")
    folder, report = place / "corpus", place / "report.txt"
    write_corpus(folder, made_up(units, args.seed), args.made)
    ((_, text),) = islice(made_up(units, args.seed), args.made, args.made + 1)
    report.write_text(text, encoding="utf-8")
    with_index(open_corpus(folder), len_of)
    for number in args.sizes:
        size = measure(index_path(open_corpus(folder)), number, report, place)
        print(size, file=sys.stderr, flush=True)
        yield size


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", type=Path)
    parser.add_argument("--made", type=int, default=250)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 8000, 56000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="write results/sizes.md")
    parser.add_argument("--ask", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--report", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--answer", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.ask:
        asked = ask(args.reports, args.ask, args.report)
        args.answer.write_text(json.dumps(asked), "utf-8")
        return
    with tempfile.TemporaryDirectory() as name:
        shown = page(list(_sizes(args, Path(name))), args.made)
    print(shown)
    if args.record:
        record(RECORD, "An index of very many reports", COMMAND, shown, HOW)


if __name__ == "__main__":
    main()
