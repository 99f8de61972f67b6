"""Damage clean reports on purpose, the same way on every run: one function for each kind.

Each operator takes a text and a random generator and gives the damaged text. The forms are those
that pages and programs are known for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from policydiff.language.zh.data import rows
from policydiff.language.zh.folding import fold

Operator = Callable[[str, Random], str]

# --- characters -----------------------------------------------------------------------------------

#: Which syllable does not matter, its form does.
_SYLLABLES = ("tǒng", "fā", "yè", "zhì", "guī", "nèi", "ān", "lǜ", "wǒ", "é", "xuě", "zhuàng")
_GLOSSED = 0.3


def _traditional() -> dict[str, str]:
    """For each simplified character one traditional character that Big5 has."""
    found: dict[str, str] = {}
    for left, right in rows("variants"):
        if right not in found and len(left.encode("big5", errors="ignore")) == 2:
            found[right] = left
    return {right: left for right, left in found.items() if fold(left) == right}


def pinyin_and_traditional(text: str, random: Random) -> str:
    """Characters become traditional; some of them carry their pinyin wherever they stand."""
    table = _traditional()
    glossed = {c for c in sorted(table.values()) if random.random() < _GLOSSED}
    syllables = {c: random.choice(_SYLLABLES) for c in sorted(glossed)}
    turned = (table.get(c, c) for c in text)
    return "".join(f"{c}({syllables[c]})" if c in glossed else c for c in turned)


def full_width(text: str, random: Random) -> str:
    """Digits, letters, per cent signs and commas become full-width."""
    return re.sub("[0-9A-Za-z%,]", lambda m: chr(ord(m[0]) + 0xFEE0), text)


def doubled_commas(text: str, random: Random, share: float = 0.3) -> str:
    """Commas before other marks, and behind 、."""
    text = re.sub("[，；。]", lambda m: ("," if random.random() < share else "") + m[0], text)
    return re.sub("、", lambda m: m[0] + ("," if random.random() < share else ""), text)


# --- pages ----------------------------------------------------------------------------------------

_HEADER = (
    "首页",
    "当前位置：首页 > 政务公开 > 政府工作报告",
    "字号：[大] [中] [小]",
    "打印",
    "收藏",
)
_FOOTER = (
    "【打印】【关闭】",
    "分享到：",
    "上一篇：无",
    "下一篇：关于召开会议的通知",
    "扫一扫在手机打开当前页",
)
_INVITATIONS = ("（更多范文请访问www.example.com）", "【欢迎关注公众号某某文库】")


def furniture(text: str, random: Random) -> str:
    """Lines of the page above and below, numbers of pages between paragraphs, advertising."""
    lines = list(_HEADER)
    for page, line in enumerate(text.split("\n")):
        if line.endswith("。") and len(line) > 40 and random.random() < 0.05:
            line = line[:-1] + random.choice(_INVITATIONS) + "。"
        lines.append(line)
        if random.random() < 0.1:
            lines.append(random.choice((f"— {page % 90 + 1} —", f"第 {page % 90 + 1} 页 共 99 页")))
    return "\n".join((*lines, *_FOOTER))


# --- bytes ----------------------------------------------------------------------------------------


def read_shifted(data: bytes) -> str:
    """GBK bytes as a program gives them that lost one before: pairs that are none are left out."""
    out = ""
    for i in range(0, len(data) - 1, 2):
        out += data[i : i + 2].decode("gbk", errors="ignore")
    return out


def _until_ascii(text: str) -> tuple[str, str]:
    """The stretch that GBK writes with two bytes each, and what is behind it."""
    end = next((i for i, c in enumerate(text) if len(c.encode("gbk", errors="ignore")) < 2), None)
    return (text, "") if end is None else (text[:end], text[end:])


#: How far the shift goes on behind a heading's bracket.
_SHIFT_GOES_ON = 6


def shifted_headings(text: str, random: Random) -> str:
    """The bytes of every heading in brackets read one too early, and some of what follows."""

    def shift(m: re.Match[str]) -> str:
        run, rest = _until_ascii(m[0])
        run, kept = run[:_SHIFT_GOES_ON], run[_SHIFT_GOES_ON:]
        return read_shifted(b"\xa1" + run.encode("gbk")) + kept + rest

    return re.sub("(?m)^（[一二三四五六七八九十]{1,3}）.*$", shift, text)


def shifted_marks(text: str, random: Random, share: float = 0.5) -> str:
    """Some 。“ read one byte too late, and what follows up to the next ASCII character."""
    out, at = "", 0
    for m in re.finditer("。“", text):
        if m.start() < at or random.random() >= share:
            continue
        run, _ = _until_ascii(text[m.start() : m.start() + 12])
        out += text[at : m.start()] + read_shifted(run.encode("gbk")[1:])
        at = m.start() + len(run)
    return out + text[at:]


def utf8_as_latin(text: str, random: Random) -> str:
    """The bytes of UTF-8 decoded as Windows decodes western text."""
    return "".join(_western(byte) for byte in text.encode())


def gbk_as_latin(text: str, random: Random) -> str:
    """The bytes of GB18030 decoded as western text."""
    return text.encode("gb18030").decode("latin-1")


def _western(byte: int) -> str:
    return bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)


def utf8_as_gbk(text: str, random: Random) -> str:
    """The bytes of UTF-8 decoded as GBK: what is no character there is lost, 80 is the euro."""
    data, out, at = text.encode(), "", 0
    while at < len(data):
        for width in (1, 2):
            try:
                out += data[at : at + width].decode("gbk")
                break
            except UnicodeDecodeError:
                continue
        else:
            width = 1
            out += "€" if data[at] == 0x80 else "\ufffd"
        at += width
    return out


# --- numbers --------------------------------------------------------------------------------------

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
#: The number of an item is no secret; nobody masks it.
_ITEM = re.compile(r"(?m)^[ \u3000]*(?:[0-9]{1,2}[.、．]|（[0-9]{1,2}）)")


def _in_numbers(text: str, change: Callable[[str], str]) -> str:
    kept = {i for m in _ITEM.finditer(text) for i in range(*m.span())}
    return _NUMBER.sub(lambda m: m[0] if m.start() in kept else change(m[0]), text)


def masked_equally(text: str, random: Random) -> str:
    """Every digit becomes x."""
    return _in_numbers(text, lambda number: re.sub("[0-9]", "x", number))


def masked_at_random(text: str, random: Random) -> str:
    """Every number becomes some x or some *."""

    def mask(number: str) -> str:
        sign = random.choice("x*")
        return ".".join(sign * random.randint(1, 4) for _ in number.split("."))

    return _in_numbers(text, mask)


def deleted_digits(text: str, random: Random, share: float = 0.1) -> str:
    """Some numbers lose their first digit."""
    return _in_numbers(text, lambda n: n[1:] if len(n) > 1 and random.random() < share else n)


# --- PDF ------------------------------------------------------------------------------------------


def hard_wraps(text: str, random: Random) -> str:
    """Every paragraph broken at a fixed width, indented as in print."""
    width = random.randint(24, 30)
    out = []
    for line in text.split("\n"):
        line = "\u3000\u3000" + line.strip() if line.strip() else ""
        out += [line[i : i + width] for i in range(0, len(line), width)] or [""]
    return "\n".join(line for line in out if line)


def lost_at_line_ends(text: str, random: Random, share: float = 0.01) -> str:
    """Hard wraps, with some characters at the ends of lines lost."""
    lines = hard_wraps(text, random).split("\n")
    return "\n".join(line[:-1] if random.random() < share else line for line in lines)


#: What pages that hide where a text comes from write instead.
_SWAPPED = {"发展": "开展", "贡献": "奉献", "基础": "根底", "回顾": "回忆"}


def swapped_words(text: str, random: Random) -> str:
    """Words replaced by near synonyms, all over the text."""
    for word, other in _SWAPPED.items():
        text = text.replace(word, other)
    return text


def letter_spacing(text: str, random: Random, share: float = 0.2) -> str:
    """Some paragraphs with a blank behind every character."""
    return "\n".join(
        " ".join(line) if random.random() < share else line for line in text.split("\n")
    )


#: The operators that repair undoes; order is that in which pages pile them up.
MENDED: dict[str, Operator] = {
    "pinyin and traditional": pinyin_and_traditional,
    "full width": full_width,
    "furniture": furniture,
    "doubled commas": doubled_commas,
}
SHIFTED: dict[str, Operator] = {
    "shifted headings": shifted_headings,
    "shifted marks": shifted_marks,
}
DECODED: dict[str, Operator] = {"UTF-8 as Latin-1": utf8_as_latin, "GBK as Latin-1": gbk_as_latin}
LOSSY: dict[str, Operator] = {"UTF-8 as GBK": utf8_as_gbk}
#: Nothing tells that it happened; the comparison has to bear it.
BORNE: dict[str, Operator] = {
    "lost at line ends": lost_at_line_ends,
    "swapped words": swapped_words,
}
MASKED: dict[str, Operator] = {
    "masked, equal length": masked_equally,
    "masked, random length": masked_at_random,
}
PRINTED: dict[str, Operator] = {"hard wraps": hard_wraps, "letter spacing": letter_spacing}
DELETED: dict[str, Operator] = {"deleted digits": deleted_digits}


def all_mended(text: str, random: Random) -> str:
    """The operators of MENDED, one on the other."""
    for operator in MENDED.values():
        text = operator(text, random)
    return text
