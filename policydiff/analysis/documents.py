"""From source text to Document: the stages in the order in which text flows through them."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from dataclasses import replace
from hashlib import sha256

from policydiff.analysis.clause import AnalysedClause, carrying
from policydiff.analysis.commitments import commits, strength_of
from policydiff.analysis.folded import FoldedText
from policydiff.analysis.identity import NATIONAL, is_national, region_of, title_of, year_of
from policydiff.analysis.levels import known_lines
from policydiff.analysis.outline import Stretch, outline
from policydiff.analysis.rows import RowPiece, WrittenRows, given_by, write_rows
from policydiff.analysis.targets import FoundTarget, find_targets
from policydiff.errors import EmptyReportError
from policydiff.language.zh import CHINESE
from policydiff.language.zh.boundaries import Span, trim
from policydiff.language.zh.folding import fold
from policydiff.models import Clause, Document, Target
from policydiff.reading.marks import Marks
from policydiff.reading.plain import read_plain
from policydiff.reading.source import accept, read_source
from policydiff.repair.damage import damaged_spans
from policydiff.repair.repair import Repaired, repair

#: How far into a report its salutation stands.
_OPENING = 2000
_UNMARKED = Marks()
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
) -> Document:
    """Take ``source`` through every stage. ``folder``: the name of the folder that it lies in;
    ``digest``: the SHA-256 of what it was read from.

    ``marks``: the headings and tables that the file knew of.

    Raises EmptyReportError when the text holds no clause.
    """
    rows = write_rows(source, marks, CHINESE)
    repaired = repair(source, CHINESE, given_by(marks, rows))
    plain = fold(repaired.text)
    lines = [trim(plain, *span) for span in CHINESE.paragraphs(plain)]
    known = known_lines(lines, repaired, marks, rows)
    stretches = outline(plain, repaired.text, known)
    breaks = [m.start() for m in re.finditer("\n", source)]
    damage = damaged_spans(plain, CHINESE, repaired.given_up)
    clauses = _clauses(stretches, repaired, plain, breaks, damage, rows)
    if not clauses:
        raise EmptyReportError(
            what="holds no clause", where=name, remedy="give a report with text in it"
        )
    title = marks.title or title_of(plain, repaired.text, stretches)
    headings = [s.section[0] for s in stretches if s.section and s.part == "plan"]
    region = region_of(title and fold(title), fold(name), folder)
    if region is None and is_national(plain[:_OPENING]):
        region = NATIONAL
    return Document(
        name=name,
        source=source,
        encoding=encoding,
        title=title,
        region=region,
        year=year_of(title and fold(title), name, [fold(h) for h in dict.fromkeys(headings)]),
        clauses=clauses,
        repairs=repaired.repairs,
        sha256=digest,
    )


def _clauses(
    stretches: list[Stretch],
    repaired: Repaired,
    plain: str,
    breaks: list[int],
    damage: list[Span],
    rows: WrittenRows,
) -> tuple[Clause, ...]:
    """A clause for each stretch that says something."""
    hurt = [end for _, end in damage]
    made: list[AnalysedClause] = []
    end = 0
    for stretch in stretches:
        if any(c.isalnum() for c in plain[stretch.start : stretch.end]):
            start, stop = repaired.span(stretch.start, stretch.end)
            # Where one repair made words of two clauses, the first of them owns it.
            start = max(start, end)
            if start < stop:
                # The first damage that ends behind the clause's begin may begin within it.
                near = bisect_right(hurt, stretch.start)
                damaged = near < len(damage) and damage[near][0] < stretch.end
                piece = rows.piece_at(start, stop)
                if piece is not None:
                    stretch = replace(stretch, part=piece.part or stretch.part)
                made.append(
                    _clause(stretch, (start, stop), repaired, plain, breaks, piece, damaged=damaged)
                )
                end = stop
    return tuple(made)


def _clause(
    stretch: Stretch,
    span: tuple[int, int],
    repaired: Repaired,
    plain: str,
    breaks: list[int],
    piece: RowPiece | None,
    *,
    damaged: bool,
) -> AnalysedClause:
    start, end = span
    text = plain[stretch.start : stretch.end]
    folded = FoldedText(text, CHINESE)
    overlong = len(text) > _LONGEST_SENTENCE
    planned = stretch.part == "plan" and not overlong
    found = find_targets(folded) if planned else ()
    committing = planned and commits(folded, title=stretch.title, has_target=bool(found))
    targets = found if committing else ()
    due = None if piece is None else piece.deadline
    clause = AnalysedClause(
        text=repaired.text[stretch.start : stretch.end],
        start=start,
        end=end,
        line=bisect_right(breaks, start - 1) + 1,
        section=stretch.section,
        part=stretch.part,
        strength="plain" if overlong else strength_of(text, CHINESE),
        commits=committing,
        targets=tuple(_target(f, stretch, span, repaired, due) for f in targets),
        damaged=damaged or overlong,
        body=None if piece is None else piece.body,
        language=CHINESE,
        target_spans=tuple((f.start, f.end) for f in targets),
    )
    return carrying(clause, folded)


def _target(
    found: FoundTarget,
    stretch: Stretch,
    span: tuple[int, int],
    repaired: Repaired,
    due: str | None,
) -> Target:
    """The target, in the source. ``due``: the deadline that a table gives, unless it names one."""
    begin, stop = stretch.start + found.start, stretch.start + found.end
    start, end = repaired.span(begin, stop)
    start = max(start, span[0])
    return Target(
        indicator=found.indicator,
        value=found.value,
        upper=found.upper,
        unit=found.unit,
        bound=found.bound,
        deadline=found.deadline or due,
        masked=found.masked,
        text=repaired.text[begin:stop],
        start=start,
        end=end,
    )


def read(path: str | os.PathLike[str]) -> Document:
    """Read a report: .txt, .md, .html or .docx; UTF-8, UTF-16, GB18030 or Big5.

    Raises ReadError, EncodingError, TooLargeError or EmptyReportError, each saying what is wrong,
    where, and what to do.
    """
    found = read_source(path)
    folder = os.path.basename(os.path.dirname(os.path.abspath(os.fspath(path))))
    return build(
        found.text,
        name=found.name,
        encoding=found.encoding,
        folder=folder,
        digest=found.sha256,
        marks=found.marks,
    )


def parse(text: str, name: str = "text") -> Document:
    """Read a report from a string; ``name`` stands for it in messages and may tell the year.

    >>> parse("一、2025年工作安排\\n新增规上企业20家以上。", "甲县.txt").year
    2025
    """
    content = read_plain(accept(text, name=name), encoding="str")
    digest = sha256(text.encode("utf-8")).hexdigest()
    return build(content.text, name=name, encoding="str", digest=digest, marks=content.marks)
