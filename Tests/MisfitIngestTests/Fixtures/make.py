"""Makes the fixtures of MisfitIngest with NumPy.

Run in this folder: python make.py
Every array holds the numbers of `numbers(n)`, so that the tests know what to expect.
"""

import gzip
import struct

import numpy as np


def numbers(count):
    """0, -1, 2, -3, ... divided by 4, so that every float type holds them exactly."""
    index = np.arange(count)
    return np.where(index % 2 == 0, index, -index) / 4


def npy_arrays():
    table = numbers(12).reshape(4, 3)
    whole = np.arange(12).reshape(4, 3)
    for name in ["<f2", "<f4", "<f8", ">f4", ">f8"]:
        yield name, table.astype(name)
    for name in ["|i1", "<i2", ">i2", "<i4", "<i8"]:
        yield name, (table * 4).astype(name)
    for name in ["|u1", "<u2", ">u4", "<u8"]:
        yield name, whole.astype(name)
    yield "|b1", whole % 2 == 1


def file_name(dtype):
    order = {"<": "little", ">": "big", "|": "byte"}[dtype[0]]
    return f"{order}-{dtype[1:]}.npy"


for dtype, array in npy_arrays():
    np.save(file_name(dtype), array)

table = numbers(12).reshape(4, 3)
np.save("fortran.npy", np.asfortranarray(table))
np.save("fortran-images.npy", np.asfortranarray(np.arange(48, dtype="u1").reshape(2, 2, 4, 3)))
np.save("images.npy", np.arange(48, dtype="u1").reshape(2, 2, 4, 3))
np.save("grey.npy", np.arange(24, dtype="u1").reshape(2, 3, 4))
np.save("one-dimension.npy", np.arange(5, dtype="f8"))
np.save("zero-dimensions.npy", np.float64(1))
np.save("text.npy", np.array(["a", "b"]))
np.save("fields.npy", np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]))
np.save("complex.npy", np.zeros((2, 2), dtype="c16"))
broken = table.copy()
broken[2, 1] = np.nan
np.save("nan.npy", broken)
np.save("nan-fortran.npy", np.asfortranarray(broken))
for version in [(1, 0), (2, 0), (3, 0)]:
    with open(f"version-{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, table, version=version)


def write_idx(name, code, array, extents=None, opener=open):
    extents = extents or array.shape
    with opener(name, "wb") as file:
        file.write(struct.pack(">BBBB", 0, 0, code, len(extents)))
        file.write(struct.pack(f">{len(extents)}I", *extents))
        file.write(array.tobytes())


images = np.arange(24, dtype="u1").reshape(2, 3, 4)
write_idx("images.idx", 0x08, images)
write_idx("images.idx.gz", 0x08, images, opener=lambda name, mode: gzip.GzipFile(name, mode, mtime=0))
write_idx("labels.idx", 0x08, np.array([7, 3], dtype="u1"))
write_idx("labels-3.idx", 0x08, np.array([7, 3, 1], dtype="u1"))
write_idx("count-too-large.idx", 0x08, images, (3, 3, 4))
write_idx("count-too-small.idx", 0x08, images, (1, 3, 4))
write_idx("overflow.idx", 0x0E, images, (2**32 - 1, 2**32 - 1, 2**32 - 1))
write_idx("rows-i16.idx", 0x0B, (table * 4).astype(">i2"))
write_idx("rows-i32.idx", 0x0C, (table * 4).astype(">i4"))
write_idx("rows-i8.idx", 0x09, (table * 4).astype("i1"))
write_idx("rows-f32.idx", 0x0D, table.astype(">f4"))
write_idx("rows-f64.idx", 0x0E, table.astype(">f8"))
write_idx("colours.idx", 0x08, np.arange(48, dtype="u1").reshape(2, 2, 4, 3))

with gzip.GzipFile("table.csv.gz", "wb", mtime=0) as file:
    file.write(b"x,y\n1,2\n3,4\n")
with gzip.GzipFile("numbers.csv.gz", "wb", mtime=0) as file:
    file.write(b"1,2\n3,4\n")
