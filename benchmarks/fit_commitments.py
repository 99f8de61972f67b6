"""Fit the weights of language/zh/commitments.yaml: which clauses of a plan commit.

    python benchmarks/fit_commitments.py LABELS_DIR [--write]

Logistic regression (ridge) of "does not commit" on the cues of the table. Samples are the labelled
units of real reports in LABELS_DIR and, as a second kind of text, the fictional county reports
of corpora/ with the truth files of tests/. Before it fits on all of it, it prints the accuracy
that weights fitted without a report reach on it.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import numpy as np
import yaml
from labels import ROOT, TRUTH, labelled, load_score, quoted
from sklearn.linear_model import LogisticRegression

import policydiff
from policydiff.analysis.commitments import cues
from policydiff.analysis.folded import FoldedText
from policydiff.analysis.targets import find_targets
from policydiff.language.zh import CHINESE

TABLE = ROOT / "policydiff" / "language" / "zh" / "commitments.yaml"
#: Patterns whose sign is known and whose weight too few samples decide: at least this much.
FLOOR = {"courtesy": 4.0, "announces a list": 3.0, "what kind of year it is": 1.0}
CEILING = {
    "forbids": -2.5,
    "announces the targets of the year, whatever is said of reasons before": -4.0,
}


def row(text: str) -> list[float]:
    clause = FoldedText(CHINESE.fold(text), CHINESE)
    return [float(cue) for cue in cues(clause, has_target=bool(find_targets(clause)))]


def samples(score, path: Path):
    gold = score.load_gold(path)
    for side in ("old", "new"):
        document = policydiff.read(gold[side])
        units = score.units(document.source)
        low, high = gold[f"{side}_plan"]
        for clause in document.clauses:
            if clause.part != "plan" or (not clause.commits and clause.section and _titled(clause)):
                continue
            at = [
                u for u in score.overlap_units(units, clause.start, clause.end) if low <= u <= high
            ]
            if at and all(u in gold[f"{side}_certain"] for u in at):
                yield clause.text, False
            elif at and not any(u in gold[f"{side}_any"] for u in at):
                yield clause.text, True


def _titled(clause) -> bool:
    return len(clause.text) < 30 and "，" not in clause.text


def planted(path: Path):
    truth = yaml.safe_load(path.read_text(encoding="utf-8"))
    for side in ("old", "new"):
        document = policydiff.read(ROOT / truth[side])
        yes = [q for k in ("kept", "changed") for e in truth[k] for q in e[side]]
        yes += [q for e in truth["dropped" if side == "old" else "added"] for q in e[side]]
        for quotes, commits in ((yes, True), (truth["not_commitments"][side], False)):
            for quote in quotes:
                for clause in quoted(document, quote):
                    yield clause.text, not commits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("--write", action="store_true", help="put the weights into the table")
    args = parser.parse_args()
    score = load_score(args.labels)
    groups = {path.stem: list(samples(score, path)) for path in labelled(args.labels)}
    groups |= {path.stem: list(planted(path)) for path in TRUTH}
    data = {
        name: (np.array([row(t) for t, _ in s]), np.array([y for _, y in s]))
        for name, s in groups.items()
    }
    for held, (x, y) in data.items():
        rest = [d for name, d in data.items() if name != held]
        fitted = LogisticRegression(C=1.0, max_iter=2000).fit(
            np.vstack([d[0] for d in rest]), np.hstack([d[1] for d in rest])
        )
        print(held, round(fitted.score(x, y), 3), file=sys.stderr)
    fitted = LogisticRegression(C=1.0, max_iter=2000).fit(
        np.vstack([d[0] for d in data.values()]), np.hstack([d[1] for d in data.values()])
    )
    table = CHINESE.tables.load("commitments")
    why = [e["why"] for e in table["cues"]] + [e["why"] for e in table["structure"]]
    weights = []
    for name, value in zip(why, fitted.coef_[0], strict=True):
        weights.append(min(max(value, FLOOR.get(name, value)), CEILING.get(name, np.inf)))
        print(f"{weights[-1]:6.1f}  {name}")
    print(f"threshold {-fitted.intercept_[0]:.2f}")
    if args.write:
        values = iter(weights)
        text = TABLE.read_text(encoding="utf-8")
        text = re.sub(r"(?m)^    weight: .*$", lambda _: f"    weight: {next(values):.1f}", text)
        TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
