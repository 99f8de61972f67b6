"""The order in which a meeting looks at changes, and what names an entry for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

from policydiff.language.patterns import compile_pattern
from policydiff.models import STRENGTHS, Change, Clause, IndicatorRow, Kind

#: The groups, in order. A change stands in the first that one of its kinds belongs to.
GROUPS: Final = ("numbers", "firmness", "dropped", "reported", "added", "content", "kept")
_NUMBERS: Final[frozenset[Kind]] = frozenset(
    {
        *("target raised", "target lowered", "target added", "target removed"),
        *("range changed", "bound changed", "measure changed"),
    }
)
_FIRMNESS: Final[frozenset[Kind]] = frozenset(
    {
        *("deadline moved", "deadline added", "deadline removed"),
        *("strength strengthened", "strength weakened"),
        *("phase changed", "direction changed", "body changed"),
    }
)
#: What changes nothing of what is promised.
_LIGHT: Final[frozenset[Kind]] = frozenset({"reworded", "moved", "split", "merged"})
#: All but letters, characters and digits.
_MARKS: Final = compile_pattern(r"[\W_]+")
#: Bytes of an identifier: among a thousand entries two agree by chance once in a thousand pages.
_ID_BYTES: Final = 4


class Entry(NamedTuple):
    """A change with the name that stays with it, and the group that it is shown in."""

    id: str
    group: str
    change: Change


def entries(changes: Sequence[Change], reported: Iterable[Clause] = ()) -> list[Entry]:
    """The changes by group; in each headline targets first, then in the order of the reports.

    ``reported``: commitments of the old report that the new review speaks of.
    """
    told = set(reported)
    made = [
        Entry(name, group_of(change, told), change)
        for name, change in zip(identifiers(changes), changes, strict=True)
    ]
    return sorted(made, key=lambda e: (GROUPS.index(e.group), not _is_headline(e.change)))


def identifiers(changes: Sequence[Change]) -> list[str]:
    """The names of all changes of a comparison; those with the same clauses are numbered."""
    seen: Counter[str] = Counter()
    names = []
    for change in changes:
        name = identifier(change)
        seen[name] += 1
        names.append(f"{name}-{seen[name]}" if seen[name] > 1 else name)
    return names


def group_of(change: Change, reported: set[Clause]) -> str:
    """The group in which a change is shown."""
    if change.outcome == "changed":
        kinds = set(change.kinds)
        if kinds & _NUMBERS:
            return "numbers"
        return "firmness" if kinds & _FIRMNESS else "content"
    if change.outcome == "dropped" and reported.intersection(change.old):
        return "reported"
    return change.outcome


def asked_first(entry: Entry) -> tuple[bool, bool, int]:
    """The smallest for what a reader asks about first: the sure, with numbers, in firm words."""
    clauses = (*entry.change.old, *entry.change.new)
    numbers = any(target.bound != "relative" for clause in clauses for target in clause.targets)
    firmest = min(STRENGTHS.index(clause.strength) for clause in clauses)
    return (not entry.change.sure, not numbers, firmest)


def kinds_told(change: Change) -> tuple[Kind, ...]:
    """The kinds of a change that tell a reader something.

    Other words go without saying where a number, a deadline or the content changed with them.
    """
    heavy = set(change.kinds) - _LIGHT
    return tuple(kind for kind in change.kinds if kind != "reworded" or not heavy)


def _is_headline(change: Change) -> bool:
    clauses = (*change.old, *change.new)
    return any(target.headline for clause in clauses for target in clause.targets)


def beside_each_other(rows: Sequence[IndicatorRow]) -> list[IndicatorRow]:
    """The rows of one indicator together (so much, and so much more), as the first one stands."""
    first: dict[str, int] = {}
    for k, row in enumerate(rows):
        first.setdefault(row.indicator, k)
    return sorted(rows, key=lambda row: first[row.indicator])


def identifier(change: Change) -> str:
    """Eight hexadecimal digits from the letters and digits of the clauses of both sides.

    Marks, blanks and the kind of file do not change it; any other word or number does.
    """
    sides = (_bare(change.old), _bare(change.new))
    return _digest("|".join(sides))


def _bare(clauses: Iterable[Clause]) -> str:
    return "\n".join([_MARKS.sub("", clause.text) for clause in clauses])


def _digest(words: str) -> str:
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=_ID_BYTES).hexdigest()
