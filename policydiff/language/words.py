"""Long lists of words, looked for in texts without a regular expression.

The methods are named as those of compiled patterns and find what the pattern of
``tables.alternatives`` finds. Python takes milliseconds to compile such a pattern; a list of words
is ready at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import add
from sys import maxsize
from typing import NamedTuple


class WordMatch(NamedTuple):
    """A word in a text, from ``begin`` on. Has what is used of ``re.Match``."""

    begin: int
    word: str

    def start(self) -> int:
        """The offset of the word in the text."""
        return self.begin

    def end(self) -> int:
        """The offset behind the word."""
        return self.begin + len(self.word)

    def group(self) -> str:
        """The word."""
        return self.word


class WordPattern:
    """Any word of a list; of several that begin at one place the longest.

    >>> pattern = WordPattern(["万", "万亿元", "亿元"])
    >>> pattern.match("万亿元以上").group(), pattern.search("5万亿").group()
    ('万亿元', '万')
    >>> pattern.fullmatch("万亿元以上"), pattern.match("以上")
    (None, None)
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        #: By the first character of a word: how long words are that begin so, the longest first.
        self._lengths: dict[str, list[int]] = {}
        for word in sorted(self._words, key=len, reverse=True):
            lengths = self._lengths.setdefault(word[0], [])
            if len(word) not in lengths:
                lengths.append(len(word))

    def match(self, text: str, pos: int = 0, endpos: int = maxsize) -> WordMatch | None:
        """The word that begins at ``pos``, inside ``text[:endpos]``."""
        for length in self._lengths.get(text[pos : pos + 1], ()):
            word = text[pos : pos + length]
            if word in self._words and pos + length <= endpos:
                return WordMatch(pos, word)
        return None

    def fullmatch(self, text: str) -> WordMatch | None:
        """The text, if it is one of the words."""
        return WordMatch(0, text) if text in self._words else None

    def search(self, text: str, pos: int = 0, endpos: int = maxsize) -> WordMatch | None:
        """The leftmost word of ``text[pos:endpos]``."""
        for at in range(pos, min(len(text), endpos)):
            if text[at] in self._lengths:
                match = self.match(text, at, endpos)
                if match:
                    return match
        return None

    def in_text(self, text: str) -> Iterator[str]:
        """The words of the list, from left to right, none in another.

        >>> list(WordPattern(["万", "万亿元", "亿元"]).in_text("5万亿元和3万元、2亿元"))
        ['万亿元', '万', '亿元']
        """
        behind = 0
        for at, first in enumerate(text):
            if at < behind or first not in self._lengths:
                continue
            for length in self._lengths[first]:
                word = text[at : at + length]
                if word in self._words:
                    behind = at + length
                    yield word
                    break


class WordsAnywhere:
    """The words of a list that stand in a text, wherever, one inside another too.

    >>> sorted(WordsAnywhere(["建", "新建", "建成", "成"]).in_text("新建改建"))
    ['建', '新建']
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._longer: dict[str, list[str]] = {}
        single = set()
        for word in dict.fromkeys(words):
            if len(word) == 1:
                single.add(word)
            else:
                self._longer.setdefault(word[0], []).append(word)
        self._single = frozenset(single)
        self._firsts = self._single | self._longer.keys()

    def in_text(self, text: str) -> list[str]:
        """Those of the text, each once, in no certain order."""
        firsts = self._firsts.intersection(text)
        longer = self._longer
        words = [w for first in firsts if first in longer for w in longer[first] if w in text]
        words += firsts & self._single
        return words


def short_runs(text: str) -> set[str]:
    """The runs of one or two characters of a text, each once: what weights are learned for.

    >>> sorted(short_runs("建座建"))
    ['座', '座建', '建', '建座']
    """
    return {*text, *map(add, text, text[1:])}


class LastWord:
    """Any word of a list with which a text ends, the longest; as a pattern that ends in ``$``.

    >>> LastWord(["建", "新建"]).search("计划新建").group()
    '新建'
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._lengths = sorted({len(word) for word in self._words}, reverse=True)

    def search(self, text: str, pos: int = 0, endpos: int = maxsize) -> WordMatch | None:
        """The longest word at the end of ``text[pos:endpos]``."""
        end = min(len(text), endpos)
        for length in self._lengths:
            word = text[end - length : end] if end - length >= pos else ""
            if word in self._words:
                return WordMatch(end - length, word)
        return None


class WordRun:
    """Words of a list one after the other, with nothing between them.

    >>> WordRun(["新", "新建", "建成"]).fullmatch("新建成"), WordRun(["新"]).match("建")
    (WordMatch(begin=0, word='新建成'), None)
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._pattern = WordPattern(words)
        self._words = self._pattern._words
        self._lengths = self._pattern._lengths

    def match(self, text: str, pos: int = 0, endpos: int = maxsize) -> WordMatch | None:
        """The run that begins at ``pos``, inside ``text[:endpos]``; each time the longest word."""
        end = pos
        while match := self._pattern.match(text, end, endpos):
            end = match.end()
        return WordMatch(pos, text[pos:end]) if end > pos else None

    def fullmatch(self, text: str) -> WordMatch | None:
        """The text, if it can be cut into words of the list in any way."""
        reached = {0}
        for at in range(len(text)):
            if at in reached:
                lengths = self._lengths.get(text[at], ())
                reached.update(at + n for n in lengths if text[at : at + n] in self._words)
        return WordMatch(0, text) if text and len(text) in reached else None
