"""From an HTML page to the text that a reader sees, one block per line, in linear time."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from policydiff.reading.page import Page

#: Elements that begin and end a line by themselves (HTML Standard, section Rendering). Table
#: elements are handled on their own.
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu",
    "nav", "ol", "optgroup", "option", "p", "pre", "search", "section", "summary", "ul",
})  # fmt: skip
#: Elements without content: they are never closed.
_VOID: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
})  # fmt: skip
#: Elements that the next one of the same kind closes when nobody else did.
_SELF_ENDING: Final = frozenset({
    "dd", "dt", "li", "option", "p", "td", "th", "tr",
})  # fmt: skip
#: Elements whose content is not part of the page's text: fallbacks of media, lists of which one
#: entry shows, and the reading aid above the characters of a ruby.
_UNSEEN: Final = frozenset({
    "audio", "canvas", "datalist", "object", "rp", "rt", "rtc", "select", "template", "video",
})  # fmt: skip
#: Elements whose content is not markup, or is not shown; cut out before parsing, with comments.
_RAW_END: Final = {
    name: re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE)
    for name in ("script", "style", "title", "noscript", "iframe", "noembed", "noframes")
}
_RAW: Final = re.compile(rf"<(?:!--|({'|'.join(_RAW_END)})(?=[\s/>]))", re.IGNORECASE)
#: Doctypes, processing instructions and Word's ``<![if ...]>``.
_DECLARATION: Final = re.compile(r"<[!?][^<>]*>")
#: A less-than sign that begins no tag is text.
_LOOSE_LESS: Final = re.compile(r"<(?!/?[a-zA-Z])")
_HIDING: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all")
_SPACES: Final = re.compile(r"[ \t\n\f\r]+")
#: No character needs ten digits; Python refuses to convert thousands of them.
_ENDLESS_REFERENCE: Final = re.compile(r"&#[0-9]{10,};?")
_REPLACEMENT: Final = "&#xFFFD;"


def text_of_html(markup: str) -> str:
    """Return the visible text of an HTML page, one block or table row per line.

    Scripts, styles, the title, hidden elements and ruby readings are left out; entities are
    decoded; white space is collapsed as a browser does it, which includes dropping a line break
    between two Chinese characters. Never fails: any string is HTML.

    >>> text_of_html("<h1>政府<br>工作报告</h1><p>一、稳&nbsp;增长<sup>[1]</sup>\\n </p>")
    '政府\\n工作报告\\n一、稳 增长[1]'
    """
    parser = _PageParser()
    parser.feed(_prepared(markup))
    parser.close()
    return parser.finish()


def _prepared(markup: str) -> str:
    """Cut out and mend what would make the parser slow, fail, or read text as markup."""
    markup = _DECLARATION.sub("", "".join(_outside_raw(markup)))
    markup = _ENDLESS_REFERENCE.sub(_REPLACEMENT, _LOOSE_LESS.sub("&lt;", markup))
    # After the last ">" nothing can be a whole tag, and looking for its end again and again from
    # each "<" would take quadratic time.
    end = markup.rfind(">") + 1
    return markup[:end] + markup[end:].replace("<", "&lt;")


def _outside_raw(markup: str) -> Iterator[str]:
    """Yield what lies outside comments and raw elements; as in a browser, one that is never closed
    takes everything after it."""
    position = 0
    while (opening := _RAW.search(markup, position)) is not None:
        yield markup[position : opening.start()]
        if opening[1] is None:
            # "<!-->" is a whole comment, so its end may overlap its beginning.
            end = markup.find("-->", opening.start() + 2) + len("-->")
            closed = end >= len("-->")
        else:
            closing = _RAW_END[opening[1].lower()].search(markup, opening.end())
            closed, end = closing is not None, closing.end() if closing is not None else 0
        if not closed:
            return
        position = end
    yield markup[position:]


class _PageParser(HTMLParser):
    """Collects the lines of a page; keeps stacks of its own, so nesting costs no recursion."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._page = Page()
        self._line: list[str] = []
        self._open: list[str] = []  # elements not yet closed, outermost first
        self._count: Counter[str] = Counter()  # the same as numbers, to ignore stray end tags
        self._hidden_at: int | None = None  # how many elements were open outside the hidden one
        self._row_open: list[bool] = []  # for each open table, whether a row of it is open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SELF_ENDING and self._open and self._open[-1] == tag:
            self._leave(tag)
        if tag not in _VOID:
            if self._hidden_at is None and (tag in _UNSEEN or _is_hidden(attrs)):
                self._hidden_at = len(self._open)
            self._open.append(tag)
            self._count[tag] += 1
        if self._hidden_at is None:
            self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        visible = self._hidden_at is None
        if self._count[tag]:
            self._leave(tag)
        if visible:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if self._hidden_at is not None:
            return
        if not self._count["pre"]:
            self._line.append(data)
            return
        first, *rest = data.split("\n")
        self._line.append(first)
        for line in rest:
            self._flush()
            self._line.append(line)

    def finish(self) -> str:
        """Return the text of what was fed."""
        self._flush()
        return self._page.text()

    def _leave(self, tag: str) -> None:
        """Close the innermost open ``tag`` and whatever was left open inside it."""
        while True:
            closed = self._open.pop()
            self._count[closed] -= 1
            if closed == tag:
                break
        if self._hidden_at is not None and len(self._open) <= self._hidden_at:
            self._hidden_at = None

    def _begin(self, tag: str) -> None:
        if tag == "br" or tag in _BLOCKS:
            self._flush()
        elif tag == "table":
            self._flush()
            self._row_open.append(False)
        elif tag in ("tr", "td", "th"):
            self._flush()
            self._begin_in_table(tag)

    def _begin_in_table(self, tag: str) -> None:
        if not self._row_open:
            return
        if tag == "tr":
            self._close_row()
        if not self._row_open[-1]:
            self._page.open_row()
            self._row_open[-1] = True
        if tag != "tr":
            self._page.open_cell()

    def _end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
        elif tag in ("td", "th", "tr", "table"):
            self._flush()
            if tag in ("tr", "table"):
                self._close_row()
            if tag == "table" and self._row_open:
                self._row_open.pop()

    def _close_row(self) -> None:
        if self._row_open and self._row_open[-1]:
            self._page.close_row()
            self._row_open[-1] = False

    def _flush(self) -> None:
        if self._line:
            self._page.write(_collapsed("".join(self._line)))
            self._line.clear()


def _is_hidden(attrs: list[tuple[str, str | None]]) -> bool:
    return any(
        name == "hidden" or (name == "style" and _HIDING.search((value or "").lower()) is not None)
        for name, value in attrs
    )


def _collapsed(text: str) -> str:
    return _SPACES.sub(_as_shown, text).replace("\u00a0", " ").strip(" ")


def _as_shown(space: re.Match[str]) -> str:
    """A run of white space shows as one space, but a line break inside Chinese as nothing."""
    if "\n" not in space[0]:
        return " "
    wide = _is_wide(_before(space)) and _is_wide(_after(space))
    return "" if wide else " "


def _before(found: re.Match[str]) -> str:
    """Return the character in front of a match, or nothing at the beginning."""
    return found.string[max(0, found.start() - 1) : found.start()]


def _after(found: re.Match[str]) -> str:
    """Return the character behind a match, or nothing at the end."""
    return found.string[found.end() : found.end() + 1]


def _is_wide(character: str) -> bool:
    # Ambiguous width (quotation marks, dashes) counts as wide: the text around it is Chinese.
    return character != "" and unicodedata.east_asian_width(character) in "WFA"
