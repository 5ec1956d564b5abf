"""Writes scores.json: the scores and alarms of the prototype of the stream detector, in NumPy and the standard library.

    python3 make_scores.py > scores.json

A column is scored by the distance of five statistics to anything seen so far, as conformal p-values among the
last distances; the score is the logarithm of the inverse of their weighted geometric mean.
"""
import json
import math
from bisect import bisect_left, insort
from collections import deque

import numpy as np

MEANS = ((1, 1.0), (3, 2.0))
SPREADS = ((24, 1 / 3), (32, 1 / 3), (40, 1 / 3))


class Statistic:
    def __init__(self, memory, ring, burn):
        self.limit, self.ring_limit, self.burn = memory, ring, burn
        self.memory, self.ring, self.sorted, self.count = [], deque(), [], 0

    def step(self, value):
        memory, distance = self.memory, 0.0
        at = bisect_left(memory, value)
        if memory:
            distance = math.inf
            if at < len(memory):
                distance = memory[at] - value
            if at > 0:
                distance = min(distance, value - memory[at - 1])
            if distance <= 1e-9 * abs(value):
                distance = 0.0
        n = len(self.sorted)
        p = (n - bisect_left(self.sorted, distance) + 1.0) / (n + 1.0) if n else 1.0
        if self.count >= self.burn:
            insort(self.sorted, distance)
            self.ring.append(distance)
            if len(self.ring) > self.ring_limit:
                del self.sorted[bisect_left(self.sorted, self.ring.popleft())]
        if not (at < len(memory) and memory[at] == value):
            memory.insert(at, value)
            if len(memory) > self.limit:
                values = np.asarray(memory)
                upper = int(np.argmin(values[1:] - values[:-1])) + 1
                del memory[upper if upper < len(memory) - 1 else upper - 1]
        self.count += 1
        return p


def scores(series, memory, ring, burn):
    window = deque(maxlen=40)
    statistics = [Statistic(memory, ring, burn) for _ in MEANS + SPREADS]
    result = []
    for value in series:
        window.append(value)
        last, total, index = list(window), 0.0, 0
        for length, weight in MEANS:
            part = last[-length:]
            total -= weight * math.log(statistics[index].step(math.fsum(part) / len(part)))
            index += 1
        for length, weight in SPREADS:
            part = np.asarray(last[-length:])
            spread = float(np.sqrt(np.mean((part - part.mean()) ** 2))) if np.ptp(part) > 0 else 0.0
            total -= weight * math.log(statistics[index].step(spread))
            index += 1
        result.append(total / 4.0)
    return result


def alarms(scores, start, theta=4.4, gamma=0.1, budget=0.001, quiet=100):
    threshold, last, rows = theta, -(10**9), []
    for row, score in enumerate(scores):
        alarm = row >= start and score >= threshold and row - last > quiet
        if alarm:
            rows.append(row)
            last = row
        threshold = max(theta, threshold + gamma * (alarm - budget))
    return rows


def series(length, seed):
    """Integers: a daily course with noise, spikes, equal stretches and a step."""
    random = np.random.default_rng(seed)
    values = 500 + 200 * np.sin(np.arange(length) * 2 * np.pi / 288) + random.normal(0, 30, length)
    values[random.integers(0, length, length // 200)] += random.integers(300, 900, length // 200)
    values[length // 3 : length // 3 + 60] = 500
    values[2 * length // 3 :] += 400
    return [int(value) for value in values]


cases = []
for length, seed, memory, ring, burn, start in ((5200, 1, 2048, 4000, 50, 600), (900, 2, 48, 80, 10, 100)):
    values = series(length, seed)
    # Hundredths have rounding errors, which integers would not.
    result = scores([value / 100 for value in values], memory, ring, burn)
    cases.append(
        {
            "memory": memory, "ring": ring, "burn": burn, "start": start, "values": values,
            "everySeventh": result[::7], "sum": math.fsum(result), "alarms": alarms(result, start),
        }
    )
print(json.dumps(cases))
