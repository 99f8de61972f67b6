"""What ties a commitment to its own place: a county's own project is nobody else's.

Two plans that each extend a road have the words of road building in common and nothing else. Where
all that two clauses of different regions share stands in what they say of works, they carry two
commitments of one kind. What kinds of works there are, and what is done to them, is a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.keys import Grams, key_of, weight_of
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern

#: Two clauses are about works alone where less than this share of the weight of the words in common
#: is left when what is said of works is taken out. Of some 60 such pairs of real reports that were
#: read it was 0.2 or less in 50 that were two works, and above 0.8 where they were not.
_LEFT: Final = 0.33
#: Works have the same name where the two characters before their kind are the same and stand in
#: two of 20,000 clauses at most.
_NAME: Final = 2
_SELDOM: Final = 300


def own_works(here: AnalysedClause, there: AnalysedClause) -> bool:
    """Whether two clauses of different regions share no more than kinds of works.

    Works of the same name are the same: a city and its district build one and the same. A number
    of works is an aim like any other.

    >>> from policydiff.analysis.documents import parse
    >>> plan = "一、2030年工作安排\\n实施西坪变电站建设。\\n完成漕川变电站建设。\\n新建变电站3座。"
    >>> a, b, c = parse(plan).commitments
    >>> own_works(a, b), own_works(a, c)
    (True, False)
    """
    if not (has_works(here) and has_works(there)) or _same_name(here, there):
        return False
    shared = _shared(_pairs(here.key.grams), _pairs(there.key.grams))
    language = here.language
    left = _shared(*(_pairs(key_of(_without_works(c), language).grams) for c in (here, there)))
    return left < _LEFT * shared


def has_works(clause: AnalysedClause) -> bool:
    """Whether a clause speaks of works that it does not count."""
    kinds = _kinds(clause.language)
    return kinds.search(clause.folded) is not None and any(works for _, works in _parts(clause))


def _parts(clause: AnalysedClause) -> Iterator[tuple[str, bool]]:
    """The comma parts of a clause, and whether each is about works."""
    kinds, counted = _kinds(clause.language), _counted(clause.language)
    for start, end in clause.comma_parts:
        text = clause.folded[start:end]
        yield text, kinds.search(text) is not None and counted.search(text) is None


def _without_works(clause: AnalysedClause) -> str:
    """The parts of a clause that are not about works, without what is done to any."""
    steps = _steps(clause.language)
    return ",".join(steps.sub("", text) for text, works in _parts(clause) if not works)


def _pairs(grams: Grams) -> Grams:
    """Grams of a character are everywhere in long clauses."""
    return {gram: weight for gram, weight in grams.items() if len(gram) > 1}


def _shared(here: Grams, there: Grams) -> int:
    """The weight of what two share."""
    return sum(here[gram] for gram in here.keys() & there.keys())


def _same_name(here: AnalysedClause, there: AnalysedClause) -> bool:
    """Whether two clauses speak of works of the same name."""
    kinds = _kinds(here.language)
    ours, theirs = ([*kinds.finditer(clause.folded)] for clause in (here, there))
    for a, b in product(ours, theirs):
        if a.group() == b.group():
            name = _same_end(here.folded[: a.start()], there.folded[: b.start()])
            if len(name) >= _NAME and weight_of(name[-_NAME:], here.language) >= _SELDOM:
                return True
    return False


def _same_end(one: str, other: str) -> str:
    """The longest end that two texts share."""
    same = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        same += 1
    return one[len(one) - same :]


def _kinds(language: Language) -> re.Pattern[str]:
    return language.tables.one_of("works", "kinds")


def _counted(language: Language) -> re.Pattern[str]:
    return language.tables.one_of("works", "counted")


@cache
def _steps(language: Language) -> re.Pattern[str]:
    return compile_pattern(language.tables.any_of("works", "steps"))
