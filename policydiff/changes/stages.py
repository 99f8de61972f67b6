"""How far a thing is, in which direction it goes, who is responsible: words that tell it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.changes.bodies import bodies_of
from policydiff.changes.items import Item, verb_run
from policydiff.changes.statements import Match, Statement
from policydiff.changes.wording import last_word, likeness, wording
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Kind

#: Two members of lists that name the same object.
Pair = tuple[Item, Item]


#: Likeness (rapidfuzz ratio) of the object words of two statements, without the opposites in them,
#: from which nothing else differs between them.
_ELSE_THE_SAME: Final = 75


@lru_cache(maxsize=20_000)
def stage_of(text: str, language: Language) -> int | None:
    """The rank of the stage that a folded comma part promises, None where it tells none.

    >>> from policydiff.language.zh import CHINESE
    >>> parts = ("加快变电站前期工作", "启动环城路", "推进环城路建设", "确保环城路建成通车")
    >>> [stage_of(part, CHINESE) for part in parts]
    [2, 4, 6, 8]
    """
    first: tuple[int, int] | None = None
    for pattern, rank, decides in stages(language):
        m = pattern.search(text)
        if m and decides:
            return rank
        if m and (first is None or m.start() < first[0]):
            first = m.start(), rank
    return first[1] if first else None


@cache
def stages(language: Language) -> tuple[tuple[re.Pattern[str], int, bool], ...]:
    """The words of stages, each with its rank and whether it decides whatever stands before it."""
    entries = language.tables.load("changes")["stages"]
    patterns = language.tables.patterns("changes", "stages")
    return tuple(
        (pattern, entry["rank"], entry["decides"])
        for pattern, entry in zip(patterns, entries, strict=True)
    )


@lru_cache(maxsize=20_000)
def without_stages(text: str, language: Language) -> str:
    """A folded text without the words of stages and the verbs that it opens with."""
    text = wording(language.tables.one_of("changes", "stages").sub("", text))
    opening = verb_run(language).match(text)
    return text[opening.end() :] if opening else text


def direction_change(matched: Sequence[Match]) -> tuple[Kind, str] | None:
    """The kind and detail of the first statement whose direction is turned round, else None."""
    for old, new, _ in matched:
        before, after, language = old.folded, new.folded, old.clause.language
        for one, other in _opposites(language):
            had, has = one.search(before) is not None, one.search(after) is not None
            sides = (before, after) if had else (after, before)
            if had != has and _turned(*sides, one, other, language):
                return "direction changed", f"{shown(old)} → {shown(new)}"
    return None


def _turned(
    text: str, turned: str, one: re.Pattern[str], other: re.Pattern[str], language: Language
) -> bool:
    """Whether of two texts, of which the first alone has the one word, the second alone has the
    other, and is else the same."""
    if other.search(text) or not other.search(turned):
        return False
    rest = one.sub("", text), other.sub("", turned)
    return likeness(*("".join(language.object_words(side)) for side in rest)) >= _ELSE_THE_SAME


@cache
def _opposites(language: Language) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    entries = language.tables.load("changes")["opposites"]
    return tuple((compile_pattern(e["one"]), compile_pattern(e["other"])) for e in entries)


def alternative_pairs(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """The objects with which something else is done: built anew here, extended there."""
    done = {id(item): _done_with(item) for pair in pairs for item in pair}
    for old, new in pairs:
        before, after = done[id(old)], done[id(new)]
        # Where the same is done with the object elsewhere, nothing was exchanged: 新建公厕20座，
        # 改造公厕30座 became two sentences.
        also_before = {deed for one, other in pairs if other is new for deed in done[id(one)]}
        also_after = {deed for one, other in pairs if one is old for deed in done[id(other)]}
        if before and after and not (before & also_after or after & also_before):
            yield old, new


def _done_with(item: Item) -> set[str]:
    """What is done with an object, of what shuts out the others."""
    return set(_alternatives(item.clause.language).findall(_part_text(item)))


@cache
def _alternatives(language: Language) -> re.Pattern[str]:
    return compile_pattern(language.tables.any_of("changes", "alternatives"))


def body_change(old: AnalysedClause, new: AnalysedClause) -> tuple[Kind, str] | None:
    """The kind and detail where two clauses name other responsible bodies, else None."""
    before, after = bodies_of(old), bodies_of(new)
    if set(before) == set(after):
        return None
    (mark,) = old.language.tables.words("changes", "list_mark")
    sides = (mark.join(names) or "—" for names in (before, after))
    return "body changed", " → ".join(sides)


def _part_text(item: Item) -> str:
    return item.clause.folded[item.part.start : item.part.end]


def shown(statement: Statement) -> str:
    """A statement as written, without the stop at its end."""
    return statement.text[: last_word(statement.text)]
