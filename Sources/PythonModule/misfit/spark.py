"""Scoring and fitting on Apache Spark, with the bits of one machine.

    import misfit.spark

    scored = misfit.spark.score(frame, "sensors.misfit", keep=["host", "time"], reasons=3)
    scored.write.parquet("s3a://bucket/scores")

A scorer is a function of record batches, for `mapInArrow`, with tables and with streams:

    scorer = misfit.spark.scorer("sensors.misfit", keep="host string")
    frame.mapInArrow(scorer, scorer.schema)

The module needs pyspark 3.5 or later, and on all machines misfit and pyarrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    DoubleType,
    StringType,
    StructField,
    StructType,
)

from ._batches import BatchScorer, check_columns
from ._errors import ArgumentError
from ._model import Model, load
from ._scores import discovery_cutoff
from ._sparkfit import _quoted, calibrate, collect_scores, fit

_REASON = StructType(
    [
        StructField("column", StringType()),
        StructField("share", DoubleType()),
        StructField("value", StringType()),
        StructField("expected", StringType()),
        StructField("direction", StringType()),
    ]
)


class Scorer:
    """A function for `mapInArrow` that scores the rows of a partition."""

    __name__ = "misfit.spark.scorer"

    def __init__(self, batches: BatchScorer, schema: StructType):
        self._batches = batches
        self.schema = schema
        """The columns of the results: id (if it was asked for), the kept ones, score, percentile, p_value,
        flag, error, and reasons (if they were asked for)."""

    def __call__(self, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        return self._batches.score(batches, _task_cpus())


def scorer(
    model: Any,
    *,
    id: str | None = None,
    keep: StructType | str | Iterable[StructField] = (),
    reasons: int = 0,
    reasons_of: str = "flagged",
    flag: dict | None = None,
    threads: int | None = None,
    data_options: dict | None = None,
) -> Scorer:
    """Returns a function of record batches and its `schema`, for `frame.mapInArrow(scorer, scorer.schema)`.

    Scores are the bits of the command, for any number of partitions. A model is sent to each executor once,
    and loaded once by each of its Python processes.

    Args:
        model: A model, or the path of its file on the driver.
        id: A column that identifies a row; the results have its text as `id`.
        keep: Columns to pass through: a schema, as in `frame.select("host").schema`, or "host string".
        reasons: The maximum number of reasons of a row, an array of structures as `misfit score` writes them.
        reasons_of: "flagged" explains the flagged rows, "all" all of them, in about twenty times the time.
        flag: A rule other than the model's threshold, as in `Model.score`, that does not need all scores.
        threads: The number of threads of a task; `spark.task.cpus` by default.
        data_options: More options of reading: {"badData": "missing"} reads bad cells as missing.
    """
    kept = _fields(keep)
    batches = BatchScorer(
        model,
        id=id,
        keep=[field.name for field in kept],
        reasons=reasons,
        reasons_of=reasons_of,
        flag=flag,
        threads=threads,
        data_options=data_options,
        ship=_broadcast,
        unship=_received,
    )
    types = {"flag": BooleanType(), "reasons": ArrayType(_REASON)}
    results = [
        StructField(field.name, types.get(field.name, DoubleType())) for field in batches.result_fields
    ]
    first = [StructField("id", StringType())] if id else []
    return Scorer(batches, StructType(first + kept + results))


def score(
    frame: DataFrame,
    model: Any,
    *,
    id: str | None = None,
    keep: Iterable[str] = (),
    reasons: int = 0,
    reasons_of: str = "flagged",
    flag: dict | None = None,
    threads: int | None = None,
    data_options: dict | None = None,
) -> DataFrame:
    """Returns the scores of a frame or of a stream, as `scorer` describes; columns are checked first.

    The rules {"falseDiscoveryRate": 0.1} and {"contamination": 0.05} flag as they do on one machine. They
    need the scores of all rows: the call computes them in a pass of its own, and the result in another.
    """
    keep = [keep] if isinstance(keep, str) else list(keep)
    rule = dict(flag or {})
    if rule.keys() & {"falseDiscoveryRate", "contamination"}:
        rule = _decided(frame, model, rule, threads)
    if rule.get("threshold") == float("inf"):
        # The library reads numbers that are finite.
        rule = {"threshold": 1.7976931348623157e308}
    schema = frame.schema
    check_columns(schema.names, keep)
    function = scorer(
        model,
        id=id,
        keep=[schema[name] for name in keep],
        reasons=reasons,
        reasons_of=reasons_of,
        flag=rule or None,
        threads=threads,
        data_options=data_options,
    )
    _check(function, schema)
    names = list(dict.fromkeys([*function._batches.input_names, *keep]))
    chosen = frame.select(*[_quoted(name) for name in names])
    return chosen.mapInArrow(function, function.schema)


def flag_discoveries(scored: DataFrame, level: float = 0.1) -> DataFrame:
    """Returns scores with flags that are wrong for at most an expected share `level` of the flagged rows.

    These are the flags of the rule {"falseDiscoveryRate": level} on one machine. The call counts the
    p-values of `scored`: write or cache it first, so that rows are not scored twice.
    """
    cutoff = _cutoff(scored, level)
    flags = F.col("p_value") <= F.lit(cutoff) if cutoff is not None else F.lit(False)
    missing = F.lit(None).cast("boolean")
    return scored.withColumn("flag", F.when(F.col("p_value").isNull(), missing).otherwise(flags))


def _decided(frame: DataFrame, model: Any, rule: dict, threads: int | None) -> dict:
    """Returns a rule for single rows that flags what `rule` does in this frame."""
    if frame.isStreaming:
        raise ArgumentError(f"the rule {rule} needs the scores of all rows, and a stream has no end")
    if len(rule) != 1:
        raise ArgumentError(f"`flag` has {len(rule)} rules: give one")
    ((name, share),) = rule.items()
    if name == "contamination":
        return {"threshold": collect_scores(frame, model, threads).threshold(share)}
    cutoff = _cutoff(score(frame, model, threads=threads), share)
    return {"falseAlarmRate": cutoff} if cutoff is not None else {"threshold": float("inf")}


def _cutoff(scored: DataFrame, level: float) -> float | None:
    counted = scored.groupBy("p_value").agg(F.count(F.lit(1)).alias("rows")).collect()
    return discovery_cutoff([(row["p_value"], row["rows"]) for row in counted], level)


def _fields(keep) -> list[StructField]:
    if isinstance(keep, str):
        from pyspark.sql.types import _parse_datatype_string

        keep = _parse_datatype_string(keep)
    fields = list(keep)
    for field in fields:
        if not isinstance(field, StructField):
            raise ArgumentError(
                f"`keep` has {field!r}, whose type is not known before a job runs: give a schema, as in "
                'frame.select("host").schema, or "host string"'
            )
    return fields


def _check(function: Scorer, schema: StructType) -> None:
    from pyspark.sql.pandas.types import to_arrow_type

    function._batches.check_names(schema.names, function._batches.keep)
    inputs = [
        (name, to_arrow_type(schema[name].dataType)) for name in function._batches.input_names
    ]
    kept = [(name, pyarrow.null()) for name in function._batches.keep if name not in dict(inputs)]
    function._batches.check(pyarrow.schema(inputs + kept))


def _task_cpus() -> int:
    from pyspark import TaskContext

    context = TaskContext.get()
    return max(1, context.cpus()) if context is not None else 1


def _broadcast(content: bytes) -> Any:
    """Returns bytes that are sent to each executor once; with Spark Connect, with each job."""
    session = SparkSession.getActiveSession()
    try:
        return session.sparkContext.broadcast(content)
    except Exception:  # noqa: BLE001 - a session of Spark Connect, or none
        return content


def _received(content: Any) -> bytes:
    return content if isinstance(content, bytes) else content.value


__all__ = ["Model", "Scorer", "calibrate", "fit", "flag_discoveries", "load", "score", "scorer"]
