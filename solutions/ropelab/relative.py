"""Lab 04: the relative property, the reason why RoPE rotates.

The score of a rotated query and a rotated key depends on their distance only: <R_m q, R_n k> = <q, R_{n-m} k>.

This lab uses the interleaved layout, the course's own: features 2i and 2i + 1 form pair i. A pair (x0, x1) is turned
counter-clockwise: (x0 cos - x1 sin, x0 sin + x1 cos).

Source: Su et al. (2021), equations 11 to 16, and equation 34 for the elementwise form.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def apply_rope_single(x: ArrayLike, cos: ArrayLike, sin: ArrayLike) -> NDArray[Any]:
    """Rotate one vector, interleaved layout.

    Args:
        x: shape (D,), D even.
        cos, sin: shape (D/2,), the cosine and the sine of each pair's angle.

    Returns:
        A new array of shape (D,) whose dtype is the one that NumPy promotes x and the tables to: features 2i and 2i + 1 are
        pair i of x, turned counter-clockwise. The arguments are left as they were.

    Raises:
        ValueError: x is not a vector of even length, or cos or sin is not of shape (D/2,). The message names the argument
            and its shape.
    """
    # TODO: refuse shapes that do not fit; take the even and the odd features; rotate; weave them back.
    ### BEGIN SOLUTION
    x, cos, sin = np.asarray(x), np.asarray(cos), np.asarray(sin)
    if x.ndim != 1 or x.size % 2:
        raise ValueError(f"x must be a vector of even length, got shape {x.shape}")
    for name, table in (("cos", cos), ("sin", sin)):
        if table.shape != (x.size // 2,):
            raise ValueError(f"{name} must have shape ({x.size // 2},), got {table.shape}")
    even, odd = x[0::2], x[1::2]
    return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)
    ### END SOLUTION


def apply_rope(q: ArrayLike, k: ArrayLike, cos_pe: ArrayLike, sin_pe: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Rotate the queries and the keys of one head, token by token, interleaved layout.

    Args:
        q, k: shape (T, D), D even; row t is the token at position t.
        cos_pe, sin_pe: tables of shape (length, D/2) with at least T rows; row t rotates token t, further rows are not used.

    Returns:
        ``(q_rotated, k_rotated)``, new arrays of shape (T, D), in the dtype that NumPy promotes q (or k) and the tables to.
        The arguments are left as they were.

    Raises:
        ValueError: q and k do not share one shape (T, D) with D even, or cos_pe or sin_pe has fewer than T rows or not D/2
            columns. The message names the argument and its shape.
    """
    # TODO: refuse shapes that do not fit; then rotate every row of q and of k by its own row of the tables.
    ### BEGIN SOLUTION
    q, k, cos, sin = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    if q.ndim != 2 or q.shape[1] % 2:
        raise ValueError(f"q must have shape (T, D) with D even, got {q.shape}")
    if k.shape != q.shape:
        raise ValueError(f"k must have the shape of q, {q.shape}, got {k.shape}")
    for name, table in (("cos_pe", cos), ("sin_pe", sin)):
        if table.ndim != 2 or len(table) < len(q) or table.shape[1] != q.shape[1] // 2:
            raise ValueError(f"{name} must have at least {len(q)} rows of {q.shape[1] // 2}, got shape {table.shape}")
    cos, sin = cos[: len(q)], sin[: len(q)]
    rotated = []
    for x in (q, k):
        even, odd = x[:, 0::2], x[:, 1::2]
        rotated.append(np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape))
    return rotated[0], rotated[1]
    ### END SOLUTION


def rotate_by_offset(x: ArrayLike, offset: int, inv_freq: ArrayLike) -> NDArray[Any]:
    """Rotate a vector as if its token stood ``offset`` positions further on, interleaved layout: R_offset x.

    Args:
        x: shape (D,), D even.
        offset: in tokens; it may be negative, which turns clockwise.
        inv_freq: inverse frequencies in radians per token, shape (D/2,).

    Returns:
        A new float64 array of shape (D,). The cosines and sines are computed from the offset itself: a table has no row
        for a negative offset, and indexing one with it reads from the table's end.

    Raises:
        ValueError: x is not a vector of even length, or inv_freq is not of shape (D/2,). The message names the argument
            and its shape.
    """
    # TODO: the angles of this offset, then apply_rope_single. Check inv_freq by its own name first.
    ### BEGIN SOLUTION
    x, inv_freq = np.asarray(x), np.asarray(inv_freq, dtype=np.float64)
    if x.ndim == 1 and inv_freq.shape != (x.size // 2,):
        raise ValueError(f"inv_freq must have shape ({x.size // 2},), got {inv_freq.shape}")
    angles = offset * inv_freq
    return apply_rope_single(x, np.cos(angles), np.sin(angles))
    ### END SOLUTION


def interleaved_to_half(x: ArrayLike) -> NDArray[Any]:
    """Reorder features from the interleaved layout to the split-half layout.

    Args:
        x: shape (..., D), D even: pair i stands at features 2i and 2i + 1.

    Returns:
        A new array of the same shape and dtype: pair i stands at features i and i + D/2. Nothing but the order changes.

    Raises:
        ValueError: D is odd. The message names x and its shape.
    """
    # TODO: refuse an odd last dimension; then the even features first, the odd ones behind them.
    ### BEGIN SOLUTION
    x = np.asarray(x)
    if x.shape[-1] % 2:
        raise ValueError(f"the last dimension of x must be even, got shape {x.shape}")
    return np.concatenate([x[..., 0::2], x[..., 1::2]], axis=-1)
    ### END SOLUTION


def half_to_interleaved(x: ArrayLike) -> NDArray[Any]:
    """Reorder features from the split-half layout to the interleaved layout: the inverse of ``interleaved_to_half``.

    Args:
        x: shape (..., D), D even: pair i stands at features i and i + D/2.

    Returns:
        A new array of the same shape and dtype: pair i stands at features 2i and 2i + 1. Nothing but the order changes.

    Raises:
        ValueError: D is odd. The message names x and its shape.
    """
    # TODO: refuse an odd last dimension; then weave the two halves together.
    ### BEGIN SOLUTION
    x = np.asarray(x)
    if x.shape[-1] % 2:
        raise ValueError(f"the last dimension of x must be even, got shape {x.shape}")
    first, second = np.split(x, 2, axis=-1)
    return np.stack([first, second], axis=-1).reshape(x.shape)
    ### END SOLUTION


def holds_relative_property(rotate: Callable[[NDArray[np.float64], int], NDArray[np.float64]], atol: float) -> bool:
    """Does this rotation have the relative property?

    Args:
        rotate: called as ``rotate(x, position)`` with a float64 vector x of 16 features and an integer position from 0 to
            10,000; returns the vector as it looks at that position. It may be right or wrong in any way.
        atol: how large a difference between two scores may be, absolute, for vectors of about standard normal entries.

    Returns:
        True when moving a query and a key together never changes their score by more than atol: for every m, n and shift
        s that you try, ``rotate(q, m) @ rotate(k, n)`` equals ``rotate(q, m + s) @ rotate(k, n + s)``. False otherwise, also
        when a score is not a number. Try near and far positions, tokens near and far from each other, and q
        different from k: some wrong rotations differ only there.
    """
    # TODO: draw a query and a key; compare their score at several (m, n) with their score at (m + s, n + s).
    ### BEGIN SOLUTION
    q, k = np.random.default_rng(0).standard_normal((2, 16))
    for m, n in [(0, 1), (3, 7), (5, 5), (20, 8), (6, 300), (900, 40)]:
        score = rotate(q, m) @ rotate(k, n)
        for shift in range(1, 9000, 1287):
            moved = rotate(q, m + shift) @ rotate(k, n + shift)
            if not abs(moved - score) <= atol:
                return False
    return True
    ### END SOLUTION
