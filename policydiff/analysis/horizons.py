"""By when targets hold, and which of them are the year's main ones: read from what stands around.

The targets of a clause are found in it alone; a heading, the sentence before and a date that opens
the sentence say the rest. A ``Setting`` is what is known at a clause and is handed on to the next.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from policydiff.analysis.targets import FoundTarget
from policydiff.language.language import Language
from policydiff.models import Horizon

#: From so many years behind the report's own on, a date is the end of a term, not of a project that
#: runs into the next year.
_TERM = 2
#: So many headings are remembered; a report has fewer.
_HEADINGS = 512


class Setting(NamedTuple):
    """What the text up to a clause says of the targets in it.

    ``term``: it speaks of a term of years; ``opening``: the date that the sentence opened with, or
    None; ``year``: that it names; ``headline``: the year's main targets are being listed;
    ``goes_on``: it ends in a mark behind which a list goes on, in the next paragraph too.
    """

    term: bool = False
    opening: str | None = None
    year: int | None = None
    headline: bool = False
    goes_on: bool = False


class Place(NamedTuple):
    """Where a clause stands. ``opens``: what it is the first clause of."""

    section: tuple[str, ...]
    opens_paragraph: bool
    opens_sentence: bool
    report_year: int | None


class SettledTarget(NamedTuple):
    """A target of a clause with what the setting says of it."""

    found: FoundTarget
    deadline: str | None
    horizon: Horizon
    headline: bool


def settled(
    text: str,
    targets: Sequence[FoundTarget],
    place: Place,
    before: Setting,
    language: Language,
) -> tuple[tuple[SettledTarget, ...], Setting]:
    """The targets of a folded clause as the setting has them, and the setting for the next clause.

    ``before``: the setting that the clause before this one left.
    """
    setting = _at(text, place, before, language)
    announced = _announced(text, place, setting, language)
    if announced is None and setting.headline and not place.opens_sentence:
        announced = 0
    elif announced is None and setting.headline and (before.goes_on or _goes_on(targets)):
        # The list of main targets goes on behind a full stop as long as main indicators follow.
        announced = 0
    goes_on = language.tables.role("horizons", "terms", "list").search(text) is not None
    if setting.headline != (announced is not None) or setting.goes_on != goes_on:
        setting = setting._replace(headline=announced is not None, goes_on=goes_on)
    known: list[SettledTarget] = []
    here = setting
    for target in targets:
        opened = _own_year(text, target, place, language)
        if opened is not None:  # 2031年面积达18平方公里,人口15万人
            here = here._replace(opening=opened[0], year=opened[1])
        # 今年经济增长预期目标为7%左右: what is announced may stand before its number alone.
        main = announced is not None and target.end > announced
        known.append(_settle(text, target, here, place, language, main))
    return tuple(known), here if goes_on else setting


def reported(
    text: str, results: Sequence[FoundTarget], section: tuple[str, ...], language: Language
) -> tuple[SettledTarget, ...]:
    """The results of a clause of the review: of the year, or in all since years."""
    if not results:
        return ()
    past = language.tables.role("horizons", "terms", "past")
    annual = language.tables.role("horizons", "terms", "annual")
    term = _since_years(section, language) and not annual.search(text)
    return tuple(
        SettledTarget(
            one, None, "five_year" if term or past.search(text, 0, one.end) else "annual", False
        )
        for one in results
    )


@lru_cache(maxsize=_HEADINGS)
def _since_years(section: tuple[str, ...], language: Language) -> bool:
    """Whether a heading looks back on years."""
    past = language.tables.role("horizons", "terms", "past")
    return any(past.search(language.fold(heading)) for heading in section)


def _goes_on(targets: Sequence[FoundTarget]) -> bool:
    return any(t.indicator_id is not None for t in targets)


def _at(text: str, place: Place, before: Setting, language: Language) -> Setting:
    """What is known at the head of a clause and from its own words."""
    term = _in_term(place.section, language)
    headline = before.headline
    opening, year = before.opening, before.year
    if place.opens_paragraph and not before.goes_on:
        headline, opening, year = _heading(place.section, language), None, None
    else:
        term = term or before.term
    if place.opens_sentence and not term:
        opening, year = None, None
    terms = language.tables.role
    if terms("horizons", "terms", "text").search(text):
        term = True
    elif (term or opening) and terms("horizons", "terms", "annual").search(text):
        term, opening, year = False, None, None
    opened = language.tables.one_of("horizons", "opening").match(text)
    if opened:
        written, named = opened.groups()
        later = place.report_year is not None and int(named) > place.report_year
        opening, year = (written, int(named)) if later else (None, None)
    here = Setting(term, opening, year, headline, before.goes_on)
    return before if here == before else here


def _announced(text: str, place: Place, setting: Setting, language: Language) -> int | None:
    """Where in a clause the list of the year's main targets begins; None where none does."""
    if setting.term:
        return None
    m = language.tables.role("horizons", "headline", "opening").search(text)
    if m:
        return m.end()
    return 0 if place.opens_paragraph and setting.headline else None


@lru_cache(maxsize=_HEADINGS)
def _in_term(section: tuple[str, ...], language: Language) -> bool:
    """Whether the nearest heading that speaks of a time speaks of a term of years.

    Of “十五五”时期主要目标和2026年工作安排 the sections below, one for each topic, plan the year.
    """
    role = language.tables.role
    for above, heading in enumerate(reversed(section)):
        plain = language.fold(heading)
        annual = role("horizons", "terms", "annual").search(plain)
        term = role("horizons", "terms", "heading").search(plain)
        if term and not (above and annual and annual.start() > term.start()):
            return True
        if annual:
            return False
    return False


@lru_cache(maxsize=_HEADINGS)
def _heading(section: tuple[str, ...], language: Language) -> bool:
    """Whether the clauses of a section are the year's main targets."""
    rule = language.tables.role("horizons", "headline", "heading")
    return bool(section) and rule.search(language.fold(section[-1])) is not None


def _settle(
    text: str,
    target: FoundTarget,
    setting: Setting,
    place: Place,
    language: Language,
    headline: bool,
) -> SettledTarget:
    deadline, year = target.deadline, None
    if deadline is None:
        deadline, year = setting.opening, setting.year
    horizon = _horizon(text, target, deadline, year, setting, place, language)
    return SettledTarget(target, deadline, horizon, headline and horizon != "five_year")


def _own_year(
    text: str, target: FoundTarget, place: Place, language: Language
) -> tuple[str, int] | None:
    """2031年人均藏书达到3册: the later year that opens the words of a target, and its number."""
    if target.deadline is not None or place.report_year is None:
        return None
    m = language.tables.one_of("horizons", "own_year").match(text, target.start, target.end)
    later = m is not None and int(m["year"]) > place.report_year
    return (m["deadline"], int(m["year"])) if m is not None and later else None


def _horizon(
    text: str,
    target: FoundTarget,
    deadline: str | None,
    year: int | None,
    setting: Setting,
    place: Place,
    language: Language,
) -> Horizon:
    words = text[max(0, target.start) : target.end]
    if language.tables.role("horizons", "terms", "target").search(words):
        return "five_year"
    if language.tables.role("horizons", "terms", "behind").match(text, target.end):
        return "five_year"
    if deadline is not None:
        if language.tables.role("horizons", "terms", "target").search(deadline):
            return "five_year"
        named = _year(language).search(deadline)
        year = int(named.group()) if named else year
        ahead = 0 if year is None or place.report_year is None else year - place.report_year
        if ahead >= _TERM or (ahead > 0 and setting.term):
            return "five_year"
        if ahead > 0 or not language.tables.one_of("horizons", "ends").fullmatch(deadline):
            return "dated"
    return "five_year" if setting.term else "annual"


@cache
def _year(language: Language) -> re.Pattern[str]:
    return language.tables.one_of("horizons", "years")
