"""Fit the table language/zh/parts.tsv: which part of a report a sentence belongs to.

    python benchmarks/fit_parts.py LABELS REPORTS [--more DIR …] [--cross] [--write]

LABELS: a .jsonl file with a report a line (``file``, and ``stretches`` of review, problems, plan,
five_year, other with ``start`` and ``end``); REPORTS: the folder that the files lie in, a folder
for each place. ``--more``: folders of reports without labels whose headings are clear (national
and provincial ones): they are taken as policydiff reads them now, so that other levels weigh in.

A linear-chain conditional random field: weights of cues and of changes of part, ridge penalty,
L-BFGS. Cues that few places show are left out, then the heaviest are kept and fitted again.
``--cross`` leaves out one place after the other (``--folds N``: groups of places), fits on the rest
and prints how the left-out reports come out; ``--write`` fits on all and writes the table.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from labels import ROOT
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

import policydiff
from policydiff.analysis.appended import annexes, second_copy
from policydiff.analysis.identity import identify
from policydiff.analysis.layout import lines_of
from policydiff.analysis.parts import PartModel, Reader
from policydiff.analysis.sentences import BACK, FRONT, PLACES, STATES, sentences
from policydiff.language.zh import CHINESE

TABLE = ROOT / "policydiff" / "language" / "zh" / "parts.tsv"
#: A cue counts if so many places show it, so many times.
PLACES_AT_LEAST, TIMES_AT_LEAST = 4, 15
#: So many cues are fitted at first, the most telling ones; so many are kept.
FIRST, KEPT = 4000, 1200
#: A run of characters that nearly always stands inside one longer or shorter run says the same.
SAME = 0.9
#: Ridge penalties of cues and of changes, and rounds of the optimiser. What headings say is rare,
#: one sentence in fifty, and weighs what it must.
RIDGE, RIDGE_OF_CHANGES, ROUNDS = 1.0, 0.05, 50
RIDGE_OF_HEADINGS = 0.1
#: How long a sentence is and where it stands fits any part, if a report is written so: lists of
#: short items are plans as well.
RIDGE_OF_SHAPES = 20.0
SHAPES = ("length", "numbers", "sentence", "paragraph", "heading", "part heading")
HEADINGS = ("says", "heading year")
#: Cues that are runs of characters; those with other marks than letters tell little.
WORDS = ("in", "heading")
LETTERS = re.compile(f"[{CHINESE.letters}]+")
#: What headings and openings say by their very meaning; the fit starts from it and is pulled
#: towards it, for what the labelled reports show too rarely.
MEANT = {
    ("says", "review"): {"review": 2.5},
    ("says", "problems"): {"problems": 3.0},
    ("says", "plan"): {"plan": 2.0, "five_year": 1.0},
    ("says", "plan, this year"): {"plan": 1.0},
    ("says", "review, last year"): {"review": 1.0},
    ("says", "other"): {"back": 2.0},
    ("says", "a number behind review"): {"plan": 3.0, "five_year": 2.0},
    ("says", "section under review"): {"review": 2.0},
    ("says", "section under plan"): {"plan": 1.5, "five_year": 1.5},
    ("shape", "call"): {"back": 5.5},
    ("shape", "title page"): {"front": 2.0},
}
#: Each report counts again without most of its sentences, the headings of its parts kept: what
#: headings say must carry a report of few words. The share of other sentences and of other headings
#: that is kept in each copy.
THINNED = ((0.15, 0.8), (0.04, 0.3), (0.01, 0.1))
#: Reports of like length are reckoned together.
LENGTHS = (60, 150, 400, 700)
#: So many of the reports that come out worst are named.
WORST = 8
N = len(STATES)
NAMES = {"review": 1, "problems": 2, "five_year": 3, "plan": 4}


@dataclass
class Report:
    file: str
    place: str
    sound: bool
    spans: list[tuple[int, int, str]]
    starts: list[int]
    ends: list[int]
    cues: list[list[tuple[str, str]]]
    at: list[int]
    states: list[int]


def prepare(file: str, place: str, text: str, spans, sound: bool = True) -> Report:
    """``spans``: (start, end, part) over the text as it is."""
    plain = CHINESE.fold(text)
    lines = [line for line in lines_of(plain, CHINESE) if not line.furniture]
    year = identify(plain, text, lines, CHINESE, name="report.txt").year
    reader = Reader(CHINESE, year)
    cut = sentences(plain, lines, CHINESE)
    # What a rule decides is not learned.
    apart = annexes(plain, cut, CHINESE, year)
    if repeated := second_copy(plain, cut):
        apart |= dict.fromkeys(range(*repeated), BACK)
    cut = [s for i, s in enumerate(cut) if i not in apart]
    cues = [
        [
            (kind, word)
            for kind, words in reader.cues_of(plain, s, i, len(cut))
            for word in words
            if kind not in WORDS or LETTERS.fullmatch(word)
        ]
        for i, s in enumerate(cut)
    ]
    states = _states([next((p for a, b, p in spans if a <= s.start < b), "other") for s in cut])
    return Report(
        file,
        place,
        sound,
        spans,
        [s.start for s in cut],
        [s.end for s in cut],
        cues,
        [PLACES.index(s.place) for s in cut],
        states,
    )


def _states(parts: list[str]) -> list[int]:
    """Other is front up to the first part; behind the first back all is back."""
    states = []
    seen = closed = False
    for part in parts:
        if part == "other":
            closed = seen
        else:
            seen = True
        states.append(BACK if closed else NAMES.get(part, FRONT))
    return states


def labelled(labels: Path, folder: Path) -> list[Report]:
    reports = []
    for line in labels.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text = (folder / record["file"]).read_text(encoding="utf-8")
        spans = [(s["start"], s["end"], s["part"]) for s in record["stretches"]]
        if any(part != "other" for _, _, part in spans):
            reports.append(
                prepare(record["file"], record["file"].split("/")[0], text, spans, record["sound"])
            )
    return reports


#: A shorter run of clauses that are no part of the report, inside it, is furniture of the page.
FURNITURE = 3


def as_read(folder: Path) -> list[Report]:
    """Reports with the parts that policydiff gives them now."""
    reports = []
    for path in sorted(folder.glob("*.txt")):
        document = policydiff.read(path)
        runs = [(part, list(run)) for part, run in groupby(document.clauses, key=lambda c: c.part)]
        spans: list[tuple[int, int, str]] = []
        for k, (part, run) in enumerate(runs):
            if part == "other" and 0 < k < len(runs) - 1 and len(run) < FURNITURE:
                continue
            if part == "review" and spans and spans[-1][2] == "plan":
                part = "plan"  # what a paragraph of the plan says first of the past
            # Headings are no clauses; they belong to what follows.
            spans.append((spans[-1][1] if spans else 0, run[-1].end, part))
        place = re.sub(r"[0-9-]|\.txt$", "", path.name) or folder.name
        reports.append(prepare(path.name, place, document.source, spans))
    return reports


def thinned(report: Report, copy: int) -> Report:
    """The report with the headings of its parts and few of its other sentences."""
    chance = random.Random(f"{report.file} {copy}")
    sentences_kept, headings_kept = THINNED[copy]
    share = {"part heading": 1.0, "heading": headings_kept}
    kept = [
        i
        for i, (at, state) in enumerate(zip(report.at, report.states, strict=True))
        if chance.random() < (0.5 if state == FRONT else share.get(PLACES[at], sentences_kept))
    ]
    columns = report.starts, report.ends, report.cues, report.at, report.states
    picked = [[values[i] for i in kept] for values in columns]
    return Report(report.file, report.place, report.sound, report.spans, *picked)


class Chains:
    """The reports as arrays: a row of cues for each sentence, padded to the longest report."""

    def __init__(self, reports: list[Report], ids: dict[tuple[str, str], int]) -> None:
        self.shape = len(reports), max(len(r.cues) for r in reports)
        row, column = [], []
        self.row = np.full(self.shape, -1)
        self.at = np.zeros(self.shape, int)
        self.states = np.zeros(self.shape, int)
        n = 0
        for b, report in enumerate(reports):
            for t, cues in enumerate(report.cues):
                known = [ids[c] for c in cues if c in ids]
                row += [n] * len(known)
                column += known
                self.row[b, t] = n
                n += 1
            self.at[b, : len(report.at)] = report.at
            self.states[b, : len(report.states)] = report.states
        self.cues = csr_matrix((np.ones(len(row)), (row, column)), shape=(n, len(ids)))
        self.turned = self.cues.T.tocsr()
        self.live = self.row >= 0


def _log_sum(a, axis):
    top = a.max(axis=axis, keepdims=True)
    return (top + np.log(np.exp(a - top).sum(axis=axis, keepdims=True))).squeeze(axis)


def loss(d: Chains, weights, changes, begin):
    """The negative log-likelihood and its gradients (forward-backward)."""
    own = np.zeros((*d.shape, N))
    own[d.live] = (d.cues @ weights)[d.row[d.live]]
    ahead = np.zeros_like(own)
    ahead[:, 0] = own[:, 0] + begin
    for t in range(1, d.shape[1]):
        step = _log_sum(ahead[:, t - 1][:, :, None] + changes[d.at[:, t]], 1) + own[:, t]
        ahead[:, t] = np.where(d.live[:, t, None], step, ahead[:, t - 1])
    total = _log_sum(ahead[:, -1], 1)
    back = np.zeros_like(own)
    of_changes = np.zeros_like(changes)
    chance = np.zeros_like(own)
    chance[:, -1] = np.exp(ahead[:, -1] - total[:, None])
    for t in range(d.shape[1] - 1, 0, -1):
        onward = (own[:, t] + back[:, t])[:, None, :] + changes[d.at[:, t]]
        pair = np.exp(ahead[:, t - 1][:, :, None] + onward - total[:, None, None])
        np.add.at(of_changes, d.at[:, t], pair * d.live[:, t, None, None])
        back[:, t - 1] = np.where(d.live[:, t, None], _log_sum(onward, 2), back[:, t])
        chance[:, t - 1] = np.exp(ahead[:, t - 1] + back[:, t - 1] - total[:, None])
    b, t = np.nonzero(d.live)
    true = own[b, t, d.states[b, t]].sum() + begin[d.states[:, 0]].sum()
    off = np.zeros((d.cues.shape[0], N))
    off[d.row[b, t]] = chance[b, t]
    off[d.row[b, t], d.states[b, t]] -= 1
    b, t = np.nonzero(d.live[:, 1:])
    where = d.at[b, t + 1], d.states[b, t], d.states[b, t + 1]
    true += changes[where].sum()
    np.subtract.at(of_changes, where, 1)
    of_begin = chance[:, 0].sum(0)
    np.subtract.at(of_begin, d.states[:, 0], 1)
    return total.sum() - true, d.turned @ off, of_changes, of_begin


def fit(reports: list[Report], cues: list[tuple[str, str]], rounds: int):
    """The weights of cues, of changes and of beginnings."""
    ids = {cue: i for i, cue in enumerate(cues)}
    reports = reports + [thinned(r, k) for r in reports for k in range(len(THINNED))]
    by_length: dict[int, list[Report]] = {}
    for report in reports:
        if report.cues:
            by_length.setdefault(sum(len(report.cues) > n for n in LENGTHS), []).append(report)
    chains = [Chains(group, ids) for group in by_length.values()]
    sizes = len(cues) * N, len(PLACES) * N * N

    def parts(v):
        a, b = sizes
        return v[:a].reshape(-1, N), v[a : a + b].reshape(len(PLACES), N, N), v[a + b :]

    meant = np.zeros((len(cues), N))
    for cue, states in MEANT.items():
        for state, weight in states.items():
            meant[ids[cue], STATES.index(state)] = weight
    of_cues = [
        RIDGE_OF_HEADINGS
        if cue in MEANT or cue[0] in HEADINGS
        else RIDGE_OF_SHAPES
        if cue[0] == "shape" and cue[1].rstrip(" 0123456789") in SHAPES
        else RIDGE
        for cue in cues
    ]
    ridge = np.concatenate([np.repeat(of_cues, N), np.full(sizes[1] + N, RIDGE_OF_CHANGES)])

    center = np.concatenate([meant.ravel(), np.zeros(sizes[1] + N)])

    def objective(v):
        value, gradient = 0.0, np.zeros(len(v))
        for d in chains:
            part, *gradients = loss(d, *parts(v))
            value += part
            gradient += np.concatenate([g.ravel() for g in gradients])
        off = v - center
        return value + 0.5 * (ridge * off * off).sum(), gradient + ridge * off

    return parts(
        minimize(objective, center, jac=True, method="L-BFGS-B", options={"maxiter": rounds}).x
    )


def telling(reports: list[Report]) -> list[tuple[str, str]]:
    """The common cues by which the parts differ most (likelihood ratio), the best first."""
    shown: dict[tuple[str, str], set[str]] = {}
    counts: dict[tuple[str, str], np.ndarray] = {}
    whole = np.zeros(N)
    for report in reports:
        for cues, state in zip(report.cues, report.states, strict=True):
            whole[state] += 1
            for cue in cues:
                shown.setdefault(cue, set()).add(report.place)
                counts.setdefault(cue, np.zeros(N))[state] += 1
    share = whole / whole.sum()

    def ratio(cue):
        c = counts[cue]
        return float((c * np.log(np.maximum(c, 1e-9) / (c.sum() * share + 1e-9))).sum())

    common = [
        c for c in counts if len(shown[c]) >= PLACES_AT_LEAST and counts[c].sum() >= TIMES_AT_LEAST
    ]
    ranked = [c for c in sorted(common, key=lambda c: (-ratio(c), c)) if not _said(c, counts)]
    return list(dict.fromkeys([*MEANT, *ranked[:FIRST]]))


def _said(cue: tuple[str, str], counts: dict[tuple[str, str], np.ndarray]) -> bool:
    """Whether a shorter run of characters inside this one tells as much."""
    kind, word = cue
    if kind not in WORDS:
        return False
    inside = {word[i:j] for i in range(len(word)) for j in range(i + 1, len(word) + 1)} - {word}
    often = counts[cue].sum()
    return any(
        (kind, part) in counts and often >= SAME * counts[kind, part].sum() for part in inside
    )


def pruned(reports: list[Report], kept: int):
    """The heaviest cues, and the weights fitted with them alone."""
    cues = telling(reports)
    often = Counter(c for r in reports for cues_of in r.cues for c in cues_of)
    weights, _, _ = fit(reports, cues, ROUNDS // 2)
    spread = weights.max(1) - weights.min(1)
    heavy = {cue: spread[i] * np.sqrt(often[cue]) for i, cue in enumerate(cues)}
    heaviest = sorted(heavy, key=lambda c: (-heavy[c], c))[:kept]
    cues = list(dict.fromkeys([*MEANT, *heaviest]))
    return cues, *fit(reports, cues, ROUNDS)


def rows(cues, weights, changes, begin) -> list[list[str]]:
    """The rows of the table."""

    def line(kind, name, numbers):
        numbers = numbers - numbers.max() if kind.startswith("from ") else numbers - numbers.mean()
        return [
            kind,
            name,
            *(f"{n:.2f}".rstrip("0").rstrip(".").replace("-0", "-0") for n in numbers),
        ]

    out = [line("begin", "report", begin)]
    for k, place in enumerate(PLACES):
        out += [
            [f"from {state}", place, *(f"{x:.2f}" for x in changes[k, i])]
            for i, state in enumerate(STATES)
        ]
    order = sorted(
        range(len(cues)),
        key=lambda i: (cues[i][0], -np.abs(weights[i] - weights[i].mean()).max(), cues[i][1]),
    )
    return out + [line(*cues[i], weights[i]) for i in order]


def outcome(reports: list[Report], model: PartModel):
    """What score_parts measures, over sentences, for each report: plan right, found, overrun."""
    results = []
    for report in reports:
        evidence = []
        for cues in report.cues:
            kinds: dict[str, set[str]] = {}
            for kind, word in cues:
                kinds.setdefault(kind, set()).add(word)
            evidence.append(model.evidence(kinds.items()))
        path = model.best(evidence, [PLACES[k] for k in report.at])
        n = right = plan = hit = called = wrong = 0
        for start, end, state in zip(report.starts, report.ends, path, strict=True):
            size = end - start
            truth = next((p for a, b, p in report.spans if a <= start < b), "other") in (
                "plan",
                "five_year",
            )
            says = STATES[state] in ("plan", "five_year")
            n, right, plan = n + size, right + size * (truth == says), plan + size * truth
            hit, called, wrong = (
                hit + size * (truth and says),
                called + size * says,
                wrong + size * (says > truth),
            )
        results.append((report.file, n, right, hit >= 0.9 * plan, wrong > 0.05 * max(1, called)))
    return results


def summary(results) -> str:
    n = sum(r[1] for r in results)
    plan, found, overrun = (sum(r[k] for r in results) for k in (2, 3, 4))
    share = 1 / len(results)
    return (
        f"reports {len(results)}; plan {plan / n:.4f}; "
        f"found {found * share:.3f}; overrun {overrun * share:.3f}"
    )


def cross(reports: list[Report], folds: int, kept: int) -> None:
    """``folds`` 0: each place on its own."""
    places = sorted({r.place for r in reports if r.sound is not None})
    group = {p: i % folds if folds else i for i, p in enumerate(places)}
    results = []
    for g in sorted(set(group.values())):
        left_out = [r for r in reports if group[r.place] == g and "/" in r.file]
        if not left_out:
            continue
        rest = [r for r in reports if group[r.place] != g]
        model = PartModel(rows(*pruned(rest, kept)))
        these = outcome([r for r in left_out if r.sound], model)
        results += these
        print(sorted({r.place for r in left_out}), summary(these) if these else "", flush=True)
        for r in sorted(these, key=lambda r: r[2] / r[1])[:WORST]:
            lost, overrun = "" if r[3] else "LOST", "OVERRUN" if r[4] else ""
            print(f"{r[2] / r[1]:.3f} {r[0]} {lost} {overrun}", flush=True)
    print(summary(results))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("reports", type=Path)
    parser.add_argument("--more", type=Path, action="append", default=[])
    parser.add_argument("--cross", action="store_true")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--kept", type=int, default=KEPT)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    reports = labelled(args.labels, args.reports)
    for folder in args.more:
        reports += as_read(folder)
    if args.cross:
        cross(reports, args.folds, args.kept)
    if args.write:
        table = rows(*pruned(reports, args.kept))
        head = [
            "# Which part of a report a sentence belongs to: made by benchmarks/fit_parts.py.",
            "# kind, words or class, then what it weighs (in nats) for each state:",
            "# " + ", ".join(STATES),
        ]
        TABLE.write_text(
            "\n".join([*head, *("\t".join(r) for r in table)]) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
