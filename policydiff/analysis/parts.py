"""Which part each sentence of a report belongs to, decided for the whole report at once.

A heading is evidence, not a switch: what a sentence says, how it begins, the years that it names
and where it stands all weigh in, and each change of part costs something that depends on where it
would happen (at a heading, at a paragraph, inside one). The best sequence of parts is found by
Viterbi's algorithm. The weights lie in the table ``parts`` (tsv); ``benchmarks/fit_parts.py``
makes it. Works on folded text; every offset is one into it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from operator import lshift, sub
from typing import NamedTuple

from policydiff.analysis.appended import annexes, rights_line, second_copy
from policydiff.analysis.doubts import GUESSED, NO_PLAN, TWICE
from policydiff.analysis.layout import (
    LONGEST_HEADING,
    Line,
    mark_pattern,
    parts_named,
    without_tail,
)
from policydiff.analysis.sentences import (
    BACK,
    FIVE_YEAR,
    FRONT,
    PLACES,
    PLAN,
    REVIEW,
    STATES,
    Sentence,
    State,
    sentences,
    signs_of,
    years_of,
)
from policydiff.analysis.shared_heading import plan_below
from policydiff.language.language import Language
from policydiff.language.patterns import compile_pattern
from policydiff.language.words import WordsAnywhere
from policydiff.models import Part

Weights = tuple[int, ...]
_NOTHING: Weights = (0,) * len(STATES)
#: Weights are whole numbers, of so many to a nat.
UNIT = 100
_PART: tuple[Part, ...] = ("other", "review", "problems", "plan", "plan", "other")

#: Kinds of cues that are words of any length, as against names of classes.
WORD_KINDS = ("in", "opens", "line", "heading")
#: Those of which single characters and pairs anywhere in a text count; longer runs were no better.
RUN_KINDS = ("in", "heading")

#: The beginnings of a sentence that are looked up, in characters, and how much of it is read for
#: them: a number counts as one character there.
_OPENINGS = (2, 3, 4, 6)
_OPENING = 60
#: A line of so few characters may name what follows though it is not laid out as a heading.
_SHORT_LINE = 20
#: Borders of the classes of length of a sentence, in characters.
_LENGTHS = (8, 20, 40, 100)
#: A sentence with so many numbers or more is one full of them.
_MANY_NUMBERS = 3

#: The report is divided into so many stretches of equally many sentences. Only where the first ones
#: lie is told: a review is no longer than this share of a file, a plan of any length.
_STRETCHES = 10
_OPEN_END = 0.6
#: Title, date and salutation are no more sentences than this, however long the report.
_TOP = 12
#: A text of fewer sentences is an extract, which may hold any part at any place.
_WHOLE = 60
#: Signs of the closing, which stands in the last two thirds of a file, annexes included.
_AT_THE_END = ("call", "last word")
_LATE = 0.35

#: What a heading over a plan and nothing else says, with or without its year.
_PLANS = ("plan", "plan, this year", "plan, later year")
#: What a title over the whole report says: numbered headings below it name its parts.
_BOTH = "plan+review"
_NUMBER = compile_pattern("[0-9.%]+")


def _relation(year: int, planned: int) -> str:
    if year < planned - 1:
        return "earlier"
    return {-1: "last", 0: "this"}.get(year - planned, "later")


class Reader:
    """What the sentences of one report, read in order, show of the part that they belong to.

    ``year``: the year that the report plans, where it is known.
    """

    def __init__(self, language: Language, year: int | None) -> None:
        self.language = language
        self.year = year
        #: What tells by itself, in the first part of a report and behind it.
        self.signs = signs_of(language, _AT_THE_END), signs_of(language)
        self.exclaims, self.whole = (mark_pattern(language, r) for r in ("exclaims", "whole"))
        self.years = years_of(language)
        self.above = "nothing"  # what the last heading of a part said
        self.counted = True  # and whether it had a number
        self.below = "nothing"  # what the heading said that the sentence stands below

    def cues_of(
        self, text: str, sentence: Sentence, before: int, of: int
    ) -> Iterator[tuple[str, Iterable[str]]]:
        """The cues of a sentence: kinds, each with the words or classes that it shows, each once.

        Of ``RUN_KINDS`` a text, which shows its runs of one or two characters. ``before``: how many
        of the report's sentences stand before it; ``of``: all of them.
        """
        whole = text[sentence.start : sentence.end].strip()
        body = text[sentence.body : sentence.end].replace(" ", "")
        heading = sentence.place in ("part heading", "heading")
        yield "in", body
        if heading:
            yield "heading", body
        plain = _NUMBER.sub("0", body[:_OPENING])
        openings = [plain[:k] for k in _OPENINGS if len(plain) >= k]
        yield "opens", openings
        if sentence.place == "paragraph":
            yield "line", openings
        years = [int(y) for y in self.years.findall(body)]
        relations: set[str] = set()
        if self.year is not None:
            relations = {_relation(y, self.year) for y in years}
            yield "year", relations
            if heading:
                yield "heading year", relations
        yield "says", self._says(body, sentence, years)
        yield "below", {self.below}
        yield "shape", set(self._shapes(whole, body, sentence, before, of))

    def _says(self, body: str, sentence: Sentence, years: list[int]) -> set[str]:
        """What a heading, or a line as short as one, says of the text below it."""
        if sentence.place == "sentence":
            return set()
        body = without_tail(body, self.language)
        heading = sentence.place in ("part heading", "heading")
        if not heading and len(body) > _SHORT_LINE:
            return set()
        named = parts_named(body, self.language)
        if not heading:
            return named & {"other"}
        relation = _relation(max(years), self.year) if years and self.year is not None else None
        if named == {"plan"} and relation in ("last", "earlier"):
            named = {"review"}  # last year's main work
        name = "+".join(sorted(named)) or "nothing"
        below = relation is None and sentence.level is not None and not self.counted
        below = below and not (self.above == _BOTH and named)  # a title over both
        if sentence.place == "heading" or below:
            # Below a part's heading without number, sections count from one.
            return {f"section {name}", f"section under {self.above}"}
        says = {name}
        self.below = f"{name}, {relation} year" if relation else name
        if relation:
            says.add(self.below)
        if not named:
            kind = "nothing" if sentence.level is None else "a number"
            self.below = f"{kind} behind {self.above}"
            says.add(self.below)
        else:
            self.above, self.counted = name, sentence.level is not None
        return says

    def _shapes(
        self, whole: str, body: str, sentence: Sentence, before: int, of: int
    ) -> Iterator[str]:
        level = "" if sentence.level is None else f" {sentence.level}"
        yield f"{sentence.place}{level}"
        yield f"numbers {min(_MANY_NUMBERS, len(_NUMBER.findall(body)))}"
        # A text may be a plan alone: below a heading that says so its place in the file is no cue.
        if of >= _WHOLE and before < of * _OPEN_END and self.below not in _PLANS:
            yield f"stretch {before * _STRETCHES // of}" if before >= _TOP else "top"
        yield f"length {bisect_right(_LENGTHS, len(whole))}"
        if self.exclaims.match(whole[-1]):
            yield "exclaims"
        elif not self.whole.match(whole[-1]):
            yield "no stop"
        signs, roles = self.signs[before >= of * _LATE]
        for role, shown in zip(roles, signs.in_text(whole), strict=True):
            if shown:
                yield role
                if role == _AT_THE_END[0]:
                    self.below = role


#: Weights of all states travel as one whole number, so that adding is one step: a field of so many
#: bits for each. The weights of all cues of the table together take up a thirtieth of one.
_FIELD = 20
_MIDDLE = 1 << (_FIELD - 1)
_FIELDS = [_FIELD * state for state in range(len(STATES))]
_MIDDLES = sum(_MIDDLE << field for field in _FIELDS)
_WHOLE_FIELD = 2 * _MIDDLE - 1


def _packed(weights: Weights) -> int:
    return sum(map(lshift, weights, _FIELDS))


def _unpacked(total: int) -> Weights:
    """The sums of weights that were packed.

    >>> _unpacked(_packed((1, -2, 0, 0, 0, 3)) + _packed((1, -2, 0, 5, 0, -4)))
    (2, -4, 0, 5, 0, -1)
    """
    total += _MIDDLES
    return tuple([((total >> field) & _WHOLE_FIELD) - _MIDDLE for field in _FIELDS])


class PartModel:
    """The weights of the table: for cues, for the first sentence, and for changes of part.

    They are in hundredths of a nat, so that sums do not depend on their order.
    """

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self.weights: dict[str, dict[str, Weights]] = {}
        self.begin = _NOTHING
        #: For each place where a sentence may stand: what each change of state weighs there.
        self.changes: dict[str, list[Weights]] = {
            place: [_NOTHING] * len(STATES) for place in PLACES
        }
        for kind, name, *numbers in rows:
            weights = tuple(map(int, numbers))
            if kind == "begin":
                self.begin = weights
            elif kind.startswith("from "):
                self.changes[name][STATES.index(kind.removeprefix("from "))] = weights
            else:
                self.weights.setdefault(kind, {})[name] = weights
        self._packed = {
            kind: {word: _packed(w) for word, w in words.items()}
            for kind, words in self.weights.items()
        }
        self._runs = {kind: WordsAnywhere(self.weights.get(kind, ())) for kind in RUN_KINDS}
        #: For each place, leading state and other state: so many points more than the leading one's
        #: the other's score must have, or else no change from it may be part of the best sequence.
        self._lead = {
            place: [[min(map(sub, leading, row)) for row in rows] for leading in rows]
            for place, rows in self.changes.items()
        }

    def evidence(self, cues: Iterable[tuple[str, Iterable[str]]]) -> Weights:
        """The sum of the weights of the cues, one number for each state."""
        total = 0
        for kind, words in cues:
            packed = self._packed.get(kind, {})
            if kind in self._runs:
                total += sum(map(packed.__getitem__, self._runs[kind].in_text(str(words))))
                continue
            for word in words:
                if word in packed:
                    total += packed[word]
        return _unpacked(total)

    def score(
        self, evidence: Sequence[Weights], places: Sequence[str], states: Sequence[State]
    ) -> int:
        """The weight of one sequence of states."""
        own = sum(weights[state] for weights, state in zip(evidence, states, strict=True))
        steps = zip(places[1:], states, states[1:], strict=False)
        return own + sum(self.changes[place][a][b] for place, a, b in steps)

    def best(self, evidence: Sequence[Weights], places: Sequence[str]) -> list[State]:
        """The states of the best sequence (Viterbi)."""
        if not evidence:
            return []
        score = [a + b for a, b in zip(evidence[0], self.begin, strict=True)]
        back: list[list[State]] = []
        for weights, place in zip(evidence[1:], places[1:], strict=True):
            changes = self.changes[place]
            most = max(score)
            leads = self._lead[place][score.index(most)]
            live = [k for k, lead in enumerate(leads) if score[k] - most >= lead]
            came = [live[0]] * len(STATES)
            reached = [score[live[0]] + change for change in changes[live[0]]]
            for k in live[1:]:
                points = score[k]
                for to, change in enumerate(changes[k]):
                    if points + change > reached[to]:
                        reached[to] = points + change
                        came[to] = k
            back.append(came)
            score = [a + b for a, b in zip(reached, weights, strict=True)]
        path = [max(range(len(STATES)), key=score.__getitem__)]
        for came in reversed(back):
            path.append(came[path[-1]])
        return path[::-1]


# --- the parts of a report


class Parts(NamedTuple):
    """The parts of a report. ``starts``: where each sentence begins, in order; ``states``: its."""

    starts: list[int]
    states: list[State]
    warnings: tuple[str, ...]

    def at(self, offset: int) -> Part:
        """The part of what begins at ``offset``."""
        return _PART[self._state(offset)]

    def in_front(self, offset: int) -> bool:
        """Whether what begins at ``offset`` stands before the report: a title, a date."""
        return self._state(offset) == FRONT

    def _state(self, offset: int) -> State:
        k = bisect_right(self.starts, offset) - 1
        return self.states[k] if k >= 0 else FRONT


@cache
def model_of(language: Language) -> PartModel:
    """The weights for the reports of a language."""
    return PartModel(language.tables.rows("parts"))


def parts_of(text: str, lines: Sequence[Line], language: Language, year: int | None) -> Parts:
    """The part of every sentence of the report; ``year``: the one that it plans, where known."""
    warnings: list[str] = []
    closed = rights_line(text, lines, language)
    body = [line for line in lines[:closed] if not line.furniture]
    cut = sentences(text, body, language)
    repeated = second_copy(text, cut)
    if repeated:
        warnings.append(TWICE.format(line=text.count("\n", 0, cut[repeated[0]].start) + 1))
    apart = annexes(text, cut, language, year)
    if repeated:
        apart |= dict.fromkeys(range(*repeated), BACK)
    kept = [i for i in range(len(cut)) if i not in apart]
    reader = Reader(language, year)
    evidence = [
        model_of(language).evidence(reader.cues_of(text, cut[i], k, len(kept)))
        for k, i in enumerate(kept)
    ]
    best = model_of(language).best(evidence, [cut[i].place for i in kept])
    states = [apart.get(i, FRONT) for i in range(len(cut))]
    for i, state in zip(kept, best, strict=True):
        states[i] = state
    kept_cut = [cut[i] for i in kept]
    if not {PLAN, FIVE_YEAR} & set(states):
        below = plan_below(evidence, best, kept_cut, text, language)
        if below is not None and len(cut) <= _EXTRACT:
            for i, state in zip(kept, below, strict=True):
                states[i] = state
            warnings.append(GUESSED)
        elif _open_to_doubt(evidence, best, kept_cut, text, language, model_of(language)):
            states = [apart.get(i, PLAN) for i in range(len(cut))]
            if len(cut) > _EXTRACT or _has_parts_without_name(kept_cut, text, language):
                warnings.append(GUESSED)
        else:
            warnings.append(NO_PLAN)
    elif len(cut) > _EXTRACT and _guessed(evidence, best, kept_cut, text, language):
        warnings.append(GUESSED)
    starts = [sentence.start for sentence in cut]
    if closed < len(lines):
        starts.append(lines[closed].start)
        states.append(BACK)
    return Parts(starts, states, tuple(warnings))


def _has_parts_without_name(cut: Sequence[Sentence], text: str, language: Language) -> bool:
    """Whether headings divide the text into parts and none says which: slogans, for instance."""
    heads = [s for s in cut if s.place == "part heading"]
    named = any(parts_named(text[s.body : s.end], language) for s in heads)
    return len(heads) > 1 and not named


#: A text of no more sentences is an extract: nobody expects it to say where its plan begins.
_EXTRACT = 12
#: A text without headings is a plan unless it is likelier something else by so many nats.
_LIKELIER = 12


def _open_to_doubt(
    evidence: Sequence[Weights],
    states: Sequence[State],
    cut: Sequence[Sentence],
    text: str,
    language: Language,
    model: PartModel,
) -> bool:
    """Whether a text in which no plan was found may as well be one: no heading says otherwise.

    Any short line may say that the text looks back. Only a heading says that it plans: a deputy is
    asked for suggestions (plan) in reports that were cut off before theirs.
    """
    short = [
        (sentence.place, parts_named(text[sentence.body : sentence.end], language))
        for sentence in cut
        if sentence.place != "sentence" and sentence.end - sentence.body <= LONGEST_HEADING
    ]
    if any(named & {"review", "problems"} for _, named in short):
        return False
    if any("plan" in named for place, named in short if place != "paragraph"):
        return True
    places = [sentence.place for sentence in cut]
    likelier = model.score(evidence, places, states) - model.score(
        evidence, places, [PLAN] * len(states)
    )
    return likelier < _LIKELIER * UNIT


#: Fewer nats a sentence by which a plan reads like a plan rather than a review are a guess.
_CLEAR = 0.5


def _guessed(
    evidence: Sequence[Weights],
    states: Sequence[State],
    cut: Sequence[Sentence],
    text: str,
    language: Language,
) -> bool:
    """Whether no heading opens the plan and its sentences hardly read like one."""
    first = next((i for i, state in enumerate(states) if state in (FIVE_YEAR, PLAN)), None)
    if first is None:
        return False
    head = cut[first]
    if head.place == "part heading" or (
        head.place != "sentence" and "plan" in parts_named(text[head.body : head.end], language)
    ):
        return False
    margins = [
        max(own[PLAN], own[FIVE_YEAR]) - own[REVIEW]
        for own, state in zip(evidence, states, strict=True)
        if state in (FIVE_YEAR, PLAN)
    ]
    return sum(margins) < _CLEAR * UNIT * len(margins)
