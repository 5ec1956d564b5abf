"""Scoring of the blocks of Ray."""

import pyarrow
import pytest

import misfit

ray = pytest.importorskip("ray", reason="ray is not installed")
pytest.importorskip("ray.data", reason="ray[data] is not installed")

from cluster_data import COUNT, by_id, expected, fitted, table  # noqa: E402

import misfit.ray  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
ROWS = table()


@pytest.fixture(scope="module")
def cluster():
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def model():
    return fitted("pca", ROWS)


def rows_of(dataset) -> pyarrow.Table:
    return pyarrow.concat_tables(ray.get(dataset.to_arrow_refs()))


@pytest.mark.parametrize("count", [1, 7])
def test_bits_are_those_of_one_machine_for_any_number_of_blocks(cluster, model, count):
    dataset = ray.data.from_arrow(ROWS).repartition(count)
    scored = rows_of(misfit.ray.score(dataset, model, id="key", keep="host", reasons=2))
    assert by_id(scored) == expected(model, ROWS)
    assert sorted(scored["host"].to_pylist()) == sorted(ROWS["host"].to_pylist())
    for row in scored.to_pylist():
        assert (row["reasons"] is not None) == row["flag"]


def test_discoveries_are_those_of_one_machine(cluster, model):
    dataset = ray.data.from_arrow(ROWS).repartition(3)
    scored = misfit.ray.score(dataset, model, id="key").materialize()
    flagged = by_id(rows_of(misfit.ray.flag_discoveries(scored, 0.2)))
    assert flagged == expected(model, ROWS, flag={"falseDiscoveryRate": 0.2})
    assert 0 < sum(row[3] for row in flagged.values()) < COUNT / 2


def test_a_missing_column_is_an_error_that_names_it(cluster, model):
    dataset = ray.data.from_arrow(ROWS.drop_columns(["heat"]))
    with pytest.raises(Exception, match='column "heat": missing'):
        misfit.ray.score(dataset, model).take(1)
