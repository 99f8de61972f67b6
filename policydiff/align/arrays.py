"""Links with many reports at once, by numpy: the same as without it, and many times as fast.

Only for corpora, and only where numpy is installed. ``align`` says what a link is; what
candidates.py, likeness.py, evidence.py and align.py do for one pair is done here for all pairs of a
block of reports, in the same order of operations, so that not a digit differs; tests hold the two
against each other. What costs most, subsequences of two texts and how rare each gram is in both
reports, is only looked at where the rest leaves it open whether the two are linked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from policydiff.align.align import LinkModel, likelihood
from policydiff.align.blocks import (
    GramNumbers,
    KnownReport,
    MeaningBlock,
    ReportBlock,
    mean_of_nearest,
)
from policydiff.align.bounds import PART_PAIRS, WORK
from policydiff.align.candidates import RARE, floor, most_candidates
from policydiff.align.evidence import (
    CONTEXT,
    LEAST_CONTEXT,
    LEAST_PART,
    NAMES,
    RELATED,
    RIVAL,
    ClauseList,
    rarities,
)
from policydiff.align.likeness import HALF_TRUST, NEAR_BEST, SCORE, in_common, same_indicator
from policydiff.align.meaning import LEAST_MEANING
from policydiff.align.packed import IndexedLink, Placed
from policydiff.align.postings import GramHolders
from policydiff.align.ragged import Array, Ragged, best, crossed, cut, numbered

#: Reports are judged together that have so many grams in common with the clauses asked for, and so
#: many clauses times these: the arrays fit the cache of a core then, and take some 30 MiB.
_CELLS = 600_000


class _Pairs(NamedTuple):
    """Candidate pairs of clauses of a block and clauses asked for, in order."""

    other: Array  # the place of the clause in the block
    clause: Array
    report: Array
    score: Array
    cosine: Array  # of the meanings
    rare: Array  # as in LinkEvidence
    part: Array  # of those parts of both that are like each other: which pair
    ours: Array  # and which part of all that are asked for
    theirs: Array  # of the block
    value: Array  # how like
    shared: Ragged  # grams

    def some(self, which: Array) -> _Pairs:
        """Only some of them, given by their places, without their parts."""
        counts, at = self.shared.at(which)
        none = self.part[:0]
        return _Pairs(
            other=self.other[which],
            clause=self.clause[which],
            report=self.report[which],
            score=self.score[which],
            cosine=self.cosine[which],
            rare=self.rare[which],
            part=none,
            ours=none,
            theirs=none,
            value=none,
            shared=Ragged.counted(self.shared.items[at], counts),
        )


class ArrayJudge:
    """Finds links to the clauses asked for."""

    def __init__(self, asked: ClauseList, model: LinkModel) -> None:
        self._asked = asked
        self._model = model
        self._number = n = len(asked.features)
        keys = [features.key for features in asked.features]
        weights: dict[str, int] = {}
        for key in keys:
            weights |= key.grams
        self._grams = GramNumbers(list(weights))
        self._weights = np.array([0, *weights.values()], dtype=np.float64)
        self._rarity = np.array([0.0, *(math.log(n / asked.spread[gram]) for gram in weights)])
        self._holders = GramHolders(asked.features, self._grams.__getitem__, self._weights)
        self._parts = Ragged.counted(
            np.array([norm for key in keys for norm in key.part_norms]),
            np.array([len(key.parts) for key in keys], dtype=np.int64),
        )
        self._norms = np.array([key.norm for key in keys])
        meanings = [features.meaning for features in asked.features]
        self._meanings = MeaningBlock(
            np.array([meaning.vector for meaning in meanings]),
            np.array([meaning.norm for meaning in meanings]),
        )
        self._floors = np.array([floor(key) for key in keys])
        self._lengths = np.array([len(key.text) for key in keys])
        self._texts = [one.key.text for one in asked.features]
        self._names = [one.names for one in asked.features]
        self._named = np.array([bool(features.indicators) for features in asked.features])
        layout = asked.layout
        self._lines, self._sections = numbered(layout.lines), numbered(layout.sections)
        self._goes_on = np.diff(self._lines) == 0

    def links(self, reports: Iterable[Placed]) -> Iterator[list[IndexedLink] | None]:
        """The links of each of some reports, by position and clause, settled or not.

        None for a report in which so many pairs are candidates that ``align`` looks at some only.
        """
        if not self._number:
            yield from ([] for _ in reports)
            return
        known = (
            KnownReport(report, self._grams, self._holders.holders.counts) for report in reports
        )
        for block in cut(known, self._size, _CELLS):
            yield from self._judged(block)

    def _size(self, known: KnownReport) -> int:
        return min(known.work, WORK) + known.clauses * self._number

    def _judged(self, reports: Sequence[KnownReport]) -> Iterator[list[IndexedLink] | None]:
        """The links of a few reports."""
        able = [k for k, known in enumerate(reports) if known.work <= WORK]
        links: list[list[IndexedLink] | None] = [None] * len(reports)
        if sum(reports[k].clauses for k in able):
            block = ReportBlock([reports[k] for k in able])
            for k, some in zip(able, self._links(block), strict=True):
                links[k] = some
        else:
            for k in able:
                links[k] = []
        yield from links

    def _links(self, block: ReportBlock) -> Iterator[list[IndexedLink] | None]:
        pairs, crowded = self._pairs(block)
        linked, odds = self._linked(block, pairs)
        rows = list(
            zip(
                linked.clause.tolist(),
                block.position[linked.other].tolist(),
                map(likelihood, odds.tolist()),
                strict=True,
            )
        )
        ends = np.searchsorted(linked.report, np.arange(block.number + 1)).tolist()
        for k, (start, end) in enumerate(pairwise(ends)):
            likely = [row for row in rows[start:end] if row[2] >= self._model.linked]
            yield None if k in crowded else likely

    # --- what two texts say of each other ---------------------------------------------------------

    def _pairs(self, block: ReportBlock) -> tuple[_Pairs, set[int]]:
        """All candidate pairs of a block, and the reports in which too much is alike, which have
        none."""
        pairs, totals, shared, entry, holder, crowded = self._candidates(block)
        other, clause = pairs // self._number, pairs % self._number
        part, ours, theirs, value = self._part_pairs(block, other, clause, shared, entry, holder)
        most_like = best(value, part, len(pairs), 0.0)
        score = totals / (self._norms[clause] * block.norms[other]) + most_like
        cosine = block.meanings.cosines(other, self._meanings, clause)
        of = np.repeat(np.arange(len(pairs)), shared.counts)
        return _Pairs(
            other=other,
            clause=clause,
            report=block.report[other],
            score=np.rint(score * SCORE) / SCORE,
            cosine=np.rint(cosine * SCORE) / SCORE,
            rare=np.bincount(of, self._weights[shared.items] > RARE, len(pairs)),
            part=part,
            ours=ours,
            theirs=theirs,
            value=value,
            shared=shared,
        ), crowded

    def _candidates(
        self, block: ReportBlock
    ) -> tuple[Array, Array, Ragged, Array, Array, set[int]]:
        """The candidate pairs (clause of the block times the number of those asked for, plus the
        one asked for), the weight of what each shares, the grams of each pair; for each of these
        grams which of the block's and which of the holders' it is; and the crowded reports."""
        held = self._holders.held(block.gram, block.owner, block.clauses)
        totals = self._holders.totals(held)
        chosen = (totals >= np.multiply.outer(block.floors, self._floors)).ravel()
        pairs = np.flatnonzero(chosen)
        other, clause = np.divmod(pairs, self._number)
        crowded = self._crowded(block, other, clause)
        if crowded:
            left = ~np.isin(block.report[other], list(crowded))
            chosen[pairs[~left]] = False
            pairs, other, clause = pairs[left], other[left], clause[left]
        pair, entry, holder = self._holders.shared(held, chosen, other, clause)
        shared = Ragged.of(pair, block.gram[entry], len(pairs))
        return pairs, totals.ravel()[pairs], shared, block.at[entry], holder, crowded

    def _crowded(self, block: ReportBlock, other: Array, clause: Array) -> set[int]:
        """The reports in which a clause of either side has too many candidates, or any other bound
        of the work is met (see bounds.py)."""
        report = block.report[other]
        there = np.bincount(other, minlength=block.clauses) > most_candidates(self._number)
        here = np.bincount(
            report * self._number + clause, minlength=block.number * self._number
        ).reshape(block.number, self._number)
        most = np.array([most_candidates(count) for count in block.counts.tolist()])
        parts = np.bincount(
            report, self._parts.counts[clause] * block.parts.counts[other], block.number
        )
        bounded = np.flatnonzero((here.max(axis=1) > most) | (parts > PART_PAIRS))
        return {*block.report[there].tolist(), *bounded.tolist()}

    def _part_pairs(
        self,
        block: ReportBlock,
        other: Array,
        clause: Array,
        shared: Ragged,
        entry: Array,
        holder: Array,
    ) -> tuple[Array, Array, Array, Array]:
        """The comma parts of each pair that are like each other: which pair, both parts, and how
        like. ``entry`` and ``holder`` as ``_candidates`` gives them."""
        pair = np.repeat(np.arange(len(other)), shared.counts)
        places = self._holders.places
        which, ours, theirs = crossed(places, holder, block.places, entry)
        ours, theirs = places.items[ours], block.places.items[theirs]
        # The parts of each pair as the cells of a table, row by row.
        width = block.parts.counts[other]
        cells = self._parts.counts[clause] * width
        starts = np.cumsum(cells) - cells
        pair = pair[which]
        dots = np.bincount(
            starts[pair] + ours * width[pair] + theirs,
            self._weights[shared.items[which]],
            int(cells.sum()),
        )
        cell = np.flatnonzero(dots)
        pair, dot = np.repeat(np.arange(len(other)), cells)[cell], dots[cell]
        ours, theirs = np.divmod(cell - starts[pair], width[pair])
        ours += self._parts.starts[clause[pair]]
        theirs += block.parts.starts[other[pair]]
        left, right = self._parts.items[ours], block.parts.items[theirs]
        value = dot / ((np.minimum(left, right) + HALF_TRUST) * np.maximum(left, right))
        near = value >= best(value, pair, len(other), 0.0)[pair] * NEAR_BEST
        return pair[near], ours[near], theirs[near], value[near]

    # --- what the rest of the reports says --------------------------------------------------------

    def _linked(self, block: ReportBlock, pairs: _Pairs) -> tuple[_Pairs, Array]:
        """The pairs that are links, or nearly, and the log-odds of each.

        What takes long to find is first taken for as much as it can be, and found for those pairs
        alone that are links then.
        """
        evidence = self._evidence(block, pairs)
        shortest = np.minimum(self._lengths[pairs.clause], block.lengths[pairs.other])
        of = np.repeat(np.arange(len(pairs.other)), pairs.shared.counts)
        rarity = best(self._rarity[pairs.shared.items], of, len(pairs.other), 0.0)
        evidence |= {
            "unique": rarity * math.log(block.counts.max()),
            "sequence": np.minimum(shortest, 1.0),
            "length": np.log1p(shortest),
            "indicator": (self._named[pairs.clause] & block.named[pairs.other]) * 1.0,
        }
        pairs, evidence = self._able(pairs, evidence)
        evidence["unique"] = self._unique(pairs, block)
        pairs, evidence = self._able(pairs, evidence)
        evidence |= self._text_evidence(pairs, block)
        pairs, evidence = self._able(pairs, evidence)
        return pairs, self._odds(evidence)

    def _text_evidence(self, pairs: _Pairs, block: ReportBlock) -> dict[str, Array]:
        """See ``pair_features``."""
        clauses, others = pairs.clause.tolist(), pairs.other.tolist()
        common = in_common([self._texts[i] for i in clauses], [block.texts[j] for j in others])
        shortest = np.minimum(self._lengths[pairs.clause], block.lengths[pairs.other])
        indicator = np.zeros(len(common))
        both = np.flatnonzero(self._named[pairs.clause] & block.named[pairs.other]).tolist()
        names = block.names(others[k] for k in both)
        for k in both:
            indicator[k] = same_indicator(self._names[clauses[k]], names[others[k]])
        return {
            "sequence": np.array(common) / np.maximum(shortest, 1),
            "length": np.array(list(map(math.log1p, common))),
            "indicator": indicator,
        }

    def _able(
        self, pairs: _Pairs, evidence: Mapping[str, Array]
    ) -> tuple[_Pairs, dict[str, Array]]:
        """Those pairs that are links by this evidence, when the likelihood is rounded."""
        nearly = math.log(self._model.linked / (1 - self._model.linked)) - 1e-4
        able = np.flatnonzero(self._odds(evidence) >= nearly)
        return pairs.some(able), {name: column[able] for name, column in evidence.items()}

    def _evidence(self, block: ReportBlock, pairs: _Pairs) -> dict[str, Array]:
        """The evidence for each pair, as in ``in_context``, that costs little."""
        report, clause, score, other = pairs.report, pairs.clause, pairs.score, pairs.other
        row, rows = report * self._number + clause, block.number * self._number
        ours = mean_of_nearest(pairs.cosine, row, rows)
        theirs = mean_of_nearest(pairs.cosine, other, block.clauses)
        lead, lead_here = _leads(score, other, block.clauses), _leads(score, row, rows)
        context = self._contexts(block, pairs)
        return {
            "part_mutual": self._part_mutual(block, pairs),
            "rare": pairs.rare,
            "context_rank": _mutual(context, row, rows, other, block.clauses, LEAST_CONTEXT),
            "paragraph": _groups(score, block.line[other], self._lines[clause], report),
            "section": _groups(score, block.section[other], self._sections[clause], report),
            "margin_less": np.minimum(lead, lead_here),
            "margin_more": np.maximum(lead, lead_here),
            "meaning": pairs.cosine - (ours[row] + theirs[other]) / 2,
            "meaning_mutual": _mutual(
                np.maximum(pairs.cosine, 0.0), row, rows, other, block.clauses, LEAST_MEANING
            ),
        }

    def _contexts(self, block: ReportBlock, pairs: _Pairs) -> Array:
        """Each score with those of the neighbours in both paragraphs added, at a discount.

        Sums of three scores are exact in 32 bits.
        """
        near = np.zeros((block.clauses + 1, self._number), dtype=np.float32)  # the last is nobody
        rivals = pairs.score > RIVAL
        near[pairs.other[rivals], pairs.clause[rivals]] = pairs.score[rivals]
        around = near.copy()
        around[:, 1:] += near[:, :-1] * self._goes_on
        around[:, :-1] += near[:, 1:] * self._goes_on
        other, clause = pairs.other, pairs.clause
        context: Array = pairs.score + CONTEXT * (
            around[other, clause].astype(np.float64)
            + around[block.before[other], clause]
            + around[block.after[other], clause]
            - np.where(rivals, pairs.score, 0.0)
        )
        return context

    def _odds(self, evidence: Mapping[str, Array]) -> Array:
        """The log-odds of each pair, added up in the order in which ``LinkModel.odds`` does it."""
        odds: Array = np.full(len(evidence["unique"]), self._model.offset)
        for name, weight in zip(NAMES, self._model.weights, strict=True):
            odds = odds + weight * evidence[name]
        return odds

    def _part_mutual(self, block: ReportBlock, pairs: _Pairs) -> Array:
        """See ``_part_mutual`` in evidence.py."""
        parts = len(self._parts.items)
        ours = pairs.report[pairs.part] * parts + pairs.ours
        value = pairs.value
        highest = best(value, ours, block.number * parts, LEAST_PART)[ours]
        highest_there = best(value, pairs.theirs, len(block.parts.items), LEAST_PART)[pairs.theirs]
        return best(value * value / (highest * highest_there), pairs.part, len(pairs.other), 0.0)

    def _unique(self, pairs: _Pairs, block: ReportBlock) -> Array:
        """The rarest gram that each pair shares, by its spread in both reports."""
        several = len(self._weights)
        held = np.bincount(
            block.report[block.owner] * several + block.gram, minlength=block.number * several
        ).reshape(block.number, several)
        sizes = block.counts.tolist()
        rarity = np.concatenate(
            [self._rarity * _rarities(n)[row] for n, row in zip(sizes, held, strict=True)]
        )
        of = np.repeat(np.arange(len(pairs.other)), pairs.shared.counts)
        values = rarity[pairs.report[of] * several + pairs.shared.items]
        return best(values, of, len(pairs.other), 0.0)


@cache
def _rarities(clauses: int) -> Array:
    """See ``rarities``; by Python, as elsewhere."""
    return np.array(rarities(clauses))


def _leads(scores: Array, owners: Array, number: int) -> Array:
    """How far each score lies before the best other one of the same owner; see ``_leads`` in
    evidence.py."""
    first = best(scores, owners, number, RIVAL)
    leading = scores == first[owners]
    second = best(scores[~leading], owners[~leading], number, RIVAL)
    tied = np.bincount(owners[leading], minlength=number) > 1
    second[tied] = first[tied]
    top = first[owners]
    return scores - np.where(top > scores, top, second[owners])


def _groups(score: Array, group: Array, asked: Array, report: Array) -> Array:
    """How far paragraphs, or sections, correspond; see ``_group_mutual`` in evidence.py.

    ``group`` and ``asked`` are for each pair its group and that of the clause asked for.
    """
    several = int(asked.max(initial=0)) + 1
    cells = (int(group.max(initial=0)) + 1) * several
    cell = group * several + asked
    related = score > RELATED
    sums = np.bincount(cell[related], score[related] - RELATED, cells)
    # Of each group only the best counts, and of each group asked for the best in each report.
    theirs = sums.reshape(-1, several).max(axis=1)
    owner = report * several + asked
    ours = best(sums[cell], owner, int(owner.max(initial=0)) + 1, 0.0)
    value = sums[cell]
    with np.errstate(invalid="ignore"):
        mutual = value * value / (ours[owner] * theirs[group])
    return np.where(value > 0, mutual, 0.0)


def _mutual(
    scores: Array, left: Array, lefts: int, right: Array, rights: int, least: float
) -> Array:
    """See ``_mutual`` in evidence.py; ``left`` and ``right`` are numbers below so many."""
    best_left, best_right = best(scores, left, lefts, least), best(scores, right, rights, least)
    mutual: Array = scores * scores / (best_left[left] * best_right[right])
    return mutual
