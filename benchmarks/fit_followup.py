"""Fit the weights that find the follow-up of last year's commitments in this year's review.

    python benchmarks/fit_followup.py LABELS_DIR [--write]

LABELS_DIR holds follow-up*.json beside score.py and units.py: which commitments of an old report
the new one's review reports on, and how. The model is that of fit_links.py, on the same evidence
between commitments and clauses of a review. Before it fits on all pairs it prints, pair by pair,
what weights fitted without the pair reach. --write puts the weights into the table.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from fit_links import Fitted, Samples, rewrite
from labels import load_score

import policydiff
from policydiff.align.evidence import NAMES, evidence, listed
from policydiff.analysis.clause import analysed
from policydiff.language.zh import CHINESE

THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)


def samples(score, path: Path) -> Samples:
    """The evidence of a labelled pair; ``gold`` holds what was asked and what readers linked."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    documents = {
        side: policydiff.read(
            next(
                p
                for p in (Path(score.HERE) / raw[f"{side}_file"], path.parent / raw[f"{side}_file"])
                if p.exists()
            )
        )
        for side in ("old", "new")
    }
    clauses = {
        "old": analysed(documents["old"].commitments, CHINESE),
        "new": analysed([c for c in documents["new"].clauses if c.part == "review"], CHINESE),
    }
    spans = {}
    for side, some in clauses.items():
        units = score.units(documents[side].source)
        spans[side] = [set(score.overlap_units(units, c.start, c.end)) for c in some]
    readers = [{(x["old"], x["new"]) for x in reader["links"]} for reader in raw["readers"]]
    gold = {
        "asked": set(raw["old_commitments"]),
        "certain": set.intersection(*readers),
        "acceptable": set.union(*readers),
    }
    rows, labels, units_of = [], [], []
    for (i, j), found in evidence(listed(clauses["old"]), listed(clauses["new"])).items():
        pairs = {(u, v) for u in spans["old"][i] for v in spans["new"][j]}
        rows.append(found)
        asked = spans["old"][i] & gold["asked"]
        labels.append(1 if pairs & gold["acceptable"] else 0 if asked else -1)
        units_of.append(pairs)
    return Samples(gold, np.array(rows), np.array(labels), units_of)


def reached(some: Samples, likelihood: Sequence[float], threshold: float) -> tuple[float, ...]:
    """Precision, recall and F1 of the links from a threshold on."""
    chosen = {
        pair
        for pairs, p in zip(some.units, likelihood, strict=True)
        if p >= threshold
        for pair in pairs
        if pair[0] in some.gold["asked"]
    }
    right = len(chosen & some.gold["acceptable"]) / max(1, len(chosen))
    found = len(chosen & some.gold["certain"]) / len(some.gold["certain"])
    return right, found, 2 * right * found / (right + found or 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    score = load_score(args.labels)
    data = {path.stem: samples(score, path) for path in sorted(args.labels.glob("followup-*.json"))}
    every = range(len(NAMES))
    for threshold in THRESHOLDS:
        cells = []
        for held, some in data.items():
            fitted = Fitted([x for name, x in data.items() if name != held], every)
            cells.append(reached(some, fitted.likelihood(some.rows), threshold))
        shown = " ".join(f"{p:.2f}/{r:.2f}/{f:.3f}" for p, r, f in cells)
        print(f"{threshold:.2f}\t{sum(f for *_, f in cells) / len(cells):.3f}\t{shown}")
    fitted = Fitted(list(data.values()), every)
    weights = dict(zip(NAMES, fitted.weights, strict=True)) | {"offset": fitted.offset}
    for name, weight in weights.items():
        print(f"{name}\t{weight:.4g}")
    if args.write:
        rewrite("followup", weights)


if __name__ == "__main__":
    main()
