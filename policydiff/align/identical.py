"""Which clauses have the same words, marks and blanked numbers aside."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from policydiff.align.candidates import Pair

#: All but letters, characters, digits and what belongs to numbers.
_MARKS = re.compile(r"[^\w%.\-~*]|_")
#: Numbers in a folded text, blanked or not.
_NUMBER = re.compile("[0-9x][0-9x.]*")


def bare(folded: str) -> str:
    """A folded text without marks and spaces.

    >>> bare("加快建设,做好收尾。")
    '加快建设做好收尾'
    """
    return _MARKS.sub("", folded)


def without_numbers(text: str) -> str:
    """A bare text with 0 for every number, blanked or not.

    >>> without_numbers("新增xx家,增长6.5%")
    '新增0家,增长0%'
    """
    return _NUMBER.sub("0", text)


def settled(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The pairs of bare texts that settle each other and look for nobody else.

    They have the same words, marks aside; blanks, too, are like any number. Where a text stands
    several times, its k-th occurrences belong together, and what one side has more of goes with
    the last of the other.

    >>> settled(["改造危桥3座", "建厂", "建厂"], ["建厂", "改造危桥x座"])
    [(1, 0), (2, 0), (0, 1)]
    """
    here, there = _positions(enumerate(old)), _positions(enumerate(new))
    pairs = []
    for text, left in here.items():
        right = there.get(text, [])
        if right:
            for k in range(max(len(left), len(right))):
                pairs.append((left[min(k, len(left) - 1)], right[min(k, len(right) - 1)]))
    return pairs + _alike_but_for_blanks(old, new, pairs)


def _positions(texts: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """Where each text stands."""
    positions: defaultdict[str, list[int]] = defaultdict(list)
    for i, text in texts:
        positions[text].append(i)
    return positions


def _alike_but_for_blanks(
    old: Sequence[str], new: Sequence[str], done: Sequence[Pair]
) -> list[Pair]:
    """Texts with the same words of which one blanks numbers that the other has, or both do.

    A blank is like any number; where it could be either of two texts, evidence decides.
    """
    if not any("x" in text for texts in (old, new) for text in texts):
        return []
    sides = []
    for side, texts in enumerate((old, new)):
        taken = {pair[side] for pair in done}
        rest = {i: text for i, text in enumerate(texts) if i not in taken}
        sides.append({i: text for i, text in rest.items() if _NUMBER.search(text)})
    forms = (_positions((i, without_numbers(text)) for i, text in side.items()) for side in sides)
    here, there = ({form: at[0] for form, at in some.items() if len(at) == 1} for some in forms)
    return [
        (i, there[form])
        for form, i in here.items()
        if form in there
        and all(
            a == b or "x" in a + b
            for a, b in zip(
                _NUMBER.findall(sides[0][i]), _NUMBER.findall(sides[1][there[form]]), strict=True
            )
        )
    ]
