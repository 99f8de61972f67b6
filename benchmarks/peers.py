"""Score policydiff beside what a user would write otherwise, and against its own last record.

    python benchmarks/peers.py LABELS_DIR [--record] [--texts]

LABELS_DIR holds labelled pairs of reports as JSON beside score.py and units.py (see README of the
labels); all scoring is done with score.py. --texts prints the clauses behind gains and losses.
--record writes results/quality.md, and results/links.json: which certain links were found and which
wrong ones made, as numbers of units, to compare the next run with.

The peers are favoured twice, see HOW.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from statistics import fmean
from types import ModuleType
from typing import Any

import numpy as np
from labels import labelled, load_score
from rapidfuzz import fuzz, process
from speed import markdown

import policydiff

RESULTS = Path(__file__).resolve().parent / "results"
LINKS = RESULTS / "links.json"
QUALITY = RESULTS / "quality.md"
COMMAND = "python benchmarks/peers.py LABELS_DIR --record"
OURS = "policydiff"

HOW = """\
Precision counts links that any reader made, recall those that all readers made; both only between
units that a reader called a commitment. `dropped` and `added`: F1 of the units left without a link.

The peers are favoured twice. They are given the units that the readers called commitments, where
policydiff has to find clauses and commitments in the files. And each is shown at the setting and
the threshold with the best F1 of links on that very pair, found with the labels. In return the
weights of policydiff were fitted on these pairs, all together; `fit_links.py` prints what weights
fitted on the other pairs reach on each."""

Pair = tuple[int, int]
Pairs = set[Pair]
#: Candidate links with their likeness; a threshold makes links of them.
Scored = dict[Pair, float]
Gold = dict[str, Any]
Alone = tuple[set[int], set[int]]
Texts = tuple[list[str], list[str]]
#: Pair of reports, method, setting.
Names = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One method on one pair of reports: P, R and F1 of links, F1 of dropped and added."""

    pair: str
    method: str
    setting: str
    links: tuple[float, float, float]
    dropped: float
    added: float


@dataclass(frozen=True, slots=True)
class Made:
    """Links that were made, by number of units: certain ones, and ones that no reader made."""

    found: Pairs
    wrong: Pairs


@dataclass(frozen=True, slots=True)
class Diff:
    """What became of the links between two runs."""

    gained: Pairs
    lost: Pairs
    new_wrong: Pairs
    wrong_gone: Pairs


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything about one pair of reports; ``texts``: the units of the old and the new one."""

    name: str
    rows: list[Row]
    made: Made
    texts: Texts = field(repr=False)


# --- the peers ------------------------------------------------------------------------------------


def mutual_best(matrix: np.ndarray) -> Scored:
    """The cells that are the highest of their row and of their column; ties count, zeros do not.

    >>> mutual_best(np.array([[0.9, 0.2], [0.8, 0.1]]))
    {(0, 0): 0.9}
    """
    best = (
        (matrix > 0)
        & (matrix == matrix.max(axis=1, keepdims=True))
        & (matrix == matrix.max(axis=0, keepdims=True))
    )
    return {(int(i), int(j)): float(matrix[i, j]) for i, j in zip(*np.nonzero(best), strict=True)}


def by_ratio(old: list[str], new: list[str]) -> dict[str, Scored]:
    """rapidfuzz as its documentation suggests for two lists."""
    return {"mutual best": mutual_best(process.cdist(old, new, scorer=fuzz.ratio))}


def by_wratio(old: list[str], new: list[str]) -> dict[str, Scored]:
    """rapidfuzz's search for the best choice, from the old side and from both."""
    forth, back = _best_choices(old, new), _best_choices(new, old)
    one_way = {(i, j): value for i, (j, value) in enumerate(forth)}
    mutual = {(i, j): value for (i, j), value in one_way.items() if back[j][0] == i}
    return {"best of each old unit": one_way, "mutual best": mutual}


def _best_choices(queries: list[str], choices: list[str]) -> list[tuple[int, float]]:
    found = (process.extractOne(query, choices, scorer=fuzz.WRatio) for query in queries)
    return [(index, value) for _, value, index in found]


def by_tfidf(old: list[str], new: list[str]) -> dict[str, Scored]:
    """scikit-learn: cosine of TF-IDF over pairs and triples of characters."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # takes a second to import

    model = TfidfVectorizer(analyzer="char", ngram_range=(2, 3)).fit([*old, *new])
    matrix = (model.transform(old) @ model.transform(new).T).toarray()
    every = {(int(i), int(j)): float(matrix[i, j]) for i, j in np.argwhere(matrix > 0)}
    return {"mutual best": mutual_best(matrix), "every pair": every}


def by_difflib(old: list[str], new: list[str]) -> dict[str, Scored]:
    """The standard library's SequenceMatcher."""
    matchers = [SequenceMatcher(b=text, autojunk=False) for text in new]
    bounds = []
    for i, text in enumerate(old):
        for j, matcher in enumerate(matchers):
            matcher.set_seq1(text)
            if matcher.real_quick_ratio() > 0:
                bounds.append((matcher.quick_ratio(), i, j))
    return {"mutual best": mutual_best(_ratios(old, matchers, bounds))}


def _ratios(
    old: list[str], matchers: list[SequenceMatcher[str]], bounds: list[tuple[float, int, int]]
) -> np.ndarray:
    """The exact ratio wherever it can be the highest of its row or column; elsewhere 0.

    ``bounds``: what the ratio of each pair is at most. From the highest down, so that most pairs
    fall below what their row and column have already.
    """
    matrix = np.zeros((len(old), len(matchers)))
    rows, columns = np.zeros(len(old)), np.zeros(len(matchers))
    for bound, i, j in sorted(bounds, reverse=True):
        if bound < rows[i] and bound < columns[j]:
            continue
        matchers[j].set_seq1(old[i])
        matrix[i, j] = value = matchers[j].ratio()
        rows[i], columns[j] = max(rows[i], value), max(columns[j], value)
    return matrix


PEERS: dict[str, Callable[[list[str], list[str]], dict[str, Scored]]] = {
    "rapidfuzz ratio": by_ratio,
    "rapidfuzz WRatio, extractOne": by_wratio,
    "TF-IDF of 2-3 characters": by_tfidf,
    "difflib": by_difflib,
}


def best_cut(scored: Scored, acceptable: Pairs, certain: Pairs) -> tuple[float, float]:
    """The highest F1 that a threshold reaches, and the threshold (links are at or above it).

    >>> best_cut({(0, 0): 0.9, (0, 1): 0.5, (1, 1): 0.4}, {(0, 0)}, {(0, 0)})
    (1.0, 0.9)
    """
    ranked = sorted(scored.items(), key=lambda item: -item[1])
    best, chosen, right, sure = (0.0, 0.0), 0, 0, 0
    for value, group in groupby(ranked, key=lambda item: item[1]):
        for pair, _ in group:
            chosen, right, sure = chosen + 1, right + (pair in acceptable), sure + (pair in certain)
        p, r = right / chosen, sure / max(1, len(certain))
        best = max(best, (2 * p * r / (p + r) if p + r else 0.0, value))
    return best


# --- scoring --------------------------------------------------------------------------------------


def _row(score: ModuleType, gold: Gold, names: Names, linked: Pairs, alone: Alone) -> Row:
    """``alone``: the units of the old and of the new report that the method calls unlinked."""
    unlinked = []
    for k, side in enumerate(("old", "new")):
        surely, maybe = ({link[k] for link in gold[kind]} for kind in ("certain", "acceptable"))
        everyone, anyone = gold[f"{side}_certain"], gold[f"{side}_any"]
        left = (alone[k] & anyone) - {link[k] for link in linked}
        unlinked.append(score.prf(left, anyone - surely, everyone - maybe)[2])
    links = score.prf(linked, gold["acceptable"], gold["certain"])
    return Row(*names, links, dropped=unlinked[0], added=unlinked[1])


def our_row(
    score: ModuleType, pair: str, gold: Gold, result: policydiff.Comparison
) -> tuple[Row, Made]:
    """policydiff, from the files, with its own clauses and commitments."""
    spans = {side: score.units(getattr(result, side).source) for side in ("old", "new")}

    def units_of(side: str, changes: Iterable[policydiff.Change]) -> set[int]:
        clauses = [clause for change in changes for clause in getattr(change, side)]
        return {u for c in clauses for u in score.overlap_units(spans[side], c.start, c.end)}

    linked = {
        (i, j)
        for change in (*result.kept, *result.changed)
        for i in units_of("old", [change]) & gold["old_any"]
        for j in units_of("new", [change]) & gold["new_any"]
    }
    alone = units_of("old", result.dropped), units_of("new", result.added)
    made = Made(linked & gold["certain"], linked - gold["acceptable"])
    return _row(score, gold, (pair, OURS, "as shipped"), linked, alone), made


def peer_row(score: ModuleType, pair: str, gold: Gold, method: str, texts: Texts) -> Row:
    """A peer on the units that the readers call commitments, at its best."""
    old, new = sorted(gold["old_any"]), sorted(gold["new_any"])
    candidates = PEERS[method]([texts[0][i] for i in old], [texts[1][j] for j in new])
    trials = []
    for setting, scored in candidates.items():
        numbered = {(old[i], new[j]): value for (i, j), value in scored.items()}
        trials.append((best_cut(numbered, gold["acceptable"], gold["certain"]), setting, numbered))
    (_, cut), setting, numbered = max(trials, key=lambda trial: trial[0])
    linked = {link for link, value in numbered.items() if value >= cut}
    names = pair, method, f"{setting}, {cut:.3g}"
    return _row(score, gold, names, linked, (gold["old_any"], gold["new_any"]))


def measure(score: ModuleType, path: Path) -> Measured:
    """policydiff and every peer on one labelled pair."""
    gold = score.load_gold(path)
    result = policydiff.compare(gold["old"], gold["new"])
    ours, made = our_row(score, path.stem, gold, result)
    texts = _texts(score, result.old), _texts(score, result.new)
    peers = [peer_row(score, path.stem, gold, method, texts) for method in PEERS]
    return Measured(path.stem, [ours, *peers], made, texts)


def _texts(score: ModuleType, document: policydiff.Document) -> list[str]:
    return [text for _, _, text in score.units(document.source)]


def means(rows: Iterable[Row]) -> list[Row]:
    """The mean of all pairs, method by method."""
    by_method: dict[str, list[Row]] = {}
    for row in rows:
        by_method.setdefault(row.method, []).append(row)
    return [
        Row(
            "mean",
            method,
            "",
            links=(
                fmean(row.links[0] for row in same),
                fmean(row.links[1] for row in same),
                fmean(row.links[2] for row in same),
            ),
            dropped=fmean(row.dropped for row in same),
            added=fmean(row.added for row in same),
        )
        for method, same in by_method.items()
    ]


def table(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table."""
    head = ("pair", "method", "setting", "links P", "R", "F1", "dropped F1", "added F1")
    return markdown(
        head,
        (
            (r.pair, r.method, r.setting, *(f"{v:.3f}" for v in (*r.links, r.dropped, r.added)))
            for r in rows
        ),
        names=3,
    )


# --- gains and losses -----------------------------------------------------------------------------


def compare_links(before: Made, now: Made) -> Diff:
    """What ``now`` has that ``before`` had not, and the other way."""
    return Diff(
        gained=now.found - before.found,
        lost=before.found - now.found,
        new_wrong=now.wrong - before.wrong,
        wrong_gone=before.wrong - now.wrong,
    )


def dump_links(links: dict[str, Made]) -> str:
    """JSON with a line for each old unit, so that a change of a link is a change of a line."""
    pairs = []
    for name, made in sorted(links.items()):
        kinds = [f'  "found": {_by_old(made.found)}', f'  "wrong": {_by_old(made.wrong)}']
        pairs.append(f" {json.dumps(name)}: {{\n" + ",\n".join(kinds) + "\n }")
    return "{\n" + ",\n".join(pairs) + "\n}\n"


def _by_old(links: Pairs) -> str:
    partners: dict[int, list[int]] = {}
    for i, j in sorted(links):
        partners.setdefault(i, []).append(j)
    lines = [f'   "{i}": {json.dumps(js)}' for i, js in partners.items()]
    return "{\n" + ",\n".join(lines) + "\n  }" if lines else "{}"


def parse_links(text: str) -> dict[str, Made]:
    """What dump_links wrote."""

    def pairs(partners: dict[str, list[int]]) -> Pairs:
        return {(int(i), j) for i, js in partners.items() for j in js}

    return {
        name: Made(pairs(kinds["found"]), pairs(kinds["wrong"]))
        for name, kinds in json.loads(text).items()
    }


def gains(measured: Sequence[Measured], recorded: dict[str, Made]) -> dict[str, Diff]:
    """For every pair of reports that is on record, what became of its links."""
    return {m.name: compare_links(recorded[m.name], m.made) for m in measured if m.name in recorded}


def gains_table(diffs: dict[str, Diff]) -> str:
    """How many links were gained and lost, pair by pair."""
    kinds = Diff.__slots__
    head = ("pair", *(kind.replace("_", " ") for kind in kinds))
    rows = ((n, *(str(len(getattr(diff, kind))) for kind in kinds)) for n, diff in diffs.items())
    return markdown(head, rows)


def gains_texts(diff: Diff, texts: Texts) -> str:
    """The units behind the counts, to read."""
    lines = []
    for kind in Diff.__slots__:
        for i, j in sorted(getattr(diff, kind)):
            lines.append(f"{kind.replace('_', ' ').upper()}  {i}: {texts[0][i]}")
            lines.append(f"    -> {j}: {texts[1][j]}")
    return "\n".join(lines)


def page(rows: Sequence[Row]) -> str:
    """What --record writes for people."""
    return f"# Quality beside the peers\n\nMade by `{COMMAND}`.\n\n{HOW}\n\n{table(rows)}\n"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("--texts", action="store_true", help="print the links gained and lost")
    parser.add_argument("--record", action="store_true", help="write the files of results/")
    args = parser.parse_args(arguments)
    paths = labelled(args.labels)
    if not paths:
        parser.error(f"{args.labels}: no labelled pairs there")
    score = load_score(args.labels)
    measured = [measure(score, path) for path in paths]
    rows = [row for m in measured for row in m.rows]
    rows += means(rows)
    print(table(rows), end="\n\n")
    recorded = parse_links(LINKS.read_text(encoding="utf-8")) if LINKS.exists() else {}
    diffs = gains(measured, recorded)
    print(gains_table(diffs) if diffs else "No run of these pairs is on record.")
    for m in measured:
        if args.texts and m.name in diffs:
            print(f"\n== {m.name}", gains_texts(diffs[m.name], m.texts), sep="\n")
    if args.record:
        RESULTS.mkdir(exist_ok=True)
        LINKS.write_text(dump_links({m.name: m.made for m in measured}), encoding="utf-8")
        QUALITY.write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
