"""np.stack and reshape for pairs and for blocks, np.matmul with a trailing axis, and a verifier that cuts R into blocks."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rotation_matrix(position: float, inv_freq: ArrayLike) -> Floats:
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    if inv_freq.ndim != 1 or len(inv_freq) == 0:
        raise ValueError(f"inv_freq has shape {inv_freq.shape}, wanted a vector with entries")
    c, s = np.cos(position * inv_freq), np.sin(position * inv_freq)
    blocks = np.stack([c, -s, s, c], axis=-1).reshape(-1, 2, 2)
    pairs = len(blocks)
    R = np.zeros((pairs, pairs, 2, 2))
    R[np.arange(pairs), np.arange(pairs)] = blocks
    return R.swapaxes(1, 2).reshape(2 * pairs, 2 * pairs)


def rotate_with_matrix(x: ArrayLike, R: ArrayLike) -> NDArray[Any]:
    x, R = np.asarray(x), np.asarray(R)
    if R.ndim != 2:
        raise ValueError(f"R has shape {R.shape}, wanted (D, D)")
    rows, columns = R.shape
    if rows != columns:
        raise ValueError(f"R has shape {R.shape}, wanted (D, D)")
    if x.ndim == 0 or x.shape[-1] != columns:
        raise ValueError(f"x has shape {x.shape}, wanted (..., {columns})")
    return np.asarray(np.matmul(R, x[..., np.newaxis])[..., 0])


def apply_rotary_pos_emb_complex(x: NDArray[Any], freqs_cis: NDArray[Any]) -> NDArray[Any]:
    if x.ndim != 4 or x.shape[-1] % 2:
        raise ValueError(f"x has shape {x.shape}, wanted (batch, seq, heads, D) with D even")
    batch, seq, heads, D = x.shape
    if freqs_cis.shape != (seq, D // 2):
        raise ValueError(f"freqs_cis has shape {freqs_cis.shape}, wanted ({seq}, {D // 2})")
    real, imaginary = np.moveaxis(x.reshape(batch, seq, heads, D // 2, 2), -1, 0)
    turned = (real + 1j * imaginary) * np.expand_dims(freqs_cis, 1)
    return np.stack([turned.real, turned.imag], axis=-1).reshape(x.shape).astype(x.dtype)


def is_rope_rotation(R: ArrayLike, atol: float) -> bool:
    R = np.asarray(R)
    if R.ndim != 2 or R.shape[0] != R.shape[1] or R.shape[0] % 2 or R.shape[0] == 0:
        return False
    pairs = len(R) // 2
    tiles = R.reshape(pairs, 2, pairs, 2).swapaxes(1, 2)
    on_diagonal = np.eye(pairs, dtype=bool)
    blocks, others = tiles[on_diagonal], tiles[~on_diagonal]
    if not np.all(np.abs(others) <= atol):
        return False
    products = blocks @ blocks.swapaxes(1, 2)
    conditions = [
        np.abs(blocks[:, 0, 0] - blocks[:, 1, 1]) <= atol,
        np.abs(blocks[:, 0, 1] + blocks[:, 1, 0]) <= atol,
        (np.abs(products - np.eye(2)) <= atol).all(axis=(1, 2)),
        np.abs(np.linalg.det(blocks) - 1.0) <= 2 * atol,
    ]
    return bool(np.all(conditions))
