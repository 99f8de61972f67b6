"""What became of each commitment: outcome, kinds of change, doubts, and the words that show it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from rapidfuzz import fuzz

from policydiff.align import LINKED, SURELY_LINKED, SURELY_NOT, Alignment, Link, Rival, bare
from policydiff.boundaries import comma_parts
from policydiff.commitments import strength_of, strength_rank
from policydiff.folding import fold
from policydiff.keys import Key, key_of
from policydiff.models import KINDS, KINDS_OF_FORM, Change, Clause, Evidence, Kind, Outcome, Target
from policydiff.scores import cosine
from policydiff.tables import load
from policydiff.targets import find_deadlines, magnitude, unit_kind

#: Comma parts that share this much (cosine of rarity weights) speak of the same thing.
_SAME_PART = 0.3
#: Where matched parts share less than this, something was taken out or put in that a reader would
#: call a change of scope. Set on labelled links: best accuracy of same against changed.
_SAME_SCOPE = 0.62
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


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a pair of linked clauses comes to."""

    link: Link
    kinds: frozenset[Kind]
    details: tuple[str, ...]
    words: tuple[str, str]
    masked: bool

    @property
    def outcome(self) -> Outcome:
        return "kept" if self.kinds <= KINDS_OF_FORM else "changed"


def changes(old: Sequence[Clause], new: Sequence[Clause], found: Alignment) -> tuple[Change, ...]:
    """Every clause of both lists in at least one change; ordered as in the reports."""
    moved = _moved(old, new, found.links)
    verdicts = [
        _judge(link, old[link.old], new[link.new], moved=(link.old, link.new) in moved)
        for link in found.links
    ]
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
    """The comma parts of a clause; a target belongs to the part that it ends in."""
    plain = fold(clause.text)
    found = []
    spans = comma_parts(plain)
    # Offsets of targets are into the source; their texts are found in order in the clause.
    places = []
    at = 0
    for target in clause.targets:
        here = clause.text.find(target.text, max(0, at))
        here = here if here >= 0 else clause.text.find(target.text)
        places.append((here + len(target.text), target))
        at = here
    for k, (start, end) in enumerate(spans):
        last = k + 1 == len(spans)
        inside = tuple(t for stop, t in places if start < stop <= end or (last and stop > end))
        found.append(_Part(clause.text[start:end], key_of(clause.text[start:end]), inside))
    return found


def _matched(old: list[_Part], new: list[_Part]) -> list[tuple[_Part, _Part, float]]:
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


def _judge(link: Link, a: Clause, b: Clause, *, moved: bool) -> _Verdict:
    kinds: set[Kind] = set()
    details: list[str] = []
    words = (a.text, b.text)
    masked = False
    if link.evidence is not None or a.targets != b.targets:
        matched = _matched(_parts(a), _parts(b))
        best = max(matched, key=lambda m: m[2])
        words = (best[0].text, best[1].text)
        for kind, detail in _target_changes(matched):
            kinds.add(kind)
            details.append(detail)
        kinds |= _deadline_changes(matched, details)
        kinds |= _strength_changes(matched, details)
        if best[2] < _SAME_SCOPE and not _only_numbers(best[0], best[1]):
            kinds.add("scope changed")
        masked = any(t.masked for t in (*a.targets, *b.targets))
    if _wording(a) != _wording(b):
        kinds.add("reworded")
    if moved:
        kinds.add("moved")
    return _Verdict(link, frozenset(kinds), tuple(dict.fromkeys(details)), words, masked)


_DIGITS = re.compile(r"[0-9x*]+(?:[.·][0-9x*]+)?")


def _wording(clause: Clause) -> str:
    """A clause's words without its numbers and marks."""
    return _DIGITS.sub("", bare(clause.text))


def _only_numbers(a: _Part, b: _Part) -> bool:
    """Whether two parts say the same but for their numbers."""
    return _DIGITS.sub("", bare(a.text)) == _DIGITS.sub("", bare(b.text))


# --- targets --------------------------------------------------------------------------------------


def _target_changes(matched: Sequence[tuple[_Part, _Part, float]]) -> Iterable[tuple[Kind, str]]:
    old = list(dict.fromkeys(t for a, _, _ in matched for t in a.targets))
    new = list(dict.fromkeys(t for _, b, _ in matched for t in b.targets))
    together = {(s, t) for a, b, _ in matched for s in a.targets for t in b.targets}
    pairs = _paired(old, new, together)
    for s, t in pairs:
        yield from _compared(s, t)
    for s in old:
        if s.value is not None and not any(s is p for p, _ in pairs):
            yield "target removed", f"{s.text} → —"
    for t in new:
        if t.value is not None and not any(t is q for _, q in pairs):
            yield "target added", f"— → {t.text}"


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
            if s.value == t.value:
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
_EQUAL = 10


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
    names = [w for e in load("relations")["words"] for w in e["words"]]
    return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))


def _compared(s: Target, t: Target) -> Iterable[tuple[Kind, str]]:
    detail = f"{s.text} → {t.text}"
    if s.masked or t.masked:
        return
    if s.value is None or t.value is None:
        before, after = (_relations().findall(fold(x.text)) for x in (s, t))
        if before and after and before != after:
            yield "bound changed", detail
        return
    low_s, low_t = _absolute(s.value, s.unit), _absolute(t.value, t.unit)
    if s.upper is not None or t.upper is not None:
        high_s = _absolute(s.upper, s.unit) if s.upper is not None else low_s
        high_t = _absolute(t.upper, t.unit) if t.upper is not None else low_t
        if (low_s, high_s) != (low_t, high_t):
            yield "range changed", detail
            if low_t >= low_s and high_t >= high_s:
                yield "target raised", detail
            elif low_t <= low_s and high_t <= high_s:
                yield "target lowered", detail
        return
    if low_t != low_s:
        yield "target raised" if low_t > low_s else "target lowered", detail
    if s.bound != t.bound:
        yield "bound changed", detail


def _absolute(value: Decimal, unit: str | None) -> Decimal:
    return value * magnitude(unit or "")[0]


# --- deadline, strength, place --------------------------------------------------------------------


def _deadline_changes(
    matched: Sequence[tuple[_Part, _Part, float]], details: list[str]
) -> set[Kind]:
    old = _deadlines(a.text for a, _, _ in matched)
    new = _deadlines(b.text for _, b, _ in matched)
    if old == new:
        return set()
    before = "、".join(sorted(old - new)) or "—"
    after = "、".join(sorted(new - old)) or "—"
    details.append(f"{before} → {after}")
    return {"deadline moved"}


def _deadlines(texts: Iterable[str]) -> set[str]:
    found = {_plain_deadline(d) for text in texts for d in find_deadlines(fold(text))}
    return {d for d in found if "x" not in d}


def _plain_deadline(deadline: str) -> str:
    """A deadline without the words around it: 力争今年底前 and 年底前 are the same day."""
    return re.sub("^(?:到|至|于|在|争取|力争|确保|今|本|当)+|[前内末之以期时间“”]|份", "", deadline)


def _strength_changes(
    matched: Sequence[tuple[_Part, _Part, float]], details: list[str]
) -> set[Kind]:
    """Compare the firmest wording of what matched."""
    old = min((strength_of(fold(a.text)) for a, _, _ in matched), key=strength_rank)
    new = min((strength_of(fold(b.text)) for _, b, _ in matched), key=strength_rank)
    if old == new:
        return set()
    details.append(f"{old} → {new}")
    return {
        "strength strengthened" if strength_rank(new) < strength_rank(old) else "strength weakened"
    }


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
