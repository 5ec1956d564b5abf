"""Writes powers-of-five.sha256: the checksum of the lines "q high low" for q in -342 ... 308, in hexadecimal, as the
generation script of Lemire's fast_float library computes the powers, in exact integers."""

import hashlib
import pathlib


def power(q):
    if q < 0:
        z = (5**-q - 1).bit_length()
        if q >= -27:
            return 2 ** (z + 127) // 5**-q + 1
        c = 2 ** (2 * z + 128) // 5**-q + 1
        return c >> (c.bit_length() - 128)
    p = 5**q
    return p << (128 - p.bit_length()) if p.bit_length() <= 128 else p >> (p.bit_length() - 128)


lines = "".join(f"{q} {power(q) >> 64:016x} {power(q) & (2**64 - 1):016x}\n" for q in range(-342, 309))
digest = hashlib.sha256(lines.encode()).hexdigest()
pathlib.Path(__file__).with_name("powers-of-five.sha256").write_text(digest + "\n")
