"""What stands in a file behind the report: a second copy, lists of projects, the page's foot.

Works on folded text.
"""

from __future__ import annotations

from collections.abc import Sequence

from policydiff.analysis.layout import LONGEST_HEADING, Line, parts_named, shows, without_tail
from policydiff.analysis.sentences import BACK, PLAN, Sentence, State, years_of
from policydiff.language.language import Language

#: Shorter sentences recur in any report.
_LONG_SENTENCE = 12
#: A second copy repeats so many sentences at least, and this share of what stands in its stretch.
_REPEATED = 12
_REPEATED_SHARE = 0.7
#: And it is this share of the whole file.
_SHARE_OF_FILE = 0.3


def second_copy(text: str, cut: Sequence[Sentence]) -> tuple[int, int] | None:
    """The sentences, from and up to, that repeat what stood before; None where hardly any do."""
    seen: set[str] = set()
    again: list[int] = []
    long = 0
    for i, sentence in enumerate(cut):
        words = "".join(text[sentence.body : sentence.end].split())
        if len(words) < _LONG_SENTENCE:
            continue
        long += 1
        if words in seen:
            again.append(i)
        seen.add(words)
    if len(again) < max(_REPEATED, _SHARE_OF_FILE * long):
        return None
    end = again[-1] + 1
    within = 0  # long sentences from the one at hand to the end
    best: int | None = None
    repeats = set(again)
    repeated = 0
    for i in range(end - 1, again[0] - 1, -1):
        within += cut[i].end - cut[i].body >= _LONG_SENTENCE
        repeated += i in repeats
        if i in repeats and repeated >= _REPEATED_SHARE * within:
            best = i
    return (best, end) if best is not None and repeated >= _REPEATED else None


def annexes(
    text: str, cut: Sequence[Sentence], language: Language, year: int | None
) -> dict[int, State]:
    """The sentences of lists of projects behind the closing, each with its part.

    The list of this year's projects promises, the list of what became of last year's does not.
    """
    explains = language.tables.role("outline", "signs", "explains")
    annex, results = shows(language, "promising annex"), shows(language, "annex of results")
    behind = len(cut)
    while behind and not _calls(text, cut[behind - 1], language):
        behind -= 1
    if not behind:
        return {}
    found: dict[int, State] = {}
    state: State | None = None
    for i in range(behind, len(cut)):
        sentence = cut[i]
        body = without_tail(text[sentence.body : sentence.end], language).replace(" ", "")
        if sentence.level is None and sentence.place != "sentence" and len(body) <= LONGEST_HEADING:
            if annex.search(body):
                past = year is not None and any(
                    int(y) < year for y in years_of(language).findall(body)
                )
                state = BACK if past or results.search(body) else PLAN
            elif parts_named(body, language) & {"other", "review"}:
                state = None
        if explains.search(body):
            state = None
        if state is not None:
            found[i] = state
    return found


def _calls(text: str, sentence: Sentence, language: Language) -> bool:
    call = language.tables.role("outline", "signs", "call")
    return call.search(text[sentence.start : sentence.end].strip()) is not None


def rights_line(text: str, lines: Sequence[Line], language: Language) -> int:
    """The index behind the last line of the report: a rights line in its second half closes it."""
    rights = shows(language, "rights")
    for i in range(len(lines) // 2, len(lines)):
        if lines[i].furniture and rights.fullmatch(text, lines[i].start, lines[i].end):
            return i
    return len(lines)
