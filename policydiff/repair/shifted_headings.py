"""Headings （一） whose GBK bytes were read one too early."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.models import Edit
from policydiff.repair.context import Context
from policydiff.repair.gbk import CODEC, LEADS, PAIR, bytes_of
from policydiff.repair.knowledge import characters, pattern, spelt_numbers
from policydiff.repair.rereading import Rereader, run_end

#: The last byte of the ideographic space before the bracket; with the bracket's first byte it is 。
_SPACE_TAIL = b"\xa1"
#: The first byte of the closing bracket's second half; with the next character's it is in row A9.
_BRACKET_TAIL = 0xA9
#: No report counts further.
_HIGHEST = 40


def shifted(heading: str) -> str:
    """What a heading in brackets looks like when its GBK bytes are read one byte too early.

    The last byte of the indent before it is taken for the first; pairs that are no character are
    lost; the last byte, the second half of the closing bracket's pair, is left over.

    >>> shifted("（一）"), shifted("（十一）"), shifted("（六）")
    ('。ㄒ唬', '。ㄊ唬', '。')
    """
    data = _SPACE_TAIL + bytes_of(heading)
    pairs = (data[i : i + 2] for i in range(0, len(data) - 1, 2))
    return "".join(pair.decode(CODEC, errors="ignore") for pair in pairs)


def _in_brackets(language: Language, n: int) -> str:
    opening, closing = tuple(characters(language, "heading brackets"))
    return f"{opening}{spelt_numbers(language, _HIGHEST)[n]}{closing}"


@cache
def _numbers_by_form(language: Language) -> dict[str, tuple[int, ...]]:
    """What each shifted form may stand for, the longest forms first."""
    forms: dict[str, list[int]] = {}
    for n in range(1, _HIGHEST + 1):
        forms.setdefault(shifted(_in_brackets(language, n)), []).append(n)
    return {form: tuple(forms[form]) for form in sorted(forms, key=len, reverse=True)}


@cache
def _any_form(language: Language) -> re.Pattern[str]:
    return compile_pattern("|".join(map(re.escape, _numbers_by_form(language))))


def byte_shifted_headings(text: str, context: Context) -> list[Edit]:
    """A heading （一） whose bytes were read one too early, recomputed from the GBK bytes.

    Where a form stands for several numbers, or for a bare 。, the headings before and behind must
    prove the number; the half bracket that is left over proves that there was one.

    >>> from policydiff.language.zh import CHINESE
    >>> context = Context(CHINESE)
    >>> byte_shifted_headings("。ㄒ唬“十三五”目标", context)
    [Edit(start=0, end=3, after='（一）')]
    >>> byte_shifted_headings("。ǘ﹛xxx年", context)
    [Edit(start=0, end=3, after='（二）x')]
    >>> byte_shifted_headings("（五）稳增长\\n。促改革\\n（七）惠民生", context)
    [Edit(start=7, end=8, after='（六）')]
    >>> byte_shifted_headings("（五）稳增长\\n。促改革", context)
    []
    """
    language = context.language
    places = [m.start(1) for m in pattern(language, "shifted heading").finditer(text)]
    if not places:
        return []
    forms = _numbers_by_form(language)
    form_at = {at: m.group() for at in places if (m := _any_form(language).match(text, at))}
    numbers = _Numbers(text, context.language)
    for at, form in form_at.items():
        if len(forms[form]) == 1 and (len(form) > 1 or _is_bracket_tail(text, at + 1)):
            numbers.by_place[at] = forms[form][0]
    numbers.sort()
    reread = Rereader(text, context)
    edits = []
    for at, form in form_at.items():
        n = numbers.by_place.get(at) or numbers.proved(at, forms[form], bare=len(form) == 1)
        if n:
            numbers.settle(at, n)
            after = _in_brackets(language, n)
            edits.append(_heading(reread, text, at, at + len(form), after))
    return edits


class _Numbers:
    """The numbers of the headings in brackets, by their places, as far as they are known."""

    def __init__(self, text: str, language: Language) -> None:
        numbers = {spelt: n for n, spelt in spelt_numbers(language, _HIGHEST).items()}
        sound = pattern(language, "sound heading").finditer(text)
        self.by_place = {m.start(1): numbers.get(m.group(1), 0) for m in sound}
        self._places: list[int] = []
        self._settled = -1  # the last place that was proved

    def sort(self) -> None:
        """To be called when all numbers are in that need no proof."""
        self._places = sorted(self.by_place)

    def settle(self, at: int, n: int) -> None:
        """Add the number of a heading that stands behind all others that were added."""
        self.by_place[at] = n
        self._settled = at

    def proved(self, at: int, possible: tuple[int, ...], *, bare: bool) -> int | None:
        """The number that the headings around leave; for a bare 。 both neighbours must fit."""
        i = bisect_right(self._places, at)
        before = max(self._places[i - 1] if i else -1, self._settled)
        behind = self._places[i] if i < len(self._places) else None
        for n in possible:
            fits = (
                before >= 0 and self.by_place[before] == n - 1,
                behind is not None and self.by_place[behind] == n + 1,
            )
            if all(fits) or (not bare and any(fits)):
                return n
        return None if bare else possible[0]


def _is_bracket_tail(text: str, at: int) -> bool:
    """Whether the half bracket stands at ``at``, joined with the first byte of what followed."""
    pair = bytes_of(text[at : at + 1])
    return len(pair) == PAIR and pair[0] == _BRACKET_TAIL


def _heading(reread: Rereader, text: str, start: int, end: int, after: str) -> Edit:
    """The edit for a heading; the shift behind it is undone as far as it goes."""
    if not _is_bracket_tail(text, end):
        return Edit(start, end, after)
    half = bytes_of(text[end])[1]
    if half < LEADS[0]:
        return Edit(start, end + 1, after + chr(half))
    best = reread.behind_half(end, half)
    if best is None:
        return Edit(start, end, after)
    return Edit(start, end + 1 + best.at, after + best.text)


def bracket_tails(text: str, language: Language) -> list[tuple[int, int]]:
    """The spans of headings behind which the shift was not undone, with the runs behind them.

    >>> from policydiff.language.zh import CHINESE
    >>> bracket_tails("（一）┳銮抗ひ担", CHINESE)
    [(3, 8)]
    """
    ends = (m.end() for m in pattern(language, "sound heading").finditer(text))
    return [(end, run_end(text, end + 1)) for end in ends if _is_bracket_tail(text, end)]
