"""Scoring and fitting on a Spark cluster of processes."""

import os
import shutil
import signal
import sys
import time

import numpy
import pyarrow
import pyarrow.parquet
import pytest

import misfit

pytest.importorskip("pyspark", reason="pyspark is not installed")
if shutil.which("java") is None:
    pytest.skip("Java is not installed", allow_module_level=True)

from cluster_data import COMMAND, COUNT, RESULTS, by_id, expected, fitted, of_command, table  # noqa: E402
from pyspark.errors import PythonException, PySparkException  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402
from pyspark.sql import functions as F  # noqa: E402

import misfit.spark  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def spark():
    # Two executors that are processes of their own, with one core each.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.adaptive.enabled", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def rows():
    return table()


@pytest.fixture(scope="module")
def frame(spark, rows, tmp_path_factory):
    path = str(tmp_path_factory.mktemp("spark") / "rows.parquet")
    pyarrow.parquet.write_table(rows, path)
    return spark.read.parquet(path).cache()


@pytest.fixture(scope="module")
def model(rows):
    return fitted("pca", rows)


@pytest.mark.parametrize("count", [1, 7, 64])
def test_bits_are_those_of_one_machine_for_any_number_of_partitions(frame, model, rows, count):
    scored = misfit.spark.score(frame.repartition(count), model, id="key")
    assert by_id(scored.toArrow()) == expected(model, rows)


@pytest.mark.parametrize("kind", ["autoencoder", "local", "neighbors"])
def test_bits_are_those_of_one_machine_for_other_models(frame, rows, kind):
    model = fitted(kind, rows)
    scored = misfit.spark.score(frame.repartition(7), model, id="key")
    assert by_id(scored.toArrow()) == expected(model, rows)


@pytest.mark.skipif(not COMMAND, reason="MISFIT_COMMAND names no command")
def test_bits_are_those_of_the_command(frame, model, rows, tmp_path):
    scored = misfit.spark.score(frame.repartition(7), model, id="key", reasons=2, reasons_of="all")
    found = {
        row["id"]: (
            tuple(row[name] for name in RESULTS),
            [(reason["column"], reason["share"]) for reason in row["reasons"]],
        )
        for row in scored.collect()
    }
    assert found == of_command(model, rows, tmp_path)


def test_columns_are_kept_and_flagged_rows_have_reasons(frame, model, rows):
    scored = misfit.spark.score(frame.repartition(3), model, keep=["key", "day"], reasons=2)
    assert scored.columns == [
        "key", "day", "score", "percentile", "p_value", "flag", "error", "reasons",
    ]  # fmt: skip
    found = {row["key"]: row for row in scored.collect()}
    explained = {row["id"]: row for row in model.reasons(rows, top=1, id="key")}
    for key, day in zip(rows["key"].to_pylist(), rows["day"].to_pylist()):
        row = found[key]
        assert row["day"] == day
        assert (row["reasons"] is not None) == row["flag"]
        if row["flag"]:
            first = row["reasons"][0].asDict()
            assert first == {name: explained[key][name] for name in first}
            assert len(row["reasons"]) == 2


def test_a_scorer_reads_a_stream(spark, frame, model, rows, tmp_path):
    folder = str(tmp_path / "rows")
    frame.repartition(3).write.parquet(folder)
    scorer = misfit.spark.scorer(model, id="key", keep="host string")
    stream = spark.readStream.schema(frame.schema).option("maxFilesPerTrigger", 1).parquet(folder)
    query = (
        stream.mapInArrow(scorer, scorer.schema)
        .writeStream.format("memory")
        .queryName("scored")
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination(120)
    assert by_id(spark.table("scored").toArrow()) == expected(model, rows)
    with pytest.raises(misfit.ArgumentError, match="a stream has no end"):
        misfit.spark.score(stream, model, flag={"contamination": 0.1})


@pytest.mark.parametrize("rule", [{"falseDiscoveryRate": 0.2}, {"contamination": 0.03}])
def test_rules_that_need_all_scores_flag_as_on_one_machine(frame, model, rows, rule):
    scored = misfit.spark.score(frame.repartition(7), model, id="key", flag=rule)
    found = by_id(scored.toArrow())
    assert found == expected(model, rows, flag=rule)
    assert 0 < sum(row[3] for row in found.values()) < COUNT / 2


def test_discoveries_are_flagged_in_scores_that_were_written(spark, frame, model, rows, tmp_path):
    path = str(tmp_path / "scores")
    misfit.spark.score(frame, model, id="key").write.parquet(path)
    flagged = misfit.spark.flag_discoveries(spark.read.parquet(path), 0.2)
    assert by_id(flagged.toArrow()) == expected(model, rows, flag={"falseDiscoveryRate": 0.2})
    none = misfit.spark.flag_discoveries(spark.read.parquet(path), 1e-9)
    assert none.where("flag").count() == 0


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda frame: frame.drop("heat"), 'column "heat": missing'),
        (lambda frame: frame.withColumnRenamed("heat", "Heat"), 'there is "Heat", whose case differs'),
        (
            lambda frame: frame.withColumn("heat", F.array("heat")),
            'column "heat": it has values of the type list',
        ),
        (lambda frame: frame.drop("key"), 'column "key": missing'),
    ],
)
def test_columns_of_no_use_are_errors_before_a_job(frame, model, change, message):
    with pytest.raises(misfit.DataError) as caught:
        misfit.spark.score(change(frame), model, id="key")
    assert message in str(caught.value)


def test_cells_of_no_use_are_errors_that_name_the_column(frame, model):
    bad = frame.withColumn("heat", F.concat(F.lit("x"), F.col("heat")))
    with pytest.raises(PySparkException) as caught:
        misfit.spark.score(bad, model).collect()
    assert isinstance(caught.value, PythonException)
    assert 'column "heat"' in str(caught.value) and "is not a number" in str(caught.value)


def test_arguments_of_no_use_are_errors(frame, model):
    with pytest.raises(misfit.ArgumentError, match="needs the scores of all rows"):
        misfit.spark.scorer(model, flag={"falseDiscoveryRate": 0.1})
    with pytest.raises(misfit.ArgumentError, match="is a result as well"):
        misfit.spark.score(frame.withColumn("score", F.lit(1)), model, keep=["score"])
    with pytest.raises(misfit.ArgumentError, match="give a schema"):
        misfit.spark.scorer(model, keep=["host"])
    with pytest.raises(misfit.ArgumentError, match="needs a score of its own"):
        misfit.spark.scorer(model, data_options={"badData": "skip"})
    series = {"series": {"window": 8}}
    windows = misfit.fit([[float(i % 7), float(i % 5)] for i in range(300)], model="pca", options=series)
    with pytest.raises(misfit.ArgumentError, match="one series at a time"):
        misfit.spark.scorer(windows)


def _killing(scorer, mark):
    """Returns a scorer whose first task with two batches loses its executor between them."""

    def executor():
        process = os.getpid()
        while process > 1:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                if b"CoarseGrainedExecutorBackend" in file.read():
                    return process
            with open(f"/proc/{process}/stat", encoding="utf-8") as file:
                process = int(file.read().rpartition(")")[2].split()[1])
        raise RuntimeError("no executor")

    def score(batches):
        for index, batch in enumerate(scorer(batches)):
            yield batch
            if index == 0:
                try:
                    os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    continue
                os.kill(executor(), signal.SIGKILL)
                time.sleep(60)

    return score


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is of Linux")
def test_a_killed_executor_costs_no_rows(frame, model, rows, tmp_path):
    scorer = misfit.spark.scorer(model, id="key")
    mark = str(tmp_path / "killed")

    scored = frame.repartition(8).mapInArrow(_killing(scorer, mark), scorer.schema)
    assert by_id(scored.toArrow()) == expected(model, rows)
    assert os.path.exists(mark)


def test_a_model_is_fitted_with_the_same_bytes_for_any_number_of_partitions(frame, rows):
    def model(count, **options):
        return misfit.spark.fit(
            frame.repartition(count), rows=500, ignore=["noise"], model="pca", seed=3, **options
        )

    first = model(1, id="key")
    assert model(7, id="key").to_bytes() == first.to_bytes()
    assert model(5).to_bytes() == model(2).to_bytes()
    # All rows but those of the sample calibrate it.
    for p_value in misfit.spark.score(frame, first).toArrow()["p_value"].to_pylist():
        assert p_value * (COUNT - 500 + 1) == pytest.approx(round(p_value * (COUNT - 500 + 1)))
    assert model(3, id="key", calibrates=False).to_bytes() != first.to_bytes()


def test_principal_components_of_all_rows_have_the_same_bytes_for_any_number_of_partitions(frame, rows):
    def model(count, **options):
        return misfit.spark.fit(
            frame.repartition(count), rows=500, id="key", model="pca", seed=3, all_rows=True, **options
        )

    first = model(1)
    assert model(7).to_bytes() == first.to_bytes()
    assert model(64).to_bytes() == first.to_bytes()
    # One of five rows calibrates, all others are learned from.
    learned = first.describe()["training"]["rows"]
    assert COUNT * 0.75 < learned < COUNT * 0.87
    assert model(3, calibrates=False).describe()["training"]["rows"] > COUNT * 0.99
    # The components are nearer to those of all rows than those of the sample are.
    whole = misfit.fit(rows, id="key", model="pca", seed=3).score(rows)["score"]
    sampled = misfit.spark.fit(frame, rows=500, id="key", model="pca", seed=3).score(rows)["score"]
    ours = first.score(rows)["score"]
    assert abs(numpy.log(ours / whole)).mean() < abs(numpy.log(sampled / whole)).mean()
    with pytest.raises(misfit.ArgumentError, match="`all_rows` needs `model` to be 'pca'"):
        misfit.spark.fit(frame, model="neighbors", all_rows=True)


def test_a_small_frame_is_fitted_as_a_whole(frame):
    model = misfit.spark.fit(frame.limit(200).repartition(3), id="key", model="pca")
    assert model.describe()["training"]["rows"] == 200
    with pytest.raises(misfit.DataError, match='column "nothing": missing'):
        misfit.spark.fit(frame, id="nothing")
    with pytest.raises(misfit.DataError, match="no rows"):
        misfit.spark.fit(frame.where("false"), model="pca")


def test_a_calibration_on_a_cluster_has_the_bytes_of_one_machine(frame, model, rows):
    one = model.calibrate(misfit.Scores(model.score(rows)["score"]), 0.95)
    assert misfit.spark.calibrate(frame.repartition(7), model, 0.95).to_bytes() == one.to_bytes()
