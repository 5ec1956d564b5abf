"""Detection quality of PyOD's detectors if a share of the training rows are anomalies.

    python pyod_planted.py FOLDER OUT.csv [--share 0.05] [--seeds 1] [--threads 2] [--only KNN,IForest]

The tables, samples and splits are those of `misfit-benchmark adbench FOLDER --planted SHARE`: the training rows
are a random half of the normal rows, with anomalies that make up the share (at most half of a table's
anomalies); all other rows are scored. Share 0 is the plain one-class protocol. Scaling is fitted to the
training rows. A run that is already in OUT.csv is not repeated; the means over the tables are printed.
"""
import argparse
import csv
import os
import warnings
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("out")
parser.add_argument("--share", type=float, default=0.05)
parser.add_argument("--seeds", type=int, default=1)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--only", default="IForest,PCA,LOF,KNN,AE-default")
arguments = parser.parse_args()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(arguments.threads)
warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402
from sklearn.metrics import average_precision_score, roc_auc_score  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

ROW_LIMIT = 10_000


def detector(name, seed, row_count):
    if name == "IForest":
        from pyod.models.iforest import IForest
        return IForest(random_state=seed, n_jobs=arguments.threads)
    if name == "PCA":
        from pyod.models.pca import PCA
        return PCA(random_state=seed)
    if name == "LOF":
        from pyod.models.lof import LOF
        return LOF(n_neighbors=min(20, row_count - 1), n_jobs=arguments.threads)
    if name == "KNN":
        from pyod.models.knn import KNN
        return KNN(n_jobs=arguments.threads)
    if name == "AE-default":
        import torch
        from pyod.models.auto_encoder import AutoEncoder
        torch.set_num_threads(arguments.threads)
        torch.manual_seed(seed)
        np.random.seed(seed)
        return AutoEncoder(random_state=seed, verbose=0)
    raise SystemExit(f"no detector {name}")


def sample(path, seed):
    archive = np.load(path, allow_pickle=True)
    rows, labels = archive["X"].astype(np.float64), archive["y"].astype(int).ravel()
    if len(labels) > ROW_LIMIT:
        generator = np.random.default_rng(seed)
        anomalies, normals = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
        count = max(round(ROW_LIMIT * len(anomalies) / len(labels)), min(10, len(anomalies)))
        chosen = np.sort(np.concatenate([generator.choice(anomalies, count, False),
                                         generator.choice(normals, ROW_LIMIT - count, False)]))
        rows, labels = rows[chosen], labels[chosen]
    return rows, labels


def split(labels, seed, share):
    generator = np.random.default_rng(1000 + seed)
    normals = generator.permutation(np.flatnonzero(labels == 0))
    learned = normals[:len(normals) // 2]
    if share > 0:
        anomalies = generator.permutation(np.flatnonzero(labels == 1))
        wanted = round(len(learned) * share / (1 - share))
        learned = np.concatenate([learned, anomalies[:min(wanted, len(anomalies) // 2)]])
    learned = np.sort(learned)
    return learned, np.setdiff1d(np.arange(len(labels)), learned)


def figures(path, name, seed):
    rows, labels = sample(path, seed)
    learned, scored = split(labels, seed, arguments.share)
    scaler = StandardScaler().fit(rows[learned])
    model = detector(name, seed, len(learned)).fit(scaler.transform(rows[learned]))
    scores = np.asarray(model.decision_function(scaler.transform(rows[scored])), float).ravel()
    finite = np.isfinite(scores)
    largest = scores[finite].max() if finite.any() else 0.0
    scores = np.where(finite, scores, largest)
    return roc_auc_score(labels[scored], scores), average_precision_score(labels[scored], scores)


done = {}
if os.path.exists(arguments.out):
    for record in csv.DictReader(open(arguments.out)):
        key = record["table"], record["detector"], float(record["share"]), int(record["seed"])
        done[key] = float(record["auroc"]), float(record["ap"])
with open(arguments.out, "a", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    if not done:
        writer.writerow(["table", "detector", "share", "seed", "auroc", "ap"])
    for name in arguments.only.split(","):
        found = []
        for path in sorted(Path(arguments.folder).glob("*.npz")):
            for seed in range(arguments.seeds):
                key = path.stem, name, arguments.share, seed
                if key not in done:
                    done[key] = figures(path, name, seed)
                    writer.writerow([*key, *(f"{value:.6f}" for value in done[key])])
                    file.flush()
                found.append(done[key])
        area, precision = np.mean(found, 0)
        print(f"{name}: mean AUROC {area:.4f}, mean average precision {precision:.4f}", flush=True)
