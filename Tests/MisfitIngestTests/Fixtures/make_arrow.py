"""Makes the Arrow fixtures by pyarrow, and the text that their cells have.

    python3 make_arrow.py        writes arrow/ beside this file (pyarrow 26)
"""

import datetime
import decimal
import os

import pyarrow as pa
import pyarrow.ipc as ipc

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "arrow")
ZONE = datetime.timezone.utc
ROWS = 7


def column(values, kind):
    """Every third cell is missing."""
    return pa.array([None if i % 3 == 1 else values(i) for i in range(ROWS)], kind)


def stamp(i):
    return datetime.datetime(2020, 2, 28, 23, 59, 57) + datetime.timedelta(hours=9 * i, microseconds=250000 * i)


def types():
    columns = {}
    for bits in (8, 16, 32, 64):
        columns[f"int{bits}"] = column(lambda i: (-1) ** i * 20 * i, f"int{bits}")
        columns[f"uint{bits}"] = column(lambda i: 36 * i, f"uint{bits}")
    columns["half"] = column(lambda i: i / 4 - 1, pa.float16())
    columns["float"] = column(lambda i: i / 8 - 1, pa.float32())
    columns["double"] = column(lambda i: i / 3, pa.float64())
    columns["bool"] = column(lambda i: i % 2 == 0, pa.bool_())
    columns["null"] = pa.nulls(ROWS)
    columns["text"] = column(lambda i: ["", 'say "no"', "a, b", "ä"][i % 4], pa.string())
    columns["large"] = column(lambda i: "x" * i, pa.large_string())
    columns["view"] = column(lambda i: "text of a view"[:3 * i + 2], pa.string_view())
    columns["date32"] = column(lambda i: datetime.date(1969, 12, 30 ) + datetime.timedelta(days=i), pa.date32())
    columns["date64"] = column(lambda i: datetime.date(2020, 2, 27) + datetime.timedelta(days=i), pa.date64())
    for unit in ("s", "ms", "us", "ns"):
        whole = (lambda i: stamp(i).replace(microsecond=0)) if unit == "s" else stamp
        columns[f"at-{unit}"] = column(whole, pa.timestamp(unit))
        columns[f"zone-{unit}"] = column(lambda i, whole=whole: whole(i).replace(tzinfo=ZONE),
                                         pa.timestamp(unit, tz="Europe/Berlin"))
        kind = pa.time32(unit) if unit in ("s", "ms") else pa.time64(unit)
        columns[f"time-{unit}"] = column(lambda i, whole=whole: whole(i).time(), kind)
    columns["duration"] = column(lambda i: datetime.timedelta(seconds=7 * i), pa.duration("ms"))
    for bits in (32, 64, 128, 256):
        kind = getattr(pa, f"decimal{bits}")
        columns[f"decimal{bits}"] = column(lambda i: decimal.Decimal(100 * i - 205).scaleb(-2), kind(9, 2))
    words = pa.array(["red", "green", None, "blue"])
    indices = pa.array([0, 1, None, 3, 2, 0, 3], pa.int8())
    columns["dictionary"] = pa.DictionaryArray.from_arrays(indices, words)
    columns["numbers"] = pa.DictionaryArray.from_arrays(
        pa.array([2, 1, 0, None, 2, 1, 0], pa.uint16()), pa.array([1.5, -2.0, 0.25]))
    return pa.table(columns)


def text(value, kind):
    """Returns the text of a cell, as Misfit reads it."""
    if value is None:
        return ""
    if pa.types.is_dictionary(kind):
        return text(value, kind.value_type)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return '"' + value.replace('"', '""') + '"' if value else ""
    if pa.types.is_boolean(kind):
        return "true" if value else "false"
    if pa.types.is_floating(kind):
        return repr(float(value))
    if pa.types.is_duration(kind):
        return str(round(value / datetime.timedelta(milliseconds=1)))
    if pa.types.is_time(kind):
        return clock(value)
    if pa.types.is_timestamp(kind):
        utc = value.astimezone(ZONE) if value.tzinfo else value
        if utc.time() == datetime.time(0):
            return f"{utc:%Y-%m-%d}"
        return f"{utc:%Y-%m-%d} {clock(utc.time())}" + ("Z" if value.tzinfo else "")
    return str(value)


def clock(value):
    fraction = f".{value.microsecond:06}".rstrip("0") if value.microsecond else ""
    return f"{value:%H:%M:%S}" + fraction


def write_text(table, name):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as file:
        file.write(",".join(f'"{name}"' for name in table.column_names) + "\n")
        for row in table.to_pylist():
            cells = [text(row[field.name], field.type) for field in table.schema]
            file.write(",".join(cells) + "\n")


def write(table, name, chunk=3, **options):
    path = os.path.join(HERE, name)
    new = ipc.new_stream if name.endswith(".arrows") else ipc.new_file
    with new(path, table.schema, options=ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=chunk)


def write_batches(batches, name, **options):
    path = os.path.join(HERE, name)
    with ipc.new_stream(path, batches[0].schema, options=ipc.IpcWriteOptions(**options)) as writer:
        for batch in batches:
            writer.write_batch(batch)


def dictionaries(words):
    """Batches whose dictionary begins with that of the one before, or is another one."""
    batches = []
    for index, dictionary in enumerate(words):
        indices = pa.array([(index + i) % len(dictionary) for i in range(4)], pa.int32())
        values = pa.array([i + 0.5 for i in range(4)])
        column = pa.DictionaryArray.from_arrays(indices, pa.array(dictionary))
        batches.append(pa.record_batch([column, values], names=["word", "value"]))
    return batches


def others():
    """Columns of types that have no cells of a table, between others."""
    return pa.table({
        "first": [1.5, 2.5, 3.5],
        "list": [[1], [], [2, 3]],
        "structure": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}, None],
        "map": pa.array([[("k", 1)], [], None], pa.map_(pa.string(), pa.int8())),
        "union": pa.UnionArray.from_dense(
            pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()), [pa.array([1, 2]), pa.array(["x"])]),
        "sparse": pa.UnionArray.from_sparse(
            pa.array([0, 1, 0], pa.int8()), [pa.array([1, 2, 3]), pa.array(["x", "y", "z"])]),
        "runs": pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array([1, 2])),
        "binary": pa.array([b"x", b"", None]),
        "large binary": pa.array([b"x", b"", None], pa.large_binary()),
        "binary view": pa.array([b"x", b"more than twelve bytes", None], pa.binary_view()),
        "fixed": pa.array([b"xy", b"zz", None], pa.binary(2)),
        "interval": pa.array([(1, 2, 3), (0, 0, 1), None], pa.month_day_nano_interval()),
        "large list": pa.array([["x"], [], None], pa.large_list(pa.string_view())),
        "list view": pa.array([[1], [], None], pa.list_view(pa.int8())),
        "words": pa.array([["x"], ["y"], ["x"]], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        "last": [4.5, 5.5, 7.5],
    })


def images():
    kind = pa.fixed_shape_tensor(pa.uint8(), (2, 3))
    storage = pa.array([[10 * i + j for j in range(6)] for i in range(4)], pa.list_(pa.uint8(), 6))
    return pa.table({"id": ["a", "b", "c", "d"], "image": pa.ExtensionArray.from_storage(kind, storage)})


def lists():
    return pa.table({"x": pa.array([[i, i / 2, 1.0] for i in range(4)], pa.list_(pa.float64(), 3))})


os.makedirs(HERE, exist_ok=True)
table = types()
write_text(table, "types.csv")
write(table, "types.arrow")
write(table, "types.arrows")
write(table, "types-lz4.arrow", compression="lz4")
write(table, "types-zstd.arrow", compression="zstd")
long = pa.table({"n": pa.array(range(3000), pa.int32()), "x": [i % 7 / 4 for i in range(3000)]})
write(long, "long-lz4.arrows", chunk=2000, compression="lz4")
write(long, "long-zstd.arrows", chunk=2000, compression="zstd")
GROWING = [["a"], ["a", "b"], ["a", "b", "c", "dd"], ["a", "b", "c", "dd"], ["a", "b", "c", "dd", "e"]]
write_batches(dictionaries(GROWING), "deltas.arrows", emit_dictionary_deltas=True)
write_batches(dictionaries([["a", "b"], ["z", "a"], ["c"]]), "replaced.arrows")
write(others(), "others.arrow")
write(images(), "images.arrow")
write(lists(), "lists.arrows")
write(pa.table({"x": pa.array([], pa.float64())}), "empty.arrow")
