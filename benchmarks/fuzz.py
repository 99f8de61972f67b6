"""Try mutated reports and files for as long as there is time, and list what does not hold.

    python benchmarks/fuzz.py --minutes 60 [--seed SEED]
    python benchmarks/fuzz.py --case SEED-NUMBER

The inputs and what has to hold of them stand in tests/fuzzing.py. --case runs one input again and
shows where it fails. Exit status 1 where anything failed.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
import traceback
from collections import Counter

from labels import ROOT

sys.path.insert(0, str(ROOT / "tests"))
from fuzzing import Case, cases, check


def case_of(name: str) -> Case:
    """The input of a name such as fixed-12."""
    seed, _, number = name.rpartition("-")
    for case in cases(seed):
        if case.seed == f"{seed}-{number}":
            return case
    raise AssertionError


def where(error: Exception) -> str:
    """A fault by its type and the innermost line of policydiff or of the check."""
    frames = traceback.extract_tb(error.__traceback__)
    last = next((f for f in reversed(frames) if "policydiff" in f.filename), frames[-1])
    return f"{type(error).__name__} {last.filename.rpartition('/')[2]}:{last.lineno} {error}"[:160]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", default=None)
    parser.add_argument("--case", default=None)
    args = parser.parse_args()
    if args.case:
        print(check(case_of(args.case)), "reports read; all holds")
        return 0
    seed = args.seed or secrets.token_hex(4)
    end = time.monotonic() + 60 * args.minutes
    faults: Counter[str] = Counter()
    read = tried = 0
    for case in cases(seed):
        if time.monotonic() > end:
            break
        tried += 1
        try:
            read += check(case)
        except Exception as error:  # what is sought
            fault = where(error)
            faults[fault] += 1
            if faults[fault] == 1:
                print(f"{case.seed}: {fault}", flush=True)
    print(f"seed {seed}: {tried} cases, {read} reports read, {faults.total()} faults")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
