"""Text that was decoded as what it was not: UTF-8 as GBK, UTF-8 or GBK as Latin-1 (cp1252).

Undone only where the bytes decode strictly the other way and give characters that reports use.
"""

from __future__ import annotations

import re
from functools import cache

from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Edit
from policydiff.repair.context import Context
from policydiff.repair.knowledge import characters, letter, spelt_numbers

#: What programs set for bytes that they cannot decode.
_LOST = "\ufffd"
_LOSSES = compile_pattern(f"{_LOST}+")
#: Halves of UTF-16 pairs have no bytes of their own in any encoding.
_SURROGATES = "\ud800-\udfff"
_HIGHEST_LATIN = "\u00ff"
#: The characters that cp1252 has beyond Latin-1, which has the control characters in their place.
_BEYOND_LATIN = "".join(
    c for code in range(0x80, 0xA0) if (c := bytes([code]).decode("cp1252", errors="ignore"))
)
#: The characters of cp1252 and Latin-1 beyond ASCII, for a character class.
_LATIN = f"\u0080-{_HIGHEST_LATIN}{_BEYOND_LATIN}"
#: Six in a row do not occur in any language that reports quote; where they are Chinese, shorter
#: runs are as well.
_LONG_RUN = compile_pattern(f"[{_LATIN}]{{6,}}")
_SHORT_RUN = compile_pattern(f"[{_LATIN}]{{2,}}")
_ALL_LATIN = compile_pattern(f"[{_LATIN}]{{2,}}")
_LETTER = compile_pattern("[\u00c0-\u00ff]")

#: What two programs could not decode, one after the other, is lost. Where more than so much of a
#: stretch is lost, it was not decoded as was thought.
_LOST_SHARE = 0.5
#: Of the characters of a report, so many at least stand in others too; those of names may not.
_USED_SHARE = 0.8
#: The parts of a report are no more.
_MOST_PARTS = 10


@cache
def _run(language: Language) -> re.Pattern[str]:
    """Characters of several bytes, with the mark that stands for a byte lost at their end."""
    return compile_pattern(
        f"[^\x00-\x7f{_SURROGATES}]+[{characters(language, 'instead of a lost byte')}]?"
    )


@cache
def _heading(language: Language) -> re.Pattern[bytes]:
    """The UTF-8 bytes of a heading's number, behind which the last byte of 、 is lost.

    It is lost to the digit behind it; no other mark that begins so stands there.
    """
    numerals = (n.encode() for n in spelt_numbers(language, _MOST_PARTS).values())
    begins = characters(language, "heading comma").encode()[:-1]
    return re.compile(b"^((?:" + b"|".join(numerals) + b")+)" + begins + b"(?:\xff|$)")


@cache
def _used(language: Language) -> frozenset[str]:
    """The characters that reports use, and their marks."""
    _, counts = language.tables.counts("characters")
    return frozenset(counts) | frozenset(characters(language, "marks beside the counted"))


def _is_in(language: Language, text: str) -> bool:
    """Whether a text is made of the language's characters and marks, which reports mostly use."""
    others = [c for c in language.fold(text) if not c.isascii()]
    is_letter = letter(language).match
    used = _used(language)
    return any(is_letter(c) for c in others) and (
        sum(c in used for c in others) >= len(others) * _USED_SHARE
    )


def _decoded(run: str, codec: str) -> str:
    """A run of Latin letters decoded again, or nothing.

    UTF-8 that was read as Latin-1 is often stored and read so once more.
    """
    try:
        text = _latin_bytes(run).decode(codec)
    except UnicodeDecodeError:
        return ""
    if codec == "utf-8" and _ALL_LATIN.fullmatch(text):
        return _decoded(text, codec) or text
    return text


def _latin_bytes(run: str) -> bytes:
    """The bytes of a run of ``_LATIN`` in cp1252, or in Latin-1 where cp1252 has nothing."""
    return b"".join(c.encode("latin-1") if c <= _HIGHEST_LATIN else c.encode("cp1252") for c in run)


def wrong_decoding(text: str, context: Context) -> list[Edit]:
    r"""Stretches in which UTF-8 was read as GBK, or UTF-8 or GBK as Latin-1, decoded again.

    >>> from policydiff.language.zh import CHINESE
    >>> context = Context(CHINESE)
    >>> wrong_decoding("\u00e6\u2013\u00b0\u00e5\u00a2\u017e20\u00e5\u00ae\u00b6", context)
    [Edit(start=0, end=6, after='新增'), Edit(start=8, end=11, after='家')]
    >>> wrong_decoding("鏂板缓瀛︽牎锛屾敼閫犵\ufffd＄綉銆\ufffd", context)[0].after
    '新建学校，改造\ufffd网\ufffd'
    >>> wrong_decoding("与São Paulo、Zürich结为友好城市", context)
    []
    """
    return [*_from_gbk(text, context.language), *_from_latin(text, context.language)]


def _from_gbk(text: str, language: Language) -> list[Edit]:
    edits: list[Edit] = []
    if not any(c in text for c in characters(language, "UTF-8 as GBK")):
        return edits
    lost_byte = characters(language, "instead of a lost byte")
    for m in _run(language).finditer(text):
        pieces = m.group().rstrip(lost_byte).split(_LOST)
        data = b"\xff".join(_gbk_bytes(piece) for piece in pieces)
        if text[m.start() - 1 : m.start()] in ("", "\n"):
            whole = characters(language, "heading comma").encode()
            data = _heading(language).sub(rb"\1" + whole, data)
        again = _LOSSES.sub(_LOST, data.decode("utf-8", errors="replace"))
        kept = again.replace(_LOST, "")
        lost = len(again) - len(kept)
        if not lost or (_is_in(language, kept) and lost <= max(1, len(kept) * _LOST_SHARE)):
            edits.append(Edit(*m.span(), again))
    return edits


def _gbk_bytes(text: str) -> bytes:
    """The bytes of a text in GBK as Windows has it, where a lone byte 80 is the euro sign."""
    return b"\x80".join(piece.encode("gb18030") for piece in text.split("€"))


def _from_latin(text: str, language: Language) -> list[Edit]:
    if text.isascii() or not _LETTER.search(text):
        return []
    for codec in ("utf-8", "gbk"):
        if any(_is_in(language, _decoded(m.group(), codec)) for m in _LONG_RUN.finditer(text)):
            runs = ((m, _decoded(m.group(), codec)) for m in _SHORT_RUN.finditer(text))
            return [Edit(*m.span(), after) for m, after in runs if after]
    return []
