"""Relative goals: what is to be reached without a number of its own, such as 与经济增长同步."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policydiff.analysis.folded import FoldedText
from policydiff.analysis.names import name_rim, strip_leads
from policydiff.language.language import Language, Span

#: A relative goal is one short statement; longer parts only happen to end in such words.
_LONGEST = 46
#: With the mark that ends the clause.
_LONGEST_PART = _LONGEST + 1


def relative_goals(clause: FoldedText, taken: Sequence[Span]) -> Iterator[tuple[str, Span]]:
    """What each relative goal of a clause is about, and where it stands; at most one to a part.

    ``taken``: where targets with numbers stand, in order; a comma part that has one has no other.

    >>> from policydiff.language.zh import CHINESE
    >>> text = "新增就业5万人,居民收入增长与经济增长同步。"
    >>> list(relative_goals(FoldedText(text, CHINESE), [(0, 7)]))
    [('居民收入', (8, 21))]
    """
    k = 0
    for start, end in clause.comma_parts:
        while k < len(taken) and taken[k][1] <= start:
            k += 1
        if (k < len(taken) and taken[k][0] < end) or end - start > _LONGEST_PART:
            continue
        stop = clause.language.tables.role("targets", "breaks", "end")
        part = stop.sub("", clause.text[start:end])
        subject = _subject(part, clause.language)
        if subject:
            yield subject, (start, start + len(part))


def _subject(part: str, language: Language) -> str | None:
    """What a relative goal is about; None when the part states no such goal."""
    if len(part) > _LONGEST:
        return None
    for rule in language.tables.patterns("targets", "relative"):
        m = rule.search(part)
        if m:
            subject = m.groupdict().get("subject")
            subject = subject or strip_leads(part[: m.start()].strip(), language)
            subject = name_rim(language, "relative").sub("", subject) or subject
            return subject if len(subject) > 1 else None
    return None
