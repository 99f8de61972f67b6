"""How alike two wordings are: the one place in this room that compares strings."""

from __future__ import annotations

import re
from typing import Final

from rapidfuzz import fuzz

from policydiff.align.identical import bare

_DIGITS: Final = re.compile(r"[0-9x*]+(?:[.·][0-9x*]+)?")


def wording(text: str) -> str:
    """A folded text without its numbers and marks.

    >>> wording("新建公厕20座，") == wording("新建公厕35座。")
    True
    """
    return _DIGITS.sub("", bare(text))


def likeness(one: str, other: str) -> float:
    """How alike two strings are, 0..100: twice the longest common subsequence over both lengths.

    >>> likeness("新建公厕", "改建公厕")
    75.0
    """
    return fuzz.ratio(one, other)


def last_word(text: str) -> int:
    """Where the words of a text end: behind them only marks follow.

    >>> text = "建成通车。"
    >>> text[: last_word(text)]
    '建成通车'
    """
    end = len(text)
    while end and not (text[end - 1].isalnum() or text[end - 1] in _PART_OF_WORDS):
        end -= 1
    return end


#: Marks that belong to the words before them.
_PART_OF_WORDS: Final = frozenset("%+”’")
