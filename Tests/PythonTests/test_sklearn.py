"""The estimator of scikit-learn."""

import pickle

import numpy
import pandas
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from misfit.sklearn import AnomalyDetector


@parametrize_with_checks(
    [
        AnomalyDetector(),
        AnomalyDetector(model="pca"),
        AnomalyDetector(model="neighbors"),
        AnomalyDetector(model="local"),
        AnomalyDetector(model="global"),
        AnomalyDetector(model="wide"),
        AnomalyDetector(model="autoencoder", epochs=3),
        AnomalyDetector(model="ensemble", epochs=3),
    ]
)
def test_estimator(estimator, check):
    check(estimator)


def test_a_pipeline_and_a_grid_search():
    rows, classes = load_breast_cancer(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), AnomalyDetector(model="pca", components=5))
    pipeline.fit(rows[classes == 1])
    assert roc_auc_score(classes, pipeline.score_samples(rows)) > 0.9

    def auroc(estimator, X, y):
        return roc_auc_score(y, estimator.score_samples(X))

    search = GridSearchCV(AnomalyDetector(model="pca"), {"components": [2, 5]}, scoring=auroc, cv=3)
    search.fit(rows, classes)
    assert search.best_params_["components"] in (2, 5)


def test_clones_and_pickles():
    rows = numpy.random.default_rng(0).normal(size=(200, 4))
    detector = AnomalyDetector(
        model="pca", contamination=0.05, options={"scores": {"quantile": 0.9}}
    ).fit(rows)
    assert clone(detector).get_params() == detector.get_params()
    other = pickle.loads(pickle.dumps(detector))
    assert (other.predict(rows) == detector.predict(rows)).all()
    assert (detector.predict(rows) == -1).sum() == 10
    assert detector.transform(rows).shape[1] == len(detector.get_feature_names_out())


def test_frames_with_columns_of_several_kinds():
    frame = pandas.DataFrame(
        {"x": numpy.arange(200.0) % 7, "host": ["a", "b"] * 100, "gap": [1.0, None] * 100}
    )
    detector = AnomalyDetector(model="pca").fit(frame)
    assert detector.predict(frame).shape == (200,)
    assert list(detector.feature_names_in_) == ["x", "host", "gap"]
    with pytest.raises(ValueError, match="contamination"):
        AnomalyDetector(contamination=0.7).fit(frame)
