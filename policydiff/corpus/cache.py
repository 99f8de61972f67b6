"""Where the index of a corpus is stored, and which versions of policydiff share one."""

from __future__ import annotations

import contextlib
import os
import time
import unicodedata
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from policydiff.corpus.database import delete
from policydiff.corpus.folder import Corpus
from policydiff.folders import cache_folder

#: The modules and rooms that decide what is stored in an index: those through which a report goes,
#: and those that find the links that are kept with it. A change of any other leaves it valid.
_DECIDING: Final = (
    "models.py",
    "errors.py",
    "comparison.py",
    "language",
    "reading",
    "repair",
    "analysis",
    "align",
    "corpus",
)
#: Indexes that other versions of policydiff have of the same corpus: so many are kept, those that
#: were used last; in days, how long one is kept that nobody uses, and how long one is not touched
#: in any case, since a process may be at work with it.
_OTHERS: Final = 3
_UNUSED_DAYS: Final = 30
_BUSY_DAYS: Final = 1
_DAY: Final = 24 * 3600


def index_path(corpus: Corpus) -> Path:
    """Where the index of a corpus is stored: in the user's cache folder.

    There is one file for each corpus and each version of policydiff that reads reports in its own
    way, so that two versions side by side do not undo each other's work. Raises RuntimeError where
    the user has no home.
    """
    folder = os.fsencode(os.path.realpath(corpus.folder))
    place = blake2b(folder, digest_size=8).hexdigest()
    return cache_folder() / f"{place}-{stamp().hex()}.sqlite"


@cache
def stamp() -> bytes:
    """Tells whether another policydiff would read a report as this one does.

    A hash of the code and the tables of the rooms that decide, and of the version of Unicode that
    this Python knows.
    """
    digest = blake2b(unicodedata.unidata_version.encode(), digest_size=8)
    package = resources.files("policydiff")
    for name in _DECIDING:
        for path, file in _sources(package / name, name):
            digest.update(path.encode() + b"\0" + file.read_bytes())
    return digest.digest()


def _sources(item: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    if item.is_dir():
        for child in sorted(item.iterdir(), key=lambda child: child.name):
            if child.name != "__pycache__":
                yield from _sources(child, f"{path}/{child.name}")
    elif item.is_file() and item.name.endswith((".py", ".yaml", ".tsv", ".txt", ".bin")):
        yield path, item


def keep_few(path: Path) -> None:
    """Mark an index as used; delete those of the same corpus that other versions have and nobody
    seems to need any more.

    What cannot be deleted is left.
    """
    corpus = path.stem.partition("-")[0]
    with contextlib.suppress(OSError):
        os.utime(path)
        others = [other for other in path.parent.glob(f"{corpus}*.sqlite") if other != path]
        used = sorted(((other.stat().st_mtime, other) for other in others), reverse=True)
        now = time.time()
        for place, (last, other) in enumerate(used):
            days = (now - last) / _DAY
            if days > _UNUSED_DAYS or (place >= _OTHERS and days > _BUSY_DAYS):
                delete(other)
