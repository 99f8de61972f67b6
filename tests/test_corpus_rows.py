"""What the index stores of a report comes back as it was, ready for the stages behind."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

import policydiff
from policydiff.align.features import features_of
from policydiff.analysis.clause import AnalysedClause, analyse, analysed, with_key
from policydiff.corpus.rows import StoredClauses, clauses_row, words_from, words_row
from policydiff.language.zh import CHINESE

CORPORA = sorted((Path(__file__).resolve().parents[1] / "corpora").glob("*/*.txt"))


@pytest.fixture(scope="module", params=CORPORA, ids=lambda path: f"{path.parent.name}{path.stem}")
def clauses(request: pytest.FixtureRequest) -> list[AnalysedClause]:
    return analysed(policydiff.read(request.param).commitments, CHINESE)


def test_clauses(clauses: list[AnalysedClause]) -> None:
    odd = [
        replace(clauses[0], body="县发展改革局\n县财政局", damaged=True),
        replace(clauses[1], text=clauses[1].text + "\n\u2028\\\"'\x00𠀀", section=()),
    ]
    stored = StoredClauses(clauses_row([*clauses, *odd]))
    assert list(stored) == [*clauses, *odd]
    for k, (clause, back) in enumerate(zip([*clauses, *odd], stored, strict=True)):
        assert stored.targets(k) == clause.targets
        assert back.target_spans == clause.target_spans
        assert back.language is clause.language
        assert [repr(t) for t in back.targets] == [repr(t) for t in clause.targets]  # digits, too
    assert list(pickle.loads(pickle.dumps(stored))) == [*clauses, *odd]


def test_no_clauses() -> None:
    assert list(StoredClauses(clauses_row([]))) == []


def test_words(clauses: list[AnalysedClause]) -> None:
    for clause in clauses:
        words = features_of(clause)
        key, row = words_row(words)
        assert words_from(row, CHINESE) == words
        assert with_key(analyse(clause, CHINESE), words_from(row, CHINESE).key).key == clause.key
        assert words_row(words_from(row, CHINESE)) == (key, row)
