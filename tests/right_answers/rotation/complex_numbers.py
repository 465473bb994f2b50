"""Complex numbers wherever they fit: the matrix from them, the product by viewing pairs as complex, the verifier by moduli."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rotation_matrix(position: float, inv_freq: ArrayLike) -> Floats:
    frequencies = np.array(inv_freq, dtype=np.float64)
    if frequencies.ndim != 1 or len(frequencies) < 1:
        raise ValueError(f"inv_freq must be a vector that is not empty, not of shape {frequencies.shape}")
    # The columns are the images of 1 and of i, pair by pair.
    turns = np.diag(np.exp(1j * position * frequencies))
    R = np.zeros((2 * len(turns), 2 * len(turns)))
    R[0::2, 0::2], R[1::2, 0::2] = turns.real, turns.imag
    R[0::2, 1::2], R[1::2, 1::2] = (1j * turns).real, (1j * turns).imag
    return R


def rotate_with_matrix(x: ArrayLike, R: ArrayLike) -> NDArray[Any]:
    x, R = np.asarray(x), np.asarray(R)
    if R.ndim != 2 or len(set(R.shape)) != 1:
        raise ValueError(f"R must be square, not of shape {R.shape}")
    if x.shape[-1:] != R.shape[1:]:
        raise ValueError(f"x must end with {R.shape[1]} features, not have the shape {x.shape}")
    return np.asarray(np.dot(x, R.transpose()))


def apply_rotary_pos_emb_complex(x: NDArray[Any], freqs_cis: NDArray[Any]) -> NDArray[Any]:
    if x.ndim != 4:
        raise ValueError(f"x must have four dimensions, not the shape {x.shape}")
    if x.shape[3] % 2:
        raise ValueError(f"x must have an even last dimension, not the shape {x.shape}")
    if freqs_cis.shape != (x.shape[1], x.shape[3] // 2):
        raise ValueError(f"freqs_cis must be of shape {(x.shape[1], x.shape[3] // 2)}, not {freqs_cis.shape}")
    pairs = np.ascontiguousarray(x, dtype=np.float64).view(np.complex128)
    turned = pairs * freqs_cis.reshape(1, x.shape[1], 1, -1)
    return np.asarray(turned.astype(np.complex128).view(np.float64), dtype=x.dtype)


def is_rope_rotation(R: ArrayLike, atol: float) -> bool:
    R = np.asarray(R)
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) % 2 or len(R) == 0 or not np.isfinite(R).all():
        return False
    one, i = R[0::2] + 1j * R[1::2], np.arange(len(R) // 2)
    images_of_1, images_of_i = one[:, 0::2], one[:, 1::2]
    turns = images_of_1[i, i]
    is_complex_product = np.abs(images_of_i - 1j * images_of_1).max() <= atol
    is_diagonal = np.abs(images_of_1 - np.diag(turns)).max() <= atol
    keeps_lengths = np.abs(np.abs(turns) - 1.0).max() <= atol
    return bool(is_complex_product and is_diagonal and keeps_lengths)
