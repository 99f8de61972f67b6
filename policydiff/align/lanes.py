"""Links with many reports, one after the other, without numpy: the same as without it.

For corpora, where the same clauses are set against one report after another: what hangs on them
alone is made ready once. The weights of a gram in all of them stand side by side in one long whole
number (its lanes), so that Python adds them all at once. ``align`` says what a link is; tests hold
the two against each other. What costs most, subsequences of two texts and how rare each gram is in
both reports, is only looked at where the rest leaves it open whether the two are linked.
"""

from __future__ import annotations

import math
import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, pairwise, repeat
from operator import itemgetter
from typing import Final, NamedTuple

from policydiff.align.align import LinkModel
from policydiff.align.bounds import PART_PAIRS, WORK
from policydiff.align.candidates import FLOOR, RARE, Pair, floor, most_candidates
from policydiff.align.evidence import (
    ClauseList,
    Columns,
    context,
    layout_of,
    meanings,
    rarities,
    together,
)
from policydiff.align.features import Features, names_of
from policydiff.align.likeness import HALF_TRUST, NEAR_BEST, PartPair, pair_features, quantized
from policydiff.align.meaning import Meaning
from policydiff.align.packed import IndexedLink, Placed, meanings_of
from policydiff.analysis.keys import Grams

#: So many lanes are held, at most, some 100 MiB: those of 1,500 clauses have half as many.
_MOST: Final = 50_000_000
#: Log-odds that are so much too low may be those of a link when the likelihood is rounded.
_NEARLY: Final = 1e-4


class _Lanes:
    """The weights of grams in some clauses, side by side.

    >>> _Lanes([{"水": 5}, {"水": 5, "河": 300}]).shared(["水", "河"])
    (5, 305)
    """

    def __init__(self, clauses: Sequence[Grams]) -> None:
        most = max([sum(grams.values()) for grams in clauses], default=0)
        self._lanes = struct.Struct(f"<{len(clauses)}{'H' if most <= _MOST_NARROW else 'I'}")
        lane = self._lanes.size // (len(clauses) or 1) * _BITS
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, grams in enumerate(clauses):
            for gram in grams:
                places[gram].append(place)
        self.grams = {
            gram: sum([clauses[some[0]][gram] << (lane * place) for place in some])
            for gram, some in places.items()
        }

    def shared(self, grams: Iterable[str]) -> tuple[int, ...]:
        """The weight that each clause shares with some grams, each given once. There is none among
        them that no clause has."""
        total = sum(map(self.grams.__getitem__, grams))
        return self._lanes.unpack(total.to_bytes(self._lanes.size, "little"))


#: Bits of a byte.
_BITS: Final = 8
#: Sums of weights are no larger in clauses that are not very long: so their lanes may be narrow.
_MOST_NARROW: Final = 0xFFFF


class _Parts:
    """The comma parts of a clause: the weight of each gram in those that have it, side by side."""

    def __init__(self, features: Features) -> None:
        weights = features.key.grams
        self.norms = features.key.part_norms
        self._grams = {
            gram: sum([weights[gram] << (_PART_LANE * place) for place in places])
            for gram, places in features.places.items()
        }
        self._lanes = struct.Struct(f"<{len(self.norms)}I")

    def pairs(
        self, others: Sequence[Sequence[str]], other_norms: Sequence[float]
    ) -> tuple[list[PartPair], float]:
        """The pairs with the comma parts of another clause that are nearly as alike as the best
        two, and how alike these are, as in ``likeness``. ``others``: the grams of each of these."""
        grams, norms = self._grams.get, self.norms
        size, unpack = self._lanes.size, self._lanes.unpack
        pairs: list[PartPair] = []
        best = enough = 0.0
        for q, theirs in enumerate(others):
            total = sum(map(grams, theirs, _ZEROS))
            if not total:
                continue
            right = other_norms[q]
            for p, dot in enumerate(unpack(total.to_bytes(size, "little"))):
                if dot:
                    left = norms[p]
                    if right < left:
                        value = dot / (left * (right + HALF_TRUST))
                    else:
                        value = dot / ((left + HALF_TRUST) * right)
                    if value >= enough:
                        pairs.append((p, q, value))
                        if value > best:
                            best, enough = value, value * NEAR_BEST
        if len(pairs) > 1:
            pairs = [pair for pair in pairs if pair[2] >= enough]
        return pairs, best


#: Bits of a lane of parts: no sum of weights in a comma part comes near.
_PART_LANE: Final = 32
_ZEROS: Final = repeat(0)


class _Report:
    """The clauses of a report, with those of their grams alone that are ``known``.

    ``grams``: those of each clause.
    """

    def __init__(self, report: Placed, known: Mapping[str, object]) -> None:
        self._packed = packed = report.features
        names = [gram if gram in known else "" for gram in packed.vocabulary.grams]
        self._names = list(map(names.__getitem__, packed.grams))
        self._ends = [0, *accumulate(packed.several_grams)]
        self.grams = [
            list(filter(None, self._names[start:end])) for start, end in pairwise(self._ends)
        ]
        self._part_ends = [0, *accumulate(packed.several_parts)]
        self._place_ends = [0, *accumulate(packed.several_places)]
        self.layout = layout_of(report.lines, report.sections)
        self.texts, self.norms = packed.texts, packed.norms

    def rarity(self) -> dict[str, float]:
        """How rare each gram is; see ``rarities``."""
        of_count = rarities(len(self.texts))
        return {gram: of_count[count] for gram, count in Counter(self._names).items() if gram}

    def parts(self, clause: int) -> Sequence[Sequence[str]]:
        """The grams of each comma part of a clause."""
        several = self._packed.several_parts[clause]
        if several == 1:
            return [self.grams[clause]]
        first, last = self._ends[clause], self._ends[clause + 1]
        counts = self._packed.several_places[first:last]
        places = self._packed.parts[self._place_ends[first] : self._place_ends[last]]
        names: Iterable[str] = self._names[first:last]
        if len(places) > len(counts):
            names = chain.from_iterable(map(repeat, names, counts))
        parts: list[list[str]] = [[] for _ in range(several)]
        for name, place in zip(names, places, strict=True):
            if name:
                parts[place].append(name)
        return parts

    def part_norms(self, clause: int) -> Sequence[float]:
        """The norm of each comma part of a clause."""
        return self._packed.part_norms[self._part_ends[clause] : self._part_ends[clause + 1]]

    def meanings(self) -> list[Meaning]:
        """The meaning of each clause."""
        return meanings_of(self._packed)

    def names(self, clause: int) -> Sequence[str]:
        """``Features.names`` of a clause."""
        return names_of(self._packed.indicators.get(clause, ()))

    def named(self, clause: int) -> bool:
        """Whether the targets of a clause have names."""
        return clause in self._packed.indicators


class _Pairs(NamedTuple):
    """The candidate pairs of the clauses asked for and those of a report, in order: what each is
    like, and the parts that are, as in ``Likeness``; and how many rare grams they share."""

    scores: dict[Pair, float]
    parts: dict[Pair, Sequence[PartPair]]
    rare: list[float]


class LaneJudge:
    """Finds links to the clauses asked for."""

    def __init__(self, asked: ClauseList, model: LinkModel) -> None:
        self._asked, self._model = asked, model
        self._number = n = len(asked.features)
        self._keys = keys = [one.key for one in asked.features]
        self._bounded = len(asked.spread) * n > _MOST
        self._lanes = _Lanes([] if self._bounded else [key.grams for key in keys])
        self._parts = list(map(_Parts, asked.features))
        self._lengths = [len(key.text) for key in keys]
        self._floors = list(map(floor, keys))
        self._least = min(self._floors, default=0.0)
        self._rare = [{gram for gram, w in key.grams.items() if w > RARE} for key in keys]
        self._any_rare: set[str] = set().union(*self._rare)
        self._meanings = [one.meaning for one in asked.features]
        of_count = rarities(n)
        self._rarity = {gram: of_count[count] for gram, count in asked.spread.items()}

    def links(self, reports: Iterable[Placed]) -> Iterator[list[IndexedLink] | None]:
        """The links of each of some reports, settled or not.

        None for a report in which so much may be alike that ``align`` looks at some pairs only.
        """
        for report in reports:
            several = len(report.features.texts)
            if not self._number or not several:
                yield []
            elif self._bounded or len(report.features.grams) * self._number > WORK:
                yield None
            else:
                known = _Report(report, self._lanes.grams)
                pairs = self._pairs(known)
                yield None if pairs is None else self._linked(known, pairs)

    def _pairs(self, report: _Report) -> _Pairs | None:
        """The candidate pairs; None where they are too many for either clause."""
        scores: dict[Pair, float] = {}
        parts: dict[Pair, Sequence[PartPair]] = {}
        rare: list[float] = []
        cells, most = 0, most_candidates(self._number)
        for j, grams in enumerate(report.grams):
            column = self._candidates(grams, report.norms[j])
            if len(column) > most or cells > PART_PAIRS:
                return None
            if not column:
                continue
            theirs, norms = report.parts(j), report.part_norms(j)
            rare_here = self._any_rare.intersection(grams)
            for i, total in column:
                pair = i, j
                parts[pair], best = self._parts[i].pairs(theirs, norms)
                cells += len(self._parts[i].norms) * len(norms)
                scores[pair] = quantized(total / (self._keys[i].norm * report.norms[j]) + best)
                rare.append(len(self._rare[i] & rare_here))
        rows = Counter(map(itemgetter(0), scores))
        most = most_candidates(len(report.grams))
        if cells > PART_PAIRS or any(number > most for number in rows.values()):
            return None
        return _Pairs(scores, parts, rare)

    def _candidates(self, grams: Iterable[str], norm: float) -> list[tuple[int, int]]:
        """See ``CandidateIndex.candidates``."""
        ours, floors = math.sqrt(FLOOR * norm), self._floors
        least = math.ceil(ours * self._least)
        totals = self._lanes.shared(grams)
        return [(i, t) for i, t in enumerate(totals) if t >= least and t >= ours * floors[i]]

    def _linked(self, report: _Report, pairs: _Pairs) -> list[IndexedLink]:
        """Those pairs that are links.

        What takes long to find is first taken for as much as it can be, and found for those pairs
        alone that are links then.
        """
        here, there = self._lengths, list(map(len, report.texts))
        shortest = [a if a < b else b for a, b in ((here[i], there[j]) for i, j in pairs.scores)]
        rarest = math.log(self._number) * math.log(len(there))
        columns = context(pairs.scores, pairs.parts, self._asked.layout, report.layout)
        columns |= meanings(pairs.scores, self._meanings, report.meanings())
        columns["rare"] = pairs.rare
        most: Columns = {
            "unique": [rarest] * len(shortest),
            "sequence": [1.0] * len(shortest),
            "length": list(map(math.log1p, shortest)),
            "indicator": [
                float(bool(self._asked.features[i].indicators) and report.named(j))
                for i, j in pairs.scores
            ],
        }
        for name, values in most.items():  # what speaks against a link may as well be nothing
            speaks_for = getattr(self._model.weights, name) > 0
            columns[name] = values if speaks_for else [0.0] * len(values)
        nearly = math.log(self._model.linked / (1 - self._model.linked)) - _NEARLY
        odds = map(self._model.odds, together(columns))
        able = [k for k, at_most in enumerate(odds) if at_most >= nearly]
        chosen = list(pairs.scores)
        chosen = [chosen[k] for k in able]
        columns = {name: [column[k] for k in able] for name, column in columns.items()}
        columns |= self._exact(report, chosen)
        scores = map(self._model.likelihood, together(columns))
        return [
            (*pair, score)
            for pair, score in zip(chosen, scores, strict=True)
            if score >= self._model.linked
        ]

    def _exact(self, report: _Report, pairs: Sequence[Pair]) -> Columns:
        """What takes long to find, of some pairs; see ``LinkEvidence``."""
        asked, rarity = self._asked.features, report.rarity()
        unique, sequence, length, indicator = [], [], [], []
        for i, j in pairs:
            one = asked[i]
            grams = one.key.grams
            unique.append(max([self._rarity[g] * rarity[g] for g in report.grams[j] if g in grams]))
            ordered, common, named = pair_features(
                one.key.text, one.names, report.texts[j], report.names(j)
            )
            sequence.append(ordered)
            length.append(common)
            indicator.append(named)
        return {"unique": unique, "sequence": sequence, "length": length, "indicator": indicator}
