"""Which clauses of two lists belong together: settle, find candidates, score, choose.

Crossing and n:m are allowed. The aligner knows nothing of what the clauses are for: what decides is
a ``LinkModel``, read from a table.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import add, contains, mul
from typing import TYPE_CHECKING, NamedTuple

from policydiff.align.bounds import MOST_LINKS, Bounds
from policydiff.align.candidates import Pair
from policydiff.align.evidence import NAMES, ClauseList, LinkEvidence, evidence, listed
from policydiff.align.identical import bare, not_crossed, settled_under
from policydiff.analysis.clause import AnalysedClause
from policydiff.language.language import Language
from policydiff.language.tables import Entry
from policydiff.semantic.evidence import NAMES as SEMANTIC_NAMES
from policydiff.semantic.evidence import SemanticEvidence

if TYPE_CHECKING:
    from policydiff.semantic.vectors import Nearness  # needs numpy

#: A pair as likely a link as this is one: set where F1 of links peaks, in the mean over labelled
#: pairs with weights fitted without the pair that is scored.
LINKED = 0.5
#: Below this the judgement could have gone the other way: linked, but not surely.
SURELY_LINKED = 0.7


class LinkModel(NamedTuple):
    """How likely evidence makes a link, and how likely is likely enough.

    ``weights``: what one unit of each kind of evidence adds to the log-odds of a link, on top of
    ``offset``; ``linked``: the likelihood, 0..1, from which on a pair is a link; ``semantic``: the
    weights of what vectors of a language model say, where it was asked.
    """

    weights: LinkEvidence
    offset: float
    linked: float = LINKED
    semantic: SemanticEvidence | None = None

    def odds(self, found: LinkEvidence, semantic: SemanticEvidence | None = None) -> float:
        """The log-odds that a careful reader would link a pair."""
        # One after the other: `sum` of floating-point numbers is not the same in every Python.
        odds = reduce(add, map(mul, self.weights, found), self.offset)
        if self.semantic or semantic:
            for weight, value in zip(self.semantic or (), semantic or (), strict=True):
                odds += weight * value
        return odds

    def likelihood(self, found: LinkEvidence, semantic: SemanticEvidence | None = None) -> float:
        """The likelihood of the same, 0..1."""
        return likelihood(self.odds(found, semantic))


def model_from(entries: Iterable[Entry], *, semantic: bool = False) -> LinkModel:
    """The model of a section of a table of weights, which has each kind of evidence and the offset,
    and with ``semantic`` those of a language model as well.

    Raises ValueError where a kind is missing or unknown.

    >>> from policydiff.language.zh.data import TABLES
    >>> model_from(TABLES.load("weights")["links"]).linked
    0.5
    """
    weights = {entry["evidence"]: float(entry["weight"]) for entry in entries}
    wrong = weights.keys() ^ {*NAMES, *(SEMANTIC_NAMES if semantic else ()), "offset"}
    if wrong:
        raise ValueError(f"weights: {sorted(wrong)} do not fit the kinds of evidence")
    return LinkModel(
        LinkEvidence(**{name: weights[name] for name in NAMES}),
        weights["offset"],
        semantic=SemanticEvidence(**{n: weights[n] for n in SEMANTIC_NAMES}) if semantic else None,
    )


@cache
def link_model(language: Language, *, semantic: bool = False) -> LinkModel:
    """The model for commitments of two reports in a language, with or without a language model."""
    section = "links_semantic" if semantic else "links"
    return model_from(language.tables.load("weights")[section], semantic=semantic)


def likelihood(odds: float) -> float:
    """The likelihood for log-odds.

    Rounded, so that the order in which sums are made never decides.

    >>> likelihood(0.0), likelihood(1.0), likelihood(-1000.0)
    (0.5, 0.731059, 0.0)
    """
    unlikelier = math.exp(-abs(odds))
    return round((1.0 if odds > 0 else unlikelier) / (1 + unlikelier), 6)


class Link(NamedTuple):
    """Old clause ``old`` and new clause ``new`` (indices) carry the same commitment."""

    old: int
    new: int
    score: float  # 0..1, the likelihood that a careful reader would link them
    evidence: LinkEvidence | None  # None where the texts are identical


@dataclass(frozen=True, slots=True)
class Rival:
    """The likeliest partner that a clause was not linked with."""

    index: int
    score: float


class Alignment(NamedTuple):
    """All links, ordered by old and new index, and the runner-up of every clause that has one.

    ``near``: how near the clauses are by a language model, where it was asked. ``bounded``: whether
    there was so much alike that not all of it was looked at.
    """

    links: tuple[Link, ...]
    old_rivals: dict[int, Rival]
    new_rivals: dict[int, Rival]
    near: Nearness | None = None
    bounded: bool = False


class Fixed(NamedTuple):
    """Pairs of positions that are settled beforehand: ``linked`` whatever speaks against it, and
    ``apart`` whatever speaks for it. No pair is in both."""

    linked: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()


NOTHING_FIXED = Fixed()
_NO_EVIDENCE = LinkEvidence(*(0.0 for _ in NAMES))


def align(
    old: Sequence[AnalysedClause],
    new: Sequence[AnalysedClause],
    model: LinkModel | None = None,
    fixed: Fixed = NOTHING_FIXED,
    near: Nearness | None = None,
) -> Alignment:
    """Link the clauses of two lists; ``align(new, old)`` gives the same links, turned round.

    ``model``: that of the clauses' language for commitments of two reports, unless told. The rest
    is aligned around what is ``fixed``; a pair that is linked so has the score 1. ``near``: how
    near the clauses are by a language model, where it was asked.
    """
    if not old or not new:
        return Alignment((), {}, {})
    model = model or link_model(old[0].language, semantic=near is not None)
    headed = [[(c.section[-1:], bare(c.folded)) for c in side] for side in (old, new)]
    same, over = (
        [pair for pair in pairs if pair not in fixed.apart and pair not in fixed.linked]
        for pairs in settled_under(*headed)
    )
    bounds = Bounds()
    judged = judge(listed(old), listed(new), same, near.pairs if near else (), bounds)
    scores = {
        pair: model.likelihood(found, near.evidence(*pair) if near else None)
        for pair, found in judged.items()
        if pair not in fixed.apart and pair not in fixed.linked
    }
    links = [Link(i, j, 1.0, None) for i, j in same]
    links += [Link(*pair, 1.0, judged.get(pair, _NO_EVIDENCE)) for pair in fixed.linked]
    likely = not_crossed({pair: p for pair, p in scores.items() if p >= model.linked}, *headed)
    several = max(len(old), len(new))
    best = best_of_either(likely, several)
    bounds.met |= len(best) < len(likely)
    links += [Link(*pair, likely[pair], judged[pair]) for pair in best]
    linked = [{link[side] for link in links} for side in (0, 1)]
    links += [Link(*pair, 1.0, None) for pair in over if not all(map(contains, linked, pair))]
    rest = {pair: p for pair, p in scores.items() if p < model.linked}
    return Alignment(
        tuple(sorted(links, key=lambda link: (link.old, link.new))),
        _rivals(rest, 0),
        _rivals(rest, 1),
        near,
        bounds.met,
    )


def best_of_either(likely: Mapping[Pair, float], clauses: int) -> list[Pair]:
    """The links to keep, in their order: of very many those that are best for either clause, of
    equals those nearest to each other by their places.

    ``clauses``: of how many the longer list is.
    """
    most = max(1, MOST_LINKS // max(1, clauses))
    several = (Counter(pair[side] for pair in likely) for side in (0, 1))
    if all(max(counts.values(), default=0) <= most for counts in several):
        return list(likely)
    kept: set[Pair] = set()
    for side in (0, 1):
        of: defaultdict[int, list[Pair]] = defaultdict(list)
        for pair in likely:
            of[pair[side]].append(pair)
        for pairs in of.values():
            if len(pairs) > most:
                pairs.sort(key=lambda pair: (-likely[pair], abs(pair[0] - pair[1]), sum(pair)))
            kept.update(pairs[:most])
    return [pair for pair in likely if pair in kept]


def judge(
    old: ClauseList,
    new: ClauseList,
    same: Iterable[Pair],
    also: Iterable[Pair] = (),
    bounds: Bounds | None = None,
) -> dict[Pair, LinkEvidence]:
    """The evidence of all candidate pairs, and those that are so ``also``, but those of settled
    clauses.

    What is settled looks for nobody else, but tells of the paragraphs around it. ``bounds`` as in
    ``evidence``.
    """
    done_old, done_new = ({pair[side] for pair in same} for side in (0, 1))
    return {
        (i, j): found
        for (i, j), found in evidence(old, new, also, bounds).items()
        if i not in done_old and j not in done_new
    }


def _rivals(scores: Mapping[Pair, float], side: int) -> dict[int, Rival]:
    """For each clause of a side, the best of its candidates; of equals the first."""
    best: dict[int, tuple[float, int]] = {}
    for pair, score in scores.items():
        here, rank = pair[side], (score, -pair[1 - side])
        if here not in best or rank > best[here]:
            best[here] = rank
    return {here: Rival(-last, score) for here, (score, last) in sorted(best.items())}
