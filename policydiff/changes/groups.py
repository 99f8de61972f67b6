"""Links that make one change: a clause split into several, several merged; and which moved."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from policydiff.align.align import Link
from policydiff.analysis.clause import AnalysedClause
from policydiff.analysis.keys import key_of
from policydiff.changes.verdicts import Verdict
from policydiff.changes.wording import likeness

#: Likeness of headings (rapidfuzz ratio of their keys) from which two sections are one place.
_SAME_HEADING: Final = 50
#: A section pair that fewer links than this support is not a correspondence.
_SUPPORT: Final = 2
#: So many headings, from the outermost, name the section of a clause.
_DEPTH: Final = 2


def groups(verdicts: Sequence[Verdict]) -> list[list[Verdict]]:
    """Verdicts that make one change: one clause split into several, or several merged into one.

    Clauses that share commitments crosswise (n:m) stay pair by pair, and so do the parts of a
    split that fared differently: one kept, one changed.
    """
    by_old: defaultdict[int, list[Verdict]] = defaultdict(list)
    by_new: defaultdict[int, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_old[verdict.link.old].append(verdict)
        by_new[verdict.link.new].append(verdict)
    grouped = []
    done: set[tuple[int, int]] = set()
    for verdict in verdicts:
        if (verdict.link.old, verdict.link.new) in done:
            continue
        star = by_old[verdict.link.old]
        if len(star) == 1:
            star = by_new[verdict.link.new]
            simple = all(len(by_old[other.link.old]) == 1 for other in star)
        else:
            simple = all(len(by_new[other.link.new]) == 1 for other in star)
        group = [v for v in star if v.outcome == verdict.outcome] if simple else [verdict]
        done.update((v.link.old, v.link.new) for v in group)
        grouped.append(group)
    return grouped


def moved(
    old: Sequence[AnalysedClause], new: Sequence[AnalysedClause], links: Sequence[Link]
) -> set[tuple[int, int]]:
    """The links whose sections neither have like headings nor other links between them."""
    sections = [(_section(old[link.old]), _section(new[link.new])) for link in links]
    support = Counter(sections)
    return {
        (link.old, link.new)
        for link, pair in zip(links, sections, strict=True)
        if support[pair] < _SUPPORT and not _like(*pair, old[link.old])
    }


def _section(clause: AnalysedClause) -> tuple[str, ...]:
    return clause.section[:_DEPTH]


def _like(a: tuple[str, ...], b: tuple[str, ...], clause: AnalysedClause) -> bool:
    """Whether two places have like headings; the innermost of the two counts."""
    if not a or not b:
        return a == b
    one, other = (key_of(section[-1], clause.language).text for section in (a, b))
    return likeness(one, other) >= _SAME_HEADING
