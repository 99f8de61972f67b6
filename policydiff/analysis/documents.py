"""From source text to Document: the stages in the order in which text flows through them."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from hashlib import sha256

from policydiff.analysis.clause import AnalysedClause, carrying
from policydiff.analysis.commitments import commits, strength_of
from policydiff.analysis.doubts import doubts
from policydiff.analysis.folded import FoldedText
from policydiff.analysis.horizons import Place, Setting, SettledTarget, reported, settled
from policydiff.analysis.identity import identify
from policydiff.analysis.layout import lines_of
from policydiff.analysis.levels import known_lines
from policydiff.analysis.outline import Stretch, outline
from policydiff.analysis.rows import RowPiece, WrittenRows, given_by, write_rows
from policydiff.analysis.targets import find_results, find_targets
from policydiff.analysis.titles import with_titles
from policydiff.errors import EmptyReportError, readable
from policydiff.language.language import Language, Span
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
    clauses = tuple(
        _clauses(stretches, repaired, plain, breaks, damage, rows, identity.year, language)
    )
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


def _clauses(
    stretches: list[Stretch],
    repaired: Repaired,
    plain: str,
    breaks: list[int],
    damage: list[Span],
    rows: WrittenRows,
    year: int | None,
    language: Language,
) -> Iterator[AnalysedClause]:
    """A clause for each stretch that says something. ``breaks``: where lines of the source end;
    ``year``: the one that the report plans.
    """
    hurt = [end for _, end in damage]
    end = read_to = 0
    setting = Setting()
    for stretch in stretches:
        text = plain[stretch.start : stretch.end]
        if any(c.isalnum() for c in text):
            start, stop = repaired.span(stretch.start, stretch.end)
            # Where one repair made words of two clauses, the first of them owns it.
            start = max(start, end)
            if start < stop:
                # The first damage that ends behind the clause's begin may begin within it.
                near = bisect_right(hurt, stretch.start)
                damaged = near < len(damage) and damage[near][0] < stretch.end
                piece = rows.piece_at(start, stop)
                if piece is not None:
                    section = (*stretch.section, *piece.section)
                    part = piece.part or stretch.part
                    stretch = stretch._replace(part=part, section=section)
                line = bisect_right(breaks, start - 1) + 1
                place = _place(stretch, plain, read_to, year)
                clause, setting = _clause(
                    FoldedText(text, language),
                    stretch,
                    (start, stop),
                    line,
                    repaired,
                    piece,
                    place,
                    setting,
                    damaged=damaged,
                )
                yield clause
                end, read_to = stop, stretch.end


def _place(stretch: Stretch, plain: str, read_to: int, year: int | None) -> Place:
    """Where a clause stands among others. ``read_to``: where the clause before it ends."""
    opens_paragraph = read_to == 0 or "\n" in plain[read_to - 1 : stretch.start]
    going_on = not opens_paragraph and plain.endswith(_SEMICOLON, 0, read_to)
    return Place(stretch.section, opens_paragraph, not going_on, year)


def _clause(
    folded: FoldedText,
    stretch: Stretch,
    span: Span,
    line: int,
    repaired: Repaired,
    piece: RowPiece | None,
    place: Place,
    setting: Setting,
    *,
    damaged: bool,
) -> tuple[AnalysedClause, Setting]:
    """The clause of a stretch, and what it says of the targets of the next one.

    ``span``: of the source; ``piece``: what a table says of it; ``setting``: what the clause before
    left.
    """
    start, end = span
    overlong = len(folded.text) > _LONGEST_SENTENCE
    planned = stretch.part == "plan" and not overlong
    targets = find_targets(folded) if planned else ()
    committing = planned and (
        # A row that says by whom or by when is a task, however it is worded.
        (piece is not None and bool(piece.body or piece.deadline))
        or commits(folded, title=stretch.title, has_target=bool(targets))
    )
    if not committing:
        targets = ()
    if planned:
        known, setting = settled(folded.text, targets, place, setting, folded.language)
    else:
        results = find_results(folded) if stretch.part == "review" and not overlong else ()
        known = reported(folded.text, results, stretch.section, folded.language)
        setting = Setting()
    due = None if piece is None else piece.deadline
    text = repaired.text[stretch.start : stretch.end]
    mended = len(text) != end - start
    clause = AnalysedClause(
        text=text,
        start=start,
        end=end,
        line=line,
        section=stretch.section,
        part=stretch.part,
        strength="plain" if overlong else strength_of(folded.text, folded.language),
        commits=committing,
        targets=tuple(_target(t, stretch, span, repaired, due) for t in known),
        damaged=damaged or overlong,
        body=None if piece is None else piece.body,
        deadline=due,
        language=folded.language,
        title=stretch.title,
        target_spans=tuple((t.found.start, t.found.end) for t in known),
        places=_places(stretch, span, repaired) if mended else (),
    )
    return carrying(clause, folded), setting


def _places(stretch: Stretch, span: Span, repaired: Repaired) -> tuple[Span, ...]:
    """Where each character of a stretch comes from in the source, inside the span of its clause."""
    origins = (repaired.span(at, at + 1) for at in range(stretch.start, stretch.end))
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
