"""What many wordings of one commitment have in common: words that name nobody's own place."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.keys import SQUARE_NAT, weight_of
from policydiff.language.language import Language

#: Words of so many characters are looked for: single ones say nothing, and longer ones are
#: formulas or long names that no other place has.
_LENGTHS: Final = range(2, 13)
#: So many words are named at most.
_WORDS: Final = 2
#: Of fewer reports nothing is said.
_REPORTS: Final = 3
#: A word tells something whose pairs of characters stand, in the mean, in fewer clauses than one of
#: so many: work and development are everywhere.
_TELLING: Final = math.log(100) ** 2 * SQUARE_NAT
_LETTERS: Final = re.compile(r"[^\W\d_]+")


def common_words(
    wordings: Iterable[Iterable[AnalysedClause]], language: Language
) -> tuple[str, ...]:
    """The words that stand in the wordings of more than half of some reports, most telling first.

    ``wordings``: for each report the clauses that make the commitment. Rare words, long ones, and
    those of more reports tell more. Two at most, which share no character; none
    where the reports have nothing but the idea in common, or are two: these share whole phrases.

    >>> from policydiff.analysis.clause import analysed
    >>> from policydiff.analysis.documents import language_of, parse
    >>> plan = "一、今年工作安排\\n{}"
    >>> texts = "推进海绵城市试点建设。", "新增海绵城市面积6平方公里。", "改造海绵城市管网。"
    >>> clauses = (parse(plan.format(text)).commitments for text in texts)
    >>> language = language_of(())
    >>> common_words([analysed(some, language) for some in clauses], language)
    ('海绵城市',)
    """
    counts: Counter[str] = Counter()
    reports = 0
    for clauses in wordings:
        reports += 1
        counts.update({word for clause in clauses for word in _words(clause)})
    common = {}
    if reports < _REPORTS:
        return ()
    for word, count in counts.items():
        if 2 * count > reports:
            weights = [weight_of(pair, language) for pair in _pairs(word)]
            if sum(weights) > _TELLING * len(weights):
                common[word] = count * sum(weights)
    chosen: list[str] = []
    for word in sorted(common, key=lambda word: (-common[word], word)):
        if (
            len(chosen) < _WORDS
            and not any(set(word) & set(other) for other in chosen)
            and _is_whole(word, language)
        ):
            chosen.append(word)
    return tuple(chosen)


def _is_whole(word: str, language: Language) -> bool:
    """Whether a word is no more than the name of an object, without light words around it."""
    objects = language.object_words(word)
    return bool(objects) and all(len(name) >= len(word) or name not in word for name in objects)


def _words(clause: AnalysedClause) -> Iterable[str]:
    """Every run of letters of some length in a clause."""
    for word in _LETTERS.findall(clause.folded):
        for length in _LENGTHS:
            for at in range(len(word) - length + 1):
                yield word[at : at + length]


def _pairs(word: str) -> list[str]:
    return [word[k : k + 2] for k in range(len(word) - 1)]
