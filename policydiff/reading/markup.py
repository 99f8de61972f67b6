"""From HTML and Markdown to the text that a reader sees, one block per line, in linear time."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

#: Between two cells of a table row that fits on one line.
CELL_BREAK: Final = "\t"
#: Rows nested deeper than this are not laid out, only kept as lines: every level copies its lines,
#: and pages that nest tables this deep use them for nothing that matters.
_MAX_ROW_DEPTH: Final = 16


class Page:
    """Lines in reading order, with table rows put on one line where each cell has only one.

    A row with a longer cell is layout, not data: its cells follow one another, line by line.

    >>> page = Page()
    >>> page.open_row()
    >>> page.open_cell(); page.write("指标")
    >>> page.open_cell(); page.write("6%左右")
    >>> page.close_row()
    >>> page.text()
    '指标\\t6%左右'
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._rows: list[list[list[str]]] = []  # open rows, outermost first; cells of lines
        self._depth = 0

    def write(self, line: str) -> None:
        """Add one line at the current place."""
        if not self._rows:
            self._lines.append(line)
            return
        if not self._rows[-1]:
            self._rows[-1].append([])
        self._rows[-1][-1].append(line)

    def open_row(self) -> None:
        """Begin a table row, possibly inside a cell of another."""
        self._depth += 1
        if self._depth <= _MAX_ROW_DEPTH:
            self._rows.append([])

    def open_cell(self) -> None:
        """Begin a cell of the current row; outside any row nothing happens."""
        if 0 < self._depth <= _MAX_ROW_DEPTH:
            self._rows[-1].append([])

    def close_row(self) -> None:
        """End the current row; outside any row nothing happens."""
        if 0 < self._depth <= _MAX_ROW_DEPTH:
            for line in _row_lines(self._rows.pop()):
                self.write(line)
        self._depth = max(0, self._depth - 1)

    def text(self) -> str:
        """End all open rows and return everything written, without empty lines."""
        while self._depth:
            self.close_row()
        return "\n".join(line for line in self._lines if line)


def _row_lines(cells: list[list[str]]) -> list[str]:
    filled = [lines for cell in cells if (lines := [line for line in cell if line])]
    if all(len(lines) == 1 for lines in filled):
        return [CELL_BREAK.join(lines[0] for lines in filled)]
    return [line for lines in filled for line in lines]


# --- HTML -----------------------------------------------------------------------------------------

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


# --- Markdown -------------------------------------------------------------------------------------

_FENCE: Final = re.compile(r" {0,3}(?:`{3,}|~{3,})[^`]*$")
_RULE: Final = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE: Final = re.compile(r" {0,3}={3,}[ \t]*$")
_FRONT_MATTER_KEY: Final = re.compile(r"[\w-]+:(?:[ \t]|$)", re.ASCII)
_FRONT_MATTER_MORE: Final = re.compile(r"[ \t]|-[ \t]|$")
_QUOTES: Final = re.compile(r"\A(?: {0,3}>[ \t]?)+")
_BULLETS: Final = re.compile(r"\A(?:[ \t]*[-*+][ \t]+)+")
_HEADING: Final = re.compile(r" {0,3}#{1,6}(?:[ \t\u3000]+|$)")
_HEADING_END: Final = re.compile(r"[ \t]#+[ \t]*$")
_TABLE_RULE: Final = re.compile(r"[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$")
_TABLE_ROW: Final = re.compile(r"[ \t]*\|(.*)\|[ \t]*$")
_TABLE_BAR: Final = re.compile(r"(?<!\\)\|")
_CODE: Final = re.compile(r"(?<![\\`])(`{1,2})(?!`)([^`]+)\1(?!`)")
_IMAGE: Final = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
_LINK: Final = re.compile(r"(?<!\\)\[([^\[\]]*)\]\([^()]*\)")
_AUTOLINK: Final = re.compile(r"<((?:https?://|mailto:)[^<>\s]*)>")
_TAG: Final = re.compile(
    r"</?[a-zA-Z][\w-]*(?:[ \t]+[\w:-]+(?:=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))?)*[ \t]*/?>",
    re.ASCII,
)
_LINE_BREAK_TAG: Final = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
_MARK_RUN: Final = re.compile(r"(?<!\\)(?:\*+|_+|~+)")
_STRONG_RUN: Final = re.compile(r"(?<![\\*])\*{2,3}(?!\*)")
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,9}|#[xX][0-9a-fA-F]{1,8}|[a-zA-Z][a-zA-Z0-9]{1,31});")
#: ``*a*``, ``**a**`` and ``***a***``; more marks than that mean something else.
_EMPHASIS_LENGTHS: Final = {"*": (1, 2, 3), "_": (1, 2, 3), "~": (2,)}
#: These follow a number, so a mark in front of them stands for one and does not end emphasis.
_AFTER_NUMBERS: Final = frozenset("%％‰")
#: A single asterisk often is a footnote sign or a blank, and underscores occur inside names.
_ALWAYS_STRICT: Final = frozenset(("*", "_", "__", "___"))


def text_of_markdown(markup: str) -> str:
    """Return the text of a Markdown file without its marks, line by line.

    Front matter, rules, images, link targets, HTML tags and the marks of headings, quotations,
    bullets, emphasis and tables go; the numbers of ordered lists and blank lines stay; code is kept
    as text, reference links as written. Asterisks that blank out a number (新增**家) stay: only a
    pair directly around text is emphasis. Never fails.

    >>> text_of_markdown("## 一、稳增长\\n\\n- **目标**：新增就业**万人，见[附件](a.html)")
    '一、稳增长\\n\\n目标：新增就业**万人，见附件'
    """
    lines = _without_front_matter(markup.split("\n"))
    return "\n".join(_markdown_lines(lines, strict=_has_masks(lines)))


def _without_front_matter(lines: list[str]) -> list[str]:
    """Drop a block of keys and values between ``---`` lines at the top.

    Any other block there is text between two rules, and stays.
    """
    if lines[0].rstrip() != "---" or _FRONT_MATTER_KEY.match("".join(lines[1:2])) is None:
        return lines
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return lines[number + 1 :]
        if not (_FRONT_MATTER_KEY.match(line) or _FRONT_MATTER_MORE.match(line)):
            break
    return lines


def _has_masks(lines: list[str]) -> bool:
    """Tell whether asterisks stand for numbers somewhere.

    They do if a line holds an odd number of ``**`` or ``***``, or one in front of a per cent sign:
    those are not all emphasis.
    """
    for line in lines:
        runs = list(_STRONG_RUN.finditer(line)) if "**" in line else []
        counts = Counter(run[0] for run in runs)
        if any(count % 2 for count in counts.values()) or any(map(_stands_for_number, runs)):
            return True
    return False


def _markdown_lines(lines: list[str], *, strict: bool) -> Iterator[str]:
    fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            yield line
        elif not _is_furniture(line):
            yield _inline(_content(line), strict=strict)


def _is_furniture(line: str) -> bool:
    return any(pattern.match(line) is not None for pattern in (_RULE, _UNDERLINE, _TABLE_RULE))


def _content(line: str) -> str:
    """Strip the marks at the beginning (and for headings and tables, the end) of a line."""
    line = _BULLETS.sub("", _QUOTES.sub("", line))
    heading = _HEADING.match(line)
    if heading is not None:
        return _HEADING_END.sub("", line[heading.end() :])
    row = _TABLE_ROW.match(line)
    if row is not None:
        cells = (cell.strip() for cell in _TABLE_BAR.split(row[1]))
        return CELL_BREAK.join(cell for cell in cells if cell)
    return line.strip(" \t")


def _inline(line: str, *, strict: bool) -> str:
    line = _LINK.sub(r"\1", _IMAGE.sub("", _CODE.sub(r"\2", line)))
    line = _TAG.sub("", _LINE_BREAK_TAG.sub("\n", _AUTOLINK.sub(r"\1", line)))
    line = _ESCAPE.sub(r"\1", _without_emphasis(line, strict=strict))
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), line).replace("\u00a0", " ")


def _without_emphasis(line: str, *, strict: bool) -> str:
    """Remove the pairs of marks that are emphasis; each mark is looked at once."""
    waiting: dict[str, re.Match[str]] = {}  # the last mark of each kind that may open
    dropped: list[tuple[int, int]] = []
    for mark in _MARK_RUN.finditer(line):
        kind = mark[0]
        if len(kind) not in _EMPHASIS_LENGTHS[kind[0]]:
            continue
        opening = waiting.pop(kind, None)
        if opening is not None and _is_emphasis(opening, mark, strict=strict):
            dropped += [opening.span(), mark.span()]
        else:
            waiting[kind] = mark
    return _without_spans(line, sorted(dropped))


def _is_emphasis(opening: re.Match[str], closing: re.Match[str], *, strict: bool) -> bool:
    """Tell whether two equal marks enclose emphasised text rather than stand for numbers.

    The marks must touch text on the inside and, on the outside, punctuation, white space or an end
    of the line: one of them where the document uses pairs of asterisks for emphasis only, otherwise
    both.
    """
    if _after(opening).isspace() or _before(closing).isspace():
        return False
    if _stands_for_number(opening) or _stands_for_number(closing):
        return False
    edges = (_is_edge(_before(opening)), _is_edge(_after(closing)))
    return all(edges) if strict or opening[0] in _ALWAYS_STRICT else any(edges)


def _is_edge(character: str) -> bool:
    if not character or character.isspace():
        return True
    return unicodedata.category(character)[0] == "P"


def _stands_for_number(mark: re.Match[str]) -> bool:
    return _after(mark) in _AFTER_NUMBERS


def _without_spans(line: str, spans: list[tuple[int, int]]) -> str:
    kept, position = [], 0
    for start, end in spans:
        kept.append(line[position:start])
        position = end
    return "".join([*kept, line[position:]])
