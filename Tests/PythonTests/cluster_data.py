"""A table with columns of several kinds, and its scores on one machine, for the tests of clusters."""

import datetime
import json
import os
import subprocess

import numpy
import pyarrow
import pyarrow.csv
import pyarrow.parquet

import misfit

COMMAND = os.environ.get("MISFIT_COMMAND")
COUNT = 3_000
RESULTS = ("score", "percentile", "p_value", "flag", "error")


def table() -> pyarrow.Table:
    random = numpy.random.default_rng(7)
    numbers = random.normal(size=(COUNT, 4))
    numbers[:, 1] += numbers[:, 0]
    # Anomalies, which the models that are fitted to the first rows have not seen.
    numbers[1_000::40] *= 8
    first = datetime.date(2024, 1, 1)
    days = [first + datetime.timedelta(int(day)) for day in random.integers(0, 300, COUNT)]
    return pyarrow.table(
        {
            "key": [f"row {index}" for index in range(COUNT)],
            "load": numbers[:, 0],
            "heat": [None if index % 50 == 3 else value for index, value in enumerate(numbers[:, 1])],
            # Multiples of 1/64, which are the same number as text.
            "rate": (numpy.round(numbers[:, 2] * 64) / 64).astype("f4"),
            "count": random.integers(0, 40, COUNT),
            "host": [f"h{number}" for number in random.integers(0, 5, COUNT)],
            "isOpen": random.random(COUNT) < 0.5,
            "day": pyarrow.array(days),
            "noise": numbers[:, 3],
        }
    )


def fitted(kind: str, rows: pyarrow.Table) -> misfit.Model:
    options = {"epochs": 3} if kind == "autoencoder" else {}
    return misfit.fit(rows.slice(0, 1_000), model=kind, id="key", ignore=["noise"], seed=1, **options)


def expected(model: misfit.Model, rows: pyarrow.Table, **options) -> dict:
    """Returns the results of one machine: a tuple for each identifier."""
    return by_id(model.score(rows, id="key", **options).to_arrow())


def by_id(scores: pyarrow.Table) -> dict:
    columns = [scores[name].to_pylist() for name in RESULTS]
    found = dict(zip(scores["id"].to_pylist(), zip(*columns)))
    assert len(found) == scores.num_rows
    return found


def of_command(model: misfit.Model, rows: pyarrow.Table, folder) -> dict:
    """Returns the results of the command on the same rows as CSV, with two reasons."""
    model.save(folder / "model.misfit")
    pyarrow.csv.write_csv(rows, folder / "rows.csv")
    command = [COMMAND, "score", str(folder / "model.misfit"), str(folder / "rows.csv")]
    command += ["--id", "key", "--format", "jsonl", "--reasons", "2"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    found = {}
    for row in map(json.loads, lines):
        row["p_value"] = row["pValue"]
        reasons = [(reason["feature"], reason["share"]) for reason in row["reasons"]]
        found[row["id"]] = (tuple(row[name] for name in RESULTS), reasons)
    return found
