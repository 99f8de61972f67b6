"""Whether something that left a clause stands elsewhere in the plan of the other report."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final

from policydiff.analysis.clause import AnalysedClause

#: Where promises stand. What the review tells is done, and promised no longer.
_PROMISING: Final = frozenset({"plan", "other"})


class Report:
    """The clauses of a report in which something may be promised, commitments or not."""

    def __init__(self, clauses: Sequence[AnalysedClause]) -> None:
        self.clauses = [clause for clause in clauses if clause.part in _PROMISING]

    @cached_property
    def _postings(self) -> Mapping[str, Sequence[int]]:
        """For each gram the clauses that have it."""
        postings: defaultdict[str, list[int]] = defaultdict(list)
        for i, clause in enumerate(self.clauses):
            for gram in clause.key.grams:
                postings[gram].append(i)
        return postings

    def likest(self, grams: Mapping[str, int]) -> tuple[AnalysedClause | None, float]:
        """The clause that has most of the weight of some grams, and how much of it, 0..1."""
        weights: defaultdict[int, int] = defaultdict(int)
        for gram, weight in grams.items():
            for i in self._postings.get(gram, ()):
                weights[i] += weight
        if not weights:
            return None, 0.0
        most = max(weights.values())
        first = min(i for i, weight in weights.items() if weight == most)
        return self.clauses[first], most / sum(grams.values())

    def with_words(self, folded: str) -> AnalysedClause | None:
        """The first clause in which a folded text stands word by word, else None."""
        at = self._text.find(folded)
        return None if at < 0 else self.clauses[bisect_right(self._starts, at) - 1]

    @cached_property
    def _text(self) -> str:
        """The folded texts of all clauses, each in a line of its own; none holds a line break."""
        return "\n".join(clause.folded for clause in self.clauses)

    @cached_property
    def _starts(self) -> Sequence[int]:
        """Where each clause begins in that text."""
        return list(accumulate((len(c.folded) + 1 for c in self.clauses), initial=0))[:-1]
