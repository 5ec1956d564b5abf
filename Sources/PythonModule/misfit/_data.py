"""What a user may give as data, as data of the library."""

from __future__ import annotations

import ctypes
import os
import sys
from ctypes import c_char_p, c_int64

from . import _arrow
from ._errors import ArgumentError
from ._library import Handle, call, create, json_text

# The types of plain numbers, by the kinds and sizes of NumPy and of the struct module.
_NUMPY_TYPES = {
    "f4": 0, "f8": 1, "u1": 2, "i1": 3, "u2": 4, "i2": 5,
    "u4": 6, "i4": 7, "u8": 8, "i8": 9, "f2": 10, "b1": 11,
}  # fmt: skip
_FORMAT_KINDS = {"f": "f", "d": "f", "e": "f", "?": "b"}


class Data(Handle):
    """Rows or images to learn from or to score, with the options to read them."""

    _free = "misfit_data_free"

    def __init__(self, handle, keeps=None, batches: _arrow.BatchStream | None = None):
        super().__init__(handle)
        # What the library reads from without having copied it.
        self._keeps = keeps
        self._batches = batches

    def check(self) -> None:
        """Raises the exception of an iterator that failed while the library read from it."""
        if self._batches is not None and self._batches.raised is not None:
            raise self._batches.raised


def opened(data, options: dict, *, keeps_batches: bool) -> Data:
    """Returns data of the library.

    With `keeps_batches`, a stream is read now and may be used again; without it, it is read once by the call
    that uses it.
    """
    if isinstance(data, Data):
        return data
    text = json_text(options)
    if isinstance(data, (str, os.PathLike)):
        return _of_paths([data], text)
    if isinstance(data, (bytes, bytearray)):
        return _of_bytes(bytes(data), "data", text)
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(data, (pandas.DataFrame, pandas.Series)):
        return _of_pandas(data, text)
    if hasattr(data, "__arrow_c_stream__"):
        keeps = keeps_batches or not _is_reader(data)
        return _of_capsule(data.__arrow_c_stream__(), keeps, _name(data), text)
    if hasattr(data, "__arrow_c_array__"):
        schema, array = data.__arrow_c_array__()
        return Data(
            create(
                "misfit_data_arrow",
                _arrow.address(schema, b"arrow_schema"),
                _arrow.address(array, b"arrow_array"),
                _name(data),
                text,
            )  # fmt: skip
        )
    for name in ("fetch_arrow_table", "collect"):
        # A relation of an older DuckDB, and a frame of Polars that is not computed yet.
        if hasattr(data, name):
            return opened(getattr(data, name)(), options, keeps_batches=keeps_batches)
    if isinstance(data, dict):
        return _of_columns(data, text)
    if hasattr(data, "__array_interface__") or hasattr(data, "__array__"):
        return _of_numpy(data, text)
    if isinstance(data, (list, tuple)):
        return _of_list(data, text)
    if hasattr(data, "__next__") or hasattr(data, "__iter__"):
        if not hasattr(data, "__next__") and _is_buffer(data):
            return _of_buffer(memoryview(data), text)
        return _of_iterator(iter(data), options, text, keeps_batches)
    if _is_buffer(data):
        return _of_buffer(memoryview(data), text)
    raise TypeError(
        f"data of the type {type(data).__name__!r} cannot be read: give a data frame, an Arrow table, a "
        "NumPy array, a list of dictionaries, a path, or an iterator of batches"
    )


def _name(data) -> bytes:
    return type(data).__name__.encode()


def _is_reader(data) -> bool:
    """Whether a stream of the data can be taken only once."""
    return type(data).__name__ in (
        "RecordBatchReader",
        "DuckDBPyRelation",
        "DuckDBPyConnection",
    ) or hasattr(data, "__next__")


def _of_paths(paths, text: bytes | None) -> Data:
    names = [os.fsencode(path) for path in paths]
    return Data(create("misfit_data_open", (c_char_p * len(names))(*names), len(names), text))


def _of_bytes(content: bytes, name: str, text: bytes | None) -> Data:
    return Data(create("misfit_data_bytes", content, len(content), name.encode(), text))


def _of_capsule(capsule, keeps: bool, name: bytes, text: bytes | None) -> Data:
    # The capsule owns the stream until the library has taken it.
    return _of_stream(_arrow.address(capsule, _arrow.STREAM_NAME), keeps, name, text)


def _of_stream(place: int, keeps: bool, name: bytes, text: bytes | None, batches=None) -> Data:
    try:
        return Data(create("misfit_data_stream", place, int(keeps), name, text), batches=batches)
    except Exception:
        if batches is not None and batches.raised is not None:
            raise batches.raised from None
        raise


def _of_pandas(frame, text: bytes | None) -> Data:
    if not hasattr(frame, "columns"):
        frame = frame.to_frame()
    try:
        import pyarrow

        # The index is no column of the table.
        table = pyarrow.Table.from_pandas(frame, preserve_index=False)
    except (ImportError, ValueError, TypeError):
        # Without pyarrow, and for columns of several types, by way of text.
        return _of_bytes(frame.to_csv(index=False).encode(), "DataFrame", text)
    return _of_capsule(table.__arrow_c_stream__(), True, b"DataFrame", text)


def _of_numpy(data, text: bytes | None) -> Data:
    import numpy

    array = numpy.asarray(data)
    if array.dtype.names is not None:
        rows = [dict(zip(array.dtype.names, row)) for row in array.tolist()]
        return _of_list(rows, text)
    if array.dtype.kind in "OUS":
        if array.ndim != 2:
            raise ArgumentError(f"an array of {array.ndim} dimensions that holds no numbers")
        return _of_list(
            [{f"column_{i + 1}": cell for i, cell in enumerate(row)} for row in array.tolist()], text
        )
    kind = f"{array.dtype.kind}{array.dtype.itemsize}"
    if kind not in _NUMPY_TYPES:
        raise ArgumentError(f"an array of {array.dtype} holds no numbers that can be read")
    array = numpy.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))
    return _of_memory(array.ctypes.data, kind, array.shape, b"array", text, keeps=array)


def _is_buffer(data) -> bool:
    try:
        memoryview(data)
    except TypeError:
        return False
    return True


def _of_buffer(view: memoryview, text: bytes | None) -> Data:
    kind = _FORMAT_KINDS.get(view.format, "u" if view.format.isupper() else "i")
    kind += str(view.itemsize)
    if view.format not in "fde?bBhHiIlLqQ" or kind not in _NUMPY_TYPES:
        raise ArgumentError(f"a buffer of the format {view.format!r} holds no numbers that can be read")
    copy = (ctypes.c_char * view.nbytes).from_buffer_copy(view.tobytes())
    return _of_memory(ctypes.addressof(copy), kind, view.shape, b"buffer", text, keeps=copy)


def _of_memory(place: int, kind: str, shape, name: bytes, text: bytes | None, keeps) -> Data:
    extents = (c_int64 * len(shape))(*shape)
    handle = create("misfit_data_array", place, _NUMPY_TYPES[kind], extents, len(shape), name, text)
    return Data(handle, keeps=keeps)


def _of_list(rows, text: bytes | None) -> Data:
    if not rows:
        raise ArgumentError("the list of rows is empty")
    first = rows[0]
    if isinstance(first, (str, os.PathLike)):
        return _of_paths(rows, text)
    if isinstance(first, dict):
        import json

        lines = "\n".join(
            json.dumps({str(key): _cell(value) for key, value in row.items()}) for row in rows
        )
        return _of_bytes((lines + "\n").encode(), "rows", text)
    if isinstance(first, (list, tuple)):
        from array import array

        width = len(first)
        for index, row in enumerate(rows):
            if len(row) != width:
                raise ArgumentError(f"row {index + 1} has {len(row)} values, and row 1 has {width}")
        values = array("d", [value for row in rows for value in row])
        place, _ = values.buffer_info()
        return _of_memory(place, "f8", (len(rows), width), b"rows", text, keeps=values)
    if isinstance(first, (int, float)):
        raise ArgumentError("a list of numbers is no table: give a list of rows")
    return _of_iterator(iter(rows), {}, text, True)


def _of_columns(columns: dict, text: bytes | None) -> Data:
    lists = {str(name): list(values) for name, values in columns.items()}
    counts = {name: len(values) for name, values in lists.items()}
    if len(set(counts.values())) != 1:
        raise ArgumentError(f"the columns have different lengths: {counts}")
    return _of_list([dict(zip(lists, row)) for row in zip(*lists.values())], text)


def _cell(value):
    """Returns a cell as JSON can express it."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if value - value == 0 else None
    return value if isinstance(value, (str, bool, int)) or value is None else str(value)


def _of_iterator(batches, options: dict, text: bytes | None, keeps: bool) -> Data:
    first = next(batches, None)
    if first is None:
        raise ArgumentError("the iterator has no batches")
    if isinstance(first, dict):
        return _of_list([first, *batches], text)
    if not hasattr(first, "__arrow_c_stream__") and not hasattr(first, "__arrow_c_array__"):
        import numpy

        return _of_numpy(numpy.concatenate([numpy.asarray(first), *map(numpy.asarray, batches)]), text)
    stream = _arrow.BatchStream((_Batch(batch) for batch in batches), _Batch(first))
    return _of_stream(ctypes.addressof(stream.stream), keeps, b"batches", text, stream)


class _Batch:
    """A batch of an iterator, with the stream interface."""

    def __init__(self, batch):
        self._batch = batch

    def __arrow_c_stream__(self, requested_schema=None):
        batch = self._batch
        pandas = sys.modules.get("pandas")
        if pandas is not None and isinstance(batch, pandas.DataFrame):
            import pyarrow

            batch = pyarrow.Table.from_pandas(batch, preserve_index=False)
        elif not hasattr(batch, "__arrow_c_stream__"):
            import pyarrow

            batch = (
                pyarrow.table(batch)
                if not isinstance(batch, pyarrow.RecordBatch)
                else pyarrow.Table.from_batches([batch])
            )  # noqa: E501
        return batch.__arrow_c_stream__()


__all__ = ["Data", "call", "opened"]
