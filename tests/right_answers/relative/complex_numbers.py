"""Pairs as complex numbers: a rotation is one complex product."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def _paired(x: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(x[..., 0::2] + 1j * x[..., 1::2])


def _woven(z: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    return np.stack([z.real, z.imag], axis=-1).reshape(*z.shape[:-1], -1).astype(dtype)


def apply_rope_single(x: ArrayLike, cos: ArrayLike, sin: ArrayLike) -> NDArray[Any]:
    x, cos, sin = np.asarray(x), np.asarray(cos), np.asarray(sin)
    if x.ndim != 1:
        raise ValueError(f"x must be a vector, not of shape {x.shape}")
    if x.size % 2:
        raise ValueError(f"x must be of even length, not of shape {x.shape}")
    pairs = _paired(x)
    for name, table in {"cos": cos, "sin": sin}.items():
        if table.shape != pairs.shape:
            raise ValueError(f"{name} must be of shape {pairs.shape}, not {table.shape}")
    return _woven(pairs * (cos + 1j * sin), np.result_type(x, cos, sin))


def apply_rope(q: ArrayLike, k: ArrayLike, cos_pe: ArrayLike, sin_pe: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    q, k, cos, sin = np.asarray(q), np.asarray(k), np.asarray(cos_pe), np.asarray(sin_pe)
    if q.ndim != 2 or q.shape[-1] % 2:
        raise ValueError(f"q must be of shape (T, D) with D even, not {q.shape}")
    if k.shape != q.shape:
        raise ValueError(f"k must be of q's shape {q.shape}, not {k.shape}")
    tokens = len(q)
    if cos.shape[1:] != (q.shape[1] // 2,) or len(cos) < tokens:
        raise ValueError(f"cos_pe must have {tokens} rows and {q.shape[1] // 2} columns, not the shape {cos.shape}")
    if sin.shape[1:] != (q.shape[1] // 2,) or len(sin) < tokens:
        raise ValueError(f"sin_pe must have {tokens} rows and {q.shape[1] // 2} columns, not the shape {sin.shape}")
    turns = cos[:tokens] + 1j * sin[:tokens]
    return (
        _woven(_paired(q) * turns, np.result_type(q, cos, sin)),
        _woven(_paired(k) * turns, np.result_type(k, cos, sin)),
    )


def rotate_by_offset(x: ArrayLike, offset: int, inv_freq: ArrayLike) -> NDArray[Any]:
    x, inv_freq = np.asarray(x, dtype=np.float64), np.asarray(inv_freq, dtype=np.float64)
    if x.ndim != 1 or x.size % 2:
        raise ValueError(f"x must be a vector of even length, not of shape {x.shape}")
    if inv_freq.shape != (x.size // 2,):
        raise ValueError(f"inv_freq must be of shape {(x.size // 2,)}, not {inv_freq.shape}")
    return _woven(_paired(x) * np.exp(1j * offset * inv_freq), x.dtype)


def interleaved_to_half(x: ArrayLike) -> NDArray[Any]:
    x = np.asarray(x)
    if x.shape[-1] % 2:
        raise ValueError(f"x must have an even last dimension, not the shape {x.shape}")
    pairs = _paired(x)
    return np.concatenate([pairs.real, pairs.imag], axis=-1).astype(x.dtype)


def half_to_interleaved(x: ArrayLike) -> NDArray[Any]:
    x = np.asarray(x)
    half = x.shape[-1] // 2
    if x.shape[-1] != 2 * half:
        raise ValueError(f"x must have an even last dimension, not the shape {x.shape}")
    return _woven(x[..., :half] + 1j * x[..., half:], x.dtype)


def holds_relative_property(rotate: Callable[[Floats, int], Floats], atol: float) -> bool:
    rng = np.random.default_rng(12345)
    for _ in range(300):
        q, k = rng.standard_normal(16), rng.standard_normal(16)
        m, n = (int(position) for position in rng.integers(0, 5001, 2))
        shift = int(rng.integers(1, 5001))
        difference = np.dot(rotate(q, m), rotate(k, n)) - np.dot(rotate(q, m + shift), rotate(k, n + shift))
        if not np.abs(difference) <= atol:
            return False
    return True
