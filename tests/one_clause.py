"""A clause judged by its own words: what stands beside it says nothing."""

from __future__ import annotations

from policydiff.analysis.folded import FoldedText
from policydiff.analysis.neighbours import Candidate, which_commit
from policydiff.language.zh import CHINESE

#: A title of the same paragraph: neighbours pass over it, and the clause is no paragraph alone.
BESIDE = Candidate(FoldedText("园区建设。", CHINESE), 0, title=True, has_target=False)


def commits(clause: FoldedText, *, title: bool, has_target: bool) -> bool:
    """Whether a clause of a plan commits."""
    return which_commit([Candidate(clause, 0, title, has_target), BESIDE], CHINESE)[0]
