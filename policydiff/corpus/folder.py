"""A corpus: a folder of reports, and which region and year each file is of.

``corpora/<region>/<year>.txt`` or flat names such as ``2026-安徽省.txt``; what the names do not say
is taken from the text. ``corpus.yaml`` in the folder overrides both::

    reports:
      旧稿/a.txt: {region: 某县, year: 2023}
      旧稿/b.txt: {skip: true}
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from policydiff.corpus.names import last_folder, named_region, named_year, shown_names
from policydiff.corpus.overrides import OVERRIDES, Override, kind_of, read_overrides
from policydiff.errors import ReadError
from policydiff.reading.kinds import is_readable_name

#: Where the reports to compare against lie, unless told.
DEFAULT_CORPUS: Final = "corpora"


@dataclass(frozen=True, slots=True)
class Unread:
    """A file of the corpus that could not be read, and why. ``name`` is its path in the corpus."""

    name: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder with the files that may be reports, in order of their paths.

    ``files`` are paths relative to ``folder`` with ``/``, as the system has them; ``names`` says by
    what name each is shown, which is another one where the path is not UTF-8. ``overrides`` go by
    these names. ``unread`` are those that cannot be opened, ``notes`` says what is odd about it.
    """

    folder: Path
    files: tuple[str, ...]
    names: Mapping[str, str]
    overrides: Mapping[str, Override] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()


def open_corpus(folder: str | os.PathLike[str]) -> Corpus:
    """Look for reports under ``folder``; no file but corpus.yaml is opened.

    Hidden files, and files in formats that policydiff does not read, are passed over; linked
    folders are looked into, each folder once. Raises ReadError where the folder cannot be listed or
    entered, or corpus.yaml cannot be understood.
    """
    root = Path(folder)
    try:
        os.listdir(root)
        _check_entry(root)
    except (OSError, ValueError) as error:
        raise _unlisted(os.fspath(folder), error) from error
    overrides, notes = read_overrides(root)
    listing = _Listing(root)
    listing.walk()
    files = sorted(listing.files)
    names = shown_names([*files, *(path for path, _ in listing.special)])
    known = set(names.values())
    return Corpus(
        root,
        tuple(path for path in files if not overrides.get(names[path], Override()).skip),
        names,
        overrides,
        tuple(
            Unread(names[path], f"is {kind}, not a file", "take it out of the corpus")
            for path, kind in sorted(listing.special)
            if not overrides.get(names[path], Override()).skip
        ),
        (
            *notes,
            *(
                f"{OVERRIDES} names {name}, which is not there"
                for name in overrides
                if name not in known
            ),
            *sorted(f"{shown_names([path])[path]}: {what}" for path, what in listing.odd),
        ),
    )


def _unlisted(where: str, error: OSError | ValueError) -> ReadError:
    what = f"cannot be listed ({getattr(error, 'strerror', None) or error})"
    remedy = "give a folder of reports, region by region, with --corpora"
    if isinstance(error, FileNotFoundError):
        what = "does not exist"
    elif isinstance(error, NotADirectoryError):
        what = "is a file, not a folder of reports"
    elif isinstance(error, PermissionError):
        what, remedy = "may not be listed or entered", "change its permissions"
    return ReadError(where=where, what=what, remedy=remedy)


# --- what lies in a folder ------------------------------------------------------------------------


class _Listing:
    """What is under a folder. All paths are relative to it, with ``/``.

    ``files`` may be reports; ``special`` are pipes and the like with names of reports, and what
    they are; ``odd`` are folders and links that were not looked into, and why.
    """

    def __init__(self, root: Path) -> None:
        self.files: list[str] = []
        self.special: list[tuple[str, str]] = []
        self.odd: list[tuple[str, str]] = []
        self._root = root
        real = Path(os.path.realpath(root))
        #: Folders by device and number: those on the way to the corpus, and those looked into.
        self._above = {_identity(folder) for folder in real.parents}
        self._seen: set[tuple[int, int]] = set()
        self._folders = deque([""])
        self._links: list[str] = []

    def walk(self) -> None:
        """Look into every folder once: first those that lie here, then those that are linked."""
        while self._folders or self._links:
            if self._folders:
                self._enter(self._folders.popleft())
            else:
                # In order of their names, so that of two links the same one counts every time.
                links, self._links = sorted(self._links), []
                for path in links:
                    self._enter(path, linked=True)

    def _enter(self, path: str, *, linked: bool = False) -> None:
        place = self._root / path
        try:
            identity = _identity(place)
            if identity in self._seen or identity in self._above:
                if linked:
                    around = identity in self._above
                    what = (
                        "a folder around the corpus" if around else "a folder that is read anyway"
                    )
                    self.odd.append((path, f"is a link to {what}, and was left out"))
                return
            self._seen.add(identity)
            with os.scandir(place) as entries:
                children = list(entries)
            _check_entry(place)
        except OSError as error:
            if path:
                self.odd.append((path, f"cannot be listed ({error.strerror})"))
            return
        for entry in children:
            if not entry.name.startswith((".", "~$")):
                self._sort(entry, f"{path}/{entry.name}" if path else entry.name)

    def _sort(self, entry: os.DirEntry[str], path: str) -> None:
        """Put an entry of a folder where it belongs."""
        readable = is_readable_name(entry.name)
        try:
            is_folder, is_file = entry.is_dir(), entry.is_file()
            mode = 0 if is_folder or is_file else entry.stat().st_mode
        except OSError:  # a link that leads nowhere, or to itself; opening it says which
            if readable:
                self.files.append(path)
            elif "." not in entry.name:
                self.odd.append((path, "is a link that leads nowhere, and was left out"))
            return
        if is_folder:
            (self._links if entry.is_symlink() else self._folders).append(path)
        elif readable and is_file:
            self.files.append(path)
        elif readable:
            self.special.append((path, kind_of(mode)))


def _check_entry(folder: Path) -> None:
    """Raises PermissionError for a folder of which the names can be listed, and nothing else."""
    os.stat(os.path.join(folder, "."))


def _identity(folder: Path) -> tuple[int, int]:
    status = os.stat(folder)
    return status.st_dev, status.st_ino


# --- what a file is of ----------------------------------------------------------------------------


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
    return (
        override.region or named_region(name) or region or last_folder(name),
        override.year or named_year(name) or year,
    )
