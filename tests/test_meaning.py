"""Meaning: vectors of grams, and what they say of pairs that share no words."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policydiff
from policydiff.align.meaning import meaning_of, nearer_than_others, nearness
from policydiff.analysis.keys import key_of
from policydiff.language.vectors import NO_VECTORS, vectors_from
from policydiff.language.zh import CHINESE


def near(one: str, other: str) -> float:
    return nearness(*(meaning_of(key_of(text, CHINESE)) for text in (one, other)))


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("化解医疗纠纷", "构建和谐医患关系", "提高粮食产量"),
        ("整治河道污染", "改善水体环境", "扩大幼儿园招生"),
        ("帮助残疾人就业", "扶持困难群体找到工作", "建设高速公路"),
        ("招引外来投资", "开展招商推介", "绿化荒山"),
        ("治理雾霾", "改善空气质量", "发展养老事业"),
    ],
)
def test_what_means_the_same_is_nearer_than_what_does_not(text: str, same: str, other: str) -> None:
    assert near(text, same) > near(text, other) + 0.1
    assert near(text, same) == near(same, text)


def test_a_clause_without_known_grams_is_near_to_nothing() -> None:
    assert near("", "提高粮食产量") == near("鱻䶮", "提高粮食产量") == near("", "") == 0.0
    assert near("提高粮食产量", "提高粮食产量") == pytest.approx(1.0)


def test_the_table_says_where_it_comes_from_and_holds_whole_vectors() -> None:
    from importlib.resources import files

    table = files("policydiff.language.zh").joinpath("meanings.bin").read_bytes()
    origin, size, grams, numbers = table.split(b"\n", 3)
    assert b"benchmarks/make_meanings.py" in origin
    assert b"MIT" in origin
    names = grams.decode("utf-8").split(" ")
    assert len(names) == len(set(names))
    assert len(numbers) == len(names) * int(size)
    assert len(table) < 750_000


_NUMBERS = st.lists(st.integers(-127, 127), min_size=3, max_size=3)


@given(st.lists(_NUMBERS, min_size=1, max_size=6), st.lists(st.integers(0, 7), max_size=400))
def test_packed_sums_are_the_sums_of_each_number(vectors: list[list[int]], some: list[int]) -> None:
    grams = [chr(0x4E00 + k) for k in range(len(vectors))]
    numbers = bytes(number & 0xFF for vector in vectors for number in vector)
    table = vectors_from(f"#\n3\n{' '.join(grams)}\n".encode() + numbers)
    known = [k for k in some if k < len(vectors)]
    asked = [chr(0x4E00 + k) for k in some]
    expected = tuple(sum(vectors[k][at] for k in known) for at in range(3))
    assert table.summed(asked) == expected
    assert table.summed(random.Random(1).sample(asked, len(asked))) == expected


def test_a_language_without_vectors_has_no_meanings() -> None:
    assert vectors_from(NO_VECTORS).summed(["水", ""]) == (0,)


def test_a_pair_is_seen_against_the_nearest_of_both() -> None:
    cosines = {(0, j): 0.5 for j in range(20)} | {(1, 0): 0.75, (2, 3): 0.25}
    seen = nearer_than_others(cosines)
    assert seen[0, 5] == 0.5 - 0.5 / 2  # nothing else is near to clause 5
    assert seen[0, 0] == 0.5 - (0.5 + 0.625) / 2
    assert seen[1, 0] == 0.75 - 0.625 / 2
    assert nearer_than_others({(j, i): s for (i, j), s in cosines.items()}) == {
        (j, i): s for (i, j), s in seen.items()
    }


def test_links_without_a_word_in_common_are_weighed_and_turn_round() -> None:
    old = policydiff.parse(
        "一、2030年工作安排\n推进医疗纠纷调解。\n新建水厂3座。\n绿化荒山5000亩。"
    )
    new = policydiff.parse("一、2031年工作安排\n化解医患矛盾纠纷。\n改造水厂2座。\n绿化山坡300亩。")
    links = {
        (c.old[0].text, c.new[0].text)
        for c in policydiff.compare(old, new).changes
        if c.old and c.new
    }
    turned = {
        (c.new[0].text, c.old[0].text)
        for c in policydiff.compare(new, old).changes
        if c.old and c.new
    }
    assert links == turned
    assert ("推进医疗纠纷调解。", "化解医患矛盾纠纷。") in links
