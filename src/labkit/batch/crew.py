"""The worker processes that grade many submissions: giving them work, and replacing those that fail."""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from labkit.errors import CourseError

COMMAND = [sys.executable, "-m", "labkit.batch.worker"]

PATIENCE = 300.0
"""Seconds without an answer after which a worker is given up. Its submission has been stopped long before by its allowance."""

GRACE = 5.0
"""Seconds for a worker to end by itself, and its fork server with it, once there is no more to do."""

ATTEMPTS = 2
"""How often a submission is given to a worker: one that was ended from outside says nothing about its submission."""


class Worker:
    """One process: it starts, says that it is ready, and then grades one submission at a time.

    Args:
        setup: its first line.
        cwd: where it is started.
        command: that starts it; COMMAND when left out.
    """

    def __init__(self, setup: Mapping[str, Any], cwd: Path, command: Sequence[str] | None = None) -> None:
        self.student: str | None = None
        self._arrived = bytearray()
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process lives
        # A session of its own: Ctrl-C is for the process that writes the results, which then ends its workers.
        self._process = subprocess.Popen(
            command or COMMAND,
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            bufsize=0,
            start_new_session=True,
        )
        self._send(setup)

    def fileno(self) -> int:
        """Where its answers arrive."""
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        return self._process.stdout.fileno()

    def give(self, student: str, folder: Path | str) -> None:
        """Have it grade a submission."""
        self.student = student
        self._send(str(folder))

    def _send(self, content: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        assert self._process.stdin is not None  # noqa: S101 - for the type checker
        self.deadline = time.monotonic() + PATIENCE
        with contextlib.suppress(BrokenPipeError):  # that it has ended is seen where its answer is read
            self._process.stdin.write(json.dumps(content).encode() + b"\n")

    def answer(self) -> dict[str, Any] | None:
        """The answer, when all of it has arrived. Raises EOFError when the process has ended."""
        part = os.read(self.fileno(), 1 << 16)
        if not part:
            raise EOFError
        self._arrived += part
        if not part.endswith(b"\n"):
            return None
        content: dict[str, Any] = json.loads(self._arrived)
        self._arrived.clear()
        return content

    def end(self, grace: float = 0.0) -> str:
        """Kill it, and with it its fork server and children, unless it ends by itself first; how it ended, in words."""
        assert self._process.stdin is not None  # noqa: S101 - for the type checker
        self._process.stdin.close()  # which tells it that there is no more to do
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace)
        self._process.kill()
        status = self._process.wait()
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace").strip().splitlines()
        self._complaints.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        how = f"signal {-status}" if status < 0 else f"status {status}"
        return f"{how}: {said[-1]}" if said else how


class Crew:
    """Several workers on the same task.

    Args:
        setup: their first line.
        cwd: where they are started.
        submissions: the folder of each student, or whatever else tells a worker what to do, by name.
        size: how many workers, at most.
        command: that starts a worker; COMMAND when left out.
    """

    def __init__(
        self,
        setup: Mapping[str, Any],
        cwd: Path,
        submissions: Mapping[str, Path | str],
        size: int,
        command: Sequence[str] | None = None,
    ) -> None:
        self._command = command
        self._setup, self._cwd, self._submissions, self._size = setup, cwd, submissions, size
        self._waiting = deque(submissions)
        self._attempts: dict[str, int] = {}
        self._workers: set[Worker] = set()

    def answers(self) -> Generator[tuple[str, dict[str, Any]], None, None]:
        """A student and what a worker has answered, as the submissions are finished; "trouble" after the last attempt.

        Close the generator (contextlib.closing) to end the workers at once, whatever they are doing.

        Raises:
            CourseError: a worker refuses to start, or cannot.
        """
        try:
            for _ in range(min(self._size, len(self._waiting))):
                self._workers.add(Worker(self._setup, self._cwd, self._command))
            while self._workers:
                yield from filter(None, self._news())
        finally:
            for worker in self._workers:
                worker.end()
            self._workers.clear()

    def _news(self) -> Iterator[tuple[str, dict[str, Any]] | None]:
        """Wait until something happens, and see to it."""
        for worker in self._that_have_answered():
            yield self._look_at(worker)
        for worker in [worker for worker in self._workers if time.monotonic() > worker.deadline]:
            worker.end()
            yield self._replace(worker, f"the grader took more than {PATIENCE:g} s")

    def _that_have_answered(self) -> list[Worker]:
        """Those that have answered or ended; none when the patience with one of them is over before."""
        with selectors.DefaultSelector() as selector:
            for worker in self._workers:
                selector.register(worker, selectors.EVENT_READ, worker)
            earliest = min(worker.deadline for worker in self._workers)
            return [key.data for key, _ in selector.select(max(earliest - time.monotonic(), 0.0))]

    def _look_at(self, worker: Worker) -> tuple[str, dict[str, Any]] | None:
        """Take a worker's answer and give it new work; what there is to say about its submission, if anything."""
        try:
            answer = worker.answer()
        except EOFError:
            how = worker.end(GRACE)
            return self._replace(worker, f"the grader ended by {how}" if worker.student else how)
        except ValueError:
            worker.end()
            return self._replace(worker, "the grader gave an answer that cannot be read")
        if answer is None:
            return None
        if "refused" in answer:
            raise CourseError(answer["refused"])
        if "trouble" in answer:
            worker.end()
            return self._replace(worker, answer["trouble"])
        student = worker.student
        if self._waiting:
            following = self._waiting.popleft()
            worker.give(following, self._submissions[following])
        else:
            self._workers.remove(worker)
            worker.end(GRACE)
        return None if student is None else (student, answer)

    def _replace(self, worker: Worker, trouble: str) -> tuple[str, dict[str, Any]] | None:
        """Put a new worker in the place of one that has ended; its submission comes next, or is given up."""
        self._workers.remove(worker)
        student = worker.student
        if student is None:
            raise CourseError(f"a worker did not start: {trouble}")
        self._attempts[student] = self._attempts.get(student, 0) + 1
        again = self._attempts[student] < ATTEMPTS
        if again:
            self._waiting.appendleft(student)
        if self._waiting:
            self._workers.add(Worker(self._setup, self._cwd, self._command))
        return None if again else (student, {"trouble": trouble})
