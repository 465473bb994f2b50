"""Lab 04's functions: apply_rope for each head of each sequence, half_to_interleaved of row numbers; attention head by head."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ropelab.frequencies import position_angles, rope_frequencies
from ropelab.relative import apply_rope, half_to_interleaved

Array = NDArray[Any]


def apply_rotary_pos_emb(
    x: Array, position_ids: ArrayLike, theta: float = 10000.0, rotary_dim: int | None = None
) -> Array:
    ids = np.asarray(position_ids)
    if x.ndim != 4:
        raise ValueError(f"x: shape {x.shape}, not (batch, seq, heads, D)")
    if ids.shape not in ((x.shape[1],), (x.shape[0], x.shape[1])):
        raise ValueError(f"position_ids: shape {ids.shape} for x of shape {x.shape}")
    if not theta > 0:
        raise ValueError(f"theta: {theta} is not above 0")
    size = x.shape[3] if rotary_dim is None else rotary_dim
    if size % 2 or size < 2 or size > x.shape[3]:
        raise ValueError(f"rotary_dim: {size} is odd or not in 2 .. {x.shape[3]}")
    # A table with a row for each position that occurs, as lab 02 would look them up.
    known, rows = np.unique(ids, return_inverse=True)
    angles = position_angles(known, rope_frequencies(size, theta))
    cos, sin = np.cos(angles), np.sin(angles)
    rows = np.broadcast_to(rows.reshape(ids.shape), x.shape[:2])
    out = x.copy()
    for sequence, row, target in zip(x, rows, out, strict=True):
        for h in range(x.shape[2]):
            head = sequence[:, h, :size]
            target[:, h, :size], _ = apply_rope(head, head, cos[row], sin[row])
    return out


def _softmax(scores: Array, visible: Array) -> Array:
    """Of each row, over what is visible; a row that sees nothing gets zeros."""
    weights = np.zeros_like(scores)
    some = visible.any(axis=-1)
    hidden = np.where(visible, scores, np.finfo(scores.dtype).min)[..., some, :]
    exponentials = np.exp(hidden - hidden.max(axis=-1, keepdims=True)) * visible[some]
    weights[..., some, :] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights


def scaled_dot_product_attention(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None
) -> Array:
    if q.ndim != 4:
        raise ValueError(f"q: shape {q.shape}, not (batch, heads, queries, D)")
    if k.ndim != 4 or k.shape[0] != q.shape[0] or k.shape[3] != q.shape[3]:
        raise ValueError(f"k: shape {k.shape} beside q of shape {q.shape}")
    if k.shape[1] < 1 or q.shape[1] % k.shape[1]:
        raise ValueError(f"k: shape {k.shape} has {k.shape[1]} heads for {q.shape[1]} query heads")
    if v.shape != k.shape:
        raise ValueError(f"v: shape {v.shape} beside k of shape {k.shape}")
    first = k.shape[2] - q.shape[2]
    if causal and first < 0:
        raise ValueError(f"k: shape {k.shape} has fewer tokens than q of shape {q.shape}")
    mask = None if attention_mask is None else np.asarray(attention_mask, dtype=bool)
    if mask is not None and mask.shape != (k.shape[0], k.shape[2]):
        raise ValueError(f"attention_mask: shape {mask.shape}, not {(k.shape[0], k.shape[2])}")
    work = np.promote_types(q.dtype, np.float32)
    scale = work.type(1 / np.sqrt(q.shape[3]))
    group = q.shape[1] // k.shape[1]
    results = []
    for b in range(len(q)):
        visible = np.ones((q.shape[2], k.shape[2]), dtype=bool) if mask is None else np.tile(mask[b], (q.shape[2], 1))
        if causal:
            visible = np.tril(visible, first)
        heads = []
        for h in range(q.shape[1]):
            scores = scale * (q[b, h].astype(work) @ k[b, h // group].astype(work).T)
            heads.append(_softmax(scores, visible) @ v[b, h // group].astype(work))
        results.append(heads)
    return np.asarray(np.array(results).reshape(q.shape).astype(q.dtype))


def projection_to_interleaved(weight: Array, num_heads: int) -> Array:
    if weight.ndim != 2:
        raise ValueError(f"weight: shape {weight.shape}, not (num_heads * D, d_model)")
    if num_heads <= 0 or len(weight) % num_heads or len(weight) // num_heads % 2:
        raise ValueError(f"num_heads: {num_heads} for {len(weight)} rows")
    numbers = np.arange(len(weight)).reshape(num_heads, -1)
    return np.asarray(weight[half_to_interleaved(numbers).ravel()])


def position_ids_from_mask(attention_mask: ArrayLike) -> NDArray[np.int64]:
    mask = np.asarray(attention_mask, dtype=bool)
    if mask.ndim != 2:
        raise ValueError(f"attention_mask: shape {mask.shape}, not (batch, keys)")
    padding = np.cumsum(~mask, axis=1, dtype=np.int64) - ~mask
    return np.asarray(np.arange(mask.shape[1]) - padding)


class KVCache:
    def __init__(self) -> None:
        self.keys: Array | None = None
        self.values: Array | None = None
        self.length = 0

    def update(self, keys: Array, values: Array) -> tuple[Array, Array]:
        if keys.ndim != 4:
            raise ValueError(f"keys: shape {keys.shape}, not (batch, kv_heads, new, D)")
        if values.shape != keys.shape:
            raise ValueError(f"values: shape {values.shape} beside keys of shape {keys.shape}")
        new_keys, new_values = [keys], [values]
        if self.keys is not None and self.values is not None:
            if self.keys[:, :, :1].shape != keys[:, :, :1].shape and keys.shape[2]:
                raise ValueError(f"keys: shape {keys.shape} beside those held, {self.keys.shape}")
            new_keys.insert(0, self.keys)
            new_values.insert(0, self.values)
        self.keys, self.values = np.concatenate(new_keys, axis=2), np.concatenate(new_values, axis=2)
        self.length += keys.shape[2]
        return self.keys, self.values


class AttentionWithRoPE:
    def __init__(
        self,
        d_model: int,
        num_heads: int,
        num_kv_heads: int | None = None,
        max_seq_len: int = 2048,
        theta: float = 10000.0,
        seed: int = 0,
        dtype: DTypeLike = np.float64,
    ) -> None:
        kv_heads = num_heads if num_kv_heads is None else num_kv_heads
        if num_heads <= 0 or d_model % num_heads or d_model // num_heads % 2:
            raise ValueError(f"d_model: {d_model} for {num_heads} heads")
        if kv_heads <= 0 or num_heads % kv_heads:
            raise ValueError(f"num_kv_heads: {kv_heads} for {num_heads} heads")
        self.d_model, self.num_heads, self.num_kv_heads = d_model, num_heads, kv_heads
        self.max_seq_len, self.theta, self.head_dim = max_seq_len, theta, d_model // num_heads
        rng, kv_rows = np.random.default_rng(seed), kv_heads * self.head_dim

        def draw(rows: int) -> Array:
            return np.asarray(rng.standard_normal((rows, d_model)) / np.sqrt(d_model)).astype(dtype)

        self.q_proj, self.k_proj, self.v_proj, self.o_proj = draw(d_model), draw(kv_rows), draw(kv_rows), draw(d_model)

    def forward(
        self,
        x: Array,
        position_ids: ArrayLike | None = None,
        kv_cache: KVCache | None = None,
        attention_mask: ArrayLike | None = None,
    ) -> Array:
        if x.ndim != 3 or x.shape[2] != self.d_model:
            raise ValueError(f"x: shape {x.shape}, not (batch, seq, {self.d_model})")
        past = 0 if kv_cache is None else kv_cache.length
        if attention_mask is not None and np.shape(attention_mask) != (len(x), past + x.shape[1]):
            raise ValueError(f"attention_mask: shape {np.shape(attention_mask)}, not {(len(x), past + x.shape[1])}")
        if position_ids is None and attention_mask is None:
            position_ids = past + np.arange(x.shape[1])
        elif position_ids is None and attention_mask is not None:
            position_ids = position_ids_from_mask(attention_mask)[:, past:]
        ids = np.asarray(position_ids)
        wrong = ids[~np.isin(ids, np.arange(self.max_seq_len))]
        if wrong.size > 0:
            raise ValueError(f"position_ids: {wrong[0]} is not in 0 .. {self.max_seq_len - 1}")
        # One product for all three: their weights below each other.
        rows = np.cumsum([len(self.q_proj), len(self.k_proj)])
        together = x.astype(self.q_proj.dtype) @ np.vstack([self.q_proj, self.k_proj, self.v_proj]).T
        q, k, v = (part.reshape(*x.shape[:2], -1, self.head_dim) for part in np.split(together, rows, axis=2))
        # One rotation for both, the key heads beside the query heads.
        turned = apply_rotary_pos_emb(np.concatenate([q, k], axis=2), ids, self.theta).swapaxes(1, 2)
        q, k, v = turned[:, : self.num_heads], turned[:, self.num_heads :], v.swapaxes(1, 2)
        if kv_cache is not None:
            k, v = kv_cache.update(k, v)
        out = scaled_dot_product_attention(q, k, v, True, attention_mask)
        return np.concatenate(list(out.swapaxes(0, 1)), axis=-1) @ self.o_proj.T
