"""Whether a number of the review reaches the number that was promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest
from typing import Final, NamedTuple

from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.keys import key_of
from policydiff.analysis.units import unit_kind
from policydiff.changes.figures import difference, ends, ends_of_both, same_unit
from policydiff.changes.indicators import LINKED_NAMES, SAME_NAMES, name_likeness, of_two_sorts
from policydiff.changes.wording import likeness as ratio
from policydiff.followup.results import Result, in_its_part, is_stock, is_whole_of, results
from policydiff.language.language import Language
from policydiff.models import Status, Target

#: A target of about so much is not met or missed within this share of it: 6.5%左右 → 6.4%.
_ABOUT: Final = Decimal("0.03")
#: What a review rounds to about so much is within this share of it: 5%左右 is 4.5% to 5.5%.
_ROUNDED: Final = Decimal("0.1")
#: Names of indicators that are the same for sure.
_SAME: Final = 100.0
_HUNDRED: Final = Decimal(100)
#: Likeness (rapidfuzz ratio) of two names from which a lower number is a miss; below SAME_NAMES not
#: a sure one. And that from which the very same number answers.
MISSED_NAMES: Final = 75
_EQUAL_NAMES: Final = 30
#: Names that are alike only without their examples count for so much: no sure miss.
_THINGS: Final = SAME_NAMES - 1.0
#: So many characters of a name may not stand in the other and it still names the same thing:
#: 纳税过千万元企业 and 纳税超千万元企业, but not 工业企业 and 服务业企业.
_WORDED_ELSE: Final = 1
#: A count so many times what was promised is of something else.
_MANY_TIMES: Final = 4
#: Measures that a number of its unit has where no words say more.
_COUNTS: Final = frozenset({"level", "increment"})


class Answer(NamedTuple):
    """A target and the number that the review gives for it, with what the two come to.

    ``completion``: of counts and amounts, in per cent; ``difference``: as in TargetChange;
    ``sure``: the two numbers are surely of the same thing.
    """

    target: Target
    reached: Target
    clause: AnalysedClause
    status: Status
    completion: Decimal | None
    difference: str | None
    sure: bool = True


class _Option(NamedTuple):
    """A number of the review that may answer a target; ``likeness`` of the names, 0..100."""

    likeness: float
    target: int
    clause: int
    result: int
    answer: Answer

    @property
    def order(self) -> tuple[float, bool, int, int, int]:
        """Likeliest first, of equals one that is no miss, then by place."""
        missed = self.answer.status == "missed"
        return -self.likeness, missed, self.target, self.clause, self.result


def answers(
    old: AnalysedClause, evidence: Sequence[AnalysedClause], year: int | None = None
) -> list[Answer]:
    """For each target of a commitment that the evidence gives a number for, the likeliest one.

    ``year``: that of the plan, where it is known; what is due later cannot be missed yet.
    """
    if old.damaged:
        return []
    made: dict[int, Answer] = {}
    taken: set[tuple[int, int]] = set()
    options = (_when_due(option, year, old.language) for option in _options(old, evidence, year))
    for option in sorted(options, key=lambda option: option.order):
        number = option.clause, option.result
        if option.target not in made and number not in taken:
            taken.add(number)
            made[option.target] = option.answer
    return [made[i] for i in sorted(made)]


def _when_due(option: _Option, year: int | None, language: Language) -> _Option:
    return option._replace(answer=when_due(option.answer, year, language))


def when_due(told: Answer, year: int | None, language: Language) -> Answer:
    """The same, no miss where the target is for a term of years, or for a later year than that of
    the plan, ``year``."""
    target = told.target
    named = language.tables.one_of("horizons", "years").search(target.deadline or "")
    later = named is not None and year is not None and int(named.group()) > year
    if told.status != "missed" or not (later or target.horizon == "five_year"):
        return told
    return told._replace(status="reported")


def _options(
    old: AnalysedClause, evidence: Sequence[AnalysedClause], year: int | None
) -> Iterator[_Option]:
    named_years = old.language.tables.one_of("followup", "named_years")
    places = _places(old)
    for k, clause in enumerate(evidence):
        if clause.damaged:
            continue
        before = ""
        for n, result in enumerate(results(clause)):
            named = named_years.match(result.words)
            if named is not None and year is not None and int(named["year"]) < year:
                continue  # of a year before that of the plan
            for i, (target, promised) in enumerate(places):
                share = _share_of_task(target, result, clause, before)
                if share is not None:
                    yield _Option(_SAME - 1, i, k, n, share)
                    continue
                likeness = _likeness(promised, result, old.language)
                if likeness is not None and _may_answer(target, result, likeness, old.language):
                    told = answer(target, result, clause, likeness, promised)
                    yield _Option(likeness, i, k, n, told)
            before = result.target.indicator


def _places(old: AnalysedClause) -> list[tuple[Target, Result]]:
    """The targets of a commitment, each with its words; not of how many things a number behind it
    promises something: 20个项目竣工12个."""
    told = [(target, _promised(old, target)) for target in old.targets]
    return [
        place
        for place, following in zip_longest(told, told[1:])
        if not (following and is_whole_of(place[1], following[1], old.language))
    ]


def _promised(clause: AnalysedClause, target: Target) -> Result:
    """A number of a plan with the words of its comma part, as ``results`` gives one of a review."""
    for part in clause.parts:
        for k, one in enumerate(part.targets):
            if one is target:
                return in_its_part(clause, part, k)
    return _alone(target, clause.language)


def _alone(target: Target, language: Language) -> Result:
    return Result(target, language.fold(target.text))


def _may_answer(target: Target, result: Result, likeness: float, language: Language) -> bool:
    """Whether a number is near enough to be of the same thing, the less its name says so: one many
    times as high is of something else, and one that falls short needs the same name."""
    if target.indicator_id is not None and target.indicator_id == result.target.indicator_id:
        return True
    asked, got = ends(target, language)[0], ends(result.target, language)[0]
    less = _is_less(target, language) or target.measure == "rank"
    if not less and got < asked and likeness < MISSED_NAMES:
        return False
    rate = unit_kind(target.unit or "", language) == "rate"
    return rate or likeness >= SAME_NAMES or got <= asked * _MANY_TIMES


def _is_less(target: Target, language: Language) -> bool:
    """Whether less of it is better."""
    return target.bound == "at_most" or (
        target.measure != "cut"
        and target.bound != "at_least"
        and language.tables.one_of("followup", "lower").fullmatch(target.indicator) is not None
    )


def _share_of_task(
    target: Target, result: Result, clause: AnalysedClause, before: str
) -> Answer | None:
    """The answer where the review says how much of the target was fulfilled, in per cent.

    ``before``: the name of the number before it, of which it speaks where it names nothing.
    """
    reached, language = result.target, clause.language
    if reached.value is None or reached.masked or not (reached.unit or "").endswith("%"):
        return None
    task = language.tables.one_of("followup", "task_shares").search(result.words)
    if task is None or not target.indicator:
        return None
    if not _same_name(target.indicator, task["name"] or before, language):
        return None
    status: Status = "met" if reached.value >= _HUNDRED else "missed"
    return Answer(target, reached, clause, status, reached.value, None)


def _same_name(one: str, other: str, language: Language) -> bool:
    names = (key_of(name, language).text for name in (one, other))
    return bool(other) and ratio(*names) >= SAME_NAMES


def _likeness(promised: Result, result: Result, language: Language) -> float | None:
    """How alike two numbers' indicators are, None where the second is no answer to the first."""
    target, reached = promised.target, result.target
    if target.value is None or reached.value is None or target.masked or reached.masked:
        return None
    if not same_unit(target, reached, language) or not _same_measure(promised, result, language):
        return None
    if _is_a_difference(result, language) and not _asks_for_one(target, language):
        return None
    if target.indicator_id is not None and reached.indicator_id is not None:
        same = target.indicator_id == reached.indicator_id
        return _SAME if same and _of_one_zone(promised, result, language) else None
    if of_two_sorts(target.indicator, reached.indicator, language):
        return None
    share = language.tables.one_of("followup", "shares")
    if bool(share.search(target.indicator)) != bool(share.search(reached.indicator)):
        return None
    things = name_likeness(_thing(target, language), _thing(reached, language), language)
    likeness = max(name_likeness(target, reached, language), min(things, _THINGS))
    if target.indicator_id is not None or reached.indicator_id is not None:
        return likeness if likeness >= SAME_NAMES else None
    equal = ends(target, language) == ends(reached, language)
    equal = equal and unit_kind(target.unit or "", language) != "rate"  # 60% and 100% are common
    return likeness if likeness >= (_EQUAL_NAMES if equal else LINKED_NAMES) else None


def _of_one_zone(promised: Result, result: Result, language: Language) -> bool:
    """Whether neither or both of two numbers are of a part of the place."""
    zones = language.tables.one_of("followup", "zones")
    return bool(zones.search(promised.words)) == bool(zones.search(result.words))


def _thing(target: Target, language: Language) -> Target:
    """A target with the name of what it counts alone: without examples and what became of it.

    建成环城路等道路35条 and 50条道路建成通车 both count roads.
    """
    one_of = language.tables.one_of
    name = one_of("followup", "examples").sub("", target.indicator)
    act = next((m for m in one_of("followup", "acts").finditer(name) if m.start()), None)
    return replace(target, indicator=name if act is None else name[: act.start()])


def _is_a_difference(result: Result, language: Language) -> bool:
    """Whether a count is only told by how much it is more than the year before."""
    if unit_kind(result.target.unit or "", language) == "rate":
        return False
    return language.tables.one_of("followup", "differences").search(result.words) is not None


def _asks_for_one(target: Target, language: Language) -> bool:
    differences = language.tables.one_of("followup", "differences")
    return differences.search(language.fold(target.text)) is not None


def _same_measure(promised: Result, result: Result, language: Language) -> bool:
    """Whether two numbers say the same of their indicators: growth, or how much there is."""
    target = promised.target
    asked, said = target.measure, result.target.measure
    changes = {"growth", "cut"}
    if (target.unit or "").endswith("%") and {asked, said} <= changes:
        return True
    if asked == said == "level" and is_stock(result, language):
        # 建设村卫生室23个 is not answered by how many there are, nor 新增企业20家、上市公司3家.
        made = language.tables.word("targets", "shared_verbs").match(target.indicator)
        came = language.tables.one_of("followup", "flows").search(promised.words)
        return is_stock(promised, language) or not (made or came)
    if asked == said or asked is None or said is None:
        return True
    there = is_stock(result, language) or is_stock(promised, language)
    return {asked, said} <= _COUNTS and not there


def answer(
    target: Target,
    result: Result,
    clause: AnalysedClause,
    likeness: float = _SAME,
    promised: Result | None = None,
) -> Answer:
    """What a number of a review says of a target; ``likeness`` of the names, 0..100; ``promised``:
    the target with the words of its comma part, where they are known."""
    language, reached = clause.language, result.target
    promised = promised or _alone(target, language)
    (low, high), (got, most) = ends_of_both(target, reached, language)
    if {target.measure, reached.measure} == {"growth", "cut"}:
        got, most = -most, -got  # what was to grow has shrunk, or the other way round
    rate = unit_kind(target.unit or "", language) == "rate"
    status = _status(target, (low, high), (got, most), language)
    if status == "missed" and (likeness < MISSED_NAMES or _is_open(promised, result, language)):
        status = "reported"
    if _is_worked_on(promised, result, language):
        status = "reported"
    if status == "met" and got <= low and _is_below(promised, result, language):
        status = "reported"
    completion = None
    if not rate and low > 0 and target.bound in ("at_least", "exact", "about"):
        completion = (got * _HUNDRED / low).quantize(Decimal("0.1"))
    # Of one that is worked out (由242家增至278家) the text says something else than the value.
    told = replace(reached, text=target.text) if reached.measure == target.measure else reached
    return Answer(
        *(target, reached, clause, status, completion, difference(target, told, language)),
        sure=likeness >= SAME_NAMES,
    )


def _is_open(promised: Result, result: Result, language: Language) -> bool:
    """Whether a number that falls short shows no miss: it is not told exactly, is of a part of the
    year, says how many came and not how many there are, counts in another measure word, or is of a
    part of what was promised or of something else."""
    target = promised.target
    if result.target.bound == ("at_most" if _is_less(target, language) else "at_least"):
        return True
    if result.target.bound == "about" and not _is_far_off(target, result.target, language):
        return True
    if _counts_otherwise(promised, result, language):
        return True
    if language.tables.one_of("followup", "part_of_year").search(result.words):
        return True
    if target.indicator_id is not None and target.indicator_id == result.target.indicator_id:
        return False
    flows = language.tables.one_of("followup", "flows")
    asked, said = (
        Counter(key_of(flows.sub("", t.indicator), language).text) for t in (target, result.target)
    )
    return (said - asked).total() > _WORDED_ELSE


def _is_far_off(target: Target, reached: Target, language: Language) -> bool:
    """Whether about so much is less than was promised, or more where less is better, however it
    was rounded: 5%左右 where 6.5%以上 was promised."""
    (low, high), (least, most) = ends(target, language), ends(reached, language)
    if _is_less(target, language):
        return least * (1 - _ROUNDED) > high
    return most * (1 + _ROUNDED) < low


def _counts_otherwise(promised: Result, result: Result, language: Language) -> bool:
    """Whether the number may well be of something else than the name says: of schools where their
    places were promised (所 and 个), or of those that came (in a list behind 新增) where it was
    promised how many there are."""
    target = promised.target
    kinds = {unit_kind(t.unit or "", language) for t in (target, result.target)}
    if kinds == {"count"} and target.base_unit != result.target.base_unit:
        return True
    there = is_stock(_alone(target, language), language)
    came = language.tables.one_of("followup", "flows").search(result.words)
    return there and came is not None and not is_stock(result, language)


def _is_below(promised: Result, result: Result, language: Language) -> bool:
    """Whether less than the number is meant, 近80公里, or may be: 约1000亿元 where 超1000亿元 was
    promised."""
    if promised.target.bound == "at_least" and result.target.bound == "about":
        return True
    below = language.tables.one_of("followup", "below")
    return below.search(result.before_number) is not None


def _is_worked_on(promised: Result, result: Result, language: Language) -> bool:
    """Whether a number only says on how many things work goes on, or has begun: 开工建设学校3所,
    20个项目稳步推进, or that contracts were signed; where that was promised, it is not worked on
    but reached."""
    wanted = language.fold(promised.target.text) + promised.behind
    going_on, begun = (language.tables.one_of("followup", s) for s in ("going_on", "begun"))
    if going_on.search(wanted) and going_on.search(result.words):
        return True
    if going_on.search(result.behind):
        return True
    signed = language.tables.one_of("followup", "signed")
    if signed.search(result.words + result.behind) and not signed.search(wanted):
        return True
    told = begun.search(result.words) or begun.search(result.behind)
    return told is not None and not begun.search(wanted)


def _status(
    target: Target,
    asked: tuple[Decimal, Decimal],
    got: tuple[Decimal, Decimal],
    language: Language,
) -> Status:
    """What a number says of a target; 'reported' where neither is clear."""
    (low, high), (least, most) = asked, got
    if target.measure == "rank" or _is_less(target, language):
        reached, near = most <= high, most <= high * (1 + _ABOUT)
    else:
        reached, near = least >= low, least >= low * (1 - _ABOUT)
    if reached:
        return "met"
    return "reported" if near and target.bound == "about" else "missed"
