"""Matrix products for the angles and for their second half, and one over a power for the frequencies."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rope_frequencies(d_head: int, base: float = 10000.0) -> Floats:
    if d_head % 2 or d_head < 1:
        raise ValueError(f"d_head: {d_head} is not even and positive")
    if base <= 0.0:
        raise ValueError(f"base: {base} is not positive")
    return np.asarray(1.0 / float(base) ** (np.arange(0, d_head, 2, dtype=np.float64) / d_head))


def wavelengths(inv_freq: ArrayLike) -> Floats:
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    if (inv_freq <= 0).any():
        raise ValueError(f"inv_freq: {inv_freq[inv_freq <= 0][0]} is not positive")
    return np.asarray(2.0 * np.pi * np.reciprocal(inv_freq))


def position_angles(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    positions, inv_freq = np.asarray(positions, dtype=np.float64), np.asarray(inv_freq, dtype=np.float64)
    if len(positions.shape) != 1:
        raise ValueError(f"positions: shape {positions.shape} is not (T,)")
    if len(inv_freq.shape) != 1:
        raise ValueError(f"inv_freq: shape {inv_freq.shape} is not (D/2,)")
    return np.asarray(positions.reshape(-1, 1) @ inv_freq.reshape(1, -1))


def duplicate_angles(angles: ArrayLike) -> Floats:
    angles = np.asarray(angles, dtype=np.float64)
    if len(angles.shape) != 2:
        raise ValueError(f"angles: shape {angles.shape} is not (T, D/2)")
    one = np.eye(angles.shape[1])
    return np.asarray(angles @ np.block([[one, one]]))
