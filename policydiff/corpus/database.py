"""The file of an index: tables of keys and values that prove themselves, kept by SQLite.

Beside each value stands a proof: a hash of the table, the key, the value, and the stamp of the
version of policydiff that wrote it. A row that proves itself holds what was stored; anything else
is damage, and so is whatever SQLite takes for it. Nobody who reads a value has to doubt it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, TypeAlias

Key: TypeAlias = int | bytes
Row: TypeAlias = tuple[Any, bytes]

#: The tables, and what their keys are; what the values are says rows.py.
TABLES: Final = {
    "file": "blob",
    "report": "integer",
    "sketch": "integer",
    "clauses": "integer",
    "made": "blob",
}
#: How long to wait for another process that writes, in seconds.
_PATIENCE: Final = 30.0
#: How many values one statement is given at most; some builds of SQLite take no more than 999.
_VALUES: Final = 500
#: What is hashed of a row, by the kind of its key.
_FORMS: Final = {"integer": b"%d\0%b", "blob": b"%b\0%b"}
#: Bytes of a proof: enough that no accident makes one.
_PROOF: Final = 8

#: What SQLite reports where it can be no fault of the file: everything else is damage. A number is
#: SQLite's primary result code.
_NO_DAMAGE: Final = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_ABORT,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOLFS,
    sqlite3.SQLITE_AUTH,
}


class DamagedIndex(Exception):
    """The index does not hold what was stored in it."""


class UnusableIndex(Exception):
    """The index cannot be used, and is not damaged: no rights, no room, a lock that stays.

    ``full`` says that there is no room.
    """

    def __init__(self, reason: str, *, full: bool = False) -> None:
        super().__init__(reason)
        self.full = full


class Database:
    """An open index. Every method raises DamagedIndex or UnusableIndex where that is so."""

    def __init__(self, path: Path | None, stamp: bytes) -> None:
        """``path``: its file, which is made where there is none; None for one in memory.

        ``stamp``: of the version; rows with another one are damaged. At most 64 bytes.
        """
        self.path = path
        self._stamp = stamp
        self._seeds = {
            table: blake2b(digest_size=_PROOF, key=stamp, person=table.encode()) for table in TABLES
        }
        if path is not None and os.path.exists(path) and not os.path.isfile(path):
            raise UnusableIndex("it is not a file")  # a pipe would be waited for
        with self._errors():
            self._connection = sqlite3.connect(
                path or ":memory:", timeout=_PATIENCE, isolation_level=None
            )
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        # Readers see one state while another process writes; a killed writer leaves whole batches.
        with contextlib.suppress(UnusableIndex):  # a file system that cannot do it
            self._run("pragma journal_mode = wal")
        self._run("pragma synchronous = normal")
        self._run("pragma cell_size_check = on")
        if self._tables() == set():
            with self.writing():
                for table, kind in TABLES.items():
                    self._run(
                        f"create table if not exists {table} (key {kind} primary key not null,"
                        " value blob not null, proof blob not null)"
                        + (" without rowid" if kind == "blob" else "")
                    )
        if self._tables() != set(TABLES):
            raise DamagedIndex("it has other tables")

    def _tables(self) -> set[str]:
        return {name for (name,) in self._run("select name from sqlite_schema where rootpage > 0")}

    # --- reading ----------------------------------------------------------------------------------

    def get(self, table: str, key: Key) -> bytes | None:
        """The value with a key, or None."""
        rows = self._run(f"select key, value, proof from {table} where key = ?", (key,))
        return self._proved(table, rows)[0][1] if rows else None

    def all(self, table: str) -> list[Row]:
        """All keys of a table, with their values."""
        return self._proved(table, self._run(f"select key, value, proof from {table}"))

    def some(self, table: str, keys: Collection[Key]) -> Iterator[Row]:
        """Some keys, each given once, with their values, in any order. They have to be there."""
        wanted = list(keys)
        for at in range(0, len(wanted), _VALUES):
            part = wanted[at : at + _VALUES]
            marks = ", ".join("?" * len(part))
            select = f"select key, value, proof from {table} where key in ({marks})"
            rows = self._run(select, part)
            if len(rows) != len(part):
                raise DamagedIndex(f"{table}: {len(part)} rows were wanted, {len(rows)} are there")
            yield from self._proved(table, rows)

    def keys(self, table: str) -> set[Any]:
        """All keys of a table, which may be damaged: nothing proves a key without its value."""
        return {key for (key,) in self._run(f"select key from {table}")}

    def _proved(self, table: str, rows: Iterable[tuple[Any, Any, Any]]) -> list[Row]:
        """Rows as they were stored: keys and values."""
        seed, form = self._seeds[table], _FORMS[TABLES[table]]
        proved = []
        for key, value, given in rows:
            if not isinstance(value, bytes):
                raise DamagedIndex(f"{table}: a row holds no bytes")
            proof = seed.copy()
            proof.update(form % (key, value))
            if proof.digest() != given:
                raise DamagedIndex(f"{table}: a row is not as it was stored")
            proved.append((key, value))
        return proved

    # --- writing ----------------------------------------------------------------------------------

    def put(self, table: str, rows: Iterable[Row]) -> None:
        """Store values; one that has the key of another takes its place."""
        seed, form = self._seeds[table], _FORMS[TABLES[table]]
        proved = []
        for key, value in rows:
            proof = seed.copy()
            proof.update(form % (key, value))
            proved.append((key, value, proof.digest()))
        with self._errors():
            self._connection.executemany(f"insert or replace into {table} values (?, ?, ?)", proved)

    def delete(self, table: str, keys: Iterable[Key]) -> None:
        """Delete the values with some keys, where they are there."""
        with self._errors():
            self._connection.executemany(
                f"delete from {table} where key = ?", ((key,) for key in keys)
            )

    # --- transactions -----------------------------------------------------------------------------

    @contextlib.contextmanager
    def writing(self, *, patient: bool = True) -> Iterator[None]:
        """All or nothing of what is written inside. ``patient``: wait for others that write."""
        if not patient:
            self._run("pragma busy_timeout = 0")
        yield from self._transaction("begin immediate", "commit")

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """All that is read inside belongs to one state, whatever other processes write."""
        yield from self._transaction("begin", "rollback")

    def _transaction(self, begin: str, end: str) -> Iterator[None]:
        self._run(begin)
        try:
            yield
            self._run(end)
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # gone with some errors already
                self._connection.execute("rollback")
            raise

    def copy(self) -> Database:
        """What was committed, in memory."""
        copy = Database(None, self._stamp)
        with self._errors():
            self._connection.backup(copy._connection)
        return copy

    def close(self) -> None:
        """Close the file. Nothing can be done with it afterwards."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def _run(self, statement: str, values: Collection[object] = ()) -> list[Any]:
        with self._errors():
            return self._connection.execute(statement, tuple(values)).fetchall()

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        """Tell damage from what is no damage; programming errors pass."""
        try:
            yield
        except UnicodeDecodeError as error:  # SQLite's message quotes bytes of the file
            raise DamagedIndex("it holds text that cannot be decoded") from error
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.NotSupportedError):
            raise
        except sqlite3.DatabaseError as error:
            code = int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
            if code not in _NO_DAMAGE or (code == sqlite3.SQLITE_READONLY and self._is_writable()):
                raise DamagedIndex(str(error)) from error
            raise UnusableIndex(str(error), full=code == sqlite3.SQLITE_FULL) from error

    def _is_writable(self) -> bool:
        """Whether the file may be written; SQLite takes one with a damaged head for read-only."""
        if self.path is None:
            return False
        folder = self.path.parent
        return os.access(self.path, os.W_OK) and os.access(folder, os.W_OK)


def delete(path: Path) -> None:
    """Delete an index, and what SQLite keeps beside it. Raises OSError where that fails."""
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
