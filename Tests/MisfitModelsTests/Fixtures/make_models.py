"""Makes models.json: what scikit-learn, NumPy and SciPy say of small data.

python make_models.py    (scikit-learn 1.x, NumPy 1.26 or later, SciPy 1.10 or later)

The rows are float32, so that both sides begin with the same numbers.
"""
import json
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors


def rows(count, width, seed):
    """Correlated columns of different scales, with a large mean in the last."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, width)) @ rng.normal(size=(width, width))
    x *= np.linspace(0.2, 3, width)
    x[:, -1] += 500
    return x.astype(np.float32)


def expectation(row, mean, covariance, columns):
    """Each block's mean given all other entries of the row, under the normal distribution."""
    found = np.empty(len(row))
    for block in columns:
        others = [i for i in range(len(row)) if i not in block]
        slope = covariance[np.ix_(block, others)] @ np.linalg.inv(covariance[np.ix_(others, others)])
        found[block] = mean[block] + slope @ (row[others] - mean[others])
    return found.tolist()


def pca():
    x = rows(700, 5, 1).astype(np.float64)
    model = PCA(n_components=2, svd_solver="full").fit(x)
    largest = np.abs(model.components_).argmax(axis=1)
    signs = np.sign(model.components_[np.arange(2), largest])
    every = PCA(svd_solver="full").fit(x)
    population = (len(x) - 1) / len(x)
    # Probabilistic PCA's log-likelihood, less its constant, is half the squared Mahalanobis distance.
    constant = 5 * np.log(2 * np.pi) + np.linalg.slogdet(model.get_covariance())[1]
    distances = -2 * model.score_samples(x[:20]) - constant
    row = x[1] + [3, 0, 0, 0, 0]
    return {
        "expectations": expectation(row, model.mean_, model.get_covariance(), [[0], [1], [2], [3], [4]]),
        "blockExpectations": expectation(row, model.mean_, model.get_covariance(), [[0, 1], [2, 3, 4]]),
        "rows": x.ravel().tolist(), "width": 5, "mean": model.mean_.tolist(),
        "components": (model.components_ * signs[:, None]).ravel().tolist(),
        "variances": (every.explained_variance_ * population).tolist(),
        "shares": model.explained_variance_ratio_.tolist(),
        "codes": (model.transform(x[:4]) * signs).ravel().tolist(),
        "reconstructions": model.inverse_transform(model.transform(x[:4])).ravel().tolist(),
        "scores": (model.noise_variance_ * distances / 5).tolist(),
        "covariance": np.cov(x.T, bias=True).ravel().tolist(),
    }


def neighbors():
    reference, queries = rows(300, 4, 2), rows(40, 4, 3)
    classes = (reference[:, 0] > 0).astype(int) + (reference[:, 1] > 0).astype(int)
    found = NearestNeighbors(n_neighbors=7, algorithm="brute").fit(reference.astype(float))
    distances, indices = found.kneighbors(queries.astype(float))
    voted = KNeighborsClassifier(n_neighbors=7, algorithm="brute").fit(reference.astype(float), classes)
    # Where two classes have as many votes, scikit-learn takes the smaller number; those rows are left out.
    votes = np.apply_along_axis(lambda i: np.bincount(classes[i], minlength=3), 1, indices)
    tied = (votes == votes.max(axis=1, keepdims=True)).sum(axis=1) > 1
    return {
        "reference": reference.ravel().tolist(), "queries": queries.ravel().tolist(), "width": 4,
        "indices": indices.ravel().tolist(), "distances": distances.ravel().tolist(),
        "classes": classes.tolist(), "found": voted.predict(queries.astype(float)).tolist(),
        "tied": tied.tolist(),
    }


def nearest(queries, reference, count, leave_out):
    d = np.sqrt(((queries[:, None, :] - reference[None, :, :]) ** 2).sum(axis=2))
    if leave_out:
        np.fill_diagonal(d, np.inf)
    order = np.argsort(d, axis=1, kind="stable")[:, :count]
    return order, np.take_along_axis(d, order, axis=1)


def lle(queries, reference, indices, regularization):
    k = indices.shape[1]
    z = reference[indices] - queries[:, None, :]
    gram = z @ z.transpose(0, 2, 1)
    trace = np.maximum(np.trace(gram, axis1=1, axis2=2) / k, 1e-12)
    weights = np.linalg.solve(gram + (regularization * trace)[:, None, None] * np.eye(k),
                              np.ones((len(queries), k, 1)))[:, :, 0]
    weights /= weights.sum(axis=1, keepdims=True)
    return (weights[:, :, None] * z).sum(axis=1)


def log_score(scores, normal):
    floor = 1e-4 * normal.mean() + 1e-9
    usual = np.log(np.maximum(normal, floor))
    return (np.log(np.maximum(scores, floor)) - usual.mean()) / (usual.std() + 0.05)


def rarity(x, r, kept):
    total = np.zeros(len(r))
    for column in range(r.shape[1]):
        part = x[kept, column]
        least, largest = part.min(), part.max()
        count = min(50, max(5, int(np.ceil(np.sqrt(min(len(part), 1000))))))

        def bins(values):
            at = ((values - least) / (largest - least) * np.float32(count)).astype(int)
            return np.minimum(at, count - 1)

        counts = np.bincount(bins(part), minlength=count).astype(float)
        heights = np.append(counts, 0) + 0.1
        inside = (r[:, column] >= least) & (r[:, column] <= largest)
        total += -np.log(heights[np.where(inside, bins(r[:, column]), count)] / (counts.max() + 0.1))
    return total


def local():
    x, queries = rows(200, 4, 4).astype(float), rows(30, 4, 5).astype(float)
    mean, scale = x.mean(axis=0), x.std(axis=0)
    x = ((x - mean) / scale).astype(np.float32).astype(float)
    queries = ((queries - mean) / scale).astype(np.float32).astype(float)

    def parts(rows_, leave_out):
        indices, distances = nearest(rows_, x, 20, leave_out)
        compressed, compressed_distances = nearest(np.arcsinh(rows_), np.arcsinh(x), 5, leave_out)
        means = [distances[:, :5].mean(axis=1), distances.mean(axis=1), compressed_distances.mean(axis=1)]
        fewer, more = lle(rows_, x, indices[:, :10], 1), lle(rows_, x, indices, 0.1)
        return fewer, more, means, [indices[:, :5], indices, compressed]

    fewer, more, base, around = parts(x, True)

    def raw(fewer, more, means, around):
        relative = [m / np.sqrt(b[i].mean(axis=1) + 0.1 * b.mean()) for m, b, i in zip(means, base, around)]
        return [np.linalg.norm(fewer, axis=1), np.linalg.norm(more, axis=1)] + relative

    usual = raw(fewer, more, base, around)
    fewer, more, means, around = parts(queries, False)
    found = raw(fewer, more, means, around)
    scores = np.mean([log_score(s, u) for s, u in zip(found, usual)], axis=0)

    def broad(rows_, leave_out):
        indices, distances = nearest(rows_, x, 20, leave_out)
        own = base[1]
        return [
            np.linalg.norm(lle(rows_, x, indices, 0.01), axis=1),
            distances.mean(axis=1) / (own[indices].mean(axis=1) + 0.01 * own.mean()),
            np.linalg.norm(rows_ - x.mean(axis=0), axis=1),
            rarity(x.astype(np.float32), rows_.astype(np.float32), np.arange(len(x))),
        ]

    broad_scores = [log_score(s, u) for s, u in zip(broad(queries, False), broad(x, True))]
    return {
        "rows": x.ravel().tolist(), "queries": queries.ravel().tolist(), "width": 4,
        "scores": scores.tolist(), "reconstructions": (queries + fewer).ravel().tolist(),
        "broad": [values.tolist() for values in broad_scores],
    }


def global_distance():
    x, queries = rows(200, 4, 6), rows(30, 4, 7)
    x = ((x - x.mean(axis=0)) / x.std(axis=0)).astype(np.float32)
    queries = ((queries - queries.mean(axis=0)) / queries.std(axis=0) * 1.5).astype(np.float32)
    x[:10] += 4  # a clump

    def views(kept):
        part = x[kept].astype(float)
        mean, scale = part.mean(axis=0), part.std(axis=0)
        quartiles = np.percentile(part, [25, 50, 75], axis=0)
        spread = (quartiles[2] - quartiles[0]) / 1.349
        return (lambda r: np.clip((r - mean) / scale, -5, 5), lambda r: np.arcsinh((r - quartiles[1]) / spread))

    def raw(r, kept, own):
        result = []
        for view in views(kept):
            d = np.sqrt(((view(r)[:, None, :] - view(x[kept])[None, :, :]) ** 2).sum(axis=2))
            if own:
                d[(r[:, None, :] == x[kept][None, :, :]).all(axis=2)] = np.inf
            result.append(np.sort(d, axis=1)[:, :max(10, len(kept) // 10)].mean(axis=1))
        return result + [rarity(x, r, kept)]

    every = np.arange(len(x))
    first = raw(x, every, True)
    totals = np.sum([log_score(s, s) for s in first], axis=0)
    kept = np.sort(np.argsort(totals, kind="stable")[:180])
    usual = raw(x, kept, True)
    found = raw(queries, kept, False)
    scores = np.mean([log_score(s, u) for s, u in zip(found, usual)], axis=0)
    return {"rows": x.ravel().tolist(), "queries": queries.ravel().tolist(), "width": 4, "scores": scores.tolist()}


fixture = {"pca": pca(), "neighbors": neighbors(), "local": local(), "global": global_distance()}
path = Path(__file__).with_name("models.json")
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
