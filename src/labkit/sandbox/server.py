"""The fork server, started as ``python -I -S -B server.py``: NumPy is loaded once, and every child begins with it loaded.

It holds no secret: neither tests nor expected values nor submissions. On the control socket (descriptor 3) it takes "fork" with
two descriptors, the child's channel and the file for its output, and "end" with a process number.
"""

import os
import sys

# One thread: a thread that cannot be started would hang the first large product in a child.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path[:0] = sys.argv[1:]

# What submissions may import: all of it must be here before the locks close, for afterwards no file can be opened.
import abc
import contextlib
import gc
import itertools
import json
import signal
import socket
import traceback
import typing

import numpy as np
import numpy.fft
import numpy.linalg
import numpy.polynomial
import numpy.random
import numpy.testing
import numpy.typing
import pyseccomp

from labkit.sandbox import child, lockdown

CONTROL = 3
CHANNEL = 3


def main() -> None:
    """Fork and end children until the grader hangs up."""
    control = socket.socket(fileno=CONTROL)
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
    """Whatever NumPy loads or allocates at first use happens here."""
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
        channel = os.dup(channel) if channel <= CHANNEL else channel
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
