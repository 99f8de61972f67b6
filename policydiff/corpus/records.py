"""What is told of each commitment of a report beside a corpus: places, ranks, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, NamedTuple, overload

from policydiff.align.align import SURELY_LINKED
from policydiff.analysis.clause import analysed
from policydiff.analysis.documents import language_of
from policydiff.changes.judge import change_between
from policydiff.corpus.index import Entry
from policydiff.models import Change, Clause, Target

#: Of so many numbers, this one counted, a rank tells something (n of m).
RANKED_FROM: Final = 8
#: From this score on a link with another region's report is sure: of some 60 that were read 58 were
#: right.
SURE_ELSEWHERE: Final = 0.99

Among = Literal["other regions", "own years"]
Relation = Literal["earlier year", "later year", "same year", "other region"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a commitment stands in the corpus: a clause of the report ``entry``, with its score.

    ``relation`` tells other reports of the same region from those of other regions.
    """

    entry: Entry
    relation: Relation
    clause: Clause
    score: float

    @property
    def sure(self) -> bool:
        """Whether the commitment surely is the same: less is asked of the own region's reports,
        which speak of the same roads and schools."""
        own = self.relation != "other region"
        return self.score >= (SURELY_LINKED if own else SURE_ELSEWHERE)

    def change_to(
        self,
        clause: Clause,
        there: Sequence[tuple[Clause, float]] = (),
        here: Sequence[tuple[Clause, float]] = (),
    ) -> Change:
        """How a clause differs from the one that stands here.

        ``there``: other clauses of this report that carry the same as that one, with the scores of
        their links; ``here``: others of that one's report that carry the same as this one.
        """
        language = language_of((clause,))
        old, new = analysed((self.clause, clause), language)
        olds = analysed([other for other, _ in there], language)
        news = analysed([other for other, _ in here], language)
        beside = [(other, new, score) for other, (_, score) in zip(olds, there, strict=True)]
        beside += [(old, other, score) for other, (_, score) in zip(news, here, strict=True)]
        return change_between(old, new, self.score, beside)


class Spot(NamedTuple):
    """A commitment of the corpus: ``Entry.id`` of its report, its position there, and a score."""

    report: int
    position: int
    score: float


class Places(Sequence[Place]):
    """Places in order. Each is made when it is asked for: there may be very many.

    ``spots`` and ``entries`` say which they are, and of which reports, without a look.
    """

    def __init__(
        self,
        spots: Sequence[Spot],
        entries: Sequence[tuple[Entry, Relation]],
        clauses: Mapping[int, Sequence[Clause]],
    ) -> None:
        """``clauses``: the commitments of each of the reports, by their ``Entry.id``."""
        self.spots = spots
        self.entries = entries
        self._clauses = clauses

    def __len__(self) -> int:
        return len(self.spots)

    @overload
    def __getitem__(self, at: int) -> Place: ...
    @overload
    def __getitem__(self, at: slice) -> Places: ...
    def __getitem__(self, at: int | slice) -> Place | Places:
        if isinstance(at, slice):
            return Places(self.spots[at], self.entries[at], self._clauses)
        report, position, score = self.spots[at]
        return Place(*self.entries[at], self._clauses[report][position], round(score, 6))

    def clause(self, at: int) -> Clause:
        """The clause that stands at one of them."""
        report, position, _ = self.spots[at]
        return self._clauses[report][position]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Places) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    @property
    def reports(self) -> int:
        """Of how many reports they are."""
        return len({spot.report for spot in self.spots})

    @property
    def own(self) -> int:
        """How many of them are of the report's own region."""
        return sum(relation != "other region" for _, relation in self.entries)

    def regions(self) -> int:
        """Of how many other regions they are."""
        return len({e.region for e, relation in self.entries if relation == "other region"})


@dataclass(frozen=True, slots=True)
class Standing:
    """A target beside the others' targets for the same indicator, in comparable units.

    Only numbers of the same measure, horizon and base unit. ``rank`` 1 is the highest of ``of``,
    this one counted; equal ones share a rank, ``tied`` is how many of the others have this one's.
    Of fewer than ``RANKED_FROM`` a rank says nothing and is None. ``highest`` and ``lowest`` are
    the others' with their places; ``middle`` is the others' median in the unit of ``target``. Of a
    range the middle counts. Masked numbers are left out.
    """

    target: Target
    among: Among
    rank: int | None
    of: int
    tied: int
    highest: tuple[Target, Place]
    middle: Decimal
    lowest: tuple[Target, Place]


@dataclass(frozen=True, slots=True)
class Shared:
    """A commitment of the report and where else it stands, own region first, likest first.

    ``places`` carry the same commitment, about the same object; ``reports`` is the number of other
    reports that make it. ``similar``: how many more reports of other regions make one of its kind.
    """

    clause: Clause
    places: Places
    standings: tuple[Standing, ...]
    similar: int = 0

    @property
    def reports(self) -> int:
        return self.places.reports


@dataclass(frozen=True, slots=True)
class Missing:
    """A commitment that others make and the report does not; ``places`` are all its wordings.

    The first place has a short wording with what most have in common, without the name of another
    place, if there is one. ``sure`` is False where one of the others' clauses is linked with the
    report, though most are not. ``of``: how many reports can be compared, those of the report's
    level and of years near it. ``words``: what most of the wordings have in common, two at most.
    ``share``: of those reports, 0..1, how many make it, each counted for as many commitments as it
    has in common with the report.
    """

    places: Places
    sure: bool
    of: int = 0
    words: tuple[str, ...] = ()
    share: float = 0.0

    @property
    def reports(self) -> int:
        return self.places.reports
