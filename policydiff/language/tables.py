"""Knowledge as data. One loader reads every table and refuses what looks like a slip of the pen.

A YAML table is a mapping of sections; a section is a list of entries; each entry is a mapping with
the keys that the section's first entry has, and every entry says ``why`` it is there. The
comment at the head of a table says what its keys mean. TSV tables hold generated data and name
their generator in their first line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

#: The C loader is several times faster and reads the same language.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Entry = Mapping[str, Any]
Table = Mapping[str, tuple[Entry, ...]]


def _text(name: str) -> str:
    return resources.files("policydiff.language.zh").joinpath(name).read_text(encoding="utf-8")


@cache
def load(name: str) -> Table:
    """Read the YAML table ``name`` (without suffix) and check it.

    Raises ValueError when an entry is blank, doubled, lacks ``why`` or has other keys than its
    neighbours.

    >>> sorted(load("strength"))
    ['words']
    """
    raw = yaml.load(_text(f"{name}.yaml"), Loader=_Loader)
    return {section: _checked(f"{name}.{section}", entries) for section, entries in raw.items()}


def from_yaml(text: str) -> Any:
    """Plain data from YAML text; raises ValueError, in one line, where it is none."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error


def _checked(where: str, entries: list[dict[str, Any]]) -> tuple[Entry, ...]:
    keys = list(entries[0])
    names = []
    for entry in entries:
        if list(entry) != keys or keys[-1] != "why":
            raise ValueError(f"{where}: entry {entry!r} has other keys than {keys}")
        if any(value is None or value == "" for value in entry.values()):
            raise ValueError(f"{where}: entry {entry!r} has a blank")
        names.append(entry[keys[0]])
    words = [word for name in names for word in (name if isinstance(name, list) else [name])]
    doubled = sorted({str(word) for word in words if words.count(word) > 1})
    if doubled:
        raise ValueError(f"{where}: listed twice: {doubled}")
    return tuple(entries)


def words(entries: tuple[Entry, ...], key: str = "words") -> tuple[str, ...]:
    """All words of a section whose entries hold word lists, longest first.

    Longest first, so that a regular expression built from them prefers 万亿元 to 万.
    """
    return tuple(sorted((w for e in entries for w in e[key]), key=lambda w: (-len(w), w)))


def alternatives(names: Iterable[str]) -> str:
    """The source of a regular expression for any of some names, the longest that fits.

    Names that begin alike share their beginning, so that a long list is searched quickly.

    >>> alternatives(["万", "万亿元", "亿元"])
    '万(?:亿元)?|亿元'
    """
    endings: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        endings.setdefault(name[0], []).append(name[1:])
    return "|".join(re.escape(first) + _rest(rest) for first, rest in endings.items())


def _rest(endings: list[str]) -> str:
    if len(endings) == 1:
        return re.escape(endings[0])
    longer = [ending for ending in endings if ending]
    return f"(?:{alternatives(longer)}){'?' if len(longer) < len(endings) else ''}"


@cache
def patterns(name: str, section: str) -> tuple[re.Pattern[str], ...]:
    """The patterns of a section, compiled, in its order."""
    return tuple(re.compile(entry["pattern"]) for entry in load(name)[section])


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of the generated table ``name`` (a TSV file), comments left out."""
    lines = _text(f"{name}.tsv").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))
