"""Makes the PNGs of the image tests with Pillow, and expected.json with the pixels a decoder must give.

Run in this folder: python3 make_fixtures.py   (Pillow 13.0, NumPy)
"""
import json
import struct
import zlib

import numpy as np
from PIL import Image

rng = np.random.default_rng(7)
expected = {}


def on_white(color, alpha):
    color, alpha = color.astype(int), alpha.astype(int)
    return (color * alpha + 255 * (255 - alpha) + 127) // 255


def note(name, pixels):
    pixels = np.asarray(pixels)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    height, width, channels = pixels.shape
    expected[name] = {"height": height, "width": width, "channels": channels,
                      "pixels": [int(v) for v in pixels.reshape(-1)]}


def chunk(name, data):
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def insert_behind_header(path, extra):
    data = open(path, "rb").read()
    open(path, "wb").write(data[:33] + extra + data[33:])


grey = rng.integers(0, 256, (5, 7), dtype=np.uint8)
rgb = rng.integers(0, 256, (4, 6, 3), dtype=np.uint8)

Image.fromarray(grey).save("grey.png"); note("grey.png", grey)
Image.fromarray(rgb).save("rgb.png"); note("rgb.png", rgb)
Image.fromarray(grey[:1, :1]).save("one-pixel.png"); note("one-pixel.png", grey[:1, :1])

# A gamma of 1.0 and no sRGB: libpng's simplified interface would bend these values.
Image.fromarray(grey).save("grey-gamma.png"); note("grey-gamma.png", grey)
insert_behind_header("grey-gamma.png", chunk(b"gAMA", struct.pack(">I", 100000)))
Image.fromarray(rgb).save("rgb-gamma.png"); note("rgb-gamma.png", rgb)
insert_behind_header("rgb-gamma.png", chunk(b"gAMA", struct.pack(">I", 100000)))

palette = Image.fromarray(rgb).quantize(5)
palette.save("palette.png"); note("palette.png", palette.convert("RGB"))
# A long text before the palette: the header alone does not fit the first read.
palette.save("palette-text.png"); note("palette-text.png", palette.convert("RGB"))
insert_behind_header("palette-text.png", chunk(b"tEXt", b"Comment\0" + b"x" * 66000))
transparent = palette.copy()
transparent.save("palette-alpha.png", transparency=bytes([0, 128, 255, 255, 255]))
rgba_of = np.asarray(Image.open("palette-alpha.png").convert("RGBA"))
note("palette-alpha.png", on_white(rgba_of[:, :, :3], rgba_of[:, :, 3:]))

grey_palette = Image.fromarray(grey // 64).convert("P")
grey_palette.putpalette([0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255])
grey_palette.save("palette-grey.png"); note("palette-grey.png", (grey // 64) * 85)

alpha = rng.integers(0, 256, (4, 6, 1), dtype=np.uint8)
Image.fromarray(np.concatenate([rgb, alpha], axis=2)).save("rgba.png")
note("rgba.png", on_white(rgb, alpha))
grey_alpha = np.stack([grey, rng.integers(0, 256, (5, 7), dtype=np.uint8)], axis=2)
Image.fromarray(grey_alpha, "LA").save("grey-alpha.png")
note("grey-alpha.png", on_white(grey_alpha[:, :, :1], grey_alpha[:, :, 1:]))

deep = rng.integers(0, 65536, (5, 7), dtype=np.uint16)
Image.fromarray(deep).save("grey-16.png")
note("grey-16.png", np.floor(deep / 257 + 0.5).astype(int))
bits = Image.fromarray(grey > 127)
bits.save("grey-1.png"); note("grey-1.png", (grey > 127).astype(int) * 255)


def adam7(pixels):
    """The rows of the seven passes, unfiltered (PNG Specification, section 8.1)."""
    rows = b""
    for x0, y0, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        part = pixels[y0::dy, x0::dx]
        if part.size:
            rows += b"".join(b"\0" + row.tobytes() for row in part)
    return rows


header = chunk(b"IHDR", struct.pack(">IIBBBBB", 7, 5, 8, 0, 0, 0, 1))
open("grey-interlaced.png", "wb").write(
    b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(adam7(grey))) + chunk(b"IEND", b""))
assert (np.asarray(Image.open("grey-interlaced.png")) == grey).all()
note("grey-interlaced.png", grey)

json.dump(expected, open("expected.json", "w"))
