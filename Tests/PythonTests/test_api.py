"""The functions and classes of the module."""

import doctest
import importlib
import inspect
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
import zlib

import numpy
import pandas
import polars
import pyarrow
import pytest

import misfit

ROWS = [{"load": float(i * 37 % 101), "host": "abc"[i % 3]} for i in range(300)]


@pytest.fixture(scope="module")
def model():
    return misfit.fit(ROWS, model="pca", seed=1)


@pytest.mark.parametrize("name", ["", "_errors", "_library", "_model", "_scores", "_table", "sklearn"])
def test_examples_run(name):
    module = importlib.import_module("misfit" + ("." if name else "") + name)
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0


def test_results_go_to_other_libraries(model):
    table = model.score(ROWS)
    names = ["id", "score", "percentile", "p_value", "flag", "error"]
    assert table.column_names == names
    assert polars.DataFrame(table).columns == names
    assert pyarrow.table(table).column_names == names
    assert list(table.to_pandas()["score"]) == table["score"].tolist()
    assert polars.DataFrame(table)["score"].to_list() == table["score"].tolist()
    assert table.to_polars()["flag"].dtype == polars.Boolean
    assert "<table>" in table._repr_html_()


def test_an_array_keeps_its_table(model):
    scores = model.score(ROWS)["score"]
    copy = scores.copy()
    for _ in range(10):
        model.score(ROWS)
    assert (scores == copy).all()
    assert not scores.flags.writeable


def test_labels_ids_and_ignored_columns():
    frame = (
        polars.DataFrame(ROWS)
        .with_row_index("key")
        .with_columns(pick=polars.lit("x"), kind=polars.lit("good"))
    )
    model = misfit.fit(frame, model="pca", label="kind", id="key", ignore=["pick"])
    table = model.score(frame)
    assert table.column_names[:2] == ["id", "label"]
    assert table.to_dict()["id"][:2] == ["0", "1"]
    assert [column["name"] for column in model.describe()["columns"]] == ["load", "host"]


def test_reasons_and_ranks(model):
    rows = ROWS[:20] + [{"load": 900.0, "host": "a"}]
    assert model.rank(rows, 1).to_dict()["id"] == ["21"]
    reasons = polars.DataFrame(model.reasons(rows, top=1))
    assert reasons.filter(polars.col("id") == "21")["column"].to_list() == ["load"]
    assert reasons.columns == ["id", "rank", "column", "share", "value", "expected", "direction"]


def test_codes_and_reconstructions():
    rows = numpy.random.default_rng(0).normal(size=(100, 4))
    model = misfit.fit(rows, model="pca", components=2)
    assert model.encode(rows).to_numpy().shape == (100, 2)
    assert model.reconstruct(rows).to_numpy().shape == (100, 4)
    with pytest.raises(misfit.ArgumentError, match="has no code"):
        misfit.fit(rows, model="neighbors").encode(rows)


def test_images():
    images = numpy.random.default_rng(0).integers(0, 255, (60, 8, 8, 1), dtype="u1")
    model = misfit.fit(images, model="pca", components=4)
    assert len(model.score(images)) == 60
    assert model.reconstruct(images)["image"].shape == (60, 64)
    assert "images of 8 x 8 x 1" in repr(model)
    lists = pyarrow.FixedShapeTensorArray.from_numpy_ndarray(images.reshape(60, 8, 8, 1))
    table = pyarrow.table({"image": lists})
    assert (model.score(table)["score"] == model.score(images)["score"]).all()


def test_a_folder_of_images(tmp_path):
    """Images of a folder have the scores of their pixels."""
    images = numpy.random.default_rng(0).integers(0, 255, (40, 8, 8), dtype="u1")
    for index, image in enumerate(images):
        lines = b"".join(b"\0" + line.tobytes() for line in image)
        chunks = [(b"IHDR", struct.pack(">2I5B", 8, 8, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(lines))]
        with open(tmp_path / f"{index:02}.png", "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n")
            for name, content in [*chunks, (b"IEND", b"")]:
                check = struct.pack(">I", zlib.crc32(name + content))
                file.write(struct.pack(">I", len(content)) + name + content + check)
    model = misfit.fit(tmp_path, model="pca", components=4, seed=1)
    table = model.score(tmp_path)
    assert (table["score"] == model.score(images)["score"]).all()
    assert misfit.fit(images, model="pca", components=4, seed=1).threshold == model.threshold
    assert os.path.basename(table.to_dict()["id"][3]) == "03.png"


def test_columns_and_frames_that_are_not_computed_yet(model):
    expected = model.score(ROWS)["score"]
    frame = polars.DataFrame(ROWS)
    forms = [
        frame.lazy(),
        frame.to_dict(as_series=False),
        frame.to_struct("rows").to_frame().unnest("rows"),
        (row for row in ROWS),
        tuple(ROWS),
        frame.iter_slices(100),
    ]
    for form in forms:
        assert (model.score(form)["score"] == expected).all()
    with pytest.raises(misfit.ArgumentError, match="different lengths"):
        model.score({"load": [1.0], "host": ["a", "b"]})


def test_calibration(model):
    other = model.calibrate(ROWS, quantile=0.5)
    assert other.threshold < model.threshold
    assert other.score(ROWS)["flag"].mean() > 0.4


def test_a_model_is_pickled_as_its_file(model, tmp_path):
    model.save(tmp_path / "model.misfit")
    loaded = misfit.load(tmp_path / "model.misfit")
    unpickled = pickle.loads(pickle.dumps(model))
    for other in (loaded, unpickled):
        assert (other.score(ROWS)["score"] == model.score(ROWS)["score"]).all()
        assert other.to_bytes() == model.to_bytes()


def test_errors_have_the_text_of_the_command(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("a,b\n" + "1,2\n3,4\n" * 20 + "x4,6\n")
    model = misfit.fit(
        [{"a": float(i * 37 % 11), "b": float(i * i % 7)} for i in range(50)], model="pca"
    )
    with pytest.raises(misfit.DataError) as caught:
        model.score(path)
    assert str(caught.value).startswith(f'{path}:42: column "a"')
    assert caught.value.position == f'{path}:42: column "a"'
    with pytest.raises(misfit.OptionError, match="did you mean `training.epochs`"):
        misfit.fit(ROWS, options={"training": {"epoch": 3}})
    with pytest.raises(misfit.ModelError, match="no such model"):
        misfit.load("missing.misfit")
    with pytest.raises(misfit.ModelError):
        misfit.Model.from_bytes(b"no model")
    with pytest.raises(TypeError):
        misfit.fit(42)
    with pytest.raises(misfit.DataError, match="is not here"):
        model.score(polars.DataFrame({"a": [1.0]}))
    error = caught.value
    assert pickle.loads(pickle.dumps(error)).position == error.position


def test_rows_of_frames_are_named_by_their_numbers():
    frame = polars.DataFrame({"x": [1.0, 2.0, float("inf"), 4.0], "y": [1.0, 5.0, 3.0, 2.0]})
    model = misfit.fit(numpy.random.default_rng(0).normal(size=(50, 2)), model="pca")
    with pytest.raises(misfit.DataError) as caught:
        model.score(numpy.array([[1.0, 2.0], [numpy.nan, 1.0]]))
    assert "record 2" in str(caught.value)
    assert len(frame) == 4


def test_an_iterator_that_fails_raises_its_own_error(model):
    def batches():
        yield polars.DataFrame(ROWS[:10])
        raise KeyError("the source is gone")

    with pytest.raises(KeyError):
        model.score(batches())
    with pytest.raises(KeyError):
        misfit.fit(batches())


def test_notes_and_progress(model):
    notes, calls = [], []
    misfit.fit(
        ROWS, model="autoencoder", epochs=3, log=notes.append, progress=lambda *call: calls.append(call)
    )
    assert notes and calls
    assert {call[0] for call in calls} <= {"reading", "learning", "training", "calibrating"}


def test_progress_is_a_bar_of_tqdm(capfd):
    pytest.importorskip("tqdm")
    rows = numpy.random.default_rng(0).normal(size=(50_000, 30))
    misfit.fit(rows, model="autoencoder", epochs=30, progress=True)
    assert "training" in capfd.readouterr().err
    misfit.fit(rows, model="autoencoder", epochs=2, progress=False)
    assert capfd.readouterr().err == ""


def test_other_threads_run_during_a_call():
    rows = numpy.random.default_rng(0).normal(size=(50_000, 40))
    fit = threading.Thread(target=lambda: misfit.fit(rows, model="autoencoder", epochs=3))
    fit.start()
    turns = 0
    while fit.is_alive():
        time.sleep(0.001)
        turns += 1
    # With the lock held, the loop would run once.
    assert turns > 20


def test_a_progress_function_may_raise(model):
    def stop(*_):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        misfit.fit(ROWS, model="autoencoder", progress=stop)


@pytest.fixture
def interrupts():
    """Lets SIGINT raise KeyboardInterrupt, which it does not in a process that was started to ignore it."""
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("signals are for the main thread")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_interrupts_end_a_fit(interrupts):
    rows = numpy.random.default_rng(0).normal(size=(50_000, 40))
    began = time.monotonic()
    timer = threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        misfit.fit(rows, model="autoencoder", epochs=10_000)
    # A second, and some for a machine that is busy.
    assert time.monotonic() - began < 4


def test_interrupts_end_scoring(model, interrupts):
    def batches():
        for index in range(100_000):
            if index == 2:
                os.kill(os.getpid(), signal.SIGINT)
            yield polars.DataFrame(ROWS)

    with pytest.raises(KeyboardInterrupt):
        model.score(batches())
    # The handler is what it was.
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_threads_score_at_once(model):
    expected = model.score(ROWS)["score"]
    results = [None] * 8

    def work(index):
        results[index] = model.score(ROWS)["score"]

    threads = [threading.Thread(target=work, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((result == expected).all() for result in results)


def test_streams_take_constant_memory():
    def batches(count):
        random = numpy.random.default_rng(0)
        for _ in range(count):
            yield pyarrow.table({f"x{i}": random.normal(size=10_000) for i in range(10)})

    model = misfit.fit(batches(1), model="pca")
    rows = sum(len(batch["score"]) for batch in model.score_stream(batches(30)))
    assert rows == 300_000
    table = pyarrow.RecordBatchReader.from_stream(model.score_stream(batches(3))).read_all()
    assert table.num_rows == 30_000
    rows = numpy.random.default_rng(1).normal(size=(200_000, 10))
    reader = pyarrow.RecordBatchReader.from_stream(model.score_stream(rows.copy()))
    streamed = reader.read_all()["score"].to_numpy()
    assert (streamed == model.score(rows)["score"]).all()
    with pytest.raises(misfit.ArgumentError, match="reads its data twice"):
        list(model.score_stream(batches(2), flag={"contamination": 0.1}))


def test_rows_that_cannot_be_read_are_skipped_by_request():
    rows = [{"load": str(i * 37 % 101), "host": "abc"[i % 3]} for i in range(300)]
    frame = polars.DataFrame(rows + [{"load": "x4", "host": "a"}])
    model = misfit.fit(rows, model="pca", seed=1)
    with pytest.raises(misfit.DataError, match="record 301"):
        model.score(frame)
    assert len(model.score(frame, data_options={"badData": "skip"})) == 300
    assert len(model.score(frame, data_options={"badData": "missing"})) == 301


def test_duckdb_relations():
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.sql("select i % 17 as x, i % 5 as y from range(500) t(i)")
    model = misfit.fit(relation, model="pca")
    assert len(model.score(relation)) == 500


def test_everything_public_is_described():
    import misfit.sklearn

    things = [getattr(misfit, name) for name in misfit.__all__] + [misfit.sklearn.AnomalyDetector]
    for thing in things:
        assert thing.__doc__, thing
        methods = [thing] if inspect.isfunction(thing) else _methods(thing)
        for method in methods:
            assert method.__doc__, method


def _methods(kind):
    return [
        member
        for name, member in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_") and member.__module__.startswith("misfit")
    ]


def test_a_check_names_what_changed(model):
    assert model.check(ROWS)["passes"]
    name = next(iter(ROWS[0]))
    found = model.check([{k: v for k, v in row.items() if k != name} for row in ROWS])
    assert [(f["kind"], f["column"]) for f in found["findings"]] == [("columns", name)]
    with pytest.raises(misfit.MisfitError):
        model.check(ROWS, alpha=2)


def test_reports_and_cards(model, tmp_path):
    assert "<table>" in model._repr_html_()
    report = model.report(ROWS, tmp_path / "report")
    assert os.path.exists(report.page)
    assert report._repr_html_().startswith("<iframe")


def test_pandas_without_names_of_the_index(model):
    frame = pandas.DataFrame(ROWS, index=[f"row {i}" for i in range(300)])
    assert (model.score(frame)["score"] == model.score(ROWS)["score"]).all()
    mixed = frame.assign(mixed=["one", "two", 3] * 100)
    assert len(misfit.fit(mixed, model="pca").score(mixed)) == 300


def test_the_import_is_quick():
    code = "import time; t = time.perf_counter(); import misfit; print(time.perf_counter() - t)"
    times = [
        float(
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(7)
    ]
    assert min(times) < 0.05
    loaded = "import misfit, sys; print([n for n in ('numpy', 'pyarrow', 'json') if n in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True).stdout.strip()
        == "[]"
    )
