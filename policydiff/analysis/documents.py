"""From source text to Document: the stages in the order in which text flows through them."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from policydiff.analysis.clause import AnalysedClause, carrying
from policydiff.analysis.commitments import strength_of
from policydiff.analysis.doubts import doubts
from policydiff.analysis.folded import FoldedText
from policydiff.analysis.horizons import Place, Setting, SettledTarget, reported, settled
from policydiff.analysis.identity import identify
from policydiff.analysis.layout import lines_of
from policydiff.analysis.levels import known_lines
from policydiff.analysis.neighbours import Candidate, which_commit
from policydiff.analysis.outline import Stretch, outline
from policydiff.analysis.rows import RowPiece, WrittenRows, given_by, write_rows
from policydiff.analysis.targets import FoundTarget, find_results, find_targets
from policydiff.analysis.titles import with_titles
from policydiff.errors import EmptyReportError, readable
from policydiff.language.language import Language, Span
from policydiff.language.patterns import compile_pattern
from policydiff.language.text import trim
from policydiff.language.zh import CHINESE
from policydiff.models import Clause, Document, Target
from policydiff.reading.marks import Marks
from policydiff.reading.plain import read_plain
from policydiff.reading.source import accept, read_source
from policydiff.repair.damage import damaged_spans
from policydiff.repair.repair import Repaired, repair

_UNMARKED = Marks()
#: A clause that ends in it, folded, is not the last of its sentence.
_SEMICOLON = ";"
#: No sentence is longer; in forty reports the longest has under 500 characters. What is longer has
#: lost its punctuation: it is kept whole, marked as damaged, and not searched for promises.
_LONGEST_SENTENCE = 5000


def build(
    source: str,
    *,
    name: str,
    encoding: str,
    folder: str | None = None,
    digest: str = "",
    marks: Marks = _UNMARKED,
    warnings: tuple[str, ...] = (),
    language: Language = CHINESE,
) -> Document:
    """Take ``source``, written in ``language``, through every stage.

    ``folder``: the name of the folder that it lies in; ``digest``: the SHA-256 of what it was read
    from; ``marks``: the headings and tables that the file knew of; ``warnings``: what was doubtful
    about the file.

    Raises EmptyReportError when the text holds no clause.
    """
    fold = language.fold
    rows = write_rows(source, marks, language)
    repaired = repair(source, language, given_by(marks, rows))
    plain = fold(repaired.text)
    known = known_lines(
        [trim(plain, *span) for span in language.paragraphs(plain)], repaired, marks, rows
    )
    lines = lines_of(plain, language, known)
    identity = identify(
        plain,
        repaired.text,
        lines,
        language,
        name=fold(name),
        folder=folder and fold(folder),
        title=marks.title,
    )
    parts = outline(plain, language, shown=repaired.text, year=identity.year, lines=lines)
    breaks = [m.start() for m in re.finditer("\n", source)]
    damage = damaged_spans(plain, language, repaired.given_up)
    stretches = with_titles(plain, parts.stretches, language)
    pieces = list(_read(stretches, repaired, plain, breaks, damage, rows, identity.year, language))
    clauses = tuple(_clauses(pieces, repaired, language))
    if not clauses:
        raise EmptyReportError(
            what="holds no clause", where=name, remedy="give a report with text in it"
        )
    return Document(
        name=name,
        source=source,
        encoding=encoding,
        title=identity.title,
        region=identity.region,
        year=identity.year,
        clauses=clauses,
        repairs=repaired.repairs,
        sha256=digest,
        level=identity.level,
        warnings=(*warnings, *parts.warnings, *doubts(plain, clauses, identity.year, language)),
    )


class _Read(NamedTuple):
    """A stretch that says something, before it is known what it promises.

    ``span``: of the source; ``piece``: what a table says of it; ``targets``: what they are if it
    commits.
    """

    folded: FoldedText
    stretch: Stretch
    span: Span
    line: int
    piece: RowPiece | None
    place: Place
    damaged: bool
    planned: bool
    targets: tuple[FoundTarget, ...]
    body: str | None = None

    @property
    def overlong(self) -> bool:
        return len(self.folded.text) > _LONGEST_SENTENCE


def _clauses(
    pieces: Sequence[_Read], repaired: Repaired, language: Language
) -> Iterator[AnalysedClause]:
    """A clause for each stretch that says something; what stands beside it tells if it commits."""
    planned: list[Candidate] = []
    paragraph = 0
    for one in pieces:
        paragraph += one.place.opens_paragraph
        if one.planned:
            title = one.stretch.title
            planned.append(Candidate(one.folded, paragraph, title, bool(one.targets)))
    committing = iter(which_commit(planned, language))
    setting = Setting()
    for one in pieces:
        # A row or a note that says by whom or by when makes a task, however it is worded.
        task = bool(one.body or (one.piece and (one.piece.body or one.piece.deadline)))
        commits = one.planned and (next(committing) or task)
        clause, setting = _clause(one, repaired, setting, commits=commits)
        yield clause


def _read(
    stretches: list[Stretch],
    repaired: Repaired,
    plain: str,
    breaks: list[int],
    damage: list[Span],
    rows: WrittenRows,
    year: int | None,
    language: Language,
) -> Iterator[_Read]:
    """The stretches that say something, with their places in the source. ``breaks``: where lines of
    the source end; ``year``: the one that the report plans.
    """
    hurt = [end for _, end in damage]
    end = read_to = 0
    for stretch, body in _with_bodies(stretches, plain, language):
        text = plain[stretch.start : stretch.end]
        if not any(c.isalnum() for c in text):
            continue
        start, stop = repaired.span(stretch.start, stretch.end)
        # Where one repair made words of two clauses, the first of them owns it.
        start = max(start, end)
        if start >= stop:
            continue
        # The first damage that ends behind the clause's begin may begin within it.
        near = bisect_right(hurt, stretch.start)
        damaged = near < len(damage) and damage[near][0] < stretch.end
        piece = rows.piece_at(start, stop)
        if piece is not None:
            section = (*stretch.section, *piece.section)
            stretch = stretch._replace(part=piece.part or stretch.part, section=section)
        folded = FoldedText(text, language)
        planned = stretch.part == "plan" and len(text) <= _LONGEST_SENTENCE
        yield _Read(
            folded,
            stretch,
            (start, stop),
            bisect_right(breaks, start - 1) + 1,
            piece,
            _place(stretch, plain, read_to, year),
            damaged,
            planned,
            find_targets(folded) if planned else (),
            body,
        )
        end, read_to = stop, stretch.end


def _with_bodies(
    stretches: Sequence[Stretch], plain: str, language: Language
) -> Iterator[tuple[Stretch, str | None]]:
    """The stretches, each with the responsible body that a note right behind it names; the note is
    no part of the next one: 改造老旧小区6个。（责任单位：县住建局）新建公厕8座。"""
    waiting: Stretch | None = None
    for stretch in stretches:
        note = None
        if waiting and not plain[waiting.end : stretch.start].strip():
            note = _duty_note(plain[stretch.start : stretch.end], language)
        if waiting:
            yield waiting, note and note["body"]
        waiting = stretch
        if note:
            rest = stretch._replace(start=stretch.start + note.end())
            waiting = rest if plain[rest.start : rest.end].strip() else None
    if waiting:
        yield waiting, None


def _duty_note(text: str, language: Language) -> re.Match[str] | None:
    """A note on who is responsible at the head of a text, or the whole of it."""
    for rule, whole in _duty_rules(language):
        note = rule.match(text)
        if note and not (whole and text[note.end() :].strip()):
            return note
    return None


@cache
def _duty_rules(language: Language) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """The forms of such notes, and whether each is one only where it is the whole text."""
    entries = language.tables.load("commitments")["duty_notes"]
    return tuple((compile_pattern(e["pattern"]), e["whole"]) for e in entries)


def _place(stretch: Stretch, plain: str, read_to: int, year: int | None) -> Place:
    """Where a clause stands among others. ``read_to``: where the clause before it ends."""
    opens_paragraph = read_to == 0 or "\n" in plain[read_to - 1 : stretch.start]
    going_on = not opens_paragraph and plain.endswith(_SEMICOLON, 0, read_to)
    return Place(stretch.section, opens_paragraph, not going_on, year)


def _clause(
    read: _Read, repaired: Repaired, setting: Setting, *, commits: bool
) -> tuple[AnalysedClause, Setting]:
    """The clause of what was read, and what it says of the targets of the next one.

    ``setting``: what the clause before left.
    """
    folded, stretch, span, piece = read.folded, read.stretch, read.span, read.piece
    start, end = span
    targets = read.targets if commits else ()
    if read.planned:
        known, setting = settled(folded.text, targets, read.place, setting, folded.language)
    else:
        reports = stretch.part == "review" and not read.overlong
        results = find_results(folded) if reports else ()
        known = reported(folded.text, results, stretch.section, folded.language)
        setting = Setting()
    due = None if piece is None else piece.deadline
    text = repaired.text[stretch.start : stretch.end]
    mended = len(text) != end - start
    clause = AnalysedClause(
        text=text,
        start=start,
        end=end,
        line=read.line,
        section=stretch.section,
        part=stretch.part,
        strength="plain" if read.overlong else strength_of(folded.text, folded.language),
        commits=commits,
        targets=tuple(_target(t, stretch, span, repaired, due) for t in known),
        damaged=read.damaged or read.overlong,
        body=(piece and piece.body) or read.body,
        deadline=due,
        outlook=setting.term,
        language=folded.language,
        title=stretch.title,
        target_spans=tuple((t.found.start, t.found.end) for t in known),
        places=_places(stretch, span, repaired) if mended else (),
    )
    return carrying(clause, folded), setting


def _places(stretch: Stretch, span: Span, repaired: Repaired) -> tuple[Span, ...]:
    """Where each character of a stretch comes from in the source, inside the span of its clause."""
    origins = repaired.spans_of_each(stretch.start, stretch.end)
    return tuple((max(a, span[0]), max(min(b, span[1]), span[0] + 1)) for a, b in origins)


def _target(
    known: SettledTarget, stretch: Stretch, span: Span, repaired: Repaired, due: str | None
) -> Target:
    """The target with its words as shown and its place in the source, inside that of the clause.

    ``due``: the deadline that a table gives, for a target that names none.
    """
    target = known.found
    begin, stop = stretch.start + target.start, stretch.start + target.end
    start, end = repaired.span(begin, stop)
    return Target(
        indicator=target.indicator,
        value=target.value,
        upper=target.upper,
        unit=target.unit,
        bound=target.bound,
        deadline=known.deadline or due,
        masked=target.masked,
        text=repaired.text[begin:stop],
        start=max(start, span[0]),
        end=end,
        indicator_id=target.indicator_id,
        base=target.base,
        base_unit=target.base_unit,
        measure=target.measure,
        horizon=known.horizon,
        headline=known.headline,
    )


def read(path: str | os.PathLike[str], *, language: Language = CHINESE) -> Document:
    """Read a report from a file of any kind that is listed under "What it reads" in the README.

    ``language``: that the report is written in.

    Raises ReadError, EncodingError, TooLargeError or EmptyReportError, each saying what is wrong,
    where, and what to do.
    """
    source = read_source(path)
    folder = readable(os.path.basename(os.path.dirname(os.path.abspath(os.fspath(path)))))
    return build(
        source.text,
        name=readable(source.name),
        encoding=source.encoding,
        folder=folder,
        digest=source.sha256,
        marks=source.marks,
        warnings=source.warnings,
        language=language,
    )


def parse(text: str, name: str = "text", *, language: Language = CHINESE) -> Document:
    """Read a report from a string; ``name`` stands for it in messages and may tell the year.

    ``language``: that the report is written in.

    >>> parse("一、2025年工作安排\\n新增规上企业20家以上。", "甲县.txt").year
    2025
    """
    content = read_plain(accept(text, name=name), encoding="str")
    digest = sha256(text.encode("utf-8")).hexdigest()
    return build(
        content.text,
        name=name,
        encoding="str",
        digest=digest,
        marks=content.marks,
        language=language,
    )


def language_of(clauses: Iterable[Clause]) -> Language:
    """The language of the report that clauses are of; that of a report read without one given,
    where the clauses do not say.

    >>> language_of(parse("一、2025年工作安排\\n新增规上企业20家以上。").clauses).name
    'zh'
    """
    return next((c.language for c in clauses if isinstance(c, AnalysedClause)), CHINESE)
