"""Some mutated reports and files, with a fixed and a fresh seed; see fuzzing.py."""

from __future__ import annotations

import os
import secrets
from itertools import islice

import pytest
from fuzzing import cases, check

#: For each seed. benchmarks/fuzz.py tries as many as there is time for.
CASES = int(os.environ.get("POLICYDIFF_FUZZ_CASES", "60"))


@pytest.mark.parametrize("seed", ["fixed", secrets.token_hex(4)], ids=["fixed", "fresh"])
def test_nothing_breaks_it(seed: str) -> None:
    read = 0
    for case in islice(cases(seed), CASES):
        try:
            read += check(case)
        except Exception as error:
            error.add_note(f"case {case.seed}: python benchmarks/fuzz.py --case {case.seed}")
            raise
    assert read >= CASES, f"only {read} of {CASES} cases had a text that could be read"
