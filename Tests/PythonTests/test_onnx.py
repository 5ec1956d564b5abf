"""Exported models score in ONNX Runtime as the command does: differences are at most 1e-5 of the score, or of
the threshold where that is larger, and no flag differs.

MISFIT_COMMAND names the command, MISFIT_DATA a folder with the tables of ADBench and MNIST; what is absent is
skipped. MISFIT_ONNX_ROWS limits the rows of each table that are compared.
"""

import csv
import glob
import json
import os
import subprocess

import numpy
import pytest

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

COMMAND = os.environ.get("MISFIT_COMMAND")
DATA = os.environ.get("MISFIT_DATA", "")
ROWS = int(os.environ.get("MISFIT_ONNX_ROWS", "1000"))
SHIPPED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data")
PENGUINS = os.path.join(SHIPPED, "penguins.csv")
TABLES = sorted(glob.glob(os.path.join(DATA, "adbench", "*.npz"))) if DATA else []
MNIST = os.path.join(DATA, "mnist", "t10k-images-idx3-ubyte.gz")
TOLERANCE = 1e-5

FAMILIES = {
    "local": [],
    "neighbors": ["--model", "neighbors"],
    "global": ["--model", "global"],
    "pca": ["--model", "pca"],
    "wide": ["--model", "wide"],
    "ensemble": ["--model", "ensemble", "--epochs", "3"],
    "autoencoder": ["--hidden", "16,4", "--epochs", "3"],
}
CONVOLUTION = "conv 4 3 | norm relu | pool 2 || up 2 | conv 1 3 sigmoid"

pytestmark = pytest.mark.skipif(not COMMAND, reason="MISFIT_COMMAND names no command")

differences = {}


@pytest.fixture(scope="module", autouse=True)
def table_of_differences():
    """Prints the largest differences of each family when all of them are known."""
    yield
    with open(os.environ.get("MISFIT_ONNX_REPORT", os.devnull), "w") as report:
        for name, (count, largest, relative, ranks) in sorted(differences.items()):
            line = (
                f"{name:24} {count:8} rows  score {largest:8.1e}  of small scores {relative:8.1e}"
                f"  p-value {ranks:8.1e}"
            )
            print(line)
            print(line, file=report)


def run(*arguments):
    outcome = subprocess.run([COMMAND, *arguments], capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


def exported(model, tmp_path):
    path = str(tmp_path / "model.onnx")
    run("export", model, "-o", path)
    onnx.checker.check_model(onnx.load(path), full_check=True)
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def scored(model, data, tmp_path, *options):
    path = str(tmp_path / "scores.csv")
    run("score", model, data, "-o", path, *options)
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def compare(family, session, inputs, rows, size=250):
    """Runs the rows in batches, and compares scores, flags and p-values."""
    names = [output.name for output in session.get_outputs()]
    wanted = [name for name in names if not name.startswith("reconstruction")]
    outputs = {name: [] for name in wanted}
    for start in range(0, len(rows), size):
        batch = {name: values[start : start + size] for name, values in inputs.items()}
        for name, values in zip(wanted, session.run(wanted, batch)):
            outputs[name].append(values)
    outputs = {name: numpy.concatenate(values) for name, values in outputs.items()}
    expected = numpy.array([float(row["score"]) for row in rows])
    found = outputs["score"]
    threshold = float(session.get_modelmeta().custom_metadata_map["misfit.threshold"])
    scale = numpy.maximum(numpy.abs(expected), numpy.abs(found))
    difference = numpy.abs(expected - found) / numpy.maximum(scale, abs(threshold))
    relative = numpy.divide(numpy.abs(expected - found), scale, out=numpy.zeros_like(scale), where=scale > 0)
    flags = numpy.array([row["flag"] == "1" for row in rows])
    ranks = 0.0
    if "p_value" in outputs:
        values = numpy.array([float(row["p_value"]) for row in rows])
        ranks = float(numpy.abs(values - outputs["p_value"]).max())
    count, *largest = differences.get(family, (0, 0.0, 0.0, 0.0))
    found = (float(difference.max()), float(relative.max()), ranks)
    differences[family] = (count + len(rows), *(max(a, b) for a, b in zip(largest, found)))
    assert difference.max() <= TOLERANCE
    assert (flags == outputs["flag"]).all()


def columns(session, rows):
    """The inputs of a table of several kinds: numbers with NaN, dates in seconds, and texts."""
    known = json.loads(session.get_modelmeta().custom_metadata_map["misfit.columns"])
    inputs = {}
    for column in known:
        cells = ["" if row[column["name"]] == "NA" else row[column["name"]] for row in rows]
        if column["kind"] == "datetime":
            values = [numpy.datetime64(cell, "s").astype(float) if cell else numpy.nan for cell in cells]
            inputs[column["input"]] = numpy.array(values).reshape(-1, 1)
        elif session_type(session, column["input"]) == "tensor(string)":
            inputs[column["input"]] = numpy.array(cells, dtype=object).reshape(-1, 1)
        else:
            values = [float(cell) if cell else numpy.nan for cell in cells]
            inputs[column["input"]] = numpy.array(values).reshape(-1, 1)
    return inputs


def session_type(session, name):
    return next(known.type for known in session.get_inputs() if known.name == name)


@pytest.mark.parametrize("family", FAMILIES)
def test_penguins(family, tmp_path):
    model = str(tmp_path / "model.misfit")
    run("fit", PENGUINS, "-o", model, *FAMILIES[family])
    session = exported(model, tmp_path)
    with open(PENGUINS, newline="") as file:
        rows = list(csv.DictReader(file))
    compare(f"penguins {family}", session, columns(session, rows), scored(model, PENGUINS, tmp_path))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("table", TABLES, ids=lambda path: os.path.basename(path)[:-4])
def test_adbench(table, family, tmp_path):
    values = numpy.load(table)["X"].astype(float)
    data = str(tmp_path / "rows.npy")
    numpy.save(data, values)
    model = str(tmp_path / "model.misfit")
    run("fit", data, "-o", model, *FAMILIES[family])
    part = str(tmp_path / "part.npy")
    numpy.save(part, values[:ROWS])
    rows = scored(model, part, tmp_path)
    compare(f"ADBench {family}", exported(model, tmp_path), {"rows": values[:ROWS]}, rows)


@pytest.mark.skipif(not os.path.exists(MNIST), reason="MNIST is absent")
@pytest.mark.parametrize(
    "family, options",
    [
        ("dense", ["--hidden", "32", "--epochs", "1"]),
        ("convolutions", ["--architecture", CONVOLUTION, "--epochs", "1"]),
        ("pca", ["--model", "pca"]),
    ],
)
def test_mnist(family, options, tmp_path):
    model = str(tmp_path / "model.misfit")
    run("fit", MNIST, "-o", model, *options)
    session = exported(model, tmp_path)
    rows = scored(model, MNIST, tmp_path)[: 2 * ROWS]
    images = read_images(MNIST)[: len(rows)]
    compare(f"MNIST {family}", session, {"images": images}, rows)


def read_images(path):
    import gzip

    with gzip.open(path) as file:
        bytes = file.read()
    height, width = (int.from_bytes(bytes[at : at + 4], "big") for at in (8, 12))
    pixels = numpy.frombuffer(bytes, dtype=numpy.uint8, offset=16)
    return pixels.reshape(-1, height, width, 1).astype(numpy.float32)
