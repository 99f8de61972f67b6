"""Whether something that left a clause stands elsewhere in the plan of the other report."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain
from typing import Final

from policydiff.align.bounds import Bounds
from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.documents import language_of
from policydiff.changes.targets import Amounts

#: So many clauses are looked at closely, all words that are looked for together; of real reports
#: 450 at most. Then of so many only, for each.
_LOOKS: Final = 100_000
_FEW: Final = 20
#: Where promises stand. What the review tells is done, and promised no longer.
_PROMISING: Final = frozenset({"plan", "other"})


class Report:
    """The clauses of a report in which something may be promised, commitments or not."""

    def __init__(self, clauses: Sequence[AnalysedClause], bounds: Bounds | None = None) -> None:
        """``bounds`` is told where there is too much to look at all of it."""
        self.bounds = bounds or Bounds()
        self._looked_at = 0
        self._known: dict[int, frozenset[str]] = {}
        self.clauses = [clause for clause in clauses if clause.part in _PROMISING]

    @cached_property
    def _postings(self) -> Mapping[str, Sequence[int]]:
        """For each gram the clauses that have it, those with several such parts several times."""
        postings: defaultdict[str, list[int]] = defaultdict(list)
        for i, clause in enumerate(self.clauses):
            for gram in chain.from_iterable(clause.grams_of_parts):
                postings[gram].append(i)
        return postings

    def likest(self, grams: Mapping[str, int], least: float) -> tuple[AnalysedClause | None, float]:
        """The clause that has most of the weight of some grams, and how much of it, 0..1.

        None where no clause has ``least`` of it: one that has has at least one gram of any that
        weigh more than the rest of it, and only clauses with the rarest of these are looked at.
        """
        total = sum(grams.values()) or 1
        asked: set[int] = set()
        seen = 0
        for gram in sorted(grams, key=lambda gram: (-grams[gram], gram)):
            if (total - seen) / total < least:
                break
            asked.update(self._postings.get(gram, ()))
            seen += grams[gram]
        if not asked:
            return None, 0.0
        if self._looked_at + len(asked) > _LOOKS:
            self.bounds.met = True
            asked = set(sorted(asked)[:_FEW])
        self._looked_at += len(asked)
        weight = grams.__getitem__
        shares = [(sum(map(weight, self._grams(i).intersection(grams))), -i) for i in asked]
        most, first = max(shares)
        share = most / total
        return (self.clauses[-first], share) if share >= least else (None, 0.0)

    @cached_property
    def amounts(self) -> Amounts[AnalysedClause]:
        """The numbers that are set in it, each with its clause."""
        each = ((target, clause) for clause in self.clauses for target in clause.targets)
        return Amounts(each, language_of(self.clauses))

    def _grams(self, i: int) -> frozenset[str]:
        """The grams of a clause. Many clauses are never asked for theirs."""
        if i not in self._known:
            self._known[i] = frozenset().union(*self.clauses[i].grams_of_parts)
        return self._known[i]

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
