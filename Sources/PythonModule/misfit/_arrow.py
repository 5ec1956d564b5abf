"""The structures of the Arrow C data interface."""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p, py_object


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


class ArrayStream(ctypes.Structure):
    pass


RELEASE_SCHEMA = CFUNCTYPE(None, POINTER(Schema))
RELEASE_ARRAY = CFUNCTYPE(None, POINTER(Array))
RELEASE_STREAM = CFUNCTYPE(None, POINTER(ArrayStream))
GET_SCHEMA = CFUNCTYPE(c_int, POINTER(ArrayStream), POINTER(Schema))
GET_NEXT = CFUNCTYPE(c_int, POINTER(ArrayStream), POINTER(Array))
# The address of the text, which the stream keeps.
GET_LAST_ERROR = CFUNCTYPE(c_void_p, POINTER(ArrayStream))

Schema._fields_ = [
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_void_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(Schema))),
    ("dictionary", POINTER(Schema)),
    ("release", RELEASE_SCHEMA),
    ("private_data", c_void_p),
]
Array._fields_ = [
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)),
    ("children", POINTER(POINTER(Array))),
    ("dictionary", POINTER(Array)),
    ("release", RELEASE_ARRAY),
    ("private_data", c_void_p),
]
ArrayStream._fields_ = [
    ("get_schema", GET_SCHEMA),
    ("get_next", GET_NEXT),
    ("get_last_error", GET_LAST_ERROR),
    ("release", RELEASE_STREAM),
    ("private_data", c_void_p),
]

_get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_get_pointer.argtypes = [py_object, c_char_p]
_get_pointer.restype = c_void_p
_DESTRUCTOR = CFUNCTYPE(None, c_void_p)
_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.argtypes = [c_void_p, c_char_p, _DESTRUCTOR]
_new_capsule.restype = py_object
# With the address of the capsule: in a destructor, there is no object any more that could be counted.
_pointer_of_address = ctypes.PYFUNCTYPE(c_void_p, c_void_p, c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)

STREAM_NAME = b"arrow_array_stream"


def address(capsule, name: bytes) -> int:
    """Returns the address in a capsule."""
    return _get_pointer(capsule, name)


def release(structure) -> None:
    """Releases a schema, an array or a stream, unless that was done or it was moved."""
    if structure.release:
        structure.release(ctypes.byref(structure))


# The streams in capsules, by their addresses; a capsule does not keep a Python object alive.
_streams: dict[int, ArrayStream] = {}


@_DESTRUCTOR
def _release_capsule(capsule):
    stream = _streams.pop(_pointer_of_address(capsule, STREAM_NAME), None)
    if stream is not None:
        release(stream)


def stream_capsule(stream: ArrayStream):
    """Returns a capsule that owns a stream."""
    place = ctypes.addressof(stream)
    _streams[place] = stream
    return _new_capsule(place, STREAM_NAME, _release_capsule)


class _PythonStream:
    """A stream whose functions are Python's; it lives until it is released, whoever holds it then."""

    _live: set[_PythonStream] = set()
    # A function cannot be freed while it runs, so a released stream is freed by the next one.
    _released: list[_PythonStream] = []

    def __init__(self):
        self._error: ctypes.Array | None = None
        self.raised: BaseException | None = None
        self.stream = ArrayStream(
            GET_SCHEMA(self._schema),
            GET_NEXT(self._next),
            GET_LAST_ERROR(self._last_error),
            RELEASE_STREAM(self._release),
            None,
        )
        _PythonStream._released.clear()
        _PythonStream._live.add(self)

    def _fail(self, error: BaseException) -> int:
        self.raised = error
        self._error = ctypes.create_string_buffer(str(error).encode())
        return 5

    def _last_error(self, _):
        if self._error is not None:
            return ctypes.addressof(self._error)
        inner = self._inner()
        return inner.get_last_error(ctypes.byref(inner)) if inner is not None else None

    def _release(self, stream):
        self._close()
        stream.contents.release = RELEASE_STREAM()
        _PythonStream._live.discard(self)
        _PythonStream._released.append(self)


class BatchStream(_PythonStream):
    """A stream over the batches of a Python iterator, each with the Arrow interface."""

    def __init__(self, batches, first):
        self._streams = self._opened(batches, first)
        self._current: ArrayStream | None = next(self._streams)
        super().__init__()

    @staticmethod
    def _opened(batches, first):
        import itertools

        for batch in itertools.chain([first], batches):
            # The capsule keeps the stream while it is read.
            capsule = batch.__arrow_c_stream__()
            yield ArrayStream.from_address(address(capsule, STREAM_NAME))
            del capsule

    def _inner(self):
        return self._current

    def _schema(self, _, target):
        try:
            return self._current.get_schema(ctypes.byref(self._current), target)
        except BaseException as error:  # noqa: BLE001 - raised after the call
            return self._fail(error)

    def _next(self, _, target):
        try:
            while self._current is not None:
                code = self._current.get_next(ctypes.byref(self._current), target)
                if code != 0 or target.contents.release:
                    return code
                self._current = next(self._streams, None)
            target.contents.release = RELEASE_ARRAY()
            return 0
        except BaseException as error:  # noqa: BLE001 - raised after the call
            return self._fail(error)

    def _close(self):
        self._current = None
        self._streams = iter(())


class HeldStream(_PythonStream):
    """A stream of the library that keeps an object: the memory that the library reads from."""

    def __init__(self, stream: ArrayStream, keeps):
        self._held = stream
        self._keeps = keeps
        super().__init__()

    def _inner(self):
        return self._held

    def _schema(self, _, target):
        return self._held.get_schema(ctypes.byref(self._held), target)

    def _next(self, stream, target):
        code = self._held.get_next(ctypes.byref(self._held), target)
        if code != 0:
            self._hand_over(stream)
        return code

    def _hand_over(self, stream) -> None:
        """Makes the stream that the caller holds the library's own, after an error.

        pyarrow releases it while an exception is set, which no function of Python survives.
        """
        ctypes.memmove(stream, ctypes.byref(self._held), ctypes.sizeof(ArrayStream))
        self._held = ArrayStream()
        _PythonStream._live.discard(self)
        _PythonStream._released.append(self)

    def _close(self):
        release(self._held)
        self._keeps = None
