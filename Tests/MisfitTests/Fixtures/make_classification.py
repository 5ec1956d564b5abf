"""Makes classification.json: scikit-learn's StandardScaler and KNeighborsClassifier on a small table.

Columns of very different sizes, so that scaling matters; k = 4, so that votes are tied now and then, where
scikit-learn takes the label that sorts first.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.metrics import confusion_matrix
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

random = np.random.default_rng(11)
names = np.array(["birch", "ash", "oak"])


def rows(count):
    kinds = random.integers(0, 3, count)
    values = random.normal(0, 1, (count, 3)) + kinds[:, None] * [0.9, 0, -0.7]
    return np.round(values * [1, 1000, 0.01] + [5, 0, 1], 6), names[kinds]


train, train_labels = rows(90)
test, test_labels = rows(40)
scaler = StandardScaler().fit(train)
model = KNeighborsClassifier(n_neighbors=4, algorithm="brute").fit(scaler.transform(train), train_labels)
found = model.predict(scaler.transform(test))
shares = model.predict_proba(scaler.transform(test))
tied = (shares == shares.max(axis=1, keepdims=True)).sum(axis=1) > 1
classes = sorted(names.tolist())
assert tied.any() and (found != test_labels).any()
Path(__file__).with_name("classification.json").write_text(json.dumps({
    "train": train.tolist(), "trainLabels": train_labels.tolist(), "test": test.tolist(),
    "testLabels": test_labels.tolist(), "found": found.tolist(), "tied": tied.tolist(), "classes": classes,
    "votes": (shares.max(axis=1) * 4).round().astype(int).tolist(),
    "confusion": confusion_matrix(test_labels, found, labels=classes).tolist(),
}, separators=(",", ":")) + "\n")
