"""The submission's functions, classes and objects as the graded tests handle them: every use is a request to the child."""

from collections.abc import Mapping, Sequence
from typing import Any

from labkit.layout import described
from labkit.look import Look, Remote
from labkit.sandbox.client import Child
from labkit.sandbox.errors import remote_error
from labkit.sandbox.wire import Reference
from labkit.student import Student


class RemoteObject(Remote):
    """Something that stays in the child: it can be called, read from and written to, and equals nothing but itself."""

    def __init__(self, child: Child, reference: Reference) -> None:
        object.__setattr__(self, "_child", child)
        object.__setattr__(self, "_reference", reference)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask(["call", self._reference.number], {"args": args, "kwargs": kwargs})

    def call_and_look(self, args: Sequence[Any], kwargs: Mapping[str, Any], measured: bool) -> Look:
        """A call, and what is to be seen of it."""
        seen = self._ask(["look", self._reference.number, measured], described(args, kwargs, blank=measured))
        shared, same = ([flag is True for flag in seen[name]] for name in ("shared", "same"))
        peak = seen["peak"] if type(seen["peak"]) is int else None
        error = None if seen["error"] is None else remote_error(*seen["error"][1:])
        if error is not None and not isinstance(error, Exception):
            raise error
        return Look(seen["result"], seen["after"], shared, same, peak, error)

    def __getattr__(self, name: str) -> Any:
        if name in ("__name__", "__qualname__"):
            return self._reference.name or self._reference.type_name
        if name.startswith("__"):
            raise AttributeError(name)
        return self._ask(["get", self._reference.number, name], {})

    def __setattr__(self, name: str, value: Any) -> None:
        self._ask(["set", self._reference.number, name], {"value": value})

    def __repr__(self) -> str:
        return f"<{self._reference.type_name}>"

    def _ask(self, message: list[Any], values: dict[str, Any]) -> Any:
        what = self._reference.name or self._reference.type_name
        return proxied(self._child, self._child.request(message, values, what))


def proxied(child: Child, value: Any) -> Any:
    """The value with an object in the place of each reference."""
    if isinstance(value, Reference):
        return RemoteObject(child, value)
    if isinstance(value, tuple | list):
        return type(value)(proxied(child, part) for part in value)
    if isinstance(value, dict):
        return {key: proxied(child, part) for key, part in value.items()}
    return value


class RemoteStudent(Student):
    """The module under test, in a child."""

    def __init__(self, module: RemoteObject, shown: str, child: Child) -> None:
        super().__init__(module, shown)
        self._child = child

    def held(self, value: Any, names: Sequence[str]) -> Any:
        """Attributes of an object, to be asked about later with ``still_holds``."""
        return proxied(self._child, self._child.request(["hold", value._reference.number], {"names": names}, "hold"))

    def still_holds(self, value: Any, names: Sequence[str], held: Any) -> bool:
        """Are the attributes the very same objects as before?"""
        message = ["still", value._reference.number, held._reference.number]
        return self._child.request(message, {"names": names}, "still") is True

    def pickled(self, value: Any) -> bytes:
        """What pickle makes of an object of the module's, in the child."""
        data = self._child.request(["pickle", value._reference.number], {}, "pickle")
        if not isinstance(data, bytes):
            raise TypeError("pickle gives bytes")
        return data

    def unpickled(self, data: bytes) -> Any:
        """The object again, in the child."""
        return proxied(self._child, self._child.request(["unpickle"], {"data": data}, "unpickle"))
