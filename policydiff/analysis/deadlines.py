"""Deadlines: by when something is promised."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from policydiff.language.language import Language, Span
from policydiff.language.patterns import compile_pattern


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


def of_targets(text: str, spans: Sequence[Span], language: Language) -> list[Span]:
    """The deadlines, of these, that say more than that the year of the report ends.

    >>> from policydiff.language.zh import CHINESE
    >>> text = "年内新建公厕3座,6月底前改造5座"
    >>> kept = of_targets(text, deadline_spans(text, CHINESE), CHINESE)
    >>> [text[start:end] for start, end in kept]
    ['6月底前']
    """
    within = language.tables.one_of("horizons", "within")
    return [span for span in spans if not within.fullmatch(text, *span)]


def deadline_behind(text: str, end: int, spans: Sequence[Span], language: Language) -> Span | None:
    """The deadline behind a number that ends at ``end`` and belongs to it, or None.

    It stands in the same part of the sentence, or opens the next one, which says only that what was
    counted is done by then.

    >>> from policydiff.language.zh import CHINESE
    >>> for text in ("改造小区12个,6月底前完成。", "改造小区12个,6月底前建成大桥和广场。"):
    ...     print(deadline_behind(text, 7, deadline_spans(text, CHINESE), CHINESE))
    (8, 12)
    None
    """
    following = next((span for span in spans if span[0] >= end), None)
    if following is None:
        return None
    stop = language.tables.role("targets", "breaks", "part")
    between = [m.start() for m in stop.finditer(text, end, following[0])]
    if not between or between == [following[0] - 1]:
        done = language.tables.one_of("targets", "done_by").match(text, following[1])
        return following if done else None
    return None


@lru_cache(maxsize=1000)
def plain_deadline(deadline: str, language: Language) -> str:
    """A folded deadline without the words around it, '' for the year's own end of time.

    >>> from policydiff.language.zh import CHINESE
    >>> [plain_deadline(text, CHINESE) for text in ("力争今年6月底前", "上半年", "年内")]
    ['6月底', '6月底', '']
    """
    table = language.tables.load("deadlines")
    for entry in table["forms"]:
        deadline = compile_pattern(entry["pattern"]).sub(entry["form"], deadline)
    for entry in table["removed"]:
        deadline = compile_pattern(entry["pattern"]).sub("", deadline)
    return deadline
