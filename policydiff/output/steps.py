"""Commitments through the years in words for people, from a result's whole ``to_dict``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from policydiff.analysis.documents import language_of
from policydiff.analysis.units import in_base
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


def heights(steps: Sequence[Entry | None]) -> list[float | None]:
    """The numbers of some years as heights of a line: in base units, the middle of a range.

    None for a year without a number, and for one that counts something else than most do.

    >>> numbers = [(2, "万套"), (3000, "套"), (5, "%")]
    >>> steps = [{"target": {"value": value, "unit": unit}} for value, unit in numbers]
    >>> heights([None, *steps])
    [None, 20000.0, 3000.0, None]
    """
    numbers = [_height(target_of(step)) if step else None for step in steps]
    units = Counter(number[1] for number in numbers if number)
    if not units:
        return [None] * len(steps)
    ((usual, _),) = units.most_common(1)
    return [number[0] if number and number[1] == usual else None for number in numbers]


def _height(target: Entry) -> tuple[float, str] | None:
    """The number of a target in the base unit of what it counts, and that unit."""
    if "value" not in target:
        return None
    ends = [Decimal(str(target[end])) for end in ("value", "upper") if end in target]
    height, unit = in_base(
        sum(ends, Decimal()) / len(ends), target.get("unit") or "", language_of(())
    )
    return float(height), unit
