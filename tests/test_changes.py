"""What became of linked clauses: numbers set against each other, statements, places."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import policydiff
from policydiff.models import Change, TargetChange


def changes(old: str | Sequence[str], new: str | Sequence[str]) -> tuple[Change, ...]:
    """The changes between two plans of these lines."""
    plans = []
    for year, lines in ((2030, old), (2031, new)):
        text = lines if isinstance(lines, str) else "\n".join(lines)
        plans.append(policydiff.parse(f"一、{year}年工作安排\n{text}", name=f"{year}.txt"))
    return policydiff.compare(*plans).changes


def targets(old: str, new: str) -> list[TargetChange]:
    return [target for change in changes(old, new) for target in change.targets]


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("规上工业增加值增长6%。", "规上工业增加值增长6.5%。", "+0.5个百分点"),
        ("新建公共充电桩600个。", "新建公共充电桩480个。", "-120个"),
        ("完成工业技改投资9000万元。", "完成工业技改投资1.2亿元。", "+0.3亿元"),
        ("新增城镇就业8000人。", "新增城镇就业1万人。", "+0.2万人"),
        ("固定资产投资增长5%-6%。", "固定资产投资增长6%-7%。", None),
    ],
)
def test_a_changed_number_tells_by_how_much(old: str, new: str, difference: str | None) -> None:
    (target,) = targets(old, new)
    assert target.old is not None
    assert target.new is not None
    assert target.difference == difference


def test_an_unchanged_number_is_not_listed() -> None:
    (target,) = targets("新建公厕20座，绿化道路8公里。", "新建公厕25座，绿化道路8公里。")
    assert target.kinds == ("target raised",)
    assert target.difference == "+5座"


def test_a_target_change_concerns_a_target() -> None:
    with pytest.raises(ValueError, match="concerns a target"):
        TargetChange(None, None, ())
    target = policydiff.parse("一、2030年工作安排\n新建公厕20座。").commitments[0].targets[0]
    with pytest.raises(ValueError, match="unknown kind"):
        TargetChange(target, None, ("target doubled",))  # type: ignore[arg-type]
