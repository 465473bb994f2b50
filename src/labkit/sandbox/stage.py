"""What the attacks of ``labkit doctor`` are aimed at, all of it the doctor's own, and where they are tried without locks."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.sandbox import probes
from labkit.sandbox.lockdown import Budget

HERE = Path(__file__).parent
VARIABLE = "LABKIT_DOCTOR"
SAID = "a program ran in its place"
KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM)
YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")
CONTROL_SECONDS = 30.0

Outcome = tuple[str, str]
"""What came of an attack: reached, refused or failed, and one line on it."""


@dataclass(frozen=True)
class Probe:
    """An attack on one protection.

    Args:
        protection: what is protected, in words that a teacher understands.
        attack: a function of the probes.
        arguments: of that function.
        unlocked: what comes of it where there is no lock. Anything else, and the probe says nothing.
    """

    protection: str
    attack: Callable[..., str]
    arguments: Sequence[Any] = ()
    unlocked: str = probes.REACHED

    @property
    def call(self) -> tuple[str, list[Any]]:
        return self.attack.__name__, list(self.arguments)


@contextmanager
def set_up(budget: Budget) -> Iterator[list[Probe]]:
    """The probes whose attacks end by themselves, as long as their targets are there.

    Args:
        budget: of the child that is attacked.
    """
    secret = secrets.token_hex(8)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="labkit-doctor-")))
        (folder / "secret").write_text(secret)
        # Open to everybody: the locks alone are to protect them.
        (folder / "secret").chmod(0o644)
        folder.chmod(0o777)
        tcp, udp = (stack.enter_context(socket.socket(socket.AF_INET, kind)) for kind in KINDS)
        local = stack.enter_context(socket.socket(socket.AF_UNIX))
        for receiver in (tcp, udp):
            # Where there is no network at all, the control fails, and that is what there is to say.
            with suppress(OSError):
                receiver.bind(("127.0.0.1", 0))
        local.bind(f"\0{secret}")
        tcp.listen()
        local.listen()
        target, place = stack.enter_context(_target(secret))
        traced = probes.REACHED if _may_trace() else probes.REFUSED
        own = probes.REACHED if os.geteuid() == 0 else probes.REFUSED
        yield [
            Probe("reading a file", probes.read_file, [str(folder / "secret")]),
            Probe("listing a folder", probes.list_folder, [str(folder)]),
            Probe("writing a file", probes.write_file, [str(folder)]),
            Probe("connecting over TCP", probes.connect, tcp.getsockname()),
            Probe("sending over UDP", probes.send_datagram, udp.getsockname()),
            Probe("connecting to another program (abstract socket)", probes.connect_locally, [secret]),
            Probe("starting a process (fork)", probes.fork),
            Probe("starting a thread", probes.start_thread),
            Probe("sending a signal to another process", probes.signal_process, [target]),
            Probe("reading another process's memory", probes.read_memory, [target, place, len(secret)], traced),
            Probe("tracing another process", probes.trace, [target], traced),
            Probe("reading about the grader in /proc", probes.read_file, [f"/proc/{os.getpid()}/cmdline"]),
            Probe("memory beyond the budget", probes.take_memory, [2 * budget.memory]),
            Probe("output beyond the limit", probes.flood, [2 * budget.output]),
            Probe("being root", probes.be_root, (), own),
            # The last one: where it succeeds there is nobody left to answer.
            Probe("starting a program", probes.run_program, [json.dumps((probes.REACHED, SAID))]),
        ]


@contextmanager
def _target(secret: str) -> Iterator[tuple[int, int]]:
    """A process that can be signalled, traced and read from: its number, and the address of the secret in it."""
    command = [sys.executable, "-I", "-S", "-B", str(HERE / "target.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101 - both are pipes
        process.stdin.write(secret + "\n")
        process.stdin.flush()
        yield process.pid, int(process.stdout.readline() or 0)


def _may_trace() -> bool:
    """May an unlocked process here trace another? Where the system forbids it to all, no lock is needed."""
    scope = int(YAMA.read_text()) if YAMA.is_file() else 0
    return scope < 2 or (scope == 2 and os.geteuid() == 0)


def control(attacks: Sequence[Probe]) -> "subprocess.Popen[bytes]":
    """The same attacks, started in a process of this interpreter that nothing is taken from."""
    calls = json.dumps([probe.call for probe in attacks])
    command = [sys.executable, "-I", "-S", "-B", str(HERE / "probes.py"), calls]
    with tempfile.TemporaryFile() as flooded:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=flooded)


def outcomes(running: "subprocess.Popen[bytes]", count: int) -> list[Outcome]:
    """What came of the attacks of a control; failed for those that it did not get to."""
    try:
        text = running.communicate(timeout=CONTROL_SECONDS)[0]
    except subprocess.TimeoutExpired:
        running.kill()
        text = running.communicate()[0]
    found: list[Outcome] = [tuple(json.loads(line)) for line in (text or b"").splitlines()]
    return found + [(probes.FAILED, "it gave no answer")] * (count - len(found))
