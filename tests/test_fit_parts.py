"""The scripts that fit the parts of a report, on made-up data."""

from __future__ import annotations

import random
import sys
from itertools import pairwise, product
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="needs the extra 'bench'")
sparse = pytest.importorskip("scipy.sparse", reason="needs the extra 'bench'")

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
import chains  # noqa: E402
import varied  # noqa: E402

sys.path.pop(0)

REPORT = (
    "云崖县2031年政府工作报告\n"
    "一、2030年工作回顾\n"
    "完成投资12亿元。新建水厂3座。修好渠道60公里。\n"
    "（一）工业提质\n"
    "培育企业20家。\n"
    "二、2031年工作安排\n"
    "要新建水厂5座。改造管网60公里。引进项目16个。\n"
    "让我们团结奋斗！\n"
)
BORDERS = (0, *(REPORT.index(words) for words in ("一、", "二、", "让我们")), len(REPORT))
SPANS = list(zip(BORDERS, BORDERS[1:], ("other", "review", "plan", "other"), strict=False))
CUES, PLACES, STATES = 5, 2, 3


def some_chains(chance: np.random.Generator) -> list[chains.Chain]:
    made = []
    for length, weight in ((4, 1.0), (2, 0.5), (3, 1.0), (1, 1.0)):
        cues = sparse.csr_matrix(chance.integers(0, 2, (length, CUES)).astype(float))
        places, states = chance.integers(0, PLACES, length), chance.integers(0, STATES, length)
        made.append(chains.Chain(cues, places.tolist(), states.tolist(), weight))
    return made


def by_hand(made: list[chains.Chain], weights, changes, begin) -> float:
    """The negative log-likelihood by adding up every sequence of states."""
    loss = 0.0
    for chain in made:
        own = chain.cues @ weights

        def score(states, own=own, chain=chain):
            steps = zip(chain.places[1:], states, states[1:], strict=False)
            return (
                begin[states[0]]
                + sum(own[t, state] for t, state in enumerate(states))
                + sum(changes[place, a, b] for place, a, b in steps)
            )

        ways = product(range(STATES), repeat=len(chain.places))
        loss += chain.weight * (np.log(sum(np.exp(score(w)) for w in ways)) - score(chain.states))
    return loss


def test_the_loss_is_that_of_all_sequences_and_the_gradient_its_slope() -> None:
    chance = np.random.default_rng(7)
    made = some_chains(chance)
    together = chains.Chains(made, PLACES, STATES)
    point = [chance.normal(size=s) for s in ((CUES, STATES), (PLACES, STATES, STATES), (STATES,))]
    value, *gradients = together.loss(*point)
    assert value == pytest.approx(by_hand(made, *point))
    for k, gradient in enumerate(gradients):
        for at in np.ndindex(gradient.shape):
            step = [p.copy() for p in point]
            step[k][at] += 1e-5
            assert (together.loss(*step)[0] - value) / 1e-5 == pytest.approx(gradient[at], abs=1e-3)


def test_fitting_lowers_the_loss_and_stays_where_it_is_pulled() -> None:
    made = some_chains(np.random.default_rng(3))
    together = chains.Chains(made, PLACES, STATES)
    size = CUES * STATES + PLACES * STATES * STATES + STATES
    free = together.fit(np.zeros(size), np.full(size, 0.1), 30)
    assert together.loss(*free)[0] < by_hand(
        made,
        np.zeros((CUES, STATES)),
        np.zeros((PLACES, STATES, STATES)),
        np.zeros(STATES),
    )
    held = together.fit(np.ones(size), np.full(size, 1e6), 30)
    assert all(np.allclose(part, 1, atol=1e-3) for part in held)


def part_at(spans: list[varied.Span], at: int) -> str:
    return next(part for start, end, part in spans if start <= at < end)


@pytest.mark.parametrize("manner", [varied.Manner(), *varied.MEASURED.values()])
def test_a_copy_keeps_each_sentence_in_its_part(manner: varied.Manner) -> None:
    text, spans = varied.varied(REPORT, SPANS, manner, random.Random(1))
    assert (text, spans) == varied.varied(REPORT, SPANS, manner, random.Random(1))
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    for sentence in varied.SENTENCE.findall(REPORT.replace("\n", "。")):
        bare = sentence.rstrip("。")
        if len(bare) > 4 and bare in text:
            assert part_at(spans, text.index(bare)) == part_at(SPANS, REPORT.index(bare))


def test_manners_do_what_they_say() -> None:
    def made(**manner: object) -> str:
        return varied.varied(REPORT, SPANS, varied.Manner(**manner), random.Random(5))[0]

    assert made() == REPORT
    assert "\n" not in made(glue="")
    assert "工作安排" not in made(headings="none of parts")
    assert "工业提质" in made(headings="none of parts")
    assert "工业提质" not in made(headings="none")
    slogans = made(headings="slogans")
    assert "工作回顾" not in slogans
    assert sum(s in slogans for s in varied.SLOGANS) == 2
    assert "一、工作回顾" in made(headings="no years")
    assert not made(front=False).startswith("云崖县")
    assert "让我们" not in made(back=False)
    assert len(made(kept=0.0, sentences=1)) < len(REPORT)
