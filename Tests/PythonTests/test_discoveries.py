"""The cutoff of discoveries, from numbers of rows by p-value, as the engines of clusters count them."""

import numpy
import pytest

import misfit
from misfit._scores import discovery_cutoff


def test_the_cutoff_is_that_of_benjamini_and_hochberg():
    p_values = numpy.random.default_rng(1).uniform(size=200) ** 3
    ranks = numpy.arange(1, 201)
    reached = numpy.sort(p_values)[numpy.sort(p_values) * 200 <= 0.1 * ranks]
    assert discovery_cutoff([(p, 1) for p in p_values], 0.1) == reached[-1]
    assert discovery_cutoff([(0.5, 10)], 0.1) is None


def test_rows_without_a_p_value_are_left_out():
    counts = [(0.01, 2), (0.5, 3), (0.01, 2)]
    assert discovery_cutoff([*counts, (None, 5), (float("nan"), 4)], 0.1) == 0.01
    assert discovery_cutoff([], 0.1) is None


@pytest.mark.parametrize("level", [0, 1, -0.1, float("nan")])
def test_a_level_that_is_no_rate_is_an_error(level):
    with pytest.raises(misfit.ArgumentError, match="not between 0 and 1"):
        discovery_cutoff([(0.01, 2)], level)


def test_a_model_without_p_values_has_no_discoveries():
    with pytest.raises(misfit.DataError, match="calibrate it on others"):
        discovery_cutoff([(None, 5), (float("nan"), 1)], 0.1)
