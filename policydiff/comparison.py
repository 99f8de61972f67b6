"""Compare two documents: the last stage before rendering, and the result that it gives."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from policydiff.align.align import NOTHING_FIXED, align
from policydiff.align.bounds import Bounds
from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.analysis.documents import language_of, read
from policydiff.analysis.doubts import by_weight, parts_are_doubtful
from policydiff.changes.judge import changes
from policydiff.changes.partners import comparable, partners_of_the_lonely
from policydiff.errors import EmptyReportError, TooLargeError
from policydiff.followup.evidence import reports_something
from policydiff.followup.followup import follow_up
from policydiff.followup.indicators import indicator_rows
from policydiff.models import Change, Document, FollowUp, IndicatorRow, Outcome
from policydiff.output.data import ORDER, change_row, comparison_entry, document_title
from policydiff.output.files import Plain, ResultKind
from policydiff.output.groups import identifiers
from policydiff.output.lines import comparison_lines
from policydiff.output.result import Result
from policydiff.semantic.asked import AskedModel

if TYPE_CHECKING:
    from policydiff.decisions import Applied, Decisions, Filled

#: The doubt about every change where the plan of a report was not found or is a guess.
PARTS_GUESSED: Final = "parts guessed"
#: The longest report known has about 450 commitments.
MAX_COMMITMENTS = 10_000
#: What is said where a bound of the work was met (see align/bounds.py).
BOUNDED: Final = (
    "so much in the two reports is alike that not all of it was set against each other: links may"
    " be missing, and what is dropped or added may stand in the other report"
)

Report = str | os.PathLike[str] | Document


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Result):
    """The result of comparing two documents. Changes stand in the order of the reports.

    ``notes`` says what a reader should know of the comparison as a whole, for example that both
    reports are the same. ``followups`` holds one for each commitment of the old report, in order:
    what the new report's review says of it; empty where it has no review of the old report's year.
    ``filled``: what people wrote beside entries, as the decisions that were given hold it.
    ``decisions``: name and SHA-256 of the file of decisions that was applied, None without one.
    ``indicators``: the main ones: last target, last result, this target, and how they differ.
    ``semantic``: the name of the language model that was asked, None without one.
    """

    kind: ClassVar[ResultKind] = "comparison"

    old: Document
    new: Document
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    followups: tuple[FollowUp, ...] = ()
    filled: tuple[Filled, ...] = ()
    decisions: tuple[str, str] | None = None
    indicators: tuple[IndicatorRow, ...] = ()
    semantic: str | None = None

    def _of(self, outcome: Outcome) -> tuple[Change, ...]:
        return tuple(c for c in self.changes if c.outcome == outcome)

    @property
    def kept(self) -> tuple[Change, ...]:
        """Commitments that go on, at most worded or placed differently."""
        return self._of("kept")

    @property
    def changed(self) -> tuple[Change, ...]:
        """Commitments that go on with another number, deadline, strength or scope."""
        return self._of("changed")

    @property
    def dropped(self) -> tuple[Change, ...]:
        """Commitments of the old report without a partner."""
        return self._of("dropped")

    @property
    def added(self) -> tuple[Change, ...]:
        """Commitments of the new report without a partner."""
        return self._of("added")

    def to_dict(self, *, all: bool = True, repairs: bool = False) -> dict[str, Any]:
        """The result as dicts, lists, strings and numbers, as ``policydiff.schema()`` says.

        ``all=False`` leaves the kept out; ``repairs=True`` lists every repair of both reports.
        """
        shown = ORDER if all else tuple(outcome for outcome in ORDER if outcome != "kept")
        return self._entry(shown, all=all, repairs=repairs)

    def _entry(
        self, shown: Sequence[Outcome], *, all: bool = False, repairs: bool = False
    ) -> dict[str, Any]:
        """The same with the entries of some outcomes alone."""
        return comparison_entry(
            self.old,
            self.new,
            self.changes,
            self.notes,
            self.followups,
            self.indicators,
            self.decisions,
            self.semantic,
            shown=shown,
            all=all,
            repairs=repairs,
        )

    def rows(self, *, all: bool = True) -> list[dict[str, Plain]]:
        """The changes as a table, one row each, in order; ``all=False`` leaves the kept out."""
        digest = self.decisions[1] if self.decisions else None
        return [
            change_row(change, self.old, self.new, name, self.followups, digest, self.semantic)
            for outcome in ORDER
            if all or outcome != "kept"
            for name, change in zip(identifiers(self.changes), self.changes, strict=True)
            if change.outcome == outcome
        ]

    def summary(self) -> str:
        """A dozen lines for people, one printable line each."""
        return comparison_lines(self._entry(("dropped",)))

    def _title(self) -> str:
        return f"{document_title(self.old)} → {document_title(self.new)}"

    def _counts(self) -> dict[str, int]:
        counts: dict[str, int] = {outcome: len(self._of(outcome)) for outcome in ORDER}
        return counts | {"unsure": sum(not change.sure for change in self.changes)}


def compare(
    old: Report,
    new: Report,
    *,
    decisions: str | os.PathLike[str] | Decisions | None = None,
    semantic: object = False,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Compare two reports: paths, or documents that were read or parsed before.

    ``decisions``: what persons decided about single entries, a file or what was read from it; the
    rest is compared around it, and those that fit no clause any more are named in ``notes``.
    ``semantic``: True to ask the language model of the extra how near clauses are in meaning, or a
    model of your own, any object with ``encode(texts)`` or ``embed(texts)`` that gives a vector for
    each text; ``progress`` is told how many of how many texts it has encoded.
    Where the plan of either report was not found or is a guess, no change is sure.
    Raises PolicydiffError where a report or the decisions cannot be read, EmptyReportError where
    a report has no commitment, TooLargeError where one has more than ``MAX_COMMITMENTS``,
    UsageError where the model is missing or gives no vectors.
    """
    model = AskedModel(semantic, progress)
    before, after = document_of(old), document_of(new)
    for document in (before, after):
        _require_commitments(document)
    old_all, new_all = (analysed(d.clauses, language_of(d.clauses)) for d in (before, after))
    here, there = comparable(old_all), comparable(new_all)
    made, applied, fixed = None, None, NOTHING_FIXED
    if decisions is not None:
        made, applied = _decided(decisions, here, there)
        here, there = applied.without_none(here, "old"), applied.without_none(there, "new")
        fixed = applied.fixed(here, there)
    review = [clause for clause in new_all if clause.part == "review"]
    follows = _speaks_of(before, after)
    model.prepare(here, there, review if follows else ())
    linked = align(here, there, fixed=fixed, near=model.nearness(here, there))
    alignment = partners_of_the_lonely(linked, here, there, fixed)
    bounds = Bounds(alignment.bounded)
    judged = changes(here, there, alignment, reports=(old_all, new_all), bounds=bounds)
    if any(parts_are_doubtful(document.warnings) for document in (before, after)):
        judged = tuple(replace(c, unsure=(*c.unsure, PARTS_GUESSED)) for c in judged)
    plan = [c for c in here if c.commits]
    followups = follow_up(plan, review, before.year, model, bounds) if follows else ()
    return Comparison(
        before,
        after,
        applied.marked(judged) if applied else judged,
        (
            *_notes(before, after),
            *(applied.notes() if applied else ()),
            *((BOUNDED,) if bounds.met else ()),
            *_no_review(before, after, review),
            *_outlooks(judged),
        ),
        followups,
        made.filled if made else (),
        (os.path.basename(made.name), made.sha256) if made else None,
        indicator_rows(old_all, new_all, review=bool(followups), year=before.year),
        model.name,
    )


def _decided(
    decisions: str | os.PathLike[str] | Decisions,
    old: Sequence[AnalysedClause],
    new: Sequence[AnalysedClause],
) -> tuple[Decisions, Applied]:
    """The decisions, read unless they are already, and as they bear on the clauses compared."""
    from policydiff.decisions import Decisions, apply, read_decisions  # few comparisons have any

    made = decisions if isinstance(decisions, Decisions) else read_decisions(decisions)
    return made, apply(made, old, new)


def document_of(report: Report) -> Document:
    """The report, read unless it is a document already.

    Raises PolicydiffError where it cannot be read, TooLargeError where it has more than
    ``MAX_COMMITMENTS`` commitments.
    """
    document = report if isinstance(report, Document) else read(report)
    if len(document.commitments) > MAX_COMMITMENTS:
        raise TooLargeError(
            where=document.name,
            what=f"has {len(document.commitments):,} commitments, the limit is {MAX_COMMITMENTS:,}",
            remedy="give one report in each file",
        )
    return document


def _speaks_of(old: Document, new: Document) -> bool:
    """Whether the review of the new report is of the year that the old one plans."""
    same = old.source == new.source
    return not same and (old.year is None or new.year is None or new.year == old.year + 1)


def _require_commitments(document: Document) -> None:
    if not document.commitments:
        doubts = "".join(f" ({warning})" for warning in by_weight(document.warnings)[:1])
        raise EmptyReportError(
            where=document.name,
            what=f"holds no commitment{doubts}",
            remedy="compare reports with a plan in them",
        )


def _no_review(old: Document, new: Document, review: Sequence[AnalysedClause]) -> tuple[str, ...]:
    """Says so where the review that speaks of the old plan is missing, or reports nothing."""
    following = None not in (old.year, new.year) and _speaks_of(old, new)
    if following and not any(reports_something(clause) for clause in review):
        return ("the new report holds no review: nothing is followed up",)
    return ()


def _outlooks(judged: Sequence[Change]) -> Iterator[str]:
    """Says how many of what is dropped or added speaks of a term of years: a plan for five years is
    made once, and its promises run on while later reports are silent."""
    dropped = sum(c.outcome == "dropped" and any(o.outlook for o in c.old) for c in judged)
    added = sum(c.outcome == "added" and any(n.outlook for n in c.new) for c in judged)
    if dropped:
        yield f"of what is dropped, {dropped} stand in an outlook for several years, and may run on"
    if added:
        yield f"of what is added, {added} stand in an outlook for several years"


def _notes(old: Document, new: Document) -> tuple[str, ...]:
    notes = []
    if old.source == new.source:
        notes.append("both reports have the same text")
    if old.year is not None and new.year is not None:
        if new.year < old.year:
            notes.append(
                f"the old report plans {old.year} and the new one {new.year}: they may be swapped"
            )
        elif new.year > old.year + 1:
            notes.append(
                f"{old.year} and {new.year} are not consecutive: the review of the new report"
                " speaks of another year, and nothing is followed up"
            )
    return tuple(notes)
