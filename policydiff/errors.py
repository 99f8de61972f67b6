"""What can go wrong for a user, said in one line: where, what, and what to do about it."""

from __future__ import annotations

import os
import unicodedata

#: How many characters of each piece a message shows; what a file holds may be of any length.
_ROOM_WHERE = 300
_ROOM_WHAT = 400


class PolicydiffError(Exception):
    """Base of every error that policydiff raises on purpose.

    ``where`` is the file or input it is about, ``what`` is what is wrong with it, ``remedy`` is
    what the user can do. All three are kept as given; ``str()`` makes one printable line of them,
    and shortens what is very long.

    >>> error = PolicydiffError(where="a.txt", what="is empty", remedy="choose another file")
    >>> str(error)
    'a.txt: is empty; choose another file'
    >>> error.remedy
    'choose another file'
    """

    def __init__(self, *, what: str, where: str, remedy: str) -> None:
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        where = readable(self.where)
        if len(where) > _ROOM_WHERE:  # the end of a path tells more than its beginning
            where = "…" + where[1 - _ROOM_WHERE :]
        what, remedy = shortened(self.what, _ROOM_WHAT), shortened(self.remedy, _ROOM_WHAT)
        return visible(f"{where}: {what}; {remedy}")

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions are rebuilt from positional args by default, which the constructor refuses.
        return _rebuild, (type(self), self.what, self.where, self.remedy)


class ReadError(PolicydiffError):
    """A file cannot be opened, is a folder, or its container or format cannot be read."""


class EncodingError(PolicydiffError):
    """The bytes are not text in any encoding that policydiff knows."""


class EmptyReportError(PolicydiffError):
    """There is nothing in the input, or no clause in it."""


class TooLargeError(PolicydiffError):
    """The input is larger than any report could be."""


class WriteError(PolicydiffError):
    """The result cannot be written where it was asked for."""


class DecisionsError(PolicydiffError):
    """A file of decisions cannot be read, or says what makes no sense."""


class UsageError(PolicydiffError):
    """policydiff was called in a way that makes no sense."""


def visible(text: str) -> str:
    r"""Return ``text`` as one printable line: whatever would not be seen becomes an escape.

    Line breaks, control and direction characters and lone surrogates (which a file name may hold,
    and which cannot be printed) are escaped; spaces of any width stay.

    >>> visible("报告\n2019.txt")
    '报告\\n2019.txt'
    >>> visible("云南　省") == "云南　省"
    True
    """
    if text.isprintable():
        return text
    return "".join(character if _is_seen(character) else _escape(character) for character in text)


def shortened(text: str, room: int) -> str:
    """At most ``room`` characters of a text.

    >>> shortened("新建农村学校30所。", 7)
    '新建农村学校…'
    """
    return text if len(text) <= room else text[: room - 1] + "…"


def readable(name: str) -> str:
    r"""A file name or path as people know it, where its bytes are not in the system's encoding.

    Python keeps such bytes as lone surrogates. A component that is clean UTF-8 or GBK (as zip files
    from Chinese Windows have it) is decoded; any other is left as it is, for ``visible``.

    >>> folder = "栖川县".encode("gbk").decode("utf-8", "surrogateescape")
    >>> readable(f"corpora/{folder}/2024.txt")
    'corpora/栖川县/2024.txt'
    >>> readable("\udcff.txt") == "\udcff.txt"
    True
    """
    if not _holds_bytes(name):
        return name
    return "/".join(_decoded(part) if _holds_bytes(part) else part for part in name.split("/"))


def _holds_bytes(name: str) -> bool:
    """Whether bytes that are no text stand in a name (PEP 383)."""
    return any("\udc80" <= character <= "\udcff" for character in name)


def _decoded(part: str) -> str:
    for codec in ("utf-8", "gbk"):
        try:
            text = os.fsencode(part).decode(codec)
        except UnicodeError:
            continue
        if text.isprintable():
            return text
    return part


def _is_seen(character: str) -> bool:
    # str.isprintable() counts no space but the ASCII one.
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _rebuild(kind: type[PolicydiffError], what: str, where: str, remedy: str) -> PolicydiffError:
    return kind(what=what, where=where, remedy=remedy)
