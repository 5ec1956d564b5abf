"""Expected figures of anomaly maps, from scikit-learn, SciPy and plain NumPy.

Run: python make_defects.py (writes defects.json beside this script). Scores are multiples of 1/1024 below 4, so that
the bins of DefectStatistic separate them. The per-region overlap follows its definition threshold by threshold; regions
above a threshold are those of scipy.ndimage.label.
"""

import json
import pathlib

import numpy as np
import scipy
import scipy.ndimage
import sklearn
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

HERE = pathlib.Path(__file__).parent
EIGHT = np.ones((3, 3))
LIMIT = 0.3


def overlap_area(maps, masks):
    """The area under the per-region overlap up to LIMIT, divided by LIMIT: one point for each threshold."""
    regions = []
    for scores, mask in zip(maps, masks):
        labels, count = scipy.ndimage.label(mask, EIGHT)
        regions += [scores[labels == k] for k in range(1, count + 1)]
    normal = np.concatenate([s[~m] for s, m in zip(maps, masks)])
    rates, overlaps = [0.0], [0.0]
    for threshold in np.unique(np.concatenate([s.ravel() for s in maps]))[::-1]:
        rates.append(np.mean(normal >= threshold))
        overlaps.append(np.mean([np.mean(region >= threshold) for region in regions]))
    rates, overlaps = np.array(rates), np.array(overlaps)
    inside = rates <= LIMIT
    x, y = rates[inside], overlaps[inside]
    if x[-1] < LIMIT:
        k = len(x)
        end = y[-1] + (overlaps[k] - y[-1]) * (LIMIT - x[-1]) / (rates[k] - x[-1])
        x, y = np.append(x, LIMIT), np.append(y, end)
    return float(np.trapezoid(y, x) / LIMIT)


def false_regions(maps, masks, flags):
    total = 0
    for scores, mask in zip(maps, masks):
        labels, count = scipy.ndimage.label(flags(scores), EIGHT)
        total += sum(not mask[labels == k].any() for k in range(1, count + 1))
    return total


def hit_share(maps, masks, flags):
    hits = []
    for scores, mask in zip(maps, masks):
        labels, count = scipy.ndimage.label(mask, EIGHT)
        hits += [bool(flags(scores)[labels == k].any()) for k in range(1, count + 1)]
    return float(np.mean(hits))


def describe(name, maps, masks, threshold):
    values = np.concatenate([s.ravel() for s in maps])
    labels = np.concatenate([m.ravel() for m in masks])
    precision, recall, _ = precision_recall_curve(labels, values)
    best = np.max(2 * precision * recall / np.maximum(precision + recall, 1e-300))
    allowed = None
    for t in np.unique(values)[::-1]:
        if false_regions(maps, masks, lambda s: s >= t) > len(maps):
            break
        allowed = t
    flagged = values > threshold
    tp, fp, fn = (flagged & labels).sum(), (flagged & ~labels).sum(), (~flagged & labels).sum()
    return {
        "name": name, "width": maps[0].shape[1], "threshold": threshold,
        "maps": [(s * 1024).astype(int).ravel().tolist() for s in maps],
        "masks": ["".join("x" if v else "." for v in m.ravel()) for m in masks],
        "rocAUC": float(roc_auc_score(labels, values)),
        "averagePrecision": float(average_precision_score(labels, values)),
        "overlap": overlap_area(maps, masks), "bestF1": float(best), "f1": float(2 * tp / (2 * tp + fp + fn)),
        "hits": hit_share(maps, masks, lambda s: s > threshold),
        "falseRegions": false_regions(maps, masks, lambda s: s > threshold) / len(maps),
        "allowedHits": 0.0 if allowed is None else hit_share(maps, masks, lambda s: s >= allowed),
        "allowedThreshold": None if allowed is None else float(allowed),
    }


def blobs(rng, height, width, count):
    mask = np.zeros((height, width), bool)
    for _ in range(count):
        r, c = rng.integers(0, height - 2), rng.integers(0, width - 3)
        mask[r:r + rng.integers(1, 4), c:c + rng.integers(1, 5)] = True
    return mask


def cases():
    for seed, (height, width, images, strength, smooth) in enumerate(
            [(12, 15, 4, 1.0, 1.0), (12, 15, 4, 0.2, 0.0), (9, 8, 6, 2.0, 0.7), (16, 16, 3, 0.0, 1.5)]):
        rng = np.random.default_rng(seed)
        masks = [blobs(rng, height, width, rng.integers(0, 4) if k else 2) for k in range(images)]
        maps = []
        for mask in masks:
            noise = rng.normal(size=mask.shape)
            scores = scipy.ndimage.gaussian_filter(noise, smooth) if smooth else noise
            scores = np.abs(scores / scores.std() * 0.4 + strength * mask)
            maps.append(np.minimum(np.round(scores * 1024), 4095) / 1024)
        yield describe(f"{height} x {width}, {images} images, strength {strength}", maps, masks, 0.75)
    # Few distinct values: plateaus and ties.
    rng = np.random.default_rng(9)
    masks = [blobs(rng, 10, 10, 2) for _ in range(3)]
    maps = [rng.integers(0, 4, size=m.shape) / 4 + 0.5 * m for m in masks]
    yield describe("ties", maps, masks, 0.75)


versions = {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}
document = {"versions": versions, "cases": list(cases())}
(HERE / "defects.json").write_text(json.dumps(document, indent=1).replace("\n    ", " ") + "\n")
