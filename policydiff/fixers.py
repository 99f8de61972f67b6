"""Fixers: one pure function for each kind of damage, from a text to edits on that text.

Each looks for a form that sound text hardly has, and looks first whether there is any.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

from policydiff.models import Edit
from policydiff.shifted import byte_shifted_headings, byte_shifts
from policydiff.tables import load

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
    byte_shifts,
    broken_lines,
)
