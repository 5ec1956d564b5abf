"""Makes volumes.json: VUS-PR and VUS-ROC of synthetic scores.

python make_volumes.py    (NumPy 1.26 or later, vus 0.0.6)

The widths of the borders are 0 to W in steps of one in `vus`; other steps, and the same step as a check, are
computed by the formulas of the paper below. Ties and segments at both ends are included.
"""
import json
from pathlib import Path

import numpy as np
from vus.metrics import get_metrics


def segments(labels):
    edges = np.diff(np.r_[0, labels.astype(int), 0])
    return list(zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1))


def softened(labels, width):
    soft = labels.astype(float).copy()
    for start, end in segments(labels):
        for distance in range(1, width // 2 + 1):
            value = np.sqrt(1 - distance / width)
            if start - distance >= 0:
                soft[start - distance] += value
            if end + distance < len(soft):
                soft[end + distance] += value
    return np.minimum(soft, 1)


def volumes(labels, scores, width, step, count=250):
    """Returns VUS-PR and VUS-ROC by plain loops over thresholds."""
    ordered = -np.sort(-scores)
    thresholds = ordered[np.linspace(0, len(scores) - 1, count).astype(int)]
    precision, roc = [], []
    for border in range(0, width + 1, step):
        soft = softened(labels, border) if border else labels.astype(float)
        parts = segments(soft > 0)
        tpr, fpr, prec = [0.0], [0.0], []
        for threshold in thresholds:
            predicted = scores >= threshold
            found = np.mean([predicted[start:end + 1].any() for start, end in parts])
            hits = (soft * predicted).sum()
            counted = labels.sum() + (soft * predicted * (labels == 0)).sum()
            positives = (labels.sum() + counted) / 2
            tpr.append(min(hits / positives, 1) * found)
            fpr.append((predicted.sum() - hits) / (len(labels) - positives))
            prec.append(hits / predicted.sum())
        precision.append(np.dot(np.diff(tpr), prec))
        tpr.append(1.0)
        fpr.append(1.0)
        roc.append(np.dot(np.diff(fpr), (np.array(tpr[1:]) + np.array(tpr[:-1])) / 2))
    return float(np.mean(precision)), float(np.mean(roc))


def case(count, spans, noise, seed, width, step, decimals):
    rng = np.random.default_rng(seed)
    labels = np.zeros(count, dtype=int)
    for start, end in spans:
        labels[start:end] = 1
    scores = np.round(labels * 1.0 + rng.normal(0, noise, count), decimals)
    found = volumes(labels, scores, width, step)
    if step == 1:
        peer = get_metrics(scores, labels, metric="vus", version="opt", slidingWindow=width, thre=250)
        assert np.allclose(found, [peer["VUS_PR"], peer["VUS_ROC"]], rtol=0, atol=1e-12), (found, peer)
        found = peer["VUS_PR"], peer["VUS_ROC"]
    return {
        "scores": scores.tolist(), "segments": [list(span) for span in spans], "width": width, "step": step,
        "underPrecision": float(found[0]), "underROC": float(found[1]),
    }


cases = [
    case(400, [(90, 110), (200, 201), (300, 340)], 0.6, 1, 20, 1, 3),
    case(300, [(60, 90), (95, 120)], 0.9, 2, 30, 1, 1),
    case(600, [(100, 160), (380, 420)], 0.7, 3, 100, 25, 3),
    case(500, [(0, 20), (480, 500)], 0.8, 4, 100, 25, 2),
]
text = json.dumps(cases)
Path(__file__).with_name("volumes.json").write_text(text + "\n")
