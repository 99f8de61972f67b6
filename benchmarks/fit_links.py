"""Fit the weights with which align.py judges a pair, and print them for language/zh/weights.yaml.

    python benchmarks/fit_links.py LABELS_DIR [--write]

LABELS_DIR holds labelled pairs of reports as JSON beside score.py and units.py. The model is a
logistic regression on standardised evidence with a ridge penalty, in which no weight may have the
wrong sign (likeness never speaks against a link), unfolded to plain weights on the raw evidence.
The fictional pairs of corpora/ are fitted along, as county reports among the real ones of provinces
and the nation. Before it fits on all pairs it prints, pair by pair, the F1 that weights fitted on
the other pairs reach.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import numpy as np
import yaml
from labels import ROOT, TRUTH, labelled, load_score, quoted
from scipy.optimize import minimize
from scipy.special import expit

import policydiff
from policydiff.align.evidence import NAMES, Side, evidence

TABLE = ROOT / "policydiff" / "tables" / "zh" / "weights.yaml"
#: Chosen by leaving out one pair at a time; a hundredth to ten times as much changes F1 by 0.003.
RIDGE = 1.0
#: Evidence against a link; all other evidence speaks for one.
AGAINST = {"conflict"}


def samples(score, path: Path):
    """Evidence, label (1 linked, 0 not, -1 not judged) and units of every candidate pair."""
    gold = score.load_gold(path)
    sides, spans = {}, {}
    for side in ("old", "new"):
        document = policydiff.read(gold[side])
        sides[side] = Side(document.commitments)
        units = score.units(document.source)
        spans[side] = [
            set(score.overlap_units(units, c.start, c.end)) for c in document.commitments
        ]
    found = evidence(sides["old"], sides["new"])
    rows, labels, units_of = [], [], []
    for (i, j), e in found.items():
        pairs = {(u, v) for u in spans["old"][i] for v in spans["new"][j]}
        judged = spans["old"][i] & gold["old_any"] and spans["new"][j] & gold["new_any"]
        rows.append([getattr(e, name) for name in NAMES])
        labels.append(1 if pairs & gold["acceptable"] else 0 if judged else -1)
        units_of.append(pairs)
    return gold, np.array(rows), np.array(labels), units_of


class Fitted:
    """Weights on raw evidence and the offset."""

    def __init__(self, rows: np.ndarray, labels: np.ndarray) -> None:
        mean, scale = rows.mean(0), rows.std(0) + 1e-9
        standard = (rows - mean) / scale
        n = rows.shape[1]

        def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
            z = standard @ theta[:n] + theta[n]
            p = expit(z)
            value = (
                np.logaddexp(0, z).sum() - z[labels > 0].sum() + RIDGE * (theta[:n] ** 2).sum() / 2
            )
            gradient = np.append(standard.T @ (p - labels) + RIDGE * theta[:n], (p - labels).sum())
            return value, gradient

        bounds = [(None, 0) if name in AGAINST else (0, None) for name in NAMES] + [(None, None)]
        theta = minimize(loss, np.zeros(n + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
        self.weights = theta[:n] / scale
        self.offset = theta[n] - (self.weights * mean).sum()

    def likelihood(self, rows: np.ndarray) -> np.ndarray:
        return expit(rows @ self.weights + self.offset)


def fit(data) -> Fitted:
    rows = np.vstack([x[y >= 0] for _, x, y, _ in data])
    labels = np.hstack([y[y >= 0] for _, _, y, _ in data])
    return Fitted(rows, labels)


def planted(path: Path):
    """The same for a fictional pair of corpora/, labelled by its truth file."""
    truth = yaml.safe_load(path.read_text(encoding="utf-8"))
    documents = {side: policydiff.read(ROOT / truth[side]) for side in ("old", "new")}

    def starts(side: str, quotes: list[str]) -> list[int]:
        return [clause.start for q in quotes for clause in quoted(documents[side], q)]

    linked, known = set(), {"old": set(), "new": set()}
    for entry in truth["kept"] + truth["changed"]:
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
    for (i, j), e in evidence(Side(old), Side(new)).items():
        pair = old[i].start, new[j].start
        judged = pair[0] in known["old"] and pair[1] in known["new"]
        rows.append([getattr(e, name) for name in NAMES])
        labels.append(1 if pair in linked else 0 if judged else -1)
    return None, np.array(rows), np.array(labels), None


def f1(gold, chosen):
    linked = {(i, j) for i, j in chosen if i in gold["old_any"] and j in gold["new_any"]}
    p = len(linked & gold["acceptable"]) / max(1, len(linked))
    r = len(linked & gold["certain"]) / len(gold["certain"])
    return 2 * p * r / (p + r) if p + r else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("--write", action="store_true", help="put the weights into the table")
    args = parser.parse_args()
    score = load_score(args.labels)
    data = {path.stem: samples(score, path) for path in labelled(args.labels)}
    fictional = [planted(path) for path in TRUTH]
    for held in data:
        fitted = fit([d for name, d in data.items() if name != held] + fictional)
        gold, rows, _, units_of = data[held]
        p = fitted.likelihood(rows)
        by_threshold = {
            t: f1(gold, set().union(*(u for u, q in zip(units_of, p, strict=True) if q > t)))
            for t in (0.3, 0.4, 0.5, 0.6)
        }
        print(held, {t: round(v, 3) for t, v in by_threshold.items()}, file=sys.stderr)
    fitted = fit(list(data.values()) + fictional)
    values = {**dict(zip(NAMES, fitted.weights, strict=True)), "offset": fitted.offset}
    text = TABLE.read_text(encoding="utf-8")
    for name, value in values.items():
        text, n = re.subn(rf"(- evidence: {name}\n    weight: )\S+", rf"\g<1>{value:.4g}", text)
        assert n == 1, name
        print(f"{name}\t{value:.4g}")
    if args.write:
        TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
