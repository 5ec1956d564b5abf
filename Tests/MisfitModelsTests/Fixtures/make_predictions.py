"""Makes predictions.json: the costs of cells by linear regressions in NumPy, column by column.

python make_predictions.py    (NumPy 1.26 or later)

Rows have two numbers, a column of four levels, one of which is rare, and yes or no.
"""
import json
from pathlib import Path
from statistics import NormalDist

import numpy as np

RIDGE, SHARE, SHRINKAGE = 1e-3, 0.002, 3
BLOCKS = [(0, 2), (2, 4), (4, 8), (8, 10)]


def make(count, seed):
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=count)
    level = np.clip(np.digitize(hidden + 0.5 * rng.normal(size=count), [-0.6, 0.5, 1.9]), 0, 3)
    yes = rng.random(count) < 1 / (1 + np.exp(-2 * hidden))
    numbers = np.stack([hidden + 0.3 * rng.normal(size=count), np.exp(0.7 * hidden) + rng.normal(size=count)], 1)
    return np.hstack([numbers, np.eye(4)[level], yes[:, None] * 2**0.5]).astype(np.float32).astype(np.float64)


def deviates(learned, values):
    """Ranks as normal deviates, linear between the learned numbers."""
    known = np.sort(learned)
    scores = [NormalDist().inv_cdf((i + 0.5) / len(known)) for i in range(len(known))]
    return np.interp(values, known, scores)


def excess(learned, values):
    """The distance outside the learned range, logarithmic."""
    above, below = np.maximum(values - learned.max(), 0), np.maximum(learned.min() - values, 0)
    return np.log1p(above / learned.std()) - np.log1p(below / learned.std())


def features(learned, rows):
    parts = []
    for column in (0, 1):
        z = deviates(learned[:, column], rows[:, column])
        parts += [z, np.clip(z, -4, 4) ** 2 / 2**0.5]
    yes = np.clip(rows[:, 6] / 2**0.5, 0, 1)
    return np.column_stack([*parts, rows[:, 2:6], 1 - yes, yes])


def costs(x, queries, outside, excludes_self):
    """x: features of learned rows; outside: the excess of the numbers of `queries`; each block is regressed on the features of all others."""
    count, width = x.shape
    mean = x.mean(0)
    x, queries = x - mean, queries - mean
    found = np.zeros((len(queries), len(BLOCKS)))
    for column, (start, end) in enumerate(BLOCKS):
        block = np.arange(start, end)
        others = np.setdiff1d(np.arange(width), block)
        system = x[:, others].T @ x[:, others] / count + RIDGE * np.eye(len(others))
        slope = np.linalg.solve(system, x[:, others].T @ x[:, block] / count)
        residuals = queries[:, block] - queries[:, others] @ slope
        own = queries[:, block] - residuals
        if excludes_self:
            leverage = np.einsum("ij,ji->i", queries[:, others], np.linalg.solve(system, queries[:, others].T))
            residuals = residuals / (1 - np.clip(leverage / count, 0, 0.9))[:, None]
        if column < 2:
            rest = x[:, start] - x[:, others] @ slope[:, 0]
            variance = np.mean(rest**2) * (count / (count - width)) ** 2 + 1e-4
            found[:, column] = (residuals[:, 0] + outside[:, column]) ** 2 / 2 / variance
            continue
        predicted, levels = x[:, others] @ slope, (x[:, block] + mean[block]).argmax(1)
        counts = np.bincount(levels, minlength=len(block))
        classes = np.stack([predicted[levels == level].sum(0) / (counts[level] + SHRINKAGE) for level in range(len(block))])
        rest = predicted - classes[levels]
        within = rest.T @ rest / count
        within += np.eye(len(block)) * (1e-3 * np.trace(within) / len(block) + 1e-9)
        coefficients = np.linalg.solve(within, classes.T)
        shares = (counts + 0.5) / (count + 0.5 * len(block))
        powers = (queries[:, block] - residuals) @ coefficients
        powers += np.log(shares) - np.einsum("ij,ji->i", classes, coefficients) / 2
        if excludes_self:
            for row, level in enumerate(levels):
                # The mean of the level without the row.
                mean_without = (classes[level] * (counts[level] + SHRINKAGE) - own[row]) / (counts[level] - 1 + SHRINKAGE)
                slope_without = np.linalg.solve(within, mean_without)
                powers[row, level] = (
                    np.log((counts[level] - 0.5) / (count - 1 + 0.5 * len(block)))
                    + (queries[row, block] - residuals[row] - mean_without / 2) @ slope_without
                )
        powers = np.exp(powers - powers.max(1, keepdims=True))
        chances = (1 - SHARE) * powers / powers.sum(1, keepdims=True) + SHARE * shares
        chosen = (queries[:, block] + mean[block]).argmax(1)
        found[:, column] = -np.log(chances[np.arange(len(queries)), chosen])
    return found


learned, queries = make(60, 1), make(20, 2)
queries[0, 0], queries[1, 1] = 9, -7
queries = queries.astype(np.float32).astype(np.float64)
x, q = features(learned, learned), features(learned, queries)
outside = np.column_stack([excess(learned[:, column], queries[:, column]) for column in (0, 1)])
content = {
    "width": 7, "rows": learned.ravel().tolist(), "queries": queries.ravel().tolist(),
    "costs": costs(x, q, outside, False).ravel().tolist(),
    "ownCosts": costs(x, x, np.zeros_like(x), True).ravel().tolist(),
}
Path(__file__).with_name("predictions.json").write_text(json.dumps(content) + "\n")
