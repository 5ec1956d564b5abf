"""Makes the JPEGs and 16-bit PNGs of the image tests, and rasters.json with what Pillow and NumPy make of them.

Run in this folder: python3 make_rasters.py   (Pillow 13.0 with libjpeg-turbo, NumPy)
"""
import json
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

rng = np.random.default_rng(11)
decoded, resized = {}, []


def note(pixels):
    pixels = np.asarray(pixels)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    height, width, channels = pixels.shape
    return {"height": height, "width": width, "channels": channels, "samples": [int(v) for v in pixels.reshape(-1)]}


def chunk(name, data):
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def write_deep(name, pixels, color_kind, extra=b""):
    """A PNG of 16 bits a sample, which Pillow cannot write in colour."""
    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, color_kind, 0, 0, 0))
    open(name, "wb").write(
        b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def on_white(color, alpha):
    color, alpha = color.astype(np.int64), alpha.astype(np.int64)
    return (color * alpha + 65535 * (65535 - alpha) + 32767) // 65535


# Smooth pictures with some noise, so that JPEG keeps something of them.
y, x = np.mgrid[0:21, 0:29]
smooth = np.stack([x * 8, y * 11, (x + y) * 5], axis=2)
rgb = np.clip(smooth + rng.integers(-20, 20, smooth.shape), 0, 255).astype(np.uint8)
grey = rgb[:, :, 0]

Image.fromarray(grey).save("grey.jpg", quality=90)
Image.fromarray(rgb).save("rgb-444.jpg", quality=90, subsampling=0)
Image.fromarray(rgb).save("rgb-420.jpg", quality=85, subsampling=2)
Image.fromarray(rgb).save("progressive.jpg", quality=85, progressive=True)
Image.fromarray(rgb[:1, :1]).save("one-pixel.jpg", quality=90)
for name in ["grey", "rgb-444", "rgb-420", "progressive", "one-pixel"]:
    decoded[name + ".jpg"] = note(Image.open(name + ".jpg"))
for orientation in range(2, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    name = f"orientation-{orientation}.jpg"
    Image.fromarray(rgb[:9, :14]).save(name, quality=90, subsampling=0, exif=exif)
    decoded[name] = note(ImageOps.exif_transpose(Image.open(name)))
Image.fromarray(np.concatenate([rgb, rgb[:, :, :1]], axis=2), "CMYK").save("cmyk.jpg")

deep = rng.integers(0, 65536, (5, 7, 4), dtype=np.uint16)
deep[0, 0, 3], deep[0, 1, 3] = 0, 65535
write_deep("deep-grey.png", deep[:, :, 0], 0); decoded["deep-grey.png"] = note(deep[:, :, 0])
write_deep("deep-rgb.png", deep[:, :, :3], 2); decoded["deep-rgb.png"] = note(deep[:, :, :3])
write_deep("deep-rgba.png", deep, 6)
decoded["deep-rgba.png"] = note(on_white(deep[:, :, :3], deep[:, :, 3:]))
write_deep("deep-grey-alpha.png", deep[:, :, [0, 3]], 4)
decoded["deep-grey-alpha.png"] = note(on_white(deep[:, :, :1], deep[:, :, 3:]))
# Linear light by its gamma: the samples must come back as they are stored.
write_deep("deep-gamma.png", deep[:, :, 0], 0, chunk(b"gAMA", struct.pack(">I", 45455)))
decoded["deep-gamma.png"] = note(deep[:, :, 0])
# One grey value is called transparent.
write_deep("deep-key.png", deep[:, :, 0], 0, chunk(b"tRNS", struct.pack(">H", int(deep[2, 3, 0]))))
keyed = deep[:, :, 0].copy(); keyed[deep[:, :, 0] == deep[2, 3, 0]] = 65535
decoded["deep-key.png"] = note(keyed)


def filters(width, height, size):
    """Pillow's filter by axis: BOX where it shrinks, BILINEAR where it grows; columns first."""
    return (Image.BOX if size[0] < width else Image.BILINEAR, Image.BOX if size[1] < height else Image.BILINEAR)


for size in [(7, 5), (40, 31), (7, 31), (40, 5), (1, 1), (29, 6), (13, 21)]:
    for source in [rgb, grey]:
        height, width = source.shape[:2]
        across, down = filters(width, height, size)
        image = Image.fromarray(source).resize((size[0], height), across).resize(size, down)
        resized.append({"size": size, "source": note(source), "result": note(image)})

words = rng.integers(0, 65536, (17, 23), dtype=np.uint16)
deep_resized = []
for size in [(6, 4), (30, 29), (6, 29)]:
    across, down = filters(23, 17, size)
    image = Image.fromarray(words.astype(np.float32)).resize((size[0], 17), across).resize(size, down)
    deep_resized.append({"size": size, "source": note(words), "result": note(np.rint(np.asarray(image)))})

luma = {"source": note(rgb), "result": note(Image.fromarray(rgb).convert("L"))}
json.dump({"decoded": decoded, "resized": resized, "deepResized": deep_resized, "luma": luma},
          open("rasters.json", "w"), separators=(",", ":"))
