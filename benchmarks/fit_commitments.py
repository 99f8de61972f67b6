"""Fit what tells which clauses of a plan commit: commitments.yaml and commitment_runs.tsv.

    python benchmarks/fit_commitments.py LABELS_DIR [--cross] [--write]

Logistic regression (penalty L1, so that most runs weigh nothing) of "does not commit" on the cues
of the table and on the runs of one or two characters that are in a clause. Samples are the
labelled units of real reports in LABELS_DIR and, as a second kind of text, the fictional county
reports of corpora/ with the truth files of tests/. Titles are left out: the outline knows them, and
their words are those of commitments. ``--cross`` prints precision and recall for each report with
weights fitted without its pair; ``--write`` fits on all and writes both tables.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml
from labels import ROOT, TRUTH, labelled, load_score, quoted
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

import policydiff
from policydiff.analysis.commitments import cues, marked, only_a_title
from policydiff.analysis.folded import FoldedText
from policydiff.analysis.neighbours import with_neighbours
from policydiff.analysis.targets import find_targets
from policydiff.language.words import short_runs
from policydiff.language.zh import CHINESE

FOLDER = ROOT / "policydiff" / "language" / "zh"
TABLE, RUNS = FOLDER / "commitments.yaml", FOLDER / "commitment_runs.tsv"
HEAD = """\
# What runs of characters in a clause of a plan say against a commitment, or for one (below nought):
# made by benchmarks/fit_commitments.py from {clauses} labelled clauses of {reports} reports.
# ^ is the beginning of a clause, $ its end, 0 any number. Columns: run, weight.
"""
#: A run counts if so many clauses of so many reports hold it: names of places are in fewer.
TIMES_AT_LEAST, REPORTS_AT_LEAST = 20, 9
#: Inverse of the penalty, and how much less the cues, which are few and were thought of, pay of it.
INVERSE_PENALTY, LESS_FOR_CUES = 0.6, 2.0
#: Lighter runs are left out.
LEAST_WEIGHT = 0.1
#: A pair counts by the square root of its clauses: national pairs have three times as many.
USUAL_SIZE = 500
#: Patterns whose sign is known and whose weight too few samples decide: at least this much.
FLOOR = {"courtesy": 4.0, "announces a list": 3.0, "what kind of year it is": 1.0}
FLOOR |= {"ends in a colon, so that what it announces follows": 8.0}
FLOOR |= {"how weighty the task is": 3.0, "slogans about history and the future": 1.5}
FLOOR |= {"what somebody above has decided": 3.0, "foretells": 4.5}
FLOOR |= {"foretells what will come of it": 6.0, "opens a look back or around": 1.5}
FLOOR |= {"says who does an item, or by when": 8.0}
FLOOR |= {"gives the reason for a number": 9.0}
FLOOR |= {"tells in the plan what last year, or this one so far, has brought": 6.0}
FLOOR |= {"maxims and confessions of faith": 4.0, "tells a result": 2.0}
CEILING = {
    "forbids": -2.5,
    "announces the targets of the year, whatever is said of reasons before": -6.0,
    "opens with a verb of doing, or ends in one that says what is done to a thing": -1.0,
    "has a target": -1.5,
    "a goal measured by something else": -2.5,
    "a duty behind its reason": -1.0,
    "says what we are to do": -0.3,
}


@dataclass
class Sample:
    """A clause of a plan. ``label``: whether it does not commit; None where readers differ, and for
    a title that names no programme.
    """

    text: str
    label: bool | None
    units: set[int]
    report: str
    paragraph: int = 0
    title: bool = False
    cues: list[float] = field(init=False)
    runs: set[str] = field(init=False)

    def __post_init__(self) -> None:
        clause = FoldedText(CHINESE.fold(self.text), CHINESE)
        self.cues = [float(c) for c in cues(clause, has_target=bool(find_targets(clause)))]
        self.runs = short_runs(marked(clause.text))


@dataclass
class Report:
    """What readers say of a report: the units that commit, surely and perhaps, and those judged."""

    name: str
    samples: list[Sample]
    certain: set[int]
    perhaps: set[int]
    judged: set[int]


def reports_of(score, path: Path) -> Iterator[Report]:
    """Both reports of a labelled pair."""
    gold = score.load_gold(path)
    for side in ("old", "new"):
        document = policydiff.read(gold[side])
        units = score.units(document.source)
        low, high = gold[f"{side}_plan"]
        judged = set(range(low, high + 1))
        judged |= {u for a, b in gold[f"{side}_other"] for u in range(a, b + 1)}
        certain, perhaps = gold[f"{side}_certain"], gold[f"{side}_any"]
        samples = []
        paragraph = end = 0
        for clause in document.clauses:
            paragraph += "\n" in document.source[end : clause.start]
            end = clause.end
            if clause.part != "plan":
                continue
            title = clause.title and only_a_title(FoldedText(clause.folded, CHINESE))
            at = set(score.overlap_units(units, clause.start, clause.end))
            asked = at & judged
            label = None
            if asked and asked <= certain and not title:
                label = False
            elif asked and not asked & perhaps and not title:
                label = True
            name = f"{path.stem} {side}"
            samples.append(Sample(clause.text, label, at, name, paragraph, title))
        yield Report(f"{path.stem} {side}", samples, certain, perhaps, judged)


def planted(path: Path) -> list[Sample]:
    """The clauses that a truth file speaks of."""
    truth = yaml.safe_load(path.read_text(encoding="utf-8"))
    samples = []
    for side in ("old", "new"):
        document = policydiff.read(ROOT / truth[side])
        yes = [q for k in ("kept", "changed") for e in truth[k] for q in e[side]]
        yes += [q for e in truth["dropped" if side == "old" else "added"] for q in e[side]]
        for quotes, label in ((yes, False), (truth["not_commitments"][side], True)):
            samples += [
                Sample(clause.text, label, set(), f"{path.stem} {side}")
                for quote in quotes
                for clause in quoted(document, quote)
            ]
    return samples


@dataclass
class Model:
    """What cues and runs weigh, and how much speaks against any clause."""

    cues: np.ndarray
    runs: dict[str, float]
    base: float

    def against(self, sample: Sample) -> float:
        told = float(self.cues @ np.array(sample.cues)) + self.base
        return told + sum(self.runs[run] for run in self.runs.keys() & sample.runs)


def fit(groups: list[list[Sample]]) -> Model:
    """The weights that fit some groups of samples; each counts by the root of its size."""
    chosen = [s for group in groups for s in group if s.label is not None]
    size = np.concatenate([np.full(sum(s.label is not None for s in g), len(g)) for g in groups])
    times = Counter(run for s in chosen for run in s.runs)
    reports = Counter(run for _, run in {(s.report, run) for s in chosen for run in s.runs})
    names = sorted(
        run for run, n in times.items() if n >= TIMES_AT_LEAST and reports[run] >= REPORTS_AT_LEAST
    )
    place = {run: k for k, run in enumerate(names)}
    width = len(chosen[0].cues)
    rows, columns, values = [], [], []
    for row, sample in enumerate(chosen):
        held = [(k, LESS_FOR_CUES) for k, cue in enumerate(sample.cues) if cue]
        held += [(width + place[run], 1.0) for run in sample.runs if run in place]
        rows += [row] * len(held)
        columns += [k for k, _ in held]
        values += [value for _, value in held]
    x = csr_matrix((values, (rows, columns)), shape=(len(chosen), width + len(names)))
    fitted = LogisticRegression(
        C=INVERSE_PENALTY, penalty="l1", solver="liblinear", tol=1e-4, max_iter=1000, random_state=0
    ).fit(x, [s.label for s in chosen], sample_weight=np.sqrt(USUAL_SIZE / size))
    weights = fitted.coef_[0]
    told = bounded(weights[:width] * LESS_FOR_CUES)
    learned = {
        run: round(float(weight), 2)
        for run, weight in zip(names, weights[width:], strict=True)
        if abs(weight) >= LEAST_WEIGHT
    }
    return Model(told, learned, float(fitted.intercept_[0]))


def bounded(weights: np.ndarray) -> np.ndarray:
    """The weights of the cues, within what is known of their signs, rounded as in the table."""
    pairs = zip(reasons(), weights, strict=True)
    return np.array(
        [round(min(max(w, FLOOR.get(n, w)), CEILING.get(n, np.inf)), 1) for n, w in pairs]
    )


def reasons() -> list[str]:
    """What each cue is called, in the order of the table."""
    table = CHINESE.tables.load("commitments")
    return [e["why"] for e in table["cues"]] + [e["name"] for e in table["structure"]]


def weighed(report: Report, model: Model) -> list[tuple[Sample, float]]:
    """The clauses that are no titles, with how much speaks against each, neighbours included."""
    own = [None if sample.title else model.against(sample) for sample in report.samples]
    paragraphs = [sample.paragraph for sample in report.samples]
    cases = with_neighbours(own, paragraphs, CHINESE)
    pairs = zip(report.samples, cases, strict=True)
    return [(sample, case) for sample, case in pairs if case is not None]


def judged(report: Report, cases: list[tuple[Sample, float]]) -> tuple[float, float]:
    """Precision and recall of the units that are said to commit."""
    said = {unit for sample, against in cases if against < 0 for unit in sample.units}
    said &= report.judged
    return len(said & report.perhaps) / len(said), len(said & report.certain) / len(report.certain)


def cross(pairs: dict[str, list[Report]], fictional: list[list[Sample]], *, misses: bool) -> None:
    """Print how each report comes out with weights fitted without its pair."""
    every = []
    for name, reports in pairs.items():
        rest = [
            [s for r in other for s in r.samples] for key, other in pairs.items() if key != name
        ]
        model = fit([*rest, *fictional])
        for report in reports:
            cases = weighed(report, model)
            every.append(judged(report, cases))
            print(f"{report.name:24} P {every[-1][0]:.3f} R {every[-1][1]:.3f}", len(model.runs))
            for sample, against in cases if misses else ():
                if sample.label is not None and (against >= 0) != sample.label:
                    print("   FN" if against >= 0 else "   FP", f"{against:.1f}", sample.text)
    print(f"mean P {np.mean([p for p, _ in every]):.3f} R {np.mean([r for _, r in every]):.3f}")


def write(model: Model, *, clauses: int, reports: int) -> None:
    """Put the weights into both tables."""
    values = iter([*model.cues, model.base])
    text = TABLE.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^    weight: .*$", lambda _: f"    weight: {next(values):.1f}", text)
    TABLE.write_text(text, encoding="utf-8")
    rows = "".join(f"{run}\t{weight:.2f}\n" for run, weight in sorted(model.runs.items()))
    RUNS.write_text(HEAD.format(clauses=clauses, reports=reports) + rows, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("--cross", action="store_true", help="leave out one pair after the other")
    parser.add_argument("--misses", action="store_true", help="with --cross: print what is wrong")
    parser.add_argument("--write", action="store_true", help="put the weights into the tables")
    args = parser.parse_args()
    score = load_score(args.labels)
    pairs = {path.stem: list(reports_of(score, path)) for path in labelled(args.labels)}
    fictional = [planted(path) for path in TRUTH]
    if args.cross:
        cross(pairs, fictional, misses=args.misses)
        return
    groups = [[s for r in reports for s in r.samples] for reports in pairs.values()]
    model = fit([*groups, *fictional])
    for name, weight in zip(reasons(), model.cues, strict=True):
        print(f"{weight:6.1f}  {name}")
    print(f"{model.base:6.1f}  every clause; {len(model.runs)} runs")
    if args.write:
        clauses = sum(s.label is not None for g in (*groups, *fictional) for s in g)
        write(model, clauses=clauses, reports=2 * len(pairs) + 2 * len(fictional))


if __name__ == "__main__":
    main()
