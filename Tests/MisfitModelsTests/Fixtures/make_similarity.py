"""Makes similarity.json: errors of images by scikit-image (SSIM) and by NumPy and SciPy (MSGMS).

python make_similarity.py    (scikit-image 0.22 or later, NumPy 1.26 or later, SciPy 1.10 or later)

MSGMS: the gradient magnitude similarity of Xue et al. (2014) at up to four scales, as in RIAD
(Zavrtanik et al., 2021). A scale is the means of 2 x 2 pixels of the one before, as long as the
shorter side keeps 8 pixels; its map is enlarged by linear interpolation.
"""
import json
from pathlib import Path

import numpy as np
from scipy.ndimage import prewitt
from skimage.metrics import structural_similarity


def pair(height, width, channels, seed):
    """A smooth image with an edge and some noise, and a copy of it that lacks the edge."""
    rng = np.random.default_rng(seed)
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    smooth = 0.5 + 0.3 * np.sin(x / 3) * np.cos(y / 4 + c)
    image = smooth + rng.normal(scale=0.03, size=smooth.shape)
    image[height // 3 : height // 2, width // 4 : width // 2] += 0.4
    return [np.clip(a, 0, 1).astype(np.float32).round(4) for a in (image, smooth)]


def ssim(image, other):
    errors = [
        1 - structural_similarity(
            image[..., c].astype(float), other[..., c].astype(float), data_range=1, gaussian_weights=True,
            sigma=1.5, use_sample_covariance=False, full=True)[1]
        for c in range(image.shape[2])
    ]
    return np.mean(errors, axis=0)


def magnitude(image):
    across, down = (prewitt(image, axis, mode="nearest") / 3 for axis in (1, 0))
    return np.hypot(across, down)


def halved(image):
    """Means of 2 x 2 values; at an edge, of those that exist."""
    padded = np.pad(image, [(0, n % 2) for n in image.shape], constant_values=np.nan)
    blocks = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2)
    return np.nanmean(blocks, axis=(1, 3))


def enlarged(image, factor, shape):
    def along(values, length):
        places = (np.arange(length) + 0.5) / factor - 0.5
        return np.array([np.interp(places, np.arange(len(line)), line) for line in values.T]).T

    return along(along(image, shape[0]).T, shape[1]).T


def msgms(image, other, c=0.0026):
    a, b = (x.astype(float).mean(axis=2) for x in (image, other))
    shape, factor, maps = a.shape, 1, []
    while True:
        p, q = magnitude(a), magnitude(b)
        maps.append(enlarged(1 - (2 * p * q + c) / (p * p + q * q + c), factor, shape))
        if len(maps) == 4 or (min(a.shape) + 1) // 2 < 8:
            return np.mean(maps, axis=0)
        a, b, factor = halved(a), halved(b), factor * 2


cases = []
for height, width, channels in [(20, 23, 1), (11, 33, 3)]:
    image, other = pair(height, width, channels, seed=height)
    cases.append({
        "extents": [height, width, channels],
        "image": [float(v) for v in image.ravel()],
        "reconstruction": [float(v) for v in other.ravel()],
        "ssim": [round(float(v), 6) for v in ssim(image, other).ravel()],
        "msgms": [round(float(v), 6) for v in msgms(image, other).ravel()],
    })
path = Path(__file__).with_name("similarity.json")
path.write_text(json.dumps(cases).replace("}, {", "},\n{") + "\n")
