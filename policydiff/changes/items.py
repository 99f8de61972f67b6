"""The members of the lists in a clause: the objects that something is promised of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from typing import Final

from policydiff.analysis.clause import AnalysedClause, ClausePart
from policydiff.analysis.keys import TOPIC_MARK, object_grams, weights_of
from policydiff.language.language import Language, Span
from policydiff.language.patterns import compile_pattern
from policydiff.language.words import WordRun


@dataclass(frozen=True, eq=False)
class Item:
    """``clause.text[start:end]``: a member of a list in a comma part, or a part without a list."""

    clause: AnalysedClause
    part: ClausePart
    start: int
    end: int
    #: All members of its list, itself too, in order; of one that was made from another none.
    members: list[Item] = field(default_factory=list)

    @property
    def folded(self) -> str:
        """The member as rules see it."""
        return self.clause.folded[self.start : self.end]

    @cached_property
    def grams(self) -> Mapping[str, int]:
        """What names its objects, with squared rarity weights; topics are left out."""
        part, clause = self.part, self.clause
        behind = clause.folded[self.end : part.end]
        if self.start == part.start and not any(map(str.isalnum, behind)):  # a stop at most
            # Topics say that two texts are of one field, not that they name the same thing. They
            # stand behind the words.
            named = part.grams
            while named and named[-1][0] == TOPIC_MARK:
                named = named[:-1]
            return dict(zip(named, map(clause.key.grams.__getitem__, named), strict=True))
        return grams_of_text(self.folded, clause.language)

    @property
    def weight(self) -> int:
        """The weight of its grams in all."""
        return sum(self.grams.values())

    @cached_property
    def name_grams(self) -> Mapping[str, int]:
        """What names its object alone, without the words of stages that it ends in: 前期工作."""
        ends = self.clause.language.tables.one_of("changes", "stage_ends")
        m = ends.search(self.folded)
        if m is None or m.start() < _MEMBER:
            return self.grams
        return grams_of_text(self.folded[: m.start()], self.clause.language)

    @cached_property
    def name_weight(self) -> int:
        """The weight of these in all."""
        return sum(self.name_grams.values())

    @property
    def has_target(self) -> bool:
        """Whether a number with a place of its own, blanked or not, ends in it. A relative goal is
        told in words, as all content is."""
        if not self.part.targets:
            return False
        return any(
            self.start < stop <= self.end and (target.value is not None or target.masked)
            for target, (_, stop) in zip(self.part.targets, self.part.target_spans, strict=True)
        )


def grams_of_text(folded: str, language: Language) -> Mapping[str, int]:
    """The grams of a folded stretch that name objects, each with its squared rarity weight."""
    return weights_of(object_grams(folded, language)[1], language)


def share(grams: Mapping[str, int], others: Mapping[str, int] | frozenset[str]) -> float:
    """The share of the weight of some grams that others have, 0..1; 1 where there is no weight."""
    total = sum(grams.values())
    if not total:
        return 1.0
    # Either way it is the smaller of the two that is gone through.
    if isinstance(others, frozenset):
        shared: Iterable[str] = others.intersection(grams)
    else:
        shared = grams.keys() & others.keys()
    return sum(map(grams.__getitem__, shared)) / total


def items_of(clause: AnalysedClause, part: ClausePart) -> tuple[Item, ...]:
    """The members of the list in a comma part, in order; the part alone where it has no list.

    >>> from policydiff import parse
    >>> plan = "一、2030年工作安排\\n建设图书馆、文化馆和体育馆，扩大供水和供气范围。"
    >>> clause = parse(plan).commitments[0]
    >>> [item.folded for part in clause.parts for item in items_of(clause, part)]
    ['建设图书馆', '文化馆', '体育馆', '扩大供水和供气范围。']
    >>> (clause,) = parse("一、2030年工作安排\\n加快建设和谷智能港、锂电园。").commitments
    >>> [item.folded for part in clause.parts for item in items_of(clause, part)]
    ['加快建设和谷智能港', '锂电园。']
    """
    (mark,) = clause.language.tables.words("changes", "list_mark")
    if clause.folded.find(mark, part.start, part.end) < 0:
        item = Item(clause, part, part.start, part.end)
        item.members.append(item)
        return (item,)
    marks = list(_marks(clause, part.start, part.end, _list_mark(clause.language)))
    if marks:
        marks += _brackets(clause, part.start, part.end, marks)
        rims = [part.start, *(edge for mark in marks for edge in mark), part.end]
        for start, end in _marks(clause, part.start, part.end, _list_joint(clause.language)):
            # 咸和机械 is a name, not a member of one character and another one; so is 和谷智能港.
            whole = all(abs(start - rim) >= _MEMBER and abs(end - rim) >= _MEMBER for rim in rims)
            before = clause.folded[max(rim for rim in rims if rim <= start) : start]
            if whole and not verb_run(clause.language).fullmatch(before):
                marks.append((start, end))
    spans: list[Span] = []
    at = part.start
    for start, end in [*sorted(marks), (part.end, part.end)]:
        if start > at:
            spans.append((at, start))
        at = max(at, end)
    if len(spans) > 1:
        spans = list(_joined(clause, spans))
    items: list[Item] = []
    items += (Item(clause, part, *span, items) for span in spans)
    return tuple(items)


def _joined(clause: AnalysedClause, spans: Sequence[Span]) -> Iterator[Span]:
    """The members of a list, as one those that only together name an object.

    县、乡、村三级体系 are no three objects, nor are 管理有序、服务一流的新城.
    """
    texts = [clause.folded[start:end] for start, end in spans]
    pairs = clause.language.tables.one_of("changes", "one_member")
    with_next = [
        pairs.search(clause.folded[start:end]) is not None
        for (start, _), (_, end) in pairwise(spans)
    ]
    for at in range(1, len(texts)):
        for described in _describing(texts, at, clause.language):
            with_next[described] = True
    first = 0
    for at, joined in enumerate([*with_next, False]):
        if not joined:
            yield spans[first][0], spans[at][1]
            first = at + 1


def _describing(texts: Sequence[str], last: int, language: Language) -> Iterator[int]:
    """The members that describe the noun at the end of the ``last`` one, as some of that does."""
    for pattern in language.tables.patterns("changes", "descriptions"):
        m = pattern.match(texts[last])
        if m is None:
            continue
        for at in range(last - 1, -1, -1):
            form = texts[at]
            if at == 0:
                # Where more than one has the form already, the first may stand behind any words.
                form = _end_of_first(form, len(m["own"]), language, anywhere=last > 1)
            if not _alike(form, m["own"], m["mark"]):
                break
            yield at


def _end_of_first(text: str, length: int, language: Language, *, anywhere: bool) -> str:
    """The last characters of the first member, if they stand behind a verb, or ``anywhere``; else
    all of it but the verbs that it opens with."""
    head, end = text[:-length], text[-length:]
    if anywhere or language.tables.last_word("verbs", "action").search(head):
        return end
    opening = verb_run(language).match(text)
    return text[opening.end() :] if opening else text


def _alike(text: str, own: str, mark: str) -> bool:
    """Whether a member has the form of the words ``own``: a mark at their end, or as many
    characters, with the mark at their head, if there is one."""
    if mark and own.endswith(mark):
        return text.endswith(mark)
    return len(text) == len(own) and (not mark or text.startswith(mark))


def _marks(
    clause: AnalysedClause, start: int, end: int, pattern: re.Pattern[str]
) -> Iterator[tuple[int, int]]:
    """Where a pattern stands between two places of a clause, outside quotations."""
    for m in pattern.finditer(clause.folded, start, end):
        if not any(a <= m.start() < b for a, b in clause.quotations):
            yield m.span()


def _brackets(
    clause: AnalysedClause, start: int, end: int, marks: Sequence[Span]
) -> Iterator[Span]:
    """The brackets around lists between two places of a clause: 七项工程（水网、电网）."""
    for a, b in _marks(clause, start, end, clause.language.tables.one_of("changes", "brackets")):
        if any(a < mark < b for mark, _ in marks):
            yield a, a + 1
            yield b - 1, b


#: A member of a list has so many characters at least.
_MEMBER: Final = 2


@cache
def _list_mark(language: Language) -> re.Pattern[str]:
    return compile_pattern(language.tables.any_of("changes", "list_mark"))


@cache
def _list_joint(language: Language) -> re.Pattern[str]:
    return language.tables.patterns("changes", "list_joints")[0]


@cache
def verb_run(language: Language) -> WordRun:
    """A run of verbs of doing and padding, as commitments open with."""
    words = language.tables.words
    return WordRun([*words("verbs", "action"), *words("verbs", "padding")])


#: Two members name the same object where one has this share of the other's weight, and the other
#: that share of its own: 白沙河 and 白沙河生态治理工程.
_HAS: Final = 0.7
_IS_HAD: Final = 0.4


def same_objects(old: Sequence[Item], new: Sequence[Item]) -> list[tuple[Item, Item]]:
    """The members of two clauses that name the same object, each with the likest of the other."""
    here, there = ([item.name_grams.keys() for item in items] for items in (old, new))
    shares: dict[tuple[int, int], tuple[float, float]] = {}
    rows, columns = [_NONE] * len(old), [_NONE] * len(new)
    for i, one in enumerate(here):
        for j, other in enumerate(there):
            if not one.isdisjoint(other):  # most are
                shares[i, j] = both = _shares(old[i], new[j], one & other)
                rows[i], columns[j] = max(rows[i], both), max(columns[j], both)
    return [
        (old[i], new[j])
        for (i, j), both in shares.items()
        if both[0] >= _HAS and both[1] >= _IS_HAD and both in (rows[i], columns[j])
    ]


#: What two members have of each other that have nothing in common.
_NONE: Final = (0.0, 0.0)


def _shares(one: Item, other: Item, both: Iterable[str]) -> tuple[float, float]:
    """What share of the one's weight the other has and the other way round, the higher first."""
    shared = sum(map(one.name_grams.__getitem__, both))
    less, more = sorted((one.name_weight, other.name_weight))
    return shared / less, shared / more
