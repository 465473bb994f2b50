"""Attention key by key with a running maximum, as fast kernels do it; rotation in x's dtype; a buffer that doubles."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ropelab.frequencies import rope_frequencies

Array = NDArray[Any]


def apply_rotary_pos_emb(
    x: Array, position_ids: ArrayLike, theta: float = 10000.0, rotary_dim: int | None = None
) -> Array:
    if x.ndim != 4:
        raise ValueError(f"x must be (batch, seq, heads, D) and is {x.shape}")
    ids = np.asarray(position_ids)
    if ids.ndim not in (1, 2) or ids.shape != x.shape[2 - ids.ndim : 2]:
        raise ValueError(f"position_ids must be (seq,) or (batch, seq) and is {ids.shape}")
    if not theta > 0:
        raise ValueError(f"theta must be above 0 and is {theta}")
    size = x.shape[3] if rotary_dim is None else rotary_dim
    if size % 2 != 0 or not 1 < size <= x.shape[3]:
        raise ValueError(f"rotary_dim must be even, in 2 .. {x.shape[3]}, and is {size}")
    angles = np.remainder(ids[..., np.newaxis] * rope_frequencies(size, theta), 2 * np.pi)
    cos = np.cos(angles).astype(x.dtype)[..., np.newaxis, :]
    sin = np.sin(angles).astype(x.dtype)[..., np.newaxis, :]
    out = np.empty(x.shape, dtype=x.dtype)
    out[..., size:] = x[..., size:]
    out[..., 0:size:2] = x[..., 0:size:2] * cos
    out[..., 0:size:2] -= x[..., 1:size:2] * sin
    out[..., 1:size:2] = x[..., 1:size:2] * cos
    out[..., 1:size:2] += x[..., 0:size:2] * sin
    return out


def scaled_dot_product_attention(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None
) -> Array:
    if q.ndim != 4:
        raise ValueError(f"q must be (batch, heads, queries, D) and is {q.shape}")
    if k.ndim != 4 or k.shape[::3] != q.shape[::3] or not k.shape[1] or q.shape[1] % k.shape[1]:
        raise ValueError(f"k must fit q, {q.shape}, and is {k.shape}")
    if v.shape != k.shape:
        raise ValueError(f"v must be like k, {k.shape}, and is {v.shape}")
    if causal and k.shape[2] < q.shape[2]:
        raise ValueError(f"k must have the tokens of q, {q.shape}, and is {k.shape}")
    batch, heads, queries, size = q.shape
    keys, group = k.shape[2], heads // k.shape[1]
    real = None if attention_mask is None else np.asarray(attention_mask).astype(bool)
    if real is not None and real.shape != (batch, keys):
        raise ValueError(f"attention_mask must be {(batch, keys)} and is {real.shape}")
    work = np.promote_types(q.dtype, np.float32)
    scaled = q.astype(work) * work.type(size**-0.5)
    own_positions = np.arange(queries) + keys - queries
    largest = np.full((batch, heads, queries), -np.inf, dtype=work)
    total, out = np.zeros_like(largest), np.zeros(q.shape, dtype=work)
    for j in range(keys):
        key, value = (np.repeat(x[:, :, j].astype(work), group, axis=1)[:, :, np.newaxis] for x in (k, v))
        seen = np.broadcast_to(own_positions >= j if causal else True, largest.shape)
        if real is not None:
            seen = seen & real[:, j, np.newaxis, np.newaxis]
        score = np.where(seen, (scaled * key).sum(axis=-1), -np.inf).astype(work)
        risen = np.maximum(largest, score)
        safe = np.where(np.isneginf(risen), 0, risen)
        # What has been added up so far is made to fit the new maximum.
        before, weight = np.exp(largest - safe), np.exp(score - safe)
        total = total * before + weight
        out = out * before[..., np.newaxis] + weight[..., np.newaxis] * value
        largest = risen
    return (out / np.where(total == 0, 1, total)[..., np.newaxis]).astype(q.dtype)


def projection_to_interleaved(weight: Array, num_heads: int) -> Array:
    if weight.ndim != 2:
        raise ValueError(f"weight must be (num_heads * D, d_model) and is {weight.shape}")
    if num_heads < 1 or len(weight) % (2 * num_heads):
        raise ValueError(f"num_heads must cut {len(weight)} rows into heads of even size and is {num_heads}")
    size, out = len(weight) // num_heads, np.empty_like(weight)
    for start in range(0, len(weight), size):
        head = weight[start : start + size]
        out[start : start + size : 2] = head[: size // 2]
        out[start + 1 : start + size : 2] = head[size // 2 :]
    return out


def position_ids_from_mask(attention_mask: ArrayLike) -> NDArray[np.int64]:
    mask = np.asarray(attention_mask).astype(bool)
    if mask.ndim != 2:
        raise ValueError(f"attention_mask must be (batch, keys) and is {mask.shape}")
    positions = np.zeros(mask.shape, dtype=np.int64)
    np.cumsum(mask[:, :-1], axis=1, out=positions[:, 1:])
    return positions


class KVCache:
    def __init__(self) -> None:
        self._keys = self._values = np.zeros((0, 0, 0, 0))
        self.length = 0

    @property
    def keys(self) -> Array | None:
        return self._keys[:, :, : self.length] if self.length else None

    @property
    def values(self) -> Array | None:
        return self._values[:, :, : self.length] if self.length else None

    def update(self, keys: Array, values: Array) -> tuple[Array, Array]:
        if keys.ndim != 4:
            raise ValueError(f"keys must be (batch, kv_heads, new, D) and is {keys.shape}")
        if values.shape != keys.shape:
            raise ValueError(f"values must be like keys, {keys.shape}, and is {values.shape}")
        batch, heads, new, size = keys.shape
        if self.length and (batch, heads, size) != (*self._keys.shape[:2], self._keys.shape[3]):
            raise ValueError(f"keys must fit {self._keys.shape} and is {keys.shape}")
        stop = self.length + new
        if stop > self._keys.shape[2] or not self.length:
            shape = (batch, heads, 2 * stop, size)
            grown = np.empty(shape, dtype=keys.dtype), np.empty(shape, dtype=values.dtype)
            if self.length:
                grown[0][:, :, : self.length] = self._keys[:, :, : self.length]
                grown[1][:, :, : self.length] = self._values[:, :, : self.length]
            self._keys, self._values = grown
        self._keys[:, :, self.length : stop], self._values[:, :, self.length : stop] = keys, values
        self.length = stop
        return self._keys[:, :, :stop], self._values[:, :, :stop]


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
        if num_heads < 1 or d_model % (2 * num_heads):
            raise ValueError(f"d_model must be {num_heads} times an even number and is {d_model}")
        if kv_heads < 1 or num_heads % kv_heads:
            raise ValueError(f"num_kv_heads must divide {num_heads} and is {kv_heads}")
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
            raise ValueError(f"x must be (batch, seq, {self.d_model}) and is {x.shape}")
        start = 0 if kv_cache is None else kv_cache.length
        stop = start + x.shape[1]
        mask = None if attention_mask is None else np.asarray(attention_mask)
        if mask is not None and mask.shape != (len(x), stop):
            raise ValueError(f"attention_mask must be {(len(x), stop)} and is {mask.shape}")
        ids = np.arange(start, stop) if mask is None else position_ids_from_mask(mask)[:, start:]
        if position_ids is not None:
            ids = np.asarray(position_ids)
        if np.any(ids < 0):
            raise ValueError(f"position_ids must not be negative and is {ids.min()}")
        if np.any(ids >= self.max_seq_len):
            raise ValueError(f"position_ids must be below {self.max_seq_len} and is {ids.max()}")
        q, k, v = (
            np.tensordot(x.astype(weight.dtype), weight, axes=(2, 1)).reshape(*x.shape[:2], -1, self.head_dim)
            for weight in (self.q_proj, self.k_proj, self.v_proj)
        )
        q = apply_rotary_pos_emb(q, ids, self.theta).transpose(0, 2, 1, 3)
        k = apply_rotary_pos_emb(k, ids, self.theta).transpose(0, 2, 1, 3)
        v = v.transpose(0, 2, 1, 3)
        if kv_cache is not None:
            k, v = kv_cache.update(k, v)
        out = scaled_dot_product_attention(q, k, v, attention_mask=mask)
        merged = np.ascontiguousarray(out.transpose(0, 2, 1, 3)).reshape(*x.shape[:2], -1)
        return np.asarray(np.tensordot(merged, self.o_proj, axes=(2, 1)))
