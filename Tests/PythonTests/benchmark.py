"""Times the module against PyOD, in turn, and a frame of Polars against the library's own pass.

    pip install pyod && python Tests/PythonTests/benchmark.py [ROWS]

Each figure is the least of several rounds. MISFIT_COMMAND names the command, whose whole process is then
timed as well.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numpy
import polars

import misfit

ROUNDS = 5


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def least(*works: Callable[[], object]) -> list[float]:
    """Returns the least time of each of several works, which take turns."""
    rounds = [[seconds(work) for work in works] for _ in range(ROUNDS)]
    return [min(times) for times in zip(*rounds)]


def show(title: str, own: float, other: float, name: str) -> None:
    print(
        f"{title:44} misfit {own:8.4f} s   {name} {other:8.4f} s   ratio {other / own:6.2f}", flush=True
    )


def imports() -> None:
    def started(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)

    nothing, own, peer = least(started(""), started("import misfit"), started("import pyod.models.pca"))
    show("import, without the interpreter's start", own - nothing, peer - nothing, "PyOD")


def against_pyod(count: int) -> None:
    from pyod.models.ecod import ECOD
    from pyod.models.iforest import IForest
    from pyod.models.knn import KNN
    from pyod.models.lof import LOF
    from pyod.models.pca import PCA

    random = numpy.random.default_rng(0)
    mixture = random.normal(size=(30, 30))
    # The same method where both have it, and each library's choice for tables.
    pairs = [
        ("pca", count, PCA),
        ("neighbors", count // 10, KNN),
        ("local", count // 10, LOF),
        ("global", count, ECOD),
        ("auto", count // 10, IForest),
    ]
    for kind, rows, peer in pairs:
        data = random.normal(size=(rows, 30)) @ mixture
        new = random.normal(size=(rows, 30)) @ mixture
        own, other = least(lambda: misfit.fit(data, model=kind), lambda: peer().fit(data))
        show(f"fit, {kind}, {rows:,} x 30", own, other, f"PyOD {peer.__name__}")
        model, detector = misfit.fit(data, model=kind), peer().fit(data)
        own, other = least(lambda: model.score(new), lambda: detector.decision_function(new))
        show(f"score, {kind}, {rows:,} x 30", own, other, f"PyOD {peer.__name__}")


def against_own_pass() -> None:
    rows = numpy.random.default_rng(0).normal(size=(1_000_000, 30)).astype("f4")
    frame = polars.DataFrame({f"x{i}": rows[:, i] for i in range(30)})
    model = misfit.fit(rows[:20_000], model="pca")
    framed = misfit.fit(frame.head(20_000), model="pca")
    own, other = least(lambda: framed.score(frame), lambda: model.score(rows))
    show("score a frame of 1,000,000 x 30 floats", own, other, "own pass over rows in memory")
    command = os.environ.get("MISFIT_COMMAND")
    if command is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("model.misfit", "rows.npy", "scores.csv")]
        model.save(paths[0])
        numpy.save(paths[1], rows)
        process = [command, "score", *paths[:2], "-o", paths[2], "--quiet"]
        own, other = least(
            lambda: framed.score(frame), lambda: subprocess.run(process, check=True, capture_output=True)
        )
        show("the same, and the command with a file of rows", own, other, "whole process")


if __name__ == "__main__":
    imports()
    against_own_pass()
    against_pyod(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
