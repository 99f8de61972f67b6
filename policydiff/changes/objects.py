"""How an object that came or went is shown: whole, and without what is said of its whole list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from policydiff.analysis.clause import AnalysedClause, ClausePart
from policydiff.changes.items import Item
from policydiff.changes.setting import without_openers
from policydiff.changes.wording import last_word
from policydiff.language.language import Language, Span
from policydiff.language.patterns import compile_pattern

#: An object has so many characters at least.
_OBJECT: Final = 2
#: A longer stretch before a word of direction is more than the name that ends with it.
_LONGEST_NAME: Final = 6


def bare_member(item: Item, members: Sequence[Item]) -> Span:
    """Where a member of a list stands without what is said of the whole list.

    >>> from policydiff import parse
    >>> from policydiff.changes.items import items_of
    >>> plan = "一、2030年工作安排\\n完成中心大街、南环路等8条道路绿化，推进山区开发、水库加固。"
    >>> clause = parse(plan).commitments[0]
    >>> lists = [items_of(clause, part) for part in clause.parts]
    >>> [clause.folded[slice(*bare_member(item, items))] for items in lists for item in items]
    ['中心大街', '南环路', '山区开发', '水库加固。']
    """
    start, end = item.start, item.end
    if len(members) < _OBJECT:
        return start, end
    language, text, part = item.clause.language, item.clause.folded, item.part
    leads = language.tables.one_of("changes", "leads")
    part_end = part.start + last_word(text[part.start : part.end])
    bare = behind_leads(language, text, members[0].start, members[0].end, part_end)
    if item is members[0] and leads.match(text, members[1].start, part_end) is None:
        start = bare
    elif item is not members[0]:
        start, _ = without_openers(item.clause, start, end)
    stop = start + last_word(text[start:end])
    for lead, tail in _tails(language):
        # What follows 等 is said of the list wherever it stands; the rest hangs on the last member.
        last = item is members[-1] and lead is not None and lead.search(text, part.start, bare)
        m = tail.search(text, start, stop) if lead is None or last else None
        if m and m.start() - start >= _OBJECT:
            return start, m.start()
    return start, end


def behind_leads(
    language: Language, text: str, start: int, end: int, part_end: int | None = None
) -> int:
    """Where the leads at the head of ``text[start:end]`` end: enough is left of it.

    ``part_end``: where the comma part ends, unless there too.
    """
    leads = language.tables.one_of("changes", "leads")
    part_end = end if part_end is None else part_end
    while (m := leads.match(text, start, part_end)) and start < m.end() <= end - _OBJECT:
        start = m.end()
    return start


@cache
def _tails(language: Language) -> tuple[tuple[re.Pattern[str] | None, re.Pattern[str]], ...]:
    """How the lead of a list ends, None for any, and what then ends the list."""
    entries = language.tables.load("changes")["tails"]
    leads = (None if e["lead"] == "any" else compile_pattern(f"(?:{e['lead']})$") for e in entries)
    return tuple(zip(leads, (compile_pattern(e["pattern"]) for e in entries), strict=True))


def whole_quotation(clause: AnalysedClause, part: ClausePart, start: int, end: int) -> Span:
    """What a quotation names, with its marks and the noun behind it: “一户一档”台账.

    ``start``, ``end``: of what is quoted, without the marks.
    """
    opened, closed = max(start - 1, 0), min(end + 1, len(clause.text))
    noun = clause.language.tables.one_of("changes", "nouns")
    m = noun.match(clause.folded, closed, max(part.end, closed))
    return opened, m.end() if m else closed


def whole_name(clause: AnalysedClause, part: ClausePart, start: int, end: int) -> Span:
    """A name that ends in what tells it from others, from its beginning on: 易兴西路, not 西路."""
    head = part.start
    for m in clause.language.tables.one_of("changes", "name_ends").finditer(
        clause.folded, part.start, start
    ):
        head = m.end()
    head = max([head, *(date_end for _, date_end in part.deadlines if date_end <= start)])
    head = behind_leads(clause.language, clause.folded, head, end, part.end)
    return (head, end) if start - head <= _LONGEST_NAME else (start, end)
