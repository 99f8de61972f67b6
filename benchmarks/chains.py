"""A linear-chain conditional random field over the sentences of reports, fitted by L-BFGS.

All reports go through one step at a time, the longest first, so that those that still have a
sentence at that step are the first rows of an array. Chances are scaled at each step, not kept as
logarithms: a step costs a few multiplications.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, vstack


class Chain(NamedTuple):
    """A report: which cues each sentence shows (a row each), the numbers of places and states."""

    cues: csr_matrix
    places: Sequence[int]
    states: Sequence[int]
    weight: float = 1.0


class Chains:
    """Reports as arrays, a row for each sentence, ordered by step and within it by length."""

    def __init__(self, chains: Sequence[Chain], places: int, states: int) -> None:
        chains = sorted((c for c in chains if c.places), key=lambda c: -len(c.places))
        lengths = np.array([len(c.places) for c in chains])
        #: How many reports have a sentence at each step, and the first row of each step.
        self.alive = [int((lengths > t).sum()) for t in range(lengths[0])]
        self.first = np.concatenate([[0], np.cumsum(self.alive)])
        whole = vstack([c.cues for c in chains]).tocsr()
        begins = np.concatenate([[0], np.cumsum(lengths)])
        order = np.concatenate([begins[:n] + t for t, n in enumerate(self.alive)])
        self.cues = whole[order]
        self.turned = self.cues.T.tocsr()
        steps = [(c, t) for t, n in enumerate(self.alive) for c in chains[:n]]
        self.places = np.array([c.places[t] for c, t in steps])
        self.states = np.array([c.states[t] for c, t in steps])
        self.weights = np.array([c.weight for c, _ in steps])
        #: The row of the sentence before each, from the second step on.
        self.before = np.concatenate(
            [np.arange(self.first[t - 1], self.first[t - 1] + n) for t, n in enumerate(self.alive)][
                1:
            ]
            or [np.zeros(0, int)]
        )
        self.reports, self.sizes = len(chains), (whole.shape[1], places, states)

    def loss(self, weights, changes, begin):
        """The negative log-likelihood and its gradients (forward-backward)."""
        begins, first = self.reports, self.first
        own = self.cues @ weights
        own[:begins] += begin
        top = own.max(1, keepdims=True)
        own_chance = np.exp(own - top)
        most = changes.max()
        steps = np.exp(changes - most)
        of_row = steps[self.places]
        ahead, scale = np.empty_like(own), np.empty((len(own), 1))
        chance = own_chance[:begins]
        for t, n in enumerate(self.alive):
            a, b = first[t], first[t] + n
            if t:
                chance = (chance[:n, None, :] @ of_row[a:b])[:, 0] * own_chance[a:b]
            scale[a:b] = chance.sum(1, keepdims=True)
            chance = ahead[a:b] = chance / scale[a:b]
        back = np.ones_like(own)
        for t in range(len(self.alive) - 1, 0, -1):
            a, b = first[t], first[t] + self.alive[t]
            onward = own_chance[a:b] * back[a:b] / scale[a:b]
            back[first[t - 1] : first[t - 1] + self.alive[t]] = (of_row[a:b] @ onward[:, :, None])[
                :, :, 0
            ]
        marginal = ahead * back
        rows = np.arange(len(own))
        weight = self.weights
        value = (weight * (np.log(scale[:, 0]) + top[:, 0] - own[rows, self.states])).sum()
        off = marginal.copy()
        off[rows, self.states] -= 1
        off *= weight[:, None]
        later = slice(begins, None)
        value += (weight[later] * most).sum()
        onward = (own_chance * back / scale)[later] * weight[later, None]
        true = self.places[later], self.states[self.before], self.states[later]
        value -= (weight[later] * changes[true]).sum()
        of_changes = np.zeros_like(changes)
        for place in range(len(changes)):
            here = self.places[later] == place
            of_changes[place] = (ahead[self.before[here]].T @ onward[here]) * steps[place]
        np.subtract.at(of_changes, true, weight[later])
        return value, self.turned @ off, of_changes, off[:begins].sum(0)

    def fit(self, center, ridge, rounds: int):
        """The weights of cues, changes and beginnings that minimise loss and penalty.

        ``center``: where the penalty pulls to; ``ridge``: its strength; both are flat arrays.
        """
        cues, places, states = self.sizes

        def parts(v):
            a, b = cues * states, places * states * states
            return (
                v[:a].reshape(cues, states),
                v[a : a + b].reshape(places, states, states),
                v[a + b :],
            )

        def objective(v):
            value, *gradients = self.loss(*parts(v))
            off = v - center
            gradient = np.concatenate([g.ravel() for g in gradients])
            return value + 0.5 * (ridge * off * off).sum(), gradient + ridge * off

        best = minimize(objective, center, jac=True, method="L-BFGS-B", options={"maxiter": rounds})
        return parts(best.x)
