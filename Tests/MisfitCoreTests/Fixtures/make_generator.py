"""Writes generator.json: the numbers that SeededGenerator must give, by a second implementation.

xoshiro256** and SplitMix64 as on https://prng.di.unimi.it/. Checked here against the vectors published with them.
"""

import json
from pathlib import Path

MASK = (1 << 64) - 1


def splitmix64(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


def xoshiro256(s):
    s = list(s)
    while True:
        yield (rotate((s[1] * 5) & MASK, 7) * 9) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)


def take(generator, count):
    return [next(generator) for _ in range(count)]


def seeded(seed, stream):
    return xoshiro256(take(splitmix64(seed ^ (stream * 0xD1B54A32D192ED03 & MASK)), 4))


def unbiased(generator, bound):
    """Lemire's method."""
    threshold = (1 << 64) % bound
    while True:
        product = next(generator) * bound
        if product & MASK >= threshold:
            return product >> 64


def permutation(generator, count):
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = unbiased(generator, last + 1)
        order[last], order[other] = order[other], order[last]
    return order


assert take(splitmix64(1234567), 3) == [6457827717110365317, 3203168211198807973, 9817491932198370423]
assert take(xoshiro256([1, 2, 3, 4]), 4) == [11520, 0, 1509978240, 1215971899390074240]

cases = [
    {
        "seed": str(seed),
        "stream": str(stream),
        "values": [str(value) for value in take(seeded(seed, stream), 8)],
        "permutation": permutation(seeded(seed, stream), 12),
    }
    for seed, stream in [(0, 0), (42, 0), (42, 1), (42, 2), (MASK, 0), (1 << 63, 7)]
]
Path(__file__).with_name("generator.json").write_text(json.dumps(cases, indent=1) + "\n")
