"""Partners of commitments that commit to nothing themselves: titles and short lead sentences.

A year later a promise may stand in a title alone, and then it was not dropped. What commits to
nothing is never dropped or added itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from policydiff.align.align import Alignment, Fixed
from policydiff.analysis.clause import AnalysedClause

#: A lead sentence is no longer than this, in characters. Longer sentences of a plan that commit to
#: nothing tell of the situation, and share their words with much that is no partner of theirs.
_LONGEST: Final = 24
#: How likely a link with a partner that does not commit is at least, wherever the threshold of
#: other links stands. F1 of links is the same from 0.4 to 0.7.
_LINKED: Final = 0.5


def comparable(clauses: Sequence[AnalysedClause]) -> list[AnalysedClause]:
    """The clauses that commit, and those of the plan that may be their partners."""
    return [clause for clause in clauses if clause.commits or _may_be_partner(clause)]


def _may_be_partner(clause: AnalysedClause) -> bool:
    return clause.part == "plan" and (clause.title or len(clause.folded) <= _LONGEST)


def partners_of_the_lonely(
    alignment: Alignment,
    old: Sequence[AnalysedClause],
    new: Sequence[AnalysedClause],
    fixed: Fixed,
) -> Alignment:
    """The alignment without links of what does not commit, unless a commitment has no other.

    ``old``, ``new``: the lists that were aligned. What is ``fixed`` stays, if either side commits.
    """
    both = {(a.old, a.new) for a in alignment.links if old[a.old].commits and new[a.new].commits}
    olds, news = {i for i, _ in both}, {j for _, j in both}

    def stays(i: int, j: int, score: float) -> bool:
        if (i, j) in both:
            return True
        if old[i].commits == new[j].commits:
            return False
        if (i, j) in fixed.linked:
            return True
        return score >= _LINKED and (i not in olds if old[i].commits else j not in news)

    return alignment._replace(
        links=tuple(link for link in alignment.links if stays(link.old, link.new, link.score)),
    )
