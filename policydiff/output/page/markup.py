"""Pieces of HTML that are safe to put together: whatever comes from a report is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Final

from policydiff.language.patterns import compile_pattern

#: Control characters that HTML forbids, and marks that turn the direction of all text behind them.
_FORBIDDEN: Final = compile_pattern(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)


def text(value: object) -> str:
    """A value as text of a page.

    >>> text("<b>&\\x00")
    '&lt;b&gt;&amp;\ufffd'
    """
    return escape(_FORBIDDEN.sub("\ufffd", str(value)))


def tag(name: str, *inside: str, **attributes: object) -> str:
    """An element; ``inside`` is HTML already, attributes are escaped. None leaves one out.

    A trailing underscore of an attribute's name is dropped, inner ones become hyphens. A page has
    thousands of elements, so quotes and end tags are left out where HTML lets one do without.

    >>> tag("div", text("3 < 4"), class_="num", title=None, data_id='"')
    '<div class=num data-id="&quot;">3 &lt; 4</div>'
    """
    named = "".join(
        f" {key.rstrip('_').replace('_', '-')}={_value(value)}"
        for key, value in attributes.items()
        if value is not None
    )
    end = "" if name in _UNENDED else f"</{name}>"
    return f"<{name}{named}>{''.join(inside)}{end}"


def _value(value: object) -> str:
    said = str(value)
    return said if _PLAIN.fullmatch(said) else f'"{text(said)}"'


#: Attribute values that need no quotes (HTML, 13.1.2.3), and more carefully so.
_PLAIN: Final = compile_pattern(r"#?[A-Za-z0-9][\w-]*", re.ASCII)
#: Elements that end where the next one or their parent does (HTML, 13.1.2.4).
_UNENDED: Final = frozenset({"p", "td", "th", "tr"})


def heading(words: str, number: int, in_summary: str = "") -> str:
    """The heading of a group of rows, with their number and what the printed summary adds."""
    more = tag("span", text(in_summary), class_="in-summary") if in_summary else ""
    return tag("h2", text(words), f" <b>{number}</b>", more)


def table(kind: str, heads: Iterable[tuple[str, str]], rows: Iterable[str]) -> str:
    """A table; ``heads`` are the class and the words of each column, ``rows`` are HTML."""
    head = "".join(tag("th", text(words), class_=name, scope="col") for name, words in heads)
    body = "\n".join(rows)
    return f'<table class="{kind}"><thead><tr>{head}</thead><tbody>\n{body}\n</tbody></table>'
