"""Plain Python loops over sequences, tokens, heads and pairs."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.cache import RotaryCache


def rotate_half(x: NDArray[Any]) -> NDArray[Any]:
    size = x.shape[-1]
    if size % 2 == 1:
        raise ValueError(f"x has an odd last dimension, its shape is {x.shape}")
    turned = np.zeros(x.shape, dtype=x.dtype)
    for i in range(size // 2):
        turned[..., i] = -x[..., i + size // 2]
        turned[..., i + size // 2] = x[..., i]
    return turned


def _rotate(
    x: NDArray[Any], cos: NDArray[Any], sin: NDArray[Any], positions: list[list[int]], heads_axis: int
) -> NDArray[Any]:
    """x with the heads on heads_axis; token t of sequence b is turned by row positions[b][t] of the tables of b."""
    by_token = x if heads_axis == 2 else x.transpose(0, 2, 1, 3)
    out = np.zeros(by_token.shape, dtype=np.result_type(x, cos, sin))
    half = x.shape[-1] // 2
    for b in range(by_token.shape[0]):
        for t in range(by_token.shape[1]):
            row = positions[b][t]
            for h in range(by_token.shape[2]):
                for i in range(half):
                    x0, x1 = by_token[b, t, h, i], by_token[b, t, h, i + half]
                    out[b, t, h, i] = x0 * cos[b, row, i] - x1 * sin[b, row, i]
                    out[b, t, h, i + half] = x1 * cos[b, row, i] + x0 * sin[b, row, i]
    return out if heads_axis == 2 else out.transpose(0, 2, 1, 3)


def apply_rotary_pos_emb(
    q: NDArray[Any],
    k: NDArray[Any],
    cos: NDArray[Any],
    sin: NDArray[Any],
    position_ids: ArrayLike | None = None,
    unsqueeze_dim: int = 1,
) -> tuple[NDArray[Any], NDArray[Any]]:
    if unsqueeze_dim != 1 and unsqueeze_dim != 2:
        raise ValueError(f"unsqueeze_dim is {unsqueeze_dim}, neither 1 nor 2")
    if sin.shape != cos.shape:
        raise ValueError(f"sin has shape {sin.shape}, but cos has {cos.shape}")
    for name, x in [("q", q), ("k", k)]:
        if x.ndim != 4:
            raise ValueError(f"{name} has shape {x.shape}, not four axes")
    if len(k) != len(q):
        raise ValueError(f"k has shape {k.shape}, q has shape {q.shape}: not one batch")
    batch, tokens = q.shape[0], q.shape[3 - unsqueeze_dim]
    positions = [list(range(tokens)) for _ in range(batch)]
    if position_ids is not None:
        ids = np.asarray(position_ids)
        for position in ids.flatten():
            if position < 0 or position >= len(cos):
                raise ValueError(f"position_ids has {position}, the tables have {len(cos)} rows")
        if ids.shape not in [(tokens,), (batch, tokens)]:
            raise ValueError(f"position_ids of shape {ids.shape} does not fit q of shape {q.shape}")
        positions = np.broadcast_to(ids, (batch, tokens)).tolist()
    elif cos.shape[:-1] not in [(tokens,), (batch, tokens)]:
        raise ValueError(f"cos of shape {cos.shape} does not fit q of shape {q.shape}")
    if cos.ndim == 2:
        cos, sin = np.stack([cos] * batch), np.stack([sin] * batch)
    for name, x in [("q", q), ("k", k)]:
        if x.shape[3 - unsqueeze_dim] != tokens or x.shape[3] != cos.shape[-1]:
            raise ValueError(f"{name} has shape {x.shape}, which does not fit tables of shape {cos.shape}")
    return _rotate(q, cos, sin, positions, unsqueeze_dim), _rotate(k, cos, sin, positions, unsqueeze_dim)


class RotaryEmbedding(RotaryCache):
    def forward(
        self, x: NDArray[Any], seq_len: int | None = None, position_ids: ArrayLike | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        if x.dtype.kind != "f":
            raise ValueError(f"x is of dtype {x.dtype}, not floating point")
        if seq_len is None:
            seq_len = x.shape[-2]
        if seq_len < 0:
            raise ValueError(f"seq_len is negative: {seq_len}")
        if position_ids is None:
            position_ids = np.arange(seq_len)
        ids = np.asarray(position_ids)
        flat = [int(position) for position in ids.flatten()]
        for position in flat:
            if position < 0:
                raise ValueError(f"position_ids has the negative position {position}")
            self.ensure_length(position + 1)
        cos, sin = np.zeros((len(flat), self.dim), x.dtype), np.zeros((len(flat), self.dim), x.dtype)
        for number, position in enumerate(flat):
            cos[number] = self.cos_cached[position]
            sin[number] = self.sin_cached[position]
        shape = (*ids.shape, self.dim)
        return cos.reshape(shape), sin.reshape(shape)

    def __call__(
        self, x: NDArray[Any], seq_len: int | None = None, position_ids: ArrayLike | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        return self.forward(x, seq_len, position_ids)
