"""Commitments through the years in words for people, from a result's whole ``to_dict``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from policydiff.output.words import Words, number_text

#: What becomes of numbers alone.
_OF_NUMBERS: Final = frozenset({"rises", "falls"})

Entry = Mapping[str, Any]


def target_of(step: Entry) -> Entry:
    """The target of a year; empty without one."""
    target: Entry = step.get("target", {})
    return target


def is_main(entry: Entry) -> bool:
    """Whether a commitment is one of the main targets of a year."""
    return any(target_of(step).get("headline", False) for step in entry["years"])


def is_measured(entry: Entry) -> bool:
    """Whether a commitment has a number in most of its years, or one that rose or fell."""
    numbers = sum("value" in target_of(step) for step in entry["years"])
    return 2 * numbers > len(entry["years"]) or not _OF_NUMBERS.isdisjoint(entry.get("fates", ()))


def step_text(step: Entry, words: Words) -> str:
    """The number of a commitment in one year, or that it stands there without one."""
    target = target_of(step)
    return number_text(target, words) if "value" in target else words("stands")
