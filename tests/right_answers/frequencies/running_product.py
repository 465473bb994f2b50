"""Each frequency from the one before it, and np.tile for the second half."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rope_frequencies(d_head: int, base: float = 10000.0) -> Floats:
    if d_head < 2 or d_head % 2 != 0:
        raise ValueError(f"d_head={d_head} is not a positive even number")
    if not base > 0:
        raise ValueError(f"base={base} is not above 0")
    ratio = float(base) ** (-2.0 / d_head)
    frequencies = [1.0]
    while len(frequencies) < d_head // 2:
        frequencies.append(frequencies[-1] * ratio)
    return np.array(frequencies)


def wavelengths(inv_freq: ArrayLike) -> Floats:
    frequencies = np.array(inv_freq, dtype=float)
    if frequencies.min() <= 0:
        raise ValueError(f"inv_freq has an entry that is not above 0: {frequencies.min()}")
    return np.asarray(frequencies**-1 * 2 * np.pi)


def position_angles(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    if np.ndim(positions) != 1:
        raise ValueError(f"positions has shape {np.shape(positions)}, wanted (T,)")
    if np.ndim(inv_freq) != 1:
        raise ValueError(f"inv_freq has shape {np.shape(inv_freq)}, wanted (D/2,)")
    columns = [np.array(positions, dtype=np.float64) * float(frequency) for frequency in np.asarray(inv_freq)]
    return np.stack(columns, axis=1)


def duplicate_angles(angles: ArrayLike) -> Floats:
    if np.ndim(angles) != 2:
        raise ValueError(f"angles has shape {np.shape(angles)}, wanted (T, D/2)")
    return np.tile(np.asarray(angles, dtype=np.float64), (1, 2))
