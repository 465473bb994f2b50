"""The quarter turn as a D x D matrix, the rotation as an einsum with one D x D matrix for every token."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.cache import RotaryCache


def _quarter_turn(size: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Acts on row vectors: [x1, x2] becomes [-x2, x1]."""
    return np.kron(np.array([[0, 1], [-1, 0]], dtype=dtype), np.eye(size // 2, dtype=dtype))


def rotate_half(x: NDArray[Any]) -> NDArray[Any]:
    if x.shape[-1] % 2:
        raise ValueError(f"x: shape {x.shape} ends with an odd number")
    return np.asarray(x @ _quarter_turn(x.shape[-1], x.dtype))


def apply_rotary_pos_emb(
    q: NDArray[Any],
    k: NDArray[Any],
    cos: NDArray[Any],
    sin: NDArray[Any],
    position_ids: ArrayLike | None = None,
    unsqueeze_dim: int = 1,
) -> tuple[NDArray[Any], NDArray[Any]]:
    if unsqueeze_dim not in (1, 2):
        raise ValueError(f"unsqueeze_dim: {unsqueeze_dim} is neither 1 nor 2")
    if cos.shape != sin.shape:
        raise ValueError(f"cos and sin: shapes {cos.shape} and {sin.shape} differ")
    if position_ids is not None:
        ids = np.asarray(position_ids)
        if ids.min() < 0:
            raise ValueError(f"position_ids: {ids.min()} is negative")
        if ids.max() > len(cos) - 1:
            raise ValueError(f"position_ids: {ids.max()} lies behind the last row, {len(cos) - 1}")
        cos, sin = cos[ids], sin[ids]
    seq, size = cos.shape[-2:]
    for name, x in {"q": q, "k": k}.items():
        if x.ndim != 4 or x.shape[3 - unsqueeze_dim] != seq or x.shape[3] != size or x.shape[0] != q.shape[0]:
            raise ValueError(f"{name}: shape {x.shape} does not fit {seq} rows of {size}")
        if cos.ndim == 3 and len(cos) != len(x):
            raise ValueError(f"{name}: shape {x.shape} does not fit a batch of {len(cos)}")
    batch = "b" if cos.ndim == 3 else ""
    axes = "bhsd" if unsqueeze_dim == 1 else "bshd"
    turn = _quarter_turn(size, cos.dtype)
    matrices = cos[..., None, :] * np.eye(size, dtype=cos.dtype) + turn * sin[..., None, :]
    rule = f"{axes},{batch}sde->{axes.replace('d', 'e')}"
    return np.einsum(rule, q, matrices), np.einsum(rule, k, matrices)


class RotaryEmbedding(RotaryCache):
    def forward(
        self, x: NDArray[Any], seq_len: int | None = None, position_ids: ArrayLike | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        if not np.issubdtype(x.dtype, np.floating):
            raise ValueError(f"x: {x.dtype} is not a floating-point dtype")
        if seq_len is None:
            seq_len = x.shape[-2]
        elif seq_len < 0:
            raise ValueError(f"seq_len: {seq_len} is negative")
        ids = np.arange(seq_len) if position_ids is None else np.asarray(position_ids)
        if np.any(ids < 0):
            raise ValueError(f"position_ids: {ids[ids < 0][0]} is negative")
        self.ensure_length(max(ids.ravel().tolist(), default=-1) + 1)
        # One row of the identity for every position picks that row of the tables.
        picked = np.eye(self.max_seq_len_cached, dtype=self.dtype)[ids]
        return (picked @ self.cos_cached).astype(x.dtype), (picked @ self.sin_cached).astype(x.dtype)

    def __call__(
        self, x: NDArray[Any], seq_len: int | None = None, position_ids: ArrayLike | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        return self.forward(x, seq_len=seq_len, position_ids=position_ids)
