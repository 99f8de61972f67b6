"""Mutated reports and files for a minute, with a fixed and a fresh seed; see fuzzing.py."""

from __future__ import annotations

import os
import secrets
import time

import pytest
from fuzzing import cases, check

#: Half a minute each, or less where somebody is in a hurry.
SECONDS = float(os.environ.get("POLICYDIFF_FUZZ_SECONDS", "30"))


@pytest.mark.parametrize("seed", ["fixed", secrets.token_hex(4)], ids=["fixed", "fresh"])
def test_nothing_breaks_it(seed: str) -> None:
    end = time.monotonic() + SECONDS
    read = tried = 0
    for case in cases(seed):
        try:
            read += check(case)
        except Exception as error:
            error.add_note(f"case {case.seed}: python benchmarks/fuzz.py --case {case.seed}")
            raise
        tried += 1
        if time.monotonic() > end:
            break
    assert read >= tried, f"only {read} of {tried} cases had a text that could be read"
