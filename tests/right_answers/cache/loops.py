"""Plain Python loops with math.cos and math.sin, one entry after another."""

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ropelab.frequencies import rope_frequencies

Floats = NDArray[np.float64]


def precompute_rope(T: int, d_head: int, base: float = 10000.0) -> tuple[Floats, Floats]:
    if T < 0:
        raise ValueError(f"T is negative: {T}")
    inv_freq = rope_frequencies(d_head, base)
    cos, sin = np.zeros((T, d_head // 2)), np.zeros((T, d_head // 2))
    for p in range(T):
        for i in range(d_head // 2):
            cos[p, i] = math.cos(p * inv_freq[i])
            sin[p, i] = math.sin(p * inv_freq[i])
    return cos, sin


def precompute_freqs_cis(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> NDArray[np.complex64]:
    if head_dim <= 0 or head_dim % 2 != 0:
        raise ValueError(f"head_dim is not a positive even number: {head_dim}")
    if max_seq_len < 0:
        raise ValueError(f"max_seq_len is negative: {max_seq_len}")
    if theta <= 0:
        raise ValueError(f"theta is not positive: {theta}")
    cos, sin = precompute_rope(max_seq_len, head_dim, theta)
    table = np.zeros(cos.shape, dtype=np.complex64)
    for p in range(max_seq_len):
        for i in range(head_dim // 2):
            table[p, i] = complex(cos[p, i], sin[p, i])
    return table


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
        if dim <= 0 or dim % 2 != 0:
            raise ValueError(f"dim is not a positive even number: {dim}")
        if max_position_embeddings < 0:
            raise ValueError(f"max_position_embeddings is negative: {max_position_embeddings}")
        if np.dtype(dtype).kind != "f":
            raise ValueError(f"dtype is not a floating-point type: {np.dtype(dtype)}")
        if growth < 1:
            raise ValueError(f"growth is below 1: {growth}")
        self.dim = dim
        self.max_position_embeddings = max_position_embeddings
        self.base = base
        self.dtype = np.dtype(dtype)
        self.growth = growth
        self.inv_freq = rope_frequencies(dim, base)
        self._set_cos_sin_cache(max_position_embeddings)

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        if seq_len < 0:
            raise ValueError(f"seq_len is negative: {seq_len}")
        frequencies = [float(frequency) for frequency in self.inv_freq]
        cos_rows, sin_rows = [], []
        for p in range(seq_len):
            cos_rows.append([math.cos(p * frequency) for frequency in frequencies] * 2)
            sin_rows.append([math.sin(p * frequency) for frequency in frequencies] * 2)
        self.cos_cached = np.array(cos_rows, dtype=self.dtype).reshape(seq_len, self.dim)
        self.sin_cached = np.array(sin_rows, dtype=self.dtype).reshape(seq_len, self.dim)
        self.max_seq_len_cached = seq_len

    def ensure_length(self, seq_len: int) -> None:
        if seq_len <= self.max_seq_len_cached:
            return
        grown = int(self.growth * self.max_seq_len_cached)
        if grown < seq_len:
            grown = seq_len
        self._set_cos_sin_cache(grown)

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        del state["cos_cached"]
        del state["sin_cached"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self._set_cos_sin_cache(state["max_seq_len_cached"])
