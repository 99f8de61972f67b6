"""Vectors of grams, packed so that plain Python adds whole vectors at once.

A table of vectors is a file of three lines and bytes: where it comes from, how many numbers a
vector has, the grams between spaces; then the numbers of one gram after the other, each a byte
from -127 to 127. Sums are of whole numbers, hence the same in any order and on any machine.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Final

#: A number is packed as so much more than it is, so that none is negative.
_ZERO: Final = 128
#: Each byte of a table, as it is packed.
_PACKED: Final = bytes((number + _ZERO) & 0xFF for number in range(256))
#: Bytes of a packed number, and how many are added at once: their sum fits whatever they are.
_LANE: Final = 2
_AT_ONCE: Final = 0xFFFF // 0xFF


#: A table without any gram, for languages that have none.
NO_VECTORS: Final = b"#\n1\n\n"


class GramVectors(dict[str, int]):
    """The vector of each gram as one long number: its numbers side by side.

    So sums are sums of all numbers; a gram without a vector has zeros. ``size``: how many numbers a
    vector has. A gram is packed when it is first asked for.
    """

    def __init__(self, places: Mapping[str, int], numbers: bytes, size: int) -> None:
        super().__init__()
        self.size = size
        self._places, self._numbers = places, numbers
        self._bytes = _LANE * size
        self._unpack = struct.Struct(f"<{size}H").unpack
        self._zeros = self._packed(bytes(size))

    def __missing__(self, gram: str) -> int:
        place = self._places.get(gram)
        if place is None:
            packed = self._zeros
        else:
            packed = self._packed(self._numbers[place * self.size : (place + 1) * self.size])
        self[gram] = packed
        return packed

    def _packed(self, numbers: bytes) -> int:
        lanes = bytearray(self._bytes)
        lanes[::_LANE] = numbers.translate(_PACKED)
        return int.from_bytes(lanes, "little")

    def summed(self, grams: Iterable[str]) -> tuple[float, ...]:
        """The sum of the vectors of some grams, each counted as often as it is given.

        The whole numbers are given as floating-point ones: Python multiplies these faster.
        """
        vectors = list(map(self.__getitem__, grams))
        above = float(_ZERO * len(vectors))
        sums = [
            self._unpack(sum(vectors[k : k + _AT_ONCE]).to_bytes(self._bytes, "little"))
            for k in range(0, len(vectors) or 1, _AT_ONCE)
        ]
        numbers = sums[0] if len(sums) == 1 else map(sum, zip(*sums, strict=True))
        return tuple([number - above for number in numbers])


def vectors_from(table: bytes) -> GramVectors:
    """The vectors of a table's bytes.

    >>> table = b"# made up\\n2\\n\\xe6\\xb0\\xb4 \\xe6\\xb2\\xb3\\n" + bytes([1, 254, 3, 0])
    >>> vectors_from(table).summed(["水", "河", "河", "山"])
    (7.0, -2.0)
    """
    _, size, grams, numbers = table.split(b"\n", 3)
    return GramVectors(dict(zip(grams.decode("utf-8").split(), count())), numbers, int(size))
