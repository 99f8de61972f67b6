"""Vectors that were made before: one SQLite file for each model, in the user's cache folder.

A vector is known by the hash of its text. Nothing depends on the file: where it is damaged it is
made anew, and where it cannot be read or written, vectors are made again.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final

from policydiff.folders import cache_folder

#: So many vectors are kept, those that were made last: some 150 MB of 384 numbers each.
_MOST: Final = 200_000
#: How many keys one statement is given; some builds of SQLite take no more than 999.
_KEYS: Final = 500
#: How long to wait for another process that writes, in seconds: making vectors takes as long.
_PATIENCE: Final = 5.0


def key_of(text: str) -> bytes:
    """What a text is known by.

    >>> len(key_of("新建学校3所"))
    16
    """
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class VectorStore:
    """The vectors of one model, as bytes."""

    def __init__(self, model: str, folder: Path | None = None) -> None:
        """``model``: its name and whatever tells it from others; ``folder``: that of the user's
        caches unless told."""
        self._path: Path | None = None
        with contextlib.suppress(RuntimeError):  # the user has no home
            name = blake2b(model.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
            self._path = (folder or cache_folder()) / f"vectors-{name}.sqlite"

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The vectors that are there of those asked for."""
        if self._path is None or not self._path.is_file():
            return {}
        there: dict[bytes, bytes] = {}
        try:
            with contextlib.closing(self._open()) as connection:
                for at in range(0, len(keys), _KEYS):
                    some = keys[at : at + _KEYS]
                    marks = ", ".join("?" * len(some))
                    rows = connection.execute(
                        f"select key, vector from vectors where key in ({marks})", some
                    )
                    there.update(row for row in rows if isinstance(row[1], bytes))
        except sqlite3.OperationalError:
            return {}
        except sqlite3.DatabaseError:
            self._delete()
            return {}
        return there

    def put(self, vectors: Mapping[bytes, bytes]) -> None:
        """Keep some vectors, and of all the latest."""
        if self._path is None or not vectors:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._write(vectors.items())
        except sqlite3.OperationalError:
            pass  # no rights, no room, another process that writes for long
        except sqlite3.DatabaseError:
            self._delete()
        except OSError:
            pass

    def _write(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        with contextlib.closing(self._open()) as connection, connection:
            connection.execute(
                "create table if not exists vectors"
                " (number integer primary key, key blob unique not null, vector blob not null)"
            )
            connection.executemany(
                "insert or replace into vectors (key, vector) values (?, ?)", rows
            )
            connection.execute(
                "delete from vectors where number <= (select max(number) from vectors) - ?",
                (_MOST,),
            )

    def _open(self) -> sqlite3.Connection:
        assert self._path is not None
        return sqlite3.connect(self._path, timeout=_PATIENCE)

    def _delete(self) -> None:
        assert self._path is not None
        with contextlib.suppress(OSError):
            self._path.unlink()
