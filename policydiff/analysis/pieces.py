"""The pieces of a plan, as they are asked whether they are titles inside paragraphs.

Works on folded text; every offset is one into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from policydiff.analysis.layout import ITEM, mark_pattern, marker, shows
from policydiff.analysis.outline import Stretch
from policydiff.language.language import Language

Place = Literal["paragraph", "item", "sentence", "part"]


class Piece(NamedTuple):
    """A stretch of the plan. ``place``: what it opens; ``opens``: it opens a paragraph, with the
    mark of an item or without; ``ends``: nothing follows in the paragraph.

    ``text``: folded; ``plain``: a whole sentence without a number; ``shape``: how long its comma
    parts are, if it is plain and something follows, as it else cannot be a title.
    """

    text: str
    stretch: Stretch
    paragraph: int
    place: Place
    opens: bool
    ends: bool
    shape: tuple[int, ...]
    plain: bool

    @property
    def length(self) -> int:
        return len(self.text)


def pieces_of(text: str, stretches: Sequence[Stretch], language: Language) -> list[Piece]:
    """The stretches of the plan, each with its place in the paragraph.

    ``text``: the folded text that they are stretches of.
    """
    pieces: list[Piece] = []
    paragraph = 0
    for k, stretch in enumerate(stretches):
        before = stretches[k - 1].end if k else 0
        behind = stretches[k + 1] if k + 1 < len(stretches) else None
        opens = k == 0 or "\n" in text[before : stretch.start]
        paragraph += opens
        if stretch.part != "plan":
            continue
        own = text[stretch.start : stretch.end]
        ends = behind is None or "\n" in text[stretch.end : behind.start]
        plain = _plain(own, language)
        parts = language.comma_parts(own) if plain and not ends else ()
        pieces.append(
            Piece(
                own,
                stretch,
                paragraph,
                _place(text, before, stretch, language, opens=opens),
                opens,
                ends,
                tuple([b - a for a, b in parts]),
                plain,
            )
        )
    return pieces


def _place(text: str, before: int, stretch: Stretch, language: Language, *, opens: bool) -> Place:
    """What the stretch opens: an item, a paragraph, a sentence, or no more than part of one."""
    gap = text[before : stretch.start]
    start = stretch.start - len(gap.rpartition("\n")[2].lstrip())
    mark = marker(text, start, stretch.end, language) if start < stretch.start else None
    if start < stretch.start and (mark is None or mark[1] == ITEM):
        return "item"
    if opens:
        return "paragraph"
    stopped = mark_pattern(language, "sentence").match(text, before - 1) is not None
    return "sentence" if stopped else "part"


def _plain(text: str, language: Language) -> bool:
    stopped = mark_pattern(language, "full stop").match(text, len(text) - 1) is not None
    return stopped and not shows(language, "number").search(text)
