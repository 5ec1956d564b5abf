"""Generalised Pareto distributions as SciPy has them, and their fit by probability-weighted moments in NumPy.

Run: python make_tails.py (writes tails.json beside this script).
"""

import json
import pathlib

import numpy as np
import scipy
import scipy.stats as st

HERE = pathlib.Path(__file__).parent
EXCESSES = [0.0, 0.01, 0.3, 1.0, 2.5, 7.0, 40.0]
PROBABILITIES = [0.9, 0.5, 0.1, 0.01, 1e-4, 1e-7]


def weighted_moments(y):
    """Hosking and Wallis 1987, equations 9 to 11 with the unbiased estimates; their k is minus the shape."""
    y = np.sort(y)
    n = len(y)
    a0, a1 = y.mean(), (y * (n - np.arange(1, n + 1))).sum() / (n * (n - 1))
    k, scale = a0 / (a0 - 2 * a1) - 2, 2 * a0 * a1 / (a0 - 2 * a1)
    return -k, scale


rng = np.random.default_rng(11)
cases = []
for shape, scale in [(-0.5, 2.0), (-0.1, 0.3), (0.0, 1.0), (0.15, 3.0), (0.4, 0.02), (1e-12, 1.5)]:
    law = st.genpareto(shape, scale=scale)
    sample = np.array([float(f"{v:.6g}") for v in law.rvs(size=200, random_state=rng)])
    fitted = weighted_moments(sample)
    cases.append({
        "shape": shape, "scale": scale, "excesses": EXCESSES, "survivals": law.sf(EXCESSES).tolist(),
        "probabilities": PROBABILITIES, "quantiles": law.isf(PROBABILITIES).tolist(),
        "sample": sample.tolist(), "fittedShape": fitted[0], "fittedScale": fitted[1],
    })
(HERE / "tails.json").write_text(
    json.dumps({"versions": {"numpy": np.__version__, "scipy": scipy.__version__}, "cases": cases}) + "\n")
