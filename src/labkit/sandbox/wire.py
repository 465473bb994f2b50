"""What travels between the grader and the child that runs untrusted code: JSON and raw bytes, never pickle.

A frame is two lengths (unsigned 32-bit, little-endian), a JSON document and a block of bytes that its arrays point into.
Whatever arrives is checked before it is built: the dtype against a list, shape times item size against the bytes that are
there, depth, number of parts, digits. What cannot travel is an object on the other side, known by a number.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

LENGTHS = struct.Struct("<II")
DTYPES = {
    np.dtype(kind).str: np.dtype(kind)
    for kind in ("?", "i1", "<i2", "<i4", "<i8", "u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16")
}
PIECE = 1 << 18
"""Bytes that one reading of a socket takes at the most."""

DEEPEST = 12
MOST_PARTS = 20_000
MOST_DIGITS = 400
MOST_DIMENSIONS = 32
LARGEST_DIMENSION = 2**40


class WireError(Exception):
    """What arrived is not a message of this format, or is larger than agreed."""


@dataclass(frozen=True)
class Reference:
    """An object that stays in the child: its number there, the name of its type, and whether it can be called."""

    number: int
    type_name: str
    name: str
    is_callable: bool


@dataclass(frozen=True)
class Limits:
    """What is accepted in one message, in bytes."""

    document: int = 4_000_000
    block: int = 16_000_000


@dataclass
class _Writer:
    """Collects the arrays of a message while its document is made."""

    refer: Callable[[Any], list[Any]]
    parts: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, data: bytes) -> list[int]:
        place = [self.size, len(data)]
        self.parts.append(data)
        self.size += len(data)
        return place

    def node(self, value: Any, depth: int = 0) -> list[Any]:
        kind = type(value)
        if depth > DEEPEST:
            return self.refer(value)
        if value is None:
            return ["none"]
        if kind is bool:
            return ["bool", value]
        if kind is int and abs(value) < 10**MOST_DIGITS:
            return ["int", str(value)]
        if kind is float:
            return ["float", value.hex()]
        if kind is complex:
            return ["complex", value.real.hex(), value.imag.hex()]
        if kind is str:
            return ["text", value]
        if kind is bytes:
            return ["bytes", *self.add(value)]
        if kind is np.ndarray and value.dtype.str in DTYPES:
            return ["array", value.dtype.str, list(value.shape), *self.add(value.tobytes())]
        if issubclass(kind, np.generic) and kind.__module__ == "numpy" and value.dtype.str in DTYPES:
            return ["scalar", value.dtype.str, *self.add(value.tobytes())]
        if kind is tuple or kind is list:
            return ["tuple" if kind is tuple else "list", [self.node(part, depth + 1) for part in value]]
        if kind is dict and all(type(key) is str for key in value):
            return ["dict", [[key, self.node(part, depth + 1)] for key, part in value.items()]]
        if isinstance(value, np.dtype) and value.str in DTYPES:
            return ["dtype", value.str]
        if isinstance(value, type) and issubclass(value, np.generic) and value.__module__ == "numpy":
            return self.type_node(value)
        return self.refer(value)

    def type_node(self, value: type[Any]) -> list[Any]:
        try:
            kind = np.dtype(value).str
        except TypeError:
            return self.refer(value)
        return ["scalar type", kind] if kind in DTYPES else self.refer(value)


def pack(message: list[Any], values: dict[str, Any], refer: Callable[[Any], list[Any]]) -> bytes:
    """One frame.

    Args:
        message: plain JSON: what the frame is about.
        values: what travels with it, by name.
        refer: the node for a value that cannot travel.
    """
    writer = _Writer(refer)
    nodes = {name: writer.node(value) for name, value in values.items()}
    document = json.dumps([message, nodes]).encode()
    return LENGTHS.pack(len(document), writer.size) + document + b"".join(writer.parts)


class Arrivals:
    """Bytes from a socket, handed out in the sizes that are asked for; a small frame takes one system call.

    Args:
        more: waits for the next bytes, up to PIECE of them; none mean that the other side has gone.
    """

    def __init__(self, more: Callable[[], bytes]) -> None:
        self._more = more
        self._waiting = bytearray()

    def take(self, size: int) -> bytes:
        """The next bytes, exactly so many. Raises EOFError when the other side goes before they are there."""
        while len(self._waiting) < size:
            part = self._more()
            if not part:
                raise EOFError
            self._waiting += part
        data = bytes(self._waiting[:size])
        del self._waiting[:size]
        return data


def lengths(header: bytes, limits: Limits) -> tuple[int, int]:
    """The lengths of document and block. Raises WireError when they are more than agreed."""
    document, block = LENGTHS.unpack(header)
    if document > limits.document or block > limits.block:
        raise WireError(f"a message of {document + block} bytes is too large")
    return document, block


def unpack(document: bytes, block: bytes, resolve: Callable[[list[Any]], Any]) -> tuple[list[Any], dict[str, Any]]:
    """The message and the values of a frame.

    Args:
        document, block: the two halves of the frame.
        resolve: makes something of a node that is no value (the other side's objects). Raises WireError for nonsense.

    Raises:
        WireError: the frame is not as this module makes them.
    """
    try:
        content = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise WireError("a message is not JSON") from error
    if not (isinstance(content, list) and len(content) == 2):
        raise WireError("a message has two halves")
    message, nodes = content
    if not isinstance(message, list) or not isinstance(nodes, dict):
        raise WireError("a message is a list and a dictionary")
    reader = _Reader(block, resolve)
    return message, {name: reader.value(node) for name, node in nodes.items()}


@dataclass
class _Reader:
    block: bytes
    resolve: Callable[[list[Any]], Any]
    parts: int = 0

    def value(self, node: Any, depth: int = 0) -> Any:
        self.parts += 1
        if depth > DEEPEST or self.parts > MOST_PARTS:
            raise WireError("a value has too many parts")
        if not isinstance(node, list) or not node or not isinstance(node[0], str):
            raise WireError("a value is a list that begins with its kind")
        match node:
            case ["none"]:
                return None
            case ["bool", bool(value)]:
                return value
            case ["int", str(digits)]:
                return self._int(digits)
            case ["float", str(text)]:
                return self._float(text)
            case ["complex", str(real), str(imaginary)]:
                return complex(self._float(real), self._float(imaginary))
            case ["text", str(text)]:
                return text
            case ["bytes", int(start), int(size)]:
                return self._bytes(start, size)
            case ["array", str(kind), list(shape), int(start), int(size)]:
                return self._array(kind, shape, start, size)
            case ["scalar", str(kind), int(start), int(size)]:
                return self._array(kind, [], start, size)[()]
            case ["tuple", list(parts)]:
                return tuple(self.value(part, depth + 1) for part in parts)
            case ["list", list(parts)]:
                return [self.value(part, depth + 1) for part in parts]
            case ["dict", list(pairs)]:
                return dict(self._pair(pair, depth) for pair in pairs)
            case ["dtype", str(kind)]:
                return self._dtype(kind)
            case ["scalar type", str(kind)]:
                return self._dtype(kind).type
        return self.resolve(node)

    def _pair(self, pair: Any, depth: int) -> tuple[str, Any]:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
            raise WireError("an entry of a dictionary is a text and a value")
        return pair[0], self.value(pair[1], depth + 1)

    def _int(self, digits: str) -> int:
        if (
            len(digits) > MOST_DIGITS + 1
            or not digits.removeprefix("-").isascii()
            or not digits.removeprefix("-").isdigit()
        ):
            raise WireError("a whole number is written in up to 400 digits")
        return int(digits)

    def _float(self, text: str) -> float:
        try:
            return float.fromhex(text) if len(text) < 40 else self._refuse_float()
        except (ValueError, OverflowError) as error:
            raise WireError("a number is written in hexadecimal") from error

    def _refuse_float(self) -> float:
        raise WireError("a number is written in hexadecimal")

    def _bytes(self, start: int, size: int) -> bytes:
        if isinstance(start, bool) or isinstance(size, bool) or start < 0 or size < 0 or start + size > len(self.block):
            raise WireError("bytes lie outside the message")
        return self.block[start : start + size]

    def _dtype(self, kind: str) -> np.dtype[Any]:
        if kind not in DTYPES:
            raise WireError("a dtype is not on the list")
        return DTYPES[kind]

    def _array(self, kind: str, shape: list[Any], start: int, size: int) -> Any:
        dtype = self._dtype(kind)
        if len(shape) > MOST_DIMENSIONS:
            raise WireError("an array has too many dimensions")
        count = 1
        for dimension in shape:
            if type(dimension) is not int or not 0 <= dimension <= LARGEST_DIMENSION:
                raise WireError("a dimension is a whole number")
            count *= dimension
        if count * dtype.itemsize != size:
            raise WireError("the bytes of an array are not what its shape needs")
        data = self._bytes(start, size)
        try:
            return np.frombuffer(data, dtype=dtype).reshape(shape).copy()
        except ValueError as error:
            raise WireError("an array cannot have this shape") from error
