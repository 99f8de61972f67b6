"""What a fixer is given beside the text: the language, and how much work is left to spend."""

from __future__ import annotations

from dataclasses import dataclass, field

from policydiff.language.language import Language

#: How many characters may be weighed in one report while runs of shifted bytes are read again; a
#: million take about a second. Of 40 reports with such damage, real and made, none needs more than
#: 85,000. Counted and not timed, so that every machine mends the same.
WORK = 1_000_000


@dataclass(slots=True)
class Budget:
    """Work that is left. A fixer that finds none left leaves the rest of the text as it is."""

    left: int = WORK

    def spend(self, work: int) -> None:
        """Take ``work`` away."""
        self.left -= work

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0


@dataclass(frozen=True, slots=True)
class Context:
    """One report's share of what fixers need: its language, and one budget for all its fixers."""

    language: Language
    budget: Budget = field(default_factory=Budget)
