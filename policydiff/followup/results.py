"""The numbers of a review: what was reached in its year, and what only adds up over years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Final, NamedTuple

from policydiff.analysis.clause import AnalysedClause, ClausePart
from policydiff.analysis.main_indicators import main_indicator
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Target

#: The last number in digits, and what stands behind it.
_LAST_NUMBER: Final = compile_pattern(r"[0-9][0-9.,]*[^0-9]*$")
#: What stands before the first number in digits.
_TO_NUMBER: Final = compile_pattern(r"[^0-9]*(?=[0-9])")
#: How far before a number the words stand that say of which time it is.
_REACH = 16
#: So many names are remembered; a report has fewer, and they come back.
_REMEMBERED: Final = 2_000


#: The name of an indicator, and its id where it is a main one.
_Name = tuple[str, str | None]


class Result(NamedTuple):
    """A number of a review with the folded words of its comma part, up to and with the number, and
    those ``behind`` it up to the next number of the part."""

    target: Target
    words: str
    behind: str = ""

    @property
    def before_number(self) -> str:
        """The words up to the last number."""
        return _LAST_NUMBER.sub("", self.words)


def results(clause: AnalysedClause) -> tuple[Result, ...]:
    """The numbers that a clause of a review reports for its year, in order.

    Totals since some year and numbers of a year that is compared with are left out. A number of
    which only words like 同比 tell what it is takes the name of the one before it.

    >>> from policydiff import parse
    >>> from policydiff.analysis.clause import analysed
    >>> from policydiff.language.zh import CHINESE
    >>> text = "一、2030年工作回顾\\n零售总额12亿元，同比下降2%。累计建成管网30公里。"
    >>> for clause in analysed(parse(text).clauses, CHINESE):
    ...     print([(r.target.indicator, str(r.target.value)) for r in results(clause)])
    [('零售总额', '12'), ('零售总额', '2')]
    []
    """
    return tuple(_results(clause))


def _results(clause: AnalysedClause) -> Iterator[Result]:
    language = clause.language
    others = language.tables.one_of("followup", "other_years")
    year = language.tables.one_of("followup", "of_the_year").search(clause.folded)
    told = list(named(clause))
    for result, following in zip_longest(told, told[1:]):
        if others.search(result.words[_time_from(result, language) :]):
            continue
        if following is not None and is_whole_of(result, following, language):
            continue
        if result.target.horizon != "five_year" or year or is_stock(result, language):
            yield result
            yield from _grown(result, language)


def is_whole_of(result: Result, following: Result, language: Language) -> bool:
    """Whether a number is only of how many there were, with some of which, the number behind it,
    it was done: 10件民生实事完成9件."""
    whole, some = result.target, following.target
    if whole.unit != some.unit or whole.value is None or some.value is None:
        return False
    if not following.words.startswith(result.words + result.behind):
        return False
    done = language.tables.one_of("followup", "out_of").search(result.behind)
    return done is not None and some.value <= whole.value


def _time_from(result: Result, language: Language) -> int:
    """From where on the words stand that say of which time a number is: of the numbers of a list
    (比2025年分别增长45家、12家) those before the first."""
    at = len(result.words) - len(result.target.text)
    listed = language.tables.one_of("followup", "listed").search(result.words, 0, at)
    start = at if listed is None else listed.start()
    return max(0, min(start, (len(result.words) if listed is None else start) - _REACH))


def _grown(result: Result, language: Language) -> Iterator[Result]:
    """By how much a number of things grew or fell, where the review says from how many."""
    target, before = result.target, result.before_number
    for measure in ("increment", "cut"):
        told = language.tables.role("followup", "grown", measure).search(before)
        if told is None or target.value is None or target.upper is not None:
            continue
        change = abs(target.value - Decimal(told["before"]))
        if told["unit"] in ("", target.unit) and change:
            base = None if target.base is None else target.base / target.value * change
            shown = {e["unit"]: e["shown"] for e in language.tables.load("changes")["differences"]}
            unit = shown.get(target.unit or "", target.unit)
            of_year = replace(target, value=change, base=base, unit=unit, measure=measure)
            yield Result(of_year, result.words, result.behind)


def named(clause: AnalysedClause) -> Iterator[Result]:
    """The numbers of a clause, each with the whole name of what it is of.

    One of which only words like 同比 say how it is meant is of what was named before; those that
    are given in turn (分别增长9%和12%) are of as many that were named before.

    >>> from policydiff import parse
    >>> from policydiff.analysis.clause import analysed
    >>> from policydiff.language.zh import CHINESE
    >>> text = "一、2030年工作回顾\\n城乡居民人均可支配收入分别达到3万元和1万元，分别增长9%和12%。"
    >>> (clause,) = analysed(parse(text).clauses, CHINESE)
    >>> [(result.target.indicator[:2], str(result.target.value)) for result in named(clause)]
    [('城镇', '3'), ('农村', '1'), ('城镇', '9'), ('农村', '12')]
    """
    for part, k, name in _names(clause):
        known = replace(part.targets[k], indicator=name[0], indicator_id=name[1])
        yield in_its_part(clause, part, k)._replace(target=known)


def indicators(clause: AnalysedClause) -> frozenset[str]:
    """The main indicators of which a clause names a number, by their ids."""
    return frozenset(known for _, _, (_, known) in _names(clause) if known)


def _names(clause: AnalysedClause) -> Iterator[tuple[ClausePart, int, _Name]]:
    """The whole names of what the numbers of each comma part are of, each with its place there."""
    if not clause.targets:
        return
    names: list[_Name] = []
    given: list[_Name] = []
    for part in clause.parts:
        owners = _owners(clause, part, names, given)
        named_here: list[_Name] = []
        for k, target in enumerate(part.targets):
            name = owners[k] if owners else _name(target, names, clause.language)
            names.append(name)
            named_here.append(name)
            yield part, k, name
        if part.targets:
            in_turn = clause.language.tables.one_of("followup", "in_turn")
            told = in_turn.search(clause.folded, part.start, part.end) is not None
            given = named_here if told and len(set(named_here)) > 1 else []


def in_its_part(clause: AnalysedClause, part: ClausePart, k: int) -> Result:
    """Number ``k`` of a comma part with the words around it, up to the next number."""
    end = part.target_spans[k][1]
    following = [start for start, _ in part.target_spans[k + 1 :]]
    behind = clause.folded[end : following[0] if following else part.end]
    return Result(part.targets[k], clause.folded[part.start : end], behind)


def _owners(
    clause: AnalysedClause, part: ClausePart, names: Sequence[_Name], given: Sequence[_Name]
) -> Sequence[_Name]:
    """What the numbers of a part are of, where they are given in the order of what was named
    before; none where each says it itself.

    ``given``: the names of the part before, where that gave its numbers in turn. After
    收入分别达到3万元和1万元 the numbers of 增长9%和12% are of both in turn, and one alone is of
    neither for sure.
    """
    count = len(part.targets)
    in_turn = clause.language.tables.one_of("followup", "in_turn")
    if in_turn.match(clause.folded, part.start, part.end) and len(names) >= count:
        return names[-count:] if count else ()
    before_number = _TO_NUMBER.match(clause.folded, part.start, part.end)
    bare = clause.language.tables.one_of("followup", "bare_names")
    if not given or before_number is None or not bare.fullmatch(before_number.group()):
        return ()
    return given if len(given) == count else [("", None)] * count


def _name(target: Target, names: Sequence[_Name], language: Language) -> _Name:
    """The name of a number; of a bare one that of the number before, of a share whose name only
    says of what (占地区生产总值比重) that with it."""
    if names and _is_bare(target, language):
        return names[-1]
    if names and language.tables.one_of("followup", "bare_shares").match(target.indicator):
        target = replace(target, indicator=names[-1][0] + target.indicator, indicator_id=None)
    return _whole_name(target, language)


def _is_bare(target: Target, language: Language) -> bool:
    bare = language.tables.one_of("followup", "bare_names")
    return not target.indicator or bare.fullmatch(target.indicator) is not None


def _whole_name(target: Target, language: Language) -> _Name:
    """The name of a target and its id, also where words of the basis or of what became of it hang
    on it: 收入可比, 税收迈入千亿元俱乐部."""
    if target.indicator_id is not None or not target.indicator:
        return target.indicator, target.indicator_id
    return _main_name(target.indicator, language)


@lru_cache(maxsize=_REMEMBERED)
def _main_name(indicator: str, language: Language) -> _Name:
    one_of = language.tables.one_of
    name = one_of("followup", "bases").sub("", indicator)
    for bare in (name, one_of("followup", "changed").sub("", name)):
        main = main_indicator(bare, language)
        if main is not None:
            return bare, main.id
    return name, None


def in_their_years(
    review: Sequence[AnalysedClause], year: int | None = None
) -> list[AnalysedClause]:
    r"""The clauses of a review, with the numbers of its last year told from those of several.

    In a review of several years a paragraph that opens with the year itself is of that year. A
    heading that says since when is of one year where that is the ``year`` under review.

    >>> from policydiff import parse
    >>> from policydiff.analysis.clause import analysed
    >>> from policydiff.language.zh import CHINESE
    >>> text = "一、过去五年工作回顾\n刚刚过去的2030年，我们稳中求进。完成投资12亿元。"
    >>> clauses = analysed(parse(text).clauses, CHINESE)
    >>> [len(results(clause)) for some in (clauses, in_their_years(clauses)) for clause in some]
    [0, 0, 0, 1]
    """
    told = []
    line, of_year = -1, False
    for clause in review:
        if clause.line != line:
            line = clause.line
            of_year = _opens_year(clause) or (year is not None and _since(clause) == year)
        told.append(_of_the_year(clause) if of_year else clause)
    return told


def _opens_year(clause: AnalysedClause) -> bool:
    opening = clause.language.tables.one_of("followup", "opens_year")
    return opening.match(clause.folded) is not None


def _since(clause: AnalysedClause) -> int | None:
    """The year since which the section of a clause tells what was done."""
    since = clause.language.tables.one_of("followup", "since_year")
    told = (since.search(clause.language.fold(heading)) for heading in clause.section)
    return next((int(m["year"]) for m in told if m), None)


def _of_the_year(clause: AnalysedClause) -> AnalysedClause:
    """The clause, its numbers those of the year, unless it says itself that they add up."""
    others = clause.language.tables.one_of("followup", "other_years")
    if all(t.horizon != "five_year" for t in clause.targets) or others.search(clause.folded):
        return clause
    return replace(clause, targets=tuple(replace(t, horizon="annual") for t in clause.targets))


def is_stock(result: Result, language: Language) -> bool:
    """Whether a number is how much there is, not how much came or went."""
    stock = language.tables.one_of("followup", "stock").search(result.before_number)
    return result.target.measure == "level" and stock is not None
