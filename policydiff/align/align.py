"""Which clauses of two lists belong together: settle, shortlist and score, choose.

Crossing and n:m are allowed. The aligner knows nothing of what the clauses are for.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from policydiff.align.evidence import NAMES, Evidence, Pair, Side, evidence
from policydiff.language.zh.data import load
from policydiff.language.zh.folding import fold
from policydiff.models import Clause

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
    same = settled([bare(c.text) for c in old], [bare(c.text) for c in new])
    links = [Link(i, j, 1.0, None) for i, j in same]
    done_old = {i for i, _ in same}
    done_new = {j for _, j in same}
    # What is settled looks for nobody else, but tells of the paragraphs around it.
    judged = {
        (i, j): (weigh(found), found)
        for (i, j), found in evidence(Side(old), Side(new)).items()
        if i not in done_old and j not in done_new
    }
    chosen = [Link(i, j, p, e) for (i, j), (p, e) in judged.items() if p >= LINKED]
    scores = {pair: p for pair, (p, _) in judged.items()}
    return Alignment(
        tuple(sorted(links + chosen, key=lambda link: (link.old, link.new))),
        _rivals(scores, 0),
        _rivals(scores, 1),
    )


def settled(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The pairs of bare texts that settle each other and look for nobody else.

    They have the same words, marks aside; blanks, too, are like any number. Where a text stands
    several times, its k-th occurrences belong together, and what one side has more of goes with
    the last of the other.
    """
    here, there = _positions(enumerate(old)), _positions(enumerate(new))
    pairs = []
    for text, left in here.items():
        right = there.get(text, [])
        if right:
            for k in range(max(len(left), len(right))):
                pairs.append((left[min(k, len(left) - 1)], right[min(k, len(right) - 1)]))
    return pairs + _alike_but_for_masks(old, new, pairs)


def _positions(texts: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """Where each text stands."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for i, text in texts:
        found[text].append(i)
    return found


#: Numbers in a folded text, blanked or not.
_NUMBER = re.compile("[0-9x][0-9x.]*")


def _alike_but_for_masks(
    old: Sequence[str], new: Sequence[str], done: Sequence[Pair]
) -> list[Pair]:
    """Texts with the same words of which one blanks numbers that the other has, or both do.

    A blank is like any number; where it could be either of two texts, evidence decides.
    """
    if not any("x" in text for texts in (old, new) for text in texts):
        return []
    sides = []
    for side, texts in enumerate((old, new)):
        taken = {pair[side] for pair in done}
        rest = {i: text for i, text in enumerate(texts) if i not in taken}
        sides.append({i: text for i, text in rest.items() if _NUMBER.search(text)})
    forms = (_positions((i, without_numbers(text)) for i, text in side.items()) for side in sides)
    here, there = ({form: ids for form, ids in found.items() if len(ids) == 1} for found in forms)
    pairs = [(ids[0], there[form][0]) for form, ids in here.items() if form in there]
    return [
        (i, j)
        for i, j in pairs
        if all(
            a == b or "x" in a + b
            for a, b in zip(_NUMBER.findall(sides[0][i]), _NUMBER.findall(sides[1][j]), strict=True)
        )
    ]


def without_numbers(text: str) -> str:
    """A bare text with a nought for every number, blanked or not.

    >>> without_numbers("新增xx家,增长6.5%")
    '新增0家,增长0%'
    """
    return _NUMBER.sub("0", text)


def bare(text: str) -> str:
    """The folded text without marks and spaces.

    >>> bare("加快建设,做好收尾。") == bare("加快建设，做好收尾；")
    True
    """
    return _MARKS.sub("", fold(text))


#: All but letters, characters, digits and what belongs to numbers.
_MARKS = re.compile(r"[^\w%.\-~*]|_")


@cache
def weights() -> tuple[Evidence, float]:
    """What a unit of each kind of evidence adds to the log-odds of a link, and the offset."""
    found = {entry["evidence"]: float(entry["weight"]) for entry in load("weights")["links"]}
    offset = found.pop("offset")
    if set(found) != set(NAMES):
        raise ValueError(f"weights: {sorted(set(found) ^ set(NAMES))} do not fit the evidence")
    return Evidence(**found), offset


def weigh(found: Evidence) -> float:
    """The likelihood that a careful reader would link a pair: logistic in the weighted evidence."""
    each, odds = weights()
    for weight, value in zip(each, found, strict=True):
        odds += weight * value
    return likelihood(odds)


def likelihood(odds: float) -> float:
    """The likelihood for log-odds.

    Rounded, so that the order in which sums are made never decides.

    >>> likelihood(0.0), likelihood(-100.0)
    (0.5, 0.0)
    """
    return round(1 / (1 + math.exp(-odds)), 6) if odds > -_HOPELESS else 0.0


#: Log-odds so low that the likelihood is nought to all digits, and its exponential still a number.
_HOPELESS = 30.0


def _rivals(scores: dict[Pair, float], side: int) -> dict[int, Rival]:
    """For each clause of a side, the best candidate below the threshold."""
    best: dict[int, Rival] = {}
    for pair, score in sorted(scores.items()):
        here, there = pair[side], pair[1 - side]
        if score < LINKED and (here not in best or score > best[here].score):
            best[here] = Rival(there, score)
    return best
