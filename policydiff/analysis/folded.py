"""The folded text of a clause, and what several stages ask of it, each worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from policydiff.analysis.deadlines import deadline_spans
from policydiff.language.language import Language, Span


class FoldedText:
    """A clause as rules see it. ``text`` is folded; all offsets are into it."""

    def __init__(self, text: str, language: Language) -> None:
        self.text = text
        self.language = language

    @cached_property
    def comma_parts(self) -> Sequence[Span]:
        """The text cut at its commas and colons."""
        return self.language.comma_parts(self.text)

    @cached_property
    def quotations(self) -> Sequence[Span]:
        """The quotations and titles in it."""
        return self.language.quotations(self.text)

    @cached_property
    def deadlines(self) -> Sequence[Span]:
        """Where the deadlines stand, in order."""
        return tuple(deadline_spans(self.text, self.language))
