"""Members of a list, and conditions, that one side has and the other side's same sentence lacks.

Two comma parts are laid side by side. Where one is the other with words filled in, and a mark or a
word that joins stands at the rim of these (``joints`` in changes.yaml), they are members more of a
list, or one condition more: 中小微企业和个体工商户, for 中小微企业 alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from policydiff.analysis.clause import AnalysedClause, ClausePart
from policydiff.changes.items import grams_of_text, verb_run
from policydiff.changes.objects import behind_leads
from policydiff.changes.setting import is_beside
from policydiff.changes.wording import common_end, filled_in, last_word, likeness
from policydiff.language.language import Language, Span

#: So many characters has a member at least.
_MEMBER: Final = 2
#: A list has so many at least.
_A_LIST: Final = 2
#: What two lists end in says that they are of one kind where it has so many characters.
_TAIL: Final = 2
#: In a list of names none is longer.
_LONGEST: Final = 8
#: Members more alike than this are one in other words.
_OTHER: Final = 50
#: So much weight, in quarters of square nats, has what is worth telling: two ordinary characters.
_TOLD: Final = 250


def inserted(
    clause: AnalysedClause, part: ClausePart, beside: str, partners: Sequence[AnalysedClause]
) -> Iterator[Span]:
    """Where a comma part has members of a list, or a condition, more than the part ``beside`` it.

    Not what any of the clauses has that it is linked with, its ``partners``.

    >>> from policydiff import parse
    >>> texts = "清理停车场和农贸市场收费。", "清理停车场收费。"
    >>> old, new = (parse(f"一、2030年工作安排\\n{text}").commitments[0] for text in texts)
    >>> [old.text[start:end] for start, end in inserted(old, old.parts[0], texts[1], [new])]
    ['农贸市场']
    """
    text = clause.folded[part.start : part.end]
    language = clause.language
    members = [
        span for gap in filled_in(text, beside) for span in _members(text, *gap, language)
    ] or _exchanged(text, beside, language)
    if not members or is_beside(clause, part.start, part.end):
        return
    for a, b in members:
        cut = language.tables.one_of("changes", "member_ends").search(text, a, b)
        end = cut.start() if cut else b
        span = part.start + a, part.start + end
        if end - a < _MEMBER or any(span[0] < stop <= span[1] for _, stop in part.target_spans):
            continue  # what became of a number is told with the targets
        if _is_told(text[a:end], partners, language):
            yield span


def _exchanged(text: str, other: str, language: Language) -> list[Span]:
    """The members of a list that another list of the same tail lacks, where both share some member:
    枫塘 in 枫塘、柳塘2口山塘 beside 柳塘、梅塘2口山塘."""
    text, other = (one[: last_word(one)] for one in (text, other))
    tail = common_end(text, other)
    if tail < _TAIL:
        return []
    here, there = (_list_of(one, tail, language) for one in (text, other))
    words, theirs = ([one[a:b] for a, b in spans] for one, spans in ((text, here), (other, there)))
    if min(len(here), len(there)) < _A_LIST or set(words).isdisjoint(theirs):
        return []
    return [
        span
        for span, word in zip(here, words, strict=True)
        if word not in other
        and all(one not in word and likeness(word, one) <= _OTHER for one in theirs)
    ]


def _list_of(text: str, tail: int, language: Language) -> list[Span]:
    """The members of a list, without the verb before the first and without the ``tail`` characters
    behind the last that another list ends in too. What all members end in belongs to the last."""
    marks = [m.span() for m in language.tables.one_of("changes", "joints").finditer(text)]
    rims = [0, *(rim for mark in marks for rim in mark), len(text) - tail]
    spans = [(a, b) for a, b in zip(rims[::2], rims[1::2], strict=True) if a < b]
    if len(spans) < _A_LIST or spans[-1][1] != len(text) - tail:
        return []
    a, b = spans[-1]
    before = text[slice(*spans[-2])]
    shared = next((n for n in range(tail, 0, -1) if before.endswith(text[b : b + n])), 0)
    opening = verb_run(language).match(text, *spans[0])
    first = max(behind_leads(language, text, *spans[0]), opening.end() if opening else 0)
    members = [(first, spans[0][1]), *spans[1:-1], (a, b + shared)]
    (mark,) = language.tables.words("changes", "list_mark")
    sizes = [b - a for a, b in members]
    return members if mark in text and min(sizes) >= _MEMBER and max(sizes) <= _LONGEST else []


def _members(text: str, start: int, end: int, language: Language) -> Iterator[Span]:
    """The members of a list in words that were filled in, none where nothing joins them.

    Which of two like characters was put in, nobody can tell: 职业培训和 in 加强职业培训和就业服务
    may as well be 强职业培训和加. It is read so that what joins stands at a rim.
    """
    joints = [m.span() for m in language.tables.one_of("changes", "joints").finditer(text)]
    for shift in _shifts(text, start, end):
        a, b = start + shift, end + shift
        marks = [joint for joint in joints if a <= joint[0] and joint[1] <= b]
        narrows = language.tables.one_of("changes", "for_whom").match(text, a)
        if narrows and narrows.end() == b:
            yield narrows.span("what")
            return
        if marks and (
            marks[0][0] == a or (marks[-1][1] == b and _opens(text, a, joints, language))
        ):
            rims = [a, *(rim for mark in marks for rim in mark), b]
            yield from zip(rims[::2], rims[1::2], strict=True)
            return


def _opens(text: str, at: int, joints: Sequence[Span], language: Language) -> bool:
    """Whether a member may begin at a place: behind a verb or what joins, or at the head."""
    head = text[max((end for _, end in joints if end <= at), default=0) : at]
    verbs = (language.tables.last_word("verbs", section) for section in ("action", "coverbs"))
    return not head or any(verb.search(head) for verb in verbs)


def _shifts(text: str, start: int, end: int) -> Iterator[int]:
    """By how much words that were filled in may stand further left or right and read the same."""
    yield 0
    left = 0
    while start + left > 0 and text[start + left - 1] == text[end + left - 1]:
        left -= 1
        yield left
    right = 0
    while end + right < len(text) and text[start + right] == text[end + right]:
        right += 1
        yield right


def _is_told(member: str, partners: Sequence[AnalysedClause], language: Language) -> bool:
    """Whether a member names something, and no partner has it."""
    if language.tables.one_of("changes", "no_members").search(member):
        return False
    if verb_run(language).fullmatch(member):
        return False
    numbered = any(character.isdigit() for character in member)
    if numbered and not language.tables.one_of("changes", "bounded").search(member):
        return False
    told = numbered or language.tables.word("changes", "told_members").fullmatch(member)
    if not told and sum(grams_of_text(member, language).values()) < _TOLD:
        return False
    return not any(_has(partner, member) for partner in partners)


def _has(partner: AnalysedClause, member: str) -> bool:
    if member in partner.folded:
        return True
    words = "".join(partner.language.object_words(member))
    return bool(words) and words in partner.key.text
