"""Draw random rows of a panel of targets with their sentences, to be checked by reading.

    python benchmarks/panel_sample.py panel.csv --rows 100 --seed 1 > sample.txt
    python benchmarks/panel_sample.py panel.csv --main --rows 100 --seed 2 > main.txt
    python benchmarks/panel_sample.py panel.csv --other --rows 100 --seed 3 > other.txt

``panel.csv`` is what ``python -m policydiff targets FOLDERS… -o panel.csv`` wrote. A row is right
when every cell that it fills is: indicator, main indicator, measure, value, unit, bound, horizon,
main or not, deadline, and the result. Nothing else is to be looked at than the report.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Mapping
from pathlib import Path

#: What is checked beside the number, in this order.
_CELLS = ("measure", "bound", "strength", "horizon", "headline", "deadline")


def shown(number: int, row: Mapping[str, str]) -> str:
    """A row in three lines, to be read.

    >>> row = dict.fromkeys(("region", "year", "line", "indicator", "indicator_id", "upper",
    ...     "deadline", "result"), "")
    >>> row |= {"name": "a.txt", "value": "8", "unit": "%", "text": "增长8%"}
    >>> row |= dict.fromkeys(("measure", "bound", "strength", "horizon", "headline", "masked"), "x")
    >>> print(shown(1, row).splitlines()[1])
        : 8%, x, x, x, x, x
    """
    value = f"{row['value']}-{row['upper']}" if row["upper"] else row["value"]
    name = row["indicator"]
    if row["indicator_id"] not in ("", name):
        name += f" = {row['indicator_id']}"
    cells = ", ".join(row[cell] for cell in _CELLS if row[cell])
    lines = [
        f"{number}. {row['region']} {row['year']} ({row['name']}, line {row['line']})",
        f"    {name}: {value}{row['unit']}, {cells}",
    ]
    if row["result"]:
        lines.append(f"    reached: {row['result']}, {row['result_status']}: {row['result_text']}")
    return "\n".join([*lines, f"    {row['text']}"])


def main() -> None:
    """Print the sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("panel", type=Path)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--main", action="store_true", help="main targets only")
    which.add_argument("--other", action="store_true", help="all but main targets")
    options = parser.parse_args()
    with options.panel.open(encoding="utf-8-sig", newline="") as file:
        wanted = {"True"} if options.main else {"False"} if options.other else {"True", "False"}
        rows = [row for row in csv.DictReader(file) if row["headline"] in wanted]
    drawn = random.Random(options.seed).sample(rows, min(options.rows, len(rows)))
    for number, row in enumerate(drawn, 1):
        print(shown(number, row))


if __name__ == "__main__":
    main()
