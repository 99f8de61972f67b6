"""Deadlines: by when something is promised."""

from __future__ import annotations

from policydiff.language.language import Language, Span


def deadline_spans(text: str, language: Language) -> list[Span]:
    """Where the deadlines stand in a folded clause, in order; of two that overlap the longer one.

    >>> from policydiff.language.zh import CHINESE
    >>> text = "年底前建成,到2025年全面达产"
    >>> [text[start:end] for start, end in deadline_spans(text, CHINESE)]
    ['年底前', '到2025年']
    """
    rules = language.tables.patterns("targets", "deadlines")
    kept: list[Span] = []
    for start, end in sorted({m.span() for rule in rules for m in rule.finditer(text)}):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
        elif end - start > kept[-1][1] - kept[-1][0]:
            kept[-1] = (start, end)
    return kept
