"""What parts of a sentence say besides measures: openers, purposes, and their setting."""

from __future__ import annotations

from policydiff.analysis.clause import AnalysedClause
from policydiff.changes.wording import last_word
from policydiff.language.language import Language, Span


def without_openers(clause: AnalysedClause, start: int, end: int) -> Span:
    """Where a stretch of a clause stands without openers and marks at its rims."""
    opener = clause.language.tables.one_of("changes", "openers")
    end = start + last_word(clause.folded[start:end])
    while (m := opener.match(clause.folded, start, end)) and m.end() > start:
        start = m.end()
    return start, end


def sets_out(clause: AnalysedClause, start: int, end: int) -> bool:
    """Whether a comma part says what a measure is for, or in which setting it stands."""
    start, end = without_openers(clause, start, end)
    text = clause.folded[start:end]
    return is_purpose(text, clause.language) or frame_of(text, clause.language) is not None


def is_beside(clause: AnalysedClause, start: int, end: int) -> bool:
    """Whether a comma part is of purpose or setting, and another one says what is done. The only
    part of a clause is no purpose: 为老人和儿童提供午餐."""
    if len(clause.parts) > 1:
        return sets_out(clause, start, end)
    start, end = without_openers(clause, start, end)
    return frame_of(clause.folded[start:end], clause.language) is not None


def is_purpose(text: str, language: Language) -> bool:
    """Whether a folded stretch says what a measure is for."""
    return language.tables.one_of("changes", "purposes").match(text) is not None


def frame_of(text: str, language: Language) -> bool | None:
    """Whether the members of a list in a frame are content; None for a part that is no frame."""
    for pattern, entry in zip(
        language.tables.patterns("changes", "frames"),
        language.tables.load("changes")["frames"],
        strict=True,
    ):
        if pattern.match(text):
            return bool(entry["members"])
    return None
