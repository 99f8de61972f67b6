"""How alike two wordings are: the one place in this room that compares strings."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from policydiff.align.identical import bare

#: A number; not the digits of a name: 3A级, 5G, X201线.
_DIGITS: Final = re.compile(
    r"(?<![0-9])(?<![^A-Z][A-Z])(?<![^A-Z][A-Z]{2})[0-9x*]++(?:[.·][0-9x*]++)?+(?![A-Z](?![A-Za-z]))"
)


def wording(text: str) -> str:
    """A folded text without its numbers and marks.

    >>> wording("新建公厕20座，") == wording("新建公厕35座。")
    True
    >>> wording("新建3A级公厕") == wording("新建2A级公厕")
    False
    """
    return _DIGITS.sub("", bare(text))


def likeness(one: str, other: str) -> float:
    """How alike two strings are, 0..100: twice the longest common subsequence over both lengths.

    >>> likeness("新建公厕", "改建公厕")
    75.0
    """
    return fuzz.ratio(one, other)


#: So much of the shorter of two strings the other has, in its order, where they are one wording.
_HAD: Final = 0.7


def only_filled_in(one: str, other: str) -> bool:
    """Whether two strings are the same but for words put into either, none in place of others.

    >>> only_filled_in("划定生态空间保护红线", "划定并严守生态保护红线")
    True
    >>> only_filled_in("建设县体育馆", "建设县图书馆")
    False
    """
    steps = [step.tag for step in LCSseq.opcodes(one, other)]
    replaced = any("equal" not in pair for pair in pairwise(steps))
    return not replaced and LCSseq.normalized_similarity(one, other) >= _HAD


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
