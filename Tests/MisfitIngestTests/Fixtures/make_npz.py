"""Makes the NPZ archives of the tests.

python make_npz.py    (NumPy)
"""
import io
import zipfile
from pathlib import Path

import numpy as np

here = Path(__file__).parent
x = np.arange(12, dtype=np.float64).reshape(4, 3) / 4
y = np.array([0, 1, 0, 1], dtype=np.int64)
np.savez(here / "stored.npz", X=x, y=y)
np.savez_compressed(here / "deflated.npz", X=x, y=y)
np.savez_compressed(here / "fortran.npz", X=np.asfortranarray(x), y=y)
np.savez_compressed(here / "one.npz", X=x)
# Sizes and places in 64 bits, as archives of more than 4 GiB have them.
def zip64():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        member = io.BytesIO()
        np.save(member, x)
        archive.writestr("X.npy", member.getvalue())
    plain = buffer.getvalue()
    at = plain.rindex(b"PK\x01\x02")
    end = plain.rindex(b"PK\x05\x06")
    entry = bytearray(plain[at:end])
    sizes = entry[24:28] + b"\0\0\0\0" + entry[20:24] + b"\0\0\0\0" + entry[42:46] + b"\0\0\0\0"
    entry[20:28] = b"\xff" * 8
    entry[42:46] = b"\xff" * 4
    entry[30:32] = (int.from_bytes(entry[30:32], "little") + 28).to_bytes(2, "little")
    name = int.from_bytes(entry[28:30], "little")
    entry[46 + name:46 + name] = b"\x01\x00\x18\x00" + sizes
    record = (b"PK\x06\x06" + (44).to_bytes(8, "little") + b"\x2d\0\x2d\0" + bytes(8)
              + (1).to_bytes(8, "little") * 2 + len(entry).to_bytes(8, "little") + at.to_bytes(8, "little"))
    locator = b"PK\x06\x07" + bytes(4) + (at + len(entry)).to_bytes(8, "little") + (1).to_bytes(4, "little")
    tail = bytearray(plain[end:])
    tail[12:20] = b"\xff" * 8
    return plain[:at] + bytes(entry) + record + locator + bytes(tail)


(here / "zip64.npz").write_bytes(zip64())
assert np.allclose(np.load(here / "zip64.npz")["X"], x)
