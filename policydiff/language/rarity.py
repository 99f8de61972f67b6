"""How rare the grams of a language are: what their weights are made of."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from policydiff.language.language import Language

#: Weights are whole numbers of so many to one square nat, so that sums of them are the same in
#: whatever order they are made.
SQUARE_NAT: Final = 4


class Rarity(dict[str, int]):
    """The squared weight of each counted gram; any other has that of a gram never counted."""

    def __init__(self, language: Language) -> None:
        total, groups = language.tables.counted("rarity")
        weighed = [(_weight(count, total), grams) for count, grams in groups]
        super().__init__({gram: weight for weight, grams in weighed for gram in grams})
        self.unseen = _weight(0, total)

    def __missing__(self, gram: str) -> int:
        return self.unseen


rarity_of = cache(Rarity)


def _weight(count: int, total: int) -> int:
    """Inverse document frequency with add-one smoothing (Spärck Jones 1972), in nats, squared."""
    return round(SQUARE_NAT * math.log((total + 1) / (count + 1)) ** 2)
