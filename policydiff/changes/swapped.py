"""A word in the place of another one, in a sentence that is else the same: another object.

Unlike the names of exchanged.py these need no kind of place or firm behind them: 宫颈癌筛查 and
乳腺癌筛查. What tells them from two wordings is that both words are rare, and not near in meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policydiff.align.meaning import meaning_of, nearness
from policydiff.analysis.clause import AnalysedClause, ClausePart
from policydiff.analysis.keys import key_of
from policydiff.changes.items import grams_of_text, verb_run
from policydiff.changes.setting import is_beside
from policydiff.changes.wording import replaced
from policydiff.language.language import Language, Span

#: Of a part that sets a number, whose name may have more words, most is the same: so alike.
_ALIKE_BESIDE_NUMBERS: Final = 75
#: In so many places two sentences that are else the same may have other words.
_PLACES: Final = 2
#: How long a word is: one character names nothing, and more than eight are several words.
_SHORTEST: Final = 2
_LONGEST: Final = 8
#: So many characters may a name go on behind what two names do not share.
_GOES_ON: Final = 4
#: A word of less weight for each character, in quarters of square nats, is common to all reports:
#: 水平, 能力, 活动. Among words above it that stood in each other's place in 130 pairs of real
#: reports seven in ten were of two things.
_RARE: Final = 90
#: Words nearer than this (cosine) say the same: 轨道 and 地铁. The same count.
_NEAR: Final = 0.68


def swapped(
    clause: AnalysedClause, part: ClausePart, alike: float, beside: str
) -> Iterator[tuple[Span, Span]]:
    """Where a comma part has a rare word in whose place the part ``beside`` it has another one: the
    word, and the name that it is part of. ``alike``: how alike the two are, 0..100.

    >>> from policydiff import parse
    >>> texts = "开展宫颈癌筛查。", "开展乳腺癌筛查。"
    >>> old, new = (parse(f"一、2030年工作安排\\n{text}").commitments[0] for text in texts)
    >>> ((word, name),) = swapped(old, old.parts[0], 80, texts[1])
    >>> old.text[slice(*word)], old.text[slice(*name)]
    ('宫颈', '宫颈癌')
    """
    text = clause.folded[part.start : part.end]
    if part.targets and alike < _ALIKE_BESIDE_NUMBERS:
        return
    verbs = verb_run(clause.language)
    pairs = [
        (here, text[slice(*here)], beside[slice(*there)]) for here, there in replaced(text, beside)
    ]
    pairs = [p for p in pairs if not all(verbs.fullmatch(w) or w.isdigit() for w in p[1:])]
    if any(text[:start][-1:].isdigit() for (start, _), *_ in pairs):
        return  # 45公里 and 45千米: units are told with the numbers
    if len(pairs) > _PLACES or not all(_are_two(*p[1:], clause.language) for p in pairs):
        return
    if not pairs or is_beside(clause, part.start, part.end):
        return
    opening = verbs.match(text)
    for (start, end), word, other_word in pairs:
        short = max(len(word), len(other_word)) == _SHORTEST
        tail = clause.language.tables.one_of("changes", "name_tails").match(text, end)
        ends = tail.end() if tail else end
        goes_on = _end_of_name(text, end, clause.language) if short else ends
        # What stands between the verb and the word is the beginning of it: 减 of 减税降费.
        head = opening.end() if opening and start - opening.end() <= _SHORTEST else start
        yield (
            (part.start + start, part.start + end),
            (part.start + min(head, start), part.start + goes_on),
        )


def _end_of_name(text: str, at: int, language: Language) -> int:
    """Where the name ends of which a word is a part that ends at a place: 宫颈癌 of 宫颈癌筛查."""
    verbs, abstract = verb_run(language), language.tables.word("changes", "abstract")
    end = at
    while end < min(len(text), at + _GOES_ON) and text[end].isalpha():
        if verbs.match(text, end) or abstract.match(text, end):
            break
        end += 1
    return end


def _are_two(one: str, other: str, language: Language) -> bool:
    """Whether two words name two things."""
    abstract, verbs = (
        language.tables.word(*section) for section in (("changes", "abstract"), ("verbs", "action"))
    )
    for word in (one, other):
        if not _SHORTEST <= len(word) <= _LONGEST:
            return False
        if any(not c.isalpha() or c.isascii() for c in word):
            return False
        if abstract.search(word) or verbs.search(word):
            return False
        if sum(grams_of_text(word, language).values()) < _RARE * len(word):
            return False
    meanings = (meaning_of(key_of(word, language)) for word in (one, other))
    return nearness(*meanings) <= _NEAR
