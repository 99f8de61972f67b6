"""Comparison keys: what of a clause is compared, apart from how it is shown.

A key cuts a clause at commas, throws out numbers, verbs of doing and padding, reads synonyms as
one, and weighs what is left, characters and pairs of neighbours, by their rarity over many reports.
Pairs carry the words; single characters carry abbreviations and words that share a stem.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from policydiff.boundaries import comma_parts
from policydiff.folding import fold
from policydiff.numerals import CHARACTERS
from policydiff.tables import alternatives, load, rows, words

Grams = dict[str, float]


@dataclass(frozen=True, slots=True)
class Key:
    """A stretch of text as compared.

    ``text``: the words that name objects, run together; ``grams``: its characters and pairs of
    neighbours with their rarity weights; ``norm``: the length of that vector; ``parts``: the same
    for each comma part, empty for a part.
    """

    text: str
    grams: Grams
    norm: float
    parts: tuple[Key, ...] = ()


@cache
def _rarity() -> tuple[dict[str, float], float]:
    """The weight of each counted gram, and of a gram never counted."""
    table = rows("rarity")  # how many clauses the counts are out of stands in the first row
    total = int(table[0][1])
    return {gram: _weight(int(n), total) for gram, n in table[1:]}, _weight(0, total)


def _weight(count: int, total: int) -> float:
    """Inverse document frequency with add-one smoothing (Spärck Jones 1972), in natural logs."""
    return math.log((total + 1) / (count + 1))


@cache
def _rewrites() -> tuple[re.Pattern[str], dict[str, str]]:
    table = load("synonyms")
    to = {word: entry["to"] for entry in table["terms"] for word in entry["words"]}
    return re.compile(alternatives(to)), to


@cache
def _light() -> re.Pattern[str]:
    return re.compile(alternatives(words(load("synonyms")["light"])))


_WORDS = re.compile("[\u4e00-\u9fff]+|[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*")
#: Numbers, years and multiples, with the measures behind them: a key is for the object alone.
_NUMBER = re.compile(
    rf"百分之[{CHARACTERS}点]+|(?:到|比)?[0-9]{{4}}年|翻[一两二三]?番"
    r"|[0-9x*]+(?:[.·][0-9x*]+)?(?:%|个?百分点|[百千万亿]*(?:人次|人|元|亩|家|户|公里|吨|斤|套|项"
    r"|个|条|件|平方米|立方米|千瓦)?)"
)


def normal_form(text: str) -> list[str]:
    """The words of a folded text that name objects: numbers, light words and marks taken out.

    >>> normal_form("大力推进规上工业企业技改,新增省级企业技术中心3家。")
    ['规模以上工业企业技术改造', '省级企业技术中心']
    """
    pattern, to = _rewrites()
    text = pattern.sub(lambda m: to[m.group()], text)
    text = _NUMBER.sub("|", text)
    text = _light().sub("|", text)
    return _WORDS.findall(text)


def grams_of(segments: list[str]) -> list[str]:
    """The characters of the segments and their pairs of neighbours; a Latin word whole.

    Each once.

    >>> grams_of(["碳达峰", "GEP"])
    ['碳达', '达峰', '碳', '达', '峰', 'GEP']
    """
    found: list[str] = []
    for segment in segments:
        if segment[0].isascii():
            found.append(segment)
        else:
            found += [segment[i : i + 2] for i in range(len(segment) - 1)]
            found += segment
    return list(dict.fromkeys(found))


#: How many texts' keys are remembered: two long reports with all their comma parts.
_REMEMBERED = 20_000


@lru_cache(maxsize=_REMEMBERED)
def key_of(text: str) -> Key:
    """The comparison key of a clause's text as shown.

    >>> key = key_of("大力推进规上工业企业技改，新增省级企业技术中心3家。")
    >>> key.text, [part.text for part in key.parts]
    ('规模以上工业企业技术改造省级企业技术中心', ['规模以上工业企业技术改造', '省级企业技术中心'])
    """
    plain = fold(text)
    segments = (normal_form(plain[start:end]) for start, end in comma_parts(plain))
    parts = tuple(_part_key(names) for names in segments if names)
    grams: Grams = {}
    for part in parts:
        grams |= part.grams
    return Key("".join(part.text for part in parts), grams, norm_of(grams), parts)


def _part_key(segments: list[str]) -> Key:
    table, unseen = _rarity()
    grams = {gram: table.get(gram, unseen) for gram in grams_of(segments)}
    return Key("".join(segments), grams, norm_of(grams))


def norm_of(grams: Grams) -> float:
    """The Euclidean length of a weight vector; 1 for an empty one, so that it can divide."""
    return math.hypot(*grams.values()) or 1.0
