"""Which clauses of two lists belong together: settle, shortlist and score, choose.

Crossing and n:m are allowed. The aligner knows nothing of what the clauses are for.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul

from policydiff.folding import fold
from policydiff.models import Clause
from policydiff.scores import NAMES, Evidence, Pair, Side, evidence
from policydiff.tables import load

#: A pair as likely a link as this is one. Below one half, because a missed link becomes a wrong
#: 'dropped', the worst error there is; set where F1 of links peaks when fitted on other pairs.
LINKED = 0.4
#: Between these the judgement could have gone the other way: linked, but not surely; or not
#: linked, though something came close.
SURELY_LINKED = 0.7
SURELY_NOT = 0.2


@dataclass(frozen=True, slots=True)
class Link:
    """Old clause ``old`` and new clause ``new`` (indices) carry the same commitment."""

    old: int
    new: int
    score: float  # 0..1, the likelihood that a careful reader would link them
    evidence: Evidence | None  # None where the texts are identical


@dataclass(frozen=True, slots=True)
class Rival:
    """The likeliest partner that a clause was not linked with."""

    index: int
    score: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """All links, ordered by old and new index, and the runner-up of every clause that has one."""

    links: tuple[Link, ...]
    old_rivals: dict[int, Rival]
    new_rivals: dict[int, Rival]


def align(old: Sequence[Clause], new: Sequence[Clause]) -> Alignment:
    """Link the clauses of two lists; ``align(new, old)`` gives the same links, turned round."""
    settled = _identical(old, new)
    settled += _alike_but_for_masks(old, new, settled)
    done_old = {link.old for link in settled}
    done_new = {link.new for link in settled}
    rest_old = [i for i in range(len(old)) if i not in done_old]
    rest_new = [j for j in range(len(new)) if j not in done_new]
    found = evidence(Side([old[i] for i in rest_old]), Side([new[j] for j in rest_new]))
    judged = {(rest_old[i], rest_new[j]): (weigh(e), e) for (i, j), e in found.items()}
    chosen = [Link(i, j, p, e) for (i, j), (p, e) in judged.items() if p >= LINKED]
    scores = {pair: p for pair, (p, _) in judged.items()}
    return Alignment(
        tuple(sorted(settled + chosen, key=lambda link: (link.old, link.new))),
        _rivals(scores, 0),
        _rivals(scores, 1),
    )


def _identical(old: Sequence[Clause], new: Sequence[Clause]) -> list[Link]:
    """Clauses with the same words, marks aside, settle each other and look for nobody else.

    Where a text stands several times, its k-th occurrences belong together, and what one side has
    more of goes with the last of the other.
    """
    here, there = _occurrences(old), _occurrences(new)
    links = []
    for text, left in here.items():
        right = there.get(text, [])
        if right:
            for k in range(max(len(left), len(right))):
                i, j = left[min(k, len(left) - 1)], right[min(k, len(right) - 1)]
                links.append(Link(i, j, 1.0, None))
    return links


def _occurrences(clauses: Sequence[Clause]) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for i, clause in enumerate(clauses):
        found[bare(clause.text)].append(i)
    return found


#: Numbers in a folded text, blanked or not.
_NUMBER = re.compile("[0-9x][0-9x.]*")


def _alike_but_for_masks(
    old: Sequence[Clause], new: Sequence[Clause], settled: Sequence[Link]
) -> list[Link]:
    """Clauses with the same words of which one blanks numbers that the other has, or both do.

    A blank is like any number; where it could be either of two clauses, evidence decides.
    """
    sides = []
    for clauses, done in (
        (old, {link.old for link in settled}),
        (new, {link.new for link in settled}),
    ):
        texts = {i: bare(c.text) for i, c in enumerate(clauses) if i not in done}
        sides.append({i: text for i, text in texts.items() if _NUMBER.search(text)})
    if not any("x" in text for side in sides for text in side.values()):
        return []
    here, there = (
        {form: ids for form, ids in _grouped(side).items() if len(ids) == 1} for side in sides
    )
    pairs = [(ids[0], there[form][0]) for form, ids in here.items() if form in there]
    return [
        Link(i, j, 1.0, None)
        for i, j in pairs
        if all(
            a == b or "x" in a + b
            for a, b in zip(_NUMBER.findall(sides[0][i]), _NUMBER.findall(sides[1][j]), strict=True)
        )
    ]


def _grouped(texts: Mapping[int, str]) -> dict[str, list[int]]:
    """The texts that are the same but for their numbers."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for i, text in texts.items():
        found[_NUMBER.sub("0", text)].append(i)
    return found


def bare(text: str) -> str:
    """The folded text without marks and spaces.

    >>> bare("加快建设,做好收尾。") == bare("加快建设，做好收尾；")
    True
    """
    return "".join(c for c in fold(text) if c.isalnum() or c in "%.-~*")


@cache
def _weights() -> tuple[tuple[float, ...], float]:
    """The weights in the order of the evidence, and the offset."""
    weights = {entry["evidence"]: float(entry["weight"]) for entry in load("weights")["links"]}
    offset = weights.pop("offset")
    if set(weights) != set(NAMES):
        raise ValueError(f"weights: {sorted(set(weights) ^ set(NAMES))} do not fit the evidence")
    return tuple(weights[name] for name in NAMES), offset


def weigh(found: Evidence) -> float:
    """The likelihood that a careful reader would link a pair: logistic in the weighted evidence.

    Rounded, so that the order in which sums are made never decides.
    """
    weights, offset = _weights()
    total = offset + sum(map(mul, weights, found))
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), 6)


def _rivals(scores: dict[Pair, float], side: int) -> dict[int, Rival]:
    """For each clause of a side, the best candidate below the threshold."""
    best: dict[int, Rival] = {}
    for pair, score in sorted(scores.items()):
        here, there = pair[side], pair[1 - side]
        if score < LINKED and (here not in best or score > best[here].score):
            best[here] = Rival(there, score)
    return best
