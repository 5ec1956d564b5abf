"""Scores that are computed in parts and merged."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from ctypes import c_double, c_int64, c_void_p
from typing import Any

from ._errors import ArgumentError, DataError
from ._library import Handle, call, create, library


class Scores(Handle):
    """A collection of scores of bounded size: it counts them, and keeps the 100,000 largest.

    It depends on the scores alone, not on their order or on the parts that were merged.

    >>> import misfit
    >>> rows = [[float(i * 37 % 101), float(i % 5)] for i in range(300)]
    >>> model = misfit.fit(rows, model="pca")
    >>> parts = [misfit.Scores(model.score(part)["score"]) for part in (rows[:100], rows[100:])]
    >>> parts[0].merge(parts[1])
    >>> len(parts[0]), model.calibrate(parts[0]).threshold == model.calibrate(rows).threshold
    (300, True)
    """

    _free = "misfit_scores_free"

    def __init__(self, values: Any = ()):
        super().__init__(create("misfit_scores_create"))
        self.add(values)

    def add(self, values: Any) -> None:
        """Adds scores, an array or a sequence of numbers; NaN is excluded."""
        try:
            import numpy

            array = numpy.ascontiguousarray(values, dtype="f8")
            place, count = array.ctypes.data, array.size
        except ImportError:
            from array import array as numbers

            array = numbers("d", values)
            place, count = array.buffer_info()
        call("misfit_scores_add", self._handle, place, count)

    def merge(self, other: Scores) -> None:
        """Adds the scores of another collection."""
        call("misfit_scores_merge", self._handle, other._handle)

    def threshold(self, contamination: float) -> float:
        """Returns the score above which this share of the scores is flagged.

        Scores that tie at the line are all flagged or all not, whichever is nearer to the share.
        """
        result = c_double()
        call("misfit_scores_threshold", self._handle, float(contamination), ctypes.byref(result))
        return result.value

    def to_bytes(self) -> bytes:
        """Returns the collection as bytes, the same for the same scores."""
        place, count = c_void_p(), c_int64()
        call("misfit_scores_bytes", self._handle, ctypes.byref(place), ctypes.byref(count))
        return ctypes.string_at(place.value, count.value) if place.value else b""

    @classmethod
    def from_bytes(cls, content: bytes) -> Scores:
        """Returns the collection of `to_bytes`."""
        scores = cls.__new__(cls)
        Handle.__init__(scores, create("misfit_scores_read", content, len(content)))
        return scores

    def __len__(self) -> int:
        return library().misfit_scores_count(self._handle)

    def __reduce__(self):
        return Scores.from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"<misfit.Scores of {len(self)} rows>"


def discovery_cutoff(counts: Iterable[tuple[float | None, int]], level: float) -> float | None:
    """Returns the largest p-value that is a discovery, by the procedure of Benjamini and Hochberg.

    `counts` has p-values with numbers of rows; those without a p-value, None or NaN, are left out. At most a
    share `level` of the discoveries is expected to be false. None if there are no discoveries.

    >>> discovery_cutoff([(0.01, 2), (0.5, 3), (None, 1)], 0.1)
    0.01
    """
    if not 0 < level < 1:
        raise ArgumentError(f"the false discovery rate is {level}, which is not between 0 and 1")
    known: dict[float, int] = {}
    has_rows = False
    for p_value, count in counts:
        has_rows = has_rows or count > 0
        if p_value is not None and p_value == p_value:
            known[p_value] = known.get(p_value, 0) + count
    if has_rows and not known:
        raise DataError(
            "the model has no p-values, because it was calibrated on the rows that it learned from: "
            "calibrate it on others"
        )
    total, reached, found = sum(known.values()), 0, None
    for p_value, count in sorted(known.items()):
        reached += count
        if p_value * total <= level * reached:
            found = p_value
    return found
