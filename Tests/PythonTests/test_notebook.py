"""The published notebook runs, and shows what it did when it was published."""

import json
import os

import pytest

import notebook

FOLDER = os.path.join(os.path.dirname(__file__), "..", "..", "notebooks-export", "python")


def test_the_notebook_has_the_same_outputs():
    pytest.importorskip("matplotlib")
    with open(os.path.join(FOLDER, "python.ipynb"), encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    published = [cell["outputs"] for cell in cells if cell["cell_type"] == "code"]
    assert [notebook.texts(outputs) for outputs in notebook.run(cells, FOLDER)] == [
        notebook.texts(outputs) for outputs in published
    ]
