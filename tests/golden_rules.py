"""The golden rules of tests/golden: one YAML file for each stage, read as cases for pytest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.written import from_yaml

FOLDER = Path(__file__).parent / "golden"


def rules(stage: str) -> list[dict[str, Any]]:
    """The rules of a stage, as they stand in its file."""
    found: list[dict[str, Any]] = from_yaml((FOLDER / f"{stage}.yaml").read_text("utf-8"))
    return found


def cases(stage: str, *fields: str, sides: tuple[str, ...] = ("examples", "counters")) -> list[Any]:
    """A parameter set for each case on these sides of each rule: its fields, or all of it."""
    return [
        pytest.param(*([case[field] for field in fields] or [case]), id=f"{rule['id']}-{side}-{n}")
        for rule in rules(stage)
        for side in sides
        for n, case in enumerate(rule[side])
    ]
