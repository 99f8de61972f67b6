"""Characters whose GBK bytes were read at the wrong place, worked out again from the bytes.

Some program looked for the bytes of a mark (。 is A1 A3, ； is A3 BB) without minding where
characters begin, and found them across the border of two. What it left reads one byte too early:
the mark is made of two halves, and all behind it is shifted until a byte below 80 or a lost one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from heapq import nsmallest
from itertools import accumulate, pairwise
from operator import add

from policydiff.language.zh.data import rows
from policydiff.language.zh.folding import fold
from policydiff.language.zh.numerals import spelt
from policydiff.models import Edit

#: Marks whose two bytes occur across the border of two characters, and what they are in GBK. The
#: program that found them may have written the half-width mark instead.
_MARKS = {"；": b"\xa3\xbb", "！": b"\xa3\xa1", "？": b"\xa3\xbf"}
_MARKS |= {";": _MARKS["；"], "!": _MARKS["！"], "?": _MARKS["？"]}
_STOP = b"\xa1\xa3"
_LEADS = range(0x81, 0xFF)
_ASCII = range(0x40, 0x7F)  # those that can be second bytes

# --- how likely a text is -------------------------------------------------------------------------

#: Costs are negative natural logarithms of likelihoods. The table counts characters and the marks
#: of sentences; these are for what it does not count: two stops together, a digit or another mark,
#: a letter between Chinese characters, and a character that no report uses.
_TWO_STOPS_COST = 12.0
_SIGN_COST = 5.0
_LETTER_COST = 12.0
_UNUSED_COST = 14.0
#: As many sightings of the first character are worth as much as knowing nothing of the pair.
_PRIOR = 20
#: A pair in the report itself counts for as many in the table: a report repeats its words.
_OWN_WORDS = 5
#: What it costs that a byte, or a pair that is no character, went missing. One pair in twelve is
#: none, so a loss is likely enough; it is looked into only where the text read without it costs so
#: much.
_LOST_BYTE = 2.5
_LOST_PAIR = 2.5
_UNLIKELY = 6.0
#: How much likelier the new reading must be than the text as it stands, and than any other reading
#: (e to the power of 4), and how unlikely no character of it may be where it stands.
_GAIN = 4.0
#: How much likelier than another reading, where it differs in the one byte that is always lost, and
#: where it differs in what was filled in.
_LEAD = 3.5
_FILLED_LEAD = 4.0
_STRANGE = 10.5
#: A run is no longer than this. So many readings are followed at each step, so many ways to fill a
#: lost pair for each first character, and a lost byte; so many readings are weighed in the end.
_LONGEST_RUN = 40
_BEAM = 8
_SECONDS = 2
_ENDS = 4
_NEAREST = 8

_PUNCTUATION = "，。、；：？！“”‘’（）《》—…·％\u3000\n"
_STOPS = frozenset("，。、；：？！,;:?!")


@cache
def _counts() -> tuple[dict[str, int], int]:
    """How often each character and pair stood in reports, and all the characters together."""
    table = rows("pairs")
    return {gram: int(n) for gram, n in table[1:]}, int(table[0][1])


#: A character folded: looked up, as the same ones are weighed again and again.
_plain = cache(fold)

#: A character has two bytes in GBK.
_PAIR = 2


def _is_han(c: str) -> bool:
    return "\u4e00" <= c <= "\u9fff"


class _Words:
    """The likelihood of a character behind another, by all reports and by the words of this one."""

    def __init__(self, text: str) -> None:
        self.counts, self.total = _counts()
        self.text = text
        self.known: dict[tuple[str, str], float] = {}

    @cached_property
    def own(self) -> Counter[str]:
        """How often the characters and pairs of this report stand in it."""
        plain = fold(self.text)
        found = Counter(map(add, plain, plain[1:]))
        found.update(plain)
        return found

    def elsewhere(self, gram: str) -> int:
        """How often else: what stands once may be the very damage that is looked at."""
        return max(0, self.own.get(gram, 0) - 1)

    def cost(self, before: str, c: str) -> float:
        """The cost of ``c`` behind ``before``, which is empty at the begin."""
        found = self.known.get((before, c))
        if found is None:
            found = self.known[before, c] = self._cost(before, c)
        return found

    def _cost(self, before: str, c: str) -> float:
        if before in _STOPS and c in _STOPS:
            return _TWO_STOPS_COST
        before, c = _plain(before), _plain(c)
        alone = self.counts.get(c, 0) / self.total
        if not alone:
            if c.isascii():
                return _LETTER_COST if c.isalpha() else _SIGN_COST
            return _SIGN_COST if c in _PUNCTUATION else _UNUSED_COST
        pair = self.counts.get(before + c, 0) + _OWN_WORDS * self.elsewhere(before + c)
        first = self.counts.get(before, 0) + _OWN_WORDS * self.elsewhere(before)
        return min(_UNUSED_COST, -math.log((pair + _PRIOR * alone) / (first + _PRIOR)))

    def seen(self, before: str, c: str) -> bool:
        """Whether reports, or this one, have the two together; what is not counted may be."""
        pair = _plain(before) + _plain(c)
        return _plain(c) not in self.counts or pair in self.counts or self.elsewhere(pair) > 0

    def costs(self, before: str, text: str) -> float:
        """The cost of a text behind a character."""
        return sum(self.cost(a, b) for a, b in pairwise((before, *text)))


# --- characters by their bytes --------------------------------------------------------------------


@cache
def _character(first: int, second: int) -> str | None:
    """The character of two GBK bytes, if reports use it."""
    try:
        c = bytes((first, second)).decode("gbk")
    except UnicodeDecodeError:
        return None
    return c if len(c) == 1 and (c in _PUNCTUATION or fold(c) in _counts()[0]) else None


@cache
def _led_by(first: int) -> str:
    """The characters with this first byte."""
    return "".join(c for second in range(0x40, 0xFF) if (c := _character(first, second)))


@cache
def _ended_by(second: int) -> str:
    """The characters with this second byte."""
    return "".join(c for first in _LEADS if (c := _character(first, second)))


def _bytes(c: str) -> bytes:
    """The two GBK bytes of a character; one or none for what has no such pair."""
    return c.encode("gbk", errors="ignore")


# --- reading a run again --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read so far, and the first byte of the next character (None: in step again)."""

    cost: float
    text: str
    half: int | None
    at: int  # how many characters of the run it has taken
    guessed: tuple[int, ...] = ()  # which characters of the text had a byte that was lost


@dataclass(frozen=True, slots=True)
class _Run:
    """What stands behind a mark, with the characters before and behind it as context."""

    words: _Words
    before: str
    text: str
    behind: str

    def last(self, reading: _Reading) -> str:
        return (self.before + reading.text)[-1:]

    def then(
        self, reading: _Reading, text: str, half: int | None, at: int, lost: float | None = None
    ) -> _Reading:
        """``reading`` with more text; ``lost``: the cost of bytes that were lost with it."""
        cost = reading.cost + self.words.costs(self.last(reading), text) + (lost or 0.0)
        guessed = reading.guessed
        if lost is not None:
            guessed += (len(reading.text),)
        return _Reading(cost, reading.text + text, half, at, guessed)

    def as_it_is(self, mark: str) -> float:
        return self.words.costs(self.before, mark + self.text + self.behind)

    def steps(self, reading: _Reading) -> Iterator[_Reading]:
        """Every way on from a reading out of step: join, lose a pair, or fall into step."""
        half, at = reading.half, reading.at
        assert half is not None
        cost, last = self.words.cost, self.last(reading)
        # The second byte was lost, and with it the shift ends: by what fits on both sides.
        behind = (self.text + self.behind)[at : at + 1]
        fits = ((cost(last, c) + (cost(c, behind) if behind else 0), c) for c in _led_by(half))
        for _, c in nsmallest(_ENDS, fits):
            yield self.then(reading, c, None, at, _LOST_BYTE)
        if at == len(self.text):
            return
        first, *rest = _bytes(self.text[at]) or (0,)
        joined = _character(half, first)
        if joined and not rest and first in _ASCII:
            yield self.then(reading, joined, None, at + 1)
        elif joined and rest and rest[0] < _LEADS[0]:  # what is left over is a character of its own
            yield self.then(reading, joined + chr(rest[0]), None, at + 1)
        elif joined and rest:
            yield self.then(reading, joined, rest[0], at + 1)
        if rest and rest[0] >= _LEADS[0] and (not joined or cost(last, joined) > _UNLIKELY):
            following = _character(rest[0], *_bytes(self.text[at + 1 : at + 2])[:1] or b" ") or ""
            seconds = _ended_by(first)
            tails = [sum(cost(d, b) for b in following) for d in seconds]
            for c in _led_by(half):
                if cost(last, c) > _STRANGE:
                    continue
                opened = self.then(reading, c, half, at, _LOST_PAIR)
                both = ((cost(c, d) + tail, d) for d, tail in zip(seconds, tails, strict=True))
                for _, d in nsmallest(_SECONDS, both):
                    yield self.then(opened, d, rest[0], at + 1, 0.0)

    def readings(self, starts: Iterable[_Reading]) -> list[_Reading]:
        """The likeliest readings in step again, weighed with the rest of the run as it stands.

        Two that fold to the same text are one.
        """
        whole = self.text + self.behind
        costs = [self.words.cost(a, b) for a, b in pairwise(whole)]
        rests = [*accumulate(reversed(costs), initial=0.0)][::-1]  # of what stands behind each
        near = math.inf
        done: dict[str, _Reading] = {}
        open_now = list(starts)
        while open_now:
            following: dict[tuple[str, int, int], _Reading] = {}
            for reading in nsmallest(_BEAM, open_now, key=lambda r: r.cost):
                for new in self.steps(reading):
                    if new.half is not None:
                        key = (fold(new.text), new.half, new.at)
                        if key not in following or new.cost < following[key].cost:
                            following[key] = new
                        continue
                    tail = whole[new.at :]
                    cost = new.cost
                    if tail:
                        cost += self.words.cost(new.text[-1], tail[0]) + rests[new.at]
                    if cost > near:
                        continue
                    near = min(near, cost + _FILLED_LEAD)
                    text = fold(new.text + tail)
                    if text not in done or cost < done[text].cost:
                        done[text] = replace(new, cost=cost)
            open_now = list(following.values())
        return nsmallest(_NEAREST, done.values(), key=lambda r: r.cost)

    def certain(self, starts: Iterable[_Reading], mark: str) -> _Reading | None:
        """The best reading, if far likelier than the run behind ``mark``.

        Where others are nearly as likely, what they differ in is a lost character. None where
        little is left then.
        """
        found = self.readings(starts)
        if not found or found[0].cost + _GAIN > self.as_it_is(mark):
            return None
        best, *others = found
        text = "".join(
            _LOST if i in best.guessed and self.is_strange(best, i) else c
            for i, c in enumerate(best.text)
        )
        for other in others:
            known = other.text[1:] == best.text[1:]  # they differ in what stood before the mark
            if other.cost < best.cost + (_LEAD if known else _FILLED_LEAD):
                text = _agreed(text, best.text + self.rest(best), other.text + self.rest(other))
        behind = (self.rest(best) + self.behind)[:1]
        if best.guessed[-1:] == (len(text) - 1,) and not self.words.seen(text[-1], behind):
            text += _LOST  # where a byte was lost, more may have been
        if text.count(_LOST) * 2 > len(text):
            return None
        return replace(best, text=text)

    def is_strange(self, reading: _Reading, i: int) -> bool:
        """Whether a character does not go well with its neighbours."""
        whole = self.before + reading.text + self.rest(reading) + self.behind
        at = len(self.before) + i
        here = whole[max(0, at - 1) : at + 2]
        return any(self.words.cost(a, b) > _STRANGE for a, b in pairwise(here))

    def rest(self, reading: _Reading) -> str:
        return self.text[reading.at :]


#: Set by programs for what they cannot decode; here for what cannot be told.
_LOST = "\ufffd"


def _agreed(text: str, best: str, other: str) -> str:
    """``text``, which begins ``best``, with the characters lost in which ``other`` is different.

    >>> _agreed("回的", "回的转", "机关的转")
    '\ufffd的'
    """
    a, b = fold(best), fold(other)
    head = _shared(a, b)
    tail = _shared(a[head:][::-1], b[head:][::-1])
    lost = range(head, len(a) - tail)
    return "".join(_LOST if i in lost else c for i, c in enumerate(text))


def _shared(a: str, b: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(a, b, strict=False)
    return next((i for i, (c, d) in enumerate(pairs) if c != d), min(len(a), len(b)))


def _run(words: _Words, text: str, at: int, before: str) -> _Run:
    """What stands at ``at``, up to and with the first ASCII character that can be a second byte."""
    found = _RUN_END.search(text, at, at + _LONGEST_RUN)
    end = min(at + _LONGEST_RUN, len(text))
    if found is not None:
        end = found.end() if ord(found.group()) in _ASCII else found.start()
    return _Run(words, before, text[at:end], text[end : end + 1])


_RUN_END = re.compile("[\x00-\x7f]")


#: First bytes of the characters that a shifted quotation mark leaves behind ！: “ is A1 B0.
_QUOTE_TAILS = (0xB0, 0xB1)


@cache
def _suspicious() -> re.Pattern[str]:
    """A mark with something behind it that sound text does not have there.

    A character that no report uses; a mark; between characters, a question mark with a letter
    that is one half of a character; ！ with what a quotation mark leaves.
    """
    used = "".join(c for c in _counts()[0] if len(c) == 1 and _is_han(c))
    both = used + "".join(left for left, right in rows("variants") if right in used)
    quoted = "".join(_led_by(lead) for lead in _QUOTE_TAILS)
    return re.compile(
        f"(?<=[\u4e00-\u9fff])(?:[；;！!？?](?=[\u4e00-\u9fff\u3040-\u312f\u2500-\u257f])(?=[^{both}])"
        f"|[；;](?=[、，,；;）)])|[？?](?=[A-Za-z][\u4e00-\u9fff“])|[！!](?=[{quoted}]))"
    )


def byte_shifts(text: str) -> list[Edit]:
    """A run in which bytes were read one too early, read again at the right place.

    Where bytes were lost, what stood there is filled in only if one reading is far likelier than
    all others by the characters and pairs that reports use; else the run stays as it is.

    >>> byte_shifts("企業規;、招引精準化")
    [Edit(start=3, end=4, after='模化')]
    >>> byte_shifts("做得好！八个县都来了。")
    []
    """
    edits: list[Edit] = []
    if not any(mark in text for mark in _MARKS):
        return edits
    words = None
    for m in _suspicious().finditer(text):
        start = m.start()
        if edits and start < edits[-1].end:
            continue
        words = words or _Words(text)
        found = _read_again(words, text, start)
        if found is not None:
            edits.append(found)
    return edits


def _read_again(words: _Words, text: str, start: int) -> Edit | None:
    mark = text[start]
    first, second = _MARKS[mark]
    run = _run(words, text, start + 1, text[start - 1 : start])
    empty = _Reading(0.0, "", None, 0)
    best = run.certain([run.then(empty, c, second, 0, 0.0) for c in _ended_by(first)], mark)
    return Edit(start, start + 1 + best.at, best.text) if best else None


# --- headings -------------------------------------------------------------------------------------

#: The last byte of the ideographic space before the bracket; with the bracket's first byte it is 。
_SPACE_TAIL = b"\xa1"
#: The first byte of the closing bracket's second half; with the next character's it is in row A9.
_BRACKET_TAIL = 0xA9
#: No report counts further.
_HIGHEST = 40
_HEADING_START = re.compile("(?m)^[ \u3000]*(。)")
_SOUND_HEADING = re.compile("(?m)^[ \u3000]*[（(]([一二三四五六七八九十]{1,3})[）)]")


def shifted(heading: str) -> str:
    """What a heading in brackets looks like when its GBK bytes are read one byte too early.

    The last byte of the indent before it is taken for the first; pairs that are no character are
    lost; the last byte, the second half of the closing bracket's pair, is left over.

    >>> shifted("（一）"), shifted("（十一）"), shifted("（六）")
    ('。ㄒ唬', '。ㄊ唬', '。')
    """
    data = _SPACE_TAIL + heading.encode("gbk")
    pairs = (data[i : i + 2] for i in range(0, len(data) - 1, 2))
    return "".join(pair.decode("gbk", errors="ignore") for pair in pairs)


@cache
def _numbers_by_form() -> dict[str, tuple[int, ...]]:
    """What each shifted form may stand for, the longest forms first."""
    forms: dict[str, list[int]] = {}
    for n in range(1, _HIGHEST + 1):
        forms.setdefault(shifted(f"（{spelt(n)}）"), []).append(n)
    return {form: tuple(forms[form]) for form in sorted(forms, key=len, reverse=True)}


def byte_shifted_headings(text: str) -> list[Edit]:
    """A heading （一） whose bytes were read one too early, recomputed from the GBK bytes.

    Where a form stands for several numbers, or for a bare 。, the headings before and behind must
    prove the number; the half bracket that is left over proves that there was one.

    >>> byte_shifted_headings("。ㄒ唬“十三五”目标")
    [Edit(start=0, end=3, after='（一）')]
    >>> byte_shifted_headings("。ǘ﹛xxx年")
    [Edit(start=0, end=3, after='（二）x')]
    >>> byte_shifted_headings("（五）稳增长\\n。促改革\\n（七）惠民生")
    [Edit(start=7, end=8, after='（六）')]
    >>> byte_shifted_headings("（五）稳增长\\n。促改革")
    []
    """
    places = [m.start(1) for m in _HEADING_START.finditer(text)] if "。" in text else []
    if not places:
        return []
    forms = _numbers_by_form()
    numbers = {spelt(n): n for n in range(1, _HIGHEST + 1)}
    known = {m.start(1): numbers.get(m.group(1), 0) for m in _SOUND_HEADING.finditer(text)}
    open_now: dict[int, tuple[str, tuple[int, ...]]] = {}
    for at in places:
        form = next(form for form in forms if text.startswith(form, at))
        if len(forms[form]) == 1 and (len(form) > 1 or _bracket_left(text, at + 1)):
            known[at] = forms[form][0]
        open_now[at] = form, forms[form]
    edits = []
    words = _Words(text)
    for at, (form, possible) in open_now.items():
        n = known.get(at) or _proved(at, possible, known, bare=form == "。")
        if n:
            known[at] = n
            edits.append(_heading(words, text, at, at + len(form), n))
    return edits


def _bracket_left(text: str, at: int) -> bool:
    """Whether the half bracket stands at ``at``, joined with the first byte of what followed."""
    pair = _bytes(text[at : at + 1])
    return len(pair) == _PAIR and pair[0] == _BRACKET_TAIL


def _proved(at: int, possible: tuple[int, ...], known: dict[int, int], *, bare: bool) -> int | None:
    """The number that the headings around leave; for a bare 。 both neighbours must fit."""
    before = max((i for i in known if i < at), default=None)
    behind = min((i for i in known if i > at), default=None)
    for n in possible:
        fits = (
            before is not None and known[before] == n - 1,
            behind is not None and known[behind] == n + 1,
        )
        if all(fits) or (not bare and any(fits)):
            return n
    return None if bare else possible[0]


def _heading(words: _Words, text: str, start: int, end: int, n: int) -> Edit:
    """The edit for a heading; the shift behind it is undone as far as it goes."""
    after = f"（{spelt(n)}）"
    pair = _bytes(text[end : end + 1])
    if len(pair) < _PAIR or pair[0] != _BRACKET_TAIL:
        return Edit(start, end, after)
    if pair[1] < _LEADS[0]:
        return Edit(start, end + 1, after + chr(pair[1]))
    run = _run(words, text, end + 1, "")
    best = run.certain([_Reading(0.0, "", pair[1], 0)], text[end])
    if best is None:
        return Edit(start, end, after)
    return Edit(start, end + 1 + best.at, after + best.text)
