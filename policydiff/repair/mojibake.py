"""Text that was decoded as what it was not: UTF-8 as GBK, UTF-8 or GBK as Latin-1 (cp1252).

Undone only where the bytes decode strictly the other way and give characters that reports use.
"""

from __future__ import annotations

import re
from functools import cache

from policydiff.language.zh.data import rows
from policydiff.language.zh.folding import fold
from policydiff.models import Edit

#: What the UTF-8 bytes of ， 。 “ 的 look like in GBK, whole or begun a byte before. No report has
#: these characters; where one stands, all stretches of the text are looked at.
_TELLTALES = "锛紝銆鈥鐨殑"
_RUN = re.compile("[^\x00-\x7f]+[?？]?")
#: The characters of cp1252 and Latin-1 beyond ASCII.
_LATIN = (
    "\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u203a\u20ac\u2122"
)
#: Six in a row do not occur in any language that reports quote; where they are Chinese, shorter
#: runs are as well.
_LONG_RUN = re.compile(f"[{_LATIN}]{{6,}}")
_SHORT_RUN = re.compile(f"[{_LATIN}]{{2,}}")
_LETTER = re.compile("[\u00c0-\u00ff]")

#: What two programs could not decode, one after the other, is lost. Where more than so much of a
#: stretch is lost, it was not decoded as was thought.
_LOST = "\ufffd"
_LOSSES = re.compile(f"{_LOST}+")
_LOST_SHARE = 0.5
#: Of 、 behind the number of a heading the last byte is lost to the digit behind it; no other mark
#: that begins so stands there.
_HEADING = re.compile(
    b"^((?:" + b"|".join(c.encode() for c in "一二三四五六七八九十") + rb")+)\xe3\x80(?:\xff|$)"
)


@cache
def _used() -> frozenset[str]:
    """The characters that reports use, and their marks."""
    return frozenset(row[0] for row in rows("pairs")) | frozenset("！？·—…％「」 \n")


#: Of the characters of a report, so many at least stand in others too; those of names may not.
_USED_SHARE = 0.8


def _is_chinese(text: str) -> bool:
    """Whether a text is made of Chinese characters and marks, nearly all of which reports use."""
    others = [c for c in fold(text) if not c.isascii()]
    han = sum("\u4e00" <= c <= "\u9fff" for c in others)
    used = sum(c in _used() for c in others)
    return han > 0 and used >= len(others) * _USED_SHARE


def _decoded(run: str, codec: str) -> str:
    """A run of Latin letters decoded again, or nothing."""
    try:
        return _latin_bytes(run).decode(codec)
    except UnicodeDecodeError:
        return ""


def _latin_bytes(run: str) -> bytes:
    """The bytes of a run in cp1252, or in Latin-1 where cp1252 has nothing."""
    return b"".join(c.encode("latin-1") if c <= _HIGHEST_LATIN else c.encode("cp1252") for c in run)


_HIGHEST_LATIN = "\u00ff"


def wrong_decoding(text: str) -> list[Edit]:
    r"""Stretches in which UTF-8 was read as GBK, or UTF-8 or GBK as Latin-1, decoded again.

    >>> wrong_decoding("\u00e6\u2013\u00b0\u00e5\u00a2\u017e20\u00e5\u00ae\u00b6")
    [Edit(start=0, end=6, after='新增'), Edit(start=8, end=11, after='家')]
    >>> wrong_decoding("鏂板缓瀛︽牎锛屾敼閫犵\ufffd＄綉銆\ufffd")[0].after
    '新建学校，改造\ufffd网\ufffd'
    >>> wrong_decoding("与São Paulo、Zürich结为友好城市")
    []
    """
    return [*_from_gbk(text), *_from_latin(text)]


def _from_gbk(text: str) -> list[Edit]:
    edits: list[Edit] = []
    if not any(c in text for c in _TELLTALES):
        return edits
    for m in _RUN.finditer(text):
        pieces = m.group().rstrip("?？").split(_LOST)
        data = b"\xff".join(_gbk_bytes(piece) for piece in pieces)
        if text[m.start() - 1 : m.start()] in ("", "\n"):
            data = _HEADING.sub(rb"\1" + "、".encode(), data)
        again = _LOSSES.sub(_LOST, data.decode("utf-8", errors="replace"))
        kept = again.replace(_LOST, "")
        lost = len(again) - len(kept)
        if not lost or (_is_chinese(kept) and lost <= max(1, len(kept) * _LOST_SHARE)):
            edits.append(Edit(*m.span(), again))
    return edits


def _gbk_bytes(text: str) -> bytes:
    """The bytes of a text in GBK as Windows has it, where a lone byte 80 is the euro sign."""
    return b"\x80".join(piece.encode("gb18030") for piece in text.split("€"))


def _from_latin(text: str) -> list[Edit]:
    if text.isascii() or not _LETTER.search(text):
        return []
    for codec in ("utf-8", "gbk"):
        if any(_is_chinese(_decoded(m.group(), codec)) for m in _LONG_RUN.finditer(text)):
            runs = ((m, _decoded(m.group(), codec)) for m in _SHORT_RUN.finditer(text))
            return [Edit(*m.span(), after) for m, after in runs if after]
    return []
