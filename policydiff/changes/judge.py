"""What became of each commitment: outcome, kinds of change, doubts, and the words that show it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property

from rapidfuzz import fuzz

from policydiff.align.align import LINKED, SURELY_LINKED, SURELY_NOT, Alignment, Link, Rival, bare
from policydiff.align.likeness import cosine
from policydiff.analysis.commitments import strength_of, strength_rank
from policydiff.analysis.keys import Key, key_of
from policydiff.analysis.targets import find_deadlines, magnitude, unit_kind
from policydiff.language.tables import alternatives, words
from policydiff.language.zh.boundaries import comma_parts
from policydiff.language.zh.data import load
from policydiff.language.zh.folding import fold
from policydiff.language.zh.numerals import CHARACTERS
from policydiff.language.zh.wording import object_words
from policydiff.models import KINDS, KINDS_OF_FORM, Change, Clause, Evidence, Kind, Outcome, Target

#: A comma part whose key is no longer than this names no object of its own.
_SAYS_ONLY_WHEN = 4
#: Comma parts that share this much (cosine of rarity weights) speak of the same thing.
_SAME_PART = 0.3
#: Where matched parts share less than this, something was taken out or put in that a reader would
#: call a change of scope. Set on labelled links: best accuracy of same against changed.
_SAME_SCOPE = 0.5
#: Likeness of indicator names (rapidfuzz ratio, 0..100) from which two numbers measure one thing.
_SAME_INDICATOR = 55
#: Likeness of headings from which two sections are the same place.
_SAME_HEADING = 50
#: A section pair that fewer links than this support is not a correspondence.
_SUPPORT = 2


@dataclass(frozen=True, slots=True)
class _Part:
    """A comma part of a clause, with its key and the targets in it."""

    text: str
    key: Key
    targets: tuple[Target, ...]


class _Side:
    """A clause that is linked, with what is computed of it once, however many links it has."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause

    @cached_property
    def parts(self) -> list[_Part]:
        return _parts(self.clause)

    @cached_property
    def wording(self) -> str:
        """The clause's words without its numbers and marks."""
        return _DIGITS.sub("", bare(self.clause.text))


#: Two parts that speak of the same thing, and how alike they are (cosine).
_Match = tuple[_Part, _Part, float]


@dataclass(frozen=True, slots=True)
class _TargetChange:
    """Two targets that were set against each other, or one that found no partner."""

    old: Target | None
    new: Target | None
    kinds: tuple[Kind, ...]

    @property
    def detail(self) -> str:
        return f"{self.old.text if self.old else '—'} → {self.new.text if self.new else '—'}"


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a pair of linked clauses comes to."""

    link: Link
    kinds: frozenset[Kind]
    details: tuple[str, ...]
    words: tuple[str, str]
    targets: tuple[_TargetChange, ...]

    @property
    def outcome(self) -> Outcome:
        return "kept" if self.kinds <= KINDS_OF_FORM else "changed"


def changes(old: Sequence[Clause], new: Sequence[Clause], found: Alignment) -> tuple[Change, ...]:
    """Every clause of both lists in at least one change; ordered as in the reports."""
    moved = _moved(old, new, found.links)
    old_sides = {i: _Side(old[i]) for i in sorted({link.old for link in found.links})}
    new_sides = {j: _Side(new[j]) for j in sorted({link.new for link in found.links})}
    verdicts = _settled(
        [
            _judge(
                link, old_sides[link.old], new_sides[link.new], moved=(link.old, link.new) in moved
            )
            for link in found.links
        ]
    )
    result = [_linked(group, old, new, found) for group in _groups(verdicts)]
    linked_old = {link.old for link in found.links}
    linked_new = {link.new for link in found.links}
    result += [
        _alone("dropped", clause, found.old_rivals.get(i), new)
        for i, clause in enumerate(old)
        if i not in linked_old
    ]
    result += [
        _alone("added", clause, found.new_rivals.get(j), old)
        for j, clause in enumerate(new)
        if j not in linked_new
    ]
    return tuple(sorted(result, key=_place))


def _place(change: Change) -> tuple[int, int, int]:
    """Old order first; what was added stands behind, in new order."""
    if not change.old:
        return (1, change.new[0].start, 0)
    return (0, change.old[0].start, change.new[0].start if change.new else -1)


# --- one pair -------------------------------------------------------------------------------------


def _parts(clause: Clause) -> list[_Part]:
    """The comma parts of a clause, each with the targets that end in it.

    A part that names nothing of its own (到2025年, 年底前上线运行) belongs to the part before it;
    at the head of a clause, to the one behind.
    """
    places = _places(clause)
    joined: list[tuple[int, int]] = []
    waiting = None
    for start, end in comma_parts(fold(clause.text)):
        begin = start if waiting is None else waiting
        waiting = None
        stands_alone = _names_something(clause.text[begin:end]) or any(
            start < stop <= end for stop, _ in places
        )
        if stands_alone:
            joined.append((begin, end))
        elif joined:
            joined[-1] = (joined[-1][0], end)
        else:
            waiting = begin
    if waiting is not None or not joined:
        joined.append((waiting or 0, len(clause.text)))
    found = []
    for start, end in joined:
        last = end == joined[-1][1]
        inside = tuple(t for stop, t in places if start < stop <= end or (last and stop > end))
        text = clause.text[start:end]
        found.append(_Part(text, key_of(text), inside))
    return found


def _names_something(text: str) -> bool:
    """Whether enough is left of a comma part when its deadlines are taken out."""
    plain = fold(text)
    for deadline in find_deadlines(plain):
        plain = plain.replace(deadline, "", 1)
    return sum(map(len, object_words(plain))) > _SAYS_ONLY_WHEN


def _places(clause: Clause) -> list[tuple[int, Target]]:
    """Where each target ends in the clause's text, found in order: its offsets are the source's."""
    places = []
    at = 0
    for target in clause.targets:
        here = max(clause.text.find(target.text, at), clause.text.find(target.text))
        places.append((here + len(target.text), target))
        at = here
    return places


def _matched(old: list[_Part], new: list[_Part]) -> list[_Match]:
    """The parts that speak of the same thing: every part with its best partner, if good enough."""
    table = [[cosine(a.key, b.key) for b in new] for a in old]
    pairs = set()
    for i, row in enumerate(table):
        j = max(range(len(row)), key=lambda k: (row[k], -k))
        if row[j] >= _SAME_PART:
            pairs.add((i, j))
    for j in range(len(new)):
        i = max(range(len(old)), key=lambda k: (table[k][j], -k))
        if table[i][j] >= _SAME_PART:
            pairs.add((i, j))
    if not pairs:
        best = max(
            ((i, j) for i in range(len(old)) for j in range(len(new))),
            key=lambda ij: (table[ij[0]][ij[1]], -ij[0], -ij[1]),
        )
        pairs.add(best)
    return [(old[i], new[j], table[i][j]) for i, j in sorted(pairs)]


def _judge(link: Link, old: _Side, new: _Side, *, moved: bool) -> _Verdict:
    a, b = old.clause, new.clause
    kinds: set[Kind] = set()
    details: list[str] = []
    likest = (a.text, b.text)
    targets: tuple[_TargetChange, ...] = ()
    if link.evidence is not None or a.targets != b.targets:
        matched = _matched(old.parts, new.parts)
        best = max(matched, key=lambda m: m[2])
        likest = (best[0].text, best[1].text)
        # A number with damage near it, or one that damage may have eaten, proves nothing.
        hurt = a.damaged or b.damaged
        if not hurt:
            targets = tuple(_target_changes(matched, (a, b)))
            kinds |= _deadline_changes(matched, details)
        kinds |= _strength_changes(matched, details)
        if _scope_differs(matched, counts=not hurt):
            kinds.add("scope changed")
    if old.wording != new.wording:
        kinds.add("reworded")
    if moved:
        kinds.add("moved")
    return _Verdict(link, frozenset(kinds), tuple(details), likest, targets)


def _settled(verdicts: Sequence[_Verdict]) -> list[_Verdict]:
    """The verdicts with what became of their targets.

    A target that one link compares is not 'removed' or 'added' in another: where a clause was
    split, each of its numbers went to one of the new clauses.
    """
    compared = [t for v in verdicts for t in v.targets if t.old and t.new]
    found_old = {(t.old.start, t.old.end) for t in compared if t.old}
    found_new = {(t.new.start, t.new.end) for t in compared if t.new}
    settled = []
    for v in verdicts:
        kept = tuple(
            t
            for t in v.targets
            if (t.old and t.new)
            or (t.old and (t.old.start, t.old.end) not in found_old)
            or (t.new and (t.new.start, t.new.end) not in found_new)
        )
        kinds = v.kinds | {kind for t in kept for kind in t.kinds}
        details = dict.fromkeys([*(t.detail for t in kept if t.kinds), *v.details])
        settled.append(replace(v, kinds=kinds, details=tuple(details), targets=kept))
    return settled


_DIGITS = re.compile(r"[0-9x*]+(?:[.·][0-9x*]+)?")


def _scope_differs(matched: Sequence[_Match], *, counts: bool) -> bool:
    """Whether the matched parts differ in what or whom they cover.

    They do when even the likest share too few words, or, with ``counts``, when two are the same
    but for a count that is no target: 三条产业链 and 四条产业链.
    """
    a, b, likeness = max(matched, key=lambda m: m[2])
    if likeness < _SAME_SCOPE and not _same_goal(a, b):
        return _DIGITS.sub("", bare(a.text)) != _DIGITS.sub("", bare(b.text))
    return counts and any(_only_a_count_differs(a, b) for a, b, _ in matched)


def _same_goal(a: _Part, b: _Part) -> bool:
    """Whether two parts set the same relative goal: 与财政收入同步增长 in other words."""
    return any(
        s.bound == t.bound == "relative"
        and fuzz.ratio(s.indicator, t.indicator) >= _SAME_INDICATOR
        and _relations().findall(fold(s.text)) == _relations().findall(fold(t.text)) != []
        for s in a.targets
        for t in b.targets
    )


def _only_a_count_differs(a: _Part, b: _Part) -> bool:
    """Whether two parts are the same but for numbers that are no targets: whom a rule is for."""
    text_a, text_b = (_without_targets(part) for part in (a, b))
    counts_a, counts_b = _COUNT.findall(text_a), _COUNT.findall(text_b)
    return (
        len(counts_a) == len(counts_b)
        and any(s != t and not _masked(s + t) for s, t in zip(counts_a, counts_b, strict=True))
        and fuzz.ratio(_COUNT.sub("", bare(text_a)), _COUNT.sub("", bare(text_b)))
        >= _SAME_BUT_FOR_COUNT
    )


def _masked(number: str) -> bool:
    """Whether the publisher blanked digits of a folded number, which then may be any number."""
    return "x" in number or "*" in number


def _without_targets(part: _Part) -> str:
    """The folded text of a part without its numbered targets and its deadlines."""
    text = fold(part.text)
    named = [fold(t.text) for t in part.targets if t.bound != "relative"]
    for counted in (*named, *find_deadlines(text)):
        text = text.replace(counted, "", 1)
    return text


#: Likeness (rapidfuzz ratio) of two parts without their counts from which only the count differs.
_SAME_BUT_FOR_COUNT = 85
_COUNT = re.compile(f"[0-9x*][0-9x*.]*|[{CHARACTERS}]+")


# --- targets --------------------------------------------------------------------------------------


def _target_changes(
    matched: Sequence[_Match], clauses: tuple[Clause, Clause]
) -> Iterable[_TargetChange]:
    """What became of the targets in the parts that match.

    A target that finds no partner there may have moved to another part of the other clause.
    """
    old = list(dict.fromkeys(t for a, _, _ in matched for t in a.targets))
    new = list(dict.fromkeys(t for _, b, _ in matched for t in b.targets))
    together = {(s, t) for a, b, _ in matched for s in a.targets for t in b.targets}
    pairs = _paired(old, new, together)
    pairs += _paired(_left(old, pairs, 0), _left(clauses[1].targets, pairs, 1), set())
    pairs += _paired(_left(clauses[0].targets, pairs, 0), _left(new, pairs, 1), set())
    pairs += _namesakes(_left(clauses[0].targets, pairs, 0), _left(clauses[1].targets, pairs, 1))
    for s, t in pairs:
        yield _TargetChange(s, t, tuple(_compared(s, t)))
    for s in _left(old, pairs, 0):
        if s.value is not None:
            yield _TargetChange(s, None, ("target removed",))
    for t in _left(new, pairs, 1):
        if t.value is not None:
            yield _TargetChange(None, t, ("target added",))


def same_targets(a: Clause, b: Clause) -> list[tuple[Target, Target, tuple[Kind, ...]]]:
    """The targets of two linked clauses that measure the same thing, and how the second differs."""
    found = _target_changes(_matched(_parts(a), _parts(b)), (a, b))
    return [(t.old, t.new, t.kinds) for t in found if t.old and t.new]


def _left(
    targets: Iterable[Target], pairs: Sequence[tuple[Target, Target]], side: int
) -> list[Target]:
    """The targets that stand in no pair yet."""
    return [t for t in targets if all(t is not pair[side] for pair in pairs)]


def _namesakes(old: Sequence[Target], new: Sequence[Target]) -> list[tuple[Target, Target]]:
    """Targets of the very same name in two linked clauses, wherever they stand in them."""
    pairs: list[tuple[Target, Target]] = []
    for s in old:
        for t in _left(new, pairs, 1):
            if s.indicator and s.indicator == t.indicator and _comparable(s, t):
                pairs.append((s, t))
                break
    return pairs


def _paired(
    old: Sequence[Target], new: Sequence[Target], together: set[tuple[Target, Target]]
) -> list[tuple[Target, Target]]:
    """Targets that measure the same thing: greedily, the likest names first."""
    candidates = []
    for i, s in enumerate(old):
        for j, t in enumerate(new):
            if not _comparable(s, t):
                continue
            likeness = fuzz.ratio(key_of(s.indicator).text, key_of(t.indicator).text)
            if (s, t) in together:
                likeness += _TOGETHER
            if s.value is not None and s.value == t.value and s.unit == t.unit:
                likeness += _EQUAL
            if likeness >= _SAME_INDICATOR:
                candidates.append((-likeness, i, j))
    pairs = []
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for _, i, j in sorted(candidates):
        if i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            pairs.append((old[i], new[j]))
    return pairs


#: Standing in matched parts, and having the same value, make two targets likelier to be one.
_TOGETHER = 35
_EQUAL = 40


def _comparable(s: Target, t: Target) -> bool:
    """Whether two targets can be set against each other: both relative, or of one kind of unit."""
    if s.unit is None or t.unit is None:
        return s.unit is None and t.unit is None
    if s.unit == t.unit:
        return True
    (_, bare_s), (_, bare_t) = magnitude(s.unit), magnitude(t.unit)
    if bare_s == bare_t or not bare_s or not bare_t:
        return True
    return unit_kind(s.unit) == unit_kind(t.unit) and unit_kind(s.unit) in ("people", "count")


@cache
def _relations() -> re.Pattern[str]:
    return re.compile(alternatives(words(load("relations")["words"])))


def _compared(s: Target, t: Target) -> Iterable[Kind]:
    """How the second of two comparable targets differs; a masked number differs from nothing."""
    if s.masked or t.masked:
        return
    if s.value is None or t.value is None:
        before, after = (_relations().findall(fold(x.text)) for x in (s, t))
        if before and after and before != after:
            yield "bound changed"
        return
    low_s, low_t = _absolute(s.value, s.unit), _absolute(t.value, t.unit)
    if s.upper is not None or t.upper is not None:
        high_s = _absolute(s.upper, s.unit) if s.upper is not None else low_s
        high_t = _absolute(t.upper, t.unit) if t.upper is not None else low_t
        if (low_s, high_s) != (low_t, high_t):
            yield "range changed"
            if low_t >= low_s and high_t >= high_s:
                yield "target raised"
            elif low_t <= low_s and high_t <= high_s:
                yield "target lowered"
        return
    if low_t != low_s:
        yield "target raised" if low_t > low_s else "target lowered"
    if s.bound != t.bound and not _reaches(s) and not _reaches(t):
        yield "bound changed"


def _reaches(target: Target) -> bool:
    """Whether its bound is only a verb of reaching: 突破200亿元 and 达到200亿元 ask the same."""
    text = fold(target.text)
    return any(word in text for word in words(load("relations")["reaching"]))


def _absolute(value: Decimal, unit: str | None) -> Decimal:
    return value * magnitude(unit or "")[0]


# --- deadline, strength, place --------------------------------------------------------------------


def _deadline_changes(matched: Sequence[_Match], details: list[str]) -> set[Kind]:
    old = _deadlines(a.text for a, _, _ in matched)
    new = _deadlines(b.text for _, b, _ in matched)
    if old == new or any(_MASKED_DATE.search(fold(p.text)) for a, b, _ in matched for p in (a, b)):
        return set()
    before = "、".join(sorted(old - new)) or "—"
    after = "、".join(sorted(new - old)) or "—"
    details.append(f"{before} → {after}")
    return {"deadline moved"}


def _deadlines(texts: Iterable[str]) -> set[str]:
    found = {_plain_deadline(d) for text in texts for d in find_deadlines(fold(text))}
    return {d for d in found if d}


_MASKED_DATE = re.compile("[x*](?:年|月|日|季度)")


def _plain_deadline(deadline: str) -> str:
    """A deadline without the words around it, '' for the year's own end of time.

    >>> _plain_deadline("力争今年6月底前"), _plain_deadline("上半年"), _plain_deadline("年内")
    ('6月底', '6月底', '')
    """
    table = load("deadlines")
    for entry in table["forms"]:
        deadline = re.sub(entry["pattern"], entry["form"], deadline)
    for entry in table["removed"]:
        deadline = re.sub(entry["pattern"], "", deadline)
    return deadline


def _strength_changes(matched: Sequence[_Match], details: list[str]) -> set[Kind]:
    """Compare the wording of the likest parts that differ in it."""
    for a, b, _ in sorted(matched, key=lambda m: -m[2]):
        found = strength_change(a, b)
        if found:
            kind, detail = found
            details.append(detail)
            return {kind}
    return set()


def strength_change(a: Clause | _Part, b: Clause | _Part) -> tuple[Kind, str] | None:
    """How the second of two wordings differs in strength, with both; None where it does not.

    坚决 or 努力 with a number is a change of strength, without one the tone of the speech.
    """
    grips = bool(a.targets or b.targets)
    old, new = (strength_of(fold(wording.text), exhortation=grips) for wording in (a, b))
    if old == new:
        return None
    stronger = strength_rank(new) < strength_rank(old)
    return "strength strengthened" if stronger else "strength weakened", f"{old} → {new}"


def _moved(
    old: Sequence[Clause], new: Sequence[Clause], links: Sequence[Link]
) -> set[tuple[int, int]]:
    """The links whose sections neither have like headings nor other links between them."""
    support = Counter((_section(old[k.old]), _section(new[k.new])) for k in links)
    return {
        (k.old, k.new)
        for k in links
        if support[_section(old[k.old]), _section(new[k.new])] < _SUPPORT
        and not _like(_section(old[k.old]), _section(new[k.new]))
    }


def _section(clause: Clause) -> tuple[str, ...]:
    return clause.section[:2]


def _like(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether two places have like headings; the innermost of the two counts."""
    if not a or not b:
        return a == b
    return fuzz.ratio(key_of(a[-1]).text, key_of(b[-1]).text) >= _SAME_HEADING


# --- groups ---------------------------------------------------------------------------------------


def _groups(verdicts: Sequence[_Verdict]) -> list[list[_Verdict]]:
    """Verdicts that make one change: one clause split into several, or several merged into one.

    Clauses that share commitments crosswise (n:m) stay pair by pair, and so do the parts of a
    split that fared differently: one kept, one changed.
    """
    by_old: defaultdict[int, list[_Verdict]] = defaultdict(list)
    by_new: defaultdict[int, list[_Verdict]] = defaultdict(list)
    for v in verdicts:
        by_old[v.link.old].append(v)
        by_new[v.link.new].append(v)
    groups = []
    done: set[tuple[int, int]] = set()
    for v in verdicts:
        pair = (v.link.old, v.link.new)
        if pair in done:
            continue
        star = by_old[v.link.old]
        if len(star) == 1:
            star = by_new[v.link.new]
            simple = all(len(by_old[w.link.old]) == 1 for w in star)
        else:
            simple = all(len(by_new[w.link.new]) == 1 for w in star)
        group = [w for w in star if w.outcome == v.outcome] if simple else [v]
        done.update((w.link.old, w.link.new) for w in group)
        groups.append(group)
    return groups


def _linked(
    group: list[_Verdict], old: Sequence[Clause], new: Sequence[Clause], found: Alignment
) -> Change:
    olds = sorted({v.link.old for v in group})
    news = sorted({v.link.new for v in group})
    kinds = {kind for v in group for kind in v.kinds}
    if len(news) > 1:
        kinds.add("split")
    if len(olds) > 1:
        kinds.add("merged")
    weakest = min(group, key=lambda v: (v.link.score, v.link.old, v.link.new))
    rival, rival_clause = _nearest(group, old, new, found)
    doubts = _doubts(group, [*(old[i] for i in olds), *(new[j] for j in news)], rival)
    return Change(
        outcome=group[0].outcome,
        old=tuple(old[i] for i in olds),
        new=tuple(new[j] for j in news),
        kinds=tuple(k for k in KINDS if k in kinds),
        score=weakest.link.score,
        unsure=doubts,
        details=tuple(dict.fromkeys(d for v in group for d in v.details)),
        evidence=Evidence(
            old=weakest.words[0],
            new=weakest.words[1],
            rival=rival_clause,
            rival_score=rival.score if rival else 0.0,
        ),
    )


def _nearest(
    group: list[_Verdict], old: Sequence[Clause], new: Sequence[Clause], found: Alignment
) -> tuple[Rival | None, Clause | None]:
    """The best candidate that any clause of the group was not linked with."""
    options = [(found.old_rivals.get(v.link.old), new) for v in group]
    options += [(found.new_rivals.get(v.link.new), old) for v in group]
    rivals = [(r, side[r.index]) for r, side in options if r]
    if not rivals:
        return None, None
    return max(rivals, key=lambda x: (x[0].score, x[1].text))


def _doubts(group: list[_Verdict], clauses: list[Clause], rival: Rival | None) -> tuple[str, ...]:
    doubts = []
    score = min(v.link.score for v in group)
    if score < SURELY_LINKED:
        doubts.append("weak match")
    if rival and score < 1 and score - rival.score < SURELY_LINKED - LINKED:
        doubts.append("close rival")
    if any(c.damaged for c in clauses):
        doubts.append("damage near")
    return tuple(doubts)


def _alone(
    outcome: Outcome, clause: Clause, rival: Rival | None, others: Sequence[Clause]
) -> Change:
    doubts = []
    if rival and rival.score > SURELY_NOT:
        doubts.append("something similar")
    if clause.damaged:
        doubts.append("damage near")
    return Change(
        outcome=outcome,
        old=(clause,) if outcome == "dropped" else (),
        new=(clause,) if outcome == "added" else (),
        kinds=(),
        score=round(1 - (rival.score if rival else 0.0), 6),
        unsure=tuple(doubts),
        evidence=Evidence(
            rival=others[rival.index] if rival else None,
            rival_score=rival.score if rival else 0.0,
        ),
    )
