"""Repair: cures, texts that must be left alone, and that the record replays."""

from __future__ import annotations

from itertools import pairwise

import pytest
from golden_rules import cases, rules
from hypothesis import example, given
from hypothesis import strategies as st

from policydiff.language.zh.data import load
from policydiff.repair.fixers import FIXERS
from policydiff.repair.repair import repair, replay

CURES = cases("repair", "text", "repaired", sides=("wild", "synthetic"))
UNTOUCHED = cases("repair", "text", sides=("negative",))
FAILURES = cases("repair", "text", "repaired", sides=("failures",))
#: Damage of every kind, in pieces that combine into more of it.
SCRAPS = [
    *("系", "統", "(tǒng)", "（bù）", "(", ")", "ǒ", "t", "\n", "\n\n", "\u200b"),
    *("\ufeff", "。ㄒ唬", "。ǘ﹛x", "《", "》", "M", "2", "，", "。", " ", "\u3000"),
    *("甲乙丙丁" * 16, "“", "”", "《《", "[", "]"),
    *(
        ";",
        "；",
        "！",
        "!",
        "?h",
        "？",
        "氐霓D",
        "顒樱袑嵶龊",
        "笆濉",
        "、",
        ",",
        "，",
        "企業規",
        "切实加强",
    ),
    *(
        "（五）",
        "（七）",
        "。ㄊ",
        "┳",
        "[3]",
        "〔2〕",
        "— 3 —\n",
        "第 3 页\n",
        "（www.a.cn）",
        "·",
        "“4",
    ),
    *(
        "6·5%",
        "PM_2.5",
        "_{2}",
        "新 增 就 业 人",
        "ÐÂÔö¹æÉÏÆóÒµ",
        "æ–°å¢ž",
        "锛屾敼",
        "\ufffd",
        "20家",
    ),
    *("全县经济运行总体平稳，新增规模以上工业企业二十家\n" * 9,),
]
DAMAGED = st.lists(st.sampled_from(SCRAPS), max_size=24).map("".join)
ANY = DAMAGED | st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(("text", "expected"), CURES)
def test_cures(text: str, expected: str) -> None:
    repaired = repair(text)
    assert repaired.text == expected
    assert replay(text, repaired.repairs) == expected


@pytest.mark.parametrize(("text", "wished"), FAILURES)
@pytest.mark.xfail(strict=True, reason="known failures")
def test_what_is_not_mended_yet(text: str, wished: str) -> None:
    assert repair(text).text == wished


@pytest.mark.parametrize("text", UNTOUCHED)
def test_sound_text_is_left_alone(text: str) -> None:
    repaired = repair(text)
    assert (repaired.text, repaired.repairs) == (text, ())


def test_every_fixer_has_its_reason_and_its_cases() -> None:
    names = {fixer.__name__ for fixer in FIXERS}
    assert {entry["kind"] for entry in load("repairs")["kinds"]} == names
    assert {rule["id"] for rule in rules("repair")} - {"fixed_point"} == names
    for rule in rules("repair"):
        assert len(rule["negative"]) >= len(rule["wild"]) + len(rule["synthetic"]), rule["id"]


@given(ANY)
@example("系(tǒng)\n(tǒng)")
def test_the_record_replays(text: str) -> None:
    repaired = repair(text)
    assert replay(text, repaired.repairs) == repaired.text
    end = 0
    for r in repaired.repairs:
        assert end <= r.start
        assert text[r.start : r.end] == r.before
        end = r.end


@given(ANY)
def test_repairing_twice_changes_nothing(text: str) -> None:
    once = repair(text).text
    assert repair(once).text == once


@given(ANY)
def test_every_character_leads_back_into_the_source(text: str) -> None:
    repaired = repair(text)
    spans = [repaired.span(i, i + 1) for i in range(len(repaired.text))]
    touched = {i for r in repaired.repairs for i in range(r.start, r.end)}
    for i, (start, end) in enumerate(spans):
        assert 0 <= start <= end <= len(text)
        if start not in touched:
            assert text[start:end] == repaired.text[i]
    for (a, b), (c, d) in pairwise(spans):
        assert a <= c
        assert b <= d
    assert repaired.span(0, len(repaired.text))[1] <= len(text)


def test_a_repair_that_does_not_fit_is_refused() -> None:
    (made,) = repair("系統(tǒng)").repairs
    with pytest.raises(ValueError, match="does not fit"):
        replay("完全不同的原文", (made,))


def _spaced(*paragraphs: str) -> str:
    """A report whose paragraphs are set apart by blank lines."""
    return "\n\n".join((*(f"全县办好了第{n}件事。" for n in range(30)), *paragraphs))


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("我们贯彻\n工业促进法\n，支持企业。", "我们贯彻工业促进法，支持企业。"),
        ("一是\n企业负担偏重。", "一是企业负担偏重。"),
        ("政府工作报\n告", "政府工作报告"),
    ],
)
def test_where_blank_lines_part_paragraphs_other_breaks_are_slips(broken: str, mended: str) -> None:
    assert repair(_spaced(broken)).text == _spaced(mended)


@pytest.mark.parametrize(
    "sound",
    [
        "一、2030年工作回顾\n产值比上年增长。",
        "（一）做强工业\n新增产值3亿元。",
        "建设园区。\n修好水渠。",
        "工作要点：\n修好水渠。",
    ],
)
def test_headings_and_sentences_stay_on_their_lines(sound: str) -> None:
    assert repair(_spaced(sound)).repairs == ()
