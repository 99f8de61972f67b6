"""The full texts side by side, every clause a link to the entry that speaks of it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from policydiff.models import Clause, Document
from policydiff.output.page.markup import tag, text
from policydiff.output.words import Words


def anchor(side: str, clause: Clause) -> str:
    """The name of the place of a clause in the full text; ``side`` is 'old' or 'new'."""
    return f"{side[0]}{clause.start}"


def full_texts(
    documents: Mapping[str, Document],
    rows: Mapping[tuple[str, int], tuple[str, str]],
    wanted: Container[str],
    words: Words,
) -> str:
    """Both reports; ``rows``: side and start of a clause → the anchor of its entry, its outcome.

    ``wanted``: the anchors that links lead to; other clauses than those of rows need none.
    """
    columns = (
        tag(
            "article",
            tag("h3", text(document.title or document.name)),
            *_paragraphs(side, document, rows, wanted),
            class_="text",
            tabindex="0",
            id=f"text-{side}",
        )
        for side, document in documents.items()
    )
    return tag(
        "section",
        tag("h2", text(words("texts"))),
        tag("div", *columns, class_="texts"),
        class_="texts-part",
        id="texts",
    )


def _paragraphs(
    side: str,
    document: Document,
    rows: Mapping[tuple[str, int], tuple[str, str]],
    wanted: Container[str],
) -> Iterator[str]:
    """The lines of a report that hold text, with their clauses."""
    source = document.source
    clauses = iter(document.clauses)
    clause = next(clauses, None)
    at = 0
    for line in source.splitlines(keepends=True):
        end = at + len(line)
        pieces = []
        while clause is not None and clause.start < end:
            # A clause may go on over a line end that a repair took out.
            start, stop = max(clause.start, at), min(clause.end, end)
            pieces.append(text(source[at:start]))
            first = start == clause.start
            pieces.append(_clause(side, clause, source[start:stop], rows, wanted if first else ()))
            at = stop
            if clause.end > end:
                break
            clause = next(clauses, None)
        pieces.append(text(source[at:end].rstrip("\n")))
        at = end
        if line.strip():
            yield tag("p", *pieces)


def _clause(
    side: str,
    clause: Clause,
    said: str,
    rows: Mapping[tuple[str, int], tuple[str, str]],
    wanted: Container[str],
) -> str:
    place = anchor(side, clause)
    named = place if place in wanted else None
    if (side, clause.start) not in rows:
        return text(said) if named is None else tag("span", text(said), id=named)
    row, outcome = rows[side, clause.start]
    kind = None if outcome == "kept" else outcome[0]
    return tag("a", text(said), class_=kind, id=named, href=f"#{row}")
