"""What every match of a regular expression holds, so that most texts need not be searched.

The searched text has to hold one of some characters or pairs of characters: a look at the set of
its own tells, at once for many patterns, that there is no match.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any, Final

from policydiff.language.first_characters import NO_WIDTH, REPEATS

#: So many strings at most are written out for a stretch of a pattern.
_MOST: Final = 100
#: How likely it is that a clause holds a certain character, beside a certain pair: measured on
#: reports, as 1 to this.
_CHARACTER: Final = 12
_PAIR: Final = 2


def needed_runs(parsed: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Characters and pairs of which every text with a match of a parsed pattern holds one.

    None where nothing is known. The pattern must mind the case of letters.

    >>> import re
    >>> sorted(needed_runs(re._parser.parse("(?<!为)[^,]{2,8}的(?:问题|困难)[,。]")))
    ['困难', '问题']
    >>> needed_runs(re._parser.parse("[^,]+的?")) is None
    True
    """
    return _of_sequence(list(parsed))


def _of_sequence(sequence: Sequence[tuple[Any, Any]]) -> frozenset[str] | None:
    """The likeliest to be missing of what each item needs, and each stretch that can be written
    out.
    """
    needs = [need for op, value in sequence if (need := _of_item(str(op), value)) is not None]
    written = [_strings_of(str(op), value) for op, value in sequence]
    for start in range(len(written)):
        strings: frozenset[str] | None = frozenset({""})
        for more in written[start:]:
            strings = _joined(strings, more)
            if strings is None:
                break
            if strings and "" not in strings:
                needs.append(frozenset(text[:_PAIR] for text in strings))
    return min(needs, key=_commonness, default=None)


def _commonness(runs: frozenset[str]) -> tuple[int, list[str]]:
    return sum(1 if len(run) == _PAIR else _CHARACTER for run in runs), sorted(runs)


def _of_item(op: str, value: Any) -> frozenset[str] | None:
    if op == "BRANCH":
        each = [_of_sequence(list(branch)) for branch in value[1]]
        known = [needs for needs in each if needs is not None]
        return frozenset().union(*known) if len(known) == len(each) else None
    if op == "SUBPATTERN":
        _, added, removed, inside = value
        return None if added or removed else _of_sequence(list(inside))
    if op == "ATOMIC_GROUP":
        return _of_sequence(list(value))
    if op == "ASSERT" or (op in REPEATS and value[0] > 0):
        return _of_sequence(list(value[-1]))
    return None


def _strings_of(op: str, value: Any) -> frozenset[str] | None:
    """All strings that an item can match, where they are few."""
    if op == "LITERAL":
        return frozenset({chr(value)})
    if op == "IN":
        return _characters(value)
    if op in NO_WIDTH:
        return frozenset({""})
    if op == "BRANCH":
        each = [_strings(branch) for branch in value[1]]
        known = [strings for strings in each if strings is not None]
        return frozenset().union(*known) if len(known) == len(each) else None
    if op == "SUBPATTERN":
        _, added, removed, inside = value
        return None if added or removed else _strings(inside)
    if op in REPEATS and value[1] == 1:
        strings = _strings(value[2])
        return strings if strings is None or value[0] else strings | {""}
    return None


def _strings(sequence: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    strings: frozenset[str] | None = frozenset({""})
    for op, value in sequence:
        strings = _joined(strings, _strings_of(str(op), value))
    return strings


def _joined(before: frozenset[str] | None, behind: frozenset[str] | None) -> frozenset[str] | None:
    if before is None or behind is None or len(before) * len(behind) > _MOST:
        return None
    return frozenset(map("".join, product(before, behind)))


def _characters(members: Sequence[tuple[Any, Any]]) -> frozenset[str] | None:
    """The characters of a set, where they are few."""
    codes: set[int] = set()
    for op, value in members:
        if str(op) == "LITERAL":
            codes.add(value)
        elif str(op) == "RANGE" and value[1] - value[0] < _MOST:
            codes.update(range(value[0], value[1] + 1))
        else:
            return None
    return frozenset(map(chr, codes)) if len(codes) <= _MOST else None
