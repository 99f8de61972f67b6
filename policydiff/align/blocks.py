"""Clauses of many reports as numpy arrays: their features, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from policydiff.align.candidates import FLOOR
from policydiff.align.features import names_of
from policydiff.align.meaning import NEAREST
from policydiff.align.packed import Placed, Vocabulary, vocabulary_of
from policydiff.align.ragged import Array, Ragged


class GramNumbers:
    """Numbers of some grams, from 1 on; 0 is for all others."""

    def __init__(self, grams: Sequence[str]) -> None:
        self._numbers = {gram: k for k, gram in enumerate(grams, 1)}
        short = vocabulary_of(grams)
        codes = np.concatenate((_characters(short.characters), _pairs(short.pairs)))
        numbers = np.array([self._numbers[gram] for gram in short.grams], dtype=np.int64)
        order = np.argsort(codes)
        # Behind the last there is one that no gram has.
        self._codes = np.append(codes[order], np.iinfo(codes.dtype).max)
        self._of_codes = np.append(numbers[: len(codes)][order], 0)

    def __getitem__(self, gram: str) -> int:
        return self._numbers[gram]

    def of(self, vocabulary: Vocabulary) -> Array:
        """The number of each gram of a vocabulary."""
        codes = np.concatenate((_characters(vocabulary.characters), _pairs(vocabulary.pairs)))
        at = np.searchsorted(self._codes, codes)
        numbers = np.where(self._codes[at] == codes, self._of_codes[at], 0)
        others = [self._numbers.get(gram, 0) for gram in vocabulary.others]
        return np.concatenate((numbers, np.array(others, dtype=np.int64)))


def _characters(text: str) -> Array:
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.uint64)


def _pairs(text: str) -> Array:
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u8").astype(np.uint64)


class KnownReport:
    """A report, and its grams as numbers: 0 is for those that the clauses asked for do not have."""

    def __init__(self, report: Placed, numbers: GramNumbers, holders: Array) -> None:
        """``holders``: how many of the clauses asked for have each gram."""
        self.report = report
        features = report.features
        self.clauses = len(features.texts)
        self.grams = numbers.of(features.vocabulary)[np.asarray(features.grams, dtype=np.int64)]
        #: How many clauses asked for have each of its grams, all added up.
        self.work = int(holders[self.grams].sum())


class ReportBlock:
    """A few reports: for each clause its report, features, paragraph and section.

    ``gram``: those of the grams of the clauses that the clauses asked for have, ``owner``: of which
    clause each is, ``at``: where among all grams.
    """

    def __init__(self, reports: Sequence[KnownReport]) -> None:
        placed = [known.report for known in reports]
        features = [one.features for one in placed]
        self.number = len(reports)
        self.counts = np.array([known.clauses for known in reports], dtype=np.int64)
        self.clauses = int(self.counts.sum())
        self.starts = np.cumsum(self.counts) - self.counts
        self.report = np.repeat(np.arange(self.number), self.counts)
        self.position = np.arange(self.clauses) - self.starts[self.report]
        self._place(placed)
        self.norms, part_norms = (
            _joined(getattr(one, name) for one in features) for name in ("norms", "part_norms")
        )
        self.floors = np.sqrt(FLOOR * self.norms)
        #: The norm of each comma part.
        self.parts = Ragged.counted(part_norms, _counts(one.several_parts for one in features))
        self.meanings = MeaningBlock(
            _joined(one.meanings for one in features).reshape(self.clauses, -1),
            _joined(one.meaning_norms for one in features),
        )
        gram = np.concatenate([known.grams for known in reports])
        several = _counts(one.several_grams for one in features)
        self.at = np.flatnonzero(gram)
        self.gram = gram[self.at]
        self.owner = np.repeat(np.arange(self.clauses), several)[self.at]
        #: The comma parts of its clause in which each gram stands.
        self.places = Ragged.counted(
            _counts(one.parts for one in features),
            _counts(one.several_places for one in features),
        )
        self.texts = [text for one in features for text in one.texts]
        self.lengths = np.array(list(map(len, self.texts)))
        self._indicators = {
            int(start) + i: names
            for start, one in zip(self.starts, features, strict=True)
            for i, names in one.indicators.items()
        }
        #: Whether the targets of a clause have names.
        self.named = np.zeros(self.clauses, dtype=bool)
        self.named[list(self._indicators)] = True

    def names(self, clauses: Iterable[int]) -> dict[int, Sequence[str]]:
        """The names of the indicators of those clauses that have any, as in ``Features.names``."""
        named = self._indicators.keys() & set(clauses)
        return {clause: names_of(self._indicators[clause]) for clause in named}

    def _place(self, reports: Sequence[Placed]) -> None:
        line, section = (
            np.concatenate([np.asarray(column, dtype=np.int64) for column in columns])
            for columns in zip(*((r.lines, r.sections) for r in reports), strict=True)
        )
        #: Paragraphs and sections, told apart from those of other reports.
        lines = self.report * (line.max(initial=0) + 1) + line
        self.line = np.unique(lines, return_inverse=True)[1]
        self.section = self.report * (section.max(initial=0) + 1) + section
        #: The clauses before and after in the same paragraph; there is nobody behind the last.
        goes_on = np.flatnonzero(self.line[1:] == self.line[:-1])
        self.before, self.after = (np.full(self.clauses, self.clauses) for _ in range(2))
        self.before[goes_on + 1] = goes_on
        self.after[goes_on] = goes_on + 1


def _joined(columns: Iterator[Any]) -> Array:
    return np.concatenate([np.asarray(column) for column in columns])


def _counts(columns: Iterator[Any]) -> Array:
    return _joined(columns).astype(np.int64)


class MeaningBlock:
    """The meanings of some clauses: a row of numbers for each, and its norm."""

    def __init__(self, vectors: Array, norms: Array) -> None:
        self._vectors = np.asarray(vectors, dtype=np.float64)
        self._norms = np.asarray(norms)

    def cosines(self, here: Array, others: MeaningBlock, there: Array) -> Array:
        """How near some are to some of others, pair by pair, given by their places. Products are of
        whole numbers, and exact."""
        product = np.einsum("ij,ij->i", self._vectors[here], others._vectors[there])
        cosines: Array = product / (self._norms[here] * others._norms[there])
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
