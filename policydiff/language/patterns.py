"""Regular expressions whose compiled form is kept between runs.

Python compiles some five hundred patterns for a first comparison, which takes longer than to read
a report. As it keeps the compiled form of a module in a ``.pyc`` file, that of the patterns is kept
in a file beside it when a process ends, under the same terms: for one version of Python, only where
``__pycache__`` may be written, not with ``PYTHONDONTWRITEBYTECODE``, and made anew where it is
missing, damaged or of another version. Nothing depends on the file but time. What is kept of a
pattern also says what a match begins with, so that a search skips ahead (``first_characters``).

How a pattern is taken apart and put together again is Python's own affair (the modules ``_sre``
and ``re._compiler``) and may change: the file names the version of both, and whatever goes wrong
here ends in ``re.compile``.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]
import atexit
import json
import os
import re
import sys
from array import array
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final, NamedTuple
from zlib import crc32

from policydiff.version import __version__

#: Raised when other steps of a pattern are made than before, or another source of a list of words.
_FORM: Final = 7
#: What a file holds is only good for the Python that made it, its own version and that of ``re``,
#: and for the version of this package.
_MADE_BY: Final = (
    *(sys.implementation.name, sys.hexversion, _sre.MAGIC, _sre.CODESIZE),
    *(__version__, _FORM),
)
#: The type of ``array`` with the size of one step of a compiled pattern.
_STEP: Final = "I" if array("I").itemsize == _sre.CODESIZE else "L"
#: A file with more patterns is begun anew: most are of tables that were edited since.
_AT_MOST: Final = 2000
#: Bytes of the checksum that a file begins with.
_CHECKSUM: Final = 4

#: By source and flags: the steps, all flags, the number of groups, their names and places.
_Compiled = tuple[bytes, int, int, dict[str, int], tuple[str | None, ...]]
#: Stands between the words that a source is made of; no word holds it.
_BETWEEN_WORDS: Final = "\0"


def compile_pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile``, with the compiled form of an earlier run where there is one.

    For patterns of code and tables. One that is made of a report's text belongs to ``re.compile``.

    >>> compile_pattern("(?P<number>[0-9]+)万").search("新增5万人")["number"]
    '5'

    Raises re.error: the source is no pattern.
    """
    key = source, int(flags)
    pattern = _ready.get(key)
    if pattern is None:
        pattern = _ready[key] = _kept.pattern(*key)
    return pattern


def kept_source(words: Iterable[str], make: Callable[[list[str]], str]) -> str:
    """The source that ``make`` makes of words, from an earlier run where there is one.

    ``make``: always the same function.
    """
    return _kept.source(list(words), make)


#: Stands first in the words of a kept source that is parted, and is no word itself.
_PARTED: Final = "|"
#: What may hold a bar or a bracket that divides nothing, and those that may divide.
_BARS: Final = r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]"


class Family:
    """Patterns, without flags, names or references, that are sought in the same texts.

    Alternatives that begin with ^ are tried at the beginning only, where Python would try them all
    over; and first all at once, as most texts begin like none of them.
    """

    def __init__(self, sources: Iterable[str]) -> None:
        parted = [kept_source([_PARTED, one], _by_anchor).split(_BETWEEN_WORDS) for one in sources]
        heads = [f"(?:{head})" for head, _ in parted if head]
        self._any_head = compile_pattern("|".join(heads) or "(?!)").match
        self._each = [
            (head and compile_pattern(head).match, rest and compile_pattern(rest).search)
            for head, rest in parted
        ]

    def in_text(self, text: str) -> list[bool]:
        """Whether each of them is in a text, in their order.

        >>> Family(["^今年|^(?:明|本)年", "将(?:要|来)", "^本|[年]$"]).in_text("本年将要")
        [True, True, True]
        """
        some = self._any_head(text) is not None
        return [
            bool((some and head and head(text)) or (rest and rest(text)))
            for head, rest in self._each
        ]


def _by_anchor(words: list[str]) -> str:
    """The alternatives of a pattern that begin with ^, and the others."""
    source = words[-1]
    depth = start = 0
    both: tuple[list[str], list[str]] = [], []
    for m in [*re.finditer(_BARS, source), None]:
        if m is None or (m[0] == "|" and not depth):
            alternative = source[start : m and m.start()]
            both[not alternative.startswith("^")].append(alternative)
            start = m.end() if m else 0
        else:
            depth += (m[0] == "(") - (m[0] == ")")
    return _BETWEEN_WORDS.join(map("|".join, both))


def _save() -> None:
    """Keep what was compiled for later runs, if it can be."""
    if not sys.dont_write_bytecode:
        with suppress(OSError, ValueError):
            _kept.save()


class _Kept:
    """The compiled patterns of a file; ``path`` is None where there can be none."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._content: _Content | None = None
        self._new: dict[tuple[str, int], _Compiled] = {}
        self._new_sources: dict[str, str] = {}

    def pattern(self, source: str, flags: int) -> re.Pattern[str]:
        """The pattern, put together again or compiled."""
        if self._path is None:
            return re.compile(source, flags)
        try:
            return _put_together(source, self._made(self._path, source, flags))
        except re.error:
            raise
        except Exception:  # other internals than these: Python's own way
            return re.compile(source, flags)

    def _made(self, path: str, source: str, flags: int) -> _Compiled:
        kept = self._stored(path).patterns
        made = kept.get((source, flags)) or self._new.get((source, flags))
        if made is None:
            made = self._new[source, flags] = _compiled(source, flags)
        return made

    def source(self, words: list[str], make: Callable[[list[str]], str]) -> str:
        """The source of a pattern, kept or made of the words."""
        if self._path is None:
            return make(words)
        joined = _BETWEEN_WORDS.join(words)
        made = self._stored(self._path).sources.get(joined)
        if made is None:
            made = self._new_sources[joined] = make(words)
        return made

    def _stored(self, path: str) -> _Content:
        if self._content is None:
            self._content = _read(path)
        return self._content

    def save(self) -> None:
        """Write the file whole, or not at all, if there is something new for it."""
        if self._path is None or not (self._new or self._new_sources):
            return
        kept = _read(self._path)  # another run may have written since
        if len(kept.patterns) + len(self._new) > _AT_MOST:
            kept = _Content({}, {})
        kept = _Content(kept.patterns | self._new, kept.sources | self._new_sources)
        content = _written(kept)
        beside = f"{self._path}.{os.getpid()}"
        try:
            with open(beside, "xb") as stream:
                stream.write(content)
            os.replace(beside, self._path)
        except OSError:
            with suppress(OSError):
                os.remove(beside)
            raise
        self._new, self._new_sources = {}, {}


def _compiled(source: str, flags: int) -> _Compiled:
    parsed: Any = re._parser.parse(source, flags)  # type: ignore[attr-defined]
    steps = re._compiler._code(parsed, flags)  # type: ignore[attr-defined]
    names = dict(parsed.state.groupdict)
    places: list[str | None] = [None] * parsed.state.groups
    for name, place in names.items():
        places[place] = name
    all_flags = flags | parsed.state.flags
    if not all_flags & re.IGNORECASE:
        steps = _with_first_characters(steps, parsed, all_flags)
    return array(_STEP, steps).tobytes(), int(all_flags), len(places) - 1, names, tuple(places)


def _with_first_characters(steps: list[int], parsed: Any, flags: int) -> list[int]:
    """The steps, saying what a match begins with where Python did not find it out.

    They begin with what is known of the pattern: INFO, how many steps that takes, which kinds of
    knowledge there are, how long a match is at least and at most; a set of first characters.
    """
    from policydiff.language.first_characters import first_characters  # hardly any run compiles

    constants, compiler = re._constants, re._compiler  # type: ignore[attr-defined]
    info, length, kinds, least = steps[:4]
    if info != constants.INFO or kinds or not least:
        return steps
    first = first_characters(parsed)
    if first is None:
        return steps
    added: list[int] = []
    compiler._compile_charset(compiler._optimize_charset(first)[0], flags, added)
    head = [info, length + len(added), constants.SRE_INFO_CHARSET, *steps[3 : 1 + length]]
    return [*head, *added, *steps[1 + length :]]


def _put_together(source: str, made: _Compiled) -> re.Pattern[str]:
    steps, flags, *groups = made
    pattern: re.Pattern[str] = _sre.compile(source, flags, array(_STEP, steps).tolist(), *groups)
    return pattern


# --- the file -------------------------------------------------------------------------------------

# A checksum of the rest; a line of JSON: who made it, the sources of lists of words, and each
# pattern with how many bytes of steps it has; all steps, one pattern after the other.


class _Content(NamedTuple):
    """What is kept: compiled patterns, and sources by the words that they are made of."""

    patterns: dict[tuple[str, int], _Compiled]
    sources: dict[str, str]


def _written(kept: _Content) -> bytes:
    entries = [[*key, len(steps), *others] for key, (steps, *others) in kept.patterns.items()]
    head = json.dumps([_MADE_BY, kept.sources, entries], ensure_ascii=False, separators=(",", ":"))
    steps = b"".join(steps for steps, *_ in kept.patterns.values())
    body = b"\n".join((head.encode("utf-8", "surrogatepass"), steps))  # as json reads them
    return crc32(body).to_bytes(_CHECKSUM, "little") + body


def _read(path: str) -> _Content:
    """The content of a file; nothing of one that is missing, damaged or of another Python."""
    nothing = _Content({}, {})
    try:
        with open(path, "rb") as stream:
            checksum, body = stream.read(_CHECKSUM), stream.read()
        if crc32(body) != int.from_bytes(checksum, "little"):
            return nothing
        at = body.index(b"\n") + 1
        made_by, sources, entries = json.loads(body[:at])
    except (OSError, ValueError):
        return nothing
    if made_by != list(_MADE_BY):
        return nothing
    kept = _Content({}, sources)
    for source, flags, size, all_flags, groups, names, places in entries:
        steps = body[at : at + size]
        kept.patterns[source, flags] = steps, all_flags, groups, names, tuple(places)
        at += size
    return kept


def _path_beside_this_module() -> str | None:
    cached = __spec__.cached if __spec__ else None
    return f"{cached.removesuffix('.pyc')}.patterns" if cached else None


_kept: Final = _Kept(_path_beside_this_module())
#: The patterns of this run, each made once.
_ready: Final[dict[tuple[str, int], re.Pattern[str]]] = {}
atexit.register(_save)
