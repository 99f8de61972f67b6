"""Comparison keys: what of a clause is compared, apart from how it is shown.

A key cuts a clause at commas, throws out numbers, verbs of doing and padding, reads synonyms as
one, and weighs what is left, characters and pairs of neighbours, by their rarity over many reports.
Pairs carry the words; single characters carry abbreviations and words that share a stem; topics
carry what is said in other words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from operator import add

from policydiff.language.tables import alternatives, words
from policydiff.language.zh.boundaries import comma_parts
from policydiff.language.zh.data import load, rows
from policydiff.language.zh.folding import fold
from policydiff.language.zh.numerals import CHARACTERS

#: Weights are whole numbers of so many to one square nat, so that sums of them are the same in
#: whatever order they are made.
SQUARE_NAT = 4
#: Grams with their squared rarity weights, see ``weight_of``.
Grams = dict[str, int]


@dataclass(frozen=True)
class Key:
    """A stretch of text as compared.

    ``text``: the words that name objects, run together; ``parts``: the grams of each comma part
    that has any (characters, pairs of neighbours and topics), each once; ``norm``: the length of
    the vector of all grams' rarity weights, the root of the sum of their squares, or 1 where there
    are none; ``part_norms``: the same for each part.
    """

    text: str
    parts: tuple[tuple[str, ...], ...]
    norm: float
    part_norms: tuple[float, ...]

    @cached_property
    def grams(self) -> Grams:
        """Every gram once, with its squared rarity weight."""
        weight = _rarity().__getitem__
        return {gram: weight(gram) for part in self.parts for gram in part}


class _Rarity(dict[str, int]):
    """The squared weight of each counted gram; any other has that of a gram never counted."""

    def __init__(self) -> None:
        table = rows("rarity")  # how many clauses the counts are out of stands in the first row
        total = int(table[0][1])
        super().__init__((gram, _weight(int(n), total)) for gram, n in table[1:])
        self._unseen = _weight(0, total)

    def __missing__(self, gram: str) -> int:
        return self._unseen


_rarity = cache(_Rarity)


def _weight(count: int, total: int) -> int:
    """Inverse document frequency with add-one smoothing (Spärck Jones 1972), in nats, squared."""
    return round(SQUARE_NAT * math.log((total + 1) / (count + 1)) ** 2)


def weight_of(gram: str) -> int:
    """The squared rarity weight of a gram; ``SQUARE_NAT`` to a square nat.

    >>> weight_of("缠绕") > 4 * weight_of("发展")
    True
    """
    return _rarity()[gram]


@cache
def _rewrites() -> tuple[re.Pattern[str], dict[str, str]]:
    table = load("synonyms")
    to = {word: entry["to"] for entry in table["terms"] for word in entry["words"]}
    return re.compile(alternatives(to)), to


@cache
def _light() -> re.Pattern[str]:
    return re.compile(alternatives(words(load("synonyms")["light"])))


_WORDS = re.compile("[\u4e00-\u9fff]+|[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*")


@cache
def _number() -> re.Pattern[str]:
    """Numbers, years and multiples, with the measures behind them: keys are for objects alone."""
    measures = alternatives(words(load("targets")["measures"]))
    return re.compile(
        rf"百分之[{CHARACTERS}点]+|(?:到|比)?[0-9]{{4}}年|翻[一两二三四]?番"
        rf"|[0-9x*]+(?:[.·][0-9x*]+)?(?:[百千万亿]*(?:{measures}))?"
    )


def normal_form(text: str) -> list[str]:
    """The words of a folded text that name objects: numbers, light words and marks taken out.

    >>> normal_form("大力推进规上工业企业技改,新增省级企业技术中心3家。")
    ['规模以上工业企业技术改造', '省级企业技术中心']
    """
    pattern, to = _rewrites()
    text = pattern.sub(lambda m: to[m.group()], text)
    text = _number().sub("|", text)
    text = _light().sub("|", text)
    return _WORDS.findall(text)


def grams_of(segments: list[str]) -> list[str]:
    """The characters of the segments and their pairs of neighbours; a Latin word whole.

    Each once.

    >>> grams_of(["碳达峰", "GEP"])
    ['碳达', '达峰', '碳', '达', '峰', 'GEP']
    """
    found: dict[str, None] = {}
    for segment in segments:
        if segment[0].isascii():
            found[segment] = None
        else:
            found |= dict.fromkeys(map(add, segment, segment[1:]))
            found |= dict.fromkeys(segment)
    return list(found)


@cache
def _topics() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    """A pattern of all words of topics, and the names of each word's topics as grams."""
    names: dict[str, tuple[str, ...]] = {}
    for entry in load("topics")["topics"]:
        for word in entry["words"]:
            names[word] = (*names.get(word, ()), f"§{entry['topic']}")
    return re.compile(alternatives(names)), names


def topics_of(text: str) -> list[str]:
    """The topics that the words of a folded text belong to, each once, marked so as to be grams.

    >>> topics_of("发放困难家庭学生助学金,改善学校办学条件")
    ['§义务教育', '§助学']
    """
    pattern, names = _topics()
    return list(dict.fromkeys(name for word in pattern.findall(text) for name in names[word]))


#: How many texts' keys are remembered: two long reports with all their comma parts.
_REMEMBERED = 20_000


@lru_cache(maxsize=_REMEMBERED)
def key_of(text: str) -> Key:
    """The comparison key of a clause's text as shown.

    >>> key = key_of("大力推进规上工业企业技改，新增省级企业技术中心3家。")
    >>> key.text, ["技术" in part for part in key.parts]
    ('规模以上工业企业技术改造省级企业技术中心', [True, True])
    """
    plain = fold(text)
    named: list[str] = []
    parts: list[list[str]] = []
    for start, end in comma_parts(plain):
        segments = normal_form(plain[start:end])
        if segments:
            named += segments
            parts.append(grams_of(segments) + topics_of(plain[start:end]))
    return key_from("".join(named), parts)


def key_from(text: str, parts: Sequence[Sequence[str]]) -> Key:
    """The key of some words with the grams of each of their comma parts.

    >>> key = key_of("推进棚户区改造，新建公租房300套")
    >>> key_from(key.text, key.parts) == key
    True
    """
    weight = _rarity().__getitem__
    weights = [dict(zip(part, map(weight, part), strict=True)) for part in parts]
    together: Grams = {}
    for part in weights:
        together |= part
    return Key(
        text,
        tuple(map(tuple, parts)),
        math.sqrt(sum(together.values())) or 1.0,
        tuple(math.sqrt(sum(part.values())) for part in weights),
    )
