"""np.empty of the right dtype, then strided slices written into it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def _rotated(x: NDArray[Any], cos: NDArray[Any], sin: NDArray[Any]) -> NDArray[Any]:
    y = np.empty(x.shape, dtype=np.result_type(x.dtype, cos.dtype, sin.dtype))
    y[..., ::2] = x[..., ::2] * cos
    y[..., ::2] -= x[..., 1::2] * sin
    y[..., 1::2] = x[..., 1::2] * cos
    y[..., 1::2] += x[..., ::2] * sin
    return y


def _even(x: NDArray[Any]) -> NDArray[Any]:
    if x.shape[-1] % 2 != 0:
        raise ValueError(f"the last dimension of x should be even, but x has shape {x.shape}")
    return x


def apply_rope_single(x: ArrayLike, cos: ArrayLike, sin: ArrayLike) -> NDArray[Any]:
    x = np.asarray(x)
    if x.ndim != 1 or x.shape[0] % 2 != 0:
        raise ValueError(f"x should be a vector of even length, but has shape {x.shape}")
    if np.shape(cos) != (x.size // 2,):
        raise ValueError(f"cos should have {x.size // 2} entries, but has shape {np.shape(cos)}")
    if np.shape(sin) != (x.size // 2,):
        raise ValueError(f"sin should have {x.size // 2} entries, but has shape {np.shape(sin)}")
    return _rotated(x, np.asarray(cos), np.asarray(sin))


def apply_rope(q: ArrayLike, k: ArrayLike, cos_pe: ArrayLike, sin_pe: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    q, k, cos, sin = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    if q.ndim != 2 or q.shape[-1] % 2 != 0:
        raise ValueError(f"q should be (T, D) with D even, but has shape {q.shape}")
    if k.ndim != 2 or k.shape[0] != q.shape[0] or k.shape[1] != q.shape[1]:
        raise ValueError(f"k should have the shape {q.shape}, but has shape {k.shape}")
    T, D = q.shape
    if cos.ndim != 2 or cos.shape[0] < T or 2 * cos.shape[1] != D:
        raise ValueError(f"cos_pe should have {T} rows of {D // 2}, but has shape {cos.shape}")
    if sin.ndim != 2 or sin.shape[0] < T or 2 * sin.shape[1] != D:
        raise ValueError(f"sin_pe should have {T} rows of {D // 2}, but has shape {sin.shape}")
    return _rotated(q, cos[:T], sin[:T]), _rotated(k, cos[:T], sin[:T])


def rotate_by_offset(x: ArrayLike, offset: int, inv_freq: ArrayLike) -> NDArray[Any]:
    x = np.array(x, dtype=np.float64)
    frequencies = np.array(inv_freq, dtype=np.float64)
    if x.ndim != 1 or x.size % 2 != 0:
        raise ValueError(f"x should be a vector of even length, but has shape {x.shape}")
    if frequencies.shape != (x.size // 2,):
        raise ValueError(f"inv_freq should have shape ({x.size // 2},), but has shape {frequencies.shape}")
    angles = np.fmod(offset * frequencies, 2 * np.pi)
    return _rotated(x, np.cos(angles), np.sin(angles))


def interleaved_to_half(x: ArrayLike) -> NDArray[Any]:
    x = _even(np.asarray(x))
    half = x.shape[-1] // 2
    y = np.empty_like(x)
    y[..., :half], y[..., half:] = x[..., ::2], x[..., 1::2]
    return y


def half_to_interleaved(x: ArrayLike) -> NDArray[Any]:
    x = _even(np.asarray(x))
    half = x.shape[-1] // 2
    y = np.empty_like(x)
    y[..., ::2], y[..., 1::2] = x[..., :half], x[..., half:]
    return y


def holds_relative_property(rotate: Callable[[Floats, int], Floats], atol: float) -> bool:
    rng = np.random.default_rng(42)
    q, k = rng.standard_normal(16), rng.standard_normal(16)
    for distance in (-4000, -2049, -700, -90, -3, -1, 0, 1, 2, 17, 128, 999, 3000):
        starts = np.arange(max(0, -distance), 10_001 - max(0, distance), 61)
        scores = np.empty(len(starts))
        for number, start in enumerate(starts):
            scores[number] = rotate(q, int(start)) @ rotate(k, int(start) + distance)
        if not np.max(np.abs(scores - scores[0])) <= atol:
            return False
    return True
