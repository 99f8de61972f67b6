"""A run of characters read again from its GBK bytes, one byte later than it was read.

Bytes that are lost are filled in where one reading is far likelier than all others. Every reading
that is followed costs work, and stops where the report's budget is spent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import accumulate, pairwise
from typing import NamedTuple

from policydiff.language.patterns import compile_pattern
from policydiff.repair.context import Budget, Context
from policydiff.repair.gbk import ASCII_SECONDS, LEADS, DoubleBytes, bytes_of, double_bytes
from policydiff.repair.likelihood import Likelihood

#: What it costs that a byte, or a pair that is no character, went missing, as a negative natural
#: logarithm. One pair in twelve is none, so a loss is likely enough; it is looked into only where
#: the text read without it costs so much.
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

#: Set by programs for what they cannot decode; here for what cannot be told.
LOST = "\ufffd"
_RUN_END = compile_pattern("[\x00-\x7f]")


class Reading(NamedTuple):
    """What was read so far, and the first byte of the next character (None: in step again)."""

    cost: float
    text: str
    half: int | None
    at: int  # how many characters of the run it has taken
    guessed: tuple[int, ...] = ()  # which characters of the text had a byte that was lost


def run_end(text: str, at: int) -> int:
    """Where the run that begins at ``at`` ends: behind the first ASCII that can be a second byte.

    Other ASCII is not part of it.

    >>> run_end("氐霓D變", 0), run_end("氐霓5變", 0)
    (3, 2)
    """
    ascii_character = _RUN_END.search(text, at, at + _LONGEST_RUN)
    if ascii_character is None:
        return min(at + _LONGEST_RUN, len(text))
    joins = ord(ascii_character.group()) in ASCII_SECONDS
    return ascii_character.end() if joins else ascii_character.start()


class Rereader:
    """Reads runs of one report again. Equal runs between equal neighbours are read once."""

    def __init__(self, text: str, context: Context) -> None:
        self._text = text
        self._likelihood = Likelihood(text, context.language)
        self._bytes = double_bytes(context.language)
        self._budget = context.budget
        self._done: dict[tuple[object, ...], Reading | None] = {}

    def behind_mark(self, start: int, mark: bytes) -> Reading | None:
        """The run behind the mark at ``start``, which is two halves of characters itself.

        ``mark``: its bytes as the program took them for one; the first byte of the first character
        is lost. The reading takes the place of the mark and of ``at`` characters behind it.
        """
        run = self._run(start + 1, self._text[start - 1 : start])
        first, second = mark
        empty = Reading(0.0, "", None, 0)
        starts = (run.then(empty, c, second, 0, 0.0) for c in self._bytes.ended_by(first))
        return self._certain(run, starts, self._text[start])

    def behind_half(self, start: int, half: int) -> Reading | None:
        """The run behind the character at ``start``, whose second byte is the first of the next."""
        run = self._run(start + 1, "")
        return self._certain(run, [Reading(0.0, "", half, 0)], self._text[start])

    def _run(self, at: int, before: str) -> _Run:
        end = run_end(self._text, at)
        text, behind = self._text[at:end], self._text[end : end + 1]
        return _Run(self._likelihood, self._bytes, self._budget, before, text, behind)

    def _certain(self, run: _Run, starts: Iterable[Reading], mark: str) -> Reading | None:
        key = (run.before, mark, run.text, run.behind)
        if key not in self._done:
            self._done[key] = None if self._budget.spent else run.certain(starts, mark)
        return self._done[key]


class _Run(NamedTuple):
    """What stands behind a mark, with the characters before and behind it as context."""

    likelihood: Likelihood
    bytes: DoubleBytes
    budget: Budget
    before: str
    text: str
    behind: str

    def last(self, reading: Reading) -> str:
        return (self.before + reading.text)[-1:]

    def then(
        self, reading: Reading, text: str, half: int | None, at: int, lost: float | None = None
    ) -> Reading:
        """``reading`` with more text; ``lost``: the cost of bytes that were lost with it."""
        cost = reading.cost + self.likelihood.costs(self.last(reading), text) + (lost or 0.0)
        guessed = reading.guessed
        if lost is not None:
            guessed += (len(reading.text),)
        return Reading(cost, reading.text + text, half, at, guessed)

    def steps(self, reading: Reading) -> Iterator[Reading]:
        """Every way on from a reading out of step: join, lose a pair, or fall into step."""
        half, at = reading.half, reading.at
        assert half is not None
        yield from self._back_in_step(reading, half)
        if at == len(self.text):
            return
        first, *rest = bytes_of(self.text[at]) or (0,)
        joined = self.bytes.character(half, first)
        if joined and not rest and first in ASCII_SECONDS:
            yield self.then(reading, joined, None, at + 1)
        elif joined and rest and rest[0] < LEADS[0]:  # what is left over is a character of its own
            yield self.then(reading, joined + chr(rest[0]), None, at + 1)
        elif joined and rest:
            yield self.then(reading, joined, rest[0], at + 1)
        if rest and rest[0] >= LEADS[0]:
            unlikely = not joined or self._cost(self.last(reading), joined) > _UNLIKELY
            if unlikely:
                yield from self._with_a_pair_lost(reading, half, first, rest[0])

    def _cost(self, before: str, c: str) -> float:
        return self.likelihood.cost(before, c)

    def _back_in_step(self, reading: Reading, half: int) -> Iterator[Reading]:
        """The second byte was lost, and with it the shift ends: by what fits on both sides."""
        cost, last = self.likelihood.cost, self.last(reading)
        behind = (self.text + self.behind)[reading.at : reading.at + 1]
        possible = self.bytes.led_by(half)
        self.budget.spend(len(possible))
        fits = ((cost(last, c) + (cost(c, behind) if behind else 0), c) for c in possible)
        for _, c in nsmallest(_ENDS, fits):
            yield self.then(reading, c, None, reading.at, _LOST_BYTE)

    def _with_a_pair_lost(
        self, reading: Reading, half: int, first: int, second: int
    ) -> Iterator[Reading]:
        """Two characters of which the inner bytes were lost, as they were no character together."""
        cost, last, at = self.likelihood.cost, self.last(reading), reading.at
        next_first = bytes_of(self.text[at + 1 : at + 2])[:1] or b" "
        following = self.bytes.character(second, *next_first) or ""
        seconds = self.bytes.ended_by(first)
        tails = [sum(cost(d, b) for b in following) for d in seconds]
        for c in self.bytes.led_by(half):
            if cost(last, c) > _STRANGE:
                continue
            opened = self.then(reading, c, half, at, _LOST_PAIR)
            self.budget.spend(len(seconds))
            both = ((cost(c, d) + tail, d) for d, tail in zip(seconds, tails, strict=True))
            for _, d in nsmallest(_SECONDS, both):
                yield self.then(opened, d, second, at + 1, 0.0)

    def readings(self, starts: Iterable[Reading]) -> list[Reading]:
        """The likeliest readings in step again, weighed with the rest of the run as it stands.

        Two that fold to the same text are one.
        """
        fold = self.likelihood.language.fold
        done = _Done(self)
        open_now = list(starts)
        while open_now and not self.budget.spent:
            following: dict[tuple[str, int, int], Reading] = {}
            for reading in nsmallest(_BEAM, open_now, key=lambda r: r.cost):
                for new in self.steps(reading):
                    if new.half is None:
                        done.add(new)
                        continue
                    key = (fold(new.text), new.half, new.at)
                    if key not in following or new.cost < following[key].cost:
                        following[key] = new
            open_now = list(following.values())
        return done.nearest()

    def certain(self, starts: Iterable[Reading], mark: str) -> Reading | None:
        """The best reading, if far likelier than the run behind ``mark``.

        Where others are nearly as likely, what they differ in is a lost character. None where
        little is left then, and where the budget ends before all readings are followed.
        """
        as_it_is = self.likelihood.costs(self.before, mark + self.text + self.behind)
        readings = self.readings(starts)
        if self.budget.spent or not readings or readings[0].cost + _GAIN > as_it_is:
            return None
        best, *others = readings
        text = "".join(
            LOST if i in best.guessed and self.is_strange(best, i) else c
            for i, c in enumerate(best.text)
        )
        fold = self.likelihood.language.fold
        for other in others:
            known = other.text[1:] == best.text[1:]  # they differ in what stood before the mark
            if other.cost < best.cost + (_LEAD if known else _FILLED_LEAD):
                a, b = best.text + self.rest(best), other.text + self.rest(other)
                text = _agreed(text, fold(a), fold(b))
        behind = (self.rest(best) + self.behind)[:1]
        if best.guessed[-1:] == (len(text) - 1,) and not self.likelihood.is_known(text[-1], behind):
            text += LOST  # where a byte was lost, more may have been
        if text.count(LOST) * 2 > len(text):
            return None
        return best._replace(text=text)

    def is_strange(self, reading: Reading, i: int) -> bool:
        """Whether a character does not go well with its neighbours."""
        whole = self.before + reading.text + self.rest(reading) + self.behind
        at = len(self.before) + i
        here = whole[max(0, at - 1) : at + 2]
        return any(self._cost(a, b) > _STRANGE for a, b in pairwise(here))

    def rest(self, reading: Reading) -> str:
        return self.text[reading.at :]


class _Done:
    """The readings of a run that are in step again, as far as they are not hopeless."""

    def __init__(self, run: _Run) -> None:
        self._likelihood = run.likelihood
        self._whole = run.text + run.behind
        costs = [run.likelihood.cost(a, b) for a, b in pairwise(self._whole)]
        # Of what stands behind each character.
        self._rests = [*accumulate(reversed(costs), initial=0.0)][::-1]
        self._near = math.inf
        self._by_text: dict[str, Reading] = {}

    def add(self, reading: Reading) -> None:
        """Weigh a reading together with the rest of the run as it stands."""
        tail = self._whole[reading.at :]
        cost = reading.cost
        if tail:
            cost += self._likelihood.cost(reading.text[-1], tail[0]) + self._rests[reading.at]
        if cost > self._near:
            return
        self._near = min(self._near, cost + _FILLED_LEAD)
        text = self._likelihood.language.fold(reading.text + tail)
        if text not in self._by_text or cost < self._by_text[text].cost:
            self._by_text[text] = reading._replace(cost=cost)

    def nearest(self) -> list[Reading]:
        """The likeliest of them, the best first."""
        return nsmallest(_NEAREST, self._by_text.values(), key=lambda r: r.cost)


def _agreed(text: str, best: str, other: str) -> str:
    """``text``, which begins like ``best``, with the characters lost in which ``other`` differs.

    >>> _agreed("回的", "回的转", "机关的转")
    '\ufffd的'
    """
    head = _shared(best, other)
    tail = _shared(best[head:][::-1], other[head:][::-1])
    lost = range(head, len(best) - tail)
    return "".join(LOST if i in lost else c for i, c in enumerate(text))


def _shared(a: str, b: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(a, b, strict=False)
    return next((i for i, (c, d) in enumerate(pairs) if c != d), min(len(a), len(b)))
