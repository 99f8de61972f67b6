"""What a review says in plain words of a commitment: that it was done, failed, or only worked on.

The words of one comma part decide, that which is most like a part of the commitment; how much each
speaks for 'met' was fitted on what careful readers said (weights.yaml).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from policydiff.align.align import likelihood
from policydiff.analysis.clause import AnalysedClause, ClausePart
from policydiff.analysis.keys import TOPIC_MARK
from policydiff.changes.stages import stage_of
from policydiff.changes.wording import likeness as ratio
from policydiff.language.language import Language
from policydiff.language.rarity import SQUARE_NAT
from policydiff.models import Target

#: The stages (changes.yaml) from which a thing is begun, and done.
BEGUN: Final = 4
DONE: Final = 8
#: Two parts are discounted as if they shared nothing in so much more weight, in squared nats:
#: a single common word is little.
_DISCOUNT: Final = 25 * SQUARE_NAT
_PERCENT: Final = 100
#: From this likeness on a part of a review is on the same thing as a part of the commitment.
_ON_THE_SAME: Final = 0.3
#: And from this one on the same work that was to begin: of eight counties' pairs below it half were
#: of other work of the same kind, above it hardly one.
_SAME_WORK: Final = 0.5
#: Statements less likely than this to say 'met' do not.
MET: Final = 0.5


class StatementEvidence(NamedTuple):
    """What speaks for a commitment being met; every field is 0 where nothing does."""

    worded: float  # how alike the wordings of the two parts are, verbs and all, 0..1
    touched: float  # the share of the commitment's parts that the clause of the review speaks of
    definite: float  # the share of the commitment's parts without words of open-ended effort
    settled: float  # 1 where no part of the review's clause says that work goes on
    plain: float  # 1 where no word of effort or praise stands in the part of the review
    act: float  # 1 where the clause tells, of what was promised, an act that is done once told
    done_as_promised: float  # 1 where both parts say that something is finished
    nothing_bad: float  # 1 where it says that what was to be kept away has not happened
    held: float  # 1 where something was to stay as it is, and is told to have stayed
    counted: float  # 1 where the review counts what came of it


NAMES: tuple[str, ...] = StatementEvidence._fields


class Statement(NamedTuple):
    """The part of a review's clause that is most like a part of a commitment.

    ``commitment``, ``promised``, ``said``: the folded texts of the commitment and of the two parts;
    ``likeness``, 0..1; ``beside``: where several things were promised, the other parts of the
    review's clause that speak of them; ``whole``: that clause, ``touching`` its parts that share
    words with the commitment, ``touched`` the share of the commitment's parts that it speaks of;
    ``numbered``: whether the part of the commitment sets a number; ``counted``: whether a part that
    speaks of the commitment holds one; ``granted``: whether what was applied for is told to be
    granted; ``less``: whether such a part holds a lower number of the same unit.
    """

    commitment: str
    promised: str
    said: str
    likeness: float
    beside: tuple[str, ...] = ()
    whole: str = ""
    touching: tuple[str, ...] = ()
    touched: float = 1.0
    numbered: bool = False
    counted: bool = False
    granted: bool = False
    less: bool = False


def statement(old: AnalysedClause, new: AnalysedClause) -> Statement:
    """The likest two comma parts; the whole clauses where no parts share anything."""
    best: tuple[float, ClausePart | None, ClausePart | None] = 0.0, None, None
    granted = False
    ours, theirs = _weighed(old), _weighed(new)
    ours = [one for one in ours if not _is_frame(old, one[0])] or ours
    weight_of = old.key.grams.__getitem__
    for one, grams, weight in ours:
        for other, others, weight_there in theirs:
            common = sum(map(weight_of, grams & others))
            likeness = common / (math.sqrt(weight * weight_there) + _DISCOUNT)
            if likeness > best[0]:
                best = likeness, one, other
            if likeness >= _ON_THE_SAME and not granted:
                granted = _is_granted(_text(old, one), _text(new, other), old.language)
    likeness, here, there = best
    (mark,) = old.language.tables.words("changes", "list_mark")
    several = here is not None and mark in _text(old, here)
    said, promised = ([(p, _words(p)) for p in clause.parts] for clause in (new, old))
    own = _words(here) if here else frozenset()
    beside = [p for p, words in said if p is not there and not own.isdisjoint(words)]
    touching = [p for p, words in said if _touches(words, promised)]
    return Statement(
        old.folded,
        _text(old, here),
        _text(new, there),
        likeness,
        beside=tuple(_text(new, part) for part in beside) if several else (),
        whole=new.folded,
        touching=tuple(_text(new, p) for p in touching),
        # The share of the parts of a commitment that the clause speaks of.
        touched=sum(_touches(words, said) for _, words in promised) / (len(promised) or 1),
        numbered=any(t.value is not None or t.masked for t in (here or old).targets),
        counted=any(part.targets for part in touching),
        granted=granted,
        less=any(_is_less(t, old.targets) for part in touching for t in part.targets),
    )


def _is_less(told: Target, promised: Sequence[Target]) -> bool:
    """Whether a count or amount is lower than one in the same unit that was promised."""
    return any(
        told.value is not None
        and target.value is not None
        and told.unit == target.unit
        and not (told.unit or "").endswith("%")
        and told.value < target.value
        for target in promised
    )


def _is_frame(clause: AnalysedClause, part: ClausePart) -> bool:
    """Whether a part gives the setting of what is promised: 依托县产业园."""
    frames = clause.language.tables.patterns("changes", "frames")
    return any(frame.match(clause.folded, part.start, part.end) for frame in frames)


def _words(part: ClausePart) -> frozenset[str]:
    """The words of a part, of two characters or more."""
    return frozenset([gram for gram in part.grams if len(gram) > 1 and gram[0] != TOPIC_MARK])


def _touches(words: frozenset[str], parts: Sequence[tuple[ClausePart, frozenset[str]]]) -> bool:
    """Whether any part shares some words; each with its own."""
    return any(not words.isdisjoint(theirs) for _, theirs in parts)


def _text(clause: AnalysedClause, part: ClausePart | None) -> str:
    return clause.folded if part is None else clause.folded[part.start : part.end]


def _weighed(clause: AnalysedClause) -> list[tuple[ClausePart, frozenset[str], int]]:
    """The comma parts of a clause, each with its grams and what they weigh in all."""
    weight_of = clause.key.grams.__getitem__
    return [(p, frozenset(p.grams), sum(map(weight_of, p.grams))) for p in clause.parts]


def statement_evidence(said: Statement, language: Language) -> StatementEvidence:
    """What speaks for the commitment being met, by the words of the review."""
    one_of = language.tables.one_of
    going_on, step, acts = (one_of("followup", name) for name in ("going_on", "partly", "acts"))
    parts = [said.commitment[a:b] for a, b in language.comma_parts(said.commitment)]
    open_ended = [one_of("followup", "open_ended").search(part) is not None for part in parts]
    stages = [stage_of(text, language) or 0 for text in (said.promised, said.said)]
    told = (*said.touching, said.said)
    return StatementEvidence(
        worded=ratio(said.promised, said.said) / _PERCENT,
        touched=said.touched,
        definite=1 - sum(open_ended) / (len(parts) or 1),
        settled=float(not going_on.search(said.whole or said.said)),
        plain=float(not one_of("followup", "praise").search(said.said)),
        act=float(
            any(
                acts.search(text) and not going_on.search(text) and not step.search(text)
                for text in told
            )
        ),
        done_as_promised=float(min(stages) >= DONE),
        nothing_bad=float(any(one_of("followup", "nothing_bad").search(text) for text in told)),
        held=float(
            one_of("followup", "to_hold").search(said.promised) is not None
            and any(one_of("followup", "held").search(text) for text in told)
        ),
        counted=float(said.counted),
    )


def met_likelihood(said: Statement, language: Language) -> float:
    """How likely a careful reader would take the words of the review to say 'met', 0..1.

    >>> from policydiff.language.zh import CHINESE
    >>> for said in ("水厂建成投用", "加快推进水厂建设"):
    ...     print(met_likelihood(Statement("建成水厂", "建成水厂", said, 0.6), CHINESE) > 0.5)
    True
    False
    """
    foretold = language.tables.one_of("followup", "foretold")
    if any(foretold.search(text) for text in (said.said, *said.touching)):
        return 0.0  # 预计明年6月通车
    if finished(said, language):
        return 1.0
    general = language.tables.one_of("followup", "general").search(said.commitment)
    if general is not None or _falls_short(said, language):
        return 0.0
    weights, offset = _weights(language)
    evidence = statement_evidence(said, language)
    return likelihood(offset + sum(w * v for w, v in zip(weights, evidence, strict=True)))


@cache
def _weights(language: Language) -> tuple[tuple[float, ...], float]:
    entries = language.tables.load("weights")["met"]
    weights = {entry["evidence"]: float(entry["weight"]) for entry in entries}
    return tuple(weights[name] for name in NAMES), weights["offset"]


def says_done(clause: AnalysedClause) -> bool:
    """Whether a clause of a review says that something is done, in any of its comma parts."""
    texts = [clause.folded, *(clause.folded[part.start : part.end] for part in clause.parts)]
    return any((stage_of(text, clause.language) or 0) >= DONE for text in texts)


def finished(said: Statement, language: Language) -> bool:
    """Whether a thing has come as far as promised, and not only a part of it or a step: what was to
    be finished is, what was to begin has begun, what was applied for is granted."""
    one_of = language.tables.one_of
    if said.granted:
        return True
    if said.likeness < _ON_THE_SAME or one_of("followup", "going_on").search(said.said):
        return False
    promised, reached = (stage_of(text, language) for text in (said.promised, said.said))
    if promised == BEGUN and one_of("followup", "starts").search(said.promised):
        return said.likeness >= _SAME_WORK and _begun(said, language)
    whole = language.tables.word("changes", "whole")
    if whole.search(said.promised) and any(whole.search(t) for t in (said.said, *said.touching)):
        return True
    if _partly(said, language):
        return False
    if (promised or 0) >= DONE and (reached or 0) >= DONE:
        return not any(_unfinished(text, language) for text in said.beside)
    if promised is None or not BEGUN <= promised < DONE <= (reached or 0):
        return False
    # One thing that was only to go on is finished: 加快水厂建设, 水厂建成通水.
    alone = said.touched == 1 and not (said.beside or said.counted)
    prepared = _is_prepared(said.promised, said.said, language)
    return alone and not prepared and said.likeness >= _SAME_WORK


def _begun(said: Statement, language: Language) -> bool:
    """Whether what was to begin has begun or is carried out, and is not only prepared."""
    one_of = language.tables.one_of
    if _is_prepared(said.promised, said.said, language):
        return False
    if (stage_of(said.said, language) or 0) >= DONE:
        return True
    return any(one_of("followup", section).search(said.said) for section in ("starts", "run"))


def _is_prepared(promised: str, said: str, language: Language) -> bool:
    """Whether the review tells a preparation, where not that was promised."""
    prepared = language.tables.one_of("followup", "prepared").search(said)
    return prepared is not None and prepared.group() not in promised


def _is_granted(promised: str, said: str, language: Language) -> bool:
    """Whether something was to be applied for, and is told to be given, by no lower level."""
    one_of = language.tables.one_of
    asked, given, going_on = (one_of("followup", s) for s in ("asked_for", "granted", "going_on"))
    if not asked.search(promised) or not given.search(said) or going_on.search(said):
        return False
    return not _is_less_than_asked(promised, said, language)


def _is_less_than_asked(promised: str, said: str, language: Language) -> bool:
    """Whether what was applied for is only prepared, or given by a lower level of government."""
    wanted, level = _level(promised, language), _level(said, language)
    return 0 < level < wanted or _is_prepared(promised, said, language)


def _level(text: str, language: Language) -> int:
    """The rank of the highest level of government that a part names; 0 where it names none."""
    entries = language.tables.load("followup")["levels"]
    patterns = language.tables.patterns("followup", "levels")
    ranks = (e["rank"] for e, p in zip(entries, patterns, strict=True) if p.search(text))
    return max(ranks, default=0)


def _partly(said: Statement, language: Language) -> bool:
    """Whether only a part or a step is told, where all of it was promised."""
    step = language.tables.one_of("followup", "partly").search(said.said)
    return step is not None and step.group() not in said.promised


def _falls_short(said: Statement, language: Language) -> bool:
    """Whether a thing is told to be at an earlier stage than promised. That is no miss: it may have
    been promised for later, or the review speaks of another part of it."""
    promised, reached = (stage_of(text, language) for text in (said.promised, said.said))
    if promised == DONE and any(_unfinished(text, language) for text in said.beside):
        return True
    if promised == DONE and _partly(said, language):
        return True
    asked = language.tables.one_of("followup", "asked_for").search(said.promised)
    if asked and promised != BEGUN and _is_less_than_asked(said.promised, said.said, language):
        return True
    whole = language.tables.word("changes", "whole")
    told = (said.said, *said.touching)
    if said.counted and whole.search(said.promised) and not any(whole.search(t) for t in told):
        return True
    if promised is None or reached is None or promised not in (BEGUN, DONE):
        return False
    return reached < promised


def _unfinished(text: str, language: Language) -> bool:
    words = (language.tables.one_of("followup", section) for section in ("going_on", "partly"))
    stage = stage_of(text, language)
    return (stage is not None and stage < DONE) or any(word.search(text) for word in words)


def failed(said: Statement, language: Language) -> bool:
    """Whether the review says outright that this was not reached, or later than promised."""
    return language.tables.one_of("followup", "failed").search(said.said) is not None or _late(
        said, language
    )


def _late(said: Statement, language: Language) -> bool:
    """Whether a month is told that is later than the one before which it was promised."""
    done = language.tables.role("followup", "months", "done").search(said.said)
    if done is None:
        return False
    stage = stage_of(said.said, language)
    for start, end in language.comma_parts(said.commitment):
        due = _due(said.commitment[start:end], language)
        if due is None or int(done["month"]) <= due:
            continue
        part = said.commitment[start:end]
        if done["act"] in part or (stage is not None and stage == stage_of(part, language)):
            return True
    return False


def _due(part: str, language: Language) -> int | None:
    """The month by the end of which a comma part promises something; None where it tells none."""
    month = language.tables.role("followup", "months", "due").search(part)
    if month is not None:
        return int(month["month"])
    entries = language.tables.load("followup")["seasons"]
    patterns = language.tables.patterns("followup", "seasons")
    pairs = zip(entries, patterns, strict=True)
    return next((int(e["month"]) for e, pattern in pairs if pattern.search(part)), None)


def fulfilled(said: Statement, language: Language) -> bool:
    """Whether the review says that the year's target was reached, without saying its number."""
    return language.tables.one_of("followup", "fulfilled").search(said.said) is not None


def set_elsewhere(said: Statement, language: Language) -> bool:
    """Whether it was promised to reach what somebody else sets, in a number that is not told."""
    return language.tables.one_of("followup", "set_elsewhere").search(said.promised) is not None
