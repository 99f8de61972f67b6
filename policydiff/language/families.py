"""Patterns that are looked for in the same texts, most of which have a match of hardly any."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from operator import add

from policydiff.language.patterns import compile_pattern, needed_by


def runs_of(text: str) -> set[str]:
    """The characters of a text and its pairs of neighbours, each once.

    >>> sorted(runs_of("新建"))
    ['建', '新', '新建']
    """
    return {*text, *map(add, text, text[1:])}


class PatternFamily:
    """Patterns, of which only those are searched for that a text may have a match of.

    What each needs, single characters or pairs, is looked up for all of them at once.

    >>> family = PatternFamily(["(?:问题|困难)$", "[^,]+的", ","])
    >>> [family.found_in(text, runs_of(text)) for text in ("困难,", "困难", "新的困难")]
    [[2], [0], [0, 1]]
    """

    def __init__(self, sources: Iterable[str]) -> None:
        self._patterns = [compile_pattern(source) for source in sources]
        by_run: dict[str, set[int]] = {}
        always = set()
        for k, pattern in enumerate(self._patterns):
            needed = needed_by(pattern.pattern)
            if needed is None:
                always.add(k)
            for run in needed or ():
                by_run.setdefault(run, set()).add(k)
        self._always = frozenset(always)
        self._by_run = {run: frozenset(numbers) for run, numbers in by_run.items()}

    def __len__(self) -> int:
        return len(self._patterns)

    def __iter__(self) -> Iterator[re.Pattern[str]]:
        return iter(self._patterns)

    def found_in(self, text: str, runs: Set[str]) -> list[int]:
        """The numbers of the patterns that have a match in a text, rising. ``runs``: of the text
        or of more, as ``runs_of`` gives them.
        """
        by_run, patterns = self._by_run, self._patterns
        likely = self._always.union(*map(by_run.__getitem__, by_run.keys() & runs))
        return [k for k in sorted(likely) if patterns[k].search(text)]
