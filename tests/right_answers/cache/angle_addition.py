"""Each row from the row before it by the addition theorem: one more token is one more turn, as a running complex product."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ropelab.frequencies import rope_frequencies

Floats = NDArray[np.float64]


def _running_product(T: int, inv_freq: Floats) -> NDArray[np.complex128]:
    """Row p is the product of p steps; row 0 is 1."""
    steps = np.tile(np.exp(1j * inv_freq), (T, 1))
    steps[:1] = 1.0
    return np.cumprod(steps, axis=0)


def precompute_rope(T: int, d_head: int, base: float = 10000.0) -> tuple[Floats, Floats]:
    if T < 0:
        raise ValueError(f"T cannot be negative, but is {T}")
    inv_freq = rope_frequencies(d_head, base)
    cos, sin = np.ones((T, d_head // 2)), np.zeros((T, d_head // 2))
    for p in range(1, T):
        cos[p] = cos[p - 1] * np.cos(inv_freq) - sin[p - 1] * np.sin(inv_freq)
        sin[p] = sin[p - 1] * np.cos(inv_freq) + cos[p - 1] * np.sin(inv_freq)
    return cos, sin


def precompute_freqs_cis(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> NDArray[np.complex64]:
    if head_dim <= 0 or head_dim % 2 == 1:
        raise ValueError(f"head_dim has to be even and above 0, but is {head_dim}")
    if max_seq_len < 0:
        raise ValueError(f"max_seq_len cannot be negative, but is {max_seq_len}")
    if not theta > 0:
        raise ValueError(f"theta has to be above 0, but is {theta}")
    return _running_product(max_seq_len, rope_frequencies(head_dim, theta)).astype(np.complex64)


class RotaryCache:
    dtype: np.dtype[Any]
    max_seq_len_cached: int
    cos_cached: NDArray[Any]
    sin_cached: NDArray[Any]

    def __init__(
        self,
        dim: int,
        max_position_embeddings: int = 2048,
        base: float = 10000.0,
        dtype: DTypeLike = np.float32,
        growth: float = 1.0,
    ) -> None:
        if dim <= 0 or dim % 2 == 1:
            raise ValueError(f"dim has to be even and above 0, but is {dim}")
        if max_position_embeddings < 0:
            raise ValueError(f"max_position_embeddings cannot be negative, but is {max_position_embeddings}")
        if not np.issubdtype(dtype, np.floating):
            raise ValueError(f"dtype has to be a floating-point type, but is {dtype}")
        if growth < 1:
            raise ValueError(f"growth has to be at least 1, but is {growth}")
        self.dim = dim
        self.max_position_embeddings = max_position_embeddings
        self.base = base
        self.dtype = np.dtype(dtype)
        self.growth = growth
        self.inv_freq = rope_frequencies(dim, base)
        self._set_cos_sin_cache(max_position_embeddings)

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        if seq_len < 0:
            raise ValueError(f"seq_len cannot be negative, but is {seq_len}")
        turns = _running_product(seq_len, self.inv_freq)
        self.cos_cached = np.empty((seq_len, self.dim), dtype=self.dtype)
        self.sin_cached = np.empty((seq_len, self.dim), dtype=self.dtype)
        for half in (slice(None, self.dim // 2), slice(self.dim // 2, None)):
            self.cos_cached[:, half], self.sin_cached[:, half] = turns.real, turns.imag
        self.max_seq_len_cached = seq_len

    def ensure_length(self, seq_len: int) -> None:
        if not seq_len <= self.max_seq_len_cached:
            self._set_cos_sin_cache(sorted([seq_len, int(self.growth * self.max_seq_len_cached)])[1])

    def __getstate__(self) -> dict[str, Any]:
        state = vars(self).copy()
        del state["cos_cached"], state["sin_cached"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._set_cos_sin_cache(self.max_seq_len_cached)
