"""Copies of labelled reports as offices might have them: short, without headings, in one line.

The labels are of whole reports from the web. What tells a plan from a review must also hold where
most of the text is missing, where headings are slogans or are left out, and where line breaks were
lost: so each report is fitted, and measured, in such copies too.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import NamedTuple

from policydiff.analysis.layout import lines_of, parts_named
from policydiff.language.zh import CHINESE

Span = tuple[int, int, str]

#: Headings that say nothing of the part below them; made up.
SLOGANS = (
    "凝心聚力谱新篇", "砥砺奋进开新局", "牢记使命勇担当", "乘势而上再出发", "稳中求进提质效",
    "踔厉奋发的足迹", "实干争先的号角", "同心同德，共赴美好", "锚定方向，笃行不怠",
    "春华秋实满庭芳", "非凡历程", "崭新蓝图", "奋楫扬帆正当时", "以奋斗之姿书写新答卷",
    "初心如磐，步履铿锵",
)  # fmt: skip
#: What stands where the number of a heading stood, by its place.
NUMBERS = "一二三四五六七八九十"
#: Years that headings name.
YEAR = re.compile("(?:19|20)[0-9]{2}年")
SENTENCE = re.compile("[^。！？]*[。！？]*")
CLAUSE = re.compile("[^，；。！？]*[，；]?")
#: Short reports often pass over the problems; so many of the short copies do. So many single
#: sentences are cut down to one part between commas.
WITHOUT_PROBLEMS, CUT_AT_COMMAS = 0.6, 0.5


class Manner(NamedTuple):
    """How a copy differs. ``kept``: share of paragraphs; ``sentences``: at most so many of each.

    ``headings``: kept, none, none of parts, slogans or no years; ``glue``: what stands between
    lines; ``front``, ``back``: whether what stands before and behind the report is kept.
    """

    kept: float = 1.0
    sentences: int | None = None
    headings: str = "kept"
    glue: str = "\n"
    front: bool = True
    back: bool = True


#: What is measured beside the reports as they are.
MEASURED = {
    "short": Manner(kept=0.1, sentences=2),
    "tiny": Manner(kept=0.02, sentences=1, front=False),
    "no headings": Manner(kept=0.3, headings="none"),
    "slogans": Manner(kept=0.3, headings="slogans"),
    "one line": Manner(kept=0.3, glue=""),
    "short, no headings": Manner(kept=0.1, sentences=2, headings="none"),
}


class _Line(NamedTuple):
    text: str
    part: str
    names: bool
    heading: bool
    level: int | None


def drawn(chance: random.Random) -> Manner:
    """A manner at random; most copies are short, so that fitting them takes no longer."""
    kept, sentences = chance.choice(
        ((1.0, None), (0.3, None), (0.3, 3), (0.1, 3), (0.1, 2), (0.03, 1), (0.02, 1))
    )
    return Manner(
        kept,
        sentences,
        chance.choice(("kept", "kept", "kept", "none", "none of parts", "slogans", "no years")),
        chance.choice(("\n", "\n", "\n", "\n", "", "  ")),
        chance.random() < 0.5,
        chance.random() < 0.5,
    )


def varied(
    text: str, spans: Sequence[Span], manner: Manner, chance: random.Random
) -> tuple[str, list[Span]]:
    """A copy of a report and where its parts are; the same chance gives the same copy."""
    out: list[tuple[str, str]] = []
    numbered = 0
    lines = _lines(text, spans)
    if manner.kept < 1 and chance.random() < WITHOUT_PROBLEMS:
        lines = [line for line in lines if line.part != "problems"]
    parts = [line.part for line in lines]
    for k, line in enumerate(lines):
        if line.part == "other":
            inside = any(part != "other" for part in parts[k:])
            if not (manner.front if inside else manner.back):
                continue
        names = line.heading and line.names
        written = line.text
        if names and manner.headings in ("slogans", "no years"):
            if manner.headings == "no years":
                written = YEAR.sub("", written)
            else:
                slogan = chance.choice(SLOGANS)
                if line.level is None:
                    written = slogan
                else:
                    written = f"{NUMBERS[numbered % 10]}、{slogan}"
                    numbered += 1
        elif line.heading:
            if manner.headings == "none" or (names and manner.headings == "none of parts"):
                continue
            if not names and chance.random() > manner.kept**0.5:
                continue
        elif line.part != "other" or manner.kept < 0.2:
            if chance.random() > max(manner.kept, 3 / (1 + parts.count(line.part))):
                continue
            if manner.sentences is not None:
                written = _some(written, manner.sentences, chance)
        if written.strip():
            out.append((written, line.part))
    return _joined(out, manner.glue)


def _some(paragraph: str, sentences: int, chance: random.Random) -> str:
    """So many sentences of a paragraph; of a single one perhaps one part between commas."""
    pieces = [s for s in SENTENCE.findall(paragraph) if s]
    at = chance.randrange(max(1, len(pieces) - sentences + 1))
    kept = "".join(pieces[at : at + sentences])
    commas = [s for s in CLAUSE.findall(kept) if s]
    if sentences == 1 and len(commas) > 1 and chance.random() < CUT_AT_COMMAS:
        return chance.choice(commas).rstrip("，；") + kept[-1:]
    return kept


def _lines(text: str, spans: Sequence[Span]) -> list[_Line]:
    """The lines, and the pieces of those that hold a border between two parts."""
    lines = []
    for line in lines_of(CHINESE.fold(text), CHINESE):
        pieces = [
            (max(a, line.start), min(b, line.end), part)
            for a, b, part in spans
            if a < line.end and line.start < b
        ]
        for start, end, part in pieces:
            piece = text[start:end]
            whole = line.heading and len(pieces) == 1
            names = line.level in (None, 0, 1) and bool(parts_named(piece, CHINESE))
            lines.append(_Line(piece, part, names, whole, line.level))
    return lines


def _joined(pieces: list[tuple[str, str]], glue: str) -> tuple[str, list[Span]]:
    spans: list[Span] = []
    text = ""
    for written, part in pieces:
        start = len(text)
        text += written + glue
        if spans and spans[-1][2] == part:
            start = spans.pop()[0]
        spans.append((start, len(text), part))
    return text, spans
