"""Plain Python loops over rows, columns, tokens and pairs; math.cos and math.sin."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rotation_matrix(position: float, inv_freq: ArrayLike) -> Floats:
    inv_freq = np.asarray(inv_freq)
    if inv_freq.ndim != 1:
        raise ValueError(f"inv_freq is not one-dimensional, its shape is {inv_freq.shape}")
    if len(inv_freq) == 0:
        raise ValueError(f"inv_freq is empty, its shape is {inv_freq.shape}")
    R = np.zeros((2 * len(inv_freq), 2 * len(inv_freq)))
    for i in range(len(inv_freq)):
        angle = position * float(inv_freq[i])
        R[2 * i, 2 * i] = math.cos(angle)
        R[2 * i, 2 * i + 1] = -math.sin(angle)
        R[2 * i + 1, 2 * i] = math.sin(angle)
        R[2 * i + 1, 2 * i + 1] = math.cos(angle)
    return R


def rotate_with_matrix(x: ArrayLike, R: ArrayLike) -> NDArray[Any]:
    x, R = np.asarray(x), np.asarray(R)
    if R.ndim != 2 or R.shape[0] != R.shape[1]:
        raise ValueError(f"R is not square, its shape is {R.shape}")
    D = R.shape[0]
    if x.ndim < 1 or x.shape[-1] != D:
        raise ValueError(f"x has shape {x.shape}, R has {D} columns")
    rows = x.reshape(-1, D)
    out = np.zeros(rows.shape, dtype=np.result_type(x, R))
    for n in range(len(rows)):
        for i in range(D):
            for j in range(D):
                out[n, i] += R[i, j] * rows[n, j]
    return out.reshape(x.shape)


def apply_rotary_pos_emb_complex(x: NDArray[Any], freqs_cis: NDArray[Any]) -> NDArray[Any]:
    if x.ndim != 4 or x.shape[-1] % 2 == 1:
        raise ValueError(f"x has shape {x.shape}, not (batch, seq, heads, D) with D even")
    batch, seq, heads, D = x.shape
    if freqs_cis.shape != (seq, D // 2):
        raise ValueError(f"freqs_cis has shape {freqs_cis.shape}, not {(seq, D // 2)}")
    out = np.zeros(x.shape, dtype=x.dtype)
    for b in range(batch):
        for t in range(seq):
            for h in range(heads):
                for i in range(D // 2):
                    z = complex(x[b, t, h, 2 * i], x[b, t, h, 2 * i + 1]) * complex(freqs_cis[t, i])
                    out[b, t, h, 2 * i], out[b, t, h, 2 * i + 1] = z.real, z.imag
    return out


def is_rope_rotation(R: ArrayLike, atol: float) -> bool:
    R = np.asarray(R)
    if R.ndim != 2 or R.shape[0] != R.shape[1] or R.shape[0] % 2 == 1 or R.shape[0] == 0:
        return False
    for row in range(len(R)):
        for column in range(len(R)):
            if math.isnan(R[row, column]):
                return False
            if row // 2 != column // 2 and abs(R[row, column]) > atol:
                return False
    for i in range(0, len(R), 2):
        a, b, c, d = R[i, i], R[i, i + 1], R[i + 1, i], R[i + 1, i + 1]
        if abs(a - d) > atol or abs(b + c) > atol:
            return False
        # Columns of length 1, at right angles, and a determinant of 1.
        if abs(a * a + c * c - 1) > atol or abs(b * b + d * d - 1) > atol or abs(a * b + c * d) > atol:
            return False
        if abs(a * d - b * c - 1) > atol:
            return False
    return True
