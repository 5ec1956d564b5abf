"""Writes drift.json: tails of counts and sums by SciPy, for CountTests, GammaFunctions and KendallTrend."""

import json
import pathlib

import numpy as np
import scipy
import scipy.special as sp
import scipy.stats as st

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(17)


def case(function, arguments, value):
    return {"name": f"{function} {arguments}"[:60], "function": function,
            "arguments": [float(a) for a in arguments], "value": float(value)}


def cases():
    for x in (0.1, 0.5, 1, 1.5, 7, 12, 100.25, 1e6):
        yield case("logGamma", [x], sp.gammaln(x))
    for a in (0.5, 1, 3.5, 20, 500):
        for x in (0.01, 0.9, 3, 25, 480, 700):
            yield case("upperGamma", [a, x], sp.gammaincc(a, x))
    for count, draws, successes, population in (
            (1, 10, 3, 50), (3, 10, 3, 50), (5, 100, 60, 1000), (12, 100, 60, 1000), (0, 5, 5, 9),
            (40, 2000, 1000, 100000), (10, 2000, 1000, 100000), (6, 5, 5, 9)):
        yield case("hypergeometric", [count, draws, successes, population],
                   st.hypergeom.sf(count - 1, population, successes, draws))
    for count, trials, p in ((1, 10, 0.01), (20, 1000, 0.01), (5, 1000, 0.01), (12000, 10**6, 0.01), (3, 2, 0.5)):
        yield case("binomial", [count, trials, p], st.binom.sf(count - 1, trials, p))
    for count, total, rank, n in ((5, 100, 1, 99), (20, 1000, 3, 299), (150, 10000, 10, 999), (0, 10, 1, 99)):
        yield case("exceedance", [count, total, rank, n],
                   st.betabinom.sf(count - 1, total, rank, n + 1 - rank))
    for a, n, b, m in ((1, 100, 9, 100), (30, 1000, 2, 30), (0, 500, 1, 30)):
        yield case("fisherGreater", [a, n, b, m],
                   st.fisher_exact([[b, m - b], [a, n - a]], alternative="greater")[1])
    values = rng.normal(size=40) + np.arange(40) * 0.02
    for name, v in (("rising", values), ("ties", np.round(values)), ("flat", rng.normal(size=32))):
        yield {"name": f"trend {name}", "function": "trend", "arguments": [float(x) for x in v],
               "value": float(st.kendalltau(np.arange(len(v)), v, variant="b").statistic)
               * np.sqrt(1 - sum(c * (c - 1) for c in np.unique(v, return_counts=True)[1])
                         / (len(v) * (len(v) - 1)))}


text = json.dumps({"versions": {"numpy": np.__version__, "scipy": scipy.__version__},
                   "cases": list(cases())}, allow_nan=False)
(HERE / "drift.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
