"""Time policydiff on two reports beside what a user would do otherwise, in the same run.

    python benchmarks/speed.py OLD NEW [OLD NEW ...] [--runs 7] [--record]

In one process with one thread, turn by turn in the same run: the stages of policydiff, the whole
way from the files to YAML, and the matrix of fuzz.ratio over the same clauses. Then
`python -m policydiff OLD NEW` and `usual_script.py` (TF-IDF and the best assignment) as processes
of their own, in turn, with the peak memory of either. Last, how time grows: the reports of the last
pair, joined to texts of ten thousand to a million characters. --record writes results/speed.md.
Several pairs, as of a county, a province and the nation, are measured one after the other. For
Linux and macOS.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TypeVar

from rapidfuzz import fuzz, process

import policydiff
from policydiff.align.align import align
from policydiff.analysis.clause import analysed
from policydiff.analysis.keys import key_of
from policydiff.changes.judge import changes
from policydiff.followup.followup import follow_up
from policydiff.language.zh import CHINESE
from policydiff.models import Clause, Document
from policydiff.output.page.document import html_file

ROOT = Path(policydiff.__file__).resolve().parent.parent
RECORD = Path(__file__).resolve().parent / "results" / "speed.md"
COMMAND = "python benchmarks/speed.py OLD NEW [OLD NEW ...] --record"

WHOLE = "whole: files to YAML"
CDIST_ALL = "cdist: every clause"
CDIST_COMMITMENTS = "cdist: commitments only"
PROCESS_WALL = "process: python -m policydiff, on the clock"
PROCESS_CPU = "process: the same, at work"
USUAL_CPU = "process: usual_script.py, at work"
PROCESSES = (PROCESS_WALL, PROCESS_CPU, USUAL_CPU)
USUAL = Path(__file__).resolve().parent / "usual_script.py"
#: Texts of so many characters are read to see how time grows.
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)

HOW = """\
Milliseconds of one core at work, so that other load on the machine counts little; only `on the
clock` holds waiting too. The last two columns: the median as a multiple of each cdist's median.

Modules are imported and tables loaded before anything is timed; what was remembered of clauses is
forgotten before every run. `whole` does through the public API what the rows above it do in stages.
cdist stops at a matrix of `fuzz.ratio` (one worker): it neither reads the files nor finds clauses
or commitments, chooses links, says what changed, or writes anything.
`to_yaml` writes everything, the kept commitments included, and `page` the whole page with both
texts. `process` starts Python, imports, loads
the tables and writes what the command line writes unless told: the kept ones are only counted.
`usual_script.py` reads both files, cuts sentences, weighs pairs and triples of characters by TF-IDF
and finds the best assignment."""

#: Runs a command and prints the peak memory of it. In a process of its own because a child counts
#: what its parent held when it was started; this one is smaller than any run of policydiff.
_PEAK = (
    "import resource, subprocess, sys; "
    "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)

T = TypeVar("T")
Times = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured: seconds of every run by step, peak memory of a process in bytes, and how
    large the page is."""

    old: Document
    new: Document
    times: Times
    peak: int
    usual_peak: int | None = None
    page_bytes: int = 0


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]], *, names: int = 1) -> str:
    """A Markdown table; behind the first ``names`` columns come numbers, set flush right.

    >>> print(markdown(("step", "ms"), [("read", "1.5")]))
    | step | ms |
    | --- | ---: |
    | read | 1.5 |
    """
    rule = ["---"] * names + ["---:"] * (len(head) - names)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def record(path: Path, title: str, command: str, shown: str, how: str) -> None:
    """Write what was measured, by what command, and how it is to be read."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"# {title}\n\nMade by `{command}`.\n\n{shown}\n\n{how}\n", encoding="utf-8")


def timed(
    step: str, times: Times, action: Callable[[], T], clock: Callable[[], float] = process_time
) -> T:
    """Do it, and add the seconds that it took to ``times``."""
    start = clock()
    result = action()
    times[step].append(clock() - start)
    return result


def _texts(clauses: Sequence[Clause]) -> list[str]:
    return [clause.text for clause in clauses]


def forget() -> None:
    """Forget what was remembered of texts, so that a run is as the first."""
    key_of.cache_clear()


def run_once(old: Path, new: Path, times: Times) -> tuple[Document, Document, int]:
    """One run of everything that is timed in this process: both reports, bytes of the page."""
    forget()
    before = timed("read OLD", times, lambda: policydiff.read(old))
    after = timed("read NEW", times, lambda: policydiff.read(new))
    a, b = (analysed(document.commitments, CHINESE) for document in (before, after))
    found = timed("align", times, lambda: align(a, b))
    every = tuple(analysed(document.clauses, CHINESE) for document in (before, after))
    made = timed("changes", times, lambda: changes(a, b, found, reports=(every[0], every[1])))
    review = [clause for clause in every[1] if clause.part == "review"]
    followups = timed("follow-up", times, lambda: follow_up(a, review, before.year))
    result = policydiff.Comparison(before, after, made, followups=followups)
    timed("to_yaml", times, result.to_yaml)
    page_made = timed("page", times, lambda: html_file(result, all=True, repairs=False))
    forget()
    timed(WHOLE, times, lambda: policydiff.compare(old, new).to_yaml())
    for step, x, y in ((CDIST_ALL, before.clauses, after.clauses), (CDIST_COMMITMENTS, a, b)):
        timed(step, times, _matrix_of(_texts(x), _texts(y)))
    return before, after, len(page_made)


def _matrix_of(old: list[str], new: list[str]) -> Callable[[], object]:
    return lambda: process.cdist(old, new, scorer=fuzz.ratio, workers=1)


def measure(old: Path, new: Path, runs: int) -> Speed:
    """Everything, ``runs`` times, after one run that is not counted."""
    times: Times = defaultdict(list)
    run_once(old, new, defaultdict(list))
    for _ in range(runs):
        before, after, page_bytes = run_once(old, new, times)
    command, usual = _command(old, new), _usual(old, new)
    peak, usual_peak = peak_of(command), peak_of(usual) if usual else None
    for _ in range(runs):
        _run_process(command, times)
        if usual:
            timed(USUAL_CPU, times, lambda: _run(usual), _children_time)
    return Speed(before, after, times, peak, usual_peak, page_bytes)


def _run(command: Sequence[str]) -> object:
    return subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def _run_process(command: Sequence[str], times: Times) -> None:
    def on_the_clock() -> object:
        return timed(PROCESS_WALL, times, lambda: _run(command), perf_counter)

    timed(PROCESS_CPU, times, on_the_clock, _children_time)


def _children_time() -> float:
    """Seconds that the processes started from here were at work."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _command(old: Path, new: Path) -> list[str]:
    reports = [str(path.resolve()) for path in (old, new)]
    return [sys.executable, "-m", "policydiff", "-q", *reports, "-o", os.devnull]


def _usual(old: Path, new: Path) -> list[str]:
    """The command of the usual script; none where the libraries that it needs are missing."""
    if find_spec("sklearn") is None or find_spec("scipy") is None:
        return []
    return [sys.executable, str(USUAL), *(str(path.resolve()) for path in (old, new))]


def grown(text: str, size: int) -> str:
    """A text of so many characters: the text again and again, each time with other numbers.

    >>> grown("建路3公里。\\n", 14)
    '建路3公里。\\n建路4公里。\\n'
    """
    copies = []
    for k in range(size // len(text) + 1):
        copies.append(_DIGITS.sub(lambda m, k=k: str(int(m.group()) + k), text))
    return "".join(copies)[:size]


_DIGITS = re.compile("[0-9]+")


def growth(text: str) -> str:
    """A table: characters, milliseconds of reading, and microseconds for each character."""
    rows = []
    for size in SIZES:
        times: Times = defaultdict(list)
        grown_text = grown(text, size)
        timed("parse", times, lambda: policydiff.parse(grown_text))  # noqa: B023 - called at once
        seconds = times["parse"][0]
        rows.append([f"{size:,}", f"{1000 * seconds:.0f}", f"{1e6 * seconds / size:.1f}"])
    return markdown(("characters", "ms", "µs each"), rows, names=0)


def peak_of(command: Sequence[str]) -> int:
    """Peak memory of a command in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, *command],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return int(done.stdout) * (1 if sys.platform == "darwin" else 1024)


#: Packages whose versions are recorded.
_PACKAGES = ("rapidfuzz", "numpy")


def machine() -> str:
    """When, and on what."""
    return (
        f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, load"
        f" {os.getloadavg()[1]:.1f}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in _PACKAGES if find_spec(name))
        + "."
    )


def table(times: Times) -> str:
    """A row for each step: median, fastest and slowest run, and the median beside both cdists."""
    others = [median(times[step]) for step in (CDIST_ALL, CDIST_COMMITMENTS)]
    rows = []
    for step, seconds in times.items():
        middle = median(seconds)
        shown = [f"{1000 * s:.1f}" for s in (middle, min(seconds), max(seconds))]
        ratios = ["" if step in PROCESSES else f"{middle / other:.1f}" for other in others]
        rows.append([step, *shown, *ratios])
    return markdown(("step", "median", "min", "max", "/ cdist every", "/ cdist commitments"), rows)


def report(speed: Speed) -> str:
    """The table with what it was measured on."""
    sizes = [
        f"{name} ({d.region} {d.year}) {len(d.source):,} characters, {len(d.clauses)} clauses,"
        f" {len(d.commitments)} of them commitments"
        for name, d in (("OLD", speed.old), ("NEW", speed.new))
    ]
    return "\n\n".join(
        (
            f"{'; '.join(sizes)}. {len(speed.times[WHOLE])} runs.",
            table(speed.times),
            f"Peak memory of the process: {speed.peak / 2**20:.0f} MiB{_beside(speed)}."
            f" The page has {speed.page_bytes:,} bytes.",
        )
    )


def _beside(speed: Speed) -> str:
    if speed.usual_peak is None:
        return ""
    ratio = median(speed.times[PROCESS_CPU]) / median(speed.times[USUAL_CPU])
    return (
        f", of the usual script {speed.usual_peak / 2**20:.0f} MiB; the process takes"
        f" {ratio:.2f} of the time of that script"
    )


def page(*pairs: Speed, grows: str = "") -> str:
    """What --record writes. ``grows``: the table of ``growth``."""
    reports = "\n\n".join(map(report, pairs))
    parts = [f"# Speed\n\nMade by `{COMMAND}`. {machine()}", reports, HOW]
    if grows:
        parts.append(f"How the time of reading grows with the text:\n\n{grows}")
    return "\n\n".join(parts) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", type=Path, nargs="+", help="OLD NEW, once or several times")
    parser.add_argument("--runs", type=int, default=7, help="default: 7")
    parser.add_argument("--record", action="store_true", help="write results/speed.md")
    args = parser.parse_args(arguments)
    if args.runs < 1:
        parser.error("--runs: at least 1")
    if len(args.reports) % 2:
        parser.error("give two reports for each pair")
    pairs = []
    for old, new in zip(args.reports[::2], args.reports[1::2], strict=True):
        pairs.append(measure(old, new, args.runs))
        print(report(pairs[-1]))
    grows = growth("".join(document.source for document in (pairs[-1].old, pairs[-1].new)))
    print(grows)
    if args.record:
        RECORD.parent.mkdir(exist_ok=True)
        RECORD.write_text(page(*pairs, grows=grows), encoding="utf-8")


if __name__ == "__main__":
    main()
