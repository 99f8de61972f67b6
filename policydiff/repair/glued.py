"""A fixer for reports in one line with nothing between their paragraphs."""

from __future__ import annotations

import re

from policydiff.language.language import Language
from policydiff.models import Edit
from policydiff.repair.context import Context
from policydiff.repair.knowledge import pattern

#: No report is shorter, and no paragraph holds so many numbers of the outermost level.
_LONG_LINE = 120
_ENOUGH_PARTS = 2


def glued_paragraphs(text: str, context: Context) -> list[Edit]:
    """Line ends before the headings of a report in one line, where their numbers count on.

    Behind a heading that names a part, and before the salutation, one is put in as well.

    >>> from policydiff.language.zh import CHINESE
    >>> review = "一、去年工作回顾过去一年，" + "建成水厂，修好渠道，" * 12 + "成绩喜人。"
    >>> plan = "二、今年工作安排全县要新增规模以上工业企业八家。"
    >>> [edit.start for edit in glued_paragraphs(review + plan, Context(CHINESE))]
    [8, 138, 146]
    >>> glued_paragraphs(review, Context(CHINESE))
    []
    """
    line = max(text.split("\n"), key=len)
    if len(line) < _LONG_LINE or 2 * len(line) <= len(text):
        return []
    begins = text.index(line)
    numbers = _counted(text, begins, begins + len(line), context.language)
    if not numbers:
        return []
    breaks = {m.start() for m in numbers}
    for m in numbers:
        heading = pattern(context.language, "heading that runs on").match(text, m.end())
        if heading:
            breaks.add(heading.end())
    salutation = pattern(context.language, "glued salutation")
    breaks |= {m.start() for m in salutation.finditer(text, begins, numbers[0].start())}
    return [Edit(at, at, "\n") for at in sorted(breaks - {begins})]


def _counted(text: str, start: int, end: int, language: Language) -> list[re.Match[str]]:
    """The numbers of headings, each the next of its level; none where they number no parts."""
    outer = inner = 0
    counted: list[re.Match[str]] = []
    for m in pattern(language, "glued number").finditer(text, start, end):
        if m.start() > start and not pattern(language, "ends a sentence").search(
            text, max(start, m.start() - 1), m.start()
        ):
            continue
        if m["outer"] and language.numeral_value(m["outer"]) == outer + 1:
            outer, inner = outer + 1, 0
            counted.append(m)
        elif m["inner"] and language.numeral_value(m["inner"]) == inner + 1:
            inner += 1
            counted.append(m)
    return counted if outer >= _ENOUGH_PARTS else []
