"""Scoring of the partitions of Dask."""

import pickle

import pyarrow
import pytest

import misfit

dask_frames = pytest.importorskip("dask.dataframe", reason="dask is not installed")

from cluster_data import COUNT, by_id, expected, fitted, table  # noqa: E402

import misfit.dask  # noqa: E402

ROWS = table()


@pytest.fixture(scope="module")
def model():
    return fitted("pca", ROWS)


def frame(count: int):
    return dask_frames.from_pandas(ROWS.to_pandas(), npartitions=count)


def results(scored) -> dict:
    return by_id(pyarrow.Table.from_pandas(scored.compute()))


@pytest.mark.parametrize("count", [1, 7, 64])
def test_bits_are_those_of_one_machine_for_any_number_of_partitions(model, count):
    scored = misfit.dask.score(frame(count), model, id="key", keep="host", reasons=2)
    assert results(scored) == expected(model, ROWS)
    found = scored.compute()
    assert (found.dtypes == scored.dtypes).all()
    assert (found.index == frame(count).compute().index).all()
    assert list(found["host"]) == ROWS["host"].to_pylist()
    assert found["reasons"].notna().equals(found["flag"].astype(bool))


def test_a_scorer_is_a_function_of_partitions(model):
    scorer = pickle.loads(pickle.dumps(misfit.dask.scorer(model, id="key")))
    whole = frame(5)
    assert results(whole.map_partitions(scorer, meta=scorer.meta(whole))) == expected(model, ROWS)


def test_discoveries_are_those_of_one_machine(model):
    scored = misfit.dask.score(frame(7), model, id="key")
    flagged = results(misfit.dask.flag_discoveries(scored, 0.2))
    assert flagged == expected(model, ROWS, flag={"falseDiscoveryRate": 0.2})
    assert 0 < sum(row[3] for row in flagged.values()) < COUNT / 2


def test_columns_and_cells_of_no_use_are_errors_that_name_the_column(model):
    with pytest.raises(misfit.DataError, match='column "heat": missing'):
        misfit.dask.score(frame(2).drop(columns="heat"), model)
    with pytest.raises(misfit.ArgumentError, match="is a result as well"):
        misfit.dask.score(frame(2).assign(score=1), model, keep=["score"])
    bad = ROWS.set_column(1, "load", pyarrow.array([f"x{index}" for index in range(COUNT)]))
    scored = misfit.dask.score(dask_frames.from_pandas(bad.to_pandas(), npartitions=3), model)
    with pytest.raises(misfit.DataError, match='row 1 of a partition: column "load"'):
        scored.compute()
