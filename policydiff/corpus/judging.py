"""The links of some clauses with the commitments of reports, judged from stored rows alone.

So any process can do it, here or on a cluster: it needs no index.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from importlib.util import find_spec
from itertools import tee
from typing import TYPE_CHECKING, NamedTuple

from policydiff.align.align import LinkModel, link_model
from policydiff.align.bounds import Bounds
from policydiff.align.evidence import ClauseList, clause_list, evidence, layout_of
from policydiff.align.lanes import LaneJudge
from policydiff.align.packed import IndexedLink, unpacked
from policydiff.corpus.rows import Sketch
from policydiff.language.language import Language

if TYPE_CHECKING:
    from policydiff.align.arrays import ArrayJudge


class Judged(NamedTuple):
    """The links of one report, settled or not; whether not all that is alike was looked at; and
    the numbers of the wordings of its commitments, in order."""

    links: list[IndexedLink]
    bounded: bool
    wordings: Sequence[int]


class Question(NamedTuple):
    """The clauses asked for, and who judges many reports."""

    asked: ClauseList
    judge: ArrayJudge | LaneJudge


def question(asked: ClauseList, language: Language) -> Question:
    """What some clauses, all commitments of a report, are asked with."""
    return Question(asked, _judge(asked, link_model(language)))


def question_of(sketch: Sketch, language: Language) -> Question:
    """The same of a report of which the sketch is known."""
    return question(_clauses(sketch, language), language)


def judged(asked: Question, reports: Iterable[Sketch], language: Language) -> Iterator[Judged]:
    """The links of each of some reports, one after the other."""
    model = link_model(language)
    several, one_by_one = tee(reports)
    for report, links in zip(one_by_one, asked.judge.links(several), strict=True):
        bounds = Bounds()
        if links is None:
            links = links_of(asked.asked, report, model, language, bounds)
        yield Judged(links, bounds.met, report.wordings)


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


def _judge(asked: ClauseList, model: LinkModel) -> ArrayJudge | LaneJudge:
    """Who judges many reports, at once where numpy is installed."""
    if find_spec("numpy") is None:
        return LaneJudge(asked, model)
    from policydiff.align.arrays import ArrayJudge

    return ArrayJudge(asked, model)
