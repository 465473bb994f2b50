"""np.einsum: the table as an outer product, rotations as complex products, split halves as 2 by 2 matrices."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Reals = NDArray[np.float32]
Table = NDArray[np.complex64]

PRODUCT = {1: "shi,si->shi", 2: "hsi,si->hsi"}


def _refuse_unless(holds: bool, name: str, wanted: str) -> None:
    if not holds:
        raise ValueError(f"{name} must be {wanted}")


def _axis(x: Array, seq_axis: int) -> int:
    """The length of the sequence."""
    _refuse_unless(seq_axis in PRODUCT, "seq_axis", f"1 or 2, not {seq_axis}")
    _refuse_unless(len(x.shape) == 4, "x", f"four-dimensional, not of shape {x.shape}")
    return int(x.shape[seq_axis])


def rotation_table(positions: ArrayLike, inv_freq: ArrayLike) -> Table:
    t, w = np.asarray(positions), np.asarray(inv_freq)
    _refuse_unless(t.ndim == 1, "positions", f"one-dimensional, not of shape {t.shape}")
    _refuse_unless(w.shape == (w.size,) and w.size > 0, "inv_freq", f"one-dimensional and not empty, not {w.shape}")
    _refuse_unless(w.dtype == float, "inv_freq", f"float64, not {w.dtype}")
    angles = np.einsum("s,i->si", t.astype(float), w)
    return np.asarray(np.cos(angles) + 1j * np.sin(angles), np.complex64)


def complex_pairs(array: Reals, name: str = "array") -> Table:
    _refuse_unless(array.dtype == np.dtype("float32"), name, f"float32, not {array.dtype}")
    _refuse_unless(array.shape[-1] % 2 == 0, name, f"of an even number of features, not {array.shape[-1]}")
    _refuse_unless(array.size == 0 or array.strides[-1] == 4, name, f"of adjacent features: strides {array.strides}")
    return array.view(np.complex64)


def _check_out(x: Array, out: Array) -> None:
    complex_pairs(out, "out")
    _refuse_unless(out.shape == x.shape, "out", f"of shape {x.shape}, not {out.shape}")
    _refuse_unless(out.flags.writeable, "out", "writeable")
    _refuse_unless(not np.shares_memory(x, out), "out", "apart from x")


def rotate_complex(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    seq, pairs = _axis(x, seq_axis), complex_pairs(x, "x")
    _refuse_unless(table.shape == (seq, pairs.shape[3]), "table", f"of shape {(seq, pairs.shape[3])}")
    _refuse_unless(table.dtype == np.complex64, "table", f"complex64, not {table.dtype}")
    result = np.empty_like(x, order="C") if out is None else out
    _check_out(x, result)
    for source, target in zip(pairs, complex_pairs(result), strict=True):
        np.einsum(PRODUCT[seq_axis], source, table, out=target)
    return result


def rotate_in_place(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    _axis(x, seq_axis)
    complex_pairs(x, "x")
    return rotate_blocked(x, table, 1, seq_axis=seq_axis)


def rotate_blocked(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    seq, pairs = _axis(x, seq_axis), x.shape[3] // 2
    _refuse_unless(x.dtype in (np.float16, np.float32), "x", f"float16 or float32, not {x.dtype}")
    _refuse_unless(x.shape[3] == 2 * pairs, "x", f"of an even number of features, not {x.shape[3]}")
    _refuse_unless(x.flags.writeable, "x", "writeable")
    _refuse_unless(block >= 1, "block", f"1 or more, not {block}")
    _refuse_unless(table.shape == (seq, pairs), "table", f"of shape {(seq, pairs)}, not {table.shape}")
    _refuse_unless(table.dtype == np.complex64, "table", f"complex64, not {table.dtype}")
    scratch = np.empty((1, pairs), np.complex64)
    # A block of one position of one head is within any block.
    for index in np.ndindex(*x.shape[:3]):
        vector = x[index]
        scratch.real, scratch.imag = vector[0::2], vector[1::2]
        turned = np.einsum("ki,i->i", scratch, table[index[seq_axis]])
        vector[0::2], vector[1::2] = turned.real, turned.imag
    return x


def rotate_half_blocked(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: int | None = None
) -> Reals:
    seq, shape = _axis(x, seq_axis), (x.shape[seq_axis], x.shape[3])
    complex_pairs(x, "x")
    _check_out(x, out)
    _refuse_unless(block is None or block >= 1, "block", f"1 or more, not {block}")
    for name, table in (("cos", cos), ("sin", sin)):
        _refuse_unless(table.shape == shape, name, f"of shape {shape}, not {table.shape}")
        _refuse_unless(table.dtype == np.float32, name, f"float32, not {table.dtype}")
    half = shape[1] // 2
    for position in range(seq):
        c, s = cos[position, :half], sin[position, :half]
        matrices = np.array([[c, -s], [s, c]])
        for source, target in zip(x, out, strict=True):
            one, other = _rows(source, position, seq_axis), _rows(target, position, seq_axis)
            for vector, turned in zip(one, other, strict=True):
                turned[...] = np.einsum("abi,bi->ai", matrices, vector.reshape(2, half)).ravel()
    return out


def _rows(sequence: Reals, position: int, seq_axis: int) -> Reals:
    """The vectors of one position, of shape (heads, D): a view."""
    return np.asarray(sequence[position] if seq_axis == 1 else sequence[:, position])
