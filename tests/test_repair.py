"""Repair: cures, texts that must be left alone, and that the record replays."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

import pytest
from golden_rules import cases, rules
from hypothesis import example, given
from hypothesis import strategies as st

import policydiff
import policydiff.repair
from policydiff.language.zh import CHINESE
from policydiff.language.zh.data import load
from policydiff.repair.context import WORK, Budget, Context
from policydiff.repair.fixers import fixers
from policydiff.repair.repair import _one_pass, repair, replay
from policydiff.repair.shifted_headings import byte_shifted_headings
from policydiff.repair.shifted_marks import byte_shifts

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
    *("\\r\\n", "\\n", "\x0b", "\x0c", "\x85", "\u2028", "12", "00人", "5.", "5%", "1 0 0 0 万元"),
    *("㈠", "\u2f08", "\uf98a", "\u2ea0", "\ue5e5", "  ", "甲\t1\n", "甲……2\n", "目录\n"),
    "“云?栖”",
]
DAMAGED = st.lists(st.sampled_from(SCRAPS), max_size=24).map("".join)
ANY = DAMAGED | st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(("text", "expected"), CURES)
def test_cures(text: str, expected: str) -> None:
    repaired = repair(text, CHINESE)
    assert repaired.text == expected
    assert replay(text, repaired.repairs) == expected


@pytest.mark.parametrize(("text", "wished"), FAILURES)
@pytest.mark.xfail(strict=True, reason="known failures")
def test_what_is_not_mended_yet(text: str, wished: str) -> None:
    assert repair(text, CHINESE).text == wished


@pytest.mark.parametrize("text", UNTOUCHED)
def test_sound_text_is_left_alone(text: str) -> None:
    repaired = repair(text, CHINESE)
    assert (repaired.text, repaired.repairs) == (text, ())


def test_every_fixer_has_its_reason_and_its_cases() -> None:
    names = {fixer.kind for fixer in fixers(CHINESE)}
    assert len(names) == len(fixers(CHINESE))
    for section in ("removals", "replacements"):
        assert {entry["kind"] for entry in load("repairs")[section]} <= names
    assert {rule["id"] for rule in rules("repair")} - {"fixed_point"} == names
    for rule in rules("repair"):
        assert len(rule["negative"]) >= len(rule["wild"]) + len(rule["synthetic"]), rule["id"]


@given(ANY)
@example("系(tǒng)\n(tǒng)")
def test_the_record_replays(text: str) -> None:
    repaired = repair(text, CHINESE)
    assert replay(text, repaired.repairs) == repaired.text
    end = 0
    for r in repaired.repairs:
        assert end <= r.start
        assert text[r.start : r.end] == r.before
        end = r.end


@given(ANY)
def test_repairing_twice_changes_nothing(text: str) -> None:
    once = repair(text, CHINESE).text
    assert repair(once, CHINESE).text == once


@given(ANY)
def test_every_character_leads_back_into_the_source(text: str) -> None:
    repaired = repair(text, CHINESE)
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
    (made,) = repair("系統(tǒng)", CHINESE).repairs
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
    assert repair(_spaced(broken), CHINESE).text == _spaced(mended)


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
    assert repair(_spaced(sound), CHINESE).repairs == ()


# --- any text, and a bounded amount of work -------------------------------------------------------

#: The characters that only look like those of cp1252 and Latin-1, and those themselves.
WESTERN = st.text(st.characters(min_codepoint=0x80, max_codepoint=0x2122), max_size=30)
#: Halves of UTF-16 pairs, which a string may hold, in the middle of other debris.
HALVES = st.lists(
    st.sampled_from(["\ud800", "\udfff", *SCRAPS[:30], "锛", "，", "×――――――"]), max_size=12
).map("".join)


@given(WESTERN | HALVES | st.text(max_size=40))
@example("×――――――")
@example("5×8小时――――――工作制")
@example("锛\ud800新增")
@example("企业规；\udc00、")
def test_no_text_breaks_repair(text: str) -> None:
    """Every encoding and decoding holds for characters that have no bytes in it."""
    repaired = repair(text, CHINESE)
    assert replay(text, repaired.repairs) == repaired.text


@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "gbk", "gb18030", "utf-8"])
def test_every_character_may_stand_among_letters_read_wrong(codec: str) -> None:
    """In runs of each character that the codec has, and of its neighbours that it lacks."""
    for code in [*range(0x80, 0x260), *range(0x2000, 0x2130), *range(0xE000, 0xE010)]:
        letter = chr(code)
        for text in (f"×{letter * 6}", f"锛{letter}屾敼", f"规；{letter}、"):
            repaired = repair(text, CHINESE)
            assert replay(text, repaired.repairs) == repaired.text
    assert repair("新增".encode().decode(codec, errors="ignore"), CHINESE).source is not None


def _spent(text: str, context: Context) -> int:
    left = context.budget.left
    byte_shifts(text, context)
    return left - context.budget.left


def test_equal_runs_are_read_again_once() -> None:
    few, many = (_spent("企業規；、招引。" * n, Context(CHINESE)) for n in (50, 500))
    assert 0 < many < 1.5 * few


DEBRIS = "".join(chr(0x4E00 + 7 * n % 20000) + "；" for n in range(2000))


def test_the_work_on_one_report_is_bounded_and_what_is_left_is_damage() -> None:
    context = Context(CHINESE, Budget(left=10_000))
    byte_shifts(DEBRIS, context)
    assert context.budget.spent
    assert -context.budget.left < WORK / 50, "a run that has begun stops soon"
    assert byte_shifts("企業規;、招引精準化", context) == []
    assert byte_shifted_headings("。ㄒ唬┳銮抗ひ", context)[0].after == "（一）"


def test_what_is_given_up_is_marked_as_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = "一、今年工作安排\n扩大企业規;、招引20家。\n改造管网30公里。"
    assert not any(clause.damaged for clause in policydiff.parse(broken).clauses)
    monkeypatch.setattr(Budget, "spent", True)
    document = policydiff.parse(broken)
    sound = [clause.text for clause in document.clauses if not clause.damaged]
    assert sound == ["改造管网30公里。"]
    assert "".join(clause.text for clause in document.clauses) == "".join(broken.split("\n")[1:])


def test_the_same_text_is_mended_alike_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "policydiff.repair.repair.Context", lambda language: Context(language, Budget(20_000))
    )
    first = repair(DEBRIS, CHINESE)
    assert first.given_up
    assert repair(DEBRIS, CHINESE) == first


@given(st.lists(st.sampled_from(SCRAPS), max_size=16).map("".join), st.integers(0, 8))
@example("系統(tǒng)性甲\u200b乙，，丙", 0)
def test_the_places_of_characters_are_those_of_each(text: str, start: int) -> None:
    repaired = repair(text, CHINESE)
    end = len(repaired.text)
    each = [repaired.span(at, at + 1) for at in range(min(start, end), end)]
    assert repaired.spans_of_each(min(start, end), end) == each


#: Debris of every sort.
REPEATED = [
    *sorted({scrap for scrap in SCRAPS if scrap.strip()}),
    *("（六）x\n。\n", "[12]", "\n[12]", "、,", "系(tǒng)", "（请", "M\n2\n", "A_{1", "乙　", "Ã¦"),
    *("1 ", "甲 1", "8 ％", "\\r\\n", "\x0b", "12\x0b50人", "㈠", "\u2f08", "甲\t1\n", "甲……1\n"),
    *("00人\n", "5.\n5%", "“甲?乙”", "买买?", "报告。 ", "一、回顾  ", "目录\n", "\ue5e5", "1 000"),
]


@pytest.mark.parametrize("scrap", REPEATED, ids=ascii)
def test_every_pass_mends_all_that_it_can(scrap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fixer that mended one piece in each pass would need time by the square of the length."""
    passes: list[int] = []
    for pieces in (100, 400):
        calls = []
        monkeypatch.setattr(
            "policydiff.repair.repair._one_pass",
            lambda *args, calls=calls: (calls.append(1), _one_pass(*args))[1],
        )
        repair("词" + scrap * pieces, CHINESE)
        passes.append(len(calls))
    assert passes[0] == passes[1] <= 4


def test_debris_in_debris_is_given_up_after_some_passes() -> None:
    nested = "系" + "（本文来源" * 100 + "）" * 100
    repaired = repair(nested, CHINESE)
    assert repaired.given_up
    assert len(repaired.text) < len(nested)


# --- one report in many forms ---------------------------------------------------------------------

REPORT = (Path(__file__).parent.parent / "corpora" / "栖川县" / "2024.txt").read_text("utf-8")
_APART = re.compile(r"(?<=[\u4e00-\u9fff])(?=[0-9])|(?<=[0-9])(?=[\u4e00-\u9fff%])")
_WITHIN_NUMBER = re.compile("(?<=[0-9])(?=[0-9])")


def _with_contents(line: str) -> str:
    title, _, body = REPORT.partition("\n")
    headings = re.findall("(?m)^(?:[一二三]、|（[一二三四五]）).{2,20}$", body)
    lines = [line.format(heading, n // 2 + 1) for n, heading in enumerate(headings)]
    return "\n".join((title, "目　录", *lines, body))


def _wrapped(mark: str, width: int) -> str:
    """Every paragraph but the headings, broken inside at this width."""
    return "\n".join(
        line
        if len(line) < 40
        else mark.join(line[i : i + width] for i in range(0, len(line), width))
        for line in REPORT.split("\n")
    )


FORMS = {
    **{
        ascii(end): REPORT.replace("\n", end)
        for end in ("\\r\\n", "\\n", "\u2028", "\x85", "\x0c\n")
    },
    **{f"one line, {gap!a}": REPORT.replace("\n", gap) for gap in ("  ", "\u3000", "\u00a0\u00a0")},
    "wrapped softly": _wrapped("\x0b", 25),
    "selectors": re.sub("([一-鿿])", "\\1\ufe00", REPORT),
    "isolates": "\n".join(f"\u2066{line}\u2069" for line in REPORT.split("\n")),
    "indents of GBK": "\n".join(f"\ue5e5\ue5e5{line}" for line in REPORT.split("\n")),
    "radicals": REPORT.translate(
        {ord(normalize("NFKC", chr(c))): c for c in range(0x2F00, 0x2FD6)}
    ),
    "numbers apart": _APART.sub(" ", REPORT),
    "digits apart": _APART.sub(" ", _WITHIN_NUMBER.sub(" ", REPORT)),
    "contents, tabs": _with_contents("{}\t{}"),
    "contents, dots": _with_contents("{}……{}"),
    "contents, no pages": _with_contents("{}"),
}


def _read(text: str) -> list[tuple[object, ...]]:
    document = policydiff.parse(text, "2024.txt")
    return [
        (re.sub(r"\s", "", clause.text), clause.damaged, [t.value for t in clause.targets])
        for clause in document.commitments
    ] + [(document.region, document.year)]


@pytest.mark.parametrize("form", FORMS)
def test_a_report_reads_the_same_in_every_form(form: str) -> None:
    assert FORMS[form] != REPORT
    assert _read(FORMS[form]) == _read(REPORT)


# --- the code -------------------------------------------------------------------------------------

MODULES = sorted(Path(policydiff.repair.__path__[0]).glob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=[path.stem for path in MODULES])
def test_what_is_particular_to_a_language_stands_in_its_tables(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    spelt = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    ]
    assert not [
        text for text in spelt if re.search("[\u2e80-\u2fff\u3001-\u9fff\uf900-\uffef]", text)
    ]
