"""Short sentences in the middle of paragraphs: does one sum up what follows, or is it a task?

加强社会保障。 stands before the measures that it sums up; 完成殡仪馆迁建。 is a measure itself.
No single sign tells them apart, but together these do: what follows is longer and takes up the
words of a title, a title names few rare things, others of its form stand near, and the short
sentences of the paragraph and of the whole report are followed by long ones. Their weights are in
the table ``outline``; benchmarks/fit_titles.py fits them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from policydiff.analysis.keys import Grams, object_grams, weights_of
from policydiff.analysis.layout import shows
from policydiff.analysis.pieces import Piece
from policydiff.language.language import Language
from policydiff.language.rarity import SQUARE_NAT

#: A title inside a paragraph has no more characters; in eighteen labelled plans the longest has 20.
_LONGEST = 24
#: What a title sums up is longer than the title, so many times.
_LONGER = 1.3
#: How much longer counts up to about seven times (in nats).
_MUCH_LONGER = 2.0
#: So many pieces before and behind are near, and so many of one form are enough.
_NEAR, _ENOUGH = 25, 3
#: So many characters at either end make the form of a sentence, with a length that differs by one.
_EDGE = 2
#: Of the short sentences of a report so many more that are no titles are assumed, and of those of a
#: paragraph one of which half is known, so that few cases tell nothing.
_UNSEEN, _HALF = 2, 0.5
#: Fewer short sentences tell nothing of how a report is written.
_FEWEST = 4
#: From so much on (in nats) a sentence is a title. Where so many of a report are, those in doubt
#: are as well: labelled reports with such titles have hardly any short task that is not far below.
_CLEAR, _MOST, _DOUBTFUL = 0.6, 0.5, -1.0
#: Lengths and rarities are reckoned in tens, so that the weights are of one size.
_TENS = 10.0


class Cues(NamedTuple):
    """What speaks for a short sentence being a title, in the order of the table."""

    length: float
    longer: float
    alike: float
    follows_short: float
    rare: float
    taken_up: float
    report: float
    paragraph: float


def may_be_title(piece: Piece, language: Language) -> bool:
    """Whether a piece may be a title by its form: a short plain sentence with text behind."""
    return (
        piece.plain
        and not piece.ends
        and len(piece.shape) == 1
        and piece.length <= _LONGEST
        and not shows(language, "no title").search(piece.text)
    )


def run_in_titles(pieces: Sequence[Piece], language: Language) -> list[Piece]:
    """The short sentences inside paragraphs that are titles."""
    weights, offset = _weights(language)
    sums = [
        (piece, offset + sum(w * c for w, c in zip(weights, cues, strict=True)))
        for piece, cues in cues_of(pieces, language)
    ]
    clear = [piece for piece, told in sums if told > _CLEAR]
    if len(sums) < _FEWEST:
        return []
    if len(clear) < _MOST * len(sums):
        return clear
    return [piece for piece, told in sums if told > _DOUBTFUL]


@cache
def _weights(language: Language) -> tuple[tuple[float, ...], float]:
    """The weights of the cues in their order, and what is added to every sum."""
    table = {e["cue"]: e["weight"] for e in language.tables.load("outline")["titles"]}
    return tuple(table[name] for name in Cues._fields), table["offset"]


def cues_of(pieces: Sequence[Piece], language: Language) -> list[tuple[Piece, Cues]]:
    """The short sentences inside paragraphs, each with its cues."""
    short = [may_be_title(piece, language) for piece in pieces]
    asked = [
        k
        for k, piece in enumerate(pieces[:-1])  # the last has nothing to sum up
        if short[k] and piece.place == "sentence" and not piece.stretch.title
    ]
    sums_up = {k: _sums_up(pieces, short, k) for k in asked}
    in_all = sum(sums_up.values())
    near = Counter(pieces[k].paragraph for k in asked)
    near_by = Counter(pieces[k].paragraph for k in asked if sums_up[k])
    told = []
    for k in asked:
        piece = pieces[k]
        grams = _objects(piece.text, language)
        cues = Cues(
            length=piece.length / _TENS,
            longer=min(math.log(pieces[k + 1].length / piece.length), _MUCH_LONGER),
            alike=_alike(pieces, short, k),
            follows_short=float(
                k > 0 and short[k - 1] and pieces[k - 1].paragraph == piece.paragraph
            ),
            rare=math.sqrt(sum(grams.values()) / SQUARE_NAT) / _TENS,
            taken_up=_taken_up(grams, _what_follows(pieces, short, k), language),
            report=(in_all - sums_up[k]) / (len(asked) - 1 + _UNSEEN),
            paragraph=(near_by[piece.paragraph] - sums_up[k] + _HALF) / near[piece.paragraph],
        )
        told.append((piece, cues))
    return told


def _sums_up(pieces: Sequence[Piece], short: Sequence[bool], k: int) -> bool:
    """Whether what follows is no short sentence, and longer."""
    return not short[k + 1] and pieces[k + 1].length >= _LONGER * pieces[k].length


def _what_follows(pieces: Sequence[Piece], short: Sequence[bool], k: int) -> str:
    """The text up to the next short sentence or the end of the paragraph; the next piece at
    least.
    """
    end = k + 2
    if not short[k + 1]:
        while end < len(pieces) and pieces[end].paragraph == pieces[k].paragraph and not short[end]:
            end += 1
    return "".join(piece.text for piece in pieces[k + 1 : end])


def _objects(text: str, language: Language) -> Grams:
    return weights_of(object_grams(text, language)[1], language)


def _taken_up(grams: Grams, behind: str, language: Language) -> float:
    """How much of the weight of the grams of a sentence is in the text behind it, 0..1."""
    total = sum(grams.values())
    again = set(object_grams(behind, language)[1])
    return sum(weight for gram, weight in grams.items() if gram in again) / total if total else 0.0


def _alike(pieces: Sequence[Piece], short: Sequence[bool], k: int) -> float:
    """How many short sentences near have its form, of those that are enough, 0..1."""
    near = range(max(0, k - _NEAR), min(len(pieces), k + _NEAR + 1))
    count = sum(short[j] and j != k and _of_one_form(pieces[j].text, pieces[k].text) for j in near)
    return min(count, _ENOUGH) / _ENOUGH


def _of_one_form(a: str, b: str) -> bool:
    """Whether two sentences share two of: how they begin, how they end before the stop, length."""
    signs = (
        a[:_EDGE] == b[:_EDGE],
        a[-1 - _EDGE : -1] == b[-1 - _EDGE : -1],
        abs(len(a) - len(b)) <= 1,
    )
    return sum(signs) > 1
