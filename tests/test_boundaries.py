"""Boundaries: golden rules as data, and that splitting loses nothing."""

from __future__ import annotations

import pytest
from golden_rules import cases
from hypothesis import given
from hypothesis import strategies as st

from policydiff.language.text import paragraphs
from policydiff.language.zh.boundaries import comma_parts, pieces, quotations
from policydiff.language.zh.folding import fold

CASES = cases("boundaries", "text", "pieces")
#: Marks that split, shelter or close, among ordinary characters.
MARKED = st.text('甲乙丙1.5%，,。；;！？!?（）()“”‘’"《》【】[]…… \u3000、的', max_size=60)
ANY = MARKED | st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_golden_rules(text: str, expected: list[str]) -> None:
    folded = fold(text)
    assert [text[a:b] for a, b in pieces(folded, 0, len(text))] == expected


@given(ANY)
def test_pieces_cover_the_paragraph(text: str) -> None:
    folded = fold(text.replace("\n", " "))
    spans = pieces(folded, 0, len(folded))
    assert [a for a, _ in spans] == [0, *(b for _, b in spans)][: len(spans)]
    assert "".join(folded[a:b] for a, b in spans) == folded


@given(ANY, ANY)
def test_pieces_of_a_part_stay_in_it(before: str, text: str) -> None:
    whole = fold((before + text).replace("\n", " "))
    start = len(before)
    spans = pieces(whole, start, len(whole))
    assert "".join(whole[a:b] for a, b in spans) == whole[start:]


@given(ANY)
def test_comma_parts_leave_out_commas_only(text: str) -> None:
    folded = fold(text)
    at = 0
    for a, b in [*comma_parts(folded), (len(folded), len(folded))]:
        assert at <= a <= b
        assert not folded[at:a].strip(",:，：")
        at = b


@given(ANY)
def test_paragraphs_are_the_lines_that_hold_something(text: str) -> None:
    lines = [text[a:b] for a, b in paragraphs(text)]
    assert lines == [line for line in text.split("\n") if line.strip()]


@given(ANY)
def test_quotations_are_in_order_and_apart(text: str) -> None:
    end = 0
    for a, b in quotations(fold(text)):
        assert end <= a < b <= len(text)
        end = b
