"""Vectors of texts by a model, and how near two lists of clauses are by them: all of numpy's work.

Vectors are rounded to half precision and cosines to a grid, and what is computed of cosines is
exact or rounded the same everywhere: so the same texts give the same links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from policydiff.errors import UsageError
from policydiff.semantic.encoders import Encoder
from policydiff.semantic.evidence import SemanticEvidence
from policydiff.semantic.store import VectorStore, key_of

Array = NDArray[Any]
Progress = Callable[[int, int], None]

#: So many texts are encoded at a time: enough for all cores, and a bar that moves.
_BATCH: Final = 64
#: Cosines are whole numbers of so many to one: about what half precision tells apart.
_GRID: Final = 1024
#: Against the mean of so many of the nearest a pair is seen: what is near to everything (a hub) is
#: near to nothing in particular.
_NEAREST: Final = 10
#: So many are named as closest to a clause.
_CLOSEST: Final = 8
#: A pair that lies by so much below the nearest of both still counts a little among rivals and
#: neighbours. F1 of links that were left out is the same within 0.002 from 0.1 to 0.2.
_FAINT: Final = 0.15
#: How much the neighbours add to what a pair itself says; from 0.4 to 1 F1 is the same within
#: 0.002.
_CONTEXT: Final = 0.7
#: Two clauses are each other's nearest only as far as they are at least so near.
_LEAST: Final = 0.1


class Vectors:
    """The vectors of texts: from the store as far as it has them, from the model for the rest."""

    def __init__(
        self, encoder: Encoder, store: VectorStore | None = None, progress: Progress | None = None
    ) -> None:
        """``store``: that of the model in the user's cache folder unless told; ``progress`` is told
        how many of how many texts are encoded."""
        self._encoder, self._progress = encoder, progress
        known = "\n".join((encoder.name, *(v.hex() for v in self._encoded(encoder.probes))))
        self._store = store or VectorStore(known)
        self._made: dict[str, bytes] = {}

    @property
    def model(self) -> str:
        """The name of the model."""
        return self._encoder.name

    def of(self, texts: Sequence[str]) -> Array:
        """A row for each text.

        Raises UsageError where the model fails or gives something other than such rows.
        """
        self.make(texts)
        rows = [np.frombuffer(self._made[text], dtype="<f2") for text in texts]
        if len({len(row) for row in rows}) > 1:
            raise self._wrong("gave vectors of different lengths")
        return np.array(rows, dtype=np.float64)

    def make(self, texts: Iterable[str]) -> None:
        """Make the vectors of texts that are asked for later, all at once."""
        keys = {text: key_of(text) for text in texts if text not in self._made}
        stored = self._store.get(list(keys.values()))
        for text, key in keys.items():
            if key in stored and _sound(stored[key]):
                self._made[text] = stored[key]
        # Texts of about the same length together: models fill up to the longest.
        wanted = [text for text in keys if text not in self._made]
        wanted.sort(key=lambda text: (len(text), text))
        for at in range(0, len(wanted), _BATCH):
            some = wanted[at : at + _BATCH]
            new = dict(zip(some, self._encoded(some), strict=True))
            self._made |= new
            self._store.put({keys[text]: vector for text, vector in new.items()})
            if self._progress is not None:
                self._progress(at + len(some), len(wanted))

    def _encoded(self, texts: Sequence[str]) -> list[bytes]:
        """The vectors of some texts, of length 1 and in half precision."""
        if not texts:
            return []
        try:
            given = self._encoder.encode(list(texts))
            # Some models hand out one vector after the other.
            rows = np.asarray(given if hasattr(given, "__len__") else list(given), dtype=np.float64)
        except UsageError:
            raise
        except Exception as error:
            raise self._wrong(f"failed ({type(error).__name__}: {error})") from error
        if rows.ndim != 2 or len(rows) != len(texts) or not np.isfinite(rows).all():
            raise self._wrong(
                f"gave an array of shape {rows.shape} for {len(texts)} texts, or numbers that are"
                " not finite"
            )
        return [row.tobytes() for row in _unit(rows).astype("<f2")]

    def _wrong(self, what: str) -> UsageError:
        return UsageError(
            where=f"semantic model {self._encoder.name}",
            what=what,
            remedy="encode(texts) has to give one vector of numbers for each text",
        )


def _sound(vector: bytes) -> bool:
    """Whether stored bytes can be a vector."""
    whole = bool(vector) and len(vector) % 2 == 0
    return whole and bool(np.isfinite(np.frombuffer(vector, dtype="<f2")).all())


def _unit(rows: Array) -> Array:
    """Rows of length 1; a row of nothing stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Array = rows / np.where(lengths > 0, lengths, 1.0)
    return scaled


class Side(NamedTuple):
    """The texts of a list of clauses, and in which paragraph each stands."""

    texts: Sequence[str]
    lines: Sequence[int]


class Nearness:
    """How near the clauses of two lists are by their vectors."""

    def __init__(self, cosines: Array, old_lines: Sequence[int], new_lines: Sequence[int]) -> None:
        cosines = np.rint(cosines * _GRID) / _GRID
        over = cosines - (_mean_of_nearest(cosines)[:, None] + _mean_of_nearest(cosines.T)) / 2
        near = np.rint(np.maximum(over + _FAINT, 0.0) * _GRID) / _GRID  # sums of it are exact
        around = _neighbours(old_lines) @ near @ _neighbours(new_lines).T
        self._over = over
        self._mutual = _mutual(near)
        self._context = _mutual(near + _CONTEXT * (around - near))
        #: The pairs that are nearer to each other than the nearest of either are in the mean.
        self.pairs: list[tuple[int, int]] = [(int(i), int(j)) for i, j in np.argwhere(over > 0)]

    def closest(self, place: int, side: int) -> dict[int, float]:
        """The few that come closest to a clause of a side (0 the old, 1 the new), by their places
        on the other side, with how near they are."""
        over = self._over[place] if side == 0 else self._over[:, place]
        order = np.argsort(-over, kind="stable")[:_CLOSEST]
        return {int(at): float(over[at]) for at in order if over[at] > 0}

    def evidence(self, i: int, j: int) -> SemanticEvidence:
        """What speaks for a link of an old and a new clause."""
        return SemanticEvidence(
            *(float(of[i, j]) for of in (self._over, self._mutual, self._context))
        )


def nearness(vectors: Vectors, old: Side, new: Side) -> Nearness:
    """How near the clauses of two lists are, neither of them empty.

    Vectors are seen from the middle of both lists: what all clauses of reports have in common says
    nothing. Symmetric in the two sides.
    """
    rows = vectors.of([*old.texts, *new.texts])
    rows = _unit(rows - rows.mean(axis=0))
    here, there = rows[: len(old.texts)], rows[len(old.texts) :]
    return Nearness(here @ there.T, old.lines, new.lines)


def _mean_of_nearest(cosines: Array) -> Array:
    """For each row the mean of its highest; 0 of a single one, which has nothing to be seen
    against."""
    most = min(_NEAREST, cosines.shape[1])
    highest = np.partition(cosines, -most, axis=1)[:, -most:]  # sums are exact in any order
    mean: Array = highest.sum(axis=1) / most if most > 1 else np.zeros(len(cosines))
    return mean


def _neighbours(lines: Sequence[int]) -> Array:
    """Which clauses stand around which: before and behind in the same paragraph, and itself."""
    at = np.asarray(lines)
    near = np.abs(np.subtract.outer(np.arange(len(at)), np.arange(len(at)))) <= 1
    around: Array = (near & np.equal.outer(at, at)).astype(np.float64)
    return around


def _mutual(near: Array) -> Array:
    """Each relative to the best of its row and of its column, multiplied: 1 is mutual best."""
    rows = np.maximum(near.max(axis=1), _LEAST)[:, None]
    columns = np.maximum(near.max(axis=0), _LEAST)
    mutual: Array = near * near / (rows * columns)
    return mutual
