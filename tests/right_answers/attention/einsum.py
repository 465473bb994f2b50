"""einsum for every product: a 2 x 2 matrix for each pair, query heads in groups beside their key head, weights by head."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ropelab.frequencies import rope_frequencies

Array = NDArray[Any]


def apply_rotary_pos_emb(
    x: Array, position_ids: ArrayLike, theta: float = 10000.0, rotary_dim: int | None = None
) -> Array:
    if x.ndim != 4:
        raise ValueError(f"x should have four axes, but its shape is {x.shape}")
    ids = np.asarray(position_ids)
    if ids.shape not in {x.shape[:2], x.shape[1:2]}:
        raise ValueError(f"position_ids should fit x of {x.shape}, but its shape is {ids.shape}")
    if not theta > 0:
        raise ValueError(f"theta should be above 0, not {theta}")
    size = x.shape[3] if rotary_dim is None else rotary_dim
    if size < 2 or size > x.shape[3] or size % 2 != 0:
        raise ValueError(f"rotary_dim should be even and in 2 .. {x.shape[3]}, not {size}")
    ids = np.broadcast_to(ids, x.shape[:2])
    angles = np.einsum("bt,i->bti", ids, rope_frequencies(size, theta))
    matrices = np.array([[np.cos(angles), -np.sin(angles)], [np.sin(angles), np.cos(angles)]])
    pairs = x[..., :size].reshape(*x.shape[:3], size // 2, 2)
    turned = np.einsum("rcbti,bthic->bthir", matrices, pairs).reshape(*x.shape[:3], size)
    return np.concatenate([turned.astype(x.dtype), x[..., size:]], axis=3)


def scaled_dot_product_attention(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None
) -> Array:
    if q.ndim != 4:
        raise ValueError(f"q should have four axes, but its shape is {q.shape}")
    batch, heads, queries, size = q.shape
    fits = k.ndim == 4 and k.shape[0] == batch and k.shape[3] == size and k.shape[1] > 0 and heads % k.shape[1] == 0
    if not fits or (causal and queries > k.shape[2]):
        raise ValueError(f"k should fit q of {q.shape}, but its shape is {k.shape}")
    if v.shape != k.shape:
        raise ValueError(f"v should be like k of {k.shape}, but its shape is {v.shape}")
    _, kv_heads, keys, _ = k.shape
    visible = np.ones((batch, queries, keys), dtype=bool)
    if attention_mask is not None:
        mask = np.asarray(attention_mask).astype(bool)
        if mask.shape != (batch, keys):
            raise ValueError(f"attention_mask should be of {(batch, keys)}, but its shape is {mask.shape}")
        visible &= mask[:, None, :]
    if causal:
        visible &= np.arange(keys) <= np.arange(keys - queries, keys)[:, None]
    work = np.result_type(q.dtype, np.float32)
    grouped = q.astype(work).reshape(batch, kv_heads, heads // kv_heads, queries, size)
    scores = np.einsum("bgrqd,bgkd->bgrqk", grouped, k.astype(work)) / np.sqrt(size).astype(work)
    visible = np.broadcast_to(visible[:, None, None], scores.shape)
    # A row that sees nothing keeps a largest score of 0, and a sum of 0.
    largest = np.max(scores, axis=-1, keepdims=True, where=visible, initial=-np.inf)
    largest[np.isneginf(largest)] = 0
    weights = np.exp(scores - largest, where=visible, out=np.zeros_like(scores))
    total = np.einsum("bgrqk->bgrq", weights)[..., None]
    weights = np.divide(weights, total, where=total > 0, out=np.zeros_like(weights))
    out = np.einsum("bgrqk,bgkd->bgrqd", weights, v.astype(work))
    return np.asarray(out.reshape(q.shape).astype(q.dtype))


def projection_to_interleaved(weight: Array, num_heads: int) -> Array:
    if weight.ndim != 2:
        raise ValueError(f"weight should have two axes, but its shape is {weight.shape}")
    if num_heads < 1 or weight.shape[0] % (2 * num_heads) != 0:
        raise ValueError(f"num_heads should cut {weight.shape[0]} rows into heads of even size, not {num_heads}")
    halves = weight.reshape(num_heads, 2, -1, weight.shape[1])
    return np.array(np.einsum("hpim->hipm", halves)).reshape(weight.shape)


def position_ids_from_mask(attention_mask: ArrayLike) -> NDArray[np.int64]:
    mask = np.asarray(attention_mask).astype(bool)
    if mask.ndim != 2:
        raise ValueError(f"attention_mask should have two axes, but its shape is {mask.shape}")
    places = np.arange(mask.shape[1])
    return np.asarray(np.einsum("bk,kt->bt", mask.astype(np.int64), (places[:, None] < places).astype(np.int64)))


class KVCache:
    def __init__(self) -> None:
        self.both: Array | None = None

    @property
    def keys(self) -> Array | None:
        return None if self.both is None else self.both[0]

    @property
    def values(self) -> Array | None:
        return None if self.both is None else self.both[1]

    @property
    def length(self) -> int:
        return 0 if self.both is None else int(self.both.shape[3])

    def update(self, keys: Array, values: Array) -> tuple[Array, Array]:
        if keys.ndim != 4:
            raise ValueError(f"keys should have four axes, but its shape is {keys.shape}")
        if keys.shape != values.shape:
            raise ValueError(f"values should be like keys of {keys.shape}, but its shape is {values.shape}")
        new = np.stack([keys, values])
        if self.both is not None:
            if np.delete(self.both.shape, 3).tolist() != np.delete(new.shape, 3).tolist():
                raise ValueError(f"keys should fit those of {self.both.shape[1:]}, but its shape is {keys.shape}")
            new = np.concatenate([self.both, new], axis=3)
        self.both = new
        return new[0], new[1]


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
            raise ValueError(f"d_model should be {num_heads} heads of even size, not {d_model}")
        if kv_heads < 1 or num_heads % kv_heads:
            raise ValueError(f"num_kv_heads should divide {num_heads}, not be {kv_heads}")
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
            raise ValueError(f"x should have {self.d_model} features, but its shape is {x.shape}")
        past = 0 if kv_cache is None else kv_cache.length
        whole = (x.shape[0], past + x.shape[1])
        mask = np.ones(whole, dtype=bool) if attention_mask is None else np.asarray(attention_mask).astype(bool)
        if mask.shape != whole:
            raise ValueError(f"attention_mask should be of {whole}, but its shape is {mask.shape}")
        ids = position_ids_from_mask(mask)[:, past:] if position_ids is None else np.asarray(position_ids)
        for end in (ids.min(initial=0), ids.max(initial=0)):
            if not 0 <= end < self.max_seq_len:
                raise ValueError(f"position_ids should be in 0 .. {self.max_seq_len - 1}, not {end}")
        x = x.astype(self.q_proj.dtype)
        q, k, v = (
            np.einsum("btm,hdm->bthd", x, weight.reshape(-1, self.head_dim, self.d_model))
            for weight in (self.q_proj, self.k_proj, self.v_proj)
        )
        q, k = (np.einsum("bthd->bhtd", apply_rotary_pos_emb(part, ids, self.theta)) for part in (q, k))
        v = np.einsum("bthd->bhtd", v)
        if kv_cache is not None:
            k, v = kv_cache.update(k, v)
        out = scaled_dot_product_attention(q, k, v, attention_mask=mask)
        by_head = self.o_proj.reshape(self.d_model, self.num_heads, self.head_dim)
        return np.asarray(np.einsum("bhtd,mhd->btm", out, by_head))
