"""The wire format: every value arrives as it left, and whatever else arrives is refused in bounded time and memory."""

import random
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from attacks.hostile import HOSTILE, HUGE, LIMITS, frame_of, frame_of_node

from labkit.sandbox.wire import DTYPES, LENGTHS, WireError, lengths, pack, unpack

ROUNDS = 500
SECONDS = 0.5
MEMORY = 60_000_000
"""What one frame may cost, far more than the limits allow and far less than hostile sizes ask for."""


def _refuse(node: Any) -> list[Any]:
    raise WireError(f"no value: {type(node)}")


def _refer(value: Any) -> list[Any]:
    return ["object", type(value).__name__]


def _unpacked(frame: bytes) -> tuple[list[Any], dict[str, Any]]:
    """What a grader makes of a stream that begins with this."""
    if len(frame) < LENGTHS.size:
        raise WireError("the stream has ended")
    document, block = lengths(frame[: LENGTHS.size], LIMITS)
    rest = frame[LENGTHS.size :]
    if len(rest) < document + block:
        raise WireError("the stream has ended")
    return unpack(rest[:document], rest[document : document + block], _refuse)


def _there_and_back(value: Any) -> Any:
    message, values = _unpacked(pack(["ok"], {"value": value}, _refer))
    assert message == ["ok"]
    return values["value"]


PLAIN: list[Any] = [
    None, True, False, 0, -1, 2**63, -(2**63) - 1, 10**399, 0.0, -0.0, 0.1, 5e-324, 1.7976931348623157e308, 1j, 2 - 0.5j,
    "", "text", "\0\n\x1b", "é\u202e\U0001f600", b"", b"\0\xff", (), [], {},
    (1, (2.0, ["x", None])), [[], ()], {"": 1, "a": {"b": (True,)}},
    float("inf"), float("-inf"), complex(float("inf"), -0.0), np.dtype("f4"), np.float16, np.bool_, np.complex128,
]  # fmt: skip


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: repr(value)[:30])
def test_a_value_arrives_as_it_left(value: Any) -> None:
    got = _there_and_back(value)
    assert type(got) is type(value)
    assert repr(got) == repr(value)


def test_what_is_not_a_number_arrives() -> None:
    assert np.isnan(_there_and_back(float("nan")))
    assert np.isnan(_there_and_back(complex(float("nan"), 1.0)).real)


@pytest.mark.parametrize("kind", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (7,), (2, 3), (3, 0, 2), (1, 2, 1, 2)])
def test_an_array_arrives_with_its_bytes_and_memory_of_its_own(kind: str, shape: tuple[int, ...]) -> None:
    count = int(np.prod(shape)) * DTYPES[kind].itemsize
    raw = np.random.default_rng(1).integers(0, 2 if kind == "|b1" else 256, count, dtype=np.uint8).tobytes()
    array = np.frombuffer(raw, dtype=kind).reshape(shape)
    got = _there_and_back(array)
    assert type(got) is np.ndarray
    assert (got.dtype, got.shape, got.tobytes()) == (array.dtype, array.shape, raw)
    assert got.flags.owndata
    assert got.flags.writeable
    if shape == ():
        scalar = _there_and_back(array[()])
        assert type(scalar) is type(array[()])
        assert scalar.tobytes() == raw


def test_views_arrive_in_order() -> None:
    table = np.arange(24.0).reshape(4, 6)
    for view in (table.T, table[::-1, ::2], np.asfortranarray(table), np.broadcast_to(np.float64(2), (3, 2))):
        assert np.array_equal(_there_and_back(view), view)


class _Array(np.ndarray):
    pass


class _Number(float):
    pass


@pytest.mark.parametrize(
    "value",
    [
        object(), np.zeros(2).view(_Array), np.array([None]), np.array(["x"]), np.zeros(1, ">f8"), np.zeros(1, "f8,f8"),
        _Number(1.0), {1: 2}, {1, 2}, range(3), 10**400, np.ma.masked_array([1.0]), np.longdouble(1), np.datetime64("2020"),
        int, np.void, np.dtype("O"), iter([1]),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_cannot_travel_stays_and_is_referred_to(value: Any) -> None:
    referred: list[Any] = []

    def refer(one: Any) -> list[Any]:
        referred.append(one)
        return ["object", 0]

    pack(["ok"], {"value": value}, refer)
    assert len(referred) == 1
    assert referred[0] is value


def test_a_list_that_holds_itself_comes_to_an_end() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    assert len(pack(["ok"], {"value": cycle}, _refer)) < 1000


@pytest.mark.parametrize("frame", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_frame_is_refused_at_little_cost(frame: bytes) -> None:
    tracemalloc.start()
    began = time.perf_counter()
    try:
        with pytest.raises(WireError):
            _unpacked(frame)
        assert time.perf_counter() - began < SECONDS
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


def test_keys_that_come_twice_or_collide_give_a_dictionary() -> None:
    twice = b'[["ok"], {"value": ["none"], "value": ["dict", [["a", ["int", "1"]], ["a", ["int", "2"]]]]}]'
    assert _unpacked(frame_of(twice))[1] == {"value": {"a": 2}}
    # Whole numbers with one hash; as texts they have none in common.
    keys = [str(number * (2**61 - 1)) for number in range(4_000)]
    began = time.perf_counter()
    got = _unpacked(frame_of_node("dict", [[key, ["none"]] for key in keys]))[1]["value"]
    assert list(got) == keys
    assert time.perf_counter() - began < SECONDS


def _valid(rng: random.Random) -> bytes:
    """A frame as it should be, of values drawn at random."""
    kinds = list(DTYPES)
    array = np.zeros((rng.randrange(4), rng.randrange(1, 5)), dtype=rng.choice(kinds))
    values = {
        "args": (array, rng.choice(PLAIN), [rng.choice(PLAIN)]),
        "result": {"a": rng.choice(PLAIN), "b": array[:1]},
    }
    return pack(["call", rng.randrange(99)], values, _refer)


def _mutated(frame: bytes, rng: random.Random) -> bytes:
    """The frame with some of it changed: bytes, the lengths, a part doubled or missing, a number made hostile."""
    data = bytearray(frame)
    for _ in range(rng.randrange(1, 5)):
        place = rng.randrange(len(data))
        match rng.randrange(7):
            case 0:
                data[place] = rng.randrange(256)
            case 1:
                data[place] ^= 1 << rng.randrange(8)
            case 2:
                del data[place : place + rng.randrange(1, 20)]
            case 3:
                data[place:place] = data[place : place + rng.randrange(1, 20)]
            case 4:
                data[place:place] = rng.choice(
                    [b"[", b"]", b'"', b"-", b"9" * 30, b"true", b"NaN", b"{}", b"1e999", b",", b"\0"]
                )
            case 5:
                data[:8] = LENGTHS.pack(rng.choice([0, 1, len(data), 2**32 - 1]), rng.choice([0, 1, 64, 2**31]))
            case _:
                data += rng.randbytes(rng.randrange(1, 40))
        data = data or bytearray(8)
    # Half of them with lengths that agree again, to get beyond the first check.
    if rng.random() < 0.5 and len(data) > LENGTHS.size:
        block = LENGTHS.unpack(frame[: LENGTHS.size])[1]
        text = max(len(data) - LENGTHS.size - block, 0)
        data[: LENGTHS.size] = LENGTHS.pack(text, min(block, len(data) - LENGTHS.size))
    return bytes(data)


def _random_nodes(rng: random.Random) -> bytes:
    """JSON in the shape of a frame, with leaves from everywhere."""
    leaves: list[Any] = [
        0,
        1,
        -1,
        8,
        HUGE,
        10**30,
        True,
        None,
        0.5,
        "",
        "<f8",
        "|O",
        "0x1p0",
        "9",
        [],
        {},
        [0],
        [2**40],
        ["none"],
    ]
    kinds = ["none", "bool", "int", "float", "complex", "text", "bytes", "array", "scalar", "tuple", "list", "dict", "dtype",
             "scalar type", "object", "callback"]  # fmt: skip

    def node(depth: int) -> Any:
        if depth > 4 or rng.random() < 0.1:
            return rng.choice(leaves)
        parts = [
            rng.choice(leaves) if rng.random() < 0.7 else [node(depth + 1) for _ in range(3)]
            for _ in range(rng.randrange(5))
        ]
        return [rng.choice(kinds), *parts]

    return frame_of([["ok"], {"value": node(0)}], bytes(64))


def _fuzz(rng: random.Random) -> Iterator[bytes]:
    for _ in range(ROUNDS):
        yield rng.randbytes(rng.randrange(60))
        yield frame_of(rng.randbytes(rng.randrange(60)), rng.randbytes(rng.randrange(20)))
        yield _mutated(_valid(rng), rng)
        yield _random_nodes(rng)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_arrives_is_a_value_or_refused(seed: int) -> None:
    refused = slowest = 0.0
    tracemalloc.start()
    try:
        for frame in _fuzz(random.Random(seed)):  # noqa: S311 - no secret
            began = time.perf_counter()
            try:
                message, values = _unpacked(frame)
            except WireError:
                refused += 1
            else:
                assert isinstance(message, list)
                assert isinstance(values, dict)
            slowest = max(slowest, time.perf_counter() - began)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    assert slowest < SECONDS
    # A positive control: some of what was changed is still a message.
    assert ROUNDS < refused < 4 * ROUNDS
