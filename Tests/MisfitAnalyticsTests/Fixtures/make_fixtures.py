"""Expected figures of the analytics tests, from NumPy, SciPy and scikit-learn.

Run: python make_fixtures.py (writes the JSON files beside this script). Values are rounded to a few decimals, so that
Swift and Python read the same doubles from short text.
"""

import json
import pathlib
import warnings

import numpy as np
import scipy
import scipy.stats as st
import sklearn
from sklearn.metrics import average_precision_score, roc_auc_score

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent
VERSIONS = {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}
PROBABILITIES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1]


def number(x):
    x = float(x)
    return x if np.isfinite(x) else None


def short(x):
    return [float(f"{v:.5g}") for v in x]


def samples():
    rng = np.random.default_rng(7)
    yield "one", [3.25]
    yield "two", [1.0, -2.5]
    for n in (15, 16, 17):
        yield f"normal {n}", short(rng.normal(size=n))
    yield "gamma 1000", short(rng.gamma(2, 0.01, size=1000))
    yield "ties", [float(v) for v in rng.integers(0, 6, size=100)]
    yield "all equal", [0.1] * 12
    yield "negative", short(-rng.gamma(1.5, 3, size=60))
    yield "huge", short(rng.normal(size=40) * 1e70)
    yield "small", short(rng.normal(size=40) * 1e-70)
    yield "offset", short(50 + rng.normal(size=80))


def describe(values):
    x = np.array(values)
    edges = np.histogram_bin_edges(x, "fd")
    given = np.linspace(np.quantile(x, 0.1) - 0.25, np.quantile(x, 0.9) + 0.5, 8)
    counts = np.histogram(x, given)[0]
    return {
        "mean": number(x.mean()), "populationVariance": number(x.var()),
        "sampleVariance": number(x.var(ddof=1)) if len(x) > 1 else None,
        "skewness": number(st.skew(x)), "kurtosis": number(st.kurtosis(x)),
        "minimum": x.min(), "maximum": x.max(),
        "quantiles": [number(np.quantile(x, p)) for p in PROBABILITIES],
        "fdEdges": edges.tolist(), "fdCounts": np.histogram(x, edges)[0].tolist(),
        "givenEdges": given.tolist(), "givenCounts": counts.tolist(),
        "below": int((x < given[0]).sum()), "above": int((x > given[-1]).sum()),
    }


def pairs():
    rng = np.random.default_rng(11)
    yield "two pairs", [1.0, 2.0], [1.5, 0.5]
    for n in (15, 16, 17, 60):
        yield f"near {n}", short(rng.gamma(2, 1, size=n)), short(rng.gamma(2, 1.1, size=n))
    yield "far 60", short(rng.normal(size=60)), short(rng.normal(1.2, 1, size=60))
    yield "apart 40", short(rng.normal(size=40)), short(rng.normal(9, 1, size=40))
    yield "ties 100", [float(v) for v in rng.integers(0, 5, 100)], [float(v) for v in rng.integers(0, 6, 100)]
    base = rng.gamma(2, 1, size=500)
    yield "correlated 500", short(base), short(base * rng.normal(1.02, 0.1, size=500))
    yield "shifted 1000", short(rng.normal(size=1000)), short(rng.normal(0.15, 1, size=1000))
    yield "same 30", *(2 * [short(rng.normal(size=30))])


def compare(a, b):
    a, b = np.array(a), np.array(b)
    ks = st.ks_2samp(a, b, method="asymp")
    rng = np.random.default_rng(3)
    d = a - b
    means = np.array([d[rng.integers(0, len(d), len(d))].mean() for _ in range(20000)])
    return {
        "statistic": ks.statistic, "pValue": number(ks.pvalue), "wasserstein": st.wasserstein_distance(a, b),
        "spearman": number(st.spearmanr(a, b).statistic),
        "winRate": float((a < b).mean() + (a == b).mean() / 2),
        "meanDifference": d.mean(), "interval": np.percentile(means, [2.5, 97.5]).tolist(),
    }


def kolmogorov():
    for n in (1, 2, 5, 10, 50, 140, 141, 500, 5000, 100000, 1000000):
        for z in (0.3, 0.5, 0.7, 0.9, 1.2, 1.47, 1.6, 2.0, 2.5, 4.0):
            x = z / np.sqrt(n)
            if 0.5 / n < x < 1:
                yield {"n": n, "x": x, "upperTail": st.kstwo.sf(x, n)}


def evaluations():
    rng = np.random.default_rng(5)
    yield [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]
    for n in (15, 16, 17, 300):
        y = (rng.random(n) < 0.3).astype(int)
        y[:2] = [0, 1]
        yield short(rng.normal(size=n) + y), y.tolist()
        yield [float(v) for v in rng.integers(0, 4, n) + y], y.tolist()
    yield [2.0] * 10, [1, 0] * 5


def write(name, cases):
    text = json.dumps({"versions": VERSIONS, "cases": cases}, allow_nan=False)
    (HERE / name).write_text(text.replace('{"name"', '\n{"name"') + "\n")


write("distributions.json", [{"name": n, "values": v, **describe(v)} for n, v in samples()])
write("pairs.json", [{"name": n, "first": a, "second": b, **compare(a, b)} for n, a, b in pairs()])
write("kolmogorov.json", [{"name": f"{c['n']}, {c['x']:.4g}", **c} for c in kolmogorov()])
write("evaluations.json", [
    {"name": f"{len(s)}", "scores": s, "labels": y, "rocAUC": roc_auc_score(y, s),
     "averagePrecision": average_precision_score(y, s)} for s, y in evaluations()])
