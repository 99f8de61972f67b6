"""A corpus: a folder of reports, and which region and year each file is of.

``corpora/<region>/<year>.txt`` or flat names such as ``2026-安徽省.txt``; what the names do not say
is taken from the text. ``corpus.yaml`` in the folder overrides both::

    reports:
      旧稿/a.txt: {region: 某县, year: 2023}
      旧稿/b.txt: {skip: true}
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any, Final

from policydiff.analysis.identity import region_of, year_of
from policydiff.errors import ReadError, readable, visible
from policydiff.language.tables import from_yaml
from policydiff.reading.kinds import is_readable_name
from policydiff.reading.source import read_source

#: Where the reports to compare against lie, unless told.
DEFAULT_CORPUS: Final = "corpora"
#: The file in a corpus that says what names and texts do not.
OVERRIDES: Final = "corpus.yaml"
#: So many files' names are remembered with what they say.
_NAMES: Final = 10_000
_KEYS: Final = {"region": str, "year": int, "skip": bool}


@dataclass(frozen=True, slots=True)
class Override:
    """What corpus.yaml says of one file."""

    region: str | None = None
    year: int | None = None
    skip: bool = False


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder as found: the files that may be reports, in order of their names.

    ``files`` are paths relative to ``folder`` with ``/``; ``notes`` says what is odd about it.
    """

    folder: Path
    files: tuple[str, ...]
    overrides: Mapping[str, Override] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def open_corpus(folder: str | os.PathLike[str]) -> Corpus:
    """Look for reports under ``folder``; no file but corpus.yaml is opened.

    Hidden files, and files in formats that policydiff does not read, are passed over. Raises
    ReadError where the folder cannot be listed or corpus.yaml cannot be understood.
    """
    root = Path(folder)
    try:
        os.listdir(root)
    except (OSError, ValueError) as error:
        raise _unlisted(os.fspath(folder), error) from error
    overrides = _overrides(root / OVERRIDES)
    unlisted: list[OSError] = []
    found = sorted(_files(root, unlisted))
    known = set(found)
    notes = tuple(
        f"{OVERRIDES} names {name}, which is not there" for name in overrides if name not in known
    )
    kept = tuple(name for name in found if not overrides.get(name, Override()).skip)
    notes += tuple(
        f"{PurePath(error.filename).relative_to(root)}: cannot be listed ({error.strerror})"
        for error in unlisted
    )
    return Corpus(root, kept, overrides, notes)


def _files(root: Path, unlisted: list[OSError]) -> Iterator[str]:
    for place, folders, names in os.walk(root, onerror=unlisted.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        relative = PurePath(place).relative_to(root)
        for name in names:
            if is_readable_name(name) and not name.startswith((".", "~$")):
                yield (relative / name).as_posix()


def _unlisted(where: str, error: OSError | ValueError) -> ReadError:
    what = f"cannot be listed ({getattr(error, 'strerror', None) or error})"
    remedy = "give a folder of reports, region by region, with --corpora"
    if isinstance(error, FileNotFoundError):
        what = "does not exist"
    elif isinstance(error, NotADirectoryError):
        what = "is a file, not a folder of reports"
    return ReadError(where=where, what=what, remedy=remedy)


# --- what a file is of ----------------------------------------------------------------------------


@lru_cache(maxsize=_NAMES)
def named_region(name: str) -> str | None:
    """The place that a file's path in a corpus names.

    >>> named_region("栖川县/2023.txt"), named_region("2026-安徽省.txt"), named_region("2023.txt")
    ('栖川县', '安徽省', None)
    >>> named_region("安徽省/泾县/2026.txt"), named_region("2026/安徽省2026.txt")
    ('泾县', '安徽省')
    """
    path = PurePath(name)
    return region_of(path.stem, *reversed(path.parts[:-1]))


@lru_cache(maxsize=_NAMES)
def named_year(name: str) -> int | None:
    """The year that a file's path in a corpus names; its own name before those of its folders.

    >>> named_year("栖川县/2023.txt"), named_year("安徽省2026.txt"), named_year("2026/安徽省.txt")
    (2023, 2026, 2026)
    """
    parts = reversed(PurePath(name).parts)
    return next((year for part in parts if (year := year_of(None, part, []))), None)


def identify(
    name: str, override: Override, region: str | None, year: int | None
) -> tuple[str | None, int | None]:
    """Region and year of a file: from corpus.yaml, else the names, else the text's own.

    A folder whose name has no ending of a place's name counts where nothing else says the region.

    >>> identify("national/2003.txt", Override(), "全国", None)
    ('全国', 2003)
    >>> identify("anhui/2003.txt", Override(year=2004), None, None)
    ('anhui', 2004)
    """
    name = readable(name)
    parts = PurePath(name).parts[:-1]
    folders = [part for part in reversed(parts) if year_of(None, part, []) is None]
    last = folders[0] if folders else None
    return (
        override.region or named_region(name) or region or last,
        override.year or named_year(name) or year,
    )


# --- corpus.yaml ----------------------------------------------------------------------------------


def _overrides(path: Path) -> dict[str, Override]:
    if not path.exists():
        return {}
    try:
        data = from_yaml(read_source(path).text) or {}
        entries = _checked(data, "the file", {"reports"}).get("reports") or {}
        return {str(name): _override(str(name), entry) for name, entry in entries.items()}
    except (ValueError, AttributeError) as error:
        raise ReadError(
            where=str(path),
            what=f"cannot be understood ({error})",
            remedy="write 'reports:' and under it lines such as"
            " '甲县/a.txt: {region: 甲县, year: 2023}'",
        ) from error


def _override(name: str, entry: object) -> Override:
    values = _checked(entry, name, set(_KEYS))
    for key, value in values.items():
        # bool is an int, and no year
        if not isinstance(value, _KEYS[key]) or (key == "year" and isinstance(value, bool)):
            raise ValueError(f"{visible(name)}: {key} is {value!r}")
    return Override(**values)


def _checked(data: object, where: str, keys: set[str]) -> dict[str, Any]:
    if not isinstance(data, dict) or not keys.issuperset(data):
        raise ValueError(f"{visible(where)} may hold {', '.join(sorted(keys))} and nothing else")
    return data
