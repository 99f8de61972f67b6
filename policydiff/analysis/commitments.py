"""Does a clause commit, and how firmly is it worded? Works on folded text."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from policydiff.language.tables import alternatives, words
from policydiff.language.zh.boundaries import comma_parts
from policydiff.language.zh.data import load
from policydiff.language.zh.folding import CLAUSES_REMEMBERED
from policydiff.models import STRENGTHS, Strength

#: A clause whose sum reaches the threshold does not commit.
_THRESHOLD = 0.9


@cache
def _strength_rules(exhortation: bool) -> tuple[tuple[re.Pattern[str], Strength, bool], ...]:
    return tuple(
        (re.compile(alternatives(entry["words"])), entry["strength"], entry["place"] == "head")
        for entry in load("strength")["words"]
        if exhortation or not entry["exhorts"]
    )


@lru_cache(maxsize=CLAUSES_REMEMBERED)
def strength_of(text: str, *, exhortation: bool = True) -> Strength:
    """How firmly a clause, or a part of one, is worded.

    ``exhortation=False`` passes over words that merely exhort where no number follows.

    >>> strength_of("确保全面完成任务"), strength_of("加快园区建设"), strength_of("加强基础研究")
    ('firm', 'plain', 'plain')
    >>> strength_of("研究制定支持政策"), strength_of("新增规上企业20家,力争25家")
    ('explore', 'strive')
    >>> strength_of("坚决纠正不正之风"), strength_of("坚决纠正不正之风", exhortation=False)
    ('firm', 'plain')
    """
    parts = [text[a:b].lstrip("要将也还,、 ") for a, b in comma_parts(text)]
    for pattern, strength, head in _strength_rules(exhortation):
        if head:
            if parts and pattern.match(parts[0]):
                return strength
        elif pattern.search(text):
            return strength
    return "plain"


def strength_rank(strength: Strength) -> int:
    """0 for the firmest."""
    return STRENGTHS.index(strength)


@cache
def _cues() -> tuple[tuple[re.Pattern[str], float], ...]:
    return tuple((re.compile(e["pattern"]), e["weight"]) for e in load("commitments")["cues"])


@cache
def _verbs() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A part that opens with a verb of doing; one that has such a verb behind an auxiliary."""
    table = load("verbs")
    padding = alternatives(words(table["padding"]))
    action = alternatives(words(table["action"]))
    done = f"(?:{action})(?!{alternatives(words(table['not_behind']))})"
    modal = "|".join(entry["pattern"] for entry in table["modal"])
    opened = re.compile(f"(?:(?:{padding})地?)*{done}|[一把将对以在为从由向给][^,]{{1,24}}?{done}")
    inside = re.compile(f"(?:{padding})地?{done}|{modal}")
    return opened, inside


#: Five characters and a full stop name no object: 建好平台。 is a title even where items promise.
_TOO_SHORT = 6


@cache
def _programmes() -> re.Pattern[str]:
    return re.compile(alternatives(words(load("verbs")["programmes"])))


def case_against(text: str, *, has_target: bool) -> float:
    """How much speaks against a clause of the plan being a commitment; see the table of cues."""
    return sum(_evidence(text, has_target=has_target))


def _evidence(text: str, *, has_target: bool) -> list[float]:
    """The weight of each cue that applies, 0 for the others, in the order of the table."""
    applies = [bool(pattern.search(text)) for pattern, _ in _cues()] + _structure(text, has_target)
    weights = [weight for _, weight in _cues()] + [
        e["weight"] for e in load("commitments")["structure"]
    ]
    return [weight if hit else 0.0 for weight, hit in zip(weights, applies, strict=True)]


def _structure(text: str, has_target: bool) -> list[bool]:
    """The structural cues, in the order of the table."""
    opened, inside = _verbs()
    spans = comma_parts(text)
    opens = [bool(opened.match(text, a, b)) for a, b in spans]
    within = bool(inside.search(text))
    share = sum(opens) / len(spans) if spans else 0.0
    none = not any(opens) and not within
    return [
        bool(opens) and opens[0],
        any(opens[1:]),
        share == 1,
        within,
        none,
        none and len(text) < _SHORT,
        has_target,
    ]


#: Shorter clauses hardly hold a thing to be done.
_SHORT = 16


@lru_cache(maxsize=CLAUSES_REMEMBERED)
def commits(text: str, *, title: bool, has_target: bool) -> bool:
    """Whether a clause of the plan commits. ``title``: it opens a paragraph as a heading.

    >>> commits("加快园区基础设施建设。", title=False, has_target=False)
    True
    >>> commits("发展是解决一切问题的基础和关键。", title=False, has_target=False)
    False
    >>> commits("培育龙头企业。", title=True, has_target=False)
    False
    """
    if title and not _programmes().search(text):
        return False
    if len(text) <= _TOO_SHORT and not has_target:
        return False
    return case_against(text, has_target=has_target) < _THRESHOLD
