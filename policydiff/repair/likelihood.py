"""How likely a text is, by the characters and pairs that reports use and by its own words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from operator import add

from policydiff.language.language import Language
from policydiff.language.tables import Tables
from policydiff.repair.knowledge import characters, letter

#: Costs are negative natural logarithms of likelihoods. The table counts characters and the marks
#: of sentences; these are for what it does not count: two stops together, a digit or another mark,
#: a letter between Chinese characters, and a character that no report uses.
_TWO_STOPS_COST = 12.0
_SIGN_COST = 5.0
_LETTER_COST = 12.0
_UNUSED_COST = 14.0
#: As many sightings of the first character are worth as much as knowing nothing of the pair.
_PRIOR = 20
#: A pair in the report itself counts for as many in the table: a report repeats its words.
_OWN_WORDS = 5
#: So many costs are remembered: those of some hundred runs. Random debris would fill the memory.
_REMEMBERED = 200_000


@dataclass(frozen=True, eq=False)
class Usage:
    """What reports of a language use."""

    tables: Tables
    #: How often each character stood in them, folded, and how many there were in all.
    characters: Mapping[str, int]
    total: int
    punctuation: str
    stops: frozenset[str]
    #: One character folded.
    fold: Callable[[str], str]
    is_letter: Callable[[str], object]

    @cached_property
    def pairs(self) -> Mapping[str, int]:
        """How often each pair of neighbours stood in them; a sound report does without."""
        return self.tables.counts("pairs")[1]


@cache
def usage(language: Language) -> Usage:
    """What reports of ``language`` use, by its tables of counts and ``repairs``."""
    total, counts = language.tables.counts("characters")
    return Usage(
        tables=language.tables,
        characters=counts,
        total=total,
        punctuation=characters(language, "punctuation"),
        stops=frozenset(characters(language, "stops")),
        fold=cache(language.fold),  # looked up, as the same ones are weighed again and again
        is_letter=letter(language).fullmatch,
    )


class Likelihood:
    """The cost of a character behind another, by all reports and by the words of this one."""

    def __init__(self, text: str, language: Language) -> None:
        self.language = language
        self._usage = usage(language)
        self._text = text
        self._known: dict[tuple[str, str], float] = {}

    @cached_property
    def _own(self) -> Counter[str]:
        """How often the characters and pairs of this report stand in it."""
        plain = self.language.fold(self._text)
        counts = Counter(map(add, plain, plain[1:]))
        counts.update(plain)
        return counts

    def _elsewhere(self, gram: str) -> int:
        """How often else: what stands once may be the very damage that is looked at."""
        return max(0, self._own.get(gram, 0) - 1)

    def cost(self, before: str, c: str) -> float:
        """The cost of ``c`` behind ``before``, which is empty at the begin."""
        known = self._known.get((before, c))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[before, c] = self._cost(before, c)
        return known

    def _cost(self, before: str, c: str) -> float:
        use = self._usage
        if before in use.stops and c in use.stops:
            return _TWO_STOPS_COST
        before, c = use.fold(before), use.fold(c)
        alone = use.characters.get(c, 0) / use.total
        if not alone:
            if c.isascii():
                return _LETTER_COST if c.isalpha() else _SIGN_COST
            return _SIGN_COST if c in use.punctuation else _UNUSED_COST
        counted = use.pairs if before else use.characters
        pair = counted.get(before + c, 0) + _OWN_WORDS * self._elsewhere(before + c)
        first = use.characters.get(before, 0) + _OWN_WORDS * self._elsewhere(before)
        return min(_UNUSED_COST, -math.log((pair + _PRIOR * alone) / (first + _PRIOR)))

    def is_known(self, before: str, c: str) -> bool:
        """Whether reports, or this one, have the two together; what is not counted may be."""
        use = self._usage
        pair = use.fold(before) + use.fold(c)
        return use.fold(c) not in use.characters or pair in use.pairs or self._elsewhere(pair) > 0

    def costs(self, before: str, text: str) -> float:
        """The cost of a text behind a character."""
        return sum(self.cost(a, b) for a, b in pairwise((before, *text)))
