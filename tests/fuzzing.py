"""Mutated reports and files, and what has to hold of whatever policydiff makes of them.

Used by tests/test_fuzz.py for some cases and by benchmarks/fuzz.py for hours.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import damage_generator

import policydiff
from policydiff import Comparison, Document, PolicydiffError
from policydiff.output.page.document import html_file
from tests.written import from_yaml, validator

ROOT = Path(__file__).resolve().parents[1]
BASES = sorted((ROOT / "corpora").glob("*/*.txt"))
#: No report of a hundred thousand characters may take longer, in seconds of this process.
MOST_SECONDS = 10.0
_PER = 100_000
#: Lines that a mutated text is made of, at most, so that a case takes little.
_LINES = 24
#: Characters of each of the two plans that a file is made of.
_MADE = 800

#: What is put into texts: marks, digits, signs of other scripts, what only looks like something.
_ODD = [
    *("。", "；", "，", "、", "：", "（", "）", "“", "”", "《", "》", "【", "!", "?", "...", "……"),
    *(
        "一、",
        "（二）",
        "1.",
        "①",
        "㈠",
        "⼈",
        "\u3000",
        "\u00a0",
        "\u200b",
        "\u202e",
        "\u2066",
        "\ufeff",
    ),
    *(
        "\t",
        "\\n",
        "\\r\\n",
        "\u2028",
        "\x0b",
        "\x85",
        "x",
        "xx.x%",
        "**",
        "×",
        "―",
        "涓！",
        "ㄒ唬",
    ),
    *("5%", "３．５％", "百分之五", "3-5%", "2亿3000万元", "1e5", "0x1f", "9" * 40, "-1", "½", "Ⅱ"),
    *(
        "<b>",
        "&amp;",
        "]]>",
        "{{",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    ),
    *(
        "2025年工作安排",
        "工作回顾",
        "力争",
        "不超过",
        "同比",
        "年底前",
        "系(tǒng)",
        "𠮷",
        "é",
        "שלום",
    ),
]
_DAMAGE: list[Callable[[str, Random], str]] = [
    damage_generator.pinyin_and_traditional,
    damage_generator.full_width,
    damage_generator.doubled_commas,
    damage_generator.shifted_headings,
    damage_generator.shifted_marks,
    damage_generator.utf8_as_latin,
    damage_generator.utf8_as_gbk,
    damage_generator.masked_at_random,
    damage_generator.deleted_digits,
    damage_generator.hard_wraps,
    damage_generator.letter_spacing,
]


@dataclass(frozen=True)
class Case:
    """One mutated input: two texts, or the bytes of a file with a suffix."""

    seed: str
    old: str
    new: str
    file: bytes
    suffix: str


@cache
def _lines() -> tuple[str, ...]:
    return tuple(line for path in BASES for line in path.read_text("utf-8").splitlines() if line)


def _text(random: Random) -> str:
    """A stretch of a report, from its headings on."""
    lines = _lines()
    at = random.randrange(len(lines))
    some = list(lines[at : at + random.randint(1, _LINES)])
    if random.random() < 0.8:
        some.insert(0, f"{random.choice(('一', '二', '三'))}、20{random.randint(10, 40)}年工作安排")
    return "\n".join(some)


def _mutated(text: str, random: Random) -> str:
    for _ in range(random.randint(0, 6)):
        at = random.randint(0, len(text))
        length = random.randint(0, 40)
        kind = random.randrange(7)
        if kind == 0:
            text = text[:at] + text[at + length :]
        elif kind == 1:
            text = text[:at] + random.choice(_ODD) * random.choice((1, 1, 2, 30)) + text[at:]
        elif kind == 2:
            text = text[:at] + text[at : at + length] * 2 + text[at + length :]
        elif kind == 3:
            lines = text.split("\n")
            random.shuffle(lines)
            text = "\n".join(lines)
        elif kind == 4:
            text = text.replace("\n", random.choice(("", " ", "\n\n", "\u2029")))
        elif kind == 5:
            text = text[:at] + chr(random.choice((random.randrange(0x3000), 0xFFFD))) + text[at:]
        elif len(text) > 20:
            text = random.choice(_DAMAGE)(text, random)
    return text.encode("utf-8", "replace").decode("utf-8")


def _file(text: str, random: Random) -> tuple[bytes, str]:
    """A text as a file of some kind, with bytes of it changed more often than not."""
    kind = random.choice(("txt", "md", "html", "docx", "xlsx", "csv", "rtf", "doc"))
    if kind in ("docx", "xlsx", "html"):
        data = _made(kind)
    else:
        encoding = random.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16", "big5", "latin-1"))
        data = text.encode(encoding, "replace")
    if random.random() < 0.7:
        changed = bytearray(data)
        for _ in range(random.randint(1, 12)):
            if not changed:
                break
            at = random.randrange(len(changed))
            how = random.randrange(3)
            if how == 0:
                changed[at] = random.randrange(256)
            elif how == 1:
                del changed[at : at + random.randint(1, 200)]
            else:
                changed[at:at] = changed[at : at + random.randint(1, 60)]
        data = bytes(changed)
    return data, f".{kind}"


@cache
def _made(kind: str) -> bytes:
    """A file of policydiff's own making, of a kind that is read as well.

    Of the plans of two years, begun: most cases that read it get the same words from it.
    """
    old, new = (path.read_text("utf-8") for path in BASES[1:3])
    plans = (text[text.index("工作安排") :][:_MADE] for text in (old, new))
    pair = [
        policydiff.parse(f"一、{y}年{plan}") for y, plan in zip((2030, 2031), plans, strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{kind}"
        policydiff.compare(*pair).save(path, all=False)
        return path.read_bytes()


def cases(seed: str) -> Iterator[Case]:
    """Mutated inputs without end; the same ones for the same seed."""
    number = 0
    while True:
        name = f"{seed}-{number}"
        random = Random(name)
        text = _text(random)
        old, new = _mutated(text, random), _mutated(text, random)
        yield Case(name, old, new, *_file(new, random))
        number += 1


# --- what has to hold -----------------------------------------------------------------------------


def check(case: Case) -> int:
    """Try one input; returns how many reports were read. Raises AssertionError where anything does
    not hold, and whatever policydiff raises but PolicydiffError."""
    begun = time.process_time()
    documents = [d for d in (_parsed(case.old), _parsed(case.new), _read(case)) if d is not None]
    for document in documents:
        _check_document(document)
    for document in documents[:1]:
        _check_same(document)
    for old, new in pairwise(documents):
        _check_pair(old, new)
    size = len(case.old) + len(case.new) + len(case.file)
    assert time.process_time() - begun < MOST_SECONDS * max(1.0, size / _PER), "too slow"
    return len(documents)


def _parsed(text: str) -> Document | None:
    try:
        return policydiff.parse(text, "2030.txt")
    except PolicydiffError as error:
        return _refused(error)


def _refused(error: PolicydiffError) -> None:
    assert "\n" not in str(error), "an error of several lines"


def _read(case: Case) -> Document | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{case.suffix}"
        path.write_bytes(case.file)
        try:
            return policydiff.read(path)
        except PolicydiffError as error:
            return _refused(error)


def _check_document(document: Document) -> None:
    end = 0
    for clause in document.clauses:
        assert end <= clause.start < clause.end <= len(document.source)
        end = clause.end
        for target in clause.targets:
            assert clause.start <= target.start < target.end <= clause.end
    for repair in document.repairs:
        assert document.source[repair.start : repair.end] == repair.before


def _compared(old: Document, new: Document) -> Comparison | None:
    try:
        return policydiff.compare(old, new)
    except PolicydiffError:
        return None


def _check_same(document: Document) -> None:
    result = _compared(document, document)
    if result is not None:
        assert {change.outcome for change in result.changes} <= {"kept"}, "not all kept"


_OTHER_SIDE = {"dropped": "added", "added": "dropped"}


def _check_pair(old: Document, new: Document) -> None:
    forth, back = _compared(old, new), _compared(new, old)
    if forth is None or back is None:
        return
    _check_every_commitment(forth)
    mirrored = sorted(
        (
            _OTHER_SIDE.get(c.outcome, c.outcome),
            [x.start for x in c.new],
            [x.start for x in c.old],
        )
        for c in back.changes
    )
    assert mirrored == sorted(
        (c.outcome, [x.start for x in c.old], [x.start for x in c.new]) for c in forth.changes
    ), "not the mirror image"
    data = forth.to_dict()
    written = forth.to_yaml(), forth.to_json()
    assert from_yaml(written[0]) == data == json.loads(written[1])
    assert not list(validator().iter_errors(data)), "against the schema"
    again = policydiff.compare(old, new)
    assert (again.to_yaml(), again.to_json()) == written, "not the same bytes"
    html_file(forth, all=True, repairs=False)


def _check_every_commitment(result: Comparison) -> None:
    for side, alone in (("old", result.dropped), ("new", result.added)):
        document: Document = getattr(result, side)
        linked = {c.start for x in (*result.kept, *result.changed) for c in getattr(x, side)}
        single = {c.start for x in alone for c in getattr(x, side)}
        commitments = {c.start for c in document.commitments}
        assert single <= commitments <= linked | single, "a commitment is lost"
        assert not linked & single, "a commitment stands twice"
