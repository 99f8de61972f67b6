"""Links with many reports at once, by numpy: the same as without it, and many times as fast.

Only for corpora, and only where numpy is installed. What likeness.py, scores.py and align.py do for
one pair is done here for all pairs of a block of reports, in the same order of operations, so that
not a digit differs; tests hold the two against each other.

Lists of lists lie end to end in one array, with the number of items of each beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, pairwise, repeat
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from policydiff.align.align import LINKED, likelihood, weights
from policydiff.align.evidence import (
    CONTEXT,
    LEAST_CONTEXT,
    LEAST_PART,
    NAMES,
    RELATED,
    RIVAL,
    Side,
)
from policydiff.align.likeness import (
    HALF_TRUST,
    NEAR_BEST,
    RARE,
    SCORE,
    Words,
    beside,
    most_of,
    threshold,
)
from policydiff.analysis.keys import weight_of
from policydiff.corpus.rows import Sketch

Array = NDArray[Any]
T = TypeVar("T")

#: So much is held against the clauses asked for at a time (grams that words and clauses share, and
#: parts times parts), and so many reports judged together that they have so many pairs and grams:
#: little enough to stay within some 200 MiB. What is kept of a pair counts for so many grams.
_CELLS = 4_000_000
_JUDGED = 1_200_000
_PAIR = 10


class _Lists(NamedTuple):
    """Lists of items, end to end, with how many each has and where it starts."""

    items: Array
    counts: Array
    starts: Array

    @classmethod
    def of(cls, owners: Array, items: Array, number: int) -> _Lists:
        """Items in the order of their owners, of which there are so many."""
        counts = np.bincount(owners, minlength=number)
        return cls(items, counts, np.cumsum(counts) - counts)

    def at(self, owners: Array) -> tuple[Array, Array]:
        """The lists of these owners, end to end: how many items each has, and where in ``items``
        they are."""
        counts = self.counts[owners]
        before = np.cumsum(counts) - counts
        return counts, np.repeat(self.starts[owners] - before, counts) + np.arange(counts.sum())


def _best(values: Array, owners: Array, number: int, least: float) -> Array:
    """The highest value of each of so many owners, or ``least``."""
    best = np.full(number, least)
    np.maximum.at(best, owners, values)
    return best


@cache
def _logs(number: int) -> Array:
    """The logarithms of a number over 1, 2, … itself, behind a nought; by Python, as elsewhere."""
    return np.array([0.0, *(math.log(number / k) for k in range(1, number + 1))])


def _leads(scores: Array, owners: Array, number: int) -> Array:
    """How far each score lies before the best other one of the same owner; see ``_lead``."""
    first = _best(scores, owners, number, RIVAL)
    leading = scores == first[owners]
    second = _best(scores[~leading], owners[~leading], number, RIVAL)
    tied = np.bincount(owners[leading], minlength=number) > 1
    second[tied] = first[tied]
    top = first[owners]
    return scores - np.where(top > scores, top, second[owners])


def _likest(pairs: Array, totals: Array, number: int) -> Array:
    """See ``likest`` in likeness.py; each pair is of words times ``number`` plus a clause."""
    words = pairs // number
    counts = np.bincount(words)
    most = most_of(number)
    if counts.max(initial=0) <= most:
        return pairs
    order = np.lexsort((pairs, -totals[pairs], words))
    place = np.arange(len(pairs)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(pairs[order[place < most]])


def _cut(items: Sequence[T], size: Callable[[T], int], most: int) -> Iterator[Sequence[T]]:
    """Items in their order, in pieces of about so much at most."""
    at = total = 0
    for k, item in enumerate(items):
        total += size(item)
        if total >= most:
            yield items[at : k + 1]
            at, total = k + 1, 0
    if at < len(items):
        yield items[at:]


def _numbered(names: Sequence[Hashable]) -> Array:
    """Names as numbers from 0 on, in the order in which they first appear."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)


class _Pairs(NamedTuple):
    """Pairs of words and clauses asked for that are worth a look, by words and then by clause."""

    words: Array
    clause: Array
    score: Array
    lead: Array  # over the words' next pair
    sequence: Array  # this and the next four as in Evidence
    length: Array
    rare: Array
    indicator: Array
    conflict: Array
    parts: _Lists  # numbers of the clauses' parts that are like one of the words' parts
    value: Array  # how like, for each of them
    best: Array  # and how like the likest is for the words' part
    shared: _Lists  # grams
    rarity: Array  # of the rarest of them among the clauses asked for
    grams: _Lists  # of the words, as far as the clauses have them


class ArrayJudge:
    """Finds links to the clauses asked for."""

    def __init__(self, asked: Side) -> None:
        self._asked = asked
        self._number = len(asked.words)
        names = list(asked.spread)
        # 0 is for all grams that none of the clauses has.
        self._grams = {gram: k for k, gram in enumerate(names, 1)}
        self._weights = np.array([0, *map(weight_of, names)], dtype=np.float64)
        n = self._number
        self._rarity = np.array([0.0, *(math.log(n / asked.spread[gram]) for gram in names)])
        keys = [words.key for words in asked.words]
        self._holders = self._by_gram([key.grams for key in keys])
        self._part_holders = self._by_gram([part for key in keys for part in key.parts])
        self._parts = _Lists.of(
            np.repeat(np.arange(n), [len(key.parts) for key in keys]),
            np.array([norm for key in keys for norm in key.part_norms]),
            n,
        )
        self._norms = np.array([key.norm for key in keys])
        self._thresholds = np.array([threshold(key) for key in keys], dtype=np.int64)
        places = asked.places
        self._lines, self._sections = _numbered(places.lines), _numbered(places.sections)
        self._goes_on = np.diff(self._lines) == 0

    def _by_gram(self, holders: Sequence[Iterable[str]]) -> _Lists:
        """For each gram those who hold it."""
        held = [[self._grams[gram] for gram in grams] for grams in holders]
        grams = np.array(list(chain.from_iterable(held)), dtype=np.int64)
        who = np.repeat(np.arange(len(held)), list(map(len, held)))
        order = np.argsort(grams, kind="stable")
        return _Lists.of(grams[order], who[order], len(self._weights))

    def links(
        self, sketches: Sequence[Sketch], words: Mapping[int, Words]
    ) -> Iterator[list[tuple[int, int, float]]]:
        """The links of each of some reports, by position and clause, settled or not."""
        some = list(words.values())
        if not some:
            yield from ([] for _ in sketches)
            return
        found = _together([self._pairs(chunk) for chunk in _cut(some, self._cells, _CELLS)])
        place = {number: k for k, number in enumerate(words)}
        by_words = _Lists.of(found.words, np.arange(len(found.words)), len(some))
        near = self._near(found, len(some))
        pairs = by_words.counts.tolist()

        def size(sketch: Sketch) -> int:
            of_pairs: int = sum(pairs[place[number]] for number in sketch.words)
            return _PAIR * of_pairs + len(self._weights)

        for block in _cut(sketches, size, _JUDGED):
            yield from self._judged(_Block(block, place), found, by_words, near)

    def _cells(self, words: Words) -> int:
        """How much there is to do with some words."""
        known = [self._grams[g] for part in words.key.parts for g in part if g in self._grams]
        shared = 2 * int(self._holders.counts[known].sum()) if known else 0
        return shared + len(words.key.parts) * len(self._parts.items)

    # --- what two texts say of each other ---------------------------------------------------------

    def _pairs(self, words: Sequence[Words]) -> _Pairs:
        """All pairs of some words that are worth a look."""
        n, m = self._number, len(words)
        keys = [one.key for one in words]
        norms = np.array([key.norm for key in keys])
        parts = _Lists.of(
            np.repeat(np.arange(m), [len(key.parts) for key in keys]),
            np.array([norm for key in keys for norm in key.part_norms]),
            m,
        )
        part_of, gram = self._known([part for key in keys for part in key.parts])
        owner = np.repeat(np.arange(m), parts.counts)
        # Each gram of the words once.
        held = np.sort(owner[part_of] * len(self._weights) + gram)
        held = held[np.diff(held, prepend=-1) > 0]
        grams = _Lists.of(held // len(self._weights), held % len(self._weights), m)
        # How much each has in common with each clause, and each part with each part.
        counts, at = self._holders.at(grams.items)
        of = np.repeat(np.repeat(np.arange(m) * n, grams.counts), counts) + self._holders.items[at]
        shared = np.repeat(grams.items, counts)
        totals = np.bincount(of, np.repeat(self._weights[grams.items], counts), m * n)
        counts, at = self._part_holders.at(gram)
        width = len(self._parts.items)
        dots = np.bincount(
            np.repeat(part_of * width, counts) + self._part_holders.items[at],
            np.repeat(self._weights[gram], counts),
            len(parts.items) * width,
        )
        thresholds = np.array([threshold(key) for key in keys], dtype=np.int64)
        chosen = totals >= np.multiply.outer(thresholds, self._thresholds).ravel()
        pairs = _likest(np.flatnonzero(chosen), totals, n)
        chosen = np.zeros(len(chosen), dtype=bool)
        chosen[pairs] = True
        who, clause = pairs // n, pairs % n
        # The parts of each pair that have anything in common.
        k, ours, theirs = _crossed(self._parts, clause, parts, who)
        dot = dots[theirs * width + ours]
        k, ours, theirs, dot = (x[dot > 0] for x in (k, ours, theirs, dot))
        left, right = self._parts.items[ours], parts.items[theirs]
        product = np.where(left < right, right * (left + HALF_TRUST), left * (right + HALF_TRUST))
        value = dot / product
        best = _best(value, k, len(pairs), 0.0)
        near = value >= best[k] * NEAR_BEST
        k, ours, theirs, value = (x[near] for x in (k, ours, theirs, value))
        score = totals[pairs] / (self._norms[clause] * norms[who]) + best
        score = np.rint(score * SCORE) / SCORE
        # The grams of each pair.
        of, shared = of[chosen[of]], shared[chosen[of]]
        order = np.argsort(of, kind="stable")
        shared_by = (np.cumsum(chosen) - 1)[of[order]]
        shared = shared[order]
        others = [
            beside(self._asked.words[i], words[j])
            for i, j in zip(clause.tolist(), who.tolist(), strict=True)
        ]
        sequence, length, indicator, conflict = np.array(others).reshape(-1, 4).T
        return _Pairs(
            words=who,
            clause=clause,
            score=score,
            lead=_leads(score, who, m),
            sequence=sequence,
            length=length,
            rare=np.bincount(shared_by, self._weights[shared] > RARE, len(pairs)),
            indicator=indicator,
            conflict=conflict,
            parts=_Lists.of(k, ours, len(pairs)),
            value=value,
            best=_best(value, theirs, len(parts.items), LEAST_PART)[theirs],
            shared=_Lists.of(shared_by, shared, len(pairs)),
            rarity=_best(self._rarity[shared], shared_by, len(pairs), 0.0),
            grams=grams,
        )

    def _known(self, parts: Sequence[Sequence[str]]) -> tuple[Array, Array]:
        """The grams of some parts that the clauses have, too: whose, and which."""
        grams = np.fromiter(
            map(self._grams.get, chain.from_iterable(parts), repeat(0)), dtype=np.int64
        )
        part = np.repeat(np.arange(len(parts)), list(map(len, parts)))
        return part[grams > 0], grams[grams > 0]

    # --- what the rest of the reports says --------------------------------------------------------

    def _near(self, found: _Pairs, words: int) -> Array:
        """What each of the words adds to the context of each clause when next to it.

        The last row is of nobody. Sums of three scores are exact in 32 bits.
        """
        near = np.zeros((words + 1, self._number), dtype=np.float32)
        rivals = found.score > RIVAL
        near[found.words[rivals], found.clause[rivals]] = found.score[rivals]
        around = near.copy()
        around[:, 1:] += near[:, :-1] * self._goes_on
        around[:, :-1] += near[:, 1:] * self._goes_on
        return around

    def _judged(
        self, block: _Block, found: _Pairs, by_words: _Lists, near: Array
    ) -> Iterator[list[tuple[int, int, float]]]:
        """The links of a few reports."""
        n = self._number
        counts, at = by_words.at(block.words)
        spot, pair = np.repeat(np.arange(len(block.words)), counts), by_words.items[at]
        report = block.report[spot]
        clause, score = found.clause[pair], found.score[pair]
        row = report * n + clause
        lead, other = found.lead[pair], _leads(score, row, block.number * n)
        context = score + CONTEXT * (
            near[block.words[spot], clause].astype(np.float64)
            + near[block.before[spot], clause]
            + near[block.after[spot], clause]
            - np.where(score > RIVAL, score, 0.0)
        )
        evidence = {
            "part_mutual": self._part_mutual(found, pair, report),
            "sequence": found.sequence[pair],
            "length": found.length[pair],
            "rare": found.rare[pair],
            "unique": found.rarity[pair] * math.log(block.counts.max()),
            "context_rank": _mutual(
                context, row, block.number * n, spot, len(block.words), LEAST_CONTEXT
            ),
            "paragraph": _groups(score, block.line[spot], self._lines[clause], report),
            "section": _groups(score, block.section[spot], self._sections[clause], report),
            "margin_less": np.minimum(lead, other),
            "margin_more": np.maximum(lead, other),
            "indicator": found.indicator[pair],
            "conflict": found.conflict[pair],
        }
        # What is unique takes longest to find: only where it may decide.
        able = np.flatnonzero(_odds(evidence) >= _NEARLY_LINKED)
        evidence = {name: column[able] for name, column in evidence.items()}
        evidence["unique"] = self._unique(found, pair[able], report[able], block)
        odds = _odds(evidence)
        nearly = odds >= _NEARLY_LINKED
        able, odds = able[nearly], odds[nearly]
        rows = list(
            zip(
                clause[able].tolist(),
                block.position[spot[able]].tolist(),
                map(likelihood, odds.tolist()),
                strict=True,
            )
        )
        ends = np.searchsorted(report[able], np.arange(block.number + 1)).tolist()
        for start, end in pairwise(ends):
            yield [row for row in rows[start:end] if row[2] >= LINKED]

    def _part_mutual(self, found: _Pairs, pair: Array, report: Array) -> Array:
        """See ``_part_mutual`` in scores.py."""
        counts, at = found.parts.at(pair)
        which = np.repeat(np.arange(len(pair)), counts)
        value = found.value[at]
        parts = len(self._parts.items)
        part = np.repeat(report * parts, counts) + found.parts.items[at]
        best = _best(value, part, (int(report.max(initial=0)) + 1) * parts, LEAST_PART)
        return _best(value * value / (best[part] * found.best[at]), which, len(pair), 0.0)

    def _unique(self, found: _Pairs, pair: Array, report: Array, block: _Block) -> Array:
        """The rarest gram that each pair shares, by its spread in both reports."""
        several = len(self._weights)
        counts, at = found.grams.at(block.words)
        held = np.bincount(
            np.repeat(block.report * several, counts) + found.grams.items[at],
            minlength=block.number * several,
        ).reshape(block.number, several)
        sizes = block.counts.tolist()
        rarity = np.concatenate(
            [self._rarity * _logs(n)[row] for n, row in zip(sizes, held, strict=True)]
        )
        counts, at = found.shared.at(pair)
        values = rarity[np.repeat(report * several, counts) + found.shared.items[at]]
        return _best(values, np.repeat(np.arange(len(pair)), counts), len(pair), 0.0)


class _Block:
    """A few reports: for each commitment its report, words, paragraph and section."""

    def __init__(self, sketches: Sequence[Sketch], place: Mapping[int, int]) -> None:
        """``place``: where words with a number stand among all that were found."""
        self.number = len(sketches)
        self.counts = np.array([len(sketch.words) for sketch in sketches], dtype=np.int64)
        self.report = np.repeat(np.arange(self.number), self.counts)
        self.position = np.concatenate([np.arange(count) for count in self.counts])
        self.words = np.array(
            [place[number] for sketch in sketches for number in sketch.words], dtype=np.int64
        )
        line, section = (
            np.concatenate([np.asarray(column, dtype=np.int64) for column in columns])
            for columns in zip(*((s.lines, s.sections) for s in sketches), strict=True)
        )
        #: Paragraphs and sections, told apart from those of other reports.
        lines = self.report * (line.max(initial=0) + 1) + line
        self.line = np.unique(lines, return_inverse=True)[1]
        self.section = self.report * (section.max(initial=0) + 1) + section
        #: The words before and after in the same paragraph; there is nobody behind the last.
        goes_on = self.line[1:] == self.line[:-1]
        self.before, self.after = (np.full(len(self.words), len(place)) for _ in range(2))
        self.before[1:][goes_on] = self.words[:-1][goes_on]
        self.after[:-1][goes_on] = self.words[1:][goes_on]


def _odds(evidence: Mapping[str, Array]) -> Array:
    """The log-odds of each pair, added up in the order in which ``weigh`` does it."""
    each, offset = weights()
    odds: Array = np.full(len(evidence["unique"]), offset)
    for name, weight in zip(NAMES, each, strict=True):
        odds = odds + weight * evidence[name]
    return odds


def _groups(score: Array, group: Array, asked: Array, report: Array) -> Array:
    """How far paragraphs, or sections, correspond; see ``_group_mutual`` in scores.py.

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
    ours = _best(sums[cell], owner, int(owner.max(initial=0)) + 1, 0.0)
    value = sums[cell]
    with np.errstate(invalid="ignore"):
        mutual = value * value / (ours[owner] * theirs[group])
    return np.where(value > 0, mutual, 0.0)


#: Log-odds from which a pair may be a link, when the likelihood is rounded.
_NEARLY_LINKED = math.log(LINKED / (1 - LINKED)) - 1e-4


def _mutual(
    scores: Array, left: Array, lefts: int, right: Array, rights: int, least: float
) -> Array:
    """See ``_mutual`` in scores.py; ``left`` and ``right`` are numbers below so many."""
    best_left, best_right = _best(scores, left, lefts, least), _best(scores, right, rights, least)
    mutual: Array = scores * scores / (best_left[left] * best_right[right])
    return mutual


def _crossed(ours: _Lists, our: Array, theirs: _Lists, their: Array) -> tuple[Array, Array, Array]:
    """Every item of one's list with every item of the other's, for each pair of owners: which
    pair, and the places of both."""
    counts = ours.counts[our] * theirs.counts[their]
    which = np.repeat(np.arange(len(our)), counts)
    at = np.arange(len(which)) - (np.cumsum(counts) - counts)[which]
    several = ours.counts[our][which]
    left, right = ours.starts[our][which], theirs.starts[their][which]
    return which, left + at % several, right + at // several


def _together(blocks: Sequence[_Pairs]) -> _Pairs:
    """The pairs of several lists of words as of one."""
    if len(blocks) == 1:
        return blocks[0]
    columns: dict[str, Any] = {
        name: _joined([getattr(block, name) for block in blocks]) for name in _Pairs._fields
    }
    sizes = [len(block.grams.counts) for block in blocks]
    before = np.repeat(np.cumsum(sizes) - sizes, [len(block.words) for block in blocks])
    return _Pairs(**columns | {"words": columns["words"] + before})


def _joined(columns: Sequence[Any]) -> Any:
    """Arrays, or lists, end to end."""
    if not isinstance(columns[0], _Lists):
        return np.concatenate(columns)
    items, counts = (
        np.concatenate([getattr(column, name) for column in columns])
        for name in ("items", "counts")
    )
    return _Lists(items, counts, np.cumsum(counts) - counts)
