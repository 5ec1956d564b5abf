"""Fitting and calibrating on Apache Spark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow
import pyarrow.compute
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ._batches import _chain
from ._errors import ArgumentError, DataError
from ._model import Model
from ._model import fit as fit_rows
from ._moments import Moments
from ._scores import Scores

# The share by which a sample is taken too large, so that a deviation by chance does not make it too small.
_RESERVE = 1.1
_HASH = "_misfit_hash"
# The maximum number of tasks that merge the collections of scores of all partitions.
_MERGE_LIMIT = 16
# One of so many rows calibrates a model that learns from all others.
_CALIBRATION_SHARE = 5


def fit(
    frame: DataFrame,
    *,
    rows: int = 100_000,
    id: str | None = None,
    label: str | None = None,
    ignore: Iterable[str] = (),
    seed: int = 42,
    calibrates: bool = True,
    all_rows: bool = False,
    **options: Any,
) -> Model:
    """Returns a model fitted to a sample of the rows, and calibrated on the other ones.

    The sample has the `rows` rows with the smallest hashes of their `id` and the seed, or of all their
    values: the same rows for any number of partitions, so that the model has the same bytes. It is collected,
    and the model is fitted on the driver by `misfit.fit`, which has the other options. Then all rows that are
    not in the sample are scored, and their merged scores calibrate the model.

    Rows that are equal in all columns are in the sample together or not at all: name an `id` if there are
    many.

    With `all_rows`, principal components (`model="pca"`) learn from all rows: the sample determines the kinds
    of the columns, their scaling and the imputation; then the executors add the products of the columns in
    integers, exactly, so that the sums do not depend on the order of the rows. One of five rows, chosen by
    its hash, calibrates instead.

    Args:
        rows: The number of rows to learn from; a frame that has no more is collected as a whole.
        id: A column that identifies a row, and is not learned from.
        label: The column of the true classes, which is not learned from.
        ignore: Columns to leave out.
        seed: The seed of the sample and of everything random.
        calibrates: Whether to calibrate on the rows outside of the sample; without it, the sample does.
        all_rows: Whether principal components learn from all rows.
    """
    if frame.isStreaming:
        raise ArgumentError("a stream has no end, and a fit needs all rows: fit to a table of its past rows")
    if rows < 2:
        raise ArgumentError(f"`rows` is {rows}: a model needs at least two")
    if all_rows and (options.get("model") != "pca" or options.get("contamination") is not None):
        raise ArgumentError("`all_rows` needs `model` to be 'pca', and no `contamination`")
    ignore = [ignore] if isinstance(ignore, str) else list(ignore)
    used = [name for name in frame.columns if name not in {*ignore, label}]
    keys = [id] if id else used
    missing = [name for name in [*ignore, *([label] if label else []), *keys] if name not in frame.columns]
    if missing:
        raise DataError(f'column "{missing[0]}": missing')
    hashed = frame.select(*map(_quoted, used)).withColumn(_HASH, _hash(keys, seed))
    limit = _hash_limit(hashed, rows)
    chosen = hashed if limit is None else hashed.where(F.col(_HASH) <= F.lit(limit))
    sample, last = _first(_collected(chosen), rows)
    model = fit_rows(sample, id=id, seed=seed, **options)
    if limit is None and last is None:
        return model
    others = hashed.where(F.col(_HASH) > F.lit(limit if last is None else last))
    if all_rows:
        calibrating = F.pmod(F.col(_HASH), F.lit(_CALIBRATION_SHARE)) == 0
        others = others.where(calibrating)
        is_learned = ~calibrating | (F.col(_HASH) <= F.lit(limit if last is None else last))
        learned = hashed.where(is_learned) if calibrates else hashed
        model = model.refit(collect_moments(learned, model), options.get("components"))
    if not calibrates:
        return model
    scores = collect_scores(others, model)
    return model.calibrate(scores) if len(scores) else model


def calibrate(frame: DataFrame, model: Any, quantile: float | None = None) -> Model:
    """Returns a model calibrated on all rows of a frame, which should be normal.

    It has the bytes of `Model.calibrate` on one machine.
    """
    from .spark import load

    model = model if isinstance(model, Model) else load(model)
    return model.calibrate(collect_scores(frame, model), quantile)


def collect_scores(frame: DataFrame, model: Any, threads: int | None = None) -> Scores:
    """Returns the scores of all rows of a frame: each partition sends one collection of bounded size."""
    from .spark import score

    scored = score(frame, model, threads=threads).select("score")
    parts = scored.mapInArrow(_counted, "scores binary")
    # In two steps, so that the driver merges few collections.
    merged = Scores()
    for row in parts.repartition(_merge_count(parts)).mapInArrow(_merged, "scores binary").collect():
        merged.merge(Scores.from_bytes(bytes(row["scores"])))
    return merged


def collect_moments(frame: DataFrame, model: Model) -> Moments:
    """Returns the moments of all rows of a frame.

    Each partition sends 8 bytes times the square of the number of inputs.
    """
    from .spark import scorer

    batches = scorer(model)._batches
    chosen = frame.select(*map(_quoted, batches.input_names))
    parts = chosen.mapInArrow(_Added(batches), "moments binary")
    merged: Moments | None = None
    for row in parts.repartition(_merge_count(parts)).mapInArrow(_merged_moments, "moments binary").collect():
        part = Moments.from_bytes(bytes(row["moments"]))
        if merged is None:
            merged = part
        else:
            merged.merge(part)
    if merged is None:
        raise DataError("the frame has no rows")
    return merged


class _Added:
    """A function for `mapInArrow` that returns the moments of a partition."""

    def __init__(self, batches):
        self._batches = batches

    def __call__(self, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        from .spark import _task_cpus

        rows = (batch for batch in batches if batch.num_rows)
        first = next(rows, None)
        if first is None:
            return
        moments = Moments(self._batches.model(), _chain(first, rows), threads=_task_cpus())
        yield _row(moments, "moments")


def _merged_moments(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    merged: Moments | None = None
    for batch in batches:
        for content in batch.column(0).to_pylist():
            part = Moments.from_bytes(content)
            if merged is None:
                merged = part
            else:
                merged.merge(part)
    if merged is not None:
        yield _row(merged, "moments")


def _merge_count(parts: DataFrame) -> int:
    try:
        return max(1, min(_MERGE_LIMIT, parts.rdd.getNumPartitions() // 4))
    except Exception:  # noqa: BLE001 - a session of Spark Connect has no partitions to count
        return _MERGE_LIMIT


def _counted(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    scores = Scores()
    for batch in batches:
        scores.add(batch.column(0).fill_null(float("nan")).to_numpy())
    yield _row(scores)


def _merged(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    scores = Scores()
    for batch in batches:
        for content in batch.column(0).to_pylist():
            scores.merge(Scores.from_bytes(content))
    yield _row(scores)


def _row(collected: Scores | Moments, name: str = "scores") -> pyarrow.RecordBatch:
    column = pyarrow.array([collected.to_bytes()], pyarrow.binary())
    return pyarrow.RecordBatch.from_arrays([column], names=[name])


def _hash(keys: list[str], seed: int):
    return F.xxhash64(F.lit(seed), *[F.col(_quoted(name)) for name in keys])


def _hash_limit(hashed: DataFrame, rows: int) -> int | None:
    """Returns a hash that a little more than `rows` rows do not exceed; None if there are no more rows."""
    count = hashed.count()
    if count <= rows:
        return None
    share = min(1.0, _RESERVE * rows / count + 100 / count)
    return None if share >= 1 else int(-(2**63) + share * 2**64)


def _collected(frame: DataFrame) -> pyarrow.Table:
    if hasattr(frame, "toArrow"):
        return frame.toArrow()
    return pyarrow.Table.from_batches(frame._collect_as_arrow())


def _first(table: pyarrow.Table, rows: int) -> tuple[pyarrow.Table, int | None]:
    """Returns the rows with the smallest hashes in an order that depends on their values alone, without the
    hash, and the largest hash of them; the hash is None for all rows."""
    if table.num_rows == 0:
        raise DataError("the frame has no rows")
    # Rows with equal hashes are equal, apart from a collision: their order is that of their values.
    names = [field.name for field in table.schema if not pyarrow.types.is_nested(field.type)]
    order = [(_HASH, "ascending"), *((name, "ascending") for name in names if name != _HASH)]
    table = table.take(pyarrow.compute.sort_indices(table, sort_keys=order))
    last = None
    if table.num_rows > rows:
        last = table[_HASH][rows - 1].as_py()
        # Equal rows stay together.
        table = table.filter(pyarrow.compute.less_equal(table[_HASH], last))
    return table.drop_columns([_HASH]), last


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
