"""What can go wrong for a user, said in one line: where, what, and what to do about it."""

from __future__ import annotations

import unicodedata


class PolicydiffError(Exception):
    """Base of every error that policydiff raises on purpose.

    ``where`` is the file or input it is about, ``what`` is what is wrong with it, ``remedy`` is
    what the user can do. All three are kept as given; ``str()`` makes one printable line of them.

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
        return visible(f"{self.where}: {self.what}; {self.remedy}")

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


def _is_seen(character: str) -> bool:
    # str.isprintable() counts no space but the ASCII one.
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _rebuild(kind: type[PolicydiffError], what: str, where: str, remedy: str) -> PolicydiffError:
    return kind(what=what, where=where, remedy=remedy)
