"""A table of coarse and fine steps; copied to out and rotated there; halves exchanged by slices, the minus by a subtraction."""

from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Reals = NDArray[np.float32]
Table = NDArray[np.complex64]

STEP = 256


def rotation_table(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    t, w = np.array(positions), np.array(inv_freq)
    if t.ndim != 1:
        raise ValueError(f"positions: shape {t.shape}")
    if w.ndim != 1 or not w.size or w.dtype != np.float64:
        raise ValueError(f"inv_freq: {w.dtype} of shape {w.shape}")
    coarse, fine = np.divmod(t.astype(np.float64), STEP)
    # Two double-precision factors: cis(256 a + b) = cis(256 a) cis(b), and few different a.
    steps, which = np.unique(coarse, return_inverse=True)
    by_step = np.exp(1j * np.multiply.outer(STEP * steps, w))
    return np.asarray(by_step[which] * np.exp(1j * np.multiply.outer(fine, w)), np.complex64)


def complex_pairs(array: Reals, name: str = "array") -> Table:
    if array.dtype != np.float32:
        raise ValueError(f"{name}: dtype {array.dtype}")
    if array.shape[-1] % 2:
        raise ValueError(f"{name}: {array.shape[-1]} features")
    if array.size and array.strides[-1] != array.dtype.itemsize:
        raise ValueError(f"{name}: strides {array.strides}")
    return array.view(np.complex64)


def _check(x: Array, seq_axis: int, tables: dict[str, tuple[Array, int, str]]) -> None:
    """The layout of x, and tables of as many columns as there are features over the given number."""
    if seq_axis not in range(1, 3):
        raise ValueError(f"seq_axis: {seq_axis}")
    if x.ndim != 4 or x.shape[-1] % 2:
        raise ValueError(f"x: shape {x.shape}")
    for name, (table, features, dtype) in tables.items():
        if table.shape != (x.shape[seq_axis], x.shape[-1] // features) or table.dtype != dtype:
            raise ValueError(f"{name}: {table.dtype} of shape {table.shape}")


def _check_out(x: Array, out: Array) -> None:
    complex_pairs(out, "out")
    problems = {
        f"shape {out.shape}": out.shape != x.shape,
        "read-only": not out.flags.writeable,
        "overlaps x": np.shares_memory(x, out),
    }
    for problem, found in problems.items():
        if found:
            raise ValueError(f"out: {problem}")


def rotate_complex(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    _check(x, seq_axis, {"table": (table, 2, "complex64")})
    complex_pairs(x, "x")
    if out is None:
        out = np.empty(x.shape, x.dtype)
    _check_out(x, out)
    np.copyto(out, x)
    return rotate_in_place(out, table, seq_axis=seq_axis)


def rotate_in_place(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    _check(x, seq_axis, {"table": (table, 2, "complex64")})
    pairs = complex_pairs(x, "x")
    if not x.flags.writeable:
        raise ValueError("x: read-only")
    pairs *= np.expand_dims(table, 1) if seq_axis == 1 else table
    return x


def rotate_blocked(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    _check(x, seq_axis, {"table": (table, 2, "complex64")})
    if x.dtype != np.float16 and x.dtype != np.float32:
        raise ValueError(f"x: dtype {x.dtype}")
    if not x.flags.writeable:
        raise ValueError("x: read-only")
    if block < 1:
        raise ValueError(f"block: {block}")
    positions_first = x if seq_axis == 1 else x.swapaxes(1, 2)
    heads = range(x.shape[3 - seq_axis])
    for sequence in positions_first:
        # One head at a time for both layouts: a smaller block than either allows.
        for head in heads:
            vectors = sequence[:, head]
            for start in range(0, len(table), block):
                rows = slice(start, min(start + block, len(table)))
                copy = np.array(vectors[rows], np.float32, order="C")
                copy_pairs = copy.view(np.complex64)
                copy_pairs *= table[rows]
                vectors[rows] = copy
    return x


def rotate_half_blocked(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: int | None = None
) -> Reals:
    _check(x, seq_axis, {"cos": (cos, 1, "float32"), "sin": (sin, 1, "float32")})
    complex_pairs(x, "x")
    _check_out(x, out)
    if block is None:
        block = 2**15 // (prod(x.shape[1 + seq_axis :]) or 1) or 1
    if block < 1:
        raise ValueError(f"block: {block}")
    half = x.shape[3] // 2
    scratch = np.empty((min(block, x.shape[seq_axis]), *x.shape[1 + seq_axis : 3], half), np.float32)
    for index in np.ndindex(*x.shape[:seq_axis]):
        for start in range(0, x.shape[seq_axis], block):
            rows = slice(start, start + block)
            source, target = x[index][rows], out[index][rows]
            c, s = (table[rows, None] if seq_axis == 1 else table[rows] for table in (cos, sin))
            product = scratch[: len(source)]
            np.multiply(source, c, out=target)
            np.multiply(source[..., half:], s[..., :half], out=product)
            target[..., :half] -= product
            np.multiply(source[..., :half], s[..., half:], out=product)
            target[..., half:] += product
    return out
