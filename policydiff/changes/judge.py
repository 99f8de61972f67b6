"""What became of each commitment: outcome, kinds of change, doubts, and the words that show it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from policydiff.align.align import Alignment, Link, Rival
from policydiff.align.bounds import PIECE_PAIRS, Bounds, level
from policydiff.analysis.clause import AnalysedClause
from policydiff.changes.groups import groups, moved
from policydiff.changes.nearest import nearest
from policydiff.changes.reports import Report
from policydiff.changes.settle import settle
from policydiff.changes.sureness import sureness
from policydiff.changes.verdicts import COME, GONE, LinkedClause, Verdict, verdict
from policydiff.models import KINDS, Change, Evidence, Outcome, Span

if TYPE_CHECKING:
    from policydiff.semantic.vectors import Nearness  # needs numpy


def changes(
    old: Sequence[AnalysedClause],
    new: Sequence[AnalysedClause],
    alignment: Alignment,
    *,
    reports: tuple[Sequence[AnalysedClause], Sequence[AnalysedClause]] | None = None,
    bounds: Bounds | None = None,
) -> tuple[Change, ...]:
    """Every commitment of both lists in at least one change; ordered as in the reports.

    What does not commit is in the lists as a partner of what does, and in no change otherwise.

    ``reports``: all clauses of the two reports, commitments or not, where something may stand that
    left a commitment; the two lists alone unless given. ``bounds`` is told where clauses are so
    long, and so many, that not all of it is looked at.
    """
    links = alignment.links
    elsewhere = moved(old, new, links)
    old_sides = {i: LinkedClause(old[i]) for i in sorted({link.old for link in links})}
    new_sides = {j: LinkedClause(new[j]) for j in sorted({link.new for link in links})}
    bounds = bounds or Bounds()
    pieces = [old_sides[link.old].pieces * new_sides[link.new].pieces for link in links]
    most = level(pieces, PIECE_PAIRS)
    verdicts = [
        verdict(
            link,
            old_sides[link.old],
            new_sides[link.new],
            moved=(link.old, link.new) in elsewhere,
            coarse=most is not None and several > most,
        )
        for link, several in zip(links, pieces, strict=True)
    ]
    bounds.met |= most is not None
    settle(verdicts, *(Report(clauses, bounds) for clauses in reports or (old, new)))
    asked = alignment.near is not None
    result = [
        _linked(group, _rival(group, old, new, alignment), semantic=asked)
        for group in groups(verdicts)
    ]
    all_old, all_new = reports or (old, new)
    dropped = old, old_sides, alignment.old_rivals, new, all_new, bounds
    added = new, new_sides, alignment.new_rivals, old, all_old, bounds
    result += _unlinked("dropped", *dropped, near=alignment.near)
    result += _unlinked("added", *added, near=alignment.near)
    return tuple(sorted(result, key=_place))


def change_between(
    old: AnalysedClause,
    new: AnalysedClause,
    score: float,
    beside: Sequence[tuple[AnalysedClause, AnalysedClause, float]] = (),
) -> Change:
    """How two linked clauses differ, whatever else stands in their reports.

    ``score``: of the link, 0..1; ``beside``: other links of either clause with clauses of the other
    report; what they carry on is neither gone nor put in.

    >>> from policydiff.analysis.documents import parse
    >>> a, b = (parse(f"一、今年工作安排\\n新建学校{n}所。").commitments[0] for n in (3, 5))
    >>> change_between(a, b, 0.9).kinds
    ('target raised',)
    """
    link = Link(0, 0, score, None)
    is_moved = bool(moved([old], [new], [link]))
    ends = LinkedClause(old), LinkedClause(new)
    judged = verdict(link, *ends, moved=is_moved)
    others = [
        verdict(
            Link(int(one is not old), int(other is not new), likely, None),
            ends[0] if one is old else LinkedClause(one),
            ends[1] if other is new else LinkedClause(other),
            moved=False,
        )
        for one, other, likely in beside
    ]
    olds = [old, *(one for one, _, _ in beside if one is not old)]
    news = [new, *(other for _, other, _ in beside if other is not new)]
    settle([judged, *others], Report(olds), Report(news))
    return _linked([judged], None)


def _place(change: Change) -> tuple[int, int, int]:
    """Old order first; what was added stands behind, in new order."""
    if not change.old:
        return (1, change.new[0].start, 0)
    return (0, change.old[0].start, change.new[0].start if change.new else -1)


#: A candidate that a clause was not linked with, and its clause.
_RivalClause = tuple[Rival, AnalysedClause]


def _linked(
    group: Sequence[Verdict], best: _RivalClause | None, *, semantic: bool = False
) -> Change:
    """The change that a group of links makes; ``best``: the best rival of them all; ``semantic``:
    whether a language model was asked."""
    olds = {v.link.old: v.old.clause for v in group}
    news = {v.link.new: v.new.clause for v in group}
    old = tuple(olds[i] for i in sorted(olds))
    new = tuple(news[j] for j in sorted(news))
    rival, rival_clause = best or (None, None)
    kinds = {kind for v in group for kind in v.all_kinds}
    if len(new) > 1:
        kinds.add("split")
    if len(old) > 1:
        kinds.add("merged")
    weakest = min(group, key=lambda v: (v.link.score, v.link.old, v.link.new))
    claim = sureness(old[0].language, "linked", semantic=semantic)
    several = len(old) > 1 or len(new) > 1
    same = weakest.link.score == 1
    score = 1.0 if same else claim.score(weakest.link.score, several=several)
    doubts = _doubts(group, [*old, *new], rival, weak=score < claim.sure)
    return Change(
        outcome=group[0].outcome,
        old=old,
        new=new,
        kinds=tuple(k for k in KINDS if k in kinds),
        score=score,
        unsure=doubts,
        details=tuple(_told_once(dict.fromkeys(d for v in group for d in v.all_details))),
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


def _rival(
    group: Sequence[Verdict],
    old: Sequence[AnalysedClause],
    new: Sequence[AnalysedClause],
    alignment: Alignment,
) -> _RivalClause | None:
    """The best candidate that any clause of the group was not linked with."""
    options = [(alignment.old_rivals.get(v.link.old), new) for v in group]
    options += [(alignment.new_rivals.get(v.link.new), old) for v in group]
    rivals = [(rival, side[rival.index]) for rival, side in options if rival]
    return max(rivals, key=lambda option: (option[0].score, option[1].text), default=None)


def _told_once(details: Iterable[str]) -> list[str]:
    """Details without what left or came as part of another stretch, a number's perhaps, that did,
    and without what is told to have given way to something else.

    >>> _told_once(["整修兰溪路、竹溪路等9条道路 → —", "竹溪路 → —", "— → 竹溪路"])
    ['整修兰溪路、竹溪路等9条道路 → —', '— → 竹溪路']
    >>> _told_once(["县文旅局 → 县教育局", "县文旅局 → —", "— → 县教育局"])
    ['县文旅局 → 县教育局']
    >>> _told_once(["县文旅局 → 县教育局", "县教育局 → —"])
    ['县文旅局 → 县教育局', '县教育局 → —']
    """
    told = list(details)
    gone = [detail.removesuffix(GONE) for detail in told if detail.endswith(GONE)]
    come = [detail.removeprefix(COME) for detail in told if detail.startswith(COME)]
    both = [d.partition(_TO) for d in told if not d.endswith(GONE) and not d.startswith(COME)]
    left, right = {before for before, _, _ in both}, {after for _, _, after in both}
    return [
        detail
        for detail in told
        if not (detail.endswith(GONE) and _is_within(detail.removesuffix(GONE), gone, left))
        and not (detail.startswith(COME) and _is_within(detail.removeprefix(COME), come, right))
    ]


#: What stands between the two sides of a detail.
_TO: Final = " → "


def _is_within(text: str, others: Iterable[str], replaced: Container[str]) -> bool:
    return text in replaced or any(text in other and text != other for other in others)


#: A rival is close that is less likely by no more than this.
_CLOSE: Final = 0.3


def _doubts(
    group: Sequence[Verdict],
    clauses: Sequence[AnalysedClause],
    rival: Rival | None,
    *,
    weak: bool,
) -> tuple[str, ...]:
    doubts = []
    score = min(v.link.score for v in group)
    if weak:
        doubts.append("weak match")
    if rival and score < 1 and score - rival.score < _CLOSE:
        doubts.append("close rival")
    if any(clause.damaged for clause in clauses):
        doubts.append("damage near")
    return tuple(doubts)


def _unlinked(
    outcome: Outcome,
    clauses: Sequence[AnalysedClause],
    linked: Container[int],
    rivals: Mapping[int, Rival],
    others: Sequence[AnalysedClause],
    report: Sequence[AnalysedClause],
    bounds: Bounds,
    *,
    near: Nearness | None,
) -> list[Change]:
    """The commitments of a side without partner among the ``others`` of the other ``report``."""
    alone = [i for i, clause in enumerate(clauses) if i not in linked and clause.commits]
    meant: list[Mapping[int, float]] = []
    if near is not None:
        side = 0 if outcome == "dropped" else 1
        meant = [
            {others[j].start: value for j, value in near.closest(i, side).items()} for i in alone
        ]
    closest = nearest([clauses[i] for i in alone], report, meant, bounds)
    return [
        _alone(outcome, clauses[i], rivals.get(i), others, ones, semantic=near is not None)
        for i, ones in zip(alone, closest, strict=True)
    ]


def _alone(
    outcome: Outcome,
    clause: AnalysedClause,
    rival: Rival | None,
    others: Sequence[AnalysedClause],
    closest: tuple[AnalysedClause, ...],
    *,
    semantic: bool,
) -> Change:
    claim = sureness(clause.language, "alone", semantic=semantic)
    score = claim.score(rival.score if rival else 0.0)
    doubts = []
    if score < claim.sure:
        doubts.append("something similar")
    if clause.damaged:
        doubts.append("damage near")
    return Change(
        outcome=outcome,
        old=(clause,) if outcome == "dropped" else (),
        new=(clause,) if outcome == "added" else (),
        kinds=(),
        score=score,
        unsure=tuple(doubts),
        nearest=closest,
        evidence=Evidence(
            rival=others[rival.index] if rival else None,
            rival_score=rival.score if rival else 0.0,
        ),
    )
