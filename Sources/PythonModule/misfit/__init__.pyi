from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, Protocol

class _ArrowStream(Protocol):
    """A frame or table of Polars, pyarrow, DuckDB, pandas and others."""

    def __arrow_c_stream__(self, requested_schema: Any = ...) -> Any: ...

class _ArrowArray(Protocol):
    """A record batch."""

    def __arrow_c_array__(self, requested_schema: Any = ...) -> Any: ...

class _Array(Protocol):
    """An array of NumPy and others."""

    def __array__(self) -> Any: ...

_Path = str | PathLike[str]
_Data = (
    _ArrowStream
    | _ArrowArray
    | _Array
    | _Path
    | bytes
    | memoryview
    | Mapping[str, Sequence[Any]]
    | Sequence[Mapping[str, Any]]
    | Sequence[Sequence[float]]
    | Sequence[_Path]
    | Iterable[_ArrowStream | _ArrowArray | _Array | Mapping[str, Any]]
)
_Progress = bool | Callable[[str, int, int], object] | None

__version__: str

def version() -> str: ...
def fit(
    data: _Data,
    *,
    model: str = "auto",
    label: str | None = None,
    id: str | None = None,
    ignore: str | Sequence[str] = (),
    kinds: Mapping[str, str] | None = None,
    components: int | float | None = None,
    hidden: Sequence[int] | None = None,
    epochs: int | None = None,
    contamination: float | str | None = None,
    quantile: float | None = None,
    seed: int = 42,
    threads: int | None = None,
    options: Mapping[str, Any] | None = None,
    data_options: Mapping[str, Any] | None = None,
    progress: _Progress = None,
    log: Callable[[str], object] | None = None,
) -> Model: ...
def load(path: _Path) -> Model: ...

class Model:
    @property
    def kind(self) -> str: ...
    @property
    def threshold(self) -> float: ...
    def describe(self) -> dict[str, Any]: ...
    def score(
        self,
        data: _Data,
        *,
        flag: Mapping[str, float] | None = None,
        threads: int | None = None,
        progress: _Progress = None,
        label: str | None = None,
        id: str | None = None,
        ignore: str | Sequence[str] = (),
        data_options: Mapping[str, Any] | None = None,
    ) -> Table: ...
    def score_stream(
        self,
        data: _Data,
        *,
        flag: Mapping[str, float] | None = None,
        threads: int | None = None,
        label: str | None = None,
        id: str | None = None,
        ignore: str | Sequence[str] = (),
        data_options: Mapping[str, Any] | None = None,
    ) -> Stream: ...
    def rank(
        self,
        data: _Data,
        count: int = 20,
        *,
        progress: _Progress = None,
        label: str | None = None,
        id: str | None = None,
        ignore: str | Sequence[str] = (),
        data_options: Mapping[str, Any] | None = None,
    ) -> Table: ...
    def reasons(
        self,
        data: _Data,
        top: int = 3,
        *,
        progress: _Progress = None,
        label: str | None = None,
        id: str | None = None,
        ignore: str | Sequence[str] = (),
        data_options: Mapping[str, Any] | None = None,
    ) -> Table: ...
    def check(
        self,
        data: _Data,
        alpha: float = 0.01,
        *,
        threads: int | None = None,
        progress: _Progress = None,
        label: str | None = None,
        id: str | None = None,
        ignore: str | Sequence[str] = (),
        data_options: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]: ...
    def encode(
        self,
        data: _Data,
        *,
        progress: _Progress = None,
        label: str | None = None,
        id: str | None = None,
        ignore: str | Sequence[str] = (),
        data_options: Mapping[str, Any] | None = None,
    ) -> Table: ...
    def reconstruct(
        self,
        data: _Data,
        *,
        progress: _Progress = None,
        label: str | None = None,
        id: str | None = None,
        ignore: str | Sequence[str] = (),
        data_options: Mapping[str, Any] | None = None,
    ) -> Table: ...
    def calibrate(
        self,
        data: _Data | Scores,
        quantile: float | None = None,
        *,
        progress: _Progress = None,
        label: str | None = None,
        id: str | None = None,
        ignore: str | Sequence[str] = (),
        data_options: Mapping[str, Any] | None = None,
    ) -> Model: ...
    def refit(self, moments: Moments, components: float | None = None) -> Model: ...
    def report(
        self,
        data: _Data,
        folder: _Path | None = None,
        *,
        flag: Mapping[str, float] | None = None,
        progress: _Progress = None,
        label: str | None = None,
        id: str | None = None,
        ignore: str | Sequence[str] = (),
        data_options: Mapping[str, Any] | None = None,
    ) -> Report: ...
    def save(self, path: _Path) -> None: ...
    def to_bytes(self) -> bytes: ...
    @classmethod
    def from_bytes(cls, content: bytes) -> Model: ...

class Scores:
    def __init__(self, values: _Array | Iterable[float] = ...) -> None: ...
    def add(self, values: _Array | Iterable[float]) -> None: ...
    def merge(self, other: Scores) -> None: ...
    def threshold(self, contamination: float) -> float: ...
    def to_bytes(self) -> bytes: ...
    @classmethod
    def from_bytes(cls, content: bytes) -> Scores: ...
    def __len__(self) -> int: ...

class Moments:
    def __init__(
        self,
        model: Model,
        data: _Data,
        *,
        threads: int | None = None,
        data_options: Mapping[str, Any] | None = None,
    ) -> None: ...
    def merge(self, other: Moments) -> None: ...
    def to_bytes(self) -> bytes: ...
    @classmethod
    def from_bytes(cls, content: bytes) -> Moments: ...
    def __len__(self) -> int: ...

class Table:
    @property
    def column_names(self) -> list[str]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, name: str) -> Any: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...
    def to_dict(self) -> dict[str, list[Any]]: ...
    def to_numpy(self) -> Any: ...
    def to_pandas(self) -> Any: ...
    def to_polars(self) -> Any: ...
    def to_arrow(self) -> Any: ...

class Stream:
    def __iter__(self) -> Iterator[dict[str, list[Any]]]: ...
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...

class Report:
    folder: str
    @property
    def page(self) -> str: ...

class MisfitError(Exception):
    problem: str
    position: str | None
    remedy: str | None

class ArgumentError(MisfitError, ValueError): ...
class OptionError(MisfitError, ValueError): ...
class DataError(MisfitError, ValueError): ...
class ModelError(MisfitError, ValueError): ...
class FileError(MisfitError, OSError): ...
class FitError(MisfitError, ValueError): ...
class Cancelled(MisfitError): ...
