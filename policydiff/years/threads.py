"""Follow commitments through reports of several years.

What is followed is a target where a clause has some, and the clause where it has none: the year
in which three targets share a sentence is no end of any of them. Each is followed to at most one
place in the next year, its likeliest, so that threads do not melt into one another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from policydiff.align.align import SURELY_LINKED, Link, align
from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.analysis.documents import language_of
from policydiff.changes.indicators import headline
from policydiff.changes.strength import strength_change
from policydiff.changes.targets import same_targets
from policydiff.comparison import Report, document_of
from policydiff.errors import UsageError
from policydiff.followup.indicators import Key, key_of, reached_numbers
from policydiff.models import Document, Kind, Target
from policydiff.years.result import Step, Thread, Trajectory, fates_of

#: How well two items go together, the best first: the same target, or two clauses without any;
#: a clause whose target came or went.
_SAME, _GAINED_OR_LOST = range(2)
#: Over a gap only leftovers are aligned, which look alike for want of better partners. From this
#: score on, nine of ten links are found among the whole reports too, at six times the cost.
_SURELY_BACK = 0.9


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
    support: int  # how many links there are between the paragraphs of the two
    kinds: tuple[Kind, ...]

    @property
    def order(self) -> tuple[int, bool, int, float, _Item, _Item]:
        """The best ties first; of sure ones those that go together with others around them."""
        weak = self.score < SURELY_LINKED
        return self.rank, weak, -self.support, -self.score, self.old, self.new


_Reports = Sequence[Sequence[AnalysedClause]]
_Links = Mapping[tuple[int, int], Sequence[Link]]


def trajectory(reports: Iterable[Report]) -> Trajectory:
    """Follow each commitment through reports of two years or more, in whatever order they come.

    Raises PolicydiffError where a report cannot be read, UsageError where one tells no year or
    several are of the same.
    """
    documents = _by_year([document_of(report) for report in reports])
    # A report without commitments is cut off, or was not understood: nothing ends or comes back
    # by its silence.
    followed = [document for document in documents if document.commitments]
    commitments = [analysed(d.commitments, language_of(d.clauses)) for d in followed]
    years = [document.year or 0 for document in followed]
    again = _said_again(commitments)
    links = {
        (a, b): align(commitments[a], commitments[b]).links
        for a, b in pairwise(range(len(followed)))
    }
    ties = [
        tie
        for pair, found in links.items()
        for tie in _best(_ties(commitments, pair, found), again)
    ]
    ties += _over_gaps(commitments, ties, links, again)
    threads = [
        _thread(chain, commitments, years, links) for chain in _chains(ties, commitments, again)
    ]
    told = _told(documents)
    threads = [_with_results(thread, told) for thread in threads]
    return Trajectory(tuple(documents), tuple(sorted(threads, key=_telling)), _notes(documents))


def _told(documents: Sequence[Document]) -> dict[int, Mapping[Key, Target]]:
    """For each year of which the next report is there, the numbers that its review gives."""
    return {
        before.year: reached_numbers(
            analysed(after.clauses, language_of(after.clauses)), before.year
        )
        for before, after in pairwise(documents)
        if before.year is not None and after.year == before.year + 1
    }


def _with_results(thread: Thread, told: Mapping[int, Mapping[Key, Target]]) -> Thread:
    steps = (
        step
        if step.target is None or step.target.value is None
        else replace(step, reached=told.get(step.year, {}).get(key_of(step.target)))
        for step in thread.steps
    )
    return replace(thread, steps=tuple(steps))


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
                where=", ".join(map(_called, (seen[document.year], document))),
                what=f"are both of {document.year}",
                remedy="give one report for each year, or compare the two with each other",
            )
        seen[document.year] = document
    return [seen[year] for year in sorted(seen)]


def _called(document: Document) -> str:
    return f"{document.name} ({document.region})" if document.region else document.name


def _notes(documents: Sequence[Document]) -> tuple[str, ...]:
    notes = [f"{d.name}: no commitment was found" for d in documents if not d.commitments]
    regions = list(dict.fromkeys(d.region for d in documents if d.region))
    if len(regions) > 1:
        notes.append(f"the reports are of several regions: {', '.join(regions)}")
    return tuple(notes)


# --- items ----------------------------------------------------------------------------------------


def _items(report: int, position: int, clause: AnalysedClause) -> list[_Item]:
    """What is followed of a clause: each target with a number, also a masked one; else itself."""
    numbers = [k for k, t in enumerate(clause.targets) if t.value is not None or t.masked]
    return [_Item(report, position, k) for k in numbers or (-1,)]


def _all_items(reports: _Reports) -> Iterator[tuple[_Item, AnalysedClause]]:
    for report, clauses in enumerate(reports):
        for position, clause in enumerate(clauses):
            for item in _items(report, position, clause):
                yield item, clause


def _said_again(reports: _Reports) -> dict[_Item, _Item]:
    """Targets that a report repeats, each with where it is said first.

    A report that sets growth of 8% and then explains why growth of 8% is right sets it once.
    """
    again = {}
    first: dict[tuple[object, ...], _Item] = {}
    for item, clause in _all_items(reports):
        if item.target < 0:
            continue
        t = clause.targets[item.target]
        name = headline(t.indicator, clause.language)
        if name is not None:
            earlier = first.setdefault((item.report, name, t.value, t.upper, t.unit, t.bound), item)
            if earlier != item:
                again[item] = earlier
    return again


# --- from one report to another -------------------------------------------------------------------


def _ties(reports: _Reports, pair: tuple[int, int], links: Sequence[Link]) -> Iterator[_Tie]:
    """Every way in which linked clauses of two reports can be the same commitment.

    A link that is not sure is followed only where it joins two numbers for one thing.
    """
    before, after = (reports[report] for report in pair)
    near = Counter((before[k.old].line, after[k.new].line) for k in links)
    for link in links:
        a, b = before[link.old], after[link.new]
        old, new = _items(pair[0], link.old, a), _items(pair[1], link.new, b)
        found = strength_change(a, b)
        strength: tuple[Kind, ...] = (found[0],) if found else ()
        support = near[a.line, b.line]
        if old[0].target >= 0 and new[0].target >= 0:
            left = {a.targets[item.target]: item for item in old}
            right = {b.targets[item.target]: item for item in new}
            for s, t, kinds in same_targets(a, b):
                if s in left and t in right:
                    yield _Tie(left[s], right[t], _SAME, link.score, support, kinds + strength)
        elif link.score >= SURELY_LINKED:
            kind: tuple[Kind, ...] = ()
            if old[0].target != new[0].target:
                kind = ("target added",) if old[0].target < 0 else ("target removed",)
            rank = _GAINED_OR_LOST if kind else _SAME
            yield _Tie(old[0], new[0], rank, link.score, support, kind + strength)


def _best(ties: Iterable[_Tie], again: Mapping[_Item, _Item]) -> Iterator[_Tie]:
    """Ties of which no two share an item, the best first; what is said again is its first."""
    taken: set[_Item] = set()
    for tie in sorted(ties, key=lambda tie: tie.order):
        old, new = again.get(tie.old, tie.old), again.get(tie.new, tie.new)
        if old not in taken and new not in taken:
            taken.update((old, new))
            yield replace(tie, old=old, new=new)


def _over_gaps(
    reports: _Reports, ties: Iterable[_Tie], links: _Links, again: Mapping[_Item, _Item]
) -> Iterator[_Tie]:
    """Ties over one report, between clauses that are linked with nothing in it."""
    onward = {(a, link.old) for (a, _), found in links.items() for link in found}
    backward = {(b, link.new) for (_, b), found in links.items() for link in found}
    left, reached = {tie.old for tie in ties}, {tie.new for tie in ties}
    for a, b in zip(range(len(reports)), range(2, len(reports)), strict=False):
        ended = [i for i in range(len(reports[a])) if (a, i) not in onward]
        begun = [j for j in range(len(reports[b])) if (b, j) not in backward]
        found = align([reports[a][i] for i in ended], [reports[b][j] for j in begun]).links
        surely = [
            link._replace(old=ended[link.old], new=begun[link.new])
            for link in found
            if link.score >= _SURELY_BACK
        ]
        for tie in _best(_ties(reports, (a, b), surely), again):
            if tie.old not in left and tie.new not in reached:
                yield tie


# --- threads --------------------------------------------------------------------------------------

_Chain = list[tuple[_Item, _Tie | None]]


def _chains(
    ties: Iterable[_Tie], reports: _Reports, again: Mapping[_Item, _Item]
) -> Iterator[_Chain]:
    """Items one behind the other, each with the tie that led to it; every item is in one chain."""
    onward = {tie.old: tie for tie in ties}
    reached = {tie.new for tie in onward.values()}
    for item, _ in _all_items(reports):
        if item not in reached and item not in again:
            yield from _walk(item, onward, reports)


def _walk(item: _Item, onward: Mapping[_Item, _Tie], reports: _Reports) -> Iterator[_Chain]:
    """The chain that begins with an item; it breaks where a number comes back as another one."""
    chain: _Chain = [(item, None)]
    number = item if item.target >= 0 else None
    while (tie := onward.get(chain[-1][0])) is not None:
        new = tie.new
        if number and new.target >= 0 > tie.old.target and not _measures_same(number, new, reports):
            yield chain
            chain = [(new, None)]
        else:
            chain.append((new, tie))
        number = new if new.target >= 0 else number
    yield chain


def _measures_same(old: _Item, new: _Item, reports: _Reports) -> bool:
    """Whether the targets of two items measure the same thing."""
    a, b = (reports[item.report][item.clause] for item in (old, new))
    s, t = a.targets[old.target], b.targets[new.target]
    return any(s is x and t is y for x, y, _ in same_targets(a, b))


def _thread(
    chain: Sequence[tuple[_Item, _Tie | None]],
    reports: _Reports,
    years: Sequence[int],
    links: _Links,
) -> Thread:
    steps = []
    for item, tie in chain:
        clause = reports[item.report][item.clause]
        target = clause.targets[item.target] if item.target >= 0 else None
        kinds, score = (tie.kinds, tie.score) if tie else ((), 1.0)
        steps.append(Step(years[item.report], clause, target, kinds, score))
    first, last = chain[0][0], chain[-1][0]
    onward = [k for k in links.get((last.report, last.report + 1), ()) if k.old == last.clause]
    source = [k for k in links.get((first.report - 1, first.report), ()) if k.new == first.clause]
    goes_into = reports[last.report + 1][_surest(onward).new] if onward else None
    comes_from = reports[first.report - 1][_surest(source).old] if source else None
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


def _surest(links: Iterable[Link]) -> Link:
    return max(links, key=lambda link: (link.score, -link.old, -link.new))


def _telling(thread: Thread) -> tuple[bool, bool, bool, int, int, int]:
    """What stands first: what has a fate, numbers, and many years; then the order of the text."""
    return (
        len(thread.steps) == 1,
        not thread.fates,
        not thread.is_measured,
        -len(thread.steps),
        thread.first,
        thread.steps[0].clause.start,
    )
