"""The cells of a change: both texts with their marks, what changed, how it fared, what is doubtful.

There are thousands of them, so their markup is short: kinds are <i>, what changed is <div>, what
the review says is <u>, a doubt <em>, what comes near <small>; style adds the
words that all of a kind begin with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from policydiff.errors import shortened
from policydiff.models import Change, Clause, Document, FollowUp, Target, TargetChange
from policydiff.output.compared import Compared
from policydiff.output.fared import gap, verdict
from policydiff.output.groups import kinds_told
from policydiff.output.page.fulltext import anchor
from policydiff.output.page.indicators import signed
from policydiff.output.page.markup import tag, text
from policydiff.output.page.sentences import Mark, sentence
from policydiff.output.words import Words, amount

#: So many characters of another clause are shown: the nearest one, and what the review says.
_NEAREST: Final = 20
_REVIEW: Final = 50
#: Of what changed in words; what is longer is read in the texts beside it.
_LONGEST_DETAIL: Final = 40


def sides(change: Change, result: Compared, words: Words) -> Iterator[str]:
    """The cells of the old and the new clauses; a new text that is the old one is not repeated."""
    same = [c.text for c in change.new] == [c.text for c in change.old]
    taken_out = [Mark(s.start, s.end, s.text, "del") for s in change.taken_out]
    put_in = [Mark(s.start, s.end, s.text, "ins") for s in change.put_in]
    old_marks = taken_out + _numbers(change, "old")
    new_marks = None if same else put_in + _numbers(change, "new")
    old = (_clause("old", c, result.old, old_marks, words) for c in change.old)
    new = (_clause("new", c, result.new, new_marks, words) for c in change.new)
    for side, clauses in (("old", old), ("new", new)):
        yield tag("td", "".join(clauses) or "".join(_near(change.nearest, side)) or "—")


def _near(clauses: Iterable[Clause], side: str) -> Iterator[str]:
    """Clauses of a side that come nearest: what the first begins with, links to the others.

    The full texts have their words, from where the script puts them in.
    """
    for k, clause in enumerate(clauses):
        begins = text(shortened(clause.text, _NEAREST)) if k == 0 else ""
        yield tag("small", begins, " ", _link(side, clause))


def _numbers(change: Change, side: str) -> list[Mark]:
    """Marks of the numbers that changed, each with its unit and bound."""
    targets = (t.old if side == "old" else t.new for t in change.targets if t.kinds)
    return [_number(target) for target in targets if target is not None]


def _number(target: Target) -> Mark:
    """The number with its unit and bound; all words of a target that is worded otherwise."""
    first = None
    if target.value is not None:
        # Not 5 of 25 or 5.5.
        first = re.search(rf"(?<![\d.]){re.escape(f'{target.value:f}')}(?!\d)", target.text)
    at = first.start() if first else 0
    return Mark(target.start + at, target.end, target.text[at:], "n")


def _clause(
    side: str, clause: Clause, document: Document, marks: Iterable[Mark] | None, words: Words
) -> str:
    """A clause with its place; without ``marks`` it is said to be the same as the other side's."""
    said = words("same") if marks is None else sentence(clause, document, marks)
    return tag("p", said, " ", _link(side, clause))


def _link(side: str, clause: Clause) -> str:
    """The number of a clause's line, which leads to it in the full text; style adds the word."""
    return tag("a", str(clause.line), href=f"#{anchor(side, clause)}")


def changed(change: Change, words: Words) -> Iterator[str]:
    """The kinds of a change, its numbers, and in short words what else differs."""
    for kind in kinds_told(change):
        yield tag("i", text(words.of("kinds", kind)))
    for target in change.targets:
        if target.kinds:
            yield tag("div", *_token(target, words))
    # What is no number: deadlines, strength, stages, in the words of the report.
    shown = {_arrow(target) for target in change.targets}
    numbers = [side.text for t in change.targets for side in (t.old, t.new) if side and t.kinds]
    # What was put in or taken out is marked in the texts.
    shown |= {f"— → {span.text}" for span in change.put_in}
    shown |= {f"{span.text} → —" for span in change.taken_out}
    for detail in change.details:
        if change.outcome == "kept" or detail in shown or len(detail) > _LONGEST_DETAIL:
            continue
        if not _is_told(detail, numbers):
            parts = [words.of("strengths", part) for part in detail.split(" → ")]
            yield tag("p", text(" → ".join(parts)))
    for name, moved in (("stands at", change.moved_out), ("came from", change.moved_in)):
        for m in moved:
            yield tag("p", text(words(name, text=m.span.text, line=m.clause.line)))


def _is_told(detail: str, numbers: Iterable[str]) -> bool:
    """Whether numbers that are shown apart are all that a detail tells.

    >>> [_is_told(said, ["5所", "8所"]) for said in ("建成学校5所 → 8所", "2030年建成5所 → 8所")]
    [True, False]
    """
    rest = detail
    for number in numbers:
        rest = rest.replace(number, "")
    return rest != detail and not any(character.isdigit() for character in rest)


def fared(followup: FollowUp, change: Change, words: Words) -> str:
    """What the new review says of a commitment; its words where nothing else of the row does.

    Silence is told of what was dropped: there it is news.
    """
    if followup.status == "silent":
        silent = text(words.of("statuses", "silent"))
        return tag("div", silent, class_="none") if change.outcome == "dropped" else ""
    pieces = [text(verdict(followup, words))]
    if followup.reached is not None:
        pieces.append(f" <b>{text(amount(followup.reached, words))}</b>")
    if followup.completion is not None:
        pieces.append(text(f" ({gap(followup)})"))
    for clause in followup.evidence[: None if change.outcome == "dropped" else 1]:
        pieces += [" ", _link("new", clause)]
        if change.outcome == "dropped":
            pieces.append(text(" " + shortened(clause.text, _REVIEW)))
    if followup.unsure:
        reasons = words("and").join(words.of("doubts", doubt) for doubt in followup.unsure)
        pieces.append(tag("em", text(reasons)))
    return tag("u", *pieces)


def _arrow(target: TargetChange) -> str:
    return " → ".join(side.text if side else "—" for side in (target.old, target.new))


def _token(change: TargetChange, words: Words) -> list[str]:
    """3%左右 → 2%左右 ▼1个百分点: each number with its unit and bound as one piece."""
    named = change.new or change.old
    sides = (tag("b", text(amount(t, words))) if t else "—" for t in (change.old, change.new))
    pieces = [text(named.indicator + " ") if named else "", " → ".join(sides)]
    if change.difference:
        pieces.append(text(f" {signed(change.difference)}"))
    return pieces


def basis(change: Change, words: Words) -> Iterator[str]:
    """How sure it is, why not, and what comes close to what is linked; or who decided."""
    if change.decided is not None:
        yield text(words("decided by", who=change.decided))
        return
    yield f"{round(100 * change.score)}%"
    for doubt in change.unsure:
        yield tag("em", text(words.of("doubts", doubt)))
    rival = change.evidence.rival
    if change.old and change.new and rival and not change.sure:
        yield from _near([rival], "new")
