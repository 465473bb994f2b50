"""Powers by exp and log, products by broadcasting."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rope_frequencies(d_head: int, base: float = 10000.0) -> Floats:
    if d_head <= 0:
        raise ValueError(f"d_head must be positive, not {d_head}")
    if d_head % 2:
        raise ValueError(f"d_head must be even, not {d_head}")
    if base <= 0:
        raise ValueError(f"base must be positive, not {base}")
    even_features = np.arange(0, d_head, 2)
    return np.asarray(np.exp(-np.log(float(base)) * even_features / d_head))


def wavelengths(inv_freq: ArrayLike) -> Floats:
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    bad = inv_freq[~(inv_freq > 0)]
    if len(bad) > 0:
        raise ValueError(f"inv_freq must be above 0, not {bad[0]}")
    return np.asarray(np.exp(np.log(2 * np.pi) - np.log(inv_freq)))


def position_angles(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    positions = np.array(positions, dtype=np.float64)
    inv_freq = np.array(inv_freq, dtype=np.float64)
    for name, array in (("positions", positions), ("inv_freq", inv_freq)):
        if array.ndim != 1:
            raise ValueError(f"{name} must have one dimension, not the shape {array.shape}")
    return np.asarray(positions[:, np.newaxis] * inv_freq)


def duplicate_angles(angles: ArrayLike) -> Floats:
    angles = np.array(angles, dtype=np.float64)
    if angles.ndim != 2:
        raise ValueError(f"angles must have two dimensions, not the shape {angles.shape}")
    return np.hstack((angles, angles))
