"""Tables of results."""

from __future__ import annotations

import ctypes
import html
from collections.abc import Iterator

from . import _arrow
from ._library import Handle, call

_CTYPES = {b"g": ctypes.c_double, b"f": ctypes.c_float, b"l": ctypes.c_int64}


class Table(Handle):
    """A table of results: columns of equal length.

    It has the Arrow interface for Python, so that `polars.DataFrame(table)`, `pyarrow.table(table)` and
    `duckdb.sql("from table")` read it without a copy.

    >>> import misfit
    >>> model = misfit.fit([[float(i % 7), float(i % 5)] for i in range(100)], model="pca")
    >>> table = model.score([[3.0, 2.0], [3.0, 90.0]])
    >>> len(table), table.to_dict()["id"]
    (2, ['1', '2'])
    >>> [row["flag"] for row in table]
    [False, True]
    """

    _free = "misfit_table_free"

    def __init__(self, handle):
        super().__init__(handle)
        self._columns: dict[str, _Column] | None = None
        self._array: _arrow.Array | None = None

    def __del__(self):
        array = getattr(self, "_array", None)
        if array is not None:
            self._columns = self._array = None
            _arrow.release(array)
        super().__del__()

    def __arrow_c_stream__(self, requested_schema=None):
        """Exports the table as a stream of the Arrow C interface."""
        stream = _arrow.ArrayStream()
        call("misfit_table_stream", self._handle, ctypes.addressof(stream))
        return _arrow.stream_capsule(stream)

    def _read(self) -> dict[str, _Column]:
        if self._columns is None:
            stream, schema, array = _arrow.ArrayStream(), _arrow.Schema(), _arrow.Array()
            call("misfit_table_stream", self._handle, ctypes.addressof(stream))
            stream.get_schema(ctypes.byref(stream), ctypes.byref(schema))
            stream.get_next(ctypes.byref(stream), ctypes.byref(array))
            self._array = array
            self._columns = {
                schema.children[i].contents.name.decode(): _Column(
                    schema.children[i].contents, array.children[i].contents
                )
                for i in range(schema.n_children)
            }
            _arrow.release(schema)
            _arrow.release(stream)
        return self._columns

    @property
    def column_names(self) -> list[str]:
        """The names of the columns."""
        return list(self._read())

    def __len__(self) -> int:
        self._read()
        return self._array.length

    def __getitem__(self, name: str):
        """Returns a column: an array of NumPy if that is installed, otherwise a list."""
        try:
            import numpy
        except ImportError:
            return self._read()[name].list()
        return self._read()[name].numpy(numpy, self)

    def __iter__(self) -> Iterator[dict]:
        columns = self.to_dict()
        return (dict(zip(columns, row)) for row in zip(*columns.values()))

    def to_dict(self) -> dict[str, list]:
        """Returns the columns as lists, by their names; a missing value is None."""
        return {name: column.list() for name, column in self._read().items()}

    def to_numpy(self):
        """Returns the columns of numbers as an array of NumPy: [rows, columns].

        An image column is an array of its own: use `table["image"]`.
        """
        import numpy

        numbers = [column.numpy(numpy, self) for column in self._read().values() if column.is_number]
        return numpy.stack(numbers, axis=1) if numbers else numpy.empty((len(self), 0))

    def to_pandas(self):
        """Returns a data frame of pandas."""
        import pandas

        return pandas.DataFrame({name: self[name] for name in self.column_names})

    def to_polars(self):
        """Returns a data frame of Polars, without a copy."""
        import polars

        return polars.DataFrame(self)

    def to_arrow(self):
        """Returns a table of pyarrow, without a copy."""
        import pyarrow

        return pyarrow.table(self)

    def __repr__(self) -> str:
        return f"<misfit.Table of {len(self)} rows: {', '.join(self.column_names)}>"

    def _repr_html_(self) -> str:
        columns = self.to_dict()
        head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_text(value))}</td>" for value in row) + "</tr>"
            for row in list(zip(*columns.values()))[:20]
        )
        more = f"<p>{len(self) - 20} more rows</p>" if len(self) > 20 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _text(value) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


class _Column:
    """A column of an array of the library, which a table keeps."""

    def __init__(self, schema: _arrow.Schema, array: _arrow.Array):
        self._format: bytes = schema.format
        self._array = array
        self._width = int(self._format[3:]) if self._format.startswith(b"+w:") else 1

    @property
    def is_number(self) -> bool:
        return self._format in _CTYPES

    def _memory(self, kind, index: int, count: int, array=None, owner: Table | None = None):
        place = (array or self._array).buffers[index]
        if not place or count == 0:
            return (kind * 0)()
        memory = (kind * count).from_address(place)
        # Whoever holds the memory holds the table.
        memory._owner = owner
        return memory

    def _bits(self, index: int) -> list[bool]:
        count = self._array.length
        memory = bytes(self._memory(ctypes.c_uint8, index, (count + 7) // 8))
        return [bool(memory[i >> 3] >> (i & 7) & 1) for i in range(count)]

    def list(self) -> list:
        """Returns the values; None for missing ones."""
        values = self._values()
        if self._array.null_count == 0:
            return values
        return [value if present else None for value, present in zip(values, self._bits(0))]

    def _values(self) -> list:
        count = self._array.length
        if self._format == b"b":
            return self._bits(1)
        if self._format == b"U":
            offsets = self._memory(ctypes.c_int64, 1, count + 1)
            content = bytes(self._memory(ctypes.c_char, 2, offsets[count] if count else 0))
            return [content[offsets[i] : offsets[i + 1]].decode() for i in range(count)]
        if self._width > 1 or self._format.startswith(b"+w:"):
            inner = self._inner()
            return [list(inner[i * self._width : (i + 1) * self._width]) for i in range(count)]
        return list(self._memory(_CTYPES[self._format], 1, count))

    def _inner(self, owner: Table | None = None):
        child = self._array.children[0].contents
        return self._memory(ctypes.c_double, 1, self._array.length * self._width, child, owner)

    def numpy(self, numpy, owner: Table):
        """Returns an array that shares the memory of numbers; missing numbers are NaN."""
        if self._format in _CTYPES:
            memory = self._memory(_CTYPES[self._format], 1, self._array.length, owner=owner)
            array = numpy.frombuffer(memory, self._dtype())
        elif self._format.startswith(b"+w:"):
            array = numpy.frombuffer(self._inner(owner), "f8").reshape(-1, self._width)
        elif self._format == b"b" and self._array.null_count == 0:
            count = self._array.length
            bits = numpy.frombuffer(self._memory(ctypes.c_uint8, 1, (count + 7) // 8), "u1")
            return numpy.unpackbits(bits, count=count, bitorder="little").astype(bool)
        else:
            return numpy.array(self.list(), dtype=object)
        array.flags.writeable = False
        return array

    def _dtype(self) -> str:
        return {b"g": "f8", b"f": "f4", b"l": "i8"}[self._format]


class Stream:
    """Results that are computed while they are read, in constant memory; it is read once.

    >>> import misfit
    >>> rows = [[float(i % 7), float(i % 5)] for i in range(100)]
    >>> model = misfit.fit(rows, model="pca")
    >>> sum(len(batch["score"]) for batch in model.score_stream(rows))
    100
    """

    def __init__(self, stream: _arrow.ArrayStream, keeps):
        self._stream: _arrow.ArrayStream | None = stream
        self._keeps = keeps

    def _take(self) -> _arrow.ArrayStream:
        if self._stream is None:
            raise ValueError("the stream was read already")
        stream, self._stream = self._stream, None
        return stream

    def __arrow_c_stream__(self, requested_schema=None):
        """Exports the stream by the Arrow C interface."""
        # What the library reads from has to live as long as the stream.
        return _arrow.stream_capsule(_arrow.HeldStream(self._take(), self._keeps).stream)

    def __iter__(self) -> Iterator[dict[str, list]]:
        """Returns an iterator of batches: the columns as lists, by their names."""
        stream = self._take()
        schema = _arrow.Schema()
        stream.get_schema(ctypes.byref(stream), ctypes.byref(schema))
        try:
            while True:
                array = _arrow.Array()
                code = stream.get_next(ctypes.byref(stream), ctypes.byref(array))
                if code != 0:
                    self._keeps.check()
                    from ._errors import MisfitError

                    text = stream.get_last_error(ctypes.byref(stream))
                    raise MisfitError(ctypes.string_at(text).decode() if text else "the stream failed")
                if not array.release:
                    return
                try:
                    yield {
                        schema.children[i].contents.name.decode(): _Column(
                            schema.children[i].contents, array.children[i].contents
                        ).list()
                        for i in range(schema.n_children)
                    }
                finally:
                    _arrow.release(array)
        finally:
            _arrow.release(schema)
            _arrow.release(stream)

    def __del__(self):
        if getattr(self, "_stream", None) is not None:
            _arrow.release(self._take())
