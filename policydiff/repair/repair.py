"""Undo damage, with a record: which stretch of the source was what, became what, and why.

A fixer is one pure function from a text to edits on that text. ``repair`` runs them in order and
carries every edit back to the source as it is made, so that ``Document.repairs`` replays on the
source and offsets of the repaired text always lead back to it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from policydiff.language.language import Language, Span
from policydiff.models import Edit, Repair
from policydiff.repair.context import Context
from policydiff.repair.fixers import fixers
from policydiff.repair.given import Given, without_joins
from policydiff.repair.shifted_headings import bracket_tails
from policydiff.repair.shifted_marks import suspicious_runs

_NOTHING = Given()
#: How often all fixers are run over a report. One pass that mends and one that finds nothing more
#: is the rule; only text that was made for it needs more than four.
PASSES = 12


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired text that knows where each of its characters came from."""

    source: str
    text: str
    repairs: tuple[Repair, ...]
    _starts: tuple[int, ...]  # where each repair's result begins in the repaired text
    #: What is damaged for certain and was not mended, because that would have cost too much work:
    #: spans of ``text``, in order; they may overlap.
    given_up: tuple[Span, ...] = ()

    @classmethod
    def of(cls, source: str, repairs: tuple[Repair, ...] = ()) -> Repaired:
        """Replay ``repairs``, which are sorted and do not overlap, on ``source``."""
        growth = accumulate((len(r.after) - len(r.before) for r in repairs), initial=0)
        starts = tuple(r.start + grown for r, grown in zip(repairs, growth, strict=False))
        return cls(source, replay(source, repairs), repairs, starts)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The source offsets of what became ``text[start:end]``."""
        first = self._origin(start, after=False)
        return first, max(first, self._origin(end, after=True))

    def spans_of_each(self, start: int, end: int) -> list[Span]:
        """The source offsets of each single character of ``text[start:end]``, as ``span``."""
        spans: list[Span] = []
        at = start
        while at < end:
            i = bisect_right(self._starts, at) - 1
            until = min(end, self._starts[i + 1]) if i + 1 < len(self._starts) else end
            made = self._starts[i] + len(self.repairs[i].after) if i >= 0 else 0
            while at < min(made, until):  # what the repair put there
                spans.append(self.span(at, at + 1))
                at += 1
            if at < until:  # from there to the next repair nothing was changed
                shift = self._origin(at, after=False) - at
                spans += pairwise(range(at + shift, until + shift + 1))
                at = until
        return spans

    def _origin(self, position: int, *, after: bool) -> int:
        """The source offset of a boundary of the repaired text.

        A boundary inside a repair's result lies as far into what stood there before, rounded down,
        or up with ``after``: a repair may hold several sentences. One at which something was
        deleted lies behind the deletion when it starts a span, before it when it ends one: a span
        does not own what was deleted at its rim.
        """
        i = bisect_right(self._starts, position) - 1
        if after:
            while i >= 0 and self._starts[i] == position:
                i -= 1
        if i < 0:
            return position
        repair, begins = self.repairs[i], self._starts[i]
        inside = position - begins
        if inside >= len(repair.after):
            return repair.end + inside - len(repair.after)
        into = inside * len(repair.before)
        return repair.start + (
            -(-into // len(repair.after)) if after else into // len(repair.after)
        )


def replay(source: str, repairs: Iterable[Repair]) -> str:
    """Apply ``repairs`` to ``source``. Raises ValueError where the source is not what they say."""
    pieces: list[str] = []
    at = 0
    for repair in repairs:
        if repair.start < at or source[repair.start : repair.end] != repair.before:
            raise ValueError(f"repair at {repair.start} does not fit this source")
        pieces += (source[at : repair.start], repair.after)
        at = repair.end
    pieces.append(source[at:])
    return "".join(pieces)


def _compose(state: Repaired, kind: str, why: str, edits: Iterable[Edit]) -> Repaired:
    """Carry edits on ``state.text`` back to the source, joined with the repairs they touch.

    One sweep over repairs and edits, both in the order of the text: what touches becomes one
    repair, so that repairs never overlap and each replays on the source alone.
    """
    done: list[Repair] = []
    old = list(zip(state._starts, state.repairs, strict=True))
    new = sorted(edits, key=lambda e: e.start)
    i = j = shift = 0  # shift: source offset minus text offset behind everything in ``done``
    while i < len(old) or j < len(new):
        if i < len(old):  # most repairs lie apart from what is edited now
            begin, repair = old[i]
            if j == len(new) or begin + len(repair.after) < new[j].start:
                done.append(repair)
                shift += len(repair.before) - len(repair.after)
                i += 1
                continue
        touched: list[tuple[int, Repair]] = []
        made: list[Edit] = []
        rest = len(state.text)
        begin = min(old[i][0] if i < len(old) else rest, new[j].start if j < len(new) else rest)
        end = begin
        while True:
            if i < len(old) and old[i][0] <= end:
                touched.append(old[i])
                end = max(end, old[i][0] + len(old[i][1].after))
                i += 1
            elif j < len(new) and new[j].start <= end:
                made.append(new[j])
                end = max(end, new[j].end)
                j += 1
            else:
                break
        start = begin + shift
        shift += sum(len(r.before) - len(r.after) for _, r in touched)
        if not made:
            done += [r for _, r in touched]
            continue
        before, after = state.source[start : end + shift], _edited(state.text, begin, end, made)
        if before != after:
            name = touched[0][1].kind if touched else kind
            reasons = "; ".join(dict.fromkeys([*(r.why for _, r in touched), why]))
            done.append(Repair(name, start, end + shift, before, after, reasons))
    return Repaired.of(state.source, tuple(done))


def _edited(text: str, begin: int, end: int, edits: list[Edit]) -> str:
    """``text[begin:end]`` with the edits made, which lie in it in order."""
    pieces: list[str] = []
    at = begin
    for edit in edits:
        pieces += (text[at : edit.start], edit.after)
        at = edit.end
    return "".join((*pieces, text[at:end]))


def repair(source: str, language: Language, given: Given = _NOTHING) -> Repaired:
    """Run every fixer of a language over ``source`` until none finds anything to do.

    ``given``: edits that are made first, and lines that stay whole. The work is bounded; what is
    left then stands in ``given_up``. The same source gives the same result on every machine.

    >>> from policydiff.language.zh import CHINESE
    >>> repaired = repair("系統(tǒng)性", CHINESE)
    >>> repaired.text, repaired.repairs[0].kind, repaired.span(0, 3)
    ('系統性', 'pinyin_glosses', (0, 9))
    """
    context = Context(language)
    state = Repaired.of(source)
    if given.edits:
        state = _compose(state, given.kind, given.why, given.edits)
    for _ in range(PASSES):
        mended = _one_pass(state, context, given)
        if mended is state:
            return replace(state, given_up=_given_up(state, context))
        state = mended
    left = [(e.start, e.end) for fixer in fixers(language) for e in fixer.find(state.text, context)]
    return replace(state, given_up=tuple(sorted((*left, *_given_up(state, context)))))


def _one_pass(state: Repaired, context: Context, given: Given) -> Repaired:
    """Run every fixer once. ``state`` itself where none finds anything to do."""
    for fixer in fixers(context.language):
        edits = fixer.find(state.text, context)
        if edits and given.whole:
            spans = [state.span(edit.start, edit.end) for edit in edits]
            edits = without_joins(edits, state.text, given, spans)
        if edits:
            state = _compose(state, fixer.kind, fixer.why, edits)
    return state


def _given_up(state: Repaired, context: Context) -> tuple[Span, ...]:
    """The spans of what would be mended, or looked at, if there were no bounds to the work."""
    if not context.budget.spent:
        return ()
    looked_at = suspicious_runs(state.text, context.language)
    return tuple(sorted(looked_at + bracket_tails(state.text, context.language)))
