"""What left a commitment and what came in: objects and measures, with their places.

A comma part, or a member of a list in it, is gone when the clauses that carry on the commitment
have little of its words, and so has every other clause of the other report's plan. What the parts
say of purpose, setting and effort is wording, and so are synonyms, which keys read as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from operator import add, itemgetter
from typing import Final, NamedTuple

from policydiff.analysis.clause import AnalysedClause, ClausePart
from policydiff.changes.beside import NOTHING, SAME_SENTENCE, Beside, alike, parts_of
from policydiff.changes.exchanged import exchanged
from policydiff.changes.inserted import inserted
from policydiff.changes.items import Item, grams_of_text, share, verb_run
from policydiff.changes.objects import bare_member, whole_name, whole_quotation
from policydiff.changes.reports import Report
from policydiff.changes.setting import frame_of, is_purpose, without_openers
from policydiff.changes.statements import Statement, stands_alone
from policydiff.changes.swapped import swapped
from policydiff.changes.wording import is_bracket, only_filled_in
from policydiff.language.language import Language, Span
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import either
from policydiff.language.words import WordRun

#: Of what is gone the partners have less than this share of the weight (of rarity). Of parts below
#: it that are no padding, readers call nine in ten content that came or went.
_GONE: Final = 0.3
#: From this share on a clause of the other report may say it: it is not called gone.
_MAY_STAND: Final = 0.6
#: From this share of the pairs of characters on the clause does say it, and the entry names it.
_STANDS: Final = 0.75
#: So much weight, in quarters of square nats, is the least of an object: two ordinary characters.
_AN_OBJECT: Final = 250
#: A shorter stretch may stand anywhere: that it does is not told, nor that it left.
_WORDS: Final = 4


class Content(NamedTuple):
    """What of a clause its partners do not have, as spans of its text.

    ``gone``: what stands nowhere in the other report; ``moved``: what stands in another clause of
    it, with that clause.
    """

    gone: tuple[Span, ...]
    moved: tuple[tuple[Span, AnalysedClause], ...]


class _Partners:
    """The clauses that one is linked with, and what is asked of them again and again."""

    def __init__(self, clauses: Sequence[AnalysedClause]) -> None:
        self.clauses = clauses
        #: Their folded texts, each in a line of its own; none holds a line break.
        self.text = "\n".join([clause.folded for clause in clauses])
        #: The grams that any of them has.
        self.grams: frozenset[str] = frozenset().union(*[clause.key.grams for clause in clauses])

    @cached_property
    def grams_of_parts(self) -> Sequence[frozenset[str]]:
        """The grams of each of their comma parts."""
        return [frozenset(part.grams) for clause in self.clauses for part in clause.parts]


def content_missing(
    clause: AnalysedClause,
    listed: Sequence[Sequence[Item]],
    partners: Sequence[AnalysedClause],
    report: Report,
) -> Content:
    """What of a clause is not in the clauses that it is linked with; ``report``: the other one.

    ``listed``: the members of the lists in each of its comma parts.
    """
    gone: list[Span] = []
    moved: list[tuple[Span, AnalysedClause]] = []
    linked = _Partners(partners)
    lost = {(item.start, item.end): item for item in _missing(clause, listed, linked)}
    for span, item in sorted(lost.items(), key=itemgetter(0)):
        where, had = _standing(item.folded, item.grams, report)
        if where is None or had < _MAY_STAND:
            gone.append(span)
        elif where not in partners and _says(where, item.folded):
            moved.append((span, where))
    for name in sorted(set(_renamed(clause, linked)), key=_in_order):
        start, end = name.words
        if not any(a <= start and end <= b for a, b in lost):
            where = _carried_on(clause, name, report)
            if where is None:
                gone.append(name.whole)
            elif end - start >= _WORDS:
                moved.append((name.words, where))
    return Content(tuple(sorted(gone)), tuple(moved))


def _carried_on(clause: AnalysedClause, name: _Name, report: Report) -> AnalysedClause | None:
    """The clause of the other report that has a name; what another name has taken the place of
    is carried on only where the same measure is."""
    words = clause.folded[slice(*name.words)]
    if name.measure is None:
        return report.with_words(words)
    measure = clause.folded[name.measure.start : name.measure.end]
    where, _ = _standing(measure, grams_of_text(measure, clause.language), report)
    return where if where is not None and words in where.folded else None


def other_words(a: Statement, b: Statement) -> bool:
    """Whether one of two statements has characters of weight that the other lacks, in place of
    some of its own."""
    if only_filled_in(*("".join(s.clause.language.object_words(s.folded)) for s in (a, b))):
        return False
    here, there = (grams_of_text(s.folded, s.clause.language) for s in (a, b))
    return not (same_characters(here, there) and same_characters(there, here))


def is_told(statement: Statement, report: Report) -> bool:
    """Whether a statement is worth telling, and no clause of the other report may say it."""
    clause = statement.clause
    start, end = without_openers(clause, statement.start, statement.end)
    text = clause.folded[start:end]
    if is_purpose(text, clause.language) or frame_of(text, clause.language) is not None:
        return False
    where, had = _standing(text, grams_of_text(text, clause.language), report)
    return where is None or had < _MAY_STAND


def _standing(
    stretch: str, grams: Mapping[str, int], report: Report
) -> tuple[AnalysedClause | None, float]:
    """The clause of the other report that says most of a folded stretch, and what share of it.

    ``grams``: those of the stretch.
    """
    where = report.with_words(stretch)
    return (where, 1.0) if where is not None else report.likest(grams, _MAY_STAND)


def _says(clause: AnalysedClause, stretch: str) -> bool:
    """Whether a clause says a folded stretch, and does not only use the same characters."""
    if len(stretch) < _WORDS:
        return False
    grams = grams_of_text(stretch, clause.language)
    pairs = {gram: weight for gram, weight in grams.items() if len(gram) > 1}
    return stretch in clause.folded or share(pairs, clause.key.grams) >= _STANDS


def _missing(
    clause: AnalysedClause, listed: Sequence[Sequence[Item]], partners: _Partners
) -> Iterator[Item]:
    """The measures and objects of which the partners have little."""
    for part, members in zip(clause.parts, listed, strict=True):
        start, end = without_openers(clause, part.start, part.end)
        text = clause.folded[start:end]
        if start >= end or text in partners.text:
            continue
        items = [_trimmed(item, start, end) for item in members]
        lost = [item for item in items if _is_lost(item, item, partners)]
        if not lost and len(items) == 1:
            continue
        # Of a member that is the whole part it was asked already.
        if [item.folded for item in items] != [text] and is_purpose(text, clause.language):
            continue
        if not _says_something(part, text, clause, partners):
            continue
        framed = frame_of(text, clause.language)
        if lost and len(lost) == len(items):
            if framed is None:
                yield items[0] if len(items) == 1 else Item(clause, part, start, end)
        elif len(items) > 1 and framed is not False:
            for item, shown in zip(items, _shown(items, framed), strict=True):
                if _is_lost(shown, item, partners):
                    yield shown


def _is_lost(shown: Item, item: Item, partners: _Partners) -> bool:
    """Whether the partners have little of a member of a list, as it is ``shown``: one that names
    an object."""
    return (
        not shown.has_target
        and shown.folded not in partners.text
        and item.weight >= _AN_OBJECT
        and _is_gone(shown, partners)
        and not is_purpose(shown.folded, shown.clause.language)
        and not _padding(shown.clause.language).fullmatch(shown.folded)
    )


def _shown(items: Sequence[Item], framed: bool | None) -> Iterator[Item]:
    """The members of a list as they are shown, without what is said of the whole list."""
    for item in items:
        span = _without_rims(item) if framed else bare_member(item, items)
        yield item if span == (item.start, item.end) else Item(item.clause, item.part, *span)


def _says_something(
    part: ClausePart, text: str, clause: AnalysedClause, partners: _Partners
) -> bool:
    """Whether a comma part holds more than a date, verbs, or 'all' where partners say so."""
    if part.deadlines and not stands_alone(clause, [part]):
        return False
    if verb_run(clause.language).fullmatch(text):
        return False
    whole = _any_of(clause.language, "whole")
    if not whole.search(text):
        return True
    if sum(map(len, clause.language.object_words(whole.sub("", text)))) > _NO_OBJECT:
        return True
    return not any(whole.search(partner.folded) for partner in partners.clauses)


#: Object words of no more characters than this name no object of their own.
_NO_OBJECT: Final = 4


def _without_rims(item: Item) -> Span:
    """Where a member of a list stands without the frame around the list."""
    text = item.folded
    for m in item.clause.language.tables.one_of("changes", "rims").finditer(text):
        if m.start() == 0:
            return item.start + m.end(), item.end
        return item.start, item.start + m.start()
    return item.start, item.end


def _trimmed(item: Item, start: int, end: int) -> Item:
    if start <= item.start and item.end <= end:
        return item
    return Item(item.clause, item.part, max(item.start, start), min(item.end, end))


def _is_gone(item: Item, partners: _Partners) -> bool:
    """Whether the partners have little of the words of a member, in whatever order."""
    if share(item.grams, partners.grams) >= _GONE:
        return False
    return len(item.folded) > _SHORT or not _turned_round(item, partners)


#: Members up to this many characters may be said in another order: 政策讲解 and 讲政策.
_SHORT: Final = 6
#: From this share of the weight of its characters on that is what a comma part does.
_SAME_CHARACTERS: Final = 0.7
#: And this share of their number.
_SHARED: Final = 0.5


def _turned_round(item: Item, partners: _Partners) -> bool:
    """Whether a comma part of a partner has most of the characters of a short member, by their
    weight and by their number: 体育馆 and 图书馆 share one rare character of three."""
    characters = _characters(item.grams)
    enough = _SHARED * len(characters)
    if len(partners.grams.intersection(characters)) < enough:
        return False  # of all of them together, so of none
    return any(
        len(grams.intersection(characters)) >= enough
        and share(characters, grams) >= _SAME_CHARACTERS
        for grams in partners.grams_of_parts
    )


def same_characters(grams: Mapping[str, int], others: Mapping[str, int]) -> bool:
    """Whether others have most of the weight of the characters among some grams."""
    return share(_characters(grams), others) >= _SAME_CHARACTERS


def _characters(grams: Mapping[str, int]) -> Mapping[str, int]:
    """The single characters among some grams."""
    return {gram: weight for gram, weight in grams.items() if len(gram) == 1}


# --- the same sentence with another name in it ----------------------------------------------------


class _Name(NamedTuple):
    """A name, a quotation or a condition in a clause: the words by which it is known, the whole
    that is shown, and whether it is told even where the part as a whole does not go on."""

    words: Span
    whole: Span
    told_anywhere: bool
    #: Where another name stands in its place: what is done with what has the name.
    measure: ClausePart | None = None


def _in_order(name: _Name) -> tuple[Span, Span, bool, Span]:
    """By its places; of equals those first that stand in no other name's place."""
    measure = (name.measure.start, name.measure.end) if name.measure else (-1, -1)
    return name.words, name.whole, name.told_anywhere, measure


def _renamed(clause: AnalysedClause, partners: _Partners) -> Iterator[_Name]:
    """Names, quotations and conditions that the partners do not have."""
    their_parts = parts_of(partners.clauses)
    for part in clause.parts:
        if _is_had(clause, part, partners):
            continue
        others = alike(clause.folded[part.start : part.end], their_parts)
        names = list(_other_names(clause, part, partners, others))
        likest, beside = max(others, key=itemgetter(0), default=NOTHING)
        if likest >= SAME_SENTENCE:
            spans = inserted(clause, part, beside, partners.clauses)
            names += (_Name(span, span, told_anywhere=True) for span in spans)
            words = () if names else swapped(clause, part, likest, beside)
            for word, whole in words:
                if not _any_has(partners, clause, word) and not _is_date(part, word):
                    names.append(_Name(word, whole, told_anywhere=True, measure=part))
        yield from names


def _is_date(part: ClausePart, word: Span) -> bool:
    """Whether a word stands in a deadline of a comma part, which is told as such."""
    return any(start <= word[0] and word[1] <= end for start, end in part.deadlines)


def _is_had(clause: AnalysedClause, part: ClausePart, partners: _Partners) -> bool:
    """Whether a partner has a comma part word by word, with every name and quotation in it."""
    ends = [end for start, end in clause.quotations if part.start <= start < part.end]
    return clause.folded[part.start : max([part.end, *ends])] in partners.text


def _other_names(
    clause: AnalysedClause,
    part: ClausePart,
    partners: _Partners,
    others: Sequence[Beside],
) -> Iterator[_Name]:
    """What of a comma part is written as a name or a condition, and what is one by its place.

    ``others``: the parts of the partners that are like it.
    """
    for name in _named(clause, part):
        start, end = name.words
        if _any_has(partners, clause, name.words):
            continue
        beside = clause.folded[part.start : start], clause.folded[end : part.end]
        if name.told_anywhere or _goes_on("|".join(beside), clause, partners.grams):
            yield name
    for span in exchanged(clause, part, others):
        if not _any_has(partners, clause, span):
            yield _Name(span, span, told_anywhere=True, measure=part)


def _any_has(partners: _Partners, clause: AnalysedClause, span: Span) -> bool:
    return any(_has_name(partner, clause.folded[slice(*span)]) for partner in partners.clauses)


def _goes_on(text: str, clause: AnalysedClause, known: frozenset[str]) -> bool:
    return share(grams_of_text(text, clause.language), known) >= _GOES_ON


_DIGITS: Final = compile_pattern("[0-9x*]+")
#: A comma part of which the partners have this share goes on; what it says in passing is told then.
_GOES_ON: Final = 0.5


def _has_name(clause: AnalysedClause, name: str) -> bool:
    """Whether a clause has a name, word by word or under the form that keys read it as; one with
    blanked digits may be it."""
    if name in clause.folded or _may_be(name).search(clause.folded):
        return True
    form = "".join(clause.language.object_words(name))
    return (form == name or form not in name) and form in clause.key.text


@lru_cache(maxsize=1000)
def _may_be(name: str) -> re.Pattern[str]:
    """A pattern for a name whose digits are blanked, or, where they are, for any with digits."""
    pieces = _DIGITS.split(name)
    runs = ("[0-9x*]+" if run.strip("0123456789") else "[x*]+" for run in _DIGITS.findall(name))
    return re.compile("".join(map(add, map(re.escape, pieces), (*runs, ""))))


def _named(clause: AnalysedClause, part: ClausePart) -> Iterator[_Name]:
    """What a comma part quotes, the names in it, and the conditions that it sets."""
    text, language = clause.folded, clause.language
    for start, end in clause.quotations:
        if part.start <= start < part.end:
            quoted = start + 1, end - 1
            whole = whole_quotation(clause, part, *quoted)
            yield _Name(quoted, whole, told_anywhere=not _is_motto(clause, part, quoted, whole))
    if not _any_name(language).search(text, part.start, part.end):
        return
    for pattern in language.tables.patterns("changes", "names"):
        for m in pattern.finditer(text, part.start, part.end):
            span = m.span("name")
            if "whole" in m.re.groupindex:
                span = whole_name(clause, part, *span)
            yield _Name(span, span, told_anywhere=False)
    for m in _any_of(language, "terms").finditer(text, part.start, part.end):
        yield _Name(m.span(), m.span(), told_anywhere=False)


#: So many characters have most names in quotations: “土十条”, “枫桥经验”.
_NAMES: Final = range(3, 5)


def _is_motto(clause: AnalysedClause, part: ClausePart, quoted: Span, whole: Span) -> bool:
    """Whether a quotation in a purpose or a setting is neither the title of a document nor the name
    of a programme, nor as long as most names: 按照“严执法、重实效”的要求."""
    if quoted[1] - quoted[0] in _NAMES or is_bracket(clause.folded[whole[0]]):
        return False
    if clause.language.tables.word("verbs", "programmes").search(clause.folded[slice(*whole)]):
        return False
    start, end = without_openers(clause, part.start, part.end)
    text = clause.folded[start:end]
    return is_purpose(text, clause.language) or frame_of(text, clause.language) is False


@cache
def _padding(language: Language) -> WordRun:
    """A run of words of manner, which may stand in a list: 完整、准确、全面贯彻."""
    return WordRun(language.tables.words("verbs", "padding"))


#: How a group begins that has a name.
_NAMED_GROUP: Final = compile_pattern(r"\(\?P<\w+>")


@cache
def _any_name(language: Language) -> re.Pattern[str]:
    """One pattern for all names and conditions: most comma parts have none."""
    names = [entry["pattern"] for entry in language.tables.load("changes")["names"]]
    # No two groups of one pattern may have the same name.
    unnamed = [_NAMED_GROUP.sub("(?:", name) for name in names]
    return compile_pattern(either([*unnamed, language.tables.any_of("changes", "terms")]))


@cache
def _any_of(language: Language, section: str) -> re.Pattern[str]:
    """A pattern for any word of a section of the table."""
    return compile_pattern(language.tables.any_of("changes", section))
