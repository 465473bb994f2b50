"""Plain Python loops over floats; arrays only at the end."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rope_frequencies(d_head: int, base: float = 10000.0) -> Floats:
    if d_head <= 0 or d_head % 2 == 1:
        raise ValueError(f"d_head must be even and positive: {d_head}")
    if base <= 0:
        raise ValueError(f"base must be positive: {base}")
    frequencies = []
    for i in range(d_head // 2):
        frequencies.append(float(base) ** (-2 * i / d_head))  # noqa: PERF401 - the style of this file
    return np.array(frequencies, dtype=np.float64)


def wavelengths(inv_freq: ArrayLike) -> Floats:
    turns = []
    for frequency in np.asarray(inv_freq):
        if frequency <= 0:
            raise ValueError(f"inv_freq must be positive: {frequency}")
        turns.append(2.0 * np.pi / float(frequency))
    return np.array(turns)


def position_angles(positions: ArrayLike, inv_freq: ArrayLike) -> Floats:
    positions, inv_freq = np.asarray(positions), np.asarray(inv_freq)
    if positions.ndim != 1:
        raise ValueError(f"positions must be a vector, not of shape {positions.shape}")
    if inv_freq.ndim != 1:
        raise ValueError(f"inv_freq must be a vector, not of shape {inv_freq.shape}")
    angles = np.zeros((len(positions), len(inv_freq)))
    for t in range(len(positions)):
        for i in range(len(inv_freq)):
            angles[t, i] = float(positions[t]) * float(inv_freq[i])
    return angles


def duplicate_angles(angles: ArrayLike) -> Floats:
    angles = np.asarray(angles)
    if angles.ndim != 2:
        raise ValueError(f"angles must be a table, not of shape {angles.shape}")
    rows, pairs = angles.shape
    doubled = np.zeros((rows, 2 * pairs))
    for t in range(rows):
        for i in range(2 * pairs):
            doubled[t, i] = angles[t, i % pairs]
    return doubled
