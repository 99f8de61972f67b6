"""What matches of a regular expression can begin with, so that a search can skip ahead.

Python looks for that as well, but gives up where a pattern begins with anything else than a
character or a set of them: a look behind, an anchor, a repetition. Then it tries the whole pattern
at every place of a text, which costs several times as much as to look there for a character.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

#: Of how many characters a set may be, so that looking for them is worth it: half of what stands in
#: a report is one of some five hundred characters.
_LARGEST: Final = 2000
#: Where the ideographs stand that nearly everything is written with (Unicode); of other ranges no
#: report has more than a few characters here and there.
_IDEOGRAPHS: Final = range(0x3400, 0xA000)
#: Kinds of characters that few of a report are.
_RARE_KINDS: Final = ("CATEGORY_DIGIT", "CATEGORY_SPACE")
_REPEATS: Final = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
#: What takes up no characters, and so leaves open what a match begins with.
_NO_WIDTH: Final = ("AT", "ASSERT", "ASSERT_NOT")

#: The items of a set of characters, as ``re._parser`` gives them; None: it may be any character.
_Set = set[tuple[Any, Any]] | None


def first_characters(parsed: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]] | None:
    """The items of a set that holds whatever a match of a parsed pattern can begin with.

    None where a match may be empty or begin with nearly anything, or where that is not known. The
    pattern must mind the case of letters.

    >>> import re
    >>> parsed = re._parser.parse("(?<!为)(?:[0-9]*年|力争)")
    >>> sorted(chr(item[1]) for item in first_characters(parsed) if str(item[0]) == "LITERAL")
    ['力', '年']
    >>> first_characters(re._parser.parse("[^,]?年")) is None
    True
    """
    items, may_be_empty = _of_sequence(parsed)
    if not items or may_be_empty or sum(map(_size, items)) > _LARGEST:
        return None
    return sorted(items, key=repr)


def _size(item: tuple[Any, Any]) -> int:
    """How many characters of a set may be in a report: of a range, those that are written often."""
    op, value = item
    if str(op) != "RANGE":
        return 1
    first, last = max(value[0], _IDEOGRAPHS[0]), min(value[1], _IDEOGRAPHS[-1])
    return len(range(first, last + 1))


def _of_sequence(sequence: Iterable[tuple[Any, Any]]) -> tuple[_Set, bool]:
    """What a match of items one after the other begins with, and whether it may be empty."""
    items: set[tuple[Any, Any]] = set()
    for op, value in sequence:
        if str(op) == "ASSERT" and value[0] > 0:  # what must follow, and not what must precede
            ahead, may_be_empty = _of_sequence(value[1])
            if ahead is not None and not may_be_empty:
                return items | ahead, False
        if str(op) in _NO_WIDTH:
            continue
        more, may_be_empty = _of_item(op, value)
        if more is None:
            return None, False
        items |= more
        if not may_be_empty:
            return items, False
    return items, True


def _of_item(step: Any, value: Any) -> tuple[_Set, bool]:
    op = str(step)
    if op == "LITERAL":
        return {(step, value)}, False
    if op == "IN":
        return _of_set(value), False
    if op == "FAILURE":
        return set(), False
    if op == "BRANCH":
        return _of_branches(value[1])
    if op == "SUBPATTERN":
        _, added, removed, inside = value
        return (None, False) if added or removed else _of_sequence(inside)
    if op == "ATOMIC_GROUP":
        return _of_sequence(value)
    if op in _REPEATS:
        least, _, inside = value
        items, may_be_empty = _of_sequence(inside)
        return items, may_be_empty or least == 0
    return None, False


def _of_set(members: Sequence[tuple[Any, Any]]) -> _Set:
    known = ("LITERAL", "RANGE")
    if all(str(op) in known or str(value) in _RARE_KINDS for op, value in members):
        return set(members)
    return None


def _of_branches(branches: Iterable[Any]) -> tuple[_Set, bool]:
    items: set[tuple[Any, Any]] = set()
    any_empty = False
    for branch in branches:
        more, may_be_empty = _of_sequence(branch)
        if more is None:
            return None, False
        items |= more
        any_empty = any_empty or may_be_empty
    return items, any_empty
