"""The attacks of ``labkit doctor``: each returns what it reached, and raises where it was refused.

The text of this file is the submission that attacks: a locked child loads it as it loads a student's module. The same file, run
as a program, is the control: there no lock is closed, and every attack must reach its aim. It imports nothing but what the
fork server has loaded, and harms nothing: what it reads, writes to and calls are the doctor's own.
"""

import _thread
import contextlib
import ctypes
import errno
import gc
import json
import os
import socket
import sys
import time
import types
from collections.abc import Callable, Iterable, Sequence
from typing import Any

REACHED, REFUSED, FAILED = "reached its aim", "was refused", "failed"
OUTPUT, PIECE, PTRACE_SEIZE = 2, 65_536, 0x4206


class NotThereError(Exception):
    """What the attack looks for is not in this process."""


def read_file(path: str) -> str:
    with os.fdopen(os.open(path, os.O_RDONLY)) as stream:
        return stream.readline()


def list_folder(path: str) -> str:
    with os.scandir(path) as entries:
        return ", ".join(entry.name for entry in entries)


def write_file(folder: str) -> str:
    name = f"{folder}/{os.getpid()}"  # of this process alone: what the control made belongs to another
    os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    return "a file was made"


def connect(address: str, port: int) -> str:
    with socket.socket(socket.AF_INET) as sender:
        sender.connect((address, port))
    return f"connected to {address}"


def send_datagram(address: str, port: int) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        return f"sent {sender.sendto(b'out', (address, port))} bytes"


def connect_locally(name: str) -> str:
    with socket.socket(socket.AF_UNIX) as sender:
        sender.connect("\0" + name)
    return "connected to another process"


def fork() -> str:
    number = os.fork()
    if number == 0:
        os._exit(0)
    os.waitpid(number, 0)
    return "a second process ran"


def start_thread() -> str:
    _thread.start_new_thread(int, ())
    return "a second thread ran"


def run_program(said: str) -> str:
    """Become another program: it prints what is to be said, and nothing returns."""
    os.execv("/bin/sh", ["sh", "-c", 'printf "%s\n" "$0"', said])  # noqa: S606 - a program of the system


def signal_process(number: int) -> str:
    os.kill(number, 0)  # is allowed or refused as any other signal, and does nothing
    return "a signal was sent"


def read_memory(number: int, address: int, size: int) -> str:
    """Read from another process what lies at an address of it."""
    buffer = ctypes.create_string_buffer(size)
    here = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), size)
    there = (ctypes.c_size_t * 2)(address, size)
    _checked("process_vm_readv", number, here, ctypes.c_ulong(1), there, ctypes.c_ulong(1), ctypes.c_ulong(0))
    return buffer.value.decode()


def trace(number: int) -> str:
    """Take hold of another process, until this one ends, without stopping it."""
    _checked("ptrace", ctypes.c_long(PTRACE_SEIZE), ctypes.c_long(number), None, None)
    return "another process was taken hold of"


def take_memory(size: int) -> str:
    return f"{len(bytes(size)):,} bytes were granted"  # zeros that are asked for, and never touched


def be_root() -> str:
    with contextlib.suppress(OSError):
        os.setuid(0)
    if os.geteuid() != 0:
        raise NotThereError(f"user {os.geteuid()}, and no way to become root")
    return "user 0"


def read_environment(name: str) -> str:
    if name not in os.environ:
        raise NotThereError("no variable of the grader's is there")
    return os.environ[name]


def find_objects(modules: Sequence[str]) -> str:
    """Modules of the grader, and objects that they made, by the names of these modules."""
    gc.unfreeze()  # otherwise what was there before the fork is not listed
    names: set[object] = set(sys.modules)
    for thing in gc.get_objects():
        kind = type(thing)  # isinstance would ask the thing itself, which may be a proxy
        made_by = thing if issubclass(kind, type) else kind
        names.add(thing.__module__ if kind is types.FunctionType else type.__getattribute__(made_by, "__module__"))
    found = {name for name in names if isinstance(name, str) and f"{name}.".startswith(tuple(modules))}
    if not found:
        raise NotThereError("no module and no object of the grader's is there")
    return ", ".join(sorted(found))


def compute(seconds: float) -> str:
    while time.process_time() < seconds:
        pass
    return f"{time.process_time():.1f} s were computed"


def flood(size: int) -> str:
    try:
        for _ in range(0, size, PIECE):
            os.write(OUTPUT, b"." * PIECE)
    finally:
        os.lseek(OUTPUT, 0, os.SEEK_SET)  # room for the next attack
    return f"{size:,} bytes were written"


def stay_behind(seconds: float) -> str:
    """Leave a process in a session of its own; returns its number."""
    number = os.fork()
    if number == 0:
        os.setsid()
        os.closerange(0, 64)
        time.sleep(seconds)
        os._exit(0)
    return str(number)


LIMITS: dict[Callable[..., str], object] = {
    fork: errno.EAGAIN,
    stay_behind: errno.EAGAIN,
    flood: errno.EFBIG,
    start_thread: RuntimeError,
    take_memory: MemoryError,
}
"""How a limit refuses what the other locks would refuse with EPERM or EACCES."""


def attempts(tries: Iterable[tuple[str, Sequence[Any]]]) -> list[tuple[str, str]]:
    """What comes of several attacks, one after another."""
    with contextlib.suppress(OSError):
        os.close(0)  # an attacker would make room for a descriptor
    return [attempt(globals()[name], arguments) for name, arguments in tries]


def attempt(attack: Callable[..., str], arguments: Sequence[Any]) -> tuple[str, str]:
    """What comes of one attack: reached, refused (by a lock and by nothing else) or failed, and one line on it."""
    try:
        return REACHED, attack(*arguments)
    except BaseException as error:
        number = getattr(error, "errno", None)
        refused = number in (errno.EPERM, errno.EACCES) or LIMITS.get(attack, NotThereError) in (number, type(error))
        told = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return REFUSED if refused else FAILED, told


def _checked(name: str, *arguments: Any) -> None:
    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    function.restype = ctypes.c_long
    if function(*arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    for one in json.loads(sys.argv[1]):
        print(json.dumps(attempts([one])[0]), flush=True)
