"""Pairs as complex numbers, first half real and second half imaginary: a quarter turn is times 1j."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.cache import RotaryCache


def _to_complex(x: NDArray[Any]) -> NDArray[Any]:
    half = x.shape[-1] // 2
    return np.asarray(x[..., :half] + 1j * x[..., half:])


def _to_pairs(z: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    return np.concatenate([z.real, z.imag], axis=-1).astype(dtype)


def rotate_half(x: NDArray[Any]) -> NDArray[Any]:
    if x.shape[-1] % 2 != 0:
        raise ValueError(f"the features of x must come in pairs, but its shape is {x.shape}")
    return _to_pairs(_to_complex(x) * 1j, x.dtype)


def apply_rotary_pos_emb(
    q: NDArray[Any],
    k: NDArray[Any],
    cos: NDArray[Any],
    sin: NDArray[Any],
    position_ids: ArrayLike | None = None,
    unsqueeze_dim: int = 1,
) -> tuple[NDArray[Any], NDArray[Any]]:
    if unsqueeze_dim not in {1, 2}:
        raise ValueError(f"unsqueeze_dim={unsqueeze_dim} must be 1 or 2")
    if cos.shape != sin.shape:
        raise ValueError(f"cos {cos.shape} and sin {sin.shape} must have one shape")
    half = cos.shape[-1] // 2
    turns = cos[..., :half] + 1j * sin[..., :half]
    if position_ids is not None:
        ids = np.asarray(position_ids)
        for wrong in ids[(ids >= len(cos)) | (ids < 0)]:
            raise ValueError(f"position_ids must be from 0 to {len(cos) - 1}, not {wrong}")
        turns = turns[ids]
    turns = turns if turns.ndim == 3 else turns[None]
    for name, x in (("q", q), ("k", k)):
        tokens = x.shape[-unsqueeze_dim - 1 : 4 - unsqueeze_dim] if x.ndim == 4 else ()
        if x.ndim != 4 or tokens != (turns.shape[1],) or x.shape[-1] != cos.shape[-1]:
            raise ValueError(f"{name} {x.shape} must fit the rows {turns.shape}")
        if not len(x) == len(q) or len(turns) not in (1, len(x)):
            raise ValueError(f"{name} {x.shape} must have the batch of q {q.shape} and of the rows {turns.shape}")
    turns = np.expand_dims(turns, unsqueeze_dim)
    rotated_q = _to_pairs(_to_complex(q) * turns, np.result_type(q, cos))
    return rotated_q, _to_pairs(_to_complex(k) * turns, np.result_type(k, cos))


class RotaryEmbedding(RotaryCache):
    def forward(
        self, x: NDArray[Any], seq_len: int | None = None, position_ids: ArrayLike | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        if not np.issubdtype(x.dtype, np.floating):
            raise ValueError(f"x must be floating point, not {x.dtype}")
        if seq_len is not None and seq_len < 0:
            raise ValueError(f"seq_len must be 0 or more, not {seq_len}")
        if position_ids is None:
            length = x.shape[-2] if seq_len is None else seq_len
            self.ensure_length(length)
            return self.cos_cached[:length].astype(x.dtype), self.sin_cached[:length].astype(x.dtype)
        ids = np.asarray(position_ids)
        if (ids < 0).any():
            raise ValueError(f"position_ids must be 0 or more, not {ids.min()}")
        if ids.size > 0:
            self.ensure_length(int(ids.max()) + 1)
        return self.cos_cached[ids].astype(x.dtype), self.sin_cached[ids].astype(x.dtype)

    __call__ = forward
