"""Plain Python loops with one pair after another, math.cos and math.sin."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def apply_rope_single(x: ArrayLike, cos: ArrayLike, sin: ArrayLike) -> NDArray[Any]:
    x, cos, sin = np.asarray(x), np.asarray(cos), np.asarray(sin)
    if x.ndim != 1 or len(x) % 2 == 1:
        raise ValueError(f"x is not a vector of even length, its shape is {x.shape}")
    pairs = len(x) // 2
    if cos.shape != (pairs,):
        raise ValueError(f"cos has shape {cos.shape}, not ({pairs},)")
    if sin.shape != (pairs,):
        raise ValueError(f"sin has shape {sin.shape}, not ({pairs},)")
    y = np.zeros(len(x), dtype=np.result_type(x, cos, sin))
    for i in range(pairs):
        y[2 * i] = x[2 * i] * cos[i] - x[2 * i + 1] * sin[i]
        y[2 * i + 1] = x[2 * i] * sin[i] + x[2 * i + 1] * cos[i]
    return y


def apply_rope(q: ArrayLike, k: ArrayLike, cos_pe: ArrayLike, sin_pe: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    q, k, cos_pe, sin_pe = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    if q.ndim != 2 or q.shape[1] % 2 == 1:
        raise ValueError(f"q has shape {q.shape}, not (T, D) with D even")
    if k.shape != q.shape:
        raise ValueError(f"k has shape {k.shape}, q has {q.shape}")
    T, D = q.shape
    for name, table in [("cos_pe", cos_pe), ("sin_pe", sin_pe)]:
        if table.ndim != 2 or table.shape[0] < T or table.shape[1] != D // 2:
            raise ValueError(f"{name} has shape {table.shape}, not ({T}, {D // 2}) or more rows")
    q_rows = [apply_rope_single(q[t], cos_pe[t], sin_pe[t]) for t in range(T)]
    k_rows = [apply_rope_single(k[t], cos_pe[t], sin_pe[t]) for t in range(T)]
    return np.array(q_rows), np.array(k_rows)


def rotate_by_offset(x: ArrayLike, offset: int, inv_freq: ArrayLike) -> NDArray[Any]:
    x, inv_freq = np.asarray(x), np.asarray(inv_freq)
    if x.ndim != 1 or len(x) % 2 == 1:
        raise ValueError(f"x is not a vector of even length, its shape is {x.shape}")
    if inv_freq.shape != (len(x) // 2,):
        raise ValueError(f"inv_freq has shape {inv_freq.shape}, not ({len(x) // 2},)")
    cos = [math.cos(offset * float(frequency)) for frequency in inv_freq]
    sin = [math.sin(offset * float(frequency)) for frequency in inv_freq]
    return apply_rope_single(x, cos, sin)


def interleaved_to_half(x: ArrayLike) -> NDArray[Any]:
    x = np.asarray(x)
    D = x.shape[-1]
    if D % 2 == 1:
        raise ValueError(f"x has an odd last dimension, its shape is {x.shape}")
    y = np.zeros(x.shape, dtype=x.dtype)
    for i in range(D // 2):
        y[..., i] = x[..., 2 * i]
        y[..., i + D // 2] = x[..., 2 * i + 1]
    return y


def half_to_interleaved(x: ArrayLike) -> NDArray[Any]:
    x = np.asarray(x)
    D = x.shape[-1]
    if D % 2 == 1:
        raise ValueError(f"x has an odd last dimension, its shape is {x.shape}")
    y = np.zeros(x.shape, dtype=x.dtype)
    for i in range(D // 2):
        y[..., 2 * i] = x[..., i]
        y[..., 2 * i + 1] = x[..., i + D // 2]
    return y


def holds_relative_property(rotate: Callable[[Floats, int], Floats], atol: float) -> bool:
    rng = np.random.default_rng(3)
    for _ in range(3):
        q, k = rng.standard_normal(16), rng.standard_normal(16)
        for m in (0, 1, 10, 100, 1000):
            for n in (0, 2, 20, 200, 2000):
                score = np.dot(rotate(q, m), rotate(k, n))
                for s in (1, 5, 50, 63, 500, 1999, 5000, 7999):
                    moved = np.dot(rotate(q, m + s), rotate(k, n + s))
                    if math.isnan(moved) or abs(score - moved) > atol:
                        return False
    return True
