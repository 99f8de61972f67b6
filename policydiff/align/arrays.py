"""Links with many reports at once, by numpy: the same as without it, and many times as fast.

Only for corpora, and only where numpy is installed. ``align`` says what a link is; what
candidates.py, likeness.py, evidence.py and align.py do for one pair is done here for all pairs of a
block of reports, in the same order of operations, so that not a digit differs; tests hold the two
against each other.

What two texts say of each other is found once, however many reports hold them: reports name their
clauses by the numbers of their features.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, pairwise, repeat
from typing import Any, NamedTuple

import numpy as np

from policydiff.align.align import LinkModel, likelihood
from policydiff.align.blocks import (
    FeatureBlock,
    MeaningBlock,
    Placed,
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
)
from policydiff.align.features import Features
from policydiff.align.likeness import HALF_TRUST, NEAR_BEST, SCORE, pair_features
from policydiff.align.meaning import LEAST_MEANING
from policydiff.align.ragged import Array, Ragged, best, crossed, cut, joined, numbered

#: So much is held against the clauses asked for at a time (grams that features and clauses share,
#: and parts times parts), and so many reports are judged together that they have so many pairs and
#: grams: little enough to stay within some 200 MiB. What is kept of a pair counts as so many grams.
_CELLS = 4_000_000
_JUDGED = 1_200_000
_PAIR = 10

#: A clause asked for, the position of a clause of a report, and the score of the link.
IndexedLink = tuple[int, int, float]


class _Pairs(NamedTuple):
    """Candidate pairs of features and clauses asked for, by features and then by clause."""

    other: Array  # the place of the features
    clause: Array
    score: Array
    lead: Array  # over the features' next pair
    sequence: Array  # this and the next three as in LinkEvidence
    length: Array
    rare: Array
    indicator: Array
    cosine: Array  # of the meanings
    nearest: Array  # for each of the features, the mean of the highest cosines
    parts: Ragged  # numbers of the clauses' parts that are like one of the features' parts
    value: Array  # how like, for each of them
    best: Array  # and how like the likest is for the features' part
    shared: Ragged  # grams
    rarity: Array  # of the rarest of them among the clauses asked for
    grams: Ragged  # of the features, as far as the clauses have them
    crowded: Array  # which features have too many candidates; their pairs are left out
    several: Array  # how many comma parts the features have
    work: Array  # how many clauses hold each of their grams, all added up


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
        # 0 is for all grams that none of the clauses has.
        self._grams = {gram: k for k, gram in enumerate(weights, 1)}
        self._weights = np.array([0, *weights.values()], dtype=np.float64)
        self._rarity = np.array([0.0, *(math.log(n / asked.spread[gram]) for gram in weights)])
        self._holders = self._by_gram([key.grams for key in keys])
        self._part_holders = self._by_gram([part for key in keys for part in key.parts])
        self._parts = Ragged.counted(
            np.array([norm for key in keys for norm in key.part_norms]),
            np.array([len(key.parts) for key in keys], dtype=np.int64),
        )
        self._norms = np.array([key.norm for key in keys])
        self._meanings = MeaningBlock(asked.features)
        self._floors = np.array([floor(key) for key in keys])
        layout = asked.layout
        self._lines, self._sections = numbered(layout.lines), numbered(layout.sections)
        self._goes_on = np.diff(self._lines) == 0

    def _by_gram(self, holders: Sequence[Iterable[str]]) -> Ragged:
        """For each gram those who hold it."""
        held = [[self._grams[gram] for gram in grams] for grams in holders]
        grams = np.array(list(chain.from_iterable(held)), dtype=np.int64)
        who = np.repeat(np.arange(len(held)), list(map(len, held)))
        order = np.argsort(grams, kind="stable")
        return Ragged.of(grams[order], who[order], len(self._weights))

    def links(
        self, reports: Sequence[Placed], features: Mapping[int, Features]
    ) -> Iterator[list[IndexedLink] | None]:
        """The links of each of some reports, by position and clause, settled or not.

        None for a report in which so many pairs are candidates that ``align`` looks at some only.
        """
        some = list(features.values())
        if not some or not self._number:
            yield from ([] for _ in reports)
            return
        pairs = _together([self._pairs(chunk) for chunk in cut(some, self._cells, _CELLS)])
        place = {number: k for k, number in enumerate(features)}
        of_features = Ragged.of(pairs.other, np.arange(len(pairs.other)), len(some))
        near = self._near(pairs, len(some))
        counts = of_features.counts.tolist()

        def size(report: Placed) -> int:
            of_pairs: int = sum(counts[place[number]] for number in report.words)
            return _PAIR * of_pairs + len(self._weights)

        for some_reports in cut(reports, size, _JUDGED):
            yield from self._judged(ReportBlock(some_reports, place), pairs, of_features, near)

    def _cells(self, features: Features) -> int:
        """How much there is to do with some features."""
        spread = self._asked.spread.get
        shared = 2 * sum(map(spread, chain.from_iterable(features.key.parts), repeat(0)))
        return shared + len(features.key.parts) * len(self._parts.items)

    # --- what two texts say of each other ---------------------------------------------------------

    def _pairs(self, features: Sequence[Features]) -> _Pairs:
        """All candidate pairs of some features."""
        n, m = self._number, len(features)
        some = FeatureBlock(features, self._grams)
        pairs, totals, crowded, shared = self._candidates(some)
        other, clause = pairs // n, pairs % n
        parts, value, theirs = self._part_pairs(some, other, clause)
        most_like = best(value, np.repeat(np.arange(len(pairs)), parts.counts), len(pairs), 0.0)
        score = totals / (self._norms[clause] * some.norms[other]) + most_like
        score = np.rint(score * SCORE) / SCORE
        cosine = some.meanings.cosines(self._meanings)[other, clause]
        cosine = np.rint(cosine * SCORE) / SCORE
        texts = [
            pair_features(self._asked.features[i], features[j])
            for i, j in zip(clause.tolist(), other.tolist(), strict=True)
        ]
        sequence, length, indicator = np.array(texts).reshape(-1, 3).T
        of = np.repeat(np.arange(len(pairs)), shared.counts)
        return _Pairs(
            other=other,
            clause=clause,
            score=score,
            lead=_leads(score, other, m),
            sequence=sequence,
            length=length,
            rare=np.bincount(of, self._weights[shared.items] > RARE, len(pairs)),
            indicator=indicator,
            cosine=cosine,
            nearest=mean_of_nearest(cosine, other, m),
            parts=parts,
            value=value,
            best=best(value, theirs, len(some.parts.items), LEAST_PART)[theirs],
            shared=shared,
            rarity=best(self._rarity[shared.items], of, len(pairs), 0.0),
            grams=some.grams,
            crowded=crowded,
            several=some.parts.counts,
            work=np.bincount(
                np.repeat(np.arange(m), some.grams.counts),
                self._holders.counts[some.grams.items],
                m,
            ),
        )

    def _candidates(self, some: FeatureBlock) -> tuple[Array, Array, Array, Ragged]:
        """The candidate pairs (features times the number of clauses, plus the clause), the weight
        of what each shares, which features have too many of them, and the grams of each pair."""
        n, m = self._number, some.number
        counts, at = self._holders.at(some.grams.items)
        of = np.repeat(np.repeat(np.arange(m) * n, some.grams.counts), counts)
        of += self._holders.items[at]
        totals = np.bincount(of, np.repeat(self._weights[some.grams.items], counts), m * n)
        chosen = totals >= np.multiply.outer(some.floors, self._floors).ravel()
        crowded = chosen.reshape(m, n).sum(axis=1) > most_candidates(n)
        chosen &= np.repeat(~crowded, n)
        pairs = np.flatnonzero(chosen)
        held = chosen[of]
        shared, of = np.repeat(some.grams.items, counts)[held], of[held]
        order = np.argsort(of, kind="stable")
        place = np.cumsum(chosen) - 1
        return pairs, totals[pairs], crowded, Ragged.of(place[of[order]], shared[order], len(pairs))

    def _part_pairs(
        self, some: FeatureBlock, other: Array, clause: Array
    ) -> tuple[Ragged, Array, Array]:
        """For each pair the clause's parts that are like one of the features' parts; how like each
        is, and which part of the features it is."""
        counts, at = self._part_holders.at(some.part_gram)
        width = len(self._parts.items)
        dots = np.bincount(
            np.repeat(some.part_of * width, counts) + self._part_holders.items[at],
            np.repeat(self._weights[some.part_gram], counts),
            len(some.parts.items) * width,
        )
        k, ours, theirs = crossed(self._parts, clause, some.parts, other)
        dot = dots[theirs * width + ours]
        k, ours, theirs, dot = (column[dot > 0] for column in (k, ours, theirs, dot))
        left, right = self._parts.items[ours], some.parts.items[theirs]
        value = dot / ((np.minimum(left, right) + HALF_TRUST) * np.maximum(left, right))
        near = value >= best(value, k, len(other), 0.0)[k] * NEAR_BEST
        k, ours, theirs, value = (column[near] for column in (k, ours, theirs, value))
        return Ragged.of(k, ours, len(other)), value, theirs

    # --- what the rest of the reports says --------------------------------------------------------

    def _near(self, pairs: _Pairs, features: int) -> Array:
        """What each of the features adds to the context of each clause when next to it.

        The last row is of nobody. Sums of three scores are exact in 32 bits.
        """
        near = np.zeros((features + 1, self._number), dtype=np.float32)
        rivals = pairs.score > RIVAL
        near[pairs.other[rivals], pairs.clause[rivals]] = pairs.score[rivals]
        around = near.copy()
        around[:, 1:] += near[:, :-1] * self._goes_on
        around[:, :-1] += near[:, 1:] * self._goes_on
        return around

    def _judged(
        self, block: ReportBlock, pairs: _Pairs, of_features: Ragged, near: Array
    ) -> Iterator[list[IndexedLink] | None]:
        """The links of a few reports."""
        counts, at = of_features.at(block.features)
        spot, pair = np.repeat(np.arange(len(block.features)), counts), of_features.items[at]
        report = block.report[spot]
        crowded = self._crowded(block, pairs, spot, pairs.clause[pair])
        evidence = self._evidence(block, pairs, near, spot, pair)
        # What is unique takes longest to find: only where it may decide.
        nearly = self._nearly_linked()
        able = np.flatnonzero(self._odds(evidence) >= nearly)
        evidence = {name: column[able] for name, column in evidence.items()}
        evidence["unique"] = self._unique(pairs, pair[able], report[able], block)
        odds = self._odds(evidence)
        able, odds = able[odds >= nearly], odds[odds >= nearly]
        rows = list(
            zip(
                pairs.clause[pair[able]].tolist(),
                block.position[spot[able]].tolist(),
                map(likelihood, odds.tolist()),
                strict=True,
            )
        )
        ends = np.searchsorted(report[able], np.arange(block.number + 1)).tolist()
        for k, (start, end) in enumerate(pairwise(ends)):
            linked = [row for row in rows[start:end] if row[2] >= self._model.linked]
            yield None if k in crowded else linked

    def _crowded(self, block: ReportBlock, pairs: _Pairs, spot: Array, clause: Array) -> set[int]:
        """The reports in which a clause of either side has too many candidates, or any other bound
        of the work is met (see bounds.py)."""
        report = block.report[spot]
        there = block.report[pairs.crowded[block.features]]
        counts = np.bincount(report * self._number + clause, minlength=block.number * self._number)
        most = np.array([most_candidates(count) for count in block.counts.tolist()])
        here = np.flatnonzero(counts.reshape(block.number, -1).max(axis=1) > most)
        work = np.bincount(block.report, pairs.work[block.features], block.number)
        parts = np.bincount(
            report,
            self._parts.counts[clause] * pairs.several[block.features[spot]],
            block.number,
        )
        bounded = np.flatnonzero((work > WORK) | (parts > PART_PAIRS))
        return {*there.tolist(), *here.tolist(), *bounded.tolist()}

    def _evidence(
        self, block: ReportBlock, pairs: _Pairs, near: Array, spot: Array, pair: Array
    ) -> dict[str, Array]:
        """The evidence for each pair at its spot, as in ``in_context``; of what is unique only
        the most that it can be."""
        report = block.report[spot]
        clause, score = pairs.clause[pair], pairs.score[pair]
        row, rows = report * self._number + clause, block.number * self._number
        cosine, ours = pairs.cosine[pair], mean_of_nearest(pairs.cosine[pair], row, rows)
        spots = len(block.features)
        lead, other = pairs.lead[pair], _leads(score, row, rows)
        context = score + CONTEXT * (
            near[block.features[spot], clause].astype(np.float64)
            + near[block.before[spot], clause]
            + near[block.after[spot], clause]
            - np.where(score > RIVAL, score, 0.0)
        )
        return {
            "part_mutual": self._part_mutual(pairs, pair, report),
            "sequence": pairs.sequence[pair],
            "length": pairs.length[pair],
            "rare": pairs.rare[pair],
            "unique": pairs.rarity[pair] * math.log(block.counts.max()),
            "context_rank": _mutual(context, row, rows, spot, spots, LEAST_CONTEXT),
            "paragraph": _groups(score, block.line[spot], self._lines[clause], report),
            "section": _groups(score, block.section[spot], self._sections[clause], report),
            "margin_less": np.minimum(lead, other),
            "margin_more": np.maximum(lead, other),
            "indicator": pairs.indicator[pair],
            "meaning": cosine - (ours[row] + pairs.nearest[pairs.other[pair]]) / 2,
            "meaning_mutual": _mutual(
                np.maximum(cosine, 0.0), row, rows, spot, spots, LEAST_MEANING
            ),
        }

    def _odds(self, evidence: Mapping[str, Array]) -> Array:
        """The log-odds of each pair, added up in the order in which ``LinkModel.odds`` does it."""
        odds: Array = np.full(len(evidence["unique"]), self._model.offset)
        for name, weight in zip(NAMES, self._model.weights, strict=True):
            odds = odds + weight * evidence[name]
        return odds

    def _nearly_linked(self) -> float:
        """Log-odds from which a pair may be a link, when the likelihood is rounded."""
        return math.log(self._model.linked / (1 - self._model.linked)) - 1e-4

    def _part_mutual(self, pairs: _Pairs, pair: Array, report: Array) -> Array:
        """See ``_part_mutual`` in evidence.py."""
        counts, at = pairs.parts.at(pair)
        which = np.repeat(np.arange(len(pair)), counts)
        value = pairs.value[at]
        parts = len(self._parts.items)
        part = np.repeat(report * parts, counts) + pairs.parts.items[at]
        highest = best(value, part, (int(report.max(initial=0)) + 1) * parts, LEAST_PART)
        return best(value * value / (highest[part] * pairs.best[at]), which, len(pair), 0.0)

    def _unique(self, pairs: _Pairs, pair: Array, report: Array, block: ReportBlock) -> Array:
        """The rarest gram that each pair shares, by its spread in both reports."""
        several = len(self._weights)
        counts, at = pairs.grams.at(block.features)
        held = np.bincount(
            np.repeat(block.report * several, counts) + pairs.grams.items[at],
            minlength=block.number * several,
        ).reshape(block.number, several)
        sizes = block.counts.tolist()
        rarity = np.concatenate(
            [self._rarity * _logs(n)[row] for n, row in zip(sizes, held, strict=True)]
        )
        counts, at = pairs.shared.at(pair)
        values = rarity[np.repeat(report * several, counts) + pairs.shared.items[at]]
        return best(values, np.repeat(np.arange(len(pair)), counts), len(pair), 0.0)


@cache
def _logs(number: int) -> Array:
    """The logarithms of a number over 1, 2, … itself, behind a 0; by Python, as elsewhere."""
    return np.array([0.0, *(math.log(number / k) for k in range(1, number + 1))])


def _leads(scores: Array, owners: Array, number: int) -> Array:
    """How far each score lies before the best other one of the same owner; see ``_lead``."""
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


def _together(blocks: Sequence[_Pairs]) -> _Pairs:
    """The pairs of several lists of features as of one."""
    if len(blocks) == 1:
        return blocks[0]
    columns: dict[str, Any] = {
        name: joined([getattr(block, name) for block in blocks]) for name in _Pairs._fields
    }
    sizes = [len(block.grams.counts) for block in blocks]
    before = np.repeat(np.cumsum(sizes) - sizes, [len(block.other) for block in blocks])
    return _Pairs(**columns | {"other": columns["other"] + before})
