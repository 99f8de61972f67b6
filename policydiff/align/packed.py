"""The features of all clauses of a report as a few long rows of numbers.

Made once, where a report is stored, and read back at the cost of copying bytes: tens of thousands
of clauses are looked through for one question to a corpus.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import add
from typing import Final, NamedTuple, Protocol

from policydiff.align.features import Features
from policydiff.align.meaning import Meaning
from policydiff.analysis.keys import Key, weights_of
from policydiff.language.language import Language

#: Whole numbers from 0 on, signed whole numbers, both of 32 bits, and floating-point numbers.
COUNTS: Final = "I"
SIGNED: Final = "i"
FLOATS: Final = "d"


class Vocabulary(NamedTuple):
    """Grams, each once: single characters end to end, pairs of characters end to end, and all
    others. So tens of thousands can be read and looked up without making a string of each."""

    characters: str
    pairs: str
    others: Sequence[str]

    @property
    def grams(self) -> list[str]:
        """All of them, in order.

        >>> Vocabulary("ab", "cdef", ["§g"]).grams
        ['a', 'b', 'cd', 'ef', '§g']
        """
        return [*self.characters, *map(add, self.pairs[::2], self.pairs[1::2]), *self.others]


def vocabulary_of(grams: Iterable[str]) -> Vocabulary:
    """The vocabulary of some grams, each given once."""
    several = list(grams)
    return Vocabulary(
        "".join(gram for gram in several if len(gram) == 1),
        "".join(gram for gram in several if len(gram) == _PAIR),
        [gram for gram in several if len(gram) > _PAIR],
    )


#: Characters of a pair.
_PAIR: Final = 2


class PackedFeatures(NamedTuple):
    """The features of the clauses of a report, in order.

    ``vocabulary`` holds every gram of the report; ``grams``: by their places there those of
    each clause, each once, and ``several_grams`` how many each clause has; ``parts``: the comma
    parts of its clause in which each of the grams stands, and ``several_places`` how many these
    are; ``several_parts``: how many comma parts each clause has. ``norms``, ``part_norms`` and
    ``texts`` are those of the keys, end to end; ``meanings`` and ``meaning_norms`` those of the
    meanings. ``indicators``: for each clause that has any, their names.
    """

    vocabulary: Vocabulary
    grams: array[int]
    several_grams: array[int]
    parts: array[int]
    several_places: array[int]
    several_parts: array[int]
    norms: array[float]
    part_norms: array[float]
    meanings: array[int]
    meaning_norms: array[float]
    texts: Sequence[str]
    indicators: Mapping[int, tuple[str, ...]]


#: A clause asked for, the position of a clause of a report, and the score of the link, 0..1.
IndexedLink = tuple[int, int, float]


class Placed(Protocol):
    """The clauses of a report in order: their features, and where they stand."""

    @property
    def features(self) -> PackedFeatures: ...
    @property
    def lines(self) -> Sequence[int]: ...
    @property
    def sections(self) -> Sequence[int]: ...


def packed(features: Sequence[Features]) -> PackedFeatures:
    """The features of the clauses of a report, packed."""
    places = [one.places for one in features]
    held = list(chain.from_iterable(some.items() for some in places))
    vocabulary = vocabulary_of(dict.fromkeys(gram for gram, _ in held))
    numbers = {gram: k for k, gram in enumerate(vocabulary.grams)}
    keys = [one.key for one in features]
    return PackedFeatures(
        vocabulary=vocabulary,
        grams=array(COUNTS, [numbers[gram] for gram, _ in held]),
        several_grams=array(COUNTS, map(len, places)),
        parts=array(COUNTS, chain.from_iterable(parts for _, parts in held)),
        several_places=array(COUNTS, [len(parts) for _, parts in held]),
        several_parts=array(COUNTS, [len(key.parts) for key in keys]),
        norms=array(FLOATS, [key.norm for key in keys]),
        part_norms=array(FLOATS, chain.from_iterable(key.part_norms for key in keys)),
        meanings=array(
            SIGNED, map(int, chain.from_iterable(one.meaning.vector for one in features))
        ),
        meaning_norms=array(FLOATS, [one.meaning.norm for one in features]),
        texts=[key.text for key in keys],
        indicators={i: one.indicators for i, one in enumerate(features) if one.indicators},
    )


def unpacked(
    report: PackedFeatures, language: Language, only: Container[str] | None = None
) -> Iterator[Features]:
    """The features again, in order; ``language`` is that of the report.

    The grams of a comma part come in the order in which the clause first has them. ``only``: grams
    that matter; all others are left out, of lengths and meanings they are not. Then the comma
    parts are there by their number, and what is in them by ``Features.places`` alone.
    """
    vocabulary = report.vocabulary.grams
    weights = weights_of(vocabulary, language)
    names = [gram if only is None or gram in only else None for gram in vocabulary]
    meanings = meanings_of(report)
    gram_at = part_at = norm_at = 0
    for i, text in enumerate(report.texts):
        end, parts = gram_at + report.several_grams[i], report.several_parts[i]
        places: dict[str, Sequence[int]] = {}
        counts = report.several_places[gram_at:end]
        for number, count in zip(report.grams[gram_at:end], counts, strict=True):
            gram = names[number]
            if gram is not None:
                places[gram] = report.parts[part_at : part_at + count].tolist()
            part_at += count
        gram_at = end
        key = Key(
            text,
            _parts(places, parts) if only is None else ((),) * parts,
            report.norms[i],
            tuple(report.part_norms[norm_at : norm_at + parts]),
            language,
        )
        norm_at += parts
        features = Features(key, report.indicators.get(i, ()))
        # Working these out anew takes longer than all the rest.
        vars(key)["grams"] = {gram: weights[gram] for gram in places}
        vars(features)["meaning"] = meanings[i]
        vars(features)["places"] = places
        yield features


def meanings_of(report: PackedFeatures) -> list[Meaning]:
    """The meaning of each clause, in order."""
    numbers = array(FLOATS, report.meanings).tolist()
    size = len(numbers) // (len(report.texts) or 1)
    norms = enumerate(report.meaning_norms)
    return [Meaning(numbers[k * size : (k + 1) * size], norm) for k, norm in norms]


def _parts(places: Mapping[str, Sequence[int]], number: int) -> tuple[tuple[str, ...], ...]:
    """The grams of each of so many comma parts."""
    parts: list[list[str]] = [[] for _ in range(number)]
    for gram, here in places.items():
        for part in here:
            parts[part].append(gram)
    return tuple(map(tuple, parts))
