"""Pairs as complex numbers, for the rotation and for the reordering; NaN let happen in the softmax and replaced afterwards."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ropelab.frequencies import rope_frequencies

Array = NDArray[Any]


def apply_rotary_pos_emb(
    x: Array, position_ids: ArrayLike, theta: float = 10000.0, rotary_dim: int | None = None
) -> Array:
    if len(x.shape) != 4:
        raise ValueError(f"x is not of shape (batch, seq, heads, D) but {x.shape}")
    ids = np.array(position_ids)
    if ids.shape == x.shape[1:2]:
        ids = np.tile(ids, (len(x), 1))
    elif ids.shape != x.shape[:2]:
        raise ValueError(f"position_ids is of shape {ids.shape}, not (seq,) or (batch, seq) of {x.shape}")
    if theta <= 0:
        raise ValueError(f"theta is not above 0: {theta}")
    rotary_dim = x.shape[-1] if rotary_dim is None else rotary_dim
    if rotary_dim % 2 == 1 or rotary_dim < 2 or rotary_dim > x.shape[-1]:
        raise ValueError(f"rotary_dim = {rotary_dim} is odd or not in 2 .. {x.shape[-1]}")
    turns = np.exp(1j * np.multiply.outer(ids, rope_frequencies(rotary_dim, theta)))[:, :, np.newaxis, :]
    z = (x[..., :rotary_dim:2] + 1j * x[..., 1:rotary_dim:2]) * turns
    turned = np.stack([z.real, z.imag], axis=-1).reshape(*x.shape[:3], rotary_dim)
    return np.concatenate([turned.astype(x.dtype), x[..., rotary_dim:]], axis=-1)


def scaled_dot_product_attention(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None
) -> Array:
    if q.ndim != 4:
        raise ValueError(f"q is not of shape (batch, heads, queries, D) but {q.shape}")
    if k.ndim != 4 or len(k) != len(q) or k.shape[3] != q.shape[3] or q.shape[1] % max(k.shape[1], 1) > 0:
        raise ValueError(f"k is of shape {k.shape}, which does not fit q of {q.shape}")
    if k.shape[1] == 0 or (causal and k.shape[2] < q.shape[2]):
        raise ValueError(f"k is of shape {k.shape}: too small for q of {q.shape}")
    if v.shape != k.shape:
        raise ValueError(f"v is of shape {v.shape}, k is of shape {k.shape}")
    batch, keys = len(k), k.shape[2]
    hidden = np.zeros((batch, 1, q.shape[2], keys), dtype=bool)
    if attention_mask is not None:
        mask = np.array(attention_mask).astype(bool)
        if mask.shape != (batch, keys):
            raise ValueError(f"attention_mask is of shape {mask.shape}, not {(batch, keys)}")
        hidden |= ~mask[:, np.newaxis, np.newaxis]
    if causal:
        hidden |= np.triu(np.ones((q.shape[2], keys), dtype=bool), keys - q.shape[2] + 1)
    work: Any = np.float64 if q.dtype == np.float64 else np.float32
    owner = np.arange(q.shape[1]) // (q.shape[1] // k.shape[1])
    # Scaled before the product: the root of D in two halves.
    root = work(q.shape[3]) ** work(0.25)
    scores = (q.astype(work) / root) @ (k[:, owner].astype(work) / root).transpose(0, 1, 3, 2)
    scores[np.broadcast_to(hidden, scores.shape)] = -np.inf
    with np.errstate(invalid="ignore"):
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True, initial=-np.inf))
        weights = np.nan_to_num(weights / weights.sum(axis=-1, keepdims=True))
    return np.asarray((weights @ v[:, owner].astype(work)).astype(q.dtype))


def projection_to_interleaved(weight: Array, num_heads: int) -> Array:
    if weight.ndim != 2:
        raise ValueError(f"weight is not a matrix but of shape {weight.shape}")
    rows = weight.shape[0]
    if num_heads < 1 or rows % num_heads or (rows // num_heads) % 2:
        raise ValueError(f"num_heads = {num_heads} does not cut {rows} rows into heads of even size")
    half = rows // num_heads // 2
    by_head = weight.reshape(num_heads, 2, half, weight.shape[1])
    z = np.ascontiguousarray((by_head[:, 0] + 1j * by_head[:, 1]).transpose(0, 2, 1))
    woven = z.view(z.real.dtype).transpose(0, 2, 1)
    return woven.reshape(weight.shape).astype(weight.dtype)


def position_ids_from_mask(attention_mask: ArrayLike) -> NDArray[np.int64]:
    mask = np.array(attention_mask).astype(bool)
    if mask.ndim != 2:
        raise ValueError(f"attention_mask is not of shape (batch, keys) but {mask.shape}")
    before = np.zeros((mask.shape[0], mask.shape[1] + 1), dtype=np.int64)
    before[:, 1:] = np.cumsum(mask, axis=1)
    return before[:, :-1].copy()


class KVCache:
    def __init__(self) -> None:
        self.keys: Array | None = None
        self.values: Array | None = None

    @property
    def length(self) -> int:
        return self.keys.shape[2] if self.keys is not None else 0

    def update(self, keys: Array, values: Array) -> tuple[Array, Array]:
        if keys.ndim != 4:
            raise ValueError(f"keys is not of shape (batch, kv_heads, new, D) but {keys.shape}")
        if keys.shape != values.shape:
            raise ValueError(f"values is of shape {values.shape}, keys is of shape {keys.shape}")
        if self.keys is None or self.values is None:
            self.keys, self.values = keys.copy(), values.copy()
            return self.keys, self.values
        if any(keys.shape[axis] != self.keys.shape[axis] for axis in (0, 1, 3)):
            raise ValueError(f"keys is of shape {keys.shape}, the cache holds {self.keys.shape}")
        self.keys = np.append(self.keys, keys, axis=2)
        self.values = np.append(self.values, values, axis=2)
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
        if num_heads <= 0 or d_model % num_heads or (d_model // num_heads) % 2:
            raise ValueError(f"d_model = {d_model} is not num_heads = {num_heads} times an even number")
        if kv_heads <= 0 or num_heads % kv_heads:
            raise ValueError(f"num_kv_heads = {kv_heads} does not divide num_heads = {num_heads}")
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
        if x.ndim != 3 or x.shape[-1] != self.d_model:
            raise ValueError(f"x is of shape {x.shape}, not (batch, seq, {self.d_model})")
        cache = KVCache() if kv_cache is None else kv_cache
        batch, seq = x.shape[:2]
        total = cache.length + seq
        if attention_mask is not None and np.shape(attention_mask) != (batch, total):
            raise ValueError(f"attention_mask is of shape {np.shape(attention_mask)}, not {(batch, total)}")
        if position_ids is not None:
            ids = np.array(position_ids)
        else:
            everything = np.ones((batch, total)) if attention_mask is None else attention_mask
            ids = position_ids_from_mask(everything)[:, cache.length :]
        for position in ids.ravel():
            if not 0 <= position < self.max_seq_len:
                raise ValueError(f"position_ids holds {position}, which is not in 0 .. {self.max_seq_len - 1}")
        x = np.asarray(x, dtype=self.q_proj.dtype)
        q = np.matmul(x, self.q_proj.T).reshape(batch, seq, self.num_heads, self.head_dim)
        k = np.matmul(x, self.k_proj.T).reshape(batch, seq, self.num_kv_heads, self.head_dim)
        v = np.matmul(x, self.v_proj.T).reshape(batch, seq, self.num_kv_heads, self.head_dim)
        q, k = apply_rotary_pos_emb(q, ids, self.theta), apply_rotary_pos_emb(k, ids, self.theta)
        keys, values = cache.update(k.transpose(0, 2, 1, 3), v.transpose(0, 2, 1, 3))
        out = scaled_dot_product_attention(q.transpose(0, 2, 1, 3), keys, values, True, attention_mask)
        return np.asarray(np.matmul(out.transpose(0, 2, 1, 3).reshape(batch, seq, self.d_model), self.o_proj.T))
