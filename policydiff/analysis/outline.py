"""The outline of a report: headings, titles and items, and which part each stretch belongs to.

Works on folded text; every span is an offset into it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from policydiff.analysis.levels import KnownLines
from policydiff.language.text import paragraphs, trim
from policydiff.language.zh.boundaries import pieces
from policydiff.language.zh.data import load, patterns
from policydiff.models import Part

#: Levels of marks that structure the report; beyond them are items inside a paragraph, and titles.
_SECTION = 2
_STRUCTURE = 4
_ITEM = 5
_TITLE = 6
#: A heading on a line of its own is shorter than a sentence; measured over thirty-six reports, the
#: longest real one has 46 characters, and opening titles without a mark stay under 30.
_LONGEST_HEADING = 48
_LONGEST_TITLE = 28

#: A call of the closing kind also occurs inside a plan; the closing stands in the last third of it,
#: annexes behind it included.
_CLOSING_FROM = 0.7
#: How many lines below a report's title its first part begins at the latest, furniture included.
_TITLE_REACH = 6
#: How many sentences of a closing paragraph may stand before its call.
_LEAD_UP = 5

#: Licences are the longest lines of a page that are no text of the report.
_LONGEST_FURNITURE = 440

#: Places in which a report may set titles; a report is consistent in each, so where fewer than this
#: share of its paragraphs open with one, those that seem to are ordinary sentences.
_TITLE_STYLES = ("paragraph", "item")
_TITLED_SHARE = 0.5

#: How much of a paragraph counts as its opening: a long first sentence.
_OPENING = 90
_YEAR = re.compile("(?<![0-9])20[0-9]{2}(?=年)")
#: The publisher blanked the year; fold makes every mask x or *.
_MASKED_YEAR = re.compile("(?<![0-9x*])(?:20)?[x*]+(?=年)")
_TERMINAL = "。！？!?；;，,、"
_STOP_TAIL = re.compile(r"[。！!；;\s]+$")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Running text under one set of headings. ``title``: a sentence that serves as a heading."""

    start: int
    end: int
    section: tuple[str, ...]
    part: Part
    title: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    body: int  # where the text behind the marker begins
    level: int | None  # of the marker, None without one
    furniture: bool

    def has_body(self) -> bool:
        return self.body < self.end


@cache
def _markers() -> tuple[re.Pattern[str], tuple[int, ...]]:
    """One pattern with a group for each entry of the table, and the levels of the groups."""
    entries = load("outline")["markers"]
    pattern = re.compile("|".join(f"({e['pattern']})" for e in entries))
    return pattern, tuple(e["level"] for e in entries)


@cache
def _rules(section: str, key: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(e["pattern"]), e[key]) for e in load("outline")[section])


@cache
def _closing(role: str) -> re.Pattern[str]:
    return next(rule for rule, name in _rules("closing", "role") if name == role)


@cache
def _shows(role: str) -> re.Pattern[str]:
    """The pattern by which a sentence shows that it has this role."""
    return next(rule for rule, name in _rules("sentences", "role") if name == role)


@cache
def _furniture() -> re.Pattern[str]:
    alternatives = "|".join(f"(?:{e['pattern']})" for e in load("outline")["furniture"])
    return re.compile(rf"\s*(?:{alternatives})\s*")


def marker(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The end and level of the marker at ``start``, or None.

    >>> marker("（一）稳增长", 0, 6)
    (3, 2)
    >>> marker("3.5%", 0, 4) is None
    True
    """
    pattern, levels = _markers()
    m = pattern.match(text, start, end)
    return (m.end(), levels[m.lastindex - 1]) if m and m.lastindex else None


def _lines(text: str) -> list[_Line]:
    found = []
    for start, end in paragraphs(text):
        start, end = trim(text, start, end)
        # Furniture is short: long lines are not worth a search through every alternative.
        furniture = (
            end - start <= _LONGEST_FURNITURE
            and _furniture().fullmatch(text, start, end) is not None
        )
        mark = None if furniture else marker(text, start, end)
        body, level = mark if mark else (start, None)
        body, _ = trim(text, body, end)
        found.append(_Line(start, end, body, level, furniture))
    return found


def _headings(text: str, lines: list[_Line]) -> list[bool]:
    """Which lines as a whole are headings; furniture between a heading and its text is skipped."""
    found = [False] * len(lines)
    follower: _Line | None = None
    for i in range(len(lines) - 1, -1, -1):
        found[i] = follower is not None and _is_heading(text, lines[i], follower)
        if not lines[i].furniture:
            follower = lines[i]
    return found


def _is_heading(text: str, line: _Line, follower: _Line) -> bool:
    """Whether a line is a heading: short, and something stands under it."""
    if line.furniture or not line.has_body() or line.end - line.body > _LONGEST_HEADING:
        return False
    if line.level is not None and line.level > _STRUCTURE:
        return False
    body = text[line.body : line.end]
    stopped = body[-1] in _TERMINAL
    bare = _STOP_TAIL.sub("", body)
    if "。" in bare or "；" in bare or ";" in bare or not _HAN.search(bare):
        return False
    if stopped and (line.level is None or _shows("number").search(bare)):
        return False
    if line.level is None:
        # An unnumbered heading stands over text or over numbered headings, not in a list.
        long = follower.end - follower.start > _LONGEST_HEADING
        return (
            not body.endswith(("：", ":"))
            and len(body) <= _LONGEST_TITLE + 10
            and (long or follower.level is not None or text[follower.end - 1] in "。！!：:")
        )
    if follower.level is None:
        return True
    return follower.level != line.level and (not stopped or follower.level > line.level)


def outline(text: str, shown: str | None = None, known: KnownLines | None = None) -> list[Stretch]:
    """The stretches of ``text`` (folded) in order; ``shown`` is the same text as people see it.

    ``known``: what the file says of some lines.

    Headings on lines of their own are in ``section`` only; everything else is in a stretch.

    >>> t = "工作安排\\n（一）稳增长。新增就业800人。"
    >>> [(t[s.start:s.end], s.section, s.part) for s in outline(t)]
    [('稳增长。', ('工作安排',), 'plan'), ('新增就业800人。', ('工作安排', '（一）稳增长'), 'plan')]
    """
    lines = _lines(text)
    headings = _headings(text, lines)
    if known is not None:
        lines, headings = _as_known(lines, headings, known)
    first = _Outliner(text, shown or text, lines, headings, frozenset(_TITLE_STYLES))
    stretches = first.run()
    style = first.title_style()
    if style != first.style:
        stretches = _Outliner(text, shown or text, lines, headings, style).run()
    return stretches


def _as_known(
    lines: list[_Line], headings: list[bool], known: KnownLines
) -> tuple[list[_Line], list[bool]]:
    """The lines and headings, with what the file says of them.

    Where it has headings without numbers, numbers are counted from the deepest of these.
    """
    unnumbered = [
        known.levels[line.start]
        for line in lines
        if line.start in known.levels and line.level is None
    ]
    numbered = [
        known.levels[line.start]
        for line in lines
        if line.start in known.levels and line.level is not None
    ]
    above = max((level for level in unnumbered if level < min(numbered, default=9)), default=0)
    ranked = bool(unnumbered)
    changed = []
    for line in lines:
        level = line.level
        if line.start in known.levels and (ranked or level is None):
            level = known.levels[line.start]
        elif level is not None and level <= _STRUCTURE and not numbered:
            level += above
        changed.append(replace(line, level=level))
    marked = [
        (heading or line.start in known.levels) and line.start not in known.running
        for line, heading in zip(lines, headings, strict=True)
    ]
    return changed, marked


class _Outliner:
    """One pass over the lines; keeps the headings above and the part they are in."""

    def __init__(
        self,
        text: str,
        shown: str,
        lines: list[_Line],
        headings: list[bool],
        style: frozenset[str],
    ) -> None:
        self.style = style
        self.openings = {name: [0, 0] for name in _TITLE_STYLES}  # titles, all
        self.text = text
        self.shown = shown
        self.lines = lines
        self.headings = headings
        self.stack: list[tuple[int, str]] = []
        self.part: Part = "other"
        self.years: str | None = None  # the year that a later heading plans
        self.masked = False  # or a year that was blanked
        self.mixed = False  # review and plan in one part: paragraphs tell
        self.out: list[Stretch] = []

    def run(self) -> list[Stretch]:
        body_from = self._front_matter()
        if body_from is None:
            # No heading says what is what: it begins as a review if a later paragraph turns to
            # the plan, else all of it is taken for a plan.
            turns = any(self._paragraph_part(line, "plan") == "plan" for line in self.lines[1:])
            self.mixed, self.part = turns, "review" if turns else "plan"
            body_from = 0
        body_to = self._back_matter()
        planned = self._later_plans(body_from)
        self.years = max((y for body in planned for y in _YEAR.findall(body)), default=None)
        self.masked = any(_MASKED_YEAR.search(body) for body in planned)
        for i, line in enumerate(self.lines):
            if line.furniture or not body_from <= i < body_to:
                self._emit(line.start, line.end, part="other")
            else:
                self._line(i, line)
        return _closed(self.text, self.out)

    def title_style(self) -> frozenset[str]:
        """Where this report opens with titles: most paragraphs or items do, or none count."""
        return frozenset(
            name
            for name, (titles, openings) in self.openings.items()
            if titles and titles >= openings * _TITLED_SHARE
        )

    def _front_matter(self) -> int | None:
        """The index of the first heading that names a part; all before it is front matter."""
        for i, line in enumerate(self.lines):
            names_a_part = self.headings[i] and _parts_named(self._body(line)) - {"other"}
            if names_a_part and not self._is_report_title(i):
                return i
        return None

    def _is_report_title(self, i: int) -> bool:
        """Whether a heading is the title of the whole: 某县2024年工作总结, over the first part."""
        if self.lines[i].level is not None:
            return False
        follower = next((x for x in self.lines[i + 1 :][:_TITLE_REACH] if not x.furniture), None)
        titled = any(
            rule.search(self._body(self.lines[i])) for rule in patterns("identity", "title")
        )
        return titled and follower is not None and follower.level == 1

    def _later_plans(self, first: int) -> list[str]:
        """The headings of parts behind the first that plan."""
        bodies = (
            self._body(line)
            for i, line in enumerate(self.lines)
            if i > first and line.level == 1 and self.headings[i]
        )
        return [body for body in bodies if "plan" in _parts_named(body)]

    def _back_matter(self) -> int:
        """The index behind the last line of the report: a rights line near the end closes it."""
        rights = next(rule for rule, role in _rules("furniture", "role") if role == "rights")
        for i in range(len(self.lines) // 2, len(self.lines)):
            line = self.lines[i]
            if line.furniture and rights.fullmatch(self.text, line.start, line.end):
                return i
        return len(self.lines)

    def _body(self, line: _Line) -> str:
        return self.text[line.body : line.end]

    def _line(self, i: int, line: _Line) -> None:
        body = self._body(line)
        if self.headings[i]:
            level = line.level or self._unnumbered_level(body)
            self._head(level, line)
            return
        if line.level is not None and line.level <= _STRUCTURE:
            self._pop(line.level)
        else:
            self._pop(_ITEM)
        self._turn(line)
        self._paragraph(line)

    def _unnumbered_level(self, body: str) -> int:
        if _parts_named(body) or _closing("promising annex").search(body) or not self.stack:
            return 1
        return _SECTION if all(level < _SECTION for level, _ in self.stack) else _SECTION + 1

    def _head(self, level: int, line: _Line) -> None:
        self._pop(level)
        body = self._body(line)
        if level <= _SECTION:
            self._enter(level, _STOP_TAIL.sub("", body))
        self.stack.append((level, self._heading_text(line.start, line.end)))

    def _enter(self, level: int, heading: str) -> None:
        """Change the part where a heading says so."""
        named = _parts_named(heading)
        if level > 1:
            # A section turns a review into problems or a plan; a plan stays a plan.
            if "problems" in named and self.part in ("review", "problems"):
                self.part = "problems"
            elif named == {"plan"} and self.part in ("review", "problems"):
                self.part = "plan"
            elif self.part == "problems":
                self.part = "review"
            return
        if self._is_past(heading):
            named = {"review"}
        self.mixed = {"review", "plan"} <= named
        if self.mixed or "review" in named:
            self.part = "review"
        elif "plan" in named:
            self.part = "plan"
        elif "problems" in named:
            self.part = "problems"
        elif "other" in named:
            self.part = "other"
        else:
            # A part that names no kind follows the review: it says what is to be done.
            self.part = "plan"

    def _is_past(self, heading: str) -> bool:
        """Whether the first part names a year and a later part plans another: 2024年主要工作.

        Where the publisher blanked both, the later is the later year.
        """
        if self.part != "other":
            return False
        years = _YEAR.findall(heading)
        if years and self.years is not None:
            return bool(max(years) < self.years)
        return self.masked and _MASKED_YEAR.search(heading) is not None

    def _paragraph_part(self, line: _Line, *sought: str) -> str | None:
        """What the opening of a paragraph says it is; ``sought``: the parts in question."""
        opening = self.text[line.body : min(line.end, line.body + _OPENING)]
        return next(
            (
                part
                for rule, part in _rules("paragraphs", "part")
                if part in sought and rule.search(opening)
            ),
            None,
        )

    def _turn(self, line: _Line) -> None:
        """Change the part where the opening of a paragraph says so."""
        if self.part not in ("review", "problems"):
            return
        named = self._paragraph_part(line, "problems", "plan")
        if named == "plan" and self.mixed:
            self.part = "plan"
        elif named == "problems" and self.part == "review":
            self.part = "problems"

    def _pop(self, level: int) -> None:
        while self.stack and self.stack[-1][0] >= level:
            self.stack.pop()

    def _heading_text(self, start: int, end: int) -> str:
        return _STOP_TAIL.sub("", self.shown[start:end]).strip()

    def _paragraph(self, line: _Line) -> None:
        """Emit the sentences of a paragraph; titles at its head and items become headings."""
        spans = pieces(self.text, line.body, line.end)
        level = line.level
        looks_back = self.part == "plan" and self._paragraph_part(line, "review") is not None
        marked_at = line.start
        for k, (start, end) in enumerate(spans):
            start, end = trim(self.text, start, end)
            if start == end:
                continue
            if k:
                level, marked_at = None, start
                found = marker(self.text, start, end)
                if found and found[1] == _ITEM:
                    start, _ = trim(self.text, found[0], end)
                    level = _ITEM
                    self._pop(_ITEM)
                    if start == end:
                        continue
            if looks_back:
                looks_back = not _shows("looks ahead").search(self.text[start : start + _OPENING])
            if looks_back:
                self._emit(start, end, part="review")
                continue
            followed = k + 1 < len(spans)
            opens = followed and (k == 0 or level is not None)
            if opens and self._is_title(start, end, level):
                # An item's title is a commitment in its own right as often as not; others rarely.
                self._emit(start, end, title=level != _ITEM)
                self._pop(level or _TITLE)
                self.stack.append((level or _TITLE, self._heading_text(marked_at, end)))
            else:
                self._emit(start, end)

    def _is_title(self, start: int, end: int, level: int | None) -> bool:
        """Whether the sentence reads like a title, and sentences in its place are titles here."""
        structural = level is not None and level <= _STRUCTURE
        short = end - start <= (_LONGEST_HEADING if structural else _LONGEST_TITLE)
        body = self.text[start : min(end, start + _LONGEST_HEADING)]
        plausible = (
            short
            and body[-1] == "。"
            and not _shows("number").search(body)
            and not _shows("no title").search(body)
        )
        if structural:
            return plausible
        titled = plausible and "," not in body[:-1]
        name = _TITLE_STYLES[level is not None]
        if self.part == "plan" and not _shows("salutation").match(body):
            self.openings[name][0] += titled
            self.openings[name][1] += 1
        return titled and name in self.style

    def _emit(self, start: int, end: int, *, title: bool = False, part: Part | None = None) -> None:
        section = tuple(text for _, text in self.stack)
        self.out.append(Stretch(start, end, section, part or self.part, title))


def _parts_named(heading: str) -> set[str]:
    return {part for rule, part in _rules("parts", "part") if rule.search(heading)}


def _words(text: str, stretch: Stretch) -> str:
    return text[stretch.start : stretch.end]


def _closed(text: str, stretches: list[Stretch]) -> list[Stretch]:
    """Everything from the closing paragraph on is 'other', but for an annex that still promises."""
    annex = _closing("promising annex")
    annexed = {i for i, s in enumerate(stretches) if any(annex.search(h) for h in s.section)}
    plan = [i for i, s in enumerate(stretches) if s.part == "plan" and i not in annexed]
    if not plan:
        return stretches
    begin, end = stretches[plan[0]].start, stretches[plan[-1]].end
    earliest = begin + (end - begin) * _CLOSING_FROM
    last_paragraph = text.rfind("\n", 0, stretches[plan[-1]].start) + 1
    call = _closing("call")
    first = next((i for i in reversed(plan) if call.search(_words(text, stretches[i]))), None)
    if first is None or stretches[first].start < min(earliest, last_paragraph):
        ends = _closing("last word").search(_words(text, stretches[plan[-1]]))
        first = plan[-1] if ends else None
    if first is None:
        return stretches
    # A sentence or two of courtesy lead up to the call.
    line_start = text.rfind("\n", 0, stretches[first].start) + 1
    before = first
    while before > 0 and stretches[before - 1].start >= line_start:
        before -= 1
    if first - before <= _LEAD_UP:
        first = before
    return [
        s if i < first or i in annexed else replace(s, part="other")
        for i, s in enumerate(stretches)
    ]
