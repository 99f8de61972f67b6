"""Undo damage, with a record: which stretch of the source was what, became what, and why.

A fixer is one pure function from a text to edits on that text. ``repair`` runs them in order and
carries every edit back to the source as it is made, so that ``Document.repairs`` replays on the
source and offsets of the repaired text always lead back to it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise

from policydiff.models import Repair
from policydiff.tables import load


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``text[start:end]`` by ``after``."""

    start: int
    end: int
    after: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired text that knows where each of its characters came from."""

    source: str
    text: str
    repairs: tuple[Repair, ...]
    _starts: tuple[int, ...]  # where each repair's result begins in the repaired text

    @classmethod
    def of(cls, source: str, repairs: tuple[Repair, ...] = ()) -> Repaired:
        """Replay ``repairs``, which are sorted and do not overlap, on ``source``."""
        growth = accumulate((len(r.after) - len(r.before) for r in repairs), initial=0)
        starts = tuple(r.start + grown for r, grown in zip(repairs, growth, strict=False))
        return cls(source, replay(source, repairs), repairs, starts)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The source offsets of what became ``text[start:end]``, whole repairs included."""
        return self._origin(start, after=False), max(
            self._origin(end, after=True), self._origin(start, after=False)
        )

    def _origin(self, position: int, *, after: bool) -> int:
        """The source offset of a boundary of the repaired text.

        A boundary inside a repair's result belongs to the repair's end (``after``) or start. One
        at which something was deleted lies behind the deletion when it starts a span, before it
        when it ends one: a span does not own what was deleted at its rim.
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
        return repair.end if after else repair.start


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


# --- fixers -----------------------------------------------------------------------------------

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e]+")


def invisible_characters(text: str) -> list[Edit]:
    """Marks without width, which web editors leave behind, split words for every search.

    >>> invisible_characters("各位代表：\\u200d")
    [Edit(start=5, end=6, after='')]
    """
    return [Edit(m.start(), m.end(), "") for m in _INVISIBLE.finditer(text)]


_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
#: One or more, since taking one out brings the next to the character.
_GLOSS = re.compile(rf"(?<=[\u3400-\u9fff])(?:[(（][a-zü]{{0,5}}[{_TONED}][a-zü]{{0,4}}[)）])+")


def pinyin_glosses(text: str) -> list[Edit]:
    """Pinyin in brackets after a character: told by its form, a syllable with one tone mark.

    English in brackets carries no tone mark and stays.

    >>> pinyin_glosses("系統(tǒng)堅持")
    [Edit(start=2, end=8, after='')]
    >>> pinyin_glosses("國內(nèi)生產總值(GDP)")
    [Edit(start=2, end=7, after='')]
    """
    return [Edit(m.start(), m.end(), "") for m in _GLOSS.finditer(text)]


_NUMERALS = "一二三四五六七八九十"
#: The GBK bytes of an ideographic space end in A1, with which a shifted bracket A3 A8 reads as 。
_SPACE_TAIL = b"\xa1"


def _shifted(heading: str) -> str:
    """What a heading in brackets looks like when its GBK bytes are read one byte too early.

    The last byte of the indent before it is taken for the first; pairs that decode to nothing are
    lost; the last byte, the second half of the closing bracket's pair, is left over.

    >>> _shifted("（一）")
    '。ㄒ唬'
    """
    data = _SPACE_TAIL + heading.encode("gbk")
    pairs = (data[i : i + 2] for i in range(0, len(data) - 1, 2))
    return "".join(pair.decode("gbk", errors="ignore") for pair in pairs)


_SHIFTED_HEADINGS = {_shifted(f"（{n}）"): f"（{n}）" for n in _NUMERALS}
_SHIFTED_START = re.compile(
    r"(?m)^[ \u3000]*("
    + "|".join(re.escape(s) for s in sorted(_SHIFTED_HEADINGS, key=len, reverse=True) if len(s) > 1)
    + ")"
)
#: The lead byte of row A9, in which the left-over half of the bracket meets the next character.
_BRACKET_TAIL = 0xA9


def byte_shifted_headings(text: str) -> list[Edit]:
    """A heading （一） whose bytes were cut one too early, recomputed from the GBK bytes.

    The half bracket that is left over may have swallowed the ASCII character behind it, which is
    then given back. 六 decodes to a bare 。 and is left alone: nothing tells it from a full stop.

    >>> byte_shifted_headings("。ㄒ唬“十三五”目标")
    [Edit(start=0, end=3, after='（一）')]
    >>> byte_shifted_headings("。ǘ﹛xxx年")
    [Edit(start=0, end=3, after='（二）x')]
    """
    edits = []
    for m in _SHIFTED_START.finditer(text):
        after, end = _SHIFTED_HEADINGS[m.group(1)], m.end()
        tail = text[end : end + 1].encode("gbk", errors="ignore")
        if len(tail) == 2 and tail[0] == _BRACKET_TAIL and tail[1] < 0x80:
            after += chr(tail[1])
            end += 1
        edits.append(Edit(m.start(1), end, after))
    return edits


# A doubled mark (》》) is an ornament of the page, not a title.
_ENDS_OPEN = re.compile(r"(?<![《（(“‘〈\[])[《（(“‘〈\[]\s*$")
_STARTS_CLOSED = re.compile(r"^\s*([》）)”’〉，、；。,;\]])(?!\1)")
_SUBSCRIPT = re.compile(r"^\s*[0-9][0-9.]{0,3}\s*$")
_LATIN_END = re.compile(r"[A-Za-z]$")
_HAN_START = re.compile("[\u4e00-\u9fff“《0-9](?![、.．）)是要])")
#: Headings and titles end without a stop; text longer than any of them does not.
_LONGER_THAN_HEADINGS = 60
#: Where blank lines set paragraphs apart, at most half of the lines have a neighbour right below;
#: where they do not, nearly all have (measured: 0.06-0.53 and 0.98-1.0). Fewer lines tell nothing.
_SPACED = 0.7
_ENOUGH_LINES = 20
#: The innermost level of the table of markers that numbers headings; deeper ones number items.
_HEADINGS = 4
_TERMINAL = re.compile(r"[。！？；：!?;:…”’》）)\]]\s*$")


def broken_lines(text: str) -> list[Edit]:
    """Line breaks inside a word: subscripts on lines of their own, links and titles cut out.

    >>> broken_lines("广义货币M\\n2\\n和社会融资规模")
    [Edit(start=5, end=6, after=''), Edit(start=7, end=8, after='')]
    >>> broken_lines("浓度下降。\\n2\\n三、")
    []
    """
    edits: list[Edit] = []
    lines = text.split("\n")
    spaced = _spaced(lines)
    at = 0
    # Of the line before only the end matters, and how long it has become by gluing.
    previous, length, previous_end, previous_line = "", 0, 0, -2
    dangling = heads = False
    for number, line in enumerate(lines):
        start, at = at, at + len(line) + 1
        if not line.strip():
            continue
        subscript = bool(_SUBSCRIPT.match(line) and _LATIN_END.search(previous))
        glue = previous and (
            subscript
            or _ENDS_OPEN.search(previous)
            or _STARTS_CLOSED.match(line)
            or (
                (dangling or length > _LONGER_THAN_HEADINGS or (spaced and not heads))
                and _goes_on(previous, line)
            )
        )
        # A blank line between is let pass, a paragraph's distance is not.
        if glue and number - previous_line <= (2 if subscript or _STARTS_CLOSED.match(line) else 1):
            edits.append(Edit(previous_end, start, ""))
            length += len(line)
        else:
            length, previous = len(line), ""
            heads = spaced and _numbered(line)
        bare = line.rstrip()
        previous = (previous + bare)[-2:] + line[len(bare) : len(bare) + 1]
        dangling = subscript
        previous_end, previous_line = start + len(line), number
    return edits


def _spaced(lines: list[str]) -> bool:
    """Whether blank lines set the paragraphs apart, so that any other break is inside one."""
    filled = [bool(line.strip()) for line in lines]
    count = sum(filled)
    return count >= _ENOUGH_LINES and sum(a and b for a, b in pairwise(filled)) < _SPACED * count


@cache
def _heading_markers() -> re.Pattern[str]:
    """The numbers that stand before headings, with some words of a heading behind them."""
    marks = (e["pattern"] for e in load("outline")["markers"] if e["level"] <= _HEADINGS)
    return re.compile(r"\s*(?:" + "|".join(f"(?:{mark})" for mark in marks) + r")\s*\S")


def _numbered(line: str) -> bool:
    """Whether a line is numbered as headings are."""
    return _heading_markers().match(line.replace("(", "（").replace(")", "）")) is not None


def _goes_on(previous: str, line: str) -> bool:
    """Whether a line that ends without a stop goes on in the next, which opens with a character."""
    return not _TERMINAL.search(previous) and bool(_HAN_START.match(line))


Fixer = Callable[[str], list[Edit]]
#: In this order: what hides other damage first.
FIXERS: tuple[Fixer, ...] = (
    invisible_characters,
    byte_shifted_headings,
    pinyin_glosses,
    broken_lines,
)


def repair(source: str) -> Repaired:
    """Run every fixer over ``source`` until none finds anything to do.

    Each fixer shortens the text or takes out a mark that none puts in, so that this ends; one
    pass is the rule, and a third has not been seen.

    >>> repaired = repair("系統(tǒng)性")
    >>> repaired.text, repaired.repairs[0].kind, repaired.span(0, 3)
    ('系統性', 'pinyin_glosses', (0, 9))
    """
    reasons = {entry["kind"]: entry["why"] for entry in load("repairs")["kinds"]}
    state = Repaired.of(source)
    busy = True
    while busy:
        busy = False
        for fixer in FIXERS:
            edits = fixer(state.text)
            if edits:
                state, busy = _compose(state, fixer.__name__, reasons[fixer.__name__], edits), True
    return state
