"""Title, region and year: golden rules as data."""

from __future__ import annotations

from typing import Any

import pytest
from golden_rules import cases
from hypothesis import given
from hypothesis import strategies as st

from policydiff import parse
from policydiff.analysis.identity import region_of, year_of
from policydiff.language.zh import CHINESE
from policydiff.language.zh.folding import fold


@pytest.mark.parametrize("case", cases("identity"))
def test_golden_rules(case: dict[str, Any]) -> None:
    doc = parse(case["text"], case.get("name", "text"))
    assert (doc.title, doc.region, doc.year) == (case["title"], case["region"], case["year"])
    if "level" in case:
        assert doc.level == case["level"]


@given(st.text("云岭青屏省市县区自治州全0123xX年-. ", max_size=30))
def test_regions_and_years_come_from_the_text_or_not_at_all(text: str) -> None:
    region, year = region_of(CHINESE, fold(text)), year_of("", [], CHINESE, fold(text), None)
    assert region is None or region in fold(text)
    assert year is None or str(year) in fold(text)
