"""The fork server, started as ``python -I -S -B server.py``: NumPy is loaded once, and every child begins with it loaded.

It holds no secret: neither tests nor expected values nor submissions. On the control socket, whose descriptor is its first
argument, it takes "fork" with two descriptors, the child's channel and the file for its output, and "end" with a number.
"""

import os
import sys

# One thread: a thread that cannot be started would hang the first large product in a child.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path[:0] = sys.argv[2:]

# What submissions may import: all of it must be here before the locks close, for afterwards no file can be opened.
import contextlib
import gc
import importlib
import json
import resource
import signal
import socket
import traceback

import numpy as np
import pyseccomp  # the locks are closed in the child, where no library can be opened any more

from labkit.sandbox import child, lockdown

# What submissions may import, and what Python and NumPy import when they are first used: all of it must be here before the
# locks close, for afterwards no file can be opened.
LOADED = (
    "abc", "array", "bisect", "cmath", "collections", "collections.abc", "contextlib", "copy", "dataclasses",
    "datetime", "decimal", "enum", "fractions", "functools", "heapq", "inspect", "io", "itertools", "json",
    "linecache", "math", "numbers", "operator", "pickle", "random", "re", "statistics", "string", "struct",
    "textwrap", "time", "traceback", "types", "typing", "unicodedata", "warnings", "weakref", "encodings.ascii",
    "encodings.idna", "encodings.latin_1", "encodings.unicode_escape", "encodings.utf_16", "encodings.utf_32",
    "numpy", "numpy.char", "numpy.ctypeslib", "numpy.exceptions", "numpy.fft", "numpy.lib.stride_tricks",
    "numpy.linalg", "numpy.ma", "numpy.polynomial", "numpy.random", "numpy.rec", "numpy.strings", "numpy.testing",
    "numpy.typing",
)  # fmt: skip

CHANNEL = 3


def main() -> None:
    """Fork and end children until the grader hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    _warm()
    sys.path.clear()
    sys.path_importer_cache.clear()
    lockdown.drop_root()
    lockdown.prctl(lockdown.PR_SET_DUMPABLE, 0)
    lockdown.prctl(lockdown.PR_SET_PDEATHSIG, lockdown.SIGKILL)
    lockdown.prctl(lockdown.PR_SET_NO_NEW_PRIVS, 1)
    gc.collect()
    gc.freeze()
    control.send(b"ready")
    own = os.getpid()
    while True:
        request, descriptors, _flags, _address = socket.recv_fds(control, 4096, 2)
        if not request:
            return
        message = json.loads(request)
        if message[0] == "fork":
            number = os.fork()
            if number == 0:
                _become_child(control, descriptors, lockdown.Budget(*message[1:]), own)
            for descriptor in descriptors:
                os.close(descriptor)
            control.send(json.dumps(number).encode())
        else:
            control.send(json.dumps(_end(message[1])).encode())


def _warm() -> None:
    """Whatever Python and NumPy load or allocate at first use happens here."""
    for name in LOADED:
        importlib.import_module(name)
    square = np.arange(16_384.0).reshape(128, 128) + np.eye(128)
    np.linalg.det(square @ square)
    np.linalg.qr(square)
    np.array2string(square)
    np.random.default_rng(0).standard_normal(3)
    np.einsum("ij,jk->ik", square, square)
    np.exp(1j * square[:2]).astype(np.complex64).view(np.float32).astype(np.float16)


def _become_child(control: socket.socket, descriptors: list[int], budget: lockdown.Budget, parent: int) -> None:
    """Lock oneself in and serve; never returns."""
    try:
        channel, output = descriptors
        nothing = os.open(os.devnull, os.O_RDONLY)
        for old, new in ((nothing, 0), (output, 1), (output, 2), (channel, CHANNEL)):
            os.dup2(old, new)
        control.detach()
        os.closerange(CHANNEL + 1, 65_536)
        connected = socket.socket(fileno=CHANNEL)
        lockdown.lock(budget, parent)
        child.serve(connected)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _end(number: int) -> list[int]:
    """Kill a child and say how it ended: its exit status or minus the signal, and its largest size in kilobytes."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)
    _, status, used = os.wait4(number, 0)
    return [os.waitstatus_to_exitcode(status), used.ru_maxrss]


if __name__ == "__main__":
    main()
