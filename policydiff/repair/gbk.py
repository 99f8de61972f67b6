"""Characters by the two bytes that GBK writes them with."""

from __future__ import annotations

from functools import cache

from policydiff.language.language import Language
from policydiff.repair.likelihood import usage

CODEC = "gbk"
#: A character has two bytes.
PAIR = 2
#: First bytes; and the second bytes that are ASCII.
LEADS = range(0x81, 0xFF)
ASCII_SECONDS = range(0x40, 0x7F)
_SECONDS = range(0x40, 0xFF)


def bytes_of(c: str) -> bytes:
    """The two bytes of a character; one or none for what has no such pair."""
    return c.encode(CODEC, errors="ignore")


class DoubleBytes:
    """The characters that reports of a language use, by their bytes."""

    def __init__(self, language: Language) -> None:
        self._fold = language.fold
        self._used = usage(language).characters
        self._punctuation = usage(language).punctuation
        self._characters: dict[tuple[int, int], str | None] = {}
        self._led: dict[int, str] = {}
        self._ended: dict[int, str] = {}

    def character(self, first: int, second: int) -> str | None:
        """The character of two bytes, if reports use it."""
        pair = first, second
        if pair not in self._characters:
            self._characters[pair] = self._character(bytes(pair))
        return self._characters[pair]

    def _character(self, pair: bytes) -> str | None:
        try:
            c = pair.decode(CODEC)
        except UnicodeDecodeError:
            return None
        if len(c) > 1:  # two characters of ASCII
            return None
        return c if c in self._punctuation or self._fold(c) in self._used else None

    def led_by(self, first: int) -> str:
        """The characters with this first byte."""
        if first not in self._led:
            self._led[first] = "".join(
                c for second in _SECONDS if (c := self.character(first, second))
            )
        return self._led[first]

    def ended_by(self, second: int) -> str:
        """The characters with this second byte."""
        if second not in self._ended:
            self._ended[second] = "".join(
                c for first in LEADS if (c := self.character(first, second))
            )
        return self._ended[second]


@cache
def double_bytes(language: Language) -> DoubleBytes:
    """The characters that reports of ``language`` use, by their bytes."""
    return DoubleBytes(language)
