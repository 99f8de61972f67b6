"""Whether a commitment was met: by a number or a plain statement of the review, not by silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from policydiff.analysis.clause import AnalysedClause
from policydiff.changes.figures import difference, ends, measure_of, same_unit
from policydiff.changes.indicators import LINKED_NAMES, headline, name_likeness
from policydiff.changes.stages import stage_of
from policydiff.followup.results import results
from policydiff.language.language import Language
from policydiff.models import Status, Target

#: The stage (changes.yaml) from which a thing is done.
_DONE: Final = 8
#: A target of about so much is not met or missed within this share of it: 6.5%左右 → 6.4%.
_ABOUT: Final = Decimal("0.03")
#: Names of indicators that are the same for sure.
_SAME: Final = 100.0
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Answer:
    """A target and the number that the review gives for it, with what the two come to.

    ``completion``: of counts and amounts, in per cent; ``difference``: as in TargetChange.
    """

    target: Target
    reached: Target
    clause: AnalysedClause
    status: Status
    completion: Decimal | None
    difference: str | None


def answers(old: AnalysedClause, evidence: Sequence[AnalysedClause]) -> list[Answer]:
    """For each target of a commitment that the evidence gives a number for, the likeliest one."""
    if old.damaged:
        return []
    options = []
    for k, clause in enumerate(evidence):
        if clause.damaged:
            continue
        for n, reached in enumerate(results(clause)):
            for i, target in enumerate(old.targets):
                likeness = _likeness(target, reached, old.language)
                if likeness is not None:
                    options.append((-likeness, i, k, n, target, reached, clause))
    made: list[Answer] = []
    taken: set[tuple[int, int]] = set()
    for _, i, k, n, target, reached, clause in sorted(options, key=lambda option: option[:4]):
        if (i, -1) not in taken and (k, n) not in taken:
            taken |= {(i, -1), (k, n)}
            made.append(_answer(target, reached, clause))
    return sorted(made, key=lambda answer: answer.target.start)


def _likeness(target: Target, reached: Target, language: Language) -> float | None:
    """How alike two numbers' indicators are, None where the second is no answer to the first."""
    if target.value is None or reached.value is None or target.masked or reached.masked:
        return None
    if not same_unit(target, reached, language):
        return None
    asked, said = measure_of(target, language), measure_of(reached, language)
    if asked != said and asked is not None and said is not None:
        return None
    one, other = headline(target.indicator, language), headline(reached.indicator, language)
    if one is not None or other is not None:
        return _SAME if one == other else None
    likeness = name_likeness(target, reached, language)
    return likeness if likeness >= LINKED_NAMES else None


def _answer(target: Target, reached: Target, clause: AnalysedClause) -> Answer:
    language = clause.language
    (low, high), (got, most) = ends(target, language), ends(reached, language)
    rate = (target.unit or "").endswith("%")
    completion = None
    if not rate and low > 0 and target.bound in ("at_least", "exact", "about"):
        completion = (got * _HUNDRED / low).quantize(Decimal("0.1"))
    return Answer(
        target,
        reached,
        clause,
        _status(target, (low, high), (got, most)),
        completion,
        difference(target, reached, language),
    )


def _status(target: Target, asked: tuple[Decimal, Decimal], got: tuple[Decimal, Decimal]) -> Status:
    """What a number says of a target; 'reported' where neither is clear."""
    (low, high), (least, most) = asked, got
    if target.measure == "rank" or target.bound == "at_most":
        return "met" if most <= high else "missed"
    if least >= low:
        return "met"
    if target.bound == "about" and least >= low * (1 - _ABOUT):
        return "reported"
    return "missed"


def plain_status(evidence: Iterable[AnalysedClause]) -> Status:
    """What the words of a review say where there is no number: done, failed, or only reported."""
    stated = [status for clause in evidence for status in _stated(clause)]
    if "missed" in stated:
        return "missed"
    return "met" if stated and all(status == "met" for status in stated) else "reported"


def _stated(clause: AnalysedClause) -> Iterator[Status]:
    """What each part of a clause says."""
    language = clause.language
    for part in clause.parts:
        text = clause.folded[part.start : part.end]
        if _failed(language).search(text):
            yield "missed"
            continue
        stage = stage_of(text, language)
        if stage is not None and stage >= _DONE and not _partly(language).search(text):
            yield "met"
        elif stage is not None or part.words:
            yield "reported"


@cache
def _failed(language: Language) -> re.Pattern[str]:
    return re.compile("|".join(e["pattern"] for e in language.tables.load("followup")["failed"]))


@cache
def _partly(language: Language) -> re.Pattern[str]:
    return re.compile("|".join(e["pattern"] for e in language.tables.load("followup")["partly"]))
