"""Everything in the split-half layout with a quarter turn, and back: the layouts do the work."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def interleaved_to_half(x: ArrayLike) -> NDArray[Any]:
    x = np.asarray(x)
    if x.shape[-1] % 2:
        raise ValueError(f"x of shape {x.shape} has no pairs")
    pairs = x.reshape(*x.shape[:-1], x.shape[-1] // 2, 2)
    return np.swapaxes(pairs, -1, -2).reshape(x.shape).copy()


def half_to_interleaved(x: ArrayLike) -> NDArray[Any]:
    x = np.asarray(x)
    if x.shape[-1] % 2:
        raise ValueError(f"x of shape {x.shape} has no halves")
    halves = x.reshape(*x.shape[:-1], 2, x.shape[-1] // 2)
    return np.swapaxes(halves, -1, -2).reshape(x.shape).copy()


def _rotate(x: NDArray[Any], cos: NDArray[Any], sin: NDArray[Any]) -> NDArray[Any]:
    halves = interleaved_to_half(x)
    first, second = np.array_split(halves, 2, axis=-1)
    quarter_turn = np.concatenate([-second, first], axis=-1)
    both = halves * np.concatenate([cos, cos], axis=-1) + quarter_turn * np.concatenate([sin, sin], axis=-1)
    return half_to_interleaved(both)


def apply_rope_single(x: ArrayLike, cos: ArrayLike, sin: ArrayLike) -> NDArray[Any]:
    x, cos, sin = np.asarray(x), np.asarray(cos), np.asarray(sin)
    if x.ndim != 1 or x.shape[-1] % 2:
        raise ValueError(f"x of shape {x.shape} is not a vector of pairs")
    for name, table in (("cos", cos), ("sin", sin)):
        if table.ndim != 1 or 2 * len(table) != len(x):
            raise ValueError(f"{name} of shape {table.shape} does not fit x of shape {x.shape}")
    return _rotate(x, cos, sin)


def apply_rope(q: ArrayLike, k: ArrayLike, cos_pe: ArrayLike, sin_pe: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    q, k, cos_pe, sin_pe = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    if q.ndim != 2 or q.shape[-1] % 2:
        raise ValueError(f"q of shape {q.shape} does not hold rows of pairs")
    if k.shape != q.shape:
        raise ValueError(f"k of shape {k.shape} does not fit q of shape {q.shape}")
    for name, table in (("cos_pe", cos_pe), ("sin_pe", sin_pe)):
        if table.ndim != 2 or len(table) < len(q) or 2 * table.shape[-1] != q.shape[-1]:
            raise ValueError(f"{name} of shape {table.shape} does not fit q of shape {q.shape}")
    return _rotate(q, cos_pe[: len(q)], sin_pe[: len(q)]), _rotate(k, cos_pe[: len(k)], sin_pe[: len(k)])


def rotate_by_offset(x: ArrayLike, offset: int, inv_freq: ArrayLike) -> NDArray[Any]:
    x, inv_freq = np.asarray(x), np.asarray(inv_freq, dtype=np.float64)
    if x.ndim != 1 or x.shape[-1] % 2:
        raise ValueError(f"x of shape {x.shape} is not a vector of pairs")
    if inv_freq.ndim != 1 or 2 * len(inv_freq) != len(x):
        raise ValueError(f"inv_freq of shape {inv_freq.shape} does not fit x of shape {x.shape}")
    # Turning back is turning forwards with the other sign of the sine.
    sign = -1.0 if offset < 0 else 1.0
    return _rotate(x, np.cos(inv_freq * abs(offset)), sign * np.sin(inv_freq * abs(offset)))


def holds_relative_property(rotate: Callable[[Floats, int], Floats], atol: float) -> bool:
    """Scores against the score at the smallest positions of the same distance, queries and keys drawn each time."""
    rng = np.random.default_rng(2024)
    distances = [0, 1, 2, 3, 5, 30, 63, 64, 65, 300, 1500, 2047, 2048, 4999, 7000]
    for distance in [*distances, *(-d for d in distances)]:
        for shift in (1, 2, 64, 100, 999, 2048, 3000):
            q, k = rng.standard_normal((2, 16))
            m, n = max(0, distance), max(0, -distance)
            before = float(rotate(q, m) @ rotate(k, n))
            after = float(rotate(q, m + shift) @ rotate(k, n + shift))
            if not np.isclose(after, before, rtol=0.0, atol=atol):
                return False
    return True
