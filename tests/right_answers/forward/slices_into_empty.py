"""np.empty of the right shape and dtype, then each half of the features written into it; np.take for the rows."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.cache import RotaryCache


def rotate_half(x: NDArray[Any]) -> NDArray[Any]:
    if x.shape[-1] & 1:
        raise ValueError(f"x should have an even last dimension but has shape {x.shape}")
    half = x.shape[-1] // 2
    out = np.empty_like(x)
    np.negative(x[..., half:], out=out[..., :half])
    out[..., half:] = x[..., :half]
    return out


def _rotated(x: NDArray[Any], cos: NDArray[Any], sin: NDArray[Any]) -> NDArray[Any]:
    half = x.shape[-1] // 2
    x1, x2 = x[..., :half], x[..., half:]
    out = np.empty(x.shape, dtype=np.promote_types(x.dtype, cos.dtype))
    out[..., :half] = x1 * cos[..., :half] - x2 * sin[..., :half]
    out[..., half:] = x2 * cos[..., half:] + x1 * sin[..., half:]
    return out


def apply_rotary_pos_emb(
    q: NDArray[Any],
    k: NDArray[Any],
    cos: NDArray[Any],
    sin: NDArray[Any],
    position_ids: ArrayLike | None = None,
    unsqueeze_dim: int = 1,
) -> tuple[NDArray[Any], NDArray[Any]]:
    if unsqueeze_dim < 1 or unsqueeze_dim > 2:
        raise ValueError(f"unsqueeze_dim should be 1 or 2 but is {unsqueeze_dim}")
    if cos.shape != sin.shape:
        raise ValueError(f"sin should have the shape of cos, {cos.shape}, but has {sin.shape}")
    if position_ids is not None:
        ids = np.asarray(position_ids)
        allowed = np.isin(ids, np.arange(len(cos)))
        if not allowed.all():
            raise ValueError(f"position_ids should be below {len(cos)} and not negative but holds {ids[~allowed][0]}")
        cos, sin = np.take(cos, ids, axis=0), np.take(sin, ids, axis=0)
    if cos.ndim == 2:
        cos, sin = cos[np.newaxis], sin[np.newaxis]
    seq_axis = 2 if unsqueeze_dim == 1 else 1
    for name, x in (("q", q), ("k", k)):
        if x.ndim != 4 or len(cos) not in (1, x.shape[0]) or x.shape[0] != q.shape[0]:
            raise ValueError(f"{name} should be a batch of heads like the others but has shape {x.shape}")
        if (x.shape[seq_axis], x.shape[-1]) != cos.shape[-2:]:
            raise ValueError(f"{name} should fit rows of shape {cos.shape[-2:]} but has shape {x.shape}")
    if unsqueeze_dim == 1:
        cos, sin = cos[:, np.newaxis, :, :], sin[:, np.newaxis, :, :]
    else:
        cos, sin = cos[:, :, np.newaxis, :], sin[:, :, np.newaxis, :]
    return _rotated(q, cos, sin), _rotated(k, cos, sin)


class RotaryEmbedding(RotaryCache):
    def forward(
        self, x: NDArray[Any], seq_len: int | None = None, position_ids: ArrayLike | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        if x.dtype not in (np.float16, np.float32, np.float64, np.longdouble):
            raise ValueError(f"x should be floating point but is {x.dtype}")
        if seq_len is not None and seq_len < 0:
            raise ValueError(f"seq_len should not be negative but is {seq_len}")
        if position_ids is not None:
            ids = np.asarray(position_ids, dtype=np.intp)
            lowest = np.min(ids, initial=0)
            if lowest < 0:
                raise ValueError(f"position_ids should not be negative but holds {lowest}")
            self.ensure_length(int(np.max(ids, initial=-1)) + 1)
            cos, sin = np.empty((2, *ids.shape, self.dim), dtype=x.dtype)
            cos[...], sin[...] = np.take(self.cos_cached, ids, axis=0), np.take(self.sin_cached, ids, axis=0)
            return cos, sin
        rows = x.shape[-2] if seq_len is None else seq_len
        if rows > self.max_seq_len_cached:
            self.ensure_length(rows)
        cos, sin = np.empty((2, rows, self.dim), dtype=x.dtype)
        cos[:], sin[:] = self.cos_cached[:rows], self.sin_cached[:rows]
        return cos, sin

    def __call__(
        self, x: NDArray[Any], seq_len: int | None = None, position_ids: ArrayLike | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        return self.forward(x, seq_len=seq_len, position_ids=position_ids)
