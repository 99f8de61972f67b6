"""A clause as HTML, with numbers, words taken out and words put in marked inside the sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policydiff.models import Clause, Document
from policydiff.output.page.markup import tag, text


@dataclass(frozen=True)
class Mark:
    """Words of a report to be marked: ``source[start:end]``; ``kind`` is 'del', 'ins' or 'n'."""

    start: int
    end: int
    words: str
    kind: str


def sentence(clause: Clause, document: Document, marks: Iterable[Mark]) -> str:
    """The text of a clause with its marks; of two that overlap the first is shown."""
    places = sorted(
        (*place, mark.kind) for mark in marks if (place := _place(mark, clause, document))
    )
    out = []
    at = 0
    for start, end, kind in places:
        if start < at:
            continue
        out.append(text(clause.text[at:start]))
        out.append(_marked(clause.text[start:end], kind))
        at = end
    out.append(text(clause.text[at:]))
    return "".join(out)


def _marked(said: str, kind: str) -> str:
    # Numbers are <b>, the commonest; style says to those who hear the page what the others mean.
    return tag("b" if kind == "n" else kind, text(said))


def _place(mark: Mark, clause: Clause, document: Document) -> tuple[int, int] | None:
    """Where a mark stands in the clause's text, which repairs may have made another than the
    source's; None where it is not in it."""
    if not clause.start <= mark.start < clause.end:
        return None
    at = mark.start - clause.start
    if document.source[clause.start : clause.end] != clause.text:
        at = clause.text.find(mark.words)
    end = at + len(mark.words)
    return (at, end) if at >= 0 and end <= len(clause.text) else None
