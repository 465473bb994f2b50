"""Lab 08: RoPE at the speed of memory.

A rotation does six floating-point operations for each pair and moves sixteen bytes, so a processor waits for memory, and the
best that can be done is to move each byte once. The interleaved layout allows it: the two features of a pair are neighbours,
so a pair of float32 numbers *is* a complex64 number, and a rotation one complex product. The split-half layout has to bring
the halves together first; working on blocks that stay in the cache keeps that cheap.

Every function takes x as (batch, seq, heads, D) with ``seq_axis=1`` or as (batch, heads, seq, D) with ``seq_axis=2``, and
computes in float32. None makes a copy that nobody asked for: extra memory is at most 256 KiB, for NumPy's working buffers
and small objects, plus one block where the docstring says so.

Sources: the rotation is Su et al. (2021), section 3.4.2; the complex product follows Meta's Llama code (``apply_rotary_emb``),
the split-half form Hugging Face's (``apply_rotary_pos_emb``); the two layouts of memory are those of these two codes.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

BUFFER_ITEMS = 1024
"""Items in NumPy's working buffer where it must not push anything else out of the cache: 8 KiB of complex64."""


def _check_layout(x: NDArray[Any], seq_axis: int) -> None:
    """Given: x has four dimensions, and seq_axis says which of the middle two is the sequence."""
    if seq_axis not in (1, 2):
        raise ValueError(
            f"seq_axis must be 1 for (batch, seq, heads, D) or 2 for (batch, heads, seq, D), got {seq_axis}"
        )
    if x.ndim != 4:
        raise ValueError(
            f"x must have four dimensions, (batch, seq, heads, D) or (batch, heads, seq, D), got {x.shape}"
        )


def _check_table(name: str, table: NDArray[Any], shape: tuple[int, int], dtype: DTypeLike) -> None:
    """Given: a table has a row for each position and a column for each pair or feature, in the dtype it is used in."""
    if table.shape != shape or table.dtype != dtype:
        raise ValueError(f"{name} must be {np.dtype(dtype)} of shape {shape}, got {table.dtype} of shape {table.shape}")


def _strips(x: NDArray[Any], seq_axis: int) -> list[NDArray[Any]]:
    """Given: views of what lies together in memory, each (seq, heads, D) for seq_axis 1 and (seq, D) for seq_axis 2."""
    return list(x) if seq_axis == 1 else [head for sequence in x for head in sequence]


def _multiply(
    pairs: NDArray[np.complex64], factors: NDArray[np.complex64], out: NDArray[np.complex64] | None = None
) -> NDArray[np.complex64]:
    """Given: one product, with a working buffer that stays in the first-level cache.

    NumPy copies a table that is repeated along the heads into its working buffer, which by default holds 8,192 items: 64 KiB
    of complex64, more than most first-level caches. Where that buffer is never full, changing it costs more than it brings.
    """
    if pairs.size <= 8192:
        return np.multiply(pairs, factors, out=out)
    with np.errstate():  # its end brings the buffer's size back, too
        np.setbufsize(BUFFER_ITEMS)
        return np.multiply(pairs, factors, out=out)


def rotation_table(positions: ArrayLike, inv_freq: ArrayLike) -> NDArray[np.complex64]:
    """The unit complex numbers ``cos + i sin`` by which pairs are multiplied.

    Args:
        positions: shape (seq,), in tokens; integers or floating point, in any order, a million and more.
        inv_freq: float64 inverse frequencies in radians per token, shape (D/2,), at least one.

    Returns:
        complex64 of shape (seq, D/2): entry (t, i) stands at the angle ``positions[t] * inv_freq[i]``. Angles, cosines and
        sines are float64; only the finished numbers are cast, so that an entry is right to float32 rounding at any position.

    Raises:
        ValueError: positions is not one-dimensional, or inv_freq is not a one-dimensional float64 array with at least one
            entry (a float32 frequency has already lost what the angle of a late position needs). The message names the
            argument.
    """
    # TODO: refuse bad arguments; angles in float64; cosine and sine into the two parts of a complex64 array.
    raise NotImplementedError("rotation_table (lab 08-speed) is not written yet")


def complex_pairs(array: NDArray[np.float32], name: str = "array") -> NDArray[np.complex64]:
    """The same memory, seen as complex numbers: features 2i and 2i + 1 are the real and the imaginary part of number i.

    Args:
        array: float32 of shape (..., D) with D even. The features of a vector are adjacent in memory; the other dimensions
            may have any strides. It may be empty; NumPy then gives it strides of 0.
        name: what messages call the array.

    Returns:
        complex64 of shape (..., D/2), a view: it shares the memory of array and is writeable when array is.

    Raises:
        ValueError: array is not float32 (the view of a float16 array takes four features for one number, without a word), D
            is odd, or the features are not adjacent in memory. The message contains ``name``.
    """
    # TODO: three refusals, then one view. array.strides tells how many bytes lie between neighbours.
    raise NotImplementedError("complex_pairs (lab 08-speed) is not written yet")


def rotate_complex(
    x: NDArray[np.float32],
    table: NDArray[np.complex64],
    out: NDArray[np.float32] | None = None,
    *,
    seq_axis: int = 1,
) -> NDArray[np.float32]:
    """Rotate interleaved pairs into another array, with one complex product.

    Args:
        x: float32, features adjacent in memory as in ``complex_pairs``; it may be read-only.
        table: complex64 of shape (seq, D/2), see ``rotation_table``.
        out: where the result goes: float32 of x's shape, writeable, features adjacent, no memory shared with x. None: a new
            array.
        seq_axis: which dimension of x is the sequence, 1 or 2.

    Returns:
        ``out`` itself where it is given, else a new array. x is left as it was.

    Raises:
        ValueError: x, table, out or seq_axis is not as said. The message names the argument. Nothing has been written then.
    """
    # TODO: views of x and out as complex numbers; refuse an out of another shape, read-only, or overlapping x
    # (np.shares_memory); then np.multiply with its own out=.
    raise NotImplementedError("rotate_complex (lab 08-speed) is not written yet")


def rotate_in_place(x: NDArray[np.float32], table: NDArray[np.complex64], *, seq_axis: int = 1) -> NDArray[np.float32]:
    """Rotate interleaved pairs where they are.

    Args:
        x: float32, writeable, features adjacent in memory as in ``complex_pairs``.
        table: complex64 of shape (seq, D/2), see ``rotation_table``.
        seq_axis: which dimension of x is the sequence, 1 or 2.

    Returns:
        x itself, overwritten.

    Raises:
        ValueError: x, table or seq_axis is not as said. The message names the argument. x is left as it was then.
    """
    # TODO: the same product, with the view of x as its own out=.
    raise NotImplementedError("rotate_in_place (lab 08-speed) is not written yet")


def rotate_blocked(x: NDArray[Any], table: NDArray[np.complex64], block: int, *, seq_axis: int = 1) -> NDArray[Any]:
    """Rotate interleaved pairs where they are, block by block: also for float16, and for any strides.

    Args:
        x: float16 or float32, D even, writeable; features need not be adjacent.
        table: complex64 of shape (seq, D/2), see ``rotation_table``.
        block: how many positions make a block, 1 or more: with all heads of one sequence for seq_axis 1, of one head for
            seq_axis 2, for that is what lies together in memory. The last one may be shorter.
        seq_axis: which dimension of x is the sequence, 1 or 2.

    Returns:
        x itself, overwritten. The product is formed in float32 and rounded to x's dtype once.

    Extra memory, beside the 256 KiB: one block in float32, ``block * heads * D`` numbers for seq_axis 1, ``block * D`` for
    seq_axis 2.

    Raises:
        ValueError: x, table, block or seq_axis is not as said. The message names the argument. x is left as it was then.
    """
    # TODO: one float32 scratch array for a block, used again for every block: copy in, multiply its pairs, copy back.
    raise NotImplementedError("rotate_blocked (lab 08-speed) is not written yet")


def rotate_half_blocked(
    x: NDArray[np.float32],
    cos: NDArray[np.float32],
    sin: NDArray[np.float32],
    out: NDArray[np.float32],
    *,
    seq_axis: int = 1,
    block: int | None = None,
) -> NDArray[np.float32]:
    """Rotate split halves into another array, block by block: ``x * cos + rotate_half(x) * sin``.

    Args:
        x: float32, D even, features adjacent in memory; it may be read-only.
        cos, sin: float32 of shape (seq, D), each row with its angles twice, ``[theta, theta]`` (lab 02's ``RotaryCache``).
        out: where the result goes: float32 of x's shape, writeable, features adjacent, no memory shared with x.
        seq_axis: which dimension of x is the sequence, 1 or 2.
        block: as in ``rotate_blocked``. None: as many positions as take 128 KiB, at least 1.

    Returns:
        ``out`` itself. x is left as it was.

    Extra memory, beside the 256 KiB: one block, as in ``rotate_blocked``, and the rows of sin that belong to it.

    Raises:
        ValueError: x, cos, sin, out, seq_axis or block is not as said. The message names the argument. Nothing has been
            written then.
    """
    # TODO: for each block, and in it for each strip, four sweeps that stay in the cache: the halves of x into out, exchanged;
    # times sin with the sign of its first half turned; x times cos into a scratch array; the sum.
    raise NotImplementedError("rotate_half_blocked (lab 08-speed) is not written yet")
