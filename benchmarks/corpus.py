"""Time one report against a corpus of up to 1,000, beside rapidfuzz.process.cdist.

    python benchmarks/corpus.py REPORTS [--sizes 100 300 1000] [--runs 5] [--seed 1] [--record]

REPORTS is a folder of real reports, by kind: REPORTS/national/2003.txt. Their sentences are
recombined into made-up reports of made-up regions and years, in a temporary folder. One process,
one thread. --record writes results/corpus.md. For Linux and macOS.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from unittest.mock import patch

from rapidfuzz import fuzz, process
from speed import ROOT, Times, forget, markdown, peak_of, timed

import policydiff
from policydiff.align.align import align
from policydiff.analysis.clause import analysed
from policydiff.corpus import links as corpus_links
from policydiff.corpus.folder import open_corpus
from policydiff.corpus.index import Index, index_path, with_index
from policydiff.corpus.links import links_to
from policydiff.language.zh import CHINESE

RECORD = Path(__file__).resolve().parent / "results" / "corpus.md"
COMMAND = "python benchmarks/corpus.py REPORTS --record"

#: Of the sentences of a made-up report, how many are taken from elsewhere than their paragraph, and
#: of the numbers, how many are other ones. So few clauses are copies, as among real reports.
_STRANGE = 0.3
_OTHER_NUMBER = 0.5
#: Regions have several years, as in a corpus that grew.
_YEARS = range(2015, 2027)
#: Texts of the corpus in one call of cdist.
_BLOCK = 20_000
#: Reports whose links are checked against comparing in pairs.
_CHECKED = 20

BUILD = "index: build, per report"
READ = "policydiff.read, per report"
UPDATE = "index: one report changed"
OPEN = "index: nothing changed"
LINKS = "query: links alone"
SLOW = "query: links alone, without numpy"
FIRST = "query: compare_corpus, one report changed before"
WARM = "query: compare_corpus"
COLD = "query: python -m policydiff, on the clock"
PLAIN = "cdist: commitments only"
PLAIN_ALL = "cdist: every clause"

HOW = """\
Milliseconds on the clock, median of the runs, on one core with one thread; `index: build` and
`without numpy` are one run. `query` is one report that is not in the corpus against all that are:
`links alone` finds the links, in a process that has done it before; `compare_corpus` does all that
the function does (looks whether files changed, finds the links, ranks targets, finds what is
missing), in such a process; what the corpus' own reports have in common was then kept from before,
unless one of them changed. `python -m policydiff` is a process of its own, from its start to the
YAML. cdist makes the matrix of `fuzz.ratio` between the report's clauses and those of the corpus,
in blocks, with one worker; it reads no file and chooses no links. `/ cdist`: the largest corpus
beside `cdist: every clause`.

Recall: of the links that `compare` makes with the reports one by one, how many the query finds;
precision: of those that it finds, how many `compare` makes. The corpus is made up: sentences of
real reports in other paragraphs, with other numbers, so that few of its texts are new. Real reports
hardly repeat each other, and cost more each."""


@dataclass(slots=True)
class Measured:
    """What was measured on one corpus. Times in seconds."""

    size: int
    clauses: int = 0
    commitments: int = 0
    distinct: float = 0.0
    recall: float = 0.0
    precision: float = 0.0
    links: int = 0
    build_peak: int = 0
    query_peak: int = 0
    bytes: int = 0
    times: Times = field(default_factory=lambda: defaultdict(list))


# --- made-up reports ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Units:
    """Paragraphs of real reports, cut into sentences: of the plan, and of everything before it."""

    plan: list[list[str]]
    other: list[list[str]]


def units_of(reports: Path) -> Units:
    """The paragraphs of all reports under a folder."""
    units = Units([], [])
    for path in sorted(reports.rglob("*.txt")):
        document = policydiff.read(path)
        lines = document.source.split("\n")
        parts = {clause.line: clause.part for clause in document.clauses}
        for number, part in parts.items():
            sentences = re.findall("[^。]+。", lines[number - 1])
            if len(sentences) > 1:
                (units.plan if part == "plan" else units.other).append(sentences)
    return units


def made_up(units: Units, seed: int) -> Iterator[tuple[str, str]]:
    """Endless reports, each with its path in a corpus; the same for the same seed."""
    rng = random.Random(seed)
    k = 0
    while True:
        region = f"第{k // len(_YEARS) + 1}县"
        year = _YEARS[k % len(_YEARS)]
        lines = [f"{region}{year}年政府工作报告", f"一、{year - 1}年工作回顾"]
        lines += _paragraphs(rng, units.other, 40)
        lines.append(f"二、{year}年工作安排")
        lines += _paragraphs(rng, units.plan, 62)
        yield f"{region}/{year}.txt", "\n".join(lines) + "\n"
        k += 1


def _paragraphs(rng: random.Random, pool: list[list[str]], number: int) -> Iterator[str]:
    for paragraph in rng.sample(pool, min(number, len(pool))):
        yield "".join(
            re.sub(
                "[1-9][0-9]*",
                lambda m: str(rng.randint(1, 999)) if rng.random() < _OTHER_NUMBER else m[0],
                rng.choice(rng.choice(pool)) if rng.random() < _STRANGE else sentence,
            )
            for sentence in paragraph
        )


def write_corpus(folder: Path, reports: Iterator[tuple[str, str]], size: int) -> None:
    """The first ``size`` reports as files."""
    for name, text in islice(reports, size):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


# --- measuring ------------------------------------------------------------------------------------


def measure(units: Units, size: int, seed: int, runs: int, place: Path) -> Measured:
    """Everything, on a corpus of ``size`` reports."""
    found = Measured(size)
    folder = place / f"corpus-{size}"
    reports = made_up(units, seed)
    write_corpus(folder, reports, size)
    report = place / f"report-{size}.txt"
    report.write_text(next(reports)[1].replace("第", "新"), encoding="utf-8")
    change = next(reports)[1]
    query = policydiff.read(report)
    documents = [policydiff.read(path) for path in sorted(folder.rglob("*.txt"))[:_CHECKED]]
    corpus = open_corpus(folder)
    # In processes of their own, which have seen none of the sentences.
    found.times[READ] = [_apart(_READ, *map(str, sorted(folder.rglob("*.txt"))[:_CHECKED]))]

    found.build_peak = peak_of([sys.executable, "-c", _BUILD, str(folder)])
    index_path(corpus).unlink()
    found.times[BUILD] = [_apart(_BUILD, str(folder)) / size]
    found.bytes = index_path(corpus).stat().st_size
    changed = folder / corpus.files[size // 2]
    for run in range(runs):
        changed.write_text(f"{change}新增学校{run}所。\n", encoding="utf-8")
        timed(UPDATE, found.times, lambda: with_index(open_corpus(folder), len_of), perf_counter)
    for _ in range(runs):
        timed(OPEN, found.times, lambda: with_index(open_corpus(folder), len_of), perf_counter)

    with_index(corpus, lambda index: _query(index, query, documents, runs, found))
    command = [sys.executable, "-m", "policydiff", "-q", str(report), "--corpora", str(folder)]
    command += ["-o", os.devnull]
    found.query_peak = peak_of(command)
    for run in range(runs):
        changed.write_text(f"{change}新增桥梁{run}座。\n", encoding="utf-8")
        timed(FIRST, found.times, lambda: policydiff.compare_corpus(query, folder), perf_counter)
        timed(WARM, found.times, lambda: policydiff.compare_corpus(query, folder), perf_counter)
        timed(COLD, found.times, lambda: subprocess.run(command, check=True, cwd=ROOT),
              perf_counter)  # fmt: skip
    return found


def len_of(index: Index) -> int:
    return len(index.reports)


def _apart(code: str, *arguments: str) -> float:
    """What a process of its own prints: seconds."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    return float(done.stdout)


_BUILD = """
import sys, time
from policydiff.corpus.folder import open_corpus
from policydiff.corpus.index import with_index
start = time.perf_counter()
with_index(open_corpus(sys.argv[1]), lambda index: len(index.reports))
print(time.perf_counter() - start)
"""

_READ = """
import statistics, sys, time
import policydiff
times = []
for path in sys.argv[1:]:
    start = time.perf_counter()
    policydiff.read(path)
    times.append(time.perf_counter() - start)
print(statistics.median(times))
"""


def _query(
    index: Index,
    query: policydiff.Document,
    documents: Sequence[policydiff.Document],
    runs: int,
    found: Measured,
) -> None:
    """Links and both cdists turn by turn, then how good the links are."""
    texts = [c.text for e in index.reports for c in index.commitments(e.id)]
    found.commitments = len(texts)
    found.distinct = len(set(texts)) / len(texts)
    # What clauses there are besides is known of some reports; the rest is taken to be like them.
    every = [c.text for d in documents for c in d.clauses]
    found.clauses = round(len(every) / len(documents) * len(index.reports))
    more = (every * (found.clauses // len(every) + 1))[: found.clauses]
    here = [c.text for c in query.commitments], [c.text for c in query.clauses]
    for _ in range(runs):
        forget()
        links = timed(LINKS, found.times,
                      lambda: list(links_to(query.commitments, index, index.reports)),
                      perf_counter)  # fmt: skip
    with patch.object(corpus_links, "find_spec", lambda name: None):
        timed(SLOW, found.times, lambda: deque(
            links_to(query.commitments, index, index.reports), 0), perf_counter)  # fmt: skip
    for _ in range(min(runs, 3)):
        timed(PLAIN, found.times, lambda: _matrix(here[0], texts), perf_counter)
        timed(PLAIN_ALL, found.times, lambda: _matrix(here[1], more), perf_counter)
    found.links = sum(len(some) for _, some in links)
    checked = {e.id for e in index.reports[:_CHECKED]}
    given = {(i, report, j) for report, some in links if report in checked for i, j, _ in some}
    right = {
        (link.old, entry.id, link.new)
        for entry in index.reports[:_CHECKED]
        for link in align(
            *(analysed(some, CHINESE) for some in (query.commitments, index.commitments(entry.id)))
        ).links
    }
    found.recall = len(given & right) / len(right)
    found.precision = len(given & right) / max(1, len(given))


def _matrix(old: list[str], new: list[str]) -> None:
    for at in range(0, len(new), _BLOCK):
        process.cdist(old, new[at : at + _BLOCK], scorer=fuzz.ratio, workers=1)


def measure_years(reports: Path, runs: int) -> list[float]:
    """Seconds from the files of 2003 to 2017 to the trajectory."""
    paths = [reports / "national" / f"{year}.txt" for year in range(2003, 2018)]
    times: Times = defaultdict(list)
    for _ in range(runs):
        forget()
        timed("", times, lambda: policydiff.trajectory(paths), perf_counter)
    return times[""]


# --- telling --------------------------------------------------------------------------------------


def table(results: Sequence[Measured]) -> str:
    """A row for each step, a column for each size, and the largest beside cdist."""
    last = results[-1]
    plain = median(last.times[PLAIN_ALL])
    rows = []
    steps = (READ, BUILD, UPDATE, OPEN, LINKS, SLOW, FIRST, WARM, COLD, PLAIN, PLAIN_ALL)
    for step in steps:
        shown = [f"{1000 * median(r.times[step]):,.0f}" for r in results]
        ratio = median(last.times[step]) / plain
        compared = step in (LINKS, SLOW, FIRST, WARM, COLD, PLAIN)
        rows.append([step, *shown, f"1/{1 / ratio:.1f}" if compared else ""])
    head = ("step, ms", *(f"{r.size:,} reports" for r in results), "/ cdist")
    return markdown(head, rows)


def sizes(results: Sequence[Measured]) -> str:
    """What the corpora are, and what else was measured."""
    rows = [
        ("clauses, about", *(f"{r.clauses:,}" for r in results)),
        ("commitments", *(f"{r.commitments:,}" for r in results)),
        ("of them distinct texts", *(f"{r.distinct:.0%}" for r in results)),
        ("index, MiB", *(f"{r.bytes / 2**20:.0f}" for r in results)),
        ("peak memory of building, MiB", *(f"{r.build_peak / 2**20:.0f}" for r in results)),
        ("peak memory of a query, MiB", *(f"{r.query_peak / 2**20:.0f}" for r in results)),
        ("links of the query", *(f"{r.links:,}" for r in results)),
        ("recall of links", *(f"{r.recall:.3f}" for r in results)),
        ("precision of links", *(f"{r.precision:.3f}" for r in results)),
    ]
    return markdown(("corpus", *(f"{r.size:,} reports" for r in results)), rows)


def report(results: Sequence[Measured], years: Sequence[float]) -> str:
    """Both tables, the years, and what it was measured on."""
    return "\n\n".join(
        (
            f"Python {platform.python_version()}, rapidfuzz {version('rapidfuzz')},"
            f" numpy {version('numpy')}, {max(len(r.times[WARM]) for r in results)} runs.",
            table(results),
            sizes(results),
            f"Trajectory of 15 national reports, from files to result: {median(years):.2f} s"
            f" (of {len(years)} runs {min(years):.2f} to {max(years):.2f}).",
        )
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1000])
    parser.add_argument("--runs", type=int, default=5, help="default: 5")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="write results/corpus.md")
    args = parser.parse_args(arguments)
    if args.runs < 1 or min(args.sizes) < _CHECKED:
        parser.error(f"--runs: at least 1; --sizes: at least {_CHECKED}")
    units = units_of(args.reports)
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_CACHE_HOME"] = str(Path(place) / "cache")
        results = [
            measure(units, size, args.seed, args.runs, Path(place)) for size in sorted(args.sizes)
        ]
    shown = report(results, measure_years(args.reports, args.runs))
    print(shown)
    if args.record:
        RECORD.parent.mkdir(exist_ok=True)
        RECORD.write_text(
            f"# One report against a corpus\n\nMade by `{COMMAND}`.\n\n{shown}\n\n{HOW}\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
