"""Knowledge as data. One loader reads every table and refuses what looks like a slip of the pen.

A YAML table is a mapping of sections; a section is a list of entries; each entry is a mapping with
the keys that the section's first entry has, and every entry says ``why`` it is there. The
comment at the head of a table says what its keys mean. TSV tables hold generated data and name
their generator in their first line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import chain
from typing import TYPE_CHECKING, Any

from policydiff.language.compiled import compiled
from policydiff.language.patterns import Family, compile_pattern, kept_source
from policydiff.language.vectors import NO_VECTORS, GramVectors, vectors_from
from policydiff.language.words import LastWord, WordPattern

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Entry = Mapping[str, Any]
Table = Mapping[str, tuple[Entry, ...]]


class Tables:
    """The tables of one folder, each read when it is first asked for."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._loaded: dict[str, Table] = {}
        self._rows: dict[str, tuple[tuple[str, ...], ...]] = {}
        self._counted: dict[str, tuple[int, list[tuple[int, list[str]]]]] = {}
        self._counts: dict[str, tuple[int, dict[str, int]]] = {}
        self._vectors: dict[str, GramVectors] = {}
        self._patterns: dict[tuple[str, str], tuple[re.Pattern[str], ...]] = {}
        self._families: dict[tuple[str, str], Family] = {}
        self._compiled: dict[tuple[str, str], re.Pattern[str]] = {}
        self._all_words: dict[tuple[str, str], tuple[str, ...]] = {}
        self._words: dict[tuple[str, str], WordPattern] = {}
        self._last_words: dict[tuple[str, str], LastWord] = {}
        self._roles: dict[tuple[str, str, str], re.Pattern[str]] = {}

    def text(self, file: str) -> str:
        """The text of a file of the folder."""
        return self._folder.joinpath(file).read_text(encoding="utf-8")

    def load(self, name: str) -> Table:
        """The YAML table ``name`` (without suffix), as ``read`` gives it: compiled, if it is."""
        table = self._loaded.get(name)
        if table is None:
            source = self._folder.joinpath(f"{name}.yaml").read_bytes()
            made = compiled(self._folder, name, source)
            table = self._loaded[name] = self.read(name) if made is None else _frozen(made)
        return table

    def read(self, name: str) -> Table:
        """Read the YAML table ``name`` and check it.

        Raises ValueError when an entry is blank, doubled, lacks ``why`` or has other keys than its
        neighbours.
        """
        from policydiff.language.yaml_text import from_yaml

        raw = from_yaml(self.text(f"{name}.yaml"))
        for section, entries in raw.items():
            _check(f"{name}.{section}", entries)
        return _frozen(raw)

    def words(self, name: str, section: str) -> tuple[str, ...]:
        """All words of a section whose entries hold word lists, longest first."""
        listed = self._all_words.get((name, section))
        if listed is None:
            listed = self._all_words[name, section] = words(self.load(name)[section])
        return listed

    def any_of(self, name: str, section: str) -> str:
        """The source of a regular expression, in brackets, for any word of a section."""
        return f"(?:{alternatives(self.words(name, section))})"

    def patterns(self, name: str, section: str) -> tuple[re.Pattern[str], ...]:
        """The patterns of a section, compiled, in its order."""
        made = self._patterns.get((name, section))
        if made is None:
            made = tuple(compile_pattern(e["pattern"]) for e in self.load(name)[section])
            self._patterns[name, section] = made
        return made

    def family(self, name: str, section: str) -> Family:
        """The patterns of a section, sought together, in its order."""
        made = self._families.get((name, section))
        if made is None:
            made = Family(e["pattern"] for e in self.load(name)[section])
            self._families[name, section] = made
        return made

    def word(self, name: str, section: str) -> WordPattern:
        """A pattern for any word of a section."""
        made = self._words.get((name, section))
        if made is None:
            made = self._words[name, section] = WordPattern(self.words(name, section))
        return made

    def last_word(self, name: str, section: str) -> LastWord:
        """A pattern for any word of a section with which a text ends."""
        made = self._last_words.get((name, section))
        if made is None:
            made = self._last_words[name, section] = LastWord(self.words(name, section))
        return made

    def one_of(self, name: str, section: str) -> re.Pattern[str]:
        """One pattern for all patterns of a section; the first that fits counts."""
        made = self._compiled.get((name, section))
        if made is None:
            sources = either(entry["pattern"] for entry in self.load(name)[section])
            made = self._compiled[name, section] = compile_pattern(sources)
        return made

    def role(self, name: str, section: str, role: str) -> re.Pattern[str]:
        """The pattern of the entry of a section that has this ``role``.

        Raises KeyError where no entry has it.
        """
        made = self._roles.get((name, section, role))
        if made is None:
            sources = {entry["role"]: entry["pattern"] for entry in self.load(name)[section]}
            made = self._roles[name, section, role] = compile_pattern(sources[role])
        return made

    def counted(self, name: str) -> tuple[int, list[tuple[int, list[str]]]]:
        """The generated table ``name`` of counts: out of how many, and the grams of each count.

        ``counted_rows`` says how it is written: few grams have a count of their own.
        """
        if name not in self._counted:
            (total, _), *rows = (
                line.split("\t")
                for line in self.text(f"{name}.tsv").splitlines()
                if not line.startswith("#")
            )
            groups = [(int(count), grams.split(" ")) for count, grams in rows]
            self._counted[name] = int(total), groups
        return self._counted[name]

    def counts(self, name: str) -> tuple[int, dict[str, int]]:
        """How often each gram of the generated table ``name`` was counted, and out of how many."""
        if name not in self._counts:
            total, groups = self.counted(name)
            counts: dict[str, int] = {}
            for count, grams in groups:
                counts.update(dict.fromkeys(grams, count))
            self._counts[name] = total, counts
        return self._counts[name]

    def vectors(self, name: str) -> GramVectors:
        """The vectors of the grams of the generated table ``name``; none where there is no file."""
        if name not in self._vectors:
            file = self._folder.joinpath(f"{name}.bin")
            table = file.read_bytes() if file.is_file() else NO_VECTORS
            self._vectors[name] = vectors_from(table)
        return self._vectors[name]

    def pairs(self, name: str) -> list[str]:
        """The words of the generated table ``name``, which has two in a row: left, right, left …

        Ten times as fast as ``rows``.
        """
        lines = self.text(f"{name}.tsv")
        while lines.startswith("#"):
            lines = lines.partition("\n")[2]
        return lines.split()

    def rows(self, name: str) -> tuple[tuple[str, ...], ...]:
        """The rows of the generated table ``name`` (a TSV file), comments left out."""
        if name not in self._rows:
            lines = self.text(f"{name}.tsv").splitlines()
            self._rows[name] = tuple(
                tuple(line.split("\t")) for line in lines if line and not line.startswith("#")
            )
        return self._rows[name]


def _frozen(sections: Mapping[str, Iterable[Entry]]) -> Table:
    return {section: tuple(entries) for section, entries in sections.items()}


def _check(where: str, entries: list[dict[str, Any]]) -> None:
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


def counted_rows(total: int, counts: Mapping[str, int]) -> Iterator[str]:
    """The rows of a table of counts: a number and the grams of that count, which hold no blank.

    The first says out of how many was counted.

    >>> list(counted_rows(9, {"建": 2, "建设": 1, "设": 2}))
    ['9\\t*', '2\\t建 设', '1\\t建设']
    """
    grams_of: dict[int, list[str]] = {}
    for gram, count in sorted(counts.items()):
        grams_of.setdefault(count, []).append(gram)
    yield f"{total}\t*"
    for count in sorted(grams_of, reverse=True):
        yield f"{count}\t{' '.join(grams_of[count])}"


def words(entries: tuple[Entry, ...], key: str = "words") -> tuple[str, ...]:
    """All words of a section whose entries hold word lists, longest first.

    Longest first, so that a regular expression built from them prefers 万亿元 to 万.
    """
    ordered = sorted(chain.from_iterable(e[key] for e in entries))
    return tuple(sorted(ordered, key=len, reverse=True))


def either(patterns: Iterable[str]) -> str:
    """The source of a regular expression for any of some sources, the first that fits.

    >>> either(["a+", "b|c"])
    '(?:a+)|(?:b|c)'
    """
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def alternatives(names: Iterable[str]) -> str:
    """The source of a regular expression for any of some names, the longest that fits.

    Names that begin alike share their beginning, so that a long list is searched quickly. Where
    they go on with one character each, ``(?!)``, which nothing fits, stands beside these: without
    it Python would make a set of characters of them, which takes ten times as long to compile.

    >>> alternatives(["万", "万亿元", "亿元"])
    '万(?:亿元)?|亿元'
    """
    # A set has another order in each run.
    return kept_source(sorted(names) if isinstance(names, Set) else names, _alternatives)


def _alternatives(names: Iterable[str]) -> str:
    endings: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        endings.setdefault(name[0], []).append(name[1:])
    return "|".join(re.escape(first) + _rest(rest) for first, rest in endings.items())


def _rest(endings: list[str]) -> str:
    if len(endings) == 1:
        return re.escape(endings[0])
    longer = [ending for ending in endings if ending]
    no_set = "|(?!)" if len(longer) > 1 and all(len(ending) == 1 for ending in longer) else ""
    return f"(?:{_alternatives(longer)}{no_set}){'?' if len(longer) < len(endings) else ''}"
