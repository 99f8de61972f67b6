"""Comparison keys: what of a clause is compared, apart from how it is shown.

A key cuts a clause at commas, throws out numbers, verbs of doing and padding, reads synonyms as
one, and weighs what is left, characters and pairs of neighbours, by their rarity over many reports.
Pairs carry the words; single characters carry abbreviations and words that share a stem; topics
carry what is said in other words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import chain, repeat
from operator import add

from policydiff.language.language import Language
from policydiff.language.rarity import rarity_of
from policydiff.language.words import WordPattern

#: What a gram that stands for a topic begins with.
TOPIC_MARK = "§"
#: Grams with their squared rarity weights, see ``weight_of``.
Grams = dict[str, int]


@dataclass(frozen=True)
class Key:
    """A stretch of text as compared.

    ``text``: the words that name objects, run together; ``parts``: the grams of each comma part
    that has any (characters, pairs of neighbours and topics), each once; ``norm``: the length of
    the vector of all grams' rarity weights, the root of the sum of their squares, or 1 where there
    are none; ``part_norms``: the same for each part; ``language``: whose counts tell the rarity.
    """

    text: str
    parts: tuple[tuple[str, ...], ...]
    norm: float
    part_norms: tuple[float, ...]
    language: Language = field(compare=False, repr=False)

    @cached_property
    def grams(self) -> Grams:
        """Every gram once, with its squared rarity weight."""
        weights = rarity_of(self.language)
        return {gram: weights[gram] for part in self.parts for gram in part}


def weight_of(gram: str, language: Language) -> int:
    """The squared rarity weight of a gram; ``SQUARE_NAT`` to a square nat.

    >>> from policydiff.language.zh import CHINESE
    >>> weight_of("缠绕", CHINESE) > 4 * weight_of("发展", CHINESE)
    True
    """
    return rarity_of(language)[gram]


def weights_of(grams: Sequence[str], language: Language) -> Grams:
    """Grams, each once, with their squared rarity weights."""
    rarity = rarity_of(language)
    # `get` instead of `[]`: a gram that was never counted costs no call of `__missing__`.
    return dict(zip(grams, map(rarity.get, grams, repeat(rarity.unseen)), strict=True))


def grams_of(segments: list[str]) -> list[str]:
    """The characters of the segments and their pairs of neighbours; a Latin word whole.

    Each once.

    >>> grams_of(["碳达峰", "GEP"])
    ['碳达', '达峰', '碳', '达', '峰', 'GEP']
    """
    grams: list[str] = []
    for segment in segments:
        if segment[0].isascii():
            grams.append(segment)
        else:
            characters = [*segment]  # once: each is a string that has to be made
            grams += map(add, characters, characters[1:])
            grams += characters
    return list(dict.fromkeys(grams))


@cache
def _topics(language: Language) -> tuple[WordPattern, dict[str, tuple[str, ...]]]:
    """What finds all words of topics, and the names of each word's topics as grams."""
    names: dict[str, tuple[str, ...]] = {}
    for entry in language.tables.load("topics")["topics"]:
        for word in entry["words"]:
            names[word] = (*names.get(word, ()), f"{TOPIC_MARK}{entry['topic']}")
    return WordPattern(names), names


@cache
def topic_grams(language: Language) -> frozenset[str]:
    """All grams that stand for topics."""
    return frozenset(name for names in _topics(language)[1].values() for name in names)


def topics_of(text: str, language: Language) -> list[str]:
    """The topics that the words of a folded text belong to, each once, marked so as to be grams.

    >>> from policydiff.language.zh import CHINESE
    >>> topics_of("发放困难家庭学生助学金,改善学校办学条件", CHINESE)
    ['§义务教育', '§助学']
    """
    words, names = _topics(language)
    return list(dict.fromkeys(chain.from_iterable(map(names.__getitem__, words.in_text(text)))))


def part_grams(text: str, language: Language) -> tuple[str, tuple[str, ...]]:
    """The words of a folded comma part that name objects, run together, and its grams.

    Both are empty where no word names an object.

    >>> from policydiff.language.zh import CHINESE
    >>> part_grams("加快技改", CHINESE)
    ('技术改造', ('技术', '术改', '改造', '技', '术', '改', '造', '§制造业'))
    >>> part_grams("进一步加快推进", CHINESE)
    ('', ())
    """
    words, grams = object_grams(text, language)
    return (words, (*grams, *topics_of(text, language))) if grams else ("", ())


def object_grams(text: str, language: Language) -> tuple[str, list[str]]:
    """The same without topics.

    >>> from policydiff.language.zh import CHINESE
    >>> object_grams("加快技改", CHINESE)
    ('技术改造', ['技术', '术改', '改造', '技', '术', '改', '造'])
    """
    segments = language.object_words(text)
    return "".join(segments), grams_of(segments)


#: So many keys are remembered, of the indicators and headings of two reports: each is compared with
#: many others.
_REMEMBERED = 2_000


@lru_cache(maxsize=_REMEMBERED)
def key_of(text: str, language: Language) -> Key:
    """The comparison key of a text as shown: of a heading, an indicator; clauses carry theirs.

    >>> from policydiff.language.zh import CHINESE
    >>> key = key_of("大力推进规上工业企业技改，新增省级企业技术中心3家。", CHINESE)
    >>> key.text, ["技术" in part for part in key.parts]
    ('规模以上工业企业技术改造省级企业技术中心', [True, True])
    """
    folded = language.fold(text)
    parts = [part_grams(folded[a:b], language) for a, b in language.comma_parts(folded)]
    named = [(words, grams) for words, grams in parts if grams]
    return key_from("".join(words for words, _ in named), [grams for _, grams in named], language)


def key_from(text: str, parts: Sequence[Sequence[str]], language: Language) -> Key:
    """The key of some words with the grams of each of their comma parts.

    >>> from policydiff.language.zh import CHINESE
    >>> key = key_of("推进棚户区改造，新建公租房300套", CHINESE)
    >>> key_from(key.text, key.parts, CHINESE) == key
    True
    """
    together = weights_of(list(chain.from_iterable(parts)), language)
    key = Key(
        text,
        tuple(map(tuple, parts)),
        math.sqrt(sum(together.values())) or 1.0,
        tuple([math.sqrt(sum(map(together.__getitem__, part))) for part in parts]),
        language,
    )
    vars(key)["grams"] = together  # need not be worked out again
    return key
