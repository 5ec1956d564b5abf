"""Makes breast-cancer.csv from scikit-learn's breast_cancer.csv.

    python make.py path/to/sklearn/datasets/data/breast_cancer.csv

The numbers are copied as they are written; only the header and the name of the class are new.
"""

import sys

QUANTITIES = [
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave_points",
    "symmetry", "fractal_dimension",
]
CLASSES = ["malignant", "benign"]


def header():
    means = [f"mean_{name}" for name in QUANTITIES]
    errors = [f"{name}_error" for name in QUANTITIES]
    worst = [f"worst_{name}" for name in QUANTITIES]
    return means + errors + worst + ["diagnosis"]


def main(path):
    with open(path) as source, open("breast-cancer.csv", "w", newline="\n") as target:
        counts = next(source).strip().split(",")
        assert counts == ["569", "30"] + CLASSES, counts
        target.write(",".join(header()) + "\n")
        for line in source:
            *numbers, label = line.strip().split(",")
            assert len(numbers) == 30
            target.write(",".join(numbers + [CLASSES[int(label)]]) + "\n")


main(sys.argv[1])
