"""The full texts side by side, every clause a link to the entry that speaks of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping
from typing import Final

from policydiff.models import Clause, Document
from policydiff.output.compared import report_name
from policydiff.output.page.markup import tag, text
from policydiff.output.words import Words

#: Digits of a number that names a place: small letters tell more with each than digits do.
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def anchor(side: str, clause: Clause, document: Document) -> str:
    """The name of the place of a clause in the full text; ``side`` is 'old' or 'new'.

    >>> from policydiff import parse
    >>> plan = parse("一、2030年工作安排\\n新建农村学校3所。修建水厂2座。")
    >>> [anchor("old", clause, plan) for clause in plan.clauses]
    ['o0', 'o1']
    """
    at = bisect_left(document.clauses, clause.start, key=lambda other: other.start)
    return side[0] + _short(at)


def _short(number: int) -> str:
    """A number from 0 in few characters.

    >>> [_short(number) for number in (0, 35, 36, 1295)]
    ['0', 'z', '10', 'zz']
    """
    more, last = divmod(number, len(_DIGITS))
    return (_short(more) if more else "") + _DIGITS[last]


def full_texts(
    documents: Mapping[str, Document],
    rows: Mapping[tuple[str, int], str],
    wanted: Container[str],
    words: Words,
) -> str:
    """Both reports; ``rows``: side and start of a clause → the anchor of its entry.

    ``wanted``: the anchors that links lead to; other clauses than those of rows need none.
    """
    columns = (
        tag(
            "article",
            tag(
                "h3",
                text(words("named", what=words(f"{side} report"), name=_name(document, words))),
            ),
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


def _name(document: Document, words: Words) -> str:
    """What people call a report, with the file's name where that is another."""
    name = report_name(document)
    return name if name == document.name else name + words("in brackets", text=document.name)


def _paragraphs(
    side: str,
    document: Document,
    rows: Mapping[tuple[str, int], str],
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
            place = anchor(side, clause, document)
            named = place if first and place in wanted else None
            pieces.append(_clause(source[start:stop], named, rows.get((side, clause.start))))
            at = stop
            if clause.end > end:
                break
            clause = next(clauses, None)
        pieces.append(text(source[at:end].rstrip("\n")))
        at = end
        if line.strip():
            yield tag("p", *pieces)


def _clause(said: str, place: str | None, row: str | None) -> str:
    """The words of a clause at a place that links lead to, or at none, with a link to its entry.

    What became of it is told by the first letter of its entry's name; style looks at that.
    """
    if place is None and row is None:
        return text(said)
    return tag("a", text(said), id=place, href=None if row is None else f"#{row}")
