"""Models: fitting, loading, scoring."""

from __future__ import annotations

import ctypes
import html
import os
from typing import Any

from . import _arrow
from ._data import opened
from ._library import Handle, Watch, call, create, json_text, library
from ._moments import Moments, refitted
from ._scores import Scores
from ._table import Stream, Table


def fit(
    data: Any,
    *,
    model: str = "auto",
    label: str | None = None,
    id: str | None = None,
    ignore: list[str] | tuple[str, ...] = (),
    kinds: dict[str, str] | None = None,
    components: int | float | None = None,
    hidden: list[int] | None = None,
    epochs: int | None = None,
    contamination: float | str | None = None,
    quantile: float | None = None,
    seed: int = 42,
    threads: int | None = None,
    options: dict | None = None,
    data_options: dict | None = None,
    progress: Any = None,
    log: Any = None,
) -> Model:
    """Returns a model that has learned what the rows or images of `data` normally look like.

    >>> import misfit
    >>> rows = [{"x": float(i % 10), "kind": "ab"[i % 2]} for i in range(200)]
    >>> misfit.fit(rows, model="pca", seed=1)
    <misfit.Model pca of 2 columns>

    Args:
        data: A data frame, anything else with the Arrow interface, a NumPy array ([rows, columns], or images
            as [count, height, width, channels]), a list of dictionaries, a path, or an iterator of batches.
        model: "auto", "autoencoder", "ensemble", "wide", "pca", "local", "neighbors" or "global".
        label: The column of the true classes, which is not learned from.
        id: The column that identifies a row.
        ignore: Columns to leave out.
        kinds: The kinds of columns that are not to be found from the data: "numeric", "categorical", ...
        components: The number of principal components, or the share of the variance that they explain.
        hidden: The widths of the layers of a network's encoder.
        epochs: The number of epochs of a network.
        contamination: The share of the rows to leave out as anomalous, or "auto".
        quantile: The quantile of the calibration scores above which rows are flagged; 0.99 by default.
        seed: The seed of everything random. The same data, options and seed give the same bits.
        threads: The number of threads; it does not change the result.
        options: More options, with the groups and names of FitOptions: {"training": {"loss": "mae"}}.
        data_options: More options of reading, with the names of SourceOptions: {"badData": "skip"}.
        progress: True or False for a bar of tqdm; or a function of an activity, what is done, and the total.
        log: A function of a note.
    """
    wanted = _merged(
        {
            "model": model,
            "components": components,
            "seed": seed,
            "network": {"hidden": list(hidden) if hidden is not None else None},
            "training": {"epochs": epochs},
            "rows": {"contamination": contamination},
            "scores": {"quantile": quantile},
            "run": {"threadCount": threads},
        },
        options or {},
    )
    reading = _reading(label, id, ignore, kinds, data_options)
    source = opened(data, reading, keeps_batches=True)
    with Watch(progress, log) as watch:
        return Model(create("misfit_fit", source._handle, json_text(wanted), watch))


def load(path: str | os.PathLike) -> Model:
    """Returns the model in a file. A model file holds no code: any bytes may be tried.

    >>> import misfit, os, tempfile
    >>> model = misfit.fit([[float(i % 7), float(i % 5)] for i in range(100)], model="pca")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     model.save(os.path.join(folder, "small.misfit"))
    ...     misfit.load(os.path.join(folder, "small.misfit")).kind
    'pca'
    """
    return Model(create("misfit_load", os.fsencode(path)))


def _reading(label, id, ignore, kinds, more: dict | None) -> dict:
    ignore = [ignore] if isinstance(ignore, str) else list(ignore)
    return _merged(
        {"labelColumn": label, "idColumn": id, "ignoredColumns": ignore or None, "kinds": kinds},
        more or {},
    )


def _merged(own: dict, more: dict) -> dict:
    """Returns options without those that are None; `more` takes precedence."""
    result = {
        key: _merged(value, {}) if isinstance(value, dict) else value for key, value in own.items()
    }
    for key, value in more.items():
        old = result.get(key)
        result[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return {key: value for key, value in result.items() if value is not None and value != {}}


class Model(Handle):
    """A fitted model. It never changes; several threads may use it at once."""

    _free = "misfit_model_free"

    def describe(self) -> dict:
        """Returns a description: kind, columns, training, threshold.

        >>> import misfit
        >>> model = misfit.fit([[float(i % 7), float(i % 5)] for i in range(100)], model="pca")
        >>> [column["name"] for column in model.describe()["columns"]]
        ['column_1', 'column_2']
        """
        import json

        return json.loads(library().misfit_describe(self._handle))

    @property
    def kind(self) -> str:
        """The kind of the model, such as "pca"."""
        return self.describe()["kind"]

    @property
    def threshold(self) -> float:
        """The score above which rows are flagged, unless another rule is given."""
        return self.describe()["threshold"]

    def score(
        self,
        data: Any,
        *,
        flag: dict | None = None,
        threads: int | None = None,
        progress: Any = None,
        **reading,
    ) -> Table:
        """Returns the scores of all rows or images: id, label, score, percentile, p_value, flag, error.

        Larger scores are more anomalous. `flag` is a rule other than the model's threshold: one of
        {"falseAlarmRate": 0.01}, {"falseDiscoveryRate": 0.1}, {"quantile": 0.99}, {"contamination": 0.05} and
        {"threshold": 3.5}. `label`, `id`, `ignore` and `data_options` are as in `fit`.

        >>> import misfit
        >>> model = misfit.fit([[float(i % 7), float(i % 5)] for i in range(100)], model="pca")
        >>> model.score([[3.0, 90.0]], flag={"falseAlarmRate": 0.05}).to_dict()["flag"]
        [True]
        """
        return self._table("misfit_score", data, reading, progress, _scoring(flag, threads))

    def score_stream(
        self, data: Any, *, flag: dict | None = None, threads: int | None = None, **reading
    ) -> Stream:
        """Returns the scores as a stream that is computed while it is read, in constant memory."""
        source = self._opened(data, reading, keeps_batches=False)
        stream = _arrow.ArrayStream()
        options = json_text(_scoring(flag, threads))
        call("misfit_score_stream", self._handle, source._handle, options, ctypes.addressof(stream))
        return Stream(stream, source)

    def rank(self, data: Any, count: int = 20, *, progress: Any = None, **reading) -> Table:
        """Returns the rows with the largest scores, in order of rank."""
        return self._table("misfit_rank", data, reading, progress, {}, int(count))

    def reasons(self, data: Any, top: int = 3, *, progress: Any = None, **reading) -> Table:
        """Returns why rows have their scores: up to `top` columns a row, by their share of the score.

        >>> import misfit
        >>> rows = [{"load": float(i % 7), "heat": float(i % 7) * 2} for i in range(200)]
        >>> model = misfit.fit(rows, model="pca", components=1)
        >>> model.reasons([{"load": 3.0, "heat": 60.0}], top=1).to_dict()["column"]
        ['heat']
        """
        return self._table("misfit_reasons", data, reading, progress, {}, int(top))

    def check(
        self,
        data: Any,
        alpha: float = 0.01,
        *,
        threads: int | None = None,
        progress: Any = None,
        **reading,
    ) -> dict:
        """Checks new data: missing columns, unseen levels, missing cells, drift, trends, and flagged rows.

        Returns what `misfit check --json` prints: "passes", "findings" with their columns and rows, the
        columns with their shifts, and the flagged rows with the highest scores. `alpha` is the share of
        normal rows that may be flagged.

        >>> import misfit
        >>> rows = [{"load": float(i % 7), "heat": float(i % 5)} for i in range(200)]
        >>> model = misfit.fit(rows, model="pca")
        >>> model.check([{"load": row["load"], "heat": row["heat"] + 9} for row in rows])["passes"]
        False
        """
        import json

        table = self._table(
            "misfit_check", data, reading, progress, _scoring(None, threads), float(alpha)
        )
        return json.loads(table.to_dict()["json"][0])

    def encode(self, data: Any, *, progress: Any = None, **reading) -> Table:
        """Returns the codes of rows or images, for models that have some: networks, principal components."""
        return self._table("misfit_encode", data, reading, progress)

    def reconstruct(self, data: Any, *, progress: Any = None, **reading) -> Table:
        """Returns what the model expects of each row or image, in the data's own units."""
        return self._table("misfit_reconstruct", data, reading, progress)

    def calibrate(
        self, data: Any, quantile: float | None = None, *, progress: Any = None, **reading
    ) -> Model:
        """Returns the same model, calibrated on other rows, which should be normal.

        `data` may be `Scores` that this model computed, for instance in parts on several machines.
        """
        level = float("nan") if quantile is None else float(quantile)
        if isinstance(data, Scores):
            return Model(create("misfit_calibrate_scores", self._handle, data._handle, b"scores", level))
        source = self._opened(data, reading)
        with Watch(progress) as watch:
            return Model(create("misfit_calibrate", self._handle, source._handle, level, watch))

    def refit(self, moments: Moments, components: int | float | None = None) -> Model:
        """Returns the model with the principal components of all rows whose moments it has computed.

        Scaling and imputation remain those of the fit, and so does the calibration, until `calibrate`. By
        default, the components explain 95 % of the variance.

        >>> import misfit
        >>> rows = [[float(i * 37 % 101), float(i % 5)] for i in range(300)]
        >>> model = misfit.fit(rows[:100], model="pca")
        >>> model.refit(misfit.Moments(model, rows)).describe()["training"]["rows"]
        300
        """
        return Model(refitted(self, moments, components))

    def report(
        self,
        data: Any,
        folder: str | os.PathLike | None = None,
        *,
        flag: dict | None = None,
        progress: Any = None,
        **reading,
    ) -> Report:
        """Writes a report on data, a folder with a page and plots, and returns it.

        A notebook shows the page.
        """
        import tempfile

        folder = os.fspath(folder) if folder is not None else tempfile.mkdtemp(prefix="misfit-")
        source = self._opened(data, reading)
        with Watch(progress) as watch:
            options = json_text(_scoring(flag, None))
            call("misfit_report", self._handle, source._handle, os.fsencode(folder), options, watch)
        return Report(folder)

    def save(self, path: str | os.PathLike) -> None:
        """Writes the model to a file, which the command reads too."""
        call("misfit_save", self._handle, os.fsencode(path))

    def to_bytes(self) -> bytes:
        """Returns the bytes of the model's file.

        >>> import misfit
        >>> model = misfit.fit([[float(i % 7), float(i % 5)] for i in range(100)], model="pca")
        >>> misfit.Model.from_bytes(model.to_bytes()).threshold == model.threshold
        True
        """
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.misfit")
            self.save(path)
            with open(path, "rb") as file:
                return file.read()

    @classmethod
    def from_bytes(cls, content: bytes) -> Model:
        """Returns the model of a file's bytes."""
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.misfit")
            with open(path, "wb") as file:
                file.write(content)
            return load(path)

    def __reduce__(self):
        # A pickle of a model holds the bytes of its file.
        return Model.from_bytes, (self.to_bytes(),)

    def __copy__(self) -> Model:
        return self

    def __deepcopy__(self, memo) -> Model:
        return self

    def _opened(self, data, reading: dict, keeps_batches: bool | None = None):
        label, id = reading.pop("label", None), reading.pop("id", None)
        ignore, more = reading.pop("ignore", ()), reading.pop("data_options", None)
        if reading:
            raise TypeError(f"unexpected keyword argument {sorted(reading)[0]!r}")
        options = _reading(label, id, ignore, None, more)
        return opened(data, options, keeps_batches=bool(keeps_batches))

    def _table(
        self, name: str, data, reading: dict, progress, options: dict | None = None, *numbers
    ) -> Table:
        # Rules that need all scores first read a stream twice.
        keeps = bool(
            options and options.get("flag", {}).keys() & {"falseDiscoveryRate", "contamination"}
        )
        source = self._opened(data, reading, keeps_batches=keeps)
        texts = [] if options is None else [json_text(options)]
        try:
            with Watch(progress) as watch:
                return Table(create(name, self._handle, source._handle, *numbers, *texts, watch))
        except Exception:
            source.check()
            raise

    def __repr__(self) -> str:
        description = self.describe()
        return f"<misfit.Model {description['kind']} of {_content(description)}>"

    def _repr_html_(self) -> str:
        description = self.describe()
        training = description["training"]
        rows = {
            "model": f"{description['kind']}: {description['network']}",
            "samples": _content(description),
            "learned from": f"{training['rows']} rows of {training['source']}",
            "threshold": f"{description['threshold']:.6g} ({description['scoreMeasure']})",
        }
        cells = "".join(
            f"<tr><th style='text-align:left'>{html.escape(name)}</th>"
            f"<td style='text-align:left'>{html.escape(str(text))}</td></tr>"
            for name, text in rows.items()
        )
        return f"<table>{cells}</table>"


def _scoring(flag: dict | None, threads: int | None) -> dict:
    return _merged({"flag": flag, "threadCount": threads}, {})


def _content(description: dict) -> str:
    columns = len(description["columns"])
    if columns:
        return f"{columns} column{'' if columns == 1 else 's'}"
    return "images of " + " x ".join(map(str, description["shape"]))


class Report:
    """The folder of a report; a notebook shows its page."""

    def __init__(self, folder: str):
        self.folder = folder

    @property
    def page(self) -> str:
        """The path of the page."""
        return os.path.join(self.folder, "report.html")

    def __repr__(self) -> str:
        return f"<misfit.Report {self.page}>"

    def _repr_html_(self) -> str:
        with open(self.page, encoding="utf-8") as file:
            page = html.escape(file.read(), quote=True)
        return f'<iframe srcdoc="{page}" style="width:100%;height:800px;border:0"></iframe>'
