"""Two pairs of clause lists that depend on nothing but the words of the fictional reports.

Cut at full stops and semicolons by the plainest of rules, so that they stay as they are when the
rules for clauses, targets and commitments change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from policydiff.align.align import LinkModel, link_model
from policydiff.align.candidates import Pair
from policydiff.align.evidence import ClauseList, LinkEvidence, clause_list, evidence, layout_of
from policydiff.align.features import Features
from policydiff.analysis.keys import key_of
from policydiff.language.zh import CHINESE

CORPORA = Path(__file__).resolve().parents[1] / "corpora"
PAIRS = (("栖川县/2023.txt", "栖川县/2024.txt"), ("栖川县/2025.txt", "澜溪县/2025.txt"))
_HEADING = re.compile("[（(]?[一二三四五六七八九十]+[）)、]")
_SUBJECT = re.compile("([\u4e00-\u9fff]{4,})[0-9]")


def pieces(name: str) -> Iterator[tuple[str, int, str]]:
    """The text, line and heading of each piece of the plan of a report of corpora/."""
    heading = ""
    for number, line in enumerate((CORPORA / name).read_text(encoding="utf-8").splitlines()):
        if _HEADING.match(line):
            heading = line
        elif "工作安排" in heading or heading.startswith("（"):
            for text in re.split("(?<=[。；;])", line.strip()):
                if len(text) > 6:
                    yield text, number, heading


@cache
def texts(name: str) -> list[str]:
    return [text for text, _, _ in pieces(name)]


@cache
def fixed_list(name: str) -> ClauseList:
    """The pieces as a list to align; what stands before a number is the name of an indicator."""
    found = list(pieces(name))
    return clause_list(
        [Features(key_of(t, CHINESE), tuple(_SUBJECT.findall(t))) for t, _, _ in found],
        layout_of([line for _, line, _ in found], [heading for _, _, heading in found]),
    )


#: Of each pair of lists every candidate at least so likely a link.
SHOWN = 0.05
SNAPSHOT = Path(__file__).parent / "golden" / "links.tsv"
_HEAD = (
    "# Scores of the candidates of tests/fixed_lists.py; python -m tests.fixed_lists writes them."
)


@cache
def _evidence(number: int) -> Mapping[Pair, LinkEvidence]:
    return dict(sorted(evidence(*map(fixed_list, PAIRS[number])).items()))


def scores(model: LinkModel) -> list[tuple[int, int, int, float]]:
    """Number of the pair of lists, both clauses and score of every candidate that is shown."""
    return [
        (number, i, j, score)
        for number in range(len(PAIRS))
        for (i, j), found in _evidence(number).items()
        if (score := model.likelihood(found)) >= SHOWN
    ]


def written() -> str:
    lines = [_HEAD]
    for number, i, j, score in scores(link_model(CHINESE)):
        old, new = (texts(name)[k] for name, k in zip(PAIRS[number], (i, j), strict=True))
        lines.append(f"{number}\t{i}\t{j}\t{score}\t{old[:16]}\t{new[:16]}")
    return "\n".join(lines) + "\n"


def recorded() -> list[tuple[int, int, int, float]]:
    """The scores as they were when they were last looked at."""
    rows = [line.split("\t") for line in SNAPSHOT.read_text(encoding="utf-8").splitlines()[1:]]
    return [(int(a), int(b), int(c), float(d)) for a, b, c, d, *_ in rows]


if __name__ == "__main__":
    SNAPSHOT.write_text(written(), encoding="utf-8")
