"""Fit the weights that find the follow-up of last year's commitments in this year's review.

    python benchmarks/fit_followup.py LABELS_DIR [--semantic] [--write]

LABELS_DIR holds followup-*.json beside score.py and units.py: which commitments of an old report
the new one's review reports on, and how. The model is that of fit_links.py, on the evidence
of policydiff/followup. A link is certain that every reader made and one was sure of. Before it fits
on all pairs it prints, pair by pair, what weights fitted without the pair reach: precision, recall
and F1 at each threshold; then the same for what plain words say. --semantic fits the weights that
hold where a language model is asked. --write puts the weights into the table.
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
from policydiff.analysis.clause import analysed
from policydiff.followup.evidence import (
    NAMES,
    SEMANTIC_NAMES,
    report_evidence,
    reports_something,
)
from policydiff.followup.statements import MET, statement, statement_evidence
from policydiff.followup.statements import NAMES as STATEMENT_NAMES
from policydiff.followup.verdicts import answers
from policydiff.language.zh import CHINESE
from policydiff.semantic.asked import AskedModel

THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)


def _documents(score, path: Path) -> tuple[dict, dict[str, policydiff.Document]]:
    """A file of labels and the two reports that it labels."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    folders = Path(score.HERE), path.parent
    return raw, {
        side: policydiff.read(
            next(p for p in (folder / raw[f"{side}_file"] for folder in folders) if p.exists())
        )
        for side in ("old", "new")
    }


def samples(score, path: Path, asked: AskedModel) -> Samples:
    """The evidence of a labelled pair; ``gold`` holds what was asked and what readers linked."""
    raw, documents = _documents(score, path)
    review = analysed([c for c in documents["new"].clauses if c.part == "review"], CHINESE)
    clauses = {
        "old": analysed(documents["old"].commitments, CHINESE),
        "new": [clause for clause in review if reports_something(clause)],
    }
    spans = {}
    for side, some in clauses.items():
        units = score.units(documents[side].source)
        spans[side] = [set(score.overlap_units(units, c.start, c.end)) for c in some]
    readers = [{(x["old"], x["new"]) for x in reader["links"]} for reader in raw["readers"]]
    sure = {
        (x["old"], x["new"])
        for reader in raw["readers"]
        for x in reader["links"]
        if x.get("sure", True)
    }
    gold = {
        "asked": set(raw["old_commitments"]),
        "certain": set.intersection(*readers) & sure,
        "acceptable": set.union(*readers),
    }
    rows, labels, units_of = [], [], []
    near = asked.nearness(clauses["old"], clauses["new"])
    for (i, j), found in report_evidence(clauses["old"], clauses["new"], near):
        pairs = {(u, v) for u in spans["old"][i] for v in spans["new"][j]}
        rows.append(found)
        judged = spans["old"][i] & gold["asked"]
        labels.append(1 if pairs & gold["acceptable"] else 0 if judged else -1)
        units_of.append(pairs)
    return Samples(gold, np.array(rows), np.array(labels), units_of)


def statements(score, path: Path) -> Samples:
    """What the words of a review say, and whether readers took it for 'met' or 'reported'.

    Links where a number decides are left out. Here ``gold`` and ``units`` say nothing.
    """
    raw, documents = _documents(score, path)
    clause_at = {}
    for side, document in documents.items():
        units = score.units(document.source)
        clause_at[side] = {
            unit: clause
            for clause in analysed(document.clauses, CHINESE)
            for unit in score.overlap_units(units, clause.start, clause.end)
        }
    links = {(x["old"], x["new"]): x["label"] for r in raw["readers"] for x in r["links"]}
    rows, labels = [], []
    for (i, j), label in links.items():
        old, new = clause_at["old"].get(i), clause_at["new"].get(j)
        if old is None or new is None or label == "missed" or answers(old, [new]):
            continue
        rows.append(statement_evidence(statement(old, new), CHINESE))
        labels.append(int(label == "met"))
    return Samples(None, np.array(rows), np.array(labels), None)


def fit_statements(data: dict[str, Samples], *, write: bool) -> None:
    """Print for each pair how many statuses weights fitted without it get right, and fit on all."""
    every = range(len(STATEMENT_NAMES))
    for held, some in data.items():
        fitted = Fitted([x for name, x in data.items() if name != held], every)
        said = fitted.likelihood(some.rows) >= MET
        right, always = (said == some.labels).mean(), (some.labels == 0).mean()
        precision = some.labels[said].mean() if said.any() else 1.0
        print(f"{held}\tright {right:.2f}, always 'reported' {always:.2f}; 'met' {precision:.2f}")
    fitted = Fitted(list(data.values()), every)
    weights = dict(zip(STATEMENT_NAMES, fitted.weights, strict=True)) | {"offset": fitted.offset}
    for name, weight in weights.items():
        print(f"{name}\t{weight:.4g}")
    if write:
        rewrite("met", weights)


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
    parser.add_argument("--semantic", action="store_true", help="with a language model")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    score = load_score(args.labels)
    asked = AskedModel(args.semantic)
    names = SEMANTIC_NAMES if args.semantic else NAMES
    paths = sorted(args.labels.glob("followup-*.json"))
    data = {path.stem: samples(score, path, asked) for path in paths}
    every = range(len(names))
    for threshold in THRESHOLDS:
        cells = []
        for held, some in data.items():
            fitted = Fitted([x for name, x in data.items() if name != held], every)
            cells.append(reached(some, fitted.likelihood(some.rows), threshold))
        shown = " ".join(f"{p:.2f}/{r:.2f}/{f:.3f}" for p, r, f in cells)
        print(f"{threshold:.2f}\t{sum(f for *_, f in cells) / len(cells):.3f}\t{shown}")
    fitted = Fitted(list(data.values()), every)
    weights = dict(zip(names, fitted.weights, strict=True)) | {"offset": fitted.offset}
    for name, weight in weights.items():
        print(f"{name}\t{weight:.4g}")
    if args.semantic:
        if args.write:
            rewrite("followup_semantic", weights)
        return
    if args.write:
        rewrite("followup", weights)
    fit_statements({path.stem: statements(score, path) for path in paths}, write=args.write)


if __name__ == "__main__":
    main()
