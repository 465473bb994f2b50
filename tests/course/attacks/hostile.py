"""Frames that a decoder must refuse: broken documents, hostile shapes, sizes, offsets and depths."""

import json
from typing import Any

from labkit.sandbox.wire import LENGTHS, Limits

LIMITS = Limits(document=200_000, block=1_000_000)


def frame_of(document: Any, block: bytes = b"") -> bytes:
    """A frame with lengths that agree, of a document or of bytes in its place."""
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    return LENGTHS.pack(len(text), len(block)) + text + block


def frame_of_node(*node: Any) -> bytes:
    """An answer with one value, beside 64 bytes."""
    return frame_of([["ok"], {"value": [*node]}], bytes(64))


def _nested(kind: str, depth: int) -> Any:
    node: Any = ["none"]
    for _ in range(depth):
        node = [kind, [["x", node]] if kind == "dict" else [node]]
    return node


HUGE = 2**62
HOSTILE = {
    "no JSON": frame_of(b"x"),
    "nothing": frame_of(b""),
    "no UTF-8": frame_of(b'["\xff\xfe"]'),
    "two documents": frame_of(b"[[], {}] [[], {}]"),
    "an object": frame_of({}),
    "one half": frame_of([[]]),
    "three halves": frame_of([[], {}, 1]),
    "a message that is no list": frame_of([{}, {}]),
    "values that are no dictionary": frame_of([[], []]),
    "depth of JSON": frame_of(b"[" * 200_000),
    "depth of JSON that is closed": frame_of(b"[" * 99_000 + b"]" * 99_000),
    "depth of objects": frame_of(b'{"a":' * 30_000),
    "depth of lists": frame_of_node(*_nested("list", 13)),
    "depth of tuples": frame_of_node(*_nested("tuple", 200)),
    "depth of dictionaries": frame_of_node(*_nested("dict", 50)),
    "many parts": frame_of_node("list", [["none"]] * 20_001),
    "a huge whole number in JSON": frame_of(b"[[], {\"value\": [" + b"9" * 10_000 + b"]}]"),
    "a kind that is no text": frame_of_node(1, 2),
    "a kind of its own": frame_of_node("pickle", "gASV"),
    "no kind": frame_of_node(),
    "a node that is no list": frame_of([["ok"], {"value": "none"}]),
    "too much of a node": frame_of_node("none", 1),
    "too little of a node": frame_of_node("float"),
    "a bool as text": frame_of_node("bool", "true"),
    "a bool as number": frame_of_node("bool", 1),
    "401 digits": frame_of_node("int", "9" * 402),
    "a number as a number": frame_of_node("int", 3),
    "digits of another script": frame_of_node("int", "²"),
    "digits with lines": frame_of_node("int", "1_000"),
    "two signs": frame_of_node("int", "--1"),
    "no digits": frame_of_node("int", ""),
    "a sign": frame_of_node("int", "-"),
    "a float in JSON": frame_of_node("float", 1.5),
    "not a number in JSON": frame_of(b'[["ok"], {"value": ["float", NaN]}]'),
    "infinity in JSON": frame_of(b'[["ok"], {"value": ["array", "<f8", [Infinity], 0, 8]}]'),
    "a long float": frame_of_node("float", "0x" + "1" * 100_000),
    "a float too large": frame_of_node("float", "0x1p99999999999"),
    "a float of words": frame_of_node("float", "one"),
    "half a complex number": frame_of_node("complex", "0x1p0"),
    "an object dtype": frame_of_node("array", "|O", [1], 0, 8),
    "a dtype of records": frame_of_node("array", "f8,O", [1], 0, 16),
    "a dtype by another name": frame_of_node("array", "float64", [1], 0, 8),
    "the other byte order": frame_of_node("array", ">f8", [1], 0, 8),
    "a text dtype": frame_of_node("array", "<U1000000000", [0], 0, 0),
    "a dtype that is no text": frame_of_node("array", 8, [1], 0, 8),
    "an object scalar": frame_of_node("scalar", "|O", 0, 8),
    "an object dtype by itself": frame_of_node("dtype", "|O"),
    "a scalar type by a path": frame_of_node("scalar type", "os.system"),
    "a shape that is larger than the bytes": frame_of_node("array", "<f8", [9], 0, 64),
    "a shape that is smaller than the bytes": frame_of_node("array", "<f8", [7], 0, 64),
    "a huge shape": frame_of_node("array", "<f8", [10**6, 10**6], 0, 8 * 10**12),
    "a shape whose product overflows": frame_of_node("array", "<f8", [2**32, 2**32], 0, 0),
    "a shape whose product overflows to what is there": frame_of_node("array", "<f8", [2**31, 2**33 + 1], 0, 64),
    "a dimension below zero": frame_of_node("array", "<f8", [-1, -8], 0, 64),
    "an unknown dimension": frame_of_node("array", "<f8", [-1], 0, 64),
    "a dimension beyond all bounds": frame_of_node("array", "<f8", [10**400, 0], 0, 0),
    "empty and huge": frame_of_node("array", "<f8", [0, 2**40, 2**40], 0, 0),
    "a dimension that is a bool": frame_of_node("array", "|b1", [True], 0, 1),
    "a dimension that is a float": frame_of_node("array", "<f8", [8.0], 0, 64),
    "a dimension that is a list": frame_of_node("array", "<f8", [[8]], 0, 64),
    "too many dimensions": frame_of_node("array", "<f8", [1] * 65, 0, 8),
    "a million dimensions": frame_of_node("array", "<f8", [1] * 60_000, 0, 8),
    "an offset below zero": frame_of_node("array", "<f8", [1], -8, 8),
    "an offset behind the end": frame_of_node("array", "<f8", [1], 60, 8),
    "a huge offset": frame_of_node("bytes", HUGE, 1),
    "an offset that is a bool": frame_of_node("bytes", True, 1),
    "a size that is a bool": frame_of_node("bytes", 0, True),
    "a size below zero": frame_of_node("bytes", 8, -4),
    "a size that is a float": frame_of_node("bytes", 0, 4.0),
    "a huge size": frame_of_node("bytes", 0, HUGE),
    "a dictionary of lists": frame_of_node("dict", [["a"]]),
    "a dictionary with a number for a key": frame_of_node("dict", [[1, ["none"]]]),
    "a dictionary that is one": frame_of_node("dict", {"a": ["none"]}),
    "a list of no nodes": frame_of_node("list", [1]),
    "a document larger than agreed": LENGTHS.pack(LIMITS.document + 1, 0),
    "a block larger than agreed": LENGTHS.pack(0, 2**32 - 1),
    "half a header": b"\1\0\0",
    "half a document": LENGTHS.pack(100, 0) + b"[[",
}  # fmt: skip
