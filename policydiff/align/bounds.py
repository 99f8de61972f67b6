"""What keeps the work within bounds where a report repeats itself all over.

Real reports stay far below every bound here (40 pairs of them were measured, the figures stand
beside each); where one is met, ``Bounds`` remembers it, so that the result can say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

#: Finding candidates costs one step for each two clauses that share a gram, and each gram: so many
#: in all. Pairs of real reports take 350,000 at most; a million take some 50 ms.
WORK: Final = 20_000_000
#: Pairs of comma parts that are looked at in all candidate pairs: real ones take 45,000 at most.
PART_PAIRS: Final = 1_000_000
#: Members of lists, and targets, that are set against each other in all linked clauses: real ones
#: take 10,000 at most.
PIECE_PAIRS: Final = 1_000_000
#: About so many links are kept from either side: of 450 clauses each has 22 at most. In real
#: reports no clause has more than 7.
MOST_LINKS: Final = 10_000


class Bounds:
    """Whether any bound was ``met`` while two reports were compared."""

    __slots__ = ("met",)

    def __init__(self, met: bool = False) -> None:
        self.met = met


def level(amounts: Iterable[int], most: int) -> int | None:
    """The level at which amounts have to be cut off for their sum to be ``most``, at least 1.

    None where the sum is no more than that.

    >>> level([1, 2, 9, 9], 11), level([1, 2, 3], 6)
    (4, None)
    """
    rest = sorted(amounts)
    if sum(rest) <= most:
        return None
    left = most
    for k, amount in enumerate(rest):
        share = left // (len(rest) - k)
        if amount > share:
            return max(1, share)
        left -= amount
    return None


def reaches(
    old: Mapping[str, int], new: Mapping[str, int], sizes: tuple[int, int]
) -> dict[str, int] | None:
    """How far around its own place a clause looks for others with a gram; None for everywhere.

    ``old`` and ``new``: in how many clauses of each list, of ``sizes``, each gram stands. A gram
    that is not in the result is looked for everywhere. A reach counts in parts of the product of
    both sizes; see ``window``. The same from either side.
    """
    work = {gram: count * new[gram] for gram, count in old.items() if gram in new}
    most = level(work.values(), WORK)
    if most is None:
        return None
    cells = sizes[0] * sizes[1]
    return {gram: cells * most // amount for gram, amount in work.items() if amount > most}


def window(place: int, reach: int, sizes: tuple[int, int]) -> tuple[int, int]:
    """The clauses, first and behind the last, within reach of the one at ``place`` of the other
    list. ``sizes``: how many clauses are looked through, and of how many the other list is.

    >>> window(5, 20, (10, 10)), window(0, 20, (10, 10))
    ((4, 7), (0, 2))
    """
    size, others = sizes
    middle = (2 * place + 1) * size
    first = -((reach + others - middle) // (2 * others))
    last = (middle + reach - others) // (2 * others)
    return max(0, first), max(0, last + 1)
