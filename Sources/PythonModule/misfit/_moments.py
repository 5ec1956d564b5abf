"""Means and covariances of rows that are computed in parts and merged."""

from __future__ import annotations

import ctypes
from ctypes import c_int64, c_void_p
from typing import TYPE_CHECKING, Any

from ._data import opened
from ._library import Handle, call, create, json_text, library

if TYPE_CHECKING:
    from ._model import Model


class Moments(Handle):
    """The mean and the covariance of rows, as a model of principal components sees them.

    They depend on the rows alone, not on their order or on the parts that were merged. Rows with cells that
    the model's training has not seen, or hundreds of deviations from its mean, are left out.

    >>> import misfit
    >>> rows = [[float(i * 37 % 101), float(i % 5)] for i in range(300)]
    >>> model = misfit.fit(rows[:100], model="pca")
    >>> parts = [misfit.Moments(model, part) for part in (rows[200:], rows[:200])]
    >>> parts[0].merge(parts[1])
    >>> len(parts[0]), parts[0].to_bytes() == misfit.Moments(model, rows).to_bytes()
    (300, True)
    """

    _free = "misfit_moments_free"

    def __init__(
        self, model: Model, data: Any, *, threads: int | None = None, data_options: dict | None = None
    ):
        source = opened(data, data_options or {}, keeps_batches=False)
        super().__init__(create("misfit_moments", model._handle, source._handle, threads or 0))

    def merge(self, other: Moments) -> None:
        """Adds the rows of other moments, which the same model has computed."""
        call("misfit_moments_merge", self._handle, other._handle)

    def to_bytes(self) -> bytes:
        """Returns the moments as bytes, the same for the same rows."""
        place, count = c_void_p(), c_int64()
        call("misfit_moments_bytes", self._handle, ctypes.byref(place), ctypes.byref(count))
        return ctypes.string_at(place.value, count.value) if place.value else b""

    @classmethod
    def from_bytes(cls, content: bytes) -> Moments:
        """Returns the moments of `to_bytes`."""
        moments = cls.__new__(cls)
        Handle.__init__(moments, create("misfit_moments_read", content, len(content)))
        return moments

    def __len__(self) -> int:
        return library().misfit_moments_count(self._handle)

    def __reduce__(self):
        return Moments.from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"<misfit.Moments of {len(self)} rows>"


def refitted(model: Model, moments: Moments, components: int | float | None) -> c_void_p:
    """Returns the handle of a model with other principal components."""
    options = {} if components is None else {"components": components}
    return create("misfit_refit", model._handle, moments._handle, json_text(options))
