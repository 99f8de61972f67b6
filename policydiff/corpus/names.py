"""What the path of a file in a corpus says: how it is shown, and which region and year it names."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePath
from typing import Final

from policydiff.analysis.documents import language_of
from policydiff.analysis.identity import region_of, year_in_name
from policydiff.errors import readable
from policydiff.language.patterns import compile_pattern

#: Names are read in the language of reports that are read without one given.
_LANGUAGE: Final = language_of(())
#: Size of the caches of what names say; a corpus asks for each of its names several times.
_NAMES: Final = 10_000
#: Bytes of a file name that are not UTF-8, as ``os.fsdecode`` shows them.
_UNDECODED: Final = compile_pattern("[\udc80-\udcff]")


def shown_names(paths: Iterable[str]) -> dict[str, str]:
    r"""For each path, as ``os.fsdecode`` gives it, the name by which it is shown; each is another.

    A part of a path that is not UTF-8 is read as GBK where that is clean (see ``readable``), else
    its bytes are escaped.

    >>> path = os.fsdecode("甲县".encode("gbk") + b"/2023.txt")
    >>> shown_names([path])[path]
    '甲县/2023.txt'
    >>> list(shown_names([path, "甲县/2023.txt"]).values())
    ['\\xbc\\xd7\\xcf\\xd8/2023.txt', '甲县/2023.txt']
    """
    paths = list(paths)
    shown = {path: "/".join(map(_shown, path.split("/"))) for path in paths}
    taken = {path for path in paths if shown[path] == path}
    for path in paths:
        if shown[path] != path:
            if shown[path] in taken:
                shown[path] = _escaped(path)
            taken.add(shown[path])
    return shown


def _shown(part: str) -> str:
    text = readable(part)
    return _escaped(text) if _UNDECODED.search(text) else text


def _escaped(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")


# --- region and year ------------------------------------------------------------------------------


@lru_cache(maxsize=_NAMES)
def named_region(name: str) -> str | None:
    """The place that a file's path in a corpus names.

    >>> named_region("栖川县/2023.txt"), named_region("2026-安徽省.txt"), named_region("2023.txt")
    ('栖川县', '安徽省', None)
    >>> named_region("安徽省/泾县/2026.txt"), named_region("2026/安徽省2026.txt")
    ('泾县', '安徽省')
    """
    path = PurePath(name)
    return region_of(_LANGUAGE, path.stem, *reversed(path.parts[:-1]))


@lru_cache(maxsize=_NAMES)
def named_year(name: str) -> int | None:
    """The year that a file's path in a corpus names; its own name before those of its folders.

    >>> named_year("栖川县/2023.txt"), named_year("安徽省2026.txt"), named_year("2026/安徽省.txt")
    (2023, 2026, 2026)
    """
    parts = reversed(PurePath(name).parts)
    return next((year for part in parts if (year := year_in_name(part, _LANGUAGE))), None)


def last_folder(name: str) -> str | None:
    """The innermost folder of a path that is not named after a year.

    >>> last_folder("anhui/2003.txt"), last_folder("anhui/2003/a.txt"), last_folder("2003.txt")
    ('anhui', 'anhui', None)
    """
    folders = reversed(PurePath(name).parts[:-1])
    return next((part for part in folders if year_in_name(part, _LANGUAGE) is None), None)
