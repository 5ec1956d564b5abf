"""The C interface, by ctypes: see misfit.h for its functions."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from ctypes import POINTER, c_char_p, c_double, c_int32, c_int64, c_void_p

from ._errors import CODES, Cancelled, MisfitError

LOG = ctypes.CFUNCTYPE(None, c_void_p, c_char_p)
PROGRESS = ctypes.CFUNCTYPE(c_int32, c_void_p, c_char_p, c_int64, c_int64)


class Callbacks(ctypes.Structure):
    _fields_ = [("context", c_void_p), ("log", LOG), ("progress", PROGRESS)]


_result = POINTER(c_void_p)
_calls = POINTER(Callbacks)

# The arguments of each function; those that can fail return a code, and have a last argument for the error.
_FALLIBLE = {
    "misfit_data_open": [POINTER(c_char_p), c_int64, c_char_p, _result],
    "misfit_data_bytes": [c_char_p, c_int64, c_char_p, c_char_p, _result],
    "misfit_data_array": [c_void_p, c_int32, POINTER(c_int64), c_int32, c_char_p, c_char_p, _result],
    "misfit_data_arrow": [c_void_p, c_void_p, c_char_p, c_char_p, _result],
    "misfit_data_stream": [c_void_p, c_int32, c_char_p, c_char_p, _result],
    "misfit_fit": [c_void_p, c_char_p, _calls, _result],
    "misfit_load": [c_char_p, _result],
    "misfit_save": [c_void_p, c_char_p],
    "misfit_calibrate": [c_void_p, c_void_p, c_double, _calls, _result],
    "misfit_score": [c_void_p, c_void_p, c_char_p, _calls, _result],
    "misfit_score_stream": [c_void_p, c_void_p, c_char_p, c_void_p],
    "misfit_rank": [c_void_p, c_void_p, c_int64, c_char_p, _calls, _result],
    "misfit_reasons": [c_void_p, c_void_p, c_int64, c_char_p, _calls, _result],
    "misfit_check": [c_void_p, c_void_p, c_double, c_char_p, _calls, _result],
    "misfit_encode": [c_void_p, c_void_p, _calls, _result],
    "misfit_reconstruct": [c_void_p, c_void_p, _calls, _result],
    "misfit_report": [c_void_p, c_void_p, c_char_p, c_char_p, _calls],
    "misfit_table_stream": [c_void_p, c_void_p],
    "misfit_scores_create": [_result],
    "misfit_scores_read": [c_char_p, c_int64, _result],
    "misfit_scores_add": [c_void_p, c_void_p, c_int64],
    "misfit_scores_merge": [c_void_p, c_void_p],
    "misfit_scores_bytes": [c_void_p, _result, POINTER(c_int64)],
    "misfit_scores_threshold": [c_void_p, c_double, POINTER(c_double)],
    "misfit_calibrate_scores": [c_void_p, c_void_p, c_char_p, c_double, _result],
    "misfit_moments": [c_void_p, c_void_p, c_int64, _result],
    "misfit_moments_read": [c_char_p, c_int64, _result],
    "misfit_moments_merge": [c_void_p, c_void_p],
    "misfit_moments_bytes": [c_void_p, _result, POINTER(c_int64)],
    "misfit_refit": [c_void_p, c_void_p, c_char_p, _result],
}
_TEXTS = [
    "misfit_error_text",
    "misfit_error_problem",
    "misfit_error_position",
    "misfit_error_remedy",
    "misfit_describe",
]
_FREES = [
    "misfit_error_free",
    "misfit_data_free",
    "misfit_model_free",
    "misfit_table_free",
    "misfit_scores_free",
    "misfit_moments_free",
]

_lock = threading.Lock()
_library: ctypes.CDLL | None = None


def path() -> str:
    """Returns the path of the shared library: beside this file, unless MISFIT_LIBRARY names another."""
    given = os.environ.get("MISFIT_LIBRARY")
    name = "libmisfit.dylib" if sys.platform == "darwin" else "libmisfit.so"
    return given or os.path.join(os.path.dirname(os.path.abspath(__file__)), name)


def library() -> ctypes.CDLL:
    """Returns the shared library, which is loaded at the first call."""
    global _library
    if _library is None:
        with _lock:
            if _library is None:
                _library = _loaded(path())
    return _library


def _name_onednn() -> None:
    """Lets the library find oneDNN where pip installs it."""
    if "MISFIT_ONEDNN" in os.environ:
        return
    for name in ("libdnnl.so.2", "libdnnl.so.3"):
        place = os.path.join(sys.prefix, "lib", name)
        if os.path.exists(place):
            os.environ["MISFIT_ONEDNN"] = place


def _loaded(path: str) -> ctypes.CDLL:
    _name_onednn()
    found = ctypes.CDLL(path)
    for name, arguments in _FALLIBLE.items():
        function = getattr(found, name)
        function.argtypes = [*arguments, _result]
        function.restype = c_int32
    for name in _TEXTS:
        getattr(found, name).argtypes = [c_void_p]
        getattr(found, name).restype = c_char_p
    for name in _FREES:
        getattr(found, name).argtypes = [c_void_p]
        getattr(found, name).restype = None
    found.misfit_version.argtypes = []
    found.misfit_version.restype = c_char_p
    found.misfit_table_row_count.argtypes = [c_void_p]
    found.misfit_table_row_count.restype = c_int64
    found.misfit_scores_count.argtypes = [c_void_p]
    found.misfit_scores_count.restype = c_int64
    found.misfit_moments_count.argtypes = [c_void_p]
    found.misfit_moments_count.restype = c_int64
    return found


def version() -> str:
    """Returns the version of the library.

    >>> import misfit
    >>> misfit.version().count(".")
    2
    """
    return library().misfit_version().decode()


def call(name: str, *arguments) -> None:
    """Calls a function that can fail, without the interpreter lock.

    Raises a MisfitError if it does.
    """
    found = library()
    error = c_void_p()
    code = getattr(found, name)(*arguments, ctypes.byref(error))
    if code == 0:
        return
    try:
        text, problem, position, remedy = (
            value.decode() if value is not None else None
            for value in (getattr(found, function)(error) for function in _TEXTS[:4])
        )
    finally:
        found.misfit_error_free(error)
    raise CODES.get(code, MisfitError)(text or "", problem or "", position, remedy)


def create(name: str, *arguments) -> c_void_p:
    """Calls a function that returns an object, which the caller frees."""
    result = c_void_p()
    call(name, *arguments, ctypes.byref(result))
    return result


class Handle:
    """An object of the library, which is freed with this one."""

    _free = ""

    def __init__(self, handle: c_void_p):
        self._handle = handle

    def __del__(self):
        handle = getattr(self, "_handle", None)
        if handle and _library is not None:
            self._handle = None
            getattr(_library, self._free)(handle)


def json_text(value: dict | None) -> bytes | None:
    """Returns options as JSON; None without any."""
    if not value:
        return None
    import json

    return json.dumps(value, default=_plain).encode()


def _plain(value):
    # NumPy's numbers, for instance.
    if hasattr(value, "item"):
        return value.item()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"an option cannot be {value!r}")


class Watch:
    """The callbacks of a long call: notes, progress, and Ctrl-C, which ends the call within a second."""

    def __init__(self, progress=None, log=None):
        self._raised: BaseException | None = None
        self._restores = False
        self._bar = progress if callable(progress) else _bar(progress)
        self._log = log
        self._callbacks = Callbacks(None, LOG(self._note) if log else LOG(), PROGRESS(self._update))

    def _note(self, _, message):
        try:
            self._log(message.decode())
        except BaseException as error:  # noqa: BLE001 - raised after the call
            self._raised = self._raised or error

    def _update(self, _, activity, done, total):
        # An exception cannot pass through C.
        try:
            if self._bar is not None:
                self._bar(activity.decode(), done, total)
        except BaseException as error:  # noqa: BLE001 - raised after the call
            self._raised = self._raised or error
        return 0 if self._raised is None else 1

    def __enter__(self):
        # An exception in the middle of a callback could be lost: Ctrl-C sets a flag during the call.
        if threading.current_thread() is threading.main_thread():
            import signal

            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                signal.signal(signal.SIGINT, self._interrupt)
                self._restores = True
        return ctypes.byref(self._callbacks)

    def _interrupt(self, *_):
        self._raised = self._raised or KeyboardInterrupt()

    def __exit__(self, kind, error, _):
        if self._restores:
            import signal

            signal.signal(signal.SIGINT, signal.default_int_handler)
        if isinstance(self._bar, _TqdmBar):
            self._bar.close()
        if self._raised is not None and (error is None or isinstance(error, Cancelled)):
            raise self._raised from None
        return False


def _bar(progress: bool | None):
    """Returns a bar of tqdm; None if progress is not to be shown, or tqdm is not installed."""
    if progress is False or (progress is None and not _is_interactive()):
        return None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return _TqdmBar(tqdm)


def _is_interactive() -> bool:
    return "ipykernel" in sys.modules or bool(getattr(sys.stderr, "isatty", lambda: False)())


class _TqdmBar:
    def __init__(self, tqdm):
        self._tqdm = tqdm
        self._activity = None
        self._shown = None

    def __call__(self, activity: str, done: int, total: int):
        if self._shown is None or activity != self._activity or done < self._shown.n:
            self.close()
            self._activity = activity
            unit = "epoch" if activity == "training" else "row"
            self._shown = self._tqdm(desc=activity, total=total or None, unit=unit, leave=False)
        self._shown.update(done - self._shown.n)

    def close(self):
        if self._shown is not None:
            self._shown.close()
            self._shown = None
