"""From an HTML page to the text that a reader sees, one block per line, in linear time."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from policydiff.errors import ReadError
from policydiff.language.patterns import compile_pattern
from policydiff.language.zh.data import letters_of_reports
from policydiff.language.zh.layout import without_soft_breaks
from policydiff.reading.html_lists import OrderedLists
from policydiff.reading.kinds import is_escaped_text
from policydiff.reading.marks import Content, Marks
from policydiff.reading.notes import shown_raised
from policydiff.reading.page import Page
from policydiff.reading.xml import whole_number

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
#: entry shows, the reading aid above the characters of a ruby, and what was deleted or struck out.
_UNSEEN: Final = frozenset({
    "audio", "canvas", "datalist", "del", "object", "rp", "rt", "rtc", "s", "select", "strike",
    "template", "video",
})  # fmt: skip
#: Elements whose content is not markup, or is not shown; cut out before parsing, with comments.
_RAW_END: Final = {
    name: compile_pattern(rf"</{name}\b[^>]*>?", re.IGNORECASE)
    for name in ("script", "style", "title", "noscript", "iframe", "noembed", "noframes")
}
_RAW: Final = compile_pattern(rf"<(?:!--|({'|'.join(_RAW_END)})(?=[\s/>]))", re.IGNORECASE)
#: Doctypes, processing instructions and Word's ``<![if ...]>``.
_DECLARATION: Final = compile_pattern(r"<[!?][^<>]*>")
#: A less-than sign that begins no tag is text.
_LOOSE_LESS: Final = compile_pattern(r"<(?!/?[a-zA-Z])")
_HIDING: Final = compile_pattern(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|text-decoration(?:-line)?\s*:[^;]*line-through"
)
#: Stands for <br> inside a line that is being collected; in text it is a line break as well.
_LINE_BREAK: Final = "\u2028"
_TO_THE_END: Final = 65_534
_SPACES: Final = compile_pattern(r"[ \t\n\f\r]+")
#: A number that counts an item.
_COUNTS: Final = compile_pattern(r"[0-9]{1,2}[.、．)）](?![0-9])")
#: No character needs ten digits; Python refuses to convert thousands of them.
_ENDLESS_REFERENCE: Final = compile_pattern(r"&#[0-9]{10,};?")
_REPLACEMENT: Final = "&#xFFFD;"


#: A tag of any kind.
_TAG: Final = compile_pattern(r"<[a-zA-Z/]")
#: How a script of a program writes a Chinese character.
_ESCAPED: Final = compile_pattern(r"\\u[4-9][0-9a-fA-F]{3}")
#: A page that says that it shows nothing without its script.
_NEEDS_SCRIPT: Final = compile_pattern(r"<noscript[^>]*>[^<]*javascript", re.IGNORECASE)
#: A page shows hardly anything where so few Chinese characters can be seen, and is filled in by a
#: script where it holds so many times more.
_HARDLY_SEEN: Final = 200
_HIDDEN_TIMES: Final = 5


def text_of_html(markup: str) -> str:
    """Return the visible text of an HTML page, one block or table row per line.

    Scripts, styles, the title, hidden, deleted and struck-out elements and ruby readings are left
    out; entities are decoded; the numbers of ordered lists are written out; white space is
    collapsed as a browser does it, which includes dropping a line break between two Chinese
    characters. Never fails: any string is HTML.

    >>> text_of_html("<h1>政府<br>工作报告</h1><p>一、稳&nbsp;增长<sup>[1]</sup>\\n </p>")
    '政府\\n工作报告\\n一、稳 增长[1]'
    >>> text_of_html("新增企业<del>12</del><ins>16</ins>家，项目10<sup>3</sup>个")
    '新增企业16家，项目10个'
    """
    return _page(markup)[0]


def read_html(markup: str, *, encoding: str, where: str) -> Content:
    """The text of a page with its headings and tables.

    What a page hides until a script shows it is read where hardly anything else can be seen.

    Raises ``ReadError`` where hardly any text can be seen but much stands in scripts.
    """
    text, marks = _page(markup)
    seen = letters_of_reports(text)
    if seen < _HARDLY_SEEN:
        text, marks = _shown_by_script(markup)
        if letters_of_reports(text) > _HIDDEN_TIMES * (seen + 20):
            return Content(text, encoding, marks)
        text, marks = _page(markup)
        held = letters_of_reports(markup) + sum(1 for _ in _ESCAPED.finditer(markup))
        if held > _HIDDEN_TIMES * (seen + 20) or _NEEDS_SCRIPT.search(markup):
            raise ReadError(
                where=where,
                what="is a web page whose text is filled in by a script",
                remedy="open it in a browser, copy the report and save it as .docx or .txt",
            )
    return Content(text, encoding, marks)


def _shown_by_script(markup: str) -> tuple[str, Marks]:
    """The page with what is hidden on it; markup that a field holds is read in its turn."""
    text, marks = _page(markup, hides=False)
    field = _TAG.search(text)
    return (text, marks) if field is None else _page(text[field.start() :], hides=False)


def _page(markup: str, *, hides: bool = True) -> tuple[str, Marks]:
    if is_escaped_text(markup):
        # No page: its lines are lines.
        markup = f"<pre>{markup}"
    parser = _PageParser(hides=hides)
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

    def __init__(self, *, hides: bool = True) -> None:
        super().__init__(convert_charrefs=True)
        self._hides = hides  # whether what the page hides stays hidden
        self._page = Page()
        self._line: list[str] = []
        self._level: int | None = None  # of the heading that the line belongs to
        self._raised_from: int | None = None  # where in the line raised text begins
        self._open: list[str] = []  # elements not yet closed, outermost first
        self._count: Counter[str] = Counter()  # the same as numbers, to ignore stray end tags
        self._hidden_at: int | None = None  # how many elements were open outside the hidden one
        self._row_open: list[bool] = []  # for each open table, whether a row of it is open
        self._lists = OrderedLists()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SELF_ENDING and self._open and self._open[-1] == tag:
            self._leave(tag)
        if tag not in _VOID:
            if self._hidden_at is None and (tag in _UNSEEN or (self._hides and _is_hidden(attrs))):
                self._hidden_at = len(self._open)
            self._open.append(tag)
            self._count[tag] += 1
        if self._hidden_at is None:
            self._begin(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        visible = self._hidden_at is None
        if self._count[tag]:
            self._leave(tag)
        if visible:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if self._hidden_at is not None:
            return
        if self._level is None:
            self._level = next((n for n in range(1, 7) if self._count[f"h{n}"]), None)
        if not self._count["pre"]:
            self._line.append(data)
            return
        first, *rest = data.split("\n")
        self._line.append(first)
        for line in rest:
            self._flush()
            self._line.append(line)

    def finish(self) -> tuple[str, Marks]:
        """Return the text of what was fed, and its marks."""
        self._flush()
        return self._page.finish()

    def _leave(self, tag: str) -> None:
        """Close the innermost open ``tag`` and whatever was left open inside it."""
        while True:
            closed = self._open.pop()
            self._count[closed] -= 1
            if closed == tag:
                break
        if self._hidden_at is not None and len(self._open) <= self._hidden_at:
            self._hidden_at = None

    def _begin(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._line.append(_LINE_BREAK)
        elif tag in _BLOCKS:
            self._flush()
            self._lists.begin(tag, attrs)
        elif tag == "table":
            self._flush()
            self._page.open_table()
            self._row_open.append(False)
        elif tag in ("tr", "td", "th"):
            self._flush()
            self._begin_in_table(tag, dict(attrs))
        elif tag == "sup":
            self._raised_from = len(self._line)

    def _begin_in_table(self, tag: str, attrs: dict[str, str | None]) -> None:
        if not self._row_open:
            return
        if tag == "tr":
            self._close_row()
        if not self._row_open[-1]:
            self._page.open_row(heads=bool(self._count["thead"]))
            self._row_open[-1] = True
        if tag != "tr":
            self._page.open_cell(
                width=whole_number(attrs.get("colspan"), default=1),
                # A span of 0 reaches to the end of the table.
                height=whole_number(attrs.get("rowspan"), default=1) or _TO_THE_END,
                heads=None if self._count["thead"] else tag == "th",
            )

    def _end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
            self._lists.end(tag)
        elif tag in ("td", "th", "tr", "table"):
            self._flush()
            if tag in ("tr", "table"):
                self._close_row()
            if tag == "table" and self._row_open:
                self._row_open.pop()
                self._page.close_table()
        elif tag == "sup" and self._raised_from is not None:
            before = "".join(self._line[max(0, self._raised_from - 1) : self._raised_from])
            raised = "".join(self._line[self._raised_from :])
            self._line[self._raised_from :] = [shown_raised(raised, before)]
            self._raised_from = None

    def _close_row(self) -> None:
        if self._row_open and self._row_open[-1]:
            self._page.close_row()
            self._row_open[-1] = False

    def _flush(self) -> None:
        if self._line:
            broken = "".join(self._line).split(_LINE_BREAK)
            text = without_soft_breaks("\n".join(_collapsed(piece) for piece in broken))
            if text.strip():
                text = self._lists.take_label(text) + text
            for line in text.split("\n"):
                self._page.write(line, level=self._level)
            self._line.clear()
        self._level = self._raised_from = None


def _is_hidden(attrs: list[tuple[str, str | None]]) -> bool:
    return any(
        name == "hidden" or (name == "style" and _HIDING.search((value or "").lower()) is not None)
        for name, value in attrs
    )


def _collapsed(text: str) -> str:
    return _SPACES.sub(_as_shown, text).replace("\u00a0", " ").strip(" ")


def _as_shown(space: re.Match[str]) -> str:
    """A run of white space shows as one space, but a line break inside Chinese as nothing.

    So does one between Chinese and a number: an editor broke 1.2万亩 there. A number that counts an
    item stays apart.
    """
    if "\n" not in space[0]:
        return " "
    before, after = _before(space), _after(space)
    if _is_wide(before):
        number = after.isdigit() and not _COUNTS.match(space.string, space.end())
        return "" if number or _is_wide(after) else " "
    return "" if (before.isdigit() or before == "%") and _is_wide(after) else " "


def _before(space: re.Match[str]) -> str:
    """Return the character in front of a match, or nothing at the beginning."""
    return space.string[max(0, space.start() - 1) : space.start()]


def _after(space: re.Match[str]) -> str:
    """Return the character behind a match, or nothing at the end."""
    return space.string[space.end() : space.end() + 1]


def _is_wide(character: str) -> bool:
    # Ambiguous width (quotation marks, dashes) counts as wide: the text around it is Chinese.
    return character != "" and unicodedata.east_asian_width(character) in "WFA"
