"""What a clause is compared by, apart from where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from policydiff.align.meaning import Meaning, meaning_of
from policydiff.analysis.clause import AnalysedClause, with_key
from policydiff.analysis.keys import Key


@dataclass(frozen=True)
class Features:
    """The key of a clause's text and the names of the indicators of its targets."""

    key: Key
    indicators: tuple[str, ...]

    @cached_property
    def names(self) -> Sequence[str]:
        """The characters of each indicator's name, in an order of their own."""
        return names_of(self.indicators)

    @cached_property
    def meaning(self) -> Meaning:
        """What the clause is about, as a vector."""
        return meaning_of(self.key)

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """For each gram the places of the comma parts that it stands in."""
        parts = self.key.parts
        places: dict[str, tuple[int, ...]] = dict.fromkeys(parts[0], (0,)) if parts else {}
        for place, part in enumerate(parts[1:], 1):
            here: dict[str, tuple[int, ...]] = dict.fromkeys(part, (place,))
            for gram in places.keys() & here.keys():
                here[gram] = (*places[gram], place)
            places |= here
        return places


def names_of(indicators: Sequence[str]) -> Sequence[str]:
    """See ``Features.names``.

    >>> names_of(["ba", "c"])
    ['ab', 'c']
    """
    return ["".join(sorted(name)) for name in indicators]


#: Where the features of a clause are kept among what was worked out of it.
_KEPT: Final = "_features"


def features_of(clause: AnalysedClause) -> Features:
    """The features of a clause.

    >>> from policydiff.analysis.documents import parse
    >>> features_of(parse("一、今年工作安排\\n新增规上企业20家。").commitments[0]).indicators
    ('新增规上企业',)
    """
    known = vars(clause)
    if _KEPT not in known:  # the same clause is in several lists: plan, review, the whole report
        names = tuple(t.indicator for t in clause.targets if t.indicator)
        known[_KEPT] = Features(clause.key, names)
    features: Features = known[_KEPT]
    return features


def with_features(clause: AnalysedClause, features: Features) -> AnalysedClause:
    """The clause, with features that were worked out before."""
    vars(clause)[_KEPT] = features
    return with_key(clause, features.key)
