"""Makes the TIFF, WebP, GIF and BMP files of the image tests, a PNG with an orientation, and formats.json with what
Pillow and NumPy make of them.

Run in this folder: python3 make_formats.py   (Pillow 13.0, NumPy)
"""
import json
import os
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

rng = np.random.default_rng(5)
decoded = {}
os.makedirs("formats", exist_ok=True)

y, x = np.mgrid[0:11, 0:17]
rgb = np.clip(np.stack([x * 15, y * 22, (x + y) * 9], axis=2) + rng.integers(-9, 9, (11, 17, 3)), 0, 255).astype(np.uint8)
grey = rgb[:, :, 0]
alpha = np.clip(x * 16, 0, 255).astype(np.uint8)
rgba = np.dstack([rgb, alpha])
deep = (grey.astype(np.uint16) << 8) + rng.integers(0, 256, grey.shape).astype(np.uint16)
deep_rgb = (rgb.astype(np.uint16) << 8) + rng.integers(0, 256, rgb.shape).astype(np.uint16)


def note(name, pixels, pages=False):
    pixels = np.asarray(pixels)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    decoded[name] = {
        "height": pixels.shape[0], "width": pixels.shape[1], "channels": pixels.shape[2], "pages": pages,
        "samples": [int(v) for v in pixels.reshape(-1)]}


def on_white(pixels):
    color, opacity = pixels[:, :, :3].astype(float), pixels[:, :, 3:].astype(float)
    return np.round((color * opacity + 255 * (255 - opacity)) / 255).astype(int)


def save(name, image, expected=None, pages=False, **options):
    image.save(f"formats/{name}", **options)
    if expected is None:
        expected = np.asarray(ImageOps.exif_transpose(Image.open(f"formats/{name}")))
    note(name, expected, pages)


def write_tiff(name, pixels, tile=None, big=False, white_is_zero=False, extra=None):
    """A TIFF of 16 bits a sample without compression, in strips or tiles."""
    order, kind = ("MM", ">") if big else ("II", "<")
    height, width = pixels.shape[:2]
    samples = 1 if pixels.ndim == 2 else pixels.shape[2]
    pixels = pixels.reshape(height, width, samples)
    blocks = []
    if tile:
        for top in range(0, height, tile):
            for left in range(0, width, tile):
                block = np.zeros((tile, tile, samples), np.uint16)
                part = pixels[top:top + tile, left:left + tile]
                block[:part.shape[0], :part.shape[1]] = part
                blocks.append(block.astype(kind + "u2").tobytes())
    else:
        blocks = [pixels[top:top + 4].astype(kind + "u2").tobytes() for top in range(0, height, 4)]
    data, places = b"", []
    for block in blocks:
        places.append(8 + len(data))
        data += block
    entries = [
        (256, 4, [width]), (257, 4, [height]), (258, 3, [16] * samples), (259, 3, [1]),
        (262, 3, [2 if samples >= 3 else 0 if white_is_zero else 1]), (277, 3, [samples])]
    lengths = [len(block) for block in blocks]
    if tile:
        entries += [(322, 4, [tile]), (323, 4, [tile]), (324, 4, places), (325, 4, lengths)]
    else:
        entries += [(273, 4, places), (278, 4, [4]), (279, 4, lengths)]
    if extra is not None:
        entries.append((338, 3, [extra]))
    start = 8 + len(data)
    tail_place, tail = start + 2 + 12 * len(entries) + 4, b""
    directory = struct.pack(kind + "H", len(entries))
    for tag, code, values in sorted(entries):
        value = b"".join(struct.pack(kind + ("H" if code == 3 else "I"), v) for v in values)
        if len(value) > 4:
            field = struct.pack(kind + "I", tail_place + len(tail))
            tail += value
        else:
            field = value.ljust(4, b"\0")
        directory += struct.pack(kind + "HHI", tag, code, len(values)) + field
    header = order.encode() + struct.pack(kind + "HI", 42, start)
    open(f"formats/{name}", "wb").write(header + data + directory + struct.pack(kind + "I", 0) + tail)


exif = Image.Exif()
exif[0x0112] = 6
turned = np.rot90(rgb, -1)

save("grey.tif", Image.fromarray(grey), compression="tiff_deflate")
save("rgb-lzw.tif", Image.fromarray(rgb), compression="tiff_lzw")
save("palette.tif", Image.fromarray(rgb).quantize(16), np.asarray(Image.fromarray(rgb).quantize(16).convert("RGB")))
save("bits.tif", Image.fromarray(grey > 99), (grey > 99) * 255, compression="group4")
save("rgba.tif", Image.fromarray(rgba), on_white(rgba), compression="tiff_deflate")
save("pages.tif", Image.fromarray(grey), grey, True, save_all=True, append_images=[Image.fromarray(grey.T.copy())])
save("orientation-6.tif", Image.fromarray(rgb), turned, tiffinfo=exif)
write_tiff("deep-grey.tif", deep)
note("deep-grey.tif", deep)
write_tiff("deep-white.tif", deep, big=True, white_is_zero=True)
note("deep-white.tif", 65535 - deep)
write_tiff("deep-rgb.tif", deep_rgb)
note("deep-rgb.tif", deep_rgb)
write_tiff("deep-tiles.tif", deep_rgb, tile=16, big=True)
note("deep-tiles.tif", deep_rgb)
deep_alpha = (alpha.astype(np.uint16) << 8) + 77
write_tiff("deep-alpha.tif", np.dstack([deep, deep_alpha]), extra=2)
note("deep-alpha.tif", np.round((deep.astype(float) * deep_alpha + 65535.0 * (65535 - deep_alpha)) / 65535).astype(int))

save("lossless.webp", Image.fromarray(rgb), rgb, lossless=True)
save("lossy.webp", Image.fromarray(rgb), quality=80)
save("alpha.webp", Image.fromarray(rgba), on_white(rgba), lossless=True, exact=True)
save("orientation-6.webp", Image.fromarray(rgb), turned, lossless=True, exif=exif)

few = Image.fromarray(rgb).quantize(30)
save("palette.gif", few, np.asarray(few.convert("RGB")), interlace=1)
save("plain.gif", few, np.asarray(few.convert("RGB")), interlace=0)
save("grey.gif", Image.fromarray(grey), grey)
noise = rng.integers(0, 256, (90, 70)).astype(np.uint8)
save("noise.gif", Image.fromarray(noise), noise)
clear = few.copy()
clear.info["transparency"] = 3
colors = np.asarray(few.convert("RGB")).copy()
colors[np.asarray(few) == 3] = 255
save("transparent.gif", few, colors, transparency=3)
save("animated.gif", few, np.asarray(few.convert("RGB")), True, save_all=True, append_images=[Image.fromarray(rgb[::-1].copy())], loop=0)

save("rgb.bmp", Image.fromarray(rgb), rgb)
save("grey.bmp", Image.fromarray(grey), grey)
save("bits.bmp", Image.fromarray(grey > 99), (grey > 99) * 255)
save("palette.bmp", few, np.asarray(few.convert("RGB")))
save("rgbx.bmp", Image.fromarray(rgba), rgb)
save("orientation-6.png", Image.fromarray(rgb), turned, exif=exif)
save("orientation-3.png", Image.fromarray(deep), deep[::-1, ::-1], exif=(lambda e: (e.__setitem__(0x0112, 3), e)[1])(Image.Exif()))

json.dump(decoded, open("formats.json", "w"))
