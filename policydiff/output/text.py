"""YAML and JSON text of a result: the same bytes for the same data, on every machine.

The YAML is written here and not by PyYAML: a few rules are enough for mappings, lists and plain
values, they hold for every character alike, and a result is written several times as fast.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, Final

from policydiff.language.patterns import compile_pattern
from policydiff.output.files import Savable

#: Characters that are not seen, or that turn the direction of what stands around them, move the
#: cursor or end a line for some program: controls, soft hyphen, direction marks and isolates,
#: spaces of no width, line separators, BOM, what is no character, tags. They are escaped. Named
#: by number, since what Python counts as printable differs between its versions.
_HIDDEN: Final = (
    "\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f"
)
_UNSEEN: Final = compile_pattern(f"[\x00-\x1f{_HIDDEN}]")
#: JSON escapes the controls of ASCII anyway; the line breaks between its entries are to stay.
_UNSEEN_IN_JSON: Final = compile_pattern(f"[{_HIDDEN}]")

# --- YAML -----------------------------------------------------------------------------------------

#: Short words that readers of YAML 1.1 or 1.2 take for something else, in any case.
_WORD: Final = compile_pattern(
    r"y|yes|n|no|on|off|t|true|f|false|null|nil|none|~|=|<<|[-+]?\.?inf(?:inity)?|\.?nan",
    re.IGNORECASE,
)
#: Digits of any base with their signs, separators and exponents: numbers of YAML 1.1 (0b1, 1_000,
#: 1:30, '.', 0:0) and 1.2 (0o17, 1e5), or what a reader less strict takes for one (e5).
_LIKE_A_NUMBER: Final = compile_pattern(r"(?=.*[0-9.]|[^a-zA-Z]*\Z)[-+]?[0-9a-fA-FxXoO_.,:+-]*")
#: Dates and times of YAML 1.1: 2002-1-1, 2001-12-14t21:59:43.10-05:00.
_LIKE_A_DATE: Final = compile_pattern(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?")
#: What no bare string may begin with: an indicator, a space, the mark of a document's end; nor
#: hold: what begins a comment or a value, a space at its end.
_BEGIN: Final = compile_pattern(r"[-?:,\[\]{}#&*!|>'\"%@`\s]|\Z|\.\.\.")
_INSIDE: Final = compile_pattern(r":(?:\s|\Z)|\s#|\s\Z")
#: What ends a bare string inside a mapping or list that stands in one line; PyYAML takes the
#: question mark there for the sign of a key, which YAML 1.2 does not.
_IN_A_LINE: Final = compile_pattern(r"[\[\]{},:?]")
#: What nearly all text of a report is made of, which needs none of this.
_PLAIN: Final = compile_pattern(
    r"[\u4e00-\u9fff\u201c\u2018\uff08\u300a]"
    r"[\u4e00-\u9fff\u2018-\u201d\uff08\uff09\u300a\u300b\u3001\u3002\uff0c\uff1a\uff1b\uff01\uff1f0-9A-Za-z.%]*"
)
#: Keys of which the value stands in one line.
_LINES: Final = {
    *("policydiff", "options", "repairs", "span", "kinds", "unsure", "fates", "absent"),
    *("own_years", "highest", "lowest"),
}
#: A target, and words with their place, begin with this key; without more they stand in one line.
_TARGET: Final = "indicator"
_WORDS: Final = ("text", "span")


def to_yaml(data: dict[str, Any]) -> str:
    """YAML text of a result; reading it back gives the same data, by YAML 1.1 and 1.2 alike.

    ``data`` holds dicts with string keys, lists, strings, numbers, booleans and None.

    >>> print(to_yaml({"name": "甲: 乙", "kinds": ["moved"], "old": [{"line": 3, "end": "2025"}]}))
    name: '甲: 乙'
    kinds: [moved]
    old:
    - line: 3
      end: '2025'
    <BLANKLINE>
    """
    lines: list[str] = []
    _mapping(data, "", lines)
    return "\n".join(lines) + "\n" if data else "{}\n"


def _mapping(data: dict[str, Any], indent: str, lines: list[str]) -> None:
    """Add the lines of a mapping."""
    for key, value in data.items():
        name = f"{indent}{_string(key)}:"
        if isinstance(value, str):
            lines.append(f"{name} {_string(value)}")
        elif type(value) is int:
            lines.append(f"{name} {value}")
        elif _stands_in_a_line(key, value):
            lines.append(f"{name} {_line(value)}")
        elif isinstance(value, dict):
            lines.append(name)
            _mapping(value, indent + "  ", lines)
        else:
            lines.append(name)
            _items(value, indent, lines)


def _items(data: list[Any], indent: str, lines: list[str]) -> None:
    """Add the lines of a list."""
    inner = indent + "  "
    for value in data:
        if _stands_in_a_line("", value):
            lines.append(f"{indent}- {_line(value)}")
            continue
        first = len(lines)
        if isinstance(value, dict):
            _mapping(value, inner, lines)
        else:
            _items(value, inner, lines)
        lines[first] = f"{indent}- {lines[first].removeprefix(inner)}"


def _stands_in_a_line(key: str, value: object) -> bool:
    if isinstance(value, dict):
        if not value or key in _LINES:
            return True
        if next(iter(value)) == _TARGET:
            return not any(map(_is_nested, value.values()))
        return tuple(value) == _WORDS
    if isinstance(value, list):
        return key in _LINES or all(isinstance(item, int) for item in value)
    return True


#: What may hold other values. A name, since ``dict | list`` would make a new type each time.
_NESTED: Final = dict | list


def _is_nested(value: object) -> bool:
    return isinstance(value, _NESTED)


def _line(value: object) -> str:
    """A value in one line."""
    return _inside(value) if isinstance(value, _NESTED) else _scalar(value)


def _inside(value: object) -> str:
    """The same inside a mapping or list that stands in one line, or such a mapping or list."""
    if isinstance(value, str):
        return _string_inside(value)
    if type(value) is int:
        return str(value)
    if isinstance(value, dict):
        pairs = [f"{_string_inside(key)}: {_inside(item)}" for key, item in value.items()]
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inside, value))}]"
    return _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return _string(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        written = repr(value)  # YAML 1.1 wants a point in every number with an exponent.
        return written.replace("e", ".0e") if "e" in written and "." not in written else written
    return str(value)


#: So many strings are remembered: keys, names of kinds, states and headings come again and again.
_REMEMBERED: Final = 4096


@lru_cache(maxsize=_REMEMBERED)
def _string(text: str) -> str:
    """A string as written."""
    return text if _PLAIN.fullmatch(text) else _checked(text, inside=False)


@lru_cache(maxsize=_REMEMBERED)
def _string_inside(text: str) -> str:
    """A string as written inside a mapping or list that stands in one line."""
    return text if _PLAIN.fullmatch(text) else _checked(text, inside=True)


def _checked(text: str, *, inside: bool) -> str:
    """A string as written that may need quotes."""
    if _UNSEEN.search(text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{_UNSEEN.sub(_yaml_escape, escaped)}"'
    if (
        _BEGIN.match(text)
        or _INSIDE.search(text)
        or (inside and _IN_A_LINE.search(text))
        or (text.isascii() and _looks_like_another_type(text))
    ):
        return "'" + text.replace("'", "''") + "'"
    return text


def _looks_like_another_type(text: str) -> bool:
    """Whether some reader may take a bare string for a number, a date, a truth value or nothing.

    >>> [t for t in ("utf-8", "e5", ".", "0:0", "2002-1-1", "No", "0.2.0", "big5")
    ...     if not _looks_like_another_type(t)]
    ['utf-8', 'big5']
    """
    return (
        _WORD.fullmatch(text) is not None
        or _LIKE_A_NUMBER.fullmatch(text) is not None
        or _LIKE_A_DATE.fullmatch(text) is not None
    )


def _yaml_escape(unseen: re.Match[str]) -> str:
    code = ord(unseen[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


# --- JSON -----------------------------------------------------------------------------------------


def to_json(data: dict[str, Any]) -> str:
    r"""JSON text of a result; reading it back gives the same data.

    >>> print(to_json({"text": "甲\u2067乙"}))
    {
      "text": "甲\u2067乙"
    }
    <BLANKLINE>
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2)
    return _UNSEEN_IN_JSON.sub(_json_escape, text) + "\n"


def _json_escape(unseen: re.Match[str]) -> str:
    units = unseen[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


# --- files ----------------------------------------------------------------------------------------


def yaml_file(result: Savable, *, all: bool, repairs: bool, lang: str = "zh") -> bytes:
    """The bytes of a .yaml file of a result."""
    return to_yaml(result.to_dict(all=all, repairs=repairs)).encode("utf-8")


def json_file(result: Savable, *, all: bool, repairs: bool, lang: str = "zh") -> bytes:
    """The bytes of a .json file of a result."""
    return to_json(result.to_dict(all=all, repairs=repairs)).encode("utf-8")
