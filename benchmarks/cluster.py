"""Read a corpus of 1,000 made-up reports, and ask it, in one process, in two, and on a cluster.

    python benchmarks/cluster.py REPORTS [--size 1000] [--seed 1] [--record]

REPORTS is a folder of real reports as for corpus.py; made_up.py makes the corpus of them. Each way
starts from nothing, in a process of its own with a cache of its own: one process; `jobs=2`; a
cluster of Dask of two worker processes on this machine; the same with workers that take themselves
for other machines; and when a worker is killed twice, once while it reads and once while it finds
links. What comes out must be the same bytes.
--record writes results/cluster.md. For Linux and macOS.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path
from threading import Timer
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus import cost_of, files_of, len_of
from made_up import made_up, units_of, write_corpus
from speed import machine, markdown, record

import policydiff
from policydiff.corpus import shares
from policydiff.corpus.folder import open_corpus
from policydiff.corpus.index import index_path, with_index

if TYPE_CHECKING:
    from distributed import Client

RECORD = Path(__file__).resolve().parent / "results" / "cluster.md"
COMMAND = "python benchmarks/cluster.py REPORTS --record"
ONE, TWO, DASK = "one process", "jobs=2", "two workers of Dask"
APART, KILLED = "as if on two other machines", "of the two one killed, twice"
WAYS = (ONE, TWO, DASK, APART, KILLED)
#: Seconds after which a worker is killed, from the start of either step.
_KILLED_AFTER = 10.0

HOW = """\
`read`: every report is read and the index made; `ask`: a report that was never asked about is
compared with all, which finds what they have in common with each other as well; `again`: another
such report. Seconds on the clock. `work`: seconds of processor time, those of all processes
together; `memory`: peak of the largest process. The workers of Dask run on this machine, one thread
each, and read the index themselves; those that take themselves for other machines have a cache
each, and are sent the rows that they lack through a socket. Each way starts from nothing. A worker
that is killed is started again by Dask, and what it was at is done again."""


class Run(NamedTuple):
    """What one way took: seconds on the clock, seconds of work, bytes, and what came out."""

    way: str
    read: float
    ask: float
    again: float
    work: float
    memory: int
    result: str
    index: int


# --- in a process of its own ----------------------------------------------------------------------


def run(way: str, folder: Path, reports: Sequence[Path]) -> dict[str, Any]:
    """Read, ask and ask again, in this process and those that it starts."""
    asked, other = map(policydiff.read, reports)
    with _jobs(way) as (jobs, client):
        start = perf_counter()
        with _killing(client, way):
            with_index(open_corpus(folder), len_of, jobs=jobs)
        between = perf_counter()
        with _killing(client, way):
            result = policydiff.compare_corpus(asked, folder, jobs=jobs)
        asked_once = perf_counter()
        policydiff.compare_corpus(other, folder, jobs=jobs)
        end = perf_counter()
    return {
        "read": between - start,
        "ask": asked_once - between,
        "again": end - asked_once,
        "result": sha256(result.to_yaml().encode()).hexdigest(),
        "index": index_path(open_corpus(folder)).stat().st_size,
        "unread": len(result.unread),
        "reports": len(result.others),
    }


@contextmanager
def _jobs(way: str) -> Iterator[tuple[Any, Client | None]]:
    if way in (ONE, TWO):
        yield (1 if way == ONE else 2), None
        return
    from distributed import Client  # a tool of development

    with Client(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as client:
        if way == APART:
            client.run(_elsewhere, os.environ["XDG_CACHE_HOME"])
        yield client.get_executor(), client


def _elsewhere(cache: str) -> None:
    """From now on this worker takes itself for another machine."""
    os.environ["XDG_CACHE_HOME"] = f"{cache}-{os.getpid()}"
    shares.machine = lambda: f"machine {os.getpid()}"


@contextmanager
def _killing(client: Client | None, way: str) -> Iterator[None]:
    """A worker is killed some seconds later, where that is the way."""
    if client is None or way != KILLED:
        yield
        return
    client.wait_for_workers(2)
    pid = min(client.run(os.getpid).values())
    killed = []

    def kill() -> None:
        os.kill(pid, signal.SIGKILL)
        killed.append(pid)

    timer = Timer(_KILLED_AFTER, kill)
    timer.start()
    yield
    timer.cancel()
    if not killed:
        raise SystemExit("it was over before a worker was killed: take a larger --size")


# --- all of them ----------------------------------------------------------------------------------


def measure(way: str, folder: Path, reports: Sequence[Path], place: Path) -> Run:
    """One way, from nothing."""
    answer = place / "answer.json"
    os.environ["XDG_CACHE_HOME"] = str(place / f"cache-{WAYS.index(way)}")
    this = [sys.executable, str(Path(__file__).resolve()), "--way", way]
    asked = [part for report in reports for part in ("--report", str(report))]
    work, memory = cost_of([*this, str(folder), *asked, "--answer", str(answer)])
    said = json.loads(answer.read_text("utf-8"))
    if said["unread"]:
        raise SystemExit(f"{way}: {said['unread']} reports could not be read")
    times = said["read"], said["ask"], said["again"]
    return Run(way, *times, work, memory, said["result"], said["index"])


def page(runs: Sequence[Run], size: int, characters: int) -> str:
    """The table, and whether the results are the same."""
    rows = [
        (
            run.way,
            *(f"{seconds:,.0f}" for seconds in (run.read, run.ask, run.again, run.work)),
            f"{run.memory / 2**20:.0f}",
        )
        for run in runs
    ]
    same = len({run.result for run in runs}) == 1
    return "\n\n".join(
        (
            machine(),
            f"{size:,} made-up reports of {characters:,} characters in the mean; an index of"
            f" {runs[0].index / 2**20:,.0f} MiB. "
            + ("All gave the same bytes." if same else "THE RESULTS DIFFER."),
            markdown(("way", "read, s", "ask, s", "again, s", "work, s", "memory, MiB"), rows),
        )
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", type=Path)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="write results/cluster.md")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--report", type=Path, action="append", help=argparse.SUPPRESS)
    parser.add_argument("--answer", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.way:
        args.answer.write_text(json.dumps(run(args.way, args.reports, args.report)), "utf-8")
        return
    _, files, national = files_of(args.reports)
    units = units_of([*files, *national])
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        folder, reports = place / "corpus", [place / f"report-{k}.txt" for k in range(2)]
        write_corpus(folder, made_up(units, args.seed), args.size)
        others = islice(made_up(units, args.seed), args.size, args.size + len(reports))
        for report, (_, text) in zip(reports, others, strict=True):
            report.write_text(text, encoding="utf-8")
        lengths = [len(path.read_text("utf-8")) for path in folder.rglob("*.txt")]
        runs = []
        for way in WAYS:
            runs.append(measure(way, folder, reports, place))
            print(runs[-1], file=sys.stderr, flush=True)
    shown = page(runs, args.size, round(sum(lengths) / len(lengths)))
    print(shown)
    if args.record:
        record(RECORD, "A corpus on several processes", COMMAND, shown, HOW)


if __name__ == "__main__":
    main()
