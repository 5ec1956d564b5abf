"""The same bits as the command's, whatever form the rows come in."""

import json
import os
import subprocess

import numpy
import pandas
import polars
import pyarrow
import pyarrow.csv
import pytest

import misfit

DATA = os.path.join(os.path.dirname(__file__), "..", "..", "data")
PENGUINS = os.path.join(DATA, "penguins.csv")
MODELS = ["autoencoder", "ensemble", "wide", "pca", "local", "neighbors", "global"]
OPTIONS = {"autoencoder": {"epochs": 5}, "ensemble": {"epochs": 5}}
COMMAND = os.environ.get("MISFIT_COMMAND")


def frames():
    words = ["NA"]
    return {
        "pandas": pandas.read_csv(PENGUINS),
        "polars": polars.read_csv(PENGUINS, null_values=words),
        "arrow": pyarrow.csv.read_csv(PENGUINS),
        "path": PENGUINS,
        "dictionaries": polars.read_csv(PENGUINS, null_values=words).to_dicts(),
    }


@pytest.mark.parametrize("kind", MODELS)
def test_frames_have_the_scores_of_their_file(kind):
    options = {"label": "Species", "model": kind, "seed": 1, **OPTIONS.get(kind, {})}
    model = misfit.fit(PENGUINS, **options)
    expected = model.score(PENGUINS)["score"]
    assert len(expected) == 344
    for name, frame in frames().items():
        assert (model.score(frame)["score"] == expected).all(), name
    refitted = misfit.fit(frames()["polars"], **options)
    assert refitted.threshold == model.threshold
    assert (refitted.score(frames()["pandas"])["score"] == expected).all()


@pytest.mark.skipif(not COMMAND, reason="MISFIT_COMMAND names no command")
@pytest.mark.parametrize("kind", MODELS)
def test_scores_are_those_of_the_command(kind, tmp_path):
    path = str(tmp_path / "model.misfit")
    arguments = ["--model", kind, "--label", "Species", "--seed", "1"]
    if kind in OPTIONS:
        arguments += ["--epochs", "5"]
    subprocess.run([COMMAND, "fit", PENGUINS, "-o", path, *arguments], check=True, capture_output=True)
    command = [COMMAND, "score", path, PENGUINS, "--format", "jsonl"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    fitted = misfit.fit(frames()["polars"], label="Species", model=kind, seed=1, **OPTIONS.get(kind, {}))
    for model in (misfit.load(path), fitted):
        table = model.score(frames()["pandas"])
        for column in ("score", "error"):
            written = numpy.array([row[column] for row in rows])
            # The command writes as many digits as a double needs.
            same = (table[column] == written) | (table[column].astype("f4") == written.astype("f4"))
            assert same.all(), column
        assert list(table["flag"]) == [row["flag"] for row in rows]
    assert fitted.threshold == misfit.load(path).threshold


@pytest.mark.skipif(not COMMAND, reason="MISFIT_COMMAND names no command")
@pytest.mark.parametrize(
    "content",
    ["a,b\n1,2\n3,x4\n", "a\n1\n2\n", "", "a,b\n1,2\n3\n"],
    ids=["cell", "columns", "empty", "short"],
)
def test_errors_are_those_of_the_command(content, tmp_path):
    rows = [{"a": float(i * 37 % 11), "b": float(i * i % 7)} for i in range(50)]
    misfit.fit(rows, model="pca").save(tmp_path / "model.misfit")
    (tmp_path / "bad.csv").write_text(content)
    command = [COMMAND, "score", str(tmp_path / "model.misfit"), str(tmp_path / "bad.csv")]
    written = subprocess.run(command, capture_output=True, text=True).stderr
    with pytest.raises(misfit.MisfitError) as caught:
        misfit.load(tmp_path / "model.misfit").score(tmp_path / "bad.csv")
    assert f"{caught.value.position}: {caught.value.problem}" in written


def test_arrays_have_the_scores_of_their_file(tmp_path):
    rows = numpy.random.default_rng(1).normal(size=(300, 5))
    numpy.save(tmp_path / "rows.npy", rows)
    model = misfit.fit(str(tmp_path / "rows.npy"), model="pca", seed=1)
    expected = model.score(str(tmp_path / "rows.npy"))["score"]
    forms = [
        rows,
        numpy.asfortranarray(rows),
        rows.astype(">f8"),
        rows.tolist(),
        memoryview(rows),
        rows[:, ::1],
    ]
    for form in forms:
        assert (misfit.fit(form, model="pca", seed=1).score(form)["score"] == expected).all()
    half = rows.astype("f4")
    assert (model.score(half)["score"] == model.score(half.astype("f8"))["score"]).all()


def test_slices_and_chunks_are_read_where_they_begin():
    frame = polars.DataFrame(
        {"x": [float(i % 17) for i in range(1000)], "host": [f"h{i % 3}" for i in range(1000)]}
    )
    model = misfit.fit(frame, model="pca")
    expected = model.score(frame)["score"]
    table = frame.to_arrow()
    assert (model.score(table.slice(137, 400))["score"] == expected[137:537]).all()
    chunks = pyarrow.concat_tables([table.slice(0, 10), table.slice(10, 0), table.slice(10)])
    assert (model.score(chunks)["score"] == expected).all()
    for batch_size in (1, 7, 1000):
        batches = table.to_batches(max_chunksize=batch_size)
        assert (model.score(iter(batches))["score"] == expected).all()
        reader = pyarrow.RecordBatchReader.from_batches(table.schema, batches)
        assert (model.score(reader)["score"] == expected).all()
    assert misfit.fit(iter(table.to_batches(100)), model="pca").threshold == model.threshold


@pytest.mark.parametrize("seed", range(20))
def test_random_tables_are_read_as_their_text(seed, tmp_path):
    """Every type of a random table has the scores of the CSV file that polars writes of it."""
    random = numpy.random.default_rng(seed)
    count = 200
    missing = random.random(count) < 0.1

    def masked(values):
        return polars.Series([None if gap else value for value, gap in zip(values, missing)])

    columns = {
        "double": masked(random.normal(size=count).tolist()),
        "integer": polars.Series(random.integers(-50, 50, count), dtype=polars.Int16),
        "small": polars.Series(random.integers(0, 200, count), dtype=polars.UInt8),
        "level": masked(random.choice(["a", "bb", 'c"c', "d,d"], count).tolist()),
        "category": polars.Series(random.choice(["x", "y"], count).tolist(), dtype=polars.Categorical),
        "yes": polars.Series(random.random(count) < 0.3),
        "day": polars.Series(
            [int(v) for v in random.integers(10_000, 20_000, count)], dtype=polars.Int32
        ).cast(polars.Date),
        "time": polars.Series(
            [int(v) * 1000 for v in random.integers(1e8, 1e9, count)], dtype=polars.Int64
        ).cast(polars.Datetime("ms")),
    }
    names = [name for name in columns if random.random() < 0.7] + ["double"]
    frame = polars.DataFrame({name: columns[name] for name in dict.fromkeys(names)})
    path = str(tmp_path / "table.csv")
    frame.write_csv(path)
    model = misfit.fit(path, model="pca", seed=1)
    expected = model.score(path)["score"]
    for form in (frame, frame.to_arrow(), frame.to_arrow().slice(0)):
        assert (model.score(form)["score"] == expected).all(), names
        assert (misfit.fit(form, model="pca", seed=1).score(form)["score"] == expected).all(), names
