"""Reports and results that several modules look at, made once in a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import policydiff
from policydiff.output.result import Result

CORPORA = Path(__file__).resolve().parents[1] / "corpora"
YEARS = [CORPORA / "栖川县" / f"{year}.txt" for year in (2023, 2024, 2025)]


@cache
def document(path: Path) -> policydiff.Document:
    """A report as it is read."""
    return policydiff.read(path)


@cache
def comparison(old: Path = YEARS[0], new: Path = YEARS[1]) -> policydiff.Comparison:
    """Two reports compared; the first two years of 栖川县 unless told."""
    return policydiff.compare(document(old), document(new))


@cache
def corpus() -> policydiff.CorpusComparison:
    """The last year of 栖川县 against all fictional reports."""
    return policydiff.compare_corpus(document(YEARS[2]), CORPORA, cached=False)


@cache
def trajectory() -> policydiff.Trajectory:
    """栖川县 through its three years."""
    return policydiff.trajectory([document(path) for path in YEARS])


def result(kind: str) -> Result:
    """The one of the three results that is of this kind."""
    return {"comparison": comparison, "corpus": corpus, "trajectory": trajectory}[kind]()
