"""The grader's side: starting the fork server, getting a child, and asking it for things within a deadline."""

import contextlib
import json
import math
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy

import labkit
from labkit.errors import CannotIsolate, CourseError, Stopped
from labkit.sandbox import lockdown
from labkit.sandbox.child import READY
from labkit.sandbox.errors import remote_error
from labkit.sandbox.wire import LENGTHS, PIECE, Arrivals, Limits, Reference, WireError, lengths, pack, unpack

START_SECONDS = 60.0
TOO_LONG = "it took too long"


class Server:
    """The fork server. It ends with the thread that made it, and its children with it.

    Raises:
        CannotIsolate: it cannot be started here; says the way out.
    """

    def __init__(self) -> None:
        reason = lockdown.missing()
        if reason is not None:
            raise CannotIsolate(reason)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        places = {str(Path(package.__file__ or "").parents[1]) for package in (numpy, labkit)}
        import pyseccomp

        places.add(str(Path(pyseccomp.__file__).parent))
        command = [sys.executable, "-s", "-P", "-S", "-B", str(Path(__file__).with_name("server.py"))]
        command += [str(theirs.fileno()), *sorted(places)]
        self._process = subprocess.Popen(
            command,
            # One hash for all: the order of a set must not differ between two gradings of one submission.
            env={"OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self._control.settimeout(START_SECONDS)
        if self._receive() != b"ready":
            self._control.close()
            error = self._process.communicate()[1].decode(errors="replace").strip().splitlines()
            raise CannotIsolate(f"the fork server did not start: {error[-1] if error else 'no reason given'}")

    def _receive(self) -> bytes:
        try:
            return self._control.recv(4096)
        except TimeoutError as error:
            raise CourseError("the fork server does not answer") from error

    def fork(self, budget: lockdown.Budget, output: int) -> tuple[int, socket.socket]:
        """A new child: its process number, and the grader's end of its channel."""
        ours, theirs = socket.socketpair()
        with theirs:
            request = ["fork", budget.memory, budget.processor_seconds, budget.output]
            socket.send_fds(self._control, [json.dumps(request).encode()], [theirs.fileno(), output])
            number = self._receive()
        if not number:
            raise CourseError("the fork server has ended")
        return int(number), ours

    def end(self, number: int) -> tuple[int, int]:
        """Kill a child: its exit status or minus the signal that ended it, and its largest size in bytes."""
        self._control.send(json.dumps(["end", number]).encode())
        status, kilobytes = json.loads(self._receive())
        return status, kilobytes * 1024

    def close(self) -> None:
        """End the server; its children end with it."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.communicate(timeout=5)
        self._process.kill()
        self._process.communicate()


class Child:
    """One locked process with a submission in it.

    Args:
        server: that forks it.
        budget: of memory, processor time and output.
        seconds_per_call: how long one request may take.
        limits: of one message.
        until: when all requests must be done, on the monotonic clock.
    """

    def __init__(
        self,
        server: Server,
        budget: lockdown.Budget,
        seconds_per_call: float,
        limits: Limits,
        until: float = math.inf,
    ) -> None:
        self._server, self._seconds, self._limits, self._until = server, seconds_per_call, limits, until
        self._output = os.memfd_create("output")
        self._budget = budget
        self._read = 0
        self._arrivals = Arrivals(self._more)
        self._deadline = math.inf
        self._callbacks: dict[int, Callable[..., Any]] = {}
        self.number, self._channel = server.fork(budget, self._output)
        self.alive = True
        self._channel.settimeout(START_SECONDS)
        try:
            ready = self._channel.recv(len(READY))
        except OSError as error:
            raise CourseError(f"a child of the fork server does not answer: {error}") from error
        if ready != READY:
            told = self.printed().strip().splitlines()
            raise CannotIsolate(f"a child could not be locked: {told[-1] if told else 'no reason given'}")

    def request(self, message: list[Any], values: dict[str, Any], what: str) -> Any:
        """Ask for one thing and wait for it.

        Args:
            message: the request.
            values: that travel with it.
            what: in words, for the student: "apply_rope".

        Raises:
            Stopped: it took too long, used too much, or ended. The child is gone then.
            Exception: what the submission raised, as its nearest built-in type.
        """
        deadline = min(time.monotonic() + self._seconds, self._until)
        try:
            self._send(pack(message, values, self._refer), deadline)
            answer, values = self._answer(deadline)
        except TimeoutError as error:
            if deadline == self._until:
                raise self._stopped(
                    f"stopped in {what}: the time for the whole submission is over", TOO_LONG
                ) from error
            reason = f"stopped after {self._seconds:g} s in {what}: is there an endless loop?"
            raise self._stopped(reason, TOO_LONG) from error
        except (OSError, EOFError) as error:
            raise self._stopped(f"the process ended in {what}", "the process ended") from error
        except WireError as error:
            raise self._stopped(f"stopped in {what}: {error}", "an answer could not be read") from error
        match answer:
            case ["ok"]:
                return values.get("result")
            case ["error", str(name), str(base), str(kind), str(text), place]:
                # Raised out here: a TimeoutError of the submission's is no time-out of ours.
                raise remote_error(name, base, kind, text, place)
        raise self._stopped(f"stopped in {what}: an answer is of no known kind", "an answer could not be read")

    def _answer(self, deadline: float) -> tuple[list[Any], dict[str, Any]]:
        """The answer to a request, after the callbacks that it makes."""
        while True:
            answer, values = self._receive(deadline)
            match answer:
                case ["callback", int(number)] if number in self._callbacks and isinstance(values.get("args"), tuple):
                    self._send(self._call_back(number, values["args"]), deadline)
                case _:
                    return answer, values

    def _call_back(self, number: int, args: tuple[Any, ...]) -> bytes:
        """Run a function of a graded test on what the submission gives it."""
        try:
            return pack(["ok"], {"result": self._callbacks[number](*args)}, self._refer)
        except Exception as error:
            return pack(["error", type(error).__name__, str(error)[:200]], {}, self._refer)

    def _refer(self, value: Any) -> list[Any]:
        reference = getattr(value, "_reference", None)
        if isinstance(reference, Reference):
            return ["object", reference.number]
        if callable(value):
            number = len(self._callbacks)
            self._callbacks[number] = value
            return ["callback", number, "rotate"]
        raise TypeError(f"a graded test cannot send {type(value).__name__} to isolated code")

    def _resolve(self, node: list[Any]) -> Reference:
        match node:
            case ["object", int(number), str(type_name), str(name), bool(is_callable)]:
                return Reference(number, type_name, name, is_callable)
        raise WireError("a value is of no known kind")

    def _send(self, frame: bytes, deadline: float) -> None:
        self._channel.settimeout(max(deadline - time.monotonic(), 0.001))
        self._channel.sendall(frame)

    def _receive(self, deadline: float) -> tuple[list[Any], dict[str, Any]]:
        self._deadline, take = deadline, self._arrivals.take
        document, block = lengths(take(LENGTHS.size), self._limits)
        return unpack(take(document), take(block), self._resolve)

    def _more(self) -> bytes:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._channel.settimeout(left)
        return self._channel.recv(PIECE)

    def _stopped(self, reason: str, kind: str) -> Stopped:
        status, _size = self.end()
        by_signal = f" by signal {-status}" if status < 0 and kind == "the process ended" else ""
        return Stopped(reason + by_signal, kind)

    def printed(self) -> str:
        """What it has written since the last time, cut to the limit of output."""
        data = os.pread(self._output, self._budget.output, self._read)
        self._read += len(data)
        return data.decode(errors="replace")

    def end(self) -> tuple[int, int]:
        """Kill it: its exit status or minus the signal, and its largest size in bytes; (0, 0) when it was ended before."""
        if not self.alive:
            return 0, 0
        self.alive = False
        self._channel.close()
        try:
            return self._server.end(self.number)
        except OSError:
            return 0, 0  # the server was closed before, and its children ended with it

    def close(self) -> None:
        """End it and let go of its output."""
        try:
            self.end()
        finally:
            os.close(self._output)
