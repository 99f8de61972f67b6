"""What is doubtful about the reading of a report as a whole.

Each warning begins with fixed words and a colon, for scripts; what follows is for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policydiff.analysis.clause import MOST_PARTS, AnalysedClause
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern

NO_YEAR = "no year: neither title, headings, names nor text tell which year the report plans"
LITTLE_CHINESE = "little Chinese: only {share:.0%} of the text is Chinese characters"
NO_REPORT = "no report: {share:.0%} of the lines are short, as in a menu or a list of links"

#: What is said of the parts (see parts.py).
NO_PLAN = "no plan found: the text says what was done, not what is going to be done"
GUESSED = "parts guessed: no heading says where the plan begins, and the wording leaves it open"
TWICE = "report twice: the text repeats itself from line {line} on; the second copy is left out"

PAGES = (
    "pages missing: the text is one page of {pages}, by its links; put the others behind it in one\
 file, or save the text that the site shows whole"
)

MANY_PARTS = (
    "very long sentence: that of line {line} has {parts:,} comma parts; neighbouring ones are\
 compared as one"
)

#: Reports are four fifths Chinese characters; the rest is figures, marks and blanks.
_LEAST_SHARE = 0.5
#: A report has paragraphs: of the lines of a menu hardly one in ten is longer than this.
_LONG_LINE = 40
_SHORT_SHARE = 0.9
#: With fewer lines there is nothing to tell a menu by.
_FEW_LINES = 30


def parts_are_doubtful(warnings: Sequence[str]) -> bool:
    """Whether the plan was not found, or its place is a guess.

    >>> parts_are_doubtful([GUESSED]), parts_are_doubtful([NO_YEAR])
    (True, False)
    """
    doubtful = tuple(warning.split(":")[0] for warning in (NO_PLAN, GUESSED))
    return any(warning.startswith(doubtful) for warning in warnings)


def by_weight(warnings: Sequence[str]) -> list[str]:
    """The warnings, those in front that explain the others: a lost page may have held the plan.

    >>> by_weight([NO_PLAN, PAGES.format(pages=4)])[1] == NO_PLAN
    True
    """
    first = PAGES.split(":")[0]
    return sorted(warnings, key=lambda warning: not warning.startswith(first))


def pages_missing(text: str, language: Language) -> Iterator[str]:
    """A warning where links in a folded text lead to its other pages.

    >>> from policydiff.language.zh import CHINESE
    >>> [said.split(";")[0] for said in pages_missing("上一页\\n1\\n2\\n3\\n下一页", CHINESE)]
    ['pages missing: the text is one page of 3, by its links']
    """
    for links in language.tables.one_of("outline", "pages").finditer(text):
        numbers = [int(number) for number in re.findall("[0-9]+", links["numbers"])]
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            yield PAGES.format(pages=numbers[-1])
            return


def _very_long(clauses: Sequence[AnalysedClause]) -> Iterator[str]:
    """A warning where commitments have so many comma parts that not all are compared alone: of the
    one that has most."""
    counted = ((len(c.comma_parts), -c.line) for c in clauses if c.commits)
    most, line = max(counted, default=(0, 0))
    if most > MOST_PARTS:
        yield MANY_PARTS.format(line=-line, parts=most)


def doubts(
    text: str, clauses: Sequence[AnalysedClause], year: int | None, language: Language
) -> tuple[str, ...]:
    """Warnings about the text (folded), the clauses that were made of it, and its year."""
    said = list(pages_missing(text, language))
    if year is None:
        said.append(NO_YEAR)
    written = "".join(text.split())
    letters = sum(map(len, compile_pattern(f"[{language.letters}]+").findall(written)))
    share = letters / max(1, len(written))
    if share < _LEAST_SHARE:
        said.append(LITTLE_CHINESE.format(share=share))
    lines = [text[a:b].strip() for a, b in language.paragraphs(text)]
    short = sum(len(line) < _LONG_LINE for line in lines) / max(1, len(lines))
    if len(lines) >= _FEW_LINES and short > _SHORT_SHARE and not any(c.commits for c in clauses):
        said.append(NO_REPORT.format(share=short))
    said += _very_long(clauses)
    return tuple(said)
