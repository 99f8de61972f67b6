"""Names that stand in each other's place: the same sentence about another town, firm or group.

Two comma parts are laid side by side. Where other words stand in one place of both, and what
follows is a kind of place, firm or project, or what stands before and behind is what a group of
people gets, these words name what the sentence is about (``slots`` in changes.yaml). Common words
(``common``) name nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from policydiff.analysis.clause import AnalysedClause, ClausePart
from policydiff.changes.beside import Beside
from policydiff.changes.objects import behind_leads
from policydiff.changes.wording import replaced
from policydiff.language.language import Language, Span
from policydiff.language.patterns import compile_pattern

#: A longer stretch is no name.
_LONGEST: Final = 8
#: So many characters at the end two groups of people may share: 零就业家庭 and 退役军人家庭.
_SHARED_END: Final = 4
#: And two names of two characters before their kind: 竹溪路 and 松溪路.
_SHARED_NAME: Final = 1
#: Names have two characters at least, and the last two tell a common word.
_SHORTEST: Final = 2


def exchanged(clause: AnalysedClause, part: ClausePart, others: Iterable[Beside]) -> Iterator[Span]:
    """Where a comma part has a name in whose place one of the ``others``, which are like it, has
    another one.

    >>> from policydiff import parse
    >>> from policydiff.changes.beside import alike, parts_of
    >>> texts = "完成石门水库除险加固。", "完成龙潭水库除险加固。"
    >>> old, new = (parse(f"一、2030年工作安排\\n{text}").commitments[0] for text in texts)
    >>> others = alike(old.folded, parts_of([new]))
    >>> [old.text[start:end] for start, end in exchanged(old, old.parts[0], others)]
    ['石门水库']
    """
    text = clause.folded[part.start : part.end]
    for _, theirs in others:
        if theirs != text:
            for start, end in _other_names(text, theirs, clause.language):
                yield part.start + start, part.start + end


def _other_names(text: str, other: str, language: Language) -> Iterator[Span]:
    """Where a text has a name that is another one in the other text, with the kind behind it."""
    for here, there in replaced(text, other):
        if max(here[1] - here[0], there[1] - there[0]) > _LONGEST:
            continue
        for slot in _slots(language):
            a = slot.name(text, *here, language)
            b = slot.name(other, *there, language) if a else None
            if a and b and _are_two(a.name, b.name, language):
                yield a.start, a.end
                break


def _are_two(one: str, other: str, language: Language) -> bool:
    """Whether two words are two names: no common words, and not read as one."""
    if one.endswith(other) or other.endswith(one):
        return False
    if any(_common(language).search(name) for name in (one, other)):
        return False
    return language.object_words(one) != language.object_words(other)


class _Name(NamedTuple):
    """A name, and where it stands together with its kind."""

    name: str
    start: int
    end: int


class _Slot(NamedTuple):
    """What stands before a name, nothing where anything may, and behind it; ``kind``: whether what
    stands behind belongs to it."""

    before: re.Pattern[str] | None
    behind: re.Pattern[str]
    kind: bool

    def name(self, text: str, start: int, end: int, language: Language) -> _Name | None:
        """The name in which ``text[start:end]``, or some of it, is what differs."""
        if self.before and not self.before.search(text):
            return None
        shared = _SHARED_END if self.before else _SHARED_NAME * (end - start == 1)
        for at in range(end + shared, start, -1):
            m = self.behind.match(text, at)
            if m and m.end() >= end:
                name = self._before(text, at, language)
                if at > end and not self.before and len(name) > _SHORTEST:
                    continue
                if _SHORTEST <= len(name) <= _LONGEST and at - len(name) < end:
                    return _Name(name, at - len(name), m.end() if self.kind else at)
        return None

    def _before(self, text: str, at: int, language: Language) -> str:
        """The words right before a place, without verbs and what else every object can take."""
        head = at
        while head and text[head - 1].isalpha() and not text[head - 1].isascii():
            head -= 1
        if self.before is not None:
            heads = [m.end() for m in self.before.finditer(text, head, at)]
            return text[heads[-1] : at] if heads else ""
        for m in language.tables.one_of("changes", "name_ends").finditer(text, head, at):
            head = m.end()
        head = behind_leads(language, text, head, at)
        name = (language.object_words(text[head:at]) or [""])[-1]
        return name if text.endswith(name, 0, at) else ""


@cache
def _slots(language: Language) -> tuple[_Slot, ...]:
    return tuple(
        _Slot(
            None if entry["before"] == "any" else compile_pattern(entry["before"]),
            compile_pattern(entry["behind"]),
            entry["kind"],
        )
        for entry in language.tables.load("changes")["slots"]
    )


@cache
def _common(language: Language) -> re.Pattern[str]:
    """Common words, at the end of what could be a name."""
    return compile_pattern(f"(?:{language.tables.any_of('changes', 'common')})$")
