"""Every commitment of the old plan beside the new review: found by the aligner, then judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from policydiff.align.align import Link, LinkModel, align, model_from
from policydiff.analysis.clause import AnalysedClause
from policydiff.followup.verdicts import Answer, answers, plain_status
from policydiff.language.language import Language
from policydiff.models import FollowUp, Status

#: A pair as likely as this is a link. Set where mean F1 peaks on labelled pairs that were left out.
LINKED = 0.38
#: A link below this could have gone the other way.
SURELY_LINKED = 0.7
#: Nothing is surely silent that a clause came so close to.
SURELY_SILENT = 0.15


@cache
def followup_model(language: Language) -> LinkModel:
    """The model for commitments of a plan and clauses of the review a year later."""
    weights = model_from(language.tables.load("weights")["followup"])
    return LinkModel(weights.weights, weights.offset, LINKED, SURELY_LINKED, SURELY_SILENT)


def follow_up(
    plan: Sequence[AnalysedClause], review: Sequence[AnalysedClause]
) -> tuple[FollowUp, ...]:
    """One for each commitment of the old plan, in order.

    ``review``: clauses of the new report that say what was done. Without any, nothing is said.
    """
    if not plan or not review:
        return ()
    alignment = align(plan, review, followup_model(plan[0].language))
    by_commitment: defaultdict[int, list[Link]] = defaultdict(list)
    for link in alignment.links:
        by_commitment[link.old].append(link)
    found = []
    for i, clause in enumerate(plan):
        rival = alignment.old_rivals.get(i)
        nearest = rival.score if rival else 0.0
        found.append(_judged(clause, by_commitment[i], review, nearest))
    return tuple(found)


def _judged(
    clause: AnalysedClause, links: Sequence[Link], review: Sequence[AnalysedClause], nearest: float
) -> FollowUp:
    if not links:
        near = ("something similar",) if nearest > SURELY_SILENT else ()
        return FollowUp(clause, "silent", (), score=round(1 - nearest, 6), unsure=near)
    best = sorted(links, key=lambda link: (-link.score, link.new))
    evidence = [review[link.new] for link in best]
    given = answers(clause, evidence)
    doubts = []
    if best[0].score < SURELY_LINKED:
        doubts.append("weak match")
    if clause.damaged or any(c.damaged for c in evidence):
        doubts.append("damage near")
    status = _status(clause, given, evidence)
    decisive = next((a for a in given if a.status == status), given[0] if given else None)
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
    )


def _status(
    clause: AnalysedClause, given: Sequence[Answer], evidence: Sequence[AnalysedClause]
) -> Status:
    """By its numbers where there are some; where none was promised, by the words of the review."""
    statuses = {answer.status for answer in given}
    if "missed" in statuses:
        return "missed"
    if statuses == {"met"}:
        return "met"
    if given or any(target.value is not None for target in clause.targets):
        return "reported"  # words alone do not say that a number was reached
    return plain_status(evidence[:1])
