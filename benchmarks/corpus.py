"""Time one report against a corpus: real reports first, then up to 1,000 made-up ones like them.

    python benchmarks/corpus.py REPORTS [--sizes 250 1000] [--runs 3] [--seed 1] [--record]

REPORTS is a folder of real reports: REPORTS/county/PLACE/2003.txt, or REPORTS/PLACE/2003.txt where
there is no such folder, and REPORTS/national/2003.txt. Every other report of the places makes the
real corpus, and it is asked about others. made_up.py makes the rest of their sentences, in a
temporary folder. One process; --record writes results/corpus.md. For Linux and macOS.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from unittest.mock import patch

from made_up import LEAST, Units, made_up, units_of, write_corpus
from rapidfuzz import fuzz, process
from speed import ROOT, Times, forget, machine, markdown, record, timed

import policydiff
from policydiff.align.align import align
from policydiff.analysis.clause import analysed
from policydiff.corpus import judging
from policydiff.corpus.folder import open_corpus
from policydiff.corpus.index import Index, index_path, with_index
from policydiff.corpus.links import links_to
from policydiff.language.zh import CHINESE

RECORD = Path(__file__).resolve().parent / "results" / "corpus.md"
COMMAND = "python benchmarks/corpus.py REPORTS"

#: Texts of the corpus in one call of cdist, and reports of which it is measured: its time grows as
#: their number.
_BLOCK = 20_000
_MATRIX = 60
#: Reports whose links are checked against comparing in pairs.
_CHECKED = 20
#: How many made-up reports the corpora beside the real one have.
_SIZES = [250, 1000]
#: Of the reports of places one in so many makes the real corpus.
_EVERY = 2

BUILD = "index: build, per report"
READ = "policydiff.read, per report"
UPDATE = "index: one report changed"
OPEN = "index: nothing changed"
LINKS = "links of a new report"
SLOW = "links of a new report, without numpy"
FIRST = "python -m policydiff: the first question"
NEW = "compare_corpus: a new report"
CHANGED = "compare_corpus: one file changed"
ASKED = "compare_corpus: asked again"
COLD = "python -m policydiff: asked again"
PLAIN = "cdist: commitments only"
PLAIN_ALL = "cdist: every clause"

HOW = """\
Milliseconds of processor time, of all threads together, median of the runs; the last column is that
of the largest corpus for each of its reports. `index: build`, `the first question`, `without numpy`
and cdist are one run; `without numpy` was measured on 20 reports, cdist on 60 of the corpus. A new
report is one that was never asked about, against an index that is up to date; asked again, the same
one, whose links are kept; one file changed, the same one after a file of the corpus got another
text. The first question finds what the corpus' own reports have in common as well, and a new report
of another level or of other years some of it. `links of a new report` are found without ranks, what
is missing and how clauses differ. `python -m policydiff` is a process of its own, to the YAML,
which says how each commitment differs from up to a dozen places. cdist makes the matrix of
`fuzz.ratio` between the report's clauses and those of the corpus, in blocks, with one worker; it
reads no file and chooses no links.

Recall: of the links that `compare` makes with the reports one by one, how many the query finds;
precision: of those that it finds, how many `compare` makes. Made-up reports have the outline of a
real one of the places; a third of their sentences stand elsewhere, half of the numbers, a third of
the words that name objects and the names of places are others, so that hardly a text stands
twice."""


@dataclass(slots=True)
class Measured:
    """What was measured on one corpus. Times in seconds."""

    name: str
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


# --- measuring ------------------------------------------------------------------------------------


def measure_real(files: Sequence[Path], reports: Path, runs: int, place: Path) -> Measured:
    """On every other of some real reports; some of the rest are asked about."""
    folder = place / "real"
    corpus = files[::_EVERY]
    for path in corpus:
        copy = folder / path.relative_to(reports)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    rest = [policydiff.read(path) for path in files if path not in corpus]
    whole = [document for document in rest if len(document.commitments) >= LEAST] or rest
    asked = whole[:: max(1, len(whole) // (runs + 1))][: runs + 1]
    return measure(f"{len(corpus)} real reports", folder, asked, rest[-1].source, place)


def measure_made(units: Units, size: int, seed: int, runs: int, place: Path) -> Measured:
    """On a made-up corpus; the reports that would come next are asked about."""
    folder = place / f"corpus-{size}"
    write_corpus(folder, made_up(units, seed), size)
    others = [text for _, text in islice(made_up(units, seed), size, size + runs + 2)]
    asked = [policydiff.parse(text, name="new.txt") for text in others[1:]]
    return measure(f"{size:,} made up", folder, asked, others[0], place)


def measure(
    name: str, folder: Path, asked: Sequence[policydiff.Document], change: str, place: Path
) -> Measured:
    """Everything, on a corpus; ``asked``: a report for the first question, and one for each run;
    ``change``: the text that a file gets."""
    files = sorted(folder.rglob("*.txt"))
    found = Measured(name, len(files))
    first, *others = asked
    report = place / "report.txt"
    report.write_text(first.source, encoding="utf-8")
    documents = [policydiff.read(path) for path in files[:_CHECKED]]
    corpus = open_corpus(folder)
    # In processes of their own, which have seen none of the sentences.
    found.times[READ] = [_apart(_READ, *map(str, files[:_CHECKED]))]
    seconds, found.build_peak = cost_of([sys.executable, "-c", _BUILD, str(folder)])
    found.times[BUILD] = [seconds / found.size]
    changed = folder / corpus.files[found.size // 2]
    for run in range(len(others)):
        changed.write_text(f"{change}新增学校{run}所。\n", encoding="utf-8")
        timed(UPDATE, found.times, lambda: with_index(open_corpus(folder), len_of), process_time)
        timed(OPEN, found.times, lambda: with_index(open_corpus(folder), len_of), process_time)

    with_index(corpus, lambda index: _query(index, asked, documents, found))
    found.bytes = index_path(corpus).stat().st_size
    command = [sys.executable, "-m", "policydiff", "-q", str(report), "--corpora", str(folder)]
    command += ["-o", os.devnull]
    for step in (FIRST, COLD):
        seconds, peak = cost_of(command)
        found.times[step] = [seconds]
        found.query_peak = max(found.query_peak, peak)
    for run, other in enumerate(others):
        timed(NEW, found.times, partial(policydiff.compare_corpus, other, folder), process_time)
        again = partial(policydiff.compare_corpus, other, folder)
        timed(ASKED, found.times, again, process_time)
        changed.write_text(f"{change}新增桥梁{run}座。\n", encoding="utf-8")
        timed(CHANGED, found.times, again, process_time)
    return found


def len_of(index: Index) -> int:
    return len(index.reports)


def _apart(code: str, *arguments: str) -> float:
    """What a process of its own prints: seconds."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    return float(done.stdout)


#: Runs a command and prints what it cost. In a process of its own because a child counts what its
#: parent held when it was started; this one is smaller than any run of policydiff.
_COST = """
import json, resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


def cost_of(command: Sequence[str]) -> tuple[float, int]:
    """Seconds of processor time of a command, and its peak memory in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", _COST, *command],
        check=True, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak if sys.platform == "darwin" else peak * 1024


_BUILD = """
import sys
from policydiff.corpus.folder import open_corpus
from policydiff.corpus.index import with_index
with_index(open_corpus(sys.argv[1]), lambda index: len(index.reports))
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
        links = timed(LINKS, found.times,
                      partial(list, links_to(one.commitments, index, index.reports)),
                      process_time)  # fmt: skip
        found.links.append(sum(len(some.links) for some in links))
    few = index.reports[:_CHECKED]
    with patch.object(judging, "find_spec", lambda name: None):
        timed(SLOW, found.times, lambda: deque(links_to(query.commitments, index, few), 0),
              process_time)  # fmt: skip
    found.times[SLOW][0] *= len(index.reports) / len(few)
    share = min(1.0, _MATRIX / len(index.reports))
    for step, ours, theirs in ((PLAIN, here[0], texts), (PLAIN_ALL, here[1], more)):
        part = theirs[: round(len(theirs) * share)]
        timed(step, found.times, partial(_matrix, ours, part), process_time)
        found.times[step][0] /= share
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
        READ, BUILD, UPDATE, OPEN, LINKS, SLOW, NEW, CHANGED, ASKED, FIRST, COLD, PLAIN, PLAIN_ALL,
    )  # fmt: skip
    for step in steps:
        shown = [f"{1000 * median(r.times[step]):,.0f}" for r in results]
        each = 1000 * median(last.times[step]) / (1 if step in (READ, BUILD) else last.size)
        rows.append([step, *shown, f"{each:.1f}"])
    head = ("step, ms", *(r.name for r in results), "a report")
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
            *(f"{r.build_peak / 2**20:.0f}" for r in results),
        ),
        (
            "peak memory of the first question, MiB",
            *(f"{r.query_peak / 2**20:.0f}" for r in results),
        ),
        (
            "links of a new report, per report",
            *(f"{median(r.links) / r.size:.0f}" for r in results),
        ),
        ("recall of links", *(f"{r.recall:.3f}" for r in results)),
        ("precision of links", *(f"{r.precision:.3f}" for r in results)),
    ]
    return markdown(("corpus", *(r.name for r in results)), rows)


def report(results: Sequence[Measured], years: Sequence[float]) -> str:
    """Both tables, the years, and what it was measured on."""
    return "\n\n".join(
        (
            machine() + f" {max(len(r.times[NEW]) for r in results)} runs.",
            table(results),
            sizes(results),
            f"Trajectory of 15 national reports, from files to result: {median(years):.2f} s"
            f" (of {len(years)} runs {min(years):.2f} to {max(years):.2f}).",
        )
    )


def files_of(reports: Path) -> tuple[Path, list[Path], list[Path]]:
    """The folder of the places, their reports, and those of the nation."""
    places = reports / "county" if (reports / "county").is_dir() else reports
    return places, sorted(places.rglob("*.txt")), sorted((reports / "national").glob("*.txt"))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=_SIZES)
    parser.add_argument("--runs", type=int, default=3, help="default: 3")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="write results/corpus.md")
    args = parser.parse_args(arguments)
    if args.runs < 1:
        parser.error("--runs: at least 1")
    places, files, national = files_of(args.reports)
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_CACHE_HOME"] = str(Path(place) / "cache")
        results = [measure_real(files, places, args.runs, Path(place))]
        units = units_of([*files, *national]) if args.sizes else None
        for size in sorted(args.sizes):
            assert units is not None
            results.append(measure_made(units, size, args.seed, args.runs, Path(place)))
    shown = report(results, measure_years(args.reports, args.runs))
    print(shown)
    if args.record:
        given = "" if args.sizes == _SIZES else " ".join(["", "--sizes", *map(str, args.sizes)])
        record(RECORD, "One report against a corpus", f"{COMMAND}{given} --record", shown, HOW)


if __name__ == "__main__":
    main()
