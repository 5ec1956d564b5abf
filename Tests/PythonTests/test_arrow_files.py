"""Arrow files and streams of the command, compared with pyarrow on random tables, both ways."""

import csv
import datetime
import decimal
import io
import os
import random
import subprocess
import sys

import pytest

pyarrow = pytest.importorskip("pyarrow")
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet

COMMAND = os.environ.get("MISFIT_COMMAND")
pytestmark = pytest.mark.skipif(not COMMAND, reason="MISFIT_COMMAND names no command")
UTC = datetime.timezone.utc


def run(*arguments, data=None):
    return subprocess.run([COMMAND, *arguments], input=data, check=True, capture_output=True).stdout


def kinds(make):
    """Kinds of columns: a function for a cell, and its type."""
    words = ["red", "green", "blue", 'say "no", or\nnot', "a text of more than twelve bytes"]
    day = datetime.date(2019, 1, 1)
    stamp = datetime.datetime(2019, 1, 1)
    numbers = pyarrow.int8(), pyarrow.int16(), pyarrow.int32(), pyarrow.int64()
    return [
        (lambda: make.gauss(0, 1), pyarrow.float64()),
        (lambda: make.gauss(5, 2), pyarrow.float32()),
        (lambda: make.gauss(5, 2), pyarrow.float16()),
        (lambda: make.randrange(-100, 100), make.choice(numbers)),
        (lambda: make.randrange(200), make.choice([pyarrow.uint8(), pyarrow.uint16(), pyarrow.uint64()])),
        (lambda: make.random() < 0.3, pyarrow.bool_()),
        (lambda: make.choice(words), make.choice([pyarrow.string(), pyarrow.large_string()])),
        (lambda: make.choice(words), pyarrow.string_view()),
        (lambda: make.choice(words), pyarrow.dictionary(pyarrow.int8(), pyarrow.string())),
        (lambda: day + datetime.timedelta(days=make.randrange(900)), pyarrow.date32()),
        (lambda: stamp + datetime.timedelta(minutes=make.randrange(90000)), pyarrow.timestamp("us")),
        (lambda: decimal.Decimal(make.randrange(-9999, 9999)) / 100, pyarrow.decimal128(10, 2)),
    ]


def table(seed, rows=300):
    make = random.Random(seed)
    chosen = make.sample(kinds(make), 5) + [kinds(make)[0]]
    columns = {"id": [f"row {i}" for i in range(rows)]}
    for index, (cell, kind) in enumerate(chosen):
        missing = make.choice([0, 0.1])
        values = [None if make.random() < missing else cell() for _ in range(rows)]
        columns[f"column {index}"] = pyarrow.array(values, kind)
    return pyarrow.table(columns)


def text(table):
    """The table as CSV, with the same values in double precision."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        cells = ["" if cell is None else str(float(cell) if isinstance(cell, float) else cell) for cell in row.values()]
        writer.writerow([cell.lower() if cell in ("True", "False") else cell for cell in cells])
    return file.getvalue().encode()


def write(table, path, make):
    """Writes a file or a stream, compressed or not, in batches of one of several sizes."""
    options = pyarrow.ipc.IpcWriteOptions(
        compression=make.choice([None, "lz4", "zstd"]), emit_dictionary_deltas=make.random() < 0.5,
        unify_dictionaries=True)
    new = pyarrow.ipc.new_stream if path.endswith(".arrows") else pyarrow.ipc.new_file
    with new(path, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=make.choice([7, 64, 1000]))


@pytest.mark.parametrize("seed", range(12))
def test_random_tables_have_the_scores_of_their_text(seed, tmp_path):
    make = random.Random(seed)
    rows = table(seed)
    path = str(tmp_path / make.choice(["rows.arrow", "rows.arrows", "rows.feather"]))
    write(rows, path, make)
    (tmp_path / "rows.csv").write_bytes(text(rows))
    flags = ["--id", "id", "-q", "--seed", "1"]
    model, other = str(tmp_path / "model.misfit"), str(tmp_path / "other.misfit")
    run("fit", str(tmp_path / "rows.csv"), "-o", model, *flags)
    run("fit", path, "-o", other, *flags)
    expected = run("score", model, str(tmp_path / "rows.csv"), "--reasons", "2", "-q")
    assert len(list(csv.reader(io.StringIO(expected.decode())))) == len(rows) + 1
    for name in (model, other):
        assert run("score", name, path, "--reasons", "2", "-q") == expected
        with open(path, "rb") as file:
            assert run("score", name, "-", "--reasons", "2", "-q", data=file.read()) == expected


@pytest.mark.parametrize("name", ["scores.arrow", "scores.arrows", "scores.arrow.gz", "-"])
def test_scores_are_read_by_pyarrow(name, tmp_path):
    rows = table(99)
    path, model = str(tmp_path / "rows.csv"), str(tmp_path / "model.misfit")
    (tmp_path / "rows.csv").write_bytes(text(rows))
    run("fit", path, "-o", model, "--id", "id", "-q")
    flags = ["--reasons", "1", "--keep", "all", "-q"]
    expected = list(csv.DictReader(io.StringIO(run("score", model, path, *flags).decode())))
    target = name if name == "-" else str(tmp_path / name)
    printed = run("score", model, path, "-o", target, "--format", "arrow", *flags)
    if name.endswith(".gz"):
        printed = pyarrow.input_stream(target, compression="gzip").read()
    elif name != "-":
        printed = open(target, "rb").read()
    reader = pyarrow.ipc.open_stream if name in ("-", "scores.arrows") else pyarrow.ipc.open_file
    scores = reader(printed).read_all()
    scores.validate(full=True)
    assert scores.column_names == list(expected[0])
    for row, other in zip(scores.to_pylist(), expected, strict=True):
        for column, value in row.items():
            cell = other[column]
            if isinstance(value, bool):
                assert cell == str(int(value))
            elif isinstance(value, float):
                assert float(cell) == pytest.approx(value, rel=1e-6)
            else:
                assert cell == (value or "")


def test_scores_of_scores(tmp_path):
    """What the command writes, it reads."""
    rows = table(5)
    model, path = str(tmp_path / "model.misfit"), str(tmp_path / "rows.arrow")
    write(rows, path, random.Random(1))
    run("fit", path, "-o", model, "--id", "id", "-q")
    run("score", model, path, "-o", str(tmp_path / "scores.feather"), "-q")
    assert pyarrow.feather.read_table(str(tmp_path / "scores.feather")).num_rows == len(rows)
    second = str(tmp_path / "second.misfit")
    run("fit", str(tmp_path / "scores.feather"), "-o", second, "--id", "id", "-q")
    assert run("score", second, str(tmp_path / "scores.feather"), "-q").count(b"\n") == len(rows) + 1


def test_the_hint_for_parquet_works(tmp_path):
    rows = table(6)
    path, model = str(tmp_path / "rows.parquet"), str(tmp_path / "model.misfit")
    pyarrow.parquet.write_table(rows, path)
    refusal = subprocess.run([COMMAND, "fit", path, "-o", model], capture_output=True, text=True)
    assert refusal.returncode == 2 and "duckdb" in refusal.stderr
    command = next(part for part in refusal.stderr.split("`") if part.startswith("python3"))
    command = command.replace("python3", sys.executable, 1)
    stream = subprocess.run(command, shell=True, check=True, capture_output=True).stdout
    run("fit", "-", "-o", model, "--id", "id", "-q", data=stream)
    assert run("score", model, "-", "-q", data=stream).count(b"\n") == len(rows) + 1
