"""How near two clauses are in meaning, even where they share few words.

Each gram has a vector (language/zh/meanings.bin), learned from a model of language so that the sum
over a clause points where the model's vector of the clause does. How near two clauses are is the
cosine of their sums. Everything is nearer to some clauses, those that speak of everything, than to
others: so the cosine is also seen against the nearest that either clause has (cf. the
cross-domain similarity local scaling of Conneau et al. 2018). Symmetric in the two sides.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import mul
from typing import Final, NamedTuple

from policydiff.analysis.keys import Key

#: Against the mean of so many of the nearest a pair is seen.
NEAREST: Final = 10
#: Two clauses are each other's nearest only as far as they are at least so near.
LEAST_MEANING: Final = 0.05


class Meaning(NamedTuple):
    """The sum of the vectors of a clause's grams, of whole numbers, and its length, 1 where it is
    nothing."""

    vector: Sequence[float]
    norm: float


def meaning_of(key: Key) -> Meaning:
    """The meaning of a key. A gram counts once for each comma part that it stands in: what is said
    again and again is what the clause is about."""
    vector = key.language.tables.vectors("meanings").summed(chain.from_iterable(key.parts))
    return meaning_from(vector)


def meaning_from(vector: Sequence[float]) -> Meaning:
    """The meaning that is this sum of vectors."""
    return Meaning(vector, math.sqrt(sum(map(mul, vector, vector))) or 1.0)


def nearness(one: Meaning, other: Meaning) -> float:
    """The cosine of two meanings, -1..1.

    >>> from policydiff.analysis.keys import key_of
    >>> from policydiff.language.zh import CHINESE
    >>> texts = "化解医疗纠纷", "构建和谐医患关系", "新建粮食仓库"
    >>> one, other, third = (meaning_of(key_of(text, CHINESE)) for text in texts)
    >>> nearness(one, other) > 0.3 > nearness(one, third)
    True
    """
    product: float = sum(map(mul, one.vector, other.vector))
    return product / (one.norm * other.norm)


def nearer_than_others(cosines: Mapping[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Each cosine less the mean of the nearest of either clause.

    >>> nearer_than_others({(0, 0): 0.75, (0, 1): 0.25, (1, 1): 0.5})
    {(0, 0): 0.5, (0, 1): -0.1875, (1, 1): 0.3125}
    """
    rows: defaultdict[int, list[float]] = defaultdict(list)
    columns: defaultdict[int, list[float]] = defaultdict(list)
    for (i, j), cosine in cosines.items():
        rows[i].append(cosine)
        columns[j].append(cosine)
    left = {i: _mean_of_nearest(row) for i, row in rows.items()}
    right = {j: _mean_of_nearest(column) for j, column in columns.items()}
    return {(i, j): cosine - (left[i] + right[j]) / 2 for (i, j), cosine in cosines.items()}


def _mean_of_nearest(cosines: Iterable[float]) -> float:
    """The mean of the highest; 0 of a single one, which has nothing to be seen against."""
    highest = sorted(cosines, reverse=True)[:NEAREST]
    return sum(highest) / len(highest) if len(highest) > 1 else 0.0
