"""Fixers: one pure function for each kind of damage, from a text to edits on that text.

Each looks for a form that sound text hardly has, and looks first whether there is any.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import pairwise

from policydiff.language.tables import alternatives
from policydiff.language.zh.data import load
from policydiff.models import Edit
from policydiff.repair.mojibake import wrong_decoding
from policydiff.repair.shifted import byte_shifted_headings, byte_shifts

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e]+")


def invisible_characters(text: str) -> list[Edit]:
    """Marks without width, which web editors leave behind, split words for every search.

    >>> invisible_characters("各位代表：\\u200d")
    [Edit(start=5, end=6, after='')]
    """
    return [Edit(m.start(), m.end(), "") for m in _INVISIBLE.finditer(text)]


_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
#: The letters of a page may have become full-width as well.
_LETTERS = "a-züａ-ｚ"
#: One or more, since taking one out brings the next to the character.
_GLOSS = re.compile(
    rf"(?<=[\u3400-\u9fff])(?:[(（][{_LETTERS}]{{0,5}}[{_TONED}][{_LETTERS}]{{0,4}}[)）])+"
)


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
#: A page that blanks its numbers blanks these as well.
_SUBSCRIPT = re.compile(r"^\s*[0-9０-９x*][0-9０-９x*.．]{0,4}\s*$")
_LATIN_END = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]$")
_HAN_START = re.compile("[\u4e00-\u9fff“《0-9０-９](?![、.．）)是要])")
#: Headings and titles end without a stop; text longer than any of them does not.
_LONGER_THAN_HEADINGS = 60
#: Where blank lines set paragraphs apart, at most half of the lines have a neighbour right below;
#: where they do not, nearly all have (measured: 0.06-0.53 and 0.98-1.0). Fewer lines tell nothing.
_PARTED = 0.7
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
        # Under a heading, a bare 。 may be what is left of the next one.
        closed = _STARTS_CLOSED.match(line) and not (
            line.lstrip().startswith("。") and previous and _numbered(lines[previous_line])
        )
        glue = previous and (
            subscript
            or _ENDS_OPEN.search(previous)
            or closed
            or (
                (dangling or length > _LONGER_THAN_HEADINGS or (spaced and not heads))
                and _goes_on(previous, line)
            )
        )
        # A blank line between is let pass, a paragraph's distance is not.
        if glue and number - previous_line <= (2 if subscript or closed else 1):
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
    return count >= _ENOUGH_LINES and sum(a and b for a, b in pairwise(filled)) < _PARTED * count


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


# --- marks and notes ------------------------------------------------------------------------------

_DOUBLED = re.compile("[,，](?=[,，;；。、：！？])|(?<=、)[,，]")


def doubled_commas(text: str) -> list[Edit]:
    """A comma before another mark, or behind 、: one of the two was put in by a program.

    >>> doubled_commas("提升质量,。建成园区、,道路")
    [Edit(start=4, end=5, after=''), Edit(start=11, end=12, after='')]
    >>> doubled_commas("产值1,200亿元，增长8%。")
    []
    """
    return [Edit(m.start(), m.end(), "") for m in _DOUBLED.finditer(text)]


_NUMBERED = r"(?:\[\d{1,2}\]|［\d{1,2}］|〔\d{1,2}〕)"
#: Behind a word and not before 号, as in 〔12〕号; or alone on a line.
_NOTE = re.compile(
    r"(?<=[\u4e00-\u9fffA-Za-z%”》）])"
    rf"(?:{_NUMBERED}(?![号第])|\n[ \u3000]*{_NUMBERED}[ \u3000]*(?=\n))"
)


def footnote_marks(text: str) -> list[Edit]:
    """The number of a note in square brackets behind a word, on a line of its own or not.

    >>> footnote_marks("推进“两化”[3]融合")
    [Edit(start=6, end=9, after='')]
    >>> footnote_marks("国发〔2024〕3号，皖政〔12〕号")
    []
    """
    if not any(bracket in text for bracket in "[［〔"):
        return []
    return [Edit(m.start(), m.end(), "") for m in _NOTE.finditer(text)]


@cache
def _decimal() -> re.Pattern[str]:
    units = alternatives(e["unit"] for e in load("repairs")["decimal_units"])
    return re.compile(
        rf"(?<=[0-9０-９])(?<![“‘'\"][0-9])(?<![“‘'\"][0-9]{{2}})[·•・‧](?=[0-9０-９]{{1,2}}(?:{units}))"
    )


def decimal_dots(text: str) -> list[Edit]:
    """A middle dot for a decimal point: where a measure follows and no quotation begins.

    >>> decimal_dots("增长6·5%，吸取“4·11”事故教训，整治4·11事故")
    [Edit(start=3, end=4, after='.')]
    """
    if not any(dot in text for dot in "·•・‧"):
        return []
    return [Edit(m.start(), m.end(), ".") for m in _decimal().finditer(text)]


_WRITTEN_SUBSCRIPT = re.compile(r"(?<=[A-Z])_(?:\{([0-9][0-9.]*)\}|(?=[0-9]))")


def written_subscripts(text: str) -> list[Edit]:
    """The sign that stands for a subscript in formulas: PM_2.5, CO_{2}.

    >>> written_subscripts("PM_2.5浓度，CO_{2}排放")
    [Edit(start=2, end=3, after=''), Edit(start=11, end=15, after='2')]
    """
    return [Edit(m.start(), m.end(), m.group(1) or "") for m in _WRITTEN_SUBSCRIPT.finditer(text)]


# --- pages ----------------------------------------------------------------------------------------

_GAP = "[ \u3000]*"
_PAGE = rf"第{_GAP}\d{{1,3}}{_GAP}页(?:[ \u3000,，/|]*共{_GAP}\d{{1,3}}{_GAP}页)?"
_PAGE_NUMBER = re.compile(rf"(?m)^{_GAP}(?:[-—–─]{_GAP}\d{{1,3}}{_GAP}[-—–─]|{_PAGE}){_GAP}\n")


def page_numbers(text: str) -> list[Edit]:
    """A line that holds the number of a page and nothing else.

    >>> page_numbers("新增就业\\n— 3 —\\n1200人。")
    [Edit(start=5, end=11, after='')]
    >>> page_numbers("2-3-4\\n")
    []
    """
    if "页" not in text and not _DASHES.search(text):
        return []
    return [Edit(m.start(), m.end(), "") for m in _PAGE_NUMBER.finditer(text)]


_DASHES = re.compile("\n[ \u3000]*[-—–─]")


@cache
def _advertising() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{e['pattern']})" for e in load("repairs")["advertising"]))


def advertising(text: str) -> list[Edit]:
    """What a page puts into the middle of a sentence to be found or followed.

    >>> advertising("新增就业800人（更多范文请访问www.example.com），改造管网")
    [Edit(start=8, end=32, after='')]
    """
    return [Edit(m.start(), m.end(), "") for m in _advertising().finditer(text)]


_SPACED_LETTERS = re.compile(r"(?<!\S)\S([ \u3000])(?:\S\1){3,}\S(?!\S)")
_HAN = re.compile("[\u4e00-\u9fff]")
#: Numerals are set apart in tables; of letters, the half at least are Chinese.
_COUNTING = re.compile("[一二三四五六七八九十0-9 \u3000]+")
_HAN_SHARE = 0.25


def letter_spacing(text: str) -> list[Edit]:
    """Characters set apart by one blank each, five or more in a row, as PDF files give them.

    >>> [edit.start for edit in letter_spacing("新 增 就 业 8 0 人 。")]
    [1, 3, 5, 7, 9, 11, 13]
    >>> letter_spacing("张三 李四 王五"), letter_spacing("目 录"), letter_spacing("A B C D E F")
    ([], [], [])
    """
    return [
        Edit(at, at + 1, "")
        for m in _SPACED_LETTERS.finditer(text)
        if not _COUNTING.fullmatch(m.group())
        and len(_HAN.findall(m.group())) > len(m.group()) * _HAN_SHARE
        for at in range(m.start() + 1, m.end(), 2)
    ]


#: Lines that were broken at a fixed width are nearly all as long as it, counted in characters;
#: paragraphs of reports are not. Fewer lines tell nothing.
_WIDTHS = range(16, 61)
_RAGGED = 2
_WRAPPED_SHARE = 0.5
_ENOUGH_WRAPPED = 8
_INDENTED_SHARE = 0.05


def hard_wraps(text: str) -> list[Edit]:
    """Line breaks at a fixed width, as in text that was taken out of PDF files.

    A full line goes on in the next, unless that is numbered. Where paragraphs are indented, the
    indent tells where one begins; where not, a full line that ends with a stop ends one.

    >>> line = "全县经济运行总体平稳，新增规模以上工业企业二十家"
    >>> len(hard_wraps("\\n".join([line] * 9))), hard_wraps("\\n".join([line + "。"] * 9))
    (8, [])
    """
    lines = text.split("\n")
    lengths = [len(line.strip()) for line in lines]
    filled = Counter(length for length in lengths if length)
    if filled.total() < _ENOUGH_WRAPPED:
        return []
    width, _ = max(filled.items(), key=lambda item: (item[1], item[0]))
    full = range(width - _RAGGED, width + _RAGGED + 1)
    if width not in _WIDTHS or sum(filled[n] for n in full) < filled.total() * _WRAPPED_SHARE:
        return []
    indented = sum(line[0].isspace() for line in lines if line.strip())
    paragraphs_tell = indented > filled.total() * _INDENTED_SHARE
    edits = []
    at = 0
    for (line, length), following in pairwise([*zip(lines, lengths, strict=True), ("", 0)]):
        end = at + len(line)
        follower = following[0]
        if (
            length in full
            and following[1]
            and (paragraphs_tell or not _TERMINAL.search(line))
            and not follower[0].isspace()
            and not _numbered(follower)
        ):
            edits.append(Edit(at + len(line.rstrip()), end + 1, ""))
        at = end + 1
    return edits


# --- all of them ----------------------------------------------------------------------------------

Fixer = Callable[[str], list[Edit]]
#: In this order: what hides other damage first.
FIXERS: tuple[Fixer, ...] = (
    wrong_decoding,
    invisible_characters,
    byte_shifted_headings,
    pinyin_glosses,
    byte_shifts,
    footnote_marks,
    page_numbers,
    advertising,
    letter_spacing,
    written_subscripts,
    hard_wraps,
    broken_lines,
    doubled_commas,
    decimal_dots,
)
