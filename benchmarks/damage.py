"""Compare reports with copies that were damaged on purpose, and time repair.

    python benchmarks/damage.py REPORT [REPORT ...] [--runs 5] [--record]

For each kind of damage in tests/damage_generator.py: how many of the commitments of all reports are
kept when a report is compared with its damaged copy. Then, in the same run, what repair costs of a
whole comparison of each report with the next, clean and damaged. --record writes results/damage.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from speed import forget, markdown

import policydiff
from policydiff.language.zh import CHINESE
from policydiff.reading.source import read_source
from policydiff.repair.repair import repair

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

import damage_generator as generator  # noqa: E402

RECORD = HERE / "results" / "damage.md"
COMMAND = "python benchmarks/damage.py REPORT... --record"
OPERATORS: dict[str, generator.Operator] = {
    **generator.MENDED,
    "these four together": generator.all_mended,
    **generator.SHIFTED,
    **generator.DECODED,
    **generator.LOSSY,
    **generator.MASKED,
    **generator.PRINTED,
    **generator.DELETED,
    **generator.BORNE,
}
#: Damage for the clock: what is mended, and shifted bytes, which cost most.
ALL = ("these four together", "shifted headings", "shifted marks")

HOW = """\
A report is compared with its damaged copy. `kept`: commitments of the report that are kept;
`changed`, `dropped`, `added`: entries that damage alone has caused; `flagged`: commitments of the
copy that are marked as damaged. Every digit of a deleted number is as good as any, so such a change
cannot be told from a real one."""
HOW_TIME = """\
Milliseconds on the clock, medians. `comparison`: from two texts to YAML, everything included;
`repair`: of both texts. Damaged: by the first four kinds, shifted headings and shifted marks."""


@dataclass(frozen=True, slots=True)
class Count:
    """What a comparison with the damaged copy came to."""

    commitments: int
    kept: int
    changed: int
    dropped: int
    added: int
    flagged: int


def count(path: Path, operator: generator.Operator) -> Count:
    """Compare a report with its damaged copy."""
    source = read_source(path).text
    old = policydiff.parse(source, path.name)
    new = policydiff.parse(operator(source, Random(path.name)), path.name)
    result = policydiff.compare(old, new)
    return Count(
        len(old.commitments),
        len({c.start for change in result.kept for c in change.old}),
        len(result.changed),
        len(result.dropped),
        len(result.added),
        sum(c.damaged for c in new.commitments),
    )


def survival(paths: Sequence[Path]) -> str:
    """The table of what survives each kind of damage, over all reports and in the worst."""
    rows = []
    for name, operator in OPERATORS.items():
        counts = [count(path, operator) for path in paths]
        share = sum(c.kept for c in counts) / sum(c.commitments for c in counts)
        worst = min(c.kept / c.commitments for c in counts if c.commitments)
        sums = (
            sum(getattr(c, field) for c in counts)
            for field in ("changed", "dropped", "added", "flagged")
        )
        rows.append((name, f"{share:.3f}", f"{worst:.3f}", *map(str, sums)))
    head = ("damage", "kept", "kept, worst report", "changed", "dropped", "added", "flagged")
    return markdown(head, rows)


def _damaged(source: str) -> str:
    for name in ALL:
        source = OPERATORS[name](source, Random(source[:1]))
    return source


def _median(action: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        forget()
        start = perf_counter()
        action()
        times.append(perf_counter() - start)
    return median(times)


def _whole(old: str, new: str) -> str:
    return policydiff.compare(policydiff.parse(old), policydiff.parse(new)).to_yaml()


def cost(paths: Sequence[Path], runs: int) -> str:
    """The table of what repair costs on each report and the next."""
    rows = []
    for old, new in pairwise(paths):
        texts = [read_source(path).text for path in (old, new)]
        for state, pair in (("clean", texts), ("damaged", [_damaged(text) for text in texts])):
            _whole(*pair)  # tables are loaded before anything is timed
            whole = _median(lambda pair=pair: _whole(*pair), runs)  # type: ignore[misc]
            mending = _median(lambda pair=pair: [repair(text, CHINESE) for text in pair], runs)  # type: ignore[misc]
            rows.append(
                (
                    f"{old.stem}, {new.stem}", state, f"{mending * 1000:.1f}",
                    f"{whole * 1000:.1f}", f"{mending / whole:.1%}",
                )
            )  # fmt: skip
    return markdown(("reports", "text", "repair", "comparison", "share"), rows, names=2)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("reports", nargs="+", type=Path, metavar="REPORT")
    parser.add_argument("--runs", type=int, default=5, help="runs for each time (5)")
    parser.add_argument("--timed", type=int, default=4, help="reports that are timed (4, the last)")
    parser.add_argument("--record", action="store_true", help="write results/damage.md")
    args = parser.parse_args(arguments)
    shown = "\n\n".join(
        (
            "# Damage",
            f"`{COMMAND}`: {len(args.reports)} reports, the last {args.timed} of them timed.",
            HOW,
            survival(args.reports),
            HOW_TIME,
            cost(args.reports[len(args.reports) - args.timed :], args.runs),
        )
    )
    print(shown)
    if args.record:
        RECORD.write_text(shown + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
