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
from itertools import accumulate

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
    """Carry edits on ``state.text`` back to the source, joined with the repairs they touch."""
    repairs = list(state.repairs)
    # From the last edit to the first, so that positions before an edit stay valid.
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        first = bisect_right(state._starts, edit.start)
        while first > 0 and _reaches(state, first - 1, edit):
            first -= 1
        last = first
        while last < len(state.repairs) and _reaches(state, last, edit):
            last += 1
        start = _unrepaired(state, edit.start, first)
        end = _unrepaired(state, edit.end, last)
        text_start, text_end = edit.start, edit.end
        kinds, reasons = [], []
        for i in range(first, last):
            touched = state.repairs[i]
            kinds.append(touched.kind)
            reasons.append(touched.why)
            start, end = min(start, touched.start), max(end, touched.end)
            text_start = min(text_start, state._starts[i])
            text_end = max(text_end, state._starts[i] + len(touched.after))
        after = state.text[text_start : edit.start] + edit.after + state.text[edit.end : text_end]
        before = state.source[start:end]
        merged = []
        if before != after:
            name = kinds[0] if kinds else kind
            merged.append(
                Repair(name, start, end, before, after, "; ".join(dict.fromkeys([*reasons, why])))
            )
        repairs[first:last] = merged
    return Repaired.of(state.source, tuple(repairs))


def _reaches(state: Repaired, i: int, edit: Edit) -> bool:
    """Whether repair ``i`` lies in or at the edge of what ``edit`` replaces."""
    begins = state._starts[i]
    return begins <= edit.end and begins + len(state.repairs[i].after) >= edit.start


def _unrepaired(state: Repaired, position: int, before: int) -> int:
    """The source offset of a position that has ``before`` repairs on its left."""
    if before == 0:
        return position
    repair, begins = state.repairs[before - 1], state._starts[before - 1]
    return repair.end + max(0, position - begins - len(repair.after))


# --- fixers -----------------------------------------------------------------------------------

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e]+")


def invisible_characters(text: str) -> list[Edit]:
    """Marks without width, which web editors leave behind, split words for every search.

    >>> invisible_characters("各位代表：\\u200d")
    [Edit(start=5, end=6, after='')]
    """
    return [Edit(m.start(), m.end(), "") for m in _INVISIBLE.finditer(text)]


_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_GLOSS = re.compile(rf"(?<=[\u3400-\u9fff])[(（][a-zü]{{0,5}}[{_TONED}][a-zü]{{0,4}}[)）]")


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
        if len(tail) == 2 and tail[0] == _BRACKET_TAIL:
            if tail[1] < 0x80:
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
_TERMINAL = re.compile(r"[。！？；：!?;:…”’》）)\]]\s*$")


def broken_lines(text: str) -> list[Edit]:
    """Line breaks inside a word: subscripts on lines of their own, links and titles cut out.

    >>> broken_lines("广义货币M\\n2\\n和社会融资规模")
    [Edit(start=5, end=6, after=''), Edit(start=7, end=8, after='')]
    >>> broken_lines("浓度下降。\\n2\\n三、")
    []
    """
    edits: list[Edit] = []
    at = 0
    previous, previous_end, previous_line = "", 0, -2
    dangling = False
    for number, line in enumerate(text.split("\n")):
        start, at = at, at + len(line) + 1
        if not line.strip():
            continue
        subscript = bool(_SUBSCRIPT.match(line) and _LATIN_END.search(previous))
        glue = previous and (
            subscript
            or _ENDS_OPEN.search(previous)
            or _STARTS_CLOSED.match(line)
            or ((dangling or len(previous) > _LONGER_THAN_HEADINGS) and _goes_on(previous, line))
        )
        # A blank line between is let pass, a paragraph's distance is not.
        if glue and number - previous_line <= (2 if subscript or _STARTS_CLOSED.match(line) else 1):
            edits.append(Edit(previous_end, start, ""))
            previous += line
        else:
            previous = line
        dangling = subscript
        previous_end, previous_line = start + len(line), number
    return edits


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
    """Run every fixer once over ``source``.

    >>> repaired = repair("系統(tǒng)性")
    >>> repaired.text, repaired.repairs[0].kind, repaired.span(0, 3)
    ('系統性', 'pinyin_glosses', (0, 9))
    """
    reasons = {entry["kind"]: entry["why"] for entry in load("repairs")["kinds"]}
    state = Repaired.of(source)
    for fixer in FIXERS:
        edits = fixer(state.text)
        if edits:
            state = _compose(state, fixer.__name__, reasons[fixer.__name__], edits)
    return state
