"""Every commitment of the old plan beside the new review: what reports on it, and how it fared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final, NamedTuple

from policydiff.align.align import likelihood
from policydiff.align.bounds import MOST_LINKS, Bounds
from policydiff.analysis.clause import AnalysedClause
from policydiff.followup.evidence import (
    NAMES,
    SEMANTIC_NAMES,
    report_evidence,
    reports_something,
)
from policydiff.followup.naming import names_the_object, of_another
from policydiff.followup.results import in_their_years
from policydiff.followup.statements import (
    failed,
    fulfilled,
    met_likelihood,
    set_elsewhere,
    statement,
)
from policydiff.followup.verdicts import Answer, answers
from policydiff.language.language import Language
from policydiff.models import FollowUp, Status, TargetFollowUp
from policydiff.semantic.asked import NOT_ASKED, AskedModel

#: A pair as likely as this is a link. Mean F1 of labelled pairs that were left out is the same at
#: 0.4 and 0.45 (0.80); precision is higher here (0.82).
LINKED = 0.45
#: A link below this could have gone the other way.
SURELY_LINKED = 0.7
#: Of as many shares the first counts.
_BY_WEIGHT: Final[tuple[Status, ...]] = ("missed", "met", "reported")
#: A status with a smaller share of what plain words say could be another one. Of those with more
#: 0.88 agree with readers, with 0.7 and more 0.85, and from here on no more.
_CLEAR: Final = 0.8
#: So likely does a clause report on a commitment that is of another thing of the same kind.
_ANOTHER: Final = 0.2
#: Nothing is surely silent that a clause came so close to.
SURELY_SILENT = 0.15


class ReportModel(NamedTuple):
    """How likely evidence makes a report on a commitment: what one unit of each kind adds to the
    log-odds, in the order of ``NAMES``, on top of ``offset``."""

    weights: tuple[float, ...]
    offset: float

    def likelihood(self, evidence: Sequence[float]) -> float:
        """How likely a careful reader would say that the review reports on the commitment."""
        odds = self.offset
        for weight, value in zip(self.weights, evidence, strict=True):
            odds += weight * value
        return likelihood(odds)


@cache
def report_model(language: Language, *, semantic: bool = False) -> ReportModel:
    """The model for commitments of a plan and clauses of the review a year later; ``semantic``:
    where a language model was asked."""
    section, names = ("followup_semantic", SEMANTIC_NAMES) if semantic else ("followup", NAMES)
    entries = language.tables.load("weights")[section]
    weights = {entry["evidence"]: float(entry["weight"]) for entry in entries}
    return ReportModel(tuple(weights[name] for name in names), weights["offset"])


class _Candidate(NamedTuple):
    """A clause of the review, by its place, that may report on a commitment."""

    clause: int
    score: float


def follow_up(
    plan: Sequence[AnalysedClause],
    review: Sequence[AnalysedClause],
    year: int | None = None,
    asked: AskedModel = NOT_ASKED,
    bounds: Bounds | None = None,
) -> tuple[FollowUp, ...]:
    """One for each commitment of the old plan, in order.

    ``review``: clauses of the new report that say what was done, ``year``: the year that the plan
    was for, ``asked``: the language model that is asked, if any. Without a review nothing is said.
    ``bounds`` is told where there is too much to look at all of it.
    """
    review = [clause for clause in review if reports_something(clause)]
    if not plan or not review:
        return ()
    near = asked.nearness(plan, review)
    model = report_model(plan[0].language, semantic=near is not None)
    candidates: defaultdict[int, list[_Candidate]] = defaultdict(list)
    for (i, j), evidence in report_evidence(plan, review, near, bounds):
        score = model.likelihood(evidence)
        if score < SURELY_LINKED and names_the_object(plan[i], review[j]):
            score = SURELY_LINKED  # the same object, however short the two reports are
        if score >= LINKED and of_another(plan[i], review[j]):
            score = _ANOTHER
        candidates[i].append(_Candidate(j, score))
    told = in_their_years(review, year)
    most = max(1, MOST_LINKS // len(plan))
    best = {
        i: sorted(some, key=lambda one: (-one.score, one.clause)) for i, some in candidates.items()
    }
    if bounds and any(len(some) > most and some[most].score >= LINKED for some in best.values()):
        bounds.met = True
    return tuple(
        _judged(clause, best.get(i, [])[:most], review, told, year) for i, clause in enumerate(plan)
    )


def _judged(
    clause: AnalysedClause,
    best: Sequence[_Candidate],
    review: Sequence[AnalysedClause],
    told: Sequence[AnalysedClause],
    year: int | None,
) -> FollowUp:
    """How a commitment of the plan of ``year`` fared; ``best``: its candidates, the likeliest
    first; ``told``: the clauses of the review with numbers of their years."""
    links = [one for one in best if one.score >= LINKED]
    if not links:
        nearest = best[0].score if best else 0.0
        near = ("something similar",) if nearest > SURELY_SILENT else ()
        return FollowUp(clause, "silent", (), score=round(1 - nearest, 6), unsure=near)
    evidence = [review[one.clause] for one in links]
    status, given, clear = verdict(clause, [told[one.clause] for one in links], year)
    decisive = next((a for a in given if a.status == status), given[0] if given else None)
    doubts = []
    shown = decisive is not None and decisive.sure  # a number of the same indicator
    if best[0].score < SURELY_LINKED and not shown:
        doubts.append("weak match")
    if clause.damaged or any(c.damaged for c in evidence):
        doubts.append("damage near")
    if decisive is not None and status == "missed" and not decisive.sure:
        doubts.append("other name of the number")
    if not clear:
        doubts.append("unclear statement")
    return FollowUp(
        clause,
        status,
        tuple(sorted(evidence, key=lambda c: c.start)),
        target=decisive.target if decisive else None,
        reached=decisive.reached if decisive else None,
        completion=decisive.completion if decisive else None,
        difference=decisive.difference if decisive else None,
        score=best[0].score,
        unsure=tuple(doubts),
        targets=tuple(
            TargetFollowUp(a.target, a.reached, a.status, a.completion, a.difference) for a in given
        ),
    )


def verdict(
    clause: AnalysedClause, evidence: Sequence[AnalysedClause], year: int | None = None
) -> tuple[Status, list[Answer], bool]:
    """The status, what the review gives for the numbers of the clause, and whether it is clear.

    Numbers that all say the same decide. Else a sentence promised several things, and several
    clauses of the review report on them: the status is what most of them come to, of as many the
    worse of met and missed. ``year``: that of the plan, where it is known.
    """
    given = answers(clause, evidence, year)
    statuses = {answer.status for answer in given}
    if statuses in ({"met"}, {"missed"}):
        return given[0].status, given, True
    shares: Counter[Status] = Counter()
    for one in evidence:
        shares.update(_shares(clause, one, {a.status for a in given if a.clause is one}))
    status = max(_BY_WEIGHT, key=lambda status: shares[status])
    if given:
        return status, given, not statuses >= {"met", "missed"}
    return status, [], shares[status] >= _CLEAR * shares.total()


def _shares(
    clause: AnalysedClause, one: AnalysedClause, statuses: AbstractSet[Status]
) -> dict[Status, float]:
    """How likely one clause of the review says each status, 0..1; ``statuses``: those that its
    numbers show.

    Numbers decide where there are some; where it speaks of a part of the commitment that promises
    no number, or says that the task as a whole is fulfilled, its words do. They do not show that a
    number was reached, nor where the review has a lower one.
    """
    if "missed" in statuses:
        return {"missed": 1.0}
    if statuses == {"met"}:
        return {"met": 1.0}
    if one.damaged:
        return {"reported": 1.0}
    said = statement(clause, one)
    if failed(said, clause.language):
        return {"missed": 1.0}
    if statuses:
        return {"reported": 1.0}
    if said.numbered or said.less or set_elsewhere(said, clause.language):
        met = float(fulfilled(said, clause.language))
    else:
        met = met_likelihood(said, clause.language)
    return {"met": met, "reported": 1 - met}
