"""Anomalous cells in synthetic tables with many kinds of columns: Misfit compared with pandas, scikit-learn and PyOD.

    python typed_tables.py PATH-OF-MISFIT [SEEDS]

Eleven columns depend on two hidden numbers: five numbers (one skewed, one a count), categories of 3, 8 and 40
levels, two booleans, a date; a twentieth of the cells of four columns is missing. 3,000 rows are for training;
2,000 normal rows and 220 with one cell from another row are scored. For each model: mean AUROC and average
precision over the seeds, and how often the column of the cell is ranked first. For the peers, cells are imputed
by medians and most frequent levels, dates become days, levels are one-hot, and everything is standardized.
"""
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from pyod.models.auto_encoder import AutoEncoder
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.preprocessing import StandardScaler

NAMES = ["temp", "price", "count", "x", "y", "small", "middle", "many", "flag", "rare", "day"]
MODELS = {
    "default (local)": "", "autoencoder, mixed loss": "--model autoencoder",
    "autoencoder, mixed loss, --error nll": "--model autoencoder --error nll",
    "autoencoder, squared error": "--model autoencoder --loss mse", "ensemble": "--model ensemble", "pca": "--model pca",
}
PEERS = {
    "PyOD KNN": lambda seed: KNN(), "PyOD IForest": lambda seed: IForest(random_state=seed),
    "PyOD AutoEncoder": lambda seed: AutoEncoder(random_state=seed, verbose=0),
}


def make(seed, folder):
    r = np.random.default_rng(seed)
    loadings = r.normal(size=(2, 11))
    hidden = lambda n: r.normal(size=(n, 2)) @ loadings + 0.25 * r.normal(size=(n, 11))
    base = hidden(20_000)
    cuts = [np.quantile(base[:, 5 + i], np.linspace(0, 1, k + 1)[1:-1]) for i, k in enumerate((3, 8, 40))]
    bounds = np.quantile(base[:, 8], 0.7), np.quantile(base[:, 9], 0.97)

    def typed(n):
        return [
            [f"{v[0] * 10 + 50:.2f}", f"{np.exp(v[1]):.3f}", str(int(np.exp(v[2] * 1.5) * 3)), f"{v[3]:.3f}", f"{v[4]:.3f}"]
            + [f"level {np.searchsorted(cuts[i], v[5 + i])}" for i in range(3)]
            + ["yes" if v[8] > bounds[0] else "no", "true" if v[9] > bounds[1] else "false",
               str(np.datetime64("2024-01-01") + int((v[10] + 6) * 30))]
            for v in hidden(n)
        ]

    def holes(rows):
        for row in rows:
            for column in (0, 3, 5, 8):
                if r.random() < 0.05:
                    row[column] = ""
        return rows

    train, test, anomalies, donors = holes(typed(3000)), typed(2000), typed(220), typed(1100)
    changed, place = [], 0
    for index, row in enumerate(anomalies):
        column = index % len(NAMES)
        while donors[place][column] == row[column]:
            place = (place + 1) % len(donors)
        row[column] = donors[place][column]
        place = (place + 1) % len(donors)
        changed.append(NAMES[column])
    for name, rows, labels in [("train", train, None), ("test", holes(test) + anomalies, ["-"] * len(test) + changed)]:
        with open(folder / f"{name}.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(NAMES + (["planted"] if labels else []))
            writer.writerows([*row, labels[i]] if labels else row for i, row in enumerate(rows))


def ours(misfit, folder, flags, seed):
    run = lambda *words: subprocess.run([misfit, *words, "-q"], check=True, stdout=subprocess.DEVNULL)
    run("fit", folder / "train.csv", "-o", folder / "m.misfit", "--seed", str(seed + 1), *flags.split())
    run("score", folder / "m.misfit", folder / "test.csv", "--label", "planted", "--reasons", "1", "-o", folder / "s.csv")
    scores = pd.read_csv(folder / "s.csv")
    anomalies = scores[scores.label != "-"]
    return scores.score.to_numpy(), (anomalies.reason_1 == anomalies.label).mean()


def prepared(folder):
    train, test = pd.read_csv(folder / "train.csv"), pd.read_csv(folder / "test.csv")[NAMES]
    both = pd.concat([train, test])
    both["day"] = (pd.to_datetime(both.day) - pd.Timestamp("2024-01-01")).dt.days
    both["rare"] = both.rare.astype(float)
    for name in NAMES:
        numeric = both[name].dtype.kind in "if"
        seen = both[name].iloc[:len(train)]
        both[name] = both[name].fillna(seen.median() if numeric else seen.mode()[0])
    values = pd.get_dummies(both).to_numpy(float)
    scaler = StandardScaler().fit(values[:len(train)])
    return scaler.transform(values[:len(train)]), scaler.transform(values[len(train):])


def main():
    misfit, seeds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    found = {}
    for seed in range(seeds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make(seed, folder)
            truth = pd.read_csv(folder / "test.csv").planted != "-"
            figures = lambda scores: [roc_auc_score(truth, scores), average_precision_score(truth, scores)]
            for model, flags in MODELS.items():
                scores, named = ours(misfit, folder, flags, seed)
                found.setdefault(model, []).append([*figures(scores), named])
            train, test = prepared(folder)
            for model, detector in PEERS.items():
                found.setdefault(model, []).append([*figures(detector(seed).fit(train).decision_function(test)), np.nan])
    for model, rows in found.items():
        auroc, precision, named = np.mean(rows, axis=0)
        print(f"{model:38s} {auroc:.3f} {precision:.3f} {'' if np.isnan(named) else f'{named:.2f}'}")


main()
