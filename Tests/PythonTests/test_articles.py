"""The Python blocks of README.md and of two articles run, in their order, on small data.

Tests/Articles/blocks.py compiles the blocks of all articles.
"""

import os
import re
import shutil
import subprocess

import misfit
import numpy
import pytest

polars = pytest.importorskip("polars")
pytest.importorskip("pandas")

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
CATALOG = os.path.join(ROOT, "Sources", "Misfit", "Misfit.docc")


def blocks(path):
    with open(path, encoding="utf-8") as file:
        return re.findall(r"^```python\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    shutil.copy(os.path.join(ROOT, "data", "penguins.csv"), tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(path, names):
    """Runs the blocks, one after the other, with one set of names."""
    found = blocks(path)
    for block in found:
        exec(compile(block, path, "exec"), names)
    return found


def test_the_article_on_python(folder, capsys):
    pytest.importorskip("sklearn")
    rows = numpy.random.default_rng(1).normal(size=(120, 4)).astype("float32")
    names = {"rows": rows}
    assert len(run(os.path.join(CATALOG, "Python.md"), names)) == 3
    assert (folder / "penguins.misfit").exists()
    assert "score" in capsys.readouterr().out
    assert set(names["labels"]) <= {-1, 1} and len(names["labels"]) == 120


def test_the_readme(folder, capsys):
    pytest.importorskip("pyarrow")
    frame = polars.DataFrame({"a": [float(index % 7) for index in range(60)], "species": ["x", "y"] * 30})
    assert len(run(os.path.join(ROOT, "README.md"), {"frame": frame})) == 1
    assert "score" in capsys.readouterr().out


def test_the_article_on_exporting(folder):
    pytest.importorskip("onnxruntime")
    if not os.environ.get("MISFIT_COMMAND"):
        pytest.skip("MISFIT_COMMAND names no command")
    command = os.environ["MISFIT_COMMAND"]
    subprocess.run([command, "fit", "data/penguins.csv", "-o", "penguins.misfit", "-q"], check=True)
    subprocess.run([command, "export", "penguins.misfit", "-o", "penguins.onnx", "-q"], check=True)
    names = {}
    assert len(run(os.path.join(CATALOG, "Exporting.md"), names)) == 1
    scores = misfit.load("penguins.misfit").score("data/penguins.csv")
    assert numpy.allclose(names["score"], numpy.asarray(scores["score"]), rtol=1e-4)
