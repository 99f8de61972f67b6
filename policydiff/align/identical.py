"""Which clauses have the same words, marks and blanked numbers aside."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence

from policydiff.align.candidates import Pair
from policydiff.language.patterns import compile_pattern

#: All but letters, characters, digits and what belongs to numbers.
_MARKS = compile_pattern(r"[^\w%.\-~*]|_")
#: Numbers in a folded text, blanked or not.
_NUMBER = compile_pattern("[0-9x][0-9x.]*")


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
    [(0, 1), (1, 0), (2, 0)]
    """
    pairs, over = settled_under(*([("", text) for text in side] for side in (old, new)))
    return sorted(pairs + over)


def settled_under(
    old: Sequence[tuple[Hashable, str]], new: Sequence[tuple[Hashable, str]]
) -> tuple[list[Pair], list[Pair]]:
    """The same for bare texts with the headings above them, and the pairs of what is left over.

    Of a text that one side has more often, the copies under one heading belong together. A copy
    that is left over may have another partner, whose numbers were changed; where it has none, it
    goes with the last of the other side.

    >>> settled_under([("城东", "建厂2座"), ("城西", "建厂2座")], [("城西", "建厂2座")])
    ([(1, 0)], [(0, 0)])
    """
    here, there = ([text for _, text in side] for side in (old, new))
    pairs: list[Pair] = []
    over: list[Pair] = []
    copies = _positions(enumerate(there))
    for text, left in _positions(enumerate(here)).items():
        right = copies.get(text, [])
        if len(left) == len(right):
            pairs += zip(left, right, strict=True)
        elif right:
            paired = _under_one_heading(left, right, old, new)
            pairs += paired
            (last, other), done = paired[-1], [{pair[side] for pair in paired} for side in (0, 1)]
            over += [(i, other) for i in left if i not in done[0]]
            over += [(last, j) for j in right if j not in done[1]]
    return pairs + _alike_but_for_blanks(here, there, pairs + over), over


def _under_one_heading(
    left: Sequence[int],
    right: Sequence[int],
    old: Sequence[tuple[Hashable, str]],
    new: Sequence[tuple[Hashable, str]],
) -> list[Pair]:
    """Copies of a text in pairs, as many as both sides have: those under one heading, then those
    that are left, one after the other."""
    under: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for j in right:
        under[new[j][0]].append(j)
    pairs = {i: under[old[i][0]].popleft() for i in left if under[old[i][0]]}
    taken = set(pairs.values())
    rest = zip(
        (i for i in left if i not in pairs), (j for j in right if j not in taken), strict=False
    )
    return sorted([*pairs.items(), *rest])


def not_crossed(
    scores: Mapping[Pair, float],
    old: Sequence[tuple[Hashable, str]],
    new: Sequence[tuple[Hashable, str]],
) -> dict[Pair, float]:
    """The pairs that stay, in their order, of bare texts of which some differ in numbers alone.

    A pair with the same words goes where both of its texts have a better one such: a likelier
    one, else one under the same heading, else a nearer one. Headings and texts as above.

    >>> sides = [("", "修路5公里"), ("", "修路8公里")], [("", "修路6公里"), ("", "修路7公里")]
    >>> not_crossed({(0, 0): 0.7, (0, 1): 0.6, (1, 0): 0.6, (1, 1): 0.7}, *sides)
    {(0, 0): 0.7, (1, 1): 0.7}
    """
    here, there = ([without_numbers(text) for _, text in side] for side in (old, new))
    ranks = {
        (i, j): (score, old[i][0] == new[j][0], -abs(i - j))
        for (i, j), score in scores.items()
        if here[i] == there[j]
    }
    best: dict[tuple[int, int], tuple[float, bool, int]] = {}
    for pair, rank in ranks.items():
        for at in enumerate(pair):
            best[at] = max(best.get(at, rank), rank)
    return {
        pair: score
        for pair, score in scores.items()
        if pair not in ranks or any(ranks[pair] == best[at] for at in enumerate(pair))
    }


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
