"""How alike two wordings are: the one place in this room that compares strings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise, repeat
from typing import Final
from unicodedata import category

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq, Opcode, Postfix

from policydiff.align.identical import bare
from policydiff.language.language import Span
from policydiff.language.patterns import compile_pattern

#: A number; not the digits of a name: 3A级, 5G, X201线.
_DIGITS: Final = compile_pattern(
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


def likenesses(one: str, others: Iterable[str]) -> list[float]:
    """How alike a string and each of some others are.

    >>> likenesses("新建公厕", ["改建公厕", "修路"])
    [75.0, 0.0]
    """
    return list(map(fuzz.ratio, repeat(one), others))


def said_in(name: str, text: str) -> bool:
    """Whether a text has all characters of a name, in its order.

    >>> said_in("道路改造", "道路进行改造"), said_in("道路改造", "改造道路")
    (True, False)
    """
    return LCSseq.similarity(name, text) == len(name)


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


#: So much of the shorter of two names the longer has, in its order, where they are one.
_SAME_NAME: Final = 0.6
#: A name may end in so many other characters: 规划编制 and 规划修编.
_ENDING: Final = 4


def one_name(one: str, other: str) -> bool:
    """Whether two names may be of one object: none has words in place of some of the other, but
    perhaps at its end.

    >>> one_name("白沙河生态治理", "白沙河治理工程"), one_name("县直幼儿园", "县直小学")
    (True, False)
    >>> one_name("北河示范区", "青岭乡示范区")
    False
    """
    if not one or not other:
        return False
    steps = list(LCSseq.opcodes(one, other))
    if steps[-1].tag == "equal" and _length(steps[-1]) == 1:
        steps.pop()
    ending = [step for step in steps[-2:] if step.tag != "equal"]
    if len(ending) > 1 and max(map(_length, ending)) <= _ENDING:
        steps = steps[:-2]
    if any("equal" not in (a.tag, b.tag) for a, b in pairwise(steps)):
        return False
    return LCSseq.similarity(one, other) >= _SAME_NAME * min(len(one), len(other))


def _length(step: Opcode) -> int:
    return max(step.src_end - step.src_start, step.dest_end - step.dest_start)


def replaced(one: str, other: str) -> Iterator[tuple[Span, Span]]:
    """The stretches of two strings that stand in each other's place between what both have.

    >>> list(replaced("改造城东小学食堂", "改造城西小学食堂"))
    [((3, 4), (3, 4))]
    """
    steps = LCSseq.opcodes(one, other)
    same = [(s.src_start, s.dest_start, s.src_end - s.src_start) for s in steps if s.tag == "equal"]
    for (i, j, length), (k, m, _) in pairwise([(0, 0, 0), *same, (len(one), len(other), 0)]):
        i, j = i + length, j + length
        if i < k and j < m:
            yield (i, k), (j, m)


def filled_in(text: str, other: str) -> Iterator[Span]:
    """The stretches of a text that another one lacks, with nothing in their place.

    >>> text = "改造城东小学食堂和操场"
    >>> [text[slice(*span)] for span in filled_in(text, "改造城西小学食堂")]
    ['和操场']
    """
    steps = list(LCSseq.opcodes(text, other))
    for at, step in enumerate(steps):
        beside = steps[max(at - 1, 0) : at + 2]
        if step.tag == "delete" and all(s.tag == "equal" for s in beside if s is not step):
            yield step.src_start, step.src_end


def common_end(one: str, other: str) -> int:
    """How many characters two strings end in that are the same.

    >>> common_end("枫塘2口山塘", "梅塘2口山塘")
    5
    """
    return Postfix.similarity(one, other)


def last_word(text: str) -> int:
    """Where the words of a text end: behind them only marks follow. A bracket or a quotation that
    is closed belongs to the words.

    >>> texts = "建成通车。", "落实《条例》，", "三公”"
    >>> [text[: last_word(text)] for text in texts]
    ['建成通车', '落实《条例》', '三公']
    """
    end = len(text)
    while end and not (text[end - 1].isalnum() or text[end - 1] in _PART_OF_WORDS):
        if text[end - 1] in _STRAIGHT:
            closed = text.count(_STRAIGHT, 0, end) % 2 == 0
        else:
            closed = category(text[end - 1]) in _CLOSING and not _unpaired(text[:end])[1]
        if closed:
            break
        end -= 1
    return end


#: Marks that belong to the words before them.
_PART_OF_WORDS: Final = frozenset("%+")
#: The quotation mark that opens and closes.
_STRAIGHT: Final = '"'
#: Unicode's categories of marks that open and close brackets and quotations.
_OPENING: Final = frozenset({"Ps", "Pi"})
_CLOSING: Final = frozenset({"Pe", "Pf"})


def is_bracket(mark: str) -> bool:
    """Whether a mark opens a bracket or a title, and no quotation.

    >>> [is_bracket(mark) for mark in "《（“"]
    [True, True, False]
    """
    return category(mark) == _BRACKET


#: Unicode's category of marks that open brackets and titles.
_BRACKET: Final = "Ps"


def _unpaired(text: str) -> tuple[int, int]:
    """How many brackets and quotations of a text are not closed, and how many not opened."""
    opened = closed = 0
    for mark in text:
        kind = category(mark) if not mark.isalnum() else ""
        if kind in _OPENING:
            opened += 1
        elif kind in _CLOSING:
            if opened:
                opened -= 1
            else:
                closed += 1
    return opened, closed


def with_whole_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of a text, widened until the brackets and quotations in it are opened and closed;
    as it is where the text does not have the other half.

    >>> text = "修订（含废止、改期）办法，推进“一河一策”治理"
    >>> [text[slice(*with_whole_brackets(text, *span))] for span in ((0, 5), (6, 12), (14, 19))]
    ['修订（含废止、改期）', '（含废止、改期）办法', '进“一河一策”']
    """
    unclosed, unopened = _unpaired(text[start:end])
    before = after = 0
    first, last = start, end
    while unopened and first:
        first -= 1
        kind = category(text[first])
        before += (kind in _CLOSING) - (kind in _OPENING)
        unopened, before = (unopened - 1, 0) if before < 0 else (unopened, before)
    while unclosed and last < len(text):
        kind = category(text[last])
        after += (kind in _OPENING) - (kind in _CLOSING)
        last += 1
        unclosed, after = (unclosed - 1, 0) if after < 0 else (unclosed, after)
    return (start if unopened else first, end if unclosed else last)
