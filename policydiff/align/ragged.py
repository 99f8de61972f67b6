"""Lists of lists as numpy arrays: the items end to end, with how many each list has."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
T = TypeVar("T")


class Ragged(NamedTuple):
    """Lists of items, end to end, with how many each has and where it starts."""

    items: Array
    counts: Array
    starts: Array

    @classmethod
    def of(cls, owners: Array, items: Array, number: int) -> Ragged:
        """Items in the order of their owners, of which there are so many."""
        return cls.counted(items, np.bincount(owners, minlength=number))

    @classmethod
    def counted(cls, items: Array, counts: Array) -> Ragged:
        """Items of lists that have so many each."""
        return cls(items, counts, np.cumsum(counts) - counts)

    def at(self, owners: Array) -> tuple[Array, Array]:
        """The lists of these owners, end to end: how many items each has, and where in ``items``
        they are."""
        counts = self.counts[owners]
        before = np.cumsum(counts) - counts
        return counts, np.repeat(self.starts[owners] - before, counts) + np.arange(counts.sum())


def best(values: Array, owners: Array, number: int, least: float) -> Array:
    """The highest value of each of so many owners, or ``least``."""
    highest = np.full(number, least)
    np.maximum.at(highest, owners, values)
    return highest


def crossed(ours: Ragged, our: Array, theirs: Ragged, their: Array) -> tuple[Array, Array, Array]:
    """Every item of one's list with every item of the other's, for each pair of owners: which
    pair, and the places of both."""
    counts = ours.counts[our] * theirs.counts[their]
    which = np.repeat(np.arange(len(our)), counts)
    at = np.arange(len(which)) - (np.cumsum(counts) - counts)[which]
    several = ours.counts[our][which]
    left, right = ours.starts[our][which], theirs.starts[their][which]
    return which, left + at % several, right + at // several


def numbered(names: Sequence[Hashable]) -> Array:
    """Names as numbers from 0 on, in the order in which they first appear."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)


def cut(items: Iterable[T], size: Callable[[T], int], most: int) -> Iterator[list[T]]:
    """Items in their order, in pieces of about so much at most.

    >>> list(cut("abcde", lambda letter: 1, 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    piece: list[T] = []
    total = 0
    for item in items:
        piece.append(item)
        total += size(item)
        if total >= most:
            yield piece
            piece, total = [], 0
    if piece:
        yield piece
