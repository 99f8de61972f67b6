"""Does a clause commit, and how firmly is it worded? Works on folded text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from policydiff.analysis.folded import FoldedText
from policydiff.language.language import Language, Span
from policydiff.language.patterns import compile_pattern
from policydiff.language.tables import alternatives
from policydiff.language.words import WordsAnywhere
from policydiff.models import STRENGTHS, Strength

#: A clause whose sum reaches the threshold does not commit: the fit's even chance.
THRESHOLD = 0.0
#: What stands in runs for the beginning and the end of a clause, and for any number.
_BEGINS, _ENDS, _A_NUMBER = "^", "$", "0"
#: A blank for a digit counts as one, so that a masked report commits to the same.
_DIGITS = compile_pattern("[0-9x*]+")
#: The table of runs gives hundredths, so that their sum is the same in any order.
_UNIT = 100
#: What a verb does to a thing named before it takes a few characters, and so does its stop.
_LONGEST_DEED = 10
#: Five characters and a full stop name no object: 建好平台。 is a title even where items promise.
_TOO_SHORT = 6
#: What an earlier part says of those behind it; what is explored or encouraged is in its own.
_GOVERNING = ("firm", "strive")
#: How far from the head of a comma part the words stand that govern the parts behind it too.
_OPENING = 4
#: Shorter clauses hardly hold a thing to be done.
_SHORT = 16
#: How long the object between a coverb and its verb may be: 对连续三年亏损的企业实行….
_LONGEST_OBJECT = 24


# --- strength -------------------------------------------------------------------------------------


def strength_of(text: str, language: Language, *, exhortation: bool = True) -> Strength:
    """How firmly a clause, or a part of one, is worded.

    ``exhortation=False`` passes over words that merely exhort where no number follows.

    >>> from policydiff.language.zh import CHINESE
    >>> def strengths(*texts, **options):
    ...     return [strength_of(text, CHINESE, **options) for text in texts]
    >>> strengths("确保全面完成任务", "加快园区建设", "加强基础研究")
    ['firm', 'plain', 'plain']
    >>> strengths("研究制定支持政策", "新增规上企业20家,力争25家")
    ['explore', 'strive']
    >>> strengths("研究与试验发展经费达到2%", "研究型医院达到3家", "研究与高校共建平台")
    ['plain', 'plain', 'explore']
    >>> strengths("坚决纠正不正之风"), strengths("坚决纠正不正之风", exhortation=False)
    (['firm'], ['plain'])
    """
    if _any_strength(language).search(text) is None:
        return "plain"  # as of most clauses: one search tells
    for pattern, strength, at_head in _strength_rules(language, exhortation):
        if at_head:
            lead = language.tables.one_of("strength", "heads").match(text)
            if pattern.match(text, lead.end() if lead else 0):
                return strength
        elif pattern.search(text):
            return strength
    return "plain"


def strength_before(text: str, parts: Sequence[Span], end: int, language: Language) -> Strength:
    """How firmly a target that ends at ``end`` of a folded clause is worded.

    ``parts``: the comma parts of the clause. The words of its own part count; of those before it
    the words that open a part and so govern what follows: 确保甲完成,乙达到…

    >>> from policydiff.analysis.folded import FoldedText
    >>> from policydiff.language.zh import CHINESE
    >>> for text in ("确保开工,力争投3亿元", "工业产值力争增6%,投资7亿元", "确保开工,投7亿元"):
    ...     clause = FoldedText(text, CHINESE)
    ...     print(strength_before(clause.text, clause.comma_parts, len(text), CHINESE))
    strive
    plain
    firm
    """
    before = [start for start, _ in parts if start < end]
    if not before:
        return strength_of(text[:end], language)
    own = strength_of(text[before[-1] : end], language)
    if own != "plain":
        return own
    for start in reversed(before[:-1]):
        opening = text[start : start + _OPENING]
        governing = strength_of(opening, language, exhortation=False)
        if governing in _GOVERNING:
            return governing
    return "plain"


@cache
def _any_strength(language: Language) -> re.Pattern[str]:
    return compile_pattern(language.tables.any_of("strength", "words"))


@cache
def _strength_rules(
    language: Language, exhortation: bool
) -> tuple[tuple[re.Pattern[str], Strength, bool], ...]:
    purposes = language.tables.words("strength", "purposes")
    no_purpose = "".join(f"(?<!{word})" for word in purposes)
    return tuple(
        (
            compile_pattern(f"{no_purpose}(?:{alternatives(entry['words'])})"),
            entry["strength"],
            entry["place"] == "head",
        )
        for entry in language.tables.load("strength")["words"]
        if exhortation or not entry["exhorts"]
    )


def strength_rank(strength: Strength) -> int:
    """0 for the firmest."""
    return STRENGTHS.index(strength)


# --- does it commit -------------------------------------------------------------------------------


def lean(language: Language) -> float:
    """What is added to the case of every clause, whatever stands beside it."""
    return float(language.tables.load("commitments")["neighbours"][0]["lean"])


def only_a_title(clause: FoldedText) -> bool:
    """Whether a title ends in no programme, which it would promise.

    >>> from policydiff.language.zh import CHINESE
    >>> titles = ("实施质量强县行动。", "开展“蓝天行动”。", "坚持政治引领,把稳行动方向。")
    >>> [only_a_title(FoldedText(title, CHINESE)) for title in titles]
    [False, False, True]
    """
    end = len(clause.text)
    while end and not clause.text[end - 1].isalnum():
        end -= 1
    programmes = clause.language.tables.last_word("verbs", "programmes")
    return programmes.search(clause.text, 0, end) is None


def too_short(clause: FoldedText, *, alone: bool = False) -> bool:
    """Whether a clause is too short to name an object. ``alone``: it is a paragraph of its own;
    then it is too short only if it is no sentence, but a heading.
    """
    return len(clause.text) <= _TOO_SHORT and not (alone and not clause.text[-1:].isalnum())


def case_against(clause: FoldedText, *, has_target: bool) -> float:
    """How much speaks against a clause of the plan being a commitment: weights of cues, added, and
    those of the runs of characters in it.
    """
    weights = _weights(clause.language)
    applying = (*cues(clause, has_target=has_target), True)
    told = sum(weight for weight, applies in zip(weights, applying, strict=True) if applies)
    learned, known = _learned(clause.language)
    return told + sum(map(learned.__getitem__, known.in_text(marked(clause.text)))) / _UNIT


@cache
def _weights(language: Language) -> tuple[float, ...]:
    table = language.tables.load("commitments")
    sections = ("cues", "structure", "base")
    return tuple(entry["weight"] for section in sections for entry in table[section])


@cache
def _learned(language: Language) -> tuple[dict[str, int], WordsAnywhere]:
    """What runs of characters weigh, in hundredths, and what finds them."""
    rows = language.tables.rows("commitment_runs")
    weights = {run: round(float(weight) * _UNIT) for run, weight in rows}
    return weights, WordsAnywhere(weights)


def marked(text: str) -> str:
    """A folded clause as runs of one or two characters are looked for in it.

    ^ stands for its beginning, $ for its end, 0 for any number.

    >>> marked("建3座")
    '^建0座$'
    """
    return f"{_BEGINS}{_DIGITS.sub(_A_NUMBER, text)}{_ENDS}"


def cues(clause: FoldedText, *, has_target: bool) -> list[bool]:
    """Which cues of the table apply, in its order: the patterns, then the structural ones."""
    told = clause.language.tables.family("commitments", "cues").in_text(clause.text)
    return told + _structure(clause, has_target)


def _structure(clause: FoldedText, has_target: bool) -> list[bool]:
    """The structural cues, in the order of the table."""
    opened, inside, behind, led = _deeds(clause.language)
    text = clause.text
    opens = [
        bool(
            opened.match(text, start, end)
            or behind.search(text, start, end)
            or led.match(text, start, end)  # last, as it takes longest
        )
        for start, end in clause.comma_parts
    ]
    within = bool(inside.search(text))
    none = not any(opens) and not within
    return [
        bool(opens) and opens[0],
        any(opens[1:]),
        bool(opens) and all(opens),
        within,
        none,
        none and len(text) < _SHORT,
        has_target,
    ]


@cache
def _deeds(language: Language) -> tuple[re.Pattern[str], ...]:
    """A part that opens with a verb of doing; one that has such a verb behind an auxiliary; one
    that ends in what is done to the thing named before; one in which a deadline or something
    else leads to the verb.
    """
    tables = language.tables
    any_of = tables.any_of
    padded = f"{any_of('verbs', 'padding')}{any_of('verbs', 'adverbial')}?"
    sections = ("action", "deeds", "taken")
    verbs = alternatives([word for section in sections for word in tables.words("verbs", section)])
    done = f"(?:{verbs})(?!{any_of('verbs', 'not_behind')})"
    modal = tables.one_of("verbs", "modal").pattern
    assigned = tables.one_of("verbs", "assigned").pattern
    each = tables.one_of("verbs", "each").pattern
    companion = tables.one_of("verbs", "companions").pattern
    coverb = f"(?:{any_of('verbs', 'coverbs')}|{companion})"
    disposing = tables.one_of("verbs", "disposing").pattern
    lead = tables.one_of("verbs", "lead").pattern
    opened = compile_pattern(
        f"(?:(?:{each})?(?:{padded})*"
        f"|{coverb}[^,]{{1,{_LONGEST_OBJECT}}}?|(?:{padded})+{disposing}[^,]{{1,{_LONGEST_OBJECT}}}?){done}"
    )
    led = compile_pattern(f"(?:{lead})(?:{each})?(?:{padded})*{done}")
    inside = compile_pattern(f"{padded}{done}|{modal}")
    manner = f"{any_of('verbs', 'manner')}[^,]{{2,{_LONGEST_DEED}}}"
    held = tables.one_of("verbs", "held").pattern
    finished = f"[^,]{{2}}(?:{any_of('verbs', 'finished')}|{manner})[^,\\w]?$"
    behind = compile_pattern(f"{finished}|{assigned}|{held}")
    return opened, inside, behind, led
