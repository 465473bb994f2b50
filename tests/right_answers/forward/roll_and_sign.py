"""The halves exchanged by np.roll or by an index, with a vector of signs; one helper for q and for k."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.cache import RotaryCache


def rotate_half(x: NDArray[Any]) -> NDArray[Any]:
    half, odd = divmod(x.shape[-1], 2)
    if odd:
        raise ValueError(f"x cannot be cut into two halves, its shape is {x.shape}")
    signs = np.repeat(np.array([-1, 1], dtype=x.dtype), half)
    return np.asarray(np.roll(x, half, axis=-1) * signs)


def apply_rotary_pos_emb(
    q: NDArray[Any],
    k: NDArray[Any],
    cos: NDArray[Any],
    sin: NDArray[Any],
    position_ids: ArrayLike | None = None,
    unsqueeze_dim: int = 1,
) -> tuple[NDArray[Any], NDArray[Any]]:
    if unsqueeze_dim not in (1, 2):
        raise ValueError(f"unsqueeze_dim can be 1 or 2, not {unsqueeze_dim}")
    if cos.shape != sin.shape:
        raise ValueError(f"cos and sin cannot have two shapes, {cos.shape} and {sin.shape}")
    if position_ids is not None:
        ids = np.asarray(position_ids)
        wrong = set(ids.ravel().tolist()) - set(range(len(cos)))
        if wrong:
            raise ValueError(f"position_ids cannot have {min(wrong)}: the tables end at {len(cos) - 1}")
        cos, sin = cos[ids], sin[ids]
    # To (batch or 1, seq, D); the heads of q and k go to axis 2, where they are out of the way.
    cos, sin = np.atleast_3d(cos.T).T if cos.ndim == 2 else cos, np.atleast_3d(sin.T).T if sin.ndim == 2 else sin

    def turned(name: str, x: NDArray[Any]) -> NDArray[Any]:
        if x.ndim != 4 or x.shape[0] != q.shape[0]:
            raise ValueError(f"{name} cannot be of shape {x.shape}")
        by_token = np.moveaxis(x, unsqueeze_dim, 2)
        if by_token.shape[1] != cos.shape[1] or x.shape[-1] != cos.shape[-1] or len(cos) not in (1, len(x)):
            raise ValueError(f"{name} of shape {x.shape} cannot be turned by rows of shape {cos.shape}")
        rows_cos, rows_sin = cos[:, :, None], sin[:, :, None]
        return np.moveaxis(by_token * rows_cos + rotate_half(by_token) * rows_sin, 2, unsqueeze_dim)

    return turned("q", q), turned("k", k)


class RotaryEmbedding(RotaryCache):
    def forward(
        self, x: NDArray[Any], seq_len: int | None = None, position_ids: ArrayLike | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        if x.dtype.char not in np.typecodes["Float"]:
            raise ValueError(f"x cannot be of dtype {x.dtype}")
        if position_ids is None:
            seq_len = x.shape[-2] if seq_len is None else seq_len
            if seq_len < 0:
                raise ValueError(f"seq_len cannot be {seq_len}")
            rows = np.arange(seq_len)
        else:
            rows = np.array(position_ids, dtype=int)
        if rows.size and rows.min() < 0:
            raise ValueError(f"position_ids cannot have {rows.min()}")
        if rows.size and rows.max() >= len(self.cos_cached):
            self.ensure_length(int(rows.max()) + 1)
        cos, sin = np.stack([self.cos_cached, self.sin_cached])[:, rows].astype(x.dtype)
        return cos, sin

    def __call__(self, *args: Any, **kwargs: Any) -> tuple[NDArray[Any], NDArray[Any]]:
        return self.forward(*args, **kwargs)
