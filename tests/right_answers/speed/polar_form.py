"""Polar exponentials: the table from np.exp, rotations by adding angles, in double precision and in small pieces."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Reals = NDArray[np.float32]
Table = NDArray[np.complex64]


def rotation_table(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    positions, inv_freq = np.asanyarray(positions), np.asanyarray(inv_freq)
    if len(positions.shape) != 1:
        raise ValueError(f"a vector of positions is wanted, not {positions.shape}")
    if len(inv_freq.shape) != 1 or inv_freq.shape[0] < 1:
        raise ValueError(f"a vector of inv_freq is wanted, not {inv_freq.shape}")
    if inv_freq.dtype != "f8":
        raise ValueError(f"float64 is wanted for inv_freq, not {inv_freq.dtype}")
    return np.asarray(np.exp(1j * positions[:, np.newaxis].astype("f8") * inv_freq), np.complex64)


def complex_pairs(array: Reals, name: str = "array") -> Table:
    message = None
    if array.dtype != "f4":
        message = f"is of dtype {array.dtype}"
    elif array.shape[-1] % 2 == 1:
        message = f"has {array.shape[-1]} features"
    elif 0 not in array.shape and array.strides[-1] != 4:
        message = f"has strides {array.strides}"
    if message is not None:
        raise ValueError(f"{name} {message}")
    return array.view(np.complex64)


def _dimensions(x: Array, seq_axis: int) -> tuple[int, int]:
    """How many positions and pairs there are."""
    if seq_axis not in {1, 2}:
        raise ValueError(f"seq_axis is {seq_axis}")
    if x.ndim != 4:
        raise ValueError(f"x has {x.ndim} dimensions")
    pairs, odd = divmod(x.shape[-1], 2)
    if odd:
        raise ValueError(f"x has {x.shape[-1]} features")
    return x.shape[seq_axis], pairs


def _check(table: Array, name: str, dtype: str, *shape: int) -> None:
    if table.dtype != dtype or table.shape != shape:
        raise ValueError(f"{name} is {table.dtype} of shape {table.shape}, and {dtype} of shape {shape} is wanted")


def _check_out(out: Array, x: Array) -> None:
    complex_pairs(out, "out")
    if out.shape != x.shape:
        raise ValueError(f"x has the shape {x.shape} and out has {out.shape}")
    if not out.flags.writeable:
        raise ValueError("out cannot be written to")
    if np.shares_memory(out, x):
        raise ValueError("x and out share memory")


def _rotate(source: Array, target: Array, angles: Array, split: bool) -> None:
    """Turn vectors of one position by its angles."""
    half = source.shape[-1] // 2
    first, second = (slice(half), slice(half, None)) if split else (slice(0, None, 2), slice(1, None, 2))
    # A head at a time: two vectors of double precision are little, whatever the number of heads.
    for vector, turned in zip(source, target, strict=True):
        a, b = vector[first].astype("f8"), vector[second].astype("f8")
        length, angle = np.hypot(a, b), np.arctan2(b, a) + angles
        turned[first], turned[second] = length * np.cos(angle), length * np.sin(angle)


def _at(x: Array, batch: int, position: int, seq_axis: int) -> Array:
    """The vectors of one token, of shape (heads, D): a view."""
    return np.asarray(x[batch, position] if seq_axis == 1 else x[batch, :, position])


def _rotate_all(source: Array, target: Array, table: Table, seq_axis: int) -> Array:
    for position, row in enumerate(table):
        angles = np.angle(row.astype("c16"))
        for batch in range(len(source)):
            here = (batch, position, seq_axis)
            _rotate(_at(source, *here), _at(target, *here), angles, split=False)
    return target


def rotate_complex(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    dimensions = _dimensions(x, seq_axis)
    complex_pairs(x, "x")
    _check(table, "table", "complex64", *dimensions)
    target = np.zeros(x.shape, "f4") if out is None else out
    _check_out(target, x)
    return _rotate_all(x, target, table, seq_axis)


def rotate_in_place(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    dimensions = _dimensions(x, seq_axis)
    complex_pairs(x, "x")
    _check(table, "table", "complex64", *dimensions)
    if not x.flags.writeable:
        raise ValueError("x cannot be written to")
    return _rotate_all(x, x, table, seq_axis)


def rotate_blocked(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    dimensions = _dimensions(x, seq_axis)
    if x.dtype not in ("f2", "f4"):
        raise ValueError(f"x is of dtype {x.dtype}")
    if not x.flags.writeable:
        raise ValueError("x cannot be written to")
    if not block > 0:
        raise ValueError(f"block is {block}")
    _check(table, "table", "complex64", *dimensions)
    return _rotate_all(x, x, table, seq_axis)


def rotate_half_blocked(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: int | None = None
) -> Reals:
    seq, pairs = _dimensions(x, seq_axis)
    complex_pairs(x, "x")
    _check_out(out, x)
    if block is not None and not block > 0:
        raise ValueError(f"block is {block}")
    _check(cos, "cos", "float32", seq, 2 * pairs)
    _check(sin, "sin", "float32", seq, 2 * pairs)
    for position in range(seq):
        angles = np.arctan2(sin[position, :pairs].astype("f8"), cos[position, :pairs].astype("f8"))
        for batch in range(len(x)):
            here = (batch, position, seq_axis)
            _rotate(_at(x, *here), _at(out, *here), angles, split=True)
    return out
