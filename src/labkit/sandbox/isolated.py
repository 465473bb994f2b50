"""A submission under test in a locked child: what Implementation is for code that one trusts."""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from labkit.errors import Stopped, StudentError, located, told
from labkit.sandbox.client import Child, Server
from labkit.sandbox.lockdown import Budget
from labkit.sandbox.proxies import RemoteObject, RemoteStudent, proxied
from labkit.sandbox.wire import Limits
from labkit.student import Student


@dataclass(frozen=True)
class Allowance:
    """What a submission may use: seconds for one call and for all of it, memory, output, and bytes in one message."""

    seconds_per_call: float = 2.0
    seconds: float = 20.0
    budget: Budget = field(default_factory=Budget)
    limits: Limits = field(default_factory=Limits)


class Isolated:
    """The modules of a submission, as texts, run in a child of the fork server.

    Args:
        server: that forks the children.
        texts: for each module of ropelab the path as a person types it, and the text.
        allowance: what may be used.
    """

    def __init__(self, server: Server, texts: dict[str, tuple[str, str]], allowance: Allowance) -> None:
        self._server, self._texts, self._allowance = server, texts, allowance
        self._child: Child | None = None
        self._started: tuple[Child, RemoteObject] | None = None
        self._shown = ""
        self._deadline = time.monotonic() + allowance.seconds

    @contextmanager
    def opened(self, module: str) -> Iterator[Student]:
        """The module under test, for one graded test. After a child was stopped, the next test gets a new one.

        Raises:
            StudentError: the module cannot be loaded. Names file and line.
            Stopped: the time for the whole submission is over.
        """
        if time.monotonic() > self._deadline:
            self.close()
            reason = f"not run: the submission had taken more than {self._allowance.seconds:g} s before this test"
            raise Stopped(reason, "it took too long")
        self._shown = self._texts[module][0]
        if self._started is None or not self._started[0].alive:
            self._started = self._start(module)
        child, loaded = self._started
        yield RemoteStudent(loaded, self._shown, child)

    def _start(self, module: str) -> tuple[Child, RemoteObject]:
        self.close()
        allowed = self._allowance
        child = self._child = Child(
            self._server, allowed.budget, allowed.seconds_per_call, allowed.limits, self._deadline
        )
        try:
            texts = {name: [shown, text] for name, (shown, text) in self._texts.items()}
            loaded = child.request(["load", module, self._shown], {"texts": texts}, f"the import of {self._shown}")
        except Stopped:
            raise
        except BaseException as error:
            child.end()
            raise StudentError(self.explain(error)) from error
        found = proxied(child, loaded)
        if not isinstance(found, RemoteObject):
            raise StudentError(f"{self._shown}: the module replaced itself while it was imported")
        return child, found

    def rerun(self, module: str, source: str, shown: str) -> Any:
        """What an experiment says of the module, as ``labkit.sandbox.rerun`` gives it.

        Args:
            module: the graded one.
            source: the text of verify.py.
            shown: its path as a person types it.

        Raises:
            StudentError: as ``opened``, and where the experiment does not end.
            Exception: what the module raised, or what the experiment raised over what it returned.
        """
        with self.opened(module):
            assert self._started is not None  # noqa: S101 - opened started it
            child = self._started[0]
            return child.request(["rerun", shown], {"source": source}, "the experiment")

    def place(self, error: BaseException) -> tuple[str, int, str] | None:
        """Where in the module an exception came from: (shown path, line, function); None where it did not."""
        place = getattr(error, "remote_place", None)
        return None if place is None else (self._shown, place[0], place[1])

    def explain(self, error: BaseException) -> str:
        """One line: where it happened, and what."""
        what = told(error)
        if isinstance(error, MemoryError):
            what = f"it wanted more than {self._allowance.budget.memory / 1e6:,.0f} MB of memory"
        elif isinstance(error, OSError) and str(error).startswith(f"[Errno {errno.EFBIG}]"):
            what = f"it printed more than {self._allowance.budget.output / 1e6:g} MB: print less"
        return located(what, self.place(error))

    def printed(self) -> str:
        """What the code has written since the last time."""
        return self._child.printed() if self._child is not None else ""

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            self._child.close()
            self._child = None
