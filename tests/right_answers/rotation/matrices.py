"""Kronecker products and einsum: the matrix as a sum over pairs, the complex product as a real matrix product."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

QUARTER_TURN = np.array([[0.0, -1.0], [1.0, 0.0]])


def rotation_matrix(position: float, inv_freq: ArrayLike) -> Floats:
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    if inv_freq.ndim != 1 or inv_freq.shape[0] == 0:
        raise ValueError(f"inv_freq: shape {inv_freq.shape} is not (D/2,) with at least one pair")
    angles = position * inv_freq
    return np.asarray(np.kron(np.diag(np.cos(angles)), np.eye(2)) + np.kron(np.diag(np.sin(angles)), QUARTER_TURN))


def rotate_with_matrix(x: ArrayLike, R: ArrayLike) -> NDArray[Any]:
    x, R = np.asarray(x), np.asarray(R)
    if R.shape != (len(R), len(R)):
        raise ValueError(f"R: shape {R.shape} is not square")
    if x.ndim == 0 or x.shape[-1] != R.shape[0]:
        raise ValueError(f"x: shape {x.shape} does not end with {R.shape[0]}")
    return np.asarray(np.einsum("ij,...j->...i", R, x))


def apply_rotary_pos_emb_complex(x: NDArray[Any], freqs_cis: NDArray[Any]) -> NDArray[Any]:
    if len(x.shape) != 4 or x.shape[3] % 2 != 0:
        raise ValueError(f"x: shape {x.shape} is not (batch, seq, heads, D) with D even")
    if freqs_cis.shape != (x.shape[1], x.shape[3] // 2):
        raise ValueError(f"freqs_cis: shape {freqs_cis.shape} is not {(x.shape[1], x.shape[3] // 2)}")
    cos, sin = freqs_cis.real, freqs_cis.imag
    blocks = cos[..., None, None] * np.eye(2) + sin[..., None, None] * QUARTER_TURN
    pairs = x.reshape(*x.shape[:3], -1, 2)
    return np.asarray(np.einsum("tpij,bthpj->bthpi", blocks, pairs).reshape(x.shape), dtype=x.dtype)


def is_rope_rotation(R: ArrayLike, atol: float) -> bool:
    R = np.asarray(R)
    if R.ndim != 2 or R.shape[0] != R.shape[1] or R.shape[0] % 2 == 1 or R.shape[0] < 2:
        return False
    size = len(R)
    inside = np.kron(np.eye(size // 2), np.ones((2, 2))).astype(bool)
    if not np.allclose(R[~inside], 0.0, rtol=0.0, atol=atol):
        return False
    # What turns commutes with a quarter turn; what reflects or stretches one axis does not.
    J = np.kron(np.eye(size // 2), QUARTER_TURN)
    if not np.allclose(R @ J, J @ R, rtol=0.0, atol=atol):
        return False
    if not np.allclose(R.T @ R, np.eye(size), rtol=0.0, atol=atol):
        return False
    return bool(np.isclose(np.linalg.det(R), 1.0, rtol=0.0, atol=size * atol))
