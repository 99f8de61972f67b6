"""How alike two clauses are: evidence for every pair worth a look.

Knows nothing of what the clauses are for. Everything is symmetric in the two sides, so that
comparing backwards gives the mirror image.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from policydiff.keys import Grams, Key, key_of, norm_of
from policydiff.models import Clause
from policydiff.targets import unit_kind

#: How many candidates each clause keeps for the careful look. The right partner of a labelled link
#: is among them in 91 of 100 cases; twelve or twenty bring no better F1.
SHORTLIST = 8
#: Grams that stand in more clauses (comma parts) than this are too common to find candidates
#: with; they still count once a pair is looked at. Keeps the search linear in the reports' size;
#: half or twice as many change F1 by less than 0.005.
_COMMON = 50
_COMMON_IN_PARTS = 30
_COMMON_IN_CONTEXTS = 25
#: A part as long as the middle one is trusted to two thirds, longer ones more.
_HALF_TRUST = 0.5
#: What stands in no more clauses than this names one thing.
_FEW = 2
#: How much the neighbours and the headings add to what a clause itself says.
_CONTEXT = 0.4

Pair = tuple[int, int]


class Evidence(NamedTuple):
    """What speaks for a pair; every field is 0 where nothing does. See ``weigh`` in align.py."""

    part_mutual: float  # 1 when two comma parts are each other's best in the whole reports
    opening: float  # how like each one's opening part is to a part of the other, the lesser of both
    sequence: float  # longest common subsequence of the keys, relative to the shorter
    length: float  # and absolute, as a logarithm
    unique_best: float  # the rarest shared gram, by its spread in both reports
    unique_count: float  # how many stand in at most two clauses of each report
    context_rank: float  # with neighbours and headings counted in, 1 when each is the other's best
    paragraph: float  # whether the two paragraphs correspond, as seen from both
    section: float  # whether the two sections correspond
    margin_less: float  # lead over the next candidate, on the side where it is smaller
    margin_more: float  # and where it is larger
    indicator: float  # likeness of the names of their targets
    conflict: float  # 1 where both have numbers and none of one kind of unit
    weight_less: float  # how much there is to compare, in the poorer clause
    weight_more: float  # and in the richer one


NAMES: tuple[str, ...] = Evidence._fields


class Side:
    """One list of clauses with what is computed once for each."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.clauses = clauses
        self.keys = [key_of(c.text) for c in clauses]
        self.parts = [part for key in self.keys for part in key.parts]
        self.owner = [i for i, key in enumerate(self.keys) for _ in key.parts]
        self.opens = [k == 0 for key in self.keys for k in range(len(key.parts))]
        self.measured = [frozenset(unit_kind(t.unit) for t in c.targets if t.unit) for c in clauses]
        self.spread = Counter(gram for key in self.keys for gram in key.grams)

    def groups(self, names: Sequence[object]) -> tuple[list[int], list[Key]]:
        """Clauses with the same name as one: the group of each clause, and the groups' keys."""
        number: dict[object, int] = {}
        member = [number.setdefault(name, len(number)) for name in names]
        merged: list[Grams] = [{} for _ in number]
        for i, group in enumerate(member):
            merged[group].update(self.keys[i].grams)
        return member, [Key("", grams, norm_of(grams)) for grams in merged]

    @cached_property
    def paragraphs(self) -> tuple[list[int], list[Key]]:
        return self.groups([c.line for c in self.clauses])

    @cached_property
    def sections(self) -> tuple[list[int], list[Key]]:
        return self.groups([c.section[:2] for c in self.clauses])

    @cached_property
    def contexts(self) -> list[Key]:
        """Each clause with its neighbours in the paragraph and its headings, at a discount."""
        heading = {c.section: key_of("，".join(c.section[1:])).grams for c in self.clauses}
        found = []
        for i, clause in enumerate(self.clauses):
            grams = {gram: w * _CONTEXT for gram, w in heading[clause.section].items()}
            for k in (i - 1, i + 1):
                if 0 <= k < len(self.clauses) and self.clauses[k].line == clause.line:
                    grams.update((g, w * _CONTEXT) for g, w in self.keys[k].grams.items())
            grams.update(self.keys[i].grams)
            found.append(Key("", grams, norm_of(grams)))
        return found


def cosine(a: Key, b: Key) -> float:
    """The cosine of two keys' rarity weights, 0..1."""
    shared = a.grams.keys() & b.grams.keys()
    return sum(a.grams[g] * b.grams[g] for g in sorted(shared)) / (a.norm * b.norm)


def cosines(
    old: Sequence[Key], new: Sequence[Key], *, common: int = _COMMON
) -> list[dict[int, float]]:
    """For each old key, the cosine with every new key that shares a gram with it.

    Grams that stand in more than ``common`` keys of either side are passed over.
    """
    spread = Counter(gram for key in old for gram in key.grams)
    postings: dict[str, list[tuple[int, float]]] = {
        gram: [] for gram, count in spread.items() if count <= common
    }
    for j, key in enumerate(new):
        norm = key.norm
        for gram, w in key.grams.items():
            if gram in postings:
                postings[gram].append((j, w / norm))
    rare = {gram: holders for gram, holders in postings.items() if 0 < len(holders) <= common}
    found = []
    for key in old:
        touched: defaultdict[int, float] = defaultdict(float)
        norm = key.norm
        for gram, w in key.grams.items():
            if gram in rare:
                share = w / norm
                for j, other in rare[gram]:
                    touched[j] += share * other
        found.append(dict(touched))
    return found


def _best(rows: Sequence[dict[int, float]], columns: int) -> tuple[list[float], list[float]]:
    """The highest value of each row and each column."""
    by_column = [0.0] * columns
    for row in rows:
        for j, value in row.items():
            if value > by_column[j]:
                by_column[j] = value
    return [max(row.values(), default=0.0) for row in rows], by_column


def _mutual(rows: Sequence[dict[int, float]], columns: int) -> list[dict[int, float]]:
    """Each value relative to the best of its row and its column, multiplied: 1 is mutual best."""
    row_best, column_best = _best(rows, columns)
    return [
        {j: v * v / (row_best[i] * column_best[j]) for j, v in row.items() if v > 0}
        for i, row in enumerate(rows)
    ]


@dataclass(frozen=True, slots=True)
class _PartScores:
    """What the comma parts say of the clauses they stand in: for each old clause, by new clause.

    ``best``: the best cosine of two parts, discounted where they are short; ``mutual``: how far two
    parts are each other's best in the whole reports; ``opening``: how like the first part of
    each is to any part of the other, the lesser of the two.
    """

    best: dict[int, float]
    mutual: dict[int, float]
    opening: dict[int, float]


def _part_scores(old: Side, new: Side) -> list[_PartScores]:
    """Each comma part looks for its own partner."""
    rows = cosines(old.parts, new.parts, common=_COMMON_IN_PARTS)
    norms = sorted(part.norm for part in (*old.parts, *new.parts))
    middle = norms[len(norms) // 2] * _HALF_TRUST if norms else 1.0
    trust_new = [part.norm / (part.norm + middle) for part in new.parts]
    for part, row in zip(old.parts, rows, strict=True):
        trust = part.norm / (part.norm + middle)
        for q, value in row.items():
            other = trust_new[q]
            row[q] = value * (trust if trust < other else other)
    row_best, column_best = _best(rows, len(new.parts))
    found = [_PartScores({}, {}, {}) for _ in old.keys]
    openings: list[dict[int, float]] = [{} for _ in old.keys]
    owner, opens = new.owner, new.opens
    for p, row in enumerate(rows):
        i = old.owner[p]
        best, mutual = found[i].best, found[i].mutual
        from_old = found[i].opening if old.opens[p] else None
        from_new = openings[i]
        for q, trusted in row.items():
            j = owner[q]
            if trusted > best.get(j, 0.0):
                best[j] = trusted
            each_other = trusted * trusted / (row_best[p] * column_best[q])
            if each_other > mutual.get(j, 0.0):
                mutual[j] = each_other
            if from_old is not None and trusted > from_old.get(j, 0.0):
                from_old[j] = trusted
            if opens[q] and trusted > from_new.get(j, 0.0):
                from_new[j] = trusted
    for scores, from_new in zip(found, openings, strict=True):
        for j in list(scores.opening):
            scores.opening[j] = min(scores.opening[j], from_new.get(j, 0.0))
    return found


def _group_scores(
    old: tuple[list[int], list[Key]], new: tuple[list[int], list[Key]]
) -> tuple[list[int], list[int], list[dict[int, float]]]:
    """How far two groups of clauses (paragraphs, sections) are each other's best."""
    rows = cosines(old[1], new[1], common=10**9)
    return old[0], new[0], _mutual(rows, len(new[1]))


def evidence(old: Side, new: Side) -> dict[Pair, Evidence]:
    """The pairs worth a look, each with what speaks for it."""
    whole = cosines(old.keys, new.keys)
    parts = _part_scores(old, new)
    first = [
        {j: v + scores.best.get(j, 0.0) for j, v in row.items()}
        for row, scores in zip(whole, parts, strict=True)
    ]
    row_top, column_top = _two_best(first, len(new.keys))
    contexts = _mutual(
        cosines(old.contexts, new.contexts, common=_COMMON_IN_CONTEXTS), len(new.keys)
    )
    par_old, par_new, paragraphs = _group_scores(old.paragraphs, new.paragraphs)
    sec_old, sec_new, sections = _group_scores(old.sections, new.sections)
    uniqueness = _uniqueness(old, new)
    rare = {g for g in uniqueness if old.spread[g] <= _FEW and new.spread[g] <= _FEW}
    found = {}
    for i, j in _shortlist(first, len(new.keys)):
        a, b = old.keys[i], new.keys[j]
        score = first[i][j]
        shared = a.grams.keys() & b.grams.keys()
        margins = sorted((_lead(score, row_top[i]), _lead(score, column_top[j])))
        common = LCSseq.similarity(a.text, b.text)
        weights = sorted((a.norm, b.norm))
        found[i, j] = Evidence(
            part_mutual=parts[i].mutual.get(j, 0.0),
            opening=parts[i].opening.get(j, 0.0),
            sequence=common / (min(len(a.text), len(b.text)) or 1),
            length=math.log1p(common),
            unique_best=max(map(uniqueness.__getitem__, shared), default=0.0),
            unique_count=len(shared & rare),
            context_rank=contexts[i].get(j, 0.0),
            paragraph=paragraphs[par_old[i]].get(par_new[j], 0.0),
            section=sections[sec_old[i]].get(sec_new[j], 0.0),
            margin_less=margins[0],
            margin_more=margins[1],
            indicator=_same_indicator(old.clauses[i], new.clauses[j]),
            conflict=float(_conflict(old.measured[i], new.measured[j])),
            weight_less=weights[0],
            weight_more=weights[1],
        )
    return found


def _uniqueness(old: Side, new: Side) -> dict[str, float]:
    """How rare each shared gram is in these very reports.

    The product, over both, of the logarithm of clauses for each clause that holds it.
    """
    n, m = len(old.keys), len(new.keys)
    return {
        gram: math.log(n / count) * math.log(m / new.spread[gram])
        for gram, count in old.spread.items()
        if gram in new.spread
    }


def _shortlist(rows: Sequence[dict[int, float]], columns: int) -> list[Pair]:
    """The best candidates of every row and of every column, in order."""
    by_column: list[dict[int, float]] = [{} for _ in range(columns)]
    for i, row in enumerate(rows):
        for j, value in row.items():
            by_column[j][i] = value
    chosen = {(i, j) for i, row in enumerate(rows) for j in _best_keys(row)}
    chosen.update((i, j) for j, column in enumerate(by_column) for i in _best_keys(column))
    return sorted(chosen)


def _best_keys(values: dict[int, float]) -> list[int]:
    """The keys of the highest values; where values are equal the lower keys come first."""
    return sorted(sorted(values), key=values.__getitem__, reverse=True)[:SHORTLIST]


def _two_best(
    rows: Sequence[dict[int, float]], columns: int
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """The two highest values of each row and each column."""
    by_column = [(0.0, 0.0)] * columns
    by_row = []
    for row in rows:
        first = second = 0.0
        for j, value in row.items():
            if value > first:
                first, second = value, first
            elif value > second:
                second = value
            top = by_column[j]
            if value > top[0]:
                by_column[j] = (value, top[0])
            elif value > top[1]:
                by_column[j] = (top[0], value)
        by_row.append((first, second))
    return by_row, by_column


def _lead(score: float, top: tuple[float, float]) -> float:
    """How far a score lies before the best other one; negative when it lies behind."""
    return score - (top[0] if top[0] > score else top[1])


def _same_indicator(old: Clause, new: Clause) -> float:
    """The highest likeness of two indicators, 0 where one side has none."""
    return max(
        (
            fuzz.ratio(s.indicator, t.indicator) / 100
            for s in old.targets
            for t in new.targets
            if s.indicator and t.indicator
        ),
        default=0.0,
    )


def _conflict(old: frozenset[str], new: frozenset[str]) -> bool:
    """Whether two clauses set numbers that measure nothing in common: 增长6% and 新增9家."""
    return bool(old and new and not old & new)
