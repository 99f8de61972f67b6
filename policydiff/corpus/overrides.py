"""corpus.yaml: what its author says of the files of a corpus, against their names and texts.

It is read from YAML's events, one after another, and not by building what they stand for: so a
file that somebody made to be large when it is built (aliases of aliases, deep nesting) is refused.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml

from policydiff.errors import EncodingError, ReadError, visible
from policydiff.language.patterns import compile_pattern
from policydiff.reading.encoding import decode

#: The file in a corpus that says what names and texts do not.
OVERRIDES: Final = "corpus.yaml"
#: Bytes of the largest corpus.yaml: lines for some 50,000 reports.
_MAX_BYTES: Final = 4_000_000
#: How much of a name or value is repeated in a message, how much is quoted of what the YAML parser
#: says, and how long a region may be, in characters.
_SHOWN: Final = 40
_PROBLEM: Final = 100
_MAX_REGION: Final = 100
_YEAR: Final = compile_pattern("[1-9][0-9]{3}")

_REMEDY: Final = (
    "write 'reports:' and under it lines such as 'county/a.txt: {region: county, year: 2023}'"
)

#: The C parser is several times faster and reads the same language.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Override:
    """What corpus.yaml says of one file."""

    region: str | None = None
    year: int | None = None
    skip: bool = False


def read_overrides(folder: Path) -> tuple[dict[str, Override], tuple[str, ...]]:
    """What corpus.yaml in a folder says of each file, by its path; and notes about it.

    Raises ReadError, one sentence, where it is there and cannot be read or understood.
    """
    path = folder / OVERRIDES
    if not _is_there(path):
        return {}, ()
    try:
        # Names in it need not be Chinese, which a report has to be.
        text, _ = decode(path.read_bytes(), where=str(path))
        notes = () if text.strip() else (f"{OVERRIDES} is empty",)
        return _overrides(text), notes
    except _Wrong as error:
        raise _unread(path, f"cannot be understood ({error})", _REMEDY) from error
    except EncodingError as error:  # with a remedy for reports
        raise _unread(path, error.what, "save it as plain text in UTF-8, or delete it") from error
    except OSError as error:
        raise _unread(path, f"cannot be read ({error.strerror})", "check its rights") from error


def _is_there(path: Path) -> bool:
    """Whether there is a regular file of a reasonable size, or nothing; raises ReadError for else.

    Nothing else is opened: a pipe would be waited for, for ever.
    """
    try:
        is_link = stat.S_ISLNK(os.lstat(path).st_mode)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unread(path, f"cannot be read ({error.strerror})", "check its folder") from error
    try:
        status = os.stat(path)
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        if is_link and isinstance(error, FileNotFoundError):
            what = "is a link to a missing file"
        elif error.errno == errno.ELOOP:
            what = "is a link that leads back to itself"
        raise _unread(path, what, "put a file in its place, or delete it") from error
    if not stat.S_ISREG(status.st_mode):
        raise _unread(path, f"is {kind_of(status.st_mode)}, not a file", "put a file in its place")
    if status.st_size > _MAX_BYTES:
        what = f"has {status.st_size:,} bytes, the limit is {_MAX_BYTES:,}"
        raise _unread(path, what, "name only those files whose names and texts do not tell")
    return True


def kind_of(mode: int) -> str:
    """What a file that is no regular one is, by the mode that ``os.stat`` gives.

    >>> kind_of(stat.S_IFIFO), kind_of(stat.S_IFDIR)
    ('a named pipe', 'a folder')
    """
    kinds = {
        stat.S_IFIFO: "a named pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
        stat.S_IFDIR: "a folder",
    }
    return kinds.get(stat.S_IFMT(mode), "something else")


def _unread(path: Path, what: str, remedy: str) -> ReadError:
    return ReadError(where=str(path), what=what, remedy=remedy)


# --- from events to what they say -----------------------------------------------------------------


class _Wrong(ValueError):
    """What is wrong with corpus.yaml, as the rest of a sentence."""


@dataclass(frozen=True, slots=True)
class _Scalar:
    """A word of YAML: its text, and the type that it has by YAML's rules ('str', 'int', ...)."""

    text: str
    type: str
    quoted: bool

    def __str__(self) -> str:
        """As it stands in the file, for messages."""
        return repr(_brief(self.text)) if self.quoted else _brief(self.text)


#: A mapping as its pairs of key and value, or None where there is nothing.
_Pairs = list[tuple[str, Any]]


def _overrides(text: str) -> dict[str, Override]:
    top = _document(text)
    if top is None or _is_null(top):
        return {}
    reports = dict(_mapping(top, "the file", {"reports"})).get("reports")
    if reports is None or _is_null(reports):
        return {}
    if not isinstance(reports, list):
        raise _Wrong(f"reports is {reports}")
    return {name: _override(_brief(name), entry) for name, entry in reports}


def _mapping(data: object, where: str, keys: set[str]) -> _Pairs:
    if not isinstance(data, list) or not keys.issuperset(key for key, _ in data):
        raise _Wrong(f"{where} may hold {', '.join(sorted(keys))} and nothing else")
    return data


def _is_null(data: object) -> bool:
    return isinstance(data, _Scalar) and data.type == "null"


def _override(name: str, entry: object) -> Override:
    region, year, skip = None, None, False
    for key, value in _mapping(entry, name, {"region", "year", "skip"}):
        if key == "region":
            region = _region(name, value)
        elif key == "year":
            year = _year(name, value)
        else:
            skip = _skip(name, value)
    return Override(region, year, skip)


def _region(name: str, value: object) -> str:
    if not isinstance(value, _Scalar) or value.type != "str":
        raise _Wrong(f"{name}: region is {_what(value)}; it must be a name")
    if len(value.text) > _MAX_REGION:
        raise _Wrong(f"{name}: region is longer than {_MAX_REGION} characters")
    return value.text


def _year(name: str, value: object) -> int:
    # Only as people write it: YAML reads 0x7E7, 3747 octal and 33:43 as whole numbers, too.
    if not isinstance(value, _Scalar) or value.type != "int" or not _YEAR.fullmatch(value.text):
        raise _Wrong(f"{name}: year is {_what(value)}; it must be four digits, such as 2023")
    return int(value.text)


def _skip(name: str, value: object) -> bool:
    if not isinstance(value, _Scalar) or value.type != "bool":
        raise _Wrong(f"{name}: skip is {_what(value)}; it must be true or false")
    return value.text.lower() in ("true", "yes", "on")


def _what(value: object) -> str:
    return (str(value) or "empty") if isinstance(value, _Scalar) else "a mapping"


def _brief(text: str) -> str:
    return visible(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


#: A mapping of files inside one of sections: corpus.yaml nests no deeper.
_DEPTH: Final = 3


def _document(text: str) -> object:
    """The one document of a YAML text: a scalar, pairs of a mapping, or None where it is empty."""
    try:
        events = yaml.parse(text, Loader=_Loader)
        content = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Wrong("it holds several documents")
            elif not isinstance(
                event, yaml.StreamStartEvent | yaml.StreamEndEvent | yaml.DocumentEndEvent
            ):
                content = _node(event, events, _DEPTH)
    except yaml.YAMLError as error:
        _refuse(error)
    return content


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> object:
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    if isinstance(event, yaml.AliasEvent):
        raise _Wrong(
            f"it uses the alias *{_brief(str(event.anchor))}; write out what it stands for"
        )
    if isinstance(event, yaml.SequenceStartEvent):
        raise _Wrong("the file may hold reports and nothing else; it holds a list")
    if not depth:
        raise _Wrong("it nests deeper than reports, file, and what is said of the file")
    pairs: _Pairs = []
    known: set[str] = set()
    for key in events:
        if isinstance(key, yaml.MappingEndEvent):
            break
        if not isinstance(key, yaml.ScalarEvent):
            raise _Wrong("a name is not a plain word")
        if key.value in known:
            raise _Wrong(f"{_brief(key.value)} stands there twice")
        known.add(key.value)
        pairs.append((key.value, _node(next(events), events, depth - 1)))
    return pairs


def _scalar(event: yaml.ScalarEvent) -> _Scalar:
    quoted = event.style in ("'", '"', "|", ">")
    # By the rules for plain words; a tag that the file gives is not followed.
    tag = str(_RESOLVER.resolve(yaml.ScalarNode, event.value, (not quoted, quoted)))
    return _Scalar(event.value, tag.rpartition(":")[2], quoted)


#: Tells the type of a word by its spelling. PyYAML has no types for it.
_RESOLVER: Final[Any] = yaml.resolver.Resolver()


def _refuse(error: yaml.YAMLError) -> NoReturn:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "no YAML"
    place = "" if mark is None else f"line {mark.line + 1}: "
    raise _Wrong(f"{place}{visible(str(problem))[:_PROBLEM]}") from error
