"""What runs inside the locked child: it loads the submitted modules from text, and serves calls on them.

It decides nothing. What it sends are values and exceptions, and the grader believes none of them to be more than that.
"""

import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import io
import pickle
import socket
import sys
import types
import warnings
from collections.abc import Sequence
from typing import Any

from labkit.layout import rebuilt
from labkit.look import look
from labkit.sandbox.rerun import rerun
from labkit.sandbox.wire import LENGTHS, PIECE, Arrivals, WireError, pack, unpack

PACKAGE = "ropelab"
MOST_TEXT = 2_000
READY = b"locked"
"""The first thing a child sends: every lock is closed, and nothing untrusted has run yet."""


class Connection:
    """Frames on a socket."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._arrivals = Arrivals(lambda: channel.recv(PIECE))

    def receive(self) -> tuple[bytes, bytes]:
        """The two halves of the next frame. Raises EOFError when the grader has gone."""
        take = self._arrivals.take
        document, block = LENGTHS.unpack(take(LENGTHS.size))
        return take(document), take(block)

    def send(self, frame: bytes) -> None:
        self._channel.sendall(frame)


class _Texts(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports ropelab from the texts that the grader sent: nothing is read from a disk."""

    def __init__(self, texts: dict[str, tuple[str, str]]) -> None:
        self.texts = texts

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        package, _, module = fullname.partition(".")
        if package != PACKAGE or (module and module not in self.texts):
            return None
        return importlib.machinery.ModuleSpec(fullname, self if module else None, is_package=not module)

    def exec_module(self, module: types.ModuleType) -> None:
        shown, text = self.texts[module.__name__.partition(".")[2]]
        exec(compile(text, shown, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - this is what the locks are for


class _Held:
    """Objects that are kept here to be compared with later."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values


class Runtime:
    """Serves the grader's requests, one after another."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._objects: dict[int, Any] = {}
        self._graded = ""

    def serve(self) -> None:
        """Until the grader hangs up."""
        while True:
            try:
                document, block = self._connection.receive()
            except EOFError:
                return
            try:
                message, values = unpack(document, block, self._resolve)
                result = self._do(message, values)
                frame = pack(["ok"], {"result": result}, self._refer)
            except BaseException as error:
                frame = pack(self._error(error), {}, self._refer)
            self._connection.send(frame)

    def _do(self, message: list[Any], values: dict[str, Any]) -> Any:
        match message:
            case ["load", str(module), str(shown)]:
                self._graded = shown
                sys.meta_path.insert(
                    0, _Texts({name: (shown, text) for name, (shown, text) in values["texts"].items()})
                )
                return importlib.import_module(f"{PACKAGE}.{module}")
            case ["get", int(number), str(name)]:
                return getattr(self._objects[number], name)
            case ["set", int(number), str(name)]:
                return setattr(self._objects[number], name, values["value"])
            case ["call", int(number)]:
                return self._objects[number](*values["args"], **values["kwargs"])
            case ["look", int(number), bool(measured)]:
                return self._look(self._objects[number], values, measured)
            case ["hold", int(number)]:
                return _Held([getattr(self._objects[number], name) for name in values["names"]])
            case ["still", int(number), int(held)]:
                value, before = self._objects[number], self._objects[held].values
                return all(getattr(value, name) is one for name, one in zip(values["names"], before, strict=True))
            case ["pickle", int(number)]:
                return pickle.dumps(self._objects[number])
            case ["unpickle"]:
                return pickle.loads(values["data"])  # noqa: S301 - in here it can harm nobody
            case ["rerun", str(shown)]:
                return rerun(values["source"], shown)
        raise WireError("there is no such request")

    def _look(self, function: Any, description: dict[str, Any], measured: bool) -> dict[str, Any]:
        """A call, and what is to be seen of it."""
        seen = look(function, *rebuilt(description), measured)
        fields = {name: getattr(seen, name) for name in ("result", "after", "shared", "same", "peak")}
        return fields | {"error": None if seen.error is None else self._error(seen.error)}

    def _refer(self, value: Any) -> list[Any]:
        number = len(self._objects)
        self._objects[number] = value
        name = getattr(value, "__qualname__", "")
        return [
            "object",
            number,
            type(value).__name__[:200],
            name[:200] if isinstance(name, str) else "",
            callable(value),
        ]

    def _resolve(self, node: list[Any]) -> Any:
        match node:
            case ["object", int(number), *_]:
                return self._objects[number]
            case ["callback", int(number), str(name)]:
                return self._callback(number, name)
        raise WireError("a value is of no known kind")

    def _callback(self, number: int, name: str) -> Any:
        """A function of the grader's: called here, it runs there."""

        def callback(*args: Any) -> Any:
            self._connection.send(pack(["callback", number], {"args": args}, self._refer))
            message, values = unpack(*self._connection.receive(), self._resolve)
            if message[0] == "ok":
                return values["result"]
            raise getattr(builtins, message[1], Exception)(message[2])

        callback.__name__ = callback.__qualname__ = name
        return callback

    def _error(self, error: BaseException) -> list[Any]:
        """An exception: its type, the nearest built-in one, its text, and where in the graded module it was raised."""
        kind = type(error)
        base = next(one for one in kind.__mro__ if one.__module__ == "builtins")
        try:
            text = str(error.msg if isinstance(error, SyntaxError) else error)
        except BaseException:
            text = ""
        place = None
        if isinstance(error, SyntaxError) and error.filename == self._graded:
            place = [error.lineno or 1, "<module>"]
        trace = error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename == self._graded:
                place = [trace.tb_lineno, code.co_qualname[:200]]
            trace = trace.tb_next
        name = kind.__name__ if kind is base else "Exception"
        return ["error", name, base.__name__, kind.__name__[:200], text[:MOST_TEXT], place]


def serve(channel: socket.socket) -> None:
    """Serve the grader on a socket until it hangs up."""
    warnings.simplefilter("ignore")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True)  # what was printed must be there when the process is ended
    channel.sendall(READY)
    Runtime(Connection(channel)).serve()
