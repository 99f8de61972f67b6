"""Fit the table language/zh/parts.tsv: which part of a report a sentence belongs to.

    python benchmarks/fit_parts.py LABELS REPORTS [--more DIR …] [--cross] [--write]

LABELS: a .jsonl file with a report a line (``file``, and ``stretches`` of review, problems, plan,
five_year, other with ``start`` and ``end``); REPORTS: the folder that the files lie in, a folder
for each place. ``--more``: folders of reports without labels whose headings are clear (national
and provincial ones): they are taken as policydiff reads them now, so that other levels weigh in.

A linear-chain conditional random field: weights of cues and of changes of part, ridge penalty,
L-BFGS. Cues that few places show are left out, then the heaviest are kept and fitted again.
Each labelled report is fitted in shortened and damaged copies too (varied.py). ``--cross`` leaves
out one group of places after the other (``--folds N``; 0: each place on its own), fits on the rest
and prints how the left-out reports come out, as they are and in each manner of copy; ``--write``
fits on all and writes the table.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice
from pathlib import Path

import numpy as np
from chains import Chain, Chains
from labels import ROOT
from scipy.sparse import csr_matrix
from varied import MEASURED, drawn, varied

import policydiff
from policydiff.analysis.appended import annexes, second_copy
from policydiff.analysis.identity import identify
from policydiff.analysis.layout import lines_of
from policydiff.analysis.parts import RUN_KINDS, UNIT, PartModel, Reader
from policydiff.analysis.sentences import BACK, FRONT, PLACES, STATES, sentences
from policydiff.language.words import short_runs
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
RIDGE, RIDGE_OF_CHANGES, ROUNDS = 1.0, 1.0, 50
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
    ("says", "problems"): {"problems": 5.0},
    ("says", "plan"): {"plan": 2.0, "five_year": 1.0},
    ("says", "plan, this year"): {"plan": 1.0},
    ("says", "review, last year"): {"review": 1.0},
    ("says", "other"): {"back": 2.0},
    ("says", "a number behind review"): {"plan": 3.0, "five_year": 2.0},
    ("says", "section under review"): {"review": 3.0},
    ("says", "section under plan"): {"plan": 1.5, "five_year": 1.5},
    ("below", "review"): {"review": 0.5},
    ("below", "review, last year"): {"review": 0.5},
    ("below", "problems"): {"problems": 1.0},
    ("below", "plan"): {"plan": 0.5, "five_year": 0.5},
    ("below", "plan, this year"): {"plan": 0.5},
    ("shape", "call"): {"back": 5.5},
    ("shape", "title page"): {"front": 2.0},
}
#: Changes of part that hardly any report makes at a section's heading, which stands below a part's
#: The fit starts from these weights too.
RARE_CHANGES = {("heading", "review", "plan"): -4.0, ("heading", "plan", "review"): -4.0}
#: Each labelled report is fitted again in so many copies (varied.py), each with this weight.
COPIES, WEIGHT_OF_COPIES = 6, 0.5
#: Into so many groups of places the reports are divided to be left out, each once.
FOLDS = 6
#: So many of the reports that come out worst are named.
WORST = 8
N = len(STATES)
NAMES = {"review": 1, "problems": 2, "five_year": 3, "plan": 4}


#: The manner of copies that are fitted, not measured; the name of a file that says nothing.
FITTED, NAMELESS = "fitted", "report.txt"


#: A number for every cue that any report shows, in the order in which they are met.
CUES: dict[tuple[str, str], int] = {}


@dataclass
class Report:
    """``manner``: of the copy of a report (varied.py); empty for the report itself."""

    file: str
    place: str
    sound: bool
    spans: list[tuple[int, int, str]]
    starts: list[int]
    ends: list[int]
    cues: list[np.ndarray]
    at: list[int]
    states: list[int]
    manner: str = ""

    @cached_property
    def table(self) -> csr_matrix:
        """A row for each sentence with a one for each cue that it shows."""
        pointers = np.cumsum([0, *map(len, self.cues)])
        columns = np.concatenate(self.cues) if self.cues else np.zeros(0, int)
        shape = len(self.cues), len(CUES)
        return csr_matrix((np.ones(len(columns)), columns, pointers), shape=shape)

    @cached_property
    def counts(self) -> np.ndarray:
        """How often each cue is shown in each state: a row a state."""
        of_state = np.eye(N)[:, self.states]
        return of_state @ self.table


def prepare(
    file: str,
    place: str,
    text: str,
    spans,
    *,
    sound: bool = True,
    name: str = NAMELESS,
    manner: str = "",
) -> Report:
    """``spans``: (start, end, part) over the text as it is; ``name``: of the file."""
    plain = CHINESE.fold(text)
    lines = [line for line in lines_of(plain, CHINESE) if not line.furniture]
    year = identify(plain, text, lines, CHINESE, name=name).year
    reader = Reader(CHINESE, year)
    cut = sentences(plain, lines, CHINESE)
    # What a rule decides is not learned.
    apart = annexes(plain, cut, CHINESE, year)
    if repeated := second_copy(plain, cut):
        apart |= dict.fromkeys(range(*repeated), BACK)
    cut = [s for i, s in enumerate(cut) if i not in apart]
    cues = [
        np.array(
            [
                CUES.setdefault((kind, word), len(CUES))
                for kind, words in reader.cues_of(plain, s, i, len(cut))
                for word in sorted(short_runs(words) if kind in RUN_KINDS else words)
                if kind not in WORDS or LETTERS.fullmatch(word)
            ],
            dtype=np.int32,
        )
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
        manner,
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


def labelled(labels: Path, folder: Path, *, measured: bool) -> list[Report]:
    """The labelled reports, as they are, in copies to be fitted, and in copies to be measured."""
    reports = []
    for line in labels.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        file = record["file"]
        text = (folder / file).read_text(encoding="utf-8")
        spans = [(s["start"], s["end"], s["part"]) for s in record["stretches"]]
        if all(part == "other" for _, _, part in spans):
            continue
        place = file.split("/")[0]
        reports.append(prepare(file, place, text, spans, sound=record["sound"]))
        if not record["sound"]:
            continue
        for k in range(COPIES):
            chance = random.Random(f"{file} {k}")
            copy = varied(text, spans, drawn(chance), chance)
            name = chance.choice((NAMELESS, f"{record['year']}.txt"))
            reports.append(prepare(file, place, *copy, name=name, manner=FITTED))
        for manner in MEASURED if measured else ():
            chance = random.Random(f"{file} {manner}")
            copy = varied(text, spans, MEASURED[manner], chance)
            reports.append(prepare(file, place, *copy, manner=manner))
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


def fit(reports: list[Report], cues: list[tuple[str, str]], rounds: int):
    """The weights of cues, of changes and of beginnings."""
    columns = [CUES.setdefault(cue, len(CUES)) for cue in cues]
    chains = [
        Chain(
            wide(report)[:, columns],
            report.at,
            report.states,
            WEIGHT_OF_COPIES if report.manner else 1,
        )
        for report in reports
    ]
    center = np.zeros(len(cues) * N + len(PLACES) * N * N + N)
    for k, cue in enumerate(cues):
        for state, weight in MEANT.get(cue, {}).items():
            center[k * N + STATES.index(state)] = weight
    for (place, before, after), weight in RARE_CHANGES.items():
        row = PLACES.index(place) * N + STATES.index(before)
        center[(len(cues) + row) * N + STATES.index(after)] = weight
    of_cues = np.repeat([_ridge(cue) for cue in cues], N)
    ridge = np.concatenate([of_cues, np.full(len(center) - len(of_cues), RIDGE_OF_CHANGES)])
    return Chains(chains, len(PLACES), N).fit(center, ridge, rounds)


def wide(report: Report) -> csr_matrix:
    """The report's table with a column for every cue that is known by now."""
    table = report.table
    table.resize(table.shape[0], len(CUES))
    return table


def _ridge(cue: tuple[str, str]) -> float:
    kind, name = cue
    if kind == "below":
        return RIDGE_OF_SHAPES
    if cue in MEANT or kind in HEADINGS:
        return RIDGE_OF_HEADINGS
    if kind == "shape" and name.rstrip(" 0123456789") in SHAPES:
        return RIDGE_OF_SHAPES
    return RIDGE


def telling(reports: list[Report]) -> list[tuple[str, str]]:
    """The common cues by which the parts differ most (likelihood ratio), the best first."""
    names = list(CUES)
    counts = np.zeros((N, len(names)))
    shown = np.zeros((len({r.place for r in reports}), len(names)), bool)
    places = {place: k for k, place in enumerate(sorted({r.place for r in reports}))}
    for report in reports:
        if not report.manner:
            of = report.counts
            counts[:, : of.shape[1]] += of
            shown[places[report.place], : of.shape[1]] |= of.any(0)
    whole = np.bincount(np.concatenate([r.states for r in reports if not r.manner]), minlength=N)
    often = counts.sum(0)
    common = (shown.sum(0) >= PLACES_AT_LEAST) & (often >= TIMES_AT_LEAST)
    expected = often * (whole / whole.sum())[:, None]
    ratio = (counts * np.log(np.maximum(counts, 1e-9) / (expected + 1e-9))).sum(0)
    times = {names[k]: int(often[k]) for k in np.flatnonzero(common)}
    ranked = sorted(times, key=lambda cue: (-ratio[CUES[cue]], cue))
    new = (cue for cue in ranked if not _said(cue, times))
    return list(dict.fromkeys([*MEANT, *islice(new, FIRST)]))


def _said(cue: tuple[str, str], times: dict[tuple[str, str], int]) -> bool:
    """Whether a shorter run of characters inside this one tells as much."""
    kind, word = cue
    if kind not in WORDS:
        return False
    inside = {word[i:j] for i in range(len(word)) for j in range(i + 1, len(word) + 1)} - {word}
    return any((kind, part) in times and times[cue] >= SAME * times[kind, part] for part in inside)


def pruned(reports: list[Report], kept: int):
    """The heaviest cues, and the weights fitted with them alone."""
    reports = [r for r in reports if r.manner in ("", FITTED)]
    cues = telling(reports)
    weights, _, _ = fit(reports, cues, ROUNDS // 2)
    often = sum(wide(report).sum(0) for report in reports)
    often = np.asarray(often)[0, [CUES[cue] for cue in cues]]
    heavy = (weights.max(1) - weights.min(1)) * np.sqrt(often)
    order = sorted(range(len(cues)), key=lambda k: (-heavy[k], cues[k]))
    cues = list(dict.fromkeys([*MEANT, *(cues[k] for k in order[:kept])]))
    return cues, *fit(reports, cues, ROUNDS)


def rows(cues, weights, changes, begin) -> list[list[str]]:
    """The rows of the table."""

    def line(kind, name, numbers):
        numbers = numbers - numbers.max() if kind.startswith("from ") else numbers - numbers.mean()
        return [kind, name, *(str(round(n * UNIT)) for n in numbers)]

    out = [line("begin", "report", begin)]
    for k, place in enumerate(PLACES):
        out += [
            [f"from {state}", place, *(str(round(x * UNIT)) for x in changes[k, i])]
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
    weights = np.zeros((len(CUES), N), int)
    for kind, words in model.weights.items():
        for word, of in words.items():
            weights[CUES[kind, word]] = of
    planned = ("plan", "five_year")
    for report in reports:
        evidence = [tuple(map(int, row)) for row in wide(report) @ weights]
        path = model.best(evidence, [PLACES[k] for k in report.at])
        n = right = plan = hit = called = wrong = 0
        for start, end, state in zip(report.starts, report.ends, path, strict=True):
            size = end - start
            part = next((p for a, b, p in report.spans if a <= start < b), "other")
            truth, says = part in planned, STATES[state] in planned
            n, right, plan = n + size, right + size * (truth == says), plan + size * truth
            hit, called = hit + size * (truth and says), called + size * says
            wrong += size * (says > truth)
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
    """Groups of places left out, one after the other; ``folds`` 0: each place on its own.

    Prints how their reports come out, as they are and in each manner of copy.
    """
    places = sorted({r.place for r in reports if "/" in r.file})
    group = {p: i % folds if folds else i for i, p in enumerate(places)}
    results = defaultdict(list)
    for g in sorted(set(group.values())):
        rest = [r for r in reports if group.get(r.place) != g]
        model = PartModel(rows(*pruned(rest, kept)))
        left_out = [r for r in reports if group.get(r.place) == g and r.sound]
        for manner in ("", *MEASURED):
            these = outcome([r for r in left_out if r.manner == manner], model)
            results[manner] += these
            if not manner:
                print(sorted({r.place for r in left_out}), summary(these), flush=True)
                for r in sorted(these, key=lambda r: r[2] / r[1])[:WORST]:
                    lost, overrun = "" if r[3] else "LOST", "OVERRUN" if r[4] else ""
                    if lost or overrun:
                        print(f"{r[2] / r[1]:.3f} {r[0]} {lost} {overrun}", flush=True)
    for manner, these in results.items():
        print(f"{manner or 'as they are'}: {summary(these)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("reports", type=Path)
    parser.add_argument("--more", type=Path, nargs="+", action="extend", default=[])
    parser.add_argument("--cross", action="store_true")
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--kept", type=int, default=KEPT)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    reports = labelled(args.labels, args.reports, measured=args.cross)
    for folder in args.more:
        reports += as_read(folder)
    if args.cross:
        cross(reports, args.folds, args.kept)
    if args.write:
        table = rows(*pruned(reports, args.kept))
        head = [
            "# Which part of a report a sentence belongs to: made by benchmarks/fit_parts.py.",
            "# kind, words or class, then what it weighs (in hundredths of a nat) for each state:",
            "# " + ", ".join(STATES),
        ]
        TABLE.write_text(
            "\n".join([*head, *("\t".join(r) for r in table)]) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
