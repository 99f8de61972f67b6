"""Which clauses of a plan commit, with regard to those beside them.

A clause is judged by its own words first. Reports keep to one kind of statement for a while: what
stands among sentences on the situation is more often one of them than a promise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from policydiff.analysis.commitments import (
    THRESHOLD,
    case_against,
    lean,
    only_a_title,
    too_short,
)
from policydiff.analysis.folded import FoldedText
from policydiff.language.language import Language

#: So many clauses before and behind count, the nearer the more; more than three change nothing.
_NEAR = 3
#: Few neighbours tell little: the usual share counts as much as one clause right beside.
_AS_USUAL = 1.0
#: A case of so much is certain: half of it against a clause means that it does not commit at all.
_CERTAIN = 4.0


class Candidate(NamedTuple):
    """A clause of the plan, and the number of the paragraph that it stands in."""

    clause: FoldedText
    paragraph: int
    title: bool
    has_target: bool


def which_commit(candidates: Sequence[Candidate], language: Language) -> list[bool]:
    """Whether each of the clauses of a plan commits.

    >>> from policydiff.language.zh import CHINESE
    >>> def judged(*texts):
    ...     clauses = [Candidate(FoldedText(text, CHINESE), 0, False, False) for text in texts]
    ...     return which_commit(clauses, CHINESE)
    >>> judged("加快园区建设。", "新建标准厂房。", "发展是解决一切问题的关键。")
    [True, True, False]
    """
    own = [
        None
        if candidate.title and only_a_title(candidate.clause)
        else case_against(candidate.clause, has_target=candidate.has_target)
        for candidate in candidates
    ]
    paragraphs = [candidate.paragraph for candidate in candidates]
    size = Counter(paragraphs)
    weighed = with_neighbours(own, paragraphs, language)
    return [
        against is not None
        and against < THRESHOLD
        and (c.has_target or not too_short(c.clause, alone=size[c.paragraph] == 1))
        for c, against in zip(candidates, weighed, strict=True)
    ]


def with_neighbours(
    own: Sequence[float | None], paragraphs: Sequence[int], language: Language
) -> list[float | None]:
    """How much speaks against each clause, those beside it in its paragraph included.

    ``own``: what speaks against each by its own words; None for a title, which is passed over.

    >>> from policydiff.language.zh import CHINESE
    >>> alone, amid, _ = with_neighbours([0.0], [0], CHINESE) + with_neighbours(
    ...     [0.0, 5.0], [0, 0], CHINESE)
    >>> alone < amid
    True
    """
    weight, usual = _weights(language)
    always = lean(language)
    weighed: list[float | None] = []
    for k, against in enumerate(own):
        if against is None:
            weighed.append(None)
            continue
        told, total = usual * _AS_USUAL, _AS_USUAL
        for j in range(max(0, k - _NEAR), min(len(own), k + _NEAR + 1)):
            other = own[j]
            if j != k and other is not None and paragraphs[j] == paragraphs[k]:
                told += min(1.0, max(0.0, 0.5 + other / _CERTAIN)) / abs(j - k)
                total += 1 / abs(j - k)
        weighed.append(against + always + weight * (told / total - usual))
    return weighed


@cache
def _weights(language: Language) -> tuple[float, float]:
    (entry,) = language.tables.load("commitments")["neighbours"]
    return entry["counts"], entry["usual"]
