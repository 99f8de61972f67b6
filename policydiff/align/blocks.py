"""Clauses of many reports as numpy arrays: their features, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from typing import Protocol

import numpy as np

from policydiff.align.candidates import floor
from policydiff.align.features import Features
from policydiff.align.meaning import NEAREST
from policydiff.align.ragged import Array, Ragged


class Placed(Protocol):
    """The clauses of a report in order: the numbers of their features, and where they stand."""

    @property
    def words(self) -> Sequence[int]: ...
    @property
    def lines(self) -> Sequence[int]: ...
    @property
    def sections(self) -> Sequence[int]: ...


class FeatureBlock:
    """Some features as arrays, with those of their grams that the clauses asked for have."""

    def __init__(self, features: Sequence[Features], numbers: Mapping[str, int]) -> None:
        """``numbers``: those of the grams, from 1 on."""
        self.number = m = len(features)
        keys = [one.key for one in features]
        self.meanings = MeaningBlock(features)
        self.norms = np.array([key.norm for key in keys])
        self.floors = np.array([floor(key) for key in keys])
        #: The norm of each part.
        self.parts = Ragged.counted(
            np.array([norm for key in keys for norm in key.part_norms]),
            np.array([len(key.parts) for key in keys], dtype=np.int64),
        )
        parts = [part for key in keys for part in key.parts]
        gram = np.fromiter(map(numbers.get, chain.from_iterable(parts), repeat(0)), dtype=np.int64)
        part = np.repeat(np.arange(len(parts)), list(map(len, parts)))
        #: The grams of the parts: whose, and which.
        self.part_of, self.part_gram = part[gram > 0], gram[gram > 0]
        # Each gram of the features once.
        several = len(numbers) + 1
        owner = np.repeat(np.arange(m), self.parts.counts)
        held = np.sort(owner[self.part_of] * several + self.part_gram)
        held = held[np.diff(held, prepend=-1) > 0]
        self.grams = Ragged.of(held // several, held % several, m)


class MeaningBlock:
    """The meanings of some features."""

    def __init__(self, features: Sequence[Features]) -> None:
        meanings = [one.meaning for one in features]
        self._vectors = np.array([meaning.vector for meaning in meanings], dtype=np.float64)
        self._norms = np.array([meaning.norm for meaning in meanings])

    def cosines(self, others: MeaningBlock) -> Array:
        """How near each is to each of others. Products are of whole numbers, and exact."""
        product = self._vectors @ others._vectors.T
        cosines: Array = product / np.multiply.outer(self._norms, others._norms)
        return cosines


def mean_of_nearest(cosines: Array, owners: Array, number: int) -> Array:
    """See ``_mean_of_nearest`` in meaning.py, of each of so many owners."""
    order = np.lexsort((-cosines, owners))
    owner, counts = owners[order], np.bincount(owners, minlength=number)
    starts = np.cumsum(counts) - counts
    highest = np.arange(len(owner)) - starts[owner] < NEAREST
    sums = np.bincount(owner[highest], cosines[order][highest], number)
    mean: Array = np.where(counts > 1, sums / np.clip(counts, 1, NEAREST), 0.0)
    return mean


class ReportBlock:
    """A few reports: for each clause its report, features, paragraph and section."""

    def __init__(self, reports: Sequence[Placed], place: Mapping[int, int]) -> None:
        """``place``: where features with a number stand among all that are judged."""
        self.number = len(reports)
        self.counts = np.array([len(report.words) for report in reports], dtype=np.int64)
        self.report = np.repeat(np.arange(self.number), self.counts)
        self.position = np.concatenate([np.arange(count) for count in self.counts])
        self.features = np.array(
            [place[number] for report in reports for number in report.words], dtype=np.int64
        )
        line, section = (
            np.concatenate([np.asarray(column, dtype=np.int64) for column in columns])
            for columns in zip(*((r.lines, r.sections) for r in reports), strict=True)
        )
        #: Paragraphs and sections, told apart from those of other reports.
        lines = self.report * (line.max(initial=0) + 1) + line
        self.line = np.unique(lines, return_inverse=True)[1]
        self.section = self.report * (section.max(initial=0) + 1) + section
        #: The features before and after in the same paragraph; there is nobody behind the last.
        goes_on = self.line[1:] == self.line[:-1]
        self.before, self.after = (np.full(len(self.features), len(place)) for _ in range(2))
        self.before[1:][goes_on] = self.features[:-1][goes_on]
        self.after[:-1][goes_on] = self.features[1:][goes_on]
