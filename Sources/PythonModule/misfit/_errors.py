"""The exceptions of the library."""

from __future__ import annotations


class MisfitError(Exception):
    """An error of Misfit; its text is the whole message of the command.

    >>> import misfit
    >>> try:
    ...     misfit.load("missing.misfit")
    ... except misfit.MisfitError as error:
    ...     print(error.position, "|", error.problem)
    missing.misfit | there is no such model
    """

    problem: str
    """The problem, as a sentence without a full stop."""
    position: str | None
    """The position in the input, as in `sensors.csv:12: column "load"`."""
    remedy: str | None
    """What to do about it, if there is something to recommend."""

    def __init__(
        self, text: str, problem: str = "", position: str | None = None, remedy: str | None = None
    ):
        super().__init__(text)
        self.problem = problem or text
        self.position = position
        self.remedy = remedy

    def __reduce__(self):
        return type(self), (str(self), self.problem, self.position, self.remedy)


class ArgumentError(MisfitError, ValueError):
    """An argument that is of no use, or contradicts another."""


class OptionError(MisfitError, ValueError):
    """An option that is unknown, or whose value is of no use."""


class DataError(MisfitError, ValueError):
    """Data that cannot be read, or does not fit the model."""


class ModelError(MisfitError, ValueError):
    """A model file that is damaged, or of a later version."""


class FileError(MisfitError, OSError):
    """A file that cannot be opened, read or written."""


class FitError(MisfitError, ValueError):
    """Options that contradict each other or the data, or a training that diverged."""


class Cancelled(MisfitError):
    """A call that a progress function stopped."""


CODES: dict[int, type[MisfitError]] = {
    1: ArgumentError,
    2: OptionError,
    3: DataError,
    4: ModelError,
    5: FileError,
    6: FitError,
    7: Cancelled,
}
