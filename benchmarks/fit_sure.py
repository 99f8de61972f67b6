"""Fit how likely a claim is right (language/zh/sureness.yaml), and from when on it is called sure.

    python benchmarks/fit_sure.py LABELS_DIR [--semantic] [--write]

LABELS_DIR holds labelled pairs of reports as JSON beside score.py and units.py. Two claims are
fitted apart, each by logistic regression: that two clauses are linked, and that a clause has no
partner. It prints what numbers that were fitted without the pair say of each pair: the share of
claims called sure, the share of these that are right, and the calibration error (the mean distance
of score and share over ten bins). --semantic asks a language model as well, and fits numbers
of their own. --write puts the numbers into the table. A claim is called sure from the score on at
which the share that is right is reached over all pairs.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
from labels import ROOT, labelled, load_score, put_numbers
from scipy.optimize import minimize
from scipy.special import expit, logit

import policydiff
from policydiff.changes.sureness import NEVER, sureness
from policydiff.language.zh import CHINESE

TABLE = ROOT / "policydiff" / "language" / "zh" / "sureness.yaml"
#: Which share of the claims that are called sure is to be right.
RIGHT = {"linked": 0.96, "alone": 0.94, "linked_semantic": 0.96, "alone_semantic": 0.95}
RIDGE = 0.1


class Claims(NamedTuple):
    """Log-odds of the link, whether of several clauses, and whether right, one row a claim."""

    rows: np.ndarray
    right: np.ndarray


def claims(score, path: Path, *, semantic: bool) -> dict[str, Claims]:
    """What policydiff claims of a labelled pair, as far as readers judged it."""
    gold = score.load_gold(path)
    result = policydiff.compare(gold["old"], gold["new"], semantic=semantic)
    units = {side: score.units(getattr(result, side).source) for side in ("old", "new")}

    def judged(side: str, clauses) -> set:
        touched = {u for c in clauses for u in score.overlap_units(units[side], c.start, c.end)}
        return touched & gold[f"{side}_any"]

    rows, right = defaultdict(list), defaultdict(list)
    done = {"old": set(), "new": set()}
    for change in (*result.kept, *result.changed):
        for i in judged("old", change.old):
            for j in judged("new", change.new):
                done["old"].add(i)
                done["new"].add(j)
                several = len(change.old) > 1 or len(change.new) > 1
                odds = link_odds(change.score, several=several, semantic=semantic)
                rows["linked"].append((odds, several))
                right["linked"].append((i, j) in gold["acceptable"])
    for side, place in (("old", 0), ("new", 1)):
        linked = {pair[place] for pair in gold["certain"]}
        for change in result.dropped if side == "old" else result.added:
            for unit in judged(side, getattr(change, side)) - done[side]:
                odds = logit(np.clip(change.evidence.rival_score, NEVER, 1 - NEVER))
                rows["alone"].append((odds, 0.0))
                right["alone"].append(unit not in linked)
    return {claim: Claims(np.array(rows[claim]), np.array(right[claim], float)) for claim in rows}


def link_odds(score: float, *, several: bool, semantic: bool) -> float:
    """The log-odds of a link of which the score of the claim is known: sureness turned round."""
    numbers = sureness(CHINESE, "linked", semantic=semantic)
    most = math.log((1 - NEVER) / NEVER)
    odds = logit(np.clip(score, 1e-6, 1 - 1e-6)) - numbers.offset - numbers.several * several
    return float(np.clip(odds / numbers.odds, -most, most))


def fitted(data: list[Claims]) -> np.ndarray:
    """The numbers odds, several and offset."""
    rows = np.vstack([some.rows for some in data])
    right = np.hstack([some.right for some in data])

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        z = rows @ theta[:2] + theta[2]
        wrong = expit(z) - right
        gradient = np.append(rows.T @ wrong + RIDGE * theta[:2], wrong.sum())
        return (np.logaddexp(0, z) - z * right).sum() + RIDGE * (theta[:2] ** 2).sum() / 2, gradient

    return minimize(loss, np.zeros(3), jac=True, method="L-BFGS-B").x


def threshold(scores: np.ndarray, right: np.ndarray, share: float) -> float:
    """The lowest score from which on so large a share is right."""
    order = np.argsort(-scores, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= share)
    return float(scores[order][enough[-1]]) if len(enough) else 1.0


def calibration_error(scores: np.ndarray, right: np.ndarray) -> float:
    """How far scores are from the shares that are right, over ten bins, as a mean over claims."""
    bins = np.minimum((scores * 10).astype(int), 9)
    gaps = [abs((scores - right)[bins == k].sum()) for k in range(10)]
    return sum(gaps) / len(scores)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("--semantic", action="store_true", help="with a language model")
    parser.add_argument("--write", action="store_true", help="put the numbers into the table")
    args = parser.parse_args()
    score = load_score(args.labels)
    data = {
        path.stem: claims(score, path, semantic=args.semantic) for path in labelled(args.labels)
    }
    for claim in ("linked", "alone"):
        section = f"{claim}_semantic" if args.semantic else claim
        of = {name: some[claim] for name, some in data.items()}
        scores = {}
        for held, some in of.items():
            theta = fitted([other for name, other in of.items() if name != held])
            scores[held] = expit(some.rows @ theta[:2] + theta[2])
        every = np.hstack(list(scores.values()))
        right = np.hstack([some.right for some in of.values()])
        sure = threshold(every, right, RIGHT[section])
        error = calibration_error(every, right)
        print(
            f"{claim}: {len(every)} claims, calibration error {error:.3f};"
            f" from {sure:.3f} on {(every >= sure).mean():.2f} are sure,"
            f" {right[every >= sure].mean():.3f} of them right"
        )
        for held, some in of.items():
            are = scores[held] >= sure
            print(f"  {held}: {are.mean():.2f} sure, {some.right[are].mean():.3f} right")
        theta = fitted(list(of.values()))
        values = dict(zip(("odds", "several", "offset"), theta, strict=True)) | {"sure": sure}
        print("  " + ", ".join(f"{name} {value:.4g}" for name, value in values.items()))
        if args.write:
            put_numbers(TABLE, section, "{{number: {}, value: ", values)


if __name__ == "__main__":
    main()
