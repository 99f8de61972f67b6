"""What is known of a source before it is repaired: edits to make first, and whole lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from policydiff.models import Edit

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Given:
    """What the reader of a file knew. All spans are offsets into the source.

    ``edits``, made first and listed as repairs of ``kind``; ``why`` is what people are told.
    ``whole``: headings and rows of tables, sorted, which no repair joins with their neighbours.
    """

    edits: tuple[Edit, ...] = ()
    kind: str = ""
    why: str = ""
    whole: tuple[Span, ...] = ()
    _starts: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(start for start, _ in self.whole))

    def joins(self, start: int, end: int) -> bool:
        """Whether taking out the line break at ``source[start:end]`` would join a whole line.

        >>> Given(whole=((3, 6),)).joins(6, 7), Given(whole=((3, 6),)).joins(8, 9)
        (True, False)
        """
        at = bisect_right(self._starts, end) - 1
        return at >= 0 and self.whole[at][1] >= start


def without_joins(
    edits: Iterable[Edit], text: str, given: Given, spans: Sequence[Span]
) -> list[Edit]:
    """The edits of a text that leave whole lines whole. ``spans``: of each edit, in the source."""
    return [
        edit
        for edit, span in zip(edits, spans, strict=True)
        if "\n" in edit.after or "\n" not in text[edit.start : edit.end] or not given.joins(*span)
    ]
