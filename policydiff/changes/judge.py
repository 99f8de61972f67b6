"""What became of each commitment: outcome, kinds of change, doubts, and the words that show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policydiff.align.align import LINKED, SURELY_LINKED, SURELY_NOT, Alignment, Rival
from policydiff.analysis.clause import AnalysedClause
from policydiff.changes.groups import groups, moved
from policydiff.changes.reports import Report
from policydiff.changes.settle import settle
from policydiff.changes.verdicts import LinkedClause, Verdict, verdict
from policydiff.models import KINDS, Change, Evidence, Outcome, Span


def changes(
    old: Sequence[AnalysedClause],
    new: Sequence[AnalysedClause],
    alignment: Alignment,
    *,
    reports: tuple[Sequence[AnalysedClause], Sequence[AnalysedClause]] | None = None,
) -> tuple[Change, ...]:
    """Every clause of both lists in at least one change; ordered as in the reports.

    ``reports``: all clauses of the two reports, commitments or not, where something may stand that
    left a commitment; the two lists alone unless given.
    """
    links = alignment.links
    elsewhere = moved(old, new, links)
    old_sides = {i: LinkedClause(old[i]) for i in sorted({link.old for link in links})}
    new_sides = {j: LinkedClause(new[j]) for j in sorted({link.new for link in links})}
    verdicts = [
        verdict(
            link,
            old_sides[link.old],
            new_sides[link.new],
            moved=(link.old, link.new) in elsewhere,
        )
        for link in links
    ]
    settle(verdicts, *(Report(clauses) for clauses in reports or (old, new)))
    result = [_linked(group, old, new, alignment) for group in groups(verdicts)]
    result += [
        _alone("dropped", clause, alignment.old_rivals.get(i), new)
        for i, clause in enumerate(old)
        if i not in old_sides
    ]
    result += [
        _alone("added", clause, alignment.new_rivals.get(j), old)
        for j, clause in enumerate(new)
        if j not in new_sides
    ]
    return tuple(sorted(result, key=_place))


def _place(change: Change) -> tuple[int, int, int]:
    """Old order first; what was added stands behind, in new order."""
    if not change.old:
        return (1, change.new[0].start, 0)
    return (0, change.old[0].start, change.new[0].start if change.new else -1)


def _linked(
    group: list[Verdict],
    old: Sequence[AnalysedClause],
    new: Sequence[AnalysedClause],
    alignment: Alignment,
) -> Change:
    olds = sorted({v.link.old for v in group})
    news = sorted({v.link.new for v in group})
    kinds = {kind for v in group for kind in v.all_kinds}
    if len(news) > 1:
        kinds.add("split")
    if len(olds) > 1:
        kinds.add("merged")
    weakest = min(group, key=lambda v: (v.link.score, v.link.old, v.link.new))
    rival, rival_clause = _nearest(group, old, new, alignment)
    doubts = _doubts(group, [*(old[i] for i in olds), *(new[j] for j in news)], rival)
    return Change(
        outcome=group[0].outcome,
        old=tuple(old[i] for i in olds),
        new=tuple(new[j] for j in news),
        kinds=tuple(k for k in KINDS if k in kinds),
        score=weakest.link.score,
        unsure=doubts,
        details=tuple(dict.fromkeys(d for v in group for d in v.all_details)),
        targets=tuple(dict.fromkeys(t for v in group for t in v.targets)),
        put_in=_in_order(words for v in group for words in v.put_in),
        taken_out=_in_order(words for v in group for words in v.taken_out),
        moved_in=tuple(m for v in group for m in v.moved_in),
        moved_out=tuple(m for v in group for m in v.moved_out),
        evidence=Evidence(
            old=weakest.words[0],
            new=weakest.words[1],
            rival=rival_clause,
            rival_score=rival.score if rival else 0.0,
        ),
    )


def _in_order(words: Iterable[Span]) -> tuple[Span, ...]:
    """Each stretch once, in the order of the source."""
    return tuple(sorted(dict.fromkeys(words), key=lambda w: (w.start, w.end, w.text)))


def _nearest(
    group: list[Verdict],
    old: Sequence[AnalysedClause],
    new: Sequence[AnalysedClause],
    alignment: Alignment,
) -> tuple[Rival | None, AnalysedClause | None]:
    """The best candidate that any clause of the group was not linked with."""
    options = [(alignment.old_rivals.get(v.link.old), new) for v in group]
    options += [(alignment.new_rivals.get(v.link.new), old) for v in group]
    rivals = [(rival, side[rival.index]) for rival, side in options if rival]
    if not rivals:
        return None, None
    return max(rivals, key=lambda option: (option[0].score, option[1].text))


def _doubts(
    group: list[Verdict], clauses: list[AnalysedClause], rival: Rival | None
) -> tuple[str, ...]:
    doubts = []
    score = min(v.link.score for v in group)
    if score < SURELY_LINKED:
        doubts.append("weak match")
    if rival and score < 1 and score - rival.score < SURELY_LINKED - LINKED:
        doubts.append("close rival")
    if any(clause.damaged for clause in clauses):
        doubts.append("damage near")
    return tuple(doubts)


def _alone(
    outcome: Outcome, clause: AnalysedClause, rival: Rival | None, others: Sequence[AnalysedClause]
) -> Change:
    doubts = []
    if rival and rival.score > SURELY_NOT:
        doubts.append("something similar")
    if clause.damaged:
        doubts.append("damage near")
    return Change(
        outcome=outcome,
        old=(clause,) if outcome == "dropped" else (),
        new=(clause,) if outcome == "added" else (),
        kinds=(),
        score=round(1 - (rival.score if rival else 0.0), 6),
        unsure=tuple(doubts),
        evidence=Evidence(
            rival=others[rival.index] if rival else None,
            rival_score=rival.score if rival else 0.0,
        ),
    )
