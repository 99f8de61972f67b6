"""Where sentences and semicolon parts end, in folded text. Offsets only; nothing is rewritten."""

from __future__ import annotations

from functools import cache

from policydiff.language.language import Span
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import words
from policydiff.language.zh.data import load

_OPEN = {"（": "）", "“": "”", "‘": "’", "《": "》", "〈": "〉", "【": "】", "[": "]", "{": "}"}
_CLOSE = {right: left for left, right in _OPEN.items()}
_OPENS = compile_pattern('[（“‘《〈【\\[{"]')
_BRACKET = compile_pattern('[（）“”‘’《》〈〉【】\\[\\]{}"]')
_STOPS = "。！？!?…"
#: A point behind Chinese, with no number or address behind it: the full stop of who types so.
_POINT = compile_pattern("(?<=[\u3400-\u9fff）”》%])\\.(?![0-9A-Za-z.])")
_SEMICOLONS = ";；"
_STOP = compile_pattern(f"[{_STOPS}{_SEMICOLONS}]")
_STOP_OR_POINT = compile_pattern(f"{_STOP.pattern}|{_POINT.pattern}")
_CLOSERS = '”’）》】"]'
_QUOTES = "“‘《"
#: With these a question or a call ends, which may be quoted as a name: 用“好不好？”倒逼作风转变.
_CALLS = "？！?!"
_INTRODUCES = ",，:：、"
_GOING_ON = ",，、;；:：“‘"
#: What is spoken may end the sentence that quotes it; a bracket or a title never does.
_SPEECH_ENDS = '”’"'


def _shelters(text: str, start: int, end: int, kinds: str = "".join(_OPEN)) -> list[Span]:
    """The outermost bracketed and quoted spans of a paragraph; an open end shelters nothing.

    ``kinds``: the opening marks that count.
    """
    opens = _OPENS.search(text, start, end)
    if opens is None:
        return []
    sheltered: list[Span] = []
    stack: list[tuple[str, int]] = []
    open_now = dict.fromkeys(_OPEN, 0)
    straight: list[int] = []
    for m in _BRACKET.finditer(text, opens.start(), end):
        mark, at = m.group(), m.start()
        if mark == '"':
            straight.append(at)
        elif mark in kinds:
            stack.append((mark, at))
            open_now[mark] += 1
        elif open_now.get(_CLOSE.get(mark, ""), 0):
            # A closer ends the nearest opener of its kind; openers inside it were slips.
            while stack:
                opener, opened = stack.pop()
                open_now[opener] -= 1
                if opener == _CLOSE[mark]:
                    sheltered.append((opened, at + 1))
                    break
    # Straight quotes have no direction: the first opens, the second closes.
    sheltered += [(a, b + 1) for a, b in zip(straight[::2], straight[1::2], strict=False)]
    outer: list[Span] = []
    for a, b in sorted(sheltered, key=lambda s: (s[0], -s[1])):
        if not outer or a >= outer[-1][1]:
            outer.append((a, b))
    return outer


def quotations(text: str) -> list[Span]:
    """The outermost quotations and titles of a clause: what stands in them is a name or a citation.

    >>> quotations("推进“1269”行动和《2025年方案》")
    [(2, 8), (11, 20)]
    """
    return _shelters(text, 0, len(text), _QUOTES)


def pieces(text: str, start: int, end: int) -> list[Span]:
    """Cut the paragraph ``text[start:end]`` after each full stop and semicolon.

    The spans cover the paragraph without a gap. A mark inside quotes, brackets or a title does not
    cut, except that a quotation which ends in a full stop, and with which the sentence ends, cuts
    behind it; one that ends in a question or a call only where somebody says it.

    >>> t = "推进“放管服;简政”改革;完成（含旧账。）清理。做好收尾"
    >>> [t[a:b] for a, b in pieces(t, 0, len(t))]
    ['推进“放管服;简政”改革;', '完成（含旧账。）清理。', '做好收尾']

    A paragraph without 。 that ends in a point is written with points.
    """
    points = _written_with_points(text, start, end)
    spans: list[Span] = []
    shelters = _shelters(text, start, end)
    i = 0
    at = start
    last = len(shelters)
    for m in (_STOP_OR_POINT if points else _STOP).finditer(text, start, end):
        mark, stop = m.group(), m.end()
        while i < last and shelters[i][1] <= m.start():
            i += 1
        if i < last and shelters[i][0] < m.start():
            # Inside: only a stop right before the outermost closer may end the sentence.
            behind = shelters[i][1]
            ends_here = stop == behind - 1 and mark in _STOPS and mark != "…"
            if not ends_here or text[behind - 1] not in _SPEECH_ENDS or _goes_on(text, behind, end):
                continue
            if mark in _CALLS and not _is_speech(text, shelters[i][0], at):
                continue
            stop = behind
        if stop <= at:
            continue
        stop = _with_trailers(text, stop, end)
        if text[at:stop].strip():
            spans.append((at, stop))
            at = stop
    if at < end:
        if text[at:end].strip() or not spans:
            spans.append((at, end))
        else:
            spans[-1] = (spans[-1][0], end)
    return spans


def _written_with_points(text: str, start: int, end: int) -> bool:
    """Whether a paragraph ends in a point that stands for 。, and has none of these."""
    last = len(text[start:end].rstrip()) + start - 1
    return (
        last > start
        and text[last] == "."
        and _POINT.match(text, last) is not None
        and text.find("。", start, end) < 0
    )


def _with_trailers(text: str, stop: int, end: int) -> int:
    """Take in doubled stops (！！, ……) and stray closers behind a stop."""
    while stop < end and (
        text[stop] in _STOPS or text[stop] in _SEMICOLONS or text[stop] in _CLOSERS
    ):
        if text[stop] == '"':
            break
        stop += 1
    return stop


@cache
def _joints() -> frozenset[str]:
    return frozenset(words(load("outline")["joints"]))


def _goes_on(text: str, at: int, end: int) -> bool:
    """Whether the sentence goes on behind a closed quotation: a comma or a particle follows."""
    return at < end and (text[at] in _GOING_ON or text[at] in _joints())


def _is_speech(text: str, opened: int, at: int) -> bool:
    """Whether a quotation in the sentence from ``at`` on is what somebody says: it stands behind a
    colon or a comma, or opens the sentence. One behind a word is a name, or said of something.
    """
    before = text[at:opened].strip()
    return not before or before[-1] in _INTRODUCES


_COMMAS = compile_pattern("[,，:：]")


def comma_parts(text: str) -> tuple[Span, ...]:
    """Cut a clause at commas and colons that stand outside quotes and brackets.

    >>> t = "推进“一,二”工程,建成三个园区。"
    >>> [t[a:b] for a, b in comma_parts(t)]
    ['推进“一,二”工程', '建成三个园区。']
    """
    shelters = _shelters(text, 0, len(text))
    spans: list[Span] = []
    at = i = 0
    for m in _COMMAS.finditer(text):
        while i < len(shelters) and shelters[i][1] <= m.start():
            i += 1
        if i < len(shelters) and shelters[i][0] < m.start():
            continue
        if m.start() and text[m.start() - 1].isdigit() and text[m.end() : m.end() + 3].isdigit():
            continue  # 1,200: a thousands separator
        if m.start() > at:
            spans.append((at, m.start()))
        at = m.end()
    if at < len(text):
        spans.append((at, len(text)))
    return tuple(spans)
