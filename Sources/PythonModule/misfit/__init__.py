"""Finds what does not fit: anomaly detection for tables and images.

    >>> import misfit
    >>> rows = [{"load": load, "host": host} for load, host in zip([1.0, 1.2, 0.9, 1.1] * 25, "abcd" * 25)]
    >>> model = misfit.fit(rows, model="pca", seed=1)
    >>> scores = model.score([{"load": 9.5, "host": "a"}])
    >>> scores.column_names
    ['id', 'score', 'percentile', 'p_value', 'flag', 'error']
    >>> scores.to_dict()["flag"]
    [True]

Data is a data frame of pandas or Polars, an Arrow table, anything else with the Arrow interface for Python, a
NumPy array, a list of dictionaries, the path of a file, or an iterator of batches. Scores are the same bits
as those of the command `misfit` on the same rows.
"""

from ._errors import (
    ArgumentError,
    Cancelled,
    DataError,
    FileError,
    FitError,
    MisfitError,
    ModelError,
    OptionError,
)
from ._library import version
from ._model import Model, Report, fit, load
from ._moments import Moments
from ._scores import Scores
from ._table import Stream, Table

__all__ = [
    "ArgumentError",
    "Cancelled",
    "DataError",
    "FileError",
    "FitError",
    "MisfitError",
    "Model",
    "ModelError",
    "OptionError",
    "Report",
    "Moments",
    "Scores",
    "Stream",
    "Table",
    "fit",
    "load",
    "version",
]


def __getattr__(name: str):
    # The library is loaded at its first use, not by the import.
    if name == "__version__":
        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
