"""Reports against copies of themselves that were damaged on purpose (damage_generator.py).

The share of commitments that are kept, over all reports: benchmarks/damage.py.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import damage_generator as generator
import pytest
from damage_generator import (
    BORNE,
    DECODED,
    DELETED,
    LOSSY,
    MASKED,
    MENDED,
    PRINTED,
    SHIFTED,
    Operator,
    all_mended,
)

import policydiff
from policydiff.language.zh import CHINESE
from policydiff.reading.source import read_source
from policydiff.repair.repair import repair, replay

ROOT = Path(__file__).resolve().parents[1]
#: Two reports with headings in brackets, and a real one that has many more.
REPORTS = [
    ROOT / "corpora" / "栖川县" / "2024.txt",
    ROOT / "corpora" / "澜溪县" / "2025.txt",
    ROOT.parent / "shared" / "reports" / "provincial" / "2026-安徽省.txt",
]
PRESENT = [path for path in REPORTS if path.exists()]
OPERATORS: dict[str, Operator] = {
    **MENDED, "all together": all_mended, **SHIFTED, **DECODED, **LOSSY,
    **MASKED, **PRINTED, **DELETED, **BORNE,
}  # fmt: skip
#: Least share of commitments that are kept.
MENDED_SHARE = 0.98
SHIFTED_SHARE = 0.95


#: Enough of the real report for its headings and half of its plan.
_LONGEST = 12_000


@cache
def source(path: Path) -> str:
    text = read_source(path).text
    return text if len(text) <= _LONGEST else text[: text.rindex("\n", 0, _LONGEST)]


@cache
def clean(path: Path) -> policydiff.Document:
    return policydiff.parse(source(path), path.name)


@cache
def damaged(path: Path, name: str) -> policydiff.Document:
    return policydiff.parse(OPERATORS[name](source(path), Random(path.name)), path.name)


@cache
def compared(path: Path, name: str) -> policydiff.Comparison:
    return policydiff.compare(clean(path), damaged(path, name))


def kept_share(path: Path, name: str) -> float:
    kept = {c.start for change in compared(path, name).kept for c in change.old}
    return len(kept) / len(clean(path).commitments)


paths = pytest.mark.parametrize("path", PRESENT, ids=lambda path: path.stem)


def test_the_damage_is_the_same_on_every_run() -> None:
    for operator in OPERATORS.values():
        text = source(PRESENT[0]) + "\n建成园区。“两园”开工。" * 9
        assert operator(text, Random(1)) == operator(text, Random(1)) != text


@paths
@pytest.mark.parametrize("name", [*MENDED, "all together", *PRINTED, *DECODED])
def test_commitments_survive_damage_that_can_be_mended(path: Path, name: str) -> None:
    assert kept_share(path, name) >= MENDED_SHARE


@paths
@pytest.mark.parametrize("name", SHIFTED)
def test_commitments_survive_byte_shifts(path: Path, name: str) -> None:
    assert kept_share(path, name) >= SHIFTED_SHARE


@paths
def test_shifted_headings_are_found_again(path: Path) -> None:
    def numbers(report: policydiff.Document) -> list[str]:
        found = dict.fromkeys(h for c in report.clauses for h in c.section)
        return [heading[:3] for heading in found if heading.startswith("（")]

    assert numbers(clean(path))
    assert numbers(damaged(path, "shifted headings")) == numbers(clean(path))


@paths
@pytest.mark.parametrize("name", MASKED)
def test_masks_change_and_drop_nothing(path: Path, name: str) -> None:
    result = compared(path, name)
    assert (result.changed, result.dropped) == ((), ())


@paths
def test_a_deleted_digit_drops_nothing(path: Path) -> None:
    """It cannot be known: what is left is a number as good as any, and reported as changed."""
    result = compared(path, "deleted digits")
    assert result.dropped == ()
    assert all({"target raised", "target lowered", "content removed", "deadline moved",
                "range changed"} & set(change.kinds) for change in result.changed)  # fmt: skip


@paths
@pytest.mark.parametrize("name", BORNE)
def test_losses_that_nothing_tells_of_drop_hardly_anything(path: Path, name: str) -> None:
    gone = {c.start for change in compared(path, name).dropped for c in change.old}
    assert len(gone) <= (1 - MENDED_SHARE) * len(clean(path).commitments)


@paths
@pytest.mark.parametrize("name", OPERATORS)
def test_repairs_replay_and_clauses_point_at_the_source(path: Path, name: str) -> None:
    report = damaged(path, name)
    text = repair(report.source, CHINESE).text
    assert replay(report.source, report.repairs) == text
    assert repair(text, CHINESE).repairs == ()
    for clause in report.clauses:
        # What was not touched stands in the source as it stands in the clause.
        if not any(clause.start < r.end and r.start < clause.end for r in report.repairs):
            assert report.source[clause.start : clause.end] == clause.text


def test_masks_leave_the_numbers_of_items() -> None:
    text = "1.增长5%\n（2）2030年"
    assert generator.masked_equally(text, Random(1)) == "1.增长x%\n（2）xxxx年"
