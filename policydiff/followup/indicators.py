"""The main indicators of two reports in a table: last target, last result, this target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from policydiff.analysis.clause import AnalysedClause
from policydiff.changes.figures import difference, same_unit
from policydiff.followup.results import Result, in_their_years, named, results
from policydiff.followup.verdicts import Answer, answer, when_due
from policydiff.models import FollowUp, IndicatorRow, Measure, Target

#: What tells a row: the indicator, and what its numbers say of it. A growth and an amount of one
#: indicator are two rows, a growth and a cut one.
Key = tuple[str, Measure | None]


class Figure(NamedTuple):
    """A number of a main indicator, with the clause that it stands in."""

    result: Result
    clause: AnalysedClause


def indicator_rows(
    old: Sequence[AnalysedClause],
    new: Sequence[AnalysedClause],
    *,
    review: bool,
    year: int | None = None,
) -> tuple[IndicatorRow, ...]:
    """A row for each main indicator that either plan sets a number for, in the reports' order.

    ``old``, ``new``: all clauses of both reports; ``review``: whether the review of the new one is
    of the year that the old one plans, ``year`` where it is known. Of an indicator that is written
    about several times the first number counts, one of the year before one of several years.
    """
    before, after = _targets(old), _targets(new)
    reached = _results(new, year) if review else {}
    return tuple(
        _row(key, before.get(key), reached.get(key), after.get(key), year)
        for key in dict.fromkeys((*before, *after))
    )


def _targets(clauses: Iterable[AnalysedClause]) -> dict[Key, Figure]:
    """The numbers that a plan sets for main indicators this year."""
    figures: dict[Key, Figure] = {}
    for clause in clauses:
        if clause.part != "plan" or clause.damaged:
            continue
        for result in named(clause):
            target = result.target
            if (
                _is_main(result, clause)
                and target.value is not None
                and target.horizon != "five_year"
            ):
                figures.setdefault(key_of(target), Figure(result, clause))
    return figures


def _is_main(result: Result, clause: AnalysedClause) -> bool:
    """Whether a number of a plan is one of its main targets, of the whole place and year."""
    target = result.target
    if target.headline or target.indicator_id is None:
        return target.headline
    end = clause.folded.find(result.words) + len(result.words)
    apart = (clause.language.tables.one_of("followup", s) for s in ("scopes", "part_of_year"))
    return clause.commits and not any(words.search(clause.folded, 0, end) for words in apart)


def _results(clauses: Iterable[AnalysedClause], year: int | None) -> dict[Key, Figure]:
    """The numbers that a review gives for main indicators; of several the first of the year."""
    figures: dict[Key, Figure] = {}
    for clause in in_their_years([c for c in clauses if c.part == "review"], year):
        if not clause.damaged:
            for result in results(clause):
                if result.target.value is None:
                    continue
                known = figures.setdefault(key_of(result.target), Figure(result, clause))
                if known.clause is clause and _tells_more(result.target, known.result.target):
                    figures[key_of(result.target)] = Figure(result, clause)
    return figures


def _tells_more(target: Target, known: Target) -> bool:
    """突破1000亿元,达到1096亿元: the second number tells what was reached."""
    return known.bound == "at_least" and target.bound == "exact" and target.unit == known.unit


def reached_numbers(
    clauses: Iterable[AnalysedClause], year: int | None = None
) -> dict[Key, Target]:
    """What a review gives for main indicators, by ``key_of``; ``clauses``: all of its report,
    ``year``: the one under review."""
    return {key: figure.result.target for key, figure in _results(clauses, year).items()}


def reached_figures(
    clauses: Iterable[AnalysedClause], year: int | None = None
) -> Mapping[Key, Figure]:
    """The same with their clauses, for ``answer_to``."""
    return _results(clauses, year)


def answer_to(
    result: Result,
    clause: AnalysedClause,
    reached: Mapping[Key, Figure],
    year: int | None = None,
) -> Answer | None:
    """What the next review gives for one number of a plan, if it is of a main indicator.

    ``result``: one of ``named(clause)``; ``reached``: the ``reached_figures`` of the next report;
    ``year``: that of the plan, where it is known.
    """
    target = result.target
    if target.value is None or target.horizon == "five_year" or not _is_main(result, clause):
        return None
    figure = reached.get(key_of(target))
    if figure is None or not same_unit(target, figure.result.target, clause.language):
        return None
    return when_due(answer(target, figure.result, figure.clause), year, clause.language)


def key_of(target: Target) -> Key:
    measure = "growth" if target.measure == "cut" else target.measure
    return target.indicator_id or target.indicator, measure


def _row(
    key: Key,
    target: Figure | None,
    reached: Figure | None,
    following: Figure | None,
    year: int | None,
) -> IndicatorRow:
    before, after = (None if f is None else f.result.target for f in (target, following))
    apart = None
    if target is not None and before is not None and after is not None:
        apart = difference(before, after, target.clause.language)
    followup = None if target is None or reached is None else _followup(target, reached, year)
    return IndicatorRow(
        indicator=key[0],
        target=before,
        reached=None if reached is None else reached.result.target,
        next_target=after,
        difference=apart,
        followup=followup,
    )


def _followup(target: Figure, reached: Figure, year: int | None) -> FollowUp:
    """How one target of the plan of ``year`` fared, whatever became of the others of its clause."""
    told = answer(target.result.target, reached.result, reached.clause)
    judged = when_due(told, year, target.clause.language)
    return FollowUp(
        target.clause,
        judged.status,
        (reached.clause,),
        target=judged.target,
        reached=judged.reached,
        completion=judged.completion,
        difference=judged.difference,
    )
