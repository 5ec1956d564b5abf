"""Scoring on Dask, with the bits of one machine.

    import misfit.dask

    scored = misfit.dask.score(dask.dataframe.read_parquet("s3://bucket/sensors"), "sensors.misfit")
    scored.to_parquet("s3://bucket/scores")

or, with a function of partitions:

    scorer = misfit.dask.scorer("sensors.misfit", keep=["host"])
    frame.map_partitions(scorer, meta=scorer.meta(frame))
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dask.dataframe
import pandas
import pyarrow

from ._batches import BatchScorer
from ._scores import discovery_cutoff


class Scorer:
    """A function for `map_partitions`, of a data frame of pandas; the results keep its index."""

    __name__ = "misfit.dask.scorer"

    def __init__(self, batches: BatchScorer, keep: list[str]):
        self._batches = batches
        self._keep = keep

    def __dask_tokenize__(self) -> str:
        return self._batches.token

    def meta(self, frame: Any) -> pandas.DataFrame:
        """Returns an empty frame with the columns of the results of `frame`."""
        # Texts as Dask's own strings, whatever it guesses.
        return self(getattr(frame, "_meta", frame).iloc[:0])

    def __call__(self, frame: pandas.DataFrame) -> pandas.DataFrame:
        self._batches.check_names([*map(str, frame.columns)], self._keep)
        names = self._batches.input_names
        table = pyarrow.Table.from_pandas(frame[names], preserve_index=False)
        results = self._batches.score_table(table).to_pandas()
        results["flag"] = results["flag"].astype("boolean")
        results.index = frame.index
        first = ["id"] if self._batches.id else []
        kept = frame[self._keep]
        return pandas.concat([results[first], kept, results.drop(columns=first)], axis=1)


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
    """Returns a function that scores data frames, for `frame.map_partitions`.

    A process loads the model once. The arguments are those of `misfit.spark.scorer`; `keep` has the names of
    columns, and `threads` is the number of threads of a task.
    """
    batches = BatchScorer(
        model,
        id=id,
        reasons=reasons,
        reasons_of=reasons_of,
        flag=flag,
        threads=threads,
        data_options=data_options,
    )
    keep = [keep] if isinstance(keep, str) else list(keep)
    batches.check_kept(keep)
    return Scorer(batches, keep)


def score(frame: dask.dataframe.DataFrame, model: Any, **options: Any) -> dask.dataframe.DataFrame:
    """Returns the scores of a frame: the arguments are those of `scorer`."""
    function = scorer(model, **options)
    return frame.map_partitions(function, meta=function.meta(frame))


def flag_discoveries(scored: dask.dataframe.DataFrame, level: float = 0.1) -> dask.dataframe.DataFrame:
    """Returns scores with flags of which an expected share `level` at most is wrong.

    These are the flags of the rule {"falseDiscoveryRate": level} on one machine. The call counts the
    p-values: persist or write `scored` first, so that rows are not scored twice.
    """
    counts = scored["p_value"].value_counts(dropna=False).compute()
    cutoff = discovery_cutoff(((float(p), int(count)) for p, count in counts.items()), level)
    flags = (scored["p_value"] <= (-1.0 if cutoff is None else cutoff)).astype("boolean")
    return scored.assign(flag=flags.mask(scored["p_value"].isna()))


__all__ = ["Scorer", "flag_discoveries", "score", "scorer"]
