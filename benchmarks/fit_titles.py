"""Fit which short sentences inside paragraphs are titles: the section titles of outline.yaml.

    python benchmarks/fit_titles.py LABELS_DIR [--cross] [--write]

Logistic regression (ridge) on the cues of ``policydiff/analysis/run_in.py``. Samples are the short
sentences inside paragraphs of the labelled plans in LABELS_DIR that would commit by their own
words: what no reader calls a commitment is a title. ``--cross`` prints precision and recall for
each pair with weights fitted without it; ``--write`` fits on all and writes the table.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from labels import ROOT, labelled, load_score, put_numbers
from sklearn.linear_model import LogisticRegression

import policydiff
from policydiff.analysis.commitments import case_against
from policydiff.analysis.folded import FoldedText
from policydiff.analysis.identity import year_of
from policydiff.analysis.layout import lines_of
from policydiff.analysis.outline import outline
from policydiff.analysis.pieces import pieces_of
from policydiff.analysis.run_in import Cues, cues_of
from policydiff.language.zh import CHINESE
from policydiff.repair.repair import repair

TABLE = ROOT / "policydiff" / "language" / "zh" / "outline.yaml"
INVERSE_PENALTY = 1.0
#: A pair counts by the root of its samples: national reports have many more short sentences.
USUAL_SIZE = 100
#: Sentences against which less is said might commit if they stood alone.
AGAINST_AT_MOST = 1.0


class Sample(NamedTuple):
    """A short sentence. ``title``: no reader calls it a commitment."""

    pair: str
    text: str
    cues: Cues
    title: bool


def samples_of(score, path: Path) -> Iterator[Sample]:
    """The short sentences of both reports of a labelled pair on which its readers agree."""
    gold = score.load_gold(path)
    for side in ("old", "new"):
        source = policydiff.read(gold[side]).source
        repaired = repair(source, CHINESE)
        plain = CHINESE.fold(repaired.text)
        lines = lines_of(plain, CHINESE)
        year = year_of(plain, lines, CHINESE)
        stretches = outline(plain, CHINESE, year=year, lines=lines).stretches
        units = score.units(source)
        low, high = gold[f"{side}_plan"]
        certain, perhaps = gold[f"{side}_certain"], gold[f"{side}_any"]
        for piece, cues in cues_of(pieces_of(plain, stretches, CHINESE), CHINESE):
            span = repaired.span(piece.stretch.start, piece.stretch.end)
            at = {u for u in score.overlap_units(units, *span) if low <= u <= high}
            against = case_against(FoldedText(piece.text, CHINESE), has_target=False)
            agreed = bool(at) and (at <= certain or not at & perhaps)
            if agreed and against < AGAINST_AT_MOST:
                yield Sample(path.stem, piece.text, cues, not at & perhaps)


def fit(samples: list[Sample]) -> tuple[np.ndarray, float]:
    """The weights of the cues, and what is added to every sum."""
    size = Counter(sample.pair for sample in samples)
    fitted = LogisticRegression(C=INVERSE_PENALTY, max_iter=2000).fit(
        np.array([sample.cues for sample in samples]),
        [sample.title for sample in samples],
        sample_weight=[(USUAL_SIZE / size[sample.pair]) ** 0.5 for sample in samples],
    )
    return fitted.coef_[0], float(fitted.intercept_[0])


def told(name: str, samples: list[Sample], weights: np.ndarray, offset: float) -> list[int]:
    """Print how well some samples come out; how many are called titles, are titles, and both."""
    called = [float(np.dot(weights, s.cues)) + offset > 0 for s in samples]
    right = sum(c and s.title for c, s in zip(called, samples, strict=True))
    counts = [right, sum(called), sum(s.title for s in samples)]
    print(f"{name:24} P {right / max(1, counts[1]):.3f} R {right / max(1, counts[2]):.3f}", counts)
    return counts


def cross(samples: list[Sample]) -> None:
    """Print how each pair comes out with weights fitted without it."""
    for name in sorted({sample.pair for sample in samples}):
        rest = [sample for sample in samples if sample.pair != name]
        told(name, [sample for sample in samples if sample.pair == name], *fit(rest))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("--cross", action="store_true", help="leave out one pair after the other")
    parser.add_argument("--write", action="store_true", help="put the weights into the table")
    args = parser.parse_args()
    score = load_score(args.labels)
    samples = [s for path in labelled(args.labels) for s in samples_of(score, path)]
    if args.cross:
        cross(samples)
    weights, offset = fit(samples)
    told("all", samples, weights, offset)
    values = dict(zip(Cues._fields, map(float, weights), strict=True), offset=offset)
    for name, value in values.items():
        print(f"{value:6.2f}  {name}")
    if args.write:
        put_numbers(TABLE, "titles", "  - cue: {}\n    weight: ", values)


if __name__ == "__main__":
    main()
