"""From an RTF file to its text: paragraphs as lines, tables row by row, in linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from policydiff.errors import ReadError, TooLargeError
from policydiff.reading.encoding import SAVE_AS
from policydiff.reading.marks import Content
from policydiff.reading.rtf_page import RtfPage

_TOKEN: Final = re.compile(
    rb"\\([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^A-Za-z'])|([{}])"
    rb"|([^\\{}\r\n]+)|[\r\n\\]"
)
#: Groups that hold no text of the body: fonts and styles, pictures, headers, notes, codes.
_UNSEEN: Final = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl"
    b" footerr footerf footnote annotation atnid atnauthor fldinst listtable listoverridetable"
    b" revtbl rsidtbl generator xmlnstbl themedata colorschememapping latentstyles datastore"
    b" bkmkstart bkmkend nonshppict ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn pgdsctbl sp"
    b" upr filetbl shprslt mmathPr docvar panose falt private do".split()
)
#: Groups that a reader sees though older programs skip them.
_SEEN: Final = frozenset((b"shppict", b"shpinst", b"shptxt", b"ud", b"listtext", b"pntext"))
_CHARACTERS: Final = {
    b"tab": " ", b"line": "\n", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’",
    b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " ",
    b"page": "\n", b"column": "\n", b"softline": "\n",
}  # fmt: skip
#: Code pages as RTF numbers them, and character sets of fonts, with Python's codecs.
_PAGES: Final = {936: "gb18030", 54936: "gb18030", 950: "cp950", 932: "cp932", 949: "cp949"}
_CHARSETS: Final = {134: "gb18030", 136: "cp950", 128: "cp932", 129: "cp949"}
_WESTERN: Final = "cp1252"
_MOST_GROUPS: Final = 10_000
_TOGGLES: Final = {b"v": "hidden", b"strike": "struck", b"striked": "struck", b"deleted": "deleted"}


@dataclass(slots=True)
class _State:
    """What holds for the text of a group; an inner group begins with a copy."""

    unseen: bool = False
    fallback: int = 1  # characters that follow a Unicode number for older programs
    codec: str = ""  # of the font; '' for that of the file
    hidden: bool = False
    struck: bool = False
    deleted: bool = False
    raised: bool = False
    in_fonts: bool = False


def read_rtf(data: bytes, *, where: str) -> Content:
    """The text of an RTF file, with headings and tables.

    Raises ``ReadError`` where it is no RTF text, ``TooLargeError`` where groups lie too deep.
    """
    if b"\0" in data and b"\\bin" not in data:
        raise ReadError(where=where, what="is a damaged RTF file (NUL in it)", remedy=SAVE_AS)
    return _Reader(data, where).read()


class _Reader:
    def __init__(self, data: bytes, where: str) -> None:
        self._data, self._where = data, where
        self._page = RtfPage()
        self._state, self._outer = _State(), list[_State]()
        self._codec, self._used = _WESTERN, "utf-8"
        self._fonts: dict[int, str] = {}
        self._font = 0  # being defined
        self._bytes = bytearray()  # text in a code page, until something else follows
        self._surrogate = 0
        self._skip = 0  # characters still to be skipped behind a Unicode number
        self._starred = False
        self._boxes: list[int] = []  # how deep each open text box lies

    def read(self) -> Content:
        at = self._data.index(b"{")
        while at < len(self._data):
            token = _TOKEN.match(self._data, at)
            if token is None:
                break
            at = token.end()
            if token[1] == b"bin":
                at += max(0, int(token[2] or 0))
            else:
                self._take(token)
        self._flush()
        text, marks = self._page.finish()
        return Content(text, self._used, marks)

    def _take(self, token: re.Match[bytes]) -> None:
        word, number, byte, symbol, brace, text = token.groups()
        if byte is not None or text is not None:
            self._take_bytes(bytes.fromhex(byte.decode()) if byte else text)
            return
        self._flush()
        if brace == b"{":
            if len(self._outer) >= _MOST_GROUPS:
                what = f"has more than {_MOST_GROUPS:,} groups inside each other"
                raise TooLargeError(where=self._where, what=what, remedy=SAVE_AS)
            self._outer.append(self._state)
            self._state = replace(self._state)
        elif brace == b"}":
            self._state = self._outer.pop() if self._outer else _State()
            if self._boxes and len(self._outer) < self._boxes[-1]:
                self._boxes.pop()
                self._page.end_box()
        elif symbol is not None:
            self._symbol(symbol)
        elif word is not None:
            self._word(word, None if number is None else int(number))

    def _take_bytes(self, data: bytes) -> None:
        self._starred = False
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        if not self._state.unseen:
            self._bytes += data

    def _symbol(self, symbol: bytes) -> None:
        self._starred = symbol == b"*"
        shown = {b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}"}.get(symbol)
        if self._skip and shown:
            self._skip -= 1
        elif shown:
            self._write(shown)

    def _word(self, word: bytes, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if word in _UNSEEN or (starred and word not in _SEEN):
            self._state.unseen = True
            self._state.in_fonts = word == b"fonttbl"
        if self._state.in_fonts:
            if word == b"f":
                self._font = number or 0
            elif word == b"fcharset" and number in _CHARSETS:
                self._fonts[self._font] = _CHARSETS[number]
        if self._state.unseen:
            return
        if word == b"shptxt":
            self._boxes.append(len(self._outer))
            self._page.begin_box()
        elif word in _CHARACTERS:
            self._write(_CHARACTERS[word])
        elif word == b"u" and number is not None:
            self._unicode(number % 65536)
        elif word in _TOGGLES:
            setattr(self._state, _TOGGLES[word], number != 0)
        else:
            self._format(word, number)
            self._page.word(word, number)

    def _format(self, word: bytes, number: int | None) -> None:
        state = self._state
        if word == b"uc":
            state.fallback = min(max(0, number or 0), 8)
        elif word == b"ansicpg":
            self._codec = _PAGES.get(number or 0, _WESTERN)
        elif word == b"f":
            state.codec = self._fonts.get(number or 0, "")
        elif word == b"super":
            state.raised = number != 0
        elif word == b"nosupersub":
            state.raised = False
        elif word == b"plain":
            state.hidden = state.struck = state.deleted = state.raised = False

    def _unicode(self, code: int) -> None:
        """A character by its UTF-16 code; beyond 16 bits two of them make one."""
        self._skip = self._state.fallback
        if 0xD800 <= code < 0xDC00:
            self._surrogate = code
        elif 0xDC00 <= code < 0xE000:
            if self._surrogate:
                self._write(chr(0x10000 + ((self._surrogate - 0xD800) << 10) + code - 0xDC00))
            self._surrogate = 0
        elif code:
            self._write(chr(code))

    def _flush(self) -> None:
        if self._bytes:
            codec = self._state.codec or self._codec
            try:
                text = self._bytes.decode(codec)
                self._used = "gb18030" if codec == "gb18030" else self._used
            except UnicodeDecodeError:
                text = self._bytes.decode("gb18030", errors="replace")
            self._bytes.clear()
            self._write(text)

    def _write(self, text: str) -> None:
        state = self._state
        if state.unseen or state.hidden or state.struck or state.deleted:
            return
        self._page.write(text, raised=state.raised)
