"""Skips tests of equal bits where oneDNN's products of matrices depend on the number of their rows.

On processors without AVX-512, oneDNN computes the last one to five rows of a product with other instructions. The last bit
of a score may then depend on which rows are scored together; the article on reliability says so.
"""
import pathlib

import pytest

# For each file, the tests that compare bits of rows that were divided in different ways.
DIVIDED_ROWS = {
    "test_dask.py": {
        "test_bits_are_those_of_one_machine_for_any_number_of_partitions",
        "test_a_scorer_is_a_function_of_partitions",
        "test_discoveries_are_those_of_one_machine",
    },
    "test_ray.py": {
        "test_bits_are_those_of_one_machine_for_any_number_of_blocks",
        "test_discoveries_are_those_of_one_machine",
    },
    "test_scores.py": {"test_slices_and_chunks_are_read_where_they_begin"},
    "test_spark.py": {
        "test_bits_are_those_of_one_machine_for_any_number_of_partitions",
        "test_bits_are_those_of_the_command",
        "test_columns_are_kept_and_flagged_rows_have_reasons",
        "test_a_scorer_reads_a_stream",
        "test_rules_that_need_all_scores_flag_as_on_one_machine",
        "test_a_killed_executor_costs_no_rows",
        "test_a_model_is_fitted_with_the_same_bytes_for_any_number_of_partitions",
        "test_a_calibration_on_a_cluster_has_the_bytes_of_one_machine",
    },
}


def lacks_avx512():
    try:
        flags = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx2" in flags and "avx512f" not in flags


def pytest_collection_modifyitems(items):
    if not lacks_avx512():
        return
    skip = pytest.mark.skip(reason="without AVX-512, the last bits of scores depend on how rows are divided")
    for item in items:
        if item.originalname in DIVIDED_ROWS.get(item.path.name, ()):
            item.add_marker(skip)
