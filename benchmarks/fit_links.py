"""Fit the weights with which align.py judges a pair, and print them for language/zh/weights.yaml.

    python benchmarks/fit_links.py LABELS_DIR [--on PAIR ...] [--decided FILE ...]
        [--semantic] [--worth] [--write]

LABELS_DIR holds labelled pairs of reports as JSON beside score.py and units.py. The model is a
logistic regression on standardised evidence with a ridge penalty, in which no weight may be
negative (likeness never speaks against a link), unfolded to plain weights on the raw evidence.
The fictional pairs of corpora/ are fitted along, as county reports among the real ones of provinces
and the nation, and so are files that policydiff --export-labels wrote of decisions (--decided).
--on names the pairs to fit on, all unless told. Before it fits on all of them it
prints, pair by pair, the F1 that weights fitted without the pair reach. --worth prints the mean of
that with each kind of evidence left out. --semantic fits the weights that hold where a language
model is asked (the extra semantic), with its evidence; its vectors are kept as those of compare.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from labels import ROOT, TRUTH, labelled, load_score, put_numbers, quoted
from scipy.optimize import minimize
from scipy.special import expit

import policydiff
from policydiff.align.align import LINKED
from policydiff.align.evidence import NAMES, evidence, listed
from policydiff.analysis.clause import analysed
from policydiff.language.zh import CHINESE
from policydiff.semantic.encoders import encoder_from
from policydiff.semantic.evidence import NAMES as SEMANTIC_NAMES
from policydiff.semantic.vectors import Side, Vectors, nearness

TABLE = ROOT / "policydiff" / "language" / "zh" / "weights.yaml"
#: Chosen by leaving out one pair at a time; from 1 to 20 F1 changes by 0.002.
RIDGE = 5.0
#: How far a pair of reports with many links counts for less: its links are divided by this power of
#: their number. 0 counts every link the same, 1 every pair; F1 is 0.003 and 0.002 lower at these.
EQUAL = 0.65


class Samples(NamedTuple):
    """Evidence, label (1 linked, 0 not, -1 not judged) and units of the candidates of a pair."""

    gold: dict | None
    rows: np.ndarray
    labels: np.ndarray
    units: list | None


def link_evidence(old, new, vectors: Vectors | None):
    """The candidate pairs of two documents, each with what speaks for it."""
    sides = [analysed(document.commitments, CHINESE) for document in (old, new)]
    lists = [listed(side) for side in sides]
    if vectors is None:
        return evidence(*lists).items()
    texts = (Side([c.folded for c in side], [c.line for c in side]) for side in sides)
    near = nearness(vectors, *texts)
    every = evidence(*lists, near.pairs).items()
    return [(pair, (*found, *near.evidence(*pair))) for pair, found in every]


def samples(score, path: Path, vectors: Vectors | None = None) -> Samples:
    """The samples of a labelled pair."""
    gold = score.load_gold(path)
    documents = {side: policydiff.read(gold[side]) for side in ("old", "new")}
    spans = {}
    for side, document in documents.items():
        units = score.units(document.source)
        spans[side] = [
            set(score.overlap_units(units, c.start, c.end)) for c in document.commitments
        ]
    rows, labels, units_of = [], [], []
    for (i, j), found in link_evidence(documents["old"], documents["new"], vectors):
        pairs = {(u, v) for u in spans["old"][i] for v in spans["new"][j]}
        judged = spans["old"][i] & gold["old_any"] and spans["new"][j] & gold["new_any"]
        rows.append(found)
        labels.append(1 if pairs & gold["acceptable"] else 0 if judged else -1)
        units_of.append(pairs)
    return Samples(gold, np.array(rows), np.array(labels), units_of)


class Fitted:
    """Weights on raw evidence and the offset."""

    def __init__(self, data: Sequence[Samples], kinds: Sequence[int]) -> None:
        """``kinds``: the places of the kinds of evidence to fit on."""
        self.kinds = kinds
        known = [(some.rows[some.labels >= 0], some.labels[some.labels >= 0]) for some in data]
        rows = np.vstack([x for x, _ in known])[:, kinds]
        labels = np.hstack([y for _, y in known])
        links = np.array([max(1, (y > 0).sum()) for _, y in known])
        each = np.repeat((links.mean() / links) ** EQUAL, [len(y) for _, y in known])
        mean, scale = rows.mean(0), rows.std(0) + 1e-9
        standard = (rows - mean) / scale
        n = rows.shape[1]

        def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
            z = standard @ theta[:n] + theta[n]
            value = (each * (np.logaddexp(0, z) - z * labels)).sum()
            wrong = each * (expit(z) - labels)
            gradient = np.append(standard.T @ wrong + RIDGE * theta[:n], wrong.sum())
            return value + RIDGE * (theta[:n] ** 2).sum() / 2, gradient

        bounds = [(0, None)] * n + [(None, None)]
        theta = minimize(loss, np.zeros(n + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
        self.weights = theta[:n] / scale
        self.offset = theta[n] - (self.weights * mean).sum()

    def likelihood(self, rows: np.ndarray) -> np.ndarray:
        return expit(rows[:, self.kinds] @ self.weights + self.offset)


def planted(path: Path, vectors: Vectors | None = None) -> Samples:
    """The same for a pair that is labelled in words: a truth file, or exported decisions."""
    truth = yaml.safe_load(path.read_text(encoding="utf-8"))
    # The reports of corpora/ are named from the root of the project, others from where one is.
    places = {side: Path(truth[side]) for side in ("old", "new")}
    documents = {
        side: policydiff.read(place if place.exists() else ROOT / place)
        for side, place in places.items()
    }

    def starts(side: str, quotes: list[str]) -> list[int]:
        return [clause.start for q in quotes for clause in quoted(documents[side], q)]

    linked, known = set(), {"old": set(), "new": set()}
    apart = {
        (a, b)
        for entry in truth.get("apart", ())
        for a in starts("old", entry["old"])
        for b in starts("new", entry["new"])
    }
    for entry in truth["kept"] + truth.get("changed", []):
        old, new = starts("old", entry["old"]), starts("new", entry["new"])
        linked |= {(a, b) for a in old for b in new}
        known["old"].update(old)
        known["new"].update(new)
    for entry in truth["dropped"]:
        known["old"].update(starts("old", entry["old"]))
    for entry in truth["added"]:
        known["new"].update(starts("new", entry["new"]))
    old, new = (documents[side].commitments for side in ("old", "new"))
    rows, labels = [], []
    for (i, j), found in link_evidence(documents["old"], documents["new"], vectors):
        pair = old[i].start, new[j].start
        judged = pair in apart or (pair[0] in known["old"] and pair[1] in known["new"])
        rows.append(found)
        labels.append(1 if pair in linked else 0 if judged else -1)
    return Samples(None, np.array(rows), np.array(labels), None)


def f1(gold, chosen):
    linked = {(i, j) for i, j in chosen if i in gold["old_any"] and j in gold["new_any"]}
    p = len(linked & gold["acceptable"]) / max(1, len(linked))
    r = len(linked & gold["certain"]) / len(gold["certain"])
    return 2 * p * r / (p + r) if p + r else 0.0


def held_out(data, fictional, on, kinds, thresholds) -> dict[str, list[float]]:
    """For each pair F1 at each threshold, by weights that were fitted without it."""
    scores = {}
    for held, (gold, rows, _, units_of) in data.items():
        fitted = Fitted([data[name] for name in on if name != held] + fictional, kinds)
        p = fitted.likelihood(rows)
        scores[held] = [
            f1(gold, set().union(*(u for u, q in zip(units_of, p, strict=True) if q >= t)))
            for t in thresholds
        ]
    return scores


def worth(data, fictional, on, names: Sequence[str]) -> None:
    """Print the mean F1 with all evidence, and what it loses without each kind."""
    every = range(len(names))

    def mean(kinds: Sequence[int]) -> float:
        scores = held_out(data, fictional, on, kinds, [LINKED])
        return sum(value for (value,) in scores.values()) / len(scores)

    whole = mean(every)
    print(f"all evidence\t{whole:.4f}")
    for k, name in enumerate(names):
        print(f"without {name}\t{mean([i for i in every if i != k]) - whole:+.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("--on", nargs="+", metavar="PAIR", help="fit on these pairs")
    parser.add_argument(
        "--decided", nargs="+", type=Path, default=[], metavar="FILE", help="exported decisions"
    )
    parser.add_argument("--semantic", action="store_true", help="with a language model")
    parser.add_argument("--worth", action="store_true", help="say what each kind is worth")
    parser.add_argument("--write", action="store_true", help="put the weights into the table")
    args = parser.parse_args()
    score = load_score(args.labels)
    vectors = Vectors(encoder_from(True)) if args.semantic else None
    names = (*NAMES, *SEMANTIC_NAMES) if args.semantic else NAMES
    data = {path.stem: samples(score, path, vectors) for path in labelled(args.labels)}
    fictional = [planted(path, vectors) for path in (*TRUTH, *args.decided)]
    on = args.on or list(data)
    if args.worth:
        worth(data, fictional, on, names)
        return
    every = range(len(names))
    thresholds = (0.4, 0.45, LINKED, 0.55, 0.6)
    scores = held_out(data, fictional, on, every, thresholds)
    scores["mean"] = np.mean(list(scores.values()), axis=0)
    for held, values in scores.items():
        shown = {t: round(v, 3) for t, v in zip(thresholds, values, strict=True)}
        print(held, shown, file=sys.stderr)
    fitted = Fitted([data[name] for name in on] + fictional, every)
    values = {**dict(zip(names, fitted.weights, strict=True)), "offset": fitted.offset}
    for name, value in values.items():
        print(f"{name}\t{value:.4g}")
    if args.write:
        rewrite("links_semantic" if args.semantic else "links", values)


def rewrite(section: str, values: Mapping[str, float]) -> None:
    """Put weights into a section of the table, in the place of those that it has."""
    put_numbers(TABLE, section, "- evidence: {}\n    weight: ", values)


if __name__ == "__main__":
    main()
