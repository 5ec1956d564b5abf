"""Scoring on Ray Data, with the bits of one machine.

    import misfit.ray

    scored = misfit.ray.score(ray.data.read_parquet("s3://bucket/sensors"), "sensors.misfit", keep=["host"])
    scored.write_parquet("s3://bucket/scores")

or, with a function of batches of your own options:

    scorer = misfit.ray.scorer("sensors.misfit", keep=["host"])
    dataset.map_batches(scorer, batch_format="pyarrow", batch_size=None)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow
import pyarrow.compute
import ray

from ._batches import BatchScorer
from ._scores import discovery_cutoff


class Scorer:
    """A function for `map_batches` with `batch_format="pyarrow"`."""

    __name__ = "misfit.ray.scorer"

    def __init__(self, batches: BatchScorer):
        self._batches = batches

    def __call__(self, table: pyarrow.Table) -> pyarrow.Table:
        return self._batches.score_table(table)


def scorer(
    model: Any,
    *,
    id: str | None = None,
    keep: Iterable[str] = (),
    reasons: int = 0,
    reasons_of: str = "flagged",
    flag: dict | None = None,
    threads: int = 1,
    data_options: dict | None = None,
) -> Scorer:
    """Returns a function that scores tables, for `dataset.map_batches`.

    A model is put into the object store once, and loaded once by each process. The arguments are those of
    `misfit.spark.scorer`; `keep` has the names of columns, and `threads` should be `num_cpus`.
    """
    batches = BatchScorer(
        model,
        id=id,
        keep=[keep] if isinstance(keep, str) else keep,
        reasons=reasons,
        reasons_of=reasons_of,
        flag=flag,
        threads=threads,
        data_options=data_options,
        ship=_put,
        unship=_got,
    )
    return Scorer(batches)


def score(dataset: ray.data.Dataset, model: Any, *, threads: int = 1, **options: Any) -> ray.data.Dataset:
    """Returns the scores of a dataset: the arguments are those of `scorer`."""
    function = scorer(model, threads=threads, **options)
    return dataset.map_batches(
        function, batch_format="pyarrow", batch_size=None, zero_copy_batch=True, num_cpus=threads
    )


def flag_discoveries(scored: ray.data.Dataset, level: float = 0.1) -> ray.data.Dataset:
    """Returns scores with flags of which an expected share `level` at most is wrong.

    These are the flags of the rule {"falseDiscoveryRate": level} on one machine. The call counts the
    p-values: materialize or write `scored` first, so that rows are not scored twice.
    """
    counted = scored.map_batches(_counts, batch_format="pyarrow", batch_size=None)
    cutoff = discovery_cutoff(((row["p_value"], row["count"]) for row in counted.iter_rows()), level)
    return scored.map_batches(
        _flagged, fn_args=[cutoff], batch_format="pyarrow", batch_size=None, zero_copy_batch=True
    )


def _counts(table: pyarrow.Table) -> pyarrow.Table:
    counts = table.group_by("p_value").aggregate([([], "count_all")])
    return pyarrow.table({"p_value": counts["p_value"], "count": counts["count_all"]})


def _flagged(table: pyarrow.Table, cutoff: float | None) -> pyarrow.Table:
    p_values = table["p_value"]
    flags = pyarrow.compute.less_equal(p_values, -1.0 if cutoff is None else cutoff)
    return table.set_column(table.column_names.index("flag"), "flag", flags)


def _put(content: bytes) -> Any:
    return ray.put(content) if ray.is_initialized() else content


def _got(content: Any) -> bytes:
    return content if isinstance(content, bytes) else ray.get(content)


__all__ = ["Scorer", "flag_discoveries", "score", "scorer"]
