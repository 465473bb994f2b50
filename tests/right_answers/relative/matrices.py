"""One 2 x 2 matrix for every pair and einsum; permutation matrices for the layouts; a table of all scores."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def _turned(x: NDArray[Any], cos: NDArray[Any], sin: NDArray[Any]) -> NDArray[Any]:
    blocks = np.stack([np.stack([cos, -sin], axis=-1), np.stack([sin, cos], axis=-1)], axis=-2)
    pairs = x.reshape(*x.shape[:-1], -1, 2)
    return np.asarray(np.einsum("...ij,...j->...i", blocks, pairs).reshape(x.shape))


def apply_rope_single(x: ArrayLike, cos: ArrayLike, sin: ArrayLike) -> NDArray[Any]:
    x, cos, sin = np.asarray(x), np.asarray(cos), np.asarray(sin)
    if len(x.shape) != 1 or x.shape[0] % 2 != 0:
        raise ValueError(f"x: shape {x.shape} is not (D,) with D even")
    wanted = (x.shape[0] // 2,)
    if cos.shape != wanted:
        raise ValueError(f"cos: shape {cos.shape} is not {wanted}")
    if sin.shape != wanted:
        raise ValueError(f"sin: shape {sin.shape} is not {wanted}")
    return _turned(x, cos, sin)


def apply_rope(q: ArrayLike, k: ArrayLike, cos_pe: ArrayLike, sin_pe: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    q, k, cos_pe, sin_pe = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    if len(q.shape) != 2 or q.shape[1] % 2 != 0:
        raise ValueError(f"q: shape {q.shape} is not (T, D) with D even")
    if q.shape != k.shape:
        raise ValueError(f"k: shape {k.shape} is not q's, {q.shape}")
    T, pairs = q.shape[0], q.shape[1] // 2
    for name, table in (("cos_pe", cos_pe), ("sin_pe", sin_pe)):
        if table[:T].shape != (T, pairs):
            raise ValueError(f"{name}: shape {table.shape} does not begin with {(T, pairs)}")
    return _turned(q, cos_pe[:T], sin_pe[:T]), _turned(k, cos_pe[:T], sin_pe[:T])


def rotate_by_offset(x: ArrayLike, offset: int, inv_freq: ArrayLike) -> NDArray[Any]:
    x, inv_freq = np.asarray(x), np.asarray(inv_freq)
    if x.ndim != 1 or x.size % 2:
        raise ValueError(f"x: shape {x.shape} is not (D,) with D even")
    if inv_freq.shape != (x.size // 2,):
        raise ValueError(f"inv_freq: shape {inv_freq.shape} is not {(x.size // 2,)}")
    angles = abs(offset) * inv_freq.astype(np.float64)
    forwards = _turned(np.eye(2)[:, None].repeat(x.size // 2, 1).reshape(2, -1), np.cos(angles), np.sin(angles))
    matrices = forwards.reshape(2, -1, 2)  # column, pair, row
    pairs = x.astype(np.float64).reshape(-1, 2)
    rule = "jpi,pj->pi" if offset >= 0 else "ipj,pj->pi"  # the transpose turns back
    return np.asarray(np.einsum(rule, matrices, pairs).reshape(-1))


def _order(D: int) -> NDArray[np.int64]:
    """Where the features of the split-half layout stand in the interleaved one."""
    return np.arange(D).reshape(-1, 2).T.reshape(-1)


def interleaved_to_half(x: ArrayLike) -> NDArray[Any]:
    x = np.asarray(x)
    if x.shape[-1] % 2 != 0:
        raise ValueError(f"x: shape {x.shape} ends with an odd number")
    permutation = np.eye(x.shape[-1], dtype=x.dtype)[_order(x.shape[-1])]
    return np.asarray(x @ permutation.T)


def half_to_interleaved(x: ArrayLike) -> NDArray[Any]:
    x = np.asarray(x)
    if x.shape[-1] % 2 != 0:
        raise ValueError(f"x: shape {x.shape} ends with an odd number")
    permutation = np.eye(x.shape[-1], dtype=x.dtype)[_order(x.shape[-1])]
    return np.asarray(x @ permutation)


def holds_relative_property(rotate: Callable[[Floats, int], Floats], atol: float) -> bool:
    q, k = np.random.default_rng(7).standard_normal((2, 16))
    positions = range(0, 10_001, 125)
    Q = np.stack([rotate(q, p) for p in positions])
    K = np.stack([rotate(k, p) for p in positions])
    scores = Q @ K.T
    # Scores of one distance stand on one diagonal.
    for distance in range(-len(Q) + 1, len(Q)):
        diagonal = np.diagonal(scores, distance)
        if not np.all(np.abs(diagonal - diagonal[0]) <= atol):
            return False
    # The distances in between, one token at a time.
    near_q, near_k = np.stack([rotate(q, p) for p in range(130)]), np.stack([rotate(k, p) for p in range(130)])
    near = near_q @ near_k.T
    spread = [np.ptp(np.diagonal(near, distance)) for distance in range(-129, 130)]
    return bool(np.all(np.array(spread) <= atol))
