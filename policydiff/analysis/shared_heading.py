"""Extracts below one heading that names both what was done and what is going to be done.

Works on folded text; every offset is one into it.
"""

from __future__ import annotations

from collections.abc import Sequence

from policydiff.analysis.layout import parts_named
from policydiff.analysis.sentences import PLAN, REVIEW, Sentence, State
from policydiff.language.language import Language

#: What a heading over both parts names.
_BOTH = frozenset({"review", "plan"})


def plan_below(
    evidence: Sequence[Sequence[int]],
    states: Sequence[State],
    cut: Sequence[Sentence],
    text: str,
    language: Language,
) -> list[State] | None:
    """The states of the sentences where a heading names review and plan and no plan was found: from
    the paragraph on that best parts the two by what its sentences say. None where no heading names
    both, or fewer than two paragraphs stand below it.
    """
    head = next(
        (
            i
            for i, sentence in enumerate(cut)
            if sentence.place in ("part heading", "heading")
            and parts_named(text[sentence.body : sentence.end], language) >= _BOTH
        ),
        None,
    )
    if head is None:
        return None
    paragraphs = [i for i in range(head + 1, len(cut)) if cut[i].place == "paragraph"]
    if len(paragraphs) < 2:
        return None
    leaning = [own[PLAN] - own[REVIEW] for own in evidence]
    begin = max(paragraphs[1:], key=lambda i: sum(leaning[i:]))
    return [PLAN if i >= begin and s == REVIEW else s for i, s in enumerate(states)]
