"""Scoring of record batches, as the engines of clusters pass them: Spark, Ray and Dask."""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy
import pyarrow
import pyarrow.compute

from ._errors import ArgumentError, DataError, MisfitError
from ._model import Model, load

RESULTS = ("score", "percentile", "p_value", "flag", "error")
_REASON = pyarrow.struct(
    [
        ("column", pyarrow.string()),
        ("share", pyarrow.float64()),
        ("value", pyarrow.string()),
        ("expected", pyarrow.string()),
        ("direction", pyarrow.string()),
    ]
)
_TYPES = {name: pyarrow.bool_() if name == "flag" else pyarrow.float64() for name in RESULTS}
# The models of this process, by the digests of their bytes: a worker loads a model once, not once a task.
_models: dict[str, Model] = {}
_MODEL_LIMIT = 8


class BatchScorer:
    """Scores record batches by a model; it can be pickled, and its bytes depend on the arguments alone."""

    def __init__(
        self,
        model: Any,
        *,
        id: str | None = None,
        keep: Iterable[str] = (),
        reasons: int = 0,
        reasons_of: str = "flagged",
        flag: dict | None = None,
        threads: int | None = None,
        data_options: dict | None = None,
        ship: Callable[[bytes], Any] | None = None,
        unship: Callable[[Any], bytes] | None = None,
    ):
        if reasons_of not in ("flagged", "all"):
            raise ArgumentError(f"`reasons_of` is {reasons_of!r}, which is neither 'flagged' nor 'all'")
        if flag and flag.keys() & {"falseDiscoveryRate", "contamination"}:
            raise ArgumentError(
                f"the rule {flag} needs the scores of all rows, and a scorer sees one batch at a time: "
                "score a whole data set with `score`, which makes two passes"
            )
        if (data_options or {}).get("badData") == "skip":
            raise ArgumentError(
                "`badData` is 'skip', and each row needs a score of its own: use 'missing', or filter "
                "the rows"
            )
        model = model if isinstance(model, Model) else load(model)
        self.names = _used_columns(model)
        self.id, self.keep, self.reasons, self.flag = id, list(keep), int(reasons), flag
        self.reasons_all, self.threads = reasons_of == "all", threads
        self._reading = {"data_options": data_options} if data_options else {}
        self.check_kept(self.keep)
        content = model.to_bytes()
        self._digest = hashlib.sha256(content).hexdigest()
        # What is pickled: the bytes, or what the engine sends instead of them.
        self._content, self._unship = ship(content) if ship else content, unship
        _remember(self._digest, model)

    @property
    def result_fields(self) -> list[pyarrow.Field]:
        """The columns of the results, after the kept ones."""
        fields = [pyarrow.field(name, _TYPES[name]) for name in RESULTS]
        if self.reasons:
            fields.append(pyarrow.field("reasons", pyarrow.list_(_REASON)))
        return fields

    @property
    def input_names(self) -> list[str]:
        """The columns that are read, without those that are only kept."""
        return [*self.names, *([self.id] if self.id and self.id not in self.names else [])]

    @property
    def token(self) -> str:
        """A text that is the same for the same work."""
        options = (self.id, self.keep, self.reasons, self.reasons_all, self.flag, self._reading)
        return repr((self._digest, *options))

    def check_kept(self, names: Iterable[str]) -> None:
        """Raises an ArgumentError for a column to keep that has the name of a result."""
        taken = {field.name for field in self.result_fields} | ({"id"} if self.id else set())
        for name in names:
            if name in taken:
                raise ArgumentError(f'column "{name}" is kept, and is a result as well: rename it')

    def check(self, schema: pyarrow.Schema) -> None:
        """Raises a DataError that names the columns which are missing, or cannot be read."""
        self.check_names(schema.names, self.keep)
        for name in self.input_names:
            kind = schema.field(name).type
            if pyarrow.types.is_nested(kind) or pyarrow.types.is_binary(kind):
                raise DataError(
                    f'column "{name}": it has values of the type {kind}, and the model needs numbers, texts, '
                    "booleans or dates: cast it"
                )

    def check_names(self, names: list[str], keep: Iterable[str]) -> None:
        """Raises a DataError that names the columns to read or to keep which are missing."""
        check_columns(names, [*self.input_names, *keep])

    def model(self) -> Model:
        """Returns the model, which a process loads once."""
        model = _models.get(self._digest)
        if model is None:
            content = self._unship(self._content) if self._unship else self._content
            model = Model.from_bytes(content)
            _remember(self._digest, model)
        return model

    def score(
        self, batches: Iterable[pyarrow.RecordBatch], threads: int | None = None
    ) -> Iterator[pyarrow.RecordBatch]:
        """Scores batches while they are read: a row for each row, in their order, in constant memory."""
        waiting = _WaitingRows()
        source = waiting.noting(batches, self)
        first = next(source, None)
        if first is None:
            return
        model = self.model()
        stream = model.score_stream(
            _chain(first, source),
            flag=self.flag,
            threads=self.threads or threads or 1,
            id=self.id,
            **self._reading,
        )
        data = stream._keeps
        try:
            for scores in pyarrow.RecordBatchReader.from_stream(stream):
                yield self._joined(model, scores, waiting.take(scores.num_rows))
        except (pyarrow.ArrowException, OSError) as error:
            data.check()
            raise DataError(_message(error)) from None
        waiting.finish()

    def score_table(self, table: pyarrow.Table) -> pyarrow.Table:
        """Returns the scores of a table, also of one without rows."""
        self.check(table.schema)
        scored = list(self.score(table.to_batches()))
        if scored:
            return pyarrow.Table.from_batches(scored)
        first = [pyarrow.field("id", pyarrow.string())] if self.id else []
        kept = [table.schema.field(name) for name in self.keep]
        return pyarrow.schema([*first, *kept, *self.result_fields]).empty_table()

    def _joined(
        self, model: Model, scores: pyarrow.RecordBatch, rows: pyarrow.Table
    ) -> pyarrow.RecordBatch:
        columns, names = [], []
        if self.id:
            columns.append(scores.column("id").cast(pyarrow.string()))
            names.append("id")
        for name in self.keep:
            columns.append(_one_chunk(rows.column(name)))
            names.append(name)
        for name in RESULTS:
            columns.append(scores.column(name))
            names.append(name)
        if self.reasons:
            columns.append(self._reasons(model, scores.column("flag"), rows.select(self.names)))
            names.append("reasons")
        return pyarrow.RecordBatch.from_arrays(columns, names=names)

    def _reasons(self, model: Model, flags: pyarrow.Array, rows: pyarrow.Table) -> pyarrow.ListArray:
        """Returns the reasons of the rows to explain; null for the others."""
        wanted = pyarrow.compute.fill_null(flags, False).to_numpy(zero_copy_only=False)
        wanted = numpy.ones(len(flags), bool) if self.reasons_all else wanted.astype(bool)
        counts, table = numpy.zeros(len(flags), int), None
        if wanted.any():
            chosen = rows.filter(pyarrow.array(wanted))
            table = pyarrow.table(model.reasons(chosen, self.reasons, progress=False, **self._reading))
            # Without a column of identifiers, they are the numbers of the rows from 1 on.
            numbers = table["id"].cast(pyarrow.int64()).to_numpy() - 1
            counts[wanted] = numpy.bincount(numbers, minlength=int(wanted.sum()))
        offsets = numpy.concatenate([[0], numpy.cumsum(counts)])
        if table is None:
            values = pyarrow.array([], _REASON)
        else:
            fields = [_one_chunk(table[field.name]).cast(field.type) for field in _REASON]
            values = pyarrow.StructArray.from_arrays(fields, fields=list(_REASON))
        return pyarrow.ListArray.from_arrays(
            pyarrow.array(offsets, pyarrow.int32()), values, mask=pyarrow.array(~wanted)
        )


class _WaitingRows:
    """The rows whose scores are not computed yet."""

    def __init__(self):
        self._tables: deque[pyarrow.Table] = deque()
        self._count = 0

    def noting(
        self, batches: Iterable[pyarrow.RecordBatch], scorer: BatchScorer
    ) -> Iterator[pyarrow.RecordBatch]:
        """Returns the columns to score of batches, which are noted."""
        is_checked = False
        for batch in batches:
            if not is_checked:
                scorer.check(batch.schema)
                is_checked = True
            if batch.num_rows:
                self._tables.append(pyarrow.Table.from_batches([batch]))
                self._count += batch.num_rows
                yield batch.select(scorer.input_names)

    def take(self, count: int) -> pyarrow.Table:
        """Returns the first rows, and forgets them."""
        if count > self._count:
            raise MisfitError(f"{count} scores of {self._count} rows")
        self._count -= count
        taken = []
        while count > 0:
            table = self._tables.popleft()
            if table.num_rows > count:
                self._tables.appendleft(table.slice(count))
                table = table.slice(0, count)
            taken.append(table)
            count -= table.num_rows
        return pyarrow.concat_tables(taken)

    def finish(self) -> None:
        """Raises an error if rows have no scores."""
        if self._count:
            raise MisfitError(f"{self._count} rows have no scores")


def check_columns(present: list[str], names: Iterable[str]) -> None:
    """Raises a DataError that names the columns which are missing."""
    missing = [name for name in names if name not in present]
    if not missing:
        return
    others = {name.lower(): name for name in present}
    text = ", ".join(f'"{name}"' for name in missing)
    near = [others[name.lower()] for name in missing if name.lower() in others]
    hint = f'; there is "{near[0]}", whose case differs' if near else ""
    raise DataError(
        f"column{'s' if len(missing) > 1 else ''} {text}: missing, and the scorer reads "
        f"{'them' if len(missing) > 1 else 'it'}{hint}"
    )


def _used_columns(model: Model) -> list[str]:
    description = model.describe()
    if not description["columns"]:
        raise ArgumentError("a model of images cannot score the rows of a cluster: use `model.score`")
    if description["targetShape"] is not None:
        raise ArgumentError("a model with targets needs two tables: use the command `misfit score`")
    names = [column["name"] for column in description["columns"] if column.get("used", True)]
    try:
        row = pyarrow.table({name: pyarrow.array([0.0]) for name in names})
        model.score_stream(iter(row.to_batches()))
    except ArgumentError:
        raise ArgumentError(
            "a model of windows needs the rows of a series in their order, and a cluster has them in no "
            "order: score one series at a time with `model.score`"
        ) from None
    except MisfitError:
        pass  # Of this row alone.
    return names


def _remember(digest: str, model: Model) -> None:
    while len(_models) >= _MODEL_LIMIT:
        _models.pop(next(iter(_models)))
    _models[digest] = model


def _chain(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _one_chunk(column: pyarrow.ChunkedArray) -> pyarrow.Array:
    column = column.combine_chunks()
    if isinstance(column, pyarrow.ChunkedArray):
        return column.chunk(0) if column.num_chunks else pyarrow.array([], column.type)
    return column


def _message(error: Exception) -> str:
    # The lines of a table begin with that of its header.
    return re.sub(
        r"^batches:(\d+):", lambda match: f"row {int(match[1]) - 1} of a partition:", str(error)
    )
