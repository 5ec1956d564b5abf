"""Times scoring on a Spark cluster of two processes against the command, and against PyOD, in turn.

    pip install pyspark pyod && MISFIT_COMMAND=… python Tests/PythonTests/benchmark_spark.py [ROWS]

A figure is rows a second of one core: the rows by the processor time of all processes that compute, the least
of several rounds. On a machine that does other work too, the time on the clock says little.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator

import numpy
import pyarrow
import pyarrow.parquet
from pyspark.sql import DataFrame, SparkSession

import misfit
import misfit.spark

ROUNDS = 5
TICKS = os.sysconf("SC_CLK_TCK")


def cluster_seconds() -> float:
    """Returns the processor time of the executors and of the processes that they started, so far."""
    parents, ticks, executors = {}, {}, set()
    for process in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                if b"CoarseGrainedExecutorBackend" in file.read():
                    executors.add(process)
            with open(f"/proc/{process}/stat", encoding="utf-8") as file:
                fields = file.read().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        # Of the process, and of those of its children that have ended.
        parents[process], ticks[process] = int(fields[1]), sum(map(int, fields[11:15]))

    def belongs(process: int) -> bool:
        return process in executors or process in parents and belongs(parents[process])

    return sum(ticks[process] for process in ticks if belongs(process)) / TICKS


def least(
    *works: Callable[[], object], clock: Callable[[], float] = cluster_seconds
) -> list[float]:
    """Returns the least time of each of several works, which take turns."""
    for work in works:
        work()  # Compilers of the Java machine, and the models of the processes.
    rounds = []
    for _ in range(ROUNDS):
        times = []
        for work in works:
            began = clock()
            work()
            times.append(clock() - began)
        rounds.append(times)
    return [min(times) for times in zip(*rounds)]


def write_rows(folder: str, count: int) -> None:
    """Writes Parquet files and one Arrow file of the same rows."""
    random, part = numpy.random.default_rng(1), 250_000
    mixture = random.normal(size=(30, 30))
    writer = None
    for start in range(0, count, part):
        values = (random.normal(size=(min(part, count - start), 30)) @ mixture).astype("f4")
        table = pyarrow.table({f"x{column}": values[:, column] for column in range(30)})
        pyarrow.parquet.write_table(table, f"{folder}/rows/part-{start:09}.parquet")
        writer = writer or pyarrow.ipc.new_file(f"{folder}/rows.arrow", table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


def command_seconds(folder: str) -> float:
    """Returns the processor time of the command, which scores the Arrow file."""
    command = [os.environ["MISFIT_COMMAND"], "score", f"{folder}/pca.misfit", f"{folder}/rows.arrow"]

    def work() -> None:
        subprocess.run([*command, "-o", "/dev/null"], check=True, capture_output=True)

    def clock() -> float:
        times = os.times()
        return times.children_user + times.children_system

    return least(work, clock=clock)[0]


def counted(frame: DataFrame) -> Callable[[], object]:
    """Returns the work of computing all columns of a frame, which are not sent to the driver."""
    return lambda: frame.write.format("noop").mode("overwrite").save()


def passed(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    """Returns one column, and computes nothing: the costs of Spark, of Arrow and of the pipes."""
    for batch in batches:
        yield batch.select([0])


def peer(name: str, sample: numpy.ndarray, broadcast: Callable) -> Callable:
    """Returns a function for `mapInPandas` that scores by a detector of PyOD."""
    from pyod.models.iforest import IForest
    from pyod.models.knn import KNN

    detector = broadcast({"KNN": KNN, "IForest": IForest}[name]().fit(sample))

    def score(frames):
        import pandas

        for frame in frames:
            yield pandas.DataFrame({"score": detector.value.decision_function(frame.to_numpy())})

    return score


def show(title: str, count: int, seconds: float) -> None:
    print(f"{title:56} {count / seconds:12,.0f} rows a second a core", flush=True)


def main(count: int) -> None:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "10000")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/rows")
        write_rows(folder, count)
        frame = spark.read.parquet(f"{folder}/rows")
        sample = pyarrow.parquet.read_table(f"{folder}/rows/part-000000000.parquet").slice(0, 20_000)
        models = {name: misfit.fit(sample, model=name, seed=1) for name in ("pca", "neighbors")}
        models["pca"].save(f"{folder}/pca.misfit")
        show("the command, principal components, an Arrow file", count, command_seconds(folder))
        titles = ["reading Parquet", "a function that computes nothing", "misfit, pca"]
        works = [frame, frame.mapInArrow(passed, "x0 float"), misfit.spark.score(frame, models["pca"])]
        for title, seconds in zip(titles, least(*map(counted, works))):
            show(f"Spark, {title}", count, seconds)
        rows = max(2_000, count // 50)
        few = frame.limit(rows).repartition(2).cache()
        array = numpy.stack([column.to_numpy() for column in sample.columns], axis=1)
        titles = ["misfit, pca", "misfit, neighbors"]
        works = [misfit.spark.score(few, model) for model in models.values()]
        for name in ("KNN", "IForest"):
            function = peer(name, array, spark.sparkContext.broadcast)
            titles.append(f"PyOD {name} in mapInPandas")
            works.append(few.mapInPandas(function, "score double"))
        for title, seconds in zip(titles, least(*map(counted, works))):
            show(f"Spark, {rows:,} rows in memory, {title}", rows, seconds)
    spark.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
