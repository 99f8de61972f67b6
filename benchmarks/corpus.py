"""Time one report against a corpus of up to 1,000, beside rapidfuzz.process.cdist.

    python benchmarks/corpus.py REPORTS [--sizes 100 300] [--runs 3] [--seed 1] [--dask 1000]
        [--record]

REPORTS is a folder of real reports, by kind: REPORTS/national/2003.txt. Their sentences are
recombined into made-up reports of made-up regions and years, with other objects and numbers, in a
temporary folder. One process, one thread. --record writes results/corpus.md. For Linux and macOS.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from statistics import median
from threading import Timer
from time import perf_counter, process_time
from unittest.mock import patch

from rapidfuzz import fuzz, process
from speed import ROOT, Times, forget, markdown, peak_of, timed

import policydiff
from policydiff.align.align import align
from policydiff.analysis.clause import analysed
from policydiff.corpus import judging
from policydiff.corpus.folder import open_corpus
from policydiff.corpus.index import Index, index_path, with_index
from policydiff.corpus.links import links_to
from policydiff.language.zh import CHINESE

RECORD = Path(__file__).resolve().parent / "results" / "corpus.md"
COMMAND = "python benchmarks/corpus.py REPORTS --dask 1000 --record"

#: Of the sentences of a made-up report, how many are taken from elsewhere than their paragraph; of
#: the numbers, how many are other ones, and of the words that name objects. So hardly a clause is
#: a copy, as among real reports.
_STRANGE = 0.3
_OTHER_NUMBER = 0.5
_OTHER_OBJECT = 0.35
#: Lengths of the words that are swapped.
_SWAPPED = range(2, 9)
#: Paragraphs of a report, as many as those of counties have: of its plan and others.
_PLANNED, _OTHER = 62, 40
#: Regions have several years, as in a corpus that grew.
_YEARS = range(2015, 2027)
#: Texts of the corpus in one call of cdist.
_BLOCK = 20_000
#: Reports whose links are checked against comparing in pairs.
_CHECKED = 20
#: Peak memory of building, which takes a build of its own, is measured up to so many reports.
_PEAK_OF_BUILDING = 100
#: Seconds after which a worker is killed.
_KILLED_AFTER = 5.0

BUILD = "index: build, per report"
READ = "policydiff.read, per report"
UPDATE = "index: one report changed"
OPEN = "index: nothing changed"
LINKS = "links of a new report"
SLOW = "links of a new report, without numpy"
FIRST = "compare_corpus: the first question"
NEW = "compare_corpus: a new report"
CHANGED = "compare_corpus: one file changed"
ASKED = "compare_corpus: asked again"
COLD = "python -m policydiff, asked again, on the clock"
PLAIN = "cdist: commitments only"
PLAIN_ALL = "cdist: every clause"

HOW = """\
Milliseconds of processor time, median of the runs, on one core with one thread; the last column
is that of the largest corpus for each of its reports. `index: build`, `the first question`,
`without numpy` and cdist are one run. A new report is one that was never asked about, against an
index that is up to date; asked again, the same one, whose links are kept; one file changed, the
same one after a file of the corpus got another text. The first question finds what the corpus'
own reports have in common as well. `links of a new report` are found without ranks, what is
missing and how clauses differ. `python -m policydiff` is a process of its own, to the YAML. cdist
makes the matrix of `fuzz.ratio` between the report's clauses and those of the corpus, in blocks,
with one worker; it reads no file and chooses no links.

Recall: of the links that `compare` makes with the reports one by one, how many the query finds;
precision: of those that it finds, how many `compare` makes. The corpus is made up: sentences of
real reports in other paragraphs, with other numbers, and of the words that name objects a third
swapped for others as long, report by report, so that hardly a text stands twice.

On a cluster of two worker processes of Dask on the same machine (`--dask`) the same corpus is
read, and its links found, by an executor, seconds on the clock; one of the workers is killed
while it reads, its files are read by the other, and the result has the same bytes."""


@dataclass(slots=True)
class Measured:
    """What was measured on one corpus. Times in seconds."""

    size: int
    clauses: int = 0
    commitments: int = 0
    distinct: float = 0.0
    recall: float = 0.0
    precision: float = 0.0
    links: list[int] = field(default_factory=list)
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
    #: Words that name objects, by their length.
    objects: dict[int, list[str]]


def units_of(reports: Path) -> Units:
    """The paragraphs of all reports under a folder."""
    units = Units([], [], {})
    words: dict[str, None] = {}
    for path in sorted(reports.rglob("*.txt")):
        document = policydiff.read(path)
        lines = document.source.split("\n")
        parts = {clause.line: clause.part for clause in document.clauses}
        for number, part in parts.items():
            sentences = re.findall("[^。]+。", lines[number - 1])
            if len(sentences) > 1:
                (units.plan if part == "plan" else units.other).append(sentences)
                words |= dict.fromkeys(w for s in sentences for w in _objects(s))
    for word in words:
        units.objects.setdefault(len(word), []).append(word)
    return units


def _objects(sentence: str) -> list[str]:
    """The words of a sentence that name objects, as they stand in it."""
    words = CHINESE.object_words(CHINESE.fold(sentence))
    return [w for w in words if w in sentence and len(w) in _SWAPPED]


def made_up(units: Units, seed: int) -> Iterator[tuple[str, str]]:
    """Endless reports, each with its path in a corpus; the same for the same seed."""
    rng = random.Random(seed)
    k = 0
    while True:
        region = f"第{k // len(_YEARS) + 1}县"
        year = _YEARS[k % len(_YEARS)]
        lines = [f"{region}{year}年政府工作报告", f"一、{year - 1}年工作回顾"]
        lines += _paragraphs(rng, units.other, units.objects, _OTHER)
        lines.append(f"二、{year}年工作安排")
        lines += _paragraphs(rng, units.plan, units.objects, _PLANNED)
        yield f"{region}/{year}.txt", "\n".join(lines) + "\n"
        k += 1


def _paragraphs(
    rng: random.Random, pool: list[list[str]], objects: dict[int, list[str]], number: int
) -> Iterator[str]:
    for paragraph in rng.sample(pool, min(number, len(pool))):
        yield "".join(
            re.sub(
                "[1-9][0-9]*",
                lambda m: str(rng.randint(1, 999)) if rng.random() < _OTHER_NUMBER else m[0],
                _swapped(
                    rng,
                    rng.choice(rng.choice(pool)) if rng.random() < _STRANGE else sentence,
                    objects,
                ),
            )
            for sentence in paragraph
        )


def _swapped(rng: random.Random, sentence: str, objects: dict[int, list[str]]) -> str:
    """A sentence with some of its objects exchanged for others of the same length."""
    for word in _objects(sentence):
        if rng.random() < _OTHER_OBJECT:
            sentence = sentence.replace(word, rng.choice(objects[len(word)]), 1)
    return sentence


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
    # Reports of a place and years that the corpus does not have.
    asked = [
        policydiff.parse(next(reports)[1].replace("第", "新"), name="new.txt")
        for _ in range(runs + 1)
    ]
    report = place / f"report-{size}.txt"
    report.write_text(asked[0].source, encoding="utf-8")
    change = next(reports)[1]
    documents = [policydiff.read(path) for path in sorted(folder.rglob("*.txt"))[:_CHECKED]]
    corpus = open_corpus(folder)
    # In processes of their own, which have seen none of the sentences.
    found.times[READ] = [_apart(_READ, *map(str, sorted(folder.rglob("*.txt"))[:_CHECKED]))]

    found.build_peak, found.times[BUILD] = _built(folder, size)
    found.bytes = index_path(corpus).stat().st_size
    changed = folder / corpus.files[size // 2]
    for run in range(runs):
        changed.write_text(f"{change}新增学校{run}所。\n", encoding="utf-8")
        timed(UPDATE, found.times, lambda: with_index(open_corpus(folder), len_of), process_time)
    for _ in range(runs):
        timed(OPEN, found.times, lambda: with_index(open_corpus(folder), len_of), process_time)

    with_index(corpus, lambda index: _query(index, asked, documents, found))
    first, *others = asked
    timed(FIRST, found.times, lambda: policydiff.compare_corpus(first, folder), process_time)
    command = [sys.executable, "-m", "policydiff", "-q", str(report), "--corpora", str(folder)]
    command += ["-o", os.devnull]
    found.query_peak = peak_of(command)
    for run, other in enumerate(others):
        timed(NEW, found.times, partial(policydiff.compare_corpus, other, folder), process_time)
        again = partial(policydiff.compare_corpus, other, folder)
        timed(ASKED, found.times, again, process_time)
        changed.write_text(f"{change}新增桥梁{run}座。\n", encoding="utf-8")
        timed(CHANGED, found.times, again, process_time)
        timed(COLD, found.times, lambda: subprocess.run(command, check=True, cwd=ROOT),
              perf_counter)  # fmt: skip
    return found


def _built(folder: Path, size: int) -> tuple[int, list[float]]:
    """Peak memory of building the index, and the seconds for each report."""
    command = [sys.executable, "-c", _BUILD, str(folder)]
    with tempfile.TemporaryDirectory() as place, patch.dict(os.environ, XDG_CACHE_HOME=place):
        peak = peak_of(command) if size <= _PEAK_OF_BUILDING else 0
    return peak, [_apart(_BUILD, str(folder)) / size]


def measure_dask(units: Units, size: int, seed: int, place: Path) -> str:
    """A corpus read by two worker processes of Dask, of which one is killed, and by one process."""
    from distributed import Client  # a tool of development

    folder = place / f"corpus-dask-{size}"
    reports = made_up(units, seed)
    write_corpus(folder, reports, size)
    asked = policydiff.parse(next(reports)[1].replace("第", "新"), name="new.txt")
    times, results = {}, []
    start = perf_counter()
    results.append(policydiff.compare_corpus(asked, folder).to_yaml())
    times["one process"] = perf_counter() - start
    start = perf_counter()
    policydiff.compare_corpus(asked, folder)
    times["of it when the index is there"] = perf_counter() - start
    index_path(open_corpus(folder)).unlink()
    with Client(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as client:
        pids = sorted(client.run(os.getpid).values())
        killer = Timer(_KILLED_AFTER, os.kill, (pids[0], signal.SIGKILL))
        killer.start()
        start = perf_counter()
        executor = client.get_executor()
        results.append(policydiff.compare_corpus(asked, folder, jobs=executor).to_yaml())
        times["two workers of Dask, one killed"] = perf_counter() - start
        killer.cancel()
    same = "the same bytes" if results[0] == results[1] else "DIFFERENT RESULTS"
    rows = [(name, f"{seconds:,.1f}") for name, seconds in times.items()]
    return markdown((f"reading and comparing {size:,} reports, {same}", "s"), rows)


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
with_index(open_corpus(sys.argv[1]), lambda index: len(index.reports))
print(time.process_time())
"""

_READ = """
import statistics, sys, time
import policydiff
times = []
for path in sys.argv[1:]:
    start = time.process_time()
    policydiff.read(path)
    times.append(time.process_time() - start)
print(statistics.median(times))
"""


def _query(
    index: Index,
    asked: Sequence[policydiff.Document],
    documents: Sequence[policydiff.Document],
    found: Measured,
) -> None:
    """Links, and both cdists; and how good the links are."""
    query = asked[0]
    texts = [c.text for e in index.reports for c in index.commitments(e.id)]
    found.commitments = len(texts)
    found.distinct = len(set(texts)) / len(texts)
    # What clauses there are besides is known of some reports; the rest is taken to be like them.
    every = [c.text for d in documents for c in d.clauses]
    found.clauses = round(len(every) / len(documents) * len(index.reports))
    more = (every * (found.clauses // len(every) + 1))[: found.clauses]
    here = [c.text for c in query.commitments], [c.text for c in query.clauses]
    for one in asked:
        forget()
        links = timed(LINKS, found.times,
                      partial(list, links_to(one.commitments, index, index.reports)),
                      process_time)  # fmt: skip
        found.links.append(sum(len(some.links) for some in links))
    few = index.reports[:_CHECKED]
    with patch.object(judging, "find_spec", lambda name: None):
        timed(SLOW, found.times, lambda: deque(links_to(query.commitments, index, few), 0),
              process_time)  # fmt: skip
    found.times[SLOW][0] *= len(index.reports) / len(few)
    timed(PLAIN, found.times, lambda: _matrix(here[0], texts), process_time)
    timed(PLAIN_ALL, found.times, lambda: _matrix(here[1], more), process_time)
    links = list(links_to(query.commitments, index, few))
    given = {(i, report, j) for report, some, _ in links for i, j, _ in some}
    right = {
        (link.old, entry.id, link.new)
        for entry in few
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
    """A row for each step, a column for each size, and the largest for each report."""
    last = results[-1]
    rows = []
    steps = (
        READ, BUILD, UPDATE, OPEN, LINKS, SLOW, FIRST, NEW, CHANGED, ASKED, COLD, PLAIN, PLAIN_ALL,
    )  # fmt: skip
    for step in steps:
        shown = [f"{1000 * median(r.times[step]):,.0f}" for r in results]
        each = 1000 * median(last.times[step]) / (1 if step in (READ, BUILD) else last.size)
        rows.append([step, *shown, f"{each:.1f}"])
    head = ("step, ms", *(f"{r.size:,} reports" for r in results), "a report")
    return markdown(head, rows)


def sizes(results: Sequence[Measured]) -> str:
    """What the corpora are, and what else was measured."""
    rows = [
        ("clauses, about", *(f"{r.clauses:,}" for r in results)),
        ("commitments", *(f"{r.commitments:,}" for r in results)),
        ("of them distinct texts", *(f"{r.distinct:.0%}" for r in results)),
        ("index, MiB", *(f"{r.bytes / 2**20:.0f}" for r in results)),
        (
            "peak memory of building, MiB",
            *(f"{r.build_peak / 2**20:.0f}" if r.build_peak else "" for r in results),
        ),
        ("peak memory of a query, MiB", *(f"{r.query_peak / 2**20:.0f}" for r in results)),
        (
            "links of a new report, per report",
            *(f"{median(r.links) / r.size:.0f}" for r in results),
        ),
        ("recall of links", *(f"{r.recall:.3f}" for r in results)),
        ("precision of links", *(f"{r.precision:.3f}" for r in results)),
    ]
    return markdown(("corpus", *(f"{r.size:,} reports" for r in results)), rows)


def report(results: Sequence[Measured], years: Sequence[float], dask: Sequence[str] = ()) -> str:
    """Both tables, the years, the cluster, and what it was measured on."""
    return "\n\n".join(
        (
            f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, load"
            f" {os.getloadavg()[1]:.1f}, Python {platform.python_version()},"
            f" rapidfuzz {version('rapidfuzz')}, numpy {version('numpy')},"
            f" {max(len(r.times[NEW]) for r in results)} runs.",
            table(results),
            sizes(results),
            f"Trajectory of 15 national reports, from files to result: {median(years):.2f} s"
            f" (of {len(years)} runs {min(years):.2f} to {max(years):.2f}).",
            *dask,
        )
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300])
    parser.add_argument("--runs", type=int, default=3, help="default: 3")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dask", type=int, help="so many reports on a cluster as well")
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
        cluster = [measure_dask(units, args.dask, args.seed, Path(place))] if args.dask else []
    shown = report(results, measure_years(args.reports, args.runs), cluster)
    print(shown)
    if args.record:
        RECORD.parent.mkdir(exist_ok=True)
        RECORD.write_text(
            f"# One report against a corpus\n\nMade by `{COMMAND}`.\n\n{shown}\n\n{HOW}\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
