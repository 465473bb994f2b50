"""Real numbers only: even and odd features of one head at a time, a few rows at a time, with small scratch arrays."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Reals = NDArray[np.float32]
Table = NDArray[np.complex64]

ROWS = 8
"""Of one head at a time: whatever heads and D are, that is little."""


def rotation_table(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    where, frequencies = np.asarray(positions), np.asarray(inv_freq)
    if where.ndim != 1:
        raise ValueError(f"positions is no vector but of shape {where.shape}")
    if frequencies.ndim != 1 or len(frequencies) == 0:
        raise ValueError(f"inv_freq is no vector with entries but of shape {frequencies.shape}")
    if frequencies.dtype.name != "float64":
        raise ValueError(f"inv_freq is {frequencies.dtype} and not float64")
    table = np.zeros((len(where), len(frequencies)), np.complex64)
    for row, position in zip(table, where.tolist(), strict=True):
        row += np.cos(position * frequencies)
        row.imag = np.sin(position * frequencies)
    return table


def complex_pairs(array: Reals, name: str = "array") -> Table:
    if array.dtype.name != "float32":
        raise ValueError(f"{name} is {array.dtype} and not float32")
    if array.shape[-1] & 1:
        raise ValueError(f"{name} has {array.shape[-1]} features, an odd number")
    if array.size > 0 and array.strides[-1] != 4:
        raise ValueError(f"{name} has features that are {array.strides[-1]} bytes apart")
    return array.view("complex64")


def _check(x: Array, seq_axis: int) -> None:
    if seq_axis != 1 and seq_axis != 2:
        raise ValueError(f"seq_axis is {seq_axis}, neither 1 nor 2")
    if x.ndim != 4:
        raise ValueError(f"x is of shape {x.shape}, not of four dimensions")
    if x.shape[3] & 1:
        raise ValueError(f"x has {x.shape[3]} features, an odd number")


def _check_table(name: str, table: Array, dtype: str, shape: tuple[int, ...]) -> None:
    if table.dtype.name != dtype:
        raise ValueError(f"{name} is {table.dtype} and not {dtype}")
    if table.shape != shape:
        raise ValueError(f"{name} is of shape {table.shape}, not {shape}")


def _check_out(out: Array, x: Array) -> None:
    complex_pairs(out, "out")
    if out.shape != x.shape:
        raise ValueError(f"out is of shape {out.shape}, not {x.shape}")
    if not out.flags["WRITEABLE"]:
        raise ValueError("out is not writeable")
    if np.shares_memory(out, x):
        raise ValueError("out overlaps x")


def _heads(x: Array, seq_axis: int) -> Iterator[Array]:
    """Each head of each sequence, of shape (seq, D)."""
    for sequence in x:
        yield from sequence if seq_axis == 2 else sequence.swapaxes(0, 1)


def _turn(source: Array, target: Array, table: Table, rows: int) -> None:
    for start in range(0, len(table), rows):
        cos, sin = table.real[start : start + rows], table.imag[start : start + rows]
        piece = source[start : start + rows].astype(np.float32)
        a, b = piece[:, 0::2], piece[:, 1::2]
        # Both results before either is written: source may be target.
        first, second = a * cos - b * sin, a * sin + b * cos
        target[start : start + rows, 0::2], target[start : start + rows, 1::2] = first, second


def rotate_complex(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    _check(x, seq_axis)
    complex_pairs(x, "x")
    _check_table("table", table, "complex64", (x.shape[seq_axis], x.shape[3] // 2))
    if out is None:
        out = np.zeros(x.shape, np.float32)
    _check_out(out, x)
    for source, target in zip(_heads(x, seq_axis), _heads(out, seq_axis), strict=True):
        _turn(source, target, table, ROWS)
    return out


def rotate_in_place(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    _check(x, seq_axis)
    complex_pairs(x, "x")
    return rotate_blocked(x, table, ROWS, seq_axis=seq_axis)


def rotate_blocked(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    _check(x, seq_axis)
    if x.dtype.name not in ("float16", "float32"):
        raise ValueError(f"x is {x.dtype}, neither float16 nor float32")
    if not x.flags["WRITEABLE"]:
        raise ValueError("x is not writeable")
    if block <= 0:
        raise ValueError(f"block is {block}, not positive")
    _check_table("table", table, "complex64", (x.shape[seq_axis], x.shape[3] // 2))
    for head in _heads(x, seq_axis):
        _turn(head, head, table, min(block, ROWS))
    return x


def rotate_half_blocked(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: int | None = None
) -> Reals:
    _check(x, seq_axis)
    complex_pairs(x, "x")
    _check_out(out, x)
    if block is not None and block <= 0:
        raise ValueError(f"block is {block}, not positive")
    for name, table in {"cos": cos, "sin": sin}.items():
        _check_table(name, table, "float32", (x.shape[seq_axis], x.shape[3]))
    half = x.shape[3] // 2
    rows = min(ROWS, block or ROWS)
    for source, target in zip(_heads(x, seq_axis), _heads(out, seq_axis), strict=True):
        for start in range(0, len(cos), rows):
            piece = slice(start, start + rows)
            a, b = source[piece, :half], source[piece, half:]
            # Each angle stands twice in its row: the first half of the tables is enough.
            c, s = cos[piece, :half], sin[piece, :half]
            target[piece, :half], target[piece, half:] = a * c - b * s, a * s + b * c
    return out
