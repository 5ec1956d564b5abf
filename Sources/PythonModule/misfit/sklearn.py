"""An anomaly detector with the interface of scikit-learn.

>>> from misfit.sklearn import AnomalyDetector
>>> import numpy
>>> rows = numpy.random.default_rng(0).normal(size=(200, 3))
>>> detector = AnomalyDetector(model="pca").fit(rows)
>>> detector.predict([[0.1, 0.2, 0.0], [9.0, 9.0, -9.0]])
array([ 1, -1])
"""

from __future__ import annotations

from typing import Any

import numpy
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, OutlierMixin
from sklearn.utils import TransformerTags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data

from ._model import Model, fit

_MODELS_WITH_CODES = ("pca", "autoencoder")


def _has_codes(detector: AnomalyDetector) -> bool:
    if detector.model in _MODELS_WITH_CODES:
        return True
    raise AttributeError(
        f"a model of the kind {detector.model!r} has no code: use one of {', '.join(_MODELS_WITH_CODES)}"
    )


class AnomalyDetector(ClassNamePrefixFeaturesOutMixin, OutlierMixin, BaseEstimator):
    """Detects anomalies with a model of Misfit.

    As everywhere in scikit-learn, `score_samples` and `decision_function` are larger for normal rows, and
    `predict` returns 1 for normal rows and -1 for anomalies.

    Parameters
    ----------
    model : str, default="auto"
        "auto", "autoencoder", "ensemble", "wide", "pca", "local", "neighbors" or "global".
    contamination : float or "auto", default=0.1
        The share of anomalies among the rows to fit, which sets the threshold. "auto" is the threshold of the
        model: the 0.99 quantile of the scores of rows that it did not learn from.
    components : int, float or None, default=None
        The number of principal components, or the share of the variance that they explain.
    hidden : sequence of int or None, default=None
        The widths of the layers of a network's encoder.
    epochs : int or None, default=None
        The number of epochs of a network.
    random_state : int, default=42
        The seed of everything random.
    n_jobs : int or None, default=None
        The number of threads; it does not change the result.
    options : dict or None, default=None
        More options of `misfit.fit`.

    Attributes
    ----------
    model_ : misfit.Model
        The fitted model.
    offset_ : float
        The threshold: `decision_function` is `score_samples` minus `offset_`.
    n_features_in_ : int
        The number of columns.
    feature_names_in_ : ndarray of str
        The names of the columns, if the rows had names.
    """

    def __init__(
        self,
        model: str = "auto",
        *,
        contamination: float | str = 0.1,
        components: int | float | None = None,
        hidden=None,
        epochs: int | None = None,
        random_state: int = 42,
        n_jobs: int | None = None,
        options: dict | None = None,
    ):
        self.model = model
        self.contamination = contamination
        self.components = components
        self.hidden = hidden
        self.epochs = epochs
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.options = options

    def fit(self, X: Any, y=None) -> AnomalyDetector:
        """Fits the model; `y` is ignored."""
        share = self.contamination
        if share != "auto" and not 0 < share <= 0.5:
            raise ValueError(f"contamination is {share!r}, which is neither 'auto' nor in (0, 0.5]")
        rows = self._rows(X, reset=True)
        self.model_ = fit(
            rows,
            model=self.model,
            components=self.components,
            hidden=self.hidden,
            epochs=self.epochs,
            seed=self._seed(),
            threads=self._threads(),
            options=self.options,
            progress=False,
        )
        if self.model in _MODELS_WITH_CODES:
            self._n_features_out = len(self.model_.encode(rows[:2], progress=False).column_names)
        if share == "auto":
            self.offset_ = -float(self.model_.threshold)
        else:
            self.offset_ = float(numpy.percentile(-self._scores(rows), 100.0 * share))
        return self

    def score_samples(self, X: Any):
        """Returns the scores with the opposite sign: larger for normal rows."""
        check_is_fitted(self)
        return -self._scores(self._rows(X, reset=False))

    def decision_function(self, X: Any):
        """Returns `score_samples(X) - offset_`: below 0 for anomalies."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any):
        """Returns 1 for normal rows and -1 for anomalies."""
        return numpy.where(self.decision_function(X) < 0, -1, 1)

    @available_if(_has_codes)
    def transform(self, X: Any):
        """Returns the codes of the rows: the values of the bottleneck, or the principal components."""
        check_is_fitted(self)
        return self.model_.encode(self._rows(X, reset=False), progress=False).to_numpy()

    @available_if(_has_codes)
    def fit_transform(self, X: Any, y=None, **parameters):
        """Fits the model, and returns the codes of the rows."""
        return self.fit(X, y).transform(X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        if self.model in _MODELS_WITH_CODES:
            # Codes are 32-bit floats, whatever the rows are.
            tags.transformer_tags = TransformerTags(preserves_dtype=[])
        return tags

    def _scores(self, rows):
        scores = self.model_.score(rows, threads=self._threads(), progress=False)["score"]
        return numpy.array(scores, dtype=float)

    def _rows(self, X, *, reset: bool):
        """Returns rows of numbers as an array, and a data frame with other columns as it is."""
        if _has_other_columns(X):
            validate_data(self, X, reset=reset, skip_check_array=True)
            return X
        return validate_data(
            self,
            X,
            reset=reset,
            dtype=(numpy.float64, numpy.float32),
            order="C",
            ensure_min_samples=2 if reset else 1,
        )

    def _seed(self) -> int:
        if self.random_state is None:
            return 42
        if isinstance(self.random_state, numpy.random.RandomState):
            return int(self.random_state.randint(2**31))
        return int(self.random_state)

    def _threads(self) -> int | None:
        return None if self.n_jobs is None or self.n_jobs < 1 else int(self.n_jobs)


def _has_other_columns(X) -> bool:
    """Whether rows are a data frame with columns that are no numbers, or with missing values."""
    if not hasattr(X, "columns") or not hasattr(X, "dtypes"):
        return False
    kinds = X.dtypes if not hasattr(X.dtypes, "values") else X.dtypes.values
    return any(
        getattr(kind, "kind", "") not in ("i", "u", "f", "b") and not _is_polars_number(kind)
        for kind in kinds
    )


def _is_polars_number(kind) -> bool:
    is_numeric = getattr(kind, "is_numeric", None)
    return bool(is_numeric and is_numeric())


__all__ = ["AnomalyDetector", "Model"]
