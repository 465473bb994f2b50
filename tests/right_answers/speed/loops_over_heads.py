"""Loops over sequences and heads, so that nothing is broadcast; the table entry by entry, with math."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Reals = NDArray[np.float32]
Table = NDArray[np.complex64]


class Refused(ValueError):
    """A bad argument."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}")


def rotation_table(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    where, frequencies = np.asarray(positions), np.asarray(inv_freq)
    if where.ndim != 1:
        raise Refused("positions", f"has {where.ndim} dimensions, not one")
    if frequencies.ndim != 1 or frequencies.dtype != np.float64 or frequencies.size < 1:
        raise Refused("inv_freq", f"is {frequencies.dtype} of shape {frequencies.shape}, not a float64 vector")
    rows = [
        [complex(math.cos(t * w), math.sin(t * w)) for w in frequencies.tolist()]
        for t in where.astype(np.float64).tolist()
    ]
    return np.array(rows, np.complex64).reshape(len(rows), frequencies.size)


def complex_pairs(array: Reals, name: str = "array") -> Table:
    if array.dtype != np.float32:
        raise Refused(name, f"is {array.dtype}, not float32")
    if array.shape[-1] % 2 != 0:
        raise Refused(name, f"has {array.shape[-1]} features, which make no pairs")
    try:
        return array.view(np.complex64)
    except ValueError as error:
        raise Refused(name, f"has features that are not adjacent: {error}") from error


def _seq(x: Array, seq_axis: int) -> int:
    if seq_axis not in [1, 2]:
        raise Refused("seq_axis", f"is {seq_axis}, not 1 or 2")
    if x.ndim != 4:
        raise Refused("x", f"has {x.ndim} dimensions, not four")
    if x.shape[3] % 2 != 0:
        raise Refused("x", f"has {x.shape[3]} features, which make no pairs")
    return int(x.shape[seq_axis])


def _heads(array: Array, seq_axis: int) -> list[Array]:
    """Views of (seq, D), one for each head of each sequence."""
    moved = np.moveaxis(array, seq_axis, 2)
    return [head for sequence in moved for head in sequence]


def _fits(table: Array, name: str, dtype: type[np.generic], shape: Iterable[int]) -> None:
    if table.dtype != dtype or table.shape != tuple(shape):
        raise Refused(name, f"is {table.dtype} of shape {table.shape}")


def _fits_as_out(out: Array, x: Array) -> None:
    complex_pairs(out, "out")
    if out.shape != x.shape:
        raise Refused("out", f"has the shape {out.shape}, not {x.shape}")
    if not out.flags.writeable:
        raise Refused("out", "is read-only")
    if any(np.shares_memory(x, part) for part in out):
        raise Refused("out", "lies on x")


def rotate_complex(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    seq, _ = _seq(x, seq_axis), complex_pairs(x, "x")
    _fits(table, "table", np.complex64, (seq, x.shape[3] // 2))
    result = np.ones(x.shape, np.float32) if out is None else out
    _fits_as_out(result, x)
    for source, target in zip(_heads(x, seq_axis), _heads(result, seq_axis), strict=True):
        np.multiply(complex_pairs(source), table, complex_pairs(target))
    return result


def rotate_in_place(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    seq, _ = _seq(x, seq_axis), complex_pairs(x, "x")
    _fits(table, "table", np.complex64, (seq, x.shape[3] // 2))
    if x.flags.writeable is False:
        raise Refused("x", "is read-only")
    for head in _heads(x, seq_axis):
        pairs = complex_pairs(head)
        np.multiply(pairs, table, pairs)
    return x


def rotate_blocked(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    seq = _seq(x, seq_axis)
    if x.dtype not in [np.float16, np.float32]:
        raise Refused("x", f"is {x.dtype}, not float16 or float32")
    if x.flags.writeable is False:
        raise Refused("x", "is read-only")
    if block < 1:
        raise Refused("block", f"is {block}, below 1")
    _fits(table, "table", np.complex64, (seq, x.shape[3] // 2))
    scratch = np.empty((min(block, seq), x.shape[3]), np.float32)
    for head in _heads(x, seq_axis):
        first = 0
        while first < seq:
            last = min(first + block, seq)
            copy = scratch[: last - first]
            copy[:] = head[first:last]
            pairs = complex_pairs(copy)
            pairs *= table[first:last]
            head[first:last] = copy
            first = last
    return x


def rotate_half_blocked(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: int | None = None
) -> Reals:
    seq, _ = _seq(x, seq_axis), complex_pairs(x, "x")
    _fits_as_out(out, x)
    _fits(cos, "cos", np.float32, (seq, x.shape[3]))
    _fits(sin, "sin", np.float32, (seq, x.shape[3]))
    if block is not None and block < 1:
        raise Refused("block", f"is {block}, below 1")
    # 128 rows of one head take less than a block of all heads, unless the caller asks for less.
    block, half = min(block or 128, 128, seq or 1), x.shape[3] // 2
    scratch = np.empty((block, half), np.float32)
    for source, target in zip(_heads(x, seq_axis), _heads(out, seq_axis), strict=True):
        for first in range(0, seq, block):
            rows = slice(first, first + block)
            halves = source[rows, :half], source[rows, half:]
            for mine, other, columns in ((0, 1, slice(half)), (1, 0, slice(half, None))):
                products = scratch[: len(halves[0])]
                np.multiply(halves[other], sin[rows, columns], out=products)
                np.multiply(halves[mine], cos[rows, columns], out=target[rows, columns])
                (np.subtract if mine == 0 else np.add)(target[rows, columns], products, out=target[rows, columns])
    return out
