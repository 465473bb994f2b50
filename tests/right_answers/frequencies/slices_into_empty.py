"""np.empty of the right shape, then filled slice by slice; np.logspace and einsum."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rope_frequencies(d_head: int, base: float = 10000.0) -> Floats:
    if d_head <= 0 or d_head % 2 != 0:
        raise ValueError(f"d_head should be a positive even number but is {d_head}")
    if base <= 0:
        raise ValueError(f"base should be above 0 but is {base}")
    frequencies = np.empty(d_head // 2)
    frequencies[:] = np.logspace(0.0, -(d_head - 2) / d_head, num=d_head // 2, base=float(base))
    return frequencies


def wavelengths(inv_freq: ArrayLike) -> Floats:
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    lowest = np.min(inv_freq)
    if lowest <= 0:
        raise ValueError(f"inv_freq should be above 0 but holds {lowest}")
    tokens = np.empty(inv_freq.shape)
    np.divide(2 * np.pi, inv_freq, out=tokens)
    return tokens


def position_angles(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    positions = np.asarray(positions).astype(np.float64)
    inv_freq = np.asarray(inv_freq).astype(np.float64)
    if positions.ndim != 1:
        raise ValueError(f"positions should be one-dimensional but has shape {positions.shape}")
    if inv_freq.ndim != 1:
        raise ValueError(f"inv_freq should be one-dimensional but has shape {inv_freq.shape}")
    return np.asarray(np.einsum("t,i->ti", positions, inv_freq))


def duplicate_angles(angles: ArrayLike) -> Floats:
    angles = np.asarray(angles, dtype=np.float64)
    if angles.ndim != 2:
        raise ValueError(f"angles should be two-dimensional but has shape {angles.shape}")
    T, pairs = angles.shape
    both = np.empty((T, 2 * pairs))
    both[:, :pairs] = angles
    both[:, pairs:] = angles
    return both
