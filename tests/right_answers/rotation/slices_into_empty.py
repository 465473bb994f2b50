"""Arrays of the right shape and dtype, filled by strides; real arithmetic in x's dtype; the verifier rebuilds R from angles."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rotation_matrix(position: float, inv_freq: ArrayLike) -> Floats:
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    if inv_freq.ndim != 1 or not inv_freq.size:
        raise ValueError(f"inv_freq should be a filled vector but has shape {inv_freq.shape}")
    angles = np.mod(position * inv_freq, 2 * np.pi)
    D = 2 * len(inv_freq)
    flat = np.zeros(D * D)
    # Steps of two rows and two columns along the diagonal.
    flat[0 :: 2 * D + 2] = np.cos(angles)
    flat[1 :: 2 * D + 2] = -np.sin(angles)
    flat[D :: 2 * D + 2] = np.sin(angles)
    flat[D + 1 :: 2 * D + 2] = np.cos(angles)
    return flat.reshape(D, D)


def rotate_with_matrix(x: ArrayLike, R: ArrayLike) -> NDArray[Any]:
    x, R = np.asarray(x), np.asarray(R)
    if R.ndim != 2 or R.shape[0] != R.shape[1]:
        raise ValueError(f"R should be square but has shape {R.shape}")
    if x.ndim < 1 or x.shape[-1] != R.shape[-1]:
        raise ValueError(f"x should have {R.shape[-1]} features but has shape {x.shape}")
    out = np.empty(x.shape, dtype=np.promote_types(x.dtype, R.dtype))
    for feature in range(len(R)):
        out[..., feature] = (x * R[feature]).sum(axis=-1)
    return out


def apply_rotary_pos_emb_complex(x: NDArray[Any], freqs_cis: NDArray[Any]) -> NDArray[Any]:
    if x.ndim != 4 or x.shape[-1] % 2 != 0:
        raise ValueError(f"x should have four dimensions, the last one even, but has shape {x.shape}")
    if freqs_cis.shape != (x.shape[1], x.shape[-1] // 2):
        raise ValueError(f"freqs_cis should be {(x.shape[1], x.shape[-1] // 2)} but has shape {freqs_cis.shape}")
    cos = freqs_cis.real[:, np.newaxis].astype(x.dtype)
    sin = freqs_cis.imag[:, np.newaxis].astype(x.dtype)
    out = np.empty_like(x)
    out[..., ::2] = x[..., ::2] * cos - x[..., 1::2] * sin
    out[..., 1::2] = x[..., ::2] * sin + x[..., 1::2] * cos
    return out


def is_rope_rotation(R: ArrayLike, atol: float) -> bool:
    R = np.asarray(R, dtype=np.float64)
    if R.ndim != 2 or R.shape[0] != R.shape[1] or R.shape[0] % 2 != 0 or R.shape[0] == 0:
        return False
    blocks = np.arange(0, len(R), 2)
    angles = np.arctan2(R[blocks + 1, blocks], R[blocks, blocks])
    rebuilt = np.zeros(R.shape)
    rebuilt[blocks, blocks] = rebuilt[blocks + 1, blocks + 1] = np.cos(angles)
    rebuilt[blocks, blocks + 1], rebuilt[blocks + 1, blocks] = -np.sin(angles), np.sin(angles)
    return bool(np.abs(R - rebuilt).max() <= atol)
