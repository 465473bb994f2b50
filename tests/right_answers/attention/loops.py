"""Plain Python loops over sequences, heads and tokens, with math.cos, math.sin and math.exp; a cache of lists of tokens."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ropelab.frequencies import rope_frequencies

Array = NDArray[Any]


def apply_rotary_pos_emb(
    x: Array, position_ids: ArrayLike, theta: float = 10000.0, rotary_dim: int | None = None
) -> Array:
    if x.ndim != 4:
        raise ValueError(f"x has shape {x.shape}")
    batch, seq, heads, size = x.shape
    ids = np.asarray(position_ids)
    if ids.shape != (seq,) and ids.shape != (batch, seq):
        raise ValueError(f"position_ids has shape {ids.shape}")
    if not theta > 0:
        raise ValueError(f"theta is {theta}")
    rotary = size if rotary_dim is None else rotary_dim
    if rotary not in range(2, size + 1, 2):
        raise ValueError(f"rotary_dim is {rotary}")
    frequencies = [float(frequency) for frequency in rope_frequencies(rotary, theta)]
    out = np.array(x)
    for b in range(batch):
        for t in range(seq):
            position = int(ids[t] if ids.ndim == 1 else ids[b, t])
            for i, frequency in enumerate(frequencies):
                cos, sin = math.cos(position * frequency), math.sin(position * frequency)
                for h in range(heads):
                    x0, x1 = float(x[b, t, h, 2 * i]), float(x[b, t, h, 2 * i + 1])
                    out[b, t, h, 2 * i] = x0 * cos - x1 * sin
                    out[b, t, h, 2 * i + 1] = x0 * sin + x1 * cos
    return out


def scaled_dot_product_attention(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None
) -> Array:
    if q.ndim != 4:
        raise ValueError(f"q has shape {q.shape}")
    if k.ndim != 4:
        raise ValueError(f"k has shape {k.shape}")
    if v.shape != k.shape:
        raise ValueError(f"v has shape {v.shape}")
    batch, heads, queries, size = q.shape
    kv_heads, keys = k.shape[1], k.shape[2]
    if k.shape[0] != batch or k.shape[3] != size or kv_heads == 0 or heads % kv_heads != 0:
        raise ValueError(f"k has shape {k.shape}, which does not fit {q.shape}")
    if causal and queries > keys:
        raise ValueError(f"k has shape {k.shape}, too few tokens for {q.shape}")
    real = np.full((batch, keys), True) if attention_mask is None else np.asarray(attention_mask) != 0
    if real.shape != (batch, keys):
        raise ValueError(f"attention_mask has shape {real.shape}")
    out = np.zeros_like(q)
    for b in range(batch):
        for h in range(heads):
            own_keys = k[b, h // (heads // kv_heads)].astype(np.float64)
            own_values = v[b, h // (heads // kv_heads)].astype(np.float64)
            for i in range(queries):
                last = keys - queries + i if causal else keys - 1
                seen = [j for j in range(last + 1) if real[b, j]]
                scores = [float(q[b, h, i].astype(np.float64) @ own_keys[j]) / math.sqrt(size) for j in seen]
                weights = [math.exp(score - max(scores)) for score in scores]
                for d in range(size if seen else 0):
                    products = (weight * own_values[j, d] for weight, j in zip(weights, seen, strict=True))
                    out[b, h, i, d] = sum(products) / sum(weights)
    return out


def projection_to_interleaved(weight: Array, num_heads: int) -> Array:
    if weight.ndim != 2:
        raise ValueError(f"weight has shape {weight.shape}")
    if num_heads < 1 or len(weight) % (2 * num_heads) != 0:
        raise ValueError(f"num_heads is {num_heads} for {len(weight)} rows")
    size = len(weight) // num_heads
    rows = []
    for head in range(num_heads):
        for i in range(size // 2):
            rows.append(weight[head * size + i])
            rows.append(weight[head * size + size // 2 + i])
    return np.array(rows, dtype=weight.dtype).reshape(weight.shape)


def position_ids_from_mask(attention_mask: ArrayLike) -> NDArray[np.int64]:
    mask = np.asarray(attention_mask)
    if mask.ndim != 2:
        raise ValueError(f"attention_mask has shape {mask.shape}")
    positions = np.zeros(mask.shape, dtype=np.int64)
    for b in range(mask.shape[0]):
        tokens = 0
        for t in range(mask.shape[1]):
            positions[b, t] = tokens
            if mask[b, t]:
                tokens += 1
    return positions


class KVCache:
    def __init__(self) -> None:
        self._keys: list[Array] = []
        self._values: list[Array] = []

    @property
    def keys(self) -> Array | None:
        return np.stack(self._keys, axis=2) if self._keys else None

    @property
    def values(self) -> Array | None:
        return np.stack(self._values, axis=2) if self._values else None

    @property
    def length(self) -> int:
        return len(self._keys)

    def update(self, keys: Array, values: Array) -> tuple[Array, Array]:
        if keys.ndim != 4:
            raise ValueError(f"keys has shape {keys.shape}")
        if values.shape != keys.shape:
            raise ValueError(f"values has shape {values.shape}")
        if self._keys and self._keys[0].shape != keys[:, :, 0].shape:
            raise ValueError(f"keys has shape {keys.shape}, a token in the cache {self._keys[0].shape}")
        for t in range(keys.shape[2]):
            self._keys.append(keys[:, :, t].copy())
            self._values.append(values[:, :, t].copy())
        return np.stack(self._keys, axis=2), np.stack(self._values, axis=2)


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
        if num_heads < 1 or d_model % (2 * num_heads) != 0:
            raise ValueError(f"d_model is {d_model} for {num_heads} heads")
        if kv_heads < 1 or num_heads % kv_heads != 0:
            raise ValueError(f"num_kv_heads is {kv_heads} for {num_heads} heads")
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
            raise ValueError(f"x has shape {x.shape}")
        batch, seq, _ = x.shape
        past = kv_cache.length if kv_cache is not None else 0
        if attention_mask is not None and np.asarray(attention_mask).shape != (batch, past + seq):
            raise ValueError(f"attention_mask has shape {np.asarray(attention_mask).shape}")
        if position_ids is not None:
            ids = np.asarray(position_ids)
        elif attention_mask is not None:
            ids = position_ids_from_mask(attention_mask)[:, past:]
        else:
            ids = np.array([past + t for t in range(seq)])
        for position in ids.ravel().tolist():
            if position < 0 or position >= self.max_seq_len:
                raise ValueError(f"position_ids holds {position}")
        q = self._heads(x, self.q_proj)
        k = self._heads(x, self.k_proj)
        v = self._heads(x, self.v_proj)
        q = np.moveaxis(apply_rotary_pos_emb(np.moveaxis(q, 1, 2), ids, self.theta), 2, 1)
        k = np.moveaxis(apply_rotary_pos_emb(np.moveaxis(k, 1, 2), ids, self.theta), 2, 1)
        if kv_cache is not None:
            k, v = kv_cache.update(k, v)
        out = scaled_dot_product_attention(q, k, v, True, attention_mask)
        result = np.zeros((batch, seq, self.d_model), dtype=self.o_proj.dtype)
        for h in range(self.num_heads):
            # Each head has its own columns of the output projection.
            result += out[:, h] @ self.o_proj[:, h * self.head_dim : (h + 1) * self.head_dim].T
        return result

    def _heads(self, x: Array, weight: Array) -> Array:
        """Project with each head's rows by themselves: (batch, heads, seq, D)."""
        size = self.head_dim
        rows = [weight[start : start + size] for start in range(0, len(weight), size)]
        return np.stack([x.astype(weight.dtype) @ part.T for part in rows], axis=1)
