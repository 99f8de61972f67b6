"""The links of some clauses with the commitments of reports, judged from stored rows alone.

So any process can do it, here or on a cluster: it needs no index.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from itertools import repeat, tee
from typing import TYPE_CHECKING, NamedTuple

from policydiff.align.align import LinkModel, link_model
from policydiff.align.bounds import Bounds
from policydiff.align.evidence import ClauseList, clause_list, evidence, layout_of
from policydiff.align.packed import unpacked
from policydiff.corpus.rows import Sketch, sketch_of
from policydiff.language.language import Language, language_named

if TYPE_CHECKING:
    from policydiff.align.arrays import ArrayJudge

#: A clause asked for, the position of a commitment of the report, and a score of 0..1.
IndexedLink = tuple[int, int, float]
#: The links of one report, settled or not, and whether not all that is alike was looked at.
Judged = tuple[list[IndexedLink], bool]


class Rows(NamedTuple):
    """What is judged elsewhere: ``asked`` and ``reports`` are the values of sketches."""

    language: str
    asked: bytes
    reports: Sequence[bytes]


def judged_rows(rows: Rows, name: str) -> list[Judged]:
    """The links of each of some reports; ``name`` says for people which they are."""
    question = _asked_before(rows.language, rows.asked)
    sketches = (sketch_of(k, row) for k, row in enumerate(rows.reports))
    return list(_judged(question, sketches, language_named(rows.language)))


def judged(asked: ClauseList, reports: Iterable[Sketch], language: Language) -> Iterator[Judged]:
    """The links of each of some reports, one after the other."""
    return _judged(_question(asked, language), reports, language)


class _Question(NamedTuple):
    """The clauses asked for, and who judges many reports at once, where numpy is installed."""

    asked: ClauseList
    judge: ArrayJudge | None


@lru_cache(maxsize=1)
def _asked_before(language: str, row: bytes) -> _Question:
    """The question that a value stands for. A worker gets many shares of one, and making it ready
    takes as long as ten reports."""
    known = language_named(language)
    return _question(_clauses(sketch_of(0, row), known), known)


def _question(asked: ClauseList, language: Language) -> _Question:
    return _Question(asked, _array_judge(asked, link_model(language)))


def _judged(question: _Question, reports: Iterable[Sketch], language: Language) -> Iterator[Judged]:
    asked, judge = question
    model = link_model(language)
    several, one_by_one = tee(reports)
    at_once = judge.links(several) if judge else repeat(None)
    for report, links in zip(one_by_one, at_once, strict=False):
        bounds = Bounds()
        if links is None:
            links = links_of(asked, report, model, language, bounds)
        yield links, bounds.met


def links_of(
    asked: ClauseList,
    report: Sketch,
    model: LinkModel,
    language: Language,
    bounds: Bounds | None = None,
) -> list[IndexedLink]:
    """The links of one report, settled or not, by ``align``'s own functions; ``bounds`` as in
    ``evidence``."""
    found = evidence(asked, _clauses(report, language, asked.spread), bounds=bounds)
    scored = [(i, j, model.likelihood(pair)) for (i, j), pair in found.items()]
    return [link for link in scored if link[2] >= model.linked]


def _clauses(sketch: Sketch, language: Language, only: Container[str] | None = None) -> ClauseList:
    """The clauses of a sketch as a list to align; ``only`` as in ``unpacked``."""
    features = list(unpacked(sketch.features, language, only))
    return clause_list(features, layout_of(sketch.lines, sketch.sections))


def _array_judge(asked: ClauseList, model: LinkModel) -> ArrayJudge | None:
    """Who judges many reports at once, where numpy is installed."""
    if find_spec("numpy") is None:
        return None
    from policydiff.align.arrays import ArrayJudge

    return ArrayJudge(asked, model)
