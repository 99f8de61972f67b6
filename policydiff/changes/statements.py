"""What a clause says, statement by statement: comma parts that name an object, with what is theirs.

Two linked clauses are judged by the statements that speak of the same thing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final

from policydiff.analysis.clause import AnalysedClause, ClausePart
from policydiff.analysis.deadlines import plain_deadline
from policydiff.models import Target

#: Comma parts with no more characters than this in their object words name no object of their own.
_SAYS_ONLY_WHEN: Final = 4
#: Statements that share this much (cosine of rarity weights) speak of the same thing.
_SAME_THING: Final = 0.3


@dataclass(frozen=True, eq=False)
class Statement:
    """``clause.text[start:end]``: a comma part, and those beside it that name nothing."""

    clause: AnalysedClause
    start: int
    end: int
    parts: tuple[ClausePart, ...]

    @cached_property
    def text(self) -> str:
        """The statement as shown."""
        return self.clause.text[self.start : self.end]

    @cached_property
    def folded(self) -> str:
        """The statement as rules see it."""
        return self.clause.folded[self.start : self.end]

    @cached_property
    def grams(self) -> frozenset[str]:
        """What the statement is compared by."""
        return frozenset(chain.from_iterable([part.grams for part in self.parts]))

    @cached_property
    def norm(self) -> float:
        """The length of the vector of the rarity weights of these grams, as ``Key.norm``."""
        return math.sqrt(sum(map(self.clause.key.grams.__getitem__, self.grams))) or 1.0

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """The targets that end in the statement."""
        return tuple(target for part in self.parts for target in part.targets)

    @cached_property
    def deadlines(self) -> tuple[str, ...]:
        """The deadlines in the folded text, as written, in order."""
        return tuple(
            self.clause.folded[start:end] for part in self.parts for start, end in part.deadlines
        )

    @cached_property
    def dates(self) -> frozenset[str]:
        """The plain deadlines of the statement, and its terms."""
        language = self.clause.language
        terms = [
            m.group()
            for pattern in language.tables.patterns("deadlines", "terms")
            for m in pattern.finditer(self.folded)
        ]
        plain = {plain_deadline(deadline, language) for deadline in self.deadlines}
        return frozenset(plain - {""}).union(terms)


#: Two statements that speak of the same thing, and how alike they are (cosine, 0..1).
Match = tuple[Statement, Statement, float]


def statements_of(clause: AnalysedClause) -> list[Statement]:
    """The statements of a clause, in order.

    A comma part that names nothing of its own (到2025年, 年底前上线运行) belongs to the part before
    it; at the head of a clause, to the one behind.
    """
    joined: list[list[ClausePart]] = []
    waiting: list[ClausePart] = []
    for part in clause.parts:
        waiting.append(part)
        if stands_alone(clause, waiting):
            joined.append(waiting)
        elif joined:
            joined[-1] += waiting
        else:
            continue
        waiting = []
    if not joined:
        start = waiting[0].start if waiting else 0
        return [Statement(clause, start, len(clause.text), tuple(waiting))]
    return [Statement(clause, parts[0].start, parts[-1].end, tuple(parts)) for parts in joined]


def stands_alone(clause: AnalysedClause, parts: Sequence[ClausePart]) -> bool:
    """Whether enough is left of comma parts when their deadlines are taken out."""
    if any(part.targets for part in parts):
        return True
    if not any(part.deadlines for part in parts):
        return sum(len(part.words) for part in parts) > _SAYS_ONLY_WHEN
    start, end = parts[0].start, parts[-1].end
    rest = without_spans(
        clause.folded, start, end, [span for part in parts for span in part.deadlines]
    )
    return sum(map(len, clause.language.object_words(rest))) > _SAYS_ONLY_WHEN


def without_spans(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> str:
    """``text[start:end]`` without the stretches that lie in ``spans``, which are in order.

    >>> without_spans("年底前建成3座公厕", 0, 9, [(0, 3), (5, 7)])
    '建成公厕'
    """
    kept = []
    for a, b in spans:
        kept.append(text[start:a])
        start = max(start, b)
    return "".join(kept) + text[start:end]


def matches(old: Sequence[Statement], new: Sequence[Statement]) -> list[Match]:
    """The statements that speak of the same thing: each with its best partner, if good enough.

    Where none is good enough, the likest two: the clauses are linked, so something matches.
    """
    sides = [(b.grams, b.norm) for b in new]
    table = [_cosines(a, sides) for a in old]
    # `index` gives the first of equals.
    rows = [(i, row.index(max(row))) for i, row in enumerate(table)]
    columns = [(column.index(max(column)), j) for j, column in enumerate(zip(*table, strict=True))]
    pairs = {(i, j) for i, j in (*rows, *columns) if table[i][j] >= _SAME_THING}
    if not pairs:
        pairs.add(max(rows, key=lambda pair: table[pair[0]][pair[1]]))
    return [(old[i], new[j], table[i][j]) for i, j in sorted(pairs)]


def _cosines(statement: Statement, others: Sequence[tuple[frozenset[str], float]]) -> list[float]:
    """How alike a statement and each of some others are: the cosine of their rarity weights, 0..1.

    ``others``: the grams and the norm of each.
    """
    grams, norm = statement.grams, statement.norm
    weight_of = statement.clause.key.grams.__getitem__
    return [sum(map(weight_of, grams & theirs)) / (norm * other) for theirs, other in others]


def same_number(a: Statement, b: Statement) -> bool:
    """Whether two statements set the same number, as it is written."""
    numbers = {(t.value, t.upper, t.unit) for t in a.targets if t.value is not None}
    return any((t.value, t.upper, t.unit) in numbers for t in b.targets)
