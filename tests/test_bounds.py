"""Work stays within bounds where reports repeat themselves all over, and the result says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from policydiff import Comparison, compare, parse
from policydiff.align import align, bounds, evidence, likeness
from policydiff.align.align import best_of_either
from policydiff.align.bounds import MOST_LINKS, level, reaches, window
from policydiff.align.candidates import MOST_PAIRS, top
from policydiff.comparison import BOUNDED

HEAD = "一、2031年工作安排\n"
PLACES = [a + b for a in "东南西北中上下左右前后" for b in "山河湖桥村镇塘岭"]


def nearly_equal(number: int) -> str:
    """A plan of so many commitments that differ in a number and a place."""
    return HEAD + "".join(
        f"新建{PLACES[k % len(PLACES)]}小学{k}所，改善农村义务教育办学条件。\n"
        for k in range(number)
    )


def compared(old: str, new: str) -> Comparison:
    return compare(parse(old, name="old"), parse(new, name="new"))


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many pairs of clauses are looked at closely."""
    looks: list[int] = [0]
    closely = likeness.likeness

    def counting(*given: object) -> likeness.Likeness:
        looks[0] += 1
        return closely(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(evidence, "likeness", counting)
        yield looks


def test_work_does_not_grow_with_the_square(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs that are looked at, steps to find them, and links: twice the clauses, not four times
    as many. The bounds are lowered, so that few clauses meet them."""
    monkeypatch.setattr("policydiff.align.candidates.MOST_PAIRS", 400)
    monkeypatch.setattr(bounds, "WORK", 20_000)
    monkeypatch.setattr(align, "MOST_LINKS", 200)
    numbers = []
    for number in (60, 120):
        plan = nearly_equal(number)
        with counted(monkeypatch) as looks:
            result = compared(plan, plan.replace("改善", "提升"))
        numbers.append((looks[0], sum(len(change.old) for change in result.changes)))
        assert BOUNDED in result.notes
        assert {c.start for c in result.old.commitments} == {
            c.start for change in result.changes for c in change.old
        }
    (few, links), (more, twice) = numbers
    assert more <= 2.2 * few
    assert twice <= 2.2 * links + 10


def test_what_is_bounded_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = nearly_equal(40), nearly_equal(40).replace("改善", "提升")
    assert BOUNDED not in compared(old, new).notes
    for place in (
        "policydiff.align.bounds.WORK",
        "policydiff.align.evidence.PART_PAIRS",
        "policydiff.align.align.MOST_LINKS",
        "policydiff.align.candidates.MOST_PAIRS",
        "policydiff.changes.judge.PIECE_PAIRS",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, 50)
            forth, back = compared(old, new), compared(new, old)
        assert BOUNDED in forth.notes, place
        pairs = [
            sorted(
                (a.start, b.start)
                for change in result.changes
                for a in (change.old if result is forth else change.new)
                for b in (change.new if result is forth else change.old)
            )
            for result in (forth, back)
        ]
        assert pairs[0] == pairs[1], place


def test_a_small_list_of_nearly_equal_commitments_is_within_bounds() -> None:
    plan = nearly_equal(120)
    assert BOUNDED not in compared(plan, plan).notes


def test_very_long_sentences() -> None:
    """Of hundreds of comma parts neighbours are compared as one; all of the text stays."""
    sentence = "，".join(f"新建{PLACES[k % len(PLACES)]}水库{k}座" for k in range(300)) + "。"
    document = parse(HEAD + sentence)
    (warning,) = [w for w in document.warnings if w.startswith("very long sentence: ")]
    assert "line 2 has 300 comma parts" in warning
    (clause,) = document.commitments
    assert (clause.text, len(clause.targets)) == (sentence, 300)
    short = parse(HEAD + "，".join(f"新建{place}水库" for place in PLACES[:40]) + "。")
    assert not [w for w in short.warnings if w.startswith("very long sentence")]


def test_numbers_of_very_long_sentences_all_find_their_partner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sentence = "，".join(f"新建{PLACES[k]}水库{k + 2}座" for k in range(60)) + "。"
    monkeypatch.setattr("policydiff.changes.judge.PIECE_PAIRS", 50)
    result = compared(HEAD + sentence, HEAD + sentence.replace("水库9座", "水库19座"))
    (change,) = result.changed
    assert [(str(t.old.value), str(t.new.value)) for t in change.targets if t.old and t.new] == [
        ("9", "19")
    ]
    assert len(change.targets) == 1


# --- the arithmetic -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "most", "cut"),
    [([5, 5], 10, None), ([5, 6], 10, 5), ([1, 100, 100], 21, 10), ([9] * 9, 3, 1), ([], 0, None)],
)
def test_the_level_at_which_amounts_are_cut(amounts: list[int], most: int, cut: int | None) -> None:
    assert level(amounts, most) == cut
    if cut is not None and most >= len(amounts):
        assert sum(min(amount, cut) for amount in amounts) <= most


def test_windows_are_the_same_from_both_sides() -> None:
    for sizes in ((7, 12), (12, 7), (10, 10)):
        for reach in (1, 20, 60):
            there = {
                (i, j) for j in range(sizes[1]) for i in range(*window(j, reach, sizes))
                if i < sizes[0]
            }  # fmt: skip
            back = {
                (i, j) for i in range(sizes[0]) for j in range(*window(i, reach, sizes[::-1]))
                if j < sizes[1]
            }  # fmt: skip
            assert there == back


def test_only_very_common_grams_have_a_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = {"a": 100, "b": 2}, {"a": 100, "b": 3}
    assert reaches(old, new, (100, 100)) is None
    monkeypatch.setattr(bounds, "WORK", 1000)
    reach = reaches(old, new, (100, 100))
    assert reach is not None
    assert set(reach) == {"a"}
    first, end = window(50, reach["a"], (100, 100))
    assert (first <= 50 < end, 8 <= end - first <= 11) == (True, True)


def test_a_clause_keeps_its_best_links() -> None:
    assert MOST_LINKS // 450 >= 20
    likely = {(i, j): 0.9 - abs(i - j) / 100 for i in range(4) for j in range(4)}
    kept = best_of_either(likely, MOST_LINKS)
    assert kept == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert best_of_either(likely, 4) == list(likely)


def test_of_equals_the_first_are_kept() -> None:
    assert top([(k, 1) for k in range(9)], 2) == [(0, 1), (1, 1)]
    assert MOST_PAIRS >= 6 * 4_000  # real pairs have 4,000 candidates at most
