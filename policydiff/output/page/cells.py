"""The cells of a change: both texts with their marks, what changed, how it fared, what is doubtful.

There are thousands of them, so their markup is short: kinds are <i>, what changed is <div>, what
the review says is <u>, its doubts <em>, those of the change a <p> beside the likelihood, what comes
near <q>; style adds the words that all of a kind begin with.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Final

from policydiff.errors import shortened
from policydiff.models import Change, Clause, FollowUp, Target, TargetChange, TargetFollowUp
from policydiff.output.compared import Compared
from policydiff.output.fared import each_of_several, gap, signed, verdict
from policydiff.output.groups import kinds_told
from policydiff.output.page.fulltext import anchor
from policydiff.output.page.markup import tag, text
from policydiff.output.page.sentences import Mark, sentence
from policydiff.output.words import Words, amount

#: So many characters of another clause are shown: what the nearest one begins with (the script
#: shows more of it, from the full text), and what the review says.
_NEAREST: Final = 10
_REVIEW: Final = 50
#: Of what changed in words; what is longer is read in the texts beside it.
_LONGEST_DETAIL: Final = 40


def sides(
    change: Change, result: Compared, words: Words, told: Container[Clause] = ()
) -> Iterator[str]:
    """The cells of the old and the new clauses; a new text that is the old one is not repeated.

    ``told``: what the row says elsewhere, and does not repeat among what comes nearest.
    """
    same = [c.text for c in change.new] == [c.text for c in change.old]
    taken_out = [Mark(s.start, s.end, s.text, "del") for s in change.taken_out]
    put_in = [Mark(s.start, s.end, s.text, "ins") for s in change.put_in]
    old_marks = taken_out + _numbers(change, "old")
    new_marks = None if same else put_in + _numbers(change, "new")
    old = (_clause("old", c, result, old_marks, words) for c in change.old)
    new = (_clause("new", c, result, new_marks, words) for c in change.new)
    near = [clause for clause in change.nearest if clause not in told]
    for side, clauses in (("old", old), ("new", new)):
        yield tag("td", "".join(clauses) or _near(near, side, result))


def _near(clauses: Sequence[Clause], side: str, result: Compared) -> str:
    """Clauses of a side that come nearest: what the first begins with, links to all of them.

    The full texts have their words, from where the script puts them in.
    """
    if not clauses:
        return "—"
    begins = text(shortened(clauses[0].text, _NEAREST))
    return tag("q", " ".join([begins, *(_link(side, clause, result) for clause in clauses)]))


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
    side: str, clause: Clause, result: Compared, marks: Iterable[Mark] | None, words: Words
) -> str:
    """A clause with its place; without ``marks`` it is said to be the same as the other side's."""
    document = result.old if side == "old" else result.new
    said = words("same") if marks is None else sentence(clause, document, marks)
    term = tag("small", " ", text(words("outlook"))) if clause.outlook else ""
    return tag("p", said, " ", _link(side, clause, result), term)


def _link(side: str, clause: Clause, result: Compared) -> str:
    """The number of a clause's line, which leads to it in the full text; style adds the word."""
    document = result.old if side == "old" else result.new
    return tag("a", str(clause.line), href=f"#{anchor(side, clause, document)}")


def changed(change: Change, words: Words) -> Iterator[str]:
    """The kinds of a change, its numbers, and in short words what else differs."""
    kinds = [words.of("kinds", kind) for kind in kinds_told(change)]
    if kinds:
        yield tag("i", text(" · ".join(kinds)))
    for target in change.targets:
        if target.kinds:
            yield tag("div", *_token(target, words))
    # What is no number: deadlines, strength, stages, in the words of the report.
    shown = {_arrow(target) for target in change.targets}
    numbers = [n for t in change.targets for n in _written(t) if t.kinds]
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


def fared(followup: FollowUp, change: Change, result: Compared, words: Words) -> str:
    """What the new review says of a commitment; its words where nothing else of the row does.

    Where it says no more than that it speaks of it, its line is enough.
    """
    if followup.status == "silent":
        return ""
    alone = change.outcome == "dropped"
    said = alone or followup.status != "reported"
    several = each_of_several(followup)
    each = [_fared_in_number(one, words) for one in several]
    pieces = [text(words("between")).join(each)] if each else []
    if not several:
        if said:
            pieces.append(text(verdict(followup, words)))
        if followup.reached is not None:
            pieces.append(tag("b", text(amount(followup.reached, words))))
        if followup.completion is not None:
            pieces.append(text(words("share of target", share=gap(followup))))
    for clause in followup.evidence if alone else _one_a_line(followup)[: None if several else 1]:
        pieces.append(_link("new", clause, result))
        if alone:
            pieces.append(text(shortened(clause.text, _REVIEW)))
    if followup.unsure:
        # Where nothing is said but the line, style adds that it is to be checked.
        pieces.append(tag("em", text(_reasons(followup.unsure, words)) if said else ""))
    return tag("u", " ".join(pieces))


def _one_a_line(followup: FollowUp) -> list[Clause]:
    """What the review says of a commitment: of each of its lines the first clause."""
    return list({clause.line: clause for clause in reversed(followup.evidence)}.values())[::-1]


def _fared_in_number(one: TargetFollowUp, words: Words) -> str:
    """One number of several: what it measures, what was reached, what that comes to."""
    name, reached = text(one.target.indicator), tag("b", text(amount(one.reached, words)))
    return f"{name} {reached} {text(verdict(one, words))}"


def _reasons(doubts: Iterable[str], words: Words) -> str:
    return words("and").join(words.of("doubts", doubt) for doubt in doubts)


def _written(change: TargetChange) -> Iterator[str]:
    """Both numbers of a change as written, with the words before them and without."""
    for target in (change.old, change.new):
        if target is not None:
            yield from (target.text, _number(target).words)


def _arrow(target: TargetChange) -> str:
    return " → ".join(side.text if side else "—" for side in (target.old, target.new))


def _token(change: TargetChange, words: Words) -> list[str]:
    """3%左右 → 2%左右 ▼1个百分点: each number with its unit and bound as one piece."""
    told = [amount(t, words) if t else "" for t in (change.old, change.new)]
    named = change.new or change.old
    name = named.indicator if named else ""
    pieces = [] if any(said.startswith(name) for said in told) else [text(name)]
    # No line ends between a number and its arrow.
    pieces.append("\xa0→ ".join(tag("b", text(said)) if said else "—" for said in told))
    if change.difference:
        pieces.append(tag("span", text(signed(change.difference))))
    return [" ".join(pieces)]


def basis(change: Change, result: Compared, words: Words) -> Iterator[str]:
    """How sure it is, why not, and what comes close to what is linked; or who decided."""
    if change.decided is not None:
        yield text(words("decided by", who=change.decided))
        return
    yield f"{round(100 * change.score)}%"
    if change.unsure:
        yield tag("p", text(_reasons(change.unsure, words)))
    rival = change.evidence.rival
    if change.old and change.new and rival and not change.sure:
        yield _near([rival], "new", result)
