"""Which commitments of a corpus carry the same commitments as some clauses.

The links are those that ``align`` makes with each report. Where numpy is installed, many reports
are judged at once (align/arrays.py); else, and where a report repeats itself all over, each is
judged by ``align``'s own functions. Both give the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import repeat, tee
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from policydiff.align.align import LinkModel, best_of_either, link_model
from policydiff.align.bounds import Bounds
from policydiff.align.evidence import ClauseList, clause_list, evidence, layout_of, listed
from policydiff.align.identical import bare, settled, without_numbers
from policydiff.align.packed import unpacked
from policydiff.analysis.clause import analysed
from policydiff.analysis.documents import language_of
from policydiff.corpus.index import Entry, Index
from policydiff.corpus.rows import Sketch
from policydiff.language.language import Language
from policydiff.models import Clause

if TYPE_CHECKING:
    from policydiff.align.arrays import ArrayJudge

#: A clause asked for, the position of a commitment of the report, and a score of 0..1.
IndexedLink = tuple[int, int, float]


class ReportLinks(NamedTuple):
    """The links of one report: ``report`` is the number that ``Entry.id`` and ``Index.clause`` use.

    ``links`` are in order of the positions, then of the clauses; ``bounded``: whether so much is
    alike that not all of it was looked at.
    """

    report: int
    links: Sequence[IndexedLink]
    bounded: bool = False


def links_to(
    clauses: Sequence[Clause], index: Index, reports: Sequence[Entry]
) -> Iterator[ReportLinks]:
    """The links between some clauses, all commitments of one report, and those of a corpus.

    Only ``reports`` are searched; they come in the order given.
    """
    language = language_of(clauses)
    ready = analysed(clauses, language)
    asked, model = listed(ready), link_model(language)
    same = _Same([bare(clause.folded) for clause in ready], index)
    judge = _array_judge(asked, model)
    sketches, judged = tee(index.sketches(reports))
    found = judge.links(judged) if judge else repeat(None)
    for sketch, links in zip(sketches, found, strict=False):
        bounds = Bounds()
        if links is None:
            links = links_of(asked, sketch, model, language, bounds)
        several = max(len(clauses), len(sketch.lines))
        links = _with_settled(links, same.in_report(sketch), several, bounds)
        yield ReportLinks(sketch.report, links, bounds.met)


def links_of(
    asked: ClauseList,
    report: Sketch,
    model: LinkModel,
    language: Language,
    bounds: Bounds | None = None,
) -> list[IndexedLink]:
    """The links of one report, settled or not, by ``align``'s own functions; ``bounds`` as in
    ``evidence``."""
    features = list(unpacked(report.features, language, asked.spread))
    other = clause_list(features, layout_of(report.lines, report.sections))
    judged = evidence(asked, other, bounds=bounds)
    scored = [(i, j, model.likelihood(found)) for (i, j), found in judged.items()]
    return [link for link in scored if link[2] >= model.linked]


def _with_settled(
    links: list[IndexedLink], same: Sequence[tuple[int, int]], several: int, bounds: Bounds
) -> list[IndexedLink]:
    """The links of a report in order; pairs with the same words look for nobody else.

    ``several``: how many clauses the longer of the two has; ``bounds`` is told where not all links
    are kept.
    """
    done_old, done_new = ({pair[side] for pair in same} for side in (0, 1))
    scores = {(i, j): p for i, j, p in links if i not in done_old and j not in done_new}
    links = [(i, j, scores[i, j]) for i, j in best_of_either(scores, several)]
    bounds.met |= len(links) < len(scores)
    links += ((i, j, 1.0) for i, j in same)
    return sorted(links, key=itemgetter(1, 0))


class _Same:
    """Which commitments have the same words as those asked for, marks aside; see ``settled``.

    A sentence that a report repeats goes with all its copies, whatever heading they stand under:
    who else makes a commitment does not hang on that.
    """

    def __init__(self, texts: Sequence[str], index: Index) -> None:
        """``texts``: those asked for, bare of marks."""
        self._texts = texts
        self._index = index
        numbers = index.wordings(texts)
        self._wordings = [numbers.get(text) for text in texts]
        self._common = set(numbers.values())
        # Blanked numbers are like any number: then all texts have to be looked at.
        self._asks_for_blanks = any("x" in text for text in texts)
        forms = set(map(without_numbers, texts))
        self._blanked = {k for k, t in index.blanked().items() if without_numbers(t) in forms}

    def in_report(self, sketch: Sketch) -> list[tuple[int, int]]:
        """The pairs of a clause asked for and a commitment of a report that settle each other."""
        if self._asks_for_blanks or not self._blanked.isdisjoint(sketch.wordings):
            return settled(self._texts, self._index.texts(sketch.report))
        common = self._common.intersection(sketch.wordings)
        if not common:
            return []
        here = [(i, str(k)) for i, k in enumerate(self._wordings) if k in common]
        there = [(j, str(k)) for j, k in enumerate(sketch.wordings) if k in common]
        pairs = settled([text for _, text in here], [text for _, text in there])
        return [(here[i][0], there[j][0]) for i, j in pairs]


def _array_judge(asked: ClauseList, model: LinkModel) -> ArrayJudge | None:
    """Who judges many reports at once, where numpy is installed."""
    if find_spec("numpy") is None:
        return None
    from policydiff.align.arrays import ArrayJudge

    return ArrayJudge(asked, model)
