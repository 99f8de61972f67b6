"""Which clauses hold a gram, and how much two clauses have in common, by numpy.

What candidates.py does for one pair of reports is done here for all reports of a block. A few
hundred grams make nine tenths of the work of looking from gram to clauses, since nearly every
clause holds them: for these a product of two small matrices takes their place. All weights are
whole numbers, so both ways add up to the very same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Final, NamedTuple

import numpy as np

from policydiff.align.features import Features
from policydiff.align.ragged import Array, Ragged

#: So many grams, those that most clauses asked for hold, go into the product. Of real reports they
#: make 0.9 of the work; twice as many take longer.
_COMMON: Final = 256
#: Multiplications in one product of matrices: of larger ones some libraries make shares for threads
#: of their own, which then wait for the next at full speed, on a core that others could use.
_SLICE: Final = 200_000
#: Numbers of 32 bits hold whole numbers exactly up to here.
_EXACT: Final = 1 << 24


class GramHolders:
    """The clauses asked for, by their grams.

    ``holders``: for each gram, by its number, the clauses that hold it; ``places``: for each of
    those the comma parts in which it stands.
    """

    def __init__(
        self, features: Sequence[Features], number: Callable[[str], int], weights: Array
    ) -> None:
        """``number`` gives the number of a gram, ``weights`` has the weight of each."""
        held = [one.places for one in features]
        grams = np.array([number(gram) for some in held for gram in some], dtype=np.int64)
        owners = np.repeat(np.arange(len(held)), np.array(list(map(len, held)), dtype=np.int64))
        parts = [part for some in held for part in some.values()]
        order = np.argsort(grams, kind="stable")
        self.holders = Ragged.of(grams, owners[order], len(weights))
        places = Ragged.counted(
            np.array(list(chain.from_iterable(parts)), dtype=np.int64),
            np.array(list(map(len, parts)), dtype=np.int64),
        )
        counts, at = places.at(order)
        self.places = Ragged.counted(places.items[at], counts)
        self._clauses = len(held)
        self._weights = weights
        self._set_common(grams[order], owners[order])

    def _set_common(self, grams: Array, owners: Array) -> None:
        """Tables of those grams that most clauses hold; ``grams`` and ``owners`` as in holders."""
        counts = self.holders.counts
        common = np.sort(np.argsort(-counts, kind="stable")[:_COMMON])
        common = common[counts[common] > 1]
        #: The column of each gram; behind the last for all others.
        self._column = np.full(len(counts), len(common))
        self._column[common] = np.arange(len(common))
        column = self._column[grams]
        at = np.flatnonzero(column < len(common))
        # Which of the holders' items each common gram of each clause is; -1 for none.
        self._slot = np.full((self._clauses, len(common) + 1), -1)
        self._slot[owners[at], column[at]] = at
        totals = np.bincount(owners, self._weights[grams], self._clauses)
        exact = np.float32 if totals.max(initial=0) < _EXACT else np.float64
        self._common = np.zeros((len(common), self._clauses), dtype=exact)
        self._common[column[at], owners[at]] = self._weights[grams[at]]

    def totals(self, held: Held) -> Array:
        """The weight of what each clause of a block and each clause asked for share, a row for
        each clause of the block."""
        shown = np.zeros((held.clauses, len(self._common)), dtype=self._common.dtype)
        shown[held.owner[held.often], held.column[held.often]] = 1
        seldom = np.bincount(
            held.cell, np.repeat(self._weights[held.gram[held.seldom]], held.counts),
            held.clauses * self._clauses,
        )  # fmt: skip
        totals: Array = seldom.reshape(held.clauses, self._clauses).astype(np.float64)
        rows = max(1, _SLICE // max(1, self._common.size))
        for at in range(0, held.clauses, rows):
            totals[at : at + rows] += shown[at : at + rows] @ self._common
        return totals

    def held(self, gram: Array, owner: Array, clauses: int) -> Held:
        """The grams of a block; ``owner``: of which of so many clauses each is, in order."""
        column = self._column[gram]
        seldom = np.flatnonzero(column == len(self._common))
        counts, at = self.holders.at(gram[seldom])
        cell = np.repeat(owner[seldom] * self._clauses, counts) + self.holders.items[at]
        often = np.flatnonzero(column < len(self._common))
        return Held(gram, owner, clauses, column, often, seldom, counts, at, cell)

    def shared(
        self, held: Held, chosen: Array, other: Array, clause: Array
    ) -> tuple[Array, Array, Array]:
        """What some pairs of a clause of the block and one asked for share: which pair, which gram
        of the block, and which item of the holders, in the order of the pairs.

        ``chosen``: for each cell whether it is one of the pairs.
        """
        place = np.cumsum(chosen) - 1
        some = np.flatnonzero(chosen[held.cell])
        pair = place[held.cell[some]]
        entry = np.repeat(held.seldom, held.counts)[some]
        often = Ragged.of(held.owner[held.often], held.often, held.clauses)
        counts, at = often.at(other)
        also, theirs = np.repeat(np.arange(len(other)), counts), often.items[at]
        slot = self._slot[clause[also], held.column[theirs]]
        both = np.flatnonzero(slot >= 0)
        pair = np.concatenate((pair, also[both]))
        order = np.argsort(pair, kind="stable")
        return (
            pair[order],
            np.concatenate((entry, theirs[both]))[order],
            np.concatenate((held.at[some], slot[both]))[order],
        )


class Held(NamedTuple):
    """The grams of the clauses of a block that the clauses asked for have.

    ``gram``: its number, ``owner``: the clause; ``often`` and ``seldom``: the places of those that
    are in the product and of those that are not. For each of the latter ``counts`` is how many
    clauses asked for hold it, and end to end ``at`` are their places among the holders' items, and
    ``cell`` those of the pairs.
    """

    gram: Array
    owner: Array
    clauses: int
    column: Array
    often: Array
    seldom: Array
    counts: Array
    at: Array
    cell: Array
