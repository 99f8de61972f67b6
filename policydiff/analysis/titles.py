"""Headings that run on: sentences inside paragraphs that serve as titles.

A county report often sets a short sentence before the measures that it sums up: 加强水利建设。 and
then, in the same paragraph, what is built where. Such a sentence promises nothing of its own. The
outline knows the titles at the head of paragraphs; here are those that stand behind an item's mark
or in the middle of a paragraph, and openings of paragraphs that are alike. Whether a
sentence is a title cannot be told from it alone, but a report is consistent: either its short
sentences are set before longer ones nearly always, or they are tasks among tasks.

Works on folded text; every offset is one into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from policydiff.analysis.outline import Stretch
from policydiff.analysis.pieces import Piece, pieces_of
from policydiff.analysis.run_in import run_in_titles
from policydiff.language.language import Language

#: A title behind an item's mark has no more characters; in eighteen labelled plans the longest has
#: 20.
_LONGEST = 22
#: What a title sums up is longer than the title, so many times.
_LONGER = 1.3
#: Of the items of a report so many must be titles. In labelled plans these are .73 to .84 where
#: items are titles and .64 at most where they are tasks. _UNSEEN more that are none are assumed, so
#: that few cases tell nothing.
_ITEMS_TITLED, _UNSEEN = 0.7, 2
#: Titles in pairs of words are longer, and three of one form stand within four paragraphs.
_LONGEST_PAIR, _NEAR, _OTHERS = 30, 4, 2
#: Pairs of words inside paragraphs have more between them: so many pieces of the plan.
_PAIRS_NEAR = 40
#: Items that each open a paragraph are titles where all openings of the list are short, have as
#: many parts and are about as long, or so many of them begin or end alike. In the labelled plans no
#: list of tasks is so, and every list of titles.
_LISTED, _LONGEST_LISTED, _PARTS, _RAGGED, _ALIKE = 3, 34, 2, 3, 0.6
#: So many characters at the end of an opening, before its stop, are words that repeat (保卫战).
_REFRAIN = 3
_EDGE = 2


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
    pieces = pieces_of(text, stretches, language)
    titles = {
        id(piece.stretch)
        for piece in (
            *run_in_titles(pieces, language),
            *_items(pieces),
            *_listed(pieces),
            *_parallel(pieces),
            *_pairs(pieces),
        )
    }
    return [s._replace(title=True) if id(s) in titles else s for s in stretches]


def _items(pieces: Sequence[Piece]) -> list[Piece]:
    """Short items that each sum up the longer sentence behind, where most items do so."""
    titles: list[Piece] = []
    count = _UNSEEN
    for piece, behind in pairwise(pieces):
        if piece.place != "item":
            continue
        count += 1
        longer = behind.length >= _LONGER * piece.length
        if _is_short(piece) and not _is_short(behind) and longer:
            titles.append(piece)
    return titles if len(titles) >= _ITEMS_TITLED * count else []


def _is_short(piece: Piece) -> bool:
    whole = piece.plain and not piece.ends
    return whole and len(piece.shape) == 1 and piece.length <= _LONGEST


def _listed(pieces: Sequence[Piece]) -> list[Piece]:
    """The openings of lists of which each item is a paragraph that opens with a title."""
    return [piece for items in _lists(pieces) if _opens_with_titles(items) for piece in items]


def _lists(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """The items that open paragraphs one behind the other."""
    items: list[Piece] = []
    for piece in pieces:
        if not piece.opens:
            continue
        listed = piece.place == "item" and not piece.stretch.title
        if items and not (listed and piece.paragraph == items[-1].paragraph + 1):
            yield items
            items = []
        if listed:
            items.append(piece)
    yield items


def _opens_with_titles(items: Sequence[Piece]) -> bool:
    openings = [
        piece
        for piece in items
        if piece.plain
        and not piece.ends
        and len(piece.shape) <= _PARTS
        and piece.length <= _LONGEST_LISTED
    ]
    if len(items) < _LISTED or len(openings) < len(items):
        return False
    if len({len(piece.shape) for piece in items}) > 1:
        return False
    lengths = [piece.length for piece in items]
    like_another = sum(any(_begin_or_end_alike(a, b) for b in items if b is not a) for a in items)
    return max(lengths) - min(lengths) <= _RAGGED or like_another >= _ALIKE * len(items)


def _begin_or_end_alike(a: Piece, b: Piece) -> bool:
    """Whether two openings have a refrain, or two of: first words, last words, length."""
    signs = (
        a.text[:_EDGE] == b.text[:_EDGE],
        a.text[-1 - _EDGE : -1] == b.text[-1 - _EDGE : -1],
        abs(a.length - b.length) <= 1,
    )
    return sum(signs) > 1 or _have_a_refrain(a, b)


def _have_a_refrain(a: Piece, b: Piece) -> bool:
    return a.text[-1 - _REFRAIN : -1] == b.text[-1 - _REFRAIN : -1]


def _parallel(pieces: Sequence[Piece]) -> list[Piece]:
    """Openings of paragraphs near each other that have the same form."""
    leads = [
        piece
        for piece in pieces
        if piece.place == "paragraph"
        and piece.plain
        and not piece.ends
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


def _of_one_form(a: Piece, b: Piece) -> bool:
    """Whether two openings have as many parts, as long but for one character; of one part, they
    begin alike as well. Pairs with a refrain may be of any length.
    """
    if len(a.shape) != len(b.shape):
        return False
    as_long = all(abs(x - y) <= 1 for x, y in zip(a.shape, b.shape, strict=True))
    if len(a.shape) == 1:
        return as_long and a.text[:_EDGE] == b.text[:_EDGE]
    return as_long or (len(a.shape) == _PARTS and _have_a_refrain(a, b))


def _pairs(pieces: Sequence[Piece]) -> list[Piece]:
    """Sentences in two parts inside paragraphs, three of which end or begin alike, each with other
    text behind it. What stands behind a short sentence is what that sums up.
    """
    pairs = {
        k: piece
        for k, piece in enumerate(pieces)
        if piece.place == "sentence"
        and piece.plain
        and not piece.ends
        and len(piece.shape) == _PARTS
        and piece.length <= _LONGEST_PAIR
        and not (k and _is_short(pieces[k - 1]))
    }
    titles = []
    for k, piece in pairs.items():
        alike = [j for j in pairs if 0 < abs(j - k) <= _PAIRS_NEAR and _rhyme(piece, pairs[j])]
        if len(alike) >= _OTHERS and k + 1 not in alike and k - 1 not in alike:
            titles.append(piece)
    return titles


def _rhyme(a: Piece, b: Piece) -> bool:
    """Whether two pairs have a refrain, or both parts of them begin alike."""
    second = [piece.text[piece.shape[0] + 1 :][:_EDGE] for piece in (a, b)]
    return _have_a_refrain(a, b) or (a.text[:_EDGE] == b.text[:_EDGE] and second[0] == second[1])
