"""Headings that run on: sentences inside paragraphs that serve as titles.

A county report often sets a short sentence before the measures that it sums up: 加强水利建设。 and
then, in the same paragraph, what is built where. Such a sentence promises nothing of its own. The
outline knows the titles at the head of paragraphs; here are those that stand behind an item's mark
or in the middle of a paragraph, and pairs of words that open paragraphs in parallel. Whether a
sentence is a title cannot be told from it alone, but a report is consistent: either its short
sentences are set before longer ones nearly always, or they are tasks among tasks.

Works on folded text; every offset is one into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from policydiff.analysis.layout import ITEM, mark_pattern, marker, shows
from policydiff.analysis.outline import Stretch
from policydiff.language.language import Language

#: A title inside a paragraph has no more characters; in eighteen labelled plans the longest has 20.
_LONGEST = 22
#: What a title sums up is longer than the title, so many times.
_LONGER = 1.3
#: Of the items of a report, or of its short sentences inside paragraphs, so many must be titles.
#: In labelled plans these are .73 to .84 where items are titles and .64 at most where they are
#: tasks, .81 and .84 against .69 for sentences. _UNSEEN more that are none are assumed, so that few
#: cases tell nothing.
_ITEMS_TITLED, _SENTENCES_TITLED, _UNSEEN = 0.7, 0.75, 2
#: Titles in pairs of words are longer, and three of one form stand within four paragraphs.
_LONGEST_PAIR, _NEAR, _OTHERS = 30, 4, 2

_Place = Literal["paragraph", "item", "sentence", "part"]


class _Piece(NamedTuple):
    """A stretch of the plan. ``place``: what it opens; ``ends``: nothing follows in the paragraph.

    ``shape``: how long its comma parts are; ``plain``: a whole sentence without a number.
    """

    stretch: Stretch
    paragraph: int
    place: _Place
    ends: bool
    shape: tuple[int, ...]
    plain: bool

    @property
    def length(self) -> int:
        return self.stretch.end - self.stretch.start

    @property
    def short(self) -> bool:
        """Whether it may be a title by its form."""
        return self.plain and not self.ends and len(self.shape) == 1 and self.length <= _LONGEST


def with_titles(text: str, stretches: Sequence[Stretch], language: Language) -> list[Stretch]:
    """The stretches, with those of the plan marked as titles that are headings inside paragraphs.

    ``text``: the folded text that they are stretches of.

    >>> from policydiff.analysis.outline import outline
    >>> from policydiff.language.zh import CHINESE
    >>> things = ("水利", "交通", "教育", "医疗", "文化", "体育", "养老", "供水")
    >>> text = "工作安排\\n" + "".join(
    ...     f"加强{thing}建设。新建{thing}设施三处,改造老旧的{thing}设施五处。" for thing in things)
    >>> marked = with_titles(text, outline(text, CHINESE).stretches, CHINESE)
    >>> [text[s.start : s.end] for s in marked if s.title][:2]
    ['加强水利建设。', '加强交通建设。']
    """
    pieces = _pieces(text, stretches, language)
    titles = {id(piece.stretch) for piece in (*_run_in(pieces), *_parallel(pieces))}
    return [s._replace(title=True) if id(s) in titles else s for s in stretches]


def _pieces(text: str, stretches: Sequence[Stretch], language: Language) -> list[_Piece]:
    """The stretches of the plan, each with its place in the paragraph."""
    pieces: list[_Piece] = []
    paragraph = 0
    for k, stretch in enumerate(stretches):
        before = stretches[k - 1].end if k else 0
        behind = stretches[k + 1] if k + 1 < len(stretches) else None
        opens = k == 0 or "\n" in text[before : stretch.start]
        paragraph += opens
        if stretch.part != "plan":
            continue
        pieces.append(
            _Piece(
                stretch,
                paragraph,
                _place(text, before, stretch, language, opens=opens),
                behind is None or "\n" in text[stretch.end : behind.start],
                tuple(b - a for a, b in language.comma_parts(text[stretch.start : stretch.end])),
                _plain(text[stretch.start : stretch.end], language),
            )
        )
    return pieces


def _place(text: str, before: int, stretch: Stretch, language: Language, *, opens: bool) -> _Place:
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


def _run_in(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Short sentences that each sum up the longer one behind, where the report is full of them."""
    titles: dict[_Place, list[_Piece]] = {"item": [], "sentence": []}
    all_of: dict[_Place, int] = {"item": _UNSEEN, "sentence": _UNSEEN}
    for piece, behind in pairwise(pieces):
        if piece.place not in titles:
            continue
        all_of[piece.place] += piece.short or piece.place == "item"
        if piece.short and not behind.short and behind.length >= _LONGER * piece.length:
            titles[piece.place].append(piece)
    needed: dict[_Place, float] = {"item": _ITEMS_TITLED, "sentence": _SENTENCES_TITLED}
    return [
        piece
        for place, those in titles.items()
        if len(those) >= needed[place] * all_of[place]
        for piece in those
    ]


def _parallel(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Openings of paragraphs near each other that have the same form, in two parts or more."""
    leads = [
        piece
        for piece in pieces
        if piece.place == "paragraph"
        and piece.plain
        and not piece.ends
        and len(piece.shape) > 1
        and piece.length <= _LONGEST_PAIR
    ]
    return [
        lead
        for k, lead in enumerate(leads)
        if sum(
            abs(lead.paragraph - other.paragraph) <= _NEAR and _of_one_form(lead, other)
            for other in (*leads[max(k - _NEAR, 0) : k], *leads[k + 1 : k + 1 + _NEAR])
        )
        >= _OTHERS
    ]


def _of_one_form(a: _Piece, b: _Piece) -> bool:
    """Whether the parts of two openings are as many, and as long but for one character."""
    return len(a.shape) == len(b.shape) and all(
        abs(first - second) <= 1 for first, second in zip(a.shape, b.shape, strict=True)
    )
