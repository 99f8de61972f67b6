"""Follow commitments through reports of several years.

What is followed is a target where a clause has some, and the clause where it has none: the year
in which three targets share a sentence is no end of any of them. Each is followed to at most one
place in the next year, its likeliest, so that threads do not melt into one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policydiff.align import SURELY_LINKED, Link, align
from policydiff.changes import same_targets
from policydiff.commitments import strength_rank
from policydiff.comparison import Report, document_of
from policydiff.errors import UsageError
from policydiff.models import Clause, Document, Kind
from policydiff.trajectory_result import Step, Thread, Trajectory, fates_of

#: How well two items go together, the best first: the same target, or two clauses without any;
#: a clause whose target came or went; two targets of linked clauses that measure different things.
_SAME, _GAINED_OR_LOST, _OTHER = range(3)


@dataclass(frozen=True, slots=True, order=True)
class _Item:
    """What is followed: commitment ``clause`` of report ``report``, its ``target``-th target.

    ``target`` is -1 where the clause has no number.
    """

    report: int
    clause: int
    target: int


@dataclass(frozen=True, slots=True)
class _Tie:
    """Two items of two reports that may be one commitment."""

    old: _Item
    new: _Item
    rank: int
    score: float
    kinds: tuple[Kind, ...]

    @property
    def order(self) -> tuple[int, float, int, _Item, _Item]:
        """The best ties first; of equals those that stand at like places."""
        away = abs(self.old.clause - self.new.clause)
        return self.rank, -self.score, away, self.old, self.new


def trajectory(reports: Sequence[Report]) -> Trajectory:
    """Follow each commitment through reports of two years or more, in whatever order they come.

    Raises PolicydiffError where a report cannot be read, UsageError where one tells no year or
    several are of the same.
    """
    documents = _by_year([document_of(report) for report in reports])
    commitments = [document.commitments for document in documents]
    years = [document.year or 0 for document in documents]
    links = {
        (a, b): align(commitments[a], commitments[b]).links
        for a, b in pairwise(range(len(documents)))
    }
    chosen = [
        tie for pair, found in links.items() for tie in _best(_ties(commitments, pair, found))
    ]
    chosen += _over_gaps(commitments, chosen, links)
    threads = [_thread(chain, commitments, years, links) for chain in _chains(chosen, commitments)]
    return Trajectory(tuple(documents), tuple(sorted(threads, key=_telling)), _notes(documents))


def _by_year(documents: list[Document]) -> list[Document]:
    if len(documents) < 2:
        raise UsageError(
            where="trajectory",
            what=f"{len(documents) or 'no'} report{'' if len(documents) == 1 else 's'} given",
            remedy="give reports of two years or more",
        )
    seen: dict[int, Document] = {}
    for document in documents:
        if document.year is None:
            raise UsageError(
                where=document.name,
                what="tells no year, neither in its text nor in its name",
                remedy="name the file after the year that the report plans, such as 2024.txt",
            )
        if document.year in seen:
            raise UsageError(
                where=f"{seen[document.year].name}, {document.name}",
                what=f"are both of {document.year}",
                remedy="give one report for each year, or compare the two with each other",
            )
        seen[document.year] = document
    return [seen[year] for year in sorted(seen)]


def _notes(documents: Sequence[Document]) -> tuple[str, ...]:
    notes = [f"{d.name}: no commitment was found" for d in documents if not d.commitments]
    regions = list(dict.fromkeys(d.region for d in documents if d.region))
    if len(regions) > 1:
        notes.append(f"the reports are of several regions: {', '.join(regions)}")
    return tuple(notes)


# --- from one report to another -------------------------------------------------------------------


def _numbers(clause: Clause) -> list[int]:
    """Which of a clause's targets are followed: those with a number, also a masked one."""
    return [k for k, t in enumerate(clause.targets) if t.value is not None or t.masked]


def _items(report: int, position: int, clause: Clause) -> list[_Item]:
    return [_Item(report, position, k) for k in _numbers(clause) or (-1,)]


def _ties(
    commitments: Sequence[Sequence[Clause]], pair: tuple[int, int], links: Iterable[Link]
) -> Iterator[_Tie]:
    """Every way in which linked clauses of two reports can be the same commitment."""
    for link in links:
        a, b = commitments[pair[0]][link.old], commitments[pair[1]][link.new]
        old, new = _items(pair[0], link.old, a), _items(pair[1], link.new, b)
        strength = _strength_kinds(a, b)
        if old[0].target < 0 or new[0].target < 0:
            same = old[0].target == new[0].target
            rank = _SAME if same else _GAINED_OR_LOST
            kinds: tuple[Kind, ...] = ()
            if not same:
                kinds = ("target added",) if old[0].target < 0 else ("target removed",)
            yield _Tie(old[0], new[0], rank, link.score, kinds + strength)
            continue
        left = {a.targets[item.target]: item for item in old}
        right = {b.targets[item.target]: item for item in new}
        for s, t, kinds in same_targets(a, b):
            if s in left and t in right:
                yield _Tie(left.pop(s), right.pop(t), _SAME, link.score, kinds + strength)
        for x, y in zip(left.values(), right.values(), strict=False):
            yield _Tie(x, y, _OTHER, link.score, ("target removed", "target added", *strength))


def _strength_kinds(a: Clause, b: Clause) -> tuple[Kind, ...]:
    if a.strength == b.strength:
        return ()
    stronger = strength_rank(b.strength) < strength_rank(a.strength)
    return ("strength strengthened",) if stronger else ("strength weakened",)


def _best(ties: Iterable[_Tie]) -> Iterator[_Tie]:
    """Ties of which no two share an item, the best first."""
    taken: set[_Item] = set()
    for tie in sorted(ties, key=lambda tie: tie.order):
        if tie.old not in taken and tie.new not in taken:
            taken.update((tie.old, tie.new))
            yield tie


_Links = Mapping[tuple[int, int], Sequence[Link]]


def _over_gaps(
    commitments: Sequence[Sequence[Clause]], chosen: Iterable[_Tie], links: _Links
) -> Iterator[_Tie]:
    """Ties over one report, between clauses that are linked with nothing in it; sure ones only."""
    onward = {(a, link.old) for (a, _), found in links.items() for link in found}
    backward = {(b, link.new) for (_, b), found in links.items() for link in found}
    for a in range(len(commitments) - 2):
        found = [
            link
            for link in align(commitments[a], commitments[a + 2]).links
            if link.score >= SURELY_LINKED
            and (a, link.old) not in onward
            and (a + 2, link.new) not in backward
        ]
        yield from _best(_ties(commitments, (a, a + 2), found))


# --- threads --------------------------------------------------------------------------------------


def _chains(
    ties: Iterable[_Tie], commitments: Sequence[Sequence[Clause]]
) -> Iterator[list[tuple[_Item, _Tie | None]]]:
    """Items one behind the other, each with the tie that led to it; every item is in one chain."""
    onward = {tie.old: tie for tie in ties}
    reached = {tie.new for tie in onward.values()}
    for report, clauses in enumerate(commitments):
        for position, clause in enumerate(clauses):
            for item in _items(report, position, clause):
                if item not in reached:
                    chain: list[tuple[_Item, _Tie | None]] = [(item, None)]
                    while (tie := onward.get(chain[-1][0])) is not None:
                        chain.append((tie.new, tie))
                    yield chain


def _thread(
    chain: Sequence[tuple[_Item, _Tie | None]],
    commitments: Sequence[Sequence[Clause]],
    years: Sequence[int],
    links: _Links,
) -> Thread:
    steps = []
    for item, tie in chain:
        clause = commitments[item.report][item.clause]
        target = clause.targets[item.target] if item.target >= 0 else None
        kinds, score = (tie.kinds, tie.score) if tie else ((), 1.0)
        steps.append(Step(years[item.report], clause, target, kinds, score))
    first, last = chain[0][0], chain[-1][0]
    into = _likeliest(links.get((last.report, last.report + 1), ()), old=last.clause)
    source = _likeliest(links.get((first.report - 1, first.report), ()), new=first.clause)
    goes_into = commitments[last.report + 1][into.new] if into else None
    comes_from = commitments[first.report - 1][source.old] if source else None
    there = {item.report for item, _ in chain}
    absent = [years[k] for k in range(first.report, last.report) if k not in there]
    return Thread(
        steps=tuple(steps),
        fates=fates_of(
            steps,
            ends=last.report < len(years) - 1 and goes_into is None,
            begins=first.report > 0 and comes_from is None,
            back=bool(absent),
        ),
        absent=tuple(absent),
        goes_into=goes_into,
        comes_from=comes_from,
    )


def _likeliest(
    links: Sequence[Link], *, old: int | None = None, new: int | None = None
) -> Link | None:
    """The surest link of a clause on either side."""
    own = [k for k in links if (old is None or k.old == old) and (new is None or k.new == new)]
    return max(own, key=lambda k: (k.score, -k.old, -k.new), default=None)


def _telling(thread: Thread) -> tuple[bool, bool, bool, int, int, int]:
    """What stands first: what has a fate, numbers, and many years; then the order of the text."""
    return (
        len(thread.steps) == 1,
        not thread.fates,
        not any(step.target for step in thread.steps),
        -len(thread.steps),
        thread.first,
        thread.steps[0].clause.start,
    )
