"""Made-up reports of county size, in any number, of sentences of real ones.

Each has the outline of a real report; its region, years, numbers, objects and every third sentence
are others. So hardly a text stands twice, as among real reports.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import policydiff
from policydiff.language.zh import CHINESE

#: Of the sentences of a made-up report, how many are taken from other reports; of the numbers, how
#: many are other ones, and of the words that name objects. So hardly a clause is a copy, and a
#: report has as many links with another as a real one.
_STRANGE = 0.3
_OTHER_NUMBER = 0.5
_OTHER_OBJECT = 0.35
#: Lengths of the words that are swapped.
_SWAPPED = range(2, 9)
#: Regions have several years, as in a corpus that grew.
YEARS = range(2015, 2027)
#: Real reports of fewer commitments break off, or hold only a menu; longer ones, in characters,
#: are not of county size.
LEAST = 60
_LONGEST = 35_000
#: Names of made-up regions are made of one of each.
_FIRST = "甲乙丙丁戊己庚辛壬癸"
_SECOND = "山河湖川原林泉港岭桥谷洲"


@dataclass(frozen=True, slots=True)
class Base:
    """A real report whose outline made-up ones take over: its lines, each with the part of the
    report that it is in, and the year and the ending of its region (县)."""

    lines: list[tuple[str, str]]
    year: int
    ending: str


@dataclass(frozen=True, slots=True)
class Units:
    """What made-up reports are made of."""

    #: By place.
    bases: list[list[Base]]
    #: Sentences of plans, and of everything else.
    plan: list[str]
    other: list[str]
    #: Words that name objects, by their length.
    objects: dict[int, list[str]]
    #: Names of real places.
    places: re.Pattern[str]


def units_of(paths: Sequence[Path]) -> Units:
    """The outlines and sentences of some real reports."""
    bases: dict[str, list[Base]] = {}
    pools: dict[bool, list[str]] = {True: [], False: []}
    words: dict[str, None] = {}
    places = set()
    for path in paths:
        document = policydiff.read(path)
        if len(document.commitments) < LEAST:
            continue
        parts = {clause.line: clause.part for clause in document.clauses}
        lines = [
            (line, parts.get(number, "other"))
            for number, line in enumerate(document.source.split("\n"), 1)
        ]
        for line, part in lines:
            sentences = _sentences(line)
            if len(sentences) > 1:
                pools[part == "plan"] += sentences
                words |= dict.fromkeys(w for s in sentences for w in _objects(s))
        if document.region and document.year and document.level != "nation":
            places |= {document.region, document.region[:-1]}
            if len(document.source) <= _LONGEST:
                base = Base(lines, document.year, document.region[-1])
                bases.setdefault(document.region, []).append(base)
    objects: dict[int, list[str]] = {}
    for word in words:
        objects.setdefault(len(word), []).append(word)
    named = sorted((place for place in places if len(place) > 1), key=lambda p: (-len(p), p))
    return Units(
        [bases[place] for place in sorted(bases)],
        pools[True],
        pools[False],
        objects,
        re.compile("|".join(map(re.escape, named)) or "(?!)"),
    )


def _sentences(line: str) -> list[str]:
    return re.findall("[^。]+。", line)


@cache
def _objects(sentence: str) -> list[str]:
    """The words of a sentence that name objects, as they stand in it."""
    words = CHINESE.object_words(CHINESE.fold(sentence))
    return [w for w in words if w in sentence and len(w) in _SWAPPED]


def made_up(units: Units, seed: int) -> Iterator[tuple[str, str]]:
    """Endless reports, each with its path in a corpus; the same for the same seed."""
    rng = random.Random(seed)
    k = 0
    while True:
        region, year = divmod(k, len(YEARS))
        bases = units.bases[region % len(units.bases)]
        name = _name(region)
        base = rng.choice(bases)
        yield (
            f"{name}{base.ending}/{YEARS[year]}.txt",
            f"{name}{base.ending}{YEARS[year]}年政府工作报告\n"
            + "\n".join(_varied(units, base, name, YEARS[year], rng))
            + "\n",
        )
        k += 1


def _name(region: int) -> str:
    """The name of a made-up region, without its ending."""
    rest, first = divmod(region, len(_FIRST))
    rest, second = divmod(rest, len(_SECOND))
    return _FIRST[first] + _SECOND[second] + (_name(rest - 1) if rest else "")


def _varied(units: Units, base: Base, name: str, year: int, rng: random.Random) -> Iterator[str]:
    """The lines of a report like a real one, for another place and year."""

    def place(match: re.Match[str]) -> str:
        return name + match[0][2:][-1:]

    for line, part in base.lines:
        pool = units.plan if part == "plan" else units.other
        shifted = re.sub(
            "(?<![0-9])20[0-9]{2}(?=年)", lambda m: str(int(m[0]) + year - base.year), line
        )
        sentences = _sentences(shifted)
        if len(sentences) > 1:
            rest = shifted[sum(map(len, sentences)) :]
            shifted = "".join(_sentence(s, pool, units.objects, rng) for s in sentences) + rest
        yield units.places.sub(place, shifted)


def _sentence(
    sentence: str, pool: Sequence[str], objects: dict[int, list[str]], rng: random.Random
) -> str:
    """A sentence of its own, or one from elsewhere, with other objects and numbers."""
    if rng.random() < _STRANGE:
        sentence = rng.choice(pool)
    for word in _objects(sentence):
        if rng.random() < _OTHER_OBJECT:
            sentence = sentence.replace(word, rng.choice(objects[len(word)]), 1)
    return re.sub(
        "(?<![0-9.])[1-9][0-9]*(?![0-9]*年)",
        lambda m: str(rng.randint(1, 999)) if rng.random() < _OTHER_NUMBER else m[0],
        sentence,
    )


def write_corpus(folder: Path, reports: Iterator[tuple[str, str]], size: int) -> None:
    """The first ``size`` reports as files."""
    for name, text in islice(reports, size):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
