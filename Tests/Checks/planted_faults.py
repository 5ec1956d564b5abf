"""Counts the planted faults that `misfit check` names, and the checks of clean data that fail.

Run: python3 planted_faults.py path/to/misfit [tables] (needs NumPy; about half a minute for 12 tables)
"""

import json
import subprocess
import sys
import tempfile

import numpy as np

MISFIT = sys.argv[1]
TABLES = int(sys.argv[2]) if len(sys.argv) > 2 else 12
HEADER = "a,b,c,d,e,k,host\n"


def rows(rng, count):
    """Rows of correlated numbers, a skewed one, a count, and levels; 3 % of column c are missing."""
    z = rng.normal(size=(count, 3))
    a, b = z[:, 0], z[:, 0] + 0.3 * rng.normal(size=count)
    c, d, e = z[:, 1], 0.7 * (z[:, 1] + z[:, 2]), np.exp(z[:, 2])
    k = rng.integers(0, 6, count)
    host = np.array(list("abcde"))[np.minimum(rng.geometric(0.45, count) - 1, 4)]
    missing = rng.random(count) < 0.03
    return [
        [a[i], b[i], "" if missing[i] else c[i], d[i], e[i], k[i], host[i]] for i in range(count)
    ]


def write(path, table):
    with open(path, "w") as file:
        file.write(HEADER)
        file.writelines(",".join(map(str, row)) + "\n" for row in table)


def check(folder, table):
    write(f"{folder}/new.csv", table)
    command = [MISFIT, "check", f"{folder}/model.misfit", f"{folder}/new.csv", "--json", "-q"]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(result.stdout)


def level(rng, table):
    for row in rng.choice(1000, 10, replace=False):
        table[row][6] = "unseen"


def type_of_cell(rng, table):
    table[500][3] = "n/k"


def burst(rng, table):
    for row in range(700, 740):
        table[row][0] = ""


def trend(rng, table):
    for row in range(1000):
        if table[row][2] != "":
            table[row][2] += row / 1000


def drift(rng, table):
    for row in range(400, 800):
        table[row][4] *= 3


FAULTS = {
    "unseen level": (level, "levels", "host"), "type of a cell": (type_of_cell, "types", "d"),
    "burst of missing cells": (burst, "missing", "a"), "trend": (trend, "trend", "c"),
    "drift of 40 % of the rows": (drift, "drift", "e"),
}


def main():
    found = {name: 0 for name in FAULTS}
    pairs, failed = 0, {30: 0, 1000: 0, 20000: 0}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(TABLES):
            rng = np.random.default_rng(seed)
            write(f"{folder}/train.csv", rows(rng, 2000))
            fit = [MISFIT, "fit", f"{folder}/train.csv", "-o", f"{folder}/model.misfit", "-q"]
            subprocess.run(fit, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for count in failed:
                failed[count] += not check(folder, rows(rng, count))["passes"]
            for name, (plant, kind, column) in FAULTS.items():
                table = rows(rng, 1000)
                plant(rng, table)
                found[name] += any(
                    finding["fails"] and finding["kind"] == kind and finding["column"] == column
                    for finding in check(folder, table)["findings"])
            # Two rows in which b contradicts a, and d the columns that it is made of.
            table, places = rows(rng, 1000), rng.choice(1000, 2, replace=False)
            for place in places:
                table[place][1] = -table[place][0] - 1.5 * np.sign(table[place][0])
                table[place][3] += 3
            listed = {row["id"] for row in check(folder, table)["worst"]}
            pairs += sum(str(place + 1) in listed for place in places)
    for name, count in found.items():
        print(f"{name}: named in {count} of {TABLES}")
    print(f"two rows with correlated faults, inside a budget of 1 %: {pairs} of {2 * TABLES} rows listed")
    for count, failures in failed.items():
        print(f"clean data of {count} rows: {failures} of {TABLES} checks failed")


main()
