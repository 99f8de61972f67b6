"""What the index stores of a report comes back as it was, ready for the stages behind."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policydiff
from policydiff.align.features import features_of
from policydiff.align.identical import bare
from policydiff.align.packed import unpacked, vocabulary_of
from policydiff.analysis.clause import AnalysedClause, analysed
from policydiff.corpus.rows import (
    StoredClauses,
    clauses_row,
    sketch_of,
    sketch_row,
    wording_number,
)
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


def test_what_clauses_are_compared_by(clauses: list[AnalysedClause]) -> None:
    wordings = [bare(clause.folded) for clause in clauses]
    sketch = sketch_of(7, sketch_row(clauses, wordings))
    assert sketch.report == 7
    assert list(sketch.lines) == [clause.line for clause in clauses]
    assert list(sketch.wordings) == list(map(wording_number, wordings))
    for clause, features in zip(clauses, unpacked(sketch.features, CHINESE), strict=True):
        mine = features_of(clause)
        assert features.indicators == mine.indicators
        assert features.meaning.norm == mine.meaning.norm
        assert list(features.meaning.vector) == list(mine.meaning.vector)
        assert {g: list(at) for g, at in features.places.items()} == {
            g: list(at) for g, at in mine.places.items()
        }
        key, its = features.key, mine.key
        assert (key.text, key.norm, key.part_norms) == (its.text, its.norm, its.part_norms)
        assert list(map(set, key.parts)) == list(map(set, its.parts))
        assert key.grams == its.grams


def test_a_report_without_commitments() -> None:
    sketch = sketch_of(0, sketch_row([], []))
    assert list(unpacked(sketch.features, CHINESE)) == list(sketch.lines) == []


@given(st.lists(st.text("技改GEP§𠀀", min_size=1, max_size=4), unique=True))
def test_a_vocabulary_holds_each_gram_once(grams: list[str]) -> None:
    vocabulary = vocabulary_of(grams)
    assert sorted(vocabulary.grams) == sorted(grams)
    assert vocabulary_of(vocabulary.grams) == vocabulary
