"""What many wordings of one commitment have in common: words that name nobody's own place."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.keys import weight_of
from policydiff.analysis.names import only_verbs, rims
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.language.rarity import SQUARE_NAT

#: Words of so many characters are looked for: single ones say nothing, and longer ones are
#: formulas or long names that no other place has.
_LENGTHS: Final = range(2, 17)
#: So many words are named at most.
_WORDS: Final = 2
#: Of fewer reports nothing is said.
_REPORTS: Final = 3
#: A word tells something whose pairs of characters stand, in the mean, in fewer clauses than one of
#: so many: work and development are everywhere.
_TELLING: Final = math.log(100) ** 2 * SQUARE_NAT
#: A common word may be the head or the tail of longer names: 级数据产业集 of 省级数据产业集群.
#: It is written out by so many characters on either side.
_WRITTEN_OUT: Final = 2
#: What stands in a text so often, of five times, with the same character beside it is cut in two.
_CUT: Final = 4 / 5
_LETTERS: Final = compile_pattern(r"[^\W\d_]+")


def is_slogan(clause: AnalysedClause) -> bool:
    """Whether a clause is attitude or doctrine alone: it has words for these and sets no number."""
    slogans = clause.language.tables.word("works", "slogans")
    return not clause.targets and slogans.search(clause.folded) is not None


def names_nothing(clause: AnalysedClause) -> bool:
    """Whether a clause is all verbs: 立即着手谋划, said of what the sentence before it names."""
    words = _LETTERS.findall(clause.folded)
    return all(map(only_verbs(clause.language).fullmatch, words))


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
    made = [list(clauses) for clauses in wordings]
    if len(made) < _REPORTS:
        return ()
    indicators = _indicators(made)
    if indicators:
        return indicators
    reports = [[run for clause in clauses for run in _runs(clause)] for clauses in made]
    counts: Counter[str] = Counter()
    for runs in reports:
        counts.update({word for run in runs for word in _words(run)})
    names: dict[str, float] = {}
    for word, count in counts.items():
        if 2 * count > len(reports) and not _is_cut(word, reports):
            name = _object_in(word, language)
            weights = [weight_of(pair, language) for pair in _pairs(name)]
            if sum(weights) > _TELLING * len(weights):
                names[name] = max(names.get(name, 0), count * sum(weights))
    chosen: list[str] = []
    for word in sorted(names, key=lambda word: (-names[word], word)):
        if len(chosen) < _WORDS and not any(set(word) & set(other) for other in chosen):
            chosen.append(_whole(word, reports, language))
    return tuple(chosen)


def _indicators(reports: Sequence[Sequence[AnalysedClause]]) -> tuple[str, ...]:
    """The main indicators for which more than half of some reports set numbers."""
    counts = Counter(
        name
        for clauses in reports
        for name in {target.indicator_id for clause in clauses for target in clause.targets}
        if name is not None
    )
    common = [name for name, count in counts.items() if 2 * count > len(reports)]
    return tuple(sorted(common, key=lambda name: (-counts[name], name))[:_WORDS])


def _runs(clause: AnalysedClause) -> Iterator[str]:
    """The runs of letters of a clause, without figures and their units; what is spelt may belong
    to a name, 八项规定."""
    at = 0
    for number in clause.language.numbers(clause.folded):
        if not clause.folded[number.start].isascii():
            continue
        yield from _LETTERS.findall(clause.folded, at, number.start)
        at = number.end
    yield from _LETTERS.findall(clause.folded, at)


def _words(run: str) -> Iterator[str]:
    """Every stretch of some length in a run of letters."""
    for length in _LENGTHS:
        for at in range(len(run) - length + 1):
            yield run[at : at + length]


def _is_cut(word: str, reports: Sequence[Sequence[str]]) -> bool:
    """Whether nearly always the same character stands before a word, or behind it: 义务教."""
    before: Counter[str] = Counter()
    behind: Counter[str] = Counter()
    for runs in reports:
        for run in runs:
            at = run.find(word)
            if at >= 0:
                before[run[at - 1 : at]] += 1
                behind[run[at + len(word) : at + len(word) + 1]] += 1
    number = sum(before.values())
    return any(
        character and count > _CUT * number
        for side in (before, behind)
        for character, count in side.items()
    )


def _object_in(word: str, language: Language) -> str:
    """A word without light words and joints around its objects; '' where it has no object.

    A word whose objects do not stand in it is written out for comparison, and left as it is.
    """
    inside = [name for name in language.object_words(word) if name in word]
    if inside:
        inside = [name for name in inside if len(name) >= min(_LENGTHS)]
        if not inside:
            return ""
        word = word[word.index(inside[0]) : word.rindex(inside[-1]) + len(inside[-1])]
    elif not language.object_words(word):
        return ""
    return _without_joints(word, language)


def _without_joints(word: str, language: Language) -> str:
    joints = language.tables.words("targets", "joints")
    marks = rims(language, "name")
    while (stripped := _without_one(word.strip(marks), joints)) != word:
        word = stripped
    return word


def _without_one(word: str, joints: Iterable[str]) -> str:
    for joint in joints:
        if word.startswith(joint) or word.endswith(joint):
            return word.removeprefix(joint).removesuffix(joint)
    return word


def _whole(word: str, reports: Sequence[Sequence[str]], language: Language) -> str:
    """The longer name that a word is cut from in most of the reports that have it, or the word."""
    names: Counter[str] = Counter()
    of = 0
    for runs in reports:
        inside = [run for run in runs if word in run]
        names.update({name for run in inside for name in language.object_words(run)})
        of += bool(inside)
    longest = len(word) + 2 * _WRITTEN_OUT
    for name, count in names.most_common():
        if word in name and len(name) <= longest and 2 * count > of:
            return name
    return word


def _pairs(word: str) -> list[str]:
    return [word[k : k + 2] for k in range(len(word) - 1)]
