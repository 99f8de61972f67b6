"""How likely a claim about a commitment is right, and from when on it is called sure.

Calibrated on labelled pairs that were left out: of the claims with a score of 0.9, nine of ten are
right. Evidence is thin where words differ; then nothing is sure, and the score says so.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final, NamedTuple

from policydiff.align.align import likelihood
from policydiff.language.language import Language

#: Likelihoods are taken for no nearer to 0 and 1 than this: beyond it they say nothing more.
NEVER: Final = 0.001


class Sureness(NamedTuple):
    """What makes a claim likelier, as log-odds, and how likely it is where it is called sure.

    ``odds``: for one unit of the log-odds of the link that is claimed, or of the likeliest link
    that a claim denies; ``several``: where it is claimed of several clauses; ``sure``, 0..1.
    """

    odds: float
    several: float
    offset: float
    sure: float

    def score(self, link: float, *, several: bool = False) -> float:
        """How likely the claim is right, 0..1, by the likelihood ``link`` of the link."""
        return likelihood(self.odds * _log_odds(link) + self.several * several + self.offset)


def _log_odds(share: float) -> float:
    share = min(max(share, NEVER), 1 - NEVER)
    return math.log(share / (1 - share))


@cache
def sureness(language: Language, claim: str, *, semantic: bool = False) -> Sureness:
    """The numbers for a kind of claim, ``'linked'`` or ``'alone'``, of reports in a language;
    ``semantic``: those that hold where a language model was asked."""
    entries = language.tables.load("sureness")[f"{claim}_semantic" if semantic else claim]
    return Sureness(**{entry["number"]: float(entry["value"]) for entry in entries})
